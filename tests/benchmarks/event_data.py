"""How long event data takes to import, and how much memory: made-up GDELT rows, filtered to one pair of states.

Each size is imported in a process of its own, whose processor time and peak of memory are read off when it has ended.
It ends with status 1 where a promise is not kept: a million rows in under 20 s on one core, and a peak that grows by
less than 2 % of what more is read (what it remembers is of the pair's own rows: ids and copies).
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from gdelt_fixture import row

PROMISE = 20.0  # s, for a million rows
GROWTH = 0.02  # MB of memory for each MB more
AT_ONCE = 8000  # rows written together; one in a hundred is of the pair
STATES = ("USA", "GBR", "FRA", "DEU", "CHN", "JPN", "RUS", "PRK", "IND", "ISR", "", "", "EUR", "AFR", "IGO")
CODES = ("010", "020", "036", "040", "042", "043", "046", "051", "057", "061", "111", "112", "130", "173", "190")
START = dt.date(2018, 1, 1)


@dataclass(frozen=True)
class Measure:
    """One import: its processor and wall time in s, its peak of memory in MB."""

    rows: int
    megabytes: float
    cpu: float
    wall: float
    peak: float


def write(path: Path, rows: int) -> float:
    """Write made-up rows over the days of a year, each quarter of an hour among them; return the size in MB."""
    per_day = max(rows // 365, 1)
    with path.open("w", encoding="utf-8") as stream:
        for n in range(0, rows, AT_ONCE):
            stream.write("".join(_row(k, per_day) for k in range(n, min(n + AT_ONCE, rows))))
    return path.stat().st_size / 1e6


def _row(n: int, per_day: int) -> str:
    when = START + dt.timedelta(days=min(n // per_day, 364))
    first, second = ("KOR", "USA") if n % 100 == 0 else (STATES[n % 15], STATES[(n // 15) % 14])
    quarter = (n % per_day) * 96 // per_day % 96
    stamp = f"{when:%Y%m%d}{quarter // 4:02d}{quarter % 4 * 15:02d}00"
    where = {
        f"{which}Geo_{name}": value
        for which in ("Actor1", "Actor2", "Action")
        for name, value in (("Type", "4"), ("FullName", "Seoul, Soul-t'ukpyolsi, South Korea"), ("CountryCode", "KS"),
                            ("ADM1Code", "KS11"), ("ADM2Code", "18302"), ("Lat", "37.5664"), ("Long", "126.99"),
                            ("FeatureID", "-716583"))
    }  # fmt: skip
    return row(n, when, CODES[n % 15], first, second, Actor1Name="MOON JAE IN" if n % 300 == 0 else "GOVERNMENT",
               Actor2Name="UNITED STATES", IsRootEvent=str(int(n % 3 > 0 or n % 100 == 0)), DATEADDED=stamp,
               SOURCEURL=f"https://news.example.org/world/asia-pacific/{n}/a-story-with-a-name-of-the-usual-length.html",
               **where) + "\n"  # fmt: skip


def measure(rows: int, folder: Path) -> Measure:
    """Import so many rows in another process."""
    path = folder / f"{rows}.export.CSV"
    size = write(path, rows)
    command = [sys.executable, "-m", "foedus", "news", "import", str(path), "--dyad", "KOR,USA", "--as", "counts",
               "--out", str(folder / f"out-{rows}")]  # fmt: skip
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    path.unlink()
    if process.returncode:
        raise SystemExit(f"the import ended with status {process.returncode}")
    return Measure(rows, size, usage.ru_utime + usage.ru_stime, wall, peak(usage))


def peak(usage: resource.struct_rusage) -> float:
    """Peak of memory in MB; Linux says it in kB, macOS in bytes."""
    return usage.ru_maxrss / (1e3 if sys.platform != "darwin" else 1e6)


def main() -> None:
    """Measure, and say whether the promises hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[1_000_000, 3_000_000], help="sizes (default 1 and 3 million)"
    )
    with tempfile.TemporaryDirectory() as folder:
        found = [measure(rows, Path(folder)) for rows in sorted(parser.parse_args().rows)]
    for one in found:
        took = f"{one.cpu:5.1f} s of one core ({one.wall:.1f} s by the clock)"
        print(f"{one.rows:>10,} rows, {one.megabytes:6.0f} MB: {took}, peak {one.peak:.0f} MB")
    quick = all(one.cpu < PROMISE * one.rows / 1e6 for one in found)
    small, large = found[0], found[-1]
    bounded = large.peak - small.peak <= GROWTH * (large.megabytes - small.megabytes)
    print(f"{'kept    ' if quick else 'NOT KEPT'}  a million rows in under {PROMISE:g} s")
    print(f"{'kept    ' if bounded else 'NOT KEPT'}  memory does not grow with the file")
    sys.exit(not (quick and bounded))


if __name__ == "__main__":
    main()

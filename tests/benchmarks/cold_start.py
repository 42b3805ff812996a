"""How long from files to numbers, in a fresh process: measured beside what importing the usual libraries alone costs.

The three commands take turns, so that whatever else the machine does falls on all of them. Run it with `make bench`;
it ends with status 1 where a promise is not kept: forecast < 2 x baseline + 1 s, report < forecast + 5 s (medians).
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
CASE = ROOT / "scenarios" / "rok-us-2025"
AS_OF = "2025-08-01T09:52:00+09:00"
BASELINE, FORECAST, REPORT = "import numpy, scipy.stats, pandas", "foedus forecast", "foedus report"


def commands(folder: Path) -> dict[str, list[str]]:
    """The commands that take turns; what they write goes to `folder`."""
    run = [sys.executable, "-m", "foedus"]
    return {
        BASELINE: [sys.executable, "-c", BASELINE],
        FORECAST: [*run, "forecast", str(CASE), "--as-of", AS_OF, "--json", str(folder / "forecast.json")],
        REPORT: [*run, "report", str(CASE), "--as-of", AS_OF, "--out", str(folder / "report")],
    }


def seconds(command: list[str]) -> float:
    """Wall time of one run, which has to succeed."""
    start = time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if run.returncode:
        sys.exit(f"{' '.join(command)}\n{run.stderr}")
    return taken


def measure(rounds: int) -> dict[str, list[float]]:
    """Times of every command over `rounds` turns, after one that fills the caches."""
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(rounds + 1):
            for name, command in commands(Path(folder)).items():
                taken = seconds(command)
                if turn:
                    times.setdefault(name, []).append(taken)
    return times


def main() -> None:
    """Measure, print the table, and say whether the promises hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="turns that count (default 7)")
    times = measure(parser.parse_args().rounds)
    middle = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"{'':38}{'median':>8}{'fastest':>9}{'slowest':>9}   seconds")
    for name, taken in times.items():
        print(f"{name:38}{middle[name]:8.2f}{min(taken):9.2f}{max(taken):9.2f}")
    promises = {
        f"forecast < 2 x baseline + 1 s = {2 * middle[BASELINE] + 1:.2f} s": middle[FORECAST]
        < 2 * middle[BASELINE] + 1,
        f"report < forecast + 5 s = {middle[FORECAST] + 5:.2f} s": middle[REPORT] < middle[FORECAST] + 5,
    }
    for promise, kept in promises.items():
        print(f"{'kept    ' if kept else 'NOT KEPT'}  {promise}")
    sys.exit(not all(promises.values()))


if __name__ == "__main__":
    main()

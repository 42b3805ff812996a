"""What the core promises of its own speed: each measure beside what it is a multiple of, in turns, on fresh seeds."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foedus.bench.cases import SOURCES, Size, simulated, write
from foedus.case.types import Case
from foedus.explain.timeline import timeline
from foedus.forecast import Forecast, forecast
from foedus.inference.course import Course
from foedus.inference.posterior import update

Floats = NDArray[np.float64]
Say = Callable[[str, float], None]
SMALL, LARGE = Size(4, 60), Size(8, 1000)
PAST = Size(4, 60, days=300, today=210)  # a day of the forecast that 200 ends of days lie before
_DATES, _IFS = 200, 1000


@dataclass(frozen=True)
class Measure:
    """A number beside its promise, which is the least or the most it may be; None where there is none."""

    name: str
    value: float
    unit: str
    promise: float | None
    least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.promise is None or (self.value >= self.promise if self.least else self.value <= self.promise)


def measures(rounds: int, seed: int, say: Say) -> Iterator[Measure]:
    """Measure everything that needs no reference."""
    stages = (_cold, _large, _revisions, _linear, _table_step)
    for i, stage in enumerate(stages):
        say(stage.__name__.strip("_").replace("_", " "), i / len(stages))
        yield from stage(rounds, seed)


def seconds(function: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def answer(case: Case, size: Size, seed: int) -> Forecast:
    """Forecast, with the estimates of all scenarios and the diagnostics."""
    now = forecast(case, size.as_of, seed=seed)
    assert now.estimates
    assert np.isfinite(now.diagnostics.ess)
    return now


def _fresh(size: Size, seed: int, i: int) -> Case:
    return simulated(size, np.random.default_rng([seed, i, size.questions, size.signals]))


def _cold(rounds: int, seed: int) -> Iterator[Measure]:
    """From files to the printed answer, in a new process, less what Python itself takes to start."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(_fresh(SMALL, seed, 0), folder)
        command = [sys.executable, "-m", "foedus", "forecast", name, "--as-of", SMALL.as_of.isoformat()]
        times = [(_process([sys.executable, "-c", ""]), _process(command)) for _ in range(rounds + 1)][1:]
    bare, whole = np.median(times, axis=0)
    yield Measure("cold start to the answer, 60 signals, beyond Python's own start", float(whole - bare), "s", 1.0)


def _process(command: list[str]) -> float:
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True))


def _large(rounds: int, seed: int) -> Iterator[Measure]:
    """Run the largest case, each time in a process of its own, so that its memory shows."""
    found = []
    for i in range(rounds):
        code = f"from foedus.bench.core import alone; alone({seed}, {i})"
        run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        found.append(json.loads(run.stdout))
    name = f"{LARGE.questions} questions, {LARGE.signals:,} signals"
    yield Measure(name, float(np.median([f["seconds"] for f in found])), "s", 5.0)
    yield Measure(f"{name}: most memory", max(f["mib"] for f in found), "MiB", 1024.0)
    yield Measure(f"{name}: diagnostics good", float(np.mean([f["ok"] for f in found])), "of the runs", None)


def alone(seed: int, i: int) -> None:
    """Forecast the largest case, and print what it took as JSON."""
    case = _fresh(LARGE, seed, i)
    start = time.perf_counter()
    now = answer(case, LARGE, seed + i)
    taken = time.perf_counter() - start
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    sys.stdout.write(json.dumps({"seconds": taken, "mib": mib, "ok": now.diagnostics.ok}))


def _revisions(rounds: int, seed: int) -> Iterator[Measure]:
    """Measure revisions as parts of that of a new forecast of the same case."""
    new, first, one, past, ifs = [], [], [], [], []
    for i in range(rounds):
        case = _fresh(PAST, seed, i)
        now = answer(case, PAST, seed + i)
        signals = hypothetical(now, _IFS)
        first.append(seconds(lambda now=now, s=signals: now.revised(s[:1]).estimates))  # type: ignore[misc]
        new.append(seconds(lambda case=case, i=i: answer(case, PAST, seed + i)))  # type: ignore[misc]
        one.append(seconds(lambda now=now, s=signals: now.revised(s[1:2]).estimates))  # type: ignore[misc]
        points: list[object] = []
        taken = seconds(lambda now=now, points=points: points.extend(timeline(now, _DATES)))  # type: ignore[misc]
        past.append(taken * _DATES / len(points))
        ifs.append(seconds(lambda now=now, s=signals: now.what_if(s)))  # type: ignore[misc]
    new_forecast = float(np.median(new))
    yield Measure("a new forecast, 60 signals, warm", new_forecast, "s", None)
    part = {"one more signal on a forecast already made": first, "and another": one}
    for name, times in part.items():
        yield Measure(name, float(np.median(times)) / new_forecast, "forecasts", 1 / 20)
    yield Measure(f"a timeline of {_DATES} as-of dates", float(np.median(past)) / new_forecast, "forecasts", 5.0)
    yield Measure(f"{_IFS:,} distinct what-ifs of the last hours", float(np.median(ifs)), "s", 2.0)


def hypothetical(now: Forecast, n: int) -> list[dict[str, str]]:
    """Return signals that could be next: every code, source and grade in turn, over the last hours."""
    codes, sources = list(now.case.codebook.codes), list(SOURCES)
    return [
        {
            "id": f"if-{i}",
            "code": codes[i % len(codes)],
            "source": sources[i // len(codes) % len(sources)],
            "published": (now.as_of - dt.timedelta(minutes=i)).isoformat(),
        }
        for i in range(n)
    ]


def _linear(rounds: int, seed: int) -> Iterator[Measure]:
    """Exponents of time against size: least squares on logs of the fastest of the rounds."""

    def exponent(sizes: list[int], of: Callable[[int], Callable[[], object]]) -> float:
        runs = [of(n) for n in sizes]
        best = [min(times) for times in zip(*[[seconds(run) for run in runs] for _ in range(rounds + 1)], strict=True)]
        return float(np.polyfit(np.log(sizes), np.log(best), 1)[0])

    def by_signals(n: int) -> Callable[[], object]:
        size = replace(LARGE, questions=4, signals=n)
        case = _fresh(size, seed, 0)
        return lambda: answer(case, size, seed)

    def by_days(n: int) -> Callable[[], object]:
        size = Size(1, 200, days=n, today=n // 2)
        case = _fresh(size, seed, 0)
        return lambda: answer(case, size, seed)

    def by_draws(n: int) -> Callable[[], object]:
        case = _fresh(SMALL, seed, 0)
        return lambda: forecast(case, SMALL.as_of, seed=seed, draws=n).estimates

    yield Measure("cost against signals, 500 to 4,000", exponent([500, 1000, 2000, 4000], by_signals), "exponent", 1.1)
    yield Measure("cost against days, 180 to 1,440", exponent([180, 360, 720, 1440], by_days), "exponent", 1.1)
    yield Measure(
        "cost against parameter draws, 512 to 4,096", exponent([512, 1024, 2048, 4096], by_draws), "exponent", 1.1
    )


def _table_step(rounds: int, seed: int) -> Iterator[Measure]:
    """Days with news of a timing question, against a multiply and an add over the same cells and draws."""
    cells, draws, days = 365, 512, 200
    rng = np.random.default_rng(seed)
    prior = rng.dirichlet(np.ones(cells), size=draws).T.copy()
    starts, factor = np.array([0, 250, 300, 330, cells - 1]), rng.uniform(0.5, 2, (5, draws))
    rho = np.full(draws, 0.98)
    state, moved, added = np.ones((cells, draws)), rng.uniform(0.9, 1.1, draws), rng.uniform(0, 0.1, draws)

    def step() -> None:
        course = Course(prior, rho, timing=True, decided=0, day=1)
        for day in range(2, days + 2):
            course.advance(day)
            course.see(starts, factor)

    def floor() -> None:
        for day in range(2, days + 2):
            alive = state[day - 1 :]
            np.multiply(alive, moved, out=alive)
            np.add(alive, added, out=alive)

    times = [(seconds(floor), seconds(step)) for _ in range(2 * rounds + 1)][1:]
    ratio = np.median([a / b for a, b in times])
    yield Measure(
        "table step against a numpy multiply-add over the same numbers", float(ratio), "of the floor", 0.4, least=True
    )


def machine() -> str:
    """Name the machine: processor, cores, Python, numpy."""
    name = "an unnamed processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        name = lines[0] if lines else name
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, Python {sys.version.split()[0]}, numpy {np.__version__}"


def warm(case: Case, size: Size, seed: int) -> tuple[float, Forecast]:
    """Time from a compiled problem to the estimates, and the forecast."""
    now = forecast(case, size.as_of, seed=seed)
    start = time.perf_counter()
    again = replace(now, seed=seed + 1, posterior=update(now.compiled.problem, seed + 1))
    assert again.estimates
    return time.perf_counter() - start, again

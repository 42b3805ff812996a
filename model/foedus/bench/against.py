"""The core beside its PyMC reference: the same problem, the same answer, in turns, on fresh seeds.

No speed counts before the two agree. Effective draws are those of scenario probabilities: p (1 - p) over the squared
Monte Carlo error for the core, ArviZ's effective sample size for chains; tuning is part of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from foedus.bayes.reference import model_of
from foedus.bayes.sampling import Sampled, Sampler, available, sample
from foedus.bayes.verify import compared
from foedus.bench.cases import Size, simulated
from foedus.bench.core import Measure, warm
from foedus.forecast import Forecast, forecast

Say = Callable[[str, float], None]
SIZES = (Size(4, 60), Size(4, 200), Size(8, 1000))
PROMISED = {60: 300.0, 200: 100.0, 1000: 150.0}  # times nutpie, at so many signals
PROMISED_OF_PYMC = 1000.0
PROMISED_OF_TIME = 30.0
NAMES = {"nutpie": "nutpie", "pymc": "PyMC's NUTS", "smc": "PyMC's SMC"}
_ERROR = 0.005  # of a probability, to which the time is measured
_AGREE = 3.0  # combined errors


@dataclass(frozen=True)
class Run:
    """One sampler on one problem.

    Attributes
    ----------
    effective : float
        Median over the scenarios of effective draws a second, warm.
    to_error : float
        Seconds, warm, to an error of half a point in the scenario that takes longest.
    cold : float
        Seconds with compilation.
    worst : float
        Largest difference from the core, in combined errors; 0 for the core itself.
    sound : bool
        Whether it passed its own diagnostics.
    """

    sampler: str
    signals: int
    effective: float
    to_error: float
    cold: float
    worst: float = 0.0
    sound: bool = True


def runs(sizes: Sequence[Size], samplers: Sequence[Sampler], rounds: int, seed: int, say: Say) -> Iterator[Run]:
    """Run the core and each sampler in turn on every size, on a fresh problem each round."""
    wanted = [sampler for sampler in samplers if available(sampler)]
    for r in range(rounds):
        for size in sizes:
            case = simulated(size, np.random.default_rng([seed, r, size.questions, size.signals]))
            now = forecast(case, size.as_of, seed=seed)
            yield _core(size, [warm(case, size, seed + 10 * i) for i in range(5)])
            for sampler in wanted:
                say(f"{size.signals} signals, {sampler}", r / rounds)
                yield _chains(now, size, sampler, seed + r)


def _core(size: Size, times: list[tuple[float, Forecast]]) -> Run:
    taken = float(np.median([seconds for seconds, _ in times]))
    p, error = (
        np.array([[getattr(e, name) for e in again.scenario_estimates.values()] for _, again in times])
        for name in ("probability", "mcse")
    )
    variance = np.square(error).mean(axis=0)
    p = p.mean(axis=0)
    needed = max(float((variance / _ERROR**2).max()), 1.0)
    return Run("core", size.signals, float(np.median(p * (1 - p) / variance)) / taken, needed * taken, taken)


def _chains(now: Forecast, size: Size, sampler: Sampler, seed: int) -> Run:
    sampled = _sampled(now, sampler, seed)
    table = compared(now, sampled).loc[list(now.case.file.scenarios)]
    rate = float(table["ess"].median()) / sampled.seconds
    per_second = table["reference"] * (1 - table["reference"]) / table["mcse"].pow(2) / sampled.seconds
    needed = table["reference"] * (1 - table["reference"]) / _ERROR**2 / per_second
    worst = float(((table["core"] - table["reference"]).abs() / np.hypot(table["core_mcse"], table["mcse"])).max())
    sound = sampled.r_hat < 1.05 and sampled.divergences < 0.01 * _size(sampled)
    return Run(sampler, size.signals, rate, float(needed.max()), sampled.compiled + sampled.seconds, worst, sound)


def _sampled(now: Forecast, sampler: Sampler, seed: int) -> Sampled:
    model = model_of(now.compiled, tuple(now.case.file.panel))
    return sample(model, sampler, 1000 if sampler != "smc" else 500, 500, 2, seed)


def _size(sampled: Sampled) -> int:
    chains, draws = next(iter(sampled.free.values())).shape[:2]
    return int(chains * draws)


def ratios(done: Sequence[Run]) -> Iterator[Measure]:
    """Compare medians over the rounds. A run that did not agree with the core, or failed by itself, is not counted."""
    core = {run.signals: _medians([c for c in done if (c.sampler, c.signals) == ("core", run.signals)]) for run in done}
    for signals, (effective, to_error, _) in core.items():
        at = f"{signals:,} signals"
        yield Measure(f"effective draws a second, {at}", effective, "a second", None)
        for sampler in dict.fromkeys(run.sampler for run in done if run.signals == signals and run.sampler != "core"):
            own = [run for run in done if (run.sampler, run.signals) == (sampler, signals)]
            name = NAMES[sampler]
            yield Measure(f"{name}: largest difference, {at}", max(run.worst for run in own), "errors", _AGREE)
            fit = [run for run in own if run.sound and run.worst < _AGREE]
            if not fit:
                yield Measure(f"{name}: runs that can be compared, {at}", 0.0, f"of {len(own)}", 1.0, least=True)
                continue
            theirs = _medians(fit)
            many = {"nutpie": PROMISED.get(signals), "pymc": PROMISED_OF_PYMC}.get(sampler)
            soon = PROMISED_OF_TIME if sampler == "nutpie" else None
            yield Measure(f"effective draws a second against {name}, {at}", effective / theirs[0], "times", many, True)
            yield Measure(
                f"time to half a point's error against {name}, {at}", theirs[1] / to_error, "times", soon, True
            )
            yield Measure(f"{name}: effective draws a second, {at}", theirs[0], "a second", None)
            yield Measure(f"{name}: compiled, tuned and sampled, {at}", theirs[2], "s", None)


def _medians(runs: Sequence[Run]) -> tuple[float, float, float]:
    effective, to_error, cold = (
        float(np.median([getattr(run, name) for run in runs])) for name in ("effective", "to_error", "cold")
    )
    return effective, to_error, cold

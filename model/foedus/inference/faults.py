"""What went wrong in which place: not-a-numbers, outcomes that nothing leaves, and signals that clash.

None of this runs for a forecast that went well. It looks again at single factors, so that a message can name the
question and the signals instead of a number that nobody can act on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.inference.factors import Factors
from foedus.inference.parameters import BLOCKS, Parameters, transform, whitened
from foedus.inference.passes import Table
from foedus.problem.types import Axis, Contribution, Problem

Floats = NDArray[np.float64]
Test = Callable[[Floats], bool]
_FLOOR = 1e-6  # a factor of less excludes an outcome as firmly
_NOTICEABLE = 0.02  # covariance of two log factors below which they do not clash
_NAMED = 6  # signals or places named in one message


@dataclass(frozen=True)
class Clash:
    """Two units of evidence that pull one question in opposite directions.

    Attributes
    ----------
    question : str
    first, second : str
        Signal ids of each unit, in the order in which they were seen.
    pull : float
        Minus the covariance of their log factors under the question's pooled prior given not yet; larger, harder.
    """

    question: str
    first: str
    second: str
    pull: float


def clashes(problem: Problem, most: int = 3) -> tuple[Clash, ...]:
    """Find the pairs of signals whose factors pull hardest against each other, at the middle of every band.

    Parameters
    ----------
    most : int
        Pairs to return, the hardest first; fewer, or none, where there are not so many.
    """
    middle, found = _middle(problem), []
    for q, axis in enumerate(problem.axes):
        seen = sorted(_own(problem, q), key=lambda c: (c.day, c.unit))
        if len(seen) < 2:
            continue
        logs = np.log(np.maximum([_on_cells(axis, c, middle)[:, 0] for c in seen], _FLOOR))
        mass = axis.pool * _ahead(axis)
        mass = mass / mass.sum() if mass.sum() > 0 else mass
        centred = logs - (logs @ mass)[:, None]
        pull = -(centred * mass) @ centred.T
        for i, j in zip(*np.triu_indices(len(seen), 1), strict=True):
            if pull[i, j] > _NOTICEABLE and seen[i].unit != seen[j].unit:
                found.append(Clash(axis.id, _signals(problem, seen[i]), _signals(problem, seen[j]), float(pull[i, j])))
    return tuple(sorted(found, key=lambda clash: -clash.pull)[:most])


def hardest_on_the_panel(problem: Problem) -> tuple[str, str] | None:
    """Question, and signals, that tilt it hardest away from its pooled prior; None without evidence."""
    middle, best = _middle(problem), (0.0, "", "")
    for q, axis in enumerate(problem.axes):
        mass = axis.pool * _ahead(axis)
        for c in _own(problem, q):
            log_factor = np.log(np.maximum(_on_cells(axis, c, middle)[:, 0], _FLOOR))
            tilt = float(np.sqrt(mass @ np.square(log_factor - mass @ log_factor / max(mass.sum(), 1e-300))))
            if tilt > best[0] * (1 + 1e-9):
                best = (tilt, axis.id, _signals(problem, c))
    return (best[1], best[2]) if best[0] > 0 else None


def pulls(problem: Problem) -> str:
    """Return a sentence that names the signals to look at where draws degenerate."""
    found = clashes(problem)
    if found:
        pairs = "; ".join(f"{c.first} against {c.second} on {c.question}" for c in found)
        return f"signals that pull hardest against each other: {pairs}"
    hardest = hardest_on_the_panel(problem)
    if hardest is None:
        return "there is no news: the spread of the parameters alone is too wide for so few draws"
    return f"no two signals clash; {hardest[1]} pulls {hardest[0]} hardest away from the panel"


def not_numbers(problem: Problem, parameters: Parameters, tables: list[Table]) -> str:
    """Return where a number is not a number: the questions, and the signals on them."""
    places = []
    for q, axis in enumerate(problem.axes):
        causes = [f"signal {s}" for s in _where(problem, parameters, q, lambda f: bool(np.isnan(f).any()))]
        if np.isnan(parameters.priors[q]).any():
            causes.append("its prior")
        if np.isnan(parameters.rho[q]).any():
            causes.append("its half-life")
        if causes or np.isnan(tables[q].likelihood).any() or np.isnan(tables[q].log_scale).any():
            causes += [] if causes else ["its table"]
            places.append(f"question {axis.id}: {', '.join(causes[:_NAMED])}")
    if np.isnan(parameters.correlation).any():
        places.append("the dependence between questions")
    return "; ".join(places) or "the sampler"


def nothing_left(problem: Problem, parameters: Parameters, tables: list[Table]) -> str:
    """Return which questions have no possible outcome left, and the signals that exclude some."""
    places = []
    for q, (axis, table) in enumerate(zip(problem.axes, tables, strict=True)):
        if (table.prior * table.likelihood).sum() > 0:
            continue
        signals = list(_where(problem, parameters, q, lambda f: bool((f == 0).any())))
        known = ["its known outcome"] if axis.resolved is not None else []
        passed = ["the days that have passed"] if axis.kind == "timing" and axis.today > 1 else []
        causes = [*known, *passed, *(f"signal {s}" for s in signals[:_NAMED])] or ["the news on what hangs on it"]
        places.append(f"question {axis.id}: {', '.join(causes)}")
    return "; ".join(places) or "each question alone has outcomes left, but no combination of them is possible"


def _where(problem: Problem, parameters: Parameters, q: int, test: Test) -> Iterator[str]:
    """Signals (or codes that were silent) whose factor on a question passes a test."""
    axis = problem.axes[q]
    factors = Factors(parameters, axis.pool)
    for c in _own(problem, q):
        if test(np.exp(factors.log(c, _first(axis, c.day)))):
            yield _signals(problem, c)
    tallies = (t for t in problem.tallies if t.question == q and test(np.exp(factors.log(t, _first(axis, t.day)))))
    yield from dict.fromkeys(f"no {t.code}" if t.unit < 0 else problem.units[t.unit].signals[0] for t in tallies)


def _middle(problem: Problem) -> Parameters:
    sizes = whitened(problem, np.random.default_rng(0), 1)
    return transform(problem, {block: np.zeros_like(sizes[block]) for block in BLOCKS}, raked=False)


def _own(problem: Problem, q: int) -> list[Contribution]:
    return [c for c in problem.contributions if c.question == q and c.exponent > 0]


def _on_cells(axis: Axis, c: Contribution, parameters: Parameters) -> Floats:
    """Factor on each cell [C, M]."""
    value = np.exp(Factors(parameters, axis.pool).log(c, _first(axis, c.day)))
    return np.repeat(value, np.diff(np.append(c.starts, axis.cells)), axis=0)


def _first(axis: Axis, day: int) -> int:
    """Index of the first cell that is not past on a day."""
    return min(max(day - 1, 0), axis.cells - 1) if axis.kind == "timing" else 0


def _ahead(axis: Axis) -> NDArray[np.bool_]:
    return np.arange(axis.cells) >= _first(axis, axis.today)


def _signals(problem: Problem, c: Contribution) -> str:
    return " + ".join(problem.units[c.unit].signals[:_NAMED])

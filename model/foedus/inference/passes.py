"""Forward passes: the evidence on one question, day by day, into its table; like passes go on from one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foedus.inference.course import Course, Snapshot
from foedus.inference.factors import Factors, reports
from foedus.inference.parameters import Parameters
from foedus.problem.types import Axis, Contribution, Index, Problem, Tally

Floats = NDArray[np.float64]
Item = Contribution | Tally
Stand = tuple[Snapshot, Floats]  # of a course, and the log of what was said of the outcome
_REMEMBERED = 12  # days with news whose stands are kept
_LOWEST = np.finfo(np.float64).min  # stands for the log of 0 where it is subtracted


@dataclass(frozen=True)
class Table:
    """What the news says of one question.

    Attributes
    ----------
    prior : array [C, M]
        Pooled probability of each cell.
    likelihood : array [C, M]
        L, up to `log_scale`; 0 where the outcome is excluded.
    log_scale : array [M]
    own : array [C, M]
        `likelihood` before the news on questions that hang on this one was folded in.
    levels : array [1 or C_parent, K, M] or None
        For a nominal question, L of each level; of each cell of the parent if it is settled with it.
    given_parent : array [P, K, M] or None
        For a nominal question with a parent, P(level | part of the parent).
    """

    prior: Floats
    likelihood: Floats
    log_scale: Floats
    own: Floats
    levels: Floats | None = None
    given_parent: Floats | None = None

    def part(self, draws: slice) -> Table:
        """Return the same for some of the draws."""
        arrays: dict[str, Any] = {name: x if x is None else x[..., draws] for name, x in vars(self).items()}
        return Table(**arrays)


@dataclass
class Memory:
    """Where forward passes stood after their last days with news, so that like ones go on from there."""

    passes: dict[int, tuple[Hashable, Sequence[Hashable], dict[int, Stand]]] = field(default_factory=dict)

    def recall(self, q: int, kind: Hashable, days: Sequence[Hashable]) -> tuple[int, Stand | None]:
        """Return how many of the `days` are behind the last known stand of a pass that began alike, and the stand."""
        known = self.passes.get(q)
        if known is None or known[0] != kind:
            return 0, None
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(days, known[1], strict=False)))
        at = max((i for i in known[2] if i <= alike), default=0)
        return (at, known[2][at]) if at else (0, None)

    def keep(self, q: int, kind: Hashable, days: Sequence[Hashable], stands: dict[int, Stand]) -> None:
        """Remember the stands of a pass; those it went on from stay."""
        before = self.passes.get(q)
        shared = {}
        if before is not None and before[0] == kind:
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(days, before[1], strict=False)))
            shared = {i: stand for i, stand in before[2].items() if i <= same}
        kept = shared | stands
        self.passes[q] = kind, days, {i: kept[i] for i in sorted(kept)[-_REMEMBERED:]}


def one_table(
    axis: Axis,
    prior: Floats,
    parameters: Parameters,
    q: int,
    evidence: Sequence[Item],
    memory: Memory | None = None,
) -> Table:
    """Forward pass of one question over its evidence; with a `memory`, from where the last one stood."""
    settled = None if axis.resolved is None else axis.resolved.day
    end = axis.today if settled is None else min(axis.today, settled)
    start = min([end, *(item.day for item in evidence)])  # before the first news every night changes nothing
    decided = axis.decided if settled is None else min(axis.decided, settled)
    course = Course(prior, parameters.rho[q], axis.kind == "timing", decided, start)
    factors, outcome = Factors(parameters, axis.pool), np.zeros_like(prior)
    seen = [item for item in evidence if settled is None or item.day <= settled]  # later, no course is left to see
    days = [(day, list(items)) for day, items in groupby(sorted(seen, key=lambda e: e.day), key=lambda e: e.day)]
    kind, names, stands = (start, decided, axis.cells), [(day, *map(_name, items)) for day, items in days], {}
    done, stand = memory.recall(q, kind, names) if memory is not None else (0, None)
    if stand is not None:
        course.resume(stand[0])
        outcome = stand[1]
    for i, (day, items) in enumerate(days[done:], start=done + 1):
        course.advance(day)
        said = _see(course, factors, items, axis.cells)
        outcome = outcome if said is None else outcome + said
        if memory is not None and i > len(days) - _REMEMBERED:
            stands[i] = course.snapshot, outcome
    if memory is not None:
        memory.keep(q, kind, names, stands)
    course.advance(end)
    return _finish(axis, course, outcome)


def _see(course: Course, factors: Factors, items: Sequence[Item], cells: int) -> Floats | None:
    """Let the course see a day's news; return the log of what falls on the outcome itself [C, M], if anything does."""
    outcome: Floats | None = None
    together: list[tuple[Index, Floats]] = []
    for item in items:
        value = factors.log(item, course.first)
        if isinstance(item, Contribution) and item.sees_outcome:
            on_cells = np.repeat(value, np.diff(np.append(item.starts, cells)), axis=0)
            outcome = on_cells if outcome is None else outcome + on_cells
        elif together and np.array_equal(together[-1][0], item.starts):
            together[-1] = item.starts, together[-1][1] + value
        else:
            together.append((item.starts, value))
    for starts, value in together:
        course.see(starts, *_scaled(value, int(np.searchsorted(starts, course.first, side="right")) - 1))
    return outcome


def _name(item: Item) -> Hashable:
    """Return what tells the evidence of one pass from that of another."""
    if isinstance(item, Tally):
        arrays = item.starts.tobytes(), item.rows.tobytes(), item.exposure.tobytes()
        return item.rate, item.credence, item.count, item.part, item.dispersion, *arrays
    return id(item.terms), id(item.bar), item.exponent, reports(item), item.sees_outcome


def _scaled(logs: Floats, first: int = 0) -> tuple[Floats, Floats]:
    """Numbers of which the largest of each draw, from the row `first` on, is 1; and the log of what that leaves out."""
    largest = logs[first:].max(axis=0)
    return np.exp(np.minimum(logs - np.maximum(largest, _LOWEST), 0.0)), largest


def _finish(axis: Axis, course: Course, outcome: Floats) -> Table:
    outcome, log_scale = _scaled(outcome)
    levels = _settling(axis, course, outcome) if axis.settles_with_parent else (course.outcome() * outcome)[None]
    if axis.resolved is not None:
        levels[:, : axis.resolved.first] = 0.0
        levels[:, axis.resolved.last + 1 :] = 0.0
    nominal = axis.kind == "nominal"
    return Table(course.prior, levels[0], course.log_scale + log_scale, levels[0], levels if nominal else None)


def _settling(axis: Axis, course: Course, outcome: Floats) -> Floats:
    """L of each level if the parent's cell is the day on which the question is settled."""
    assert axis.part_of_parent is not None
    days = np.arange(1, len(axis.part_of_parent) + 1)
    return course.settled(np.maximum(days - course.day, 0)) * outcome


def evidence_of(problem: Problem, used: Collection[int] | None = None) -> dict[int, list[Item]]:
    """Return what counts on each question, in the order of the problem, of all units or those in `used`."""
    out: dict[int, list[Item]] = defaultdict(list)
    for c in problem.contributions:
        if c.exponent > 0 and (used is None or c.unit in used):
            out[c.question].append(c)
    for t in problem.tallies:
        if used is None or t.unit < 0 or t.unit in used:
            out[t.question].append(t)
    return out


def evidence_names(problem: Problem) -> list[tuple[Hashable, ...]]:
    """Return what tells the evidence on each question from other evidence."""
    evidence = evidence_of(problem)
    return [tuple((item.day, _name(item)) for item in evidence[q]) for q in range(len(problem.axes))]

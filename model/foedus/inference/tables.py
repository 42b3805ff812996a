"""News -> tables: L_q[y, m] = p(news on q | outcome y, draw m), exact, one forward pass for each question.

The news on a nominal question folds into the table of its parent, through P(level | parent's outcome).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from foedus.inference.course import Course
from foedus.inference.factors import Factors
from foedus.inference.parameters import Parameters, cell_priors
from foedus.problem.types import Axis, Contribution, Index, Problem, Tally

Floats = NDArray[np.float64]
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


def tables(
    problem: Problem, parameters: Parameters, used: Collection[int] | None = None, *, news: bool = True
) -> list[Table]:
    """Run the forward pass of every question.

    Parameters
    ----------
    used : collection of int, optional
        Units of evidence to use; default all.
    news : bool
        Without news nothing is known: not even which days have passed.
    """
    own = own_tables(problem, parameters, range(len(problem.axes)), used, news=news)
    out = [own[q] for q in range(len(problem.axes))]
    for q, axis in enumerate(problem.axes):
        if axis.parent >= 0:
            out[axis.parent] = _fold(out[axis.parent], out[q], axis)
    return out


def own_evidence(own: Iterable[Table]) -> Floats:
    """Log p(news on a question), summed over questions as if they were unrelated: [M]."""
    with np.errstate(divide="ignore"):
        each = [np.log(np.einsum("cm,cm->m", table.prior, table.own)) + table.log_scale for table in own]
    out: Floats = np.nan_to_num(np.sum(each, axis=0), nan=-np.inf, neginf=-np.inf)
    return out


def own_tables(
    problem: Problem,
    parameters: Parameters,
    questions: Iterable[int],
    used: Collection[int] | None = None,
    *,
    news: bool = True,
) -> dict[int, Table]:
    """Run the forward pass of some questions, each on its own evidence alone."""
    by_question: dict[int, list[Contribution | Tally]] = defaultdict(list)
    for c in problem.contributions if news else ():
        if c.exponent > 0 and (used is None or c.unit in used):
            by_question[c.question].append(c)
    for t in problem.tallies if news else ():
        if used is None or t.unit < 0 or t.unit in used:
            by_question[t.question].append(t)
    build = one_table if news else _no_news
    out: dict[int, Table] = {}
    for q in questions:
        axis, given = problem.axes[q], parameters.tables[q]
        prior = cell_priors(axis, parameters.priors[q])
        if given is not None:
            prior = _nominal_prior(axis, cell_priors(problem.axes[axis.parent], parameters.priors[axis.parent]), given)
        out[q] = replace(build(axis, prior, parameters, q, by_question[q]), given_parent=given)
    return out


def one_table(axis: Axis, prior: Floats, parameters: Parameters, q: int, evidence: list[Contribution | Tally]) -> Table:
    """Forward pass of one question over its evidence."""
    settled = None if axis.resolved is None else axis.resolved.day
    end = axis.today if settled is None else min(axis.today, settled)
    start = min([end, *(item.day for item in evidence)])  # before the first news every night changes nothing
    decided = axis.decided if settled is None else min(axis.decided, settled)
    course = Course(prior, parameters.rho[q], axis.kind == "timing", decided, start)
    factors, outcome = Factors(parameters, axis.pool), np.zeros_like(prior)
    seen = [item for item in evidence if settled is None or item.day <= settled]  # later, no course is left to see
    for day, items in groupby(sorted(seen, key=lambda e: e.day), key=lambda e: e.day):
        course.advance(day)
        together: list[tuple[Index, Floats]] = []
        for item in items:
            value = factors.log(item, course.first)
            if isinstance(item, Contribution) and item.sees_outcome:
                outcome += np.repeat(value, np.diff(np.append(item.starts, axis.cells)), axis=0)
            elif together and np.array_equal(together[-1][0], item.starts):
                together[-1] = item.starts, together[-1][1] + value
            else:
                together.append((item.starts, value))
        for starts, value in together:
            course.see(starts, *_scaled(value, int(np.searchsorted(starts, course.first, side="right")) - 1))
    course.advance(end)
    return _finish(axis, course, outcome)


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


def _no_news(axis: Axis, prior: Floats, parameters: Parameters, q: int, evidence: list[Contribution | Tally]) -> Table:
    del parameters, q, evidence
    ones = np.ones_like(prior)
    return Table(prior, ones, np.zeros(prior.shape[1]), ones, ones[None] if axis.kind == "nominal" else None)


def _nominal_prior(axis: Axis, parent: Floats, table: Floats) -> Floats:
    """Marginal probability of the levels of a question that hangs on a parent."""
    parts = np.zeros((table.shape[0], table.shape[2]))
    assert axis.part_of_parent is not None
    np.add.at(parts, axis.part_of_parent, parent)
    return np.asarray(np.einsum("pm,pkm->km", parts, table))


def _fold(parent: Table, child: Table, axis: Axis) -> Table:
    """Multiply the parent's table by p(news on the child | parent's cell)."""
    assert child.levels is not None
    assert child.given_parent is not None
    given = child.given_parent[axis.part_of_parent]
    said = np.einsum("ykm,ykm->ym", given, np.broadcast_to(child.levels, given.shape))
    return replace(parent, likelihood=parent.likelihood * said)


def log_ratio(axis: Axis, new: Table, old: Table, cells: NDArray[np.int32], parent: NDArray[np.int32] | None) -> Floats:
    """Log of new to old likelihood [N, M] of drawn cells of one question (given the parent's, where it has one)."""
    columns = np.arange(cells.shape[1])[None]
    if axis.kind == "nominal" and new.levels is not None and old.levels is not None:
        rows = parent if parent is not None and len(new.levels) > 1 else np.zeros_like(cells)
        up, down = new.levels[rows, cells, columns], old.levels[rows, cells, columns]
    else:
        up, down = new.own[cells, columns], old.own[cells, columns]
    with np.errstate(divide="ignore", invalid="ignore"):
        out: Floats = np.log(up) - np.log(down) + new.log_scale - old.log_scale
    return np.where(down > 0, out, -np.inf)

"""The reference with nothing summed out: each question's plan, a coin every night, and a new plan where it falls.

The process is the design's, forwards. A plan is drawn from the prior; each night it is redrawn, with the chance that
its half-life leaves, from the prior of what lies ahead. A timing event happens on the first day that its plan points
at; any other question is settled by the plan on its decision date. Signals are seen on the plan of their day. What
makes outcomes of questions depend on each other multiplies the density: the copula's at their scores, each uniform in
probability within its cell, and P(level | parent's outcome) over P(level) for a question that hangs on another.

That the outcome of this process has the prior as its law is nowhere used, and so is checked when its posterior
agrees with the summed one. For small cases: there is a random variable for every night of every question.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from pytensor.graph.basic import Constant

from foedus.bayes.coordinates import Free
from foedus.bayes.courses import TINY, log_reports, log_tallies, not_excluded, settled
from foedus.bayes.density import values
from foedus.bayes.latents import at, lower_tail, truncated
from foedus.bayes.stacks import Stack, stack
from foedus.bayes.unknowns import Giver, Unknowns, parents_first, unknowns
from foedus.errors import CaseError, Fault
from foedus.problem.types import Axis, Index, Problem

Tensor = Any
MOST_NIGHTS = 120  # of all questions together: as many coins, and as many plans that could be made anew
MOST_CELLS = 64  # of one question


@dataclass(frozen=True)
class _Walk:
    """One question: the plan on each day from `first`, and the outcome (a cell)."""

    first: int
    course: Tensor
    outcome: Tensor


def nights(problem: Problem) -> list[Index]:
    """Nights (numbered as the days before them) that each question's plan goes through."""
    seen = stack(problem, np.arange(len(problem.axes)))
    out = []
    for axis, days in zip(problem.axes, seen.days, strict=True):
        end = axis.cells - 1 if axis.kind == "timing" else settled(axis)
        if axis.settles_with_parent and axis.part_of_parent is not None:
            end = len(axis.part_of_parent)
        out.append(np.arange(min(1, int(days[0])), max(end, 1)))
    return out


def refuse_large(problem: Problem) -> None:
    """Refuse a problem with more nights or cells than can be sampled one by one.

    Raises
    ------
    CaseError
        It says what is too large, and what to do.
    """
    count, widest = sum(map(len, nights(problem))), max(problem.axes, key=lambda axis: axis.cells)
    faults = []
    if count > MOST_NIGHTS:
        faults.append(f"{count} nights over all questions; explicit courses take up to {MOST_NIGHTS}")
    if widest.cells > MOST_CELLS:
        faults.append(f"{widest.id} has {widest.cells} outcomes; explicit courses take up to {MOST_CELLS}")
    advice = 'write courses="summed", or give it a case with a shorter window or fewer questions'
    if faults:
        raise CaseError(Fault("courses", 0, f"{fault}: {advice}") for fault in faults)


def night_names(problem: Problem) -> dict[str, list[str]]:
    """Coordinates of the nights and days of every question, as dates."""
    out: dict[str, list[str]] = {}
    for axis, own in zip(problem.axes, nights(problem), strict=True):
        first = int(own[0]) if len(own) else 1
        days = [(axis.opens + dt.timedelta(days=first + i)).isoformat() for i in range(len(own) + 1)]
        out |= {f"night of {axis.id}": days[:-1], f"day of {axis.id}": days}
    return out


def explicit(problem: Problem, free: Free, giver: Giver) -> None:
    """Add everything to the model that is open."""
    u = unknowns(problem, free, giver)
    axes, seen, own = problem.axes, stack(problem, np.arange(len(problem.axes))), nights(problem)
    start = _start(problem, seen)
    walks: dict[int, _Walk] = {}
    for q in parents_first(axes):
        counts: Tensor = np.ones(len(own[q]), dtype=bool)
        if axes[q].settles_with_parent:
            counts = own[q] < pt.maximum(walks[axes[q].parent].outcome + 1, seen.days[q, -1])
        walks[q] = _walk(axes[q], own[q], u.prior[q, : axes[q].cells], 1 - u.rho[q], counts, start[q])
    cell = giver.tell("cell", pt.stack([walks[q].outcome for q in range(len(axes))]), "question")
    pm.Potential("known", _known(axes, seen, cell), dims="question")
    pm.Potential("news", _news(axes, seen, u, walks, cell), dims="question")
    _depend(problem, u, cell, giver)


def _walk(axis: Axis, own: Index, prior: Tensor, chance: Tensor, counts: Tensor, start: int) -> _Walk:
    """Plan, coins and new plans of one question; `counts` [N] are the nights before it was settled."""
    name, first = axis.id, int(own[0]) if len(own) else 1
    course: Tensor = pm.Categorical(f"plan {name}", p=prior, initval=start)[None]
    if len(own):
        past = np.clip(own, 0, axis.cells - 1)[:, None] if axis.kind == "timing" else np.zeros((len(own), 1))
        ahead = prior * (np.arange(axis.cells) >= past) + TINY * (np.arange(axis.cells) == axis.cells - 1)
        dims = f"night of {name}"
        coin = pm.Bernoulli(f"redraw {name}", p=chance, dims=dims, initval=np.zeros(len(own), dtype=int))
        anew = pm.Categorical(f"redrawn {name}", p=ahead / ahead.sum(axis=-1, keepdims=True), dims=dims)
        place = np.arange(len(own))
        fell = pt.eq(coin, 1) & counts & (place < np.arange(len(own) + 1)[:, None])
        course = pt.concatenate([course, anew])[pt.switch(fell, place + 1, 0).max(axis=1)]
    course = pm.Deterministic(f"course {name}", course, dims=f"day of {name}")
    if axis.kind != "timing":
        return _Walk(first, course, course[-1])
    days = np.arange(1, axis.cells)
    happens = pt.concatenate([pt.eq(course[days - first], days - 1), [True]])  # at last, never
    return _Walk(first, course, pt.argmax(happens))


def _known(axes: tuple[Axis, ...], seen: Stack, cell: Tensor) -> Tensor:
    """0 where what is known allows the outcome, else -inf: [Q]."""
    most = max(axis.cells for axis in axes)
    possible = _possible(axes, seen, most)
    return pt.log(pt.constant(possible.astype(float))[np.arange(len(axes)), cell])


def _possible(axes: tuple[Axis, ...], seen: Stack, most: int) -> Any:
    today = [min(int(days[-1]) - 1, a.cells - 1) if a.kind == "timing" else 0 for a, days in zip(axes, seen.days)]  # noqa: B905
    return (np.arange(most) >= np.array(today)[:, None]) & not_excluded(axes, most)


def _news(axes: tuple[Axis, ...], seen: Stack, u: Unknowns, walks: dict[int, _Walk], cell: Tensor) -> Tensor:
    """Log of what was seen on the courses and of the outcomes: [Q]."""
    on_course = []
    for q, axis in enumerate(axes):
        end = np.inf if axis.kind == "timing" or axis.settles_with_parent else settled(axis)
        days = np.minimum(seen.days[q], end).astype(int) - walks[q].first
        on_course.append(walks[q].course[np.clip(days, 0, None)])
    plans = pt.stack(on_course)  # [Q, D]
    news = pt.zeros(len(axes))
    if seen.reports is not None:
        place = seen.reports.at
        of = pt.switch(seen.reports.outcome, cell[place.question], plans[place.question, place.slot])
        news = news[place.question].inc(at(log_reports(seen.reports, u.knobs), of))
    if seen.tallies is not None:
        place = seen.tallies.at
        said = log_tallies(seen.tallies, u.knobs)
        news = news[place.question].inc(at(said, plans[place.question, place.slot]))
    return news


def _depend(problem: Problem, u: Unknowns, cell: Tensor, giver: Giver) -> None:
    """Add what makes the outcomes depend on each other, and the numbers of quantities."""
    axes, latent = problem.axes, problem.latent
    if u.ordered is not None:
        place, own = np.arange(len(latent)), cell[latent]
        low, high = u.ordered.edges[place, own], u.ordered.edges[place, own + 1]
        inside = pt.clip(lower_tail(u.score[latent]), 1e-12, 1 - 1e-12)
        z = giver.tell("z", truncated(inside, low, high), "ordered")
        values(axes, latent.tolist(), u.ordered, z, giver)
        if not isinstance(u.correlation, Constant):
            root = pt.linalg.cholesky(u.correlation)
            white = pt.linalg.solve_triangular(root, z, lower=True)
            log_density = 0.5 * (pt.sqr(z) - pt.sqr(white)).sum() - pt.log(pt.diag(root)).sum()
            pm.Potential("copula", log_density)
    for q, (axis, table) in enumerate(zip(axes, u.tables, strict=True)):
        if table is not None and axis.part_of_parent is not None:
            part = pt.constant(axis.part_of_parent)[cell[axis.parent]]
            given = pt.log(pt.maximum(table[part, cell[q]], TINY))
            pm.Potential(f"hangs {axis.id}", given - pt.log(pt.maximum(u.prior[q, cell[q]], TINY)))


def _start(problem: Problem, seen: Stack) -> list[int]:
    """Outcomes to begin with: the most probable ones that what is known allows."""
    axes = problem.axes
    possible = _possible(axes, seen, max(axis.cells for axis in axes))
    out = [0] * len(axes)
    for q in parents_first(axes):
        axis = axes[q]
        mass = axis.pool * possible[q, : axis.cells]
        if axis.table is not None and axis.part_of_parent is not None:
            mass = mass * axis.table[:, axis.part_of_parent[out[axis.parent]]].mean(axis=0)
        out[q] = int(np.argmax(mass))
    return out

"""What the news says of each question, in PyTensor: p(news | outcome) with the courses summed out.

Written from the design, without a look at how the core does it. Days on which nothing is seen cost nothing: one
scan for all questions runs over the days with news, and the nights between two of them are one linear map. Let
S_j(A) be the prior mean of A over cells j and later; the night after day d redraws from the days that lie ahead, so
that A becomes rho A + (1 - rho) S_d(A). Since the mean of that beyond day d + 1 is rho S_(d+1)(A) + (1 - rho) S_d(A),
n nights give rho^n A + (1 - rho) sum_i rho^i S_(d+i)(A). A question that is no timing question redraws from S_0.

Shapes are those of one draw of the parameters; every tensor may have further axes in front.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytensor.tensor as pt
from numpy.typing import NDArray
from pytensor.gradient import disconnected_grad
from pytensor.scan.basic import scan
from scipy.special import gammaln

from foedus.bayes.stacks import Reports, Segments, Stack, Tallies
from foedus.problem.types import Axis, Index

Tensor = Any
TINY = 1e-300


@dataclass(frozen=True)
class Knobs:
    """The uncertain numbers as tensors: log multipliers [T], credences [S], base rates a day and dispersions [N]."""

    telling: Tensor
    credence: Tensor
    rate: Tensor


@dataclass(frozen=True)
class Course:
    """State of all courses on the last day: p(news on the course | course) = exp(log_scale) state, [Q, C].

    `outcome` [Q, C] is what was said of the outcome itself, in logs.
    """

    state: Tensor
    log_scale: Tensor
    outcome: Tensor


def follow(axes: tuple[Axis, ...], stack: Stack, prior: Tensor, rho: Tensor, knobs: Knobs) -> Course:
    """Forward pass of all questions over the days with news.

    Parameters
    ----------
    prior : tensor [Q, C]
        Probability of each cell.
    rho : tensor [Q]
        Probability that a plan survives a night.
    """
    nothing = pt.zeros_like(prior)
    slots = nothing[..., None, :, :] + np.zeros((stack.days.shape[1], 1, 1))  # [D, Q, C]
    outcome = nothing
    if stack.reports is not None:
        r = stack.reports
        said = log_reports(r, knobs)
        on_course, on_outcome = np.flatnonzero(~r.outcome), np.flatnonzero(r.outcome)
        if len(on_course):
            slots = slots[..., r.at.slot[on_course], r.at.question[on_course], :].inc(said[..., on_course, :])
        if len(on_outcome):
            outcome = outcome[..., r.at.question[on_outcome], :].inc(said[..., on_outcome, :])
    if stack.tallies is not None:
        at = stack.tallies.at
        slots = slots[..., at.slot, at.question, :].inc(log_tallies(stack.tallies, knobs))
    state, log_scale = _forward(axes, stack.days, slots, prior, rho)
    return Course(state, log_scale, outcome)


def suffix_sums(x: Tensor) -> Tensor:
    """Return sums from each cell to the last."""
    return pt.cumsum(x[..., ::-1], axis=-1)[..., ::-1]


# -- factors -----------------------------------------------------------------------------------


def log_reports(r: Reports, knobs: Knobs) -> Tensor:
    """Log factor of each signal on each cell [K, C]."""
    credence = _credence(r, knobs.credence)[..., None]
    logs = knobs.telling[..., r.rows]
    if r.presence.any():
        presence = r.presence[:, None, None]
        logs = pt.switch(presence != 0, -pt.softplus(-presence * logs), logs)
    value = pt.exp((logs * r.counts[:, :, None]).sum(axis=-2))  # [J, G]
    if r.power.any():
        value = value / _selection(r, knobs)[..., r.item, :] ** r.power[:, None]
    mean = pt.switch(r.as_written[r.item], 1.0, _mean(value, r.at.mass[r.item]))
    mean = pt.switch(r.scale > 0, r.scale, mean)
    term = r.weight[:, None] * value / mean[..., None]
    mixed = pt.zeros_like(term[..., :1, :] + r.at.mass)[..., r.item, :].inc(term)
    log_factor = pt.log(pt.maximum(credence * mixed + 1 - credence, TINY))
    if (r.part_of >= 0).any():
        log_factor = _with_discrepancies(r, credence, mixed, log_factor)
    if (r.rate >= 0).any():
        counted = np.flatnonzero(r.rate >= 0)
        log_rate = pt.log(knobs.rate)[..., r.rate[counted]] - np.log(r.middle[counted])
        log_factor = log_factor[..., counted, :].inc(log_rate[..., None])
    return _to_cells(r.at, r.exponent[:, None] * log_factor)


def _with_discrepancies(r: Reports, credence: Tensor, mixed: Tensor, log_factor: Tensor) -> Tensor:
    """Let lines of a discrepancy speak through it: as a pair where all are true, else each that is, by itself."""
    lines, pairs = np.flatnonzero(r.part_of >= 0), np.unique(r.part_of[r.part_of >= 0])
    of, nothing = r.part_of[lines], pt.zeros_like(log_factor)
    none_joined = nothing[..., of, :].inc(log_factor[..., lines, :])
    all_true = nothing[..., of, :].inc(pt.log(pt.maximum(credence, TINY))[..., lines, :] + nothing[..., lines, :])
    each_said = nothing[..., of, :].inc(pt.log(pt.maximum(mixed, TINY))[..., lines, :])
    sure = pt.exp(all_true)
    joined = pt.exp(none_joined) + sure * (mixed - pt.exp(each_said))
    if r.absent.any():
        none = pt.maximum(1 - mixed, 1e-6) / pt.maximum(1 - _by_lines(r, mixed), 1e-6)
        none = none / np.where(r.absent > 0, r.absent, 1.0)[:, None]
        joined = pt.switch(r.absent[:, None] > 0, sure * none + 1 - sure, joined)
    spoken = log_factor[..., pairs, :].set(pt.log(pt.maximum(joined, TINY))[..., pairs, :])
    return spoken[..., lines, :].set(0.0)


def _by_lines(r: Reports, mixed: Tensor) -> Tensor:
    """Of an absence, the probability of its discrepancies by the lines alone [K, G]."""
    term, line, alike = r.pattern.T
    p = pt.switch(r.untold[line][:, None], 0.5, mixed[..., line, :])
    logs = pt.log(pt.maximum(pt.switch(alike[:, None] == 1, p, 1 - p), TINY))
    terms, place = np.unique(term, return_inverse=True)
    each = pt.zeros_like(mixed[..., :1, :] + np.zeros((len(terms), 1)))[..., place, :].inc(logs)
    return pt.zeros_like(mixed)[..., r.item[terms], :].inc(pt.exp(each))


def _selection(r: Reports, knobs: Knobs) -> Tensor:
    """m_bar [K, G]: what would typically have been coded."""
    each = pt.exp(knobs.telling[..., r.codes])  # [K, B, G]
    return r.silent[:, None] + (r.shares[:, :, None] * each).sum(axis=-2)


def _credence(r: Reports, credence: Tensor) -> Tensor:
    """Credence of each event [K]: the best origin's, or 1 - prod(1 - r) over independent origins."""
    best = _largest(credence[..., r.grades] * r.reported)  # [K, O]
    if r.grades.shape[1] == 1:
        return best[..., 0]
    together, alone = 1 - pt.prod(1 - best * r.independent, axis=-1), _largest(best)
    return pt.switch(together > alone, together, alone)


def _largest(x: Tensor) -> Tensor:
    """Largest along the last axis; of equal ones the gradient goes to one, where `max` gives it to all."""
    return pt.take_along_axis(x, pt.argmax(x, axis=-1, keepdims=True), axis=-1)[..., 0]


def log_tallies(t: Tallies, knobs: Knobs) -> Tensor:
    """Log probability of each count on each cell [N, C], as far as it counts.

    Poisson, or a gamma of mean 1 and variance `dispersion` times the mean, integrated out.
    """
    multiplier = pt.exp(knobs.telling[..., t.rows])
    known = pt.concatenate([knobs.credence, pt.ones_like(knobs.rate[..., :1])], axis=-1)
    credence = known[..., t.credence][..., None, None]  # the last where the index is -1
    days = t.exposure[:, :, None] * (credence * multiplier + 1 - credence)
    mean = knobs.rate[..., t.rate][..., None] * days.sum(axis=-2)
    n = t.count[:, None]
    some = np.where(n > 0, n, 1.0)
    log_mean = pt.switch(n > 0, some * pt.log(pt.maximum(mean, TINY)), 0.0)
    out = log_mean - mean - gammaln(n + 1)
    scattered = np.flatnonzero(t.dispersion >= 0)
    if len(scattered):
        n, mean = n[scattered], mean[..., scattered, :]
        a = knobs.rate[..., t.dispersion[scattered]][..., None]
        ways = pt.gammaln(n + 1 / a) - pt.gammaln(1 / a) - gammaln(n + 1) + n * pt.log(a)
        out = out[..., scattered, :].set(ways + log_mean[..., scattered, :] - (n + 1 / a) * pt.log1p(a * mean))
    any_of_them = np.flatnonzero(t.presence & (t.count > 0))
    if len(any_of_them):  # then the probability of one event is not that of at least one
        mean = (knobs.rate[..., t.rate][..., None] * days.sum(axis=-2))[..., any_of_them, :]
        a = pt.concatenate([knobs.rate, pt.zeros_like(knobs.rate[..., :1])], axis=-1)[..., t.dispersion[any_of_them]]
        a = pt.maximum(a, TINY)[..., None]  # the last where the index is -1: Poisson's limit
        none = pt.switch(pt.lt(a * mean, 1e-9), pt.exp(-mean), pt.exp(-pt.log1p(a * mean) / a))
        out = out[..., any_of_them, :].set(pt.log(pt.maximum(1 - none, TINY)))
    return _to_cells(t.at, t.part[:, None] * out)


def _mean(value: Tensor, mass: Tensor) -> Tensor:
    return pt.maximum((value * mass).sum(axis=-1), TINY)


def _to_cells(at: Segments, by_run: Tensor) -> Tensor:
    return by_run[..., np.arange(len(at.of_cell))[:, None], at.of_cell]


# -- courses -----------------------------------------------------------------------------------


def _forward(
    axes: tuple[Axis, ...], days: Index, log_factor: Tensor, prior: Tensor, rho: Tensor
) -> tuple[Tensor, Tensor]:
    """State [Q, C] on the last day, and its log scale [Q]. `log_factor` [D, Q, C]."""
    nights, open_cells, (slot, question, cell, since) = _calendar(axes, days)
    again = pt.zeros_like(log_factor)
    if len(slot):
        again = again[..., slot, question, cell].inc((1 - rho[..., question]) * rho[..., question] ** since)
    hold = rho[..., None, :] ** nights.T  # [D, Q]

    def step(log_f: Tensor, is_open: Tensor, hold: Tensor, again: Tensor, a: Tensor, *fixed: Tensor) -> list[Tensor]:
        weight, beyond = fixed
        redrawn = (again * means(a, weight, beyond)).sum(axis=-1)
        new = pt.log(pt.maximum(hold[..., None] * a + redrawn[..., None], TINY)) + log_f
        top = disconnected_grad(pt.max(pt.switch(is_open, new, -np.inf), axis=-1))
        return [pt.switch(is_open, pt.exp(new - top[..., None]), 0.0), top]

    states, tops = scan(
        step,
        sequences=[
            pt.moveaxis(log_factor, -3, 0), pt.constant(open_cells), pt.moveaxis(hold, -2, 0), pt.moveaxis(again, -3, 0)
        ],
        outputs_info=[pt.ones_like(prior), None],
        non_sequences=[prior, suffix_sums(prior)],
        strict=True,
        return_updates=False,
    )  # fmt: skip
    return states[-1], tops.sum(axis=0)


def _calendar(axes: tuple[Axis, ...], days: Index) -> tuple[Index, NDArray[np.bool_], tuple[Index, ...]]:
    """Nights before each slot [Q, D], open cells [D, Q, C], and (slot, question, cell, nights since) of each redraw."""
    cells = np.array([axis.cells for axis in axes])
    timing = np.array([axis.kind == "timing" for axis in axes])
    until = np.where(timing, np.iinfo(np.intp).max, [settled(axis) for axis in axes])
    passed = np.minimum(days, until[:, None])
    nights = np.diff(passed, axis=1, prepend=passed[:, :1])
    first = np.where(timing[:, None], np.clip(days - 1, 0, cells[:, None] - 1), 0)
    place = np.arange(cells.max())
    open_cells = (place >= first[:, :, None]) & (place < cells[:, None, None])
    question, slot, since = np.nonzero(np.arange(int(nights.max()) + 1) < nights[:, :, None])
    ahead = days[question, slot] - nights[question, slot] + since
    ahead = np.where(timing[question], np.clip(ahead, 0, cells[question] - 1), 0)
    return nights, open_cells.transpose(1, 0, 2), (slot, question, ahead, since)


def settled(axis: Axis) -> int:
    """Day on which a question that is no timing question is settled."""
    return axis.decided if axis.resolved is None else min(axis.decided, axis.resolved.day)


def means(a: Tensor, prior: Tensor, tail: Tensor) -> Tensor:
    """S_j(A): prior mean of A over cells j and later, [Q, C]."""
    return suffix_sums(prior * a) / pt.maximum(tail, TINY)


def outcome_law(
    axes: tuple[Axis, ...], stack: Stack, course: Course, prior: Tensor, rho: Tensor
) -> tuple[Tensor, Tensor]:
    """p(news | outcome) [Q, C], and its log scale [Q]."""
    timing = np.array([axis.kind == "timing" for axis in axes])[:, None]
    cells, last = np.array([axis.cells for axis in axes]), stack.days[:, -1]
    place = np.arange(cells.max())
    since = place - np.where(timing[:, 0], np.minimum(last - 1, cells - 1), 0)[:, None]
    left = [max(settled(axis) - int(day), 0) for axis, day in zip(axes, last, strict=True)]
    stays, mean = rho[..., None], means(course.state, prior, suffix_sums(prior))
    hold = stays ** np.where(timing, np.maximum(since, 0), np.array(left)[:, None])
    redrawn = (1 - hold) * mean[..., :1]
    if timing.any():
        each_night = (1 - stays) * stays ** np.maximum(since - 1, 0) * (since > 0) * mean
        redrawn = pt.switch(timing, pt.cumsum(each_night, axis=-1), redrawn)
    possible = (since >= 0) & (place < cells[:, None]) & not_excluded(axes, len(place))
    top = disconnected_grad(pt.max(course.outcome, axis=-1))
    law = (hold * course.state + redrawn) * pt.exp(course.outcome - top[..., None])
    return pt.switch(possible, law, 0.0), course.log_scale + top


def law_by_day(axes: tuple[Axis, ...], stack: Stack, q: int, course: Course, prior: Tensor, rho: Tensor) -> Tensor:
    """p(news on question q | level) if the parent's cell is the day that settles it: [C_parent, C]."""
    axis = axes[q]
    assert axis.part_of_parent is not None
    days = np.arange(1, len(axis.part_of_parent) + 1)
    hold = rho[..., q, None, None] ** np.maximum(days - stack.days[q, -1], 0)[:, None]
    state, said = course.state[..., q, : axis.cells], course.outcome[..., q, :]
    mean = (prior[..., q, : axis.cells] * state).sum(axis=-1)[..., None, None]
    top = disconnected_grad(pt.max(said, axis=-1, keepdims=True))
    law = (hold * state[..., None, :] + (1 - hold) * mean) * pt.exp(said[..., : axis.cells] - top)[..., None, :]
    return law * not_excluded(axes, axis.cells)[q]


def not_excluded(axes: tuple[Axis, ...], cells: int) -> NDArray[np.bool_]:
    """Which cells a known outcome leaves, [Q, C]."""
    ranges = [(0, cells) if a.resolved is None else (a.resolved.first, a.resolved.last) for a in axes]
    first, last = np.array(ranges).T[:, :, None]
    return np.asarray((np.arange(cells) >= first) & (np.arange(cells) <= last))

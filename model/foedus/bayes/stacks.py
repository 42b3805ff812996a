"""The evidence on all questions as rectangles, so that a graph can say it once for all signals and questions.

A Problem holds each unit of evidence with its own number of segments, terms, codes and origins, and each question
with its own number of cells. Here they are padded to common sizes and stacked; whatever is computed from them is an
operation on arrays, whose graph is no larger for a thousand signals than for three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foedus.problem.types import Axis, Contribution, Floats, Index, Problem, Tally, Term

Bools = NDArray[np.bool_]
_NO_RATE = (-1, 1.0)


@dataclass(frozen=True)
class Segments:
    """Cells in runs on which a factor is constant, for K items: C cells, at most G runs.

    Attributes
    ----------
    question : array [K]
    of_cell : array [K, C]
        Run of each cell.
    mass : array [K, G]
        Mass of each run in the pool, given not yet on the day of the item.
    slot : array [K]
        Place of that day among the days with news.
    """

    question: Index
    of_cell: Index
    mass: Floats
    slot: Index


@dataclass(frozen=True)
class Reports:
    """K signals. J terms of R rows each; B codes that could have been coded; O origins of P reports.

    Attributes
    ----------
    at : Segments
    item, weight, power, presence, scale : array [J]
        Signal that a term belongs to, its part in the mixture over coders, how many codes it stands for,
        +1 / -1 for a line of a document that is present / absent, and its mean where it is a probability, else 0.
    rows, counts : array [J, R, G], [J, R]
        Rows of multipliers to be multiplied; 1 where there is one, 0 for padding.
    shares, codes, silent : array [K, B], [K, B, G], [K]
        Selection: part of each code in a typical week, its rows, and the part that says nothing.
    grades, reported, independent : array [K, O, P], [K, O, P], [K, O]
        Credence of each report of each origin, where there is one, and whether the origin had its own access.
    exponent, as_written, rate, middle : array [K]
        What it counts; whether multipliers are rates, and then the base rate's index, else -1, and its middle: the
        density of an event is the rate itself.
    outcome : array [K]
        Whether it falls on the outcome instead of the course.
    part_of : array [K]
        Of a line of a discrepancy, the item that is the discrepancy: what the line says is said there. Else -1.
    absent : array [K]
        Of the absence of some discrepancies, which are its terms, the mean of what it says; else 0.
    pattern : array [E, 3]
        Of these, for each term and line: term, item of the line, and 1 where the line would be as it was seen, else 0.
    untold : array [K]
        Whether it is a line whose code says nothing on the question.
    """

    at: Segments
    item: Index
    weight: Floats
    power: Floats
    presence: Floats
    scale: Floats
    rows: Index
    counts: Floats
    shares: Floats
    codes: Index
    silent: Floats
    grades: Index
    reported: Bools
    independent: Bools
    exponent: Floats
    as_written: Bools
    rate: Index
    middle: Floats
    outcome: Bools
    part_of: Index
    absent: Floats
    pattern: Index
    untold: Bools


@dataclass(frozen=True)
class Tallies:
    """N tallies of exhaustively covered codes. Rows [N, K, G] and exposure [N, K], all else [N].

    Credence -1: certain; dispersion -1: Poisson.
    """

    at: Segments
    rows: Index
    rate: Index
    credence: Index
    exposure: Floats
    count: Floats
    part: Floats
    dispersion: Index
    presence: Bools


@dataclass(frozen=True)
class Stack:
    """Everything seen, and the days on which it was.

    Attributes
    ----------
    days : array [Q, D]
        Days with news of each question in order; last, and again to the end, the day from which its outcome is read.
    reports, tallies : optional
    """

    days: Index
    reports: Reports | None
    tallies: Tallies | None


def stack(problem: Problem, questions: Index) -> Stack:
    """Stack the evidence on some questions, which are numbered in their order from then on.

    Signals after their question was settled, or that count nothing, are left out.
    """
    place = {q: i for i, q in enumerate(questions.tolist())}
    axes = [problem.axes[q] for q in place]
    known = {q: problem.axes[q].resolved for q in place}
    last = {q: np.inf if resolved is None else resolved.day for q, resolved in known.items()}
    reports = [
        replace(c, question=place[c.question])
        for c in problem.contributions
        if c.exponent > 0 and c.day <= last.get(c.question, -np.inf)
    ]
    tallies = [
        replace(t, question=place[t.question]) for t in problem.tallies if t.day <= last.get(t.question, -np.inf)
    ]
    seen: list[list[int]] = [[] for _ in axes]
    for question, day in [(c.question, c.day) for c in reports] + [(t.question, t.day) for t in tallies]:
        seen[question].append(day)
    each = []
    for (q, i), axis in zip(place.items(), axes, strict=True):
        end = int(min(axis.today, last[q]))
        end = max(end, 1) if axis.kind == "timing" else max([end, *seen[i]])
        each.append(np.unique(np.array([*seen[i], end], dtype=np.intp)))
    longest = max(len(days) for days in each)
    return Stack(
        days=np.array([np.pad(days, (0, longest - len(days)), mode="edge") for days in each]),
        reports=_reports(reports, axes, each) if reports else None,
        tallies=_tallies(tallies, axes, each) if tallies else None,
    )


def most_cells(axes: Sequence[Axis]) -> int:
    """Return the number of cells C that all questions are padded to."""
    return max(axis.cells for axis in axes)


def _reports(items: list[Contribution], axes: Sequence[Axis], days: list[Index]) -> Reports:
    items, part_of = _with_lines(items)
    terms = [(k, term) for k, c in enumerate(items) for term in (c.terms[:1] if c.as_written else c.terms)]
    width = max(len(c.starts) for c in items)
    origins = padded([padded([o for _, o in c.origins], -1) for c in items], -1)
    bars = [c.bar if c.bar is not None else _no_selection(c) for c in items]
    rows = padded([term.rows for _, term in terms], -1, (1, width))
    return Reports(
        at=_segments(items, axes, days, width),
        item=np.array([k for k, _ in terms], dtype=np.intp),
        weight=np.array([1.0 if items[k].as_written else term.weight for k, term in terms]),
        power=np.array([float(term.bar_power) for _, term in terms]),
        presence=np.array([float(term.presence) for _, term in terms]),
        scale=np.array([term.scale for _, term in terms]),
        rows=np.maximum(rows, 0),
        counts=(rows[:, :, 0] >= 0).astype(float),
        shares=padded([share for share, _, _ in bars], 0.0),
        codes=np.maximum(padded([codes for _, codes, _ in bars], -1, (1, width)), 0),
        silent=np.array([silent for _, _, silent in bars]),
        grades=np.maximum(origins, 0),
        reported=origins >= 0,
        independent=padded([np.array([own for own, _ in c.origins]) for c in items], fill=False),
        exponent=np.array([c.exponent for c in items]),
        as_written=np.array([c.as_written for c in items]),
        rate=np.array([(c.rate or _NO_RATE)[0] for c in items], dtype=np.intp),
        middle=np.array([(c.rate or _NO_RATE)[1] for c in items]),
        outcome=np.array([c.sees_outcome for c in items]),
        part_of=part_of,
        absent=np.array([c.absence.scale if c.absence and i < 0 else 0.0 for c, i in zip(items, part_of, strict=True)]),
        pattern=_patterns(items, part_of, terms),
        untold=np.array([i >= 0 and not len(c.terms[0].rows) for c, i in zip(items, part_of, strict=True)]),
    )


def _with_lines(items: list[Contribution]) -> tuple[list[Contribution], Index]:
    """Add the lines of discrepancies as items of their own, and say which they belong to."""
    lines = [(k, line) for k, c in enumerate(items) for line in c.lines]
    each = [replace(items[k], terms=(line.term,), origins=line.origins) for k, line in lines]
    whole = [replace(c, origins=c.lines[0].origins) if c.lines else c for c in items]
    return [*whole, *each], np.array([-1] * len(items) + [k for k, _ in lines], dtype=np.intp)


def _patterns(items: list[Contribution], part_of: Index, terms: list[tuple[int, Term]]) -> Index:
    """For each term of an absence and each of its lines: both, and whether the line is there as in the discrepancy."""
    rows = []
    for k, c in enumerate(items):
        if c.absence is not None and part_of[k] < 0:
            own = [j for j, (item, _) in enumerate(terms) if item == k]
            lines = np.flatnonzero(part_of == k).tolist()
            for j, pattern in zip(own, c.absence.patterns, strict=True):
                seen = [items[line].terms[0].presence for line in lines]
                rows += [(j, line, int(a == b)) for line, a, b in zip(lines, seen, pattern, strict=True)]
    return np.array(rows, dtype=np.intp).reshape(-1, 3)


def _no_selection(c: Contribution) -> tuple[Floats, Index, float]:
    return np.zeros(1), np.zeros((1, len(c.starts)), dtype=np.intp), 1.0


def _tallies(items: list[Tally], axes: Sequence[Axis], days: list[Index]) -> Tallies:
    width = max(len(s.starts) for s in items)
    return Tallies(
        at=_segments(items, axes, days, width),
        rows=np.maximum(padded([t.rows for t in items], -1, (1, width)), 0),
        rate=np.array([t.rate for t in items], dtype=np.intp),
        credence=np.array([t.credence for t in items], dtype=np.intp),
        exposure=padded([t.exposure for t in items], 0.0),
        count=np.array([float(t.count) for t in items]),
        part=np.array([t.part for t in items]),
        dispersion=np.array([t.dispersion for t in items], dtype=np.intp),
        presence=np.array([t.presence for t in items]),
    )


def _segments(items: Sequence[Contribution | Tally], axes: Sequence[Axis], days: list[Index], width: int) -> Segments:
    starts = padded([item.starts for item in items], np.iinfo(np.intp).max, (width,))
    place = np.arange(most_cells(axes))
    return Segments(
        question=np.array([item.question for item in items], dtype=np.intp),
        of_cell=(starts[:, None, :] <= place[:, None]).sum(axis=2) - 1,
        mass=padded([_masses(axes[item.question], item) for item in items], 0.0, (width,)),
        slot=np.array([np.searchsorted(days[item.question], item.day) for item in items], dtype=np.intp),
    )


def _masses(axis: Axis, item: Contribution | Tally) -> Floats:
    """Probability in the pool of each run, given that days before the item's have passed without the event."""
    ahead = np.arange(axis.cells) + 1 >= min(item.day, axis.cells) if axis.kind == "timing" else np.ones(axis.cells)
    pool = axis.pool * ahead
    runs = np.searchsorted(item.starts, np.arange(axis.cells), side="right") - 1
    return np.bincount(runs, weights=pool, minlength=len(item.starts)) / max(pool.sum(), 1e-300)


def padded(parts: Sequence[Any], fill: float, least: tuple[int, ...] = ()) -> Any:
    """Stack arrays of one rank into one, filled up to the largest size along each axis."""
    arrays = [np.asarray(part) for part in parts]
    shape = np.max([a.shape for a in arrays] + ([least] if least else []), axis=0)
    out = np.full((len(arrays), *shape), fill, dtype=arrays[0].dtype)
    for target, a in zip(out, arrays, strict=True):
        target[tuple(slice(0, n) for n in a.shape)] = a
    return out

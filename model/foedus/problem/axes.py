"""Questions -> axes of cells: where outcomes live, what each expert gives each cell, and when it is now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from foedus.case.conditions import NEVER, Outcomes, holds
from foedus.case.expression import Expression, cuts_in, parse_when
from foedus.case.outcome import ends
from foedus.case.types import Case, CaseFile, Nominal, Quantity, Resolution, Timing
from foedus.elicitation.fit import Distribution
from foedus.elicitation.panel import Panel, Table
from foedus.elicitation.pooling.cells import Cells
from foedus.elicitation.pooling.registry import Pooling
from foedus.problem.types import Axis, Floats, Index, Resolved

Made = tuple[Index, Floats, Floats | None, Floats | None, Index]  # experts, prior, lower, upper, cell of each fine cell
_TAIL = np.array([1e-6, 1e-5, 1e-4, 1e-3, 0.0025, 0.005])
_GRID = np.concatenate([_TAIL, np.arange(0.01, 0.995, 0.01), 1 - _TAIL[::-1]])


def zone_of(file: CaseFile, question: str) -> str:
    """Time zone in which the dates of a question are read."""
    return file.questions[question].date_zone or file.timezone


def opening(file: CaseFile, question: str) -> dt.date:
    """Day 0 of a question."""
    declared = file.questions[question]
    return (declared.opens if isinstance(declared, Timing) else None) or file.opens


def today(file: CaseFile, question: str, as_of: dt.datetime) -> int:
    """Day number of the as-of time; a day is past once it has ended."""
    return (as_of.astimezone(ZoneInfo(zone_of(file, question))).date() - opening(file, question)).days


def axis(case: Case, panel: Panel, pooling: Pooling, question: str, as_of: dt.datetime, made: dict[str, Made]) -> Axis:
    """Build the axis of one question. Nominal questions with a parent are completed by `hang`.

    `made` remembers the cells of earlier as-of times: they change only with a resolution.
    """
    file = case.file
    declared = file.questions[question]
    now = today(file, question, as_of)
    decided = getattr(declared, "decided_on", None) or file.horizon
    resolution = _known(case.resolutions, question, as_of)
    key = f"{question} {resolution.outcome if resolution else ''}"
    if key not in made:
        made[key] = _cells(case, panel, question, resolution)
    experts, prior, lower, upper, cell_of_fine = made[key]
    out = Axis(
        id=question,
        kind=declared.type,
        experts=experts,
        expert_prior=prior,
        cell_of_fine=cell_of_fine,
        opens=opening(file, question),
        today=now,
        decided=(decided - opening(file, question)).days,
        pool=_pool(case, panel, pooling, prior, cell_of_fine, Cells(declared.type, experts, lower, upper)),
        lower=lower,
        upper=upper,
    )
    return out if resolution is None else _resolved(case, out, resolution)


def _pool(case: Case, panel: Panel, pooling: Pooling, prior: Floats, cell_of_fine: Index, cells: Cells) -> Floats:
    weights = np.array([panel.base_weights[name] for name in case.file.panel])[cells.experts]
    fine = pooling.pool(prior, (weights / weights.sum())[:, None], cells)[:, 0]
    return np.bincount(cell_of_fine, weights=fine)


def _cells(case: Case, panel: Panel, question: str, resolution: Resolution | None) -> Made:
    place = {name: i for i, name in enumerate(case.file.panel)}
    declared = case.file.questions[question]
    if isinstance(declared, Quantity):
        said = panel.quantities[question]
        cuts = _cuts(case, question, resolution)
        lower, upper = quantity_cells(case, panel, question, cuts)
        prior = np.array([_masses(d, lower, upper) for d in said.values()])
        cell_of_fine = np.searchsorted(np.sort(np.array(list(cuts))), upper, side="left")
        experts = np.array([place[name] for name in said], dtype=np.intp)
        return experts, prior / prior.sum(axis=1, keepdims=True), lower, upper, _dense(cell_of_fine)
    if isinstance(declared, Nominal) and declared.parent:
        levels = len(declared.levels)
        experts = np.array([place[name] for name in panel.tables[question]], dtype=np.intp)
        return experts, np.full((len(experts), levels), 1 / levels), None, None, np.arange(levels)
    arrays = (panel.timing if declared.type == "timing" else panel.levels)[question]
    prior = np.array(list(arrays.values()))
    experts = np.array([place[name] for name in arrays], dtype=np.intp)
    return experts, prior, None, None, np.arange(prior.shape[1])


def _dense(cells: Index) -> Index:
    """Renumber cells so that none is empty."""
    return np.asarray(np.unique(cells, return_inverse=True)[1], dtype=np.intp)


def quantity_cells(case: Case, panel: Panel, question: str, cuts: set[float]) -> tuple[Floats, Floats]:
    """Return edges [F] of fine cells: `cuts`, those of case.yaml, numbers judged, a grid of the panel's quantiles."""
    said = panel.quantities[question]
    weights = np.array([panel.base_weights[name] for name in said])
    knots = np.unique(np.concatenate([d.quantile(_GRID) for d in said.values()]))
    pooled = weights @ np.array([d.cdf(knots) for d in said.values()]) / weights.sum()
    grid = np.interp(_GRID, pooled, knots)
    atoms = {value for d in said.values() for value, _ in d.atoms}
    cuts = cuts | _judged(case, question)
    cuts |= set().union(*(cuts_in(e).get(question, set()) for e in expressions(case)))
    outer = [x for d in said.values() for x in (d.quantile(np.array(1e-9)), d.quantile(np.array(1 - 1e-9)))]
    edges = np.unique(np.concatenate([grid, sorted(atoms | cuts), [min(outer), max(outer)]]).astype(float))
    inner = list(pairwise(edges))
    bands = sorted([*inner, *((v, v) for v in atoms)], key=lambda band: (band[1], band[1] == band[0]))
    return np.array([lo for lo, _ in bands]), np.array([hi for _, hi in bands])


def _masses(d: Distribution, lower: Floats, upper: Floats) -> Floats:
    """Probability of each fine cell: (lower, upper) between atoms, or the atom itself."""
    atom = lower == upper
    held = d.cdf(upper) - d.cdf_left(upper)
    low = np.where((lower == lower.min()) & ~np.isin(lower, upper[atom]), -np.inf, lower)
    high = np.where(upper == upper.max(), np.inf, upper)
    out = np.where(atom, held, d.mass(low, high) - np.where(np.isin(upper, upper[atom]), held, 0.0))
    return np.asarray(np.maximum(out, 0.0))


def _judged(case: Case, question: str) -> set[float]:
    """Numbers that the panel named: there a density can jump."""
    rows = [j for j in case.judgments if j.question == question and not j.given]
    ends = (end for j in rows if j.element == "chips" for end in str(j.level).split(".."))
    return {float(end) for end in ends if end.strip()} | {float(str(j.value)) for j in rows if j.element == "quantile"}


def _cuts(case: Case, question: str, resolution: Resolution | None) -> set[float]:
    """Cut points that evidence can tell apart: those of the codebook, and the ends of a known outcome."""
    cuts = _codebook_cuts(case, question)
    if resolution is not None and resolution.outcome != "not applicable":
        cuts |= {end for end in _recorded(case, question, resolution.outcome) if end is not None}
    return cuts


def _codebook_cuts(case: Case, question: str) -> set[float]:
    cuts: set[float] = set()
    entries = [code.bears_on for code in case.codebook.codes.values()]
    for bears_on in [*entries, *(c.bears_on for c in case.codebook.combine)]:
        if question in bears_on and bears_on[question].by == "value":
            bearing = bears_on[question]
            keys = [*(bearing.multipliers or {}), *(bearing.probability_present or {})]
            cuts |= {float(key.removeprefix("<=")) for key in keys if key != "above"}
    return cuts


def _recorded(case: Case, question: str, outcome: str) -> tuple[float | None, float | None]:
    """Return the ends of what a recorded number or range stands for, None for an open one.

    Half a unit of the last digit either way, and yet on the same side of every number that the codebook or an
    expression compares with: 10 is not above 10.
    """
    cuts = _codebook_cuts(case, question).union(*(cuts_in(e).get(question, set()) for e in expressions(case)))
    first, last = ends(outcome)
    low = max(last_digit(first)[0], *(c for c in cuts if c < float(first)), -np.inf) if first else None
    high = min(last_digit(last)[1], *(c for c in cuts if c >= float(last)), np.inf) if last else None
    return low, high


def expressions(case: Case) -> Iterable[Expression]:
    """Every expression in case.yaml."""
    file = case.file
    texts = [s.when for s in (*file.scenarios.values(), *file.headlines.values())]
    texts += [entry.when for entry in file.calendar if entry.when]
    texts += [q.only_if for q in file.questions.values() if q.only_if]
    return (parse_when(text, file) for text in texts)


def _known(resolutions: Sequence[Resolution], question: str, as_of: dt.datetime) -> Resolution | None:
    known = [r for r in resolutions if r.question == question and r.known_from.at <= as_of]
    return max(known, key=lambda r: r.known_from.at, default=None)


def _resolved(case: Case, axis: Axis, resolution: Resolution) -> Axis:
    """Confine an axis to the recorded outcome, or to the range in which it is known to lie."""
    if resolution.outcome == "not applicable":
        return axis
    first, last = ends(resolution.outcome)
    settled = (resolution.resolved_on - axis.opens).days
    if axis.kind == "timing":
        return replace(axis, resolved=_day_range(axis, first, last))
    if axis.kind == "quantity":
        assert axis.upper is not None
        low, high = _recorded(case, axis.id, resolution.outcome)
        top = len(axis.upper) - 1
        begin = 0 if low is None else int(np.searchsorted(axis.upper, low, side="right"))
        end = top if high is None else int(np.searchsorted(axis.upper, high))
        cells = axis.cell_of_fine[np.minimum([begin, max(begin, end)], top)]
        return replace(axis, resolved=Resolved(int(cells[0]), settled, int(cells[1])))
    levels = [level.id for level in getattr(case.file.questions[axis.id], "levels", ())]
    lowest, highest = first or levels[0], last or levels[-1]
    return replace(axis, resolved=Resolved(levels.index(lowest), settled, levels.index(highest)))


def _day_range(axis: Axis, first: str, last: str) -> Resolved:
    """Cells of the days in a range, and the last day on which the course can still be seen.

    While the range is not over, what has not happened is still to come, and news counts; once it is, the event may
    have come on its first day, and later news is of no course.
    """
    never = axis.cells - 1
    low = 0 if not first else never if first == "never" else (dt.date.fromisoformat(first) - axis.opens).days - 1
    high = never if last in {"", "never"} else (dt.date.fromisoformat(last) - axis.opens).days - 1
    over = low == high or high + 1 < axis.today
    return Resolved(low, min(low + 1, axis.today) if over and low < never else axis.today, high)


def last_digit(number: str) -> tuple[float, float]:
    """Return the ends of what a recorded number stands for: half a unit of its last digit either way."""
    value = Decimal(number)
    half = Decimal(1).scaleb(int(value.as_tuple().exponent)) / 2
    return float(value - half), float(value + half)


def hang(case: Case, panel: Panel, child: Axis, axes: Sequence[Axis], index: Mapping[str, int]) -> Axis:
    """Complete a nominal axis that hangs on a parent: parts of the parent's cells, and a table for each expert."""
    declared = case.file.questions[child.id]
    assert isinstance(declared, Nominal)
    if declared.parent is None:
        return child
    parent = axes[index[declared.parent]]
    where = {parent.id: Outcomes(cell_positions(parent))}
    tables = list(panel.tables[child.id].values())
    matches = [_matching(table, where, parent.cells) for table in tables]
    past = np.zeros(parent.cells, bool)
    if parent.kind == "timing":
        past[: min(max(parent.today - 1, 0), parent.cells - 1)] = True  # never is not past, whatever the day
    parts, part_of_parent = np.unique(np.array([*matches, past], dtype=np.intp), axis=1, return_inverse=True)
    part_of_parent = np.asarray(part_of_parent, dtype=np.intp).ravel()
    table = np.array([[t[i][1] for i in row] for t, row in zip(tables, parts, strict=False)])
    settles = declared.resolves_with == declared.parent and parent.kind == "timing"
    weights = np.array([panel.base_weights[name] for name in panel.tables[child.id]])
    part_prior = _part_prior(child, parent, part_of_parent)
    given_part = given_parts(table, part_prior, (weights / weights.sum())[:, None])[..., 0]
    return replace(
        child,
        parent=index[declared.parent],
        table=table,
        part_prior=part_prior,
        part_of_parent=part_of_parent,
        pool=np.bincount(part_of_parent, weights=parent.pool) @ given_part,
        settles_with_parent=settles,
        decided=min(child.decided, parent.resolved.day) if settles and parent.resolved is not None else child.decided,
    )


def _part_prior(child: Axis, parent: Axis, part_of_parent: Index) -> Floats:
    """Probability [E_t, P] that each expert on the child gives each part of the parent; the pool's where silent."""
    rows = []
    for expert in child.experts:
        said = np.flatnonzero(parent.experts == expert)
        cells = np.bincount(parent.cell_of_fine, weights=parent.expert_prior[said[0]]) if len(said) else parent.pool
        rows.append(np.bincount(part_of_parent, weights=cells))
    return np.array(rows)


def given_parts(table: Floats, part_prior: Floats, weights: Floats) -> Floats:
    """P(level | part of the parent) in the linear pool of the experts' joints: [P, C, M].

    Parameters
    ----------
    table : array [E, P, C]
    part_prior : array [E, P]
    weights : array [E, M]
    """
    joint: Floats = np.einsum("em,ep,epc->pcm", weights, part_prior, table)
    plain: Floats = np.einsum("em,epc->pcm", weights, table)
    total = joint.sum(axis=1, keepdims=True)
    return np.where(total > 0, joint / np.where(total > 0, total, 1.0), plain)


def _matching(table: Table, where: Mapping[str, Outcomes], cells: int) -> Index:
    """Which entry of an expert's table holds on each cell of the parent."""
    out = np.full(cells, len(table) - 1, dtype=np.intp)
    for i, (given, _) in enumerate(table):
        if given is not None:
            out[holds(given, where)] = i
    return out


def cell_positions(axis: Axis) -> np.ndarray:
    """Position of each cell on the scale of `Outcomes`."""
    if axis.kind == "timing":
        return np.append(axis.opens.toordinal() + np.arange(1, axis.cells), NEVER)
    if axis.kind == "quantity":
        assert axis.upper is not None
        return np.array([axis.upper[axis.cell_of_fine == c].max() for c in range(axis.cells)])
    return np.arange(axis.cells)

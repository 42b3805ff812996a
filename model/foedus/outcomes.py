"""Cells -> outcomes that propositions are asked of: positions, and where a question applies at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foedus.case.conditions import Outcomes, holds
from foedus.case.expression import Expression, parse_when, questions_in
from foedus.case.types import CaseFile
from foedus.inference.passes import Table
from foedus.inference.posterior import Ensemble
from foedus.problem.axes import cell_positions
from foedus.problem.types import Axis

_TRIED = 20_000  # outcomes tried to tell what is impossible from what is rare


def drawn_outcomes(
    axes: Sequence[Axis], ensemble: Ensemble, conditions: Mapping[str, Expression]
) -> dict[str, Outcomes]:
    """Return the outcomes [N, M] of every question in an ensemble, with where it applies."""
    positions: dict[str, NDArray[Any]] = {}
    for q, axis in enumerate(axes):
        number = ensemble.value[q]
        positions[axis.id] = cell_positions(axis)[ensemble.outcome[q]] if number is None else number
    return _applied(positions, conditions)


def possible_outcomes(
    axes: Sequence[Axis], tables: Sequence[Table], conditions: Mapping[str, Expression]
) -> dict[str, Outcomes]:
    """Draw outcomes evenly from all that are possible, however improbable."""
    rng, positions = np.random.default_rng(0), {}
    for axis, table in zip(axes, tables, strict=True):
        possible = (table.prior * table.own).max(axis=1) > 0
        fine = np.flatnonzero(possible[axis.cell_of_fine])
        picked = rng.choice(fine, size=_TRIED) if len(fine) else np.zeros(_TRIED, dtype=np.intp)
        if axis.lower is None or axis.upper is None:
            positions[axis.id] = cell_positions(axis)[picked]
        else:
            positions[axis.id] = axis.lower[picked] + rng.random(_TRIED) * (axis.upper - axis.lower)[picked]
    return _applied(positions, conditions)


def _applied(positions: Mapping[str, NDArray[Any]], conditions: Mapping[str, Expression]) -> dict[str, Outcomes]:
    out = {name: Outcomes(position) for name, position in positions.items()}
    for name, condition in conditions.items():
        out[name] = Outcomes(out[name].position, holds(condition, out))
    return out


def only_if_order(file: CaseFile) -> dict[str, Expression]:
    """Return the conditions of `only_if` questions, those that others' conditions mention first."""
    conditions = {name: parse_when(q.only_if, file) for name, q in file.questions.items() if q.only_if}
    graph = {name: questions_in(condition) & conditions.keys() for name, condition in conditions.items()}
    return {name: conditions[name] for name in TopologicalSorter(graph).static_order()}

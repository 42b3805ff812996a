"""Posterior -> Posterior after a little more news or time: the same draws, weighed by the exact ratio of the tables.

Forward passes go on from where they stood (`Memory`), only for questions on which something changed; no outcome is
drawn anew as long as enough draws stay effective.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from foedus.inference.diagnostics import effective_sample_size
from foedus.inference.learning import ENOUGH
from foedus.inference.passes import Table, evidence_names
from foedus.inference.posterior import Ensemble, Posterior
from foedus.inference.tables import folded, own_tables
from foedus.problem.types import Axis, Problem

Floats = NDArray[np.float64]


def revise(posterior: Posterior, problem: Problem) -> Posterior | None:
    """Bring a posterior up to a problem with other evidence or another time, of the same case and panel.

    Returns
    -------
    Posterior or None
        None where the draws do not do: the parameters or cells are others, what was excluded has become possible,
        or under half of the draws that were effective still are.
    """
    old = posterior.problem
    if not _comparable(old, problem):
        return None
    before, after = _names(old), _names(problem)
    changed = [q for q in range(len(problem.axes)) if before[q] != after[q]]
    new = own_tables(problem, posterior.parameters, changed, memory=posterior.memory)
    if any(_reopened(posterior.tables[q], table) for q, table in new.items()):
        return None
    now = reweighted(problem, posterior.now, new, posterior.tables)
    if not effective_sample_size(now.weight) >= ENOUGH * effective_sample_size(posterior.now.weight):
        return None
    own = {q: replace(table, likelihood=table.own) for q, table in enumerate(posterior.tables)}
    return replace(posterior, problem=problem, tables=folded(problem, own | new), now=now)


def own_ratio(posterior: Posterior, problem: Problem, q: int) -> Floats | None:
    """Likelihood of a problem over that of the posterior's, up to a constant, on each cell of a question [C, M].

    The evidence may differ on that question alone. None where an outcome that was excluded has become possible.
    """
    new, old = own_tables(problem, posterior.parameters, (q,), memory=posterior.memory)[q], posterior.tables[q]
    return None if _reopened(old, new) else _ratio(new.own, old.own, new.log_scale - old.log_scale)


def reweighted(
    problem: Problem, draws: Ensemble, new: Mapping[int, Table], old: Mapping[int, Table] | list[Table]
) -> Ensemble:
    """Weigh draws under `old` tables by those under `new` ones, for the questions in `new`."""
    weight = draws.weight
    for q, table in new.items():
        axis = problem.axes[q]
        parent = draws.cells[axis.parent] if axis.parent >= 0 else None
        weight = weight * _on_draws(axis, table, old[q], draws.cells[q], parent)
    total = weight.sum()
    return replace(draws, weight=weight / (total if total > 0 else 1.0))


def _on_draws(axis: Axis, new: Table, old: Table, cells: NDArray[np.int32], parent: NDArray[np.int32] | None) -> Floats:
    """Divide new by old likelihood, up to a constant, of drawn cells (given the parent's, where it has one): [N, M]."""
    scale, columns = new.log_scale - old.log_scale, np.arange(cells.shape[1])[None]
    if axis.kind != "nominal" or new.levels is None or old.levels is None:
        return np.asarray(_ratio(new.own, old.own, scale)[cells, columns])
    ratio = _ratio(new.levels, old.levels, scale)
    rows = parent if parent is not None and len(ratio) > 1 else np.zeros_like(cells)
    return np.asarray(ratio[rows, cells, columns])


def _ratio(new: Floats, old: Floats, log_scale: Floats) -> Floats:
    out = np.zeros_like(new)
    largest = log_scale.max()
    if np.isfinite(largest):  # else no draw agrees with what is new
        np.divide(new, old, out=out, where=old > 0)
        out *= np.exp(log_scale - largest)
    return out


def _comparable(old: Problem, new: Problem) -> bool:
    """Whether parameters and cells of both are the same."""
    return (
        all(_like(a, b) for a, b in zip(old.axes, new.axes, strict=True))
        and np.array_equal(old.credences.log_odds.location, new.credences.log_odds.location)
        and np.array_equal(old.credences.source, new.credences.source)
        and np.array_equal(old.tellings.middle, new.tellings.middle)
        and old.rates.median.shape == new.rates.median.shape
    )


def _like(old: Axis, new: Axis) -> bool:
    """Whether cells are the same, and, of a question that hangs on another, the parts of the parent."""
    if old.part_of_parent is None or new.part_of_parent is None:
        return old.cell_of_fine is new.cell_of_fine
    return old.cell_of_fine is new.cell_of_fine and np.array_equal(old.part_of_parent, new.part_of_parent)


def _names(problem: Problem) -> list[Hashable]:
    """Return what the table of each question depends on, beside the parameters."""
    evidence = evidence_names(problem)
    return [
        (axis.resolved, axis.today if axis.kind == "timing" or axis.settles_with_parent else None, *evidence[q])
        for q, axis in enumerate(problem.axes)
    ]


def _reopened(old: Table, new: Table) -> bool:
    """Whether an outcome that was excluded is possible now."""
    if old.levels is not None and new.levels is not None:
        return bool(((old.levels == 0) & (new.levels > 0)).any())
    return bool(((old.own == 0) & (new.own > 0) & (new.prior > 0)).any())

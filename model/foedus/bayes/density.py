"""Problem -> the density of everything unknown, in PyTensor, with the courses summed out.

It takes from the core only the arrays of `foedus.problem`; pooling, factors, forward pass and copula are written
again, and nothing of `foedus.inference` is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytensor.tensor as pt

from foedus.bayes.coordinates import Free
from foedus.bayes.courses import Knobs, follow, law_by_day, outcome_law
from foedus.bayes.latents import Marginals, numbers, pick, sequence
from foedus.bayes.stacks import most_cells, stack
from foedus.bayes.unknowns import Giver, Unknowns, parents_first, stacked, unknowns
from foedus.problem.types import Axis, Problem

Tensor = Any


@dataclass(frozen=True)
class Density:
    """Outcomes, and the log of what the news adds to the density of parameters and outcomes.

    Attributes
    ----------
    cell : tensor [Q]
    value : tensor [number of quantities], or None
    news : tensor [Q]
        Sums to log p(news | parameters, the earlier outcomes), integrated over the rest; see `latents`.
    laws, log_scale : list of tensor [C_q], and tensor [Q]
        p(news on a question | its outcome) = exp(log_scale) law, before what hangs on it is folded in; [C_parent, C_q]
        where the parent settles it.
    prior : tensor [Q, C]
        Probability of each cell, padded.
    """

    cell: Tensor
    value: Tensor | None
    news: Tensor
    laws: list[Tensor]
    log_scale: Tensor
    prior: Tensor


def density(problem: Problem, free: Free, giver: Giver) -> Density:
    """Build the graph."""
    u = unknowns(problem, free, giver)
    laws, log_scale = _laws(problem, u.prior, u.rho, u.knobs)
    hung = _Hung(problem.axes, u.tables, laws)
    cell, value, news = _outcomes(problem, u, hung, giver)
    return Density(giver.tell("cell", cell, "question"), value, news + log_scale, laws, log_scale, u.prior)


# -- news --------------------------------------------------------------------------------------


def _laws(problem: Problem, prior: Tensor, rho: Tensor, knobs: Knobs) -> tuple[list[Tensor], Tensor]:
    """`laws` and `log_scale` of the density. Questions with days for cells go apart: the others have few cells."""
    laws: dict[int, Tensor] = {}
    scales: dict[int, Tensor] = {}
    for timing in (True, False):
        group = np.array([q for q, axis in enumerate(problem.axes) if (axis.kind == "timing") == timing], dtype=np.intp)
        if not len(group):
            continue
        axes = tuple(problem.axes[q] for q in group)
        seen, own, stays = stack(problem, group), prior[..., group, : most_cells(axes)], rho[..., group]
        course = follow(axes, seen, own, stays, knobs)
        law, scale = outcome_law(axes, seen, course, own, stays)
        for i, (q, axis) in enumerate(zip(group.tolist(), axes, strict=True)):
            by_day = axis.settles_with_parent
            laws[q] = law_by_day(axes, seen, i, course, own, stays) if by_day else law[..., i, : axis.cells]
            scales[q] = scale[..., i]
    each = range(len(problem.axes))
    return [laws[q] for q in each], pt.stack([scales[q] for q in each], axis=-1)


# -- outcomes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Hung:
    """What hangs on what: P(level | part of the parent) of nominal questions, and p(news | outcome) of all."""

    axes: tuple[Axis, ...]
    tables: list[Tensor | None]
    laws: list[Tensor]

    def folded(self, q: int) -> Tensor:
        """Likelihood of a question's cells, with the news on those that hang on it."""
        out = self.laws[q]
        for child, axis in enumerate(self.axes):
            table = self.tables[child]
            if axis.parent == q and table is not None:
                law = self.folded(child) if axis.settles_with_parent else self.folded(child)[..., None, :]
                out = out * (table[..., axis.part_of_parent, :] * law).sum(axis=-1)
        return out


def _outcomes(problem: Problem, unknown: Unknowns, hung: _Hung, giver: Giver) -> tuple[Tensor, Tensor | None, Tensor]:
    """Cell of each question, numbers of quantities, and the log of what the news adds, each [Q]."""
    axes, latent, ordered, v = problem.axes, problem.latent.tolist(), unknown.ordered, unknown.score
    cells: dict[int, Tensor] = {}
    news = dict.fromkeys(range(len(axes)), pt.zeros_like(v[..., 0]))
    value = None
    if ordered is not None:
        likelihood = stacked([hung.folded(q) for q in latent], ordered.edges.type.shape[-1] - 1)
        z, drawn, said = sequence(ordered.edges, likelihood, unknown.correlation, v[..., latent])
        giver.tell("z", z, "ordered")
        cells = {q: drawn[..., i] for i, q in enumerate(latent)}
        news |= {q: said[..., i] for i, q in enumerate(latent)}
        value = values(axes, latent, ordered, z, giver)
    for q in parents_first(axes):
        axis, law, table = axes[q], hung.folded(q), hung.tables[q]
        if axis.kind == "nominal" and (table is None or axis.part_of_parent is None):
            joint = unknown.prior[..., q, : axis.cells] * law
            cells[q], news[q] = pick(joint, v[..., q]), pt.log(joint.sum(axis=-1))
        elif table is not None and axis.part_of_parent is not None:
            cells[q] = pick(_given_parent(axis, table, law, cells[axis.parent]), v[..., q])
    each = range(len(axes))
    return pt.stack([cells[q] for q in each], axis=-1), value, pt.stack([news[q] for q in each], axis=-1)


def _given_parent(axis: Axis, table: Tensor, law: Tensor, parent: Tensor) -> Tensor:
    """Weight of each level, given the cell of the parent."""
    by_cell = table[..., axis.part_of_parent, :] * (law if axis.settles_with_parent else law[..., None, :])
    return pt.take_along_axis(by_cell, parent[..., None, None], axis=-2)[..., 0, :]


def values(axes: Sequence[Axis], latent: list[int], ordered: Marginals, z: Tensor, giver: Giver) -> Tensor | None:
    """Numbers of the quantities, from the scores of the ordered questions; None where there is no quantity."""
    kept = [i for i, q in enumerate(latent) if axes[q].kind == "quantity"]
    if not kept:
        return None
    chosen = [axes[latent[i]] for i in kept]
    value = numbers(chosen, ordered.fine[..., kept, :], ordered.fine_edges[..., kept, :], z[..., kept])
    return giver.tell("value", value, "quantity")

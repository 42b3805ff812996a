"""News -> tables: L_q[y, m] = p(news on q | outcome y, draw m), exact, one forward pass for each question.

The news on a nominal question folds into the table of its parent, through P(level | parent's outcome).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from foedus.inference.parameters import Parameters, cell_priors
from foedus.inference.passes import Memory, Table, evidence_of, one_table
from foedus.problem.types import Axis, Problem

Floats = NDArray[np.float64]


def tables(
    problem: Problem,
    parameters: Parameters,
    used: Collection[int] | None = None,
    *,
    news: bool = True,
    memory: Memory | None = None,
) -> list[Table]:
    """Run the forward pass of every question.

    Parameters
    ----------
    used : collection of int, optional
        Units of evidence to use; default all.
    news : bool
        Without news nothing is known: not even which days have passed.
    memory : Memory, optional
        Remembers where the passes stood.
    """
    own = own_tables(problem, parameters, range(len(problem.axes)), used, news=news, memory=memory)
    return folded(problem, own)


def folded(problem: Problem, own: Mapping[int, Table]) -> list[Table]:
    """Fold the tables of questions that hang on others into those of their parents."""
    out = [own[q] for q in range(len(problem.axes))]
    for q, axis in enumerate(problem.axes):
        if axis.parent >= 0:
            out[axis.parent] = _fold(out[axis.parent], out[q], axis)
    return out


def own_evidence(own: Iterable[Table]) -> Floats:
    """Log p(news on a question), summed over questions as if they were unrelated: [M]."""
    with np.errstate(divide="ignore"):
        each = [np.log(np.einsum("cm,cm->m", table.prior, table.own)) + table.log_scale for table in own]
    return np.asarray(np.sum(each, axis=0))


def own_tables(
    problem: Problem,
    parameters: Parameters,
    questions: Iterable[int],
    used: Collection[int] | None = None,
    *,
    news: bool = True,
    memory: Memory | None = None,
) -> dict[int, Table]:
    """Run the forward pass of some questions, each on its own evidence alone."""
    by_question = evidence_of(problem, used) if news else {}
    out: dict[int, Table] = {}
    for q in questions:
        axis, given = problem.axes[q], parameters.tables[q]
        prior = cell_priors(axis, parameters.priors[q])
        if given is not None:
            prior = _nominal_prior(axis, cell_priors(problem.axes[axis.parent], parameters.priors[axis.parent]), given)
        said = one_table(axis, prior, parameters, q, by_question[q], memory) if news else _no_news(axis, prior)
        out[q] = replace(said, given_parent=given)
    return out


def _no_news(axis: Axis, prior: Floats) -> Table:
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

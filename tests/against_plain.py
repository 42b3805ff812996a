"""The core's tables beside the plain loops of `plain`: p(news | outcome), equal to rounding."""

from __future__ import annotations

import numpy as np

import plain
from foedus.case.types import Case
from foedus.forecast import moment
from foedus.inference.parameters import transform, whitened
from foedus.inference.tables import tables
from foedus.problem.compile import compile_problem


def likelihoods(made: Case, as_of: str) -> dict[str, np.ndarray]:
    """L of every plain outcome as the core has it; questions settled with a parent have a row for each of its cells."""
    problem = compile_problem(made, moment(made, as_of)).problem
    parameters = transform(problem, whitened(problem, np.random.default_rng(0), 1))
    out = {}
    for axis, table in zip(problem.axes, tables(problem, parameters), strict=True):
        values = table.own[..., 0] if table.levels is None or len(table.levels) == 1 else table.levels[..., 0]
        if axis.upper is not None:
            values = values[axis.cell_of_fine[np.searchsorted(axis.upper, plain.outcomes(made, axis.id))]]
        out[axis.id] = values * np.exp(table.log_scale[0])
    return out


def assert_tables_agree(made: Case, as_of: str) -> None:
    for q, core in likelihoods(made, as_of).items():
        slow = np.array(plain.likelihood(made, q, moment(made, as_of)))
        np.testing.assert_allclose(core, slow, rtol=1e-10, atol=1e-300)

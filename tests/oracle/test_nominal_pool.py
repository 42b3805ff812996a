"""A nominal question under its parent: without news, its levels are the linear pool of the experts' joints."""

from __future__ import annotations

import numpy as np
import pytest

from build import case, daily, day, nominal, timing
from foedus.forecast import moment
from foedus.inference.parameters import transform, whitened
from foedus.inference.tables import tables
from foedus.problem.compile import compile_problem

EARLY = f"summit <= {day(3)}"
SUMMIT = {"ann": ([0.1] * 9, 0.1), "bo": ([0.02] * 5 + [0.05] * 4, 0.7)}
VENUE = {
    "ann": {True: [0.8, 0.1, 0.1], False: [0.2, 0.3, 0.5]},
    "bo": {True: [0.1, 0.8, 0.1], False: [0.1, 0.1, 0.8]},
}


def said(expert: str) -> dict[object, dict[str, float]]:
    levels = {early: dict(zip("abc", p, strict=True)) for early, p in VENUE[expert].items()}
    days, never = SUMMIT[expert]
    return {"summit": daily(days, never=never), ("venue", EARLY): levels[True], "venue": levels[False]}


@pytest.mark.parametrize("as_of", [1, 2, 3, 4, 6, 9, 12])
def test_levels_are_the_pool_of_joints_given_not_yet(as_of: int, rng: np.random.Generator) -> None:
    made = case(
        {"summit": timing(), "venue": nominal("a", "b", "c", parent="summit")},
        {"ann": said("ann"), "bo": said("bo")},
        days=9,
        settings={"shared_error": 0.3, "weight_concentration": 2},
    )
    problem = compile_problem(made, moment(made, day(as_of))).problem
    parameters = transform(problem, whitened(problem, rng, 64))
    summit, venue = tables(problem, parameters)
    given = venue.given_parent
    assert given is not None
    weight = summit.prior * summit.likelihood * np.exp(summit.log_scale)
    found = np.einsum("ym,ykm->k", weight, given[problem.axes[1].part_of_parent])

    wanted = np.zeros(3)
    for expert, (days, never) in SUMMIT.items():
        for cell, p in enumerate([*days, never]):
            if cell >= min(as_of, len(days)):
                wanted += 0.5 * p * np.array(VENUE[expert][cell < 3])
    np.testing.assert_allclose(found / found.sum(), wanted / wanted.sum(), atol=1e-12)

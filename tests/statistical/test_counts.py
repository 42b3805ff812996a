"""Over-dispersed counts: forecasts are calibrated, and those of a model that ignores the scatter are not."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from build import by_level, case, day, ordinal
from foedus.case.types import Case
from foedus.forecast import moment
from foedus.inference.parameters import transform, whitened
from foedus.inference.tables import tables
from foedus.problem.compile import compile_problem

WORLDS, PERIODS, DISPERSION, RATE = 200, 5, 0.8, 60.0
ODDS_OF_A_FALSE_ALARM = 1e-6


def world(counts: list[int], dispersion: float) -> Case:
    code = {"kind": "counted", "coverage": "exhaustive", "base_rate": RATE, "dispersion": dispersion}
    return case(
        {"deal": ordinal("no", "yes")},
        {"ann": {"deal": {"no": 0.6, "yes": 0.4}}},
        days=60,
        codes={"crowd": code | {"bears_on": {"deal": by_level(no=0.8, yes=1.4)}}},
        counts=[
            {"from": day(7 * i + 1), "to": day(7 * i + 7), "code": "crowd", "count": n} for i, n in enumerate(counts)
        ],
    )


def posterior(made: Case) -> float:
    problem = compile_problem(made, moment(made, day(50))).problem
    [table] = tables(problem, transform(problem, whitened(problem, np.random.default_rng(0), 1)))
    law = table.likelihood[:, 0] * table.prior[:, 0]
    return float(law[1] / law.sum())


def worst(rng: np.random.Generator, assumed: float) -> float:
    """Standardised error of two moments of calibration: of the forecasts, and of how sure they are.

    If p is the probability of y given the counts, y - p has mean 0 and variance p (1 - p), and so has any function of
    the counts times it; a forecast that is too sure has (y - p) logit(p) below 0.
    """
    gain = spread = np.zeros(2)
    for _ in range(WORLDS):
        y = int(rng.random() < 0.4)
        mean = RATE / 30.44 * 7 * (0.8, 1.4)[y]
        frailty = rng.gamma(1 / DISPERSION, DISPERSION, PERIODS)
        p = min(max(posterior(world([int(n) for n in rng.poisson(mean * frailty)], assumed)), 1e-12), 1 - 1e-12)
        weight = np.array([1.0, np.log(p / (1 - p))])
        gain = gain + weight * (y - p)
        spread = spread + weight**2 * p * (1 - p)
    return float(np.abs(gain / np.sqrt(spread)).max())


BOUND = float(-ndtri(ODDS_OF_A_FALSE_ALARM / 2 / 2))


def test_forecasts_from_scattered_counts_are_calibrated(rng: np.random.Generator) -> None:
    assert worst(rng, DISPERSION) < BOUND


def test_a_poisson_model_of_scattered_counts_is_found_out(rng: np.random.Generator) -> None:
    assert worst(rng, 0.0) > BOUND

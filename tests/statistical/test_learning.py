"""Parameters that the news says much of: learned draws give what very many draws from the prior give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2, norm

from build import by_level, case, day, ordinal
from foedus.case.types import Case
from foedus.forecast import Forecast, forecast
from foedus.inference import learning, posterior

WHENS = ["role == no", "role == far", "size == big", "role == yes and size == big"]
SEEDS = 10
ODDS_OF_A_FALSE_ALARM = 1e-5


def telling(**multipliers: float) -> dict[str, object]:
    return {"bears_on": {"role": by_level(**multipliers), "size": by_level(small=1.3, big=0.8)}}


def strongly_informed(credence: list[float]) -> Case:
    """Signals nearly all one way, from two sources, by four codes whose telling-ness is wide open."""
    codes = {
        "up": telling(no=0.7, yes=1.1, far=1.3),
        "more": telling(no=0.8, yes=1.2, far=1.2),
        "down": telling(no=1.4, yes=0.9, far=0.8),
        "less": {"bears_on": {"role": by_level(no=1.2, yes=1, far=0.9), "size": by_level(small=0.8, big=1.3)}},
    }
    said = ["up", "more", "up", "less", "more", "up", "down", "more", "less", "up"] * 6
    return case(
        {"role": ordinal("no", "yes", "far", half_life=[20, 60, 200]), "size": ordinal("small", "big", half_life=60)},
        {
            "ann": {"role": {"no": 0.6, "yes": 0.3, "far": 0.1}, "size": {"small": 0.7, "big": 0.3}},
            "bo": {"role": {"no": 0.3, "yes": 0.4, "far": 0.3}, "size": {"small": 0.4, "big": 0.6}},
        },
        days=80,
        codes=codes,
        sources={"wire": {"credence": credence}, "paper": {"reliability": "F"}},
        signals=[
            {"published": day(1 + i), "code": code, "source": ["wire", "paper"][i % 2]} for i, code in enumerate(said)
        ],
        settings={
            "shared_error": 0.3,
            "weight_concentration": 2,
            "spread": 2.5,
            "tempering": 0,
            "draws": 512,
            "points": 16,
        },
    )


def numbers(now: Forecast) -> np.ndarray:
    return np.array([[(e := now.estimate(when)).probability, e.mcse] for when in WHENS])


@pytest.fixture(scope="module")
def made() -> Case:
    return strongly_informed([0.3, 0.6, 0.95])


@pytest.fixture(scope="module", params=["as it comes", "tempered"])
def learned(made: Case, request: pytest.FixtureRequest) -> list[Forecast]:
    """Here two modes make the approximation just good enough or not, as the seed falls: both ways are to be right."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "tempered":
            patch.setattr(posterior, "fitted", lambda *_: None)
        out = [forecast(made, day(30), seed=seed) for seed in range(SEEDS)]
    ways = {"fitted", "tempered"} if request.param == "as it comes" else {"tempered"}
    assert {now.posterior.learned.method for now in out} == ways
    return out


def from_the_prior(made: Case) -> Forecast:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "ENOUGH", 0.0)
        patch.setattr(posterior, "PLENTY", 0.0)
        return forecast(made, day(30), seed=99, draws=32768, points=8)


@pytest.fixture(scope="module")
def plain(made: Case) -> Forecast:
    return from_the_prior(made)


def worst_z(learned: list[Forecast], truth: Forecast) -> float:
    found = np.array([numbers(now) for now in learned])
    wanted = numbers(truth)
    error = np.hypot(wanted[:, 1], np.sqrt(np.square(found[:, :, 1]).mean(axis=0) / len(learned)))
    return float(np.abs((found[:, :, 0].mean(axis=0) - wanted[:, 0]) / error).max())


BOUND = float(norm.isf(ODDS_OF_A_FALSE_ALARM / 2 / len(WHENS)))


def test_learned_draws_agree_with_very_many_from_the_prior(learned: list[Forecast], plain: Forecast) -> None:
    assert plain.posterior.learned.method == "prior"
    assert 1000 < plain.diagnostics.outer_ess < learning.ENOUGH * 32768
    assert worst_z(learned, plain) < BOUND


def test_another_credence_is_found_out(learned: list[Forecast]) -> None:
    assert worst_z(learned, from_the_prior(strongly_informed([0.02, 0.05, 0.1]))) > BOUND


def test_the_stated_error_is_the_error_over_seeds(learned: list[Forecast]) -> None:
    found = np.array([numbers(now) for now in learned])
    spread = np.square(found[:, :, 0] - found[:, :, 0].mean(axis=0)).sum(axis=0) / np.square(found[:, :, 1]).mean(
        axis=0
    )
    assert spread.max() < chi2.isf(ODDS_OF_A_FALSE_ALARM / len(WHENS), SEEDS - 1)


def test_without_much_news_draws_are_the_priors(made: Case) -> None:
    now = forecast(made, day(3), seed=1)
    assert now.posterior.learned.method == "prior"
    assert now.posterior.parameters is now.posterior.prior_parameters


def test_families_of_draws_are_counted_as_one_witness(made: Case) -> None:
    now = forecast(made, day(30), seed=1)
    draws = now.posterior.now
    twins = replace(draws, family=np.arange(draws.weight.shape[1]) // 2)
    assert twins.outer_weight.sum() == pytest.approx(1.0)
    assert len(twins.outer_weight) == draws.weight.shape[1] // 2

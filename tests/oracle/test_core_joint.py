"""Forecasts of certain models against every combination of outcomes summed by brute force, and against wrong models."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import multivariate_normal

import plain
from build import bins, by_level, case, daily, day, nominal, ordinal, present, quantity, timing
from foedus.case.types import Case
from foedus.forecast import Forecast, forecast, moment
from foedus.inference.parameters import transform, whitened
from foedus.inference.sampler import draw
from foedus.inference.tables import tables
from foedus.problem.compile import compile_problem
from plain import Flags

ODDS_OF_A_FALSE_ALARM = 1e-6  # of one test, shared out over what it compares

SUMMIT = daily([0.02, 0.05, 0.1, 0.1, 0.08, 0.05, 0.05, 0.05], never=0.5)
ROLE = {"a": 0.55, "b": 0.3, "c": 0.15}
COST = bins([-20, 0, 4, 5, 30], [0.25, 0.4, 0.03, 0.32])
LEAD = {"by": "lead", "multipliers": {"<=3": 3, "later": 1, "never": 0.4}}
LATE = {"by": "lead", "multipliers": {"<=3": 0.4, "later": 1.2, "never": 1.5}}
UP, DOWN = by_level(a=0.5, b=1.2, c=2), by_level(a=1.5, b=1, c=0.4)
CODES: dict[str, Any] = {
    "soon": {"bears_on": {"summit": LEAD}},
    "late": {"bears_on": {"summit": LATE}},
    "up": {"bears_on": {"role": UP}},
    "down": {"bears_on": {"role": DOWN}},
}
SOURCES = {"paper": {"credence": 0.7}, "rumour": {"credence": 0.3}}


def two() -> Case:
    """Timing with never and an ordinal question, plans that change, credence, tempering."""
    codes = ["soon", "up", "up", "late", "up", "soon"]
    rows = [{"published": day(i // 2 + 1), "code": c, "source": "paper"} for i, c in enumerate(codes)]
    return case(
        {"summit": timing(half_life=6), "role": ordinal("a", "b", "c", half_life=8)},
        {"ann": {"summit": SUMMIT, "role": ROLE, ("role", f"summit <= {day(4)}"): {"a": 0.2, "b": 0.4, "c": 0.4}}},
        days=8,
        codes=CODES,
        sources=SOURCES,
        signals=rows,
        settings={"tempering": 0.3},
    )


def three() -> Case:
    """A narrow band at fifty times the odds, and a cut far in the tail."""
    narrow = {"by": "value", "multipliers": {"<=4": 1, "<=5": 50, "<=29.95": 1, "above": 200}}
    wide = {"by": "value", "multipliers": {"<=4": 1, "<=5": 0.5, "<=29.95": 1.1, "above": 1}}
    role = {("role", f"summit <= {day(4)}"): {"a": 0.25, "b": 0.4, "c": 0.35}}
    cost = {("cost", "role == c"): bins([-20, 0, 4, 5, 30], [0.1, 0.2, 0.1, 0.6])}
    return case(
        {"summit": timing(half_life=10), "role": ordinal("a", "b", "c", half_life=8), "cost": quantity(half_life=20)},
        {"ann": {"summit": SUMMIT, "role": ROLE, "cost": COST, **role, **cost}},
        days=8,
        codes={**CODES, "stated": {"bears_on": {"cost": narrow}}, "denied": {"bears_on": {"cost": wide}}},
        sources=SOURCES,
        signals=[
            {"published": day(1), "code": "stated", "source": "paper"},
            {"published": day(2), "code": "up"},
            {"published": day(2), "code": "soon", "source": "rumour"},
        ],
        scenarios={"band": "cost > 4 and cost <= 5", "tail": "cost > 29.95"},
    )


def hanging() -> Case:
    """A nominal question settled with its parent, one with conditions only, and one that may not apply."""
    return case(
        {
            "summit": timing(half_life=5),
            "venue": nominal("x", "y", "z", parent="summit", resolves_with="summit", half_life=4),
            "format": nominal("short", "long", parent="role", half_life=6),
            "role": ordinal("a", "b", "c", half_life=8, only_if=f"summit <= {day(6)}"),
        },
        {
            "ann": {
                "summit": SUMMIT,
                "role": ROLE,
                ("role", f"summit <= {day(4)}"): {"a": 0.3, "b": 0.4, "c": 0.3},
                ("venue", f"summit <= {day(4)}"): {"x": 0.7, "y": 0.2, "z": 0.1},
                "venue": {"x": 0.1, "y": 0.3, "z": 0.6},
                ("format", "role == a"): {"short": 0.8, "long": 0.2},
                "format": {"short": 0.3, "long": 0.7},
            }
        },
        days=8,
        codes={
            **CODES,
            "here": {"bears_on": {"venue": by_level(x=3, y=1, z=0.5)}},
            "there": {"bears_on": {"venue": by_level(x=0.5, y=1, z=2)}},
            "brief": {"bears_on": {"format": by_level(short=2, long=0.5)}},
            "dinner": {"bears_on": {"format": by_level(short=0.6, long=1.6)}},
        },
        sources=SOURCES,
        signals=[
            {"published": day(1), "code": "here", "source": "paper"},
            {"published": day(2), "code": "here"},
            {"published": day(2), "code": "brief"},
            {"published": day(2), "code": "up"},
        ],
        settings={"tempering": 0.3},
    )


def kinds() -> Case:
    """Independent origins, lines of a document, what sees the outcome, silence, groups, several codes in a breath."""
    within = {"before": 0.2, "within": 4, "<=2 after": 1, "later": 0.5, "never": 0.3}
    codes = {
        **CODES,
        "line": {"kind": "per_document", "bears_on": {"role": present(a=0.2, b=0.5, c=0.8)}},
        "fixed": {"sees": "outcome", "bears_on": {"summit": {"by": "target", "multipliers": within}}},
        "call": {"coverage": "exhaustive", "base_rate": 5, "bears_on": {"summit": LEAD}},
        "echo": {"group": {"name": "g"}, "bears_on": {"role": by_level(a=0.8, b=1, c=1.5)}},
    }
    rows: list[dict[str, Any]] = [
        {"published": day(1), "code": "soon", "source": "rumour", "event": "e", "independent": True},
        {"published": day(2), "code": "soon", "source": "paper", "event": "e", "independent": True},
        {"published": day(2), "code": "line", "document": "readout", "observed": "absent", "source": "paper"},
        {"published": day(2), "code": "fixed", "source": "paper", "target_from": day(5), "target_to": day(6)},
        {"published": day(3), "code": "call", "source": "paper"},
        {"published": day(3), "code": "up", "statement": "breath"},
        {"published": day(3), "code": "down", "statement": "breath"},
        {"published": day(1), "code": "echo"},
        {"published": day(3), "code": "echo"},
    ]
    return case(
        {"summit": timing(half_life=6), "role": ordinal("a", "b", "c", half_life=8)},
        {"ann": {"summit": SUMMIT, "role": ROLE, ("role", f"summit <= {day(4)}"): {"a": 0.3, "b": 0.4, "c": 0.3}}},
        days=8,
        codes=codes,
        combine=[{"codes": ["up", "down"], "bears_on": {"role": by_level(a=0.8, b=1.4, c=1)}}],
        sources=SOURCES,
        signals=rows,
        settings={"tempering": 0.3},
    )


def counted() -> Case:
    """Counts on two questions, scattered and not, whose periods meet courses that change, beside signals."""
    watched = {"kind": "counted", "coverage": "exhaustive", "base_rate": 40}
    codes = {
        **CODES,
        "call": watched | {"bears_on": {"summit": LEAD}},
        "crowd": watched | {"dispersion": 0.8, "bears_on": {"role": UP}},
    }
    return case(
        {"summit": timing(half_life=6), "role": ordinal("a", "b", "c", half_life=8)},
        {"ann": {"summit": SUMMIT, "role": ROLE, ("role", f"summit <= {day(4)}"): {"a": 0.3, "b": 0.4, "c": 0.3}}},
        days=8,
        codes=codes,
        sources=SOURCES,
        signals=[{"published": day(2), "code": "up", "source": "paper"}],
        counts=[
            {"from": day(1), "to": day(2), "code": "call", "count": 4, "source": "paper"},
            {"from": day(3), "to": day(3), "code": "call", "count": 0, "source": "paper"},
            {"from": day(-1), "to": day(1), "code": "crowd", "count": 11, "published": day(3)},
            {"from": day(2), "to": day(3), "code": "crowd", "count": 1},
        ],
    )


BOTH = [f"summit <= {day(5)}", "summit is never", "role == a", "role == c", f"summit <= {day(6)} and role >= b"]
PROBLEMS = {
    "two": (two, BOTH),
    "three": (
        three,
        [*BOTH, "cost <= 0", "cost > 4 and cost <= 5", "cost > 29.95", "cost > 4 and cost <= 5 and role == c"],
    ),
    "hanging": (
        hanging,
        [f"summit <= {day(5)}", "venue == x", f"venue == z and summit <= {day(6)}", "format == long", "role == c",
         "role is not applicable", "role >= b or venue == y", "format == short and venue == x"],
    ),
    "kinds": (kinds, BOTH),
    "counted": (counted, BOTH),
}  # fmt: skip
AS_OF = day(3)


def dependence(now: Forecast) -> np.ndarray:
    return now.posterior.parameters.correlation[0]


def run(made: Case, seed: int) -> Forecast:
    return forecast(made, AS_OF, seed=seed, draws=512, points=128)


def worst(now: Forecast, whens: list[str], truth: list[float]) -> float:
    """Largest z-score over its bound: above 1 is a difference that chance does not make."""
    bound = -float(ndtri(ODDS_OF_A_FALSE_ALARM / 2 / len(whens)))
    found = [now.estimate(when) for when in whens]
    rounding = 1e-9
    return max(abs(e.probability - p) / (bound * e.mcse + rounding) for e, p in zip(found, truth, strict=True))


@pytest.mark.parametrize("name", PROBLEMS)
def test_forecast_equals_the_joint_enumerated(name: str, seed: int) -> None:
    build, whens = PROBLEMS[name]
    made = build()
    now = run(made, seed)
    truth = plain.probabilities(made, now.as_of, dependence(now), whens)
    assert worst(now, whens, truth) < 1
    assert min(truth) > 0.001
    before = plain.probabilities(made, None, dependence(now), whens)
    assert any(abs(a - b) > 0.05 for a, b in zip(truth, before, strict=True))  # the news says something
    prior = [now.estimate(when).prior for when in whens]
    size = 512 * 128  # the prior has no error of its own: that of plain draws, at most
    np.testing.assert_array_less(
        np.abs(np.array(prior) - before), 5 * np.sqrt(np.array(before) * (1 - np.array(before)) / size)
    )


def test_the_mean_weight_is_the_evidence(rng: np.random.Generator) -> None:
    """What weighs parameter draws against each other: p(news), with its scale."""
    made = three()
    problem = compile_problem(made, moment(made, AS_OF)).problem
    parameters = transform(problem, whitened(problem, rng, 64))
    draws = draw(problem, tables(problem, parameters), parameters.correlation, rng, 256)
    found = np.exp(draws.log_weights).mean(axis=0)
    priors = [plain.prior(made, q) for q in made.file.questions]
    mass = plain.copula(priors, parameters.correlation[0])
    for axis, q in enumerate(made.file.questions):
        one = np.array(plain.likelihood(made, q, moment(made, AS_OF)))
        mass = mass * np.expand_dims(one, [i for i in range(3) if i != axis])
    error = found.std() / np.sqrt(len(found))
    assert abs(found.mean() - mass.sum()) < 5 * error
    assert error < 0.002 * mass.sum()


@pytest.mark.parametrize(
    "flags",
    [Flags(half_life=2), Flags(half_life=1e9), Flags(not_yet=False), Flags(twice=True), Flags(selection=False)],
    ids=["half-life twice as long", "no ageing", "not-yet forgotten", "signals twice", "selection ignored"],
)
def test_a_wrong_model_is_found_out(flags: Flags, seed: int) -> None:
    """The negative control of the test above."""
    made = two()
    now = run(made, seed)
    assert worst(now, BOTH, plain.probabilities(made, now.as_of, dependence(now), BOTH, flags)) > 1


def test_counts_whose_scatter_is_ignored_are_found_out(seed: int) -> None:
    made = counted()
    now = run(made, seed)
    assert worst(now, BOTH, plain.probabilities(made, now.as_of, dependence(now), BOTH, Flags(dispersion=False))) > 1


def test_a_wrong_dependence_is_found_out(seed: int) -> None:
    made = two()
    now = run(made, seed)
    assert worst(now, BOTH, plain.probabilities(made, now.as_of, np.eye(2), BOTH)) > 1


def test_the_brute_force_itself() -> None:
    """Its rectangles are those of the multivariate normal distribution."""
    r = np.array([[1, 0.5, -0.3], [0.5, 1, 0.2], [-0.3, 0.2, 1]])
    priors = [[0.2, 0.5, 0.3], [0.6, 0.4], [0.1, 0.1, 0.8]]
    mass = plain.copula(priors, r)
    for axis, p in enumerate(priors):
        np.testing.assert_allclose(mass.sum(axis=tuple({0, 1, 2} - {axis})), p, atol=1e-10)
    low, high = ndtri([0.2, 0, 0.1]), ndtri([0.7, 0.6, 0.2])
    box = multivariate_normal(cov=r, abseps=1e-9, releps=1e-9, maxpts=10**6).cdf(high, lower_limit=low)
    assert mass[1, 0, 1] == pytest.approx(box, abs=1e-6)

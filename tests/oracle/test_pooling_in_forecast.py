"""Every pooling rule through the whole core: with no news the forecast is the pool, whatever is drawn around it."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import numpy as np
import pytest

import geopol
from build import bins, case, daily, day, nominal, ordinal, quantity, timing
from foedus.case.types import Case, Judgment, Seed
from foedus.elicitation.panel import panel
from foedus.elicitation.pooling.hierarchical import prior_trust
from foedus.elicitation.pooling.registry import RULES
from foedus.errors import FoedusError
from foedus.forecast import forecast, moment
from foedus.inference.parameters import transform, whitened
from foedus.inference.tables import tables
from foedus.pools import compare, pooled
from foedus.problem.compile import compile_problem

UNCERTAIN = {"shared_error": 0.3, "weight_concentration": 3, "spread": 1.5, "dependence_spread": 0.2}
ASKED = {
    "when": timing(half_life=[2, 5, 20]),
    "level": ordinal("a", "b", "c", half_life=4),
    "yes_no": ordinal("no", "yes", half_life=4),
    "much": quantity(half_life=4),
    "kind": nominal("x", "y", "z", half_life=4),
}
PANEL: dict[str, Any] = {
    "ann": {
        "when": daily([0.02, 0.03, 0.1, 0.2, 0.1, 0.05, 0.05, 0.05, 0.1], never=0.3),
        "level": {"a": 0.5, "b": 0.3, "c": 0.2},
        "yes_no": {"no": 0.7, "yes": 0.3},
        "much": bins([-10, 0, 5, 30], [0.2, 0.5, 0.3]),
        "kind": {"x": 0.1, "y": 0.2, "z": 0.7},
    },
    "bo": {
        "when": daily([0.1, 0.1, 0.1, 0.02, 0.02, 0.02, 0.02, 0.01, 0.01], never=0.6),
        "level": {"a": 0.05, "b": 0.05, "c": 0.9},
        "yes_no": {"no": 0.9, "yes": 0.1},
        "much": bins([-10, 1, 8, 60], [0.1, 0.8, 0.1]),
        "kind": {"x": 0.8, "y": 0.1, "z": 0.1},
    },
    "cy": {"level": {"a": 0.3, "b": 0.6, "c": 0.1}, "yes_no": {"no": 0.6, "yes": 0.4}},  # the rest left unanswered
}


def made(**pooling: Any) -> Case:
    return case(ASKED, PANEL, days=9, settings=UNCERTAIN, pooling=pooling)


@pytest.mark.parametrize("alternatives", [(), ("log", "quantile", "linear")])
@pytest.mark.parametrize("method", RULES)
def test_without_news_the_forecast_is_the_pool(method: str, alternatives: tuple[str, ...]) -> None:
    of = made(method=method, beta=(1.6, 1.3), alternatives=alternatives)
    wanted = pooled(of)
    problem = compile_problem(of, forecast(of, day(0), draws=16, points=8).as_of).problem
    parameters = transform(problem, whitened(problem, np.random.default_rng(1), 64))
    for axis, table in zip(problem.axes, tables(problem, parameters), strict=True):
        joint = (table.prior * table.own * np.exp(table.log_scale)).mean(axis=1)
        fine = np.bincount(axis.cell_of_fine, weights=wanted[axis.id].probability)
        np.testing.assert_allclose(joint / joint.sum(), fine, atol=1e-12)


@pytest.mark.parametrize("method", RULES)
def test_every_rule_forecasts_and_its_draws_differ(method: str) -> None:
    of = made(method=method, beta=(1.6, 1.3))
    now = forecast(of, day(2), draws=64, points=64)
    estimate = now.estimate("yes_no == yes")
    assert estimate.low < estimate.probability < estimate.high


def test_disagreement_of_rules_widens_the_range_and_leaves_the_mean() -> None:
    alone, among = (
        forecast(made(extremizing=3, alternatives=others), day(0), draws=256, points=64)
        for others in ((), ("log_odds",))
    )
    one, other = alone.estimate("yes_no == yes"), among.estimate("yes_no == yes")
    assert other.high - other.low > 1.05 * (one.high - one.low)
    assert abs(one.probability - other.probability) < 4.5 * np.hypot(one.mcse, other.mcse)


# -- seeds -------------------------------------------------------------------------------------


def with_seeds(experts: dict[str, str], **pooling: Any) -> Case:
    """The case, whose members answered the seed questions of a real study as some of its experts did."""
    study, of = geopol.study(), made(**pooling)
    spoke = of.judgments[0].as_of
    rows = [
        Judgment(
            expert=who,
            as_of=spoke,
            question=item,
            element="quantile",
            level=f"{level:g}",
            value=float(study.values[study.experts.index(as_whom), n, k]),
            line=1000 + n,
        )
        for who, as_whom in experts.items()
        for n, item in enumerate(study.items)
        for k, level in enumerate(study.levels)
    ]
    seeds = tuple(
        Seed(question=item, scale="log" if log else "uni", answer=float(x), line=n + 2)
        for n, (item, x, log) in enumerate(zip(study.items, study.answers, study.log, strict=True))
    )
    return of.model_copy(update={"judgments": (*of.judgments, *rows), "seeds": seeds})


def test_performance_weights_are_calibration_times_information() -> None:
    of = with_seeds({"ann": "Ex1", "bo": "Ex4", "cy": "Ex8"}, weights="performance", cutoff=0)
    weights = panel(of).base_weights
    # with three experts alone the intrinsic ranges are narrower, so information differs and calibration does not
    ratio = weights["ann"] / weights["bo"] / (0.0832013 / 0.0148215)
    assert 0.8 < ratio < 1.4
    assert weights["cy"] < 1e-5
    assert sum(weights.values()) == pytest.approx(1)


def test_the_best_cut_off_leaves_out_who_harms_the_pool() -> None:
    of = with_seeds({"ann": "Ex1", "bo": "Ex4", "cy": "Ex8"}, weights="performance")
    assert panel(of).base_weights["cy"] == 0
    said = compile_problem(of, forecast(of, day(0), draws=16, points=8).as_of).defaulted
    assert any(text.startswith("weights by performance on 18 seed questions: ann") for text in said)


def test_who_answered_no_seed_has_no_weight_by_performance() -> None:
    of = with_seeds({"ann": "Ex1", "bo": "Ex4"}, weights="performance", cutoff=0)
    assert panel(of).base_weights["cy"] == 0


@pytest.mark.slow
def test_the_hierarchical_pool_learns_from_the_seeds_of_a_case() -> None:
    of = with_seeds({"ann": "Ex1", "bo": "Ex4", "cy": "Ex8"}, method="hierarchical")
    now = forecast(of, day(0), draws=64, points=64)
    trust = now.compiled.problem.pooling.trust
    assert trust is not None
    assert trust.seeds == 18
    assert np.all(trust.overconfidence.mean(axis=1) > 1.5)
    assert any("trust in the experts is learned from 18 seed questions" in text for text in now.compiled.defaulted)
    without = forecast(made(method="hierarchical"), day(0), draws=64, points=64)
    assert any("the stated prior (no seed question was answered)" in text for text in without.compiled.defaulted)
    assert now.at(now.as_of, 64, 64).compiled.problem.pooling.trust is trust


@pytest.mark.parametrize(
    "pooling", [{"method": "hierarchical"}, {"method": "linear", "alternatives": ("hierarchical",)}]
)
def test_a_revision_keeps_the_trust_that_was_learned_or_learns_it_anew(
    pooling: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same answers it is that of the forecast; as of a day with fewer of them, that of that day."""
    trust = {number: prior_trust(3, np.random.default_rng(number), 200) for number in (0, 3)}

    def learned(of: Case, as_of: dt.datetime, *_: Any) -> Any:
        return trust[3 if as_of >= moment(of, day(3)) else 0]

    for module in ("foedus.forecast", "foedus.revisions"):
        monkeypatch.setattr(sys.modules[module], "trust_of", learned)
    of = case(
        ASKED, PANEL, days=9, settings=UNCERTAIN, pooling=pooling,
        judged={"ann": day(0), "bo": day(0), "cy": day(3)},
    )  # fmt: skip
    now = forecast(of, day(4), draws=16, points=8)
    for as_of in (day(5), day(1)):
        after, anew = now.revised(as_of=as_of), forecast(of, as_of, draws=16, points=8)
        assert after.compiled.trust is anew.compiled.trust
        for a, b in zip(after.compiled.problem.axes, anew.compiled.problem.axes, strict=True):
            np.testing.assert_array_equal(a.pool, b.pool)
    assert now.at(moment(of, day(5)), 16, 8).compiled.trust is trust[3]


def test_compare_shows_every_rule_and_the_weights_that_differ() -> None:
    of = with_seeds({"ann": "Ex1", "bo": "Ex4", "cy": "Ex8"})
    found = compare(of)
    assert next(iter(found.by_rule)) == ("linear", "equal")
    assert {method for method, _ in found.by_rule} == set(RULES)
    assert ("linear", "performance") in found.by_rule
    assert found.own["yes_no"].distance(found.own["yes_no"]) == 0
    log_odds = found.by_rule["log_odds", "equal"]["yes_no"]
    assert found.own["yes_no"].distance(log_odds) == pytest.approx(
        abs(log_odds.probability[0] - found.own["yes_no"].probability[0])
    )
    assert found.disagreement("yes_no") >= found.own["yes_no"].distance(log_odds)
    shown = found.to_json()["questions"]
    assert [entry["id"] for entry in shown] == list(ASKED)
    assert shown[0]["rules"][0]["quantiles"].keys() == {"0.05", "0.5", "0.95"}


def test_what_was_pooled_as_distributions_of_scipy() -> None:
    of = made()
    priors = pooled(of)
    for name, prior in priors.items():
        law = prior.scipy()
        if prior.axis.kind == "quantity":
            assert prior.axis.upper is not None
            np.testing.assert_allclose(law.cdf(prior.axis.upper), np.cumsum(prior.probability), atol=1e-12)
        else:
            first = prior.axis.opens.toordinal() + 1 if name == "when" else 0
            at = np.arange(first, first + len(prior.probability))
            np.testing.assert_allclose(law.pmf(at), prior.probability, atol=1e-12)


def test_an_atom_becomes_a_thin_bin() -> None:
    said = {"ann": {"much": bins([-10, 0, 5, 30], [0.2, 0.5, 0.3]) | {"=0": 0.15}}}
    of = case({"much": quantity()}, said)
    law = pooled(of)["much"].scipy()
    assert law.cdf(0.0) - law.cdf(-1e-3) == pytest.approx(0.15, abs=1e-4)


def test_what_was_pooled_as_distributions_of_preliz() -> None:
    for name, prior in pooled(made()).items():
        found = prior.preliz()
        assert found.residual < 1e-9
        if prior.axis.kind == "quantity":
            assert (found.outcomes, prior.axis.upper is None) == ((), False)
            np.testing.assert_allclose(
                found.distribution.cdf(prior.axis.upper), np.cumsum(prior.probability), atol=1e-9
            )
            law = prior.scipy()
            np.testing.assert_allclose(found.distribution.ppf([0.1, 0.5, 0.9]), law.ppf([0.1, 0.5, 0.9]), rtol=1e-6)
        else:
            assert found.outcomes == prior.outcomes, name
            np.testing.assert_allclose(found.distribution.pdf(found.at), prior.probability, atol=1e-12)


def test_one_family_of_preliz_tells_what_is_lost() -> None:
    """Two who disagree make two humps: a normal through them is off by about what it is off in closed form."""
    import preliz
    from scipy.stats import norm

    said = {
        "ann": {"much": bins([-10, -8, -7, 30], [0.05, 0.9, 0.05])},
        "bo": {"much": bins([-10, 20, 21, 30], [0.05, 0.9, 0.05])},
    }
    prior = pooled(case({"much": quantity()}, said))["much"]
    found, upper = prior.preliz(), prior.axis.upper
    assert upper is not None
    family = preliz.Normal(7.0, 14.0)
    assert found.lost(found.distribution) == found.residual
    expected = np.abs(norm(7, 14).cdf(upper) - np.cumsum(prior.probability)).max()
    assert found.lost(family) == pytest.approx(max(expected, norm(7, 14).cdf(-10)), abs=1e-9)
    assert found.lost(family) > 0.2
    with pytest.raises(FoedusError, match="are all of its parameters set"):
        found.lost(preliz.Normal(np.nan, 1.0))


def test_a_distribution_of_preliz_that_is_not_the_pool_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    wrong = SimpleNamespace(Categorical=lambda p: SimpleNamespace(cdf=lambda at: np.cumsum(p[::-1])[at.astype(int)]))
    monkeypatch.setitem(sys.modules, "preliz", wrong)
    with pytest.raises(FoedusError, match="is off the pool by"):
        pooled(made())["yes_no"].preliz()
    monkeypatch.setitem(sys.modules, "preliz", None)
    with pytest.raises(FoedusError, match=r"pip install 'foedus\[preliz\]'"):
        pooled(made())["yes_no"].preliz()

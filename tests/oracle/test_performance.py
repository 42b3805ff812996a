"""Cooke's classical model against published scores, and against a plain loop on made-up panels with every trap."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

import geopol
from foedus.elicitation.performance.decision_makers import RULES, decision_maker
from foedus.elicitation.performance.scores import scores
from foedus.elicitation.performance.study import Study
from foedus.elicitation.performance.summary import leave_one_seed_out, performance, robustness


def test_experts_of_a_published_study() -> None:
    found = performance(geopol.study())
    for e, (name, (calibration, information, combined, bins)) in enumerate(geopol.EXPERTS.items()):
        assert found.study.experts[e] == name
        assert found.experts.calibration[e] == pytest.approx(calibration, rel=5e-6)
        assert found.experts.information[e] == pytest.approx(information, abs=5e-5)
        assert found.experts.combined[e] == pytest.approx(combined, rel=5e-6)
        assert tuple(found.experts.counts[e]) == bins


def test_decision_makers_of_a_published_study() -> None:
    found = performance(geopol.study()).to_json()["decision_makers"]
    for name, (calibration, information, combined) in geopol.DECISION_MAKERS.items():
        digits = 1e-10 if calibration == 0.6369369107 else 1e-6
        assert found[name]["calibration"] == pytest.approx(calibration, abs=digits)
        assert found[name]["information"] == pytest.approx(information, abs=5e-5)
        assert found[name]["combined"] == pytest.approx(combined, abs=digits)
    for name in ("global_optimised", "item_optimised"):
        assert found[name]["cutoff"] == pytest.approx(geopol.CUTOFF, abs=5e-8)
        assert found[name]["experts"] == list(geopol.KEPT)


def test_another_way_to_count_misses_the_published_scores() -> None:
    """Negative control: an answer on a quantile in the upper bin, or a range without overshoot, is told apart."""
    study = geopol.study()
    nudged = replace(study, answers=study.answers * (1 + 1e-9))
    assert scores(nudged, nudged.scaled).counts.tolist() != scores(study, study.scaled).counts.tolist()
    linear = replace(study, log=np.zeros(18, dtype=bool))
    assert scores(linear, linear.scaled).information[0] != pytest.approx(1.4539, abs=5e-5)


# -- a plain loop ------------------------------------------------------------------------------


def _plain(study: Study, rule: str, cutoff: float = 0.0) -> tuple[float, float]:
    """Calibration and information of a decision maker, expert by expert and item by item."""
    experts, k = range(len(study.experts)), len(study.levels)
    shares = np.diff(np.concatenate([[0], study.levels, [1]]))

    def scaled(n: int, x: float) -> float:
        return math.log(x) if study.log[n] else float(x)

    said = {
        (e, n): [scaled(n, x) for x in study.values[e, n]]
        for e in experts
        for n in range(len(study.items))
        if not np.isnan(study.values[e, n]).any()
    }
    seeds = [n for n in range(len(study.items)) if not math.isnan(study.answers[n]) and any(m == n for _, m in said)]
    truth = {n: scaled(n, study.answers[n]) for n in seeds}
    ends = {}
    for n in {n for _, n in said}:
        points = [x for (_, m), q in said.items() if m == n for x in q] + ([truth[n]] if n in truth else [])
        over = 0.1 * (max(points) - min(points))
        ends[n] = (min(points) - over, max(points) + over)
    answered = [sum((e, n) in said for n in seeds) for e in experts]
    power = min(count for count in answered if count)

    def score(quantiles: dict[int, list[float]]) -> tuple[float, dict[int, float]]:
        counts, information = np.zeros(k + 1), {}
        for n, q in quantiles.items():
            x = [ends[n][0], *q, ends[n][1]]
            information[n] = math.log(x[-1] - x[0]) + sum(
                p * math.log(p / (b - a)) for p, a, b in zip(shares, x, x[1:], strict=False)
            )
            if n in truth:
                counts[sum(value < truth[n] - 1e-12 * (x[-1] - x[0]) for value in q)] += 1
        s = counts / counts.sum()
        distance = sum(a * math.log(a / b) for a, b in zip(s, shares, strict=True) if a)
        return float(chi2.sf(2 * power * distance, k)), information

    own = {e: score({n: q for (f, n), q in said.items() if f == e}) for e in experts if answered[e]}
    weights = {}
    for e, (calibration, information) in own.items():
        mean = np.mean([information[n] for n in seeds if n in information])
        for n in information:
            told = {"equal": 1.0, "global": calibration * mean, "item": calibration * information[n]}[rule]
            weights[e, n] = told if rule == "equal" or calibration >= cutoff * (1 - 1e-9) else 0.0
    pooled = {}
    for n in ends:
        who = [e for e in own if (e, n) in said]
        total = sum(weights[e, n] for e in who)
        if not total:
            continue
        grid = sorted({*ends[n], *(x for e in who for x in said[e, n])})
        p = np.concatenate([[0], study.levels, [1]])
        cdf = [
            sum(weights[e, n] / total * np.interp(x, [ends[n][0], *said[e, n], ends[n][1]], p) for e in who)
            for x in grid
        ]
        pooled[n] = [float(np.interp(level, cdf, grid)) for level in study.levels]
    calibration, information = score(pooled)
    return calibration, float(np.mean([information[n] for n in seeds if n in information]))


def _panel(rng: np.random.Generator, experts: int, items: int, levels: tuple[float, ...]) -> Study:
    """Experts of different bias and width, a log item in three, some answers missing, the last item a target."""
    centre = rng.normal(size=items)
    offsets = np.sort(rng.normal(size=(experts, items, 40)), axis=2)[:, :, (np.array(levels) * 40).astype(int)]
    values = centre[:, None] + rng.normal(0, 0.5, size=(experts, 1, 1)) + offsets * rng.uniform(0.3, 1, (experts, 1, 1))
    log = np.arange(items) % 3 == 0
    values, answers = np.where(log[:, None], np.exp(values), values), np.where(log, np.exp(centre), centre)
    values[rng.random(size=(experts, items)) < 0.15] = np.nan
    answers[-1] = np.nan
    return Study(
        tuple(f"e{e}" for e in range(experts)),
        tuple(f"q{n}" for n in range(items)),
        np.array(levels),
        values,
        answers,
        log,
    )


@pytest.mark.parametrize("levels", [(0.05, 0.5, 0.95), (0.05, 0.25, 0.5, 0.75, 0.95)])
@pytest.mark.parametrize("rule", ["equal", "global", "item"])
def test_made_up_panels_agree_with_a_plain_loop(rng: np.random.Generator, levels: tuple[float, ...], rule: str) -> None:
    for experts, items in ((3, 8), (6, 14), (12, 20)):
        study = _panel(rng, experts, items, levels)
        at = scores(study, study.scaled)
        cutoffs = [0.0] if rule == "equal" else [0.0, float(np.sort(at.calibration)[-2])]
        for cutoff in cutoffs:
            found = decision_maker(study, at, rule, cutoff)
            expected = _plain(study, rule, cutoff)
            assert (found.calibration, found.information) == pytest.approx(expected, rel=1e-9)


def test_the_optimised_cut_off_is_the_best_of_all_that_change_anything(rng: np.random.Generator) -> None:
    for _ in range(5):
        study = _panel(rng, 7, 15, (0.05, 0.5, 0.95))
        at = scores(study, study.scaled)
        for rule in ("global", "item"):
            best = max(decision_maker(study, at, rule, float(c)).combined for c in at.calibration)
            assert decision_maker(study, at, f"{rule}_optimised").combined == pytest.approx(best, rel=1e-12)


def test_experts_of_equal_calibration_count_together_though_rounding_differs() -> None:
    study = geopol.study()
    at = scores(study, study.scaled)
    c = at.calibration.copy()
    c[3] = c[0] * (1 - 1e-15)
    assert c[3] < c[0]
    nudged = replace(at, calibration=c)
    found = decision_maker(study, nudged, "global", float(c[0]))
    assert (found.weights.max(axis=1) > 0).tolist() == [True, False, False, True] + [False] * 4


def test_all_are_scored_on_as_many_seeds_as_the_one_with_the_fewest() -> None:
    study = geopol.study()
    values = study.values.copy()
    values[1, 10:] = np.nan
    fewer = replace(study, values=values)
    assert (study.power, fewer.power) == (18, 10)
    s = np.array([2, 4, 9, 3]) / 18
    distance = float((s * np.log(s / study.shares)).sum())
    assert scores(fewer, fewer.scaled).calibration[0] == pytest.approx(chi2.sf(20 * distance, 3), rel=1e-12)


def test_an_expert_without_a_seed_has_no_score_and_changes_no_others_power() -> None:
    study = geopol.study()
    values = study.values.copy()
    values[7] = np.nan
    found = performance(replace(study, values=values))
    assert found.study.power == 18
    assert found.to_json()["experts"]["Ex8"]["calibration"] is None
    assert any("answered no seed question" in text and "Ex8" in text for text in found.warnings)


def test_an_answer_on_a_quantile_is_in_the_bin_below() -> None:
    study = geopol.study()
    answers = study.values[0, :, 1]
    at = scores(replace(study, answers=answers), study.scaled)
    assert at.counts[0].tolist() == [0, 18, 0, 0]


def test_scores_do_not_depend_on_order_or_unit(rng: np.random.Generator) -> None:
    study = geopol.study()
    e, n = rng.permutation(8), rng.permutation(18)
    moved = replace(
        study,
        experts=tuple(study.experts[i] for i in e),
        items=tuple(study.items[i] for i in n),
        values=1000 * study.values[np.ix_(e, n)],
        answers=1000 * study.answers[n],
        log=study.log[n],
    )
    for rule, dm in performance(moved).decision_makers.items():
        assert dm.combined == pytest.approx(performance(study).decision_makers[rule].combined, rel=1e-9)


def test_robustness_is_the_study_without_one() -> None:
    study = geopol.study()
    found = robustness(study)
    assert [(one.kind, one.name) for one in found[:8]] == [("expert", name) for name in study.experts]
    assert len(found) == 26
    rest = study.without(items=[4])
    again = decision_maker(rest, scores(rest, rest.scaled), "global_optimised")
    assert found[8 + 4].combined == pytest.approx(again.combined, rel=1e-12)
    assert len(rest.items) == 17


def test_a_seed_left_out_does_not_set_its_own_weights() -> None:
    study = geopol.study()
    found = leave_one_seed_out(study)
    assert len(found.gain) == 18
    rest = study.without(items=[2])
    dm = decision_maker(rest, scores(rest, rest.scaled), "global_optimised")
    lower, upper = (bound[2] for bound in study.bounds)
    density = []
    for e in range(8):
        knots = np.concatenate([[lower], study.scaled[e, 2], [upper]])
        k = int(np.searchsorted(knots, study.answers[2])) - 1
        density.append(study.shares[k] / (knots[k + 1] - knots[k]))
    weights = dm.weights[:, 0]
    assert found.gain[2] == pytest.approx(np.log(weights @ density) - np.log(np.mean(density)), rel=1e-9)


def test_few_seeds_and_poor_experts_are_warned_of() -> None:
    study = geopol.study()
    few = performance(study.without(items=list(range(9))))
    assert any("9 seed questions are few" in text for text in few.warnings)
    poor = performance(study.without(experts=[0]))
    assert any("no expert's calibration reaches 0.05" in text for text in poor.warnings)
    assert performance(study).warnings == ()


def test_nobody_with_any_calibration_gives_no_number() -> None:
    study = geopol.study()
    apart = replace(study, answers=np.full(18, 1e12), log=np.zeros(18, dtype=bool))
    apart = apart.without(experts=list(range(1, 8)))
    zero = replace(scores(apart, apart.scaled), calibration=np.zeros(1))
    for rule in RULES[1:]:
        assert math.isnan(decision_maker(apart, zero, rule).calibration)

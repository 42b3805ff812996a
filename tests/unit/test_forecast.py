"""What a forecast promises to those who read its numbers."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest

import foedus
from foedus.case.new import write_new
from foedus.case.types import Moment, Resolution
from foedus.errors import CaseError, DegenerateDraws, ExpressionError
from foedus.inference.diagnostics import Limits
from foedus.inference.posterior import update


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> foedus.Case:
    folder = tmp_path_factory.mktemp("case") / "small"
    write_new(folder)
    return foedus.load(folder)


@pytest.fixture(scope="module")
def now(case: foedus.Case) -> foedus.Forecast:
    return foedus.forecast(case, seed=1)


def test_the_same_seed_gives_the_same_bytes(case: foedus.Case, now: foedus.Forecast) -> None:
    again = foedus.forecast(case, seed=1)
    assert json.dumps(again.to_json()) == json.dumps(now.to_json())
    assert json.dumps(foedus.forecast(case, seed=2).to_json()) != json.dumps(now.to_json())


def resolved(case: foedus.Case, question: str, outcome: str, day: dt.date) -> foedus.Case:
    known = Moment(at=dt.datetime.combine(day, dt.time(12), dt.UTC))
    row = Resolution(question=question, resolved_on=day, known_from=known, outcome=outcome, line=2)
    return case.model_copy(update={"resolutions": (row,), "inputs": {**case.inputs, "resolutions.csv": "another"}})


def test_later_resolutions_are_never_read(case: foedus.Case, now: foedus.Forecast) -> None:
    day = now.as_of.date() + dt.timedelta(days=30)
    later = resolved(case, "summit_date", day.isoformat(), day)
    assert foedus.forecast(later, now.as_of, seed=1).to_json() == now.to_json()


@pytest.mark.parametrize("outcome", ["day", "never"])
def test_a_known_resolution_settles_the_question(case: foedus.Case, now: foedus.Forecast, outcome: str) -> None:
    day = now.as_of.date() + dt.timedelta(days=30)
    known = resolved(case, "summit_date", day.isoformat() if outcome == "day" else "never", day)
    after = foedus.forecast(known, now.as_of + dt.timedelta(days=40), seed=1)
    settled = f"summit_date == {day}" if outcome == "day" else "summit_date is never"
    assert after.probability(settled) == pytest.approx(1.0, abs=1e-9)
    assert "resolutions.csv" in after.inputs


def test_a_known_number_settles_a_quantity(case: foedus.Case, now: foedus.Forecast) -> None:
    day = now.as_of.date() + dt.timedelta(days=30)
    after = foedus.forecast(resolved(case, "cost_share", "12.5", day), now.as_of + dt.timedelta(days=40), seed=1)
    assert after.probability("cost_share >= 12.45 and cost_share <= 12.55") == pytest.approx(1.0, abs=1e-9)


def test_scenarios_and_the_residual_cover_everything(case: foedus.Case, now: foedus.Forecast) -> None:
    true = now.propositions(now.posterior.now)
    covered = np.logical_or.reduce([true[name] for name in case.file.scenarios])
    weight = now.posterior.now.weight
    assert weight[covered].sum() + now.residual.probability == pytest.approx(1.0)
    total = sum(e.probability for e in now.scenario_estimates.values()) + now.residual.probability
    assert total - sum(p for *_, p in now.overlap) <= 1.0 + 1e-9 <= total + 2e-9


def test_numbers_of_one_question_agree_with_each_other(now: foedus.Forecast) -> None:
    when = next(q for q in now.questions.values() if hasattr(q, "by_date"))
    assert when.mass.sum() + when.never.probability == pytest.approx(1.0)
    for day, estimate in when.by_date.items():
        upto = sum(m for d, m in zip(when.days, when.mass, strict=True) if d <= day)
        assert estimate.probability == pytest.approx(upto, abs=1e-12)
    for level, day in when.quantiles.items():
        reached = when.mass[: when.days.index(day) + 1].sum() if day else 1.0
        assert reached >= level - 1e-9


def test_a_condition_is_a_ratio_of_probabilities(case: foedus.Case, now: foedus.Forecast) -> None:
    a, b = (s.when for s in list(case.file.scenarios.values())[:2])
    assert now.probability(a, given=b) == pytest.approx(now.probability(f"({a}) and ({b})") / now.probability(b))


def test_range_holds_the_estimate_and_error_is_far_smaller(now: foedus.Forecast) -> None:
    for estimate in now.estimates.values():
        assert estimate.low <= estimate.probability <= estimate.high
        assert estimate.mcse < (estimate.high - estimate.low) / 10


def test_change_under_the_noise_is_not_shown() -> None:
    assert foedus.results.Estimate(0.5, 0.4, 0.6, 0.01, 0.49).change == 0.0
    assert foedus.results.Estimate(0.5, 0.4, 0.6, 0.001, 0.49).change == pytest.approx(0.01)


def test_every_row_of_the_signals_is_accounted_for(case: foedus.Case) -> None:
    for as_of in (None, "2030-02-01", "2030-03-01T12:00:00+09:00"):
        account = foedus.forecast(case, as_of, draws=16, points=8).account
        named = [*account.used, *(i for i, _ in account.merged), *(i for i, _ in account.excluded)]
        named += [*account.in_prior, *account.no_bearing]
        assert sorted(named) == sorted(s.id for s in case.signals)
        assert account.read == len(case.signals)


@pytest.mark.parametrize(
    ("as_of", "message"),
    [
        ("2030-02-01T09:00:00", r"no offset; write 2030-02-01T09:00:00\+09:00"),
        ("1 Feb 2030", "is not an ISO date"),
        ("2030-02-30", "is not an ISO date"),
    ],
)
def test_an_unclear_as_of_is_refused(case: foedus.Case, as_of: str, message: str) -> None:
    with pytest.raises(CaseError, match=message):
        foedus.forecast(case, as_of)


def test_an_unreadable_expression_is_refused(now: foedus.Forecast) -> None:
    with pytest.raises(ExpressionError, match="summit"):
        now.probability("summitt_date <= 2030-06-01")


def test_failed_diagnostics_say_what_to_do(case: foedus.Case, now: foedus.Forecast) -> None:
    strict = foedus.Forecast(case, now.as_of, 1, now.compiled, now.posterior, Limits(ess=1e9, outer_ess=1e9, mcse=0.0))
    assert not strict.diagnostics.ok
    assert len(strict.diagnostics.messages) == 3
    assert all("raise `settings: draws`" in message for message in strict.diagnostics.messages)
    assert now.diagnostics.ok
    assert now.diagnostics.messages == ()


def test_a_nan_is_an_error_with_its_place(case: foedus.Case, now: foedus.Forecast) -> None:
    from dataclasses import replace

    problem = now.compiled.problem
    broken = replace(problem, half_life=replace(problem.half_life, location=np.full(len(problem.axes), np.nan)))
    with pytest.raises(DegenerateDraws, match="not a number"):
        update(broken, seed=1)


def test_judgments_of_later_are_not_read(case: foedus.Case, now: foedus.Forecast) -> None:
    row = next(j for j in case.judgments if j.question == "bases_renewed")
    day = now.as_of.date() + dt.timedelta(days=20)
    second = [
        row.model_copy(update={"as_of": day, "round": 2, "level": x, "value": p})
        for x, p in (("no", 0.05), ("yes", 0.95))
    ]
    changed = case.model_copy(update={"judgments": (*case.judgments, *second)})
    then = foedus.forecast(changed, now.as_of, seed=1)
    assert then.to_json()["scenarios"] == now.to_json()["scenarios"]
    assert any("2 rows of judgments.csv" in note for note in then.account.defaulted)
    assert foedus.forecast(changed, day, seed=1).probability('bases_renewed == "yes"') > now.probability(
        'bases_renewed == "yes"'
    )


def test_before_any_judgment_there_is_no_forecast(case: foedus.Case) -> None:
    with pytest.raises(CaseError, match="is before every judgment; the first is of"):
        foedus.forecast(case, "2029-06-01")


def test_what_is_rare_is_not_settled_and_what_has_passed_is(now: foedus.Forecast) -> None:
    rare = 'summit_date is never and cost_share > 170 and bases_renewed == "no"'
    estimate = now.estimate(rare)
    assert 0 < estimate.probability < 1e-6
    assert now.probability("summit_date <= 2030-03-01") == 0.0
    assert now.probability("not summit_date <= 2030-03-01") == 1.0
    assert 1 - 1e-6 < now.probability(f"not ({rare})") < 1

"""A forecast revised from the draws at hand is one made from the beginning: tables to 1e-9, weights exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from build import by_level, case, day, ordinal, present
from foedus.case.types import Case
from foedus.errors import CaseError, DegenerateDraws
from foedus.explain.timeline import timeline
from foedus.forecast import Forecast, forecast
from foedus.inference.tables import tables
from foedus.problem.compile import compile_problem
from reference_cases import DAYS, KINDS, random_case

ODDS_OF_A_FALSE_ALARM = 1e-4


def assert_tables_are_new(now: Forecast) -> None:
    """Its tables are those of passes from the first day on, under the same parameters."""
    fresh = tables(compile_problem(now.case, now.as_of).problem, now.posterior.parameters)
    for kept, new in zip(now.posterior.tables, fresh, strict=True):
        scale = np.exp(kept.log_scale - new.log_scale)
        np.testing.assert_allclose(kept.likelihood * scale, new.likelihood, rtol=1e-9, atol=1e-12)
        if new.levels is not None and kept.levels is not None:
            np.testing.assert_allclose(kept.levels * scale, new.levels, rtol=1e-9, atol=1e-12)


def worst_z(a: Forecast, b: Forecast) -> tuple[float, float]:
    """Largest difference of an estimate in combined errors, and the bound for as many."""
    pairs = [(a.estimates[name], b.estimates[name]) for name in a.estimates]
    z = [abs(x.probability - y.probability) / max(np.hypot(x.mcse, y.mcse), 1e-12) for x, y in pairs]
    return max(z), float(norm.isf(ODDS_OF_A_FALSE_ALARM / 2 / len(z)))


@pytest.fixture(params=KINDS)
def made(request: pytest.FixtureRequest, rng: np.random.Generator) -> Case:
    return random_case(request.param, rng)[0]


def reported(made: Case) -> list[str]:
    return [name for name, code in made.codebook.codes.items() if code.kind not in {"counted", "discrepancy"}]


def row(made: Case, code: str) -> dict[str, str]:
    targets = {"target_from": day(7), "target_to": day(8)}
    return {"code": code, "source": "wire"} | (targets if "target" in str(made.codebook.codes[code].bears_on) else {})


def test_a_day_later(made: Case) -> None:
    now = forecast(made, day(3))
    for number in (4, 5, 6):
        now = now.revised(as_of=day(number))
        assert_tables_are_new(now)
    z, bound = worst_z(now, forecast(made, day(6), seed=2))
    assert z < bound


def test_one_more_signal(made: Case) -> None:
    now = forecast(made, day(5))
    for code in reported(made):
        after = now.revised([row(made, code)])
        assert_tables_are_new(after)
        assert len(after.compiled.problem.units) == len(now.compiled.problem.units) + 1
        z, bound = worst_z(after, forecast(after.case, after.as_of, seed=2))
        assert z < bound


def test_what_if_is_the_revision(made: Case) -> None:
    now = forecast(made, day(5))
    rows = [{"id": code, **row(made, code)} for code in reported(made)]
    found = now.what_if(rows)
    assert list(found.index) == reported(made)
    for one in rows:
        after = now.revised([one])
        estimates = [e.probability for e in after.estimates.values()]
        np.testing.assert_allclose(found.loc[one["id"]].iloc[:-1], estimates, atol=1e-9)


ROLE = {"down": by_level(no=1.5, yes=0.6), "up": by_level(no=0.7, yes=1.4), "always": by_level(no=0.5, yes=2)}
LINE = {"kind": "per_document", "bears_on": {"role": present(no=0.3, yes=0.8)}}
ODD = {
    "first of a code whose silence counts, by a poor source": {"code": "always", "source": "poor"},
    "part of a statement of the case": {"code": "down", "statement": "st"},
    "part of an event of the case": {"code": "up", "event": "ev"},
    "not published yet": {"code": "up", "published": day(15)},
    "known to the panel": {"code": "up", "published": day(-3)},
    "retracts": {"code": "down", "status": "retracted", "supersedes": "s0"},
    "corrects": {"code": "up", "status": "corrected", "supersedes": "s0"},
    "not seen": {"code": "line", "document": "d", "observed": "not_seen"},
    "absent": {"code": "line", "document": "d", "observed": "absent"},
    "graded as no other": {"code": "up", "credibility": "3"},
}


@pytest.mark.parametrize("what", ODD)
def test_an_odd_signal_counts_as_in_a_case_that_has_it(what: str) -> None:
    codes = {name: {"bears_on": {"role": bearing}} for name, bearing in ROLE.items()} | {"line": LINE}
    codes["always"] |= {"base_rate": 3, "coverage": "exhaustive"}
    known = [{"code": "down", "event": "ev"}, {"code": "up", "statement": "st"}]
    odd = {"id": "odd", "source": "wire", "published": day(10), **ODD[what]}

    def made(*signals: dict[str, str]) -> Forecast:
        return forecast(
            case(
                {"role": ordinal("no", "yes", half_life=30)},
                {"ann": {"role": {"no": 0.5, "yes": 0.5}}},
                codes=codes,
                sources={"poor": {"credence": 0.3}},
                scenarios={"yes": 'role == "yes"'},
                signals=signals,
                settings={"draws": 64, "points": 32},
                days=20,
            ),
            day(12),
        )

    known = [{"published": day(5), **row} for row in known]
    now, anew = made(*known), made(*known, odd)
    (exact,) = anew.posterior.tables  # one question: the draws only scatter around its table
    after = now.revised([odd], as_of=day(12))
    np.testing.assert_allclose(after.posterior.tables[0].own, exact.own, rtol=1e-9)
    assert after.account.excluded == anew.account.excluded
    assert now.what_if([odd]).loc["odd", "yes"] == pytest.approx(after.probability('role == "yes"'), abs=1e-12)


WITHIN, AVERAGE = {"name": "g", "within": 4}, {"name": "g", "cap": "average"}
CAPS: dict[str, dict[str, Any]] = {
    "no cap": {},
    "a week of each code": {"settings": {"max_per_week": 1}},
    "two of one code": {"codes": {"up": {"max_per_week": 2}}},
    "a group": {"codes": {"up": {"group": WITHIN}, "always": {"group": WITHIN}}},
    "an average": {"codes": {"up": {"group": AVERAGE}, "always": {"group": AVERAGE}}},
    "both": {"codes": {"up": {"group": WITHIN}, "always": {"group": WITHIN}}, "settings": {"max_per_week": 1}},
}


def _exponents(forecast: Forecast) -> dict[tuple[str, ...], float]:
    problem = forecast.compiled.problem
    return {problem.units[c.unit].signals: c.exponent for c in problem.contributions}


@pytest.mark.parametrize("what", CAPS)
def test_one_more_signal_where_caps_bind(what: str, rng: np.random.Generator) -> None:
    """Ties among them: the same code by the same source, some on one day, so that the latest of equals must be told."""
    stated = {"draws": 64, "points": 32, **CAPS[what].get("settings", {})}
    codes = {name: {"bears_on": {"role": b}} | CAPS[what].get("codes", {}).get(name, {}) for name, b in ROLE.items()}

    def drawn(name: str) -> dict[str, str]:
        code, source = str(rng.choice(list(ROLE))), str(rng.choice(["wire", "poor"]))
        return {"id": name, "published": day(int(rng.integers(1, 12))), "code": code, "source": source}

    def made(signals: list[dict[str, str]]) -> Forecast:
        questions, said = {"role": ordinal("no", "yes", half_life=30)}, {"ann": {"role": {"no": 0.5, "yes": 0.5}}}
        return forecast(
            case(
                questions,
                said,
                codes=codes,
                sources={"poor": {"credence": 0.3}},
                scenarios={"yes": 'role == "yes"'},
                signals=signals,
                settings=stated,
                days=20,
            ),
            day(12),
        )

    known = [drawn(f"s{i}") for i in rng.permutation(8)]
    now, bound = made(known), False
    for i in range(8):
        one = drawn(f"a{i}" if i % 2 else f"z{i}")  # before and after all others by name
        anew, after = made([*known, one]), now.revised([one], as_of=day(12))
        np.testing.assert_allclose(after.posterior.tables[0].own, anew.posterior.tables[0].own, rtol=1e-9)
        exact = _exponents(anew)
        assert _exponents(after) == exact
        problem, _ = now.compiled.with_one(after.case.signals[-1])
        with_one = {problem.units[c.unit].signals: c.exponent for c in problem.contributions}
        assert with_one == pytest.approx(exact, abs=1e-12)
        bound |= {k: e for k, e in exact.items() if k != (one["id"],)} != _exponents(now)
    assert bound  # some of them change what others count


def test_a_signal_that_nothing_agrees_with_is_an_error_and_no_number() -> None:
    certain = {"up": by_level(no=0, yes=1), "down": by_level(no=1, yes=0)}
    made = case(
        {"role": ordinal("no", "yes")},
        {"ann": {"role": {"no": 0.5, "yes": 0.5}}},
        codes={name: {"sees": "outcome", "bears_on": {"role": bearing}} for name, bearing in certain.items()},
        signals=[{"published": day(2), "code": "up"}],
        settings={"draws": 16, "points": 8},
    )
    now = forecast(made, day(5))
    with pytest.raises(DegenerateDraws, match="no draw agrees with what is known"):
        now.revised([{"code": "down", "source": "wire"}])
    found = now.what_if([{"code": code, "source": "wire"} for code in ("up", "down")])
    assert found["ess"].iloc[1] == 0
    assert found["none_of_these"].isna().tolist() == [False, True]


def test_an_odd_number_of_points_is_refused(rng: np.random.Generator) -> None:
    made, _ = random_case("ordinal", rng)
    with pytest.raises(ValueError, match="points=5: give 2 draws or more, and an even number of points from 4 on"):
        forecast(made, day(5), points=5)


def test_signals_without_ids_follow_each_other(rng: np.random.Generator) -> None:
    made, _ = random_case("ordinal", rng)
    twice = forecast(made, day(5)).revised([row(made, "role_0")]).revised([row(made, "role_0")])
    assert [signal.id for signal in twice.case.signals][-2:] == ["further-1", "further-2"]
    assert len({signal.line for signal in twice.case.signals}) == len(twice.case.signals)


def test_an_earlier_day_is_forecast_anew(made: Case) -> None:
    now = forecast(made, day(6))
    earlier = now.revised(as_of=day(2))
    assert earlier.posterior.memory is not now.posterior.memory
    anew = forecast(made, day(2))
    assert {n: e.probability for n, e in earlier.estimates.items()} == {
        n: e.probability for n, e in anew.estimates.items()
    }


def test_a_signal_that_counts_twice_is_told_from_one(rng: np.random.Generator) -> None:
    """The negative control: the comparison of tables sees what one signal too many does."""
    made, _ = random_case("ordinal", rng)
    now = forecast(made, day(5)).revised([row(made, "role_0")])
    twice = now.revised([row(made, "role_0") | {"id": "again"}])
    object.__setattr__(twice, "case", now.case)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        assert_tables_are_new(twice)


def test_a_timeline_is_a_row_of_forecasts(rng: np.random.Generator) -> None:
    made, _ = random_case("quantity", rng)
    now = forecast(made, day(DAYS - 2))
    points = timeline(now, 20)
    assert len(points) == DAYS - 1
    for point in points[:-1]:
        alone = now.at(point.as_of, draws=256, points=32)
        for name, estimate in point.estimates.items():
            error = np.hypot(estimate.mcse, alone.estimates[name].mcse)
            assert abs(estimate.probability - alone.estimates[name].probability) < 6 * error + 1e-12


def test_further_signals_are_checked_as_rows_of_the_file_are(rng: np.random.Generator) -> None:
    made, _ = random_case("ordinal", rng)
    now = forecast(made, day(5))
    with pytest.raises(CaseError, match=r"further signals:2: code: .role_9.*did you mean"):
        now.what_if([{"code": "role_9", "source": "wire"}])
    with pytest.raises(CaseError, match="further signals:2: id 's0' is that of a signal of the case"):
        now.revised([{"id": "s0", "code": "role_0", "source": "wire"}])
    with pytest.raises(CaseError, match="further signals:2: published: "):
        now.revised([{"code": "role_0", "source": "wire", "published": "soon"}])
    for name, estimate in now.revised().estimates.items():  # the same draws, summed in another order
        assert estimate.probability == pytest.approx(now.estimates[name].probability, rel=1e-12)

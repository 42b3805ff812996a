"""Outcomes known in full or only as a range: what is left possible, which news counts, and what moves with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import plain
from build import bins, by_level, case, daily, day, nominal, ordinal, quantity, timing
from foedus.bayes.weighting import Graph
from foedus.case.types import Case
from foedus.forecast import account_of, forecast, moment
from foedus.inference.parameters import transform, whitened
from foedus.inference.tables import own_tables, tables
from foedus.problem.compile import compile_problem
from foedus.problem.contributions import VOID
from reference_cases import at_same_parameters

PI = [0.05, 0.1, 0.15, 0.2, 0.1, 0.1, 0.3]
WHEN = daily(PI[:-1], PI[-1])
SOON = {"by": "lead", "multipliers": {"<=2": 3, "later": 0.7, "never": 0.5}}
LATE = {"by": "lead", "multipliers": {"<=2": 0.5, "later": 1.5, "never": 2}}
CODES = {"soon": {"bears_on": {"when": SOON}}, "late": {"bears_on": {"when": LATE}}}


def dated(outcome: str, known: str, signals: Any = (), **more: Any) -> Case:
    return case(
        {"when": timing(half_life=3)},
        {"ann": {"when": WHEN}},
        days=6,
        codes=CODES,
        signals=signals,
        resolutions=[{"question": "when", "resolved_on": known[:10], "known_from": known, "outcome": outcome}],
        **more,
    )


def law(made: Case, as_of: str) -> np.ndarray:
    problem = compile_problem(made, moment(made, as_of)).problem
    [table] = tables(problem, transform(problem, whitened(problem, np.random.default_rng(0), 1)))
    out = (table.likelihood * table.prior)[:, 0]
    return np.asarray(out / out.sum())


def within(first: int, last: int) -> np.ndarray:
    """The prior on cells `first` to `last`, and nothing elsewhere."""
    out = np.where((np.arange(7) >= first) & (np.arange(7) <= last), PI, 0)
    return np.asarray(out / out.sum())


@pytest.mark.parametrize(
    ("outcome", "as_of", "left"),
    [
        (f"{day(2)}..{day(4)}", day(5), (1, 3)),  # over: it happened on one of these days
        (f"{day(2)}..{day(6)}", day(3), (3, 5)),  # not over: and day 3 has passed without it
        (f"{day(4)}..", day(2), (3, 6)),  # not before day 4, or never
        (f"{day(4)}..", day(5), (5, 6)),
        (f"{day(4)}..never", day(2), (3, 6)),
        (f"{day(4)}..{day(6)}", day(2), (3, 5)),  # and it will happen
        (f"..{day(4)}", day(5), (0, 3)),
        (f"{day(3)}..{day(3)}", day(5), (2, 2)),
        (day(3), day(5), (2, 2)),
        ("never", day(5), (6, 6)),
    ],
)
def test_a_day_known_as_a_range(outcome: str, as_of: str, left: tuple[int, int]) -> None:
    np.testing.assert_allclose(
        law(dated(outcome, day(2) if outcome != "never" else day(5)), as_of), within(*left), rtol=1e-9, atol=1e-300
    )


def test_before_it_is_known_a_range_is_not() -> None:
    made = dated(f"{day(2)}..{day(4)}", f"{day(5)}T12:00:00+00:00")
    np.testing.assert_allclose(law(made, f"{day(5)}T11:59:59+00:00"), within(4, 6), rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(law(made, f"{day(5)}T12:00:00+00:00"), within(1, 3), rtol=1e-9, atol=1e-300)


def test_news_until_a_range_begins_counts_and_later_news_does_not_once_it_is_over() -> None:
    early, late = [{"published": day(1), "code": "soon"}], [{"published": day(3), "code": "late"}]
    span = f"{day(2)}..{day(4)}"
    with_early = law(dated(span, day(5), early), day(5))
    plain_law = np.array(plain.likelihood(case({"when": timing(half_life=3)}, {"ann": {"when": WHEN}}, days=6,
        codes=CODES, signals=early), "when", moment(with_signals(early), day(1)))) * PI  # fmt: skip
    wanted = np.where((np.arange(7) >= 1) & (np.arange(7) <= 3), plain_law, 0)
    np.testing.assert_allclose(with_early, wanted / wanted.sum(), rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(law(dated(span, day(5), early + late), day(5)), with_early, rtol=1e-9, atol=1e-300)
    assert np.abs(with_early - within(1, 3)).max() > 0.005


def test_void_news_is_excluded_and_dilutes_nothing() -> None:
    signals = [{"published": day(2), "code": "soon"}, {"published": day(3), "code": "late"}]
    found = account_of(compile_problem(made := dated(day(2), day(4), signals), moment(made, day(5))))
    assert (found.used, found.excluded) == (("s0",), (("s1", VOID),))
    before = account_of(compile_problem(made, moment(made, day(3))))
    assert (before.used, before.excluded) == (("s0", "s1"), ())


def with_signals(signals: Any) -> Case:
    return case({"when": timing(half_life=3)}, {"ann": {"when": WHEN}}, days=6, codes=CODES, signals=signals)


def test_news_counts_while_a_range_is_not_over() -> None:
    late = [{"published": day(3), "code": "late"}]
    quiet, told = (law(dated(f"{day(2)}..{day(6)}", day(2), signals), day(4)) for signals in ([], late))
    assert told[5] > quiet[5] + 0.02
    assert told[6] == quiet[6] == 0, "never is ruled out"


def test_a_range_can_be_narrowed() -> None:
    rows = [
        {"question": "when", "resolved_on": day(4), "known_from": day(4), "outcome": f"{day(2)}..{day(4)}"},
        {"question": "when", "resolved_on": day(3), "known_from": day(6), "outcome": day(3)},
    ]
    made = case({"when": timing()}, {"ann": {"when": WHEN}}, days=6, resolutions=rows)
    np.testing.assert_allclose(law(made, day(5)), within(1, 3), rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(law(made, day(6)), within(2, 2), rtol=1e-9, atol=1e-300)


COST = bins([0, 10, 20, 40], [0.5, 0.3, 0.2])
VALUE = {"dear": {"bears_on": {"cost": {"by": "value", "multipliers": {"<=10": 0.5, "<=15": 1, "above": 2}}}}}


@pytest.mark.parametrize(
    ("outcome", "true", "half"),
    [
        ("8..12", "cost > 7.4 and cost < 12.6", "cost <= 10"),
        ("12..", "cost > 11.4", "cost <= 20"),
        ("..12", "cost < 12.6", "cost <= 5"),
        ("12.5..17.5", "cost > 12.4 and cost < 17.6", "cost <= 15"),
    ],
)
def test_a_number_known_as_a_range_keeps_the_priors_shape_in_it(outcome: str, true: str, half: str) -> None:
    made = case(
        {"cost": quantity()},
        {"ann": {"cost": COST}},
        codes=VALUE,
        resolutions=[{"question": "cost", "resolved_on": day(3), "outcome": outcome}],
        scenarios={"half": half, "true": true},
    )
    now = forecast(made, day(4), draws=16, points=256)
    assert now.probability(true) == pytest.approx(1, abs=1e-9)
    low, high = {"8..12": (7.5, 12.5), "12..": (11.5, 40), "..12": (0, 12.5), "12.5..17.5": (12.45, 17.55)}[outcome]
    cut = float(half.split()[-1])

    def mass(a: float, b: float) -> float:
        edges = [(0, 10, 0.5), (10, 20, 0.3), (20, 40, 0.2)]
        return sum(p * max(min(b, hi) - max(a, lo), 0) / (hi - lo) for lo, hi, p in edges)

    found = now.estimates["half"]
    assert found.probability == pytest.approx(mass(low, cut) / mass(low, high), abs=5 * found.mcse + 2e-3)


@pytest.mark.parametrize(("outcome", "dear"), [("10", 0.0), ("11", 1.0), ("9.96", 0.0)])
def test_a_recorded_number_stands_on_the_side_of_a_cut_that_it_is_on(outcome: str, dear: float) -> None:
    made = case(
        {"cost": quantity()},
        {"ann": {"cost": COST}},
        codes=VALUE,
        resolutions=[{"question": "cost", "resolved_on": day(3), "outcome": outcome}],
        scenarios={"dear": "cost > 10"},
    )
    assert forecast(made, day(4), draws=16, points=16).probability("cost > 10") == pytest.approx(dear, abs=1e-9)


def test_a_level_known_as_a_range() -> None:
    said = {"a": 0.5, "b": 0.2, "c": 0.2, "d": 0.1}
    for outcome, left in (("b..c", "bc"), ("c..", "cd"), ("..b", "ab")):
        made = case(
            {"level": ordinal("a", "b", "c", "d")},
            {"ann": {"level": said}},
            resolutions=[{"question": "level", "resolved_on": day(3), "outcome": outcome}],
        )
        wanted = np.array([said[x] * (x in left) for x in "abcd"])
        np.testing.assert_allclose(law(made, day(4)), wanted / wanted.sum(), rtol=1e-9)


def test_the_reference_knows_ranges_too(rng: np.random.Generator) -> None:
    rows = [
        {"question": "when", "resolved_on": day(4), "outcome": f"{day(2)}..{day(4)}"},
        {"question": "level", "resolved_on": day(3), "outcome": "b..c"},
    ]
    made = case(
        {"when": timing(half_life=3), "level": ordinal("a", "b", "c", half_life=3)},
        {"ann": {"when": WHEN, "level": {"a": 0.5, "b": 0.3, "c": 0.2}}},
        days=6,
        codes=CODES
        | {
            "up": {"bears_on": {"level": by_level(a=0.5, b=1, c=2)}},
            "down": {"bears_on": {"level": by_level(a=2, b=1, c=0.5)}},
        },
        signals=[
            {"published": day(1), "code": "soon"},
            {"published": day(3), "code": "late"},
            {"published": day(2), "code": "up"},
        ],
        resolutions=rows,
        settings={"spread": 1.5},
    )
    problem = compile_problem(made, moment(made, day(5))).problem
    z = whitened(problem, rng, 8)
    parameters = transform(problem, z, raked=False)
    _, said = (graph := Graph(problem)).laws(at_same_parameters(graph, z, parameters.weights))
    for q, table in own_tables(problem, parameters, range(2)).items():
        with np.errstate(divide="ignore"):
            core = np.log(table.own.T) + table.log_scale[:, None]
        possible = np.isfinite(core)
        assert (np.isfinite(said[q]) == possible).all()
        np.testing.assert_allclose(said[q][possible], core[possible], rtol=0, atol=1e-10)


def test_others_move_through_what_hangs_together_and_so_do_the_experts() -> None:
    """Ann held the outcome likely and Bo did not: what Ann says of the other question weighs more from then on."""
    asked = {"deal": ordinal("no", "yes"), "role": ordinal("no", "yes"), "cost": quantity()}
    said = {
        "ann": {
            "deal": {"no": 0.1, "yes": 0.9},
            "role": {"no": 0.2, "yes": 0.8},
            "cost": bins([0, 10, 20], [0.5, 0.5]),
        },
        "bo": {"deal": {"no": 0.9, "yes": 0.1}, "role": {"no": 0.8, "yes": 0.2}, "cost": bins([0, 10, 20], [0.5, 0.5])},
    }
    settled = [{"question": "deal", "resolved_on": day(3), "outcome": "yes"}]
    for hangs in (False, True):
        more = {"ann": {("cost", "deal == yes"): bins([0, 10, 20], [0.2, 0.8])}} if hangs else {}
        made = case(
            asked,
            {name: answers | more.get(name, {}) for name, answers in said.items()},
            resolutions=settled,
            settings={"weight_concentration": 2.0},
        )
        before, after = (forecast(made, as_of, draws=256, points=64) for as_of in (day(2), day(4)))
        [weights] = [after.posterior.now.weight.sum(axis=0) @ after.posterior.parameters.weights.T]
        assert weights[0] > 0.6, "Ann's weight"
        assert after.probability("role == yes") > before.probability("role == yes") + 0.05
        moved = after.probability("cost > 10") - before.probability("cost > 10")
        assert (moved > 0.05) == hangs


def test_a_nominal_question_follows_its_parents_range() -> None:
    """Given that the parent came in a window, a level has the weight of the window's days."""
    given = {("venue", f"when <= {day(3)}"): {"x": 0.9, "y": 0.1}, ("venue", f"when > {day(3)}"): {"x": 0.2, "y": 0.8}}
    made = case(
        {"when": timing(), "venue": nominal("x", "y", parent="when", resolves_with="when")},
        {"ann": {"when": WHEN, **given}},
        days=6,
        resolutions=[{"question": "when", "resolved_on": day(5), "outcome": f"{day(2)}..{day(4)}"}],
        scenarios={"x": "venue == x"},
    )
    found = forecast(made, day(6), draws=16, points=512).estimates["x"]
    wanted = (0.9 * (0.1 + 0.15) + 0.2 * 0.2) / 0.45
    assert found.probability == pytest.approx(wanted, abs=5 * found.mcse + 1e-9)

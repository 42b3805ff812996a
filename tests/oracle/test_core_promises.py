"""What the model promises: the pool without news, Bayes' rule, announced dates, and no effect of nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import plain
from build import bins, by_level, case, daily, day, nominal, ordinal, present, quantity, timing
from foedus.case.types import Case, Code
from foedus.forecast import Forecast, forecast, moment
from foedus.inference.course import Course
from foedus.inference.parameters import transform, whitened
from foedus.inference.tables import tables
from foedus.problem.compile import compile_problem

UNCERTAIN = {"shared_error": 0.3, "weight_concentration": 3, "spread": 1.5, "dependence_spread": 0.2}


def marginals(made: Case, as_of: str, draws: int = 64) -> dict[str, NDArray[np.float64]]:
    """Exact marginals before any outcome is drawn: tables times priors, summed over parameter draws."""
    problem = compile_problem(made, moment(made, as_of)).problem
    parameters = transform(problem, whitened(problem, np.random.default_rng(1), draws))
    out = {}
    for axis, table in zip(problem.axes, tables(problem, parameters), strict=True):
        joint = (table.prior * table.own * np.exp(table.log_scale)).sum(axis=1)
        out[axis.id] = joint / joint.sum()
    return out


# -- 1. no news --------------------------------------------------------------------------------

PANEL: dict[str, Any] = {
    "ann": {
        "when": daily([0.02, 0.03, 0.1, 0.2, 0.1, 0.05, 0.05, 0.05, 0.1], never=0.3),
        "level": {"a": 0.5, "b": 0.3, "c": 0.2},
        "much": bins([-10, 0, 5, 30], [0.2, 0.5, 0.3]) | {"=0": 0.1},
        "kind": {"x": 0.1, "y": 0.2, "z": 0.7},
    },
    "bo": {
        "when": daily([0.1, 0.1, 0.1, 0.02, 0.02, 0.02, 0.02, 0.01, 0.01], never=0.6),
        "level": {"a": 0.05, "b": 0.05, "c": 0.9},
        "much": bins([0, 1, 8, 60], [0.1, 0.8, 0.1]),
        "kind": {"x": 0.8, "y": 0.2, "z": 0.0},
    },
    "cy": {"when": daily([0.0] * 8 + [0.5], never=0.5)},
}
ASKED = {
    "when": timing(half_life=[2, 5, 20]),
    "level": ordinal("a", "b", "c", half_life=4),
    "much": quantity(half_life=4),
    "kind": nominal("x", "y", "z", half_life=4),
}


@pytest.mark.parametrize("method", ["linear", "log"])
@pytest.mark.parametrize("as_of", [day(0), day(1), f"{day(4)}T11:00:00+00:00", day(7), day(8)])
@pytest.mark.parametrize("asked", ASKED)
def test_without_news_the_forecast_is_the_pool_given_not_yet(asked: str, as_of: str, method: str) -> None:
    panel = {who: {asked: said[asked]} for who, said in PANEL.items() if asked in said}
    if method == "log":
        panel.pop("cy", None)  # his zeros would rule out every other day
    made = case({asked: ASKED[asked]}, panel, days=9, settings=UNCERTAIN, pooling={"method": method})
    found = marginals(made, as_of)[asked]
    problem = compile_problem(made, moment(made, as_of)).problem
    axis = problem.axes[0]
    experts = axis.expert_prior
    fine = experts.mean(axis=0) if method == "linear" else np.exp(np.log(np.maximum(experts, 1e-300)).mean(axis=0))
    wanted = np.bincount(axis.cell_of_fine, weights=fine)
    if asked == "when":
        wanted[: max(axis.today - 1, 0)] = 0
    np.testing.assert_allclose(found, wanted / wanted.sum(), atol=1e-12)
    if method == "linear" and asked != "much":
        slow = np.array(plain.prior(made, asked)) * plain.likelihood(made, asked, moment(made, as_of))
        np.testing.assert_allclose(found, slow / slow.sum(), atol=1e-12)


def test_a_nominal_question_keeps_the_table_on_its_parent() -> None:
    made = case(
        {"when": ASKED["when"], "venue": nominal("x", "y", parent="when", half_life=3)},
        {
            "ann": {
                "when": PANEL["ann"]["when"],
                ("venue", f"when <= {day(3)}"): {"x": 0.9, "y": 0.1},
                "venue": {"y": 1.0},
            }
        },
        days=9,
        settings=UNCERTAIN,
    )
    np.testing.assert_allclose(marginals(made, day(0))["venue"][0], 0.15 * 0.9, atol=1e-12)
    now = forecast(made, day(1), draws=64, points=64)
    x = now.estimate("venue == x")
    assert abs(x.probability - 0.13 * 0.9 / 0.98) < 4.5 * x.mcse + 1e-12


# -- 2. Bayes' rule ----------------------------------------------------------------------------

YES = {"deal": ordinal("no", "yes")}
UP, DOWN = by_level(no=0.5, yes=2), by_level(no=1.5, yes=0.25)
CODES = {"up": {"bears_on": {"deal": UP}}, "down": {"bears_on": {"deal": DOWN}}}


def yes(made: Case, as_of: str) -> float:
    return float(marginals(made, as_of, 16)["deal"][1])


def odds(p: float) -> float:
    return p / (1 - p)


@pytest.mark.parametrize("p", [0.01, 0.3, 0.9])
def test_bayes_rule_with_selection_in_closed_form(p: float) -> None:
    rows = [{"published": day(d), "code": code} for d, code in enumerate(["up", "up", "down", "up"], start=1)]
    made = case(YES, {"ann": {"deal": {"no": 1 - p, "yes": p}}}, codes=CODES, signals=rows, settings={"tempering": 0})
    up, down = (np.array(x) / np.sqrt(x[0] * x[1]) for x in ([0.5, 2], [1.5, 0.25]))  # only ratios matter
    m_bar = (up + down) / 2
    ratio = np.prod([(m / m_bar)[1] / (m / m_bar)[0] for m in (up, up, down, up)])
    assert odds(yes(made, day(5))) == pytest.approx(odds(p) * ratio, rel=1e-6)


@pytest.mark.parametrize("p", [0.05, 0.5, 0.8])
def test_opposite_signals_cancel_whatever_the_prior(p: float) -> None:
    codes = {
        "up": {"bears_on": {"deal": by_level(no=0.5, yes=2)}},
        "down": {"bears_on": {"deal": by_level(no=2, yes=0.5)}},
    }
    said = {"ann": {"deal": {"no": 1 - p, "yes": p}}}
    both = [{"published": day(d), "code": code} for d, code in ((1, "up"), (2, "down"))]
    assert yes(case(YES, said, codes=codes, signals=both), day(3)) == pytest.approx(p, rel=1e-9)
    assert odds(yes(case(YES, said, codes=codes, signals=both[:1]), day(3))) == pytest.approx(4 * odds(p), rel=1e-6)


@pytest.mark.parametrize("rated", [False, True])
def test_the_scale_of_a_codes_multipliers_matters_only_beside_its_base_rate(rated: bool) -> None:
    found = []
    for scale in (1, 10):
        codes = {
            "up": {"bears_on": {"deal": by_level(no=0.5 * scale, yes=2 * scale)}},
            "down": {"bears_on": {"deal": by_level(no=1.5, yes=0.25)}},
        }
        if rated:
            codes = {"up": codes["up"] | {"base_rate": 3 / scale}, "down": codes["down"] | {"base_rate": 2}}
        said = {"ann": {"deal": {"no": 0.7, "yes": 0.3}}}
        found.append(yes(case(YES, said, codes=codes, signals=[{"published": day(1), "code": "up"}]), day(2)))
    assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_a_single_code_says_nothing_of_a_question_whose_news_is_chosen() -> None:
    made = case(
        YES,
        {"ann": {"deal": {"no": 0.7, "yes": 0.3}}},
        codes={"up": CODES["up"]},
        signals=[{"published": day(d), "code": "up"} for d in range(1, 9)],
    )
    assert yes(made, day(9)) == pytest.approx(0.3, rel=1e-9)


def test_bayes_rule_for_a_code_that_is_covered_in_full() -> None:
    p, rate, seen, r = 0.3, 6.0, 2, 0.8
    codes = {"round": {"coverage": "exhaustive", "base_rate": rate, "bears_on": {"deal": UP}}}
    rows = [{"published": day(d), "code": "round"} for d in (3, 6)]
    made = case(
        YES, {"ann": {"deal": {"no": 1 - p, "yes": p}}}, codes=codes, signals=rows, sources={"wire": {"credence": r}}
    )
    days = 8  # the judgment is of day 0, the forecast of the end of day 8
    m = np.array([r * 0.5 + 1 - r, r * 2 + 1 - r])
    poisson = m**seen * np.exp(-rate / plain.MONTH * days * m)
    assert odds(yes(made, day(8))) == pytest.approx(odds(p) * poisson[1] / poisson[0], rel=1e-6)


def test_credence_pulls_to_one_and_never_turns_the_sign() -> None:
    def after(r: float) -> float:
        made = case(
            YES,
            {"ann": {"deal": {"no": 0.7, "yes": 0.3}}},
            codes=CODES,
            signals=[{"published": day(1), "code": "up"}],
            sources={"wire": {"credence": r}},
        )
        return yes(made, day(2))

    found = [after(r) for r in (0, 0.1, 0.5, 0.9, 1)]
    assert found[0] == pytest.approx(0.3, abs=1e-12)
    assert found == sorted(found)


# -- 3. announced dates ------------------------------------------------------------------------

ANNOUNCED = {
    "announced": {
        "sees": "outcome",
        "bears_on": {
            "when": {"by": "target", "multipliers": {"before": 0, "within": 1, "<=7 after": 0, "later": 0, "never": 0}}
        },
    },
    "hinted": {
        "bears_on": {
            "when": {"by": "target", "multipliers": {"before": 0, "within": 1, "<=7 after": 0, "later": 0, "never": 0}}
        }
    },
}
LONG = {"when": timing(half_life=30)}
FLAT = {"ann": {"when": daily([0.6 / 100] * 100, never=0.4)}}


def on_the_day(code: str, r: float, age: int) -> float:
    made = case(
        LONG,
        FLAT,
        days=100,
        codes=ANNOUNCED,
        signals=[{"published": day(20), "code": code, "target_from": day(32), "target_to": day(32)}],
        sources={"wire": {"credence": r}},
    )
    return float(marginals(made, day(20 + age), 1)["when"][31])


def test_a_date_announced_by_both_sides_holds() -> None:
    assert on_the_day("announced", 0.95, 0) >= 0.95
    assert on_the_day("announced", 0.95, 10) >= 0.95  # it commits: it does not fade
    assert on_the_day("announced", 0.2, 0) < 0.25


def test_a_plan_for_a_date_holds_as_long_as_plans_hold() -> None:
    held = 0.5 ** (12 / 30)
    assert on_the_day("hinted", 1, 0) == pytest.approx(held, abs=0.01)
    assert on_the_day("hinted", 0.2, 0) < 0.2


# -- 6. order and names ------------------------------------------------------------------------

WHENS = [
    f"when <= {day(4)}",
    "when is never",
    "level >= b",
    "much > 5",
    f"level == c and when <= {day(6)}",
    "kind == x",
]
MORE = {"by": "value", "multipliers": {"<=5": 0.7, "above": 2}}
EVEN = {"by": "lead", "multipliers": {"<=3": 2, "later": 2, "never": 2}}
BOOK: dict[str, Any] = {
    "soon": {"bears_on": {"when": {"by": "lead", "multipliers": {"<=3": 3, "later": 1, "never": 0.5}}}},
    "late": {"bears_on": {"when": {"by": "lead", "multipliers": {"<=3": 0.4, "later": 1, "never": [1, 1.5, 2]}}}},
    "raise": {
        "group": {"name": "g"},
        "bears_on": {"level": by_level(a=0.5, b=1, c=2), "much": MORE},
    },
    "lower": {"bears_on": {"level": by_level(a=2, b=1, c=0.5), "kind": by_level(x=2, y=1, z=1)}},
    "even": {"bears_on": {"level": by_level(a=1, b=1, c=1), "when": EVEN}},
}  # fmt: skip
SOURCES: dict[str, Any] = {
    "wire": {"reliability": "A"},
    "paper": {"credence": [0.5, 0.7, 0.8]},
    "liar": {"credence": 0},
}
ROWS: list[dict[str, Any]] = [
    {"published": day(2), "code": "soon"},
    {"published": day(2), "code": "raise", "source": "paper", "event": "e"},
    {"published": day(2), "code": "late", "source": "paper"},
    {"published": day(3), "code": "raise", "event": "e", "independent": True},
    {"published": day(3), "code": "lower", "source": "paper"},
    {"published": day(3), "code": "raise"},
]
ROWS = [{"id": f"n{i}", **row} for i, row in enumerate(ROWS)]
THREE = {who: PANEL[who] for who in ("ann", "bo")}
THREE["ann"] = THREE["ann"] | {("level", f"when <= {day(5)}"): {"a": 0.2, "b": 0.3, "c": 0.5}}


def everything(rows: list[dict[str, Any]], **more: Any) -> Case:
    options = {"codes": BOOK, "sources": SOURCES, "settings": UNCERTAIN, "days": 9} | more
    return case(ASKED, THREE, signals=rows, **options)


def numbers(made: Case, whens: list[str] = WHENS) -> list[tuple[float, float, float, float]]:
    now: Forecast = forecast(made, day(4), draws=64, points=32)
    return [(e.probability, e.low, e.high, e.mcse) for e in map(now.estimate, whens)]


@pytest.fixture(scope="module")
def as_it_is() -> list[tuple[float, float, float, float]]:
    return numbers(everything(ROWS))


@pytest.mark.parametrize("order", [[5, 4, 3, 2, 1, 0], [3, 0, 5, 1, 4, 2]])
def test_the_order_of_rows_changes_nothing(order: list[int], as_it_is: Any) -> None:
    made = everything([ROWS[i] for i in order])
    made = made.model_copy(update={"judgments": made.judgments[::-1]})
    assert numbers(made) == as_it_is


def renamed(made: Case) -> Case:
    """Every id of a signal, code, source, event, group and expert turned round."""
    mirror = str.maketrans("abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba")

    def names(**old: str | None) -> dict[str, str]:
        return {key: name.translate(mirror) for key, name in old.items() if name}

    def named[T](entries: Mapping[str, T]) -> dict[str, T]:
        return {name.translate(mirror): entry for name, entry in entries.items()}

    def group(code: Code) -> Code:
        new = code.group and code.group.model_copy(update=names(name=code.group.name))
        return code.model_copy(update={"group": new})

    codes = {name: group(code) for name, code in made.codebook.codes.items()}
    book = {"codes": named(codes), "sources": named(made.codebook.sources)}
    return made.model_copy(
        update={
            "file": made.file.model_copy(update={"panel": named(made.file.panel)}),
            "codebook": made.codebook.model_copy(update=book),
            "judgments": tuple(j.model_copy(update=names(expert=j.expert)) for j in made.judgments),
            "signals": tuple(
                s.model_copy(update=names(id=s.id, code=s.code, source=s.source, event=s.event)) for s in made.signals
            ),
        }
    )


def test_names_change_nothing(as_it_is: Any) -> None:
    made = everything(ROWS)
    assert renamed(made).signals[0].id != made.signals[0].id
    assert numbers(renamed(made)) == as_it_is


NOTHING: dict[str, list[dict[str, Any]]] = {
    "a flat code": [{"published": day(2), "code": "even"}],
    "a source of credence 0": [{"published": day(2), "code": "raise", "source": "liar", "target_to": day(7)}],
    "a report of an event by a source of credence 0": [
        {"published": day(1), "code": "raise", "source": "liar", "event": "e"}
    ],
    "a duplicate row": [ROWS[0]],
    "a duplicate report": [{**ROWS[3], "id": "again", "source": "wire", "independent": False}],
    "a report retracted": [
        {"id": "wrong", "published": day(2), "code": "soon"},
        {"id": "sorry", "published": day(4), "code": "soon", "status": "retracted", "supersedes": "wrong"},
    ],
    "one published later": [{"published": f"{day(5)}T00:00:01+00:00", "code": "soon"}],
    "one judged already": [{"published": day(0), "code": "soon"}],
    "a line not seen": [{"published": day(2), "code": "raise", "observed": "not_seen"}],
}


@pytest.mark.parametrize("extra", NOTHING.values(), ids=NOTHING)
def test_what_says_nothing_has_no_effect_at_all(extra: list[dict[str, Any]], as_it_is: Any) -> None:
    rows = [*(extra[:1]), *ROWS, *extra[1:]]
    assert numbers(everything([{"id": f"x{i}", **row} for i, row in enumerate(rows)])) == as_it_is


def test_what_says_something_does(as_it_is: Any) -> None:
    """The negative control of the test above."""
    assert numbers(everything([*ROWS, {"id": "x", "published": day(2), "code": "soon"}])) != as_it_is


def test_a_retracted_report_leaves_silence_as_it_was() -> None:
    codes = {
        **BOOK,
        "call": {"coverage": "exhaustive", "base_rate": 3, "bears_on": {"level": by_level(a=0.5, b=1, c=2)}},
    }
    row = {"id": "wrong", "published": day(2), "code": "call", "source": "paper"}
    sorry = {**row, "id": "sorry", "published": day(3), "status": "retracted", "supersedes": "wrong"}
    assert numbers(everything([*ROWS, row, sorry], codes=codes)) == numbers(everything(ROWS, codes=codes))
    assert numbers(everything([*ROWS, row], codes=codes)) != numbers(everything(ROWS, codes=codes))


# -- 6. one run or two -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["timing", "other"])
def test_a_course_carried_on_in_pieces_is_one_course(kind: str, rng: np.random.Generator) -> None:
    prior = rng.dirichlet(np.ones(12), size=3).T
    rho = np.array([0.5, 0.9, 1.0])

    def run(stops: list[int]) -> Course:
        course = Course(prior.copy(), rho, kind == "timing", 9, -3)
        noise = np.random.default_rng(5)
        for stop in stops:
            course.advance(stop)
            if stop in {-1, 2, 6}:
                course.see(np.array([0, 4, 9]), noise.uniform(0.5, 2, (3, 3)))
        return course

    whole, pieces = run([-1, 2, 6, 8]), run(list(range(-3, 9)))
    np.testing.assert_allclose(
        np.exp(whole.log_scale) * whole.outcome(), np.exp(pieces.log_scale) * pieces.outcome(), rtol=1e-12
    )


def test_two_runs_in_a_row_are_one() -> None:
    """What is known at the later time alone decides: a run in between leaves nothing behind."""
    made = everything(ROWS)
    forecast(made, day(2), draws=64, points=32)
    once = forecast(made, day(4), draws=64, points=32)
    cut = made.model_copy(update={"signals": tuple(s for s in made.signals if s.published.at <= moment(made, day(3)))})
    assert forecast(made, day(2), draws=64, points=32).estimate(WHENS[0]) == forecast(
        cut, day(2), draws=64, points=32
    ).estimate(WHENS[0])
    assert once.estimate(WHENS[0]) == forecast(made, day(4), draws=64, points=32).estimate(WHENS[0])


# -- several coders ----------------------------------------------------------------------------

BELIEVED, SEEN = {"no": 0.2, "mid": 0.6, "yes": 0.2}, np.array([0.1, 0.5, 0.9])


def read_by(readings: list[list[str]]) -> Case:
    """One document a list: whether each coder saw its line; nothing else is uncertain."""
    return case(
        {"q": ordinal(*BELIEVED)}, {"ann": {"q": BELIEVED}},
        codes={"line": {"kind": "per_document", "bears_on": {"q": present(no=0.1, mid=0.5, yes=0.9)}}},
        sources={"wire": {"credence": 1}}, settings={"tempering": 0},
        signals=[
            {"id": f"s{i}", "published": day(2), "code": "line", "document": f"d{i}", "coder": f"c{j}", "observed": saw}
            for i, coders in enumerate(readings) for j, saw in enumerate(coders)
        ],
    )  # fmt: skip


def test_a_line_that_half_of_the_coders_saw_is_a_mixture_and_says_nothing() -> None:
    """Its factor is w p / mean(p) + (1 - w) (1 - p) / mean(1 - p): flat at w = 1/2, where a product would not be."""
    prior = np.array(list(BELIEVED.values()))
    for documents in (1, 6):
        found = marginals(read_by([["present", "absent"]] * documents), day(8))["q"]
        np.testing.assert_allclose(found, prior, atol=1e-9)
    seen = marginals(read_by([["present"]]), day(8))["q"]  # negative control: a line that counts
    np.testing.assert_allclose(seen, prior * SEEN / (prior @ SEEN), atol=1e-9)

"""The forward pass, its factors and its outcome law, against plain loops written from the model's text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from against_plain import assert_tables_agree, likelihoods
from build import bins, case, daily, day, nominal, ordinal, present, quantity, timing
from foedus.case.types import Case
from foedus.forecast import moment
from foedus.problem.compile import compile_problem

DAYS = 9
multiplier = st.floats(0.1, 8)
half_life = st.one_of(st.just("inf"), st.floats(0.2, 60))
AS_OF = st.one_of(
    st.integers(0, DAYS + 2).map(day), st.integers(1, DAYS).map(lambda d: f"{day(d)}T07:30:00+00:00")
)  # the end of a day, and the middle of one


@st.composite
def masses(draw: st.DrawFn, n: int) -> list[float]:
    raw = draw(st.lists(st.integers(1, 50), min_size=n, max_size=n))
    return [x / sum(raw) for x in raw]


@st.composite
def questions(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, float]]:
    kind = draw(st.sampled_from(["timing", "ordinal", "quantity", "nominal"]))
    if kind == "timing":
        p = draw(masses(DAYS + 1))
        return timing(half_life=draw(half_life)), daily(p[:-1], p[-1])
    more = {"half_life": draw(half_life), "decided_on": day(draw(st.integers(1, DAYS)))}
    if kind == "quantity":
        return quantity(**more), bins([-5, 0, 5, 20], draw(masses(3)))
    p = draw(masses(3))
    return (ordinal if kind == "ordinal" else nominal)("a", "b", "c", **more), dict(zip("abc", p, strict=True))


@st.composite
def bearings(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    by = draw(st.sampled_from({"timing": ["date", "lead", "target"], "quantity": ["value"]}.get(kind, ["level"])))
    keys = {
        "date": [f"<={day(3)}", f"<={day(6)}", "later", "never"],
        "lead": ["<=2", "<=5", "later", "never"],
        "target": ["before", "within", "<=2 after", "later", "never"],
        "value": ["<=0", "<=7", "above"],
        "level": ["a", "b", "c"],
    }[by]
    return {"by": by, "multipliers": {key: draw(multiplier) for key in keys}}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    question, said = draw(questions())
    names = [f"c{i}" for i in range(draw(st.integers(1, 4)))]
    codes: dict[str, Any] = {name: {"bears_on": {"q": draw(bearings(question["type"]))}} for name in names}
    if draw(st.booleans()):
        codes[names[0]]["sees"] = "outcome"
    if codes[names[-1]]["bears_on"]["q"]["by"] in {"level", "value", "date"} and draw(st.booleans()):
        codes[names[-1]]["group"] = {"name": "plan", "cap": draw(st.sampled_from(["all", "average"]))}
    if draw(st.booleans()):
        for name in names:
            codes[name]["base_rate"] = draw(st.floats(0.1, 5))
    rows = []
    for i in range(draw(st.integers(0, 8))):
        d, before = draw(st.integers(-3, DAYS)), draw(st.integers(0, 3))
        row: dict[str, Any] = {
            "id": f"s{i}",
            "published": day(d),
            "happened": day(d - before),
            "code": draw(st.sampled_from(names)),
            "source": draw(st.sampled_from(["wire", "paper", "rumour"])),
            "origin": draw(st.sampled_from(["o1", "o2", "o3"])) + f"-{i}",
            "independent": draw(st.booleans()),
            "target_from": day(draw(st.integers(1, 4))),
            "target_to": day(draw(st.integers(4, 7))),
        }
        if draw(st.booleans()):
            kind = row["code"] if "group" in codes[names[-1]] else codes[row["code"]].get("sees", "course")
            row["event"] = draw(st.sampled_from(["e1-", "e2-"])) + kind
        rows.append(row)
    return case(
        {"q": question},
        {"ann": {"q": said}},
        days=DAYS,
        judged="2024-12-29",
        codes=codes,
        sources={"paper": {"credence": 0.7}, "rumour": {"credence": 0.2}},
        signals=rows,
        settings={"tempering": draw(st.sampled_from([0.0, 0.3]))},
    )


@settings(max_examples=150)
@given(cases(), AS_OF)
def test_tables_of_generated_cases_equal_plain_loops(made: Case, as_of: str) -> None:
    note({name: code.model_dump(exclude_defaults=True) for name, code in made.codebook.codes.items()})
    note([s.model_dump(exclude_defaults=True, exclude={"line"}) for s in made.signals])
    assert_tables_agree(made, as_of)


SUMMIT = daily([0.05, 0.1, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05], never=0.3)
ROLE = {"a": 0.5, "b": 0.3, "c": 0.2}
UP = {"by": "level", "multipliers": {"a": 0.5, "b": 1.5, "c": 2}}
DOWN = {"by": "level", "multipliers": {"a": 1.5, "b": 1, "c": 0.5}}
VOICED = {"voiced": {"bears_on": {"role": UP}}, "dampened": {"bears_on": {"role": DOWN}}}
ROLES = {"role": ordinal("a", "b", "c", half_life=4)}
SAID = {"ann": {"role": ROLE}}


def test_two_codes_in_one_statement_have_their_joint_multiplier() -> None:
    joint = {"by": "level", "multipliers": {"a": 0.8, "b": 1.4, "c": 1}}
    rows = [
        {"published": day(2), "code": "voiced", "statement": "x"},
        {"published": day(2), "code": "dampened", "statement": "x"},
    ]
    combine = [{"codes": ["voiced", "dampened"], "bears_on": {"role": joint}}]
    assert_tables_agree(case(ROLES, SAID, codes=VOICED, combine=combine, signals=rows), day(4))
    assert_tables_agree(
        case(ROLES, SAID, codes=VOICED, signals=rows), day(4)
    )  # without one, the product inside one credence


def test_the_speaker_and_the_base_rates_count() -> None:
    codes = {
        "voiced": {"base_rate": 2, "bears_on": {"role": {**UP, "by_speaker": {"boss": {"c": 5}}}}},
        "dampened": {"base_rate": 0.5, "bears_on": {"role": DOWN}},
    }
    rows = [{"published": day(2), "code": "voiced", "speaker": who} for who in ("boss", "clerk")]
    assert_tables_agree(case(ROLES, SAID, codes=codes, signals=rows), day(3))


def test_coders_who_disagree_are_a_mixture() -> None:
    rows = [{"id": "x", "published": day(2), "code": code, "coder": code} for code in VOICED]
    assert_tables_agree(case(ROLES, SAID, codes=VOICED, signals=rows, sources={"wire": {"credence": 0.8}}), day(3))


def test_the_strongest_of_a_group_counts_once_and_the_rest_is_tempered() -> None:
    codes = {
        "weak": {
            "group": {"name": "g"},
            "bears_on": {"role": {"by": "level", "multipliers": {"a": 0.8, "b": 1, "c": 1.2}}},
        },
        "strong": {"group": {"name": "g"}, "bears_on": {"role": UP}},
        "dampened": VOICED["dampened"],
    }
    names = ("weak", "strong", "strong", "weak", "dampened", "dampened")
    rows = [{"published": day(1 + i), "code": code} for i, code in enumerate(names)]
    made = case(ROLES, SAID, codes=codes, signals=rows, settings={"tempering": 0.3})
    assert_tables_agree(made, day(8))
    counted = [c for c in compile_problem(made, moment(made, day(8))).problem.contributions if c.exponent > 0]
    assert [c.day for c in counted] == [3, 5, 6]  # the strong echoes: the later one; what contradicts is not capped


@pytest.mark.parametrize("observed", ["present", "absent", "not_seen"])
def test_lines_of_a_document(observed: str) -> None:
    codes = {"line": {"kind": "per_document", "bears_on": {"role": present(a=0.3, b=0.6, c=0.8)}}, **VOICED}
    row = {"published": day(2), "code": "line", "document": "readout", "observed": observed}
    made = case(ROLES, SAID, codes=codes, signals=[row], sources={"wire": {"credence": 0.9}})
    assert_tables_agree(made, day(5))
    if observed == "not_seen":
        assert np.ptp(likelihoods(made, day(5))["role"]) == 0


EXHAUSTIVE = {
    "call": {
        "coverage": "exhaustive",
        "base_rate": 6,
        "bears_on": {"summit": {"by": "lead", "multipliers": {"<=3": 4, "later": 1, "never": 0.5}}},
    }
}


@pytest.mark.parametrize("half", ["inf", 2])
@pytest.mark.parametrize("reports", [[], [4], [3, 5]], ids=len)
@pytest.mark.parametrize("as_of", [day(0), day(3), f"{day(5)}T18:00:00+00:00", day(9)])
def test_silence_counts_day_by_day_and_ages(half: Any, reports: list[int], as_of: str) -> None:
    rows = [{"published": day(d), "code": "call", "source": "paper"} for d in reports]
    made = case(
        {"summit": timing(half_life=half)},
        {"ann": {"summit": SUMMIT}},
        days=9,
        codes=EXHAUSTIVE,
        signals=rows,
        sources={"paper": {"credence": 0.8}},
        judged="2024-12-27",
    )
    assert_tables_agree(made, as_of)


@pytest.mark.parametrize("reports", [[], [1], [-2, 3]], ids=len)
def test_silence_is_news_to_each_expert_since_the_own_judgment(reports: list[int]) -> None:
    """What is seen and what is not count alike: for the share of the panel that had not lived through it."""
    made = case(
        {"summit": timing(half_life=2)},
        {"ann": {"summit": SUMMIT}, "bo": {"summit": SUMMIT}},
        days=9,
        codes=EXHAUSTIVE,
        signals=[{"published": day(d), "code": "call", "source": "paper"} for d in reports],
        sources={"paper": {"credence": 0.8}},
        judged={"ann": "2024-12-27", "bo": day(0)},
        panel={"ann": {"weight": 3}, "bo": {"weight": 1}},
        pooling={"weights": "given"},
    )
    assert_tables_agree(made, day(4))
    tallies = compile_problem(made, moment(made, day(4))).problem.tallies
    assert {(t.day, *t.exposure) for t in tallies} == {(d, 0.75 if d < 1 else 1.0) for d in range(-4, 5)}


@st.composite
def counted(draw: st.DrawFn) -> Case:
    """A question with a counted code, periods of one to four days, some revised, two experts who judged apart."""
    question, said = draw(questions())
    bearing = draw(bearings(question["type"]).filter(lambda bearing: bearing["by"] != "target"))
    code: dict[str, Any] = {"kind": "counted", "coverage": "exhaustive", "bears_on": {"q": bearing}}
    code["base_rate"] = draw(st.floats(0.5, 60))
    if draw(st.booleans()):
        code["dispersion"] = draw(st.floats(0.01, 5))
    until = int(str(question.get("decided_on", day(DAYS)))[-2:]) - 1
    rows, at = [], draw(st.integers(-3, 1))
    while at < until:
        end = min(at + draw(st.integers(0, 3)), until)
        row = {"from": day(at), "to": day(end), "code": "c", "source": draw(st.sampled_from(["wire", "paper"]))}
        if draw(st.booleans()):
            rows.append(row | {"count": draw(st.integers(0, 9)), "published": day(end + draw(st.integers(0, 2)))})
        if rows and rows[-1]["to"] == row["to"] and draw(st.booleans()):
            rows.append(rows[-1] | {"count": draw(st.integers(0, 9)), "published": day(end + 3)})
        at = end + 1
    return case(
        {"q": question},
        {"ann": {"q": said}, "bo": {"q": said}},
        days=DAYS,
        judged={"ann": "2024-12-27", "bo": day(draw(st.integers(-4, 0 if question["type"] == "timing" else 4)))},
        codes={"c": code, "other": {"bears_on": {"q": bearing}}},
        sources={"paper": {"credence": 0.7}},
        signals=[{"published": day(2), "code": "other", "target_to": day(4)}],
        counts=draw(st.permutations(rows)),
    )


@settings(max_examples=100)
@given(counted(), st.integers(4, DAYS + 2).map(day))
def test_counts_equal_plain_loops(made: Case, as_of: str) -> None:
    note([row.model_dump(exclude={"line"}) for row in made.counts])
    assert_tables_agree(made, as_of)


@pytest.mark.parametrize("half", ["inf", 2])
@pytest.mark.parametrize("count", [0, 3], ids=["none", "three"])
def test_a_period_of_days_is_its_count_on_each_day_of_it(half: Any, count: int) -> None:
    """By the day a count is what reports and silence say; three days are one where plans hold all through them."""
    bears = {"bears_on": {"role": {"by": "level", "multipliers": {"a": 0.5, "b": 1.5, "c": 2}}}, "base_rate": 20}

    def law(code: dict[str, Any], **news: Any) -> np.ndarray:
        made = case(
            {"role": ordinal("a", "b", "c", half_life=half)}, SAID, codes={"call": bears | code}, judged=day(2), **news
        )
        found = likelihoods(made, day(5))["role"]
        return found / found.sum()

    watched = {"coverage": "exhaustive"}
    period = {"from": day(3), "to": day(5), "code": "call", "count": count}
    days = [{"from": day(d), "to": day(d), "code": "call", "count": count // 3} for d in (3, 4, 5)]
    whole, daily_ = (law(watched | {"kind": "counted"}, counts=rows) for rows in ([period], days))
    reports = [{"published": day(d), "code": "call"} for d in (3, 4, 5)[:count]]
    np.testing.assert_allclose(daily_, law(watched, signals=reports), rtol=1e-12)
    if half == "inf":
        np.testing.assert_allclose(whole, daily_, rtol=1e-12)
    other = law(watched | {"kind": "counted"}, counts=[period | {"count": count + 1}])
    assert np.abs(whole - other).max() > 0.01


@pytest.mark.parametrize("more", [{}, {"resolves_with": "summit"}], ids=["decided", "with-parent"])
def test_a_nominal_question_hangs_on_its_parent(more: dict[str, str]) -> None:
    made = case(
        {"summit": timing(half_life=6), "venue": nominal("a", "b", "c", parent="summit", half_life=3, **more)},
        {
            "ann": {
                "summit": SUMMIT,
                ("venue", "summit <= 2025-01-04"): {"a": 0.7, "b": 0.2, "c": 0.1},
                ("venue", "summit is never"): {"a": 0.2, "b": 0.2, "c": 0.6},
                "venue": ROLE,
            }
        },
        days=9,
        codes={name: {"bears_on": {"venue": code["bears_on"]["role"]}} for name, code in VOICED.items()},
        signals=[{"published": day(2), "code": "voiced"}, {"published": day(3), "code": "dampened"}],
    )
    assert_tables_agree(made, day(3))


@pytest.mark.parametrize("gap", [0, 1, 3, 4])
def test_what_is_tempered_does_not_hang_on_the_weekday(gap: int) -> None:
    """Two signals at a distance count alike whatever day the first is of; from four days on each counts in full."""
    found = set()
    for first in range(1, 9):
        made = case(ROLES, SAID, days=20, codes=VOICED, settings={"tempering": 0.3}, signals=[
            {"published": day(d), "code": "voiced"} for d in (first, first + gap)])  # fmt: skip
        contributions = compile_problem(made, moment(made, day(15))).problem.contributions
        found |= {round(c.exponent, 12) for c in contributions}
    assert found == {round(1 / 1.3, 12) if gap <= 3 else 1.0}


def test_a_signal_counts_for_the_share_of_the_panel_that_had_not_seen_it() -> None:
    made = case(
        ROLES,
        {"ann": {"role": ROLE}, "bo": {"role": ROLE}},
        judged={"ann": day(1), "bo": day(4)},
        codes=VOICED,
        signals=[{"published": day(d), "code": "voiced"} for d in (1, 3, 7)],
        panel={"ann": {"weight": 3}, "bo": {"weight": 1}},
        pooling={"weights": "given"},
        settings={"tempering": 0.3},
    )
    assert_tables_agree(made, day(8))
    exponents = {c.day: c.exponent for c in compile_problem(made, moment(made, day(8))).problem.contributions}
    assert exponents == {3: 0.75, 7: 1.0}

"""What one side says and the other leaves out: one unit of evidence, by hand, in plain loops, and as of any time."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from against_plain import assert_tables_agree, likelihoods
from build import bins, by_level, case, daily, day, ordinal, present, quantity, timing
from foedus.accounting import account_of
from foedus.case.types import Case
from foedus.forecast import forecast, moment
from foedus.problem.compile import compile_problem
from foedus.problem.types import Contribution

DAYS = 9
US, ROK, GAP = {"no": 0.3, "yes": 0.8}, {"no": 0.4, "yes": 0.6}, {"no": 0.12, "yes": 0.42}
PRIOR = {"no": 0.7, "yes": 0.3}
SIDES = {"said_by": ["USA"], "left_out_by": ["KOR"]}
REVERSED = {"said_by": ["KOR"], "left_out_by": ["USA"]}


def line(**p: Any) -> dict[str, Any]:
    return {"kind": "per_document", "bears_on": {"q": present(**p)}}


CODES: dict[str, Any] = {
    "us": line(**US),
    "rok": line(**ROK),
    "gap": {"kind": "discrepancy", "of": ["us", "rok"], **SIDES, "bears_on": {"q": present(**GAP)}},
}
SAYS = {"id": "s-us", "published": day(2), "code": "us", "source": "state", "document": "a", "event": "m"}
OMITS = {
    "id": "s-rok", "published": day(4), "code": "rok", "source": "mofa", "document": "b", "event": "m",
    "observed": "absent",
}  # fmt: skip


def made(
    *rows: dict[str, Any], codes: dict[str, Any] | None = None, r: tuple[float, float] = (1, 1), **more: Any
) -> Case:
    sources = {"state": {"credence": r[0], "side": "USA"}, "mofa": {"credence": r[1], "side": "KOR"}}
    more = {"settings": {"tempering": 0}, **more}
    asked, said = {"q": ordinal("no", "yes")}, {"ann": {"q": PRIOR}}
    return case(asked, said, codes=codes or CODES, sources=sources, signals=rows, **more)


def probability(built: Case, as_of: str = day(8)) -> float:
    """P(yes) by summation over the core's own table: no draws of outcomes."""
    return posterior(dict(zip(PRIOR, likelihoods(built, as_of)["q"].tolist(), strict=True)))


def posterior(likelihood: dict[str, float]) -> float:
    joint = {y: PRIOR[y] * likelihood[y] for y in PRIOR}
    return joint["yes"] / sum(joint.values())


# -- by hand -------------------------------------------------------------------------------------


def test_bayes_by_hand_where_both_are_sure() -> None:
    assert probability(made(SAYS, OMITS)) == pytest.approx(posterior(GAP), abs=1e-6)
    apart = posterior({y: US[y] * (1 - ROK[y]) for y in US})
    assert abs(apart - posterior(GAP)) > 0.1  # what the product of the lines would have said


def test_bayes_by_hand_over_which_reports_are_true() -> None:
    """A report that reflects nothing looks as the pool would have it: enumerate truth and outcome."""
    r = (0.9, 0.6)
    say, omit = US, {y: 1 - ROK[y] for y in ROK}

    def mean_one(p: dict[str, float]) -> dict[str, float]:
        mean = sum(PRIOR[y] * p[y] for y in PRIOR)
        return {y: p[y] / mean for y in PRIOR}

    pair, alone = mean_one(GAP), (mean_one(say), mean_one(omit))
    out = dict.fromkeys(PRIOR, 0.0)
    for true in itertools.product([False, True], repeat=2):
        chance = math.prod(c if t else 1 - c for c, t in zip(r, true, strict=True))
        for y in out:
            each = math.prod(v[y] for v, t in zip(alone, true, strict=True) if t)
            out[y] += chance * (pair[y] if all(true) else each)
    assert probability(made(SAYS, OMITS, r=r)) == pytest.approx(posterior(out), abs=1e-6)
    naive = {y: r[0] * r[1] * pair[y] + 1 - r[0] * r[1] for y in PRIOR}
    assert abs(posterior(naive) - posterior(out)) > 0.005


def test_before_the_second_text_the_first_counts_alone_and_a_retraction_restores_it() -> None:
    gone = {"id": "sorry", "published": day(6), "status": "retracted", "code": "rok", "source": "mofa", "document": "b"}
    us, rok = posterior(US), posterior({y: 1 - ROK[y] for y in ROK})
    built = made(SAYS, OMITS, {**gone, "supersedes": "s-rok"})
    assert probability(built, day(1)) == pytest.approx(PRIOR["yes"], abs=1e-6)
    assert probability(built, day(3)) == pytest.approx(us, abs=1e-6)
    assert probability(built, day(5)) == pytest.approx(posterior(GAP), abs=1e-6)
    assert probability(built, day(6)) == pytest.approx(us, abs=1e-6)
    other = made(SAYS, OMITS, {**gone, "supersedes": "s-us", "code": "us", "source": "state", "document": "a"})
    assert probability(other, day(6)) == pytest.approx(rok, abs=1e-6)


def test_a_text_corrected_to_have_the_line_is_no_longer_a_discrepancy() -> None:
    fixed = {**OMITS, "id": "new", "published": day(5), "observed": "present", "supersedes": "s-rok"}
    built = made(SAYS, OMITS, {**fixed, "status": "corrected"})
    assert probability(built, day(6)) == pytest.approx(posterior(law(1, 1)), abs=1e-6)


def law(us: int, rok: int) -> dict[str, float]:
    """Probability of each pattern: the discrepancy's, and for the others what it leaves, as the lines have it."""
    p = {y: (US[y] if us else 1 - US[y]) * (ROK[y] if rok else 1 - ROK[y]) for y in US}
    return GAP if (us, rok) == (1, 0) else {y: p[y] * (1 - GAP[y]) / (1 - US[y] * (1 - ROK[y])) for y in US}


@pytest.mark.parametrize("seen", list(itertools.product([1, 0], repeat=2)))
def test_every_pattern_has_its_law_and_the_laws_sum_to_1(seen: tuple[int, int]) -> None:
    words = ["absent", "present"]
    built = made({**SAYS, "observed": words[seen[0]]}, {**OMITS, "observed": words[seen[1]]})
    assert probability(built) == pytest.approx(posterior(law(*seen)), abs=1e-6)
    assert all(sum(law(*s)[y] for s in itertools.product([1, 0], repeat=2)) == pytest.approx(1) for y in US)


def test_on_average_a_meeting_moves_nothing() -> None:
    """Over the patterns, each as often as the prior has it, the mean posterior is the prior; line by line it is not."""
    words = ["absent", "present"]
    means = []
    for codes in (CODES, {name: code for name, code in CODES.items() if name != "gap"}):
        mean = 0.0
        for us, rok in itertools.product([1, 0], repeat=2):
            rows = {**SAYS, "observed": words[us]}, {**OMITS, "observed": words[rok]}
            mean += sum(PRIOR[y] * law(us, rok)[y] for y in PRIOR) * probability(made(*rows, codes=codes))
        means.append(mean)
    assert means[0] == pytest.approx(PRIOR["yes"], abs=1e-9)
    assert abs(means[1] - PRIOR["yes"]) > 0.01


APART: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "not seen": (SAYS, {**OMITS, "observed": "not_seen"}),
    "another meeting": (SAYS, {**OMITS, "event": "other"}),
    "no meeting named": ({**SAYS, "event": None}, {**OMITS, "event": None}),
    "the same side": (SAYS, {**OMITS, "source": "state"}),
}


@pytest.mark.parametrize("why", APART)
def test_lines_that_show_no_discrepancy_count_one_by_one(why: str) -> None:
    without = {name: code for name, code in CODES.items() if name != "gap"}
    assert probability(made(*APART[why])) == pytest.approx(probability(made(*APART[why], codes=without)), abs=1e-12)


def test_a_second_text_of_the_side_that_has_the_line_makes_it_no_omission() -> None:
    more = {**OMITS, "id": "late", "document": "c", "observed": "present", "published": day(5)}
    every = {y: law(1, 1)[y] * (1 - ROK[y]) for y in US}
    assert probability(made(SAYS, OMITS, more), day(6)) == pytest.approx(posterior(every), abs=1e-6)


def test_of_two_texts_of_one_side_the_first_is_taken_and_the_other_stays_a_line() -> None:
    more = {**SAYS, "id": "again", "document": "c", "published": day(3)}
    assert probability(made(SAYS, OMITS, more)) == pytest.approx(posterior({y: GAP[y] * US[y] for y in US}), abs=1e-6)


def test_the_document_names_the_meeting_for_lines_that_do_not() -> None:
    other = {**SAYS, "id": "other", "code": "aside", "event": "m"}
    codes = {**CODES, "aside": {"kind": "per_document"}, "use": line(no=0.5, yes=0.4)}
    built = made({**SAYS, "event": None}, OMITS, {**other, "code": "use"}, codes=codes)
    expected = posterior({y: GAP[y] * {"no": 0.5, "yes": 0.4}[y] for y in GAP})
    assert probability(built) == pytest.approx(expected, abs=1e-6)


def test_a_source_of_credence_0_takes_nothing_from_the_other_text() -> None:
    alone = probability(made(SAYS, r=(0.9, 0)))
    assert probability(made(SAYS, OMITS, r=(0.9, 0))) == pytest.approx(alone, abs=1e-12)


def test_a_rumour_of_what_was_left_out_takes_next_to_nothing_from_the_other_text() -> None:
    alone, rumoured = probability(made(SAYS, r=(0.9, 0.01))), probability(made(SAYS, OMITS, r=(0.9, 0.01)))
    assert abs(rumoured - alone) < 0.01
    assert abs(alone - PRIOR["yes"]) > 0.1


def test_lines_without_a_bearing_of_their_own_count_through_the_discrepancy() -> None:
    codes = {**CODES, "us": {"kind": "per_document"}, "rok": {"kind": "per_document"}}
    built = made(SAYS, OMITS, codes=codes)
    assert probability(built, day(3)) == pytest.approx(PRIOR["yes"], abs=1e-6)
    assert probability(built, day(5)) == pytest.approx(posterior(GAP), abs=1e-6)
    early, late = (account_of(compile_problem(built, moment(built, day(d)))) for d in (3, 5))
    assert (early.used, early.no_bearing) == ((), ("s-us",))
    assert (late.used, late.merged, late.no_bearing) == (("s-us",), (("s-rok", "one discrepancy with s-us"),), ())


@pytest.mark.parametrize("bearing", [True, False], ids=["lines that bear", "lines that don't"])
def test_where_there_is_none_both_lines_are_used(bearing: bool) -> None:
    codes = CODES if bearing else {**CODES, "us": {"kind": "per_document"}, "rok": {"kind": "per_document"}}
    built = made(SAYS, {**OMITS, "observed": "present"}, codes=codes)
    found = account_of(compile_problem(built, moment(built, day(5))))
    assert sorted(found.used) == ["s-rok", "s-us"]
    assert (found.merged, found.no_bearing, found.excluded) == ((), (), ())
    if not bearing:  # all that is known is that there is no discrepancy
        assert probability(built) == pytest.approx(posterior({y: 1 - GAP[y] for y in GAP}), abs=1e-6)


# -- several questions, several sides, several experts -------------------------------------------


def test_the_lines_keep_counting_for_other_questions() -> None:
    other = present(no=0.2, yes=0.9)
    codes = {**CODES, "us": {**CODES["us"], "bears_on": {**CODES["us"]["bears_on"], "other": other}}}
    sources = {"state": {"credence": 1, "side": "USA"}, "mofa": {"credence": 1, "side": "KOR"}}
    asked, said = ordinal("no", "yes"), {"ann": {"q": PRIOR, "other": PRIOR}}
    built = case({"q": asked, "other": asked}, said, codes=codes, sources=sources, signals=[SAYS, OMITS])
    now = forecast(built, day(8), seed=1)
    laws = likelihoods(built, day(8))
    assert laws["other"][1] / laws["other"][0] == pytest.approx(0.9 / 0.2, rel=1e-6)
    assert laws["q"][1] / laws["q"][0] == pytest.approx(GAP["yes"] / GAP["no"], rel=1e-6)
    found = account_of(now.compiled)
    assert found.used == ("s-us",)
    assert found.merged == (("s-rok", "one discrepancy with s-us"),)
    notes = {(c.code, c.question): c.notes for c in now.compiled.problem.contributions}
    assert notes["us", 0] == ("one discrepancy with s-rok (gap)",)
    assert notes["us", 1] == notes["gap", 0] == ()


THREE = {"said_by": ["USA", "JPN"], "left_out_by": ["KOR"]}


def test_of_two_discrepancies_with_one_line_the_one_of_most_sides_counts() -> None:
    wide = {"no": 0.05, "yes": 0.3}
    codes = {
        **CODES,
        "jpn": line(no=0.5, yes=0.7),
        "wide": {"kind": "discrepancy", "of": ["us", "jpn", "rok"], **THREE, "bears_on": {"q": present(**wide)}},
    }
    sources = {n: {"credence": 1, "side": s} for n, s in (("state", "USA"), ("mofa", "KOR"), ("kantei", "JPN"))}
    third = {"id": "s-jpn", "published": day(3), "code": "jpn", "source": "kantei", "document": "c", "event": "m"}
    built = case(
        {"q": ordinal("no", "yes")}, {"ann": {"q": PRIOR}}, codes=codes, sources=sources, signals=[SAYS, OMITS, third]
    )
    assert probability(built) == pytest.approx(posterior(wide), abs=1e-6)
    assert_tables_agree_wide(built)


def assert_tables_agree_wide(built: Case) -> None:
    """The plain loops take codes in their order: widest first."""
    codes = dict(sorted(built.codebook.codes.items(), key=lambda entry: -len(entry[1].sides)))
    assert_tables_agree(
        built.model_copy(update={"codebook": built.codebook.model_copy(update={"codes": codes})}), day(8)
    )


def test_where_the_panel_had_read_one_text_the_other_counts_alone() -> None:
    rok = posterior({y: 1 - ROK[y] for y in ROK})
    assert probability(made(SAYS, OMITS, judged=day(3))) == pytest.approx(rok, abs=1e-6)
    assert probability(made(SAYS, OMITS, judged=day(1))) == pytest.approx(posterior(GAP), abs=1e-6)


def test_on_a_settled_question_a_text_before_counts_alone() -> None:
    built = made(SAYS, OMITS, resolutions=[{"question": "q", "resolved_on": day(3), "outcome": "yes"}])
    assert [c.exponent for c in sorted(contributions(built), key=lambda c: c.code)] == [0.0, 0.0, 1.0]


def contributions(built: Case, as_of: str = day(8)) -> tuple[Contribution, ...]:
    return compile_problem(built, moment(built, as_of)).problem.contributions


def test_the_order_of_rows_and_names_changes_nothing() -> None:
    first, second = made(SAYS, OMITS, r=(0.9, 0.7)), made({**OMITS, "id": "a"}, {**SAYS, "id": "b"}, r=(0.9, 0.7))
    assert probability(first) == probability(second)


def test_coders_who_disagree_on_a_line_make_no_discrepancy() -> None:
    built = made({**SAYS, "coder": "x"}, {**SAYS, "coder": "y", "observed": "absent"}, OMITS)
    assert {c.code for c in contributions(built)} == {"us", "rok"}


# -- against plain loops -------------------------------------------------------------------------


@st.composite
def masses(draw: st.DrawFn, n: int) -> list[float]:
    raw = draw(st.lists(st.integers(1, 50), min_size=n, max_size=n))
    return [x / sum(raw) for x in raw]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    p = st.floats(0.05, 0.95)
    kind = draw(st.sampled_from(["timing", "ordinal", "quantity"]))
    keys = {"timing": [f"<={day(3)}", f"<={day(6)}", "later", "never"], "ordinal": ["a", "b", "c"],
            "quantity": ["<=0", "<=7", "above"]}[kind]  # fmt: skip
    by = {"timing": "date", "ordinal": "level", "quantity": "value"}[kind]
    if kind == "timing" and draw(st.booleans()):
        by, keys = "lead", ["<=2", "<=5", "later", "never"]
    mass = draw(masses(DAYS + 1 if kind == "timing" else 3))
    said = {
        "timing": lambda: daily(mass[:-1], mass[-1]),
        "ordinal": lambda: dict(zip("abc", mass, strict=True)),
        "quantity": lambda: bins([-5, 0, 5, 20], mass),
    }[kind]()
    make = {"timing": timing, "ordinal": lambda **m: ordinal("a", "b", "c", **m), "quantity": quantity}[kind]

    def bearing() -> dict[str, Any]:
        return {"q": {"by": by, "probability_present": {key: draw(p) for key in keys}}}

    codes: dict[str, Any] = {name: {"kind": "per_document", "bears_on": bearing()} for name in ("us", "rok")}
    if draw(st.booleans()):
        codes["rok"]["bears_on"] = {}
    patterns = draw(st.sampled_from([(SIDES,), (REVERSED,), (SIDES, REVERSED)]))
    for i, pattern in enumerate(patterns):
        lines = ["us", "rok"] if pattern is SIDES else ["rok", "us"]
        codes[f"gap{i}"] = {"kind": "discrepancy", "of": lines, **pattern, "bears_on": bearing()}
    rows = [
        {"published": day(d), "happened": day(d - draw(st.integers(0, 2))), "code": code, "document": f"{code}-{n}",
         "source": source, "event": f"m{n}", "observed": draw(st.sampled_from(["present", "absent", "not_seen"]))}
        for n in range(draw(st.integers(1, 3)))
        for code, source in (("us", "state"), ("rok", "mofa"))
        for d in [draw(st.integers(-2, DAYS))]
    ]  # fmt: skip
    r = {"state": draw(st.floats(0, 1)), "mofa": draw(st.floats(0, 1))}
    return case(
        {"q": make(half_life=draw(st.one_of(st.just("inf"), st.floats(0.2, 60))))},
        {"ann": {"q": said}, "bo": {"q": said}},
        days=DAYS,
        judged={"ann": "2024-12-27", "bo": draw(st.sampled_from(["2024-12-27", "2024-12-31"]))},
        codes=codes,
        sources={"state": {"credence": r["state"], "side": "USA"}, "mofa": {"credence": r["mofa"], "side": "KOR"}},
        signals=draw(st.permutations(rows)),
        settings={"tempering": draw(st.sampled_from([0.0, 0.3]))},
    )


@settings(max_examples=120)
@given(cases(), st.integers(1, DAYS + 2).map(day))
def test_tables_equal_plain_loops(built: Case, as_of: str) -> None:
    note({name: code.model_dump(exclude_defaults=True) for name, code in built.codebook.codes.items()})
    note([s.model_dump(exclude_defaults=True, exclude={"line"}) for s in built.signals])
    assert_tables_agree(built, as_of)


def test_the_plain_loops_tell_the_pair_from_its_lines() -> None:
    """Control: with the code left out of the core alone, the two must disagree."""
    built = made(SAYS, OMITS)
    codes = {name: code for name, code in built.codebook.codes.items() if name != "gap"}
    blind = built.model_copy(update={"codebook": built.codebook.model_copy(update={"codes": codes})})
    right, wrong = (likelihoods(b, day(8))["q"] for b in (built, blind))
    assert abs(np.log(right[1] / right[0]) - np.log(wrong[1] / wrong[0])) > 0.3


# -- revisions -----------------------------------------------------------------------------------


def test_a_further_line_that_completes_a_discrepancy_is_not_taken_for_an_event_of_its_own() -> None:
    codes = {
        **CODES,
        "up": {"bears_on": {"q": by_level(no=0.5, yes=2)}},
        "down": {"bears_on": {"q": by_level(no=2, yes=1)}},
    }
    now = forecast(made(SAYS, codes=codes, scenarios={"y": 'q == "yes"'}), day(8), seed=1)
    row = {key: value for key, value in OMITS.items() if key not in {"published"}}
    found = now.what_if([row]).loc["s-rok", "y"]
    anew = now.revised([row])
    assert {c.code for c in anew.compiled.problem.contributions if c.exponent > 0} == {"gap"}
    error = anew.scenario_estimates["y"].mcse
    assert found == pytest.approx(anew.scenario_estimates["y"].probability, abs=1e-12)
    assert abs(found - posterior(GAP)) < 4 * error + 1e-4 < 0.01


def meeting(number: int, at: int) -> list[dict[str, Any]]:
    """The two texts of one more meeting."""
    name = {"event": f"meeting {number}", "published": day(at)}
    return [
        SAYS | name | {"id": f"a{number}", "document": f"a{number}"},
        OMITS | name | {"id": f"b{number}", "document": f"b{number}"},
    ]


def test_a_discrepancy_keeps_to_the_cap_of_its_code() -> None:
    rows = [*meeting(0, 2), *meeting(1, 3), *meeting(2, 4)]
    capped = made(*rows, codes=CODES | {"gap": CODES["gap"] | {"max_per_week": 1}})
    assert probability(capped) == pytest.approx(posterior(GAP), abs=1e-6)
    assert probability(made(*rows)) > probability(capped) + 0.1


def test_one_who_reads_otherwise_and_is_not_believed_does_not_part_a_discrepancy() -> None:
    """Six coders of both lines, of whom one misread one: what they mostly read counts; of two, nobody knows."""
    six = [dict(row, coder=f"c{i}") for row in (SAYS, OMITS) for i in range(6)]
    misread = [*six[:-1], six[-1] | {"observed": "present"}]
    alone = posterior({y: US[y] * (1 - ROK[y]) for y in US})
    assert probability(made(*six)) == pytest.approx(posterior(GAP), abs=1e-6)
    assert abs(probability(made(*misread)) - posterior(GAP)) < 0.1 * abs(alone - posterior(GAP))
    two = made(*(row for row in misread if row["coder"] in {"c4", "c5"}))
    units = compile_problem(two, moment(two, day(8))).evidence.units
    assert len(units) == 2
    assert not any(unit.in_place_of_lines for unit in units)

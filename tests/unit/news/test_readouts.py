"""Two sides' texts on one meeting beside each other: who says what, as of when, and what is new since the last ones."""

from __future__ import annotations

from typing import Any

import pytest

from build import case, day, ordinal, present
from foedus.case.types import Case
from foedus.errors import CaseError
from foedus.forecast import moment
from foedus.news.readouts import BOTH, NEITHER, OPEN, Comparison, comparisons, pick, two_sided

SOURCES: dict[str, Any] = {
    "state": {"credence": 1, "side": "USA"},
    "mofa": {"credence": 1, "side": "KOR"},
    "kantei": {"credence": 1, "side": "JPN"},
}
LINE: dict[str, Any] = {"kind": "per_document"}
GAP = {"kind": "discrepancy", "of": ["us", "rok"], "said_by": ["USA"], "left_out_by": ["KOR"]}
CODES: dict[str, Any] = {
    "us": LINE,
    "rok": LINE,
    "strait": {**LINE, "title": {"en": "The Strait", "ko": "해협"}},
    "money": LINE,
    "gap": GAP | {"bears_on": {"q": present(no=0.2, yes=0.3)}},
    "met": {"title": {"en": "Ministers meet", "ko": "장관 회담"}},
}


def line(source: str, code: str, observed: str = "present", meeting: str | None = "m", at: int = 2, **more: Any) -> Any:
    document = f"{source}-{meeting}"
    return {"source": source, "code": code, "observed": observed, "event": meeting, "published": day(at),
            "document": document, **more}  # fmt: skip


def made(*rows: dict[str, Any], codes: dict[str, Any] | None = None, **more: Any) -> Case:
    asked = {"q": ordinal("no", "yes", title="The role")}
    said = {"ann": {"q": {"no": 0.5, "yes": 0.5}}}
    return case(asked, said, codes=codes or CODES, sources=SOURCES, signals=rows, **more)


def compared(*rows: dict[str, Any], as_of: str = day(9)) -> tuple[Comparison, ...]:
    built = made(*rows)
    return comparisons(built, moment(built, as_of))


def patterns(found: Comparison) -> dict[str, str]:
    return {topic.id: topic.pattern for topic in found.topics}


@pytest.mark.parametrize(
    ("us", "rok", "pattern"),
    [
        ("present", "present", BOTH),
        ("present", "absent", "USA"),
        ("absent", "present", "KOR"),
        ("absent", "absent", NEITHER),
        ("present", "not_seen", OPEN),
        ("not_seen", "absent", OPEN),
        ("present", None, OPEN),
    ],
)
def test_the_pattern_of_a_topic(us: str, rok: str | None, pattern: str) -> None:
    rows = [line("state", "strait", us), line("mofa", "money")]
    rows += [line("mofa", "strait", rok)] if rok else []
    (found,) = compared(*rows)
    assert found.sides == ("USA", "KOR")
    assert patterns(found)["strait"] == pattern
    assert patterns(found)["money"] == OPEN  # the other side's text was not read for it


def test_a_cell_has_the_quote_and_the_rows() -> None:
    (found,) = compared(
        line("state", "strait", id="a", quote="indispensable"), line("mofa", "strait", "absent", id="b")
    )
    (topic,) = found.topics
    assert (topic.title.en, topic.title.ko) == ("The Strait", "해협")
    us, rok = topic.entries["USA"], topic.entries["KOR"]
    assert (us.cell, us.quote, us.signals) == ("said", "indispensable", ("a",))
    assert (rok.cell, rok.quote, rok.signals) == ("left_out", "", ("b",))


def test_a_topic_is_what_issue_names_beside_questions_else_the_code_and_a_discrepancy_makes_two_codes_one() -> None:
    rows = [line("state", "us", issue="q"), line("mofa", "rok", "absent"), line("state", "money", issue="q;tariffs"),
            line("mofa", "strait", issue="tariffs")]  # fmt: skip
    (found,) = compared(*rows)
    assert patterns(found) == {"tariffs": BOTH, "us": "USA"}
    assert next(t for t in found.topics if t.id == "us").discrepancies == ("gap",)
    assert found.count() == {BOTH: 1, "USA": 1, "KOR": 0, OPEN: 0, NEITHER: 0}


def test_of_several_texts_of_a_side_one_that_says_it_is_enough() -> None:
    rows = [line("state", "us", "absent"), line("state", "us", document="white-house"), line("mofa", "rok", "absent")]
    (found,) = compared(*rows)
    assert patterns(found) == {"us": "USA"}
    assert found.documents == {"USA": ("state-m", "white-house"), "KOR": ("mofa-m",)}


def test_three_sides() -> None:
    rows = [line("state", "strait"), line("kantei", "strait"), line("mofa", "strait", "absent")]
    (found,) = compared(*rows)
    assert found.sides == ("USA", "KOR", "JPN")
    assert patterns(found) == {"strait": "USA+JPN"}
    assert found.count()["USA+JPN"] == 1


def test_the_side_is_the_sources_else_the_only_actors() -> None:
    rows = [
        line("state", "strait"),
        line("wire", "strait", "absent", actor="KORGOV"),
        line("wire", "money", actor="USA;KOR"),
    ]
    (found,) = compared(*rows)
    assert patterns(found) == {"strait": "USA"}  # nobody's text: not compared


# -- as of -------------------------------------------------------------------------------------


def test_it_is_as_of_a_time_and_retracted_or_corrected_lines_are_replaced() -> None:
    rows = [
        line("state", "strait", id="a"),
        line("mofa", "strait", "absent", at=4, id="b"),
        line("mofa", "strait", at=6, id="c", status="corrected", supersedes="b"),
        line("mofa", "strait", at=7, id="d", status="retracted", supersedes="c"),
    ]
    found = {d: compared(*rows, as_of=day(d)) for d in (1, 3, 5, 6, 8)}
    assert found[1] == ()
    assert found[3][0].sides == ("USA",)
    assert two_sided(found[3]) == ()
    assert [patterns(found[d][0])["strait"] for d in (5, 6)] == ["USA", BOTH]
    assert found[8][0].sides == ("USA",)


def test_the_day_of_a_meeting_is_where_it_was() -> None:
    met = {"code": "met", "event": "m", "published": "2025-01-04T08:00:00+09:00", "source": "state"}
    rows = [line("state", "strait", at=5), line("mofa", "strait", at=5)]
    assert compared(*rows)[0].day.isoformat() == day(5)
    there = {**met, "happened": "2025-01-02T23:59:59-04:00"}
    found = comparisons(built := made(*rows, there, timezone="Asia/Seoul"), moment(built, day(9)))[0]
    assert found.day.isoformat() == "2025-01-02"  # the day in Washington, not the one in Seoul
    assert (found.title.en, found.title.ko) == ("Ministers meet", "장관 회담")


# -- against the meeting before ------------------------------------------------------------------


def test_what_is_new_and_what_is_no_longer_said() -> None:
    rows = [
        line("state", "strait", meeting="first", at=1),
        line("mofa", "strait", meeting="first", at=1),
        line("mofa", "us", "not_seen", meeting="first", at=1),
        line("mofa", "money", "absent", meeting="first", at=1),
        line("state", "strait", "absent", meeting="second", at=4),
        line("mofa", "strait", "absent", meeting="second", at=4),
        line("state", "money", meeting="second", at=4),
        line("mofa", "us", meeting="second", at=4),
        line("state", "met", meeting="alone", at=3),
    ]
    codes = {**CODES, "met": LINE}
    built = made(*rows, codes=codes)
    first, alone, second = comparisons(built, moment(built, day(9)))
    assert (first.previous, alone.previous, second.previous, second.previous_day) == (None, None, "first", first.day)
    assert all(topic.new is None for topic in first.topics)
    assert {topic.id: topic.new for topic in second.topics} == {"strait": None, "money": True, "us": None}
    assert [title.en for title in second.dropped] == ["The Strait"]


def test_rows_in_any_order_give_the_same() -> None:
    rows = [line("state", "us", id="a"), line("mofa", "rok", "absent", id="b"), line("mofa", "money", id="c")]
    (one,), (other,) = compared(*rows), compared(*reversed(rows))
    assert {t.id: t for t in one.topics} == {t.id: t for t in other.topics}
    assert one.to_json()["counts"] == other.to_json()["counts"]


# -- picking ---------------------------------------------------------------------------------------


def test_a_meeting_is_picked_by_its_id_and_without_one_all_with_two_sides() -> None:
    rows = [line("state", "us"), line("mofa", "rok"), line("state", "us", meeting="other", at=3)]
    found = compared(*rows)
    assert [one.meeting for one in pick(found)] == ["m"]
    assert [one.meeting for one in pick(found, "other")] == ["other"]
    with pytest.raises(CaseError, match="no document is on the meeting 'othr' by then; did you mean 'other'"):
        pick(found, "othr")
    with pytest.raises(CaseError, match="no meeting has lines of two sides' documents; give them one `event`"):
        pick(found[1:])


def test_a_document_without_a_meeting_is_compared_with_nothing() -> None:
    found = compared(line("state", "us", meeting=None), line("mofa", "rok", meeting=None))
    assert [one.meeting for one in found] == ["mofa-None", "state-None"]
    assert two_sided(found) == ()


def test_before_anything_was_published_it_says_so() -> None:
    built = made(line("state", "strait", at=4), line("mofa", "strait", at=4))
    ever = comparisons(built, moment(built, day(9)))
    early = comparisons(built, moment(built, day(2)))
    with pytest.raises(CaseError, match=r"--as-of: no meeting has texts of two sides by then; the first is of "):
        pick(early, None, ever)
    with pytest.raises(CaseError, match=r"--as-of: no text on the meeting 'm' was published by then"):
        pick(early, "m", ever)
    with pytest.raises(CaseError, match="give them one `event`"):
        pick(early)

"""What was known at a time, merged so that nothing counts twice; and the account of the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from build import by_level, case, day, ordinal, present
from foedus.case.types import Case
from foedus.forecast import moment
from foedus.news.coders.codings import middle_grade
from foedus.news.evidence import Evidence, gather, share_unseen
from foedus.problem.compile import compile_problem

CODES: dict[str, Any] = {
    "up": {"bears_on": {"q": by_level(a=0.5, b=2)}},
    "down": {"bears_on": {"q": by_level(a=2, b=0.5)}},
    "line": {"kind": "per_document", "bears_on": {"q": present(a=0.3, b=0.8)}},
    "background": {},
}


def made(*rows: dict[str, Any], **more: Any) -> Case:
    return case(
        {"q": ordinal("a", "b")},
        {"ann": {"q": {"a": 0.6, "b": 0.4}}},
        codes=CODES,
        sources={"paper": {"credence": 0.7}},
        signals=[{"code": "up", "published": day(2), **row} for row in rows],
        **more,
    )


def gathered(built: Case, as_of: str = "2025-01-09") -> Evidence:
    return compile_problem(built, moment(built, as_of)).evidence


def ids(evidence: Evidence) -> list[tuple[str, ...]]:
    return [unit.ids for unit in evidence.units]


# -- as of -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "known", "later"),
    [
        ("2025-01-03", 2, 0),  # a bare day is the whole of it, as of it and published on it
        ("2025-01-03T12:00:00+09:00", 1, 1),  # a bare publication is known at the end of its day
        ("2025-01-03T08:59:59+09:00", 0, 2),
        ("2025-01-02T23:59:59+09:00", 0, 0),
    ],
)
def test_publication_decides_what_is_known(as_of: str, known: int, later: int) -> None:
    rows = [{"published": "2025-01-03T00:00:00+00:00"}, {"published": "2025-01-03"}]
    found = gathered(made(*rows, timezone="Asia/Seoul"), as_of)
    assert len(found.units) == known
    assert len(found.later_that_day) == later
    assert dict(found.excluded) == {f"s{i}": "published after the as-of time" for i in range(known, 2)}


def test_what_happened_before_is_seen_when_it_happened() -> None:
    found = gathered(made({"published": day(5), "happened": day(2)}))
    assert found.units[0].seen.date() == dt.date(2025, 1, 4)  # the end of the 3rd
    assert found.units[0].published.date() == dt.date(2025, 1, 7)


def test_a_report_is_never_after_what_it_reports() -> None:
    """Happened on a bare day, reported that morning: seen in the morning, not at the day's end."""
    found = gathered(made({"published": f"{day(3)}T09:00:00+00:00", "happened": day(3)}), f"{day(3)}T10:00:00+00:00")
    assert found.units[0].seen == found.units[0].published


# -- retraction and correction -----------------------------------------------------------------

RETRACTED = [
    {"id": "first"},
    {"id": "sorry", "published": day(4), "status": "retracted", "supersedes": "first"},
]


def test_a_retraction_takes_effect_when_it_is_published() -> None:
    built = made(*RETRACTED)
    assert ids(gathered(built, day(3))) == [("first",)]
    after = gathered(built, day(4))
    assert ids(after) == []
    assert dict(after.excluded) == {"first": "superseded by sorry (retracted)", "sorry": "retraction of first"}


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    built = made(
        {"id": "first"},
        {"id": "second", "published": day(4), "code": "down", "status": "corrected", "supersedes": "first"},
        {"id": "third", "published": day(6), "status": "retracted", "supersedes": "second"},
    )
    assert ids(gathered(built, day(3))) == [("first",)]
    assert ids(gathered(built, day(5))) == [("second",)]
    assert ids(gathered(built, day(6))) == []


def test_a_retraction_of_one_report_leaves_the_others_of_that_event() -> None:
    built = made(*RETRACTED, {"id": "other", "source": "paper"}, {"id": "same", "event": "e"})
    assert ids(gathered(built)) == [("other",), ("same",)]


# -- one event, one statement ------------------------------------------------------------------


def test_reports_of_one_event_are_one_unit_and_its_rows_are_accounted_for() -> None:
    built = made({"event": "e"}, {"event": "e", "source": "paper", "published": day(4)}, {})
    found = gathered(built)
    assert ids(found) == [("s0", "s1"), ("s2",)]
    assert found.merged == (("s1", "one event with s0"),)
    assert len(found.units[0].items) == 1


def test_reports_join_over_a_chain_of_keys() -> None:
    built = made({"event": "e"}, {"event": "e", "statement": "t"}, {"statement": "t", "code": "down"})
    found = gathered(built)
    assert ids(found) == [("s0", "s1", "s2")]
    assert [item.signal.code for item in found.units[0].items] == ["up", "down"]


def test_copies_of_one_text_are_one_origin_and_access_of_its_own_is_marked() -> None:
    built = made(
        {"event": "e", "origin": "agency"},
        {"event": "e", "origin": "agency", "source": "paper"},
        {"event": "e", "origin": "own desk", "independent": True, "credibility": "2"},
    )
    (unit,) = gathered(built).units
    assert unit.origins == ((False, (("wire", None), ("paper", None))), (True, (("wire", "2"),)))


def test_copies_of_one_text_are_one_unit_without_an_event() -> None:
    assert ids(gathered(made({"origin": "agency"}, {"origin": "agency"}, {"origin": "agency", "code": "down"}))) == [
        ("s0", "s1"),
        ("s2",),
    ]


def test_the_lines_of_a_document_stand_apart_and_the_same_line_counts_once() -> None:
    line = {"code": "line", "document": "readout"}
    built = made(
        {**line, "observed": "present"},
        {**line, "observed": "present", "source": "paper"},
        {**line, "document": "other", "observed": "absent"},
        {**line, "document": "third", "observed": "not_seen"},
    )
    found = gathered(built)
    assert ids(found) == [("s0", "s1"), ("s2",)]
    assert dict(found.excluded)["s3"] == "not seen in the document: counts neither way"


def test_reports_of_one_event_are_one_whatever_document_they_stand_in() -> None:
    built = made({"event": "e", "document": "one"}, {"event": "e", "document": "two", "source": "paper"})
    assert ids(gathered(built)) == [("s0", "s1")]


def test_absence_counts_only_where_presence_was_expected() -> None:
    found = gathered(made({"observed": "absent"}))
    assert dict(found.excluded) == {"s0": "absent counts only for a per_document code"}


def test_coders_of_one_row_are_a_mixture() -> None:
    """Two against one: both readings count, the one that two chose for more."""
    built = made(*({"id": "x", "coder": c, "code": code} for c, code in [("c1", "up"), ("c2", "down"), ("c3", "up")]))
    (unit,) = gathered(built).units
    (item,) = unit.items
    assert [s.code for _, s in item.options] == ["up", "down"]
    assert 0.55 < item.options[0][0] < 0.95
    assert sum(w for w, _ in item.options) == pytest.approx(1)


def test_a_coder_who_saw_nothing_that_bears_weakens_the_others() -> None:
    built = made({"id": "x", "coder": "c1"}, {"id": "x", "coder": "c2", "code": "background"})
    (unit,) = gathered(built).units
    assert [w for w, _ in unit.items[0].options] == pytest.approx([0.5, 0.5])


def test_a_code_without_bearing_is_recorded_and_never_used() -> None:
    found = gathered(made({"code": "background"}))
    assert found.no_bearing == ("s0",)
    assert found.units == ()


# -- the account of it -------------------------------------------------------------------------


def why(built: Case, as_of: str = "2025-01-09") -> dict[str, tuple[str, str, bool]]:
    return {m.id: (m.into, m.why, m.counts) for m in gathered(built, as_of).merges}


def test_the_account_says_into_what_and_why() -> None:
    line = {"code": "line", "document": "d"}
    built = made(
        {"id": "a", "event": "e", "statement": "t", "origin": "o"},
        {"id": "copy", "event": "e", "statement": "t", "origin": "o", "source": "paper"},
        {"id": "said too", "event": "e", "statement": "t", "code": "down"},
        {"id": "other report", "event": "e", "source": "paper"},
        {"id": "line", **line},
        {"id": "line again", **line, "source": "paper"},
        {"id": "alone"},
        {"id": "alone"},
    )
    assert why(built) == {
        "copy": ("a", "origin", False),
        "said too": ("a", "statement", True),
        "other report": ("a", "event", False),
        "line again": ("line", "document", False),
        "alone": ("alone", "duplicate", False),
    }
    assert dict(gathered(built).merged) == {
        "copy": "one text with a",
        "other report": "one event with a",
        "line again": "the same line as line",
    }


def test_what_is_joined_through_a_third_is_said_as_it_was_joined() -> None:
    built = made({"id": "a", "event": "e"}, {"id": "b", "event": "e", "statement": "t"}, {"id": "c", "statement": "t"})
    assert why(built) == {"b": ("a", "event", False), "c": ("a", "statement", False)}


def test_coders_of_one_row_and_what_is_later_are_not_merged() -> None:
    built = made(
        {"id": "x", "coder": "c1"}, {"id": "x", "coder": "c2"}, {"event": "e"}, {"event": "e", "published": day(9)}
    )
    assert why(built, day(4)) == {}


# -- no double use -----------------------------------------------------------------------------


def test_what_the_panel_had_read_is_in_its_judgment() -> None:
    built = made({"published": day(2)}, {"published": day(3)}, judged=day(2))
    found = gathered(built)
    assert found.in_prior == ("s0",)
    assert ids(found) == [("s1",)]


def test_an_event_that_the_panel_knew_is_no_news_when_it_is_reported_again() -> None:
    built = made(
        {"published": day(2), "event": "e"}, {"published": day(5), "event": "e", "source": "paper"}, judged=day(2)
    )
    found = gathered(built)
    assert found.in_prior == ("s0", "s1")
    assert found.units == ()


def test_the_share_that_had_not_seen_it_is_by_weight() -> None:
    at = [dt.datetime(2025, 1, d, tzinfo=dt.UTC) for d in (2, 5)]
    judged = {"q": ((at[0], 3.0), (at[1], 1.0))}
    shares = [share_unseen(judged, "q", dt.datetime(2025, 1, d, 12, tzinfo=dt.UTC)) for d in (1, 2, 4, 5)]
    assert shares == [0, 0.75, 0.75, 1]
    assert share_unseen(judged, "q", at[0]) == 0  # known at the end of the very day: read
    assert share_unseen({}, "q", at[0]) == 1


def test_every_row_is_somewhere() -> None:
    rest = [{"event": "e"}, {"event": "e"}, {"code": "background"}, {"published": day(0)}, {"published": day(9)}]
    built = made(*RETRACTED, *rest)
    found = gather(built, moment(built, day(5)), {"q": ((moment(built, day(0)), 1.0),)})
    named = [i for unit in found.units for i in unit.ids] + [i for i, _ in found.excluded]
    named += [*found.in_prior, *found.no_bearing]
    assert sorted(named) == sorted(s.id for s in built.signals)
    assert found.read == len(built.signals)


@pytest.mark.parametrize(
    ("grades", "middle"),
    [
        (["2"], "2"), ([None], None), (["1", "4"], "4"), (["1", "3", "2"], "2"), (["1", "2", "4", "5"], "4"),
        (["2", None], None), (["2", "6"], "6"), (["2", "3", "6"], "3"),
    ],
)  # fmt: skip
def test_a_report_has_one_grade_however_many_coded_it(grades: list[str | None], middle: str | None) -> None:
    """More coders must not make a report more credible than any one of most of them finds it."""
    assert middle_grade(grades) == middle
    assert middle_grade(grades[::-1]) == middle


def test_the_grade_of_a_report_is_not_the_best_that_a_coder_gave() -> None:
    rows = [{"id": "r", "code": "up", "source": "paper", "credibility": grade, "coder": f"c{grade}"} for grade in "145"]
    [unit] = gathered(made(*rows)).units
    assert unit.origins == ((False, (("paper", "4"),)),)

"""Who said what, on the record and by when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from foedus.case.types import Case, Moment, Signal
from foedus.explain.statements import Statement, who_said_what
from report_fixture import AS_OF, CODES, make_case


def case_with(*rows: dict[str, Any]) -> Case:
    moment = Moment(at=AS_OF - dt.timedelta(days=2))
    signals = [
        Signal(**({"id": f"x{i}", "published": moment, "code": "scheduling", "source": "yonhap", "line": i + 2} | row))
        for i, row in enumerate(rows)
    ]
    return make_case().model_copy(update={"signals": tuple(signals)})


def row_of(case: Case, issue: str) -> Statement:
    return next(row for row in who_said_what(case, AS_OF) if row.issue == issue)


def sides(case: Case, issue: str) -> dict[str, str]:
    return dict(row_of(case, issue).records)


BOTH_SIDES_TALK = (
    {"actor": "USA", "actor_level": "leader", "issue": "tariffs"},
    {"actor": "KOR", "actor_level": "leader", "issue": "tariffs"},
)


@pytest.mark.parametrize(
    ("rows", "heard", "side"),
    [
        ([{"actor": "USA;KOR", "actor_level": "minister"}], "both", None),
        ([{"actor": "USA", "actor_level": "minister", "confirmed_by_other_side": "yes"}], "both", None),
        ([{"actor": "USA", "actor_level": "minister", "confirmed_by_other_side": "partly"}], "both", None),
        ([{"actor": "USA", "actor_level": "minister", "confirmed_by_other_side": "no"}], "one", "USA"),
        ([{"actor": "USA", "actor_level": "minister"}, {"actor": "KOR", "observed": "absent"}], "one", "USA"),
        ([{"actor": "KOR", "actor_level": "unnamed"}], "unnamed", None),
        ([{"actor": "KOR", "actor_level": "unnamed"}, {"actor": "KOR", "actor_level": "leader"}], "one", "KOR"),
        ([{"actor": "KOR", "actor_level": "media"}], "neither", None),
        ([{"actor": "KOR", "observed": "absent"}, {"actor": "USA", "observed": "absent"}], "neither", None),
        ([{"source": "state_dept"}], "one", "USA"),
    ],
)
def test_the_four_groups(rows: list[dict[str, Any]], heard: str, side: str | None) -> None:
    case = case_with(*BOTH_SIDES_TALK, *({"issue": "x"} | row for row in rows))
    assert (row_of(case, "x").heard, row_of(case, "x").side) == (heard, side)


def test_what_a_side_left_out_is_marked() -> None:
    case = make_case()
    assert sides(case, "taiwan_strait") == {"USA": "stated", "KOR": "absent"}
    assert sides(case, "usfk_role") == {"USA": "silent", "KOR": "unnamed"}


def test_a_text_that_was_not_seen_says_nothing_either_way() -> None:
    case = case_with(*BOTH_SIDES_TALK, {"issue": "x", "actor": "KOR", "observed": "not_seen"})
    assert sides(case, "x") == {"USA": "silent", "KOR": "unseen"}
    assert row_of(case, "x").heard == "neither"


def test_later_retracted_and_superseded_signals_do_not_count() -> None:
    later = Moment(at=AS_OF + dt.timedelta(minutes=1))
    said = {"issue": "x", "actor": "USA", "actor_level": "leader"}
    assert row_of(case_with(*BOTH_SIDES_TALK, said), "x").heard == "one"
    assert all(
        row.issue != "x" for row in who_said_what(case_with(*BOTH_SIDES_TALK, said | {"published": later}), AS_OF)
    )
    retraction = {"issue": "x", "actor": "USA", "status": "retracted", "supersedes": "x2"}
    assert all(row.issue != "x" for row in who_said_what(case_with(*BOTH_SIDES_TALK, said, retraction), AS_OF))


def test_a_topic_of_its_own_comes_before_the_question() -> None:
    case = case_with(*BOTH_SIDES_TALK, {"issue": "usfk_role;taiwan_strait", "actor": "USA", "actor_level": "minister"})
    assert row_of(case, "taiwan_strait").heard == "one"
    assert row_of(case, "usfk_role").heard == "neither"


def test_background_is_no_statement() -> None:
    codes = CODES | {"background": {}}
    case = make_case(codes=codes)
    signal = case.signals[0].model_copy(update={"code": "background", "issue": "x"})
    case = case.model_copy(update={"signals": (*case.signals, signal)})
    assert "x" not in {row.issue for row in who_said_what(case, AS_OF)}


def test_without_news_every_question_is_unspoken() -> None:
    rows = who_said_what(make_case(signals=0), AS_OF)
    assert {row.issue for row in rows} == set(make_case().file.questions)
    assert {(row.heard, row.records, row.latest) for row in rows} == {("neither", (), None)}


def test_groups_come_in_order() -> None:
    heard = [row.heard for row in who_said_what(make_case(), AS_OF)]
    assert heard == sorted(heard, key=["both", "one", "unnamed", "neither"].index)

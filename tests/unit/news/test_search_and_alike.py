"""Codes and sources found by word in both languages; rows that may tell of the event of a new one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from build import by_level, case, day, ordinal
from foedus.case.types import Case, Codebook, Moment
from foedus.case.values import parse_moment
from foedus.news.alike import alike
from foedus.news.search import codes, ranked, sources

BOOK = Codebook.model_validate(
    {
        "codes": {
            "summit_cancelled": {
                "title": {"en": "A planned summit falls through", "ko": "정상회담 취소·연기"},
                "definition": {"en": "Either side calls it off.", "ko": "어느 한쪽이 취소를 발표."},
                "exclude": [{"en": "A date that moves: summit_moved.", "ko": "날짜 변경"}],
            },
            "summit_moved": {"title": {"en": "The date is moved", "ko": "정상회담 날짜 변경"}},
            "leader_call": {"title": {"en": "The presidents speak by telephone", "ko": "정상 통화"}},
            "old_call": {"title": {"en": "A call, as once coded", "ko": "예전 통화"}, "deprecated": "1.1.0"},
            "articles": {"kind": "counted", "coverage": "exhaustive", "base_rate": 3},
        },
        "sources": {
            "kbs_world": {"title": {"en": "KBS World", "ko": "KBS 월드"}},
            "mofa": {"title": {"en": "Ministry of Foreign Affairs", "ko": "외교부"}, "side": "KOR"},
        },
    }
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("telephone", ["leader_call"]),
        ("TELEPHONE call", ["leader_call"]),
        ("telefone", ["leader_call"]),  # misspelt
        ("통화", ["leader_call"]),
        ("통화를", ["leader_call"]),  # with a particle
        ("취소", ["summit_cancelled"]),
        ("정상회담", ["summit_cancelled", "summit_moved"]),
        ("date", ["summit_moved", "summit_cancelled"]),  # the title before what is excluded
        ("moved summit", ["summit_moved", "summit_cancelled"]),  # which an exclusion names
        ("summit zzzz", ["summit_cancelled", "summit_moved"]),  # some, where none has all
        ("zzzz", []),
        ("", ["summit_cancelled", "summit_moved", "leader_call"]),
        ("ｃａｌｌ", ["leader_call", "summit_cancelled"]),  # full-width; not the deprecated one
        ("articles", []),  # counted, not coded
    ],
)
def test_codes_are_found_by_word(words: str, found: list[str]) -> None:
    assert codes(BOOK, words) == found


def test_sources_are_found_by_word() -> None:
    assert sources(BOOK, "외교부") == ["mofa"]
    assert sources(BOOK, "kbs") == ["kbs_world"]
    assert sources(BOOK, "KOR") == ["mofa"]


def test_the_best_come_first_and_ties_keep_their_order() -> None:
    documents = {"a": [(1.0, "deal")], "b": [(2.0, "deal")], "c": [(1.0, "deal")], "d": [(2.0, "dealing")]}
    assert ranked("deal", documents) == ["b", "d", "a", "c"]


def built(*rows: dict[str, Any]) -> Case:
    codes = {"up": {"bears_on": {"q": by_level(a=0.5, b=2)}}, "down": {"bears_on": {"q": by_level(a=2, b=0.5)}}}
    signals = [{"code": "up", "published": day(20), **row} for row in rows]
    return case({"q": ordinal("a", "b")}, {"ann": {"q": {"a": 0.6, "b": 0.4}}}, codes=codes, signals=signals, days=60)


@pytest.mark.parametrize(
    ("row", "near"),
    [
        ({}, True),
        ({"published": day(18)}, True),
        ({"published": day(22)}, True),
        ({"published": day(23)}, False),
        ({"published": day(17)}, False),
        ({"published": day(40), "happened": day(20)}, True),
        ({"code": "down"}, False),
        ({"id": "new"}, False),  # another coder's
        ({"event": "e"}, False),  # joined already
        ({"status": "retracted", "supersedes": "x"}, False),
    ],
)
def test_rows_near_by_are_alike(row: dict[str, Any], near: bool) -> None:
    whole = built(row, {"id": "new", "event": "e"})
    new = whole.signals[-1]
    found = alike(whole, new)
    assert bool(found) == near
    without = whole.model_copy(update={"signals": whole.signals[:-1]})
    assert alike(without, new) == found, "in the case or not"


def test_the_nearest_comes_first_and_says_what_joins() -> None:
    whole = built({"published": day(19), "event": "e"}, {}, {"id": "new"})
    found = alike(whole, whole.signals[-1])
    assert [(one.signal.id, one.event, one.apart) for one in found] == [
        ("s1", None, dt.timedelta()),
        ("s0", "e", dt.timedelta()),
    ]


@pytest.mark.parametrize(("month", "near"), [("2025-01", True), ("2025-03", False)])
def test_a_month_is_near_to_each_of_its_days(month: str, near: bool) -> None:
    whole = built({"published": day(59)}, {"id": "new"})
    at, precision = parse_moment(month, dt.UTC, coarse=True)
    row = whole.signals[0].model_copy(update={"happened": Moment(at=at, precision=precision)})
    whole = whole.model_copy(update={"signals": (row, whole.signals[1])})
    assert bool(alike(whole, whole.signals[1])) == near

"""One language speaking: particles, dates, changes, and text of the case kept apart from our own."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from foedus.case.types import Text
from foedus.report import fonts
from foedus.report.voice import User, Voice, clip, particle
from foedus.report.words import WordingError


@pytest.fixture
def english() -> Voice:
    return Voice("en", ZoneInfo("Asia/Seoul"), 2025)


@pytest.fixture
def korean() -> Voice:
    return Voice("ko", ZoneInfo("Asia/Seoul"), 2025)


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("표류", "은/는", "는"),
        ("타결", "은/는", "은"),
        ("타결", "으로/로", "로"),
        ("회담", "으로/로", "으로"),
        ("72%", "이/가", "가"),
        ("31", "을/를", "을"),
        ("8월 2", "을/를", "를"),
        ("APEC", "이/가", "가"),
        ("KIM", "이/가", "이"),
        ("나중’", "과/와", "과"),
        ("", "이/가", "가"),
    ],
)
def test_korean_particles(word: str, pair: str, expected: str) -> None:
    assert particle(word, pair) == expected


def test_the_format_spec_adds_quotes_and_particles() -> None:
    assert f"{User('표류'):q과/와}" == "‘표류’와"
    assert f"{User('일괄 타결'):은/는}" == "일괄 타결은"
    assert f"{User('x')}" == "x"


def test_text_of_the_case_may_say_anything(english: Voice) -> None:
    title = english.user("Summit likely, 100% certainly")
    said = english.text("dates_title", event=title)
    assert said == "Summit likely, 100% certainly would change most"
    assert english.text("by_day", day=said) == f"By {said}", "what was linted once is not linted again"


def test_our_own_words_may_not(english: Voice) -> None:
    with pytest.raises(WordingError, match="likely"):
        english.text("dates_title", event="a likely day")


def test_runs_are_bold_between_the_stars(english: Voice) -> None:
    runs = english.runs("leader_alone", first=User("**Drift**"), p="40%")
    assert [run["t"] for run in runs if run["b"]] == ["40%"]
    assert "".join(run["t"] for run in runs) == " The one named scenario, **Drift**, stands at 40%."


def test_dates(english: Voice, korean: Voice) -> None:
    day = dt.date(2025, 8, 31)
    assert english.day(day) == "31 August"
    assert english.day(day, short=True) == "31 Aug"
    assert english.day(dt.date(2026, 1, 5)) == "5 January 2026"
    assert korean.day(day) == "8월 31일"
    assert korean.day(dt.date(2026, 1, 5)) == "2026년 1월 5일"
    moment = dt.datetime(2025, 7, 31, 20, 52, tzinfo=ZoneInfo("America/New_York"))
    assert english.moment(moment) == "1 August 2025, 09:52 KST"
    assert korean.moment(moment) == "2025년 8월 1일 09:52 KST"


def test_midnight_is_the_end_of_the_day_before(english: Voice, korean: Voice) -> None:
    midnight = dt.datetime(2030, 1, 16, tzinfo=ZoneInfo("Asia/Seoul"))
    assert english.moment(midnight) == "15 January 2030, 24:00 KST"
    assert korean.moment(midnight) == "2030년 1월 15일 24:00 KST"
    assert english.civil(midnight) == dt.date(2030, 1, 15)
    assert english.civil(midnight + dt.timedelta(minutes=1)) == dt.date(2030, 1, 16)


def test_signed_numbers_have_a_true_minus_and_no_signed_zero(english: Voice) -> None:
    assert [english.signed(x) for x in (3.14, -3.14, 0.04, -0.04)] == ["+3.1", "−3.1", "0.0", "0.0"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (0.0, "no change from the prior beyond sampling noise"),
        (0.003, "within a point of the prior"),
        (0.01, "up 1 point on the prior"),
        (-0.28, "down 28 points on the prior"),
    ],
)
def test_changes(english: Voice, change: float, said: str) -> None:
    assert english.change(change) == said


def test_a_missing_language_falls_back_to_the_other(korean: Voice) -> None:
    assert korean.user(Text(en="Drift")) == "Drift"
    assert korean.user(None, "drift_id") == "drift_id"


def test_characters_that_cannot_be_set_are_counted(english: Voice) -> None:
    assert english.user("a\tb\n😀\x07美") == "a b □美"
    assert english.replaced == 2


def test_what_is_cleaned_is_covered() -> None:
    cleaned, _ = fonts.clean("Aé한美…–’ ﷺ ا\u200d\u0301")
    assert all(ord(char) in fonts.covered() for char in cleaned)


@pytest.mark.parametrize(
    ("text", "width", "expected"), [("abcdef", 6, "abcdef"), ("abcdef", 3, "abc…"), ("가나다", 4, "가나…")]
)
def test_clip_counts_hangul_twice(text: str, width: int, expected: str) -> None:
    assert clip(text, width) == expected

"""Numbers into words: one row, a stated tie rule, whole percentages that sum to 100, and the lint."""

from __future__ import annotations

import re
import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.report import words
from foedus.report.phrases import en, ko
from foedus.report.voice import PHRASES, User

shares = st.lists(st.floats(0, 1), min_size=1, max_size=12).filter(lambda xs: sum(xs) > 1e-6)


@pytest.mark.parametrize(
    ("percentage", "word"),
    [
        (0, ""),
        (1, "almost no chance"),
        (4, "almost no chance"),
        (5, "very unlikely"),
        (19, "very unlikely"),
        (20, "unlikely"),
        (44, "unlikely"),
        (45, "roughly even chance"),
        (54, "roughly even chance"),
        (55, "likely"),
        (79, "likely"),
        (80, "very likely"),
        (94, "very likely"),
        (95, "almost certain"),
        (99, "almost certain"),
        (100, ""),
    ],
)
def test_an_edge_belongs_to_the_word_above_it(percentage: int, word: str) -> None:
    assert words.word(percentage / 100) == word


def test_the_word_is_that_of_the_probability_before_rounding() -> None:
    assert (words.word(0.4451), words.percent(words.whole(0.4451))) == ("unlikely", "45%")
    assert words.key(0.4451) == "unlikely"
    assert words.word(0.0049) == words.word(0.996) == ""


@pytest.mark.parametrize(
    ("probability", "settled"), [(1.0, True), (1 - 1e-10, True), (0.9999, None), (1e-6, None), (1e-10, False)]
)
def test_only_certainty_is_settled(probability: float, settled: bool | None) -> None:
    assert words.settled(probability) is settled


@pytest.mark.parametrize("percentage", range(101))
def test_the_two_rows_mirror_each_other(percentage: int) -> None:
    english, korean = words.word(percentage / 100, "en"), words.word(percentage / 100, "ko")
    assert bool(english) == bool(korean)
    if english:
        assert words.WORDS["en"].index(english) == words.WORDS["ko"].index(korean)


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0, "<1%"), (0.0049, "<1%"), (0.005, "1%"), (0.445, "45%"), (0.994, "99%"), (0.995, ">99%"), (1, ">99%")],
)
def test_no_percentage_claims_certainty(probability: float, shown: str) -> None:
    assert words.percent(words.whole(probability)) == shown


@pytest.mark.parametrize(
    ("low", "high", "text", "crossed"),
    [
        (0.36, 0.57, "36–57", "unlikely to likely"),
        (0.56, 0.79, "56–79", ""),
        (0.001, 0.03, "<1–3", ""),
        (0.9, 0.999, "90–>99", "very likely to almost certain"),
        (0.301, 0.302, "30", ""),
    ],
)
def test_ranges_and_the_words_they_cross(low: float, high: float, text: str, crossed: str) -> None:
    assert words.span(low, high) == text
    assert words.word_range(low, high) == crossed


def test_word_range_in_korean() -> None:
    assert words.word_range(0.36, 0.57, "ko") == "낮음~높음"


@given(shares)
def test_largest_remainder_sums_to_100_and_stays_within_a_point(values: list[float]) -> None:
    parts = [value / sum(values) for value in values]
    shown = words.whole_to_100(parts)
    assert sum(shown) == 100
    assert all(abs(100 * part - n) < 1 for part, n in zip(parts, shown, strict=True))


@given(shares)
def test_a_larger_share_is_never_shown_smaller(values: list[float]) -> None:
    parts = sorted(value / sum(values) for value in values)
    shown = words.whole_to_100(parts)
    assert all(b >= a or parts[i] == parts[i + 1] for i, (a, b) in enumerate(pairwise(shown)))


@pytest.mark.parametrize(
    "sentence",
    [
        "It is likely (72%; range 62–80%) that they meet.",
        "There is a roughly even chance (46%) of it.",
        "It is likely to very likely (74–84%) that they meet.",
        "Analytic confidence: low. The panel is small.",
        "Analytic confidence: low. It is unlikely (30%).",
        "The range is 10.0% to 99%, <1% or >99%.",
        "A chance of 50% stands alone.",
    ],
)
def test_the_lint_passes(sentence: str) -> None:
    assert words.lint(sentence) == sentence


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("It is likely that they meet.", "'likely' has no number in brackets"),
        ("It is very unlikely, at 12%.", "'very unlikely' has no number"),
        ("A roughly even chance of it (if at all).", "no number in brackets"),
        ("They will probably (70%) meet.", "'probably' is not a word of ICD 203 row 1"),
        ("It is almost certainly (97%) so.", "'certainly' is not a word"),
        ("There are even odds (50%).", "'even odds' is not a word"),
        ("The chance is 100%.", "'100%' claims certainty"),
        ("The chance is 0%.", "'0%' claims certainty"),
        ("With high confidence it is likely (72%).", "confidence and likelihood stand in one sentence"),
    ],
)
def test_the_lint_catches(sentence: str, fault: str) -> None:
    with pytest.raises(words.WordingError, match=re.escape(fault)):
        words.lint(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "만날 가능성은 높음(72%, 범위 62–80%)",
        "만날 가능성 거의 없음(3%)",
        "만날 것은 거의 확실(97%)",
        "분석 신뢰도: 하.",
    ],
)
def test_the_lint_passes_in_korean(sentence: str) -> None:
    assert words.lint(sentence, "ko") == sentence


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("만날 가능성이 높다.", "no number in brackets"),
        ("만날 가능성은 반반이다.", "no number in brackets"),
        ("아마 만날 것이다.", "not a word of"),
        ("신뢰도가 낮지만 가능성은 높음(72%)", "confidence and likelihood"),
        ("확률은 100%", "claims certainty"),
    ],
)
def test_the_lint_catches_in_korean(sentence: str, fault: str) -> None:
    assert any(fault in found for found in words.faults(sentence, "ko"))


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


# Korean has no plural, and one form where English has two.
ONLY_KOREAN = {"finding_almost_certain", "odds_almost_certain"}


def test_both_languages_have_the_same_phrases() -> None:
    assert set(ko.PHRASES) - ONLY_KOREAN == set(en.PHRASES)


@pytest.mark.parametrize("key", sorted(en.PHRASES))
def test_both_languages_fill_the_same_blanks(key: str) -> None:
    assert blanks(ko.PHRASES[key]) - {"s", "word"} == blanks(en.PHRASES[key]) - {"s", "word"}


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_phrase_passes_the_lint_with_its_blanks_filled(lang: str) -> None:
    for key, template in PHRASES[lang].items():  # type: ignore[index]
        fill = {name: User("72%" if name in {"p", "q", "yes", "no"} else "12") for name in blanks(template)}
        fill["word"] = User(words.WORDS[lang][4])  # type: ignore[index]
        sentence = template.replace("**", "").format(**fill)
        assert words.faults(sentence, lang) == [], key  # type: ignore[arg-type]

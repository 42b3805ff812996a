"""Numbers into words: one row of likelihood words, whole percentages, and the lint every printed sentence passes.

The words are row 1 of ICD 203, in one Korean row that mirrors it. The rule: the word belongs to the probability before
it is rounded, everywhere, so that 44.5% prints as "unlikely (45%)"; a probability on an edge belongs to the word above
it (5% is "very unlikely", 20% "unlikely", 45% "roughly even chance", 55% "likely", 80% "very likely", 95% "almost
certain"). What prints as "<1%" or ">99%" has no word. What is within 1e-9 of 0 or 1 is settled, and is said to be so.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence

from foedus.case.types import Lang
from foedus.errors import FoedusError

EDGES: tuple[int, ...] = (5, 20, 45, 55, 80, 95)
KEYS: tuple[str, ...] = (
    "almost_no_chance",
    "very_unlikely",
    "unlikely",
    "roughly_even",
    "likely",
    "very_likely",
    "almost_certain",
)
WORDS: dict[Lang, tuple[str, ...]] = {
    "en": (
        "almost no chance",
        "very unlikely",
        "unlikely",
        "roughly even chance",
        "likely",
        "very likely",
        "almost certain",
    ),
    "ko": ("거의 없음", "매우 낮음", "낮음", "반반", "높음", "매우 높음", "거의 확실"),
}

_BRACKET = re.compile(r"\s*\([^)]*?[<>]?\d")
_ENGLISH = "|".join(sorted(WORDS["en"], key=len, reverse=True))
# In Korean the words are everyday adjectives; they speak of likelihood after 가능성, or stand for themselves.
_KOREAN = r"가능성[이은도]?\s*(?:(?:매우\s*)?(?:높|낮)|거의\s*없|반반)\w*|거의\s*확실\w*"
_LIKELIHOOD: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(rf"\b(?:{_ENGLISH})\b(?:\s+to\s+(?:{_ENGLISH})\b)?", re.IGNORECASE),
    "ko": re.compile(_KOREAN),
}
_OTHER_ROWS: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:probabl[ey]|improbable|remote|even odds|(?<!roughly )even chance|nearly certain|certainly"
        r"|realistic possibility|possibly|perhaps)\b",
        re.IGNORECASE,
    ),
    "ko": re.compile(r"아마도?\s|십중팔구|희박|유력|확실시"),
}
_CONFIDENCE: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(r"\bconfiden(?:ce|t)\b", re.IGNORECASE),
    "ko": re.compile(r"신뢰도|확신"),
}
_ENDS = re.compile(r"(?<=[.!?。])\s+")
_CERTAIN = re.compile(r"(?<![\d.,<>])(?:0|100)\s?%")


SETTLED = 1e-9


class WordingError(FoedusError):
    """A sentence of the report breaks the rules of likelihood language."""


def whole(probability: float) -> int:
    """Return `probability` as a whole percentage, halves up."""
    return math.floor(100 * probability + 0.5)


def whole_to_100(probabilities: Sequence[float]) -> list[int]:
    """Round probabilities that sum to 1 to whole percentages that sum to 100, by largest remainder.

    Parameters
    ----------
    probabilities : sequence of float
        Exclusive and exhaustive, so that they sum to 1.

    Returns
    -------
    list of int
        Each within one point of its value; of equal remainders the earlier one is rounded up.
    """
    shares = [100 * p for p in probabilities]
    floors = [math.floor(share + 1e-9) for share in shares]
    left = round(sum(shares)) - sum(floors)
    order = sorted(range(len(shares)), key=lambda i: (-(shares[i] - floors[i]), i))
    for i in order[:left]:
        floors[i] += 1
    return floors


def number(percentage: int) -> str:
    """Return a whole percentage without its sign: `<1` and `>99` instead of 0 and 100."""
    return "<1" if percentage <= 0 else ">99" if percentage >= 100 else str(percentage)


def percent(percentage: int) -> str:
    """Return a whole percentage as it is printed, `68%`, `<1%`."""
    return f"{number(percentage)}%"


def span(low: float, high: float) -> str:
    """Return a range of probabilities as it is printed, `55–79`."""
    ends = number(whole(low)), number(whole(high))
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def quantity(value: float | None) -> str:
    """Return a quantity to three significant figures, with a true minus sign."""
    return "–" if value is None else f"{value:.3g}".replace("-", "−")


def settled(probability: float) -> bool | None:
    """Return True for what is certain to hold, False for what can no longer hold, None for what is open."""
    return True if probability >= 1 - SETTLED else False if probability <= SETTLED else None


def key(probability: float) -> str | None:
    """Return which word a probability has; None for what prints as under 1 or over 99."""
    return KEYS[_row(probability)] if 1 <= whole(probability) <= 99 else None


def word(probability: float, lang: Lang = "en") -> str:
    """Return the likelihood word of a probability; empty for what prints as under 1 or over 99."""
    return WORDS[lang][_row(probability)] if 1 <= whole(probability) <= 99 else ""


def _row(probability: float) -> int:
    return bisect_right(EDGES, 100 * probability + 1e-9)


def word_range(low: float, high: float, lang: Lang = "en") -> str:
    """Return the words a range crosses, `unlikely to likely`; empty where it stays within one word."""
    first, last = (word(min(max(p, 0.01), 0.99), lang) for p in (low, high))
    if first == last:
        return ""
    return f"{first}~{last}" if lang == "ko" else f"{first} to {last}"


def faults(sentence: str, lang: Lang = "en") -> list[str]:
    """Return what breaks the rules of likelihood language in `sentence`; an empty list is a pass."""
    found = [
        f"{match[0]!r} has no number in brackets after it"
        for match in _LIKELIHOOD[lang].finditer(sentence)
        if not _BRACKET.match(sentence, match.end())
    ]
    found += [f"{match[0]!r} is not a word of ICD 203 row 1" for match in _OTHER_ROWS[lang].finditer(sentence)]
    found += [f"{match[0]!r} claims certainty: print <1% or >99%" for match in _CERTAIN.finditer(sentence)]
    for part in _ENDS.split(sentence):
        if _CONFIDENCE[lang].search(part) and _LIKELIHOOD[lang].search(part):
            found.append("confidence and likelihood stand in one sentence")
    return found


def lint(sentence: str, lang: Lang = "en") -> str:
    """Return `sentence`, or raise where it breaks the rules of likelihood language.

    Raises
    ------
    WordingError
        A likelihood word without a number in brackets, a word of another row, 0 % or 100 %, or confidence and
        likelihood in one sentence.
    """
    if found := faults(sentence, lang):
        msg = f"{sentence!r}: {'; '.join(found)}"
        raise WordingError(msg)
    return sentence

"""One language speaking: phrases filled in, dates and changes worded, user text kept apart from our own words.

Text from the files of a case is wrapped as `User`: it is cleaned, may not break the likelihood lint, and brings the
Korean particle that fits its last sound.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from foedus.case.types import Lang, Text
from foedus.report import fonts, words
from foedus.report.phrases import (
    check_en,
    check_ko,
    codebook_en,
    codebook_ko,
    coding_en,
    coding_ko,
    en,
    feedback_en,
    feedback_ko,
    ko,
    readouts_en,
    readouts_ko,
)

Run = dict[str, Any]  # {"t": text, "b": bold}
PHRASES: dict[Lang, dict[str, str]] = {
    "en": en.PHRASES
    | feedback_en.PHRASES
    | readouts_en.PHRASES
    | codebook_en.PHRASES
    | coding_en.PHRASES
    | check_en.PHRASES,
    "ko": ko.PHRASES
    | feedback_ko.PHRASES
    | readouts_ko.PHRASES
    | codebook_ko.PHRASES
    | coding_ko.PHRASES
    | check_ko.PHRASES,
}
_MASK = "‹›"
_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Whether a last digit or Latin letter, read aloud in Korean, ends in a consonant.
_DIGIT_CLOSED = {digit: digit in "013678" for digit in "0123456789"}
_LETTER_CLOSED = set("LMNRlmnr")


class User(str):
    """Text from the files of a case; `{title:은/는}` adds the Korean particle that fits, `q` sets quotation marks."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Return the text, quoted for `q`, followed by the fitting one of a pair of particles."""
        shown = f"‘{self!s}’" if spec.startswith("q") else str(self)
        return shown + (particle(str(self), spec.removeprefix("q")) if "/" in spec else "")


def particle(word: str, pair: str) -> str:
    """Return which of a pair of Korean particles (`은/는`, `이/가`, `을/를`, `으로/로`) follows `word`."""
    closed, open_ = pair.split("/")
    letters = re.sub(r"[^\w%]", "", word)
    last = letters[-1:] if letters else ""
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return open_ if final == 0 or (final == 8 and open_ == "로") else closed
    if last in _DIGIT_CLOSED:
        return open_ if not _DIGIT_CLOSED[last] or (last in "178" and open_ == "로") else closed
    return closed if last in _LETTER_CLOSED and last != "" else open_


def clip(text: str, width: int) -> str:
    """Shorten `text` to about `width` Latin letters, counting Hangul and hanja as two."""
    used = 0
    for i, char in enumerate(text):
        used += 2 if char > "\u10ff" and char not in "–—‘’“”…·" else 1
        if used > width:
            return text[:i].rstrip(" ,;:") + "…"
    return text


@dataclass
class Voice:
    """The words of one report in one language.

    Attributes
    ----------
    lang : {"en", "ko"}
    zone : ZoneInfo
        Every time of day is printed in it.
    year : int
        Dates in this year are printed without it.
    replaced : int
        Characters of the case's texts that the fonts don't have, so far.
    """

    lang: Lang
    zone: ZoneInfo
    year: int
    replaced: int = field(default=0)

    def user(self, text: Text | str | None, fallback: str = "", width: int = 200) -> User:
        """Return text of the case in this language, cleaned and not longer than `width` letters."""
        raw = text(self.lang) if isinstance(text, Text) else (text or "")
        cleaned, replaced = fonts.clean(raw or fallback)
        self.replaced += replaced
        return User(clip(cleaned, width))

    def text(self, key: str, **values: object) -> User:
        """Return a sentence, linted with the texts of the case, and with what was linted before, masked."""
        template = PHRASES[self.lang][key].replace("**", "")
        masked = {name: User(_MASK) if isinstance(value, User) else value for name, value in values.items()}
        words.lint(template.format(**masked), self.lang)
        return User(template.format(**values))

    def runs(self, key: str, **values: object) -> list[Run]:
        """Return a sentence as runs of text, bold where the phrase has `**`."""
        self.text(key, **values)
        parts = PHRASES[self.lang][key].split("**")
        runs = [{"t": part.format(**values), "b": i % 2 == 1} for i, part in enumerate(parts)]
        return [run for run in runs if run["t"]]

    def has(self, key: str) -> bool:
        """Return whether there is such a phrase."""
        return key in PHRASES[self.lang]

    def day(self, day: dt.date, *, short: bool = False, year: bool | None = None) -> str:
        """Return a date, with its year where that differs from the report's."""
        with_year = day.year != self.year if year is None else year
        if self.lang == "ko":
            return f"{day.year}년 {day.month}월 {day.day}일" if with_year else f"{day.month}월 {day.day}일"
        month = _MONTHS[day.month]
        return f"{day.day} {month[:3] if short else month}{f' {day.year}' if with_year else ''}"

    def month(self, day: dt.date, *, long: bool = False) -> str:
        """Return the name of a month, short for an axis."""
        return f"{day.month}월" if self.lang == "ko" else _MONTHS[day.month][: None if long else 3]

    def civil(self, moment: dt.datetime) -> dt.date:
        """Return the day a moment belongs to; midnight is the end of the day before."""
        return (moment.astimezone(self.zone) - dt.timedelta(microseconds=1)).date()

    def moment(self, moment: dt.datetime) -> str:
        """Return a date and time of day with its zone; midnight is 24:00 of the day before."""
        local, day = moment.astimezone(self.zone), self.civil(moment)
        time = "24:00" if day < local.date() else f"{local:%H:%M}"
        return f"{self.day(day, year=True)}{',' if self.lang == 'en' else ''} {time} {local:%Z}"

    def signed(self, points: float, digits: int = 1) -> str:
        """Return a change in percentage points, `+3.1`, with a true minus sign."""
        text = f"{points:+.{digits}f}".replace("-", "−")
        return text[1:] if float(f"{points:.{digits}f}") == 0 else text

    def change(self, change: float, *, short: bool = False) -> str:
        """Return a change of probability in words; `change` is 0.0 where Monte Carlo error hides it."""
        points = words.whole(abs(change))
        if change == 0:
            return self.text("change_none")
        if points == 0:
            return self.text("change_small")
        key = ("change_up" if change > 0 else "change_down") + ("_short" if short else "")
        return self.text(key, n=points, s="" if points == 1 else "s")

    def join(self, parts: Iterable[str], by: str = "; ") -> User:
        """Return sentences that were linted one by one as one text."""
        return User(by.join(parts))

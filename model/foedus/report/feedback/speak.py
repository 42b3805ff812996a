"""How a page of feedback words values, odds, levels and conditions, in one language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from foedus.case.expression import And, Compare, Expression, parse_when
from foedus.case.types import CaseFile, Level, Nominal, Ordinal, Quantity, Timing
from foedus.report import words
from foedus.report.feedback.reply import Reply
from foedus.report.sections.conditions import spoken
from foedus.report.voice import User, Voice

_PARTS = (2, 3, 4, 5, 6, 8, 10, 20, 25, 50, 100)


@dataclass(frozen=True)
class Speech:
    """One reply, spoken of in one language."""

    reply: Reply
    voice: Voice

    @property
    def title(self) -> User:
        """The title of the question."""
        return self.voice.user(self.reply.question.title, self.reply.name.replace("_", " "), 90)

    @property
    def expert(self) -> User:
        """The title of the expert."""
        member = self.reply.case.file.panel[self.reply.expert]
        return self.voice.user(member.title, self.reply.expert.replace("_", " "), 60)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels of the question; none where it has none."""
        asked = self.reply.question
        return asked.levels if isinstance(asked, Ordinal | Nominal) else ()

    def level(self, index: int) -> User:
        """Return the title of a level."""
        found = self.levels[index]
        return self.voice.user(found.title, found.id.replace("_", " "), 40)

    def value(self, x: float, *, short: bool = False) -> str:
        """Return a day from its number, or a quantity."""
        if isinstance(self.reply.question, Timing):
            return self.day(self.reply.window.date(round(x)), short=short)
        return words.quantity(x)

    def day(self, day: dt.date, *, short: bool = False) -> str:
        """Return a date."""
        return self.voice.day(day, short=short)

    @property
    def unit(self) -> User:
        """The unit of a quantity."""
        asked = self.reply.question
        return self.voice.user(asked.unit, "", 60) if isinstance(asked, Quantity) else User("")

    def odds(self, p: float) -> User:
        """Return a probability as `1 in 20`, where it is one; else as a percentage."""
        for n in _PARTS:
            k = round(p * n)
            if 0 < k < n and abs(p - k / n) < 1e-9:
                return self.voice.text("fb_odds", k=k, n=n)
        return self.voice.text("fb_odds_percent", p=f"{100 * p:.3g}%")

    def share(self, p: float) -> str:
        """Return a probability as a whole percentage."""
        return words.percent(words.whole(p))

    def condition(self, given: str) -> User:
        """Return a condition in words where it can be said, else as it is written."""
        return condition_in_words(self.voice, self.reply.case.file, given)


def condition_in_words(voice: Voice, file: CaseFile, given: str) -> User:
    """Return a condition in words where each of its parts can be said, else as it is written."""
    expression = parse_when(given, file)
    parts = expression.parts if isinstance(expression, And) else (expression,)
    if (between := _between(voice, file, parts)) is not None:
        return between
    said = [spoken(voice, file, part) for part in parts]
    return voice.join(said, voice.text("fb_and")) if all(said) else voice.user(given, "", 110)


def _between(voice: Voice, file: CaseFile, parts: tuple[Expression, ...]) -> User | None:
    """Return `after one day and by another` as the days between."""
    if len(parts) != 2 or not all(isinstance(part, Compare) and part.day for part in parts):
        return None
    by_sign = {part.op: part for part in parts if isinstance(part, Compare)}
    after, upto = by_sign.get(">"), by_sign.get("<=")
    if after is None or upto is None or after.question != upto.question or after.day is None or upto.day is None:
        return None
    title = voice.user(file.questions[after.question].title, after.question.replace("_", " "), 48)
    return voice.text("fb_between", title=title, start=voice.day(after.day + dt.timedelta(1)), end=voice.day(upto.day))

"""What a form asks: for every question the rows of judgments.csv that one expert would give, worded.

Outer quantiles come before the middle ones, never before when. Conditions and pairs are asked that anybody in the
case was asked before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from foedus.case.types import Case, Lang, Level, Nominal, Ordinal, Quantity, Question, Timing
from foedus.report.feedback.speak import condition_in_words
from foedus.report.sheet.wording import WORDS
from foedus.report.voice import Voice

Kind = Literal["date", "number", "chance"]
QUANTILES = ("0.05", "0.95", "0.5", "0.25", "0.75")
EXPERT, AS_OF, ROUND = "#expert", "#as_of", "#round"  # codes of cells that are about the form itself


@dataclass(frozen=True)
class Item:
    """One cell to answer.

    Attributes
    ----------
    question, element, level, given : str
        As in judgments.csv; level and given empty where there is none.
    kind : {"date", "number", "chance"}
    ask, write : str
        What is asked, and how the answer is written.
    low, high : date, float or None
        Between what an answer lies.
    """

    question: str
    element: str
    level: str
    given: str
    kind: Kind
    ask: str
    write: str
    low: dt.date | float | None = None
    high: dt.date | float | None = None

    @property
    def code(self) -> str:
        """Name of the cell, by which its answer is known when the form comes back."""
        return "|".join((self.question, self.element, self.level, self.given))


@dataclass(frozen=True)
class Section:
    """A question (under a condition, or none) with its cells; `adds_up` where they are chances that sum to 1."""

    title: str
    resolves: str
    items: tuple[Item, ...]
    adds_up: bool


def sections(case: Case, lang: Lang) -> list[Section]:
    """Return the questions of a form, in the order of case.yaml, then the pairs."""
    voice = Voice(lang, ZoneInfo(case.file.timezone), year=0)
    given: dict[str, dict[str, None]] = {name: {} for name in case.file.questions}
    pairs: dict[str, None] = {}
    for row in case.judgments:
        if row.element == "concordance":
            pairs[row.question] = None
        elif row.given and row.question in given:
            given[row.question][row.given] = None
    out: list[Section] = []
    for name, question in case.file.questions.items():
        hangs = isinstance(question, Nominal) and question.parent is not None and given[name]
        conditions = [*([] if hangs else [""]), *given[name]]
        out += [_section(case, voice, name, question, condition) for condition in conditions]
    return out + [_pair(case, voice, pair) for pair in pairs]


def _title(case: Case, voice: Voice, name: str) -> str:
    title = case.file.questions[name].title
    return title(voice.lang) if title else name.replace("_", " ")


def _section(case: Case, voice: Voice, name: str, question: Question, given: str) -> Section:
    items = tuple(_items(case, voice.lang, name, question, given))
    title, resolves = _title(case, voice, name), question.resolves(voice.lang) if question.resolves else ""
    if given:
        said = WORDS[voice.lang]["given"].format(condition=condition_in_words(voice, case.file, given), ask=title)
        title, resolves = said, ""
    return Section(title, resolves, items, isinstance(question, Ordinal | Nominal))


def _items(case: Case, lang: Lang, name: str, question: Question, given: str) -> Iterator[Item]:
    words = WORDS[lang]
    if isinstance(question, Timing):
        opens, horizon = question.opens or case.file.opens, question.horizon or case.file.horizon
        first, last = opens + dt.timedelta(1), horizon - dt.timedelta(1)
        write = words["date"].format(opens=first, horizon=last)
        yield Item(
            name, "never", "", given, "chance", words["never"].format(horizon=horizon), words["chance"], 0.0, 1.0
        )
        for level in QUANTILES:
            yield Item(name, "quantile", level, given, "date", words[f"t_{level}"], write, first, last)
    elif isinstance(question, Quantity):
        for level in QUANTILES:
            write = _range(lang, question)
            ask = words[f"q_{level}"]
            yield Item(name, "quantile", level, given, "number", ask, write, question.lower, question.upper)
    else:
        for level_ in question.levels:
            ask = words["level"].format(level=_level(level_, lang))
            yield Item(name, "probability", level_.id, given, "chance", ask, words["chance"], 0.0, 1.0)


def _level(level: Level, lang: Lang) -> str:
    title = level.title(lang) if level.title else level.id.replace("_", " ")
    return f"{title} ({level.means(lang)})" if level.means else title


def _range(lang: Lang, question: Quantity) -> str:
    ends = {name: end for name, end in (("lower", question.lower), ("upper", question.upper)) if end is not None}
    key = {0: "number", 2: "number_between"}.get(len(ends), "number_above" if "lower" in ends else "number_below")
    return WORDS[lang][key].format(unit=question.unit(lang), **{name: f"{end:g}" for name, end in ends.items()})


def _pair(case: Case, voice: Voice, pair: str) -> Section:
    words = WORDS[voice.lang]
    first, second = (_title(case, voice, name.strip()) for name in pair.split("~"))
    ask = words["pair"].format(first=first, second=second)
    item = Item(pair, "concordance", "", "", "chance", ask, words["chance"], 0.0, 1.0)
    return Section(f"{first} ~ {second}", "", (item,), adds_up=False)

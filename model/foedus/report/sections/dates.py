"""The next dates, and what each would change: the probability of what it moves most, given it and given not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from foedus.case.types import CaseFile
from foedus.report import words
from foedus.report.material import NONE_OF_THESE, Material
from foedus.report.palette import INK
from foedus.report.sections.conditions import in_words
from foedus.report.voice import User, clip

SHOWN = 4
WORTH = 0.03  # a smaller swing is not worth a sentence
SETTLES = (0.01, 0.99)  # outside, a condition settles an outcome
OPEN = (0.005, 0.995)  # outside, a condition is as good as settled and there is nothing to compare


@dataclass(frozen=True)
class Moved:
    """What a date may move: a scenario, what none of them covers, or a headline; how likely it is given a condition."""

    letter: str
    title: User
    color: str
    given: Callable[[str], float]


@dataclass(frozen=True)
class Watch:
    """A date with a condition (in words, where it is simple), its chance, and what moves most with it."""

    day: dt.date
    title: User
    condition: User
    chance: float
    moved: Moved
    yes: float
    no: float

    @property
    def swing(self) -> float:
        """How far apart the two conditional probabilities are."""
        return abs(self.yes - self.no)

    @property
    def open(self) -> bool:
        """Whether it stays open either way; else the condition settles it."""
        return all(SETTLES[0] <= p <= SETTLES[1] for p in (self.yes, self.no))


def telling(watches: list[Watch]) -> Watch | None:
    """Return the date with the largest difference shown, where that is worth a sentence."""
    worth = [watch for watch in watches if watch.swing >= WORTH]
    return max(worth, key=lambda watch: watch.swing, default=None)


def swings(material: Material) -> list[Watch]:
    """Return the coming dates that have an open condition, each with what it moves most.

    What a condition settles is part of it by definition; it is shown only where the condition settles everything.
    """
    forecast, found = material.forecast, []
    choice = _choice(material)
    for entry in _coming(material):
        if not entry.when or not choice:
            continue
        chance = forecast.probability(entry.when)
        if not OPEN[0] < chance < OPEN[1]:
            continue
        options = [_watch(material, entry, chance, moved) for moved in choice]
        found.append(max(options, key=lambda watch: (watch.open, watch.swing)))
    return found


def _choice(material: Material) -> list[Moved]:
    """Return all that a date can be said to move."""
    file, forecast, voice = material.forecast.case.file, material.forecast, material.voice
    found = []
    for row in material.scenarios:
        when = _none(file) if row.id == NONE_OF_THESE else file.scenarios[row.id].when
        found.append(Moved(row.letter, row.title, row.color.text, partial(forecast.probability, when)))
    for name, headline in file.headlines.items():
        title = voice.user(headline.title, name, 60)
        found.append(Moved("", title, INK, partial(forecast.probability, headline.when)))
    return found


def _none(file: CaseFile) -> str:
    """Return the expression for what no scenario covers."""
    return "not (" + " or ".join(f"({scenario.when})" for scenario in file.scenarios.values()) + ")"


def build(material: Material, watches: list[Watch]) -> dict[str, Any]:
    """Return the table of dates to watch."""
    voice = material.voice
    by_entry = {(watch.day, watch.title): watch for watch in watches}
    rows = []
    for entry in _coming(material):
        title = voice.user(entry.title, "", 60)
        rows.append(_cells(material, entry.date, title, by_entry.get((entry.date, title))))
    lead = telling(watches)
    columns = ("date", "event", "chance", "moves", "yes", "no")
    return {
        "title": voice.text("dates_title", event=lead.title) if lead else voice.text("dates_title_plain"),
        "note": voice.text("dates_note" if watches else "dates_note_plain") if rows else "",
        "head": {name: voice.text(f"col_{name}") for name in columns},
        "conditional": bool(watches),
        "rows": rows,
        "empty": voice.text("dates_none", day=voice.day(material.today)),
    }


def _coming(material: Material) -> list[Any]:
    """Calendar entries after today; where there are many, those with a condition first."""
    entries = [entry for entry in material.forecast.case.file.calendar if entry.date > material.today]
    entries.sort(key=lambda entry: (entry.when is None, entry.date))
    return sorted(entries[:SHOWN], key=lambda entry: entry.date)


def _watch(material: Material, entry: Any, chance: float, moved: Moved) -> Watch:
    return Watch(
        day=entry.date,
        title=material.voice.user(entry.title, "", 60),
        condition=in_words(material, entry.when),
        chance=chance,
        moved=moved,
        yes=moved.given(entry.when),
        no=moved.given(f"not ({entry.when})"),
    )


def _cells(material: Material, day: dt.date, title: User, watch: Watch | None) -> dict[str, Any]:
    cells: dict[str, Any] = {"date": material.voice.day(day, short=True), "event": title, "watch": None}
    if watch is not None:
        cells["watch"] = {
            "condition": watch.condition,
            "chance": words.percent(words.whole(watch.chance)),
            "letter": watch.moved.letter,
            "color": watch.moved.color,
            "moves": clip(watch.moved.title, 24),
            "yes": words.percent(words.whole(watch.yes)),
            "no": words.percent(words.whole(watch.no)),
            "up": watch.yes >= watch.no,
        }
    return cells

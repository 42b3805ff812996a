"""The next dates, and what each would change: the probability of the outcome it moves most, given it and given not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from foedus.report import words
from foedus.report.material import Material, Outcome
from foedus.report.sections.conditions import in_words
from foedus.report.voice import User, clip

SHOWN = 4
WORTH = 0.03  # a smaller swing is not worth a sentence
OPEN = (0.005, 0.995)  # outside, a condition is as good as settled and there is nothing to compare


@dataclass(frozen=True)
class Watch:
    """A date with a condition (in words, where it is simple), its chance, and the outcome that moves most with it."""

    day: dt.date
    title: User
    condition: User
    chance: float
    outcome: Outcome
    yes: float
    no: float

    @property
    def swing(self) -> float:
        """How far apart the two conditional probabilities are."""
        return abs(self.yes - self.no)

    @property
    def open(self) -> bool:
        """Whether the outcome stays open either way; else the condition is part of it by definition."""
        return all(OPEN[0] < p < OPEN[1] for p in (self.yes, self.no))


def telling(watches: list[Watch]) -> Watch | None:
    """Return the date that changes most, of those worth a sentence."""
    worth = [watch for watch in watches if watch.open and watch.swing >= WORTH]
    return max(worth, key=lambda watch: watch.swing, default=None)


def swings(material: Material) -> list[Watch]:
    """Return the coming dates that have an open condition, each with the outcome it moves most."""
    forecast, found = material.forecast, []
    for entry in _coming(material):
        if not entry.when or not material.scenarios:
            continue
        chance = forecast.probability(entry.when)
        if not OPEN[0] < chance < OPEN[1]:
            continue
        options = [_watch(material, entry, chance, row) for row in material.scenarios if row.id != "none_of_these"]
        found.append(max(options, key=lambda watch: (watch.open, watch.swing)))
    return found


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


def _watch(material: Material, entry: Any, chance: float, row: Outcome) -> Watch:
    forecast = material.forecast
    when = forecast.case.file.scenarios[row.id].when
    return Watch(
        day=entry.date,
        title=material.voice.user(entry.title, "", 60),
        condition=in_words(material, entry.when),
        chance=chance,
        outcome=row,
        yes=forecast.probability(when, given=entry.when),
        no=forecast.probability(when, given=f"not ({entry.when})"),
    )


def _cells(material: Material, day: dt.date, title: User, watch: Watch | None) -> dict[str, Any]:
    cells: dict[str, Any] = {"date": material.voice.day(day, short=True), "event": title, "watch": None}
    if watch is not None:
        cells["watch"] = {
            "condition": watch.condition,
            "chance": words.percent(words.whole(watch.chance)),
            "letter": watch.outcome.letter,
            "color": watch.outcome.color.text,
            "moves": clip(watch.outcome.title, 24),
            "yes": words.percent(words.whole(watch.yes)),
            "no": words.percent(words.whole(watch.no)),
            "up": watch.yes >= watch.no,
        }
    return cells

"""Two accounts of one meeting: the table of what each side's text says and leaves out, worded."""

from __future__ import annotations

from typing import Any

from foedus.news.readouts import BOTH, NEITHER, OPEN, Comparison, Topic, comparisons, two_sided
from foedus.report.material import Material
from foedus.report.sections.said import SIDES
from foedus.report.voice import User, Voice


def build(material: Material) -> dict[str, Any] | None:
    """Return the table of the last meeting on which two sides have texts; None without one."""
    found = two_sided(comparisons(material.forecast.case, material.forecast.as_of))
    return worded(material.voice, found[-1], compact=True) if found else None


def worded(voice: Voice, found: Comparison, *, compact: bool = False) -> dict[str, Any]:
    """Return one comparison as texts: title, notes, and a row for each topic with a cell for each side.

    `compact` names what stands in no text in one line under the table.
    """
    counts = found.count()
    rows = [topic for topic in found.topics if not (compact and topic.pattern == NEITHER)]
    silent = [voice.user(topic.title, topic.id, 64) for topic in found.topics if topic not in rows]
    also = [voice.text("ro_silent", topics=voice.join(silent, " · "))] if silent else []
    total = len(found.topics) - counts[OPEN]
    return {
        "title": voice.text("ro_title" if total else "ro_title_none", n=counts[BOTH], total=total),
        "note": voice.text("ro_note", day=voice.day(found.day), meeting=voice.user(found.title, found.meeting, 48)),
        "head": [voice.text("ro_topic"), *(side_name(voice, side) for side in found.sides), voice.text("ro_pattern")],
        "rows": [_row(voice, topic) for topic in rows],
        "summary": summary(voice, found),
        "notes": [*also, *notes(voice, found)],
    }


def side_name(voice: Voice, side: str) -> User:
    """Return the short name of a state; its ISO code where the report has none."""
    return voice.user(SIDES[voice.lang].get(side, side), "", 12)


def pattern_name(voice: Voice, pattern: str) -> User:
    """Return the words for who says a topic."""
    if pattern in {BOTH, NEITHER, OPEN}:
        return voice.text(f"ro_{pattern}")
    sides = voice.join([side_name(voice, side) for side in pattern.split("+")], ", ")
    return voice.text("ro_only", side=sides)


def summary(voice: Voice, found: Comparison) -> str:
    """Return how many topics there are of each pattern, in one line; patterns without any are left out."""
    parts = []
    for pattern, n in found.count().items():
        if pattern in {BOTH, OPEN, NEITHER}:
            parts += [voice.text(f"ro_sum_{pattern}", n=n)] if n or pattern == BOTH else []
        elif n:
            sides = voice.join([side_name(voice, side) for side in pattern.split("+")], ", ")
            parts.append(voice.text("ro_sum_only", n=n, side=sides))
    return voice.join(parts, " · ")


def notes(voice: Voice, found: Comparison) -> list[str]:
    """Return what a reader must know to read the table, as far as it has it."""
    out: list[str] = []
    if any(topic.pattern == OPEN for topic in found.topics):
        out.append(voice.text("ro_open_means"))
    if any(topic.discrepancies for topic in found.topics):
        out.append(voice.text("ro_counts"))
    if found.previous is not None and found.previous_day is not None:
        values: dict[str, object] = {
            "day": voice.day(found.previous_day), "n": sum(bool(topic.new) for topic in found.topics)
        }  # fmt: skip
        if found.dropped:
            values["topics"] = voice.join([voice.user(title, "", 40) for title in found.dropped], ", ")
        out.append(voice.text("ro_previous" if found.dropped else "ro_previous_none", **values))
    return out


def _row(voice: Voice, topic: Topic) -> dict[str, Any]:
    pattern = pattern_name(voice, topic.pattern)
    title = voice.user(topic.title, topic.id, 64)
    return {
        "topic": title[:1].upper() + title[1:] + (" *" if topic.discrepancies else ""),
        "cells": [
            {"kind": entry.cell, "text": voice.user(entry.quote, "", 150) or voice.text(f"ro_{entry.cell}")}
            for entry in topic.entries.values()
        ],
        "pattern": voice.text("ro_new", pattern=pattern) if topic.new else pattern,
        "counts": bool(topic.discrepancies),
    }

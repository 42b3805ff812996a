"""Who said what: the issues in four groups, from both sides' record to nobody's."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from foedus.explain.statements import Statement, recent, uncoded
from foedus.report.material import Material
from foedus.report.voice import User

SHOWN = 3  # issues a group names on page 1
SIDES: dict[str, dict[str, str]] = {
    "en": {"KOR": "ROK", "USA": "US", "PRK": "DPRK", "JPN": "Japan", "CHN": "China", "RUS": "Russia", "TWN": "Taiwan"},
    "ko": {"KOR": "한국", "USA": "미국", "PRK": "북한", "JPN": "일본", "CHN": "중국", "RUS": "러시아", "TWN": "대만"},
}


def build(material: Material) -> dict[str, Any]:
    """Return the groups of issues, each with a mark for each side."""
    voice, rows = material.voice, material.explanation.statements
    if uncoded(material.forecast.case, material.forecast.as_of):
        return {"title": voice.text("said_uncoded"), "note": voice.text("said_uncoded_note"), "groups": [], "empty": ""}
    pair = [side for side, _ in rows[0].records] if rows else []
    both = sum(row.heard == "both" for row in rows)
    spoken = any(row.signals for row in rows)
    day = voice.day(material.today)
    names = [side_name(material, side) for side in pair]
    since = voice.text(f"said_since_{recent(material.forecast.case, material.forecast.as_of) or 'ever'}", day=day)
    sides = voice.text("said_note", first=names[0], second=names[1]) if len(pair) == 2 else ""
    return {
        "title": voice.text("said_title", n=both, total=len(rows)) if spoken else voice.text("said_title_none"),
        "note": f"{since} {sides}".strip(),
        "groups": [_group(material, list(group)) for _, group in groupby(rows, key=_key)],
        "empty": voice.text("said_nobody"),
    }


def side_name(material: Material, side: str) -> User:
    """Return the short name of a state; its ISO code where the report has none."""
    return material.voice.user(SIDES[material.voice.lang].get(side, side), "", 12)


def _key(row: Statement) -> tuple[str, str]:
    return row.heard, row.side or ""


def _group(material: Material, rows: list[Statement]) -> dict[str, Any]:
    voice, first = material.voice, rows[0]
    values = {"side": side_name(material, first.side)} if first.side else {}
    items = [_item(material, row) for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        items.append({"issue": voice.text("said_more", n=len(rows) - SHOWN), "note": ""})
    marks = {"both": ["full", "full"], "one": _one(first), "unnamed": _unnamed(rows), "neither": ["none", "none"]}
    return {"label": voice.text(f"said_{first.heard}", **values), "marks": marks[first.heard], "items": items}


def _one(row: Statement) -> list[str]:
    return ["full" if side == row.side else "none" for side, _ in row.records] or ["full"]


def _unnamed(rows: list[Statement]) -> list[str]:
    """Return an open mark on each side that an unnamed voice of any of the rows spoke for."""
    unnamed = {side for row in rows for side, record in row.records if record == "unnamed"}
    return ["open" if side in unnamed else "none" for side, _ in rows[0].records]


def _item(material: Material, row: Statement) -> dict[str, str]:
    voice = material.voice
    notes = []
    for side, record in row.records:
        if record in {"absent", "partly", "unseen"} and row.heard != "neither":
            notes.append(voice.text(f"said_{record}", side=side_name(material, side)))
    return {"issue": issue_title(material, row.issue), "note": ", ".join(notes)}


def issue_title(material: Material, issue: str) -> User:
    """Return the title of an issue: that of the topic or question of this name, else the name in words."""
    topic = material.forecast.case.codebook.topics.get(issue)
    title = material.voice.user(topic, issue, 64) if topic else material.question_title(issue, 64)
    return User(title[:1].upper() + title[1:])

"""Readouts: what each side's text on one meeting says, leaves out, or was not seen to say, topic by topic.

The rows are the lines of documents (codes of kind `per_document`). A *meeting* is the `event` that the lines of its
documents carry; a document whose lines carry none is a meeting of its own, with nothing to compare. A line belongs to
the topics that its `issue` names beside questions; where it names none, to its code (and codes that a discrepancy takes
for one line are one topic). A side says a topic if one of its texts does, and leaves it out if one does and none says
it. Like all news this is as of a time: later rows are not read, retracted and corrected ones are replaced.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from zoneinfo import ZoneInfo

from foedus.case.types import Case, Codebook, Signal, Text
from foedus.errors import CaseError, Fault, nearest
from foedus.news.discrepancies import meetings, side_of
from foedus.news.evidence import current

Cell = Literal["said", "left_out", "not_seen", "not_coded"]
_OF: dict[str, Cell] = {"present": "said", "absent": "left_out", "not_seen": "not_seen"}
_WEIGHT: dict[Cell, int] = {"not_coded": 0, "not_seen": 1, "left_out": 2, "said": 3}
BOTH, NEITHER, OPEN = "both", "neither", "open"


@dataclass(frozen=True)
class Entry:
    """What one side's texts have on a topic.

    Attributes
    ----------
    cell : {"said", "left_out", "not_seen", "not_coded"}
    quote : str
        Of the lines that say it.
    signals : tuple of str
        Ids of the rows.
    """

    cell: Cell
    quote: str = ""
    signals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """One row of the comparison.

    Attributes
    ----------
    id : str
        A topic of the codebook, or the code of the line.
    title : Text
    entries : dict of str to Entry
        For each side of the meeting, in its order.
    discrepancies : tuple of str
        Codes of discrepancies that this meeting shows on it.
    new : bool or None
        Whether no text of the previous meeting says it, as far as they are coded; None where nobody says it now, a text
        was not seen on it then, or there was no such meeting.
    """

    id: str
    title: Text
    entries: Mapping[str, Entry]
    discrepancies: tuple[str, ...] = ()
    new: bool | None = None

    @property
    def pattern(self) -> str:
        """`both`, the side that says it alone (while the others leave it out), `neither`, or `open`.

        `open`: some side's text was not seen, or not coded, on it. With three sides or more, `both` is all of them, and
        several that say it are joined by `+`.
        """
        cells = [entry.cell for entry in self.entries.values()]
        if not cells or any(cell in {"not_seen", "not_coded"} for cell in cells):
            return OPEN
        said = [side for side, entry in self.entries.items() if entry.cell == "said"]
        return BOTH if len(said) == len(cells) else "+".join(said) or NEITHER

    def to_json(self) -> dict[str, object]:
        """Return it as JSON-able data."""
        entries = {
            side: {"cell": e.cell, "quote": e.quote, "signals": list(e.signals)} for side, e in self.entries.items()
        }
        head = {"id": self.id, "title": self.title.model_dump(), "pattern": self.pattern, "new": self.new}
        return {**head, "discrepancies": list(self.discrepancies), "sides": entries}


@dataclass(frozen=True)
class Comparison:
    """The texts of one meeting beside each other.

    Attributes
    ----------
    meeting : str
        The event, or the document where its lines name none.
    sides : tuple of str
        ISO 3166 alpha-3, those with texts on it, in reverse alphabetical order (USA before KOR).
    documents : dict of str to tuple of str
        Documents of each side.
    day : date
        The civil day in the case's zone on which it happened, else on which the first text was out.
    topics : tuple of Topic
        Both, then one side's, then open, then neither.
    title : Text
        The codebook's for the event (under `topics`), else of the first signal on it, else its name in words.
    previous, previous_day : str or None, date or None
        The meeting before, of the same sides, that topics are new against.
    dropped : tuple of Text
        What a text of the previous meeting said and none of this one does.
    """

    meeting: str
    sides: tuple[str, ...]
    documents: Mapping[str, tuple[str, ...]]
    day: dt.date
    topics: tuple[Topic, ...]
    title: Text
    previous: str | None = None
    previous_day: dt.date | None = None
    dropped: tuple[Text, ...] = ()

    def count(self) -> dict[str, int]:
        """Return how many topics have each pattern: both, each side alone, open and neither, zeros too."""
        found = Counter(topic.pattern for topic in self.topics)
        several = sorted(set(found) - {BOTH, *self.sides, OPEN, NEITHER})
        return {key: found[key] for key in (BOTH, *self.sides, *several, OPEN, NEITHER)}

    def to_json(self) -> dict[str, object]:
        """Return it as JSON-able data, texts in both languages."""
        return {
            "meeting": self.meeting,
            "title": self.title.model_dump(),
            "day": self.day.isoformat(),
            "documents": {side: list(names) for side, names in self.documents.items()},
            "topics": [topic.to_json() for topic in self.topics],
            "counts": self.count(),
            "previous": self.previous,
            "dropped": [title.model_dump() for title in self.dropped],
        }


def comparisons(case: Case, as_of: dt.datetime) -> tuple[Comparison, ...]:
    """Compare the documents of every meeting known at `as_of` (aware), in time order; those of one side only too."""
    known = current(case, as_of)
    rows = [row for row in known if _is_line(case.codebook, row)]
    named = meetings(rows)
    by_meeting: dict[str, list[Signal]] = defaultdict(list)
    for row in rows:
        assert row.document is not None
        by_meeting[named.get(row.document, row.document)].append(row)
    about: dict[str, list[Signal]] = defaultdict(list)
    for row in known:
        if row.event in by_meeting and row.document is None:
            about[row.event].append(row)
    days = {name: _day(case, [*about[name], *own]) for name, own in by_meeting.items()}
    out: list[Comparison] = []
    for name in sorted(by_meeting, key=lambda name: (days[name], name)):
        found = _compare(case, name, days[name], by_meeting[name], out)
        first = about[name][0].code if about[name] and name not in case.codebook.topics else name
        out.append(replace(found, title=title_of(case, first)))
    return tuple(out)


def two_sided(found: Iterable[Comparison]) -> tuple[Comparison, ...]:
    """Return the meetings on which at least two sides have texts."""
    return tuple(comparison for comparison in found if len(comparison.sides) > 1)


def pick(
    found: Sequence[Comparison], meeting: str | None = None, ever: Sequence[Comparison] = ()
) -> tuple[Comparison, ...]:
    """Return one meeting by its id, or all on which two sides have texts; `ever` has those of any time.

    Raises
    ------
    CaseError
        If there is none.
    """
    if meeting is None:
        several = two_sided(found)
        if several:
            return several
        if later := two_sided(ever):
            said = f"no meeting has texts of two sides by then; the first is of {later[0].day}: name a later --as-of"
            raise CaseError([Fault("--as-of", 0, said)])
        said = "no meeting has lines of two sides' documents; give them one `event`, and their sources a `side`"
        raise CaseError([Fault("signals.csv", 0, said)])
    chosen = tuple(one for one in found if one.meeting == meeting)
    if not chosen:
        if any(one.meeting == meeting for one in ever):
            said = f"no text on the meeting {meeting!r} was published by then: name a later --as-of"
            raise CaseError([Fault("--as-of", 0, said)])
        known = [one.meeting for one in found or ever]
        said = f"no document is on the meeting {meeting!r} by then; {nearest(meeting, known)}"
        raise CaseError([Fault("--meeting", 0, said)])
    return chosen


def _is_line(codebook: Codebook, row: Signal) -> bool:
    return bool(row.document) and codebook.codes[row.code].kind == "per_document" and side_of(codebook, row) is not None


def _day(case: Case, rows: list[Signal]) -> dt.date:
    """Return the day of a meeting where it was: the first on which something of it happened, else was published."""
    told = [row.happened.at for row in rows if row.happened is not None]
    if told:
        return (min(told) - dt.timedelta(microseconds=1)).date()  # as written: in the zone of the place
    first = min(row.published.at for row in rows) - dt.timedelta(microseconds=1)
    return first.astimezone(ZoneInfo(case.file.timezone)).date()


def _compare(case: Case, name: str, day: dt.date, rows: list[Signal], before: list[Comparison]) -> Comparison:
    side = {id(row): side_of(case.codebook, row) or "" for row in rows}
    sides = tuple(sorted(set(side.values()), reverse=True))
    by_topic: dict[str, dict[str, list[Signal]]] = defaultdict(lambda: {s: [] for s in sides})
    for row in rows:
        for topic in topics_of(case, row):
            by_topic[topic][side[id(row)]].append(row)
    previous = next((old for old in reversed(before) if set(sides) <= set(old.sides) and len(sides) > 1), None)
    earlier = {topic.id: topic for topic in previous.topics if _said(topic)} if previous else {}
    unseen = {t.id for t in previous.topics if t.id not in earlier and _unseen(t)} if previous else set()
    made = []
    for topic, own in by_topic.items():
        entries = {s: _entry(own[s]) for s in sides}
        said = any(entry.cell == "said" for entry in entries.values())
        new = topic not in earlier if said and previous and topic not in unseen else None
        made.append(Topic(topic, title_of(case, topic), entries, _discrepancies(case.codebook, own, entries), new))
    made.sort(key=lambda topic: _rank(topic, sides))
    return Comparison(
        meeting=name,
        sides=sides,
        documents={s: tuple(dict.fromkeys(r.document or "" for r in rows if side[id(r)] == s)) for s in sides},
        day=day,
        topics=tuple(made),
        title=title_of(case, name),
        previous=previous.meeting if previous else None,
        previous_day=previous.day if previous else None,
        dropped=tuple(old.title for name, old in earlier.items() if not any(t.id == name and _said(t) for t in made)),
    )


def topics_of(case: Case, row: Signal) -> list[str]:
    """Return the topics that a line belongs to: those its `issue` names beside questions, else its code."""
    issues = [part.strip() for part in (row.issue or "").split(";") if part.strip()]
    own = [issue for issue in issues if issue not in case.file.questions]
    alike = next((code.lines[0] for code in case.codebook.discrepancies.values() if row.code in code.lines), row.code)
    return own or [alike]


def title_of(case: Case, topic: str) -> Text:
    """Return the title of a topic: the codebook's, else that of the code, else the id in words."""
    code = case.codebook.codes.get(topic)
    found = case.codebook.topics.get(topic) or (code.title if code is not None else None)
    words = topic.replace("_", " ")
    return found if found is not None and (found.en or found.ko) else Text(en=words, ko=words)


def _entry(rows: list[Signal]) -> Entry:
    """Return what a side's lines on one topic come to; of coders who disagree, that it was said weighs most."""
    cell: Cell = max((_OF[row.observed] for row in rows), key=lambda cell: _WEIGHT[cell], default="not_coded")
    of_it = [row for row in rows if _OF[row.observed] == cell]
    quotes = dict.fromkeys(row.quote for row in of_it if row.quote and cell == "said")
    return Entry(cell, "; ".join(quotes), tuple(dict.fromkeys(row.id for row in of_it)))


def _discrepancies(
    codebook: Codebook, own: Mapping[str, list[Signal]], entries: Mapping[str, Entry]
) -> tuple[str, ...]:
    """Return the codes of discrepancies whose pattern the lines of a topic have."""

    def has(side: str, code: str, cell: Cell) -> bool:
        lines = [row for row in own.get(side, ()) if row.code == code]
        return bool(lines) and entries[side].cell == cell

    return tuple(
        name
        for name, code in codebook.discrepancies.items()
        if all(has(s, code.line_of(s), "said") for s in code.said_by)
        and all(has(s, code.line_of(s), "left_out") for s in code.left_out_by)
    )


def _said(topic: Topic) -> bool:
    return any(entry.cell == "said" for entry in topic.entries.values())


def _unseen(topic: Topic) -> bool:
    return any(entry.cell == "not_seen" for entry in topic.entries.values())


def _rank(topic: Topic, sides: tuple[str, ...]) -> tuple[int, int]:
    order = [BOTH, *sides, OPEN, NEITHER]
    pattern = topic.pattern
    return order.index(pattern) if pattern in order else 1, -sum(e.cell == "said" for e in topic.entries.values())

"""Two sides' texts of one meeting -> discrepancies: what one says and the other leaves out is one unit of evidence.

A meeting is the `event` that the lines of its documents carry. Where a text of every side in `said_by` has the line
and a text of every side in `left_out_by` leaves it out (and none of that side's has it), these lines are one unit with
the probability p of the discrepancy, for the questions that it bears on; taken one by one they would count the same
thing twice, as if no side knew the other's text. Where all of these sides' texts were seen and show another pattern,
the lines count, and so does that there is no discrepancy: what p takes from the other patterns or leaves to them is
spread over them as the lines have it, so that the probabilities of all patterns still sum to 1. (Else meetings would
move the forecast on average, and a codebook of discrepancies would drift.) What was not seen counts neither way.

A line takes part in one of them for a question: what is shown comes first, then the one of most sides, then the first
of the codebook. Of several texts of one side the first that fits is taken, and the others stay lines of their own. A
discrepancy is known, and was seen, when the last of its texts was; before that the earlier ones are lines like any
other, and so they are again after a retraction. Where the panel had seen one text and not the other, the lines stay
apart too: the probability of the pair would count a second time what is already in the judgments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from foedus.case.types import Code, Codebook, Signal
from foedus.news.evidence import Evidence, Item, Judged, Unit, share_unseen

SURE = 0.95  # probability of a reading, from which a line on which coders differ is taken as they mostly read it
Claims = dict[tuple[str, str], list[Unit]]  # (side, observed) -> lines, in the order in which they became known


@dataclass(frozen=True)
class Discrepancy:
    """Lines of one meeting that show a discrepancy (then `codes` is its code), or that show none of `codes`.

    Attributes
    ----------
    codes : tuple of str
    shown : bool
    meeting : str
    lines : tuple of Unit
        One of each side; those that say it first, where it is shown.
    patterns : tuple of tuple of int
        For each code, whether each line would be there (1) or not (-1).
    questions : frozenset of str
    """

    codes: tuple[str, ...]
    shown: bool
    meeting: str
    lines: tuple[Unit, ...]
    patterns: tuple[tuple[int, ...], ...]
    questions: frozenset[str]


def side_of(codebook: Codebook, row: Signal) -> str | None:
    """Return the state whose text a line stands in: the side of its source, else its only actor."""
    source = codebook.sources.get(row.source)
    if source is not None and source.side:
        return source.side
    actors = {part.strip()[:3] for part in (row.actor or "").split(";") if part.strip()}
    return actors.pop() if len(actors) == 1 else None


def meetings(rows: Iterable[Signal]) -> dict[str, str]:
    """Return the meeting of each document: the first `event` that a line of it carries."""
    out: dict[str, str] = {}
    for row in rows:
        if row.document and row.event:
            out.setdefault(row.document, row.event)
    return out


def discrepancies(codebook: Codebook, units: Iterable[Unit], judged: Judged) -> list[Discrepancy]:
    """Find every discrepancy among the lines of documents, and where there could have been one.

    Parameters
    ----------
    codebook : Codebook
    units : iterable of Unit
        In time order; only lines of documents are looked at.
    judged : mapping
        For each question, when each expert's judgment was given and the expert's weight.
    """
    by_meeting = _lines(codebook, list(units))
    codes = dict(sorted(codebook.discrepancies.items(), key=lambda entry: -len(entry[1].sides)))
    out: list[Discrepancy] = []
    for meeting, lines in by_meeting.items():
        taken: set[tuple[int, str]] = set()
        for found in (*_shown(codes, meeting, lines), *_not_shown(codes, meeting, lines)):
            questions = _questions([codes[name] for name in found.codes], found.lines, judged, taken)
            if questions:
                taken |= {(id(line), q) for line in found.lines for q in questions}
                out.append(replace(found, questions=questions))
    return out


def merged(codebook: Codebook, evidence: Evidence, judged: Judged) -> Evidence:
    """Add a unit for each discrepancy, and set lines aside that say nothing but as part of one.

    The lines stay, since they count for other questions; what they no longer count for is settled where they are
    weighed (`foedus.problem.discrepancies`).
    """
    if not codebook.discrepancies:
        return evidence
    found = discrepancies(codebook, evidence.units, judged)
    parts = {id(line) for d in found for line in d.lines}
    kept, no_bearing, in_prior = [], list(evidence.no_bearing), list(evidence.in_prior)
    aside = dict(evidence.aside)
    for unit in evidence.units:
        own = {q for row in unit.rows for q in codebook.codes[row.code].bears_on}
        if id(unit) in parts or any(share_unseen(judged, q, unit.published) > 0 for q in own):
            kept.append(unit)
        else:
            (in_prior if own else no_bearing).extend(unit.ids)
            aside |= {("signals.csv", row.line): ("in_prior" if own else "no_bearing", "") for row in unit.rows}
    joint = [_unit(d) for d in found]
    units = sorted((*kept, *joint), key=lambda u: (u.seen, u.published, u.ids))
    gone = {i for unit in evidence.units for i in unit.ids} - {i for unit in kept for i in unit.ids}
    return replace(
        evidence,
        units=tuple(units),
        merges=tuple(merge for merge in evidence.merges if merge.id not in gone),
        no_bearing=tuple(no_bearing),
        in_prior=tuple(in_prior),
        aside=aside,
    )


def _lines(codebook: Codebook, units: list[Unit]) -> dict[str, dict[str, Claims]]:
    """Meeting -> code of a line -> who says it or leaves it out."""
    out: dict[str, dict[str, Claims]] = defaultdict(dict)
    held = meetings(row for unit in units for row in unit.rows)
    for unit in sorted(units, key=lambda u: (u.published, u.ids)):
        rows = unit.rows
        if not all(codebook.codes[row.code].kind == "per_document" for row in rows):
            continue
        weight, lead = unit.items[0].options[0]
        if len(unit.items) > 1 or weight < SURE:  # its coders do not agree on what it says
            continue
        code, observed, side, meeting = lead.code, lead.observed, side_of(codebook, lead), held.get(lead.document or "")
        if side and meeting:
            out[meeting].setdefault(code, {}).setdefault((side, observed), []).append(unit)
    return out


def _shown(codes: Mapping[str, Code], meeting: str, lines: Mapping[str, Claims]) -> Iterator[Discrepancy]:
    """Yield the discrepancies that a meeting shows: a line of every side, as the code has it."""
    for name, code in codes.items():
        found = [_claim(code, side, lines) for side in code.sides]
        if [observed for observed, _ in found] == ["present"] * len(code.said_by) + ["absent"] * len(code.left_out_by):
            units = tuple(unit for _, unit in found if unit is not None)
            yield Discrepancy((name,), True, meeting, units, (_pattern(code, code.sides),), frozenset())


def _not_shown(codes: Mapping[str, Code], meeting: str, lines: Mapping[str, Claims]) -> Iterator[Discrepancy]:
    """Yield codes of the same lines and sides, none of which a meeting shows although every text of them was seen."""
    alike: dict[frozenset[tuple[str, str]], list[str]] = defaultdict(list)
    for name, code in codes.items():
        alike[frozenset((side, code.line_of(side)) for side in code.sides)].append(name)
    for names in alike.values():
        sides = codes[names[0]].sides
        found = [_claim(codes[names[0]], side, lines) for side in sides]
        units = tuple(unit for _, unit in found if unit is not None)
        seen = tuple(1 if observed == "present" else -1 for observed, _ in found)
        others = tuple(name for name in names if _pattern(codes[name], sides) != seen)
        if len(units) == len(sides) and others:
            patterns = tuple(_pattern(codes[name], sides) for name in others)
            yield Discrepancy(others, False, meeting, units, patterns, frozenset())


def _claim(code: Code, side: str, lines: Mapping[str, Claims]) -> tuple[str, Unit | None]:
    """Return whether the line of a code is in the texts of a side, and the first text that says so."""
    own = lines.get(code.line_of(side), {})
    for observed in ("present", "absent"):
        if units := own.get((side, observed)):
            return observed, units[0]
    return "not_seen", None


def _pattern(code: Code, sides: Iterable[str]) -> tuple[int, ...]:
    return tuple(1 if side in code.said_by else -1 for side in sides)


def _questions(
    codes: list[Code], lines: tuple[Unit, ...], judged: Judged, taken: set[tuple[int, str]]
) -> frozenset[str]:
    """Return the questions on which the lines count together: news to the same part of the panel, in no other pair."""
    out = set()
    for question in {q for code in codes for q, bearing in code.bears_on.items() if not bearing.flat}:
        shares = {share_unseen(judged, question, line.published) for line in lines}
        free = not any((id(line), question) in taken for line in lines)
        if free and len(shares) == 1 and shares.pop() > 0:
            out.add(question)
    return frozenset(out)


def _unit(found: Discrepancy) -> Unit:
    last = max(found.lines, key=lambda line: line.published)
    lead = found.lines[0].items[0].signal
    signal = lead.model_copy(
        update={
            "code": found.codes[0],
            "observed": "present" if found.shown else "absent",
            "published": last.rows[0].published,
            "event": found.meeting,
            **dict.fromkeys(("happened", "document", "speaker")),
        }
    )
    return Unit(
        items=(Item(((1.0, signal),)),),
        rows=tuple(row for line in found.lines for row in line.rows),
        origins=(),
        seen=max(line.seen for line in found.lines),
        lines=found.lines,
        codes=found.codes,
        patterns=found.patterns,
        questions=found.questions,
    )

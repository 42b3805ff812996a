"""Two sides' texts of one meeting -> discrepancies: what one says and the other leaves out is one unit of evidence.

A meeting is the `event` that the lines of its documents carry. Where a text of every side in `said_by` has the line
and a text of every side in `left_out_by` leaves it out (and none of that side's has it), these lines are one unit with
the probabilities of the discrepancy, for the questions that it bears on; taken one by one they would count the same
thing twice, as if no side knew the other's text. What was not seen makes no discrepancy.

A line takes part in one discrepancy for a question, the one of most sides, then the first of the codebook. Of several
texts of one side the first that fits is taken, and the others stay lines of their own. A discrepancy is known, and was
seen, when the last of its texts was; before that the earlier ones are lines like any other, and so they are again
after a retraction. Where the panel had seen one text and not the other, the lines stay apart too: the probability of
the pair would count a second time what is already in the judgments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from foedus.case.types import Code, Codebook, Signal
from foedus.news.evidence import Evidence, Item, Judged, Unit, share_unseen

Claims = dict[tuple[str, str], list[Unit]]  # (side, observed) -> lines, in the order in which they became known


@dataclass(frozen=True)
class Discrepancy:
    """A code of kind `discrepancy`, and the lines of one meeting that show it: those that say it first."""

    code: str
    meeting: str
    lines: tuple[Unit, ...]
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
    """Find every discrepancy among the lines of documents.

    Parameters
    ----------
    codebook : Codebook
    units : iterable of Unit
        In time order; only lines of documents are looked at.
    judged : mapping
        For each question, when each expert's judgment was given and the expert's weight.
    """
    by_meeting = _lines(codebook, list(units))
    codes = sorted(codebook.discrepancies.items(), key=lambda entry: -len(entry[1].sides))
    out: list[Discrepancy] = []
    for meeting, lines in by_meeting.items():
        taken: set[tuple[int, str]] = set()
        for name, code in codes:
            shown = _shown(code, lines)
            questions = _questions(code, shown, judged, taken)
            if questions:
                taken |= {(id(line), q) for line in shown for q in questions}
                out.append(Discrepancy(name, meeting, shown, questions))
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
    for unit in evidence.units:
        own = {q for row in unit.rows for q in codebook.codes[row.code].bears_on}
        if id(unit) in parts or any(share_unseen(judged, q, unit.published) > 0 for q in own):
            kept.append(unit)
        else:
            (in_prior if own else no_bearing).extend(unit.ids)
    joint = [_unit(d) for d in found]
    units = sorted((*kept, *joint), key=lambda u: (u.seen, u.published, u.ids))
    return replace(evidence, units=tuple(units), no_bearing=tuple(no_bearing), in_prior=tuple(in_prior))


def _lines(codebook: Codebook, units: list[Unit]) -> dict[str, dict[str, Claims]]:
    """Meeting -> code of a line -> who says it or leaves it out."""
    out: dict[str, dict[str, Claims]] = defaultdict(dict)
    held = meetings(row for unit in units for row in unit.rows)
    for unit in sorted(units, key=lambda u: (u.published, u.ids)):
        rows = unit.rows
        if not all(codebook.codes[row.code].kind == "per_document" for row in rows):
            continue
        said = {(row.code, row.observed, side_of(codebook, row), held.get(row.document or "")) for row in rows}
        if len(said) != 1:  # its coders do not agree on what it says
            continue
        code, observed, side, meeting = said.pop()
        if side and meeting:
            out[meeting].setdefault(code, {}).setdefault((side, observed), []).append(unit)
    return out


def _shown(code: Code, lines: Mapping[str, Claims]) -> tuple[Unit, ...]:
    """Return a line of every side that a discrepancy names, or nothing where the meeting does not show it."""
    found = list(_first(code, lines))
    return tuple(unit for unit in found if unit is not None) if None not in found else ()


def _first(code: Code, lines: Mapping[str, Claims]) -> Iterator[Unit | None]:
    def claims(side: str, observed: str) -> list[Unit]:
        return lines.get(code.line_of(side), {}).get((side, observed), [])

    for side in code.said_by:
        yield next(iter(claims(side, "present")), None)
    for side in code.left_out_by:
        yield None if claims(side, "present") else next(iter(claims(side, "absent")), None)


def _questions(code: Code, lines: tuple[Unit, ...], judged: Judged, taken: set[tuple[int, str]]) -> frozenset[str]:
    """Return the questions on which the lines count together: news to the same part of the panel, in no other pair."""
    out = set()
    for question, bearing in code.bears_on.items():
        shares = {share_unseen(judged, question, line.published) for line in lines}
        free = not any((id(line), question) in taken for line in lines)
        if lines and free and not bearing.flat and len(shares) == 1 and shares.pop() > 0:
            out.add(question)
    return frozenset(out)


def _unit(found: Discrepancy) -> Unit:
    last = max(found.lines, key=lambda line: line.published)
    lead = found.lines[0].items[0].signal
    update = {"code": found.code, "published": last.rows[0].published, "happened": None, "document": None}
    signal = lead.model_copy(update={**update, "observed": "present", "speaker": None, "event": found.meeting})
    return Unit(
        items=(Item(((1.0, signal),)),),
        rows=tuple(row for line in found.lines for row in line.rows),
        origins=(),
        seen=max(line.seen for line in found.lines),
        lines=found.lines,
        questions=found.questions,
    )

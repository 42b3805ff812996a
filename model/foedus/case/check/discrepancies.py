"""Codes of kind discrepancy: lines and sides that exist, and probabilities that two texts can have together."""

from __future__ import annotations

from collections import defaultdict

from foedus.case.check.draft import Draft
from foedus.case.types import Code
from foedus.case.yaml_lines import Path, dotted
from foedus.errors import nearest

FILE = "codebook.yaml"
_NEAR = 1e-9  # of rounding


def check(draft: Draft) -> None:
    """Check what only discrepancies have, and that nothing else has it."""
    patterns: dict[tuple[frozenset[str], ...], str] = {}
    for name, code in draft.codebook.codes.items():
        at: Path = ("codes", name)
        if code.kind != "discrepancy":
            _none_of_it(draft, at, code)
            continue
        _lines(draft, at, code)
        _sides(draft, at, code)
        _goes_with(draft, at, code)
        if name not in draft.broken:
            _possible(draft, at, code)
        pattern = frozenset(code.lines), frozenset(code.said_by), frozenset(code.left_out_by)
        if (other := patterns.setdefault(pattern, name)) != name:
            draft.fault(FILE, at, f"{dotted(at)}: the same lines and sides as {other}; put `bears_on` into one of them")
    _together(draft)


def _none_of_it(draft: Draft, at: Path, code: Code) -> None:
    for field in ("of", "said_by", "left_out_by"):
        if getattr(code, field):
            said = "goes with kind: discrepancy only; leave it away, or write that kind"
            draft.fault(FILE, (*at, field), f"{dotted(at)}.{field}: {said}")


def _lines(draft: Draft, at: Path, code: Code) -> None:
    place = (*at, "of")
    if not code.lines:
        said = "names the per_document code of the line, or one of each side in a list"
        draft.fault(FILE, at, f"{dotted(at)}: of is missing; it {said}")
    if len(code.lines) > 1 and len(code.lines) != len(code.sides):
        said = f"{len(code.lines)} codes for {len(code.sides)} sides; one for all, or one of each: said_by first"
        draft.fault(FILE, place, f"{dotted(place)}: {said}")
    for line in code.lines:
        if not draft.knows(line, draft.codebook.codes, f"{dotted(place)}: the code", FILE, place):
            continue
        other = draft.codebook.codes[line]
        if other.kind != "per_document":
            said = f"{line} is of kind {other.kind}; only a per_document code can be left out of a text"
            draft.fault(FILE, place, f"{dotted(place)}: {said}")
        elif other.replaced_by is not None:
            said = f"rows of {line} are read as {other.replaced_by}; name that one"
            draft.fault(FILE, place, f"{dotted(place)}: {said}")
        elif other.sees == "outcome":
            draft.fault(FILE, place, f"{dotted(place)}: {line} sees the outcome, and a discrepancy sees the course")


def _sides(draft: Draft, at: Path, code: Code) -> None:
    """Sides are there, speak through some source, and are on one side of it only."""
    spoken = {source.side for source in draft.codebook.sources.values() if source.side}
    for field in ("said_by", "left_out_by"):
        place, sides = (*at, field), getattr(code, field)
        if not sides:
            draft.fault(FILE, at, f"{dotted(at)}: {field} is missing; write a list of sides, such as [USA]")
        for side in sides:
            if side not in spoken:
                said = f"no source has the side {side!r}; {nearest(side, sorted(spoken))}"
                draft.fault(FILE, place, f"{dotted(place)}: {said}")
        if len(set(sides)) < len(sides):
            draft.fault(FILE, place, f"{dotted(place)}: names a side twice; each belongs there once")
    for side in sorted(set(code.said_by) & set(code.left_out_by)):
        said = f"{side} is in said_by too; a side says a line or leaves it out"
        draft.fault(FILE, (*at, "left_out_by"), f"{dotted(at)}.left_out_by: {said}")


def _goes_with(draft: Draft, at: Path, code: Code) -> None:
    if code.sees == "outcome":
        draft.fault(FILE, (*at, "sees"), f"{dotted(at)}.sees: a discrepancy sees the course; leave `sees` away")
    for question, bearing in code.bears_on.items():
        place = (*at, "bears_on", question)
        if bearing.by == "target":
            said = "a discrepancy names no date; write lead or date"
            draft.fault(FILE, (*place, "by"), f"{dotted(place)}.by: {said}")
        if bearing.by_speaker:
            said = "a discrepancy has no speaker; leave it away"
            draft.fault(FILE, (*place, "by_speaker"), f"{dotted(place)}.by_speaker: {said}")


def _possible(draft: Draft, at: Path, code: Code) -> None:
    """Warn where no two texts with the lines' probabilities could differ as often as that, or as seldom.

    With probabilities p that each line is as the discrepancy has it, theirs together lies between
    max(0, sum(p) - 1) and min(p) (Frechet's bounds), whatever the dependence. Checked for two sides.
    """
    if len(code.said_by) != 1 or len(code.left_out_by) != 1:
        return
    for question, bearing in code.bears_on.items():
        place = (*at, "bears_on", question)
        for key, band in (bearing.probability_present or {}).items():
            said, other = (_middle(draft, code.line_of(s), question, bearing.by, key) for s in code.sides)
            if said is None or other is None:
                continue
            low, high = max(0.0, said - other), min(said, 1 - other)
            if not low - _NEAR <= band.middle <= high + _NEAR:
                wrong = f"{band.middle:g} for {key!r} can't be"
                why = f"by the probabilities of its lines it lies between {low:.3g} and {high:.3g}"
                draft.warn(FILE, place, f"{dotted(place)}.probability_present: {wrong}: {why}")


def _together(draft: Draft) -> None:
    """Discrepancies of the same lines and sides exclude each other: together they have less than 1."""
    alike: dict[frozenset[tuple[str, str]], list[str]] = defaultdict(list)
    for name, code in draft.codebook.discrepancies.items():
        if name not in draft.broken:
            alike[frozenset((side, code.line_of(side)) for side in code.sides)].append(name)
    for names in alike.values():
        bears = [draft.codebook.codes[name].bears_on for name in names]
        for question, bearing in bears[-1].items():
            for key in bearing.probability_present or {}:
                given = [(b[question].probability_present or {}).get(key) for b in bears if question in b]
                total = sum(band.middle for band in given if band is not None)
                if len(names) > 1 and total >= 1:
                    place: Path = ("codes", names[-1], "bears_on", question)
                    said = f"{' and '.join(names)} exclude each other, and for {key!r} they come to {total:g}"
                    draft.fault(FILE, place, f"{dotted(place)}.probability_present: {said}; it must stay under 1")


def _middle(draft: Draft, line: str, question: str, by: str, key: str) -> float | None:
    """Return the probability that a line is present, where it is given by the same bands."""
    own = draft.codebook.codes[line].bears_on.get(question)
    band = (own.probability_present or {}).get(key) if own is not None and own.by == by else None
    return None if band is None else band.middle

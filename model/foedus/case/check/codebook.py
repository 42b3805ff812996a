"""codebook.yaml against the case: every code bears on what exists, in bands that fit, with numbers that can be used."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from foedus.case.check import discrepancies
from foedus.case.check.bands import FITS, direction, key_faults
from foedus.case.check.coding import check_codes
from foedus.case.check.draft import Draft
from foedus.case.types import Band, Bearing, Code
from foedus.case.yaml_lines import Path, dotted

FILE = "codebook.yaml"
_LEAST, _MOST = 1e-6, 1000.0  # dispersion; below the least a count can't be told from Poisson


def check(draft: Draft) -> None:
    """Check codes, groups, combinations and sources."""
    for name, code in draft.codebook.codes.items():
        _code(draft, name, code)
    discrepancies.check(draft)
    _groups(draft)
    for index, combination in enumerate(draft.codebook.combine):
        at: Path = ("combine", index)
        for i, code_name in enumerate(combination.codes):
            place = (*at, "codes", i)
            known = draft.knows(code_name, draft.codebook.codes, f"{dotted(at)}: the code", FILE, place)
            kind = draft.codebook.codes[code_name].kind if known else ""
            if kind in {"counted", "discrepancy"}:
                what = "counted" if kind == "counted" else "a discrepancy"
                said = f"{code_name} is {what}, and never one of a statement's codes"
                draft.fault(FILE, place, f"{dotted(at)}: {said}")
        if len(set(combination.codes)) < len(combination.codes):
            draft.fault(FILE, (*at, "codes"), f"{dotted(at)}: names a code twice; each belongs there once")
        for question, bearing in combination.bears_on.items():
            _bearing(draft, (*at, "bears_on", question), question, bearing, per_document=False)
    for name, source in draft.codebook.sources.items():
        if source.credence is not None:
            _probability(draft, ("sources", name, "credence"), source.credence)
    check_codes(draft)
    _one_sided(draft)


def _code(draft: Draft, name: str, code: Code) -> None:
    at: Path = ("codes", name)
    for question, bearing in code.bears_on.items():
        read = code.kind in {"per_document", "discrepancy"}
        _bearing(draft, (*at, "bears_on", question), question, bearing, per_document=read)
    if code.base_rate is not None and not 0 < code.base_rate.low <= code.base_rate.high < math.inf:
        said = "must be above 0 and finite: the number expected a month"
        draft.fault(FILE, (*at, "base_rate"), f"{dotted(at)}.base_rate: {said}")
    if code.coverage == "exhaustive":
        _exhaustive(draft, at, code)
    if code.count_as == "presence" and code.kind != "counted":
        draft.fault(
            FILE, (*at, "count_as"), f"{dotted(at)}.count_as: presence goes with kind: counted only; leave it away"
        )
    if code.kind == "counted" or code.dispersion is not None:
        _counted(draft, at, code)


def _exhaustive(draft: Draft, at: Path, code: Code) -> None:
    place = (*at, "coverage")
    if code.base_rate is None:
        draft.fault(FILE, place, f"{dotted(place)}: exhaustive needs base_rate, the number expected a month")
    if len(code.bears_on) != 1:
        said = f"exhaustive needs a code that bears on exactly one question, got {len(code.bears_on)}"
        draft.fault(FILE, place, f"{dotted(place)}: {said}")
    if code.max_per_week is not None:
        said = "each event counts where silence does; leave it away"
        draft.fault(FILE, (*at, "max_per_week"), f"{dotted(place)}: exhaustive doesn't go with max_per_week: {said}")
    if code.kind in {"per_document", "discrepancy"}:
        draft.fault(FILE, place, f"{dotted(place)}: exhaustive doesn't go with kind {code.kind}; use one of them")
    if code.sees == "outcome":
        said = "silence is of the course, not of the outcome: write `sees: course`"
        draft.fault(FILE, place, f"{dotted(place)}: exhaustive doesn't go with `sees: outcome`; {said}")
    for question, bearing in code.bears_on.items():
        if bearing.by == "target":
            said = "exhaustive doesn't go with target; days without the signal name no date: write lead or date"
            draft.fault(FILE, (*at, "bears_on", question), f"{dotted(place)}: {said}")


def _counted(draft: Draft, at: Path, code: Code) -> None:
    if code.kind != "counted":
        said = "goes with kind: counted only; leave it away, or give counts in counts.csv"
        draft.fault(FILE, (*at, "dispersion"), f"{dotted(at)}.dispersion: {said}")
        return
    place = (*at, "kind")
    if code.coverage != "exhaustive":
        said = "needs `coverage: exhaustive`: a count is of all that there was"
        draft.fault(FILE, place, f"{dotted(place)}: counted {said}")
    if code.group is not None:
        draft.fault(FILE, place, f"{dotted(place)}: counted doesn't go with group: each event counts; leave it away")
    if any(bearing.by_speaker for bearing in code.bears_on.values()):
        draft.fault(FILE, place, f"{dotted(place)}: counted doesn't go with by_speaker: a count has no speaker")
    band = code.dispersion
    if band is not None and not ((band.certain and band.low == 0) or _LEAST <= band.low <= band.high <= _MOST):
        said = f"must be 0 (Poisson), or lie between {_LEAST:g} and {_MOST:g}: variance = mean + dispersion * mean^2"
        draft.fault(FILE, (*at, "dispersion"), f"{dotted(at)}.dispersion: {said}")


def _bearing(draft: Draft, at: Path, name: str, bearing: Bearing, *, per_document: bool) -> None:
    wanted, other = ("probability_present", "multipliers") if per_document else ("multipliers", "probability_present")
    numbers: Mapping[str, Band] | None = getattr(bearing, wanted)
    if getattr(bearing, other) is not None:
        kind = "needs probability_present" if per_document else "only goes with kind: per_document; give multipliers"
        whose = f"a {_kind(draft, at)} code " if per_document else ""
        draft.fault(FILE, (*at, other), f"{dotted(at)}.{other}: {whose}{kind}")
    elif numbers is None:
        draft.fault(FILE, at, f"{dotted(at)}: {wanted} is missing")
    if not draft.knows(name, draft.file.questions, f"{dotted(at)}: the question", FILE, at):
        return
    question = draft.file.questions[name]
    if not isinstance(question, FITS[bearing.by]):
        fitting = " or ".join(by for by, kinds in FITS.items() if isinstance(question, kinds))
        said = f"{bearing.by!r} doesn't fit {name}, which is of type {question.type}: write {fitting}"
        draft.fault(FILE, (*at, "by"), f"{dotted(at)}.by: {said}")
        return
    if numbers is None:
        return
    for fault in key_faults(bearing.by, list(numbers), question):
        draft.fault(FILE, (*at, wanted), f"{dotted(at)}.{wanted}: {fault}")
    _numbers(draft, (*at, wanted), numbers, per_document=per_document)
    for speaker, own in bearing.by_speaker.items():
        place = (*at, "by_speaker", speaker)
        for key in own:
            draft.knows(key, numbers, f"{dotted(place)}: the band", FILE, (*place, key))
        _numbers(draft, place, {**numbers, **own}, per_document=per_document, only=set(own))


def _kind(draft: Draft, at: Path) -> str:
    return draft.codebook.codes[str(at[1])].kind if at[0] == "codes" else "per_document"


def _numbers(
    draft: Draft, at: Path, numbers: Mapping[str, Band], *, per_document: bool, only: set[str] | None = None
) -> None:
    for key, band in numbers.items():
        if only is not None and key not in only:
            continue
        if per_document:
            _probability(draft, (*at, key), band, strict=True)
        elif band.low < 0 or band.high == math.inf:
            draft.fault(FILE, (*at, key), f"{dotted(at)}: the multiplier of {key!r} must be 0 or more, and finite")
        elif band.low == 0 and not band.certain:
            said = "a band must begin above 0 (one number 0 rules the outcome out)"
            draft.fault(FILE, (*at, key), f"{dotted(at)}: {key!r}: {said}")
    if not per_document and numbers and all(band.high == 0 for band in numbers.values()):
        draft.fault(FILE, at, f"{dotted(at)}: at least one multiplier must be above 0")


def _probability(draft: Draft, place: Path, band: Band, *, strict: bool = False) -> None:
    """Check a probability: strictly inside (0, 1) where asked for, or where it is uncertain."""
    if strict or not band.certain:
        if not 0 < band.low <= band.high < 1:
            draft.fault(FILE, place, f"{dotted(place)}: a probability strictly between 0 and 1 is needed here")
    elif not 0 <= band.middle <= 1:
        draft.fault(FILE, place, f"{dotted(place)}: must lie between 0 and 1, got {band.middle:g}")


def _groups(draft: Draft) -> None:
    first: dict[str, str] = {}
    for name, code in draft.codebook.codes.items():
        if code.group is None:
            continue
        other = first.setdefault(code.group.name, name)
        if draft.codebook.codes[other].group != code.group:
            line = draft.lines[FILE].line("codes", other, "group")
            said = f"{code.group.name!r} has another cap or `within` on line {line}; a group has one"
            draft.fault(FILE, ("codes", name, "group"), f"codes.{name}.group: {said}")


def _one_sided(draft: Draft) -> None:
    """Warn of a question whose selected codes all point one way: news could move it one way only."""
    ways: dict[str, dict[str, float | str]] = defaultdict(dict)
    for name, code in draft.codebook.codes.items():
        if code.kind in {"per_document", "discrepancy"} or code.coverage == "exhaustive":
            continue
        for question, bearing in code.bears_on.items():
            asked = draft.file.questions.get(question)
            if asked is not None and isinstance(asked, FITS[bearing.by]):
                ways[question][name] = direction(bearing, asked)
    for question, found in ways.items():
        pointing = {code: way for code, way in found.items() if way != 0.0}
        if pointing and len(set(pointing.values())) == 1:
            line = draft.lines[FILE].line("codes", next(iter(pointing)), "bears_on", question)
            codes = ", ".join(pointing)
            said = f"every code for {question} points one way ({codes}): add codes for news to the contrary"
            draft.warn(FILE, line, said)

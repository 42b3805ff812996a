"""What each unit of evidence and each count says to each question, as plain data: for tables, JSON and figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

from foedus.case.types import Bearing, Case, Signal
from foedus.explain.middle import Middle
from foedus.news.counts import Period
from foedus.news.evidence import Unit
from foedus.problem.compile import Compiled
from foedus.problem.types import Contribution, Tally

_MOMENT = dt.timedelta(microseconds=1)  # the end of a day belongs to it
LARGEST = 700.0  # log of a ratio that is still a number


@dataclass(frozen=True)
class Said:
    """Multipliers of one code, or joint ones of several, at the middle of each band; of a line that is absent, 1 - p.

    `since` is the day that leads are counted from, `target` the first and last day that the signal names.
    """

    codes: tuple[str, ...]
    multipliers: dict[str, float]
    absent: bool = False
    since: dt.date | None = None
    target: tuple[dt.date, dt.date] | None = None


@dataclass(frozen=True)
class Reported:
    """Who reported it: letter of the source, number of the report (None: not graded)."""

    source: str
    reliability: str
    credibility: str | None


@dataclass(frozen=True)
class Piece:
    """One unit of evidence, or one count, on one question.

    Attributes
    ----------
    question : str
    seen : date
        Day on which the course was seen, as the row has it; of a count, the last of its period.
    unit : int
        Index into `Problem.units`.
    ids : tuple of str
        Of the rows that bear on the question.
    says : tuple of Said
    reported : tuple of Reported
    telling : float
        At most so many times as likely under one outcome as under another, before credence and after selection.
    counts : float
        Share that caps, tempering and the panel's own reading leave of it.
    weight : float
        Log ratio that is left of it after all that, and after credence.
    lean : float or None
        Which way it points; see `Middle.weigh`.
    notes : tuple of str
        Why it counts less, in words.
    counted, expected : int and float, or None
        Of a count: how many, and how many were to be expected where a multiplier is 1.
    """

    question: str
    seen: dt.date
    unit: int
    ids: tuple[str, ...]
    says: tuple[Said, ...]
    reported: tuple[Reported, ...]
    telling: float
    counts: float
    weight: float
    lean: float | None
    notes: tuple[str, ...] = ()
    counted: int | None = None
    expected: float | None = None


def evidence(case: Case, compiled: Compiled) -> tuple[Piece, ...]:
    """Return what there is on each question in the order of the case, in the order in which it was seen."""
    problem, middle = compiled.problem, Middle(compiled.problem)
    pieces = [_signal(case, compiled, middle, item) for item in problem.contributions]
    pieces += [_count(case, compiled, middle, tally) for tally in problem.tallies if tally.unit >= 0]
    return tuple(sorted(pieces, key=lambda piece: (problem.index[piece.question], piece.seen, piece.unit)))


def _signal(case: Case, compiled: Compiled, middle: Middle, item: Contribution) -> Piece:
    unit, axis = compiled.evidence.units[item.unit], compiled.problem.axes[item.question]
    rows = reports_of(case, unit, axis.id)
    weight, lean = middle.weigh([item])
    return Piece(
        question=axis.id,
        seen=day_of(unit.seen),
        unit=item.unit,
        ids=tuple(dict.fromkeys(row.id for row in rows)),
        says=tuple(_says(case, unit, axis.id)),
        reported=tuple(dict.fromkeys(_reported(case, row.source, row.credibility) for row in rows)),
        telling=exp(min(item.raw_strength, LARGEST)),
        counts=item.exponent,
        weight=weight,
        lean=lean,
        notes=item.notes,
    )


def _count(case: Case, compiled: Compiled, middle: Middle, tally: Tally) -> Piece:
    period: Period = compiled.evidence.counts[tally.unit - len(compiled.evidence.units)]
    bearing = case.codebook.codes[tally.code].bears_on[period.question]
    weight, lean = middle.weigh([tally])
    return Piece(
        question=period.question,
        seen=period.row.last,
        unit=tally.unit,
        ids=(period.row.id,),
        says=(Said((tally.code,), _multipliers(bearing, None)),),
        reported=(_reported(case, period.row.source, None),),
        telling=exp(min(tally.raw_strength, LARGEST)),
        counts=period.share,
        weight=weight,
        lean=lean,
        notes=tally.notes,
        counted=tally.count,
        expected=float(compiled.problem.rates.median[tally.rate] * tally.exposure.sum()),
    )


def reports_of(case: Case, unit: Unit, question: str) -> tuple[Signal, ...]:
    """Return the rows of a unit that bear on a question: of a discrepancy all its lines."""
    if unit.lines:
        return unit.rows
    return tuple(row for row in unit.rows if question in case.codebook.codes[row.code].bears_on)


def _reported(case: Case, source: str, credibility: str | None) -> Reported:
    return Reported(source, case.codebook.sources[source].reliability, credibility)


def _says(case: Case, unit: Unit, question: str) -> Iterator[Said]:
    """Yield the multipliers of everything in a unit that bears on a question; joint ones first."""
    signals = {signal.code: signal for item in unit.items for _, signal in item.options}
    joint: set[str] = set()
    for combination in sorted(case.codebook.combine, key=lambda entry: -len(entry.codes)):
        if set(combination.codes) <= signals.keys() - joint and question in combination.bears_on:
            joint |= set(combination.codes)
            yield Said(combination.codes, _multipliers(combination.bears_on[question], None))
    for code, signal in signals.items():
        bearing = case.codebook.codes[code].bears_on.get(question)
        if bearing is None or code in joint:
            continue
        since = day_of((signal.happened or signal.published).at) if bearing.by == "lead" else None
        target = None
        if bearing.by == "target" and signal.target_to is not None:
            target = signal.target_from or signal.target_to, signal.target_to
        yield Said((code,), _multipliers(bearing, signal), signal.observed == "absent", since, target)


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day of a moment; the end of a day belongs to it."""
    return (moment - _MOMENT).date()


def _multipliers(bearing: Bearing, signal: Signal | None) -> dict[str, float]:
    bands = dict(bearing.multipliers or bearing.probability_present or {})
    if signal is not None and signal.speaker is not None:
        bands |= bearing.by_speaker.get(signal.speaker, {})
    absent = signal is not None and signal.observed == "absent"
    return {key: round(1 - band.middle, 12) if absent else band.middle for key, band in bands.items()}

"""Codes that are looked for everywhere -> a tally a day: what was counted, or the silence of a day without a report.

A period of D days in which n were counted is n ~ P(mean over D days). Its course may change on the way, so each of its
days gives P(n | mean over D days on the course of that day)^(1 / D). That is exact where the course holds all through;
for Poisson counts it is the same as n / D events on every day, and for n = 0 the same as D days of silence.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
from scipy.special import polygamma

from foedus.case.types import Band, Bearing, Case
from foedus.news.counts import Judged, Period
from foedus.news.credence import Z90
from foedus.news.evidence import Evidence
from foedus.problem.axes import zone_of
from foedus.problem.bands import Book, band_of_cell, level_ids
from foedus.problem.contributions import day_number, segments
from foedus.problem.menu import MONTH, rated
from foedus.problem.tally import log_probability
from foedus.problem.types import Axis, Floats, Gammas, Index, Tally

Credence = Callable[[str, str | None], int]


@dataclass(frozen=True)
class Watch:
    """What tallies are made from; `all` makes them."""

    case: Case
    axes: tuple[Axis, ...]
    book: Book
    credence_index: Credence
    credence_medians: Floats
    as_of: dt.datetime
    judged: Judged

    def all(self, evidence: Evidence) -> tuple[tuple[Tally, ...], Gammas, tuple[str, ...]]:
        """Return every tally, the base rates and dispersions they hang on, and sentences on what is silent since when.

        Base rates come first, as `rated` numbers them; then the dispersions of counted codes.
        """
        codes = self.case.codebook.codes
        numbers = [_a_day(band) for name in rated(self.case) if (band := codes[name].base_rate)]
        dispersion: dict[str, int] = {}
        for name in rated(self.case):
            band = codes[name].dispersion
            if band is not None and band.middle > 0:
                dispersion[name] = len(numbers)
                numbers.append(band)
        tallies: list[Tally] = []
        notes: list[str] = []
        for name in rated(self.case):
            if codes[name].kind != "counted":
                silent, note = self._silence(name, evidence)
                tallies += silent
                notes.append(note)
        for unit, period in enumerate(evidence.counts, len(evidence.units)):
            tallies += self._counted(unit, period, dispersion.get(period.row.code, -1))
        return tuple(tallies), _gammas(numbers), tuple(notes)

    def _silence(self, name: str, evidence: Evidence) -> tuple[list[Tally], str]:
        """Days on which a code could have been seen, from the judgments to now, and since when in words."""
        _, question, _ = self._bears_on(name)
        rows = (row for unit in evidence.units for row in unit.rows if row.code == name)
        reports = Counter((row.source, row.credibility) for row in rows)
        r = self.credence_index(*reports.most_common(1)[0][0]) if reports else -1
        zone = zone_of(self.case.file, question)
        out = [self._tally(name, day, exposure, r) for day, exposure in self._exposure(question, zone) if exposure > 0]
        spoke = sorted({end.astimezone(ZoneInfo(zone)).date() for end, _ in self.judged[question]})
        since = f"{spoke[0]}" + (f" to {spoke[-1]}, as each of the panel judged" if len(spoke) > 1 else "")
        return out, f"{name}: its silence counts since {since}"

    def _exposure(self, question: str, zone: str) -> list[tuple[int, float]]:
        """Days until the question is settled, with the part of each that lay open: mean over the panel, by weight.

        To an expert who judged later, the silence before was no news.
        """
        axis, local = self.axes[list(self.case.file.questions).index(question)], ZoneInfo(zone)
        panel = self.judged[question]
        total = sum(weight for _, weight in panel)
        out, day = [], min(spoke for spoke, _ in panel).astimezone(local).date()
        while (start := dt.datetime.combine(day, dt.time(), local)) < self.as_of:
            end = min(start + dt.timedelta(days=1), self.as_of)
            number = (day - axis.opens).days
            if number > _last(axis):
                break
            seconds = [w * max((end - max(start, spoke)).total_seconds(), 0.0) for spoke, w in panel]
            out.append((number, sum(seconds) / total / 86400))
            day += dt.timedelta(days=1)
        return out

    def _counted(self, unit: int, period: Period, dispersion: int) -> list[Tally]:
        """One tally for each day of a period; none where it reaches beyond the day that settled the question."""
        row, code = period.row, self.case.codebook.codes[period.row.code]
        q, question, _ = self._bears_on(row.code)
        axis, zone = self.axes[q], zone_of(self.case.file, question)
        home = ZoneInfo(self.case.file.timezone)
        length = (row.last - row.first).days + 1
        ends = [dt.datetime.combine(row.first + dt.timedelta(days=i + 1), dt.time(), home) for i in range(length)]
        days = [day_number(min(end, row.published.at), zone, axis.opens) for end in ends]
        if days[-1] > _last(axis):
            return []
        r = self.credence_index(row.source, None)
        note = (f"{period.share:.0%} of the panel had not seen it",) if period.share < 1 else ()
        tallies = [
            replace(
                self._tally(row.code, day, float(length), r),
                count=row.count,
                part=period.share / length,
                dispersion=dispersion,
                unit=unit,
                notes=note,
            )
            for day in days
        ]
        alpha = code.dispersion.middle if code.dispersion else 0.0
        strength = self._strength(tallies, alpha, float(self.credence_medians[r]))
        return [replace(tally, strength=strength[0], raw_strength=strength[1]) for tally in tallies]

    def _tally(self, name: str, day: int, exposure: float, credence: int) -> Tally:
        q, question, bearing = self._bears_on(name)
        code = self.case.codebook.codes[name]
        first, keys = self.book.entry(name, bearing, question, None, code.spread, as_written=True)
        cells = first + band_of_cell(bearing.by, keys, self.axes[q], level_ids(self.case, question), day, (0, 0))
        starts: Index = segments([cells[None]], self.axes[q].cells)
        return Tally(q, day, starts, cells[starts], rated(self.case)[name][0], credence, exposure, name)

    def _bears_on(self, name: str) -> tuple[int, str, Bearing]:
        """Place, id and bearing of the one question that an exhaustively covered code bears on."""
        (question, bearing), *_ = self.case.codebook.codes[name].bears_on.items()
        return list(self.case.file.questions).index(question), question, bearing

    def _strength(self, tallies: list[Tally], dispersion: float, r: float) -> tuple[float, float]:
        """Log ratio of the largest to the smallest likelihood of a period at the middle of every band, before shares.

        With its credence, and with a credence of 1.
        """
        axis = self.axes[tallies[0].question]
        out = []
        for trust in (r, 1.0):
            total = np.zeros(axis.cells)
            for tally in tallies:
                m = np.exp(self.book.middle(tally.rows))
                mean = rated(self.case)[tally.code][1] * tally.exposure * (trust * m + 1 - trust)
                value = log_probability(tally.count, mean, dispersion) / len(tallies)
                total += np.repeat(value, np.diff(np.append(tally.starts, axis.cells)))
            held = np.maximum(total[axis.pool > 1e-9], -1e3)
            out.append(float(np.ptp(held)) if len(held) else 0.0)
        return out[0], out[1]


def _last(axis: Axis) -> int:
    """Last day on which there is a course to see."""
    last = axis.cells - 1 if axis.kind == "timing" else axis.decided
    return last if axis.resolved is None else min(last, axis.resolved.day)


def _a_day(month: Band) -> Band:
    return Band(low=month.low / MONTH, middle=month.middle / MONTH, high=month.high / MONTH)


def _gammas(bands: list[Band]) -> Gammas:
    """Bands of positive numbers as gammas with their median, and with the sd that the band has on the log scale.

    The variance of the log of a gamma is trigamma(shape), solved for the shape by Newton steps on its inverse.
    """
    spread = np.array([np.log(b.high / b.low) / (2 * Z90) if b.low < b.high else 0.0 for b in bands])
    uncertain = spread > 0
    variance = np.where(uncertain, spread, 1.0) ** 2
    shape = 0.5 + 1 / variance  # trigamma(k) is close to 1 / (k - 1/2)
    for _ in range(20):
        shape *= 1 + (polygamma(1, shape) / variance - 1) / (-shape * polygamma(2, shape) / polygamma(1, shape))
    return Gammas(np.where(uncertain, shape, np.inf), np.array([b.middle for b in bands]))

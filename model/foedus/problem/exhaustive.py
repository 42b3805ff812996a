"""Codes that are looked for everywhere -> tallies: what was counted in a period, or the silence of a day.

A period of several days is read on the course of its middle day, as if plans had held all through it: exact by the day,
and for longer periods where plans do hold. Against exact sums over all courses of a yes/no question (half-life 45 days,
eight weekly counts, multipliers 0.5 and 2) that was off by 1.0 points on average with 2 Poisson events expected a week
and by 2.1 with 9, at worst of 400 by 9 and by 22 (a week in which plans changed); with a dispersion of 0.5 by 0.7 and
1.0, at worst by 6 and 8. Reading it on the last day, or a share of it on every day, was further off on average.
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
from foedus.problem.cells import day_number, segments
from foedus.problem.menu import MONTH, rated
from foedus.problem.tally import log_presence, log_probability
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
        reports = Counter(
            {who: n for who, n in reports.items() if self.credence_medians[self.credence_index(*who)] > 0}
        )
        r = self.credence_index(*reports.most_common(1)[0][0]) if reports else -1
        zone = zone_of(self.case.file, question)
        out = [
            self._tally(name, {day: exposure}, r) for day, exposure in self._exposure(question, zone) if exposure > 0
        ]
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
        """Tally of a period; none where it reaches beyond the day that settled the question."""
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
        tally = replace(
            self._tally(row.code, {day: float(days.count(day)) for day in days}, r),
            day=days[length // 2],
            count=row.count,
            part=period.share,
            dispersion=dispersion,
            presence=code.count_as == "presence",
            unit=unit,
            notes=(f"{period.share:.0%} of the panel had not seen it",) if period.share < 1 else (),
        )
        alpha = code.dispersion.middle if code.dispersion else 0.0
        own, trusted = (self._strength(tally, alpha, r) for r in (float(self.credence_medians[r]), 1.0))
        return [replace(tally, strength=own, raw_strength=trusted)]

    def _tally(self, name: str, exposure: dict[int, float], credence: int) -> Tally:
        """Tally of none on the first of some days, each with its exposure; days with equal multipliers are one."""
        q, question, bearing = self._bears_on(name)
        code = self.case.codebook.codes[name]
        first, keys = self.book.entry(name, bearing, question, None, code.spread, as_written=True)
        levels = level_ids(self.case, question)
        each = np.array([band_of_cell(bearing.by, keys, self.axes[q], levels, day, (0, 0)) for day in exposure])
        rows, same = np.unique(first + each, axis=0, return_inverse=True)
        times = np.bincount(same.ravel(), weights=list(exposure.values()))
        starts: Index = segments([rows], self.axes[q].cells)
        return Tally(q, min(exposure), starts, rows[:, starts], rated(self.case)[name][0], credence, times, name)

    def _bears_on(self, name: str) -> tuple[int, str, Bearing]:
        """Place, id and bearing of the one question that an exhaustively covered code bears on."""
        (question, bearing), *_ = self.case.codebook.codes[name].bears_on.items()
        return list(self.case.file.questions).index(question), question, bearing

    def _strength(self, tally: Tally, dispersion: float, r: float) -> float:
        """Log ratio of the largest to the smallest likelihood at the middle of every band, with a credence of `r`."""
        m = np.exp(self.book.middle(tally.rows))
        mean = rated(self.case)[tally.code][1] * (tally.exposure @ (r * m + 1 - r))
        held = np.add.reduceat(self.axes[tally.question].pool, tally.starts) > 1e-9
        likelihood = log_presence if tally.presence else log_probability
        likely = np.maximum(likelihood(tally.count, mean, dispersion)[held], -1e3)
        return float(np.ptp(likely)) if len(likely) else 0.0


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
    if not bands:
        return Gammas(np.zeros(0), np.zeros(0))
    spread = np.array([np.log(b.high / b.low) / (2 * Z90) if b.low < b.high else 0.0 for b in bands])
    uncertain = spread > 0
    variance = np.where(uncertain, spread, 1.0) ** 2
    shape = 0.5 + 1 / variance  # trigamma(k) is close to 1 / (k - 1/2)
    for _ in range(20):
        shape *= 1 + (polygamma(1, shape) / variance - 1) / (-shape * polygamma(2, shape) / polygamma(1, shape))
    return Gammas(np.where(uncertain, shape, np.inf), np.array([b.middle for b in bands]))

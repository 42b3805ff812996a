"""When: a quantile dot plot of the date in its density, the prior dashed behind it, and never beside it.

Twenty dots, each one chance in twenty of the date given that it happens. A dot is as large as it is likely: the area
of all dots is that of the curve. They are binned outward from the day the headline is about, so that none straddles it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from foedus.report import words
from foedus.report.figures.canvas import Canvas, Drawing, canvas
from foedus.report.figures.card import Card
from foedus.report.figures.scales import Scale, date_ticks, days_scale
from foedus.report.material import Material, nearest_even
from foedus.report.palette import ACCENT, GREY, INK, PALE_ACCENT, tint
from foedus.results import Estimate, TimingForecast

DOTS = 20
HEIGHT, TOP, BOTTOM = 50.0, 9.0, 5.4
Floats = NDArray[np.float64]
Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Plan:
    """Where the dots go. `bins[i]` is the number of the bin of dot i, counted from the threshold; `width` in days."""

    width: float
    bins: tuple[int, ...]

    @property
    def tallest(self) -> int:
        """The height of the highest stack, in dots."""
        return max(np.bincount(np.array(self.bins) - min(self.bins)).tolist())


def build(material: Material, width: float, extra: float = 0.0) -> Card | None:
    """Return the dot plot of the first question about a date; None where it is settled or there is none."""
    question = material.first_timing
    if question is None or not _open(question):
        return None
    voice, horizon = material.voice, material.forecast.case.file.horizon
    day, estimate = threshold(material, question)
    shown = words.whole(estimate.probability)
    title = material.question_title(question.id)
    happens = 1 - question.never.probability
    low, median, high = (voice.day(_quantile(question, q)) for q in (0.05, 0.5, 0.95))
    values = {"title": title, "horizon": voice.day(horizon)}
    return Card(
        title=voice.text(
            "when_title" if words.key(estimate.probability) else "when_title_number",
            title=title,
            day=voice.day(day),
            word=words.word(estimate.probability, voice.lang),
            p=words.percent(shown),
        ),
        note=voice.text(
            "when_note_illustrative" if material.illustrative else "when_note",
            horizon=voice.day(horizon),
            p=words.percent(words.whole(happens)),
            q=words.percent(words.whole(1 - question.never.prior)),
        ),
        alt=voice.text(
            "when_alt",
            median=median,
            low=low,
            high=high,
            never=words.percent(words.whole(question.never.probability)),
            **values,
        ),
        drawing=_draw(material, question, day, width, HEIGHT + extra),
    )


def _open(question: TimingForecast) -> bool:
    mass = np.asarray(question.mass)
    return bool(mass.sum() > 0.005 and mass.max() < 0.995 * mass.sum())


def threshold(material: Material, question: TimingForecast) -> tuple[dt.date, Estimate]:
    """Return the day the first headline names for this question; else the one whose probability is nearest to even."""
    target = material.target
    if target is not None:
        for match in re.finditer(rf"\b{re.escape(question.id)}\s*<=?\s*(\d{{4}}-\d\d-\d\d)", target.when):
            day = dt.date.fromisoformat(match[1])
            if day in question.by_date:
                return day, question.by_date[day]
    return nearest_even(question)


def _quantile(question: TimingForecast, q: float) -> dt.date:
    """Return a quantile of the date, given that it happens."""
    cumulative = np.cumsum(question.mass)
    place = int(np.searchsorted(cumulative, q * cumulative[-1]))
    return question.days[min(place, len(question.days) - 1)]


def _widths(reach: float) -> Floats:
    """Return widths of a bin to try, the widest first: a whole number of them lies between the start and the edge."""
    if reach <= 0:
        return np.arange(30.0, 0.4, -0.25)
    widths = reach / np.arange(1, max(int(reach / 0.5), 1) + 1)
    return np.asarray(widths[widths <= 30.0])


def plan(question: TimingForecast, start: dt.date, day: dt.date, room: float, mm_per_day: float) -> Plan:
    """Return the widest dots that fit `room` mm of height.

    Parameters
    ----------
    question : TimingForecast
    start : date
        The first day shown; no dot lies before it.
    day : date
        The threshold that no dot may straddle.
    room : float
        Height for the highest stack, in mm.
    mm_per_day : float
        Of the date axis.
    """
    dates = [_quantile(question, (i + 0.5) / DOTS).toordinal() for i in range(DOTS)]
    edge = day.toordinal() + 0.5  # the threshold day itself is before the edge
    share = np.asarray(question.mass) / np.sum(question.mass)
    found = Plan(0.5, tuple(int(np.floor((date - edge) / 0.5)) for date in dates))
    for width in _widths(edge - (start.toordinal() - 0.5)):
        bins = tuple(int(np.floor((date - edge) / width)) for date in dates)
        tried = Plan(float(width), bins)
        peak = DOTS * width * float(_density(share, width).max())  # in dots, as the curve is drawn
        if max(tried.tallest, peak) * width * mm_per_day <= room:
            return tried
    return found


def _density(mass: Floats, width: float) -> Floats:
    """Mass a day, smoothed over about half a dot, none of it spilling before its first day or after its last."""
    spread = max(width / 2.2, 0.5)
    reach = int(np.ceil(3 * spread))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / spread) ** 2)
    there = np.flatnonzero(mass > 0)
    smooth = np.zeros_like(mass)
    inside = np.pad(mass[there[0] : there[-1] + 1], reach, mode="symmetric")
    smooth[there[0] : there[-1] + 1] = np.convolve(inside, kernel / kernel.sum(), mode="valid")
    return smooth


def _period(material: Material, question: TimingForecast) -> tuple[dt.date, dt.date]:
    """From today to where nearly all of the mass has passed, at least six weeks."""
    start = min(material.today, _quantile(question, 0.001))
    prior = np.cumsum(question.prior_mass) / max(float(np.sum(question.prior_mass)), 1e-12)
    late = question.days[min(int(np.searchsorted(prior, 0.97)), len(question.days) - 1)]
    end = max(_quantile(question, 0.995), late, start + dt.timedelta(42)) + dt.timedelta(5)
    return start, end


def _draw(material: Material, question: TimingForecast, day: dt.date, width: float, height: float) -> Drawing:
    start, end = _period(material, question)
    x = replace(days_scale(start, end, 1.0, width - 1.0), low=start.toordinal() - 0.5)  # the whole of the first day
    dots = plan(question, start, day, height - TOP - BOTTOM, x.per_unit)
    size = dots.width * x.per_unit
    base = height - BOTTOM
    # A dot is 1/20 of the mass in a bin of `width` days and is `size` mm high: that fixes mm for a unit of density.
    per_density = size * dots.width * DOTS
    with canvas(width, height) as paper:
        tops = _dots(paper, dots, x, day, size, base)
        _curves(paper, material, question, x, (dots.width, per_density, base), tops)
        _threshold(paper, material, question, dots, x(day.toordinal() + 0.5), base, day)
        paper.line([x.start, x.end], [base, base], INK, 0.6)
        used = x(start) + paper.text(x(start), base + 4.3, material.voice.day(start, short=True))
        paper.line([x(start)] * 2, [base, base + 1.0], GREY, 0.5)
        for tick in date_ticks(start, end, material.voice):
            half = paper.measure(tick.label) / 2
            if tick.label and used + 2 < x(tick.day) - half and x(tick.day) + half < x.end:
                paper.line([x(tick.day)] * 2, [base, base + 1.0], GREY, 0.5)
                paper.text(x(tick.day), base + 4.3, tick.label, anchor="middle")
        return paper.drawing()


def _curves(
    paper: Canvas,
    material: Material,
    question: TimingForecast,
    x: Scale,
    form: tuple[float, float, float],
    tops: Points,
) -> None:
    width, per_density, base = form
    ordinals = [day.toordinal() for day in question.days]
    shown = [i for i, o in enumerate(ordinals) if x.low <= o <= x.high]
    for mass, is_prior in ((question.prior_mass, True), (question.mass, False)):
        share = np.asarray(mass) / max(float(np.sum(mass)), 1e-12)
        density = _density(share, width)
        points = [(x(ordinals[i]), base - per_density * float(density[i])) for i in shown if density[i] > 0]
        if is_prior:
            paper.line([x for x, _ in points], [y for _, y in points], GREY, 0.8, linestyle=(0, (3, 2)), zorder=3)
            _prior_label(paper, material, [*points, *tops])
        else:
            outline = [(points[0][0], base), *points, (points[-1][0], base)]
            paper.polygon(outline, tint(ACCENT, 0.9), zorder=0.5)
            paper.line([x for x, _ in points], [y for _, y in points], ACCENT, 1.0, zorder=2)


def _prior_label(paper: Canvas, material: Material, obstacles: Points) -> None:
    """Name the prior at the right, above all that is drawn there."""
    name = material.voice.text("when_prior_illustrative" if material.illustrative else "when_prior")
    right = paper.width - 1.0
    left = right - paper.measure(name, 7) - 1.0
    y = min(height for at, height in obstacles if at >= left)
    paper.text(right, y - 1.6, name, size=7, anchor="end")


def _dots(paper: Canvas, dots: Plan, x: Scale, day: dt.date, size: float, base: float) -> Points:
    """Draw the dots; return the right and left shoulder of each."""
    edge, stacked, tops = day.toordinal() + 0.5, dict.fromkeys(set(dots.bins), 0), []
    for number in dots.bins:
        centre = x(edge + (number + 0.5) * dots.width)
        height = base - size * (stacked[number] + 0.5)
        stacked[number] += 1
        paper.circle(centre, height, 0.46 * size, ACCENT if number < 0 else PALE_ACCENT, zorder=2.5)
        tops += [(centre - size / 2, height - size / 2), (centre + size / 2, height - size / 2)]
    return tops


def _threshold(
    paper: Canvas, material: Material, question: TimingForecast, dots: Plan, at: float, base: float, day: dt.date
) -> None:
    voice = material.voice
    before = sum(number < 0 for number in dots.bins)
    paper.line([at, at], [1.0, base], INK, 0.7, zorder=3)
    horizon = voice.day(material.forecast.case.file.horizon, short=True)
    lines = [
        (voice.day(day), 8.0, 600, INK),
        (voice.text("when_before", n=before), 7.2, 400, GREY),
        (
            voice.text("when_never", day=horizon, p=words.percent(words.whole(question.never.probability))),
            7.2,
            600,
            INK,
        ),
    ]
    right = at + 1.6 + max(paper.measure(text, size, weight) for text, size, weight, _ in lines) < paper.width
    for i, (text, size, weight, color) in enumerate(lines):
        x = at + 1.6 if right else at - 1.6
        paper.text(x, 3.6 + 3.7 * i, text, anchor="start" if right else "end", size=size, weight=weight, color=color)

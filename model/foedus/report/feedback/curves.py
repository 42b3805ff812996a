"""The curve through what an expert said, twice: as a density, and rising through the stated points."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from foedus.case.types import Timing
from foedus.elicitation.fit import Distribution
from foedus.elicitation.rounds import stated_points
from foedus.elicitation.shapes import Floats
from foedus.report import words
from foedus.report.feedback.speak import Speech
from foedus.report.figures.canvas import Canvas, Drawing, canvas
from foedus.report.figures.card import Card
from foedus.report.figures.scales import Scale, date_ticks, days_scale, number_ticks, spread
from foedus.report.palette import ACCENT, GREY, INK, RULE, tint

HEIGHT, TOP, BOTTOM = 46.0, 4.0, 5.4
_STEPS = 400


@dataclass(frozen=True)
class _Curve:
    """What is drawn: edges [n + 1] on the axis, mass between them [n], atoms, stated points, and what is never."""

    edges: Floats
    mass: Floats
    atoms: tuple[tuple[float, float], ...]
    points: tuple[tuple[float, float, str], ...]  # place on the axis, unconditional probability up to it, label
    never: float
    before: float  # probability below the first edge

    @property
    def upto(self) -> Floats:
        """Probability up to each edge, atoms aside."""
        return np.append(0.0, np.cumsum(self.mass)) + self.before


def cards(speech: Speech, width: float) -> dict[str, Card]:
    """Return the two cards of a quantity or a date; none for levels, or where it can't happen."""
    curve = _curve(speech)
    if curve is None:
        return {}
    voice = speech.voice
    timing = isinstance(speech.reply.question, Timing)
    low, median, high = (speech.value(x) for x in _quantiles(speech))
    points = voice.join([f"{label} {speech.share(p)}" for _, p, label in curve.points], ", ")
    axis = voice.text("fb_axis_days") if timing else speech.unit
    return {
        "density": Card(
            voice.text("fb_density"),
            voice.text("fb_density_note"),
            voice.text("fb_density_alt", axis=axis, low=low, median=median, high=high),
            _density(speech, curve, width),
        ),
        "cumulative": Card(
            voice.text("fb_cumulative"),
            voice.text("fb_cumulative_note_day" if timing else "fb_cumulative_note"),
            voice.text("fb_cumulative_alt", n=len(curve.points), points=points),
            _cumulative(speech, curve, width),
        ),
    }


def _quantiles(speech: Speech) -> list[float]:
    """5, 50 and 95 % points; of days, given that it happens."""
    return [float(x) for x in of_view(speech.reply.view, np.array([0.05, 0.5, 0.95]))]


def of_view(view: Floats | Distribution | None, p: Floats) -> Floats:
    """Return quantiles of what was said; of days their numbers, given that it happens."""
    if isinstance(view, Distribution):
        return view.quantile(p)
    assert view is not None
    upto = np.cumsum(view[:-1])
    return np.asarray(np.searchsorted(upto, p * upto[-1] - 1e-12), dtype=float) + 1


def _curve(speech: Speech) -> _Curve | None:
    reply, view = speech.reply, speech.reply.view
    if view is None or reply.last is None:
        return None
    stated = stated_points(reply.case.file, reply.name, reply.last)
    if isinstance(view, Distribution):
        edges = np.linspace(*_range(view, [x for x, _ in stated]), _STEPS + 1)
        held = np.array([sum(a for v, a in view.atoms if v <= x) for x in edges])
        upto = view.cdf(edges) - held
        points = tuple((x, p, words.quantity(x)) for x, p in stated)
        return _Curve(edges, np.diff(upto), view.atoms, points, 0.0, float(upto[0]))
    if not isinstance(reply.question, Timing) or view[:-1].sum() <= 0:
        return None
    edges = np.arange(0.5, reply.window.n + 1)  # day i lies between i - 1/2 and i + 1/2
    points = tuple(
        (x + 0.5, p, speech.value(x, short=True)) for x, p in stated
    )  # a day ends half a day after its middle
    return _Curve(edges, view[:-1], (), points, float(view[-1]), 0.0)


def _range(view: Distribution, stated: list[float]) -> tuple[float, float]:
    low, high = (float(x) for x in view.quantile([0.01, 0.99]))
    ends = [low, high, *stated, *(v for v, _ in view.atoms)]
    low, high = min(ends), max(ends)
    room = 0.06 * ((high - low) or 1.0)
    return low - room, high + room


def _axis(speech: Speech, curve: _Curve, start: float, end: float) -> Scale:
    if not isinstance(speech.reply.question, Timing):
        return Scale(float(curve.edges[0]), float(curve.edges[-1]), start, end)
    window = speech.reply.window
    scale = days_scale(window.date(1), window.date(window.n), start, end)
    return replace(scale, low=0.5, high=window.n + 0.5)


def _draw_axis(paper: Canvas, speech: Speech, x: Scale, base: float) -> None:
    paper.line([x.start, x.end], [base, base], INK, 0.6)
    if isinstance(speech.reply.question, Timing):
        window = speech.reply.window
        ticks = date_ticks(window.date(1), window.date(window.n), speech.voice)
        marks = [(float(window.number(tick.day)), tick.label) for tick in ticks]
    else:
        marks = [(value, words.quantity(value)) for value in number_ticks(x.low, x.high)]
    used = x.start - 1.0
    for value, label in marks:
        half = paper.measure(label) / 2
        at = min(max(x(value), half), paper.width - half)
        paper.line([x(value)] * 2, [base, base + 1.0], GREY, 0.5)
        if label and at - half > used + 1.5:
            paper.text(at, base + 4.3, label, anchor="middle")
            used = at + half


def _density(speech: Speech, curve: _Curve, width: float) -> Drawing:
    x = _axis(speech, curve, 1.0, width - 1.0)
    base = HEIGHT - BOTTOM
    heights = curve.mass / np.diff(curve.edges)
    tallest = float(heights.max()) or 1.0
    tops = base - (base - TOP - 5.0) * heights / tallest
    with canvas(width, HEIGHT) as paper:
        outline = _steps(curve, x, tops)
        quarter, three = (float(v) for v in of_view(speech.reply.view, np.array([0.25, 0.75])))
        paper.polygon([(outline[0][0], base), *outline, (outline[-1][0], base)], tint(ACCENT, 0.9), zorder=0.5)
        inner = [(min(max(px, x(quarter)), x(three)), py) for px, py in outline if x(quarter) <= px <= x(three)]
        if len(inner) > 1:
            paper.polygon([(inner[0][0], base), *inner, (inner[-1][0], base)], tint(ACCENT, 0.72), zorder=0.6)
        paper.line([p for p, _ in outline], [q for _, q in outline], ACCENT, 1.0, zorder=2)
        for value, held in curve.atoms:
            paper.line([x(value)] * 2, [base, TOP], ACCENT, 2.0, zorder=2.5)
            text = speech.voice.text("fb_density_exactly", value=speech.value(value), p=speech.share(held))
            side = paper.measure(text, 7.2) + x(value) + 1.2 > width
            paper.text(x(value) + (-1.2 if side else 1.2), TOP + 2.4, text, size=7.2, anchor="end" if side else "start")
        if curve.never > 0:
            day = speech.day(speech.reply.window.date(speech.reply.window.n), short=True)
            text = speech.voice.text("fb_density_never", day=day, p=speech.share(curve.never))
            paper.text(width - 1.0, 3.0, text, anchor="end", size=7.4, weight=600, color=INK)
        _draw_axis(paper, speech, x, base)
        return paper.drawing()


def _steps(curve: _Curve, x: Scale, tops: Floats) -> list[tuple[float, float]]:
    """Outline through the middle of each stretch; flat ones keep their corners."""
    middles = (curve.edges[:-1] + curve.edges[1:]) / 2
    points = [(x(float(curve.edges[0])), float(tops[0]))]
    points += [(x(float(m)), float(t)) for m, t in zip(middles, tops, strict=True)]
    return [*points, (x(float(curve.edges[-1])), float(tops[-1]))]


def _cumulative(speech: Speech, curve: _Curve, width: float) -> Drawing:
    x = _axis(speech, curve, 8.0, width - 1.0)
    base = HEIGHT - BOTTOM
    y = Scale(0.0, 1.0, base, TOP)
    with canvas(width, HEIGHT) as paper:
        for share in (0.25, 0.5, 0.75, 1.0):
            paper.line([x.start, x.end], [y(share)] * 2, RULE, 0.5, zorder=0.2)
            paper.text(x.start - 1.4, y(share) + 1.0, f"{100 * share:.0f}%", anchor="end", size=7)
        xs, ys = _rising(curve)
        paper.line([x(v) for v in xs], [y(p) for p in ys], ACCENT, 1.2, zorder=2)
        if curve.never > 0.02:
            top = y(1 - curve.never)
            paper.polygon([(x.start, top), (x.end, top), (x.end, y(1.0)), (x.start, y(1.0))], "#F1F4F8", zorder=0.1)
            if top - y(1.0) > 3.2:
                text = speech.voice.text("fb_never")
                paper.text(x.start + 1.2, (top + y(1.0)) / 2 + 1.0, text, size=7.2, weight=600, color=GREY)
        _points(paper, curve, x, y)
        _draw_axis(paper, speech, x, base)
        return paper.drawing()


def _rising(curve: _Curve) -> tuple[list[float], list[float]]:
    """Corners of the cumulative curve, atoms as jumps."""
    xs, ys = list(map(float, curve.edges)), list(map(float, curve.upto))
    for value, held in curve.atoms:
        at = int(np.searchsorted(xs, value))
        level = float(np.interp(value, xs, ys))
        xs[at:at] = [value, value]
        ys[at:at] = [level, level + held]
        ys[at + 2 :] = [p + held for p in ys[at + 2 :]]
    return xs, ys


def _points(paper: Canvas, curve: _Curve, x: Scale, y: Scale) -> None:
    """Rings on the stated points, each with its value to the right of it or to the left."""
    shown = curve.points if len(curve.points) <= 7 else ()
    heights = spread([y(p) for _, p, _ in shown], [3.4] * len(shown), TOP - 2.0, HEIGHT - BOTTOM)
    for (value, p, label), height in zip(shown, heights, strict=True):
        size = paper.measure(label, 7)
        if (
            y(p) > HEIGHT - BOTTOM - 4.5
        ):  # no room between the curve and the axis: above it, as far left as there is room
            paper.text(max(x(value) - 0.6, x.start + size + 0.6), y(p) - 2.0, label, size=7, anchor="end", color=INK)
            continue
        right = x(value) + 2.0 + size < x.end
        place, height = x(value) + (2.0 if right else -2.0), min(height + 2.4, HEIGHT - BOTTOM - 1.0)
        paper.text(place, height, label, size=7, anchor="start" if right else "end", color=INK)
    for value, p, _ in curve.points:
        paper.circle(x(value), y(p), 1.0, "#FFFFFF", edgecolor=ACCENT, linewidth=1.2, zorder=3)

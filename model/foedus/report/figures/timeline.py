"""How the scenarios went: a line each, the 90 % range of the two leading ones as bands, the movers marked on top."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

from foedus.report import words
from foedus.report.figures.canvas import Canvas, Drawing, canvas
from foedus.report.figures.card import Card
from foedus.report.figures.scales import Scale, date_ticks, days_scale, percent_ticks, spread
from foedus.report.material import NONE_OF_THESE, Material, Outcome
from foedus.report.palette import ACCENT, GREY, INK, RULE
from foedus.report.sections.movers import largest

if TYPE_CHECKING:
    from foedus.explain.timeline import TimelinePoint

HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 54.0, 9.0, 5.0, 9.0, 50.0
LEADING = 2
TURN = 5.0  # points between two days that make a turn worth the headline
LINE = 3.7  # mm between direct labels


def build(material: Material, width: float, extra: float = 0.0) -> Card | None:
    """Return the timeline; None with fewer than two points or no scenarios."""
    if len(_points(material)) < 2 or not material.scenarios:
        return None
    voice, rows = material.voice, material.scenarios
    start, end = _days(material)[0], _days(material)[-1]
    courses = [
        voice.text(
            "timeline_value",
            title=row.title,
            p=words.percent(words.whole(_course(material, row, "probability")[0] / 100)),
            q=words.percent(row.shown),
        )
        for row in rows
    ]
    return Card(
        title=_finding(material),
        note=voice.text("timeline_note"),
        alt=voice.text(
            "timeline_alt", n=len(rows), start=voice.day(start), end=voice.day(end), values=voice.join(courses)
        ),
        drawing=_draw(material, width, HEIGHT + extra),
    )


def _finding(material: Material) -> str:
    """Return the sharpest turn of the scenario that leads now, where it took one; else how it went from the start."""
    voice, days = material.voice, _days(material)
    named = [row for row in material.scenarios if row.id != NONE_OF_THESE]
    first = max(named, key=lambda row: row.estimate.probability)
    course = _course(material, first, "probability")
    size, i = max((abs(b - a), i) for i, (a, b) in enumerate(pairwise(course)))
    if size >= TURN and len(days) > 2:
        p, q = (words.percent(words.whole(value / 100)) for value in course[i : i + 2])
        start, end = voice.day(days[i]), voice.day(days[i + 1])
        return voice.text("timeline_jump", first=first.title, day=start, end=end, p=p, q=q)
    change = first.estimate.probability - course[0] / 100
    gap = words.whole(abs(change))
    form = "timeline_flat" if gap == 0 else "timeline_up" if change > 0 else "timeline_down"
    values = {"first": first.title, "day": voice.day(days[0]), "p": words.percent(first.shown), "n": gap}
    return voice.text(form, s="" if gap == 1 else "s", **values)


def _points(material: Material) -> list[TimelinePoint]:
    """Return the last point of every civil day."""
    by_day = {_day(material, point): point for point in material.explanation.timeline}
    return list(by_day.values())


def _day(material: Material, point: TimelinePoint) -> dt.date:
    return material.voice.civil(point.as_of)


def _days(material: Material) -> list[dt.date]:
    return [_day(material, point) for point in _points(material)]


def _course(material: Material, row: Outcome, field: str) -> list[float]:
    """Percentages of one outcome on every day; the last is the forecast itself."""
    estimates = [point.estimates[row.id] for point in _points(material)]
    return [100 * float(getattr(estimate, field)) for estimate in estimates]


def _draw(material: Material, width: float, height: float) -> Drawing:
    rows = material.scenarios
    ranked = sorted((row for row in rows if row.id != NONE_OF_THESE), key=lambda row: -row.estimate.probability)
    leading = ranked[:LEADING]
    tops = [max(_course(material, row, "high")) for row in leading]
    tops += [max(_course(material, row, "probability")) for row in rows]
    days = _days(material)
    last = days[-1] if days[-1] > days[0] else days[0] + dt.timedelta(1)
    y = Scale(0, min(100, 1.04 * max(tops)), height - BOTTOM, TOP)
    x = days_scale(days[0], last, LEFT, width - RIGHT)
    with canvas(width, height) as paper:
        _axes(paper, material, x, y, (days[0], last))
        xs = [x(day) for day in days]
        for row in reversed(leading):
            low, high = ([y(v) for v in _course(material, row, name)] for name in ("low", "high"))
            paper.polygon(
                [*zip(xs, low, strict=True), *reversed([*zip(xs, high, strict=True)])], row.color.fill, alpha=0.2
            )
        for row in reversed([*ranked, *(row for row in rows if row.id == NONE_OF_THESE)]):
            _line(paper, material, row, xs, y, thick=row in leading)
        _movers(paper, material, x, y)
        _names(paper, rows, xs[-1], y)
        return paper.drawing()


def _axes(paper: Canvas, material: Material, x: Scale, y: Scale, period: tuple[dt.date, dt.date]) -> None:
    ticks = percent_ticks(0, y.high)
    for value in ticks:
        paper.line([LEFT, x.end], [y(value)] * 2, RULE if value else GREY, 0.5, zorder=0.4)
        unit = "%" if value == ticks[-1] else ""
        paper.text(LEFT - 3.2 + (2.2 if unit else 0), y(value) + 0.9, f"{value}{unit}", anchor="end")
    room = paper.text(
        x.end, y(0) + 4.2, material.voice.day(period[1], short=True), anchor="middle", weight=600, color=INK
    )
    for tick in date_ticks(*period, material.voice):
        paper.line([x(tick.day)] * 2, [y(0), y(0) + 1.0], GREY, 0.5)
        if tick.label and x(tick.day) + (paper.measure(tick.label) + room) / 2 + 2 < x.end:
            paper.text(x(tick.day), y(0) + 4.2, tick.label, anchor="start" if x(tick.day) < LEFT + 4 else "middle")


def _line(paper: Canvas, material: Material, row: Outcome, xs: list[float], y: Scale, *, thick: bool) -> None:
    ys = [y(value) for value in _course(material, row, "probability")]
    style = {"linestyle": (0, (2, 1.4))} if row.id == NONE_OF_THESE else {}
    color = row.color.outline
    paper.line(xs, ys, color, 1.9 if thick else 1.2, **style)
    for at, height in zip(xs[:-1], ys[:-1], strict=True):
        paper.circle(at, height, 0.6 if thick else 0.45, color, linewidth=0.4, edgecolor="#FFFFFF", zorder=3)
    paper.circle(xs[-1], ys[-1], 0.85, color, linewidth=0.7, edgecolor="#FFFFFF", zorder=4)


def _movers(paper: Canvas, material: Material, x: Scale, y: Scale) -> None:
    """Numbered marks of the movers, as in the table of page 1."""
    steps = [(i, step) for i, step in enumerate(largest(material)) if step.kind == "signal"]
    at = [min(max(x(step.day), x.start), x.end) for _, step in steps]
    places = spread(at, [4.6] * len(at), x.start, x.end + 2)
    for (i, _), day, place in zip(steps, at, places, strict=True):
        paper.line([day, day, place], [y(0), TOP - 1.2, TOP - 3.2], ACCENT, 0.5, zorder=1.5)
        paper.circle(place, TOP - 5.0, 1.9, ACCENT)
        paper.text(place, TOP - 4.1, str(i + 1), anchor="middle", size=7, weight=700, color="#FFFFFF")


def _names(paper: Canvas, rows: list[Outcome], end: float, y: Scale) -> None:
    """Value and name at the end of each line, moved apart, with a hair line where they moved far."""
    wanted = [y(100 * row.estimate.probability) for row in rows]
    places = spread(wanted, [LINE] * len(rows), TOP - 2, y.start + 1.5)
    for row, at, place in zip(rows, wanted, places, strict=True):
        if abs(place - at) > 1.2:
            paper.line([end + 1.3, end + 2.6, end + 3.4], [at, place, place], RULE, 0.5)
        paper.text(end + 10.5, place + 0.95, words.percent(row.shown), anchor="end", weight=600, color=row.color.text)
        name = row.title if row.letter == "–" else f"{row.letter} {row.title}"
        paper.text(end + 11.8, place + 0.95, paper.fit(name, RIGHT - 12), color=row.color.text)

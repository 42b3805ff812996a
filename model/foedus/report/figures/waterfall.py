"""From prior to now: each step of the explained proposition, in order of time, adding up exactly."""

from __future__ import annotations

from dataclasses import dataclass

from foedus.report import words
from foedus.report.figures.canvas import Canvas, Drawing, canvas
from foedus.report.figures.card import Card
from foedus.report.figures.scales import Scale, percent_ticks
from foedus.report.material import Material
from foedus.report.palette import ACCENT, DOWN, GREY, INK, RULE, UP
from foedus.report.sections.movers import day_of, label, largest, source_name
from foedus.report.voice import User, Voice

ROW, TOP, NAMES, INDENT = 4.9, 6.5, 84.0, 5.4
STEPS = 8  # the largest; the rest are one row


@dataclass(frozen=True)
class Rung:
    """One row: from where to where, in percent."""

    mark: str
    name: User
    source: User
    date: str
    start: float
    end: float


def build(material: Material, width: float, _extra: float = 0.0) -> Card | None:
    """Return the waterfall; None where nothing is explained or nothing moved."""
    target, voice = material.target, material.voice
    if target is None or not largest(material):
        return None
    rungs = ladder(material)
    top = max(largest(material), key=lambda step: abs(step.effects[target.id]))
    names = [
        voice.text("waterfall_alt_step", label=rung.name, effect=voice.signed(rung.end - rung.start)) for rung in rungs
    ]
    ends = {"p": words.percent(words.whole(target.estimate.prior)), "q": words.percent(_now(material))}
    return Card(
        title=voice.text(
            "waterfall_title", label=label(material, top, 60), effect=voice.signed(100 * top.effects[target.id])
        ),
        note=voice.text("waterfall_note", title=target.title),
        alt=voice.text("waterfall_alt", title=target.title, steps=voice.join(names), **ends),
        drawing=_draw(material, rungs, width),
    )


def _now(material: Material) -> int:
    target = material.target
    shown = {row.id: row.shown for row in material.scenarios}
    return shown.get(target.id, words.whole(target.estimate.probability)) if target is not None else 0


def ladder(material: Material) -> list[Rung]:
    """Return the rows between prior and now: the largest steps in order of time, then the rest in one."""
    target, voice, steps = material.target, material.voice, material.explanation.steps
    if target is None:
        return []
    effects = [100 * step.effects.get(target.id, 0.0) for step in steps]
    keep = set(sorted(range(len(steps)), key=lambda i: -abs(effects[i]))[:STEPS])
    marks = {id(step): str(i) for i, step in enumerate(largest(material), start=1)}
    rungs, at = [], 100 * target.estimate.prior
    for i, step in enumerate(steps):
        if i in keep and abs(effects[i]) >= 0.05:
            name, source = label(material, step, 90), source_name(material, step)
            rungs.append(Rung(marks.get(id(step), ""), name, source, day_of(material, step), at, at + effects[i]))
            at += effects[i]
    left = [i for i in range(len(steps)) if i not in keep or abs(effects[i]) < 0.05]
    now = 100 * target.estimate.probability  # the last row takes what Monte Carlo error leaves
    if left or abs(now - at) >= 0.05:
        many = "waterfall_other" if len(left) == 1 else "waterfall_others"
        name = voice.text(many, n=len(left)) if left else voice.text("movers_noise")
        rungs.append(Rung("", name, User(""), "", at, now))
    return rungs


def _draw(material: Material, rungs: list[Rung], width: float) -> Drawing:
    voice = material.voice
    ends = [value for rung in rungs for value in (rung.start, rung.end)]
    low, high = max(0.0, min(ends) - 4), min(100.0, max(ends) + 4)
    x = Scale(low, high, NAMES + 16, width - (10 if words.settled(rungs[-1].end / 100) is None else 20))
    rows = len(rungs) + 2
    with canvas(width, TOP + ROW * rows + 1) as paper:
        for value in (ticks := percent_ticks(low, high, 8)):
            paper.line([x(value)] * 2, [TOP - 0.5, TOP + ROW * rows], RULE, 0.5)
            paper.text(x(value), TOP - 2, f"{value}%" if value == ticks[-1] else str(value), anchor="middle")
        _end(paper, voice, x, 0, (rungs[0].start, _start_name(material), GREY))
        for i, rung in enumerate(rungs, start=1):
            _rung(paper, x, i, rung, voice)
        _end(paper, voice, x, rows - 1, (rungs[-1].end, voice.text("waterfall_end"), ACCENT))
        return paper.drawing()


def _start_name(material: Material) -> str:
    return material.voice.text("waterfall_start_illustrative" if material.illustrative else "waterfall_start")


def _value(voice: Voice, probability: float) -> str:
    settled = words.settled(probability)
    if settled is None:
        return words.percent(words.whole(probability))
    return voice.text("settled_yes" if settled else "settled_no")


def _end(paper: Canvas, voice: Voice, x: Scale, row: int, end: tuple[float, str, str]) -> None:
    value, name, color = end
    middle = TOP + ROW * (row + 0.5)
    at = x(value)
    paper.polygon([(at - 1.3, middle), (at, middle - 1.3), (at + 1.3, middle), (at, middle + 1.3)], color, zorder=3)
    paper.text(INDENT, middle + 0.95, name, weight=600, color=INK, size=7.6)
    shown = _value(voice, value / 100)
    paper.text(at + 2.2, middle + 0.95, shown, weight=600, color=ACCENT if color == ACCENT else GREY)


def _rung(paper: Canvas, x: Scale, row: int, rung: Rung, voice: Voice) -> None:
    top, middle = TOP + ROW * row, TOP + ROW * (row + 0.5)
    start, end = x(rung.start), x(rung.end)
    paper.line([start, start], [top - ROW / 2 + 1.2, middle], GREY, 0.4)
    paper.line([end, end], [middle, top + ROW + ROW / 2 - 1.2], GREY, 0.4)
    color = UP if rung.end >= rung.start else DOWN
    left = min(start, end)
    paper.rectangle(left, top + 0.9, max(abs(end - start), 0.3), ROW - 1.8, color, zorder=2)
    if rung.mark:
        paper.circle(1.85, middle, 1.85, ACCENT)
        paper.text(1.85, middle + 0.9, rung.mark, anchor="middle", size=7, weight=700, color="#FFFFFF")
    room = NAMES + 4 - (paper.text(NAMES + 4, middle + 0.95, rung.date, anchor="end") + 2.0 if rung.date else 0.0)
    name = paper.fit(rung.name, room - INDENT, size=7.6)
    used = INDENT + paper.text(INDENT, middle + 0.95, name, color=INK, size=7.6) + 2.0
    if rung.source and used + paper.measure(rung.source) < room:
        paper.text(used, middle + 0.95, rung.source)
    effect = voice.signed(rung.end - rung.start)
    outside = end >= start
    paper.text(
        end + (1.2 if outside else -1.2), middle + 0.95, effect, anchor="start" if outside else "end", color=color
    )

"""Which level: stacked bars now, in the prior, and if the first date slips past the end of next month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from foedus.report import words
from foedus.report.figures.canvas import Canvas, Drawing, canvas
from foedus.report.figures.card import Card
from foedus.report.figures.scales import spread
from foedus.report.material import NOT_APPLICABLE, Material, Outcome
from foedus.report.palette import GREY, INK
from foedus.report.voice import clip
from foedus.results import LevelsForecast

BAR, STEP, ROW = 6.6, 13.2, 3.7
MOVED = 3  # points by which a level has to move to be the finding


@dataclass(frozen=True)
class Bar:
    """One row of the stack: probabilities of the levels, and whole percentages that sum to 100."""

    label: str
    parts: list[float]
    strong: bool

    @property
    def shown(self) -> list[int]:
        """The parts as they are printed."""
        return words.whole_to_100(self.parts)

    @property
    def forced(self) -> bool:
        """Whether a part is not printed as it would round on its own."""
        return self.shown != [words.whole(part) for part in self.parts]


def build(material: Material, width: float, _extra: float = 0.0) -> Card | None:
    """Return the stacked bars of the first question with levels; None where there is none."""
    question = material.first_levels
    if question is None:
        return None
    levels = material.levels(question)
    bars, slip = _bars(material, question, levels)
    title = material.question_title(question.id)
    voice = material.voice
    rows = [voice.text("levels_alt_row", row=bar.label, parts=voice.join(_parts(levels, bar), ", ")) for bar in bars]
    return Card(
        title=_finding(material, question, levels, bars, slip),
        note=voice.text("levels_note_rounded" if any(bar.forced for bar in bars) else "levels_note", title=title),
        alt=voice.text("levels_alt", title=title, rows=voice.join(rows)),
        drawing=_draw(levels, bars, width),
    )


def _parts(levels: list[Outcome], bar: Bar) -> list[str]:
    return [f"{level.title} {words.number(n)}" for level, n in zip(levels, bar.shown, strict=True)]


def _bars(material: Material, question: LevelsForecast, levels: list[Outcome]) -> tuple[list[Bar], dt.date | None]:
    voice = material.voice
    prior = voice.text("levels_prior_illustrative" if material.illustrative else "levels_prior")
    bars = [
        Bar(
            voice.text("levels_now", day=voice.day(material.today)),
            [level.estimate.probability for level in levels],
            strong=True,
        ),
        Bar(prior, [level.estimate.prior for level in levels], strong=False),
    ]
    timing = material.first_timing
    day = _end_of_next_month(material.today)
    if timing is None or day >= material.forecast.case.file.horizon:
        return bars, None
    late = f"not ({timing.id} <= {day.isoformat()})"
    if not 0.005 < material.forecast.probability(late) < 0.995:
        return bars, None
    given = [material.forecast.probability(_when(question, level), given=late) for level in levels]
    label = voice.text("levels_slip", title=material.question_title(timing.id, 36), day=voice.day(day))
    return [*bars, Bar(label, given, strong=False)], day


def _when(question: LevelsForecast, level: Outcome) -> str:
    """Return a level as the `when` language reads it; yes and no stand in quotes."""
    if level.id == NOT_APPLICABLE:
        return f"{question.id} is not applicable"
    return f'{question.id} == "{level.id}"' if level.id in {"yes", "no"} else f"{question.id} == {level.id}"


def _end_of_next_month(today: dt.date) -> dt.date:
    first = today.replace(day=1)
    for _ in range(2):
        first = (first + dt.timedelta(32)).replace(day=1)
    return first - dt.timedelta(1)


def _finding(
    material: Material, question: LevelsForecast, levels: list[Outcome], bars: list[Bar], slip: dt.date | None
) -> str:
    voice = material.voice
    if slip is not None:
        shifts = [100 * (late - now) for late, now in zip(bars[-1].parts, bars[0].parts, strict=True)]
        i = max(range(len(shifts)), key=lambda i: abs(shifts[i]))
        if abs(shifts[i]) >= MOVED:
            p, q = words.percent(bars[0].shown[i]), words.percent(bars[-1].shown[i])
            return voice.text("levels_moved", day=voice.day(slip), level=levels[i].title, p=p, q=q)
    first = max(levels, key=lambda level: level.estimate.probability)
    title = material.question_title(question.id)
    return voice.text("levels_leads", title=title, level=first.title, p=words.percent(first.shown))


def _draw(levels: list[Outcome], bars: list[Bar], width: float) -> Drawing:
    with canvas(width, 100) as probe:
        rows, places, names = _header(probe, levels, bars[0], width)
    top = ROW * (max(rows) + 1) + 1.6
    with canvas(width, top + STEP * len(bars) - 2.0) as paper:
        for level, row, place, name in zip(levels, rows, places, names, strict=True):
            paper.text(place, ROW * (row + 1) - 0.9, name, anchor="middle", size=7, weight=600, color=level.color.text)
        for i, bar in enumerate(bars):
            _bar(paper, levels, bar, top + STEP * i, width)
        return paper.drawing()


def _header(paper: Canvas, levels: list[Outcome], bar: Bar, width: float) -> tuple[list[int], list[float], list[str]]:
    """Names over the first bar: in one line if they fit, else in two or three, each moved apart."""
    names = [clip(level.title, 26) for level in levels]
    narrow = [width * share / 100 < paper.measure(words.number(share), 8, 600) + 1 for share in bar.shown]
    names = [
        f"{name} {words.number(n)}" if thin else name for name, n, thin in zip(names, bar.shown, narrow, strict=True)
    ]
    sizes = [paper.measure(name, 7, 600) + 2 for name in names]
    starts = [sum(bar.shown[:i]) for i in range(len(levels))]
    wanted = [width * (start + share / 2) / 100 for start, share in zip(starts, bar.shown, strict=True)]
    for count in range(1, len(levels) + 1):
        lines = [[i for i in range(len(levels)) if i % count == line] for line in range(count)]
        if all(sum(sizes[i] for i in line) <= width + 2 for line in lines):
            break
    rows, places = [0] * len(levels), [0.0] * len(levels)
    for number, line in enumerate(lines):
        found = spread([wanted[i] for i in line], [sizes[i] for i in line], -1.0, width + 1.0)
        for i, place in zip(line, found, strict=True):
            rows[i], places[i] = count - 1 - number, place
    return rows, places, names


def _bar(paper: Canvas, levels: list[Outcome], bar: Bar, top: float, width: float) -> None:
    at = 0.0
    for level, share in zip(levels, bar.shown, strict=True):
        size = width * share / 100
        if size > 0.3:
            paper.rectangle(at + 0.15, top, size - 0.3, BAR, level.color.fill)
        text = words.number(share)
        if paper.measure(text, 8, 600) + 1.0 < size:
            paper.text(at + size / 2, top + 4.3, text, anchor="middle", size=8, weight=600, color=level.color.on)
        at += size
    weight, color = (600, INK) if bar.strong else (400, GREY)
    paper.text(0, top + BAR + 3.2, bar.label, size=7.4, weight=weight, color=color)

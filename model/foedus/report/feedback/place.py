"""An expert's place among the others, who stand without names: intervals of a date or number, or chances of levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foedus.case.types import Timing
from foedus.elicitation.fit import Distribution
from foedus.elicitation.shapes import Floats
from foedus.report import words
from foedus.report.feedback.curves import of_view
from foedus.report.feedback.reply import View, mixture_quantile, pooled
from foedus.report.feedback.speak import Speech
from foedus.report.figures.canvas import Canvas, Drawing, canvas
from foedus.report.figures.card import Card
from foedus.report.figures.scales import Scale, date_ticks, number_ticks
from foedus.report.palette import ACCENT, GREY, INK, PALE_ACCENT, RULE

ROW, LABEL, MOST = 4.4, 17.0, 14
CLOSE = 2  # days, or points, within which two judgments are the same
_P = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


@dataclass(frozen=True, eq=False)
class _Line:
    """One judgment: five quantiles, never, and what it is called."""

    at: Floats
    never: float
    label: str
    kind: str  # you | other | pool


def card(speech: Speech, width: float) -> Card | None:
    """Return the place of this reply; None where nothing was said without a condition."""
    view = speech.reply.view
    if view is None:
        return None
    if speech.levels:
        return _levels(speech, np.asarray(view), width)
    lines = _lines(speech)
    return None if lines is None else _intervals(speech, lines, width)


# -- dates and numbers ---------------------------------------------------------------------------


def _lines(speech: Speech) -> list[_Line] | None:
    """You, the others by their median, the pool; at most so many as can be told apart."""
    everyone = speech.reply.everyone
    if any(isinstance(view, np.ndarray) and view[:-1].sum() <= 0 for view in everyone[:1]):
        return None
    you = _line(everyone[0], speech.voice.text("fb_you"), "you")
    able = [view for view in everyone[1:] if not isinstance(view, np.ndarray) or view[:-1].sum() > 0]
    others = sorted((_line(view, "", "other") for view in able), key=lambda line: float(line.at[2]))
    kept = others if len(others) <= MOST else [others[round(i)] for i in np.linspace(0, len(others) - 1, MOST)]
    lines = sorted([you, *kept], key=lambda line: float(line.at[2]))
    return lines if not others else [*lines, _pool(speech)]


def _line(view: View, label: str, kind: str) -> _Line:
    never = 0.0 if isinstance(view, Distribution) else float(view[-1])
    return _Line(of_view(view, _P), never, label, kind)


def _pool(speech: Speech) -> _Line:
    label, cells = speech.voice.text("fb_panel"), pooled(speech.reply)
    if cells is not None:
        return _line(cells, label, "pool")
    views = [view for view in speech.reply.everyone if isinstance(view, Distribution)]
    return _Line(mixture_quantile(views, speech.reply.weights, _P), 0.0, label, "pool")


def _intervals(speech: Speech, lines: list[_Line], width: float) -> Card:
    voice, timing = speech.voice, isinstance(speech.reply.question, Timing)
    you = next(line for line in lines if line.kind == "you")
    pool = lines[-1]
    alt = voice.text(
        "fb_place_alt",
        n=len(speech.reply.others),
        own=speech.value(float(you.at[2])),
        pool=speech.value(float(pool.at[2])),
    )
    note = voice.text("fb_place_note_never" if timing else "fb_place_note") if speech.reply.others else ""
    return Card(_finding(speech, you, pool), note, alt, _draw(speech, lines, width))


def _finding(speech: Speech, you: _Line, pool: _Line) -> str:
    voice = speech.voice
    if pool.kind != "pool":
        return voice.text("fb_place_alone")
    gap = float(you.at[2] - pool.at[2])
    if isinstance(speech.reply.question, Timing):
        if abs(gap) <= CLOSE:
            return voice.text("fb_place_same")
        return voice.text("fb_place_earlier" if gap < 0 else "fb_place_later", n=f"{abs(gap):.0f}")
    if abs(gap) <= 1e-9 * (1 + abs(float(pool.at[2]))) or words.quantity(abs(gap)) == "0":
        return voice.text("fb_place_equal")
    return voice.text("fb_place_below" if gap < 0 else "fb_place_above", n=words.quantity(abs(gap)))


def _draw(speech: Speech, lines: list[_Line], width: float) -> Drawing:
    timing = isinstance(speech.reply.question, Timing)
    right = 13.0 if timing else 2.0
    low, high = min(float(line.at[0]) for line in lines), max(float(line.at[-1]) for line in lines)
    room = 0.03 * ((high - low) or 1.0)
    x = Scale(low - room, high + room, LABEL, width - right)
    height = ROW * len(lines) + 8.0
    with canvas(width, height) as paper:
        base = ROW * len(lines) + 2.4
        _axis(paper, speech, x, base)
        for i, line in enumerate(lines):
            _strip(paper, speech, line, x, ROW * (i + 0.5) + 0.8, width if timing else 0.0)
        return paper.drawing()


def _strip(paper: Canvas, speech: Speech, line: _Line, x: Scale, y: float, never_at: float) -> None:
    color = {"you": ACCENT, "other": PALE_ACCENT, "pool": INK}[line.kind]
    weight = 400 if line.kind == "other" else 600
    low, quarter, middle, three, high = (x(float(v)) for v in line.at)
    paper.line([low, high], [y, y], color, 0.9)
    paper.line([quarter, three], [y, y], color, 3.6)
    paper.line([middle] * 2, [y - 1.5, y + 1.5], "#FFFFFF", 2.2, zorder=2.5)
    paper.line([middle] * 2, [y - 1.5, y + 1.5], color if line.kind != "other" else GREY, 1.2, zorder=3)
    text = INK if line.kind == "pool" else ACCENT
    if line.label:
        paper.text(0.0, y + 1.0, line.label, size=7.6, weight=600, color=text)
    if never_at:
        shown = speech.share(line.never)
        paper.text(
            never_at, y + 1.0, shown, anchor="end", size=7.4, weight=weight, color=GREY if weight == 400 else text
        )


def _axis(paper: Canvas, speech: Speech, x: Scale, base: float) -> None:
    if isinstance(speech.reply.question, Timing):
        window = speech.reply.window
        first, last = window.date(max(round(x.low), 1)), window.date(round(x.high))
        marks = [(float(window.number(t.day)), t.label) for t in date_ticks(first, last, speech.voice)]
    else:
        marks = [(value, words.quantity(value)) for value in number_ticks(x.low, x.high, 8)]
    used = x.start - 3.0
    for value, label in marks:
        half = paper.measure(label) / 2
        if x.start <= x(value) <= x.end:
            paper.line([x(value)] * 2, [0.8, base], RULE, 0.5, zorder=0.1)
            if label and x(value) - half > used + 1.5:
                paper.text(x(value), base + 4.3, label, anchor="middle")
                used = x(value) + half
    paper.line([x.start, x.end], [base, base], INK, 0.6)
    if isinstance(speech.reply.question, Timing):
        paper.text(paper.width, base + 4.3, speech.voice.text("fb_never"), anchor="end")


# -- levels --------------------------------------------------------------------------------------


def _levels(speech: Speech, own: Floats, width: float) -> Card:
    voice, pool = speech.voice, pooled(speech.reply)
    assert pool is not None
    alone = not speech.reply.others
    shown, panel = words.whole_to_100(own.tolist()), words.whole_to_100(pool.tolist())
    parts = [
        voice.text("fb_place_alt_level", level=speech.level(k), p=words.percent(shown[k]), q=words.percent(panel[k]))
        for k in range(len(own))
    ]
    gaps = np.array(shown) - np.array(panel)
    at = int(np.argmax(np.abs(gaps)))
    key = "fb_place_more" if gaps[at] > 0 else "fb_place_less"
    if alone:
        title = voice.text("fb_place_alone")
    elif abs(int(gaps[at])) <= CLOSE:
        title = voice.text("fb_place_close", n=CLOSE)
    else:
        title = voice.text(key, level=speech.level(at), n=abs(int(gaps[at])))
    alt = voice.text("fb_place_alt_levels", parts=voice.join(parts))
    note = "" if alone else voice.text("fb_place_note_levels")
    return Card(title, note, alt, _draw_levels(speech, own, pool, shown, width))


def _draw_levels(speech: Speech, own: Floats, pool: Floats, shown: list[int], width: float) -> Drawing:
    step, bar = 9.4, 4.2
    others = [np.asarray(view) for view in speech.reply.others]
    top = max(float(own.max()), float(pool.max()), *(float(view.max()) for view in others), 0.05) * 1.04
    names = [speech.level(k) for k in range(len(own))]
    with canvas(width, step * len(own) + 6.0) as paper:
        label = min(max(paper.measure(name, 8) for name in names) + 3.0, 0.4 * width)
        x = Scale(0.0, top, label, width - 12.0)
        base = step * len(own)
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            if share <= top:
                paper.line([x(share)] * 2, [0.8, base], RULE, 0.5, zorder=0.1)
                paper.text(x(share), base + 4.3, f"{100 * share:.0f}%", anchor="middle")
        paper.line([x.start] * 2, [0.8, base], INK, 0.6, zorder=3)
        for k, name in enumerate(names):
            y = step * (k + 0.5)
            paper.text(0.0, y + 1.1, paper.fit(name, label - 2.0, 8), size=8, color=INK)
            paper.rectangle(x.start, y - bar / 2, max(x(float(own[k])) - x.start, 0.0), bar, ACCENT, zorder=1)
            for i, view in enumerate(sorted(others, key=lambda view: float(view[k]))):
                lift = (i % 2 - 0.5) * 0.9 if len(others) > 1 else 0.0
                paper.circle(x(float(view[k])), y + lift, 0.75, "#FFFFFF", edgecolor=GREY, linewidth=0.8, zorder=2)
            if others:
                paper.line([x(float(pool[k]))] * 2, [y - bar / 2 - 1.0, y + bar / 2 + 1.0], "#FFFFFF", 2.4, zorder=2.4)
                paper.line([x(float(pool[k]))] * 2, [y - bar / 2 - 1.0, y + bar / 2 + 1.0], INK, 1.2, zorder=2.5)
            paper.text(width, y + 1.1, words.percent(shown[k]), anchor="end", size=8, weight=600, color=ACCENT)
        return paper.drawing()

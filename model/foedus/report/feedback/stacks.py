"""What an expert said under conditions: a stacked bar of levels for each, or a line of words for dates and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from foedus.case.types import Timing
from foedus.elicitation.fit import Distribution
from foedus.elicitation.shapes import Floats
from foedus.report import words
from foedus.report.feedback.curves import of_view
from foedus.report.feedback.reply import pooled
from foedus.report.feedback.speak import Speech
from foedus.report.figures.canvas import Canvas, Drawing, canvas
from foedus.report.figures.card import Card
from foedus.report.palette import GREY, INK, RESIDUAL, OutcomeColor, outcome_color, tint

BAR, NARROW, STEP, HEAD = 5.0, 1.3, 13.0, 6.0
MOST = 7  # conditions that are drawn
LONGEST = 172.0  # mm of a line of text: labels are set in boxes of 180


@dataclass(frozen=True, eq=False)
class _Row:
    """A condition, what the expert said under it, and the mean of all who said something."""

    label: str
    own: Floats
    mean: Floats | None


def card(speech: Speech, width: float) -> Card | None:
    """Return the bars of a question with levels; None where it has none, or nothing was said under a condition."""
    reply = speech.reply
    if not speech.levels or not reply.conditional:
        return None
    voice = speech.voice
    rows: list[_Row] = []
    if reply.plain is not None:
        named = "fb_otherwise" if reply.parent else "fb_without"
        rows.append(_Row(voice.text(named), np.asarray(reply.plain), None if reply.parent else pooled(reply)))
    for given, said in reply.conditional.items():
        if said.fitted is not None:
            label = voice.text("fb_if", condition=speech.condition(given))
            rows.append(_Row(label, np.asarray(said.fitted.says), reply.everywhere.get(given)))
    rows = rows[:MOST]
    key = "fb_conditions_note" if reply.plain is not None and not reply.parent else "fb_conditions_note_only"
    parts = [f"{row.label}: {', '.join(_parts(speech, row.own))}" for row in rows]
    return Card(
        voice.text("fb_conditions"),
        voice.text(key),
        voice.text("fb_conditions_alt", rows=voice.join(parts)),
        _draw(speech, rows, width),
    )


def sentences(speech: Speech) -> dict[str, Any] | None:
    """Return what was said of a date or number under conditions, one line each; None where there is none."""
    reply, voice = speech.reply, speech.voice
    if speech.levels or not reply.conditional:
        return None
    items = []
    for given, said in list(reply.conditional.items())[:MOST]:
        if said.fitted is not None:
            condition = voice.text("fb_if", condition=speech.condition(given))
            items.append([{"t": f"{condition}. ", "b": False}, *_sentence(speech, said.fitted.says)])
    return {"title": voice.text("fb_conditions"), "note": "", "items": items}


def _sentence(speech: Speech, view: Floats | Distribution) -> list[dict[str, Any]]:
    voice = speech.voice
    if isinstance(speech.reply.question, Timing) and isinstance(view, np.ndarray):
        never = speech.share(float(view[-1]))
        if view[:-1].sum() <= 0:
            return [{"t": voice.text("fb_never"), "b": True}]
        median = speech.value(float(of_view(view, np.array(0.5))))
        return voice.runs("fb_given_timing", median=median, p=never)
    low, median_, high = (speech.value(float(x)) for x in of_view(view, np.array([0.05, 0.5, 0.95])))
    return voice.runs("fb_given_median", median=median_, low=low, high=high)


def _shown(p: Floats) -> list[int]:
    """Whole percentages that sum to 100; where a condition leaves levels open, of the stated ones alone."""
    if np.isnan(p).any():
        return [0 if np.isnan(share) else words.whole(share) for share in p]
    return words.whole_to_100(p.tolist())


def _parts(speech: Speech, p: Floats) -> list[str]:
    return [f"{speech.level(k)} {words.number(n)}" for k, n in enumerate(_shown(p)) if not np.isnan(p[k])]


def _draw(speech: Speech, rows: list[_Row], width: float) -> Drawing:
    names = [speech.level(k) for k in range(len(speech.levels))]
    with canvas(width, 100) as probe:
        lines = _legend(probe, names, width)
    head = HEAD + 4.0 * (max(line for line, _ in lines))
    with canvas(width, head + STEP * len(rows)) as paper:
        for k, (name, (line, at)) in enumerate(zip(names, lines, strict=True)):
            paper.rectangle(at, 4.0 * line + 0.6, 2.6, 2.6, outcome_color(k).fill)
            paper.text(at + 3.8, 4.0 * line + 2.9, name, size=7.4, color=INK)
        for i, row in enumerate(rows):
            top = head + STEP * i
            paper.text(
                0.0, top + 2.4, paper.fit(row.label, min(width, LONGEST), 7.6), size=7.6, color=INK if i == 0 else GREY
            )
            _bar(paper, row.own, top + 3.6, width)
            if row.mean is not None:
                _narrow(paper, row.mean, top + 3.9 + BAR, width)
        return paper.drawing()


def _legend(paper: Canvas, names: list[Any], width: float) -> list[tuple[int, float]]:
    """Line and place of each name, one after the other."""
    out, line, at = [], 0, 0.0
    for name in names:
        size = paper.measure(name, 7.4) + 9.0
        if at > 0 and at + size > width + 4.0:
            line, at = line + 1, 0.0
        out.append((line, at))
        at += size
    return out


def _bar(paper: Canvas, p: Floats, top: float, width: float) -> None:
    at = 0.0
    for k, share in enumerate(_shown(p)):
        at = _part(paper, outcome_color(k), share, at, top, width)
    if np.isnan(p).any():
        _part(paper, RESIDUAL, 100 - round(100 * at / width), at, top, width)


def _narrow(paper: Canvas, p: Floats, top: float, width: float) -> None:
    at = 0.0
    for k, share in enumerate(p):
        size = width * float(share)
        if size > 0.3:
            paper.rectangle(at + 0.15, top, size - 0.3, NARROW, tint(outcome_color(k).fill, 0.35))
        at += size


def _part(paper: Canvas, color: OutcomeColor, share: int, at: float, top: float, width: float) -> float:
    size = width * share / 100
    if size > 0.3:
        paper.rectangle(at + 0.15, top, size - 0.3, BAR, color.fill)
    text = words.number(share)
    if share and paper.measure(text, 7.6) + 1.0 < size:
        paper.text(at + size / 2, top + 3.4, text, anchor="middle", size=7.6, weight=600, color=color.on)
    return at + size

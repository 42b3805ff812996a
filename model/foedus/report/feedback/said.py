"""The numbers of the last round as the expert gave them, each as a line of two cells."""

from __future__ import annotations

import datetime as dt
from typing import Any

from foedus.case.check.stated import parse_threshold
from foedus.case.types import Judgment, Timing
from foedus.elicitation.thresholds import is_threshold
from foedus.report import words
from foedus.report.feedback.speak import Speech

MOST = 14  # rows that are printed


def build(speech: Speech) -> dict[str, Any]:
    """Return title, note and lines `{what, value}` of what was said without a condition."""
    voice, last = speech.voice, speech.reply.last
    rows = [_line(speech, row) for row in (last.rows if last else ())]
    otherwise = speech.reply.parent is not None and bool(speech.reply.conditional)
    conditional = any(row.element in {"quantile", "chips", "exactly"} for row in (last.rows if last else ()))
    note = voice.text("fb_said_note_otherwise" if otherwise else "fb_said_note")
    if isinstance(speech.reply.question, Timing) and conditional:
        horizon = speech.day(speech.reply.window.date(speech.reply.window.n))
        note = voice.join([note, voice.text("fb_said_given", horizon=horizon)], " ")
    more = voice.text("fb_more", n=len(rows) - MOST) if len(rows) > MOST else ""
    shown = [{"what": what, "value": value} for what, value in rows[:MOST]]
    return {"title": voice.text("fb_said"), "note": note, "rows": shown, "more": more}


def _line(speech: Speech, row: Judgment) -> tuple[str, str]:
    voice = speech.voice
    if row.element == "quantile" and "@" in (row.level or ""):
        name, _, share = (part.strip() for part in (row.level or "").partition("@"))
        level = speech.level([level.id for level in speech.levels].index(name))
        what = voice.text("fb_uncertain", level=level, odds=speech.odds(float(share)))
        return what, f"{100 * float(_number(row)):.3g}%"
    if row.element == "quantile":
        key = "fb_by" if isinstance(row.value, dt.date) else "fb_under"
        return voice.text(key, odds=speech.odds(float(row.level or 0))), _value(speech, row.value)
    if row.element == "never":
        return voice.text("fb_never"), _percent(_number(row))
    if row.element == "exactly":
        return voice.text("fb_exactly", value=_value(speech, row.value)), _percent(float(row.level or 0))
    if row.element == "chips":
        n = _number(row)
        return _bin(speech, row.level or ""), voice.text("fb_chip" if n == 1 else "fb_chips", n=f"{n:g}")
    if is_threshold(row):
        below, at = parse_threshold(row.level or "", speech.reply.question)
        key = ("fb_upto" if below else "fb_over") + ("_day" if isinstance(at, dt.date) else "")
        return voice.text(key, value=_value(speech, at)), _percent(_number(row))
    return speech.level([level.id for level in speech.levels].index(row.level or "")), _percent(_number(row))


def _number(row: Judgment) -> float:
    assert not isinstance(row.value, dt.date)
    return row.value


def _percent(p: float) -> str:
    return f"{100 * p:.3g}%"


def _value(speech: Speech, value: float | dt.date) -> str:
    return speech.day(value) if isinstance(value, dt.date) else words.quantity(value)


def _bin(speech: Speech, text: str) -> str:
    voice = speech.voice
    if text == "never":
        return voice.text("fb_never")
    ids = [level.id for level in speech.levels]
    if text in ids:
        return speech.level(ids.index(text))
    timing = isinstance(speech.reply.question, Timing)
    start, end = (
        "" if not part.strip() else speech.day(dt.date.fromisoformat(part.strip()), short=True) if timing
        else words.quantity(float(part))
        for part in text.partition("..")[::2]
    )  # fmt: skip
    key = "fb_bin" if start and end else "fb_bin_from" if start else "fb_bin_to"
    return voice.text(key, **{name: said for name, said in (("start", start), ("end", end)) if said})

"""What an expert's numbers imply elsewhere: odds at other dates and values, in sentences that can surprise.

What surprises is what feedback is for: an expert who reads "you say 1 in 20 that it comes by 10 August" and would not
say so has found a number to change.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from foedus.case.types import CalendarDate, Nominal, Timing
from foedus.elicitation.fit import Distribution
from foedus.elicitation.shapes import Floats
from foedus.report import words
from foedus.report.feedback.speak import Speech
from foedus.report.voice import Run

EVENTS, APART = 3, 0.05  # dates of the calendar that are told, and how far apart they lie in probability
_ODDS = (0.05, 0.5, 0.9)
_FAR = 1.5  # times as likely, before a ratio is worth a line


def build(speech: Speech) -> dict[str, Any]:
    """Return title, note and sentences (as runs) that follow from what was said."""
    voice, view = speech.voice, speech.reply.view
    if view is None:
        return {"title": "", "note": "", "items": []}
    if speech.reply.parent is not None and speech.reply.conditional:
        items, note = list(_together(speech, np.asarray(view))), "fb_implied_note_plain"
    elif isinstance(view, Distribution):
        items, note = list(_quantity(speech, view)), "fb_implied_note_plain"
    elif isinstance(speech.reply.question, Timing):
        items, note = list(_timing(speech, view)), "fb_implied_note"
    else:
        items, note = list(_levels(speech, view)), "fb_implied_note_plain"
    return {"title": voice.text("fb_implied"), "note": voice.text(note), "items": items}


def _together(speech: Speech, p: Floats) -> Iterator[list[Run]]:
    """Yield the levels of a question answered under conditions, weighted by the own answer about its parent."""
    parent = str(speech.reply.parent)
    title = speech.voice.user(speech.reply.case.file.questions[parent].title, parent.replace("_", " "), 48)
    for k, shown in enumerate(words.whole_to_100(p.tolist())):
        share = words.percent(shown)
        yield speech.voice.runs("fb_implies_together", parent=title, level=speech.level(k), p=share)


def _timing(speech: Speech, p: Floats) -> Iterator[list[Run]]:
    voice, window = speech.voice, speech.reply.window
    upto = np.cumsum(p[:-1])
    horizon = speech.day(window.date(window.n))
    for odds in _ODDS:
        at = int(np.searchsorted(upto, odds - 1e-12))
        said = speech.odds(odds)
        if at >= window.n:
            yield voice.runs("fb_implies_short", odds=said, day=horizon)
            break
        if at + 1 < window.n:
            yield voice.runs("fb_implies_by", odds=said, day=speech.day(window.date(at + 1)))
    yield from _events(speech, upto)
    middle = int(np.searchsorted(upto, 0.5 * upto[-1]))
    if 0 < upto[middle] < 1 and middle + 1 < window.n:
        rest = float((upto[-1] - upto[middle]) / (1 - upto[middle]))
        day = speech.day(window.date(middle + 1))
        yield voice.runs("fb_implies_rest", day=day, p=speech.share(rest), horizon=horizon)
    months: dict[tuple[int, int], float] = defaultdict(float)
    for i, mass in enumerate(p[:-1], start=1):
        day_ = window.date(i)
        months[day_.year, day_.month] += float(mass)
    if len(months) > 2:
        (year, month), most = max(months.items(), key=lambda item: item[1])
        yield voice.runs(
            "fb_implies_month", month=voice.month(dt.date(year, month, 1), long=True), p=speech.share(most)
        )


def _events(speech: Speech, upto: Floats) -> Iterator[list[Run]]:
    """Yield the chance by dates of the calendar, those nearest to the middle of the curve that lie apart on it."""
    window = speech.reply.window
    inside = [entry for entry in speech.reply.case.file.calendar if 0 < window.number(entry.date) < window.n]
    by = {entry: float(upto[window.number(entry.date) - 1]) for entry in inside}
    kept: list[CalendarDate] = []
    for entry in sorted(inside, key=lambda entry: abs(by[entry] - 0.5 * float(upto[-1]))):
        if len(kept) < EVENTS and all(abs(by[entry] - by[other]) >= APART for other in kept):
            kept.append(entry)
    for entry in sorted(kept, key=lambda entry: entry.date):
        p = by[entry]
        event = speech.voice.user(entry.title, "", 48)
        yield speech.voice.runs("fb_implies_event", day=speech.day(entry.date), event=event, p=speech.share(p))


def _quantity(speech: Speech, said: Distribution) -> Iterator[list[Run]]:
    voice = speech.voice
    low, quarter, three, high = (float(x) for x in said.quantile([0.05, 0.25, 0.75, 0.95]))
    yield voice.runs("fb_implies_below", odds=speech.odds(0.05), value=speech.value(low))
    yield voice.runs("fb_implies_above", odds=speech.odds(0.05), value=speech.value(high))
    if speech.value(quarter) != speech.value(three):
        yield voice.runs("fb_implies_half", low=speech.value(quarter), high=speech.value(three))
    far = float(said.quantile(0.99))
    yield voice.runs("fb_implies_above", odds=speech.odds(0.01), value=speech.value(far))
    above = float(said.sf(0.0))
    if 0.001 < above < 0.999:
        yield voice.runs("fb_implies_zero", p=speech.share(above))
    for value, held in said.atoms:
        yield voice.runs("fb_implies_exactly", value=speech.value(value), p=speech.share(held))


def _levels(speech: Speech, p: Floats) -> Iterator[list[Run]]:
    voice = speech.voice
    order = np.argsort(-p, kind="stable")
    first, second = int(order[0]), int(order[1])
    if p[second] > 0 and p[first] / p[second] >= _FAR:
        times = f"{p[first] / p[second]:.2g}"
        yield voice.runs("fb_implies_ratio", first=speech.level(first), second=speech.level(second), times=times)
    last = int(order[-1])
    if p[last] > 0 and last != second and p[first] / p[last] >= _FAR:
        times = f"{p[first] / p[last]:.2g}"
        yield voice.runs("fb_implies_ratio", first=speech.level(first), second=speech.level(last), times=times)
    yield voice.runs("fb_implies_of_20", n=f"{20 * p[first]:.0f}", level=speech.level(first))
    if not isinstance(speech.reply.question, Nominal) and len(p) > 2:
        for k in range(1, len(p) - 1):
            yield voice.runs("fb_implies_least", level=speech.level(k), p=speech.share(float(p[k:].sum())))
    for zero in np.flatnonzero(p == 0):
        yield voice.runs("fb_implies_certain", level=speech.level(int(zero)))
    fitted = speech.reply.last.fitted if speech.reply.last else None
    if fitted is not None and fitted.worth is not None:
        yield voice.runs("fb_implies_worth", n=f"{fitted.worth:.0f}")

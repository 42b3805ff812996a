"""Replies -> pages: one A4 page each, as one PDF an expert and one PNG a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from foedus.case.types import Case, Lang, Timing
from foedus.elicitation.coherence import Excess
from foedus.elicitation.fit import Distribution
from foedus.elicitation.shapes import Floats
from foedus.report import pages, palette, words
from foedus.report.feedback import curves, implied, place, said, stacks
from foedus.report.feedback.reply import Reply
from foedus.report.feedback.speak import Speech, condition_in_words
from foedus.report.sections.frame import version_of
from foedus.report.voice import Voice

WIDTH = 210.0 - 2 * pages.MARGIN
HALF = (WIDTH - pages.GUTTER) / 2
_CLOSE = 0.005  # a fit that misses nothing by more is called close


def compose(case: Case, replies: Sequence[Reply], lang: Lang) -> dict[str, Any]:
    """Return all that the template needs for the pages of one expert, and the SVG of each figure under `svg`.

    Parameters
    ----------
    case : Case
    replies : sequence of Reply
        Of one expert, at least one.
    lang : {"en", "ko"}
    """
    last = max(row.as_of for reply in replies for row in case.judgments if row.expert == reply.expert)
    voice = Voice(lang, ZoneInfo(case.file.timezone), year=last.year)
    speeches = [Speech(reply, voice) for reply in replies]
    svg: dict[str, str] = {}
    made = [_page(speech, f"q{i}", svg) for i, speech in enumerate(speeches)]
    expert, title = speeches[0].expert, voice.user(case.file.title, case.file.id, 80)
    member = case.file.panel[replies[0].expert]
    return {
        "lang": lang,
        "paper": "a4",
        "margin": pages.MARGIN,
        "width": WIDTH,
        "palette": {name: getattr(palette, name.upper()) for name in pages.COLORS},
        "frame": {
            "series": voice.text("fb_series"),
            "subject": title,
            "as_of_label": voice.text("fb_given"),
            "as_of": voice.day(last, year=True),
            "document_title": voice.text("fb_document", title=title, expert=expert),
            "date": [last.year, last.month, last.day],
            "illustrative": {"short": voice.text("mark_illustrative")} if member.illustrative else None,
            "failed": None,
            "footer_model": f"foedus {version_of()}",
            "footer_range": voice.text("fb_footer"),
            "page_of": voice.text("page_of", n="{n}", total="{total}"),
        },
        "invite": voice.text("fb_invite"),
        "pages": made,
        "svg": svg,
    }


def _page(speech: Speech, prefix: str, svg: dict[str, str]) -> dict[str, Any]:
    reply, voice = speech.reply, speech.voice
    pair = curves.cards(speech, HALF)
    wide = {"place": place.card(speech, WIDTH), "conditions": stacks.card(speech, WIDTH)}
    cards = {name: card for name, card in (pair | wide).items() if card is not None}
    for name, card in cards.items():
        svg[f"{prefix}-{name}"] = card.drawing.svg
    rounds = [*reply.rounds, *reply.conditional.values()]
    day, number = speech.day(max(one.as_of for one in rounds)), max(one.number for one in rounds)
    who = voice.text("fb_who" if number == 1 else "fb_round", expert=speech.expert, day=day, n=number)
    unit = f" · {speech.unit}" if speech.unit else ""
    return {
        "title": speech.title,
        "who": who + unit,
        "resolves": voice.user(reply.question.resolves, "", 420),
        "finding": _finding(speech),
        "said": said.build(speech),
        "implied": implied.build(speech),
        "fit": _fit(speech),
        "shift": _shift(speech),
        "doubts": [_doubt(speech, found) for found in reply.excesses],
        "sentences": stacks.sentences(speech),
        "cards": {name: card.json(f"{prefix}-{name}") for name, card in cards.items()},
    }


def _finding(speech: Speech) -> str:
    """Return the sentence on top: the middle of what was said, or what got most."""
    view, voice = speech.reply.view, speech.voice
    if view is None:
        n = len(speech.reply.conditional)
        return voice.text("fb_table_one" if n == 1 else "fb_table", n=n)
    if isinstance(view, Distribution):
        low, median, high = (speech.value(float(x)) for x in view.quantile([0.05, 0.5, 0.95]))
        return voice.text("fb_quantity", median=median, low=low, high=high)
    if isinstance(speech.reply.question, Timing):
        if view[:-1].sum() <= 0:
            return voice.text("fb_timing_never", horizon=speech.day(speech.reply.window.date(speech.reply.window.n)))
        median = speech.value(float(curves.of_view(view, np.array(0.5))))
        return voice.text("fb_timing", day=median, p=speech.share(float(view[-1])))
    at = int(np.argmax(view))
    shown = words.percent(words.whole_to_100(view.tolist())[at])  # as it stands beside its bar
    return voice.text("fb_levels", level=speech.level(at), p=shown)


def _fit(speech: Speech) -> str:
    """Say how the curve came about, and how far it misses what was said."""
    last, voice = speech.reply.last, speech.voice
    if last is None or last.fitted is None:
        return ""
    if last.fitted.worth is not None:
        return voice.text("fb_fit_dirichlet", off=f"{100 * last.fitted.residual:.1f}")
    shape = last.fitted.when or last.fitted.says
    if not isinstance(shape, Distribution):
        return ""
    if shape.family is None:
        chips = any(row.element == "chips" for row in last.rows)
        return voice.text("fb_fit_chips" if chips else "fb_fit_points")
    parameters = ", ".join(f"{name} {value:.3g}" for name, value in shape.family.parameters.items())
    key = "fb_fit_family" if last.fitted.residual > _CLOSE else "fb_fit_family_close"
    off = {"off": f"{100 * last.fitted.residual:.1f}"} if key == "fb_fit_family" else {}
    told = [voice.text(key, family=shape.family.family.replace("_", "-"), parameters=parameters, **off)]
    if shape.family.outside > _CLOSE:
        told.append(voice.text("fb_fit_cut", p=f"{100 * shape.family.outside:.1f}%"))
    return voice.join(told, " ")


def _doubt(speech: Speech, found: Excess) -> str:
    asked = speech.reply.case.file.questions[found.about]
    about = speech.voice.user(asked.title, found.about.replace("_", " "), 48)
    outcome = condition_in_words(speech.voice, speech.reply.case.file, found.outcome)
    both, alone = speech.share(found.both), speech.share(found.alone)
    return speech.voice.text("fb_doubt", about=about, outcome=outcome, p=both, q=alone)


def _shift(speech: Speech) -> dict[str, Any] | None:
    """Return what the last round changed; None where there is one round, or the one before can't be fitted."""
    rounds, voice = speech.reply.rounds, speech.voice
    if len(rounds) < 2 or rounds[-2].fitted is None or rounds[-1].fitted is None:
        return None
    before, after = rounds[-2].fitted.says, rounds[-1].fitted.says
    changes = _moved(speech, before, after)
    items = [voice.runs(key, **values) for key, values in changes if values["before"] != values["after"]]
    items = items or [voice.runs("fb_shift_none")]
    return {"title": voice.text("fb_shift", n=rounds[-2].number), "note": voice.text("fb_shift_note"), "items": items}


def _moved(
    speech: Speech, before: Floats | Distribution, after: Floats | Distribution
) -> list[tuple[str, dict[str, Any]]]:
    both = (before, after)
    names = ("before", "after")
    if speech.levels:
        assert isinstance(before, np.ndarray)
        assert isinstance(after, np.ndarray)
        return [
            (
                "fb_shift_level",
                {"level": speech.level(k), "before": speech.share(float(p)), "after": speech.share(float(q))},
            )
            for k, (p, q) in enumerate(zip(before, after, strict=True))
        ]
    timing = isinstance(speech.reply.question, Timing)
    out: list[tuple[str, dict[str, Any]]] = []
    if not any(isinstance(view, np.ndarray) and view[:-1].sum() <= 0 for view in both):
        middle = [float(curves.of_view(view, np.array(0.5))) for view in both]
        out.append(("fb_shift_median", dict(zip(names, map(speech.value, middle), strict=True))))
        widths = [float(np.diff(curves.of_view(view, np.array([0.05, 0.95])))[0]) for view in both]
        told = [speech.voice.text("fb_shift_days", n=f"{w:.0f}") if timing else words.quantity(w) for w in widths]
        out.append(("fb_shift_width", dict(zip(names, told, strict=True))))
    if timing:
        nevers = [speech.share(float(view[-1])) for view in both if isinstance(view, np.ndarray)]
        out.append(("fb_shift_never", dict(zip(names, nevers, strict=True))))
    return out

"""What the templates of the coders' pictures need: the frame, and the two charts."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from foedus.case.types import Lang
from foedus.explain.coding import CodingStudy
from foedus.report import pages, palette
from foedus.report.coding import alpha, confusion
from foedus.report.sections.frame import version_of
from foedus.report.voice import Voice

WIDTH = 210.0 - 2 * pages.MARGIN


def compose(study: CodingStudy, lang: Lang) -> dict[str, Any]:
    """Return all that `coding.typ` needs in a language, and the SVG of each chart under `svg`."""
    file = study.case.file
    zone = ZoneInfo(file.timezone)
    last = (study.as_of.astimezone(zone) - dt.timedelta(microseconds=1)).date()
    voice = Voice(lang, zone, year=last.year)
    cards = {"alpha": alpha.card(study, voice, WIDTH), "confusion": confusion.card(study, voice, WIDTH)}
    there = {name: card for name, card in cards.items() if card is not None}
    title = voice.user(file.title, file.id, 80)
    heading = voice.text(
        "cd_heading", n=len(study.readings.coders), several=study.sample.several, total=study.sample.all
    )
    return {
        "lang": lang,
        "paper": "a4",
        "margin": pages.MARGIN,
        "width": WIDTH,
        "palette": {name: getattr(palette, name.upper()) for name in pages.COLORS},
        "frame": {
            "series": voice.text("cd_series"),
            "subject": title,
            "as_of_label": voice.text("cd_as_of"),
            "as_of": voice.moment(study.as_of),
            "document_title": voice.text("cd_document", title=title),
            "date": [last.year, last.month, last.day],
            "illustrative": None,
            "failed": None,
            "footer_model": f"foedus {version_of()}",
            "footer_range": voice.text("cd_footer"),
            "page_of": voice.text("page_of", n="{n}", total="{total}"),
        },
        "heading": heading,
        "cards": [card.json(name) for name, card in there.items()],
        "svg": {name: card.drawing.svg for name, card in there.items()},
    }

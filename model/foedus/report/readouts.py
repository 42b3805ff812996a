"""Comparisons of readouts as pictures: one PDF with a page for each meeting, and a PNG of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from foedus.case.types import Case, Lang
from foedus.news.readouts import Comparison
from foedus.report import pages, palette
from foedus.report.sections.readouts import worded
from foedus.report.voice import Voice
from foedus.report.written import write_whole

WIDTH = 174.0  # mm


def write_readouts(
    case: Case, found: Sequence[Comparison], as_of: dt.datetime, out: str | Path, languages: Sequence[Lang] = ("en",)
) -> list[Path]:
    """Write comparisons into a folder; files of the same names are replaced, each whole or not at all.

    Parameters
    ----------
    case : Case
    found : sequence of Comparison
        At least one.
    as_of : datetime
        When they were known so.
    out : path
        Made if it is not there.
    languages : sequence of {"en", "ko"}
        The first gives readouts.pdf and readouts.png (readouts-1.png, ... of several), each further one
        readouts.LANG.pdf and so on.

    Raises
    ------
    LayoutError
        If a page can't be set.
    """
    written: list[Path] = []
    for i, lang in enumerate(dict.fromkeys(languages)):
        data, suffix = compose(case, found, as_of, lang), "" if i == 0 else f".{lang}"
        images = pages.typeset("comparison.typ", data, "png")
        numbers = [""] if len(images) == 1 else [f"-{n}" for n in range(1, len(images) + 1)]
        made = {f"readouts{suffix}.pdf": pages.typeset("comparison.typ", data, "pdf")[0]}
        made |= {f"readouts{n}{suffix}.png": image for n, image in zip(numbers, images, strict=True)}
        written += write_whole(Path(out), made)
    return written


def compose(case: Case, found: Sequence[Comparison], as_of: dt.datetime, lang: Lang) -> dict[str, Any]:
    """Return all that the template needs."""
    voice = Voice(lang, ZoneInfo(case.file.timezone), year=0)
    day = voice.civil(as_of)
    voice.year = day.year
    title = voice.user(case.file.title, case.file.id, 80)
    return {
        "lang": lang,
        "width": WIDTH,
        "palette": {name: getattr(palette, name.upper()) for name in pages.COLORS},
        "frame": {
            "subject": title,
            "as_of_label": voice.text("ro_as_of"),
            "as_of": voice.moment(as_of),
            "document_title": voice.text("ro_document", title=title),
            "date": [day.year, day.month, day.day],
            "illustrative": None,
            "failed": None,
        },
        "meetings": [worded(voice, comparison) for comparison in found],
        "svg": {},
    }

"""The heat map of codes by week as files: PNG and PDF, in the report's style.

Importing this loads neither matplotlib nor typst; writing does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foedus.case.types import Lang
from foedus.report.written import write_whole

if TYPE_CHECKING:
    from foedus.explain.checked import Checked

WIDTH = 174.0  # mm, as the report's figures


def write_heat(what: Checked, out: str | Path, languages: Sequence[Lang] = ("en",)) -> tuple[Path, ...]:
    """Write `codes-by-week.png` and `.pdf` into a folder.

    Parameters
    ----------
    what : Checked
    out : path
        Made if it is not there. Files of the same names are replaced, each whole or not at all.
    languages : sequence of {"en", "ko"}
        The first gives the names above, each further one codes-by-week.LANG.png and .pdf.

    Returns
    -------
    tuple of Path

    Raises
    ------
    LayoutError
        If the page can't be set.
    """
    from foedus.report.pages import typeset

    made: dict[str, bytes] = {}
    for i, lang in enumerate(tuple(dict.fromkeys(languages)) or ("en",)):
        data, suffix = compose(what, lang), "" if i == 0 else f".{lang}"
        made[f"codes-by-week{suffix}.png"] = typeset("heat.typ", data, "png")[0]
        made[f"codes-by-week{suffix}.pdf"] = typeset("heat.typ", data, "pdf")[0]
    return write_whole(Path(out), made)


def compose(what: Checked, lang: Lang) -> dict[str, Any]:
    """Return all that the template needs, and the drawing under `svg`."""
    from zoneinfo import ZoneInfo

    from foedus.report import pages, palette
    from foedus.report.figures import heat
    from foedus.report.voice import Voice

    found, most = what.heat(), heat.most_columns(WIDTH)
    if len(found.columns) > most:
        found = what.heat(every=-(-len(found.columns) // most))
    voice = Voice(lang, ZoneInfo(what.case.file.timezone), year=found.as_of.year)
    card = heat.build(what, found, voice, WIDTH)
    title, as_of = voice.user(what.case.file.title, what.case.file.id, 80), voice.moment(what.as_of)
    return {
        "lang": lang,
        "width": WIDTH,
        "palette": {name: getattr(palette, name.upper()) for name in pages.COLORS},
        "frame": {
            "subject": title,
            "as_of_label": voice.text("as_of"),
            "as_of": as_of,
            "document_title": voice.text("heat_document", title=title, as_of=as_of),
            "date": [found.as_of.year, found.as_of.month, found.as_of.day],
            "illustrative": {"short": voice.text("mark_illustrative")} if what.case.illustrative else None,
            "failed": None,
        },
        "card": card.json("heat"),
        "svg": {"heat": card.drawing.svg},
    }

"""The pages of a codebook -> what the template reads: texts and places, and the colour of each basis."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from foedus.report import pages, palette
from foedus.report.codebook.material import Pages
from foedus.report.codebook.style import TONES
from foedus.report.sections.frame import version_of


def pdf(book: Pages, date: dt.date, paper: pages.Paper = "a4") -> bytes:
    """Return the codebook as a PDF; `date` is the document's own.

    Raises
    ------
    LayoutError
        Typst reported an error or a warning.
    """
    return pages.typeset("codebook.typ", compose(book, date, paper), "pdf")[0]


def compose(book: Pages, date: dt.date, paper: pages.Paper = "a4") -> dict[str, Any]:
    """Return all that the template needs; it draws its pictures by itself, so `svg` is empty."""
    sheet, width, _ = pages.SHEETS[paper]
    return {
        "lang": book.lang,
        "paper": sheet,
        "margin": pages.MARGIN,
        "width": width - 2 * pages.MARGIN,
        "palette": {name: getattr(palette, name.upper()) for name in pages.COLORS} | TONES,
        "frame": {
            "series": book.words["series"],
            "subject": book.title,
            "as_of_label": book.words["version_label"],
            "as_of": book.version,
            "document_title": book.words["document"],
            "date": [date.year, date.month, date.day],
            "illustrative": None,
            "failed": None,
            "footer_model": f"foedus {version_of()}",
            "footer_range": f"codebook.yaml {book.digest}",
            "page_of": "{n} / {total}",
        },
        "book": asdict(book),
        "svg": {},
    }

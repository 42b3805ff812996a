"""A figure as the page takes it: its finding, what is plotted, the drawing, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from foedus.report.figures.canvas import Drawing


@dataclass(frozen=True)
class Card:
    """A chart with the sentence it shows and its text alternative, made from the same numbers."""

    title: str
    note: str
    alt: str
    drawing: Drawing

    def json(self, name: str) -> dict[str, Any]:
        """Return what the template needs; the SVG is a file beside it."""
        texts = {"name": name, "title": self.title, "note": self.note, "alt": self.alt}
        return texts | self.drawing.json()

"""Content and figures -> pages: typst in a sealed folder, PDF/A and PDF/UA checks on, every warning an error."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import typst

from foedus.errors import FoedusError
from foedus.report import content, figures, fonts, palette
from foedus.report.figures.card import Card
from foedus.report.material import Material

Paper = Literal["a4", "letter"]
# Name in typst, width of the sheet in mm, and the height its figures may add.
SHEETS: dict[Paper, tuple[str, float, float]] = {"a4": ("a4", 210.0, 9.0), "letter": ("us-letter", 215.9, 0.0)}
MARGIN, GUTTER = 18.0, 7.0
STANDARDS = ["a-2a", "ua-1"]  # also the guard against a missing glyph, which typst passes in silence without one
PIXELS = 200.0  # an inch, of the PNG files
COLORS = (
    "ink",
    "grey",
    "rule",
    "accent",
    "pale_accent",
    "faint",
    "up",
    "down",
    "warning",
    "warning_tint",
    "failure",
    "failure_tint",
)


class LayoutError(FoedusError):
    """Typst refused the report, or warned about it."""


def compose(material: Material, paper: Paper = "a4") -> dict[str, Any]:
    """Return all that the templates need, and with it the SVG of each figure under `svg`."""
    sheet, sheet_width, extra = SHEETS[paper]
    width = sheet_width - 2 * MARGIN
    cards = figures.build(material, width, (width - GUTTER) / 2, extra)
    data = content.build(material)
    return data | {
        "paper": sheet,
        "margin": MARGIN,
        "width": width,
        "palette": {name: getattr(palette, name.upper()) for name in COLORS},
        "cards": [card.json(name) for name, card in cards.items()],
        "svg": _svg(cards),
    }


def pdf(data: dict[str, Any]) -> bytes:
    """Compile the report from what `compose` returned.

    Raises
    ------
    LayoutError
        Typst reported an error or a warning; the message carries it.
    """
    with _sealed(data) as root:
        return _compile(root, "report.typ", data, "pdf")[0]


def images(data: dict[str, Any]) -> dict[str, bytes]:
    """Compile the pages and each figure on its own as PNG, by name."""
    with _sealed(data) as root:
        pages = _compile(root, "report.typ", data, "png")
        single = _compile(root, "cards.typ", data, "png")
    names = [card["name"] for card in data["cards"]] + _tables(data)
    numbered = {f"page-{i}": image for i, image in enumerate(pages, start=1)}
    return numbered | dict(zip(names, single, strict=True))


def typeset(name: str, data: dict[str, Any], form: Literal["pdf", "png"]) -> list[bytes]:
    """Compile another template of the package: the one PDF, or a PNG of each page.

    Parameters
    ----------
    name : str
        Of the template.
    data : dict
        What it reads, and the SVG of each figure under `svg`.
    form : {"pdf", "png"}

    Raises
    ------
    LayoutError
        Typst reported an error or a warning; the message carries it.
    """
    with _sealed(data) as root:
        return _compile(root, name, data, form)


@contextmanager
def _sealed(data: dict[str, Any]) -> Iterator[Path]:
    """Open a folder that holds the templates and the drawings, and nothing else: all that typst may read."""
    with tempfile.TemporaryDirectory(prefix="foedus-") as folder:
        root = Path(folder).resolve()
        with as_file(files("foedus.report") / "templates") as templates:
            for path in sorted(templates.glob("*.typ")):
                shutil.copyfile(path, root / path.name)
        for name, text in data["svg"].items():
            (root / f"{name}.svg").write_text(text, encoding="utf-8")
        yield root


def _tables(data: dict[str, Any]) -> list[str]:
    """Names of the tables that are figures of their own, in the order of cards.typ."""
    there = {
        "outcomes": data["outcomes"]["rows"],
        "said": data["said"]["groups"],
        "movers": data["movers"],
        "watch": data["dates"]["rows"],
        "readouts": data["readouts"],
    }
    return [name for name, rows in there.items() if rows]


def _svg(cards: dict[str, Card]) -> dict[str, str]:
    return {name: card.drawing.svg for name, card in cards.items()}


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=fonts.folders())


def _compile(root: Path, name: str, data: dict[str, Any], form: Literal["pdf", "png"]) -> list[bytes]:
    text = {key: value for key, value in data.items() if key != "svg"}
    inputs = {"data": json.dumps(text, ensure_ascii=False)}
    try:
        compiler = typst.Compiler(input=str(root / name), root=str(root), font_paths=_fonts(), sys_inputs=inputs)
        standards = {"pdf_standards": STANDARDS} if form == "pdf" else {"ppi": PIXELS}
        made, warnings = compiler.compile_with_warnings(format=form, **standards)
    except typst.TypstError as error:
        msg = f"the report could not be laid out: {error.diagnostic or error}"
        raise LayoutError(msg) from error
    if warnings:
        msg = "the layout of the report raised warnings: " + "; ".join(warning.message for warning in warnings)
        raise LayoutError(msg)
    return [made] if isinstance(made, bytes) else list(made or [])

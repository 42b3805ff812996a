"""The style sheet of the HTML codebook (`codebook.css`), in the colours of the report."""

from __future__ import annotations

from importlib.resources import files

from foedus.report import palette

TONES = {"empirical": palette.UP, "elicited": palette.ACCENT, "assumed": palette.WARNING}
_NAMES = ("WARNING_TINT", "WARNING", "FAINT", "ACCENT", "INK", "GREY", "RULE", "DOWN", "UP")


def style() -> str:
    """Return the sheet, the names of colours in it replaced by the colours."""
    tones = "".join(f".{basis}{{color:{color}}}" for basis, color in TONES.items())
    sheet = files("foedus.report.codebook").joinpath("codebook.css").read_text("utf-8").replace("TONES", tones)
    for name in _NAMES:
        sheet = sheet.replace(name, getattr(palette, name))
    return sheet

"""The charts of the report, one module each: a finding, a note, a drawing in millimetres, and the same in words."""

from __future__ import annotations

from collections.abc import Callable

from foedus.report.figures import dates, levels, timeline, waterfall
from foedus.report.figures.card import Card
from foedus.report.material import Material

Maker = Callable[[Material, float, float], Card | None]
WIDE: dict[str, Maker] = {"timeline": timeline.build, "waterfall": waterfall.build}
HALF: dict[str, Maker] = {"dates": dates.build, "levels": levels.build}


def build(material: Material, width: float, half: float, extra: float = 0.0) -> dict[str, Card]:
    """Draw every figure that the forecast has data for.

    Parameters
    ----------
    material : Material
    width, half : float
        Of the page, and of half of it, in mm.
    extra : float
        Height in mm that the taller figures may add to what they need.
    """
    cards = {name: make(material, width, extra) for name, make in WIDE.items()}
    cards |= {name: make(material, half, extra) for name, make in HALF.items()}
    return {name: card for name, card in cards.items() if card is not None}


__all__ = ["HALF", "WIDE", "Card", "build"]

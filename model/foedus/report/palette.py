"""The colours of the report. One colour an outcome in the whole document; the accent never means an outcome."""

from __future__ import annotations

from dataclasses import dataclass

INK, GREY, RULE, ACCENT = "#1B2430", "#55606E", "#D4D9E0", "#123F6B"
PALE_ACCENT, FAINT = "#A9B9CE", "#F1F4F8"
UP, DOWN = "#22737D", "#B5562A"
WARNING, WARNING_TINT = "#8F5A0B", "#FBF1DF"
FAILURE, FAILURE_TINT = "#8C1D18", "#FBE9E7"


@dataclass(frozen=True)
class OutcomeColor:
    """A fill, its form for text on white (at least 4.5:1), what is legible on it, and an outline where it is pale."""

    fill: str
    text: str
    on: str
    outline: str


OUTCOMES: tuple[OutcomeColor, ...] = (
    OutcomeColor("#0B5E6E", "#0B5E6E", "#FFFFFF", "#0B5E6E"),
    OutcomeColor("#4E9FA8", "#22737D", INK, "#4E9FA8"),
    OutcomeColor("#BDB9AE", "#66635A", INK, "#8D897D"),
    OutcomeColor("#D18A2C", "#8F5A0B", INK, "#B3741F"),
    OutcomeColor("#9C3B1B", "#9C3B1B", "#FFFFFF", "#9C3B1B"),
    OutcomeColor("#6C5B9E", "#5C4B8C", "#FFFFFF", "#6C5B9E"),
    OutcomeColor("#8C9E5C", "#566430", INK, "#66763C"),
    OutcomeColor("#C9839B", "#8E4660", INK, "#A95F79"),
)
RESIDUAL = OutcomeColor("#E6E9ED", GREY, INK, "#9AA3AE")


def outcome_color(index: int) -> OutcomeColor:
    """Return the colour of the outcome at `index`; they come round again after the eighth."""
    return OUTCOMES[index % len(OUTCOMES)]


def tint(color: str, share: float) -> str:
    """Return `color` mixed with white: `share` 0 leaves it, 1 is white."""
    parts = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * share):02X}" for part in parts)

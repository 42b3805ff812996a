"""A page of paper in millimetres to draw a figure on: matplotlib draws the shapes, typst sets the words.

The origin is the upper left corner. `Canvas.drawing` writes the SVG and takes every text out of it as a `Label`, so
that the same fonts and weights set the text of a figure and the text around it, and a missing glyph is an error.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, Polygon, Rectangle
from matplotlib.textpath import text_to_path

from foedus.report import fonts
from foedus.report.palette import GREY, INK

MM = 72 / 25.4  # points in a millimetre
Anchor = Literal["start", "middle", "end"]
_ALIGN: dict[Anchor, str] = {"start": "left", "middle": "center", "end": "right"}
_TEXT = re.compile(
    r"<text style=\"(?P<style>[^\"]*)\" x=\"(?P<x>[^\"]*)\" y=\"(?P<y>[^\"]*)\"[^>]*>(?P<text>.*?)</text>"
)
_HEAVIER = 1.06  # how much wider a semibold word runs than the regular one that was measured


@dataclass(frozen=True)
class Label:
    """A line of text: `x`, `y` of its baseline in mm, size in points."""

    x: float
    y: float
    text: str
    anchor: Anchor
    size: float
    weight: int
    color: str


@dataclass(frozen=True)
class Drawing:
    """Shapes as SVG, and the texts that belong on them; width and height in mm."""

    svg: str
    labels: tuple[Label, ...]
    width: float
    height: float

    def json(self) -> dict[str, Any]:
        """Return everything but the SVG, JSON-able."""
        return {"labels": [asdict(label) for label in self.labels], "width": self.width, "height": self.height}


class Canvas:
    """Draws in millimetres from the upper left corner."""

    def __init__(self, axes: Axes, figure: Figure, width: float, height: float) -> None:
        self._axes, self._figure, self.width, self.height = axes, figure, width, height

    def line(self, xs: Sequence[float], ys: Sequence[float], color: str, width: float = 0.6, **style: Any) -> None:
        """Draw a line through points; `width` in points."""
        style = {"solid_capstyle": "butt", "solid_joinstyle": "round"} | style
        self._axes.plot(xs, ys, color=color, linewidth=width, **style)

    def rectangle(self, x: float, y: float, width: float, height: float, fill: str, **style: Any) -> None:
        """Fill a rectangle; (x, y) is its upper left corner."""
        self._axes.add_patch(Rectangle((x, y), width, height, facecolor=fill, **({"linewidth": 0.0} | style)))

    def polygon(self, points: Sequence[tuple[float, float]], fill: str, **style: Any) -> None:
        """Fill a polygon."""
        self._axes.add_patch(Polygon(points, closed=True, facecolor=fill, **({"linewidth": 0} | style)))

    def circle(self, x: float, y: float, radius: float, fill: str, **style: Any) -> None:
        """Fill a circle."""
        self._axes.add_patch(Circle((x, y), radius, facecolor=fill, **({"linewidth": 0} | style)))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: Anchor = "start",
        size: float = 7.4,
        weight: int = 400,
        color: str = GREY,
    ) -> float:
        """Write a line with its baseline at `y`; return its width in mm."""
        self._axes.text(
            x, y, text, ha=_ALIGN[anchor], va="baseline", fontsize=size, fontweight=weight, color=color, clip_on=False
        )
        return self.measure(text, size, weight)

    def measure(self, text: str, size: float = 7.4, weight: int = 400) -> float:
        """Return the width of a line of text in mm."""
        font = FontProperties(family=list(fonts.FAMILIES), size=size)
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
        return float(width) / MM * (_HEAVIER if weight > 500 else 1.0)

    def fit(self, text: str, room: float, size: float = 7.4) -> str:
        """Return `text`, shortened where it is wider than `room` mm."""
        while self.measure(text, size) > room and len(text) > 3:
            text = text[:-2].rstrip() + "…"
        return text

    def drawing(self) -> Drawing:
        """Return what was drawn."""
        buffer = io.StringIO()
        FigureCanvasSVG(self._figure).print_svg(buffer, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
        labels: list[Label] = []

        def take(match: re.Match[str]) -> str:
            labels.append(_label(match))
            return ""

        svg = _TEXT.sub(take, buffer.getvalue())
        if "<text" in svg:
            msg = "a text of the figure was left in its SVG"
            raise AssertionError(msg)
        return Drawing(svg, tuple(labels), self.width, self.height)


@contextmanager
def canvas(width: float, height: float) -> Iterator[Canvas]:
    """Open a canvas of `width` x `height` mm, with the report's fonts and nothing of the user's own settings."""
    fonts.register()
    settings: Any = {
        "font.family": list(fonts.FAMILIES),
        "svg.fonttype": "none",
        "svg.hashsalt": "foedus",
        "text.parse_math": False,
        "text.usetex": False,
        "path.simplify": False,
        "lines.dash_capstyle": "butt",
        "text.color": INK,
    }
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=72, facecolor="none")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        yield Canvas(axes, figure, width, height)


def _label(match: re.Match[str]) -> Label:
    style = dict(part.split(": ", 1) for part in match["style"].split("; "))
    return Label(
        x=round(float(match["x"]) / MM, 3),
        y=round(float(match["y"]) / MM, 3),
        text=html.unescape(match["text"]),
        anchor=style.get("text-anchor", "start"),  # type: ignore[arg-type]
        size=float(style["font-size"].removesuffix("px")),
        weight=int(style.get("font-weight", "400")),
        color=style.get("fill", "#000000").upper(),
    )

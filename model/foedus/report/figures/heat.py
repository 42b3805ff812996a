"""Codes by week: a row for each code under its question, a column for each week, coloured by where they point."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from foedus.explain.heat import Cell, Heat, Row, directions
from foedus.report.figures.canvas import Canvas, Drawing, canvas
from foedus.report.figures.card import Card
from foedus.report.palette import ACCENT, DOWN, GREY, INK, RULE, UP, tint
from foedus.report.voice import User, Voice

if TYPE_CHECKING:
    from foedus.explain.checked import Checked

LINE, GROUP, HEAD, LEGEND, FOOT = 4.1, 6.0, 8.5, 5.0, 7.0  # mm
WIDEST, NARROWEST = 8.0, 3.4  # of a column
STEPS = (1.2, 1.5, 2.0, 5.0)  # times as frequent: where a shade ends
SHADES = (0.82, 0.62, 0.4, 0.2, 0.0)  # part of white


@dataclass(frozen=True)
class Place:
    """Where the grid stands: its left edge, the width of a column, and the bottom of its last row."""

    left: float
    column: float
    bottom: float


def most_columns(width: float, label: float = 62.0) -> int:
    """Return how many columns fit on a paper of `width` mm."""
    return int((width - label) / NARROWEST)


def build(what: Checked, found: Heat, voice: Voice, width: float) -> Card:
    """Return the heat map.

    Parameters
    ----------
    what : Checked
        The case.
    found : Heat
        At most `most_columns(width)` columns.
    voice : Voice
    width : float
        mm.
    """
    ranked = strongest(found)
    periods = {"every": found.every} if found.every > 1 else {}
    events = len({piece.unit for piece in what.evidence if piece.counts > 0})
    values: dict[str, object] = {"n": events, "weeks": len(found.columns) * found.every, **periods}
    values["events"] = voice.text("heat_event" if events == 1 else "heat_events")
    if ranked:
        row, column, _ = ranked[0]
        title = voice.text(
            "heat_title_periods" if periods else "heat_title",
            code=_code(what, row, voice, 48),
            day=voice.day(found.columns[column]),
            **values,
        )
    else:
        title = voice.text("heat_title_quiet", weeks=values["weeks"])
    return Card(
        title=title,
        note=voice.text("heat_note_periods" if periods else "heat_note", **periods),
        alt=voice.text(
            "heat_alt",
            rows=len(found.rows),
            weeks=values["weeks"],
            strongest=voice.join(_in_words(what, found, voice, *each) for each in ranked[:3]),
        ),
        drawing=_draw(what, found, voice, width),
    )


def strongest(found: Heat) -> list[tuple[Row, int, Cell]]:
    """Return the cells of signals and counts that tell most, the first first."""
    cells = [
        (row, column, cell)
        for row in found.rows
        for column, cell in row.cells.items()
        if cell.kind in {"signal", "count"} and cell.weight > 0
    ]
    return sorted(cells, key=lambda item: -item[2].weight)


def _in_words(what: Checked, found: Heat, voice: Voice, row: Row, column: int, cell: Cell) -> User:
    up, down = directions(what.case, row.question, voice.lang) if row.question else ("", "")
    values = {"code": _code(what, row, voice, 60), "day": voice.day(found.columns[column])}
    values["ratio"] = User(f"{exp(min(cell.weight, 20)):.1f}")
    if cell.lean is None or not up:
        return voice.text("heat_alt_cell_plain", **values)
    return voice.text("heat_alt_cell", towards=voice.user(up if cell.lean > 0 else down, "", 40), **values)


def _code(what: Checked, row: Row, voice: Voice, width: int) -> User:
    return voice.user(what.case.codebook.codes[row.code].title, row.code.replace("_", " "), width)


def _draw(what: Checked, found: Heat, voice: Voice, width: float) -> Drawing:
    groups = [q for q in (*what.questions, None) if found.of(q)]
    height = HEAD + GROUP * len(groups) + LINE * len(found.rows) + FOOT + 2 * LEGEND
    column = min((width - 62.0) / len(found.columns), WIDEST)
    at = Place(width - column * len(found.columns), column, height - FOOT - 2 * LEGEND)
    with canvas(width, height) as paper:
        _axis(paper, found, voice, at)
        y = HEAD
        for question in groups:
            _group(paper, what, question, voice, y)
            y += GROUP
            rows = found.of(question)
            _now(paper, found, at, y, y + LINE * len(rows))
            for row in rows:
                _row(paper, what, row, found, voice, at, y)
                y += LINE
        _today(paper, found, voice, at)
        _legend(paper, voice)
        return paper.drawing()


def _axis(paper: Canvas, found: Heat, voice: Voice, at: Place) -> None:
    """Write months, and the day of every Monday, or of as many as have room."""
    month, taken = 0, 0.0
    every = -(-5 // int(at.column)) if at.column < 5 else 1
    for i, monday in enumerate(found.columns):
        x = at.left + at.column * i
        if monday.month != month and x >= taken:
            month = monday.month
            taken = x + paper.text(x + 0.4, 3.0, voice.month(monday), weight=600, color=INK) + 1.5
        if i % every == 0:
            paper.text(x + at.column / 2, 6.6, str(monday.day), anchor="middle", size=6.4)


def _group(paper: Canvas, what: Checked, question: str | None, voice: Voice, y: float) -> None:
    """Write the title of a question, and what its colours mean."""
    paper.line([0, paper.width], [y + 0.7] * 2, RULE, 0.5)
    if question is None:
        paper.text(0, y + 4.4, voice.text("heat_none"), weight=600, color=INK)
        return
    asked = what.case.file.questions[question]
    title = voice.user(asked.title, question.replace("_", " "), 80)
    ends = directions(what.case, question, voice.lang)
    x = paper.width
    for end, color in zip(ends, (UP, DOWN), strict=True):
        if end:
            shown = paper.fit(voice.user(end, "", 40), 44)
            x -= paper.text(x, y + 4.4, shown, anchor="end", size=6.6) + 1.0
            paper.rectangle(x - 1.9, y + 2.6, 1.9, 1.9, color)
            x -= 4.2
    paper.text(0, y + 4.4, paper.fit(title, x - 2, 7.8), size=7.8, weight=600, color=INK)


def _row(paper: Canvas, what: Checked, row: Row, found: Heat, voice: Voice, at: Place, y: float) -> None:
    name = _code(what, row, voice, 90)
    paper.text(2.0, y + 2.9, paper.fit(name, at.left - 4.0, 7.0), size=7.0, color=INK)
    for i in range(len(found.columns)):
        x = at.left + at.column * i
        paper.rectangle(x + 0.15, y + 0.15, at.column - 0.3, LINE - 0.3, "#F6F8FA")
        if i in row.cells:
            _cell(paper, row.cells[i], x, y, at.column)


def _cell(paper: Canvas, cell: Cell, x: float, y: float, width: float) -> None:
    middle, line = x + width / 2, y + LINE / 2
    if cell.kind == "later":
        for dy in (-0.7, 0.7):
            paper.line([middle - 0.7, middle + 0.7], [line - dy, line + dy], GREY, 0.6)
    elif cell.kind == "aside":
        shown = str(cell.number) if cell.number > 1 else ""
        paper.circle(middle, line, (0.75, 1.35, 1.75)[min(len(shown), 2)], "#FFFFFF", linewidth=0.6, edgecolor=GREY)
        paper.text(middle, line + 0.75, shown, anchor="middle", size=5.6)
    elif cell.kind == "silence":
        paper.line([x + 0.15, x + width - 0.15], [line, line], color_of(cell), 1.6)
    else:
        fill, dark = color_of(cell), exp(min(cell.weight, 20)) >= STEPS[2]
        outline = {"linewidth": 0.8, "edgecolor": GREY} if cell.kind == "count" else {}
        inset = 0.15 if cell.kind == "signal" else 0.3
        paper.rectangle(x + inset, y + inset, width - 2 * inset, LINE - 2 * inset, fill, **outline)
        if cell.number != 1 or cell.kind == "count":
            color = "#FFFFFF" if dark else INK
            shown = str(cell.number) if cell.number < 1000 else "999+"
            paper.text(middle, line + 0.85, shown, anchor="middle", size=6.2, weight=600, color=color)


def color_of(cell: Cell) -> str:
    """Return the colour of a cell: hue by direction, depth by how telling it is."""
    hue = ACCENT if cell.lean is None else UP if cell.lean > 0 else DOWN
    return tint(hue, SHADES[sum(exp(min(cell.weight, 20)) >= step for step in STEPS)])


def _end_of_day(found: Heat, at: Place) -> float:
    days = (found.as_of - found.columns[0]).days + 1
    return at.left + at.column * days / (7 * found.every)


def _now(paper: Canvas, found: Heat, at: Place, top: float, bottom: float) -> None:
    """Mark the end of the as-of day in the rows of one question."""
    if found.now is not None:
        paper.line([_end_of_day(found, at)] * 2, [top, bottom], ACCENT, 0.9, zorder=5)


def _today(paper: Canvas, found: Heat, voice: Voice, at: Place) -> None:
    """Name the as-of day below the last row."""
    if found.now is None:
        return
    name = f"{voice.text('as_of')} {voice.day(found.as_of)}"
    room = paper.measure(name, 7.0, 600) / 2
    x = min(max(_end_of_day(found, at), at.left + room), paper.width - room)
    paper.text(x, at.bottom + 3.4, name, anchor="middle", size=7.0, weight=600, color=ACCENT)


def _legend(paper: Canvas, voice: Voice) -> None:
    """Write shades in one line, kinds of cells in another."""
    y, x = paper.height - 2 * LEGEND + 2.6, 0.0
    names = [voice.text("heat_less", ratio=STEPS[0]), *(f"{step:g}×" for step in STEPS[:-1])]
    names.append(voice.text("heat_more", ratio=f"{STEPS[-1]:g}"))
    for share, name in zip(SHADES, names, strict=True):
        for i, hue in enumerate((UP, DOWN, ACCENT)):
            paper.rectangle(x + 2.1 * i, y - 1.9, 2.1, 2.2, tint(hue, share))
        x += 7.4 + paper.text(x + 7.2, y, name, size=6.6) + 2.6
    y, x = paper.height - LEGEND + 2.6, 0.0
    kinds = (Cell("signal", 2, 0.5, 1.0), Cell("silence", 0, 1.0, 1.0), Cell("count", 7, 0.5, 1.0), Cell("aside", 1),
             Cell("later", 1))  # fmt: skip
    keys = ("heat_number", "heat_silence", "heat_count", "heat_aside", "heat_later")
    for cell, key in zip(kinds, keys, strict=True):
        _cell(paper, cell, x, y - LINE / 2 - 0.8, 5.0)
        x += 6.2 + paper.text(x + 6.0, y, voice.text(key), size=6.6) + 2.6

"""The heat map of codes by week for a terminal: signs and shades that say the same, so that it reads without colour."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from foedus.cli.show import name_of
from foedus.explain.heat import Cell, Heat, Row, directions
from foedus.report.palette import DOWN as DOWN_COLOR
from foedus.report.palette import UP as UP_COLOR

if TYPE_CHECKING:
    from rich.console import Console

    from foedus.case.types import Case, Lang
    from foedus.explain.checked import Checked

UP, DOWN, PLAIN = "▲", "▼", "●"
FAINT_UP, FAINT_DOWN, FAINT = "△", "▽", "◦"
SILENT_UP, SILENT_DOWN = "↑", "↓"
ASIDE, LATER, BAR, NOTHING = "○", "×", "│", "·"
ASCII = str.maketrans({UP: "A", DOWN: "V", PLAIN: "O", FAINT_UP: "^", FAINT_DOWN: "v", FAINT: "o", SILENT_UP: "'",
                       SILENT_DOWN: ",", ASIDE: "-", LATER: "x", BAR: "|", NOTHING: ".", "×": "x"})  # fmt: skip
STRONG = 1.5  # from here on a sign is filled
WIDTH = 3  # of a column
LABEL = 34  # at least, and the longest title where there is room
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Codes by week ({bar} as of {day})",
        "weeks": "Codes by {n} weeks ({bar} as of {day})",
        "none": "On no question",
        "legend": "{up}{down}{plain} at least 1.5 times as likely under one outcome as under another, as it counts; "
        "{faint_up}{faint_down}{faint} less; a number: so many events (+: 10 or more). {silent_up}{silent_down} "
        "silence of a code that is looked for everywhere. 7{silent_up} a count. {aside} counts for nothing (capped, in "
        "the prior, on no question). {late} not known yet.",
    },
    "ko": {
        "title": "주별 코드({bar} 기준일 {day})",
        "weeks": "{n}주별 코드({bar} 기준일 {day})",
        "none": "어느 질문에도 해당 없음",
        "legend": "{up}{down}{plain} 한 결과에서 다른 결과보다 1.5배 이상 잦음(실제 반영분), {faint_up}{faint_down}"
        "{faint} 그 미만, 숫자는 사건 수(+는 10 이상). {silent_up}{silent_down} 빠짐없이 살피는 코드의 침묵. "
        "7{silent_up} 집계 건수. {aside} 반영되지 않음(상한, 사전 판단에 포함, 해당 질문 없음). {late} 기준 시점 이후.",
    },
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def heat_map(console: Console, what: Checked, lang: Lang = "en") -> None:
    """Print the heat map, with as many weeks a column as it takes to fit."""
    case, found = what.case, what.heat()
    if not found.rows:
        return
    across = min(console.width, 120) - 1
    room = max((across - LABEL) // WIDTH, 4)
    if len(found.columns) > room:
        found = what.heat(every=-(-len(found.columns) // room))
    longest = max(cell_len(_name(case, row.code, lang)) + 3 for row in found.rows)
    label = min(max(LABEL, across - WIDTH * len(found.columns)), longest)
    words = WORDS[lang]
    title = words["weeks" if found.every > 1 else "title"]
    lines = [Text(), Text(title.format(n=found.every, bar=BAR, day=_day(found, lang)), style="bold")]
    lines += _axis(found, label, lang)
    for question in (*what.questions, None):
        rows = found.of(question)
        if rows:
            lines.append(_group(case, question, lang))
        lines += [_line(case, found, row, label, lang) for row in rows]
    legend = words["legend"].format(
        up=UP, down=DOWN, plain=PLAIN, faint_up=FAINT_UP, faint_down=FAINT_DOWN, faint=FAINT, silent_up=SILENT_UP,
        silent_down=SILENT_DOWN, aside=ASIDE, late=LATER,
    )  # fmt: skip
    lines += [Text(), Text(legend, style="dim")]
    plain = not _can(console.encoding)
    for line in lines:
        console.print(_ascii(line) if plain else line)


def _name(case: Case, code: str, lang: Lang) -> str:
    title = case.codebook.codes[code].title
    return title(lang) if title else name_of(None, code)


def _can(encoding: str) -> bool:
    """Whether the signs can be written in an encoding."""
    try:
        "".join(map(chr, ASCII)).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _ascii(line: Text) -> Text:
    other = line.copy()
    other.plain = line.plain.translate(ASCII)
    return other


def _axis(found: Heat, label: int, lang: Lang) -> list[Text]:
    """Return the months, the day of each Monday, and the bar behind the as-of week."""
    months, days, month, taken = "", "", 0, 0
    for i, monday in enumerate(found.columns):
        bar = BAR if i == found.now else " "
        name = ""
        if monday.month != month and taken <= WIDTH * i:
            name = f"{monday.month}월" if lang == "ko" else _MONTHS[monday.month - 1]
            month, taken = monday.month, WIDTH * i + cell_len(name) + 1
        months = set_cell_size(months, WIDTH * i) + name
        days += f"{monday.day:>2}{bar}"
    return [Text(" " * label + months, style="dim"), Text(" " * label + days, style="dim")]


def _day(found: Heat, lang: Lang) -> str:
    day = found.as_of
    return f"{day.month}월 {day.day}일" if lang == "ko" else f"{day.day} {_MONTHS[day.month - 1]}"


def _group(case: Case, question: str | None, lang: Lang) -> Text:
    if question is None:
        return Text(WORDS[lang]["none"], style="bold")
    title = case.file.questions[question].title
    up, down = directions(case, question, lang)
    line = Text(title(lang) if title else question.replace("_", " "), style="bold")
    return line.append(f"   {UP} {up}  {DOWN} {down}", style="not bold dim") if up else line


def _line(case: Case, found: Heat, row: Row, label: int, lang: Lang) -> Text:
    name, cells = _name(case, row.code, lang), row.cells
    if cell_len(name) > label - 3:
        name = set_cell_size(name, label - 4).rstrip() + "…"
    line = Text(set_cell_size(f"  {name}", label))
    for i in range(len(found.columns)):
        shown = sign(cells[i]) if i in cells else Text(NOTHING, style="dim")
        shown.truncate(WIDTH - 1)
        line.append(" " * (WIDTH - 1 - shown.cell_len)).append_text(shown)
        line.append(BAR if i == found.now else " ", style="dim")
    return line


def sign(cell: Cell) -> Text:
    """Return one cell: a sign for its kind and direction, a colour for how telling it is, and its number."""
    if cell.kind == "later":
        return Text(LATER, style="dim")
    if cell.kind == "aside":
        return Text(_number(cell.number) + ASIDE, style="dim")
    up = cell.lean is not None and cell.lean > 0
    down = cell.lean is not None and cell.lean < 0
    if cell.kind in {"silence", "count"}:
        shown = SILENT_UP if up else SILENT_DOWN if down else NOTHING
        lead = "" if cell.kind == "silence" else "+" if cell.number > 9 else str(cell.number)
        return Text(lead + shown, style=_style(cell, up=up, down=down) if cell.kind == "count" else "dim")
    filled = exp(cell.weight) >= STRONG
    shown = (
        (UP if filled else FAINT_UP) if up else (DOWN if filled else FAINT_DOWN) if down else PLAIN if filled else FAINT
    )
    return Text(_number(cell.number) + shown, style=_style(cell, up=up, down=down))


def _number(number: int) -> str:
    return "" if number == 1 else str(number) if number < 10 else "+"


def _style(cell: Cell, *, up: bool, down: bool) -> str:
    color = UP_COLOR if up else DOWN_COLOR if down else "default"
    return (
        f"bold reverse {color}" if exp(cell.weight) >= 2 else f"bold {color}" if exp(cell.weight) >= STRONG else color
    )

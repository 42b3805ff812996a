"""The heat map in a terminal: every cell where it belongs, readable without colour, and within the width."""

from __future__ import annotations

import io
import re
from math import log

import pytest
from rich.cells import cell_len
from rich.console import Console

import foedus
from conftest import WORKED_CASE
from foedus.cli import heat as shown
from foedus.cli.evidence import WIDE, pieces, show
from foedus.explain.checked import Checked, checked
from foedus.explain.heat import Cell
from foedus.fates import FATES

AS_OF = "2025-08-01T09:52:00+09:00"


@pytest.fixture(scope="module")
def worked() -> Checked:
    return checked(foedus.load(WORKED_CASE), AS_OF)


def printed(what: Checked, width: int, lang: shown.Lang = "en", encoding: str = "utf-8") -> list[str]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace")
    shown.heat_map(Console(file=stream, width=width, no_color=True, highlight=False), what, lang)
    stream.seek(0)
    return stream.read().splitlines()


@pytest.mark.parametrize(
    ("cell", "sign", "style"),
    [
        (Cell("signal", 1, log(1.4), 0.01), "△", ""),
        (Cell("signal", 1, log(1.6), 0.01), "▲", "bold"),
        (Cell("signal", 3, log(1.4), -0.01), "3▽", ""),
        (Cell("signal", 12, log(2.5), -0.01), "+▼", "reverse"),
        (Cell("signal", 1, log(2.5), None), "●", "reverse"),
        (Cell("signal", 1, log(1.2), None), "◦", ""),
        (Cell("silence", 0, log(2.5), -0.1), "↓", "dim"),
        (Cell("silence", 0, log(2.5), 0.1), "↑", "dim"),
        (Cell("count", 0, log(1.2), -0.1), "0↓", ""),
        (Cell("count", 7, log(1.2), 0.1), "7↑", ""),
        (Cell("aside", 1), "○", "dim"),
        (Cell("aside", 4), "4○", "dim"),
        (Cell("later", 2), "×", "dim"),
    ],
)
def test_a_cell_has_a_sign_of_its_kind_and_direction(cell: Cell, sign: str, style: str) -> None:
    made = shown.sign(cell)
    assert made.plain == sign
    assert style in str(made.style)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [120, 80])
def test_every_cell_stands_in_its_week(worked: Checked, width: int, lang: shown.Lang) -> None:
    lines = printed(worked, width, lang)
    assert max(map(cell_len, lines)) <= width
    found = worked.heat()
    days = next(i for i, line in enumerate(lines) if line.split()[:2] == ["19", "26"])
    left = cell_len(lines[days]) - len(lines[days].lstrip()) and lines[days].index("19")
    body = [line for line in lines[days + 1 :] if line.startswith("  ") and line.strip()]
    assert len(body) == len(found.rows)
    for line, row in zip(body, found.rows, strict=True):
        cells = line[-3 * len(found.columns) :]
        for i in range(len(found.columns)):
            wanted = shown.sign(row.cells[i]).plain if i in row.cells else "·"
            assert cells[3 * i : 3 * i + 2].strip() == wanted, (row.code, i)
            assert cells[3 * i + 2] == ("│" if i == found.now else " ")
        assert cell_len(line) == left + 3 * len(found.columns)


def test_what_does_not_fit_gets_several_weeks_a_column(worked: Checked) -> None:
    lines = printed(worked, 60)
    assert max(map(cell_len, lines)) <= 60
    assert any("Codes by 2 weeks" in line for line in lines)


def test_a_terminal_without_the_signs_gets_letters(worked: Checked) -> None:
    lines = printed(worked, 120, encoding="ascii")
    assert any(line.rstrip().endswith("V|") for line in lines)
    utf = printed(worked, 120)
    assert [len(a) for a in lines[2:60]] == [len(b) for b in utf[2:60]]


@pytest.mark.parametrize("width", [72, 80, 100, 120, 160])
def test_tables_fit_and_no_id_is_cut(worked: Checked, width: int) -> None:
    stream = io.StringIO()
    show(Console(file=stream, width=width), worked)
    lines = stream.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    table = pieces(worked.evidence, full=False, wide=width >= WIDE)
    assert table.row_count == len(worked.evidence)
    body = stream.getvalue().split("Account:")[0]
    for piece in worked.evidence if width >= 80 else ():
        assert piece.ids[0] in body
    capped = {note.split()[1] for piece in worked.evidence for note in piece.notes if note.startswith("capped")}
    said = [line.split("capped: ")[1].rstrip(") ") for line in lines[: body.count("\n")] if "capped: " in line]
    assert len(said) >= 10
    assert set(said) == capped, "nothing is cut off at the edge"


def test_the_account_adds_up_in_print(worked: Checked) -> None:
    stream = io.StringIO()
    show(Console(file=stream, width=120), worked)
    line = next(line for line in stream.getvalue().splitlines() if line.startswith("Account: "))
    read, *parts = map(int, re.findall(r"\d+", line))
    assert read == len(worked.case.signals) == sum(parts)
    assert parts == [sum(row.fate == fate for row in worked.rows) for fate in FATES]
    assert min(parts) > 0

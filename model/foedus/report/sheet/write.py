"""A form as CSV and as .xlsx: text stays text whatever it begins with, and only cells to answer can be written in."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foedus.case.foreign import harmless as plain
from foedus.case.types import Case, Lang
from foedus.errors import CaseError, Fault, nearest
from foedus.report.palette import ACCENT, GREY, RULE
from foedus.report.sheet.items import AS_OF, EXPERT, ROUND, Item, Section, sections
from foedus.report.sheet.wording import WORDS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HEAD = ("code", "question", "ask", "answer", "write", "note")
_SHADE = "FFF7DF"
MOST_IDS = 12  # of a panel that are listed
COLUMNS = {"question": 22, "ask": 66, "answer": 16, "write": 36, "note": 40, "code": 12}


def write_sheet(case: Case, out: str | Path, lang: Lang = "en", expert: str | None = None) -> tuple[Path, Path]:
    """Write a form for the judgments of one expert, or an open one, as `elicit-CASE[-EXPERT].LANG.csv` and `.xlsx`.

    Parameters
    ----------
    case : Case
        Its questions are asked, and the conditions and pairs that its judgments have.
    out : path
        A folder; made if it is not there.
    lang : {"en", "ko"}
    expert : str, optional
        Whose form it is; None leaves a cell for it.

    Returns
    -------
    tuple of Path
        The CSV file and the spreadsheet.

    Raises
    ------
    CaseError
        An unknown expert, or a file of that name that is there already: it may have been filled in.
    """
    if expert is not None and expert not in case.file.panel:
        raise CaseError([Fault("--expert", 0, f"there is no {expert!r}; {nearest(expert, list(case.file.panel))}")])
    stem = f"elicit-{case.file.id}{f'-{expert}' if expert else ''}.{lang}"
    paths = Path(out) / f"{stem}.csv", Path(out) / f"{stem}.xlsx"
    if there := [path for path in paths if path.exists()]:
        advice = "is there already, and may have been filled in: move it away, or name another folder with --out"
        raise CaseError(Fault(str(path), 0, advice) for path in there)
    form = _Form(case, lang, expert, sections(case, lang))
    text, book = form.csv(), form.xlsx()
    Path(out).mkdir(parents=True, exist_ok=True)
    paths[0].write_text(text, encoding="utf-8-sig", newline="")
    paths[1].write_bytes(book)
    return paths


@dataclass(frozen=True)
class _Form:
    case: Case
    lang: Lang
    expert: str | None
    sections: list[Section]

    def heads(self) -> Iterator[tuple[str, str, str, str | int, str]]:
        """Code, name, what is asked, answer so far and how to write it, of who answers and when."""
        words = WORDS[self.lang]
        people = [name for name, member in self.case.file.panel.items() if member.kind == "person"]
        ids = ", ".join(people[:MOST_IDS]) + (", ..." if len(people) > MOST_IDS else "")
        rounds = [row.round for row in self.case.judgments if row.expert == self.expert]
        number: str | int = max(rounds, default=0) + 1 if self.expert else 1
        yield EXPERT, words["expert"], words["expert_ask"], self.expert or "", words["expert_write"].format(ids=ids)
        yield AS_OF, words["as_of"], words["as_of_ask"], "", "2025-08-31"
        yield ROUND, words["round"], words["round_ask"], number, "1, 2, 3"

    def csv(self) -> str:
        """Return the form as CSV text."""
        words, out = WORDS[self.lang], io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(HEAD)
        for key in ("how_1", "how_2", "how_3"):
            writer.writerow(
                ["#", plain(words["for"].format(title=self.case.file.title(self.lang))), words[key], "", "", ""]
            )
        for code, name, ask, answer, write in self.heads():
            writer.writerow([plain(code), name, ask, answer, write, ""])
        for section in self.sections:
            for item in section.items:
                asked = [plain(text) for text in (item.code, section.title, item.ask)]
                writer.writerow([*asked, "", plain(item.write), ""])
        return out.getvalue()

    def xlsx(self) -> bytes:
        """Return the form as a spreadsheet."""
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        assert sheet is not None
        _Spreadsheet(sheet, self).draw()
        out = io.BytesIO()
        book.properties.creator = "foedus"
        book.save(out)
        return out.getvalue()


class _Spreadsheet:
    """Draws a form from the top down."""

    def __init__(self, sheet: Worksheet, form: _Form) -> None:
        from openpyxl.styles import Border, Font, PatternFill, Side

        self.sheet, self.form, self.words = sheet, form, WORDS[form.lang]
        self.row = 0
        family = "Malgun Gothic" if form.lang == "ko" else "Calibri"
        self.fonts = {
            "title": Font(name=family, size=16, bold=True),
            "section": Font(name=family, size=12, bold=True, color=ACCENT[1:]),
            "head": Font(name=family, size=10, bold=True, color="FFFFFF"),
            "plain": Font(name=family, size=11),
            "grey": Font(name=family, size=10, color=GREY[1:]),
        }
        line = Side(style="thin", color=RULE[1:])
        self.box, self.shade = (
            Border(left=line, right=line, top=line, bottom=line),
            PatternFill("solid", fgColor=_SHADE),
        )
        self.dark = PatternFill("solid", fgColor=ACCENT[1:])

    def draw(self) -> None:
        """Fill the sheet."""
        sheet, words = self.sheet, self.words
        sheet.title = words["form"]
        for letter, name in zip("ABCDEF", COLUMNS, strict=True):
            sheet.column_dimensions[letter].width = COLUMNS[name]
        sheet.column_dimensions["F"].hidden = True
        self.wide(words["for"].format(title=self.form.case.file.title(self.form.lang)), "title", 26)
        for key in ("how_1", "how_2", "how_3"):
            self.wide(words[key], "grey", 18)
        self.row += 1
        for code, name, ask, answer, write in self.form.heads():
            self.line(name, ask, write, code, answer)
            if code == AS_OF:
                self.date(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
        self.row += 1
        self.header()
        for section in self.form.sections:
            self.section(section)
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = f"{self.row_of_header}:{self.row_of_header}"

    def wide(self, text: str, font: str, height: float) -> None:
        """Write a line across the sheet."""
        self.row += 1
        self.sheet.merge_cells(start_row=self.row, start_column=1, end_row=self.row, end_column=5)
        self.write(1, text, font)
        self.sheet.row_dimensions[self.row].height = height * _lines(text, sum(COLUMNS.values()) - 20, 1)

    def header(self) -> None:
        """Write the names of the columns."""
        self.row += 1
        self.row_of_header = self.row
        for column, name in enumerate(COLUMNS, start=1):
            self.write(column, self.words[f"head_{name}"], "head").fill = self.dark
        self.sheet.row_dimensions[self.row].height = 20

    def section(self, section: Section) -> None:
        """Write a question with its cells, and the sum of its chances where they must add up."""
        self.wide(section.title, "section", 24)
        if section.resolves:
            self.wide(section.resolves, "grey", 15)
        first = self.row + 1
        for item in section.items:
            self.line("", item.ask, item.write, item.code, "")
            self.check(item)
        if section.adds_up:
            self.row += 1
            self.write(2, self.words["sum"], "grey")
            cell = self.sheet.cell(self.row, 3, f"=SUM(C{first}:C{self.row - 1})")
            cell.number_format, cell.font = "0.00", self.fonts["grey"]
        self.row += 1

    def line(self, name: str, ask: str, write: str, code: str, answer: str | int) -> None:
        """Write one row to answer."""
        from openpyxl.styles import Protection

        self.row += 1
        for column, text, font in ((1, name, "plain"), (2, ask, "plain"), (4, write, "grey"), (6, code, "grey")):
            self.write(column, text, font)
        for column, value in ((3, answer), (5, "")):
            cell = self.write(column, value, "plain")
            cell.fill, cell.border, cell.protection = self.shade, self.box, Protection(locked=False)
        self.sheet.row_dimensions[self.row].height = 16.0 * max(
            _lines(ask, COLUMNS["ask"], 1), _lines(write, COLUMNS["write"], 1)
        )

    def write(self, column: int, value: str | int, font: str) -> Any:
        """Write a cell; a text is a text, whatever it begins with."""
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
        from openpyxl.styles import Alignment

        cell = self.sheet.cell(self.row, column)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
        if isinstance(value, str) and value:
            cell.data_type = "s"
        cell.font, cell.alignment = self.fonts[font], Alignment(wrap_text=True, vertical="center")
        return cell

    def check(self, item: Item) -> None:
        """Let the spreadsheet itself refuse what can't be an answer."""
        from openpyxl.worksheet.datavalidation import DataValidation

        if item.kind == "date" and isinstance(item.low, dt.date) and isinstance(item.high, dt.date):
            self.date(item.low, item.high)
            return
        low, high = (f"{end!r}" if isinstance(end, float) else None for end in (item.low, item.high))
        operator = "between" if low and high else "greaterThanOrEqual" if low else "lessThanOrEqual"
        if low or high:
            first = low or high
            rule = DataValidation(type="decimal", operator=operator, formula1=first, formula2=high if low else None)
            self.rule(rule, item.write)

    def date(self, low: dt.date, high: dt.date) -> None:
        """Make the answer of this row a day between two days."""
        from openpyxl.worksheet.datavalidation import DataValidation

        cell = self.sheet.cell(self.row, 3)
        cell.number_format = "yyyy-mm-dd"
        ends = [str((day - dt.date(1899, 12, 30)).days) for day in (low, high)]
        rule = DataValidation(type="date", operator="between", formula1=ends[0], formula2=ends[1])
        self.rule(rule, str(self.sheet.cell(self.row, 4).value or ""))

    def rule(self, rule: Any, advice: str) -> None:
        """Attach a rule to the answer of this row, with what to write instead."""
        rule.error, rule.allow_blank, rule.showErrorMessage = advice[:220], True, True
        self.sheet.add_data_validation(rule)
        rule.add(f"C{self.row}")


def _lines(text: str, width: float, least: int) -> int:
    """About how many lines a text takes in a column; Hangul is twice as wide."""
    size = sum(2 if char > "\u10ff" else 1 for char in text)
    return max(-(-int(size * 1.08) // int(width)), least)

"""A small table as rows of text with their lines: CSV (commas, semicolons or tabs) or the first sheet of an .xlsx."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

from foedus.errors import CaseError, Fault
from foedus.news.importers.stream import Part, whole

LIMIT, UNPACKED = 10_000_000, 20_000_000  # bytes
MOST_ROWS, MOST_COLUMNS = 5000, 200
UNCALCULATED = "(a formula without a stored value)"
Rows = list[tuple[int, list[str]]]


def table(part: Part, encoding: str | None) -> Rows:
    """Return the rows of a table apart by commas, semicolons or tabs."""
    text = whole(part, LIMIT, encoding or "utf-8")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    reader, out = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), []
    line = 1
    try:
        for cells in reader:
            out.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise CaseError([Fault(part.name, line, f"is not valid CSV here: {error}")]) from None
    return _bounded(part, out)


def workbook(part: Part) -> Rows:
    """Return the rows of the first sheet of an .xlsx; a formula whose value it doesn't hold is `UNCALCULATED`."""
    from openpyxl import load_workbook

    content = part.path.read_bytes() if part.member is None and part.size <= LIMIT else b""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > UNPACKED:
                raise CaseError([Fault(part.name, 0, "unpacks to more than 20 MB: this is no matrix")])
        sheet, formulas = (
            load_workbook(io.BytesIO(content), keep_links=False, data_only=values).worksheets[0]
            for values in (True, False)
        )
    except CaseError:
        raise
    except Exception as error:  # whatever openpyxl stumbles on in a broken file
        said = f"can't be opened as a spreadsheet ({type(error).__name__}): save it again as .xlsx, or as CSV"
        raise CaseError([Fault(part.name, 0, said)]) from None
    last = min(sheet.max_row, MOST_ROWS + 1)
    both = (page.iter_rows(max_row=last, max_col=MOST_COLUMNS + 1, values_only=True) for page in (sheet, formulas))
    rows = ([_text(*cell) for cell in zip(*row, strict=True)] for row in zip(*both, strict=True))
    return _bounded(part, list(enumerate(rows, 1)))


def _text(cell: object, formula: object) -> str:
    if cell is None and formula is not None:
        return UNCALCULATED
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def _bounded(part: Part, rows: Rows) -> Rows:
    if len(rows) > MOST_ROWS or any(any(row[MOST_COLUMNS:]) for _, row in rows):
        said = f"more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns: this is no matrix"
        raise CaseError([Fault(part.name, 0, said)])
    return rows

"""CSV -> rows with their lines, and rows -> documents. Strict about the header, so that no column is lost to a typo."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from foedus.case.findings import Findings
from foedus.case.schema_faults import sentence
from foedus.case.values import spreadsheet_error
from foedus.errors import nearest

MAX_ROWS = 200_000


class Row(NamedTuple):
    """The cells of one row that are not empty, and the line where the row begins."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table[M: BaseModel]:
    """How a CSV file becomes documents: one row a `model`, whose fields (apart from `line`) are the columns.

    A field whose name can't be a column's (or the other way round) has the column as its alias.

    `needs_rows`: a file without rows is a fault; `may_be_empty`: not even a header is needed.

    `reader_in` can choose another reader for a cell by what stands in the rest of its row.
    """

    file: str
    model: type[M]
    readers: Mapping[str, Callable[[str], Any]]
    needs_rows: bool = False
    may_be_empty: bool = False
    reader_in: Callable[[str, Mapping[str, str]], Callable[[str], Any] | None] = lambda _name, _cells: None

    @property
    def columns(self) -> list[str]:
        """Every column that may stand in the header."""
        return list(self._fields)

    @property
    def required(self) -> list[str]:
        """The columns that must stand in the header."""
        return [name for name, field in self._fields.items() if field.is_required()]

    @property
    def _fields(self) -> dict[str, FieldInfo]:
        return {field.alias or name: field for name, field in self.model.model_fields.items() if name != "line"}


def read_table[M: BaseModel](table: Table[M], text: str, findings: Findings) -> tuple[M, ...]:
    """Read every row that can be read, and note a fault for every cell that can't.

    Parameters
    ----------
    table : Table
        The columns, and how their cells are read.
    text : str
        Content of the CSV file.
    findings : Findings
        Where every fault goes, at the line where its row begins.

    Returns
    -------
    tuple of documents
        In the order of the file.
    """
    rows = _rows(table, text, findings)
    documents = [document for row in rows if (document := _document(table, row, findings)) is not None]
    if table.needs_rows and not documents and not findings.at(table.file):
        findings.fault(table.file, 1, "has no rows: a forecast needs at least one expert's judgment on every question")
    return tuple(documents)


def _rows[M: BaseModel](table: Table[M], text: str, findings: Findings) -> list[Row]:
    lines = _split(table.file, text, findings, separator_of(table, text))
    _, header = next(lines, (1, []))
    if not header and table.may_be_empty:
        return []
    if not header:
        findings.fault(table.file, 1, f"is empty: the first line must name the columns: {','.join(table.required)},...")
        return []
    if not _header_fits(table, header, findings):
        return []
    rows: list[Row] = []
    for line, cells in lines:
        if not any(cells):
            continue
        if len(rows) == MAX_ROWS:
            findings.fault(table.file, line, f"more than {MAX_ROWS:,} rows: split the file into several cases")
            break
        if len(cells) != len(header):
            findings.fault(table.file, line, _ragged(len(cells), len(header)))
            continue
        rows.append(Row(line, {name: cell for name, cell in zip(header, cells, strict=True) if cell}))
    return rows


def separator_of[M: BaseModel](table: Table[M], text: str) -> str:
    """Return what separates the columns: a comma, or the tab or semicolon that makes known columns of the header."""
    header = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0].strip()
    for sign in "\t;":
        names = [name.strip().strip('"') for name in header.split(sign)]
        if len(names) > 1 and set(names) <= set(table.columns):
            return sign
    return ","


def _split(file: str, text: str, findings: Findings, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        advice = "close every quote, and double a quote inside a quoted text"
        findings.fault(file, line, f"is not valid CSV here ({error}): {advice}")


def _header_fits[M: BaseModel](table: Table[M], header: list[str], findings: Findings) -> bool:
    if len(header) == 1 and (separator := next((sign for sign in ";\t" if sign in header[0]), None)):
        name = "semicolons" if separator == ";" else "tabs"
        findings.fault(table.file, 1, f"the columns are separated by {name}: save the file with commas ('CSV UTF-8')")
        return False
    faults = [
        f"no column is called {name!r}; {nearest(name, table.columns)}" if name else "a column without a name"
        for name in header
        if name not in table.columns
    ]
    faults += [f"the column {name!r} stands twice" for name in sorted(set(header)) if name and header.count(name) > 1]
    absent = [name for name in table.required if name not in header]
    faults += [f"the column {name!r} is missing" for name in absent if not any(repr(name) in fault for fault in faults)]
    for fault in faults:
        findings.fault(table.file, 1, fault)
    return not faults


def _ragged(got: int, wanted: int) -> str:
    hint = "a text with a comma in it must stand in quotes" if got > wanted else "an empty cell still needs its comma"
    return f"has {got} cells where the header has {wanted}: {hint}"


def _document[M: BaseModel](table: Table[M], row: Row, findings: Findings) -> M | None:
    values: dict[str, Any] = {"line": row.line}
    faults: list[str] = []
    for name in row.cells:
        try:
            values[name] = _value(table, name, row.cells)
        except ValueError as error:
            faults.append(f"{name}: {error}")
    try:
        document = table.model.model_validate(values, strict=True)
    except ValidationError as error:
        unread = set(row.cells) - set(values)
        faults += [
            sentence(detail, table.model, "" if detail["type"] == "missing" else str(detail["loc"][0]))
            for detail in error.errors(include_url=False)
            if detail["loc"][0] not in unread
        ]
        document = None
    for fault in faults:
        findings.fault(table.file, row.line, fault)
    return None if faults else document


def _value[M: BaseModel](table: Table[M], name: str, cells: Mapping[str, str]) -> Any:
    cell = cells[name]
    if spreadsheet_error(cell):
        msg = f"{cell!r} is a spreadsheet's error, not a value: write the value again"
        raise ValueError(msg)
    reader = table.reader_in(name, cells) or table.readers.get(name)
    return reader(cell) if reader else cell

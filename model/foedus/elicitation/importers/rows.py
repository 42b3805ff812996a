"""What an importer returns: rows of judgments and of seeds, and every row of the file that became neither."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from foedus.errors import CaseError, Fault

LIMIT = 50_000_000  # bytes
MAX_ROWS = 200_000


@dataclass(frozen=True)
class Row:
    """One number of one expert, as a row of judgments.csv has it; names are still those of the file."""

    expert: str
    question: str
    element: str
    level: str | None
    value: float | dt.date
    line: int
    as_of: dt.date | None = None
    round: int = 1
    given: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class SeedRow:
    """A seed question with its answer, or with None a target question and its scale."""

    question: str
    scale: str  # uni or log
    answer: float | None
    line: int
    unit: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Dropped:
    """A row that was not taken over."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.why}"


@dataclass(frozen=True)
class Imported:
    """The rows of a file, in its order.

    Attributes
    ----------
    rows : tuple of Row
    seeds : tuple of SeedRow
    dropped : tuple of Dropped
        Everything else that stood in the file.
    titles : {question: text}
        What the file calls a question at length, where it does.
    """

    rows: tuple[Row, ...]
    seeds: tuple[SeedRow, ...]
    dropped: tuple[Dropped, ...]
    titles: dict[str, str]


def read_text(path: Path) -> str:
    """Read a text file of bounded size: UTF-8, else Windows-1252, as older programs write.

    Raises
    ------
    CaseError
        It can't be read, is too large or is no text.
    """
    try:
        if not path.is_file():
            raise CaseError([Fault(str(path), 0, "there is no such file")])
        with path.open("rb") as stream:
            content = stream.read(LIMIT + 1)
    except OSError as error:
        raise CaseError([Fault(str(path), 0, f"can't be read: {error.strerror}")]) from None
    if len(content) > LIMIT:
        raise CaseError([Fault(str(path), 0, f"is larger than {LIMIT // 1_000_000} MB; split it")])
    if b"\x00" in content or content.startswith(b"PK\x03\x04"):
        raise CaseError([Fault(str(path), 0, "is not a text file; save it as CSV (UTF-8)")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_csv(path: Path, required: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line and cells (stripped, by column name) of each row of a CSV file that isn't empty.

    Raises
    ------
    CaseError
        A required column is missing, or the file is no CSV.
    """
    text = read_text(path)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = [name.strip() for name in next(reader, [])]
        absent = [name for name in required if name not in header]
        if absent:
            msg = f"has no column {', '.join(map(repr, absent))}; its columns are {', '.join(header) or 'none'}"
            raise CaseError([Fault(str(path), 1, msg)])
        line = reader.line_num + 1
        for count, cells in enumerate(reader):
            if count == MAX_ROWS:
                raise CaseError([Fault(str(path), line, f"more than {MAX_ROWS:,} rows: split the file")])
            if any(cell.strip() for cell in cells):
                yield line, dict(zip(header, (cell.strip() for cell in cells), strict=False))
            line = reader.line_num + 1
    except csv.Error as error:
        raise CaseError([Fault(str(path), reader.line_num, f"is not valid CSV here: {error}")]) from None

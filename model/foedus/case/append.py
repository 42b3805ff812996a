"""Signals appended to signals.csv of a case: checked first, in memory, as part of the case that would come of it.

Every byte that was there stays: byte-order mark, line ends, quotes, separators, order of columns. A column that the
header lacks is added at its end, and an empty cell for it to every row.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from foedus.case import values
from foedus.case.check import signals as check_signals
from foedus.case.check.draft import Draft
from foedus.case.findings import Findings
from foedus.case.load import LIMITS, SIGNALS, load, signal_table
from foedus.case.rewrite import content_of, sole_writer
from foedus.case.tables import read_table, separator_of
from foedus.case.types import Case, Signal
from foedus.errors import CaseError, Fault, nearest

BOM = b"\xef\xbb\xbf"
Cells = Mapping[str, str]
Place = tuple[str, int]  # file and line, for a fault


@dataclass(frozen=True)
class Addition:
    """Signals as they would stand in a case.

    Attributes
    ----------
    path : Path
        Of signals.csv.
    content : bytes
        The whole file with them.
    case : Case
        The case with them.
    signals : tuple of Signal
        They themselves.
    """

    path: Path
    content: bytes
    case: Case
    signals: tuple[Signal, ...]


def append_signals(folder: str | Path, rows: Iterable[Cells], places: Sequence[Place] = ()) -> Addition:
    """Append signals to signals.csv, if the case can be loaded with them; else nothing is changed.

    Parameters
    ----------
    folder : str or Path
        Of the case.
    rows : iterable of mappings
        Columns of signals.csv by name; `id` is made where there is none.
    places : sequence of (file, line), optional
        Where each row comes from, for the faults; default: its number.

    Returns
    -------
    Addition
        What stands in the file now.

    Raises
    ------
    CaseError
        With every fault of the case as it would be.
    """
    given = [dict(row) for row in rows]
    with sole_writer(Path(folder) / SIGNALS) as write:
        addition = addition_of(folder, given, places)
        if addition.signals:
            write(addition.content)
    return addition


def addition_of(folder: str | Path, rows: Iterable[Cells], places: Sequence[Place] = ()) -> Addition:
    """Return the case as it would be with further signals; nothing is written. See `append_signals`."""
    path = Path(folder) / SIGNALS
    old = content_of(path)
    before = load(folder)
    table = signal_table(values.time_zone(before.file.timezone))
    given = [{name: cell for name, cell in row.items() if cell} for row in rows]
    if not given:
        return Addition(path, old, before, ())
    places = places or [(f"signal {i}", 0) for i in range(1, len(given) + 1)]
    faults = _unknown_columns(given, table.columns, places)
    _identified(before, given)
    content, lines = with_rows(old, given, table.columns, _separator(old.decode("utf-8-sig")))
    if len(content) > LIMITS[path.suffix]:
        raise CaseError([Fault(SIGNALS, 0, "would be larger than the largest size that is read; split it")])
    origin = dict(zip(lines, places, strict=True))
    try:
        case = load(folder, instead={SIGNALS: content})
    except CaseError as error:
        found = [_moved(fault, origin) for fault in error.faults]
        raise CaseError(dict.fromkeys([*faults, *found, *_unnamed(before, given, places, found)])) from None
    if faults := [*faults, *_copies(before, case, origin)]:
        raise CaseError(faults)
    return Addition(path, content, case, tuple(signal for signal in case.signals if signal.line in origin))


def _unnamed(case: Case, rows: Sequence[Cells], places: Sequence[Place], found: Sequence[Fault]) -> Iterator[Fault]:
    """Find codes and sources that are not there in rows that have another fault, and so were not looked up."""
    faulty = {(fault.file, fault.line) for fault in found}
    for row, place in zip(rows, places, strict=True):
        if place in faulty:
            for column in ("code", "source"):
                alone = {column: row[column]} if column in row else {}
                said = judge_cell(case, alone, column).faults if alone else ()
                yield from (fault for text in said if (fault := Fault(*place, f"{column}: {text}")) not in found)


def _moved(fault: Fault, origin: Mapping[int, Place]) -> Fault:
    """Return a fault of a new row where the row comes from, and any other as it is."""
    if fault.file != SIGNALS or fault.line not in origin:
        return fault
    file, line = origin[fault.line]
    return replace(fault, file=file, line=line)


def header_of(folder: str | Path) -> tuple[str, ...]:
    """Return the columns that signals.csv of a case has; none where it is not there or empty."""
    text = content_of(Path(folder) / SIGNALS).decode("utf-8-sig")
    records = _records(text, _separator(text))
    return tuple(name.strip() for name in next((record.cells for record in records if record.cells), []))


def _separator(text: str) -> str:
    return separator_of(signal_table(dt.UTC), text)


def _unknown_columns(rows: Sequence[Cells], columns: Sequence[str], places: Sequence[Place]) -> list[Fault]:
    return [
        Fault(*place, f"no column of {SIGNALS} is called {name!r}; {nearest(name, columns)}")
        for row, place in zip(rows, places, strict=True)
        for name in row
        if name not in columns
    ]


def _identified(case: Case, rows: Iterable[dict[str, str]]) -> None:
    """Give an id to every row that has none."""
    rows = list(rows)
    taken = {signal.id for signal in case.signals} | {row["id"] for row in rows if "id" in row}
    for row in rows:
        if "id" not in row:
            row["id"] = free_id(row, taken)
            taken.add(row["id"])


def free_id(row: Cells, taken: Iterable[str]) -> str:
    """Return an id that says what a signal is, `leader-call-0606-reuters`, and is not taken."""
    day = re.sub(r"^\d{4}-(\d{2})-(\d{2}).*", r"\1\2", row.get("published", ""))[:4]
    parts = (row.get("code", ""), day, row.get("source", ""))
    stem = re.sub(r"[\W_]+", "-", "-".join(part for part in parts if part)).strip("-")[:100] or "signal"
    used = set(taken)
    names = itertools.chain([stem], (f"{stem}-{i}" for i in itertools.count(2)))
    return next(name for name in names if name not in used)


def _copies(before: Case, after: Case, origin: Mapping[int, Place]) -> list[Fault]:
    """Find what the loader takes with a warning: an exact copy, which an edited file may have and a new row may not.

    Rows of one id and several coders are another matter.
    """
    seen: dict[tuple[str, str | None], int] = {}
    faults = []
    for signal in after.signals:
        first = seen.setdefault((signal.id, signal.coder), signal.line)
        if signal.line in origin and first != signal.line and signal.supersedes != signal.id:
            whose = f"coder {signal.coder}" if signal.coder else "no coder named"
            where = f"on line {first} of {SIGNALS}" if first not in origin else "among the new ones"
            said = f"id {signal.id!r} with {whose} is already there, {where}: leave it out, or give it another id"
            faults.append(Fault(*origin[signal.line], said))
    if len(after.signals) != len(before.signals) + len(origin):
        msg = "a row was lost in the writing"
        raise AssertionError(msg)
    return faults


# -- the bytes of the file -----------------------------------------------------------------------


class Record(NamedTuple):
    """One row as it stands in a file: first line, cells, text without its line end, and that end."""

    line: int
    cells: list[str]
    text: str
    end: str


def with_rows(
    content: bytes, rows: Sequence[Cells], columns: Sequence[str], separator: str = ","
) -> tuple[bytes, list[int]]:
    """Return the content of a CSV file with rows added, and the line where each of them begins.

    Parameters
    ----------
    content : bytes
        Of the file, in UTF-8; nothing for one that is not there, which gets all `columns` as its header.
    rows : sequence of mappings
        Cells by column.
    columns : sequence of str
        Every column that there may be, in the order in which those that are missing are added.
    separator : str
        What stands between the cells of the file.

    Raises
    ------
    CaseError
        For what is not CSV; `load` has the better message.
    """
    mark = BOM if content.startswith(BOM) else b""
    records = _records(content[len(mark) :].decode("utf-8"), separator)
    header = next((record for record in records if record.cells), None)
    end = next((record.end for record in records if record.end), "\n")
    needed = {name for row in rows for name, cell in row.items() if cell}
    if header is None:
        names = list(columns)
        kept = "".join(record.text + record.end for record in records) + _line(names, end, separator)
    else:
        there = [name.strip() for name in header.cells]
        more = [name for name in columns if name in needed and name not in there]
        names = there + more
        kept = "".join(_extended(record, more, record is header, separator) for record in records)
        if kept and not kept.endswith(("\n", "\r")):
            kept += end
    lines, added = [], ""
    number = 1 + _line_ends(kept)
    for row in rows:
        lines.append(number)
        text = _line([_harmless(row.get(name, "")) for name in names], end, separator)
        number += _line_ends(text)
        added += text
    return mark + (kept + added).encode("utf-8"), lines


def _records(text: str, separator: str) -> list[Record]:
    """Split a text as the loader does: by the csv module itself, over lines that keep their ends."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    records, begin = [], 0
    try:
        for cells in reader:
            raw = "".join(lines[begin : reader.line_num])
            body = re.sub(r"(\r\n|\n|\r)\Z", "", raw)
            records.append(Record(begin + 1, cells, body, raw[len(body) :]))
            begin = reader.line_num
    except csv.Error as error:
        raise CaseError([Fault(SIGNALS, begin + 1, f"is not valid CSV here ({error})")]) from None
    return records


def _extended(record: Record, more: Sequence[str], header: bool, separator: str) -> str:
    """Return a row with cells added for new columns: names in the header, nothing elsewhere."""
    if not record.cells or not more:
        return record.text + record.end
    return record.text + "".join(separator + (name if header else "") for name in more) + record.end


def _line_ends(text: str) -> int:
    return len(re.findall(r"\r\n|\n|\r", text))


def _line(cells: Iterable[str], end: str, separator: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end).writerow(cells)
    return text.getvalue()


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from reading a text as a formula; a number or a name can't be one."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


# -- one cell at a time --------------------------------------------------------------------------


class Said(NamedTuple):
    """What the loader says of one cell: faults, warnings, and the row as it reads it (None: it can't)."""

    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    signal: Signal | None


def judge_cell(case: Case, cells: Cells, column: str) -> Said:
    """Return what the loader would say of one cell, with the rest of its row as far as it is known.

    Parameters
    ----------
    case : Case
    cells : mapping
        Columns of signals.csv by name; those that every row needs may still be missing.
    column : str
        The one that is asked about.
    """
    stand_in = {"id": "x", "published": case.file.opens.isoformat(), "code": "", "source": ""}
    for name, known in (("code", case.codebook.codes), ("source", case.codebook.sources)):
        stand_in[name] = next(iter(known), "x")
    row = {name: cell for name, cell in (stand_in | dict(cells)).items() if cell}
    table = signal_table(values.time_zone(case.file.timezone))
    findings = Findings()
    signals = read_table(table, _line(row, "\n") + _line(row.values(), "\n"), findings)
    if signals:
        faulty = frozenset({SIGNALS})  # what seems to be missing may stand in the case
        check_signals.check(
            Draft(case.file, case.codebook, (), signals, (), (), (), {}, set(), faulty, findings), SIGNALS
        )
    own = re.compile(rf"(?:{re.escape(SIGNALS)}:\d+: )?{re.escape(column)}:? (.*)", re.DOTALL)
    texts = ([fault.message for fault in findings.faults], findings.warnings)
    faults, warnings = (tuple(match[1] for text in each if (match := own.fullmatch(text))) for each in texts)
    return Said(faults, warnings, signals[0] if signals else None)

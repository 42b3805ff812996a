"""Cells of a CSV file changed in place: every other byte stays, and a reader finds the old file or the new one.

The text is cut into records by the rules that reading follows (`tables`), and each cell knows where it stands; so
quoting, byte-order mark, line ends and the order of the columns survive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

BOM = "\ufeff"


@dataclass(frozen=True)
class Record:
    """One record: the line where it begins, from where to where each cell stands, and where it ends."""

    line: int
    cells: tuple[tuple[int, int], ...]
    end: int  # before the line end


def records(text: str, separator: str = ",") -> Iterator[Record]:
    """Cut a sound CSV text into records, empty lines left out."""
    at, line = len(BOM) if text.startswith(BOM) else 0, 1
    while at < len(text):
        first, cells, start = line, list[tuple[int, int]](), at
        while True:
            at, lines = _past_cell(text, at, separator)
            line += lines
            cells.append((start, at))
            if at < len(text) and text[at] == separator:
                at = start = at + 1
                continue
            break
        if cells != [(at, at)]:
            yield Record(first, tuple(cells), at)
        at += 2 if text.startswith("\r\n", at) else 1
        line += 1


def _past_cell(text: str, at: int, separator: str) -> tuple[int, int]:
    """Return where the cell that begins at `at` ends, and how many line ends lie in it."""
    begin = at
    if text.startswith('"', at):
        at += 1
        while at < len(text):
            close = text.find('"', at)
            if close < 0:
                at = len(text)
            elif text.startswith('""', close):
                at = close + 2
                continue
            else:
                at = close + 1
            break
    while at < len(text) and text[at] not in (separator, "\r", "\n"):
        at += 1
    inside = text[begin:at]
    return at, inside.count("\n") + inside.count("\r") - inside.count("\r\n")


def with_cells(text: str, values: Mapping[tuple[int, str], str], separator: str = ",") -> str:
    """Return a CSV text with some cells changed; a column that is not there yet comes last.

    Parameters
    ----------
    text : str
        Sound, with its byte-order mark if it has one.
    values : mapping
        What to write, by line of the record and column.
    separator : str
    """
    head, *rows = records(text, separator)
    names = [text[a:b].strip().strip('"') for a, b in head.cells]
    new = [name for name in dict.fromkeys(column for _, column in values) if name not in names]
    pieces: list[tuple[int, int, str]] = [(head.end, head.end, "".join(separator + name for name in new))]
    for row in rows:
        for i, name in enumerate(names):
            if (value := values.get((row.line, name))) is not None:
                pieces.append((*row.cells[i], written(value, separator)))
        added = "".join(separator + written(values.get((row.line, name), ""), separator) for name in new)
        pieces.append((row.end, row.end, added))
    out, at = [], 0
    for start, end, piece in pieces:
        out += [text[at:start], piece]
        at = end
    return "".join([*out, text[at:]])


def with_rows(text: str, rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    """Return a CSV text with rows after the last one, with line ends as the first one has."""
    end = "\r\n" if "\r\n" in text else "\n"
    begun = text if not text or text.endswith(("\n", "\r")) else text + end
    return begun + "".join(separator.join(written(cell, separator) for cell in row) + end for row in rows)


def written(cell: str, separator: str = ",") -> str:
    """Return a cell as it is written: in quotes where it needs them."""
    needs = any(sign in cell for sign in (separator, '"', "\r", "\n")) or cell != cell.strip()
    return '"' + cell.replace('"', '""') + '"' if needs else cell

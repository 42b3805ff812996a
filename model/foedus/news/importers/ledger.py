"""What became of every row that was read: counts by reason, the first of each, and all of them to a file if wanted.

A row is taken, or it is dropped for a reason that is written down. Memory does not grow with the number of rows.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol

from foedus.case.foreign import harmless

SHOWN = 3  # first rows of each reason that are kept
MOST_KINDS = 1000
LONGEST = 400  # characters of a detail

# Reasons, in the order in which the report lists them: what was asked for first, then what is wrong with the file.
ANOTHER_DYAD = "of another dyad"
ANOTHER_TIME = "outside the days asked for"
ANOTHER_CODE = "of a code that was not asked for"
COLUMNS = "wrong number of columns"
HEADING = "the header once more"
NAMELESS = "without a name"
ENCODING = "not text in this encoding"
NUL = "with a NUL byte"
STATE = "actor's state in another code (FIPS, ISO 2)"
AMBIGUOUS = "actor's state that may be two"
MISMATCH = "name and state of an actor disagree"
DATE = "no day that can be read"
SPAN = "dated outside the file's span"
LATE = "reported long after it happened"
CODE = "no valid code"
MINOR = "not the story's main event"
COPY = "exact copy of a row"
REPEATED = "the same code, sides, level and day again (one a day)"
UNMAPPED = "unmapped"
RATING = "no rating that can be read"
UNCOVERED = "in a week that is not wholly covered"
NOT_ASKED = frozenset({ANOTHER_DYAD, ANOTHER_TIME, ANOTHER_CODE})
# Remarks on rows that were taken nevertheless.
SAME_ID = "an id that another row has as well"
PADDED = "a code whose leading zero was put back"
HEADER = "columns other than the header's, read in the standard order"
NO_CREDIBILITY = "a credibility that is not 1 to 6, left empty"
NO_DAY = "a date that can't be read, not taken"
INCOMPLETE = "without a date and a source, and so no signal"


class Writer(Protocol):
    """What a `csv.writer` is."""

    def writerow(self, row: Any, /) -> Any:
        """Write one row."""


@dataclass(frozen=True)
class Dropped:
    """A row that was not taken, or one that was with a remark."""

    file: str
    line: int | str
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{' ' * isinstance(self.line, str)}{self.line}: {self.why}"


@dataclass
class Ledger:
    """A growing account of rows.

    Attributes
    ----------
    read : int
        Rows read, without headers and empty lines.
    shared : int
        How often a row was of one more pair.
    dropped : {reason: number of rows}
    remarks : {remark: number of rows}
        On rows that were taken.
    first : {reason or remark: its first rows}
    kinds : {detail: number of rows}
        Of rows that stay unmapped: why, in the order in which it was met.
    sink : Writer, optional
        Where every dropped row goes, as file, line, reason, detail.
    """

    read: int = 0
    shared: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[Dropped]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    sink: Writer | None = None

    def drop(self, file: str, line: int | str, reason: str, detail: str = "") -> None:
        """Note a row that is not taken; one that has no line is named, as in `event 2`."""
        detail = printable(detail) if detail else ""
        self.dropped[reason] += 1
        if self.dropped[reason] <= SHOWN:
            self._first(reason, file, line, detail)
        if reason == UNMAPPED and (detail in self.kinds or len(self.kinds) < MOST_KINDS):
            self.kinds[detail] += 1
        if self.sink is not None:
            self.sink.writerow((harmless(file), line, reason, harmless(detail)))

    def remark(self, file: str, line: int, remark: str, detail: str = "") -> None:
        """Note something about a row that is taken."""
        detail = printable(detail) if detail else ""
        self.remarks[remark] += 1
        if self.remarks[remark] <= SHOWN:
            self._first(remark, file, line, detail)

    def _first(self, reason: str, file: str, line: int | str, detail: str) -> None:
        self.first.setdefault(reason, []).append(Dropped(file, line, detail or reason))

    @property
    def taken(self) -> int:
        """Rows that were not dropped; one that is of several pairs counts for each."""
        return self.read + self.shared - self.dropped.total()


def printable(text: str) -> str:
    """Keep what a file says short, and from steering a terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:LONGEST])


def writer(stream: Any) -> Writer:
    """Return the sink of dropped rows, its header written."""
    out = csv.writer(stream, lineterminator="\n")
    out.writerow(("file", "line", "reason", "detail"))
    return out

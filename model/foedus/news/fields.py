"""What reports are compared by, as columns: one entry a row, in the order of time within each kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from foedus.case.types import Signal
from foedus.news.likeness import WORDS_OF_SIGNATURE, Plain, plain

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Index = NDArray[np.intp]
Bits = NDArray[np.uint64]
_TRACKING = re.compile(r"(utm_.*|fbclid|gclid)$")


@dataclass(frozen=True)
class Traits:
    """What the codebook, and what is joined already, say of a row.

    Attributes
    ----------
    kind : hashable
        Only rows of one kind are compared.
    unit : int
        Rows of one unit are joined already.
    capped : str or None
        The group of its code, where of several codes in it only one counts.
    symmetric : bool
        Whether its code says the same when its states change places.
    """

    kind: Hashable
    unit: int
    capped: str | None
    symmetric: bool


@dataclass(frozen=True)
class Fields:
    """Columns of N rows.

    Attributes
    ----------
    place : array [N]
        Of each row, among the rows as they were given.
    start, end : array [N]
        When it happened, where that is known to the day, else when it was published: seconds.
    happened : array [N]
        Whether that is when it happened.
    ids : dict of array [N]
        Equal numbers for equal entries; -1 where there is none.
    numbers : array [N]
        Bits of the numbers in its text.
    signature : array [N, 8]
    size : array [N]
        Of its text, in Latin letters.
    quoted : array [N]
        Whether its text is a quote; else it is a coder's note.
    script : array [N]
        Which text it is, in which script; only equal ones can be compared.
    symmetric : array [N]
    before, after : array [N]
        The row next to it in time that says the same in all but time; -1 and N where there is none.
    texts : sequence of Plain
    """

    place: Index
    start: Floats
    end: Floats
    happened: Bools
    ids: Mapping[str, Index]
    numbers: Bits
    signature: Bits
    size: Floats
    quoted: Bools
    script: Index
    symmetric: Bools
    before: Index
    after: Index
    texts: Sequence[Plain]

    @classmethod
    def of(cls, rows: Sequence[Signal], traits: Sequence[Traits]) -> Fields:
        """Make columns of rows."""
        texts = [plain(row.quote or row.note) for row in rows]
        values = {name: [read(row) for row in rows] for name, read in READ.items()}
        values["script"] = [(bool(row.quote), text.script) for row, text in zip(rows, texts, strict=True)]
        ids = {name: _numbered(column) for name, column in values.items()}
        sides = _numbered([*values["acting"], *values["acted_on"]])
        ids["acting"], ids["acted_on"] = sides[: len(rows)], sides[len(rows) :]
        ids |= {name: _numbered([getattr(trait, name) for trait in traits]) for name in ("kind", "unit", "capped")}
        spans = np.array([span(row) for row in rows]).reshape(len(rows), 2)
        names = np.argsort(np.argsort(np.array([row.id for row in rows]), kind="stable"))
        order = np.lexsort((names, spans[:, 1], spans[:, 0], ids["kind"]))
        said = zip(ids["kind"], *(values[name] for name in READ), texts, strict=True)
        before, after = _next_alike(_numbered([(kind, *rest[:-1], rest[-1].spaced) for kind, *rest in said])[order])
        ordered = [texts[i] for i in order]
        return cls(
            place=order,
            start=spans[order, 0],
            end=spans[order, 1],
            happened=np.array([_is_dated(rows[i]) for i in order], bool),
            ids={name: column[order] for name, column in ids.items()},
            numbers=np.array([_bits(text) for text in ordered], np.uint64),
            signature=np.array([text.signature() for text in ordered], np.uint64).reshape(
                len(rows), WORDS_OF_SIGNATURE
            ),
            size=np.array([text.size for text in ordered]),
            quoted=np.array([bool(rows[i].quote) for i in order], bool),
            script=ids["script"][order],
            symmetric=np.array([trait.symmetric for trait in traits], bool)[order],
            before=before,
            after=after,
            texts=ordered,
        )


def states(row: Signal) -> tuple[str, str]:
    """States that act, and that are acted on, each sorted, joined and without roles."""
    return _states(row.actor), _states(row.recipient)


def dyad(row: Signal) -> str | None:
    """States on both sides, in no order."""
    return _states(f"{row.actor or ''};{row.recipient or ''}") or None


@lru_cache(4096)
def _states(text: str | None) -> str:
    return ";".join(sorted({part.strip()[:3] for part in (text or "").split(";") if part.strip()}))


def span(row: Signal) -> tuple[float, float]:
    """Return from when to when it can have happened, where that is known to the day, else been published: seconds."""
    moment = row.happened if row.happened is not None and _is_dated(row) else row.published
    return moment.earliest.timestamp(), moment.at.timestamp()


def _is_dated(row: Signal) -> bool:
    return row.happened is not None and row.happened.precision in {"time", "day"}


def address(url: str | None) -> str | None:
    """Return where a page is, without what only tells how a reader came there."""
    if not url:
        return None
    parts = urlsplit(url)
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if not _TRACKING.match(key)])
    host = parts.netloc.lower().removeprefix("www.").removeprefix("m.")
    return f"{host}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")


READ: Mapping[str, Callable[[Signal], Hashable]] = {
    "code": lambda row: row.code,
    "states": dyad,
    "acting": lambda row: states(row)[0] or None,
    "acted_on": lambda row: states(row)[1] or None,
    "level": lambda row: row.actor_level,
    "speaker": lambda row: row.speaker or row.speaker_as_stated,
    "target": lambda row: row.target_to and (row.target_from or row.target_to, row.target_to),
    "issue": lambda row: row.issue and ";".join(sorted(part.strip() for part in row.issue.split(";"))),
    "address": lambda row: address(row.url),
    "auxiliary": lambda row: row.auxiliary,
    "event": lambda row: row.event,
}


def _numbered(values: Sequence[Hashable]) -> Index:
    """Equal numbers for equal values, in the order in which they come; -1 for None."""
    number: dict[Hashable, int] = {None: -1}
    return np.array([number.setdefault(value, len(number) - 1) for value in values], dtype=np.intp)


def _next_alike(content: Index) -> tuple[Index, Index]:
    """Place of the one before and the one after with equal content; -1 and N where there is none."""
    n = len(content)
    before, after = np.full(n, -1, dtype=np.intp), np.full(n, n, dtype=np.intp)
    order = np.argsort(content, kind="stable")
    equal = content[order[1:]] == content[order[:-1]]
    before[order[1:][equal]], after[order[:-1][equal]] = order[:-1][equal], order[1:][equal]
    return before, after


def _bits(text: Plain) -> int:
    """Return one bit of 64 for each number in a text."""
    out = 0
    for number in text.numbers:
        out |= 1 << crc32(number.encode()) % 64
    return out

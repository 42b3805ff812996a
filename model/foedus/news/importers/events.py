"""What importers of event data say about their files, and what they all come to: a `Layout`, and an `Event`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from foedus.news.importers.dates import ISO
from foedus.news.importers.ontology import Plover
from foedus.news.importers.sides import Dyad

Cells = Sequence[str]
Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Actor:
    """Where a row names one of its sides: columns of the state, the name, and roles or sectors or titles."""

    state: str
    name: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """How a kind of file is read. Columns go by name; `columns` has their order where files have no header.

    Attributes
    ----------
    title : str
        For people.
    source : str
        Id of the source that its rows are graded as.
    columns : tuple of str
        In the standard order.
    day, code, actor, recipient : str or Actor
        Columns.
    id, mode, published, url : str, optional
        Columns. With `mode`, `code` is a PLOVER event; `published` is when a row came into the data.
    ontology : str
        cameo, plover, or own: the codes of the file, as they are.
    header : bool
        Whether the first line names the columns.
    separator : str
    quotes : bool
        Whether cells are quoted as in CSV.
    day_format, published_format : str
        As `datetime.strptime` has it.
    zone : str
        Where times without an offset are read.
    encoding : str, optional
        Default UTF-8.
    lag : int
        Days after the end of a week until its count is known.
    codes, states : {text: code}
        What is written in the file: what it stands for.
    pad : bool
        Whether codes that lost a leading zero get it back.
    many : str
        Between several states in one cell.
    keep : function of {column: place} and cells, optional
        Why a row is not taken, or None.
    span : function of the file's name, optional
        First and last day that the file can hold, where its name says so.
    slots : int
        Files a day that make it whole, as told by `published`; 1: a day with any row is whole.
    """

    title: str
    source: str
    columns: tuple[str, ...]
    day: str
    code: str
    actor: Actor
    recipient: Actor
    id: str | None = None
    mode: str | None = None
    published: str | None = None
    url: str | None = None
    ontology: Literal["cameo", "plover", "own"] = "cameo"
    header: bool = False
    separator: str = "\t"
    quotes: bool = False
    day_format: str = ISO
    published_format: str = ISO
    zone: str = "UTC"
    encoding: str | None = None
    lag: int = 0
    codes: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    pad: bool = False
    many: str = ";"
    keep: Callable[[Mapping[str, int], Cells], str | None] | None = None
    span: Callable[[str], Span | None] | None = None
    slots: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """One row that was taken.

    Attributes
    ----------
    file, line : str, int
    id : str
    dyad : Dyad
    day : date
    published : datetime, optional
        When it came into the data; in UTC.
    code : str
        CAMEO, a PLOVER event with its mode, or the file's own.
    plover : Plover, optional
    level : str
        Of the event; `levels.UNSTATED` where it can't be told.
    actor, recipient : str
        ISO 3166 alpha-3; several apart by `;`.
    names : tuple of str
    url : str
    """

    file: str
    line: int
    id: str
    dyad: Dyad
    day: dt.date
    published: dt.datetime | None
    code: str
    plover: Plover | None
    level: str
    actor: str
    recipient: str
    names: tuple[str, str]
    url: str

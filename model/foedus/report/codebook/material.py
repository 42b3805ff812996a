"""What stands on the pages of a codebook, in one language: plain parts that PDF, HTML and Markdown print alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from foedus.case.types import Band


class Agreement(Protocol):
    """How well coders agreed on a code: Krippendorff's alpha with its interval (nan: not known), units and coders."""

    @property
    def alpha(self) -> float: ...  # noqa: D102
    @property
    def low(self) -> float: ...  # noqa: D102
    @property
    def high(self) -> float: ...  # noqa: D102
    @property
    def units(self) -> int: ...  # noqa: D102
    @property
    def coders(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class Run:
    """A piece of text; `to` is the number of the code that it names, `b` sets it bold."""

    t: str
    to: int | None = None
    b: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Row:
    """One number of a code: a label, the number in words, and its place on the axis from 0 (left) to 1 (right)."""

    label: str
    number: str
    at: float
    low: float
    high: float
    goes_on: tuple[bool, bool]  # whether the band goes on beyond the axis, left and right
    head: str = ""  # set above the first row of a speaker


@dataclass(frozen=True)
class Picture:
    """Rows on one axis: its ticks, and where nothing is said (a multiplier of 1), if anywhere."""

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]
    neutral: float | None
    alt: str


@dataclass(frozen=True)
class Speaks:
    """What a code says of one question."""

    question: str
    by: str
    basis: str  # empirical, elicited or assumed
    basis_word: str
    source: str
    picture: Picture


@dataclass(frozen=True)
class Entry:
    """One code, whole."""

    n: int
    id: str
    title: str
    warning: Runs
    definition: Runs
    lists: tuple[tuple[str, str, tuple[Runs, ...]], ...]  # kind (include, exclude, near, examples), its label, items
    facts: tuple[tuple[str, tuple[Runs, ...]], ...]
    speaks: tuple[Speaks, ...]


@dataclass(frozen=True)
class Section:
    """The codes of one question (those that speak of it first), or of none."""

    title: str
    resolves: str
    levels: tuple[tuple[str, str, str], ...]  # id, title, meaning
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Group:
    """A question in the contents: codes by number and title, with the bases of what they say of it."""

    title: str
    items: tuple[tuple[int, str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Table:
    """A small table under a title: names of the columns, then rows of cells."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sources:
    """One source a row: title, id, letter and its word, credence in words and on an axis from 0 to 1, note."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str, Row, str], ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Joint:
    """Codes voiced in one statement, and what they say together."""

    codes: Runs
    speaks: tuple[Speaks, ...]


@dataclass(frozen=True)
class HowTo:
    """The page for coders: rules under titles, the columns of signals.csv, the controlled words."""

    rules: tuple[tuple[str, tuple[str, ...]], ...]
    columns: Table
    words: tuple[Table, ...]
    topics: Table | None


@dataclass(frozen=True)
class Pages:
    """A codebook, in one language."""

    lang: str
    title: str
    version: str
    based_on: str
    counts: str
    lead: Runs
    key: Picture
    basis: tuple[tuple[str, str, str], ...]  # basis, its word, what it means
    contents: tuple[Group, ...]
    sections: tuple[Section, ...]
    combine: tuple[Joint, ...]
    sources: Sources
    howto: HowTo
    index: tuple[tuple[str, tuple[tuple[int, str], ...]], ...]  # word, codes by number and title
    digest: str
    words: dict[str, str]  # titles and notes that the three forms share


def number(x: float) -> str:
    """Write a number of the codebook with three digits that count: `0.75`, `12.6`, `3,000`."""
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def share(x: float) -> str:
    """Write a probability in whole percent; below 1 % and above 99 % with more digits."""
    return f"{100 * x:.0f}%" if 0.01 <= x <= 0.99 else f"{100 * x:.3g}%"


def band(value: Band, percent: bool = False) -> str:
    """Write a band as `middle [low, high]`, a certain number alone; probabilities in whole percent where they are."""

    def say(x: float) -> str:
        return share(x) if percent else number(x)

    return say(value.middle) if value.certain else f"{say(value.middle)} [{say(value.low)}, {say(value.high)}]"

"""A part of a layout -> events: every row is taken, or dropped with its reason."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from foedus.errors import CaseError, Fault
from foedus.news.importers import dates, ledger, ontology
from foedus.news.importers.coverage import Coverage
from foedus.news.importers.events import Actor, Cells, Event, Layout
from foedus.news.importers.ledger import Ledger
from foedus.news.importers.levels import LEVELS, STATE, level_of, of_event, stands_for_state
from foedus.news.importers.sides import AMBIGUOUS, Dyad, Pairs, implied
from foedus.news.importers.stream import Part, Progress, advice, lines

ENOUGH = 1000  # rows, after which a file that can't be read is given up
LONGEST = 2000  # characters, of a cell that is read
_FUTURE = dt.timedelta(days=1)  # a day may have begun elsewhere


class _Refused(Exception):  # noqa: N818 (a reason, and no error)
    """Why a row is not taken."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(reason)


@dataclass
class Account:
    """What all files of one import share.

    Attributes
    ----------
    pairs : Pairs
    since, until : date, optional
    ledger : Ledger
    coverage : Coverage
    """

    pairs: Pairs
    ledger: Ledger
    coverage: Coverage
    since: dt.date | None = None
    until: dt.date | None = None
    copies: set[bytes] = field(default_factory=set)
    ids: dict[str, tuple[str, int]] = field(default_factory=dict)


def events(part: Part, layout: Layout, account: Account, progress: Progress = lambda _: None) -> Iterator[Event]:
    """Yield the events of one file.

    Parameters
    ----------
    part : Part
    layout : Layout
    account : Account
        Where everything goes that is not taken.
    progress : function of int

    Yields
    ------
    Event
        One for each wanted pair that a row is of.

    Raises
    ------
    CaseError
        The file can't be read, or is of another kind.
    """
    reading = _Reading(part, layout, account)
    saw, find, drop, name = account.coverage.saw, account.pairs.find, account.ledger.drop, part.name
    for line, cells in reading.rows(progress):
        day, first, second = reading.key(cells)
        if len(day) + len(first) + len(second) > LONGEST:
            drop(name, line, ledger.COLUMNS, f"a cell of more than {LONGEST:,} characters: are the columns shifted?")
            continue
        saw(day)
        found = find(first, second)
        if not found:
            drop(name, line, ledger.ANOTHER_DYAD)
            continue
        try:
            yield from reading.take(line, cells, found)
        except _Refused as why:
            drop(name, line, why.reason, why.detail)


class _Reading:
    """One file as it is read; `place` has the place of every column."""

    def __init__(self, part: Part, layout: Layout, account: Account) -> None:
        self.part, self.layout, self.account, self.ledger = part, layout, account, account.ledger
        self.place = {name: i for i, name in enumerate(layout.columns)}
        self.width = len(layout.columns)
        self.span = layout.span(part.stem) if layout.span else None
        self.read = self.wrong = self.undecodable = 0
        self.heading: Cells = ()
        self.columns = _columns(layout)
        if not layout.header:
            self._aim()

    def _aim(self) -> None:
        layout, place = self.layout, self.place
        when = layout.published if layout.slots > 1 and layout.published else layout.day
        self.key = itemgetter(place[when], place[layout.actor.state], place[layout.recipient.state])

    # -- rows ----------------------------------------------------------------------------------

    def rows(self, progress: Progress) -> Iterator[tuple[int, Cells]]:
        """Yield the line and the cells of each row that has as many as it should."""
        header = self.layout.header
        for line, cells in self._quoted(progress) if self.layout.quotes else self._split(progress):
            if header:
                self._header(cells)
                header, self.heading = False, cells
                continue
            self.ledger.read += 1
            self.read += 1
            if cells == self.heading:
                self.ledger.drop(self.part.name, line, ledger.HEADING)
                continue
            if len(cells) != self.width and not (cells := self._fitted(line, cells)):
                continue
            yield line, cells

    def _split(self, progress: Progress) -> Iterator[tuple[int, Cells]]:
        separator = self.layout.separator
        for line, text in self._texts(progress):
            yield line, text.split(separator)

    def _quoted(self, progress: Progress) -> Iterator[tuple[int, Cells]]:
        begun: list[int] = []  # lines that the next row stands on

        def texts() -> Iterator[str]:
            for line, text in self._texts(progress):
                begun.append(line)
                yield f"{text}\n"

        line = 1
        try:
            for cells in csv.reader(texts(), delimiter=self.layout.separator):
                line = begun[0]
                begun.clear()
                if cells:
                    yield line, cells
        except csv.Error as error:
            raise CaseError([Fault(self.part.name, line, f"is not valid CSV here: {error}")]) from None

    def _texts(self, progress: Progress) -> Iterator[tuple[int, str]]:
        encoding = self.layout.encoding or "utf-8"
        for line, raw in enumerate(lines(self.part, progress), 1):
            if not raw or raw == b"\r":
                continue
            if b"\0" in raw:
                self._unread(line, ledger.NUL)
                continue
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                hint = "" if self.layout.encoding else advice(raw)
                self._unread(line, ledger.ENCODING, f"is not {encoding}{hint}")
                self.undecodable += 1
                if self.undecodable > max(self.read / 100, 20):
                    said = f"{self.undecodable} of {self.read} rows are not {encoding}{hint}"
                    raise CaseError([Fault(self.part.name, line, said)]) from None
                continue
            yield line, text.removesuffix("\r")

    def _unread(self, line: int, reason: str, detail: str = "") -> None:
        self.ledger.read += 1
        self.read += 1
        self.ledger.drop(self.part.name, line, reason, detail)

    def _header(self, cells: Cells) -> None:
        names = [name.strip() for name in cells]
        while names and not names[-1]:
            names.pop()
        missing = [name for name in self.columns if name not in names]
        if missing:
            said = f"has no column {', '.join(map(repr, missing))}; its columns are {', '.join(names[:60])}"
            raise CaseError([Fault(self.part.name, 1, said)])
        self.place = {name: i for i, name in reversed(list(enumerate(names)))}
        self.width = len(names)
        self._aim()

    def _fitted(self, line: int, cells: Cells) -> Cells:
        """Mend a row whose cells the header miscounts, where that is certain; drop the others."""
        got, standard = len(cells), len(self.layout.columns)
        if got > self.width and not any(cells[self.width :]) and self._dated(cells):
            return cells[: self.width]
        if self.layout.header and got == standard != self.width:
            self.ledger.remark(self.part.name, line, ledger.HEADER, f"{got} cells, {self.width} in the header")
            order = {name: i for i, name in enumerate(self.layout.columns)}
            fitted = [""] * self.width
            for name, i in self.place.items():
                if name in order:
                    fitted[i] = cells[order[name]]
            return fitted
        self.wrong += 1
        self.ledger.drop(self.part.name, line, ledger.COLUMNS, f"has {got} columns rather than {self.width}")
        if self.wrong == self.read >= ENOUGH:
            said = (
                f"none of {ENOUGH:,} rows has {self.width} columns ({got} here): is it {self.layout.title}? See --from"
            )
            raise CaseError([Fault(self.part.name, line, said)])
        return ()

    def _dated(self, cells: Cells) -> bool:
        """Whether a day stands where it should: then the row is not shifted."""
        try:
            dates.day(cells[self.place[self.layout.day]], self.layout.day_format)
        except ValueError:
            return False
        return True

    # -- events --------------------------------------------------------------------------------

    def take(self, line: int, cells: Cells, found: tuple[Dyad, ...] | str) -> Iterator[Event]:
        """Yield what a row says of each of the pairs it is of."""
        layout, place, account = self.layout, self.place, self.account
        if any(len(cells[place[column]]) > LONGEST for column in self.columns if column != layout.url):
            raise _Refused(ledger.COLUMNS, f"a cell of more than {LONGEST:,} characters: are the columns shifted?")
        if isinstance(found, str):
            raise _Refused(ledger.AMBIGUOUS if found.startswith(AMBIGUOUS) else ledger.STATE, found)
        if layout.keep and (why := layout.keep(place, cells)):
            raise _Refused(ledger.MINOR, why)
        day, published = self._when(cells)
        code, plover = self._code(line, cells)
        level, names = self._level(cells, day)
        name = cells[place[layout.id]] if layout.id else ""
        self._once(line, cells, name)
        sides = [";".join(account.pairs.states(cells[place[side.state]])) for side in (layout.actor, layout.recipient)]
        url = cells[place[layout.url]] if layout.url else ""
        self.ledger.shared += len(found) - 1
        for dyad in found:
            yield Event(
                self.part.name, line, name, dyad, day, published, code, plover, level, sides[0], sides[1], names, url
            )

    def _when(self, cells: Cells) -> tuple[dt.date, dt.datetime | None]:
        layout, account = self.layout, self.account
        try:
            day = dates.day(cells[self.place[layout.day]], layout.day_format)
            said = cells[self.place[layout.published]] if layout.published else ""
            published = dates.stamp(said, layout.published_format, layout.zone) if said else None
        except ValueError as error:
            raise _Refused(ledger.DATE, str(error)) from None
        shown = (published - dt.timedelta(microseconds=1)).date() if published else day
        if self.span and not self.span[0] <= shown <= self.span[1]:
            raise _Refused(ledger.SPAN, f"{shown} in a file of {self.span[0]} to {self.span[1]}")
        if day > shown + _FUTURE:
            raise _Refused(ledger.SPAN, f"happened {day}, but was reported {shown}")
        if (account.since and day < account.since) or (account.until and day > account.until):
            raise _Refused(ledger.ANOTHER_TIME, str(day))
        if (shown - day).days > layout.lag:
            raise _Refused(ledger.LATE, f"happened {day}, reported {shown}; a lag of {layout.lag} days is let in")
        return day, published

    def _code(self, line: int, cells: Cells) -> tuple[str, ontology.Plover | None]:
        layout = self.layout
        text = cells[self.place[layout.code]].strip()
        text = layout.codes.get(text, text)
        try:
            if layout.ontology == "plover":
                event, _, mode = text.partition(":")
                word = ontology.plover(event, mode or (cells[self.place[layout.mode]] if layout.mode else ""))
                return str(word), word
            if layout.ontology == "own":
                if not text:
                    raise _Refused(ledger.CODE, "has no code")
                return text, None
            code, padded = ontology.cameo(text, layout.pad)
        except ValueError as error:
            raise _Refused(ledger.CODE, str(error)) from None
        if padded:
            self.ledger.remark(self.part.name, line, ledger.PADDED, f"{text} read as {code}")
        return code, ontology.crosswalk()[code]

    def _level(self, cells: Cells, day: dt.date) -> tuple[str, tuple[str, str]]:
        layout = self.layout
        first, second = (self._side(side, cells, day) for side in (layout.actor, layout.recipient))
        return of_event((first[0], second[0])), (first[1], second[1])

    def _side(self, side: Actor, cells: Cells, day: dt.date) -> tuple[str | None, str]:
        """Return the level of one side, the highest of those named, and its names."""
        many, place = self.layout.many, self.place
        states = self.account.pairs.states(cells[place[side.state]])
        text = cells[place[side.name]] if side.name else ""
        names = [name.strip() for name in text.split(many)]
        roles = [role.strip() for column in side.roles for role in cells[place[column]].replace(",", many).split(many)]
        if len(states) == 1:
            for name in names:
                if (told := implied(name)) not in {None, *states}:
                    raise _Refused(ledger.MISMATCH, f"{name} is of {told}, coded as {states[0]}")
        state = states[0] if len(states) == 1 else None
        found = [level for name in names if (level := level_of(name, roles, state, day)) is not None]
        as_such = STATE if all(stands_for_state(name, state) for name in names) else None
        return min(found, key=LEVELS.index, default=as_such), text

    def _once(self, line: int, cells: Cells, name: str) -> None:
        account = self.account
        digest = hashlib.blake2b("\t".join(cells).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in account.copies:
            raise _Refused(ledger.COPY)
        account.copies.add(digest)
        if name and (before := account.ids.setdefault(name, (self.part.name, line))) != (self.part.name, line):
            self.ledger.remark(self.part.name, line, ledger.SAME_ID, f"{name}: as on line {before[1]} of {before[0]}")


def _columns(layout: Layout) -> tuple[str, ...]:
    """Return the columns that are read."""
    sides = [name for side in (layout.actor, layout.recipient) for name in (side.state, side.name, *side.roles)]
    rest = (layout.day, layout.code, layout.mode, layout.published, layout.id, layout.url)
    return tuple(name for name in (*sides, *rest) if name is not None)

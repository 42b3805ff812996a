"""One import from files to texts: what was asked for, what came of it, and every row accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from foedus.case.types import CaseFile, Codebook
from foedus.errors import CaseError, Fault
from foedus.news.importers import ach, asked, coded, counted, gdelt, mapping, misp
from foedus.news.importers.coverage import Coverage, Period, gaps, periods, settled
from foedus.news.importers.dates import days
from foedus.news.importers.events import Event, Layout
from foedus.news.importers.ledger import ANOTHER_DYAD, Ledger
from foedus.news.importers.rates import Rate
from foedus.news.importers.read import Account, events
from foedus.news.importers.registry import IMPORTERS, importer_of
from foedus.news.importers.sides import Dyad, Pairs
from foedus.news.importers.stream import Part, Progress
from foedus.news.importers.stream import parts as parts_of
from foedus.news.importers.weekly import Detail, Diary, Series
from foedus.news.importers.weekly import counted as count_weeks

How = Literal["presence", "counts", "signals"]
FEW = 5


@dataclass(frozen=True)
class Request:
    """What to import, and as what; see `foedus news import --help`.

    Attributes
    ----------
    files : sequence of str or Path
        Files and globs.
    importer, mapping : str, Path, optional
        A name in `registry.IMPORTERS`, or a mapping file; default: what the first file looks like.
    dyads : tuple of Dyad
    since, until : date, optional
    how : str
    detail : str
        code, base (036), root (03) or plover.
    codes : sequence of str
        Only these and what is below them.
    covers : (date, date), optional
        Days that the files cover, where they can't tell it themselves.
    lag : int, optional
        Days; default the layout's.
    encoding : str, optional
    pad : bool
    sources : int
        Least NumSources of a row of GDELT.
    question : str, optional
        What the codes bear on.
    file, codebook : optional
        Of the case, for its question and its codes.
    tags : {tag: code}
        For MISP.
    ratings : {rating: band}
        For ACH.
    """

    files: Sequence[str | Path]
    importer: str | None = None
    mapping: Path | None = None
    dyads: tuple[Dyad, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    how: How = "presence"
    detail: Detail = "base"
    codes: Sequence[str] = ()
    covers: tuple[dt.date, dt.date] | None = None
    lag: int | None = None
    encoding: str | None = None
    pad: bool = False
    sources: int = 1
    question: str | None = None
    file: CaseFile | None = None
    codebook: Codebook | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    ratings: Mapping[str, ach.Triple] = field(default_factory=lambda: ach.RATINGS)


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Attributes
    ----------
    title : str
        Of the format.
    texts : {file name: text}
        To be written.
    ledger : Ledger
    rates : {series: rate}
        Of weekly counts.
    periods : tuple of Period
        That are counted.
    partly : tuple of Period
        Weeks that are covered in part: counted by `counts` as far as they are, left out by `presence`.
    gaps : tuple of (date, date)
        Not covered, between the first and the last day that is.
    rows : int
        Written to signals.csv.
    warnings : tuple of str
    """

    title: str
    texts: Mapping[str, str]
    ledger: Ledger
    rates: Mapping[Series, Rate] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()
    partly: tuple[Period, ...] = ()
    gaps: tuple[tuple[dt.date, dt.date], ...] = ()
    rows: int = 0
    warnings: tuple[str, ...] = ()


def import_files(
    request: Request, ledger: Ledger | None = None, progress: Callable[[int, int], None] = lambda *_: None
) -> Imported:
    """Import files of one format.

    Parameters
    ----------
    request : Request
    ledger : Ledger, optional
        Where every row goes; with a sink it writes the dropped ones.
    progress : function of two int
        Is told how many bytes have been read, and of how many (packed ones, of .gz).

    Returns
    -------
    Imported

    Raises
    ------
    CaseError
        A file can't be read, is of another format, or can't be counted honestly.
    """
    found = parts_of(request.files)
    account = ledger if ledger is not None else Ledger()
    step = _steps(sum(part.size for part in found), progress)
    asked.span(request.since, request.until)
    changed = request.ratings is not ach.RATINGS
    if request.mapping is not None:
        layout = mapping.read(request.mapping)
        asked.ratings("", layout.title, request.tags, changed)
        return _events(request, layout, found, account, step)
    name, importer = importer_of(found[0], request.importer)
    asked.ratings(name, importer.title, request.tags, changed)
    if name == "misp":
        return _misp(request, found, account)
    if name == "ach":
        return _ach(request, found, account)
    assert importer.layout is not None
    return _events(request, importer.layout, found, account, step)


def _steps(total: int, progress: Callable[[int, int], None]) -> Progress:
    read = 0

    def step(size: int) -> None:
        nonlocal read
        read += size
        progress(read, total)

    return step


# -- events ------------------------------------------------------------------------------------


def _events(request: Request, layout: Layout, found: list[Part], ledger: Ledger, progress: Progress) -> Imported:
    if not request.dyads:
        raise CaseError([Fault("--dyad", 0, "is missing: name the two states, as in --dyad KOR,USA")])
    asked.codes(request.codes, layout)
    layout = _as_asked(layout, request)
    coverage = Coverage(layout.day_format, layout.slots)
    pairs = Pairs(request.dyads, layout.many, layout.states)
    account = Account(pairs, ledger, coverage, request.since, request.until)
    diary = Diary(request.detail, request.codes, ledger)
    first = diary.once(event for part in found for event in events(part, layout, account, progress))
    if request.how == "signals":
        return _as_signals(request, layout, (event for _, event in first), ledger, found[0])
    for _ in first:
        pass
    if not ledger.read:
        raise CaseError([Fault(found[0].name, 0, "has no rows: there is nothing to count")])
    asked.some(tuple(diary.days), found[0].name, f"event between {' or '.join(map(str, request.dyads))}", ledger)
    return _as_counts(request, layout, diary, coverage, found)


def _as_asked(layout: Layout, request: Request) -> Layout:
    if layout.source == "gdelt" and request.sources > 1:
        layout = replace(layout, keep=gdelt.reported_by(request.sources))
    return replace(
        layout,
        encoding=request.encoding or layout.encoding,
        pad=request.pad or layout.pad,
        lag=layout.lag if request.lag is None else request.lag,
    )


def _as_signals(request: Request, layout: Layout, found: Iterator[Event], ledger: Ledger, part: Part) -> Imported:
    if request.codebook is None:
        said = "is missing: --as signals maps events to the codes of a case's codebook"
        raise CaseError([Fault("--case", 0, said)])
    rows = list(coded.signals(found, coded.Crosswalk(request.codebook.codes), layout, ledger))
    asked.some(rows, part.name, f"event between {' or '.join(map(str, request.dyads))}", ledger)
    texts = {"signals.csv": coded.signals_csv(rows)}
    if layout.source not in request.codebook.sources:
        texts["codebook.part.yaml"] = counted.codebook_part({}, layout, _head(layout, request), False, ("", {}))
    return Imported(layout.title, texts, ledger, rows=len(rows))


def _as_counts(request: Request, layout: Layout, diary: Diary, coverage: Coverage, found: list[Part]) -> Imported:
    covered = _covered(request, layout, diary.ledger, coverage)
    cut = periods(covered)
    presence = request.how == "presence"
    series = count_weeks(diary, cut, presence)
    used = tuple(period for period in cut if period.whole or not presence)
    if not used:
        said = asked.no_week(covered, coverage, request.covers is not None, request.since, request.until)
        raise CaseError([Fault(found[0].name, 0, f"{said}; rows dropped: {asked.why(diary.ledger)}")])
    if not series:
        pairs = " or ".join(map(str, request.dyads))
        said = f"no event between {pairs} in {len(used)} weeks; rows dropped: {asked.why(diary.ledger)}"
        raise CaseError([Fault(found[0].name, 0, said)])
    _apart(found[0], [one.series for one in series])
    rates = counted.rates(series, presence)
    name, question = counted.question_of(request.file, request.question)
    head = _head(layout, request, used, len(found))
    texts = {
        "counts.csv": counted.counts_csv(series, layout.source, layout.lag),
        "codebook.part.yaml": counted.codebook_part(rates, layout, head, presence, (name, counted.bearing(question))),
    }
    partly = tuple(period for period in cut if not period.whole)
    return Imported(
        layout.title,
        texts,
        diary.ledger,
        rates,
        used,
        partly,
        tuple(gaps(covered)),
        warnings=_doubts(rates, diary.unseen()),
    )


def _apart(part: Part, series: Sequence[Series]) -> None:
    """Refuse codes of the file's own that would have one id."""
    codes: dict[str, str] = {}
    for one in series:
        if codes.setdefault(one.id, one.code) != one.code:
            said = f"the codes {codes[one.id]!r} and {one.code!r} both come to {one.id}: tell them apart by `codes`"
            raise CaseError([Fault(part.name, 0, said)])


def _covered(request: Request, layout: Layout, ledger: Ledger, coverage: Coverage) -> frozenset[dt.date]:
    """Return the days on which silence counts."""
    if request.covers is not None:
        covered = frozenset(days(*request.covers))
    else:
        full, _ = coverage.days()
        if not ledger.dropped[ANOTHER_DYAD]:
            said = (
                "all rows are of the states that were asked for, so that a day without one may be silent, or missing "
                "from the file: say --covers FROM..TO, the days that it was made of"
            )
            raise CaseError([Fault("--covers", 0, said)])
        covered = settled(full, layout.lag) if layout.slots > 1 else full
    since, until = request.since or dt.date.min, request.until or dt.date.max
    return frozenset(day for day in covered if since <= day <= until)


def _doubts(rates: Mapping[Series, Rate], unseen: Sequence[str]) -> tuple[str, ...]:
    out = [f"asked for and never seen: {', '.join(unseen)}"] if unseen else []
    few = [series.id for series, rate in rates.items() if rate.total < FEW]
    if few:
        said = f"of {len(rates)} codes were seen fewer than {FEW} times, and tell little"
        out.append(f"{len(few)} {said}: {', '.join(few[:8])}")
    return tuple(out)


def _head(layout: Layout, request: Request, used: Sequence[Period] = (), files: int = 0) -> str:
    pairs = " and ".join(map(str, request.dyads))
    lines = [f"Made by `foedus news import` from {layout.title}: {pairs}. Paste codes and source into codebook.yaml."]
    if used:
        kind = "presence (0 or 1 a week)" if request.how == "presence" else "days of a week with such an event"
        lines.append(
            f"{len(used)} periods from {used[0].first} to {used[-1].last} in {files} files; {kind}, one a day."
        )
        lines.append(f"A count is known at the end of its last day in UTC, and {layout.lag} days of lag after that.")
        lines.append(
            "base_rate: 90 % band from these weeks, widened for weeks that go together. It is of a course with"
        )
        lines.append("multiplier 1, here the average one. dispersion: where counts scatter more than Poisson's.")
        if request.how == "presence":
            lines.append(
                "count_as: presence: a week has 1 where it had any; base_rate is of events that come one by one."
            )
        lines.append("Multipliers are 1 and say nothing until `foedus learn` estimates them from resolved cases.")
        if request.question is None:
            lines.append(f"{counted.PLACEHOLDER} stands for the question that a code bears on: put its id there.")
    return "\n".join(lines)


# -- ratings -----------------------------------------------------------------------------------


def _misp(request: Request, found: list[Part], ledger: Ledger) -> Imported:
    items = [item for part in found for item in misp.read(part, request.tags, ledger, request.encoding)]
    asked.some(items, found[0].name, "event", ledger)
    title = IMPORTERS["misp"].title
    head = f"Made by `foedus news import` from {title}. Paste the sources into codebook.yaml."
    return Imported(title, misp.write(items, head), ledger, rows=len(items))


def _ach(request: Request, found: list[Part], ledger: Ledger) -> Imported:
    if len(found) > 1:
        raise CaseError([Fault(found[1].name, 0, "one matrix at a time")])
    matrix = ach.read(found[0], ledger, request.encoding)
    asked.some(matrix.lines, found[0].name, "row", ledger)
    name, question = counted.question_of(request.file, request.question)
    level_of = ach.levels(matrix, question, name)
    table = "; ".join(f"{key} {low:g}, {middle:g}, {high:g}" for key, (low, middle, high) in request.ratings.items())
    doubts = ach.warnings(matrix)
    head = "\n".join(
        [
            f"Made by `foedus news import` from the ACH matrix {found[0].stem}.",
            f"Multipliers by rating (90 % bands; --rating changes them): {table}.",
            *(f"WARNING: {doubt}" for doubt in doubts),
            "Hypotheses and levels: " + "; ".join(f"{name}: {level}" for name, level in level_of.items()),
        ]
    )
    texts = ach.write(matrix, level_of, request.ratings, name, head)
    return Imported(IMPORTERS["ach"].title, texts, ledger, rows=len(matrix.lines), warnings=tuple(doubts))

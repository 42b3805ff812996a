"""`foedus news import`: event data as weekly counts or signals, ratings as codes, and every row accounted for.

What the command needs is imported inside it, as in `app`.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foedus.cli.common import console, faults_in, working
from foedus.errors import CaseError, Fault

if TYPE_CHECKING:
    import datetime as dt

    from foedus.news.importers.ledger import Ledger
    from foedus.news.importers.run import Request


class How(StrEnum):
    """What rows of events become."""

    presence = "presence"
    counts = "counts"
    signals = "signals"


class By(StrEnum):
    """How finely events are told apart."""

    base = "base"
    code = "code"
    root = "root"
    plover = "plover"


Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help="Files, .zip and .gz too, or globs in quotes; all of one format. What they look like decides, or --from.",
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Folder to write to.")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="FORMAT", help="gdelt, gdelt1, icews, polecat, phoenix, misp or ach."),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        "--mapping", metavar="FILE", dir_okay=False, help="YAML that says what stands where in any other table."
    ),
]
Dyad = Annotated[
    list[str] | None,
    typer.Option("--dyad", metavar="A,B", help="Two states, in either direction; repeatable. Needed for events."),
]
Day = Annotated[str | None, typer.Option(metavar="DAY", help="YYYY-MM-DD, of the event.")]
As = Annotated[
    How,
    typer.Option(
        "--as",
        case_sensitive=False,
        help="presence: whether a week has such an event; counts: on how many days; signals: rows to check by hand, "
        "mapped through the codebook of --case.",
    ),
]
Detail = Annotated[
    By,
    typer.Option(
        "--by", case_sensitive=False, help="Tell codes apart as base (031), code (0311), root (03) or plover."
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--code", metavar="CODE", help="Only this code and what is below it (036, 10, CONSULT); repeatable."),
]
Covers = Annotated[
    str | None,
    typer.Option(
        "--covers", metavar="FROM..TO", help="Days that the files cover, where rows of other states don't show it."
    ),
]
Lag = Annotated[
    int | None,
    typer.Option("--lag", metavar="DAYS", min=0, max=60, show_default="the format's",
                 help="A week's count is known so many days after its end; what came in later is dropped."),
]  # fmt: skip
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="Where it is not UTF-8: cp949, ...")]
Pad = Annotated[bool, typer.Option("--pad-codes", help="Put back a leading zero that a spreadsheet took: 36 is 036.")]
Least = Annotated[
    int, typer.Option("--least-sources", metavar="N", min=1, help="GDELT: rows with NumSources of N or more only.")
]
CaseOption = Annotated[
    Path | None,
    typer.Option("--case", metavar="CASE", file_okay=False, help="Case that has the question or the codes."),
]
Question = Annotated[
    str | None,
    typer.Option(
        "--question",
        metavar="ID",
        help="Question that the codes shall bear on; of which kind it is, --case tells (else: timing).",
    ),
]
DroppedFile = Annotated[
    Path | None,
    typer.Option(
        "--dropped", metavar="FILE", dir_okay=False, help="Write every row that is not taken: file, line, why."
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="TAG=CODE", help="MISP: the code that a tag stands for; repeatable."),
]
Ratings = Annotated[
    list[str] | None,
    typer.Option("--rating", metavar="R=NUMBER", help="ACH: another multiplier for CC, C, N, I, II or NA; repeatable."),
]


def import_(
    files: Files,
    out: Out,
    source: From = None,
    mapping: MappingFile = None,
    dyad: Dyad = None,
    since: Day = None,
    until: Day = None,
    how: As = How.presence,
    detail: Detail = By.base,
    code: Only = None,
    covers: Covers = None,
    lag: Lag = None,
    encoding: Encoding = None,
    pad: Pad = False,
    least_sources: Least = 1,
    case: CaseOption = None,
    question: Question = None,
    dropped: DroppedFile = None,
    tag: Tags = None,
    rating: Ratings = None,
) -> None:
    """Make counts.csv or signals.csv, and codes to paste, of event data (GDELT, ICEWS, POLECAT, Phoenix), MISP or ACH.

    Events of two states are counted by week, code and actor level, in either direction, once a day. A week without any
    is 0 where the files cover it. All is graded F. Every row that is not taken is reported with its reason.

    A mapping file has `format: 1` and `columns: {day: Date, code: Kind, actor: Side 1, recipient: Side 2}`: the names
    that the table has for them (and for id, mode, published, url, actor_name, actor_role, recipient_name and
    recipient_role). Where needed also title, source, separator (tab, comma, semicolon), header (a list), day_format
    (%d.%m.%Y), published_format, zone, encoding, ontology (cameo, plover, own), codes, states, pad, many and lag.
    """
    from foedus.cli import news_show
    from foedus.cli.files import write_new
    from foedus.news.importers import ach, run
    from foedus.news.importers.sides import dyads

    request = run.Request(
        files=files,
        importer=source,
        mapping=mapping,
        dyads=dyads(dyad or []),
        since=_day(since, "--since"),
        until=_day(until, "--until"),
        how=how.value,
        detail=detail.value,
        codes=tuple(code or ()),
        covers=_covers(covers),
        lag=lag,
        encoding=_encoding(encoding),
        pad=pad,
        sources=least_sources,
        question=question,
        tags=dict(_pair(text) for text in tag or ()),
        ratings=ach.table_of(rating) if rating else ach.RATINGS,
    )
    request = _with_case(request, case)
    with _sink(dropped) as (sink, keep):
        with working("Importing") as say:
            found = run.import_files(request, sink, _progress(say))
        write_new(out, found.texts)
        keep()
    for warning in found.warnings:
        typer.secho(f"WARNING: {warning}", fg="yellow", bold=True, err=True)
    news_show.imported(console(), found, [out / name for name in found.texts], dropped)


def _with_case(request: Request, case: Path | None) -> Request:
    from dataclasses import replace

    import foedus

    if case is None:
        return request
    with faults_in(case):
        loaded = foedus.load(case)
    return replace(request, file=loaded.file, codebook=loaded.codebook)


def _progress(say: Callable[..., None]) -> Callable[[int, int], None]:
    def step(read: int, total: int) -> None:
        say(f"{read / 1e6:,.0f} MB", min(read / total, 1.0) if total else 0.0)

    return step


@contextlib.contextmanager
def _sink(path: Path | None) -> Iterator[tuple[Ledger, Callable[[], None]]]:
    """Give a ledger that writes dropped rows beside `path`; they take its place only when all went well."""
    from foedus.news.importers.ledger import Ledger, writer

    if path is None:
        yield Ledger(), lambda: None
        return
    if not path.absolute().parent.is_dir():
        raise CaseError([Fault("--dropped", 0, f"the folder {path.parent} does not exist: make it first")])
    with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".foedus-") as folder:
        part = Path(folder) / path.name
        with part.open("w", encoding="utf-8", newline="") as stream:

            def keep() -> None:
                stream.close()
                part.replace(path)

            yield Ledger(sink=writer(stream)), keep


def _day(text: str | None, option: str) -> dt.date | None:
    from foedus.case.values import parse_day

    try:
        return parse_day(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _covers(text: str | None) -> tuple[dt.date, dt.date] | None:
    if text is None:
        return None
    first, dots, last = text.partition("..")
    a, b = _day(first or "?", "--covers"), _day(last or "?", "--covers")
    if not dots or a is None or b is None or a > b:
        msg = f"{text!r}: write the first and the last day, as in 2018-01-01..2018-12-31"
        raise typer.BadParameter(msg, param_hint="--covers")
    return a, b


def _encoding(text: str | None) -> str | None:
    from foedus.news.importers.mapping import known_encoding

    try:
        return known_encoding(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--encoding") from None


def _pair(text: str) -> tuple[str, str]:
    tag, sign, code = text.rpartition("=")
    if not sign or not tag or not code:
        msg = f"{text!r}: write TAG=CODE"
        raise typer.BadParameter(msg, param_hint="--tag")
    return tag, code

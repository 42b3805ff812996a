"""What every command shares: files named as the user would, languages, the console, and work shown as it goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foedus.errors import CaseError

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from foedus.case.types import Case, Lang

CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case.", show_default=False)]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="Use what was published by T: a day (2025-08-01, its end in the case's time zone) or a date-time with its "
        "offset (2025-08-01T09:52:00+09:00). Default: the time of the last signal.",
        show_default=False,
    ),
]


class OnUnknown(StrEnum):
    """What becomes of a row whose code is in no codebook."""

    error = "error"
    skip = "skip"


Unknown = Annotated[
    OnUnknown,
    typer.Option(
        "--on-unknown",
        help="A row of signals.csv whose code the codebook doesn't define: error refuses the case, skip sets the row "
        "aside and counts it.",
        case_sensitive=False,
    ),
]


@contextmanager
def faults_in(folder: Path) -> Iterator[None]:
    """Name the files in faults as the user would, from where the command runs."""
    try:
        yield
    except CaseError as error:
        raise CaseError(
            replace(fault, file=str(folder / fault.file)) if (folder / fault.file).exists() else fault
            for fault in error.faults
        ) from None


def languages_of(text: str) -> tuple[Lang, ...]:
    """Read languages apart by commas, each once."""
    known: dict[str, Lang] = {"en": "en", "ko": "ko"}
    wanted = [part.strip().lower() for part in text.split(",")]
    if unknown := [language for language in wanted if language not in known]:
        msg = f"{unknown[0]!r} is not a language that foedus writes in; write en, ko or en,ko"
        raise typer.BadParameter(msg, param_hint="--lang")
    return tuple(dict.fromkeys(known[language] for language in wanted))


def can_write(json: Path | None) -> None:
    """Refuse a file to write whose folder is not there, before any work is done."""
    if json is not None and not json.absolute().parent.is_dir():
        msg = f"the folder {json.parent} does not exist: make it first, or name another"
        raise typer.BadParameter(msg, param_hint="--json")


def target(json: Path | None) -> Path | None:
    """Return where to write; None is standard output."""
    return None if str(json) == "-" else json


def console(stderr: bool = False) -> Console:
    """Return a console as wide as the terminal, or of 120 columns for a file."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else 120
    return Console(stderr=stderr, width=width, markup=False, emoji=False, highlight=False)


@contextmanager
def working(what: str) -> Iterator[Callable[..., None]]:
    """Show on a terminal what is being done, and for how long; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:  # its own thread turns it
        task = bar.add_task(what, total=None)

        def say(stage: str, done: float = 0.0) -> None:
            bar.update(task, description=f"{what}: {stage} {done:.0%}" if done else f"{what}: {stage}")

        yield say


def warn(case: Case, as_of: dt.datetime) -> None:
    """Say on standard error what is legal and yet worth a look."""
    from foedus.case.moment import warnings_as_of

    for warning in warnings_as_of(case, as_of):
        typer.secho(f"warning: {warning}", fg="yellow", err=True)

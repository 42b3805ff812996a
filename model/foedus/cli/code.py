"""`foedus code`: a guided prompt that appends one well-formed signal to signals.csv; or signals from another tool."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foedus.cli import common
from foedus.cli.common import CaseFolder

if TYPE_CHECKING:
    from foedus.case.types import Case, Lang

KEPT = ("source", "published", "document", "coder")  # from one signal to the next, as defaults


def code(
    case: CaseFolder,
    preset: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="COLUMN=VALUE", help="A cell that is not asked for; can be repeated."),
    ] = None,
    coder: Annotated[str | None, typer.Option("--coder", metavar="ID", help="Who codes.")] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="LANG", help="Of the prompts: en or ko.")] = "en",
    from_json: Annotated[
        Path | None,
        typer.Option(
            "--from-json",
            metavar="FILE",
            dir_okay=False,
            help="Append the signals of a JSON file without asking: an object, a list, or an object a line, with the "
            "columns of signals.csv as names; - is standard input.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write as soon as the signal is whole, without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and show, and write nothing.")] = False,
) -> None:
    """Add a signal to signals.csv, question by question: codes and sources searched by word, every cell checked.

    Nothing is written before the whole case is sound with it, and the file is never left half written.
    """
    import foedus

    (language, *others) = common.languages_of(lang)
    if others:
        msg = "one language at a time"
        raise typer.BadParameter(msg, param_hint="--lang")
    with common.faults_in(case):
        loaded = foedus.load(case)
        cells = _preset(loaded, preset or (), coder)
        if from_json is not None:
            _from_json(case, from_json, cells, dry_run=dry_run)
        else:
            _guided(case, loaded, cells, language, yes=yes, dry_run=dry_run)


def _preset(case: Case, given: list[str] | tuple[()], coder: str | None) -> dict[str, str]:
    """Read `--set` and `--coder`, each cell checked at once."""
    from foedus.case.append import judge_cell
    from foedus.case.load import signal_table
    from foedus.case.values import time_zone
    from foedus.errors import CaseError, Fault, nearest

    columns = signal_table(time_zone(case.file.timezone)).columns
    cells = {"coder": coder} if coder else {}
    faults = []
    for text in given:
        column, equals, value = text.partition("=")
        if not equals:
            faults.append(Fault("--set", 0, f"{text!r}: write COLUMN=VALUE, such as --set source=reuters"))
        elif column not in columns:
            faults.append(Fault("--set", 0, f"no column is called {column!r}; {nearest(column, columns)}"))
        else:
            cells[column] = value.strip()
    for column in cells:
        faults += [Fault("--set", 0, f"{column}: {fault}") for fault in judge_cell(case, cells, column).faults]
    if faults:
        raise CaseError(faults)
    return cells


def _from_json(folder: Path, source: Path, cells: dict[str, str], *, dry_run: bool) -> None:
    from foedus.case.append import addition_of, append_signals
    from foedus.case.signals_json import LARGEST, read_signals

    if str(source) == "-":
        name, content = "standard input", sys.stdin.buffer.read(LARGEST + 1)
    else:
        name, content = str(source), _content(source, LARGEST + 1)
    rows, places = read_signals(name, content)
    given = [{**cells, **row} for row in rows]
    done = addition_of(folder, given, places) if dry_run else append_signals(folder, given, places)
    for signal in done.signals:
        typer.echo(signal.id)
    typer.echo(f"{done.path}: {len(done.signals)} signals {'would be ' if dry_run else ''}appended", err=True)


def _content(source: Path, most: int) -> bytes:
    from foedus.errors import CaseError, Fault

    try:
        with source.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        said = "there is no such file: name one that is there, or - for standard input"
    except OSError as error:
        said = f"can't be read ({error.strerror}): name a file that can, or - for standard input"
    raise CaseError([Fault(str(source), 0, said)])


def _guided(folder: Path, case: Case, cells: dict[str, str], lang: Lang, *, yes: bool, dry_run: bool) -> None:
    """Ask for one signal after the other, until nobody wants to write another."""
    from foedus.cli.code_ask import Talk, interview
    from foedus.cli.code_review import Review
    from foedus.cli.code_steps import STEPS

    talk = Talk(case, common.console(), lang)
    talk.say("welcome", title=case.file.title(lang))
    try:
        while True:
            answers = interview(talk, STEPS, cells)
            written = Review(folder, talk, answers, yes=yes, dry_run=dry_run).until_written()
            if written is None or yes or not talk.again():
                return
            kept = {name: answers[name] for name in KEPT if name in answers}
            talk = Talk(written.case, talk.console, lang, kept)
    except KeyboardInterrupt:
        talk.say("left")
        raise

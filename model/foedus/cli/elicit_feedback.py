"""`foedus elicit feedback`, `sheet`, `load` and `dependence`: what goes to experts, and what comes back from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foedus.cli.common import CaseFolder, console, faults_in, languages_of, working

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from foedus.elicitation.dependence import Dependence

Lang = Annotated[str, typer.Option("--lang", metavar="LANG", help="en, ko, or en,ko for both.")]


def feedback(
    case: CaseFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Where to write.")] = Path(
        "feedback"
    ),
    lang: Lang = "en",
    expert: Annotated[
        list[str] | None, typer.Option("--expert", metavar="ID", help="Only this expert; can be repeated.")
    ] = None,
    question: Annotated[
        list[str] | None, typer.Option("--question", metavar="ID", help="Only this question; can be repeated.")
    ] = None,
) -> None:
    """Write a page for each expert and question: what you said, the curve through it, what it implies, your place."""
    import foedus
    from foedus.report.feedback import write_feedback

    languages = languages_of(lang)
    with faults_in(case), working("Writing feedback") as say:
        loaded = foedus.load(case)
        written = write_feedback(loaded, out, languages, tuple(expert or ()), tuple(question or ()), say)
    for path in written.pdf:
        typer.echo(path)
    typer.echo(f"{out}: {len(written.png)} pictures of pages")


def sheet(
    case: CaseFolder,
    expert: Annotated[
        str | None, typer.Option("--expert", metavar="ID", help="Whose form it is; without it, the form asks.")
    ] = None,
    lang: Lang = "en",
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Where to write.")] = Path(),
) -> None:
    """Write a form that an expert fills in, as CSV and as a spreadsheet; `foedus elicit load` reads it back."""
    import foedus
    from foedus.report.sheet import write_sheet

    languages = languages_of(lang)
    with faults_in(case):
        loaded = foedus.load(case)
        for language in languages:
            for path in write_sheet(loaded, out, language, expert):
                typer.echo(path)


def load(
    form: Annotated[Path, typer.Argument(metavar="SHEET", help="A filled form, .csv or .xlsx.", show_default=False)],
    case: CaseFolder,
    append: Annotated[
        bool, typer.Option("--append", help="Add the rows to judgments.csv of the case, if it stays sound with them.")
    ] = False,
) -> None:
    """Read a filled form: print its answers as rows of judgments.csv, or add them to the case."""
    import foedus
    from foedus.report.sheet import read

    with faults_in(case):
        loaded = foedus.load(case)
        answers = read.read_sheet(form, loaded)
        target = read.append(answers, case) if append else None
    if target is None:
        typer.echo(answers.csv(), nl=False)
    summary = f"{len(answers.judgments)} answers, {answers.empty} cells left empty"
    typer.echo(summary if target is None else f"{target}: {summary}", err=target is None)


def dependence(case: CaseFolder) -> None:
    """Show how questions hang together: each expert's correlation, the pool, and what would be possible."""
    import foedus
    from foedus.elicitation.coherence import doubts
    from foedus.elicitation.dependence import dependence as found_in
    from foedus.elicitation.panel import panel

    with faults_in(case):
        loaded = foedus.load(case)
        said = panel(loaded)
        found = found_in(loaded, said)
    _show(console(), found)
    for doubt in doubts(loaded, said):
        typer.secho(f"warning: {doubt}", fg="yellow", err=True)


def _show(console: Console, found: Dependence) -> None:
    from rich.text import Text

    rows = _pairs(found)
    if not rows.row_count:
        console.print("Nobody judged how questions hang together: they are taken as independent.")
        return
    console.print(rows)
    if found.changed is None:
        console.print("\nThe pooled correlations fit together as they are.")
    else:
        pair = " and ".join(found.changed)
        console.print(
            f"\nThe pool was repaired (Higham 2002); the largest change is {found.largest_change:.3f}, at {pair}."
        )
    for repair in found.own_repairs:
        pair = " and ".join(repair.pair)
        console.print(
            f"{repair.expert}: does not fit the others' pairs; the largest change is {repair.change:.3f}, at {pair}."
        )
    note = (
        "Concordance: probability of the same side of both medians. Possible: correlations that fit all others as they "
        "are. By expert: what each one's judgments come to."
    )
    console.print("", Text(note, style="dim"), sep="\n")


def _pairs(found: Dependence) -> Table:
    from foedus.cli.show import table
    from foedus.elicitation.pairs import pair_rows

    rows = table("Questions", ">Correlation", ">Possible", ">Concordance", "By expert")
    for row in pair_rows(found):
        low, high = row.feasible
        experts = ", ".join(f"{name} {r:+.2f}" for name, r in row.experts.items())
        possible = f"{low:+.2f} to {high:+.2f}"
        rows.add_row(f"{row.first} ~ {row.second}", f"{row.r:+.2f}", possible, f"{row.concordance:.2f}", experts)
    return rows

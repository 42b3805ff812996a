"""`foedus news readouts`: what each side's text on one meeting says and leaves out."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foedus.cli.common import CaseFolder, console, faults_in, languages_of, working

if TYPE_CHECKING:
    from rich.console import Console

    from foedus.case.types import Case
    from foedus.news.readouts import Comparison
    from foedus.report.voice import Voice


def readouts(
    case: CaseFolder,
    meeting: Annotated[
        str | None,
        typer.Option("--meeting", metavar="ID", help="Only this meeting: the `event` of its lines in signals.csv."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="T",
            help="Use what was published by T, a day or a date-time with its offset. Default: the last signal's time.",
            show_default=False,
        ),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="LANG", help="en, ko, or en,ko for both.")] = "en",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", file_okay=False, help="Also write the tables as readouts.pdf and PNG."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Compare two sides' texts on one meeting: who says what, who leaves it out, and what is new since the last one."""
    import foedus
    from foedus.case.moment import moment
    from foedus.news.readouts import comparisons, pick

    languages = languages_of(lang)
    with faults_in(case):
        loaded = foedus.load(case)
        ever = comparisons(loaded, max((row.published.at for row in loaded.signals), default=moment(loaded, as_of)))
        found = pick(comparisons(loaded, moment(loaded, as_of)), meeting, ever)
    if out is not None:
        from foedus.report.readouts import write_readouts

        with working("Writing the comparison"):
            for path in write_readouts(loaded, found, moment(loaded, as_of), out, languages):
                typer.echo(path, err=True)
    if json:
        typer.echo(json_text.dumps([one.to_json() for one in found], ensure_ascii=False, indent=2))
        return
    for language in languages:
        _show(console(), loaded, found, language)


def _show(to: Console, case: Case, found: tuple[Comparison, ...], lang: str) -> None:
    from zoneinfo import ZoneInfo

    from foedus.report.voice import Voice

    voice = Voice("ko" if lang == "ko" else "en", ZoneInfo(case.file.timezone), year=0)
    for comparison in found:
        _table(to, voice, comparison)


def _table(to: Console, voice: Voice, comparison: Comparison) -> None:
    from rich.text import Text

    from foedus.cli.show import table
    from foedus.report.sections.readouts import worded

    it = worded(voice, comparison)
    rows = table(*it["head"])
    for row in it["rows"]:
        bold = "bold" if row["counts"] else ""
        cells = [Text(c["text"], style="" if c["kind"] == "said" else "dim") for c in row["cells"]]
        rows.add_row(Text(row["topic"], style=bold), *cells, Text(row["pattern"], style=bold))
    to.print(Text(it["title"], style="bold"), it["note"], f"{comparison.meeting}: {documents(comparison)}", sep="\n")
    to.print(rows, "", it["summary"], *(Text(note, style="dim") for note in it["notes"]), "", sep="\n")


def documents(comparison: Comparison) -> str:
    """Return which documents were compared, by side."""
    return "; ".join(f"{side} {', '.join(names)}" for side, names in comparison.documents.items())

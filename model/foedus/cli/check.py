"""`foedus check`: whether a case is sound, what its evidence says, and what became of every row."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from foedus.cli import common
from foedus.cli.common import AsOf, CaseFolder, Unknown

FEW = 12  # pieces of evidence that are shown with their multipliers without being asked


def check(
    case: CaseFolder,
    as_of: AsOf = None,
    question: Annotated[
        list[str] | None,
        typer.Option("--question", metavar="ID", help="Only this question, with its multipliers; can be repeated."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Only what was seen from this day on (2025-07-01).")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Show the multipliers behind each signal; so are few signals.")
    ] = False,
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Write all of it as JSON; - is standard output."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", file_okay=False, help="Write the heat map, codes by week, as PNG and PDF."
        ),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", metavar="LANG", help="Of the heat map: en, ko, or en,ko for both pictures.")
    ] = "en",
    on_unknown: Unknown = common.OnUnknown.error,
) -> None:
    """Validate a case; print what each signal says to which question, codes by week, and what becomes of every row."""
    import foedus
    from foedus.cli import evidence, files
    from foedus.explain.checked import checked

    common.can_write(json)
    languages, first = common.languages_of(lang), _day(since)
    to_stdout = json is not None and str(json) == "-"
    with common.faults_in(case):
        what = checked(
            foedus.load(case, skip_unknown=on_unknown is common.OnUnknown.skip), as_of, tuple(question or ()), first
        )
        if json is not None:
            files.write_json(what.to_json(), common.target(json))
        evidence.show(
            common.console(stderr=to_stdout),
            what,
            full=full or bool(question) or len(what.evidence) <= FEW,
            lang=languages[0],
        )
        if out is not None:
            from foedus.report.heat import write_heat

            for path in write_heat(what, out, languages):
                typer.echo(path, err=to_stdout)
        for doubt in what.doubts:
            typer.secho(f"warning: {doubt}", fg="yellow", err=True)
        common.warn(what.case, what.as_of)


def _day(text: str | None) -> dt.date | None:
    """Read the day of `--since`."""
    from foedus.case.values import parse_day

    try:
        return None if text is None else parse_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None

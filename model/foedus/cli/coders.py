"""`foedus coders`: how far several coders agree, who takes what for what, and what that does to the forecast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foedus.cli.common import CaseFolder, can_write, console, faults_in, languages_of, target, working

DOUBTFUL = 1


def coders(
    case: CaseFolder,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="T",
            help="Use what was published by T: a day or a date-time with its offset. Default: the last signal.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Of the forecasts under each coder.")] = 1,
    draws: Annotated[
        int | None,
        typer.Option("--draws", metavar="N", min=16, max=65536, help="Parameter draws.", show_default="the case's"),
    ] = None,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", dir_okay=False, help="Write as JSON; - is standard output.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", file_okay=False, help="Draw pictures (PNG, PDF) there.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="LANG", help="Of the pictures: en, ko or en,ko.")] = "en",
) -> None:
    """Show how far coders of the same signals agree, who confuses what, and what that does to the forecast.

    A second coder's rows have the ids of the first one's, and another name in the column coder; a row by the coder
    `adjudicated` decides. Exit status 1: the model of coders did not converge, and its weights are not to be used.
    """
    import foedus
    from foedus.cli import coders_show, files
    from foedus.explain.coding import coding_study

    can_write(json)
    languages = languages_of(lang)
    with faults_in(case), working("Comparing coders") as say:
        study = coding_study(foedus.load(case), as_of, seed, draws, say)
    to_stdout = str(json) == "-"
    if json is not None:
        files.write_json(coders_show.to_json(study), target(json))
    screen = console(stderr=to_stdout)
    coders_show.show(screen, study, languages[0])
    if out is not None:
        from foedus.report.coding import write_coding

        with working("Drawing") as say:
            written = write_coding(study, out, languages, say)
        for path in written:
            typer.echo(path, err=to_stdout)
    if study.coding is not None and study.coding.contested.any() and not study.coding.posterior.converged:
        typer.echo(coders_show.DISAGREE.format(study.coding.posterior.rhat), err=True)
        raise typer.Exit(DOUBTFUL)

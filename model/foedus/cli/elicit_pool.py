"""`foedus elicit performance`, `compare`, `import` and `export`: whom to trust, and what the panel comes to.

What a command needs is imported inside it, as in `app`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foedus.cli.common import CaseFolder, can_write, console, faults_in, target, working

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="T", help="Use judgments given by T; default: the time of the last signal."),
]
Json = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", dir_okay=False, help="Write as JSON; - is standard output.")
]


def performance(
    judgments: Annotated[Path, typer.Argument(metavar="JUDGMENTS", help="judgments.csv, or Excalibur's .dtt.")],
    seeds: Annotated[Path, typer.Argument(metavar="SEEDS", help="seeds.csv, or Excalibur's .rls.")],
    json: Json = None,
    robustness: Annotated[
        bool, typer.Option("--robustness", help="Also score without each expert, and without each seed question.")
    ] = False,
) -> None:
    """Score experts and decision makers on seed questions (Cooke's classical model)."""
    from foedus.cli import elicit_show, files
    from foedus.elicitation.performance import summary
    from foedus.elicitation.performance.files import read_study

    can_write(json)
    study, notes = read_study(judgments, seeds)
    found = summary.performance(study)
    apart = summary.leave_one_seed_out(study) if study.seeds.sum() > 1 else None
    left_out: tuple[summary.LeftOut, ...] = ()
    if robustness:
        with working("Scoring") as say:
            left_out = summary.robustness(study, say)
    if json is not None:
        files.write_json(elicit_show.performance_json(found, apart, left_out, notes), target(json))
    elicit_show.performance(console(stderr=str(json) == "-"), found, apart, left_out, notes)


def compare(case: CaseFolder, as_of: AsOf = None, json: Json = None) -> None:
    """Show every pooling rule side by side, and how far they disagree."""
    import foedus
    from foedus import pools
    from foedus.cli import elicit_show, files
    from foedus.trust import trust_of

    can_write(json)
    with faults_in(case), working("Pooling") as say:
        loaded = foedus.load(case)
        found = pools.compare(loaded, as_of, trust_of(loaded, as_of, progress=say, always=True))
    if json is not None:
        files.write_json(found.to_json(), target(json))
    elicit_show.comparison(console(stderr=str(json) == "-"), found)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An Excalibur .dtt (its .rls is found beside it), "
                                         "Metaculus' forecast_data.csv, a Fatebook export, or a table of quantiles.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Folder to write to.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="When they spoke, where the file doesn't say.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", metavar="FORMAT", help="excalibur, metaculus, fatebook or shelf; "
                                 "default: what the file looks like.")
    ] = None,
    rename: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="OLD=NEW", help="Id for an expert, question or level; repeatable."),
    ] = None,
) -> None:  # fmt: skip
    """Make judgments.csv and seeds.csv of a file from elsewhere; every row that is dropped is reported."""
    from foedus.case.values import parse_day
    from foedus.cli import elicit_show, files
    from foedus.elicitation.importers.judgments import as_files
    from foedus.elicitation.importers.registry import import_file

    try:
        day = parse_day(as_of) if as_of else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--as-of") from None
    name, imported = import_file(file, source)
    written = as_files(imported, day, _renamed(rename or []), f"{name}: {file.name}")
    texts = {"judgments.csv": written.judgments, "names.csv": written.names}
    if imported.seeds and any(seed.answer is not None for seed in imported.seeds):
        texts["seeds.csv"] = written.seeds
    files.write_new(out, texts)
    elicit_show.imported(console(), name, imported, [out / text for text in texts])


def export(
    case: CaseFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Folder to write to.")],
    as_of: AsOf = None,
) -> None:
    """Write the pooled prior of every question as pooled.csv; `foedus.pools.pooled` gives scipy and PreliZ ones."""
    import foedus
    from foedus import pools
    from foedus.cli import files
    from foedus.trust import trust_of

    with faults_in(case), working("Pooling") as say:
        loaded = foedus.load(case)
        priors = pools.pooled(loaded, as_of, trust_of(loaded, as_of, progress=say))
    files.write_new(out, {"pooled.csv": pools.as_csv(priors)})
    typer.echo(f"{out / 'pooled.csv'}: {len(priors)} questions by {loaded.file.pooling.method}")


def _renamed(pairs: list[str]) -> dict[str, str]:
    from foedus.case.foreign import identifier

    out = {}
    for pair in pairs:
        old, sign, new = pair.partition("=")
        if not sign or identifier(new) != new:
            msg = f"{pair!r}: write OLD=NEW, NEW an id of letters, digits, _ and -"
            raise typer.BadParameter(msg, param_hint="--name")
        out[old] = new
    return out

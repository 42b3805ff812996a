"""`foedus learn`: multipliers and credences from the past, and the next version of a codebook with them in it.

What a command needs is imported inside it, as in `app`; only here does a command line get to PyMC.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foedus.cli import learn_options as options
from foedus.cli.common import console, faults_in, working
from foedus.cli.learn_options import JSON

if TYPE_CHECKING:
    from foedus.case.types import Case

DOUBTFUL = 1
app = typer.Typer(
    no_args_is_help=True,
    help="Learn multipliers and credences from event counts of the past, or from resolved cases.",
    epilog="Example: foedus learn counts weekly_counts.csv summits.csv",
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Form(StrEnum):
    """What a multiplier multiplies."""

    auto = "auto"
    rate = "rate"
    presence = "presence"


Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", dir_okay=False, help="Write the codebook's next version; learned.json beside."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Same data and seed: same numbers.")]
Draws = Annotated[int, typer.Option("--draws", metavar="N", min=100, max=100_000, help="Kept of each of four chains.")]
_EXAMPLE = (
    "Example: foedus learn counts scenarios/history-rok-us-2011-2014/weekly_counts.csv "
    "scenarios/history-rok-us-2011-2014/summits.csv --case scenarios/rok-us-2025 --code leader_call=040_041_leader "
    "--out codebook.yaml"
)


@app.command(epilog=_EXAMPLE)
def counts(
    periods: Annotated[
        Path,
        typer.Argument(
            metavar="PERIODS",
            dir_okay=False,
            help="CSV: week_starting, and a column of counts for each code at one actor level (036_leader).",
        ),
    ],
    outcomes: Annotated[
        Path,
        typer.Argument(metavar="OUTCOMES", dir_okay=False, help="CSV: the date of each outcome, such as a summit."),
    ],
    case: Annotated[
        Path | None, typer.Option("--case", metavar="CASE", file_okay=False, help="Whose codebook to bring up to date.")
    ] = None,
    code: Annotated[
        list[str] | None,
        typer.Option("--code", metavar="CODE=COLUMN", help="Give a code the multipliers of a column; repeatable."),
    ] = None,
    question: Annotated[
        str | None,
        typer.Option("--question", metavar="ID", help="What the codes bear on; default: the only timing question."),
    ] = None,
    out: Out = None,
    multiplier: Annotated[
        Form,
        typer.Option(
            help="rate: of events. presence: of weeks with at least one, for signals of which one a week counts. auto: "
            "rate for counted codes, presence for the others.",
            case_sensitive=False,
        ),
    ] = Form.auto,
    bands: Annotated[
        str, typer.Option(metavar="N,N", help="Last day of each lead band; what is further ahead has multiplier 1.")
    ] = "14,30,60,90",
    eras: Annotated[
        str, typer.Option(metavar="DAYS", help="First days of eras but the first, or `year`: each one is an era.")
    ] = "year",
    known_until: Annotated[
        str | None,
        typer.Option(
            metavar="DAY", help="Until when the list of outcomes is complete; default: its last. Weeks whose next "
            "outcome is not known are left out.",
        ),
    ] = None,
    keep_aside: Annotated[
        list[int] | None,
        typer.Option(
            "--keep-aside", metavar="YEAR", help="Also learn from the weeks before a year, and score it; repeatable."
        ),
    ] = None,
    force: Force = False,
    seed: Seed = 1,
    draws: Draws = 1500,
) -> None:  # fmt: skip
    """Learn from event counts how much more often codes are seen before an outcome.

    Exit status 1: the sampler's own diagnostics failed; no codebook is written.
    """
    import numpy as np

    from foedus.cli import learn_show
    from foedus.news.history import read_history
    from foedus.news.leads import design

    chosen = options.pairs_of(code or [])
    if len({bool(chosen), out is not None, case is not None}) > 1:
        msg = "--out needs --case and at least one --code CODE=COLUMN, and they need --out"
        raise typer.BadParameter(msg, param_hint="--out")
    options.can_write(out, force)
    edges, begun = options.edges_of(bands), options.eras_of(eras)
    with faults_in(periods.parent), faults_in(outcomes.parent):
        history = read_history(periods, outcomes, options.day_of(known_until, "--known-until"))
    loaded, asked = _codebook_of(case, history.names, chosen, question)
    options.within(begun, history.weeks)
    made = design(history, edges, begun)
    options.enough(made.history.weeks, periods)
    for year in keep_aside or []:
        options.has_before(year, history.weeks)

    from foedus.bayes.holdout import keep_aside as kept
    from foedus.bayes.learning import learn_counts
    from foedus.bayes.lessons import history_lessons, history_values

    rng = np.random.default_rng(seed)
    with working("Learning") as say:
        learned = learn_counts(made, rng, draws=draws, progress=say)
        lessons = history_lessons(learned, rng)
        held = {year: kept(history, year, rng, edges=edges, progress=say) for year in keep_aside or []}
    record = learn_show.history_json(learned, lessons, held, seed)
    learn_show.history(console(), learned, lessons, held)
    if out is not None and case is not None and loaded is not None:
        source = learn_show.history_source(learned)
        values, left = history_values(loaded.codebook, lessons, chosen, asked, multiplier.value, source)
        _write(case, loaded, values, record | {"left_as_it_is": list(left)}, out, good=not learned.complaints)
        for sentence in left:
            typer.secho(f"warning: {sentence}", fg="yellow", err=True)
    aside = (f"without {year}: {what}" for year, one in held.items() for what in one.fit.complaints)
    raise typer.Exit(_status((*learned.complaints, *aside)))


def _codebook_of(
    folder: Path | None, columns: tuple[str, ...], chosen: Mapping[str, str], question: str | None
) -> tuple[Case | None, str]:
    """Load the case whose codebook is asked about, if any, and find what the codes chosen bear on."""
    import foedus

    if folder is None:
        return None, ""
    with faults_in(folder):
        case = foedus.load(folder)
    asked = options.question_of(case, question)
    options.fitting(case, columns, chosen, asked)
    return case, asked


@app.command(epilog="Example: foedus learn cases scenarios/rok-us-2025 --out codebook.yaml")
def cases(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="CASE...", help="Resolved cases; the first has the codebook to bring up to date."),
    ],
    out: Out = None,
    force: Force = False,
    seed: Seed = 1,
    draws: Draws = 1000,
) -> None:
    """Learn from resolved cases how telling their codes were, and whom to believe.

    Exit status 1: the sampler's own diagnostics failed; no codebook is written.
    """
    import numpy as np

    import foedus
    from foedus.cli import learn_show

    options.can_write(out, force)
    loaded: list[Case] = []
    for folder in folders:
        with faults_in(folder):
            loaded.append(foedus.load(folder))
            options.resolved(loaded[-1])
    if twice := [case.file.id for n, case in enumerate(loaded) if case.file.id in {c.file.id for c in loaded[:n]}]:
        msg = f"{twice[0]} is named twice: name each case once"
        raise typer.BadParameter(msg, param_hint="CASE")

    from foedus.bayes.learning_cases import told
    from foedus.bayes.learning_codes import learn_cases
    from foedus.bayes.lessons import case_lessons, case_values

    with working("Learning") as say:
        taught = learn_cases([told(case) for case in loaded], np.random.default_rng(seed), draws=draws, progress=say)
    lessons = case_lessons(taught)
    learn_show.cases(console(), taught, lessons)
    if out is not None:
        values = case_values(loaded[0].codebook, lessons, learn_show.cases_source(taught))
        record = learn_show.cases_json(taught, lessons, seed)
        if values:
            _write(folders[0], loaded[0], values, record, out, good=not taught.complaints)
        else:
            typer.echo(f"Nothing was learned that the codebook could take: {out} is not written.")
            from foedus.cli.files import write_json

            write_json(record, out.parent / JSON)
            typer.echo(f"{out.parent / JSON}: what was learned; the next run may overwrite it")
    raise typer.Exit(_status(taught.complaints))


# -- what is written ---------------------------------------------------------------------------


def _write(
    folder: Path, case: Case, values: Mapping[Any, Any], record: dict[str, Any], out: Path, *, good: bool
) -> None:
    """Write the codebook's next version, where the draws are good, and learned.json in any case."""
    from foedus.case.codebook_text import loads_with, next_minor, with_values
    from foedus.case.decode import decode
    from foedus.case.findings import Findings
    from foedus.case.load import CODEBOOK
    from foedus.cli.files import write_json, write_text

    was = case.codebook.version
    version = next_minor(was, str(folder / CODEBOOK))
    if good and values:
        text = decode(CODEBOOK, (folder / CODEBOOK).read_bytes(), Findings())
        assert text is not None
        with faults_in(folder):
            new = with_values(text, dict(values) | {("version",): version}, was)
            loads_with(folder, new)
        write_text(new, out)
        record["codebook"] = {"from": was, "to": version, "case": case.file.id, "sha256": case.inputs[CODEBOOK],
                              "replaced": {".".join(place): value for place, value in values.items()}}  # fmt: skip
        typer.echo(f"{out}: version {version} of {case.file.id}'s codebook, {len(values)} values of it new")
    write_json(record, out.parent / JSON)
    if "codebook" in record:
        typer.echo(out.parent / JSON)
    else:
        typer.echo(f"{out} is not written. {out.parent / JSON}: what was learned; the next run may overwrite it")


def _status(complaints: tuple[str, ...]) -> int:
    if not complaints:
        return 0
    said = [
        "Do not use these numbers: the sampler's own diagnostics failed.",
        *complaints,
        "What to do: raise --draws.",
    ]
    typer.echo("\n".join(said), err=True)
    return DOUBTFUL

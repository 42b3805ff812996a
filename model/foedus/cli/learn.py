"""`foedus learn`: multipliers and credences from the past, and the next version of a codebook with them in it.

What a command needs is imported inside it, as in `app`; only here does a command line get to PyMC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foedus.cli.common import console, faults_in, working
from foedus.errors import CaseError, Fault, nearest

if TYPE_CHECKING:
    from foedus.case.types import Case

DOUBTFUL = 1
JSON = "learned.json"
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

    import foedus
    from foedus.cli import learn_show
    from foedus.news.history import read_history
    from foedus.news.leads import design

    chosen = _pairs(code or [])
    if bool(chosen) != (out is not None) or (out is not None and case is None):
        msg = "--out needs --case and at least one --code CODE=COLUMN, and they need --out"
        raise typer.BadParameter(msg, param_hint="--out")
    _can_write(out, force)
    edges, begun = _edges(bands), _eras(eras)
    with faults_in(periods.parent):
        history = read_history(periods, outcomes, _day(known_until, "--known-until"))
        loaded = None
    if case is not None:
        with faults_in(case):
            loaded = foedus.load(case)
    made = design(history, edges, begun)
    _enough(made.history.weeks, periods)
    for year in keep_aside or []:
        _has_before(year, history.weeks)
    asked = _question(loaded, question) if loaded is not None else ""
    if loaded is not None:
        _known_pairs(loaded, history.names, chosen)

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
    raise typer.Exit(_status(learned.complaints))


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

    _can_write(out, force)
    loaded: list[Case] = []
    for folder in folders:
        with faults_in(folder):
            loaded.append(foedus.load(folder))
            _resolved(loaded[-1])
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
    raise typer.Exit(_status(taught.complaints))


# -- what is asked for -------------------------------------------------------------------------


def _pairs(pairs: list[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for pair in pairs:
        code, sign, column = pair.partition("=")
        if not (sign and code and column) or code in out:
            msg = f"{pair!r}: write CODE=COLUMN, each code once, such as leader_call=040_041_leader"
            raise typer.BadParameter(msg, param_hint="--code")
        out[code] = column
    return out


def _edges(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    edges = [int(part) for part in parts if part.isdecimal()]
    if len(edges) != len(parts) or edges != sorted(set(edges)) or len(edges) > 12 or edges[0] < 1:
        msg = f"{text!r}: write the last day of each band in order, such as 14,30,60,90"
        raise typer.BadParameter(msg, param_hint="--bands")
    if edges[-1] > 730:
        msg = f"{edges[-1]}: more than two years ahead says nothing; write 730 days at most"
        raise typer.BadParameter(msg, param_hint="--bands")
    return tuple(edges)


def _eras(text: str) -> tuple[dt.date, ...] | None:
    if text == "year":
        return None
    days = [_day(part.strip(), "--eras") for part in text.split(",")]
    begun = [day for day in days if day is not None]
    if begun != sorted(set(begun)):
        msg = f"{text!r}: write the days in order, each once, or `year`"
        raise typer.BadParameter(msg, param_hint="--eras")
    return tuple(begun)


def _day(text: str | None, option: str) -> dt.date | None:
    from foedus.case.values import parse_day

    try:
        return None if text is None else parse_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _enough(weeks: tuple[dt.date, ...], periods: Path) -> None:
    if len(weeks) < 2:
        what = "has no two weeks whose next outcome is known: say with --known-until how far the list of outcomes goes"
        raise CaseError([Fault(str(periods), 0, what)])


def _has_before(year: int, weeks: tuple[dt.date, ...]) -> None:
    years = sorted({(week + dt.timedelta(days=3)).year for week in weeks})
    if year not in years[1:]:
        msg = f"{year}: there must be weeks of it, and earlier years; the table has {', '.join(map(str, years))}"
        raise typer.BadParameter(msg, param_hint="--keep-aside")


def _question(case: Case, named: str | None) -> str:
    timing = [name for name, question in case.file.questions.items() if question.type == "timing"]
    if named is None and len(timing) == 1:
        return timing[0]
    if named not in timing:
        what = f"{named!r} is no timing question" if named else "say which question the codes bear on"
        msg = f"{what}: {', '.join(timing) or 'the case has none'}"
        raise typer.BadParameter(msg, param_hint="--question")
    return named


def _known_pairs(case: Case, columns: tuple[str, ...], chosen: Mapping[str, str]) -> None:
    """Refuse, before any work is done, what is no code and no column."""
    codes = list(case.codebook.codes)
    faults = [f"no code is called {code!r}; {nearest(code, codes)}" for code in chosen if code not in codes]
    faults += [f"no column is called {c!r}; {nearest(c, columns)}" for c in chosen.values() if c not in columns]
    if faults:
        raise CaseError([Fault("--code", 0, what) for what in faults])


def _resolved(case: Case) -> None:
    if not case.resolutions:
        what = f"{case.file.id} is not resolved: a case teaches once resolutions.csv says what came true"
        raise CaseError([Fault("resolutions.csv", 0, what)])


# -- what is written ---------------------------------------------------------------------------


def _can_write(out: Path | None, force: bool) -> None:
    """Refuse before any work what would overwrite a file, or has no folder to stand in."""
    if out is None:
        return
    if not out.absolute().parent.is_dir():
        msg = f"the folder {out.parent} does not exist: make it first, or name another"
        raise typer.BadParameter(msg, param_hint="--out")
    there = [path for path in (out, out.parent / JSON) if path.exists()]
    if there and not force:
        msg = f"{there[0]} is there already: name another place, or add --force"
        raise typer.BadParameter(msg, param_hint="--out")


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
    typer.echo(out.parent / JSON)


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

"""The commands, their options and help; and the one place where an error becomes a message and an exit status.

What a command needs is imported inside it: `foedus --help` has no use for numerics.
"""

from __future__ import annotations

import os
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from foedus.cli import check, code, coders, common, elicit, learn, news
from foedus.cli import codebook as pages_of_codebook
from foedus.cli.common import AsOf, CaseFolder, Unknown
from foedus.errors import DegenerateDraws, FoedusError

DONE, DOUBTFUL, REFUSED, BROKEN = 0, 1, 2, 70

app = typer.Typer(
    epilog="Begin with: foedus new my-case && foedus forecast my-case",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(elicit.app, name="elicit")
app.add_typer(news.app, name="news")
app.command("codebook", epilog=pages_of_codebook.EXAMPLE)(pages_of_codebook.codebook)
app.command(epilog="Example: foedus coders scenarios/rok-us-2025 --as-of 2025-08-01 --out coders --lang en,ko")(
    coders.coders
)
app.add_typer(learn.app, name="learn")


class Paper(StrEnum):
    """Paper sizes of a report."""

    a4 = "a4"
    letter = "letter"


class Method(StrEnum):
    """How the reference draws."""

    auto = "auto"
    nuts = "nuts"
    weights = "weights"


Draws = Annotated[
    int | None,
    typer.Option(
        "--draws",
        metavar="N",
        min=16,
        max=65536,
        help="Parameter draws; more of them, less Monte Carlo error.",
        show_default="the case's",
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Same case, time and seed: same numbers.")]


def main() -> None:
    """Run the command line; every error on purpose ends as a message on standard error and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Hangul shows marks, not a traceback
    try:
        app()
    except DegenerateDraws as error:
        _fail(f"No forecast: {error}", DOUBTFUL)
    except FoedusError as error:
        _fail(str(error), REFUSED)
    except OSError as error:
        _fail(f"{error.filename or 'foedus'}: {error.strerror or error}{_advice(error)}", REFUSED)
    except Exception as error:
        if os.environ.get("FOEDUS_DEBUG"):
            raise
        kind = type(error).__name__
        _fail(f"A fault in foedus itself, not in your case: {kind}: {error}\nFOEDUS_DEBUG=1 shows where.", BROKEN)


def _advice(error: OSError) -> str:
    """Return what to do about a file that can't be read or written."""
    if isinstance(error, FileNotFoundError):
        return ": name a file or folder that is there; to write, a folder that can be made"
    if isinstance(error, PermissionError | NotADirectoryError | IsADirectoryError | FileExistsError):
        return ": name another place, or change what stands in the way"
    return ": free some space, or name another place" if error.errno in {28, 30, 122} else ""


def _fail(message: str, status: int) -> None:
    print(message, file=sys.stderr)  # noqa: T201 - plain, so that FILE:LINE stays whole on a line of its own
    raise SystemExit(status)


def _version(wanted: bool) -> None:
    if wanted:
        import foedus

        typer.echo(f"foedus {foedus.__version__}")
        raise typer.Exit(DONE)


@app.callback()
def top(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Forecasts alliance negotiations: expert judgments and coded news in, scenario probabilities and a report out."""


@app.command(epilog="Example: foedus new my-case --codebook alliance_negotiation")
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet, or is empty.")],
    codebook: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Begin with a codebook of the package and the questions it speaks about: alliance_negotiation.",
            show_default="a small invented one",
        ),
    ] = None,
) -> None:
    """Write a small case that runs as it is, to change into your own."""
    from foedus.case.new import write_new

    names = ", ".join(path.name for path in write_new(folder, codebook))
    quoted = shlex.quote(str(folder))
    typer.echo(f"{folder}: {names}\nNext: foedus check {quoted} && foedus forecast {quoted}")


app.command(epilog="Example: foedus check scenarios/rok-us-2025 --as-of 2025-08-01 --question summit_date")(check.check)
app.command(epilog="Example: foedus code scenarios/rok-us-2025 --lang ko --coder c1")(code.code)


@app.command(
    epilog="Example: foedus forecast scenarios/rok-us-2025 --as-of 2025-08-01T09:52:00+09:00 --json forecast.json"
)
def forecast(
    case: CaseFolder,
    as_of: AsOf = None,
    seed: Seed = 1,
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Write the forecast as JSON; - is standard output."),
    ] = None,
    draws: Draws = None,
    on_unknown: Unknown = common.OnUnknown.error,
) -> None:
    """Forecast the questions and scenarios of a case."""
    import foedus
    from foedus.cli import files, show

    common.can_write(json)
    with common.faults_in(case), common.working("Forecasting") as say:
        loaded = foedus.load(case, skip_unknown=on_unknown is common.OnUnknown.skip)
        result = foedus.forecast(loaded, as_of=as_of, seed=seed, draws=draws, progress=say)
    to_stdout = json is not None and str(json) == "-"
    if json is not None:
        files.write_json(result.to_json(), common.target(json))
    show.forecast(common.console(stderr=to_stdout), result)
    common.warn(result.case, result.as_of)
    raise typer.Exit(_status(result.diagnostics.ok, result.diagnostics.messages))


@app.command(epilog="Example: foedus report scenarios/rok-us-2025 --as-of 2025-08-01T09:52:00+09:00 --lang en,ko")
def report(
    case: CaseFolder,
    as_of: AsOf = None,
    seed: Seed = 1,
    draws: Draws = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", file_okay=False, help="Where to write.", show_default="reports/ID of the case"),
    ] = None,
    lang: Annotated[str, typer.Option(metavar="LANG", help="en, ko, or en,ko for both.")] = "en",
    paper: Annotated[Paper, typer.Option(help="Paper size.", case_sensitive=False)] = Paper.a4,
    on_unknown: Unknown = common.OnUnknown.error,
) -> None:
    """Forecast, and write report.pdf, figures/*.png, forecast.json and numbers.csv."""
    import foedus

    languages = common.languages_of(lang)
    with common.faults_in(case), common.working("Forecasting") as say:
        loaded = foedus.load(case, skip_unknown=on_unknown is common.OnUnknown.skip)
        result = foedus.forecast(loaded, as_of=as_of, seed=seed, draws=draws, progress=say)
    folder = out or Path("reports") / result.case.file.id
    with common.working("Writing the report") as say:
        written = foedus.write_report(result, folder, languages=languages, paper=paper.value, progress=say)
    for path in (*written.pdf, written.json, written.csv):
        typer.echo(path)
    typer.echo(f"{folder / 'figures'}: {len(written.figures)} pictures")
    common.warn(result.case, result.as_of)
    raise typer.Exit(_status(result.diagnostics.ok, result.diagnostics.messages))


@app.command(epilog="Example: foedus verify scenarios/rok-us-2025 --as-of 2025-08-01T09:52:00+09:00")
def verify(
    case: CaseFolder,
    as_of: AsOf = None,
    seed: Seed = 1,
    method: Annotated[
        Method,
        typer.Option(
            help="weights: draws of the prior, weighted by the news; seconds, where there is not too much of it. nuts: "
            "PyMC's NUTS; some minutes, most of them to compile. auto: weights, and NUTS where they did not suffice.",
            case_sensitive=False,
        ),
    ] = Method.auto,
    draws: Annotated[
        int, typer.Option(metavar="N", min=50, max=100_000, help="Draws of each chain of the reference.")
    ] = 1000,
    chains: Annotated[int, typer.Option(metavar="N", min=2, max=64, help="Chains of the reference.")] = 4,
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Write the comparison as JSON; - is standard output."),
    ] = None,
) -> None:
    """Check a forecast against an independent model in PyMC: each probability, in Monte Carlo errors.

    Exit status 1: they disagree, or the reference (or the forecast) failed its own diagnostics, and says nothing.
    """
    import foedus
    from foedus.cli import files, verification

    common.can_write(json)
    with common.faults_in(case), common.working("Forecasting") as say:
        result = foedus.forecast(foedus.load(case), as_of=as_of, seed=seed, progress=say)
    options = verification.Options(method.value, draws, chains)
    table = verification.compare(result, options, lambda: common.working("Reference"), bar=sys.stderr.isatty())
    to_stdout = json is not None and str(json) == "-"
    if json is not None:
        files.write_json(verification.to_json(result, table), common.target(json))
    verification.show(common.console(stderr=to_stdout), result, table)
    raise typer.Exit(_status(result.diagnostics.ok, result.diagnostics.messages) or verification.status(table))


@app.command(epilog="Example: foedus bench --no-reference")
def bench(
    rounds: Annotated[int, typer.Option(metavar="N", min=1, help="Fresh cases of each size.")] = 3,
    seed: Seed = 1,
    reference: Annotated[
        bool, typer.Option("--reference/--no-reference", help="Sample the PyMC reference as well: takes an hour.")
    ] = True,
    signals: Annotated[
        str, typer.Option(metavar="N,N", help="At 60, 200 or 1000 signals, or several.")
    ] = "60,200,1000",
    sampler: Annotated[
        str, typer.Option(metavar="NAMES", help="nutpie (where installed), pymc (its NUTS), smc, or several.")
    ] = "nutpie,pymc,smc",
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Write the measures as JSON; - is standard output."),
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Write them as a table for a README.")
    ] = None,
) -> None:
    """Measure speed on simulated cases: the core by itself, and beside NUTS on the PyMC reference.

    Exit status 1: a promise is not kept on this machine.
    """
    from foedus.cli import benchmark, files

    chosen = benchmark.Options(
        rounds,
        seed,
        tuple(int(n) for n in _among(signals, ("60", "200", "1000"), "--signals")),
        _among(sampler, ("nutpie", "pymc", "smc"), "--sampler") if reference else (),
    )
    with common.working("Measuring") as say:
        done = benchmark.run(chosen, say)
    to_stdout = json is not None and str(json) == "-"
    if json is not None:
        files.write_json(benchmark.to_json(chosen, done), common.target(json))
    if markdown is not None:
        markdown.write_text(benchmark.markdown(done), "utf-8")
    benchmark.show(common.console(stderr=to_stdout), done)
    raise typer.Exit(DONE if all(m.kept for m in done) else DOUBTFUL)


def _among[Word: str](text: str, known: tuple[Word, ...], option: str) -> tuple[Word, ...]:
    """Read words apart by commas, each of them known."""
    wanted = [part.strip().lower() for part in text.split(",")]
    if unknown := [word for word in wanted if word not in known]:
        msg = f"{unknown[0]!r} is none of {', '.join(known)}"
        raise typer.BadParameter(msg, param_hint=option)
    return tuple(word for word in known if word in wanted)


def _status(ok: bool, messages: tuple[str, ...]) -> int:
    """Exit status of a finished run; where its own diagnostics failed, say what to do."""
    if ok:
        return DONE
    typer.echo("\n".join(["Do not use these numbers yet: the forecast's own diagnostics failed.", *messages]), err=True)
    return DOUBTFUL

"""What `foedus check` prints: what each signal says to which question, and by how much it counts there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from foedus.cli.show import ILLUSTRATIVE, account, table
from foedus.forecast import account_of, moment
from foedus.problem import compile_problem

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from foedus.case.types import Band, Bearing, Case, Signal
    from foedus.news.evidence import Unit
    from foedus.problem import Contribution
    from foedus.problem.compile import Compiled

NOTE = (
    "Says: multipliers of the codebook, the middle of each band. Telling: at most so many times as likely under one "
    "outcome as under another, before credence. Counts: what caps, tempering and the panel's own reading leave of it."
)


def check(console: Console, case: Case, as_of: str | None) -> None:
    """Print the account and the evidence of a case that has passed its checks."""
    time = moment(case, as_of)
    compiled = compile_problem(case, time)
    file = case.file
    console.print(Text(file.title(), style="bold"))
    console.print(
        f"{len(file.questions)} questions, {len(file.panel)} in the panel, {len(case.judgments)} judgments, "
        f"{len(file.scenarios)} scenarios, {len(case.codebook.codes)} codes. As of {time.isoformat()}."
    )
    if case.illustrative:
        console.print(Text(ILLUSTRATIVE, style="yellow"))
    for warning in case.warnings:
        console.print(Text(f"warning: {warning}", style="yellow"))
    if compiled.evidence.units:
        console.print("", evidence(case, compiled), "", Text(NOTE, style="dim"), "", sep="\n")
    account(console, account_of(compiled))


def evidence(case: Case, compiled: Compiled) -> Table:
    """Return the table of evidence: a row for each question that a unit bears on."""
    rows = table("Seen", "Signals", "Source", "Question", "Says", ">Telling", ">Counts")
    for number, unit in enumerate(compiled.evidence.units):
        lead = (_day(unit.seen), ", ".join(unit.ids), _sources(case, unit))
        for contribution in compiled.problem.contributions:
            if contribution.unit == number:
                question = list(case.file.questions)[contribution.question]
                says = "\n".join((*_says(case, unit, question), *contribution.notes))
                rows.add_row(*lead, question, says, *_force(contribution))
                lead = ("", "", "")
    return rows


def _day(moment: dt.datetime) -> str:
    return moment.date().isoformat()


def _sources(case: Case, unit: Unit) -> str:
    """Return the sources of a unit with letter and number, each once."""
    graded = (
        f"{row.source} ({case.codebook.sources[row.source].reliability}{row.credibility or ''})" for row in unit.rows
    )
    return ", ".join(dict.fromkeys(graded))


def _force(contribution: Contribution) -> tuple[str, str]:
    """How telling a contribution is, and how much of that counts."""
    return f"x{math.exp(contribution.raw_strength):.1f}", f"{100 * contribution.exponent:.0f}%"


def _says(case: Case, unit: Unit, question: str) -> Iterator[str]:
    """Yield code and multipliers of everything in a unit that bears on a question."""
    signals = {signal.code: signal for item in unit.items for _, signal in item.options}
    joint: set[str] = set()
    for combination in case.codebook.combine:
        if set(combination.codes) <= signals.keys() - joint and question in combination.bears_on:
            joint |= set(combination.codes)
            yield f"{' + '.join(combination.codes)}: {_multipliers(combination.bears_on[question], None)}"
    for code, signal in signals.items():
        bearing = case.codebook.codes[code].bears_on.get(question)
        if bearing is not None and code not in joint:
            yield f"{code}{_about(bearing, signal)}: {_multipliers(bearing, signal)}"


def _about(bearing: Bearing, signal: Signal) -> str:
    """Return what the multipliers of a signal are relative to, where that is the signal's own."""
    if bearing.by == "lead":
        return f" (from {_day((signal.happened or signal.published).at)})"
    if bearing.by == "target" and signal.target_to is not None:
        first = signal.target_from or signal.target_to
        return f" ({first})" if first == signal.target_to else f" ({first} to {signal.target_to})"
    return ", absent" if signal.observed == "absent" else ""


def _multipliers(bearing: Bearing, signal: Signal | None) -> str:
    bands: dict[str, Band] = dict(bearing.multipliers or bearing.probability_present or {})
    if signal is not None and signal.speaker is not None:
        bands |= bearing.by_speaker.get(signal.speaker, {})
    absent = signal is not None and signal.observed == "absent"
    return ", ".join(f"{key} {1 - band.middle if absent else band.middle:g}" for key, band in bands.items())

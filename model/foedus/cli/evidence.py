"""What `foedus check` prints: what each signal says to which question, and by how much it counts there."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from foedus.accounting import account_of
from foedus.case.moment import moment
from foedus.cli import news_duplicates
from foedus.cli.show import ILLUSTRATIVE, account, name_of, table
from foedus.elicitation.coherence import doubts
from foedus.problem import compile_problem
from foedus.trust import trust_of

if TYPE_CHECKING:
    from rich.console import Console

    from foedus.case.types import Band, Bearing, Case, Signal
    from foedus.news.counts import Period
    from foedus.news.evidence import Unit
    from foedus.problem.compile import Compiled
    from foedus.problem.types import Tally

NOTE = (
    "Says: multipliers of the codebook, the middle of each band. Telling: at most so many times as likely under one "
    "outcome as under another, before credence. Counts: what caps, tempering and the panel's own reading leave of it."
)


def check(console: Console, case: Case, as_of: str | None) -> tuple[str, ...]:
    """Print the account and the evidence of a sound case; return what is worth a look in what the panel said."""
    time = moment(case, as_of)
    compiled = compile_problem(case, time, trust=trust_of(case, time))
    file = case.file
    console.print(Text(file.title(), style="bold"))
    console.print(
        f"{len(file.questions)} questions, {len(file.panel)} in the panel, {len(case.judgments)} judgments, "
        f"{len(file.scenarios)} scenarios, {len(case.codebook.codes)} codes. As of {time.isoformat()}."
    )
    if case.illustrative:
        console.print(Text(ILLUSTRATIVE, style="yellow"))
    for number, question in enumerate(file.questions):
        rows = evidence(case, compiled, number)
        title = Text(name_of(file.questions[question].title, question), style="bold")
        console.print("", title, rows if rows.row_count else "no evidence", sep="\n")
    console.print("", Text(NOTE, style="dim"), "", sep="\n")
    account(console, account_of(compiled))
    news_duplicates.brief(console, case, time)
    return doubts(case, compiled.prior.panel)


def evidence(case: Case, compiled: Compiled, number: int) -> Table:
    """Return the table of what bears on one question, signals in the order in which they were seen, then counts."""
    question = list(case.file.questions)[number]
    rows = table("Seen", "Signals, and what they say", "Source", ">Telling", ">Counts")
    for contribution in compiled.problem.contributions:
        if contribution.question == number:
            unit = compiled.evidence.units[contribution.unit]
            bearing = (row for row in unit.rows if question in case.codebook.codes[row.code].bears_on)
            reports = unit.rows if unit.lines else tuple(bearing)
            said = "\n".join((", ".join(dict.fromkeys(row.id for row in reports)), *_says(case, unit, question)))
            said += "".join(f"\n({note})" for note in contribution.notes)
            telling = f"x{math.exp(contribution.raw_strength):.1f}"
            rows.add_row(_day(unit.seen), said, _sources(case, reports), telling, f"{100 * contribution.exponent:.0f}%")
    for place, period in enumerate(compiled.evidence.counts, len(compiled.evidence.units)):
        tally = next((t for t in compiled.problem.tallies if t.unit == place and t.question == number), None)
        if tally is not None:
            _add_count(rows, case, compiled, period, tally)
    return rows


def _add_count(rows: Table, case: Case, compiled: Compiled, period: Period, tally: Tally) -> None:
    row, code = period.row, case.codebook.codes[tally.code]
    typical = float(compiled.problem.rates.median[tally.rate] * tally.exposure.sum())
    said = f"{row.id}: {row.count} counted, {typical:.3g} expected where a multiplier is 1\n{tally.code}: "
    said += _multipliers(code.bears_on[period.question], None) + "".join(f"\n({note})" for note in tally.notes)
    source = f"{row.source} ({case.codebook.sources[row.source].reliability})"
    seen, telling = row.last.isoformat(), f"x{math.exp(min(tally.raw_strength, 700)):.3g}"
    rows.add_row(seen, said, source, telling, f"{100 * period.share:.0f}%")


def _day(moment: dt.datetime) -> str:
    """Return the day of a moment; the end of a day belongs to it."""
    return (moment - dt.timedelta(microseconds=1)).date().isoformat()


def _sources(case: Case, reports: Iterable[Signal]) -> str:
    """Return sources with letter and number, each once."""
    graded = (
        f"{row.source} ({case.codebook.sources[row.source].reliability}{row.credibility or ''})" for row in reports
    )
    return ", ".join(dict.fromkeys(graded))


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

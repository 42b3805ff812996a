"""A forecast as tables for a terminal: scenarios, questions, and what became of every row of news."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from foedus.fates import FATES
from foedus.forecast import Estimate, LevelsForecast, QuantityForecast, TimingForecast
from foedus.report.words import percent, span, whole

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from foedus.case.types import Case
    from foedus.case.types import Text as Title
    from foedus.forecast import Account, Forecast
    from foedus.news.evidence import Merge

ILLUSTRATIVE = "Illustrative: the panel's numbers are invented to show the method. Not a forecast to act on."
NOTE = (
    "Range: 5-95 % over experts, sources and assumptions inside the model; not a forecast interval. Prior: the panel, "
    "before any news. Change and MCSE (Monte Carlo error): points; a change that the error hides is left out."
)
WHY = {
    "event": "one event",
    "origin": "one text",
    "statement": "one statement",
    "document": "one line of a document",
    "duplicate": "a row that stands twice",
    "group": "an echo of one intent",
    "discrepancy": "what one text says and the other leaves out",
    "week": "one too many of its code in a week",
}

SHOWN = (0.05, 0.5, 0.95)  # quantiles; forecast.json has more
Row = tuple[str, str, str, str]  # outcome, now, range, prior


def forecast(console: Console, result: Forecast) -> None:
    """Print the tables of a forecast."""
    case = result.case
    console.print(Text(case.file.title(), style="bold"))
    console.print(f"As of {result.as_of.isoformat()}, seed {result.seed}")
    if case.illustrative:
        console.print(Text(ILLUSTRATIVE, style="yellow"))
    if result.scenario_estimates:
        console.print("", _scenarios(result), "", sep="\n")
    console.print(_questions(result), "")
    console.print(Text(NOTE, style="dim"), "\n")
    account(console, result.account)


def table(*columns: str) -> Table:
    """Return an empty table; a column whose name begins with `>` holds numbers."""
    empty = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        number = column.startswith(">")
        empty.add_column(column.lstrip(">"), justify="right" if number else "left", no_wrap=number)
    return empty


def name_of(title: Title | None, identifier: str) -> str:
    """Return a title, or else the identifier in words."""
    return title() if title else identifier.replace("_", " ")


def _scenarios(result: Forecast) -> Table:
    scenarios = result.case.file.scenarios
    rows = table("Scenario", ">Probability", ">Range", ">Prior", ">Change", ">MCSE")
    named = {name_of(scenarios[name].title, name): estimate for name, estimate in result.scenario_estimates.items()}
    for title, estimate in (named | {"None of these": result.residual}).items():
        rows.add_row(
            title,
            Text(percent(whole(estimate.probability)), style="bold"),
            span(estimate.low, estimate.high),
            percent(whole(estimate.prior)),
            _points(estimate.change),
            f"{100 * estimate.mcse:.2f}",
        )
    if result.overlap:
        both = [
            f"{' and '.join(name_of(scenarios[name].title, name) for name in pair)} {percent(whole(share))}"
            for *pair, share in result.overlap
        ]
        rows.caption = f"Both can hold: {'; '.join(both)}"
        rows.caption_justify = "left"
    return rows


def _points(change: float) -> str:
    """Return a change in points; one that rounds to none keeps its first digit."""
    points = 100 * change
    return f"{points:+.0f}" if abs(points) >= 0.5 else f"{points:+.1g}" if points else ""


def _questions(result: Forecast) -> Table:
    rows = table("Question", "Outcome", ">Now", ">Range", ">Prior")
    for name, answer in result.questions.items():
        question = result.case.file.questions[name]
        unit = getattr(question, "unit", None)
        title = name_of(question.title, name) + (f" ({unit()})" if unit else "")
        for row in _outcomes(result.case, answer):
            rows.add_row(title, *row)
            title = ""
        rows.add_section()
    return rows


def _outcomes(case: Case, answer: TimingForecast | LevelsForecast | QuantityForecast) -> Iterator[Row]:
    if isinstance(answer, LevelsForecast):
        titles = {level.id: level.title for level in getattr(case.file.questions[answer.id], "levels", ())}
        for level, estimate in answer.levels:
            yield _probability(name_of(titles.get(level), level), estimate)
    elif isinstance(answer, TimingForecast):
        for share in SHOWN:
            yield f"{100 * share:.0f}% by", _day(answer.quantiles[share]), "", _day(answer.prior_quantiles[share])
        yield _probability("never", answer.never)
    else:
        for share in SHOWN:
            now, prior = answer.quantiles[share], answer.prior_quantiles[share]
            yield f"{100 * share:.0f}% below", f"{now:.3g}", "", f"{prior:.3g}"
    if answer.not_applicable is not None:
        yield _probability("not applicable", answer.not_applicable)


def _probability(outcome: str, estimate: Estimate) -> Row:
    low_to_high = span(estimate.low, estimate.high)
    return outcome, percent(whole(estimate.probability)), low_to_high, percent(whole(estimate.prior))


def _day(day: dt.date | None) -> str:
    return "never" if day is None else day.isoformat()


def account(console: Console, rows: Account) -> None:
    """Print what became of every row of signals.csv and counts.csv."""
    titles = {"in_prior": "in the prior", "no_bearing": "on no question"}
    counts = ", ".join(f"{rows.rows[fate]} {titles.get(fate, fate)}" for fate in FATES)
    line = f"Signals: {rows.read} read, {counts}"
    console.print(Text(line, style="bold"))
    not_by_themselves(console, rows)
    for what, pairs in (("merged", rows.merged), ("excluded", rows.excluded)):
        for reason, ids in _by_reason(pairs).items():
            console.print(f"  {what}, {reason}: {', '.join(ids)}")
    for what, names in (
        ("later on the as-of day", rows.later_that_day),
        ("in the prior", rows.in_prior),
        ("on no question", rows.no_bearing),
    ):
        if names:
            console.print(f"  {what}: {', '.join(names)}")
    for conflict in rows.conflicts:
        console.print(f"  contradict each other, and both count: {conflict.first}, {conflict.second}")
    for sentence in rows.defaulted:
        console.print(f"  default: {sentence}")


def _parts(merges: Iterable[Merge]) -> Iterator[tuple[str, str]]:
    """Yield signals that still count, and what they are a part of, or where another counts in their place."""
    for merge in merges:
        if merge.counts:
            yield merge.id, f"in one factor with {merge.into}, {WHY[merge.why]}"
        elif merge.question is not None:
            yield merge.id, f"on {merge.question} {merge.into} counts instead, {WHY[merge.why]}"


def not_by_themselves(console: Console, rows: Account) -> None:
    """Print how many signals do not count by themselves and why, and what still adds something of its own."""
    if rows.merges:
        often = Counter[str](merge.why for merge in rows.merges)
        listed = ", ".join(f"{often[why]} {said}" for why, said in WHY.items() if often[why])
        console.print(f"  not by themselves: {listed}")
    for sentence, ids in _by_reason(_parts(rows.merges)).items():
        console.print(f"  {sentence}: {', '.join(ids)}")


def _by_reason(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for name, reason in pairs:
        reasons[reason].append(name)
    return reasons

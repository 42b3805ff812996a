"""What one row of judgments.csv states, against the question it is about. Every function yields what is wrong."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from foedus.case.types import Judgment, Nominal, Ordinal, Quantity, Question, Timing
from foedus.case.values import parse_day, parse_number, too_large
from foedus.errors import nearest

Window = tuple[dt.date, dt.date]
FITS: dict[str, tuple[type, ...]] = {
    "quantile": (Timing, Quantity, Ordinal, Nominal),
    "exactly": (Timing, Quantity),
    "never": (Timing,),
    "probability": (Ordinal, Nominal, Timing, Quantity),
    "chips": (Timing, Ordinal, Quantity, Nominal),
}


class Bin(NamedTuple):
    """A bin of chips as an interval of numbers; a day is its ordinal, and a bin of days holds both of its ends."""

    lower: float
    upper: float

    def overlaps(self, other: Bin) -> bool:
        """Whether two bins share more than an edge."""
        return self.lower < other.upper and other.lower < self.upper


def row_faults(row: Judgment, question: Question, window: Window) -> Iterator[str]:
    """Yield everything wrong with a row about one question (not a concordance).

    Parameters
    ----------
    row : Judgment
        The row.
    question : Question
        What it is about.
    window : tuple of date
        Its first and last day, as in `Draft.window`.
    """
    if not isinstance(question, FITS[row.element]):
        fitting = ", ".join(element for element, kinds in FITS.items() if isinstance(question, kinds))
        yield f"element: {row.element!r} doesn't fit {row.question}, which is of type {question.type}: write {fitting}"
        return
    yield from _CHECKS[row.element](row, question, window)


def _quantile(row: Judgment, question: Question, window: Window) -> Iterator[str]:
    if isinstance(question, (Ordinal, Nominal)):
        yield from _uncertain(row, question)
        return
    yield from _share(row, "0.05, 0.5 or 0.95")
    yield from _outcome(row, question, window, "the rest belongs into a row `never`")


def _uncertain(row: Judgment, question: Ordinal | Nominal) -> Iterator[str]:
    """Check a quantile of the probability of a level, written `LEVEL @ 0.25`."""
    name, at, share = (part.strip() for part in (row.level or "").partition("@"))
    example = f"{question.levels[0].id} @ 0.25"
    if not at:
        yield f"level: a quantile of a level's probability names both ({example}), got {row.level or 'nothing'}"
        return
    yield from _level(row.model_copy(update={"level": name}), question)
    yield from _share(row.model_copy(update={"level": share}), example)
    if isinstance(row.value, dt.date) or not 0 < row.value < 1:
        yield f"value: an uncertain probability lies strictly between 0 and 1, got {_plain(row.value)}"


def _exactly(row: Judgment, question: Question, window: Window) -> Iterator[str]:
    yield from _share(row, "the probability of exactly this value, such as 0.3")
    yield from _outcome(row, question, window, "what lies later is `never`", last=True)


def _share(row: Judgment, example: str) -> Iterator[str]:
    try:
        level = parse_number(row.level or "")
    except ValueError:
        level = math.nan
    if not 0 < level < 1:
        yield f"level: a {row.element} needs a probability between 0 and 1 ({example}), got {row.level or 'nothing'}"


def _outcome(row: Judgment, question: Question, window: Window, advice: str, *, last: bool = False) -> Iterator[str]:
    if isinstance(question, Timing):
        opens, horizon = window
        if not isinstance(row.value, dt.date):
            yield f"value: {row.question} needs a date; {_not_a_day(row.value)}"
        elif row.value <= opens:
            yield f"value: {row.value} lies before the window, which begins the day after {opens}"
        elif row.value > horizon or (row.value == horizon and not last):
            yield f"value: {row.value} must lie before the end of the window, {horizon}; {advice}"
    elif isinstance(row.value, dt.date):
        yield f"value: {row.question} needs a number, got the date {row.value}"
    elif fault := too_large(row.value):
        yield f"value: {fault}"
    elif isinstance(question, Quantity):
        lower = -math.inf if question.lower is None else question.lower
        upper = math.inf if question.upper is None else question.upper
        if not lower <= row.value <= upper:
            yield f"value: {row.value:g} lies outside the bounds in case.yaml, {lower:g} to {upper:g}"


def _not_a_day(value: float) -> str:
    try:
        parse_day(f"{value:.0f}" if value == round(value) else f"{value:g}")
    except ValueError as error:
        return str(error)
    return "write YYYY-MM-DD"


def _probability(row: Judgment, question: Question, window: Window) -> Iterator[str]:
    if isinstance(question, (Ordinal, Nominal)):
        yield from _level(row, question)
    elif row.element == "probability":
        yield from _threshold(row, question, window)
    if isinstance(row.value, dt.date) or not 0 <= row.value <= 1:
        yield f"value: a probability lies between 0 and 1, got {_plain(row.value)}{_percent(row.value)}"


def _threshold(row: Judgment, question: Question, window: Window) -> Iterator[str]:
    try:
        _, at = parse_threshold(row.level or "", question)
    except ValueError as error:
        yield f"level: {error}"
        return
    for fault in _outcome(row.model_copy(update={"value": at}), question, window, "later is `never`", last=True):
        yield fault.replace("value:", "level:", 1)


def parse_threshold(text: str, question: Question) -> tuple[bool, float | dt.date]:
    """Read a threshold: `<= 10` or `> 10`, or with a day `<= 2025-08-31`.

    Returns
    -------
    below : bool
        Whether the probability is that of lying at or below it.
    at : float or date

    Raises
    ------
    ValueError
        The text is not a threshold of this question.
    """
    for sign, below in (("<=", True), (">", False)):
        if text.strip().startswith(sign) and not text.strip().startswith(">="):
            rest = text.strip().removeprefix(sign).strip()
            return below, parse_day(rest) if isinstance(question, Timing) else parse_number(rest)
    example = "<= 2025-08-31" if isinstance(question, Timing) else "<= 10"
    msg = (
        f"a probability about a {question.type} question is at a threshold ({example}, or with >), got "
        f"{text or 'nothing'}; a value at a level is a `quantile`"
    )
    raise ValueError(msg)


def _percent(value: float | dt.date) -> str:
    return f" (write {value / 100:g} for {value:g} %)" if isinstance(value, float) and 1 < value <= 100 else ""


def _level(row: Judgment, question: Ordinal | Nominal) -> Iterator[str]:
    ids = [level.id for level in question.levels]
    if row.level not in ids:
        yield f"level: {row.question} has no level {row.level or ''!r}; {nearest(row.level or '', ids)}"


def _chips(row: Judgment, question: Question, window: Window) -> Iterator[str]:
    if isinstance(row.value, dt.date) or row.value < 0 or abs(row.value - round(row.value)) > 1e-9:
        yield f"value: the number of chips is a whole number, 0 or more, got {_plain(row.value)}"
    if isinstance(question, (Ordinal, Nominal)):
        yield from _level(row, question)
        return
    if isinstance(question, Timing) and row.level == "never":
        return
    try:
        bin_ = parse_bin(row.level or "", question)
    except ValueError as error:
        yield f"level: {error}"
        return
    for end in bin_:
        if math.isfinite(end) and (fault := too_large(end)):
            yield f"level: {fault}"
            return
    lower: float = -math.inf
    upper: float = math.inf
    if isinstance(question, Timing):
        lower, upper = window[0].toordinal() - 1, window[1].toordinal()
        bounds = f"the window, {window[0]} to {window[1]}"
    elif isinstance(question, Quantity):
        lower = lower if question.lower is None else question.lower
        upper = upper if question.upper is None else question.upper
        bounds = f"the bounds in case.yaml, {lower:g} to {upper:g}"
    if (math.isfinite(bin_.lower) and bin_.lower < lower) or (math.isfinite(bin_.upper) and bin_.upper > upper):
        yield f"level: the bin {row.level} reaches outside {bounds}"


def parse_bin(text: str, question: Question) -> Bin:
    """Read a bin: `10..20`, `..5`, `5..`, or with days `2025-08-01..2025-08-31`.

    Raises
    ------
    ValueError
        The text is not a bin of this question.
    """
    timing = isinstance(question, Timing)
    start, dots, end = text.partition("..")
    example = "2025-08-01..2025-08-31" if timing else "10..20, ..5 or 5.."
    if not dots or not (start.strip() or end.strip()):
        msg = f"{text!r} is not a bin: write {example}"
        raise ValueError(msg)
    read: Callable[[str], float] = (lambda day: parse_day(day).toordinal()) if timing else parse_number
    lower = read(start.strip()) - timing if start.strip() else -math.inf
    upper = read(end.strip()) if end.strip() else math.inf
    if lower >= upper:
        msg = f"the bin {text} is empty: write the smaller end first"
        raise ValueError(msg)
    return Bin(lower, upper)


def _plain(value: float | dt.date) -> str:
    return str(value) if isinstance(value, dt.date) else f"{value:g}"


_CHECKS: dict[str, Callable[[Judgment, Question, Window], Iterator[str]]] = {
    "quantile": _quantile,
    "exactly": _exactly,
    "never": _probability,
    "probability": _probability,
    "chips": _chips,
}

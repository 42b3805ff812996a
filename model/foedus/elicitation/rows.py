"""Rows of judgments.csv, those of one expert about one question in one round, turned into what they say.

Every function appends what is wrong to `faults` and returns None where the rows can't be used.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from foedus.case.types import CaseFile, Judgment, Quantity, Question, Timing
from foedus.elicitation.chips import fit_chips, fit_levels, fit_timing
from foedus.elicitation.fit import Distribution, MisfitError, fit_quantiles
from foedus.elicitation.shapes import Floats
from foedus.elicitation.thresholds import NEVER, as_quantiles, by_horizon
from foedus.elicitation.window import Window
from foedus.errors import Fault, nearest

FILE = "judgments.csv"
_ALLOWED = {
    "timing": ("quantile", "probability", "exactly", "never", "chips"),
    "ordinal": ("probability", "quantile", "chips"),
    "nominal": ("probability", "quantile", "chips"),
    "quantity": ("quantile", "probability", "exactly", "chips"),
}


@dataclass(frozen=True, eq=False)
class Fitted:
    """What the rows say.

    Attributes
    ----------
    says : array or Distribution
        Probabilities of cells (NaN for a level that a condition leaves open), or the distribution of a quantity.
    residual : float
        Largest distance of a stated probability from what was fitted.
    when : Distribution or None
        Of the day number given that it happens: what the days of a timing question were made of.
    worth : float or None
        As many observations an uncertain judgment of levels is worth.
    """

    says: Floats | Distribution
    residual: float
    when: Distribution | None = None
    worth: float | None = None


class _RowError(ValueError):
    def __init__(self, row: Judgment, message: str) -> None:
        super().__init__(message)
        self.row = row


def fitted(name: str, file: CaseFile, rows: Sequence[Judgment], faults: list[Fault]) -> Fitted | None:
    """Return what `rows` say about the question `name`, or None with the reasons added to `faults`.

    Parameters
    ----------
    name : str
        Id of the question.
    file : CaseFile
        The case, for its questions and dates.
    rows : sequence of Judgment
        One expert, question, condition and round; at least one.
    faults : list of Fault
        Receives what is wrong, with the line of the row.

    Returns
    -------
    Fitted or None
        Timing: array [n + 1], days 1..n and never. Levels: array [K]. Quantity: a Distribution.
    """
    question = file.questions[name]
    family = family_of(name, rows[0].expert, file)
    try:
        _check(question.type, rows)
        if isinstance(question, Quantity):
            lower = -math.inf if question.lower is None else question.lower
            upper = math.inf if question.upper is None else question.upper
            says = _number(_by_value(rows, question, 1.0), _plain, (lower, upper), "{:g}".format, family=family)
            return Fitted(says, says.residual)
        if isinstance(question, Timing):
            return _timing(rows, question, Window.of(question, file), family)
        return _levels(rows, [level.id for level in question.levels])
    except _RowError as error:
        faults.append(Fault(FILE, error.row.line, str(error)))
    return None


def family_of(name: str, expert: str, file: CaseFile) -> str:
    """Return how an expert's judgments on a question are fitted: the expert's setting, the question's, or `points`."""
    question, member = file.questions[name], file.panel.get(expert)
    return (member and member.fit) or getattr(question, "fit", None) or "points"


def _by_value(
    rows: Sequence[Judgment], question: Question, happens: float, skip: dt.date | None = None
) -> list[Judgment]:
    """Read probabilities at thresholds as quantiles."""
    read, fault = as_quantiles(rows, question, happens, skip)
    if fault:
        raise _RowError(*fault)
    return read


def _check(kind: str, rows: Sequence[Judgment]) -> None:
    seen: dict[tuple[str, str | None], int] = {}
    for row in rows:
        if row.element not in _ALLOWED[kind]:
            msg = f"{row.element!r} doesn't fit a question of type {kind}; possible: {', '.join(_ALLOWED[kind])}"
            raise _RowError(row, msg)
        level = None if row.element == "never" else row.level
        twice = seen.setdefault((row.element, level if row.element != "exactly" else f"= {row.value}"), row.line)
        if twice != row.line:
            msg = f"says again what line {twice} says, in the same round"
            raise _RowError(row, msg)
    elements = {row.element for row in rows}
    shapes = elements & {"quantile", "chips", "probability"}
    if len(shapes) > 1 and not (kind in {"timing", "quantity"} and "chips" not in shapes):
        msg = f"mixes {' and '.join(sorted(shapes))}; use one of them"
        raise _RowError(rows[0], msg)


def _number(
    rows: Sequence[Judgment],
    read: Callable[[Judgment], float],
    bounds: tuple[float, float],
    show: Callable[[float], str],
    bin_of: Callable[[Judgment], tuple[float, float]] | None = None,
    family: str = "points",
) -> Distribution:
    """Distribution from quantiles or chips, and atoms; values are put on the number line by `read`."""
    lower, upper = bounds
    stated = [row for row in rows if row.element == "quantile"]
    chips = [row for row in rows if row.element == "chips"]
    atoms = tuple((read(row), _level(row)) for row in rows if row.element == "exactly")
    through_chips, through_quantiles = _through(family)
    try:
        if chips:
            bins = [(bin_of or _bin)(row) for row in chips]
            return through_chips(bins, [_plain(row) for row in chips], lower=lower, upper=upper, atoms=atoms)
        levels = [_level(row) for row in stated]
        return through_quantiles(levels, [read(row) for row in stated], lower=lower, upper=upper, atoms=atoms)
    except MisfitError as error:
        raise _RowError((chips or stated or list(rows))[error.row], error.tell(show)) from error


def _through(family: str) -> tuple[Callable[..., Distribution], Callable[..., Distribution]]:
    """How chips and quantiles become a distribution; only a family that is asked for brings scipy.stats with it."""
    if family == "points":
        return fit_chips, fit_quantiles
    from foedus.elicitation.families.judged import family_chips, family_quantiles

    return partial(family_chips, family), partial(family_quantiles, family)


def _timing(rows: Sequence[Judgment], question: Timing, window: Window, family: str) -> Fitted:
    first = max(window.number(max(row.as_of for row in rows)), 0) + 1
    if first > window.n:
        msg = f"was given when the window closed ({window.date(window.n)}); judgments come before that"
        raise _RowError(rows[0], msg)
    never, rest = _never(rows, question, window)
    if never >= 1:
        return Fitted(np.append(np.zeros(window.n), 1.0), 0.0)

    def read(row: Judgment) -> float:
        if not isinstance(row.value, dt.date):
            msg = f"a date is wanted here (2025-08-31), got {row.value:g}"
            raise _RowError(row, msg)
        return float(window.number(row.value))

    def show(day: float) -> str:
        return str(window.date(day))

    rest = _by_value(rest, question, 1 - never, window.date(window.n))
    bins = {row.line: _days(row, window, first) for row in rest if row.element == "chips"}
    rest = [row for row in rest if row.element != "chips" or bins[row.line] is not None]
    if not any(row.element in {"quantile", "chips", "exactly"} for row in rest):
        msg = "says nothing about when, given that it happens: add quantiles, or chips on periods"
        raise _RowError(rows[0], msg)
    bounds = (float(first - 1), float(window.n))
    given = _number(rest, read, bounds, show, lambda row: bins[row.line] or (0.0, 0.0), family)
    p = fit_timing(given, first, window.n, never)
    upto = np.concatenate(([0.0], np.cumsum(p[:-1]) / (1 - never)))
    atoms = {day for day, _ in given.atoms}
    off = [
        abs(upto[int(read(row))] - _level(row))
        for row in rest
        if row.element == "quantile" and read(row) not in atoms
    ]  # fmt: skip
    return Fitted(p, max([given.residual, *map(float, off)]), given)


def _never(rows: Sequence[Judgment], question: Timing, window: Window) -> tuple[float, list[Judgment]]:
    """Probability of never, and the rows that are left."""
    stated = [row for row in rows if row.element == "never"]
    chips = [row for row in rows if row.element == "chips"]
    on_never = [row for row in chips if row.level == NEVER]
    rest = [row for row in rows if row not in stated and row not in on_never]
    if stated and on_never:
        msg = "never has a probability and chips; use one of them"
        raise _RowError(on_never[0], msg)
    if stated:
        value = _plain(stated[0])
        if not 0 <= value <= 1:
            msg = f"a probability lies between 0 and 1, got {value:g}"
            raise _RowError(stated[0], msg)
        return value, rest
    if on_never:
        total = sum(_plain(row) for row in chips)
        return (_plain(on_never[0]) / total if total > 0 else 0.0), rest
    at_all = [p for row in rest if (p := by_horizon(row, question, window.date(window.n))) is not None]
    return (1 - at_all[0] if at_all else 0.0), rest


def _days(row: Judgment, window: Window, first: int) -> tuple[float, float] | None:
    """Bin of whole days as an interval of day numbers, from the first day that can still happen.

    None for a bin without chips that lies wholly before it.
    """
    start, end = _two_ends(row, lambda text: float(window.number(dt.date.fromisoformat(text))), "a date (2025-08-31)")
    lo = first - 1.0 if start is None else max(start - 1.0, first - 1.0)
    hi = float(window.n) if end is None else end
    if start is not None and end is not None and end < start:
        msg = f"the bin {row.level} is empty; write the earlier day first"
        raise _RowError(row, msg)
    if max(hi, (start or 0.0)) > window.n:
        msg = (
            f"the bin {row.level} leaves the window, which ends on {window.date(window.n)}; what lies later is `never`"
        )
        raise _RowError(row, msg)
    if hi <= lo:
        if _plain(row) > 0:
            msg = f"the bin {row.level} lies before {window.date(first)}, the first day still ahead on {row.as_of}"
            raise _RowError(row, msg)
        return None
    return lo, hi


def _bin(row: Judgment) -> tuple[float, float]:
    lo, hi = _two_ends(row, float, "a number")
    return (-math.inf if lo is None else lo), (math.inf if hi is None else hi)


def _two_ends(row: Judgment, read: Callable[[str], float], wanted: str) -> tuple[float | None, float | None]:
    start, dots, end = (row.level or "").partition("..")
    try:
        ends = tuple(read(text.strip()) if text.strip() else None for text in (start, end))
    except ValueError:
        ends = (None, None)
    if not dots or ends == (None, None) or any(end is not None and not math.isfinite(end) for end in ends):
        msg = f"a bin is written as 10..20, ..5 or 5.. with {wanted} at each end, got {row.level or 'nothing'!r}"
        raise _RowError(row, msg)
    return ends[0], ends[1]


def _levels(rows: Sequence[Judgment], names: list[str]) -> Fitted:
    if rows[0].element == "quantile":
        return _uncertain(rows, names)
    stated = np.full(len(names), np.nan)
    for row in rows:
        if row.level not in names:
            msg = f"unknown level {row.level or ''!r}; {nearest(row.level or '', names)}"
            raise _RowError(row, msg)
        value = _plain(row)
        if row.element == "probability" and not 0 <= value <= 1:
            msg = f"a probability lies between 0 and 1, got {value:g}"
            raise _RowError(row, msg)
        if value < 0:
            msg = f"a number of chips is 0 or more, got {value:g}"
            raise _RowError(row, msg)
        stated[names.index(row.level)] = value
    if rows[0].element == "chips":
        total = np.nansum(stated)
        if total <= 0:
            msg = "there is not a single chip on the levels; lay at least one"
            raise _RowError(rows[0], msg)
        stated = np.nan_to_num(stated) / total
    elif rows[0].given and np.isnan(stated).any() and np.nansum(stated) < 1 - 1e-6:
        return _in_part(rows, stated)
    try:
        p = fit_levels(stated)
    except MisfitError as error:
        raise _RowError(rows[0], error.tell()) from error
    return Fitted(p, float(np.max(np.abs(p - np.nan_to_num(stated)))))


def _in_part(rows: Sequence[Judgment], stated: Floats) -> Fitted:
    """Keep a conditional that leaves levels out, as long as it says something of a lower or upper end."""
    if np.isnan(stated[0]) and np.isnan(stated[-1]):
        msg = f"says nothing of either end of the levels under `{rows[0].given}`: add the lowest or the highest one"
        raise _RowError(rows[0], msg)
    return Fitted(stated, 0.0)


def _uncertain(rows: Sequence[Judgment], names: list[str]) -> Fitted:
    """Dirichlet from quantiles of the probabilities; of two levels one is enough, the other mirrors it."""
    from foedus.elicitation.dirichlet import fit_dirichlet

    split = [[part.strip() for part in (row.level or "").partition("@")[::2]] for row in rows]
    of = {name: [k for k in range(len(rows)) if split[k][0] == name] for name in names}
    p = {name: np.array([_share(rows[k], split[k][1]) for k in at]) for name, at in of.items()}
    x = {name: np.array([_plain(rows[k]) for k in at]) for name, at in of.items()}
    asked = [name for name in names if of[name]]
    if len(names) == 2 and len(asked) == 1:
        (other,) = set(names) - set(asked)
        p[other], x[other] = 1 - p[asked[0]], 1 - x[asked[0]]
    elif len(asked) < len(names):
        missing = ", ".join(name for name in names if name not in asked)
        msg = f"gives quantiles of probabilities, but none for {missing}; every level needs at least two"
        raise _RowError(rows[0], msg)
    try:
        found = fit_dirichlet([p[name] for name in names], [x[name] for name in names])
    except MisfitError as error:
        order = [k for name in names for k in of[name]] or [0]
        raise _RowError(rows[order[error.row % len(order)]], error.tell()) from error
    return Fitted(found.mean, found.residual, worth=found.n)


def _plain(row: Judgment) -> float:
    if isinstance(row.value, dt.date) or not math.isfinite(row.value):
        msg = f"a number is wanted here, got {row.value}"
        raise _RowError(row, msg)
    return float(row.value)


def _level(row: Judgment) -> float:
    """Read a probability in the column `level`."""
    return _share(row, row.level or "")


def _share(row: Judgment, text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        level = math.nan
    if not 0 <= level <= 1:
        msg = f"{row.element} wants a probability between 0 and 1 in the column `level`, got {text or 'nothing'!r}"
        raise _RowError(row, msg)
    return level

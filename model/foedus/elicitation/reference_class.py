"""A reference class as a member of the panel: past cases, as counts, waiting times or numbers, become a distribution.

What is wanted is the next case, not the mean of the past ones, and a few cases leave much open:

- *levels*: the mean of a Dirichlet with one case's worth of prior, spread evenly (Perks 1947);
- *waiting times*, some of them censored: the product-limit estimate of the next case, prod r / (r + 1) over the r cases
  at risk at each event (Herd & Johnson; with nothing censored the j-th of n stands at j / (n + 1)), with a smooth curve
  through it, given that it has not happened so far; what lies beyond the window is `never`;
- *numbers*: the j-th of n at j / (n + 1), with a smooth curve through them.

How much the cases leave open is told as a band of 90 %: beta for levels, Greenwood's for the Kaplan-Meier estimate. The
band is shown and not drawn: as a judgment the class is its predictive distribution, like any other member's.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtri

from foedus.case.types import Case, CaseFile, Nominal, Ordinal, ReferenceCase, Timing
from foedus.elicitation.fit import Distribution, MisfitError, fit_quantiles
from foedus.elicitation.shapes import Floats
from foedus.elicitation.window import Window
from foedus.errors import Fault

FILE = "reference_class.csv"
_Z90 = float(ndtri(0.95))


@dataclass(frozen=True, eq=False)
class Survival:
    """Kaplan-Meier estimate of the probability that a wait is longer than each time at which an event was seen.

    Attributes
    ----------
    time : array [k]
        Distinct times of events, ascending.
    survival, low, high : array [k]
        Estimate and a 90 % band (Greenwood's variance, on the log(-log) scale); just after each time.
    next_case : array [k]
        P(T <= time) of a further case, between 0 and 1: prod r / (r + 1) taken from 1.
    """

    time: Floats
    survival: Floats
    low: Floats
    high: Floats
    next_case: Floats


def kaplan_meier(time: Floats, censored: np.ndarray, count: Floats | None = None) -> Survival:
    """Estimate survival from waiting times of which some are only lower limits.

    Parameters
    ----------
    time : array [n]
        Above 0.
    censored : array [n]
        Whether the case was still waiting then; one that ended at the same time counts as ended before.
    count : array [n], optional
        Cases that each entry stands for.

    Returns
    -------
    Survival
        Empty where every case is censored.
    """
    count = np.ones(len(time)) if count is None else count
    events = np.unique(time[~censored])
    d = np.array([count[(time == t) & ~censored].sum() for t in events])
    r = np.array([count[time >= t].sum() for t in events])
    survival = np.cumprod(1 - d / r)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(d / (r * (r - d)))) / np.abs(np.log(survival))
        low, high = survival ** np.exp(_Z90 * spread), survival ** np.exp(-_Z90 * spread)
    last = survival == 0
    next_case = 1 - np.cumprod((r - d + 1) / (r + 1))  # prod r / (r + 1) over d cases that end at once
    return Survival(events, survival, np.where(last, 0.0, low), np.where(last, 0.0, high), next_case)


@dataclass(frozen=True, eq=False)
class ReferenceClass:
    """What past cases say of one question.

    Attributes
    ----------
    says : array or Distribution
        As a judgment: probabilities of days 1..n and never, or of levels; or the distribution of a number.
    cases : float
        How many there are, censored ones too.
    band : {outcome: (low, middle, high)}
        90 % bands of probabilities that the cases themselves leave: of each level, or that it happens in the window.
    spoke : date
        When the class was compiled.
    """

    says: Floats | Distribution
    cases: float
    band: dict[str, tuple[float, float, float]]
    spoke: dt.date


def past_cases(case: Case) -> dict[tuple[str, str], list[ReferenceCase]]:
    """Cases of every member of the panel and question, in the order of case.yaml."""
    out: dict[tuple[str, str], list[ReferenceCase]] = defaultdict(list)
    for row in case.reference:
        out[row.expert, row.question].append(row)
    place = {name: k for k, name in enumerate((*case.file.questions, *case.file.panel))}
    return {key: out[key] for key in sorted(out, key=lambda key: (place[key[1]], place[key[0]]))}


def reference_class(
    name: str, file: CaseFile, rows: Sequence[ReferenceCase], faults: list[Fault]
) -> ReferenceClass | None:
    """Return what the cases of one member of the panel say of one question; None with the reason in `faults`.

    Parameters
    ----------
    name : str
        Id of the question: timing, ordinal, nominal without a parent, or quantity.
    file : CaseFile
    rows : sequence of ReferenceCase
        At least one, and checked against the question.
    faults : list of Fault
    """
    question, spoke = file.questions[name], max(row.as_of for row in rows)
    count = np.array([row.count for row in rows], dtype=float)
    try:
        if isinstance(question, Ordinal | Nominal):
            return _levels([level.id for level in question.levels], rows, count, spoke)
        value = np.array([float(row.outcome) for row in rows])
        if isinstance(question, Timing):
            since = file.panel[rows[0].expert].since or question.opens or file.opens
            censored = np.array([row.censored for row in rows])
            return _waits(Window.of(question, file), since, kaplan_meier(value, censored, count), count.sum(), spoke)
        lower = -np.inf if question.lower is None else question.lower
        upper = np.inf if question.upper is None else question.upper
        at = np.unique(value)
        upto = np.array([count[value <= v].sum() for v in at]) / (count.sum() + 1)
        return ReferenceClass(fit_quantiles(upto, at, lower=lower, upper=upper), float(count.sum()), {}, spoke)
    except MisfitError as error:
        faults.append(Fault(FILE, rows[min(error.row, len(rows) - 1)].line, error.tell()))
    return None


def _levels(names: list[str], rows: Sequence[ReferenceCase], count: Floats, spoke: dt.date) -> ReferenceClass:
    seen = np.array([count[[row.outcome == name for row in rows]].sum() for name in names])
    a = seen + 1 / len(names)
    rest = a.sum() - a
    band = {
        name: (float(betaincinv(x, y, 0.05)), float(x / (x + y)), float(betaincinv(x, y, 0.95)))
        for name, x, y in zip(names, a, rest, strict=True)
    }
    return ReferenceClass(a / a.sum(), float(count.sum()), band, spoke)


def _waits(window: Window, since: dt.date, seen: Survival, cases: float, spoke: dt.date) -> ReferenceClass:
    if len(seen.time) == 0:
        msg = "every case is censored: nothing tells how long it takes; add one that ended, or state a judgment instead"
        raise MisfitError(msg)
    law = fit_quantiles(seen.next_case, seen.time, lower=0.0)
    first = max(window.number(spoke), 0) + 1
    if first > window.n:
        msg = f"was compiled when the window closed ({window.date(window.n)}); give it as of a day before that"
        raise MisfitError(msg)
    before = (window.date(0) - since).days
    edge = np.maximum(before + np.arange(window.n + 1.0), 0.0)
    days = law.mass(edge[:-1], edge[1:])
    days[: first - 1] = 0.0
    left = float(law.sf(edge[first - 1]))
    p = np.append(days, float(law.sf(edge[-1]))) / left
    return ReferenceClass(p / p.sum(), cases, {"in the window": _in_window(seen, edge, first)}, spoke)


def _in_window(seen: Survival, edge: Floats, first: int) -> tuple[float, float, float]:
    """Kaplan-Meier estimate and band of the probability that it ends in the window, given that it has not so far."""

    def at(curve: Floats, t: float) -> float:
        k = int(np.searchsorted(seen.time, t, side="right"))
        return float(curve[k - 1]) if k else 1.0

    so_far = at(seen.survival, edge[first - 1])
    if so_far == 0:
        return 0.0, float("nan"), 1.0
    low, middle, high = (1 - min(at(c, edge[-1]) / so_far, 1.0) for c in (seen.high, seen.survival, seen.low))
    return low, middle, high

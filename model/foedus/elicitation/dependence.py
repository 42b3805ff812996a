"""How the questions hang together: a correlation matrix for every expert, and the pooled one.

Every pair an expert judged, by concordance or by conditional probabilities, becomes a correlation; what the
expert left open comes from the others, and what nobody judged from the largest determinant.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.case.expression import questions_in
from foedus.case.types import Case, CaseFile, Nominal
from foedus.elicitation.copula import LIMIT, Statement, from_concordance, scores, solve
from foedus.elicitation.correlation import feasible, repair
from foedus.elicitation.fit import Distribution
from foedus.elicitation.panel import Conditional, Panel
from foedus.elicitation.rows import FILE
from foedus.elicitation.shapes import Floats
from foedus.elicitation.views import cells, given_intervals, value_scores, who
from foedus.errors import CaseError, Fault

TOLERANCE = 0.05  # a repair may change no pooled correlation by more
_LEVELS = np.arange(1, 20) / 20  # where a conditional distribution of many cells is compared


@dataclass(frozen=True)
class JudgedPair:
    """What one expert's judgments say about one pair of questions.

    Attributes
    ----------
    expert, first, second : str
        Ids; the questions in the order of case.yaml.
    r : float
        Correlation of the copula.
    residual : float
        Largest distance of a stated probability from what `r` gives; 0 for a concordance alone.
    line : int
        Of the first judgment.
    """

    expert: str
    first: str
    second: str
    r: float
    residual: float
    line: int


@dataclass(frozen=True)
class OwnRepair:
    """By how much one expert's matrix had to move: `pair` is where, `change` the largest absolute change there.

    The expert's own pairs alone fit together to within 0.05; what moved more did so because pairs that the expert left
    open, and that come from the others, do not fit to them.
    """

    expert: str
    pair: tuple[str, str]
    change: float


@dataclass(frozen=True, eq=False)
class Dependence:
    """Correlations of the Gaussian copula between all questions but nominal ones.

    Attributes
    ----------
    questions : tuple of str [Q]
        Ids, in the order of case.yaml.
    experts : tuple of str [E]
        The whole panel, in the order of case.yaml.
    matrices : array [E, Q, Q]
        Positive definite: an expert's own pairs, pooled ones elsewhere.
    pooled : array [Q, Q]
        Weighted mean pair by pair over the experts who judged it, completed and repaired.
    judged : bool array [E, Q, Q]
        Where an expert judged the pair.
    pairs : tuple of JudgedPair
        One for each expert and pair judged.
    largest_change : float
        Largest change that the repair made to a judged pooled correlation.
    changed : (str, str) or None
        The pair that it was made to.
    own_repairs : tuple of OwnRepair
        One for each expert whose matrix had to be repaired.
    """

    questions: tuple[str, ...]
    experts: tuple[str, ...]
    matrices: Floats
    pooled: Floats
    judged: NDArray[np.bool_]
    pairs: tuple[JudgedPair, ...]
    largest_change: float
    changed: tuple[str, str] | None
    own_repairs: tuple[OwnRepair, ...] = ()


def dependence(case: Case, panel: Panel) -> Dependence:
    """Turn conditionals and concordances into correlation matrices.

    Parameters
    ----------
    case : Case
        As loaded.
    panel : Panel
        Of that case.

    Returns
    -------
    Dependence

    Raises
    ------
    CaseError
        A condition that has no probability, one that does not tell the direction of the dependence, a concordance where
        one outcome holds more than half, or correlations (one expert's, or pooled) that contradict each
        other by more than 0.05.
    """
    questions = tuple(name for name, asked in case.file.questions.items() if not isinstance(asked, Nominal))
    experts = tuple(case.file.panel)
    pairs = _judged_pairs(case.file, panel, questions)
    own = np.full((len(experts), len(questions), len(questions)), np.nan)
    for pair in pairs:
        e, i, j = experts.index(pair.expert), questions.index(pair.first), questions.index(pair.second)
        own[e, i, j] = own[e, j, i] = pair.r
    weights = np.array([panel.base_weights[name] for name in experts])
    mean = _mean(own, weights)
    pooled, change, at = repair(mean)
    changed = None if at is None else (questions[at[0]], questions[at[1]])
    faults = _self_contradictions(own, experts, questions, pairs)
    if changed is not None and at is not None and change > TOLERANCE:
        faults.append(_contradiction(mean, pooled, at, changed, pairs))
    if faults:
        raise CaseError(faults)
    matrices = np.repeat(pooled[None], len(experts), axis=0)
    judged, by_someone = ~np.isnan(own), np.where(np.isnan(mean), np.nan, pooled)
    repairs = []
    for k in np.flatnonzero(judged.any(axis=(1, 2))):
        matrices[k], moved, where = repair(np.where(judged[k], own[k], by_someone))
        if where is not None:
            repairs.append(OwnRepair(experts[k], (questions[where[0]], questions[where[1]]), moved))
    return Dependence(questions, experts, matrices, pooled, judged, pairs, change, changed, tuple(repairs))


def _self_contradictions(
    own: Floats, experts: tuple[str, ...], questions: tuple[str, ...], pairs: tuple[JudgedPair, ...]
) -> list[Fault]:
    """Find every expert whose own pairs can't hold together, whatever the others say."""
    faults = []
    for k, expert in enumerate(experts):
        alone = own[k].copy()
        np.fill_diagonal(alone, 1.0)
        nearest, change, at = repair(alone)
        if at is not None and change > TOLERANCE:
            theirs = tuple(pair for pair in pairs if pair.expert == expert)
            found = _contradiction(alone, nearest, at, (questions[at[0]], questions[at[1]]), theirs)
            faults.append(Fault(found.file, found.line, f"{expert}: {found.message}"))
    return faults


def _mean(own: Floats, weights: Floats) -> Floats:
    """Weighted mean over the experts who judged a pair; NaN where nobody did, 1 on the diagonal."""
    judged = ~np.isnan(own)
    counted = np.where(judged, weights[:, None, None], 0.0)
    unweighted = (counted.sum(axis=0) == 0) & judged.any(axis=0)
    counted = np.where(unweighted, judged, counted)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (counted * np.nan_to_num(own)).sum(axis=0) / counted.sum(axis=0)
    np.fill_diagonal(mean, 1.0)
    return np.asarray(mean)


def _contradiction(
    mean: Floats, pooled: Floats, at: tuple[int, int], names: tuple[str, str], pairs: tuple[JudgedPair, ...]
) -> Fault:
    i, j = at
    low, high = feasible(np.where(np.isnan(mean), pooled, mean), i, j)
    fits = f"between {low:.2f} and {high:.2f} would fit" if np.isfinite(low) else f"{pooled[i, j]:.2f} would be nearest"
    line = min(pair.line for pair in pairs if {pair.first, pair.second} == set(names))
    msg = (
        f"the dependence of {names[0]} and {names[1]} (correlation {mean[i, j]:.2f}) contradicts that of the other "
        f"pairs: {fits}; ask again about these questions"
    )
    return Fault(FILE, line, msg)


def _judged_pairs(file: CaseFile, panel: Panel, questions: tuple[str, ...]) -> tuple[JudgedPair, ...]:
    faults: list[Fault] = []
    concordant: dict[tuple[str, str, str], list[tuple[float, int]]] = defaultdict(list)
    stated: dict[tuple[str, str, str], list[tuple[Statement, int]]] = defaultdict(list)
    place = {name: k for k, name in enumerate(questions)}
    for c in panel.concordances:
        first, second = sorted((c.first, c.second), key=place.__getitem__)
        for name in (first, second):
            if (held := _largest_lump(panel, c.expert, name)) > 0.5:
                msg = f"one outcome of {name} holds {held:.2f}: sides of its median mean nothing; use `given` instead"
                faults.append(Fault(FILE, c.line, msg))
        concordant[c.expert, first, second].append((float(from_concordance(c.probability)), c.line))
    for conditional in panel.conditionals:
        (about,) = questions_in(conditional.given)
        first, second = sorted((conditional.question, about), key=place.__getitem__)
        statement = _statement(file, panel, conditional, about)
        if statement is None:
            msg = f"the condition on {about} has probability 0 in the judgment of {conditional.expert} about it"
            faults.append(Fault(FILE, conditional.line, msg))
        else:
            stated[conditional.expert, first, second].append((statement, conditional.line))
    keys = sorted(
        {*concordant, *stated}, key=lambda key: (list(file.panel).index(key[0]), place[key[1]], place[key[2]])
    )
    pairs = [_pair(key, concordant[key], stated[key], faults) for key in keys]
    if faults:
        raise CaseError(faults)
    return tuple(pairs)


def _pair(
    key: tuple[str, str, str],
    concordant: list[tuple[float, int]],
    stated: list[tuple[Statement, int]],
    faults: list[Fault],
) -> JudgedPair:
    """One correlation: conditionals together by least squares, its mean with a concordance."""
    found, residual = [r for r, _ in concordant], 0.0
    lines = [line for _, line in (*concordant, *stated)]
    if stated:
        strength = solve([statement for statement, _ in stated])
        residual = strength.residual
        if strength.other is not None and not concordant:
            msg = (
                f"the condition doesn't tell how {key[1]} and {key[2]} depend on each other: a correlation of "
                f"{strength.r:.2f} and one of {strength.other:.2f} give the same; add one for the other outcomes"
            )
            faults.append(Fault(FILE, min(lines), msg))
        found.append(strength.r)
    return JudgedPair(*key, float(np.clip(np.mean(found), -LIMIT, LIMIT)), residual, min(lines))


def _statement(file: CaseFile, panel: Panel, conditional: Conditional, about: str) -> Statement | None:
    """Return what a conditional says, on the scores of both questions."""
    lo, hi = given_intervals(file, panel, conditional.expert, conditional.given, about)
    if len(lo) == 0:
        return None
    said = conditional.distribution
    if isinstance(said, Distribution):
        at = np.unique(said.quantile(_LEVELS))
        return Statement(lo, hi, value_scores(panel, conditional.expert, conditional.question, at), said.cdf(at))
    cumulative = np.cumsum(said)[:-1]
    cumulative = np.where(np.isnan(cumulative), 1 - np.cumsum(said[::-1])[-2::-1], cumulative)
    edges = scores(cells(panel, conditional.expert, conditional.question))[1:-1]
    kept = np.flatnonzero(~np.isnan(cumulative))
    if len(kept) > len(_LEVELS):
        known = cumulative[kept]
        kept = kept[np.unique(np.append(np.searchsorted(known, _LEVELS * known[-1]), len(known) - 1))]
    return Statement(lo, hi, edges[kept], cumulative[kept])


def _largest_lump(panel: Panel, expert: str, name: str) -> float:
    """Largest probability of one outcome, in the expert's own view, else in the pool."""
    if name not in panel.quantities:
        return float(np.max(cells(panel, expert, name)))
    lumps: dict[float, float] = defaultdict(float)
    for member, weight in who(panel, expert, name).items():
        for value, held in panel.quantities[name][member].atoms:
            lumps[value] += weight * held
    return max(lumps.values(), default=0.0)

"""How an expert sees a question: by the own judgment where there is one, else as the linear pool of the others."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from foedus.case.conditions import cut_points, holds, outcomes_told_apart
from foedus.case.expression import Expression
from foedus.case.types import CaseFile
from foedus.elicitation.copula import score, scores
from foedus.elicitation.panel import Panel
from foedus.elicitation.shapes import Floats


def condition_mass(file: CaseFile, panel: Panel, expert: str, given: Expression, about: str) -> float:
    """Return the probability of a condition on one question, in the expert's own view of it."""
    lo, hi = given_intervals(file, panel, expert, given, about)
    return float(np.sum(np.where(lo > 0, ndtr(-lo) - ndtr(-hi), ndtr(hi) - ndtr(lo))))


def given_intervals(file: CaseFile, panel: Panel, expert: str, given: Expression, about: str) -> tuple[Floats, Floats]:
    """Return the scores between which a condition holds, in the expert's own view of the question it is about."""
    true = holds(given, {about: outcomes_told_apart(about, file, [given])})
    if about in panel.quantities:
        edges = _cut_scores(panel, expert, about, cut_points(about, [given]))
    else:
        edges = scores(cells(panel, expert, about))
    lo, hi = edges[:-1][true], edges[1:][true]
    joined = np.flatnonzero(lo[1:] != hi[:-1])
    lo, hi = lo[np.append(0, joined + 1)] if len(lo) else lo, hi[np.append(joined, len(hi) - 1)] if len(hi) else hi
    return lo[lo < hi], hi[lo < hi]


def who(panel: Panel, expert: str, name: str) -> dict[str, float]:
    """Return whose view of a question counts for an expert's conditionals: one's own, else the linear pool."""
    answered = panel.spoke[name]
    if expert in answered:
        return {expert: 1.0}
    total = sum(panel.base_weights[member] for member in answered)
    return {member: panel.base_weights[member] / total for member in answered}


def cells(panel: Panel, expert: str, name: str) -> Floats:
    """Return the probabilities of days and never, or of levels."""
    views = panel.timing[name] if name in panel.timing else panel.levels[name]
    return np.asarray(sum(weight * views[member] for member, weight in who(panel, expert, name).items()))


def value_scores(panel: Panel, expert: str, name: str, at: Floats) -> Floats:
    """Return the normal scores of values of a quantity."""
    members, views = who(panel, expert, name).items(), panel.quantities[name]
    below = np.asarray(sum(weight * views[member].cdf(at) for member, weight in members))
    above = np.asarray(sum(weight * views[member].sf(at) for member, weight in members))
    return score(below, above)


def _cut_scores(panel: Panel, expert: str, name: str, cuts: Floats) -> Floats:
    """Edges of the stretches below, at and above each cut of a quantity, as `outcomes` lists them."""
    upto = value_scores(panel, expert, name, cuts)
    before = value_scores(panel, expert, name, np.nextafter(cuts, -np.inf))
    return np.concatenate(([-np.inf], np.stack([before, upto], axis=-1).ravel(), [np.inf]))

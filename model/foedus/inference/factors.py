"""The likelihood of one unit of evidence on each segment of cells, for every parameter draw.

factor = credence * multiplier / selection + 1 - credence, with the first part scaled to mean 1 under the
question's pooled prior given not yet, so that a poor source pulls it to 1 and never turns its sign.

Signals that say the same with the same credence have the same factor, whatever they count: it is computed once
(`compile` gives them the same `terms` and `bar`).
"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from foedus.inference.course import segment_masses
from foedus.inference.parameters import Parameters
from foedus.news.credence import event_credence
from foedus.problem.discrepancies import UNTOLD, discrepancy, none_of
from foedus.problem.tally import log_presence, log_probability
from foedus.problem.types import Contribution, Index, Tally, Term

Floats = NDArray[np.float64]
_LARGEST = 300.0  # log of a multiplier; more would overflow in a product


class Factors:
    """Log factors of the evidence on one question, under many draws of the parameters.

    Parameters
    ----------
    parameters : Parameters
    pool : array [C]
        Pooled prior of the question's cells.
    """

    def __init__(self, parameters: Parameters, pool: Floats) -> None:
        self._parameters, self._pool = parameters, pool
        self._known: dict[Hashable, Floats] = {}

    def log(self, item: Contribution | Tally, first: int) -> Floats:
        """Log of the factor [G, M] of an item where the cells up to `first` are past."""
        if isinstance(item, Tally):
            known = self._tally(item)
            return known if item.part == 1 else item.part * known
        own_scale = any(not term.scale for term in item.terms) and not item.as_written
        key = (id(item.terms), id(item.bar), item.rate, reports(item), first if own_scale else None)
        if key not in self._known:
            mass = segment_masses(self._pool, item.starts, first) if own_scale else np.zeros(0)
            with np.errstate(divide="ignore"):
                self._known[key] = np.log(self._factor(item, mass))
        known = self._known[key]
        return known if item.exponent == 1 else item.exponent * known

    def _factor(self, c: Contribution, mass: Floats) -> Floats:
        if c.lines:
            return self._discrepancy(c)
        r = self._credence(c)
        if c.as_written:  # an event of a Poisson process: its density is the rate (over its middle), which may be drawn
            rate = self._parameters.rate[c.rate[0]] / c.rate[1] if c.rate is not None else 1.0
            return np.asarray(rate * (r * self._multipliers(c.terms[0]) + 1 - r))
        typical = self._selection(c.bar) if c.bar is not None else None
        mixed = np.zeros((len(c.starts), r.shape[0]))
        for term in c.terms:
            value = self._multipliers(term)
            if typical is not None and term.bar_power:
                value /= typical**term.bar_power if term.bar_power > 1 else typical
            mixed += (term.weight / term.scale) * value if term.scale else term.weight * _to_mean_one(value, mass)
        return np.asarray(r * mixed + 1 - r)

    def _discrepancy(self, c: Contribution) -> Floats:
        """Return the factor [G, M]: of the pair where all lines are so, else of those that are; or of its absence."""
        if c.absence is not None:
            given = [self._multipliers(term) for term in c.terms]
            lines = [(x.term.presence, self._multipliers(x.term) if len(x.term.rows) else UNTOLD) for x in c.lines]
            r = c.credence(self._parameters.credence)
            return np.asarray(r * none_of(given, lines, c.absence.patterns) / c.absence.scale + 1 - r)
        each = [(event_credence(x.origins, self._parameters.credence), self._scaled(x.term)) for x in c.lines]
        (term,) = c.terms
        return discrepancy(self._scaled(term), each)

    def _scaled(self, term: Term) -> Floats:
        return self._multipliers(term) / term.scale

    def _multipliers(self, term: Term) -> Floats:
        """Product of a term's multipliers, or of the probabilities of document lines: [G, M]."""
        rows = np.minimum(self._parameters.telling[term.rows], _LARGEST)
        if term.presence:
            return np.asarray(np.prod(1 / (1 + np.exp(-term.presence * rows)), axis=0))
        return np.asarray(np.exp(rows.sum(axis=0) if len(rows) != 1 else rows[0]))

    def _selection(self, bar: tuple[Floats, Index, float]) -> Floats:
        """m_bar [G, M]: what a coder would typically have coded on each course."""
        key = ("selection", id(bar))
        if key not in self._known:
            shares, rows, silent = bar
            typical = np.full((rows.shape[1], self._parameters.telling.shape[1]), silent)
            for share, row in zip(shares, rows, strict=True):
                typical += share * np.exp(np.minimum(self._parameters.telling[row], _LARGEST))
            self._known[key] = typical
        return self._known[key]

    def _credence(self, c: Contribution) -> Floats:
        key = ("credence", reports(c))
        if key not in self._known:
            self._known[key] = event_credence(c.origins, self._parameters.credence)
        return self._known[key]

    def _tally(self, t: Tally) -> Floats:
        """Log P(count) [G, M] where rate * exposure * (r m + 1 - r) is to be expected."""
        key = ("tally", t.presence, t.count, t.rate, t.dispersion, t.credence, t.exposure.tobytes(), t.rows.tobytes())
        if key not in self._known:
            m = np.exp(np.minimum(self._parameters.telling[t.rows], _LARGEST))
            r = self._parameters.credence[t.credence] if t.credence >= 0 else 1.0
            mean = self._parameters.rate[t.rate] * np.einsum("k,kgm->gm", t.exposure, r * m + 1 - r)
            dispersion = self._parameters.rate[t.dispersion] if t.dispersion >= 0 else None
            likelihood = log_presence if t.presence else log_probability
            self._known[key] = likelihood(t.count, mean, dispersion)
        return self._known[key]


def reports(c: Contribution) -> Hashable:
    """Return who reported it, and of a discrepancy its lines, in a form that can be a key."""
    return (id(c.lines), c.absence, *((independent, *grades.tolist()) for independent, grades in c.origins))


def _to_mean_one(values: Floats, mass: Floats) -> Floats:
    """Scale by a draw's own mean; draws of values all too small for a number are even."""
    largest = values.max(axis=0)
    relative = values / np.where(largest > 0, largest, 1.0)
    mean = mass @ relative
    return np.asarray(relative / np.where(mean > 0, mean, 1.0))

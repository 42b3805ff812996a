"""The likelihood of one unit of evidence on each segment of cells, for every parameter draw.

factor = credence * multiplier / selection + 1 - credence, with the first part scaled to mean 1 under the
question's pooled prior given not yet, so that a poor source pulls it to 1 and never turns its sign.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit

from foedus.inference.parameters import Parameters
from foedus.news.credence import event_credence
from foedus.problem.tally import log_probability
from foedus.problem.types import Contribution, Index, Tally, Term

Floats = NDArray[np.float64]


def log_multipliers(term: Term, telling: Floats) -> Floats:
    """Log of the product of a term's multipliers, or of the probability of a document line: [G, M]."""
    rows = telling[term.rows]
    return np.asarray((log_expit(term.presence * rows) if term.presence else rows).sum(axis=0))


def log_selection(bar: tuple[Floats, Index, float], telling: Floats) -> Floats:
    """Log m_bar [G, M]: what a coder would typically have coded on each course."""
    shares, rows, silent = bar
    largest = np.maximum(telling[rows].max(axis=0, initial=-np.inf), 0.0)
    out = silent * np.exp(-largest)
    for share, row in zip(shares, rows, strict=True):
        out += share * np.exp(telling[row] - largest)
    return np.asarray(np.log(out) + largest)


def factor(contribution: Contribution, parameters: Parameters, mass: Floats) -> Floats:
    """Return the factor [G, M] of a contribution where the segments have `mass` [G] in the pool, given not yet.

    The scale of probabilities is the same for every parameter draw (see `Term`), so that draws are weighed by
    how probable they made what was coded.
    """
    c = contribution
    r = event_credence(c.origins, parameters.credence)
    if c.as_written:  # an event of a Poisson process: its density is the rate (over its middle), which may be drawn
        rate = parameters.rate[c.rate[0]] / c.rate[1] if c.rate is not None else 1.0
        return np.asarray((rate * (r * np.exp(log_multipliers(c.terms[0], parameters.telling)) + 1 - r)) ** c.exponent)
    bar = log_selection(c.bar, parameters.telling) if c.bar is not None else 0.0
    mixed = np.zeros((mass.shape[0], r.shape[0]))
    for term in c.terms:
        log_value = log_multipliers(term, parameters.telling) - term.bar_power * bar
        mixed += term.weight * (np.exp(log_value) / term.scale if term.scale else _to_mean_one(log_value, mass))
    return np.asarray((r * mixed + 1 - r) ** c.exponent)


def log_tally(tally: Tally, parameters: Parameters) -> Floats:
    """Log factor [G, M] of a tally: the log probability of its count, as far as it counts."""
    m = np.exp(parameters.telling[tally.rows])
    r = parameters.credence[tally.credence] if tally.credence >= 0 else 1.0
    mean = parameters.rate[tally.rate] * tally.exposure * (r * m + 1 - r)
    dispersion = parameters.rate[tally.dispersion] if tally.dispersion >= 0 else None
    return tally.part * log_probability(tally.count, mean, dispersion)


def _to_mean_one(log_values: Floats, mass: Floats) -> Floats:
    values = np.exp(log_values - log_values.max(axis=0))
    mean = mass @ values
    return np.asarray(values / np.where(mean > 0, mean, 1.0))

"""Whether multipliers learned from some weeks predict others: log scores against multipliers of 1, and coverage.

The weeks kept aside are an era of their own, not seen in learning: baselines and multipliers are drawn for it anew.
Each week is scored by itself, as if none of the others kept aside had been seen: a sum of scores is that of weeks one
by one, and not the score of all of them together, in which early weeks would tell the era of later ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from foedus.bayes.learning import Learned, learn_counts
from foedus.news.history import History
from foedus.news.leads import EDGES, Design, design
from foedus.news.rates import Floats, draw_counts, expected, log_probability

BLOCK = 4  # weeks: neighbouring ones are alike, so that a standard error is over blocks of them
BATCHES = 40  # of draws of chains one after the other, for Monte Carlo errors: autocorrelation is short against a batch
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True)
class Held:
    """What was predicted of the weeks kept aside, W of them.

    Attributes
    ----------
    design : Design
        Of the weeks kept aside.
    learned, ones, flat : array [W]
        Log predictive density of each week's counts, whatever those of other weeks were: by the learned
        multipliers; by the same baselines with multipliers
        of 1; by a model that was fitted with multipliers of 1, whose baselines are the best it can have.
    pit : array [W, J]
        Place of each count in its predictive distribution, at random within a tie.
    totals : array [B + 1, J]
        The same of the sum of counts over the weeks that lie mostly in one band; NaN where there is none.
    fit : Learned
        Of the other weeks.
    monte_carlo : float
        Standard error of the summed gain over `flat` that comes of the number of draws.
    """

    design: Design
    learned: Floats
    ones: Floats
    flat: Floats
    pit: Floats
    totals: Floats
    fit: Learned
    monte_carlo: float

    @property
    def before(self) -> NDArray[np.bool_]:
        """Weeks [W] without a day just after an outcome: a codebook has no use for what is learned of those."""
        return np.asarray(self.design.shares[:, -1] == 0)

    def gain(self, *, over: str = "flat", before: bool = False) -> tuple[float, float]:
        """Sum over weeks of the gain in log score, and its standard error over blocks of weeks."""
        each = self.learned - (self.flat if over == "flat" else self.ones)
        each = np.where(self.before, each, 0.0) if before else each
        return float(each.sum()), _error(each)

    def coverage(self) -> tuple[float, int]:
        """Part of the counts inside their central 90 % interval, at random within a tie; and how many counts."""
        return _inside(self.pit)

    def coverage_of_totals(self) -> tuple[float, int]:
        """Of sums over the weeks of one band, the part inside their central 90 % interval; and how many there are."""
        return _inside(self.totals[~np.isnan(self.totals)])


def _inside(place: Floats) -> tuple[float, int]:
    return float(np.mean((place > LOW) & (place < HIGH))), place.size


def _error(each: Floats) -> float:
    blocks = np.array([each[i : i + BLOCK].sum() for i in range(0, len(each), BLOCK)])
    return float(np.sqrt(len(blocks)) * blocks.std(ddof=1))


def keep_aside(
    history: History,
    year: int,
    rng: np.random.Generator,
    *,
    ahead: bool = True,
    edges: tuple[int, ...] = EDGES,
    draws: int = 1000,
    progress: Callable[[str, float], None] | None = None,
) -> Held:
    """Learn without the weeks of a year, and predict them.

    Parameters
    ----------
    history : History
    year : int
        A week is of the year that its fourth day lies in.
    rng : Generator
    ahead : bool
        Learn from the weeks before that year only, knowing the outcomes until then; otherwise from all others.
    edges : tuple of int
        Last day of each lead band.
    draws : int
        Kept of each chain.
    """
    years = np.array([(week + dt.timedelta(days=3)).year for week in history.weeks])
    if not (years == year).any() or not ((years < year) if ahead else (years != year)).any():
        msg = f"no weeks of {year} to keep aside, or none to learn from"
        raise ValueError(msg)
    until = dt.date(year - 1, 12, 31) if ahead else None
    others = design(history.part(years < year if ahead else years != year, until), edges)
    aside = design(history.part(years == year), edges)
    if progress is not None:
        progress(f"learning without {year}", 0.0)
    fit = learn_counts(others, rng, draws=draws)
    flat = learn_counts(others, rng, draws=draws, flat=True)
    return _predicted(aside, fit, flat, rng)


def _predicted(aside: Design, fit: Learned, flat: Learned, rng: np.random.Generator) -> Held:
    counts = aside.history.counts
    baseline, multiplier = fit.posterior.new_era(rng)
    mean = expected(baseline, multiplier, aside.shares)
    same = np.exp(baseline)[:, None, :] + np.zeros(mean.shape)
    own = np.exp(flat.posterior.new_era(rng)[0])[:, None, :] + np.zeros((1, *counts.shape))
    dispersion = fit.posterior.dispersion[:, None, :]
    drawn = draw_counts(mean, dispersion, rng)
    learned, noise = _score(counts, mean, dispersion)
    best, noise_of_best = _score(counts, own, flat.posterior.dispersion[:, None, :])
    return Held(
        design=aside,
        learned=learned,
        ones=_score(counts, same, dispersion)[0],
        flat=best,
        pit=_place(counts, drawn, rng),
        totals=_totals(aside, drawn, rng),
        fit=fit,
        monte_carlo=float(np.hypot(noise, noise_of_best)),
    )


def _score(counts: NDArray[np.int64], mean: Floats, dispersion: Floats) -> tuple[Floats, float]:
    """Log predictive density of each week [W], averaged over draws [S], and the Monte Carlo error of their sum.

    The error is that of the mean of each draw's part in the sum, to first order, over batches of neighbouring draws.
    """
    each = log_probability(counts, mean, dispersion).sum(axis=-1)
    score = logsumexp(each, axis=0) - np.log(len(each))
    part = np.exp(each - score).sum(axis=1)
    batches = np.array([batch.mean() for batch in np.array_split(part, BATCHES)])
    return np.asarray(score), float(batches.std(ddof=1) / np.sqrt(BATCHES))


def _place(counts: NDArray[np.int64], drawn: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    below, at = (drawn < counts).mean(axis=0), (drawn == counts).mean(axis=0)
    return np.asarray(below + at * rng.random(counts.shape))


def _totals(aside: Design, drawn: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    each = np.concatenate([aside.shares, 1 - aside.shares.sum(axis=1, keepdims=True)], axis=1)
    out = np.full((each.shape[1], drawn.shape[2]), np.nan)
    for band in range(each.shape[1]):
        weeks = each.argmax(axis=1) == band
        if weeks.any():
            out[band] = _place(aside.history.counts[weeks].sum(axis=0), drawn[:, weeks].sum(axis=1), rng)
    return out

"""How often events are counted, and before which outcomes: the stated prior of `foedus learn counts`, in numpy.

Counts of series j in a week of era e are negative binomial, variance = mean + dispersion_j mean^2, with

    mean = exp(baseline_j + shift_je) (share of `later` + sum over bands b of share_b exp(effect_jb + deviation_jbe))

Effects of one actor level scatter around a mean of their own in each band; both are random walks from `later`, where
they are 0, inwards: the further ahead an outcome, the less it shows. Deviations of an era scatter with a spread that is
learned, and whose prior keeps away from 0: two or three eras can't show that a new one will be alike. What a codebook
needs is the multiplier in an era not seen yet, exp(effect + a new deviation).

This is the plain statement of what `foedus.bayes.learning` samples: constants, draws of the prior, means, likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, xlog1py, xlogy

from foedus.news.leads import Design

Floats = NDArray[np.float64]

BASELINE_MEAN, BASELINE_SD = 0.0, 3.0  # log events a week: 90 % from 1 in two years to 140 a week
SHIFT_MEDIAN, SHIFT_SD = 0.5, 0.7  # log-normal spread of baselines between eras
EFFECT_MEAN_SD, EFFECT_SPREAD_SD = 1.5, 1.0  # of a level, of codes around it, in the nearest band
# Weekly presence of six signals before ROK-US summits: log of the ratio of 2011-14 to 2018 is 0.2 to 1.3, root mean
# square 0.8, sampling error in it; two eras differ by sqrt(2) spreads.
ERA_MEDIAN, ERA_SD = 0.4, 0.5  # log-normal spread of effects between eras
DISPERSION_MEAN, DISPERSION_SD = 0.5, 1.2  # log: 90 % from 0.2 to 12; counts of news come in bursts


@dataclass(frozen=True)
class Rates:
    """Draws of everything that is free, S of them.

    Attributes
    ----------
    baseline : array [S, J]
        Log events a week in `later`, in an era like any other.
    shift : array [S, J, E]
        Of the baseline in each era.
    shift_spread : array [S]
    effect : array [S, J, B]
        Log multipliers, typical of eras.
    deviation : array [S, J, B, E]
        Of them in each era.
    deviation_spread : array [S]
    dispersion : array [S, J]
    """

    baseline: Floats
    shift: Floats
    shift_spread: Floats
    effect: Floats
    deviation: Floats
    deviation_spread: Floats
    dispersion: Floats

    def new_era(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Draw an era not seen yet: log baselines [S, J], log multipliers [S, J, B]."""
        shift = self.shift_spread[:, None] * rng.normal(size=self.baseline.shape)
        return self.baseline + shift, self.effect + self.deviation_spread[:, None, None] * rng.normal(
            size=self.effect.shape
        )


def spread(z: Floats, median: float, sd: float) -> Floats:
    """Log-normal spread at standard normals."""
    return np.asarray(median * np.exp(sd * z))


def prior_rates(level: NDArray[np.intp], bands: int, eras: int, rng: np.random.Generator, draws: int) -> Rates:
    """Draw from the prior.

    Parameters
    ----------
    level : array [J]
        Which actor level each series is of, counted from 0.
    """
    series, levels = len(level), int(level.max()) + 1
    normal = rng.normal
    shift_spread = spread(normal(size=draws), SHIFT_MEDIAN, SHIFT_SD)
    walk = walk_in(bands)
    mean = EFFECT_MEAN_SD * normal(size=(draws, levels, bands)) @ walk
    own = EFFECT_SPREAD_SD * np.abs(normal(size=(draws, levels)))
    deviation_spread = spread(normal(size=draws), ERA_MEDIAN, ERA_SD)
    return Rates(
        baseline=BASELINE_MEAN + BASELINE_SD * normal(size=(draws, series)),
        shift=shift_spread[:, None, None] * normal(size=(draws, series, eras)),
        shift_spread=shift_spread,
        effect=mean[:, level] + own[:, level, None] * normal(size=(draws, series, bands)) @ walk,
        deviation=deviation_spread[:, None, None, None] * normal(size=(draws, series, bands, eras)),
        deviation_spread=deviation_spread,
        dispersion=np.exp(DISPERSION_MEAN + DISPERSION_SD * normal(size=(draws, series))),
    )


def walk_in(bands: int) -> Floats:
    """Make effects of steps: `steps @ walk_in(B)` is a random walk over the bands before, from the furthest inwards.

    Its variance is 1 in the nearest band, and 1 just after, which is a band by itself.
    """
    before = bands - 1
    out = np.zeros((bands, bands))
    out[:before, :before] = np.tri(before) / np.sqrt(before)
    out[before, before] = 1
    return out


def level_index(made: Design) -> NDArray[np.intp]:
    """Which actor level each series [J] is of, counted from 0 in order of appearance."""
    names = list(dict.fromkeys(level for _, level in made.history.series))
    return np.array([names.index(level) for _, level in made.history.series], dtype=np.intp)


def expected(log_baseline: Floats, log_multiplier: Floats, shares: Floats) -> Floats:
    """Mean counts [..., W, J], from log baselines [..., J], log multipliers [..., J, B] and shares of bands [W, B]."""
    rest = 1 - shares.sum(axis=1)
    relative = rest + np.exp(log_multiplier) @ shares.T  # [..., J, W]
    return np.asarray(np.swapaxes(np.exp(log_baseline)[..., None] * relative, -1, -2))


def mean_counts(rates: Rates, made: Design) -> Floats:
    """Mean counts [S, W, J] of the weeks of a design, each in its own era."""
    shape = (len(rates.baseline), len(made.era), rates.baseline.shape[1])
    out = np.empty(shape)
    for e in range(rates.shift.shape[2]):
        weeks = made.era == e
        multiplier = rates.effect + rates.deviation[..., e]
        out[:, weeks] = expected(rates.baseline + rates.shift[..., e], multiplier, made.shares[weeks])
    return out


def log_probability(counts: NDArray[np.int64], mean: Floats, dispersion: Floats) -> Floats:
    """Log P(count) of the negative binomial, of each count; arrays broadcast (Cameron and Trivedi's NB2)."""
    size = 1 / dispersion
    ways = gammaln(counts + size) - gammaln(size) - gammaln(counts + 1)
    return np.asarray(ways + xlogy(counts, dispersion * mean) - xlog1py(counts + size, dispersion * mean))


def draw_counts(mean: Floats, dispersion: ArrayLike, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw counts with these means: a Poisson around a gamma."""
    size = 1 / np.broadcast_to(dispersion, mean.shape)
    return np.asarray(rng.poisson(rng.gamma(size, mean / size)), dtype=np.int64)


def presence(log_rate: Floats, dispersion: Floats) -> Floats:
    """Chance of at least one event in a week, by the log of its mean."""
    return np.asarray(-np.expm1(-np.log1p(dispersion * np.exp(log_rate)) / dispersion))

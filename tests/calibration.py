"""Whether forecasts are calibrated: ranks that should be uniform, and bets that should be fair.

Each check gives the chance that a calibrated forecaster looks as bad or worse, or a bound above it, and `alarm` shares
out one false-alarm rate over all of them (Bonferroni). Ranks are held against simultaneous bands of their empirical
distribution (Sailynoja, Burkner and Vehtari 2022), whose coverage is summed exactly. Ranks can't tell a forecaster who
reads the news from one who does not, and hardly one who reads too much into it, so that somebody bets as well, at the
odds that the forecaster gives: however the stakes depend on what was known, gains have mean 0, and how large they
get by chance has Chernoff's bound.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import binom

Floats = NDArray[np.float64]
_AT = np.arange(1, 40) / 40  # where empirical distributions are looked at


def rank(truth: float, draws: Floats, weight: Floats, rng: np.random.Generator) -> float:
    """Where the truth lies among weighted draws, at random within a tie: uniform if they are calibrated."""
    share = weight / weight.sum()
    return float(share[draws < truth].sum() + rng.random() * share[draws == truth].sum())


def stray(u: Floats) -> float:
    """Chance that the empirical distribution of as many uniform numbers strays as far from the diagonal anywhere."""
    n = len(u)
    seen = (u[:, None] <= _AT).sum(axis=0)
    tail = min(binom.cdf(seen, n, _AT).min(), binom.sf(seen - 1, n, _AT).min())
    return max(0.0, 1 - _inside(n, float(tail)))


def _inside(n: int, tail: float) -> float:
    """Chance that the counts at every point keep more than `tail` of their own law on either side of them.

    Counts are a Markov chain from point to point; Sailynoja, Burkner and Vehtari (2022), algorithm 2.
    """
    every, tail = np.arange(n + 1), tail * (1 + 1e-9)  # equal ones count as equal
    counts, mass, before = np.zeros(1, dtype=int), np.ones(1), 0.0
    for at in _AT:
        inside = np.flatnonzero((binom.cdf(every, n, at) > tail) & (binom.sf(every - 1, n, at) > tail))
        step = inside[None, :] - counts[:, None]
        mass = mass @ binom.pmf(step, n - counts[:, None], (at - before) / (1 - before))
        counts, before = inside, at
    return float(mass.sum())


def luck(gains: Floats, chances: Floats, gained: Floats) -> float:
    """Bound on the chance that all bets together gain, or lose, as much as they did.

    Parameters
    ----------
    gains, chances : array [n, K]
        What each of n independent bets pays, and how probable the forecaster called that.
    gained : array [n]
        What it paid.
    """
    mean = (gains * chances).sum(axis=1)
    total = float((gained - mean).sum())
    centred = (gains - mean[:, None]) * np.sign(total)

    def exponent(log_x: float) -> float:
        x = np.exp(log_x)
        top = (x * centred).max(axis=1)
        with np.errstate(divide="ignore"):
            cumulant = np.log((chances * np.exp(x * centred - top[:, None])).sum(axis=1)) + top
        return float(cumulant.sum() - x * abs(total))

    best = minimize_scalar(exponent, bounds=(-12, 5), method="bounded")
    return float(min(1.0, 2 * np.exp(min(best.fun, 0.0))))


@dataclass
class Record:
    """What many forecasts said, and what was true: ranks, and bets as (gains [K], chances [K], gained)."""

    ranks: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bets: dict[str, list[tuple[Floats, Floats, float]]] = field(default_factory=lambda: defaultdict(list))

    def on(self, event: str, p: float, happened: bool) -> None:
        """Bet on an event. What is as good as certain is left out; that is known beforehand."""
        if 0.01 < p < 0.99:
            self.bets[event].append((np.array([0.0, 1.0]), np.array([1 - p, p]), float(happened)))

    def chances(self) -> dict[str, float]:
        """Of each check, the chance that a calibrated forecaster looks as bad."""
        out = {f"rank of {name}": stray(np.array(u)) for name, u in self.ranks.items()}
        for name, rows in self.bets.items():
            gains, chances, gained = (np.array(column) for column in zip(*rows, strict=True))
            out[f"bet on {name}"] = luck(gains, chances, gained)
        return out

    def alarm(self) -> tuple[float, str]:
        """Chance of the worst check, over all of them, and which one it is."""
        chances = self.chances()
        worst = min(chances, key=lambda name: chances[name])
        return min(1.0, chances[worst] * len(chances)), worst

"""Whether draws can be trusted: effective sample size, Pareto k, Monte Carlo error. The limits stand here.

Pareto k is the shape of a generalised Pareto distribution fitted to the largest weights (Zhang and Stephens
2009, as in Vehtari et al. 2024); written out because importing ArviZ costs more than a whole forecast. Its
test compares it with ArviZ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_EVEN = 2.0


@dataclass(frozen=True)
class Limits:
    """What a forecast must reach to be called good."""

    ess: float = 400.0
    outer_ess: float = 50.0
    pareto_k: float = 0.7
    mcse: float = 0.01


LIMITS = Limits()


def effective_sample_size(weights: Floats) -> float:
    """Kish's effective sample size of weights of any shape that need not sum to 1."""
    total = float(weights.sum())
    return total * total / float(np.square(weights).sum())


def pareto_k(weights: Floats) -> float:
    """Shape of the upper tail of importance weights; -1, that of a uniform tail, where none is over twice the mean.

    The shape fitted to weights that hardly differ says nothing of whether a few of them dominate.

    Parameters
    ----------
    weights : array
        Any shape; at least 25 positive ones, else NaN.
    """
    positive = np.sort(weights[weights > 0], axis=None)
    n = positive.size
    if n < 25:
        return float("nan")
    tail = int(min(0.2 * n, 3 * np.sqrt(n)))  # as ArviZ counts it
    excess = positive[-tail:] - positive[-tail - 1]
    if positive[-1] <= _EVEN * positive.mean():
        return -1.0
    return _generalised_pareto_shape(np.maximum(excess, np.finfo(float).tiny))


def _generalised_pareto_shape(x: Floats) -> float:
    """Empirical Bayes estimate for sorted excesses `x`, with a weak prior towards 0.5."""
    n = x.size
    count = 30 + int(np.sqrt(n))
    b = 1 - np.sqrt(count / (np.arange(1, count + 1) - 0.5))
    b = b / (3 * x[int(n / 4 + 0.5) - 1]) + 1 / x[-1]
    k = np.log1p(-b[:, None] * x).mean(axis=1)
    log_likelihood = n * (np.log(-b / k) - k - 1)
    with np.errstate(over="ignore"):
        posterior = 1 / np.exp(log_likelihood - log_likelihood[:, None]).sum(axis=1)
    keep = posterior >= 10 * np.finfo(float).eps
    b, posterior = b[keep], posterior[keep] / posterior[keep].sum()
    best = float((b * posterior).sum())
    shape = float(np.log1p(-best * x).mean())
    return (n * shape + 10 * 0.5) / (n + 10)


def complaints(limits: Limits, ess: float, outer: float, k: float, mcse: float) -> tuple[str, ...]:
    """Say what falls short of the limits, and what to do about it."""
    out = []
    more = "raise `settings: draws`"
    if outer < limits.outer_ess:
        few = "few parameter settings agree with the news"
        out.append(f"outer effective sample size {outer:.0f} is under {limits.outer_ess:.0f}: {few}; {more}")
    if ess < limits.ess:
        out.append(f"effective sample size {ess:.0f} is under {limits.ess:.0f}: {more} or `points`")
    if not k <= limits.pareto_k:
        clash = "a few draws carry the result"
        out.append(f"Pareto k {k:.2f} is over {limits.pareto_k}: {clash}; {more}, and look for signals that clash")
    if mcse > limits.mcse:
        out.append(
            f"Monte Carlo error {100 * mcse:.1f} points is over {100 * limits.mcse:.1f}: raise `settings: draws`"
        )
    return tuple(out)

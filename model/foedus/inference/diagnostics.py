"""Whether draws can be trusted: effective sample size, Pareto k, Monte Carlo error. The limits stand here.

Pareto k is the shape of a generalised Pareto distribution fitted to the largest weights (Zhang and Stephens
2009, as in Vehtari et al. 2024); written out because importing ArviZ costs more than a whole forecast. Its
test compares it with ArviZ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_EVEN = 2.0


@dataclass(frozen=True)
class Limits:
    """What a forecast must reach to be called good; `settings: limits` of a case, or an argument, change it.

    Attributes
    ----------
    ess : float
        Least effective sample size of the outcome draws.
    outer_ess : float
        Least effective number of parameter draws.
    pareto_k : float
        Largest shape of the tail of the weights.
    mcse : float
        Largest Monte Carlo error of any reported probability (0.01 is a point).
    """

    ess: float = 400.0
    outer_ess: float = 50.0
    pareto_k: float = 0.7
    mcse: float = 0.01


LIMITS = Limits()


def effective_sample_size(weights: Floats) -> float:
    """Kish's effective sample size of weights of any shape that need not sum to 1; 0 where all are 0."""
    total = float(weights.sum())
    return total * total / float(np.square(weights).sum()) if total else 0.0


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


def complaints(
    limits: Limits, ess: float, outer: float, k: float, mcse: float, pulls: Callable[[], str] = str
) -> tuple[str, ...]:
    """Say what falls short of the limits, and what to do about it.

    Parameters
    ----------
    pulls : callable
        Called where weights degenerate; returns which signals to look at.
    """
    out = []
    more = "raise `settings: draws`"
    if not outer >= limits.outer_ess:
        few = "few parameter settings agree with the news"
        out.append(f"outer effective sample size {outer:.0f} is under {limits.outer_ess:g}: {few}; {more}")
    if not ess >= limits.ess:
        out.append(f"effective sample size {ess:.0f} is under {limits.ess:g}: {more} or `points`")
    if not k <= limits.pareto_k:
        out.append(f"Pareto k {k:.2f} is over {limits.pareto_k:g}: a few draws carry the result; {more}")
    if out and (which := pulls()):
        out[-1] += f"; {which}"
    if not mcse <= limits.mcse:
        worst, most = (f"{100 * x:.3g}" for x in (mcse, limits.mcse))
        out.append(f"Monte Carlo error {worst} points is over {most}: raise `settings: draws`")
    return tuple(out)

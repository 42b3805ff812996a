"""The probability of a count: Poisson, or negative binomial where counts scatter more than that."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, xlog1py, xlogy

from foedus.problem.types import Floats


def log_presence(seen: int, mean: Floats, dispersion: ArrayLike | None = None) -> Floats:
    """Log P(at least one), or of none, where `mean` events are to be expected: as `log_probability` counts them.

    Parameters
    ----------
    seen : int
        1 or 0.
    mean : array [...]
        At least 0.
    dispersion : array, optional
        As in `log_probability`.

    Returns
    -------
    array [...]
        -inf where something was seen and a mean of 0 was expected.
    """
    none = log_probability(0, mean, dispersion)
    if not seen:
        return none
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(-np.expm1(none)))


def log_probability(count: int, mean: Floats, dispersion: ArrayLike | None = None) -> Floats:
    """Log P(count) where `mean` is to be expected and the variance is mean + dispersion * mean^2.

    The negative binomial of Cameron and Trivedi's NB2 (size 1 / dispersion in R's `dnbinom`); with a dispersion of 0,
    or none, Poisson.

    Parameters
    ----------
    count : int
    mean : array [...]
        At least 0.
    dispersion : array, optional
        Broadcasts to `mean`; all 0, or all above 0.

    Returns
    -------
    array [...]
        -inf where a count above 0 meets a mean of 0.
    """
    a = np.asarray(0.0 if dispersion is None else dispersion)
    if not a.any():
        return np.asarray(xlogy(count, mean) - mean - gammaln(count + 1))
    size = 1 / a
    ways = gammaln(count + size) - gammaln(size) - gammaln(count + 1)
    return np.asarray(ways + xlogy(count, a * mean) - xlog1py(count + size, a * mean))

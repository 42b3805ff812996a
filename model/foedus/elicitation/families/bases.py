"""The standard distributions behind the parametric families: where a fit starts, and what its numbers are called.

A base is fitted over unconstrained coordinates (logarithms of what must be positive) with the special functions
themselves, and then handed over as a distribution of `scipy.stats`, which takes over half a second to import and is
therefore imported only when a family is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betainc, gammainc, ndtr, ndtri, owens_t, stdtr

from foedus.elicitation.shapes import Floats

DEGREES = 3.0  # of freedom of Student's t, which few quantiles can't tell (the default of SHELF)
_LARGEST = 25.0  # of a logarithm, so that nothing overflows on the way


@dataclass(frozen=True)
class Base:
    """A standard distribution with unknown parameters.

    Attributes
    ----------
    size : int
        Number of parameters that are fitted.
    starts : callable (p [k], u [k]) -> list of array [size]
        Where the search begins, from stated probabilities and values, both ascending.
    cdf : callable (theta [size], u [k]) -> array [k]
    make : callable (theta [size]) -> frozen distribution of scipy.stats
    name : callable (theta [size]) -> {name: value}
        The parameters as the field writes them.
    """

    size: int
    starts: Callable[[Floats, Floats], list[Floats]]
    cdf: Callable[[Floats, Floats], Floats]
    make: Callable[[Floats], Any]
    name: Callable[[Floats], Mapping[str, float]]


def _line(p: Floats, u: Floats) -> tuple[float, float]:
    """Location and scale of the straight line through the values against their normal scores."""
    z = ndtri(p)
    if len(u) == 1:
        return float(u[0]), max(abs(float(u[0])), 1.0)
    scale = float(np.sum((z - z.mean()) * (u - u.mean())) / np.sum((z - z.mean()) ** 2))
    return float(u.mean() - scale * z.mean()), scale


def _positive(theta: float) -> float:
    return float(np.exp(np.clip(theta, -_LARGEST, _LARGEST)))


def normal() -> Base:
    """Normal: mean and standard deviation."""
    from scipy import stats

    def starts(p: Floats, u: Floats) -> list[Floats]:
        mean, sd = _line(p, u)
        return [np.array([mean, np.log(sd)])]

    return Base(
        2,
        starts,
        lambda theta, u: ndtr((u - theta[0]) / _positive(theta[1])),
        lambda theta: stats.norm(theta[0], _positive(theta[1])),
        lambda theta: {"mean": float(theta[0]), "sd": _positive(theta[1])},
    )


def student_t(degrees: float = DEGREES) -> Base:
    """Student's t with given degrees of freedom: location and scale."""
    from scipy import stats

    return Base(
        2,
        normal().starts,
        lambda theta, u: stdtr(degrees, (u - theta[0]) / _positive(theta[1])),
        lambda theta: stats.t(degrees, theta[0], _positive(theta[1])),
        lambda theta: {"location": float(theta[0]), "scale": _positive(theta[1]), "degrees": degrees},
    )


def skew_normal() -> Base:
    """Skew-normal (Azzalini 1985): location, scale and slant."""
    from scipy import stats

    def starts(p: Floats, u: Floats) -> list[Floats]:
        mean, sd = _line(p, u)
        slants = (-6.0, -2.0, 0.3, 2.0, 6.0)
        deltas = [slant / np.sqrt(1 + slant**2) for slant in slants]
        scales = [sd / np.sqrt(1 - 2 * delta**2 / np.pi) for delta in deltas]
        return [
            np.array([mean - scale * delta * np.sqrt(2 / np.pi), np.log(scale), slant])
            for slant, delta, scale in zip(slants, deltas, scales, strict=True)
        ]

    def cdf(theta: Floats, u: Floats) -> Floats:
        z = (u - theta[0]) / _positive(theta[1])
        return np.asarray(ndtr(z) - 2 * owens_t(z, theta[2]))

    return Base(
        3,
        starts,
        cdf,
        lambda theta: stats.skewnorm(theta[2], theta[0], _positive(theta[1])),
        lambda theta: {"location": float(theta[0]), "scale": _positive(theta[1]), "slant": float(theta[2])},
    )


def gamma() -> Base:
    """Gamma: shape and rate."""
    from scipy import stats

    def starts(p: Floats, u: Floats) -> list[Floats]:
        mean, sd = _line(p, u)
        mean = mean if mean > 0.1 * sd else float(np.median(u))
        return [np.log([(mean / sd) ** 2, mean / sd**2]), np.log([1.0, 1 / mean])]

    return Base(
        2,
        starts,
        lambda theta, u: gammainc(_positive(theta[0]), _positive(theta[1]) * u),
        lambda theta: stats.gamma(_positive(theta[0]), scale=1 / _positive(theta[1])),
        lambda theta: {"shape": _positive(theta[0]), "rate": _positive(theta[1])},
    )


def beta() -> Base:
    """Beta: both shapes."""
    from scipy import stats

    def starts(p: Floats, u: Floats) -> list[Floats]:
        mean, sd = _line(p, u)
        mean = float(np.clip(mean, 0.02, 0.98))
        size = max(mean * (1 - mean) / sd**2 - 1, 0.5)
        return [np.log([mean * size, (1 - mean) * size]), np.zeros(2)]

    return Base(
        2,
        starts,
        lambda theta, u: betainc(_positive(theta[0]), _positive(theta[1]), u),
        lambda theta: stats.beta(_positive(theta[0]), _positive(theta[1])),
        lambda theta: {"a": _positive(theta[0]), "b": _positive(theta[1])},
    )

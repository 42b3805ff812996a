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


def _lines(p: Floats, u: Floats) -> list[tuple[float, float]]:
    """Location and scale of straight lines through the values against their normal scores: where to begin.

    Through all of them, through the outermost, and through neighbours: where no line comes near all points, the best
    fit can lie in a valley near some of them.
    """
    z = ndtri(p)
    slope = float(np.sum((z - z.mean()) * (u - u.mean())) / np.sum((z - z.mean()) ** 2))
    out = [(float(u.mean() - slope * z.mean()), slope)]
    pairs = [(0, len(u) - 1)] + [(i, i + 1) for i in range(0, len(u) - 1, max(1, len(u) // 6)) if len(u) > 2]
    for i, j in pairs:
        slope = float((u[j] - u[i]) / (z[j] - z[i]))
        out.append((float(u[i] - slope * z[i]), slope))
    return out


def _positive(theta: float) -> float:
    return float(np.exp(np.clip(theta, -_LARGEST, _LARGEST)))


def normal() -> Base:
    """Return the normal: mean and standard deviation."""
    from scipy import stats

    def starts(p: Floats, u: Floats) -> list[Floats]:
        return [np.array([mean, np.log(sd)]) for mean, sd in _lines(p, u)]

    return Base(
        2,
        starts,
        lambda theta, u: ndtr((u - theta[0]) / _positive(theta[1])),
        lambda theta: stats.norm(theta[0], _positive(theta[1])),
        lambda theta: {"mean": float(theta[0]), "sd": _positive(theta[1])},
    )


def student_t(degrees: float = DEGREES) -> Base:
    """Return Student's t with given degrees of freedom: location and scale."""
    from scipy import stats

    return Base(
        2,
        normal().starts,
        lambda theta, u: stdtr(degrees, (u - theta[0]) / _positive(theta[1])),
        lambda theta: stats.t(degrees, theta[0], _positive(theta[1])),
        lambda theta: {"location": float(theta[0]), "scale": _positive(theta[1]), "degrees": degrees},
    )


def skew_normal() -> Base:
    """Return the skew-normal (Azzalini 1985): location, scale and slant."""
    from scipy import stats

    def starts(p: Floats, u: Floats) -> list[Floats]:
        out = []
        for slant in (0.3, -6.0, -2.0, 2.0, 6.0):
            delta = slant / np.sqrt(1 + slant**2)
            widen, shift = 1 / np.sqrt(1 - 2 * delta**2 / np.pi), delta * np.sqrt(2 / np.pi)
            out += [np.array([mean - widen * sd * shift, np.log(widen * sd), slant]) for mean, sd in _lines(p, u)]
        return out

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
    """Return the gamma: shape and rate."""
    from scipy import stats

    def starts(p: Floats, u: Floats) -> list[Floats]:
        middle = float(np.median(u))
        lines = [(mean if mean > 0.1 * sd else middle, sd) for mean, sd in _lines(p, u)]
        return [np.log([(mean / sd) ** 2, mean / sd**2]) for mean, sd in lines] + [np.log([1.0, 1 / middle])]

    return Base(
        2,
        starts,
        lambda theta, u: gammainc(_positive(theta[0]), _positive(theta[1]) * u),
        lambda theta: stats.gamma(_positive(theta[0]), scale=1 / _positive(theta[1])),
        lambda theta: {"shape": _positive(theta[0]), "rate": _positive(theta[1])},
    )


def beta() -> Base:
    """Return the beta: both shapes."""
    from scipy import stats

    def starts(p: Floats, u: Floats) -> list[Floats]:
        out = [np.zeros(2)]
        for mean, sd in _lines(p, u):
            inside = float(np.clip(mean, 0.02, 0.98))
            size = max(inside * (1 - inside) / sd**2 - 1, 0.5)
            out.append(np.log([inside * size, (1 - inside) * size]))
        return out

    return Base(
        2,
        starts,
        lambda theta, u: betainc(_positive(theta[0]), _positive(theta[1]), u),
        lambda theta: stats.beta(_positive(theta[0]), _positive(theta[1])),
        lambda theta: {"a": _positive(theta[0]), "b": _positive(theta[1])},
    )

"""Parametric families, where an analyst asks for one: fitted by least squares in probability; what misses is told.

A family is a row of `FAMILIES`: a standard distribution on a scale (`coordinates`). The criterion is that of SHELF,
the sum of squared distances between stated and fitted probabilities. `best` is the family with the smallest sum among
those that have a parameter fewer than there are points, since one that can bend through every point is no better for
doing so. What little a family puts outside the bounds is cut off; what misses is the residual, which is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from foedus.elicitation.families import bases, coordinates, metalog
from foedus.elicitation.families.bases import DEGREES, Base
from foedus.elicitation.families.coordinates import Coordinate
from foedus.elicitation.fit import MisfitError
from foedus.elicitation.shapes import Floats, Shape

OUTSIDE = 0.05  # probability that a family may put outside the bounds, where it is cut off
_SEARCHES = {2: 5, 3: 15}  # by number of parameters: how many of the most promising starts are followed
_TIE = 1e-9  # sums of squares that differ by less are equal: the earlier family is kept


@dataclass(frozen=True)
class Family:
    """A standard distribution on a scale; `base` is called with the degrees of freedom of Student's t."""

    base: Callable[[float], Base]
    coordinate: Coordinate


FAMILIES: dict[str, Family] = {
    "normal": Family(lambda _: bases.normal(), coordinates.LINE),
    "student_t": Family(bases.student_t, coordinates.LINE),
    "log_normal": Family(lambda _: bases.normal(), coordinates.LOG_ABOVE),
    "log_t": Family(bases.student_t, coordinates.LOG_ABOVE),
    "gamma": Family(lambda _: bases.gamma(), coordinates.ABOVE),
    "beta": Family(lambda _: bases.beta(), coordinates.BETWEEN),
    "mirror_log_normal": Family(lambda _: bases.normal(), coordinates.LOG_BELOW),
    "mirror_log_t": Family(bases.student_t, coordinates.LOG_BELOW),
    "mirror_gamma": Family(lambda _: bases.gamma(), coordinates.BELOW),
    "skew_normal": Family(lambda _: bases.skew_normal(), coordinates.LINE),
}
NAMES = (*FAMILIES, "metalog", "best")


@dataclass(frozen=True, eq=False)
class Parametric:
    """A distribution of scipy.stats on a scale, cut off at the bounds.

    Attributes
    ----------
    frozen : frozen distribution of scipy.stats
    coordinate : Coordinate
    lower, upper : float
        Bounds of the support; infinite where open.
    below, above : float
        Probability that was cut off at either bound.
    """

    frozen: Any
    coordinate: Coordinate
    lower: float
    upper: float
    below: float = 0.0
    above: float = 0.0

    def tails(self, x: Floats) -> tuple[Floats, Floats]:
        """Return P(X <= x) and P(X > x)."""
        lower, upper = self._uncut(np.clip(np.asarray(x, dtype=float), self.lower, self.upper))
        kept = 1 - self.below - self.above
        return np.clip((lower - self.below) / kept, 0.0, 1.0), np.clip((upper - self.above) / kept, 0.0, 1.0)

    def value(self, p: Floats) -> Floats:
        """Return the quantile at probability `p`."""
        p = self.below + np.asarray(p, dtype=float) * (1 - self.below - self.above)
        u = self.frozen.isf(p) if self.coordinate.mirrored else self.frozen.ppf(p)
        return np.clip(self.coordinate.back(np.asarray(u), self.lower, self.upper), self.lower, self.upper)

    def _uncut(self, x: Floats) -> tuple[Floats, Floats]:
        u = self.coordinate.forward(x, self.lower, self.upper)
        lower, upper = np.asarray(self.frozen.cdf(u)), np.asarray(self.frozen.sf(u))
        return (upper, lower) if self.coordinate.mirrored else (lower, upper)

    def cut(self) -> Parametric:
        """Return the same within its bounds."""
        below = float(self._uncut(np.array(self.lower))[0])
        above = float(self._uncut(np.array(self.upper))[1])
        return Parametric(self.frozen, self.coordinate, self.lower, self.upper, below, above)


@dataclass(frozen=True, eq=False)
class FamilyFit:
    """One family, fitted.

    Attributes
    ----------
    family : str
        Its row in `FAMILIES`, or `metalog`.
    parameters : {name: value}
        As the field writes them, on the family's own scale.
    sum_of_squares : float
        Of the distances between stated and fitted probabilities; by this families are compared.
    uncut : float
        The same before anything was cut off at the bounds, which is what was made as small as possible.
    outside : float
        Probability that it puts outside the bounds, and that is cut off.
    shape : Shape
        Within the bounds.
    """

    family: str
    parameters: Mapping[str, float]
    sum_of_squares: float
    uncut: float
    outside: float
    shape: Shape


def fit_family(
    name: str, p: Floats, x: Floats, lower: float = -np.inf, upper: float = np.inf, degrees: float = DEGREES
) -> FamilyFit:
    """Fit one family, or the best one, to points of a distribution function.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    p, x : array [k]
        P(X <= x_k) = p_k, both strictly increasing, x inside the bounds.
    lower, upper : float
        Bounds of the support; infinite where open.
    degrees : float
        Degrees of freedom of `student_t`, `log_t` and `mirror_log_t`.

    Returns
    -------
    FamilyFit

    Raises
    ------
    MisfitError
        The family needs a bound or points that are not there, or puts over 5 % outside the bounds.
    """
    if name == "best":
        return best(compare(p, x, lower, upper, degrees), len(p))
    if name == "metalog":
        return _metalog(p, x, lower, upper)
    family = FAMILIES[name]
    fault = _cannot(family, family.base(degrees), len(p), lower, upper)
    if fault:
        msg = f"{name} {fault}"
        raise MisfitError(msg)
    fitted = _fit(name, family, p, x, lower, upper, degrees)
    if fitted.outside > OUTSIDE:
        msg = (
            f"{name} puts {fitted.outside:.2g} of its probability outside the bounds {{lower}} to {{upper}}; "
            "write `fit: best`, or leave it away for a curve through the points"
        )
        raise MisfitError(msg, lower=lower, upper=upper)
    return fitted


def compare(
    p: Floats, x: Floats, lower: float = -np.inf, upper: float = np.inf, degrees: float = DEGREES
) -> tuple[FamilyFit, ...]:
    """Fit every family that the bounds and the number of points allow; the smallest sum of squares first.

    Parameters as for `fit_family`. Families that put over 5 % outside the bounds are among them.
    """
    able = {
        name: family
        for name, family in FAMILIES.items()
        if not _cannot(family, family.base(degrees), len(p), lower, upper)
    }
    fits = [_fit(name, family, p, x, lower, upper, degrees) for name, family in able.items()]
    return tuple(sorted(fits, key=lambda fit: round(fit.sum_of_squares / _TIE)))


def best(fits: Sequence[FamilyFit], points: int) -> FamilyFit:
    """Return the first of `compare` that stays within the bounds and has fewer parameters than there are points.

    Where no family has fewer, as many parameters as points will do.

    Raises
    ------
    MisfitError
        No family can be fitted.
    """
    within = [fit for fit in fits if fit.outside <= OUTSIDE]
    plain = [fit for fit in within if FAMILIES[fit.family].base(DEGREES).size < points]
    if not within:
        msg = "no family fits: give at least two quantiles that lie apart from each other"
        raise MisfitError(msg)
    return (plain or within)[0]


def _cannot(family: Family, base: Base, points: int, lower: float, upper: float) -> str:
    """Say why a family can't be fitted; empty where it can."""
    if family.coordinate.needs_lower and np.isinf(lower):
        return "needs a lower bound: write `lower` for the question in case.yaml"
    if family.coordinate.needs_upper and np.isinf(upper):
        return "needs an upper bound: write `upper` for the question in case.yaml"
    if points < base.size:
        return f"has {base.size} parameters and only {points} point{'s'[: points != 1]} to fit: state more quantiles"
    return ""


def _fit(name: str, family: Family, p: Floats, x: Floats, lower: float, upper: float, degrees: float) -> FamilyFit:
    from scipy.optimize import least_squares

    base, u = family.base(degrees), family.coordinate.forward(x, lower, upper)
    stated = 1 - p if family.coordinate.mirrored else p
    order = np.argsort(u)
    u, stated = u[order], stated[order]

    def miss(theta: Floats) -> Floats:
        return base.cdf(theta, u) - stated

    tried = [
        least_squares(miss, start, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=2000)
        for start in sorted(base.starts(stated, u), key=lambda start: float(np.sum(miss(start) ** 2)))[
            : _SEARCHES[base.size]
        ]
    ]
    found = min(tried, key=lambda result: result.cost)
    shape = Parametric(base.make(found.x), family.coordinate, lower, upper).cut()
    off = shape.tails(x)[0] - p
    return FamilyFit(
        name, base.name(found.x), float(off @ off), 2 * float(found.cost), shape.below + shape.above, shape
    )


def _metalog(p: Floats, x: Floats, lower: float, upper: float) -> FamilyFit:
    if len(p) < 2:
        msg = "metalog needs at least two points: state more quantiles"
        raise MisfitError(msg)
    shape = metalog.through(p, x, lower, upper)
    parameters = {f"a{i}": float(a) for i, a in enumerate(shape.coefficients, start=1)}
    miss = shape.tails(x)[0] - p
    return FamilyFit("metalog", parameters, float(miss @ miss), float(miss @ miss), 0.0, shape)

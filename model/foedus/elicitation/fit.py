"""From the numbers an expert stated to a distribution that honours them exactly.

Nothing here is fitted in the sense of a best approximation (for that see `families`): quantiles lie on a monotone
curve, chips are a histogram, a value that carries probability of its own is an atom, and stated quantiles are those of
the whole distribution, atoms included. What cannot be honoured is refused with a `MisfitError` that says why. The
residual is computed from the result all the same, so that an error here would show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from foedus.elicitation.shapes import Curve, Floats, Histogram, Shape

if TYPE_CHECKING:
    from foedus.elicitation.families import FamilyFit

Atoms = tuple[tuple[float, float], ...]
SLACK = 1e-9  # by how much stated probabilities may miss a sum, in rounding


class MisfitError(ValueError):
    """Stated numbers that no distribution honours.

    `row` is the index of the one at fault; `values` are on the scale of the question and fill the braces
    of `text`, so that a day can be told as a date.
    """

    def __init__(self, text: str, row: int = 0, **values: float) -> None:
        self.text, self.row, self.values = text, row, values
        super().__init__(self.tell())

    def tell(self, show: Callable[[float], str] = "{:g}".format) -> str:
        """Return the message with every value written by `show`."""
        return self.text.format(**{name: show(value) for name, value in self.values.items()})


@dataclass(frozen=True, eq=False)
class Distribution:
    """What one expert thinks about one number.

    Attributes
    ----------
    shape : Shape or None
        The continuous part; None where atoms hold everything.
    atoms : tuple of (value, probability)
        Values that carry probability of their own, ascending.
    residual : float
        Largest distance of a stated probability from what the distribution gives.
    family : FamilyFit or None
        Where the continuous part is a parametric family: which one, and its parameters.
    """

    shape: Shape | None
    atoms: Atoms = ()
    residual: float = 0.0
    family: FamilyFit | None = None

    @property
    def rest(self) -> float:
        """Probability of the continuous part."""
        return 0.0 if self.shape is None else 1.0 - sum(a for _, a in self.atoms)

    def cdf(self, x: ArrayLike) -> Floats:
        """P(X <= x), continuous from the right; the shape of `x`."""
        return self._tails(x, left=False)[0]

    def cdf_left(self, x: ArrayLike) -> Floats:
        """P(X < x); the shape of `x`."""
        return self._tails(x, left=True)[0]

    def sf(self, x: ArrayLike) -> Floats:
        """P(X > x), accurate where it is small; the shape of `x`."""
        return self._tails(x, left=False)[1]

    def mass(self, lo: ArrayLike, hi: ArrayLike) -> Floats:
        """P(lo < X <= hi), accurate in either tail.

        Parameters
        ----------
        lo, hi : array
            Ends of the intervals, broadcast against each other; lo <= hi, infinite allowed.

        Returns
        -------
        array
            Probabilities.
        """
        (low_f, low_s), (high_f, high_s) = self._tails(lo, left=False), self._tails(hi, left=False)
        return np.maximum(np.where(low_f > 0.5, low_s - high_s, high_f - low_f), 0.0)

    def quantile(self, p: ArrayLike) -> Floats:
        """Smallest x with P(X <= x) >= p; the shape of `p`, p in [0, 1]."""
        p = np.asarray(p, dtype=float)
        if self.shape is None:
            values, steps = np.array([v for v, _ in self.atoms]), np.cumsum([a for _, a in self.atoms])
            return np.asarray(values[np.clip(np.searchsorted(steps, p - 1e-15), 0, len(values) - 1)])
        inside, at = p.copy(), np.full(p.shape, np.nan)
        least, most = np.full(p.shape, -np.inf), np.full(p.shape, np.inf)
        for v, a in self.atoms:
            before, upto = self.cdf_left(v), self.cdf(v)
            at = np.where((p > before) & (p <= upto), v, at)
            least = np.where(p > upto, np.maximum(least, v), least)  # to rounding, all the rest may lie
            most = np.where(p <= before, np.minimum(most, v), most)  # on one side of an atom
            inside = np.where(p > before, inside - a, inside)
        continuous = np.clip(self.shape.value(np.clip(inside / self.rest, 0.0, 1.0)), least, most)
        return np.where(np.isnan(at), continuous, at)

    def _tails(self, x: ArrayLike, *, left: bool) -> tuple[Floats, Floats]:
        x = np.asarray(x, dtype=float)
        lower, upper = np.zeros(x.shape), np.zeros(x.shape)
        if self.shape is not None:
            lower, upper = (self.rest * tail for tail in self.shape.tails(x))
        for v, a in self.atoms:
            below = v < x if left else v <= x
            lower, upper = lower + np.where(below, a, 0.0), upper + np.where(below, 0.0, a)
        return np.minimum(lower, 1.0), np.minimum(upper, 1.0)


def fit_quantiles(
    levels: ArrayLike, values: ArrayLike, *, lower: float = -np.inf, upper: float = np.inf, atoms: Atoms = ()
) -> Distribution:
    """Distribution with the stated quantiles.

    Two or more quantiles lie on a monotone curve (`Curve`). A single one needs a bound: between two bounds
    the density is uniform on either side of it (least information), above or below one bound exponential.

    Parameters
    ----------
    levels : array [k]
        Levels in (0, 1), any order.
    values : array [k]
        P(X <= value) = level in the whole distribution, atoms included; where the value is an atom,
        P(X < value) <= level <= P(X <= value).
    lower, upper : float
        Bounds of the support; infinite where open.
    atoms : tuple of (value, probability)
        Values that carry probability of their own.

    Returns
    -------
    Distribution

    Raises
    ------
    MisfitError
        The numbers contradict each other; `row` counts the quantiles in the order given.
    """
    p, x = np.asarray(levels, dtype=float), np.asarray(values, dtype=float)
    atoms = checked_atoms(atoms, lower, upper)
    wanted = constraints(p, x, lower, upper, atoms)
    total = sum(a for _, a in atoms)
    if abs(total - 1) <= SLACK:
        fitted = Distribution(None, tuple((v, a / total) for v, a in atoms))
    else:
        fitted = Distribution(_shape(wanted, lower, upper, len(atoms)), atoms)
    distance = residual(fitted, p, x)
    if distance > SLACK:
        msg = f"quantiles and atoms contradict each other by {distance:.2g} in probability"
        raise MisfitError(msg)
    return Distribution(fitted.shape, fitted.atoms, distance)


def residual(fitted: Distribution, levels: Floats, values: Floats) -> float:
    """Largest distance of a stated level from [P(X < value), P(X <= value)]."""
    if len(levels) == 0:
        return 0.0
    over, under = fitted.cdf_left(values) - levels, levels - fitted.cdf(values)
    return float(np.max(np.maximum(np.maximum(over, under), 0.0)))


@dataclass(frozen=True)
class Point:
    """At `x` the continuous part must hold between `lo` and `hi`; `free` points hold exactly one number."""

    x: float
    lo: float
    hi: float
    free: bool


def checked_atoms(atoms: Atoms, lower: float, upper: float) -> Atoms:
    """Return the values given exactly that have probability, ascending, or raise a MisfitError."""
    ordered = tuple(sorted((float(v), float(a)) for v, a in atoms if a > 0))
    total = sum(a for _, a in ordered)
    if total > 1 + SLACK:
        msg = f"the values given exactly hold {total:g} together; at most 1 is possible"
        raise MisfitError(msg)
    for v, _ in ordered:
        if not lower <= v <= upper:
            msg = "the value {value} given exactly lies outside the bounds {lower} to {upper}"
            raise MisfitError(msg, value=v, lower=lower, upper=upper)
    if len({v for v, _ in ordered}) < len(ordered):
        msg = "a value is given exactly twice; one row for each value"
        raise MisfitError(msg)
    return ordered


def constraints(p: Floats, x: Floats, lower: float, upper: float, atoms: Atoms) -> list[Point]:
    """Return what the stated quantiles ask of the continuous part, in order of value."""
    held, rest = dict(atoms), 1 - sum(a for _, a in atoms)
    points: list[Point] = []
    for k in map(int, np.lexsort((p, x))):
        level, value = float(p[k]), float(x[k])
        if not 0 < level < 1:
            msg = f"a quantile level lies between 0 and 1, got {level:g}"
            raise MisfitError(msg, k)
        if value not in held and not lower < value < upper:
            msg = (
                f"the {level:g} quantile {{value}} does not lie between the bounds {{lower}} and {{upper}}; "
                "probability on a bound itself is written with `exactly`"
            )
            raise MisfitError(msg, k, value=value, lower=lower, upper=upper)
        high = level - sum(a for v, a in atoms if v < value)
        low = high - held.get(value, 0.0)
        if rest > SLACK:
            new = Point(value, low / rest, high / rest, value not in held)
            if new.hi <= 0 or new.lo >= 1:
                _contradicts_atoms(level, value, k)
            _add(points, new, level, k)
        elif low > SLACK or high < -SLACK:
            _contradicts_atoms(level, value, k)
    _check_bounds(points, lower, upper)
    return points


def _contradicts_atoms(level: float, value: float, row: int) -> NoReturn:
    msg = f"the {level:g} quantile {{value}} contradicts the probability given to values exactly"
    raise MisfitError(msg, row, value=value)


def _add(points: list[Point], new: Point, level: float, row: int) -> None:
    """Append `new` to `points`, or say why it doesn't fit to those below it."""
    last = points[-1] if points else None
    if last is not None and last.x == new.x and not new.free:
        new = Point(new.x, max(last.lo, new.lo), min(last.hi, new.hi), free=False)
        points.pop()
        if new.lo > new.hi + SLACK:
            msg = "two quantiles fall on {value}, further apart than the probability given to it exactly"
            raise MisfitError(msg, row, value=new.x)
    floor = max((point.lo for point in points), default=-np.inf)
    if new.hi <= floor or (last is not None and new.free and last.x == new.x):
        msg = (
            f"the {level:g} quantile {{value}} contradicts those at or below {{value}}: "
            "quantiles increase with their level, and two share a value only where `exactly` gives it enough"
        )
        raise MisfitError(msg, row, value=new.x)
    points.append(new)


def _check_bounds(points: Sequence[Point], lower: float, upper: float) -> None:
    for point in points:
        if (point.x <= lower and point.lo > 0) or (point.x >= upper and point.hi < 1):
            msg = "a quantile falls on the bound {value}, which `exactly` doesn't give enough probability"
            raise MisfitError(msg, value=point.x)


def _shape(wanted: list[Point], lower: float, upper: float, n_atoms: int) -> Shape:
    """Continuous part through the free points, and through as few atoms as the stated quantiles need."""
    floors = np.maximum.accumulate([point.lo for point in wanted])
    ceilings = np.minimum.accumulate([point.hi for point in wanted][::-1])[::-1]
    pins = {point.x: point.lo for point in wanted if point.free}
    for _ in range(n_atoms + 1):
        shape = _through(pins, lower, upper)
        worst, found = 1e-13, None
        for point, floor, ceiling in zip(wanted, floors, ceilings, strict=True):
            if point.x not in pins and lower < point.x < upper:
                at = float(shape.tails(np.array(point.x))[0])
                kept = min(max(at, floor), ceiling)
                if abs(kept - at) > worst:
                    worst, found = abs(kept - at), (point.x, kept)
        if found is None:
            return shape
        pins[found[0]] = found[1]
    return shape


def _through(pins: dict[float, float], lower: float, upper: float) -> Shape:
    x = np.array(sorted(pins))
    p = np.array([pins[v] for v in x])
    if len(x) >= 2:
        if np.any(np.diff(p) <= 0):
            msg = "quantiles and values given exactly leave no room between them; state one more quantile there"
            raise MisfitError(msg)
        return Curve.through(p, x, lower, upper)
    if len(x) == 0:
        msg = "no quantile is given for the probability that `exactly` leaves over; give at least two"
        raise MisfitError(msg)
    if np.isinf(lower) and np.isinf(upper):
        msg = "a single quantile has no width: give a second one, or lower and upper bounds in case.yaml"
        raise MisfitError(msg)
    one = np.array([1.0])
    if np.isinf(upper):
        return Histogram(np.array([lower]), np.array([np.inf]), one, -np.log1p(-p) / (x - lower))
    if np.isinf(lower):
        return Histogram(np.array([-np.inf]), np.array([upper]), one, np.log(p) / (upper - x))
    mass = np.array([p[0], 1 - p[0]])
    return Histogram(np.array([lower, x[0]]), np.array([x[0], upper]), mass, np.zeros(2))

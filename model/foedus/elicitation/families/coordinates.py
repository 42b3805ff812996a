"""On what scale a family is meant: the line, the distance from a bound, its logarithm, or the share between bounds.

A lower bound shifts a distribution, an upper bound mirrors it; so gamma, log-normal and log-t need no forms of their
own for either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from foedus.elicitation.shapes import Floats


@dataclass(frozen=True)
class Coordinate:
    """A monotone map of the value.

    Attributes
    ----------
    forward, back : callable (array, lower, upper) -> array
    mirrored : bool
        Whether it turns large values into small ones.
    needs_lower, needs_upper : bool
        Which bounds it takes.
    """

    forward: Callable[[Floats, float, float], Floats]
    back: Callable[[Floats, float, float], Floats]
    mirrored: bool = False
    needs_lower: bool = False
    needs_upper: bool = False


def _log(distance: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(distance, 0.0)))


def _exp(u: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(u))


LINE = Coordinate(lambda x, _l, _u: x, lambda u, _l, _u: u)
ABOVE = Coordinate(lambda x, lower, _: x - lower, lambda u, lower, _: lower + u, needs_lower=True)
LOG_ABOVE = Coordinate(lambda x, lower, _: _log(x - lower), lambda u, lower, _: lower + _exp(u), needs_lower=True)
BELOW = Coordinate(lambda x, _, upper: upper - x, lambda u, _, upper: upper - u, mirrored=True, needs_upper=True)
LOG_BELOW = Coordinate(
    lambda x, _, upper: _log(upper - x), lambda u, _, upper: upper - _exp(u), mirrored=True, needs_upper=True
)
BETWEEN = Coordinate(
    lambda x, lower, upper: (x - lower) / (upper - lower),
    lambda u, lower, upper: lower + u * (upper - lower),
    needs_lower=True,
    needs_upper=True,
)

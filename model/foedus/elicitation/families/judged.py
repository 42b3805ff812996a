"""A family near what an expert stated: quantiles or chips, with values that carry their own probability set apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from foedus.elicitation.chips import fit_chips
from foedus.elicitation.families import FamilyFit, fit_family
from foedus.elicitation.fit import (
    Atoms,
    Distribution,
    MisfitError,
    checked_atoms,
    constraints,
    fit_quantiles,
    residual,
)
from foedus.elicitation.shapes import Floats

METALOG_MISS = 0.05  # a metalog is asked for to go through the points: further away it is refused


def family_quantiles(
    name: str,
    levels: ArrayLike,
    values: ArrayLike,
    *,
    lower: float = -np.inf,
    upper: float = np.inf,
    atoms: Atoms = (),
) -> Distribution:
    """Distribution of a family near the stated quantiles; parameters as for `fit_quantiles`.

    Quantiles that fall on an atom say nothing of the family, and count for the residual only.

    Raises
    ------
    MisfitError
        The numbers contradict each other, or the family can't be fitted to them.
    """
    p, x = np.asarray(levels, dtype=float), np.asarray(values, dtype=float)
    atoms = checked_atoms(atoms, lower, upper)
    free = [point for point in constraints(p, x, lower, upper, atoms) if point.free]
    if not free:
        return fit_quantiles(p, x, lower=lower, upper=upper, atoms=atoms)
    found = _family(name, np.array([at.lo for at in free]), np.array([at.x for at in free]), lower, upper)
    fitted = Distribution(found.shape, atoms, family=found)
    return Distribution(found.shape, atoms, residual(fitted, p, x), found)


def family_chips(
    name: str,
    bins: Sequence[tuple[float, float]],
    counts: ArrayLike,
    *,
    lower: float = -np.inf,
    upper: float = np.inf,
    atoms: Atoms = (),
) -> Distribution:
    """Distribution of a family near the cumulative shares of chips at the edges of bins; parameters as for `fit_chips`.

    Raises
    ------
    MisfitError
        As `fit_chips`, or all chips lie in one bin, from which no family can be told.
    """
    histogram = fit_chips(bins, counts, lower=lower, upper=upper, atoms=atoms)
    if histogram.shape is None:
        return histogram
    edges = np.unique([end for bin_ in bins for end in bin_ if lower < end < upper and np.isfinite(end)])
    p = histogram.shape.tails(edges)[0]
    inside = (p > 1e-12) & (p < 1 - 1e-12)
    edges, p = edges[inside], p[inside]
    apart = np.append(True, np.diff(p) > 1e-12)[: len(p)]  # of a bin without chips the lower edge
    if not inside.any():
        msg = "all chips lie in one bin, from which no family can be told: use narrower bins, or leave `fit` away"
        raise MisfitError(msg)
    found = _family(name, p[apart], edges[apart], lower, upper)
    fitted = Distribution(found.shape, histogram.atoms, family=found)
    stated = np.array([histogram.cdf(edge) for edge in edges])
    return Distribution(found.shape, histogram.atoms, float(np.max(np.abs(fitted.cdf(edges) - stated))), found)


def _family(name: str, p: Floats, x: Floats, lower: float, upper: float) -> FamilyFit:
    found = fit_family(name, p, x, lower, upper)
    miss = float(np.max(np.abs(found.shape.tails(x)[0] - p)))
    if name == "metalog" and miss > METALOG_MISS:
        msg = (
            f"no metalog goes through these points: the one of {len(p)} terms decreases somewhere, and the nearest "
            f"with fewer ({len(found.parameters)}) misses a stated probability by {miss:.2f}; leave `fit` away"
        )
        raise MisfitError(msg)
    return found

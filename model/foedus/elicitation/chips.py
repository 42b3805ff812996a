"""Chips laid on bins or levels, and probabilities given to levels: histograms and vectors.

A closed bin is uniform. An open bin runs to the bound of the question, or falls off exponentially with the
density of the bin beside it at their common edge, so that the picture an expert laid has no jump there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from foedus.elicitation.fit import SLACK, Atoms, Distribution, MisfitError, checked_atoms
from foedus.elicitation.shapes import Floats, Histogram

_SUM = 1e-6  # by how much the stated probabilities of levels may miss 1


def fit_chips(
    bins: Sequence[tuple[float, float]],
    counts: ArrayLike,
    *,
    lower: float = -np.inf,
    upper: float = np.inf,
    atoms: Atoms = (),
) -> Distribution:
    """Histogram from chips on bins.

    Parameters
    ----------
    bins : sequence of (lo, hi) [k]
        P(lo < X <= hi) is the bin's share of the chips (the first bin holds its lower end too); infinite
        where open; any order; gaps hold nothing.
    counts : array [k]
        Chips on each bin.
    lower, upper : float
        Bounds of the support; an open bin ends there.
    atoms : tuple of (value, probability)
        Values that carry probability of their own, as a part of the whole and of their bin's share.

    Returns
    -------
    Distribution

    Raises
    ------
    MisfitError
        Bins that overlap or leave the bounds, no chips, an open bin with nothing to take its tail from, an
        atom that holds more than its bin; `row` counts the bins in the order given.
    """
    share = _shares(counts)
    order = sorted(range(len(share)), key=lambda k: bins[k])
    lo, hi = _ends([bins[k] for k in order], order, lower, upper)
    atoms = checked_atoms(atoms, lower, upper)
    stated, mass = share[order], share[order].copy()
    for v, a in atoms:
        k = int(np.searchsorted(hi, v))
        if k == len(hi) or not (lo[k] < v or (k == 0 and lo[0] == v)) or mass[k] < a - SLACK:
            msg = f"the value {{value}} is given {a:g} exactly, more than the chips on its bin hold"
            raise MisfitError(msg, order[min(k, len(hi) - 1)], value=v)
        mass[k] = max(mass[k] - a, 0.0)
    if mass.sum() <= SLACK:
        return _with_residual(Distribution(None, atoms), lo, hi, stated)
    mass /= mass.sum()
    rate = _rates(np.array([bins[k] for k in order]), lo, hi, mass, order)
    return _with_residual(Distribution(Histogram(lo, hi, mass, rate), atoms), lo, hi, stated)


def _with_residual(fitted: Distribution, lo: Floats, hi: Floats, stated: Floats) -> Distribution:
    below = np.concatenate(([0.0], np.cumsum(stated)[:-1]))
    upto = np.abs(fitted.cdf(hi) - np.cumsum(stated))
    before = np.abs((fitted.cdf_left(lo[:1]) if len(lo) else 0.0) - below[:1])
    return Distribution(fitted.shape, fitted.atoms, float(max(upto.max(), before.max())))


def _shares(counts: ArrayLike) -> Floats:
    n = np.asarray(counts, dtype=float)
    bad = np.flatnonzero(~(n >= 0) | np.isinf(n))
    if len(bad):
        msg = f"a number of chips is 0 or more, got {n[bad[0]]:g}"
        raise MisfitError(msg, int(bad[0]))
    if n.sum() <= 0:
        msg = "there is not a single chip on the bins; lay at least one"
        raise MisfitError(msg)
    return np.asarray(n / n.sum())


def _ends(bins: list[tuple[float, float]], order: list[int], lower: float, upper: float) -> tuple[Floats, Floats]:
    lo, hi = (np.array(ends, dtype=float) for ends in zip(*bins, strict=True))
    for k in range(len(lo)):
        if not lo[k] < hi[k]:
            msg = "the bin {lo}..{hi} is empty; write the smaller end first"
        elif (np.isfinite(lo[k]) and lo[k] < lower) or (np.isfinite(hi[k]) and hi[k] > upper):
            msg = "the bin {lo}..{hi} leaves the bounds {lower} to {upper}"
        elif max(lo[k], lower) >= min(hi[k], upper):
            msg = "the open bin {lo}..{hi} has no room inside the bounds {lower} to {upper}"
        elif k and lo[k] < hi[k - 1]:
            msg = "the bin {lo}..{hi} overlaps the one before it"
        else:
            continue
        raise MisfitError(msg, order[k], lo=lo[k], hi=hi[k], lower=lower, upper=upper)
    return np.maximum(lo, lower), np.minimum(hi, upper)


def _rates(stated: Floats, lo: Floats, hi: Floats, mass: Floats, order: list[int]) -> Floats:
    """Rate of the exponential in each bin; 0 for a closed one."""
    rate = np.zeros(len(lo))
    with np.errstate(invalid="ignore"):
        density = mass / (hi - lo)
    last = len(lo) - 1
    for k, beside, touches, sign, is_open in (
        (0, 1, last > 0 and hi[0] == lo[min(1, last)], -1.0, np.isinf(stated[0, 0])),
        (last, last - 1, last > 0 and lo[last] == hi[last - 1], 1.0, np.isinf(stated[last, 1])),
    ):
        if not is_open:
            continue
        edge = density[beside] if touches else 0.0
        rate[k] = sign * _decay(edge, mass[k], hi[k] - lo[k])
        if np.isinf(hi[k] - lo[k]) and not (edge > 0 and mass[k] > 0):
            if mass[k] > 0:
                msg = "an open bin takes its tail from the bin beside it: close it, or lay a chip on that one"
                raise MisfitError(msg, order[k])
            rate[k] = sign
    return rate


def _decay(edge: float, mass: float, width: float) -> float:
    """Rate k of a density that starts at `edge` and holds `mass` within `width`: mass k / (1 - e^(-k w)) = edge."""
    if mass <= 0 or edge <= 0 or edge * width <= mass:
        return 0.0  # more than the neighbour's density would fill: uniform up to the bound
    if np.isinf(width):
        return edge / mass
    low, high = 0.0, edge / mass
    for _ in range(200):
        k = (low + high) / 2
        if k * mass < -np.expm1(-k * width) * edge:
            low = k
        else:
            high = k
    return (low + high) / 2


def fit_timing(given_it_happens: Distribution, first: int, n: int, never: float) -> Floats:
    """Probability of each day and of never, from the distribution of the day given that it happens.

    Parameters
    ----------
    given_it_happens : Distribution
        Of the day number, on (first - 1, n]; P(T <= i) is its cdf at i.
    first, n : int
        First day that can still happen, and last day of the window (day 1 is the day after it opens).
    never : float
        Probability that it does not happen within the window.

    Returns
    -------
    array [n + 1]
        Days 1..n, then never; sums to 1; exactly 0 before `first`.
    """
    day = np.arange(1, n + 1, dtype=float)
    inside = np.where(day >= first, given_it_happens.mass(day - 1, day), 0.0)
    return np.append((1 - never) * inside / inside.sum(), never)


def fit_levels(probabilities: ArrayLike) -> Floats:
    """Probabilities of levels; a level that was left out is NaN and counts 0 if the rest sums to 1.

    Parameters
    ----------
    probabilities : array [K]
        Stated probabilities, NaN where missing.

    Returns
    -------
    array [K]
        Sums to 1.

    Raises
    ------
    MisfitError
        The sum is not 1 within 1e-6.
    """
    p = np.asarray(probabilities, dtype=float)
    total = float(np.nansum(p))
    if abs(total - 1) > _SUM:
        left_out = int(np.isnan(p).sum())
        msg = f"the probabilities of the levels sum to {total:g}, not 1"
        raise MisfitError(msg + (f" ({left_out} of {len(p)} levels have no row)" if left_out else ""))
    return np.asarray(np.nan_to_num(p) / total)

"""What stands around a pooling rule: who is left of the panel, the error that all experts share, and raking.

The shared error is recentred in closed form; raking moves many drawn priors as little as possible so that their
weighted mean is the pool again, exactly. The rules themselves are in `foedus.elicitation.pooling`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from foedus.elicitation.copula import score
from foedus.elicitation.shapes import Floats
from foedus.errors import DegenerateDraws

_NARROW = 1e-6  # below this part of either tail a cell is too narrow for a difference of cumulatives
_SWEEPS = 5000
_RELATIVE = 1e-14
_TINY = 1e-250


def weights_present(weights: Floats, experts: Sequence[str], answered: Sequence[str]) -> Floats:
    """Weights of the experts who answered, made to sum to 1 again in every draw.

    Parameters
    ----------
    weights : array [experts, draws]
        Weights of the whole panel.
    experts, answered : sequence of str
        Names of the rows, and of the rows wanted, in the order wanted.

    Returns
    -------
    array [answered, draws]
        Each column sums to 1.

    Raises
    ------
    DegenerateDraws
        In some draw nobody who answered has any weight.
    """
    row = {name: k for k, name in enumerate(experts)}
    present = weights[[row[name] for name in answered]]
    total = present.sum(axis=0)
    if np.any(total <= 0):
        msg = f"none of those who answered ({', '.join(answered)}) has any weight"
        raise DegenerateDraws(msg)
    return np.asarray(present / total)


def probit_sd(log_odds_sd: float) -> float:
    """Convert a standard deviation in log-odds to the probit scale, the same at even odds.

    There d logit(p) = 4 dp and d probit(p) = sqrt(2 pi) dp.
    """
    return log_odds_sd * float(np.sqrt(2 * np.pi)) / 4


def shared_error(pooled: Floats, shift: Floats, sd: float) -> Floats:
    """Move an ordered prior by an error that all experts share, so that its mean over the error stays.

    With F the cumulative along the cells, F' = Phi(sqrt(1 + sd^2) Phi^-1(F) - sd shift); for shift ~ N(0, 1)
    E[Phi(a - sd shift)] = Phi(a / sqrt(1 + sd^2)), hence E[F'] = F. Either tail is taken from its own
    side, and a cell too narrow for a difference from the derivative, so that no cell with probability loses it
    and a cell of probability 0 keeps exactly 0.

    Parameters
    ----------
    pooled : array [cells, draws]
        Each column sums to 1; cells in order.
    shift : array [draws]
        The shared error, standard normal; positive moves towards the last cell.
    sd : float
        Its standard deviation on the probit scale (`probit_sd`).

    Returns
    -------
    array [cells, draws]
        Each column sums to 1 within rounding.
    """
    if sd == 0:
        return pooled.copy()
    none = np.zeros((1, pooled.shape[1]))
    below = np.concatenate((none, np.cumsum(pooled, axis=0)))
    above = np.concatenate((np.cumsum(pooled[::-1], axis=0)[::-1], none))
    stretch, z = np.sqrt(1 + sd**2), score(below, above)
    moved = stretch * z - sd * shift
    lower, upper = ndtr(moved), ndtr(-moved)
    cell = np.where(moved[:-1] > 0, upper[:-1] - upper[1:], lower[1:] - lower[:-1])
    narrow = (pooled > 0) & (pooled < _NARROW * np.minimum(below[:-1], above[1:]))
    if np.any(narrow):
        draw = np.nonzero(narrow)[1]
        middle = (z[:-1][narrow] + z[1:][narrow]) / 2
        there = stretch * middle - sd * shift[draw]
        cell[narrow] = pooled[narrow] * stretch * np.exp((middle**2 - there**2) / 2)
    return np.asarray(np.where(pooled > 0, np.maximum(cell, 0.0), 0.0))


def shared_error_nominal(pooled: Floats, errors: Floats, sd: float) -> Floats:
    """Move an unordered prior by independent log-ratio errors; its mean is restored by `rake`.

    Parameters
    ----------
    pooled : array [cells, draws]
        Each column sums to 1.
    errors : array [cells, draws]
        Standard normal.
    sd : float
        Standard deviation of the log-odds between two cells; each cell's own is sd / sqrt(2).

    Returns
    -------
    array [cells, draws]
        Each column sums to 1.
    """
    moved = pooled * np.exp(errors * (sd / np.sqrt(2)))
    return np.asarray(moved / moved.sum(axis=0))


def rake(pi: Floats, target: Floats, v: Floats) -> Floats:
    """Scale rows and columns until every draw sums to 1 and the weighted mean of the draws is the target.

    Iterative proportional fitting (Deming & Stephan 1940); the result is the closest table in relative
    entropy. Cells of probability 0 stay 0.

    Parameters
    ----------
    pi : array [cells, draws]
        Drawn priors, columns sum to 1 (about).
    target : array [cells]
        Their mean to be, sums to 1.
    v : array [draws]
        Weights of the draws, not negative.

    Returns
    -------
    array [cells, draws]
        Columns sum to 1; `result @ v / v.sum()` is the target to 1e-14 relative, or a few roundings of a
        sum over the draws where that is more.

    Raises
    ------
    DegenerateDraws
        No such table: a cell that should have probability has it in no draw, a draw has none where
        the target has some, or the zeros leave no room.
    """
    target, v = target / target.sum(), v / v.sum()
    start = np.where(target[:, None] > 0, pi, 0.0)
    if np.any((start @ v <= 0) & (target > 0)) or np.any(start.sum(axis=0) <= 0):
        msg = "raking can't reach the pool: an outcome has probability in the pool and in no draw, or the reverse"
        raise DegenerateDraws(msg)
    enough = max(_RELATIVE, np.finfo(float).eps * np.sqrt(len(v)) / 2)
    row, column, wanted = np.ones(len(target)), 1 / start.sum(axis=0), target > 0
    for _ in range(_SWEEPS):
        mean = row * (start @ (column * v))
        off = np.max(np.abs(mean[wanted] / target[wanted] - 1))
        if off <= enough:
            return np.asarray(row[:, None] * start * column)
        row = np.where(wanted, row * target / np.where(wanted, mean, 1.0), 0.0)
        scale = row @ start
        if scale.min() < _TINY:
            break
        column = 1 / scale
    msg = f"raking stopped {off:.1g} (relative) away from the pool: its zeros leave no room"
    raise DegenerateDraws(msg)

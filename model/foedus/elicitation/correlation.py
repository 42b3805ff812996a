"""Correlation matrices: completed where nobody judged, repaired where judgments contradict each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foedus.elicitation.shapes import Floats
from foedus.errors import DegenerateDraws

FLOOR = 1e-6  # smallest eigenvalue that is left
_EXACT = 1e-13
_NEWTON = 300
_PROJECTIONS = 20000


def complete(R: Floats) -> Floats:
    """Fill the pairs nobody judged so that the determinant is largest (least information).

    The inverse of the result is zero at those pairs (Dempster 1972, covariance selection): given the rest they
    are independent. Solved in the inverse K by Newton's method with the damping of a self-concordant
    function: K minimises tr(K R) - log det K over the judged entries.

    Parameters
    ----------
    R : array [Q, Q]
        Symmetric, ones on the diagonal, NaN for pairs nobody judged.

    Returns
    -------
    array [Q, Q]
        Positive definite; judged entries as they were.

    Raises
    ------
    DegenerateDraws
        No positive definite matrix has the judged entries.
    """
    known = ~np.isnan(R)
    rows, columns = np.nonzero(np.triu(known))
    wanted, size = R[rows, columns], np.where(rows == columns, 1.0, 2.0)
    K = np.eye(len(R))
    for _ in range(_NEWTON):
        W = np.linalg.inv(K)
        gap = wanted - W[rows, columns]
        if np.max(np.abs(gap)) <= _EXACT * (1 + 1e-3 * float(np.abs(K).max())):
            return np.where(known, R, (W + W.T) / 2)
        crossed = W[np.ix_(rows, rows)] * W[np.ix_(columns, columns)]
        crossed += W[np.ix_(rows, columns)] * W[np.ix_(columns, rows)]
        gradient = size * gap
        try:
            step = np.linalg.solve(np.outer(size, size) / 2 * crossed, gradient)
        except np.linalg.LinAlgError:
            break
        decrement = float(np.sqrt(np.abs(step @ gradient)))
        if not np.isfinite(decrement) or np.max(np.abs(K)) > 1 / (FLOOR * 1e-4):
            break
        step /= 1.0 if decrement < 0.25 else 1 + decrement
        K[rows, columns] -= step
        K[columns, rows] = K[rows, columns]
    msg = "the judged correlations fit no positive definite matrix"
    raise DegenerateDraws(msg)


def nearest(R: Floats) -> tuple[Floats, float, tuple[int, int] | None]:
    """Nearest correlation matrix in the Frobenius norm, with no eigenvalue under 1e-6.

    Higham (2002): alternating projections on the two convex sets, with Dykstra's correction.

    Parameters
    ----------
    R : array [Q, Q]
        Symmetric.

    Returns
    -------
    R : array [Q, Q]
        Correlation matrix; the argument itself where that is one already.
    largest_change : float
        Largest absolute change of an entry.
    pair : (int, int) or None
        Where it is; None without a change.

    Raises
    ------
    DegenerateDraws
        The projections did not settle.
    """
    if np.all(np.diag(R) == 1) and np.linalg.eigvalsh(R)[0] >= FLOOR:
        return R.copy(), 0.0, None
    Y, correction = R.copy(), np.zeros_like(R)
    for _ in range(_PROJECTIONS):
        shifted = Y - correction
        values, vectors = np.linalg.eigh(shifted)
        X = (vectors * np.maximum(values, FLOOR)) @ vectors.T
        correction = X - shifted
        before, Y = Y, X.copy()
        np.fill_diagonal(Y, 1.0)
        if np.max(np.abs(Y - before)) <= 1e-12:
            break
    else:
        msg = "the repair of the correlations did not settle"
        raise DegenerateDraws(msg)
    return _reported(R, _floored((Y + Y.T) / 2))


def _floored(R: Floats) -> Floats:
    """Mix in as much of the identity as lifts the smallest eigenvalue to the floor."""
    least = float(np.linalg.eigvalsh(R)[0])
    if least >= FLOOR:
        return R
    part = (FLOOR - least) / (1 - least)
    return np.asarray((1 - part) * R + part * np.eye(len(R)))


def _reported(before: Floats, after: Floats) -> tuple[Floats, float, tuple[int, int] | None]:
    change = np.triu(np.nan_to_num(np.abs(after - before)), 1)
    i, j = (int(k) for k in np.unravel_index(int(np.argmax(change)), change.shape))
    return after, float(change[i, j]), (i, j) if change[i, j] > 0 else None


def repair(R: Floats) -> tuple[Floats, float, tuple[int, int] | None]:
    """Complete a partly judged matrix, moving the judged entries as little as needed.

    Parameters
    ----------
    R : array [Q, Q]
        As for `complete`.

    Returns
    -------
    R : array [Q, Q]
        Correlation matrix, smallest eigenvalue 1e-6 or more.
    largest_change : float
        Largest absolute change of a judged entry.
    pair : (int, int) or None
        Where it is; None without a change.
    """
    known: NDArray[np.bool_] = ~np.isnan(R)
    try:
        full = complete(R)
        if np.linalg.eigvalsh(full)[0] >= FLOOR:
            return full, 0.0, None
    except DegenerateDraws:
        pass
    filled = np.where(known, R, 0.0)
    for _ in range(200):  # majorisation: what nobody judged follows the repair, so only judged entries cost
        repaired, _, _ = nearest(filled)
        again = np.where(known, R, repaired)
        settled = np.max(np.abs(again - filled)) < 1e-9
        filled = again
        if settled:
            break
    return _reported(R, _floored(complete(np.where(known, repaired, np.nan))))


def feasible(R: Floats, i: int, j: int) -> tuple[float, float]:
    """Interval in which the entry (i, j) may lie, the rest staying as it is.

    With A the other rows and columns, r_ij lies within sqrt((1 - a_i A^-1 a_i) (1 - a_j A^-1 a_j)) of a_i A^-1 a_j.

    Parameters
    ----------
    R : array [Q, Q]
        Symmetric, ones on the diagonal, no NaN.
    i, j : int
        The pair.

    Returns
    -------
    (float, float)
        Ends of the open interval; NaN where nothing fits because the rest contradicts itself.
    """
    others = [k for k in range(len(R)) if k not in {i, j}]
    if not others:
        return -1.0, 1.0
    A = R[np.ix_(others, others)]
    if np.linalg.eigvalsh(A)[0] <= 0:
        return np.nan, np.nan
    solved = np.linalg.solve(A, R[np.ix_(others, [i, j])])
    explained = R[np.ix_(others, [i, j])].T @ solved
    room = (1 - explained[0, 0], 1 - explained[1, 1])
    if min(room) <= 0:
        return np.nan, np.nan
    width = float(np.sqrt(room[0] * room[1]))
    middle = float(explained[0, 1])
    return middle - width, middle + width

"""Scrambled Sobol points, a set of its own for every parameter draw.

`scipy.stats.qmc` has the same points, one set at a time and at half the cost of a cold start; here all
sets are scrambled in one pass. Direction numbers: Joe and Kuo (2008), new-joe-kuo-6. Scrambling: random
lower-triangular matrices and digital shifts (Matousek 1998).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

BITS = 32
_PRIMITIVE = (1, 3, 7, 11, 13, 19, 25, 37, 41, 47, 55, 59, 61, 67, 91, 97, 103, 109, 115, 131, 137, 143, 145, 157, 167,
              171, 185, 191, 193, 203, 211, 213)  # fmt: skip
_INITIAL = (
    (1,), (1,), (1, 3), (1, 3, 1), (1, 1, 1), (1, 1, 3, 3), (1, 3, 5, 13), (1, 1, 5, 5, 17), (1, 1, 5, 5, 5),
    (1, 1, 7, 11, 19), (1, 1, 5, 1, 1), (1, 1, 1, 3, 11), (1, 3, 5, 5, 31), (1, 3, 3, 9, 7, 49),
    (1, 1, 1, 15, 21, 21), (1, 3, 1, 13, 27, 49), (1, 1, 1, 15, 7, 5), (1, 3, 1, 15, 13, 25), (1, 1, 5, 5, 19, 61),
    (1, 3, 7, 11, 23, 15, 103), (1, 3, 7, 13, 13, 15, 69), (1, 1, 3, 13, 7, 35, 63), (1, 3, 5, 9, 1, 25, 53),
    (1, 3, 1, 13, 9, 35, 107), (1, 3, 1, 5, 27, 61, 31), (1, 1, 5, 11, 19, 41, 61), (1, 3, 5, 3, 3, 13, 69),
    (1, 1, 7, 13, 1, 19, 1), (1, 3, 7, 5, 13, 19, 59), (1, 1, 3, 9, 25, 29, 41), (1, 3, 5, 13, 23, 1, 55),
    (1, 3, 7, 3, 13, 59, 17),
)  # fmt: skip
DIMENSIONS = len(_PRIMITIVE)


@cache
def _direction_numbers(dimension: int) -> tuple[int, ...]:
    """Return the `BITS` direction numbers of one dimension, the first in the highest bit."""
    if dimension == 0:
        return tuple(1 << (BITS - 1 - i) for i in range(BITS))
    polynomial, start = _PRIMITIVE[dimension], _INITIAL[dimension]
    degree = polynomial.bit_length() - 1
    m = list(start[:degree])
    for i in range(degree, BITS):
        new = m[i - degree] ^ (m[i - degree] << degree)
        for k in range(1, degree):
            if (polynomial >> (degree - k)) & 1:
                new ^= m[i - k] << k
        m.append(new)
    return tuple(value << (BITS - 1 - i) for i, value in enumerate(m))


def _scrambled(columns: NDArray[np.uint32], rng: np.random.Generator, sets: int) -> NDArray[np.uint32]:
    """Multiply direction numbers [D, B] by a random lower-triangular matrix for each set: [D, B, sets]."""
    dims, bits = columns.shape
    out = np.zeros((dims, bits, sets), np.uint32)
    for bit in range(BITS):  # column `bit` of the matrix, counted from the highest
        position = np.uint32(1 << (BITS - 1 - bit))
        below = rng.integers(0, int(position), size=(dims, 1, sets), dtype=np.uint32)
        out ^= np.where((columns & position)[:, :, None] != 0, below | position, np.uint32(0))
    return out


def sobol(rng: np.random.Generator, dimensions: int, points: int, sets: int) -> NDArray[np.float64]:
    """Return independently scrambled Sobol sets, [dimensions, points, sets], inside (0, 1).

    Parameters
    ----------
    points : int
        A power of two.
    sets : int
        How many independent scrambles. Dimensions past the 32nd are plain random numbers.

    Raises
    ------
    ValueError
        If `points` is not a power of two.
    """
    bits = points.bit_length() - 1
    if points != 1 << bits:
        msg = f"points must be a power of two, got {points}"
        raise ValueError(msg)
    dims = min(dimensions, DIMENSIONS)
    columns = np.array([_direction_numbers(d)[: max(bits, 1)] for d in range(dims)], np.uint32)
    directions = _scrambled(columns, rng, sets)
    state = rng.integers(0, 1 << BITS, size=(dims, sets), dtype=np.uint32)  # the digital shift
    out = np.empty((dimensions, points, sets))
    out[:dims, 0] = state
    for i in range(1, points):  # Gray code: one direction number a step
        state = state ^ directions[:, (i & -i).bit_length() - 1]
        out[:dims, i] = state
    out[:dims] = (out[:dims] + 0.5) / 2.0**BITS
    if dimensions > dims:
        out[dims:] = rng.random(size=(dimensions - dims, points, sets))
    return out

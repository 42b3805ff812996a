"""What a discrepancy counts: the pair in place of its lines, as far as every line is so; and what its absence counts.

Both texts have to be told truly for a discrepancy to be there. With credences r_k that are independent given who
reports, and factors l_k of the lines and d of the discrepancy, each of mean 1 under the pool, the factor is the mixture
over which lines are so: d where all are, the product of the lines that are where some are, 1 where none is,

    prod_k (r_k l_k + 1 - r_k) + prod_k r_k (d - prod_k l_k).

So its credence is the product prod_k r_k, and what is left of it is not lost: a rumour of what one side left out takes
nothing from what the other side is known to have said, and with a credence of 0 it changes nothing at all.

Where the lines show none of the discrepancies that they could, with probabilities p_i, of which the lines by themselves
would make q_i, they count line by line, times

    (1 - sum_i p_i) / (1 - sum_i q_i)

with the same credence: then the probabilities of all patterns sum to 1 on every course.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from foedus.news.evidence import Evidence
from foedus.problem.types import Contribution, Floats

_LEAST = 1e-6  # of a probability of none, where draws of several together come to more than 1
UNTOLD = 0.5  # probability of a line whose code says nothing on the question


def discrepancy(pair: Floats, lines: Sequence[tuple[Floats | float, Floats]]) -> Floats:
    """Return the factor of a discrepancy.

    Parameters
    ----------
    pair : array [G, ...]
        Factor of the discrepancy where every line is so, of mean 1.
    lines : sequence of (credence [...], factor [G, ...])
    """
    alone, together = np.ones_like(pair), np.ones_like(pair)
    sure: Floats | float = 1.0
    for credence, line in lines:
        alone, sure, together = alone * (credence * line + 1 - credence), sure * credence, together * line
    return np.asarray(alone + sure * (pair - together))


def none_of(
    discrepancies: Sequence[Floats], lines: Sequence[tuple[int, Floats | float]], patterns: Sequence[Sequence[int]]
) -> Floats:
    """Return how much likelier it is that there is none of some discrepancies than the lines by themselves say.

    Parameters
    ----------
    discrepancies : sequence of array [G, ...]
        Probability of each.
    lines : sequence of (observed, probability [G, ...])
        Whether each line is there (1) or not (-1), and the probability that it is as it is.
    patterns : sequence of sequence of int
        For each discrepancy, whether each line would be there (1) or not (-1).
    """
    given, by_lines = np.zeros_like(discrepancies[0]), np.zeros_like(discrepancies[0])
    for probability, pattern in zip(discrepancies, patterns, strict=True):
        product: Floats | float = 1.0
        for (observed, p), there in zip(lines, pattern, strict=True):
            product = product * (p if observed == there else 1 - p)
        given, by_lines = given + probability, by_lines + product
    return np.asarray(np.maximum(1 - given, _LEAST) / np.maximum(1 - by_lines, _LEAST))


def in_place_of_lines(own: Sequence[Contribution], evidence: Evidence) -> list[Contribution]:
    """Take from each line what its discrepancy counts on the same question; one that is void takes nothing."""
    place = {id(unit): u for u, unit in enumerate(evidence.units)}
    taken: dict[int, tuple[str, str]] = {}
    for c in own:
        unit = evidence.units[c.unit]
        if unit.in_place_of_lines and c.exponent > 0:
            for line in unit.lines:
                others = [other.ids[0] for other in unit.lines if other is not line]
                taken[place[id(line)]] = others[0], f"one discrepancy with {', '.join(others)} ({c.code})"
    return [_taken(c, *taken[c.unit]) if c.unit in taken else c for c in own]


def _taken(c: Contribution, into: str, why: str) -> Contribution:
    return replace(c, exponent=0.0, notes=(why, *c.notes), echo=(into, "discrepancy"))

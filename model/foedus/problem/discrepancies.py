"""What a discrepancy counts: the pair in place of its lines, as far as every line is so.

Both texts have to be told truly for the discrepancy to be there. With credences r_k that are independent given who
reports, and factors l_k of the lines and d of the discrepancy, each of mean 1 under the pool, the factor is the mixture
over which lines are so: d where all are, the product of the lines that are where some are, 1 where none is,

    prod_k (r_k l_k + 1 - r_k) + prod_k r_k (d - prod_k l_k).

So its credence is the product prod_k r_k, and what is left of it is not lost: a rumour of what one side left out takes
nothing from what the other side is known to have said, and with a credence of 0 it changes nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from foedus.news.evidence import Evidence
from foedus.problem.types import Contribution, Floats


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


def in_place_of_lines(own: Sequence[Contribution], evidence: Evidence) -> list[Contribution]:
    """Take from each line what its discrepancy counts on the same question; one that is void takes nothing."""
    place = {id(unit): u for u, unit in enumerate(evidence.units)}
    taken: dict[int, str] = {}
    for c in own:
        unit = evidence.units[c.unit]
        if unit.lines and c.exponent > 0:
            for line in unit.lines:
                others = ", ".join(other.ids[0] for other in unit.lines if other is not line)
                taken[place[id(line)]] = f"one discrepancy with {others} ({c.code})"
    return [replace(c, exponent=0.0, notes=(taken[c.unit], *c.notes)) if c.unit in taken else c for c in own]

"""Which signals several coders read, and whether these look like a random sample of all.

Agreement on signals that were picked (the hard ones, the first ones) is agreement on those. Nothing in a case tells how
they were chosen, so that what can be seen is compared: what they say, who reports them, and when.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from foedus.case.types import Signal
from foedus.news.coders.readings import Readings

Floats = NDArray[np.float64]
LEVEL = 0.05  # chance of calling a random sample a picked one, over all comparisons together
ENOUGH = 5  # read by several and by one, each: with fewer there is nothing to compare
SUGGESTED = 20
_SHUFFLES = 4999


@dataclass(frozen=True)
class Sample:
    """Signals that several coders read among all.

    Attributes
    ----------
    several, all : int
        How many.
    verdict : {"all", "few", "random", "picked"}
        Whether all were; whether there are too few to tell; whether they look like a random sample.
    chances : mapping of str to float
        Of each comparison (code, source, published), how often a random sample would differ as much from the rest.
    """

    several: int
    all: int
    verdict: Literal["all", "few", "random", "picked"]
    chances: dict[str, float]


def sample(found: Readings, rng: np.random.Generator) -> Sample:
    """Compare what several coders read with what one did."""
    rows = [next(iter(rows.values())) for rows in found.before.values()]
    chosen = np.array([len(by) > 1 for by in found.before.values()])
    n = int(chosen.sum())
    if n == len(rows):
        return Sample(n, n, "all", {})
    if min(n, len(rows) - n) < ENOUGH:
        return Sample(n, len(rows), "few", {})
    shuffled = rng.permuted(np.tile(chosen, (_SHUFFLES, 1)), axis=1)
    both = np.vstack([chosen, shuffled])
    when = np.array([row.published.at.timestamp() for row in rows])
    rank = np.argsort(np.argsort(when, kind="stable"))
    measures = {
        "code": _unlike(both, [row.code for row in rows]),
        "source": _unlike(both, [row.source for row in rows]),
        "published": np.abs(both @ (rank - rank.mean())),
    }
    chances = {name: float((x >= x[0] * (1 - 1e-12)).mean()) for name, x in measures.items()}
    picked = min(chances.values()) < LEVEL / len(chances)
    return Sample(n, len(rows), "picked" if picked else "random", chances)


def _unlike(chosen: NDArray[np.bool_], values: Sequence[Hashable]) -> Floats:
    """Pearson's chi-square of who was chosen against a category, up to a constant: [shuffles]."""
    kinds = {value: k for k, value in enumerate(dict.fromkeys(values))}
    member = np.zeros((len(values), len(kinds)))
    member[np.arange(len(values)), [kinds[value] for value in values]] = 1
    expected = chosen[0].mean() * member.sum(axis=0)
    return np.asarray((np.square(chosen @ member - expected) / expected).sum(axis=1))


def suggested(signals: Sequence[Signal], rng: np.random.Generator) -> tuple[str, ...]:
    """Draw signals at random that a second coder might read, in the order of the file."""
    names = list(dict.fromkeys(signal.id for signal in signals if signal.status == "active"))
    drawn = rng.choice(len(names), size=min(SUGGESTED, len(names)), replace=False)
    return tuple(names[i] for i in sorted(drawn))

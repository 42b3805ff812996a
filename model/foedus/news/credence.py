"""Admiralty letter and number -> the prior of a credence: the chance that a report reflects a real event.

A letter is a prior with a spread of its own; F and 6 mean "cannot be judged", which is the middle with
a wide spread and not the bottom of the scale (Mandel, Irwin, Dhami and Budescu 2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from foedus.case.types import Band, Source

Z90 = 1.6448536269514722  # a 90 % band is the middle plus or minus this many standard deviations

LETTERS: dict[str, tuple[float, float]] = {  # median credence, sd of its log-odds
    "A": (0.95, 0.4),
    "B": (0.85, 0.4),
    "C": (0.70, 0.4),
    "D": (0.45, 0.5),
    "E": (0.20, 0.6),
    "F": (0.60, 1.0),
}
NUMBERS: dict[str, tuple[float, float]] = {  # shift of the log-odds, further sd
    "1": (1.0, 0.0),
    "2": (0.5, 0.0),
    "3": (0.0, 0.0),
    "4": (-1.0, 0.0),
    "5": (-2.0, 0.0),
    "6": (0.0, 0.5),
}
_EDGE = 1e-9
Origins = Sequence[tuple[bool, NDArray[np.intp]]]


@dataclass(frozen=True)
class CredencePrior:
    """Credence = expit(location + scale * xi), xi ~ N(0, 1); `certain` holds it fixed.

    A band has one scale on each side of its middle.
    """

    location: float
    scale_below: float
    scale_above: float
    certain: float | None = None

    @property
    def median(self) -> float:
        """Median credence."""
        return self.certain if self.certain is not None else 1 / (1 + exp(-self.location))


def logit(p: float) -> float:
    """Log-odds of a probability, held off 0 and 1 by 1e-9."""
    p = min(max(p, _EDGE), 1 - _EDGE)
    return log(p / (1 - p))


def _from_band(band: Band) -> CredencePrior:
    if band.certain:
        return CredencePrior(logit(band.middle), 0.0, 0.0, certain=band.middle)
    middle = logit(band.middle)
    return CredencePrior(middle, (middle - logit(band.low)) / Z90, (logit(band.high) - middle) / Z90)


def credence_prior(source: Source, credibility: str | None) -> CredencePrior:
    """Return the prior of the credence of a report by `source` graded `credibility` (1-6 or None).

    A `credence` in the codebook overrides letter and number; a report that nobody graded is a 6.
    """
    if source.credence is not None:
        return _from_band(source.credence)
    median, sd = LETTERS[source.reliability]
    shift, further = NUMBERS[credibility or "6"]
    scale = (sd**2 + further**2) ** 0.5
    return CredencePrior(logit(median) + shift, scale, scale)


def event_credence(origins: Origins, credences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Credence of an event: the best origin's, or 1 - prod(1 - r) over origins that had their own access.

    Parameters
    ----------
    origins : sequence of (independent, indices)
        Credences of the reports of each origin; the best of them counts.
    credences : array [S, ...]

    Returns
    -------
    array [...]
    """
    best = [(independent, credences[indices].max(axis=0)) for independent, indices in origins]
    out = np.max([r for _, r in best], axis=0)
    any_of_them = np.zeros_like(out)
    for independent, r in best:
        if independent:
            any_of_them = any_of_them + r * (1 - any_of_them)  # one that is never true changes not even a rounding
    return np.asarray(np.maximum(out, any_of_them))

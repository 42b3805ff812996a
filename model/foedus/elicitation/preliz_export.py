"""A pooled prior as a distribution of PreliZ, for those who carry on there; needs the optional package `preliz`.

No family of PreliZ is a pool: a pool is a mixture of what several people said. So it goes over as what it is, days and
levels as a categorical, a quantity as a mixture of uniforms over its fine cells, and the residual is measured on the
finished object. Whoever wants one family fits it to that (`preliz.match_quantiles`) and asks `lost` what it costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from foedus.elicitation.shapes import Floats
from foedus.errors import FoedusError

ROUNDING = 1e-9  # residual above which a distribution is not the pool


@dataclass(frozen=True, eq=False)
class PrelizPrior:
    """A pooled prior in PreliZ.

    Attributes
    ----------
    distribution : preliz.Categorical or preliz.Mixture
        Outcome i of a categorical is `outcomes[i]`; a mixture is in the unit of the question.
    outcomes : tuple of str
        Days as ISO dates and then `never`; levels; empty for a quantity.
    residual : float
        Largest difference of its distribution function from the pool's.
    at, upto : array [P]
        Where the distribution function is compared, and the pool's there.
    """

    distribution: Any
    outcomes: tuple[str, ...]
    residual: float
    at: Floats
    upto: Floats

    def lost(self, other: Any) -> float:
        """Return the largest difference of the distribution function of another distribution of PreliZ from the pool's.

        Parameters
        ----------
        other : preliz distribution
            In the same unit (for days and levels: the same numbers from 0), with all of its parameters.

        Examples
        --------
        >>> family = preliz.match_quantiles(prior.distribution, preliz.SkewNormal(), plot=False)  # doctest: +SKIP
        >>> prior.lost(family)  # doctest: +SKIP
        0.043
        """
        found = np.asarray(other.cdf(self.at), dtype=float)
        if not np.isfinite(found).all():
            msg = f"{other} gives no probabilities: are all of its parameters set?"
            raise FoedusError(msg)
        return float(np.abs(found - self.upto).max())


def categorical(probability: Floats, outcomes: tuple[str, ...]) -> PrelizPrior:
    """Return outcomes 0, 1, ... with probabilities [F] as `preliz.Categorical`; nothing is lost."""
    at = np.arange(len(probability), dtype=float)
    return _checked(_preliz().Categorical(p=probability), outcomes, at, np.cumsum(probability))


def mixture(probability: Floats, lower: Floats, upper: Floats) -> PrelizPrior:
    """Return bins [F], each with width, as `preliz.Mixture` of uniforms; nothing is lost."""
    preliz, some = _preliz(), np.flatnonzero(probability > 0)
    parts = [preliz.Uniform(float(lower[i]), float(upper[i])) for i in some]
    law = parts[0] if len(parts) == 1 else preliz.Mixture(parts, probability[some])
    ends = np.append(lower, upper[-1])
    return _checked(law, (), ends, np.concatenate([[0.0], np.cumsum(probability)]))


def _checked(law: Any, outcomes: tuple[str, ...], at: Floats, upto: Floats) -> PrelizPrior:
    """Measure the residual; refuse what is not the pool, as another version of PreliZ might make it."""
    upto = np.minimum(upto, 1.0)
    made = PrelizPrior(law, outcomes, float(np.abs(np.asarray(law.cdf(at), dtype=float) - upto).max()), at, upto)
    if not made.residual <= ROUNDING:
        msg = f"PreliZ's {type(law).__name__} is off the pool by {made.residual:.2g}: this version of it can't be used"
        raise FoedusError(msg)
    return made


def _preliz() -> Any:
    try:
        import preliz
    except ImportError as error:
        msg = f"PreliZ is wanted here and can't be imported ({error}): pip install 'foedus[preliz]'"
        raise FoedusError(msg) from None
    return preliz

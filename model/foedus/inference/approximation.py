"""A Gaussian in the whitened space of the parameters, fitted to what the news says of draws from all over the prior.

The log evidence of draws is regressed on their coordinates, the squares of these, and those products that stand out
of the noise; the prior times such a quadratic is a Gaussian. Draws from it, and a part from the prior itself, are
weighed exactly as draws of one mixture (Hesterberg 1995). A fit at the mode is blind to a second one; this one is
held against draws from the prior, which are not: it is used only if it is efficient for them too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.inference.learning import ENOUGH, Learned, Space, effective
from foedus.inference.parameters import latin_hypercube, replicates

Floats = NDArray[np.float64]
_FROM_PRIOR = 8  # one draw in so many is from the prior
_FITS = 3
_GOOD = 0.8  # effective part of the draws of a fit that is not fitted again
_STANDS_OUT = 4.0  # standard errors from which a coefficient is taken for more than noise
_WIDEST = 4.0  # variance of a fit, where the prior's is 1


@dataclass(frozen=True)
class Gaussian:
    """N(mean, root root') in D dimensions."""

    mean: Floats
    root: Floats

    def at(self, z: Floats) -> Floats:
        """Map standard normals [D, K] to draws."""
        return np.asarray(self.mean[:, None] + self.root @ z)

    def log_density(self, x: Floats) -> Floats:
        """Log density [K], without the constant that the standard normal shares."""
        z = np.linalg.solve(self.root, x - self.mean[:, None])
        return np.asarray(-0.5 * np.square(z).sum(axis=0) - np.linalg.slogdet(self.root)[1])


def fitted(space: Space, draws: int, rng: np.random.Generator) -> Learned | None:
    """Return weighted draws from near the posterior, or None where no Gaussian is good enough."""
    size = max(1024, 12 * space.dimensions)
    pioneers = rng.standard_normal(size=(space.dimensions, size))
    said = space.log_evidence(pioneers)
    fit = Gaussian(np.zeros(space.dimensions), np.eye(space.dimensions))
    x, evidence = pioneers, said
    for _ in range(_FITS):
        log_ratio = evidence + _log_prior(x) - fit.log_density(x)
        if effective(log_ratio) >= _GOOD * size or not np.isfinite(log_ratio).all():
            break
        fit = _refitted(fit, x, log_ratio)
        x = fit.at(rng.standard_normal(size=x.shape))
        evidence = space.log_evidence(x)
    log_ratio = evidence + _log_prior(x) - _log_mixture(fit, x)
    if effective(log_ratio) < ENOUGH * size or _efficiency(fit, pioneers, said, log_ratio) < ENOUGH:
        return None
    return _drawn(space, fit, draws, rng)


def _log_prior(x: Floats) -> Floats:
    return np.asarray(-0.5 * np.square(x).sum(axis=0))


def _log_mixture(fit: Gaussian, x: Floats, part: float = 1 / _FROM_PRIOR) -> Floats:
    """Log density of a mixture, of which `part` is the prior."""
    out: Floats = np.logaddexp(np.log(part) + _log_prior(x), np.log1p(-part) + fit.log_density(x))
    return out


def _refitted(fit: Gaussian, x: Floats, log_ratio: Floats) -> Gaussian:
    """Multiply a fit by the quadratic that comes closest to log target over fit at its draws `x`."""
    z = np.linalg.solve(fit.root, x - fit.mean[:, None])
    slope, curvature = _quadratic(z, log_ratio)
    values, vectors = np.linalg.eigh(np.eye(len(z)) - curvature)
    values = np.maximum(values, 1 / _WIDEST)
    shift = vectors @ ((vectors.T @ slope) / values)
    return Gaussian(fit.mean + fit.root @ shift, fit.root @ (vectors / np.sqrt(values)))


def _quadratic(z: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Slope [D] and curvature [D, D] of `y` [K] at standard normal `z` [D, K].

    Slopes and the diagonal are those of least squares. Products of two coordinates are uncorrelated with them and
    with each other, so that each coefficient is a mean (Stein's identity); what does not stand out is 0.
    """
    dimensions, size = z.shape
    design = np.concatenate([np.ones((1, size)), z, np.square(z) - 1])
    gram = design @ design.T
    coefficients = np.linalg.solve(gram + 1e-9 * np.eye(len(gram)), design @ y)
    rest = y - coefficients @ design
    error = _STANDS_OUT * rest.std() / np.sqrt(size)
    slope, curved = coefficients[1 : dimensions + 1], coefficients[dimensions + 1 :]
    curvature = (z * rest) @ z.T / size
    curvature[np.abs(curvature) < error] = 0.0
    np.fill_diagonal(curvature, 2 * np.where(np.abs(curved) * np.sqrt(2) > error, curved, 0.0))
    return np.where(np.abs(slope) > error / 2, slope, 0.0), curvature


def _efficiency(fit: Gaussian, pioneers: Floats, said: Floats, log_ratio: Floats) -> float:
    """Effective part of the mixture's draws, estimated from draws of the prior weighed to the posterior.

    Where the mixture misses what the prior's draws have found, target over proposal is large there.
    """
    evidence = np.log(np.mean(np.exp(log_ratio - log_ratio.max()))) + log_ratio.max()
    possible = np.isfinite(said)
    pioneers, said = pioneers[:, possible], said[possible]
    weight = np.exp(said - said.max())
    excess = said + _log_prior(pioneers) - _log_mixture(fit, pioneers) - evidence
    return float(weight.sum() / (weight @ np.exp(excess)))


def _drawn(space: Space, fit: Gaussian, draws: int, rng: np.random.Generator) -> Learned:
    """Draw from the mixture, each part in replicates of a Latin hypercube."""
    replicate = replicates(draws)
    wide = np.arange(draws) // (replicate[-1] + 1 if draws else 1) % _FROM_PRIOR == 0
    x = np.empty((space.dimensions, draws))
    for part, place in ((wide, None), (~wide, fit)):
        z = latin_hypercube(rng, space.dimensions, replicate[part])
        x[:, part] = z if place is None else place.at(z)
    log_weight = _log_prior(x) - _log_mixture(fit, x, float(wide.mean()))  # few draws: not one in so many exactly
    return Learned(space.split(x), log_weight, np.arange(draws), replicate, "fitted")

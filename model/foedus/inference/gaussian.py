"""Expectation propagation (Minka 2001): a Gaussian stand-in for what each question's table says of its z.

The target is N(z; 0, R) * prod_q L_q(z_q) with step functions L_q on the cells of each question; tilted
moments are exact sums over cells, all parameter draws at once. The result is only a look-ahead for the
sampler, whose weights are exact, so that a rough fit costs efficiency and never truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from foedus.inference.course import running_sums, suffix_sums

Floats = NDArray[np.float64]
FAR = 38.0  # standard deviations beyond which the normal density is 0 in double precision
_SWEEPS, _DAMPING, _TOLERANCE = 12, 0.8, 1e-3


@dataclass(frozen=True)
class Sites:
    """Gaussian stand-ins exp(nu z - tau z^2 / 2), [Q, M] each."""

    tau: Floats
    nu: Floats


def latent_edges(probabilities: Floats) -> Floats:
    """Edges [C + 1, M] on the z scale of cells with `probabilities` [C, M], accurate in both tails."""
    below, above = running_sums(probabilities.copy())[:-1], suffix_sums(probabilities)[1:]
    inner = np.where(below <= 0.5, ndtri(np.minimum(below, 0.5)), -ndtri(np.minimum(above, 0.5)))
    out = np.empty((probabilities.shape[0] + 1, probabilities.shape[1]))
    out[0], out[-1] = -FAR, FAR
    out[1:-1] = np.clip(inner, -FAR, FAR)
    return out


def cell_masses(edges: Floats) -> Floats:
    """Return the standard normal mass between consecutive `edges` (first axis), without cancellation in the tails."""
    tail = ndtr(-np.abs(edges))
    a, b = edges[:-1], edges[1:]
    same = np.abs(tail[:-1] - tail[1:])
    return np.where((a < 0) & (b > 0), 1 - tail[:-1] - tail[1:], same)


def tilted_moments(edges: Floats, table: Floats, mean: Floats, sd: Floats) -> tuple[Floats, Floats, Floats]:
    """Mass, mean and variance [M] of N(z; mean, sd^2) times the step function `table` [C, M]."""
    a = np.clip((edges - mean) / sd, -FAR, FAR)
    phi = np.exp(-0.5 * a * a) / np.sqrt(2 * np.pi)
    z0 = np.einsum("cm,cm->m", table, cell_masses(a))
    z1 = np.einsum("cm,cm->m", table, phi[:-1] - phi[1:])
    aphi = a * phi
    z2 = np.einsum("cm,cm->m", table, aphi[:-1] - aphi[1:])
    safe = np.where(z0 > 0, z0, 1.0)
    shift = z1 / safe
    return z0, mean + sd * shift, sd * sd * np.maximum(1 + z2 / safe - shift * shift, 1e-12)


def expectation_propagation(edges: list[Floats], tables: list[Floats], correlation: Floats) -> Sites:
    """Fit the sites of each question.

    Parameters
    ----------
    edges, tables : list of array [C_q + 1, M] and [C_q, M]
    correlation : array [M, Q, Q]
    """
    draws, questions, _ = correlation.shape
    tau, nu = np.zeros((questions, draws)), np.zeros((questions, draws))
    if questions < 2:
        return Sites(tau, nu)
    floor = -0.5 / np.linalg.eigvalsh(correlation)[:, -1]
    for _ in range(_SWEEPS):
        covariance = posterior_covariance(correlation, tau)
        mean = np.einsum("mij,jm->im", covariance, nu)
        change = 0.0
        for q in range(questions):
            new_tau, new_nu = _site(edges[q], tables[q], mean[q], covariance[:, q, q], tau[q], nu[q])
            new_tau = np.maximum(new_tau, floor)
            change = max(change, float(np.max(np.abs(new_tau - tau[q]) / (1 + np.abs(new_tau)))))
            tau[q] += _DAMPING * (new_tau - tau[q])
            nu[q] += _DAMPING * (new_nu - nu[q])
        if change < _TOLERANCE:
            break
    return Sites(tau, nu)


def posterior_covariance(correlation: Floats, tau: Floats) -> Floats:
    """(R^-1 + diag(tau))^-1 for each draw, [M, Q, Q]."""
    identity = np.eye(correlation.shape[1])
    return np.asarray(np.linalg.solve(identity + correlation * tau.T[:, None, :], correlation))


def _site(
    edges: Floats, table: Floats, mean: Floats, variance: Floats, tau: Floats, nu: Floats
) -> tuple[Floats, Floats]:
    precision = 1 / variance - tau  # the cavity: everything but this site
    usable = precision > 1e-6
    cavity = 1 / np.where(usable, precision, 1.0)
    centre = cavity * (mean / variance - nu)
    mass, tilted, spread = tilted_moments(edges, table, centre, np.sqrt(cavity))
    usable &= mass > 1e-280
    new_tau = 1 / spread - 1 / cavity
    new_nu = tilted / spread - centre / cavity
    return np.where(usable, new_tau, tau), np.where(usable, new_nu, nu)

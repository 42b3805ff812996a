"""Moments and masses of step functions under a normal distribution, and the Gaussian that stands in for them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import log_ndtr
from scipy.stats import norm

from foedus.inference.gaussian import (
    cell_masses,
    expectation_propagation,
    latent_edges,
    posterior_covariance,
    tilted_moments,
)


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def test_edges_are_accurate_in_both_tails() -> None:
    p = column(1e-12, 0.3, 0.7 - 2e-12, 1e-12)
    edges = latent_edges(p)[:, 0]
    assert edges[1] == pytest.approx(norm.ppf(1e-12), rel=1e-9)
    assert edges[3] == pytest.approx(-norm.ppf(1e-12), rel=1e-9)
    np.testing.assert_allclose(cell_masses(edges[:, None]), p, rtol=1e-9)


@pytest.mark.parametrize(("a", "b"), [(8, 8.1), (-8.1, -8), (30, 31), (-31, -30), (-1, 2), (0, 1e-9), (-38, 38)])
def test_masses_do_not_cancel_in_the_tails(a: float, b: float) -> None:
    # log P(a < Z < b) in the tail, from log_ndtr: log(e^x - e^y)
    if a * b > 5:
        x, y = sorted((log_ndtr(-abs(a)), log_ndtr(-abs(b))), reverse=True)
        wanted = np.exp(x) * -np.expm1(y - x)
    else:
        wanted = quad(norm.pdf, max(a, -9), min(b, 9), epsabs=0, epsrel=1e-12)[0]
    assert cell_masses(column(a, b))[0, 0] == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(("mean", "sd"), [(0, 1), (1.5, 0.4), (-3, 2), (0.2, 0.01)])
def test_moments_equal_quadrature(mean: float, sd: float) -> None:
    edges, table = np.array([-38, -1, 0.1, 0.3, 1.5, 38]), np.array([0.2, 3, 0, 10, 0.5])
    z0, z1, z2 = (float(x[0]) for x in tilted_moments(edges[:, None], table[:, None], np.array([mean]), np.array([sd])))
    moments = []
    for power in range(3):
        parts = [
            height
            * quad(
                lambda z, power=power: z**power * norm.pdf(z, mean, sd),
                max(a, mean - 12 * sd),
                max(min(b, mean + 12 * sd), max(a, mean - 12 * sd)),
                epsabs=1e-14,
                epsrel=1e-12,
                limit=200,
            )[0]
            for a, b, height in zip(edges[:-1], edges[1:], table, strict=True)
        ]
        moments.append(sum(parts))
    assert z0 == pytest.approx(moments[0], rel=1e-8)
    assert z1 == pytest.approx(moments[1] / moments[0], abs=1e-8)
    assert z2 == pytest.approx(moments[2] / moments[0] - (moments[1] / moments[0]) ** 2, rel=1e-6, abs=1e-10)


def test_a_flat_table_leaves_the_gaussian_as_it_is(rng: np.random.Generator) -> None:
    p = rng.dirichlet(np.ones(5), size=2).T
    r = np.broadcast_to(np.array([[1, 0.6], [0.6, 1]]), (2, 2, 2))
    sites = expectation_propagation([latent_edges(p)] * 2, [np.ones((5, 2))] * 2, r)
    np.testing.assert_allclose(sites.tau, 0, atol=1e-9)
    np.testing.assert_allclose(sites.nu, 0, atol=1e-9)
    np.testing.assert_allclose(posterior_covariance(r, sites.tau), r, atol=1e-9)


def test_one_site_is_matched_exactly(rng: np.random.Generator) -> None:
    """With one informative table of two, the marginals of expectation propagation are the true moments."""
    p, table = rng.dirichlet(np.ones(4), size=1).T, rng.uniform(0.2, 5, (4, 1))
    r = np.array([[[1, 0.7], [0.7, 1]]])
    edges = latent_edges(p)
    sites = expectation_propagation([edges, edges], [table, np.ones((4, 1))], r)
    covariance = posterior_covariance(r, sites.tau)
    mean = np.einsum("mij,jm->im", covariance, sites.nu)
    _, true_mean, true_variance = tilted_moments(edges, table, np.zeros(1), np.ones(1))
    np.testing.assert_allclose(mean[0], true_mean, atol=1e-2)  # the sweeps stop at a change of 1e-3 in the precision
    np.testing.assert_allclose(covariance[:, 0, 0], true_variance, atol=1e-2)
    np.testing.assert_allclose(mean[1], 0.7 * mean[0], atol=1e-9)


def test_a_table_of_one_narrow_cell_far_out_gives_finite_sites() -> None:
    p = column(0.5, 0.5 - 1e-9, 1e-9)
    table = column(0, 0, 1)
    r = np.array([[[1, 0.9], [0.9, 1]]])
    sites = expectation_propagation([latent_edges(p)] * 2, [table, column(1, 0, 0)], r)
    assert np.isfinite(sites.tau).all()
    assert np.isfinite(sites.nu).all()
    assert (np.linalg.eigvalsh(posterior_covariance(r, sites.tau)) > 0).all()

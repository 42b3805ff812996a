"""Draws from truncated normals and step functions, to the ends of both tails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import truncnorm

from foedus.inference.gaussian import latent_edges
from foedus.inference.sampler import _count_below, _draw_one, _truncated_normal, _uniforms, ranks

LEVELS = np.array([1e-9, 0.01, 0.3, 0.5, 0.9, 1 - 1e-9])


@pytest.mark.parametrize(
    ("low", "high"), [(-1, 2), (3, 3.001), (8, 9), (-9, -8), (7, 38), (-38, -7), (30, 31), (-38, 38), (0, 0.5)]
)
def test_truncated_normal_equals_scipy(low: float, high: float) -> None:
    found = _truncated_normal(LEVELS[:, None], np.full((6, 1), float(low)), np.full((6, 1), float(high)))[:, 0]
    np.testing.assert_allclose(found, truncnorm.ppf(LEVELS, low, high), rtol=1e-6, atol=1e-7)
    assert ((found >= low) & (found <= high)).all()
    assert (np.diff(found) > 0).all()


@pytest.mark.parametrize("cells", [3, 40])
@pytest.mark.parametrize("many", [False, True], ids=["one mean", "a mean for each point"])
def test_a_cell_is_drawn_with_its_probability(cells: int, many: bool, rng: np.random.Generator) -> None:
    """Along a regular grid of uniforms the shares are exact to 1 / N, and so is the mass."""
    prior, table = rng.dirichlet(np.ones(cells), size=2).T, rng.uniform(0, 4, (cells, 2))
    table[1] = 0
    u = np.repeat((np.arange(4096)[:, None] + 0.5) / 4096, 2, axis=1)
    mean = np.zeros((4096, 2)) if many else np.zeros(2)
    mass, cell, z = _draw_one(latent_edges(prior), table, mean, np.ones(2), u)
    wanted = prior * table
    np.testing.assert_allclose(mass[0], wanted.sum(axis=0), rtol=1e-9)
    for m in range(2):
        share = np.bincount(cell[:, m], minlength=cells) / 4096
        np.testing.assert_allclose(share, wanted[:, m] / wanted[:, m].sum(), atol=1 / 4096)
    edges = latent_edges(prior)
    columns = np.arange(2)[None]
    assert ((z >= edges[cell, columns]) & (z <= edges[cell + 1, columns])).all()


def test_blocks_of_draws_change_nothing(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    prior, table = rng.dirichlet(np.ones(12), size=9).T, rng.uniform(0.1, 4, (12, 9))
    u, mean = rng.random((8, 9)), rng.standard_normal((8, 9))
    whole = _draw_one(latent_edges(prior), table, mean, np.full(9, 0.7), u)
    monkeypatch.setattr("foedus.inference.sampler._LARGEST", 200)
    parts = _draw_one(latent_edges(prior), table, mean, np.full(9, 0.7), u)
    for a, b in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("cells", [2, 30])
def test_ranks_and_counts_agree_with_a_search_draw_by_draw(cells: int, rng: np.random.Generator) -> None:
    cumulative = np.cumsum(rng.dirichlet(np.ones(cells), size=5), axis=1)
    cumulative[:, -1] = 1
    queries = np.vstack([rng.random((20, 5)), np.zeros((1, 5)), cumulative[:, 0][None]])
    wanted = np.array([[np.searchsorted(cumulative[m], q) for m, q in enumerate(row)] for row in queries])
    np.testing.assert_array_equal(ranks(cumulative, queries), wanted)
    found = _count_below(cumulative.T[:, None], queries)
    np.testing.assert_array_equal(found, np.minimum(wanted, cells - 1))


def test_the_halves_of_the_points_are_two_scrambles(rng: np.random.Generator) -> None:
    u = _uniforms(rng, 3, 64, 6)
    assert u.shape == (3, 64, 6)
    for half in (u[:, :32], u[:, 32:]):  # each is a net of its own
        cells = np.sort(np.floor(half * 32), axis=1)
        np.testing.assert_array_equal(cells, np.broadcast_to(np.arange(32)[None, :, None], cells.shape))
    assert (np.sort(u[0, :32], axis=0) != np.sort(u[0, 32:], axis=0)).any()

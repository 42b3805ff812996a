"""The design of parameter draws: replicates of a Latin hypercube, whose spread is the Monte Carlo error."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import chi2, kstest

from foedus.inference.parallel import each
from foedus.inference.parameters import latin_hypercube, replicates

FALSE_ALARM = 1e-6


@pytest.mark.parametrize(("draws", "count"), [(16, 8), (128, 8), (256, 16), (512, 32), (500, 31), (65536, 32), (3, 3)])
def test_replicates_are_8_to_32_and_alike_in_size(draws: int, count: int) -> None:
    sizes = np.bincount(replicates(draws))
    assert len(sizes) == count
    assert np.ptp(sizes) <= 1


def test_every_replicate_fills_every_stratum_once(rng: np.random.Generator) -> None:
    replicate = replicates(512)
    u = ndtr(latin_hypercube(rng, 3, replicate))
    for row in u:
        for g in range(32):
            strata = np.sort((row[replicate == g] * 16).astype(int))
            np.testing.assert_array_equal(strata, np.arange(16))


@pytest.mark.parametrize("draws", [512, 500, 20])
def test_each_draw_is_standard_normal(draws: int, rng: np.random.Generator) -> None:
    """Also where strata do not come out even: 500 draws are 31 replicates of 17 strata less 27."""
    z = latin_hypercube(rng, 400, replicates(draws))
    assert kstest(z.ravel(), "norm").pvalue > FALSE_ALARM  # stratified: closer to it than independent draws are
    assert kstest(z[:, -1], "norm").pvalue > FALSE_ALARM


def test_a_further_row_leaves_the_others_alone() -> None:
    few, many = (latin_hypercube(np.random.default_rng(3), rows, replicates(64)) for rows in (2, 5))
    np.testing.assert_array_equal(few, many[:2])


def test_replicates_are_independent_of_each_other(rng: np.random.Generator) -> None:
    """Means over replicates scatter as independent ones do: their sum has the variance of one times their number."""
    replicate, runs = replicates(512), 400
    z = latin_hypercube(rng, runs, replicate) ** 3  # a mean that a stratum does not hit exactly
    means = np.array([z[:, replicate == g].mean(axis=1) for g in range(32)])
    ratio = means.mean(axis=0).var(ddof=1) * 32 / means.var(axis=0, ddof=1).mean()
    low, high = chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], runs - 1) / (runs - 1)
    assert low < ratio < high * 1.1
    copies = means[np.zeros(32, dtype=int)]  # the control: one replicate thirty-two times
    assert copies.mean(axis=0).var(ddof=1) * 32 / means.var(axis=0, ddof=1).mean() > 4 * high


def test_blocks_come_back_in_their_order() -> None:
    blocks = list(range(50))
    assert each(lambda i: i * i, blocks) == [i * i for i in blocks]
    assert each(str, []) == []
    with pytest.raises(ZeroDivisionError, match="division by zero"):
        each(lambda i: 1 / (i - 3), blocks)

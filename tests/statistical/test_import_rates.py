"""Base rates and dispersions of imported counts: bands that cover as often as they say, against bands that don't."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import binom

from foedus.news.importers.rates import MONTH, Rate, estimate

WEEKS, RUNS = 104, 400
CHECKS, FALSE_ALARM = 16, 1e-4
Z = float(-ndtri(FALSE_ALARM / CHECKS))  # standard errors; one-sided, Bonferroni over the checks of this file


def weeks(rng: np.random.Generator, mean: float, dispersion: float) -> list[int]:
    """Negative binomial counts; Poisson's for a dispersion of 0."""
    rates = rng.gamma(1 / dispersion, mean * dispersion, WEEKS) if dispersion else np.full(WEEKS, mean)
    return [int(n) for n in rng.poisson(rates)]


def spells(rng: np.random.Generator, low: float, high: float) -> list[int]:
    """Poisson's counts whose mean stays for ten weeks or so: neighbours go together."""
    state, out = bool(rng.random() < 0.5), []
    for _ in range(WEEKS):
        state ^= bool(rng.random() < 0.1)
        out.append(int(rng.poisson(high if state else low)))
    return out


def covered(found: list[tuple[float, float, float]], truth: float) -> float:
    return float(np.mean([low <= truth <= high for low, _, high in found]))


def too_few(share: float, wanted: float = 0.9) -> bool:
    """Whether a band covers less often than it says, beyond the error of `RUNS` runs."""
    return share < wanted - Z * np.sqrt(wanted * (1 - wanted) / RUNS)


@pytest.mark.parametrize(("mean", "dispersion"), [(0.05, 0), (0.4, 0), (3.0, 0), (0.4, 1.0), (3.0, 0.5)])
def test_the_band_of_a_rate_covers_it(rng: np.random.Generator, mean: float, dispersion: float) -> None:
    found = [estimate(weeks(rng, mean, dispersion), [7] * WEEKS, presence=False).base for _ in range(RUNS)]
    share = covered(found, mean * MONTH / 7)
    assert not too_few(share), share


def test_weeks_that_go_together_widen_the_band(rng: np.random.Generator) -> None:
    """Negative control: the same weeks in shuffled order, which hides that they go together, give bands too narrow."""
    truth = 2.0 * MONTH / 7
    runs = [spells(rng, 0.5, 3.5) for _ in range(RUNS)]
    own = [estimate(run, [7] * WEEKS, presence=False).base for run in runs]
    shuffled = [estimate(list(rng.permutation(run)), [7] * WEEKS, presence=False).base for run in runs]
    assert not too_few(covered(own, truth), 0.84)  # what the module says of such weeks
    assert too_few(covered(shuffled, truth), 0.84)


def test_the_band_of_presence_covers_its_share(rng: np.random.Generator) -> None:
    for share in (0.1, 0.5, 0.9):
        found = [estimate([int(x) for x in rng.random(WEEKS) < share], [7] * WEEKS, presence=True) for _ in range(RUNS)]
        bands = [rate.base for rate in found]
        assert not too_few(covered(bands, -np.log1p(-share) * MONTH / 7))
        assert all(rate.dispersion is None for rate in found)


@pytest.mark.parametrize(("mean", "dispersion"), [(3.0, 0.5), (8.0, 0.2), (3.0, 2.0)])
def test_the_band_of_a_dispersion_covers_it(rng: np.random.Generator, mean: float, dispersion: float) -> None:
    found = [estimate(weeks(rng, mean, dispersion), [7] * WEEKS, presence=False).dispersion for _ in range(RUNS)]
    told = [band for band in found if band is not None]
    assert len(told) >= 0.95 * RUNS
    assert not too_few(covered(told, dispersion))
    assert too_few(covered(told, 2 * dispersion))  # negative control


def test_poisson_counts_have_a_dispersion_no_more_often_than_they_should(rng: np.random.Generator) -> None:
    """On the edge of what is possible the test is one-sided: 5 % of Poisson series look scattered."""
    told = sum(estimate(weeks(rng, 3.0, 0), [7] * WEEKS, presence=False).dispersion is not None for _ in range(RUNS))
    assert told <= binom.ppf(1 - FALSE_ALARM / CHECKS, RUNS, 0.05)


def test_parts_of_weeks_count_by_their_days() -> None:
    whole: Rate = estimate([2] * 20, [7] * 20, presence=False)
    parts: Rate = estimate([2] * 20 + [1] * 2, [7] * 20 + [3, 4], presence=False)
    assert parts.base[1] == pytest.approx(whole.base[1], rel=0.01)
    assert whole.base[1] == pytest.approx(2 * MONTH / 7, rel=0.02)


def test_a_single_event_in_a_few_weeks_has_a_wide_band() -> None:
    low, middle, high = estimate([0, 1, 0], [7, 7, 7], presence=False).base
    assert 0 < low < middle < high
    assert high / low > 10

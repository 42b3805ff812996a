"""Krippendorff's alpha against published numbers and a slow plain loop; what stands beside it; its interval."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import binom

from foedus.news.coders.agreement import Agreement, Level, agreement, metric

# Krippendorff's example of four observers and twelve units, some missing (Computing Krippendorff's alpha, 2011, D).
EXAMPLE = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
PUBLISHED = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")
FALSE_ALARM = 1e-4


def table(text: str) -> np.ndarray:
    return np.array([[-1 if x == "." else int(x) - 1 for x in line.split()] for line in text.strip().splitlines()])


def found(codes: np.ndarray, level: Level = "nominal", values: int = 5, resamples: int = 200) -> Agreement:
    return agreement(codes, level, np.arange(1.0, values + 1), np.random.default_rng(1), resamples)


def plain_alpha(codes: np.ndarray, level: str, values: list[float]) -> float:
    """1 - D_o / D_e, pair by pair, from the definition."""
    units = [[int(x) for x in column if x >= 0] for column in codes.T]
    units = [unit for unit in units if len(unit) > 1]
    everything = [x for unit in units for x in unit]
    often = [everything.count(k) for k in range(len(values))]

    def apart(a: int, b: int) -> float:
        if level == "nominal":
            return float(a != b)
        if level == "ordinal":
            low, high = min(a, b), max(a, b)
            return (sum(often[low : high + 1]) - (often[a] + often[b]) / 2) ** 2
        if level == "interval":
            return (values[a] - values[b]) ** 2
        return ((values[a] - values[b]) / (values[a] + values[b])) ** 2

    n = len(everything)
    observed = sum(sum(apart(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units) / n
    expected = sum(apart(a, b) for a, b in permutations(everything, 2)) / (n * (n - 1))
    return 1 - observed / expected


@pytest.mark.parametrize("level", LEVELS)
def test_the_published_example(level: Level) -> None:
    assert round(found(table(EXAMPLE), level).alpha, 3) == PUBLISHED[level]


@pytest.mark.parametrize("level", LEVELS)
def test_a_slow_loop_over_pairs_agrees(level: Level, rng: np.random.Generator) -> None:
    for _ in range(20):
        coders, units, kinds = rng.integers(2, 6), rng.integers(5, 15), int(rng.integers(2, 6))
        codes = rng.integers(0, kinds, (coders, units))
        codes[rng.random(codes.shape) < 0.3] = -1
        values = np.sort(rng.uniform(1, 9, kinds))
        if len({int(x) for x in codes.ravel() if x >= 0}) < 2 or not ((codes >= 0).sum(axis=0) > 1).any():
            continue
        mine = agreement(codes, level, values, rng, 10).alpha
        assert mine == pytest.approx(plain_alpha(codes, level, values.tolist()), abs=1e-12)


def test_a_wrong_level_is_seen() -> None:
    """The negative control: levels differ by more than the third digit of what was published."""
    alphas = [found(table(EXAMPLE), level).alpha for level in LEVELS]
    assert np.diff(np.sort(alphas)).min() > 0.005


def test_what_stands_beside_alpha() -> None:
    one = found(table(EXAMPLE))
    assert (one.units, one.coders, one.values) == (11, 4, 40)  # the twelfth has one value
    assert one.percent == pytest.approx(43 / 55)
    assert one.prevalence == pytest.approx(13 / 40)
    assert one.commonest == 1
    assert one.low < one.alpha < one.high
    assert one.verdict == "tentative"


def test_order_of_coders_and_units_and_a_silent_coder_change_nothing(rng: np.random.Generator) -> None:
    codes = table(EXAMPLE)
    other = np.vstack([codes, np.full(12, -1)])[rng.permutation(5)][:, rng.permutation(12)]
    for level in LEVELS:
        assert found(other, level).alpha == pytest.approx(found(codes, level).alpha, abs=1e-12)


@pytest.mark.parametrize(
    ("alpha", "verdict"), [(0.8, "firm"), (0.7999, "tentative"), (2 / 3, "tentative"), (0.66, "unreliable")]
)
def test_the_thresholds(alpha: float, verdict: str) -> None:
    assert Agreement(alpha, 0, 1, 0, 0.9, 0.5, 0, 9, 2, 18).verdict == verdict


def test_where_every_value_is_the_same_there_is_no_alpha() -> None:
    one = found(np.zeros((2, 30), dtype=int))
    assert np.isnan(one.alpha)
    assert (one.percent, one.prevalence, one.verdict) == (1.0, 1.0, "constant")


def test_near_constant_values_are_named_and_their_resamples_without_alpha_counted() -> None:
    codes = np.zeros((2, 40), dtype=int)
    codes[0, 0] = 1
    one = found(codes, resamples=2000)
    assert one.alpha < 0.1  # although they agree on 39 of 40
    assert one.percent == 39 / 40
    assert one.near_constant
    expected = (39 / 40) ** 40  # of drawing the one that differs never
    assert abs(one.undefined - expected) < 4 * np.sqrt(expected * (1 - expected) / 2000)
    assert not found(table(EXAMPLE)).near_constant


def test_nobody_read_what_another_did() -> None:
    one = found(np.array([[0, 1, -1, -1], [-1, -1, 0, 1]]))
    assert (one.units, one.values, one.verdict) == (0, 0, "none")
    assert np.isnan(one.alpha)


def test_a_metric_of_ones_own() -> None:
    """Distances given as a matrix are those of the level that they are of."""
    values = np.arange(1.0, 6)
    for level in ("nominal", "interval", "ratio"):
        own = agreement(table(EXAMPLE), metric(level, values, values), values, np.random.default_rng(1), 200)
        assert own == found(table(EXAMPLE), level)


def _drawn(rng: np.random.Generator, units: int, slip: float) -> np.ndarray:
    truth = rng.integers(0, 3, units)
    return np.where(rng.random((3, units)) < slip, rng.integers(0, 3, (3, units)), truth)


def test_the_interval_covers_the_alpha_of_all_texts_as_often_as_it_says(rng: np.random.Generator) -> None:
    """95 %, of 100 units, up to what 300 trials can tell; and an interval of half its width does not."""
    truth = agreement(_drawn(rng, 400_000, 0.3), "nominal", np.arange(3.0), rng, 2).alpha
    trials = [agreement(_drawn(rng, 100, 0.3), "nominal", np.arange(3.0), rng, 400) for _ in range(300)]
    inside = sum(one.low <= truth <= one.high for one in trials)
    half = sum(abs(truth - (one.low + one.high) / 2) < (one.high - one.low) / 4 for one in trials)
    lowest = binom.ppf(FALSE_ALARM, 300, 0.95)
    assert lowest <= inside
    assert half < lowest

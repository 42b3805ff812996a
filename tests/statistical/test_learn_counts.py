"""Multipliers learned from counts: calibrated on simulated histories, and better than 1 on years kept aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2

import histories
from calibration import rank, stray
from foedus.bayes.holdout import Held, keep_aside
from foedus.bayes.learning import learn_counts, rate_model
from foedus.bayes.lessons import history_lessons
from foedus.news import rates as stated
from foedus.news.credence import Z90
from foedus.news.history import read_history
from foedus.news.leads import design
from foedus.news.rates import Rates, draw_counts, level_index, mean_counts, prior_rates
from refit import Sampler

Floats = NDArray[np.float64]
ALPHA = 0.001  # of a false alarm, over all comparisons of a test
RUNS, FEW, THIN = 100, 24, 8
pytestmark = pytest.mark.slow


def numbers(rates: Rates) -> dict[str, Floats]:
    """What ranks are taken of: draws of each number."""
    out = {f"effect {j} {b}": rates.effect[:, j, b] for j in range(4) for b in range(3)}
    out |= {f"in era {e}": rates.effect[:, 0, 0] + rates.deviation[:, 0, 0, e] for e in range(3)}
    out |= {f"baseline {j}": rates.baseline[:, j] for j in range(4)}
    out |= {f"dispersion {j}": rates.dispersion[:, j] for j in range(4)}
    return out | {"era spread": rates.deviation_spread, "baseline spread": rates.shift_spread}


def alarm(
    sampler: Sampler, rng: np.random.Generator, runs: int, *, alike: str = "", flip: bool = False, bursts: float = 0.0
) -> float:
    """Chance that ranks of what was simulated are as uneven by luck, at most, over all numbers or those `alike`.

    With `bursts`, some three events a week, of that dispersion.
    """
    made = histories.small()
    seen = replace(made, shares=made.shares[:, [2, 1, 0]]) if flip else made
    ranks: dict[str, list[float]] = {}
    for _ in range(runs):
        true = prior_rates(level_index(made), 3, 3, rng, 1)
        if bursts:
            true = replace(true, baseline=np.full((1, 4), 1.0), dispersion=np.full((1, 4), bursts))
        counts = draw_counts(mean_counts(true, seen)[0], true.dispersion[0], rng)
        draws = numbers(sampler.fit(counts, int(rng.integers(2**31))))
        for name, was in numbers(true).items():
            kept = draws[name][::THIN]
            ranks.setdefault(name, []).append(rank(float(was[0]), kept, np.ones(len(kept)), rng))
    chances = [stray(np.array(u)) for name, u in ranks.items() if name.startswith(alike)]
    return min(1.0, len(chances) * min(chances))


def test_what_is_learned_is_calibrated_and_wrong_bands_would_be_noticed(rng: np.random.Generator) -> None:
    sampler = Sampler.of(histories.small())
    assert alarm(sampler, rng, RUNS) > ALPHA
    assert alarm(sampler, rng, FEW, flip=True) < ALPHA  # negative control: before and after exchanged


def test_a_model_that_ignores_over_dispersion_would_be_noticed(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(stated, "DISPERSION_MEAN", -5.0)
        patch.setattr(stated, "DISPERSION_SD", 0.01)
        sampler = Sampler.of(histories.small(), rate_model(histories.small()))
    assert alarm(sampler, rng, FEW, alike="effect", bursts=6.0) < ALPHA


def test_known_rates_are_found_again(rng: np.random.Generator) -> None:
    """Five times as many weeks as in SBC, rates that are typical of nothing: inside the posterior, which is narrow."""
    made = design(histories.history(350), histories.EDGES, histories.ERAS)
    true = prior_rates(level_index(made), 3, 3, rng, 1)
    effect = np.log(np.array([[[8.0, 2.0, 20.0], [5.0, 1.5, 10.0], [1.0, 0.8, 1.5], [0.6, 1.0, 1.0]]]))
    true = replace(
        true, baseline=np.full((1, 4), 1.0), shift=0 * true.shift, effect=effect, deviation=0 * true.deviation,
        dispersion=np.full((1, 4), 0.3),
    )  # fmt: skip
    counts = draw_counts(mean_counts(true, made)[0], 0.3, rng)
    learned = learn_counts(histories.with_counts(made, counts), rng)
    assert learned.complaints == ()
    in_eras = learned.posterior.effect[..., None] + learned.posterior.deviation
    there = in_eras[:, :, :2, 0]  # the era that the first two summits are in
    z = (there.mean(axis=0) - effect[0, :, :2]) / there.std(axis=0)
    assert np.abs(z).max() < 4
    assert np.median(there.std(axis=0)) < 0.6


# -- the real one: ICEWS events between Washington and Seoul, 2011-2014 -------------------------


@pytest.fixture(scope="module")
def held(root: Path) -> dict[tuple[int, bool], Held]:
    folder = root / "scenarios" / "history-rok-us-2011-2014"
    real = read_history(folder / "weekly_counts.csv", folder / "summits.csv")
    asked = [(2013, True), (2014, True), (2012, False), (2013, False), (2014, False)]
    return {(year, ahead): keep_aside(real, year, np.random.default_rng(year), ahead=ahead) for year, ahead in asked}


@pytest.mark.parametrize("ahead", [True, False])
def test_years_kept_aside_are_predicted_better_than_by_multipliers_of_1(
    held: dict[tuple[int, bool], Held], ahead: bool
) -> None:
    """Ahead: from the years before alone. Together by more than the standard error, and no year by itself is worse."""
    gains = np.array([kept.gain() for (_, way), kept in held.items() if way == ahead])
    assert gains[:, 0].min() > 0
    assert gains[:, 0].sum() > np.sqrt(np.square(gains[:, 1]).sum())


def test_intervals_hold_as_many_counts_of_years_kept_aside_as_they_say(held: dict[tuple[int, bool], Held]) -> None:
    """At least 90 % of them, but for luck (0.1 % over five years); too narrow ones would not."""
    for kept in held.values():
        assert not kept.fit.complaints
        assert shortfall(kept.pit) < 3.5
        assert shortfall(0.5 + 1.5 * (kept.pit - 0.5)) > 3.5  # negative control: too sure by half


def shortfall(pit: Floats) -> float:
    """How many standard errors, over blocks of four weeks, too few counts lie inside their 90 % intervals."""
    inside = ((pit > 0.05) & (pit < 0.95)).mean(axis=1)
    blocks = np.array([inside[i : i + 4].mean() for i in range(0, len(inside), 4)])
    return float((0.9 - inside.mean()) / (blocks.std(ddof=1) / np.sqrt(len(blocks))))


def test_summits_at_other_times_would_be_noticed(root: Path) -> None:
    """Negative control: with every summit half a year late, there is nothing to gain."""
    folder = root / "scenarios" / "history-rok-us-2011-2014"
    real = read_history(folder / "weekly_counts.csv", folder / "summits.csv")
    late = replace(real, outcomes=tuple(day + dt.timedelta(days=180) for day in real.outcomes))
    gains = np.array([keep_aside(late, year, np.random.default_rng(year)).gain() for year in (2013, 2014)])
    assert gains[:, 0].min() < 0 or gains[:, 0].sum() < np.sqrt(np.square(gains[:, 1]).sum())


# Weekly presence within 30 days of a meeting against outside, ICEWS 2018, complete coverage: a busy year, none of it in
# the data. From 10 weeks before and 31 outside (README of the scenario).
IN_2018 = {
    "036_leader": 3.30, "036_below_leader": 1.15, "042_043_leader": 1.75, "042_043_below_leader": 0.69,
    "040_041_leader": 2.15, "040_041_below_leader": 1.15,
}  # fmt: skip


def test_intervals_are_wide_enough_for_a_change_of_era(root: Path, rng: np.random.Generator) -> None:
    """Six ratios of 2018 lie no further out than intervals say (chi-square, 0.1 %); at a fifth of the width they do."""
    folder = root / "scenarios" / "history-rok-us-2011-2014"
    made = design(read_history(folder / "weekly_counts.csv", folder / "summits.csv"), (30,))
    lessons = {one.name: one.presence[0].posterior for one in history_lessons(learn_counts(made, rng), rng)}
    out = []
    for name, ratio in IN_2018.items():
        low, middle, high = np.log(lessons[name])
        far = np.log(ratio) - middle
        out.append(far / ((high - middle if far > 0 else middle - low) / Z90))
    bound, total = chi2.isf(ALPHA, len(out)), float(np.square(out).sum())
    assert total < bound
    assert 25 * total > bound

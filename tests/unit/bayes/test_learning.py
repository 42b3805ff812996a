"""The density that is sampled, against loops over scipy's densities; and what is made of draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import halfnorm, nbinom, norm

import histories
from foedus.bayes.learning import Learned, complaints, rate_model, rates_of
from foedus.bayes.lessons import history_lessons
from foedus.bayes.sampling import Sampled
from foedus.news.rates import level_index, mean_counts, prior_rates


@pytest.mark.parametrize("flat", [False, True])
def test_the_density_is_that_of_the_stated_model(rng: np.random.Generator, flat: bool) -> None:
    made = histories.small()
    made = histories.with_counts(made, histories.simulated(made, rng)[1])
    model = rate_model(made, flat=flat)
    point = {v.name: np.asarray(rng.normal(size=v.type.shape)) for v in model.free_RVs}
    positive = {"effect_spread"} & set(point)
    point |= {name: np.abs(point[name]) for name in positive}
    prior = sum(
        (halfnorm if name in positive else norm).logpdf(value).sum() + (np.log(value).sum() if name in positive else 0)
        for name, value in point.items()
    )  # a positive number is sampled on the log scale: with its Jacobian
    rates = rates_of({name: value[None, None] for name, value in point.items()}, made, flat=flat)
    mean = mean_counts(rates, made)[0]
    likelihood = 0.0
    for w in range(len(mean)):
        for j in range(4):
            a = rates.dispersion[0, j]
            likelihood += nbinom.logpmf(made.history.counts[w, j], 1 / a, 1 / (1 + a * mean[w, j]))
    sampled = {f"{name}_log__": np.log(value) for name, value in point.items() if name in positive}
    sampled |= {name: value for name, value in point.items() if name not in positive}
    found = float(model.compile_logp(mode="FAST_COMPILE")(sampled))
    assert found == pytest.approx(prior + likelihood, rel=1e-9)


def test_draws_become_rates_as_the_prior_is_drawn(rng: np.random.Generator) -> None:
    """The same standard normals by either way give the same law."""
    made, n = histories.small(), 4000
    model_free = {
        "baseline": (4,), "shift_spread": (), "shift_own": (4, 3), "dispersion": (4,), "effect_mean": (2, 3),
        "effect_spread": (2,), "effect_own": (4, 3), "deviation_spread": (), "deviation_own": (4, 3, 3),
    }  # fmt: skip
    free = {name: rng.normal(size=(1, n, *shape)) for name, shape in model_free.items()}
    free["effect_spread"] = np.abs(free["effect_spread"])
    a, b = rates_of(free, made), prior_rates(level_index(made), 3, 3, rng, n)
    for name in ("baseline", "shift", "effect", "deviation", "dispersion", "shift_spread", "deviation_spread"):
        one, other = (np.log(np.abs(getattr(x, name))).reshape(n, -1) for x in (a, b))
        error = np.sqrt((one.var(axis=0) + other.var(axis=0)) / n)
        assert np.abs((one.mean(axis=0) - other.mean(axis=0)) / error).max() < 4.5, name
        spread = np.abs(np.log(one.std(axis=0) / other.std(axis=0)))
        assert spread.max() < 4.5 * 2 / np.sqrt(n), name  # kurtosis of these logs is below 7


def sampled(**changes: float) -> Sampled:
    free = {"x": np.zeros((4, 1000))}
    return replace(Sampled(free, 1.0, 1.0, 1.001, 900.0, 0), **changes)  # type: ignore[arg-type]


def test_what_is_out_of_bounds_is_said() -> None:
    assert complaints(sampled()) == ()
    assert complaints(sampled(divergences=4)) == ()
    assert "5 divergences, at most 4" in complaints(sampled(divergences=5))[0]
    assert "R-hat 1.050" in complaints(sampled(r_hat=1.05))[0]
    assert "chains differ" in complaints(sampled(r_hat=float("nan")))[0]
    assert "effective sample size 80" in complaints(sampled(ess=80.0))[0]


def test_where_nothing_was_learned_it_is_said_so(rng: np.random.Generator) -> None:
    made = histories.small()
    before, again = (prior_rates(level_index(made), 3, 3, rng, 4000) for _ in range(2))
    nothing = history_lessons(Learned(made, before, again, sampled()), rng)
    assert not any(one.learned for series in nothing for one in (*series.rate, *series.presence))
    half = replace(
        again, effect=again.effect / 4, deviation=again.deviation / 4, deviation_spread=0.1 + 0 * again.deviation_spread
    )
    something = history_lessons(Learned(made, before, half, sampled()), rng)
    assert all(one.learned for series in something for one in series.rate)
    assert [one.name for one in something[0].rate] == [("meet_leader", "<=14"), ("meet_leader", "<=45")]
    for series in something:
        for rate, seen in zip(series.rate, series.presence, strict=True):
            assert abs(np.log(seen.posterior[1])) <= abs(np.log(rate.posterior[1])) + 0.05  # presence is nearer to 1

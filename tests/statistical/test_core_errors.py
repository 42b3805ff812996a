"""Whether the Monte Carlo error that a forecast states is its error, and its range that of the parameters alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

from build import bins, by_level, case, daily, day, ordinal, quantity, timing
from foedus.case.types import Case
from foedus.forecast import Forecast, forecast
from foedus.inference import posterior
from foedus.results import Estimate

SEEDS = 30
ODDS_OF_A_FALSE_ALARM = 1e-5
WHENS = [f"summit <= {day(6)}", "summit is never", "role == c", "cost > 4", f"role >= b and summit <= {day(7)}"]
LEAD = {"by": "lead", "multipliers": {"<=3": 2, "later": 1, "never": [0.3, 0.5, 0.8]}}
LATE = {"by": "lead", "multipliers": {"<=3": 0.5, "later": 1, "never": 2}}
CODES: dict[str, Any] = {
    "soon": {"bears_on": {"summit": LEAD}},
    "late": {"bears_on": {"summit": LATE}},
    "up": {"bears_on": {"role": by_level(a=0.5, b=1, c=2)}},
    "down": {"bears_on": {"role": by_level(a=2, b=1, c=0.5)}},
}
ROWS = [
    {"published": day(1 + i // 2), "code": code} for i, code in enumerate(["soon", "up", "up", "soon", "up", "down"])
]
SAID = {
    "ann": {
        "summit": daily([0.02, 0.05, 0.1, 0.1, 0.08, 0.05, 0.05, 0.05], never=0.5),
        "role": {"a": 0.55, "b": 0.3, "c": 0.15},
        "cost": bins([-20, 0, 4, 30], [0.25, 0.4, 0.35]),
        ("role", f"summit <= {day(4)}"): {"a": 0.3, "b": 0.4, "c": 0.3},
    },
    "bo": {
        "summit": daily([0.05, 0.1, 0.15, 0.2, 0.1, 0.1, 0.05, 0.05], never=0.2),
        "role": {"a": 0.2, "b": 0.3, "c": 0.5},
        "cost": bins([-20, 0, 4, 30], [0.4, 0.5, 0.1]),
    },
}


def problem(*, certain: bool) -> Case:
    half_life: Any = 6 if certain else [2, 6, 15]
    uncertain = {"shared_error": 0.3, "weight_concentration": 2, "spread": 1.5, "dependence_spread": 0.3}
    return case(
        {
            "summit": timing(half_life=half_life),
            "role": ordinal("a", "b", "c", half_life=half_life),
            "cost": quantity(half_life=20),
        },
        {"ann": SAID["ann"]} if certain else SAID,
        days=8,
        codes=CODES,
        sources={"wire": {"credence": 0.8 if certain else [0.4, 0.7, 0.9]}},
        signals=ROWS,
        scenarios={"dear": "cost > 4"},
        settings={} if certain else uncertain,
    )


@pytest.fixture(scope="module", params=[True, False], ids=["certain", "uncertain"])
def runs(request: pytest.FixtureRequest) -> tuple[bool, Forecast, list[Forecast]]:
    made = problem(certain=request.param)
    long = forecast(made, day(3), seed=10_000, draws=8192, points=32)
    return request.param, long, [forecast(made, day(3), seed=s, draws=128, points=16) for s in range(SEEDS)]


def squares(long: Forecast, runs: list[Forecast], when: str, share: float = 1.0) -> float:
    """Sum of squared z-scores of the short runs against the long one, as if their error were `share` of what it is."""
    truth = long.estimate(when)
    found: list[Estimate] = [run.estimate(when) for run in runs]
    return sum((e.probability - truth.probability) ** 2 / ((share * e.mcse) ** 2 + truth.mcse**2) for e in found)


@pytest.mark.parametrize("when", WHENS)
def test_the_stated_error_is_not_too_small(when: str, runs: tuple[bool, Forecast, list[Forecast]]) -> None:
    certain, long, short = runs
    bound = chi2.isf(ODDS_OF_A_FALSE_ALARM, SEEDS)
    assert squares(long, short, when) < bound
    # The negative control. With uncertain parameters the hypercube and the raking leave about a third of the error
    # that independent draws, which is what is stated, would have.
    assert squares(long, short, when, share=0.3 if certain else 0.1) > bound


@pytest.mark.parametrize("when", WHENS)
def test_the_range_is_that_of_the_parameters(when: str, runs: tuple[bool, Forecast, list[Forecast]]) -> None:
    certain, long, short = runs
    widths = np.array([run.estimate(when).high - run.estimate(when).low for run in short])
    truth = long.estimate(when)
    if certain:
        # Of the inner noise (a 90 % band of plain draws, at most) there is left the root of the sampling error of
        # its variance, twice sqrt(2 / draws) or so, at 4.5 of which nothing should be.
        noise = 2 * 1.645 * np.sqrt(truth.probability * (1 - truth.probability) / 16)
        assert widths.max() < noise * np.sqrt(4.5 * 2 * np.sqrt(2 / 128))
        assert truth.high - truth.low < widths.max() + 1e-12
        assert np.median(widths) < noise / 4
    else:
        assert abs(widths.mean() - (truth.high - truth.low)) < 4.5 * widths.std() / np.sqrt(SEEDS) + widths.mean() / 20


def test_effective_sample_sizes_are_sane(runs: tuple[bool, Forecast, list[Forecast]]) -> None:
    certain, long, short = runs
    found = long.diagnostics
    assert found.ok
    if certain:
        assert found.outer_ess > 0.98 * 8192  # every parameter draw is the same one; the sampler is nearly exact
        assert found.ess > 0.9 * 8192 * 32
    else:
        assert 50 < found.outer_ess < 8192
        assert found.outer_ess <= found.ess < 8192 * 32
    assert all(run.diagnostics.outer_ess <= 128 for run in short)
    assert found.pareto_k < 0.7


def test_diagnostics_fail_where_few_draws_agree_with_the_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telling-ness so uncertain, and news so much of one kind, that few draws from the prior carry all."""
    monkeypatch.setattr(posterior, "ENOUGH", 0.0)  # no learning
    made = problem(certain=False)
    book = made.codebook.model_copy(
        update={"codes": {name: code.model_copy(update={"spread": 30.0}) for name, code in made.codebook.codes.items()}}
    )
    signals = tuple(
        row.model_copy(update={"id": f"{row.id}-{i}"}) for i in range(30) for row in made.signals if row.code == "up"
    )
    wild = made.model_copy(update={"codebook": book, "signals": signals})
    found = forecast(wild, day(3), draws=40, points=16).diagnostics
    assert not found.ok
    assert found.outer_ess < 50
    assert any("outer effective sample size" in message for message in found.messages)

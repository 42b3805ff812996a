"""Made-up histories of event counts: a small design, and counts by the stated model."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from foedus.news.history import History
from foedus.news.leads import Design, design
from foedus.news.rates import Rates, draw_counts, level_index, mean_counts, prior_rates

START = dt.date(2012, 1, 2)
SERIES = (("meet", "leader"), ("visit", "leader"), ("meet", "working"), ("visit", "working"))
EDGES, ERAS = (14, 45), (dt.date(2012, 6, 1), dt.date(2012, 12, 1))
SUMMITS = (100, 250, 330, 460)  # days after the start


def history(weeks: int = 70, series: tuple[tuple[str, str], ...] = SERIES) -> History:
    """A history without events."""
    days = tuple(START + dt.timedelta(days=7 * i) for i in range(weeks))
    outcomes = tuple(START + dt.timedelta(days=day) for day in SUMMITS)
    until = START + dt.timedelta(days=7 * weeks + 200)
    return History(days, series, np.zeros((weeks, len(series)), dtype=np.int64), outcomes, until, {"made up": "0" * 64})


def small() -> Design:
    """Seventy weeks of three eras, four summits, two lead bands, four series of two levels."""
    return design(history(), EDGES, ERAS)


def with_counts(made: Design, counts: NDArray[np.int64]) -> Design:
    return replace(made, history=replace(made.history, counts=counts))


def simulated(made: Design, rng: np.random.Generator) -> tuple[Rates, NDArray[np.int64]]:
    """Rates drawn from the stated prior, and counts that they give."""
    true = prior_rates(level_index(made), len(made.bands), len(made.eras), rng, 1)
    return true, draw_counts(mean_counts(true, made)[0], true.dispersion[0], rng)

"""Lead bands of weeks, day by day against a plain loop; what is not known is left out; eras."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import histories
from foedus.news.history import History
from foedus.news.leads import EDGES, design


def band_of(day: dt.date, outcomes: tuple[dt.date, ...], until: dt.date, edges: tuple[int, ...]) -> str:
    """The band of a day, by what the words say."""
    if any(0 <= (day - outcome).days <= 7 for outcome in outcomes):
        return "just after"
    ahead = [(outcome - day).days for outcome in outcomes if outcome > day]
    if ahead:
        return next((f"<={edge}" for edge in edges if min(ahead) <= edge), "later")
    return "later" if until - day >= dt.timedelta(days=edges[-1]) else "unknown"


@pytest.mark.parametrize("edges", [EDGES, (14, 45), (7,)])
def test_shares_are_those_of_the_days(edges: tuple[int, ...]) -> None:
    history = histories.history()
    until = history.outcomes[-1] + dt.timedelta(days=40)
    made = design(History(history.weeks, history.series, history.counts, history.outcomes, until, {}), edges)
    used = 0
    for week in history.weeks:
        days = [band_of(week + dt.timedelta(days=n), history.outcomes, until, edges) for n in range(7)]
        if "unknown" in days:
            assert week in made.left_out
            continue
        assert made.history.weeks[used] == week
        np.testing.assert_allclose(made.shares[used], [days.count(band) / 7 for band in made.bands], atol=1e-15)
        used += 1
    assert used == len(made.shares) == len(made.history.counts)
    assert made.weeks_in.sum() == pytest.approx(used)


def test_the_day_itself_is_just_after_and_the_day_before_is_one_day_ahead() -> None:
    history = histories.history()
    day = history.outcomes[0]  # a Wednesday
    made = design(history, (1, 2))
    week = made.history.weeks.index(day - dt.timedelta(days=day.weekday()))
    one, two, after = made.shares[week]
    assert (one, two) == (1 / 7, 1 / 7)
    assert after == pytest.approx((7 - day.weekday()) / 7)
    assert made.shares[week + 1, 2] == pytest.approx((day.weekday() + 1) / 7)  # seven days after it


def test_weeks_before_an_outcome_that_is_not_known_yet_are_left_out_and_named() -> None:
    history = histories.history(90)
    last = history.outcomes[-1]
    cut = History(history.weeks, history.series, history.counts, history.outcomes, last, {})
    made = design(cut, (14, 45))
    assert made.left_out
    assert all(week + dt.timedelta(days=6) > last + dt.timedelta(days=7) for week in made.left_out)
    longer = design(
        History(history.weeks, history.series, history.counts, history.outcomes, last + dt.timedelta(days=400), {}),
        (14, 45),
    )
    assert not longer.left_out  # no summit in view for long: that is known to be `later`


def test_eras_are_years_or_begin_where_they_are_said_to() -> None:
    history = histories.history()
    made = design(history)
    assert made.eras == ("2012", "2013")
    middles = [(week + dt.timedelta(days=3)).year for week in made.history.weeks]
    assert [made.eras[e] for e in made.era] == [str(year) for year in middles]
    said = design(history, EDGES, (dt.date(2012, 6, 1),))
    assert said.eras == ("before 2012-06-01", "from 2012-06-01")
    assert sum(said.era) == sum(week + dt.timedelta(days=3) >= dt.date(2012, 6, 1) for week in said.history.weeks)

"""Tables of event counts and outcomes: what is read, and what every fault says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from foedus.errors import CaseError
from foedus.news.history import History, read_history

PERIODS = "week_starting,036_leader,meet_below_leader\n2012-01-02,0,3\n2012-01-09,2,0\n2012-01-23,1,1\n"
OUTCOMES = "date,place\n2012-02-01,Seoul\n2012-06-01,Washington\n"


def read(tmp_path: Path, periods: str = PERIODS, outcomes: str = OUTCOMES, until: dt.date | None = None) -> History:
    (tmp_path / "weekly.csv").write_text(periods, "utf-8")
    (tmp_path / "summits.csv").write_text(outcomes, "utf-8")
    return read_history(tmp_path / "weekly.csv", tmp_path / "summits.csv", until)


def test_a_history_is_read_as_it_stands(tmp_path: Path) -> None:
    history = read(tmp_path, "\ufeff" + PERIODS.replace("\n", "\r\n"))
    assert history.weeks == (dt.date(2012, 1, 2), dt.date(2012, 1, 9), dt.date(2012, 1, 23))  # a week may be missing
    assert history.series == (("036", "leader"), ("meet", "below_leader"))
    assert history.names == ("036_leader", "meet_below_leader")
    np.testing.assert_array_equal(history.counts, [[0, 3], [2, 0], [1, 1]])
    assert history.outcomes == (dt.date(2012, 2, 1), dt.date(2012, 6, 1))
    assert history.known_until == dt.date(2012, 6, 1)
    assert all(len(sha) == 64 for sha in history.digests.values())


def test_a_part_of_it_knows_no_later_outcomes(tmp_path: Path) -> None:
    part = read(tmp_path).part(np.array([True, False, True]), dt.date(2012, 3, 1))
    assert part.outcomes == (dt.date(2012, 2, 1),)
    assert part.known_until == dt.date(2012, 3, 1)
    np.testing.assert_array_equal(part.counts, [[0, 3], [1, 1]])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("week_starting", "week", r"weekly.csv:1: the column 'week_starting' is missing: it holds the first day"),
        ("036_leader", "036", r"weekly.csv:1: the column '036' does not say at what actor level .* end it with"),
        ("meet_below_leader", "036_leader", r"weekly.csv:1: the column '036_leader' stands twice"),
        ("2012-01-09", "2012-01-08", r"weekly.csv:3: the week of 2012-01-08 begins less than 7 days after"),
        ("2012-01-09", "1/9/2012", r"weekly.csv:3: week_starting: '1/9/2012' is not a date: .* write YYYY-MM-DD"),
        ("2012-01-09,2", "2012-01-09,", r"weekly.csv:3: 036_leader: is empty: write 0 where nothing was counted"),
        ("2012-01-09,2", "2012-01-09,-2", r"weekly.csv:3: 036_leader: -2 is no count: write a whole number from 0"),
        ("2012-01-09,2", "2012-01-09,2.5", r"weekly.csv:3: 036_leader: '2.5' must be a whole number"),
        ("2012-01-09,2", "2012-01-09,#REF!", r"weekly.csv:3: 036_leader: '#REF!' is a spreadsheet's error"),
        ("2012-01-09,2,0", "2012-01-09,2", r"weekly.csv:3: has 2 cells where the header has 3"),
        (PERIODS, PERIODS.replace(",", ";"), r"weekly.csv:1: the columns are not separated by commas"),
        (PERIODS, "", r"weekly.csv:1: is empty: the first line must name the columns"),
        (PERIODS, PERIODS[:57], r"weekly.csv:2: has fewer than two weeks"),
        (PERIODS, "week_starting\n2012-01-02\n2012-01-09\n", r"weekly.csv:1: has no column of counts"),
    ],
)  # fmt: skip
def test_a_fault_in_the_counts_says_where_and_what_to_write(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in PERIODS
    with pytest.raises(CaseError, match=fault):
        read(tmp_path, PERIODS.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("date", "day", r"summits.csv:1: the column 'date' is missing: it holds the day of each outcome"),
        ("place", "palce", r"summits.csv:1: no column is called 'palce'; did you mean 'place'"),
        ("2012-06-01", "2012-02-01", r"summits.csv:3: 2012-02-01 does not come after 2012-02-01: put the outcomes in"),
        ("2012-06-01", "June 2012", r"summits.csv:3: date: 'June 2012' is not a date"),
        (OUTCOMES, "date\n", r"summits.csv:1: has no outcomes: without one there is no lead time to learn from"),
        (OUTCOMES, "date\n2011-05-01\n", r"summits.csv: every outcome lies before the first week, 2012-01-02"),
    ],
)
def test_a_fault_in_the_outcomes_says_where_and_what_to_write(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in OUTCOMES
    with pytest.raises(CaseError, match=fault):
        read(tmp_path, outcomes=OUTCOMES.replace(old, new))


def test_all_faults_of_both_files_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"(?s)summits.csv:3.*weekly.csv:2.*weekly.csv:4"):
        read(tmp_path, PERIODS.replace(",3\n", ",x\n").replace("1,1", "1,-1"), OUTCOMES.replace("2012-06", "2012-13"))


def test_a_list_that_goes_on_after_it_ends_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"complete until 2012-03-01, and goes on to 2012-06-01"):
        read(tmp_path, until=dt.date(2012, 3, 1))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"nothing.csv: there is no such file"):
        read_history(tmp_path / "nothing.csv", tmp_path / "nothing.csv")

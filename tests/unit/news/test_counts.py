"""Which counts are known when, what a revision changes, and what the account says of each row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from build import by_level, case, daily, day, ordinal, timing
from foedus.case.further import further_signals
from foedus.case.types import Case
from foedus.explain.attribution import waterfall
from foedus.forecast import account_of, forecast, moment
from foedus.problem.compile import compile_problem
from foedus.problem.contributions import VOID
from foedus.problem.types import Tally

CODE = {"kind": "counted", "coverage": "exhaustive", "base_rate": 30, "bears_on": {"deal": by_level(no=0.5, yes=2)}}
SAID = {"no": 0.5, "yes": 0.5}


def counted(*rows: dict[str, Any], **more: Any) -> Case:
    question = ordinal("no", "yes", decided_on=day(more.pop("decided_on", 20)))
    experts = more.pop("experts", ("ann",))
    return case(
        {"deal": question},
        {name: {"deal": SAID} for name in experts},
        days=20,
        codes={"crowd": CODE},
        counts=[{"code": "crowd", **row} for row in rows],
        **more,
    )


def tallies(made: Case, as_of: str) -> list[Tally]:
    return list(compile_problem(made, moment(made, as_of)).problem.tallies)


WEEK = {"from": day(2), "to": day(5), "count": 4}


@pytest.mark.parametrize(
    ("as_of", "known", "later"),
    [
        (day(6), 0, 0),
        (f"{day(8)}T09:59:59+00:00", 0, 1),
        (f"{day(8)}T10:00:00+00:00", 1, 0),
        (day(9), 1, 0),
    ],
)
def test_publication_decides_when_a_count_is_known(as_of: str, known: int, later: int) -> None:
    made = counted(WEEK | {"published": f"{day(8)}T10:00:00+00:00"})
    found = tallies(made, as_of)
    assert [(t.day, t.count, *t.exposure, t.part) for t in found] == [(4, 4, 4.0, 1.0)] * known
    rows = account_of(compile_problem(made, moment(made, as_of)))
    assert (rows.read, len(rows.used), len(rows.excluded), len(rows.later_that_day)) == (
        1,
        known,
        1 - known,
        later,
    )


def test_days_without_a_row_are_not_observed() -> None:
    assert tallies(counted(), day(9)) == []
    found = tallies(counted(WEEK, WEEK | {"from": day(8), "to": day(8), "count": 0}), day(9))
    assert [(t.day, t.count) for t in found] == [(4, 4), (8, 0)], "on the middle day of each"


def test_a_multiplier_that_changes_within_a_period_is_that_of_each_of_its_days() -> None:
    """By lead: of four days the first two are more than three days before the date, the other two are not."""
    lead = {"by": "lead", "multipliers": {"<=3": 3, "later": 1, "never": 0.5}}
    made = case(
        {"when": timing()},
        {"ann": {"when": daily([0.1] * 8, 0.2)}},
        days=8,
        codes={"crowd": CODE | {"bears_on": {"when": lead}}},
        counts=[WEEK | {"code": "crowd"}],
    )
    [tally] = tallies(made, day(6))
    at = int(np.searchsorted(tally.starts, 6, side="right")) - 1  # the course for day 7
    rows = dict(zip(tally.rows[:, at].tolist(), tally.exposure.tolist(), strict=False))
    assert sorted(tally.exposure[tally.rows[:, at] == row].sum() for row in rows) == [2.0, 2.0]
    never = tally.rows[:, -1]
    assert len(set(never.tolist())) == 1
    assert tally.exposure.sum() == 4


def test_a_revision_takes_the_place_of_what_it_revises() -> None:
    rows = (WEEK | {"published": day(6)}, WEEK | {"published": day(8), "count": 7})
    for order in (rows, rows[::-1]):
        made = counted(*order)
        assert {t.count for t in tallies(made, day(7))} == {4}
        assert {t.count for t in tallies(made, day(8))} == {7}
        account = account_of(compile_problem(made, moment(made, day(8))))
        assert account.used == ("crowd 2025-01-03..2025-01-06",)
        revised = 2 + order.index(rows[1])
        assert account.excluded == (("crowd 2025-01-03..2025-01-06", f"revised on line {revised}"),)


def test_a_count_that_the_panel_knew_is_in_the_prior() -> None:
    made = counted(WEEK, judged={"ann": day(5), "bo": day(7)}, experts=("ann", "bo"))
    assert tallies(made, day(9)) == []
    assert account_of(compile_problem(made, moment(made, day(9)))).in_prior == ("crowd 2025-01-03..2025-01-06",)


def test_a_count_counts_for_the_share_of_the_panel_that_had_not_seen_it() -> None:
    made = counted(WEEK, judged={"ann": day(4), "bo": day(7)}, experts=("ann", "bo"))
    [tally, *_] = tallies(made, day(9))
    assert (tally.part, tally.notes) == (0.5, ("50% of the panel had not seen it",))


def test_a_revision_of_what_the_panel_knew_stays_in_the_prior() -> None:
    rows = (WEEK | {"published": day(6)}, WEEK | {"published": day(8), "count": 7})
    assert tallies(counted(*rows, judged=day(6)), day(9)) == []


def test_a_period_that_ends_after_the_decision_is_void() -> None:
    made = counted(WEEK, {"from": day(6), "to": day(9), "count": 30}, decided_on=8)
    assert [t.count for t in tallies(made, day(12))] == [4]
    account = account_of(compile_problem(made, moment(made, day(12))))
    assert account.excluded == (("crowd 2025-01-07..2025-01-10", VOID),)
    assert len(account.used) == 1


def test_counting_stops_with_the_resolution_once_that_is_known() -> None:
    settled = [{"question": "deal", "resolved_on": day(4), "known_from": day(10), "outcome": "yes"}]
    made = counted(WEEK, resolutions=settled)
    assert len(tallies(made, day(9))) == 1
    assert tallies(made, day(10)) == []


def test_days_of_a_count_are_read_in_the_zone_of_the_question() -> None:
    """The civil day of Seoul ends in the morning of the same day in New York."""
    made = case(
        {"deal": ordinal("no", "yes", date_zone="America/New_York")},
        {"ann": {"deal": SAID}},
        timezone="Asia/Seoul",
        codes={"crowd": CODE},
        counts=[{"code": "crowd", "from": day(3), "to": day(4), "count": 1}],
    )
    assert [t.day for t in tallies(made, day(6))] == [4]
    early = made.model_copy(update={"counts": (made.counts[0].model_copy(update={"published": moment_of(made)}),)})
    assert [t.day for t in tallies(early, day(6))] == [3], "never seen after it was published"


def moment_of(made: Case) -> Any:
    """Noon of day 4 in Seoul, which is the evening of day 3 in New York."""
    published = made.counts[0].published
    return published.model_copy(update={"at": moment(made, f"{day(4)}T12:00:00+09:00"), "precision": "time"})


def test_without_an_as_of_time_the_last_count_is_now() -> None:
    made = counted(WEEK | {"published": f"{day(8)}T10:00:00+00:00"})
    assert moment(made, None) == moment(made, f"{day(8)}T10:00:00+00:00")


def test_the_waterfall_has_a_step_for_each_count() -> None:
    many = WEEK | {"from": day(6), "to": day(9), "count": 14}
    made = counted(WEEK | {"count": 0}, many, scenarios={"signed": "deal == yes"}, sources={"wire": {"credence": 0.8}})
    now = forecast(made, day(10), draws=64, points=64)
    time, few, lots = waterfall(now)
    assert (time.kind, few.kind, lots.kind) == ("time", "signal", "signal")
    assert (few.signals, few.code, few.source) == (("crowd 2025-01-03..2025-01-06",), "crowd", "wire")
    assert few.credence == pytest.approx(0.8)
    assert few.effects["signed"] < -0.1
    assert lots.effects["signed"] > 0.1
    assert lots.strength > few.strength > 0
    total = sum(step.effects["signed"] for step in (time, few, lots))
    found = now.estimates["signed"]
    assert total == pytest.approx(found.probability - found.prior, abs=6 * found.mcse + 1e-9)


def test_one_more_signal_has_a_place_of_its_own_beside_counts() -> None:
    up = {"bears_on": {"deal": by_level(no=1, yes=2)}}
    made = case(
        {"deal": ordinal("no", "yes", decided_on=day(20))}, {"ann": {"deal": SAID}}, days=20,
        codes={"crowd": CODE, "up": up, "down": {"bears_on": {"deal": by_level(no=2, yes=1)}}},
        counts=[{"code": "crowd", **WEEK}], signals=[{"code": "up", "published": day(3)}],
    )  # fmt: skip
    compiled = compile_problem(made, moment(made, day(9)))
    [signal] = further_signals(made, [{"code": "down", "source": "wire", "published": f"{day(9)}"}])
    problem, _ = compiled.with_one(signal)
    new = next(c for c in problem.contributions if c.code == "down")
    assert problem.units[new.unit].signals == (signal.id,)
    assert [problem.units[t.unit].code for t in problem.tallies] == ["crowd"]

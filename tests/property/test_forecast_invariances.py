"""What must change nothing: order, names, the machine's clock, a run in between, and evidence that says nothing.

Cases are drawn: any rows of news on four questions, events, groups and documents among them, and everything uncertain.
Numbers are compared to the bit where the same sums are done, else to rounding.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from build import bins, by_level, case, daily, day, nominal, ordinal, present, quantity, timing
from foedus.case.load import load
from foedus.case.types import Case
from foedus.forecast import Forecast, forecast

DAYS = 8
Row = dict[str, Any]
Name = Callable[[str], str]
SETTINGS = {"shared_error": 0.3, "weight_concentration": 2, "spread": 1.5, "dependence_spread": 0.3, "tempering": 0.3}
CODES = ("soon", "late", "named", "up", "down", "more", "less", "line", "call", "signed")
SOURCES = ("agency", "paper", "rumour")


def as_it_is(name: str) -> str:
    return name


def story(rows: list[Row], n: Name = as_it_is, more: Mapping[str, Any] | None = None, **options: Any) -> Case:
    """A case in which everything is called as `n` says; `more` adds questions, panel or codes."""
    more, cap = more or {}, options.pop("cap", "strongest")
    weekly = cap == "a week"
    when, level, much, kind = (n(q) for q in ("when", "level", "much", "kind"))
    known = [{"question": level, "resolved_on": day(5), "outcome": "b"}] if options.pop("resolved", False) else []
    dates = [daily([0.1, 0.05, 0.1, 0.1, 0.1, 0.05, 0.05], 0.45), daily([0.05] * 8, 0.6)]
    said: list[dict[Any, Any]] = [
        {when: dates[0], level: {"a": 0.3, "b": 0.4, "c": 0.3}, much: bins([0, 5, 9], [0.3, 0.7])},
        {when: dates[1], level: {"a": 0.6, "b": 0.2, "c": 0.2}, much: bins([-3, 5, 7], [0.8, 0.2])},
    ]
    said[0] |= {
        (kind, f"{when} <= {day(4)}"): {"x": 0.6, "y": 0.4},
        kind: {"x": 0.2, "y": 0.8},
        (level, f"{when} <= {day(4)}"): {"a": 0.2, "b": 0.3, "c": 0.5},
    }
    return case(
        {
            when: timing(half_life=[2, 5, 9]),
            level: ordinal("a", "b", "c", half_life=3, decided_on=day(5)),
            much: quantity(half_life=9, only_if=f"{when} <= {day(6)}"),
            kind: nominal("x", "y", parent=when, resolves_with=when, half_life=4),
            **more.get("questions", {}),
        },
        {n("ann"): said[0] | more.get("said", {}), n("bo"): said[1]},
        days=DAYS,
        codes=_codes(n, "all" if weekly else cap) | more.get("codes", {}),
        sources={
            n("agency"): {"reliability": "A"},
            n("paper"): {"credence": [0.4, 0.7, 0.9]},
            n("rumour"): {"reliability": "D"},
            n("liar"): {"credence": 0},
        },
        signals=[_row(row, n) for row in rows],
        resolutions=known,
        settings=SETTINGS | {"max_per_week": 1 if weekly else None},
        **options,
    )


def _codes(n: Name, cap: str) -> dict[str, Any]:
    lead = {"by": "lead", "multipliers": {"<=2": 3, "later": 1, "never": [0.3, 0.5, 0.8]}}
    late = {"by": "lead", "multipliers": {"<=2": 0.3, "later": 1, "never": 2}}
    named = {"by": "target", "multipliers": {"before": 0.7, "within": 4, "<=1 after": 1.5, "later": 0.6, "never": 0.5}}
    group = {"name": n("plan"), "cap": cap}
    when, level, much, kind = (n(q) for q in ("when", "level", "much", "kind"))
    return {
        n("soon"): {"group": group, "bears_on": {when: lead}},
        n("late"): {"bears_on": {when: late}},
        n("named"): {"group": group, "bears_on": {when: named}},
        n("up"): {"group": group, "bears_on": {level: by_level(a=0.5, b=1, c=2)}},
        n("down"): {"bears_on": {level: by_level(a=2, b=1, c=0.5), kind: by_level(x=0.6, y=1.5)}},
        n("more"): {"bears_on": {much: {"by": "value", "multipliers": {"<=5": 0.6, "above": [1, 2, 3]}}}},
        n("less"): {"bears_on": {much: {"by": "value", "multipliers": {"<=5": 1.5, "above": 0.5}}}},
        n("line"): {"kind": "per_document", "bears_on": {level: present(a=0.2, b=0.5, c=0.8)}},
        n("call"): {"coverage": "exhaustive", "base_rate": [2, 4, 8], "bears_on": {when: lead}},
        n("signed"): {"sees": "outcome", "bears_on": {level: by_level(a=0.2, b=0.5, c=0.9)}},
        n("flat"): {"group": group, "bears_on": {level: by_level(a=1, b=1, c=1)}},
    }


def _row(row: Row, n: Name) -> Row:
    return {
        k: n(v) if v and k in {"id", "code", "source", "event", "document", "supersedes"} else v for k, v in row.items()
    }


def whens(n: Name = as_it_is) -> list[str]:
    when, level, much, kind = (n(q) for q in ("when", "level", "much", "kind"))
    return [f"{when} <= {day(5)}", f"{when} is never", f"{level} >= b", f"{much} > 5", f"{kind} == x and {level} == c"]


def numbers(now: Forecast, n: Name = as_it_is) -> list[tuple[float, ...]]:
    return [(e.probability, e.low, e.high, e.mcse, e.prior) for e in map(now.estimate, whens(n))]


def same(found: Forecast, wanted: Forecast, n: Name = as_it_is) -> None:
    """Equal to rounding: a day on which nothing is learned splits a sum in two, and ties come in the order of ids."""
    np.testing.assert_allclose(numbers(found, n), numbers(wanted), rtol=1e-9, atol=1e-12)


def run(made: Case, at: int) -> Forecast:
    return forecast(made, day(at), draws=16, points=8)


@st.composite
def news(draw: st.DrawFn) -> list[Row]:
    """Up to seven rows: each its own, or of an event, in a document, or told late."""
    rows: list[Row] = []
    for i in range(draw(st.integers(0, 7))):
        code, at = draw(st.sampled_from(CODES)), draw(st.integers(0, 6))
        row: Row = {"id": f"s{i}", "code": code, "source": draw(st.sampled_from(SOURCES)), "published": day(at)}
        if code == "line":
            row |= {"document": f"d{at}", "observed": draw(st.sampled_from(["present", "absent", "not_seen"]))}
        elif code == "named":
            row |= {"target_from": day(at + 1), "target_to": day(at + 2)}
        elif draw(st.booleans()):
            row |= {"event": f"{code}{draw(st.integers(0, 1))}", "independent": draw(st.booleans())}
        rows.append(row | ({"happened": day(max(at - 1, 0))} if draw(st.booleans()) else {}))
    return rows


ats = st.integers(1, 7)
caps = st.sampled_from(["strongest", "average", "all", "a week"])


# -- order and names ---------------------------------------------------------------------------


@settings(max_examples=25)
@given(news(), ats, caps, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[Row], at: int, cap: str, random: Any) -> None:
    made = story(rows, cap=cap, resolved=True)
    shuffled = random.sample(rows, len(rows))
    other = story(shuffled, cap=cap, resolved=True)
    other = other.model_copy(update={"judgments": tuple(random.sample(made.judgments, len(made.judgments)))})
    same(run(other, at), run(made, at))


WORDS = [a + b + c for a in "zkb" for b in "aou" for c in ("m", "_1", "t9")]


@settings(max_examples=25)
@given(news(), ats, caps, st.permutations(WORDS))
def test_names_change_nothing(rows: list[Row], at: int, cap: str, words: list[str]) -> None:
    """Of questions, codes, sources, experts, signals, events, documents and groups; their order is kept.

    To rounding: what is known at the same moment is multiplied in the order of its ids.
    """
    called: dict[str, str] = {}

    def n(name: str) -> str:
        if name not in called:
            called[name] = words[len(called)] if len(called) < len(words) else f"q{len(called)}"
        return called[name]

    same(run(story(rows, n, cap=cap), at), run(story(rows, cap=cap), at), n)


def test_names_and_order_matter_where_they_should() -> None:
    """The negative control: other rows, and levels in another order, do change the numbers."""
    rows = [{"id": "s", "code": "up", "source": "agency", "published": day(2)}]
    plain = numbers(run(story(rows), 3))
    assert numbers(run(story([{**rows[0], "code": "down"}]), 3)) != plain
    assert numbers(run(story([{**rows[0], "source": "rumour"}]), 3)) != plain
    assert numbers(run(story(rows, resolved=True), 6)) != numbers(run(story(rows), 6))


# -- time --------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> Iterator[Callable[[str], None]]:
    """Set the machine's time zone, and set it back."""
    before = os.environ.get("TZ")

    def set_to(zone: str | None) -> None:
        os.environ.pop("TZ", None)
        if zone is not None:
            os.environ["TZ"] = zone
        time.tzset()

    yield set_to
    set_to(before)


def test_the_machines_time_zone_changes_nothing(worked_case: Path, clock: Callable[[str], None]) -> None:
    found, offsets = [], set()
    for zone in ("UTC", "Asia/Seoul", "America/New_York", "Pacific/Kiritimati"):
        clock(zone)
        offsets.add(time.timezone)
        made = load(worked_case)
        for as_of in (None, "2025-07-01", "2025-08-01T09:52:00+09:00"):
            now = forecast(made, as_of, draws=16, points=8)
            found.append((zone, now.as_of.isoformat(), now.estimates, now.account))
    assert len(offsets) == 4  # the clock was set
    for case_ in range(3):
        assert all(run[1:] == found[case_][1:] for run in found[case_::3])


@settings(max_examples=25)
@given(news(), ats, ats, caps)
def test_a_run_in_between_leaves_nothing_behind(rows: list[Row], first: int, then: int, cap: str) -> None:
    made = story(rows, cap=cap, resolved=True)
    earlier, at_once = run(made, first), run(made, then)
    later = earlier.at(at_once.as_of, 16, 8)
    same(later, at_once)
    same(later.at(earlier.as_of, 16, 8), earlier)


@settings(max_examples=25)
@given(news(), ats, caps)
def test_what_comes_later_is_not_known(rows: list[Row], at: int, cap: str) -> None:
    known = [row for row in rows if row["published"] <= day(at)]
    assume(len(known) < len(rows))
    same(run(story(rows, cap=cap), at), run(story(known, cap=cap), at))


# -- worthless evidence ------------------------------------------------------------------------


@st.composite
def worthless(draw: st.DrawFn) -> Callable[[list[Row]], list[Row]]:
    """What may be added to any rows, and says nothing."""
    at = draw(st.integers(1, 6))
    code = draw(st.sampled_from([c for c in CODES if c not in {"line", "named"}]))
    row: Row = {"id": "x", "code": code, "source": draw(st.sampled_from(SOURCES)), "published": day(at)}
    kind = draw(st.sampled_from(["flat", "liar", "retracted", "twice", "again", "unseen", "judged"]))

    def added(rows: list[Row]) -> list[Row]:
        if kind == "flat":
            return [*rows, {**row, "code": "flat"}]
        if kind == "liar":
            return [{**row, "source": "liar"}, *rows]
        if kind == "retracted":
            sorry = {**row, "id": "y", "published": day(0), "status": "retracted", "supersedes": "x"}
            return [{**row, "published": day(0)}, *rows, sorry]
        if kind == "unseen":
            return [*rows, {**row, "code": "line", "document": "d", "observed": "not_seen"}]
        if kind == "judged":
            return [{**row, "published": day(0)}, *rows]
        told = [r for r in rows if r["code"] != "line"]
        if not told:
            return rows
        event = told[-1].get("event") or "once"
        known = [{**r, "event": event} if r is told[-1] else r for r in rows]
        if kind == "twice":
            return [*known, {**told[-1], "event": event}]
        rows[:] = [{**r, "origin": "text"} if r.get("event") == event else r for r in known]
        return [*rows, {**told[-1], "event": event, "origin": "text", "id": "x"}]

    return added


@settings(max_examples=60)
@given(news(), ats, caps, worthless())
def test_what_says_nothing_has_no_effect_at_all(
    rows: list[Row], at: int, cap: str, adding: Callable[[list[Row]], list[Row]]
) -> None:
    more = adding(rows)
    same(run(story(more, cap=cap), at), run(story(rows, cap=cap), at))


@pytest.mark.parametrize("code", ["up", "call"])
@pytest.mark.parametrize("cap", ["average", "strongest"])
def test_who_is_never_believed_is_not_heard(code: str, cap: str) -> None:
    """He halved the weight of others in an averaged group, and the silence of what is covered in full said nothing."""
    row = {"id": "a", "code": code, "source": "agency", "published": day(3)}
    liar = {"id": "x", "code": code, "source": "liar", "published": day(2)}
    assert numbers(run(story([row, liar], cap=cap), 4)) == numbers(run(story([row], cap=cap), 4))
    assert numbers(run(story([liar], cap=cap), 4)) == numbers(run(story([], cap=cap), 4))
    twice = {**liar, "source": "paper"}
    assert numbers(run(story([row, twice], cap="average"), 4)) != numbers(run(story([row], cap="average"), 4))


# -- a question beside the others ----------------------------------------------------------------

BESIDE: dict[str, Any] = {
    "questions": {"other": ordinal("low", "mid", "high", half_life=[2, 6, 12])},
    "said": {"other": {"low": 0.5, "mid": 0.2, "high": 0.3}},
    "codes": {"odd": {"bears_on": {"other": by_level(low=0.1, mid=1, high=4)}}},
}
RELATED = BESIDE | {"said": BESIDE["said"] | {("level", "other == high"): {"a": 0.05, "b": 0.15, "c": 0.8}}}
ODD = [{"id": f"o{i}", "code": "odd", "source": "agency", "published": day(i + 1)} for i in range(3)]
EVEN = {"codes": BESIDE["codes"] | {"even": {"bears_on": {"other": by_level(low=4, mid=1, high=0.1)}}}}
EXAMPLES, ODDS_OF_A_FALSE_ALARM = 15, 1e-6


def apart(rows: list[Row], at: int, more: Mapping[str, Any]) -> float:
    """Largest difference that a further question makes, in combined errors over their bound."""
    alone = forecast(story(rows), day(at), draws=64, points=32)
    beside = forecast(story([*rows, *ODD], more=more | EVEN), day(at), draws=64, points=32)
    for name in ("weights", "telling", "rho"):  # its streams come after those of the others
        mine, theirs = (getattr(now.posterior.prior_parameters, name) for now in (alone, beside))
        np.testing.assert_array_equal(mine, theirs[: len(mine)])
    bound = -float(ndtri(ODDS_OF_A_FALSE_ALARM / 2 / EXAMPLES / len(whens())))
    pairs = [(alone.estimate(when), beside.estimate(when)) for when in whens()]
    return max(abs(a.probability - b.probability) / (bound * np.hypot(a.mcse, b.mcse) + 1e-9) for a, b in pairs)


@settings(max_examples=EXAMPLES)
@given(news(), ats)
def test_a_question_that_nothing_hangs_on_leaves_the_others_alone(rows: list[Row], at: int) -> None:
    assert apart(rows, at, BESIDE) < 1


def test_a_question_that_something_hangs_on_does_not() -> None:
    """The negative control of the test above."""
    assert apart([], 4, RELATED) > 1

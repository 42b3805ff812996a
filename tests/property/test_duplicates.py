"""Proposals hang on what rows say and on nothing else; and what is accepted counts as one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wires
from build import day
from foedus.case.types import Case, Signal
from foedus.forecast import Forecast, forecast
from foedus.news.duplicates import Found, Proposal, proposals

TEXTS = (
    "The role of US forces may change, the official said",
    "US forces' role may change, an official said",
    "주한미군의 역할이 변할 수 있다고 당국자가 말했다",
    "주한 미군 역할 변할 수 있다",
    "Round 7 of the talks was held in Honolulu",
    None,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "published": st.sampled_from([day(d) for d in (4, 5, 6, 12)] + [f"{day(5)}T23:30:00-05:00"]),
            "code": st.sampled_from(["role", "meeting", "summit_date"]),
            "source": st.sampled_from(["reuters", "yonhap"]),
            "actor": st.sampled_from(["KOR", "USA", "KOR;USA", None]),
            "recipient": st.sampled_from(["KOR", "USA", None]),
            "actor_level": st.sampled_from(["minister", "leader", None]),
            "speaker": st.sampled_from(["x", "y", None]),
            "quote": st.sampled_from(TEXTS),
            "event": st.sampled_from([None, None, "e1", "e2"]),
            "independent": st.booleans(),
        }
    ),
    min_size=2,
    max_size=12,
)


def named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": f"s{i:02}", **row} for i, row in enumerate(rows)]


def in_brief(found: Found) -> list[tuple[Any, ...]]:
    """What is proposed, without lines, which follow the order of the file."""
    lines = {row.line: row.id for p in found.proposals for row in p.rows}
    return [
        (p.kind, p.ids, p.score, p.reasons,
         sorted((lines.get(c.line), c.column, c.value, c.was or "") for c in p.cells if c.line in lines))
        for p in found.proposals
    ]  # fmt: skip


def accepted(case: Case, found: list[Proposal]) -> Case:
    """The case with the cells of proposals written."""
    cells = {(cell.line, cell.column): cell.value for proposal in found for cell in proposal.cells}
    written: list[Signal] = []
    for row in case.signals:
        own = {column: value for (line, column), value in cells.items() if line == row.line}
        written.append(row.model_copy(update=own))
    return case.model_copy(update={"signals": tuple(written)})


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[dict[str, Any]], random: Any) -> None:
    given_rows = named(rows)
    shuffled = list(given_rows)
    random.shuffle(shuffled)
    assert in_brief(proposals(wires.made(shuffled))) == in_brief(proposals(wires.made(given_rows)))


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_a_pair_is_proposed_whichever_comes_first(rows: list[dict[str, Any]]) -> None:
    """The ids of two rows change places: the same rows are proposed, for the same reasons."""
    a, b = (proposals(wires.made([{"id": i, **r} for i, r in zip(ids, rows, strict=False)])) for ids in ("ab", "ba"))
    assert [(p.kind, p.score, p.reasons, {*p.ids}) for p in a.proposals] == [
        (p.kind, p.score, p.reasons, {*p.ids}) for p in b.proposals
    ]


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_what_is_accepted_is_not_proposed_again(rows: list[dict[str, Any]]) -> None:
    case = wires.made(named(rows))
    merges = [p for p in proposals(case).proposals if p.cells]
    after = accepted(case, merges)
    again = [p for p in proposals(after).proposals if p.cells]
    joined = {frozenset(p.ids) for p in merges}
    assert not joined & {frozenset(p.ids) for p in again}
    for proposal in merges:  # and is one unit of evidence from then on
        units = forecast_of(after).compiled.evidence.units
        (unit,) = [unit for unit in units if proposal.ids[0] in unit.ids]
        assert set(proposal.ids) <= set(unit.ids)


def forecast_of(case: Case) -> Forecast:
    return forecast(case, day(20))


def all_accepted(case: Case) -> Case:
    return accepted(case, [p for p in proposals(case).proposals if p.cells])


@settings(max_examples=25, deadline=None)
@given(ROWS, st.integers(0, 11), st.sampled_from([{}, {"quote": TEXTS[1]}]), st.integers(0, 5))
def test_a_duplicate_that_is_accepted_changes_nothing(
    rows: list[dict[str, Any]], which: int, other: dict[str, Any], later: int
) -> None:
    """Among any others, one report once more, at the same time or hours later, in the same words or others."""
    rows = [{**row, "independent": False, "event": None} for row in rows]
    first = rows[which % len(rows)] | {"quote": TEXTS[0], "published": f"{day(5)}T09:00:00+09:00", "speaker": "z"}
    copy = {**first, **other, "id": "copy", "published": f"{day(5)}T{9 + later:02}:00:00+09:00"}
    kept = [row for row in named(rows) if row["code"] != first["code"]]
    alone = wires.made([*kept, {**first, "id": "first"}])
    both = wires.made([*kept, {**first, "id": "first"}, copy])
    assert any({"first", "copy"} <= {*p.ids} for p in proposals(both).proposals if p.cells)
    before, after, twice = (forecast_of(case) for case in (all_accepted(alone), all_accepted(both), both))
    np.testing.assert_array_equal(after.posterior.tables[0].own, before.posterior.tables[0].own)
    assert len(twice.compiled.evidence.units) > len(after.compiled.evidence.units)


def test_a_duplicate_that_is_not_accepted_counts_twice() -> None:
    """The negative control."""
    row = {"id": "a", "published": day(5), "code": "role", "source": "reuters", "quote": TEXTS[0], "speaker": "x"}
    alone, both = (forecast_of(wires.made(rows)) for rows in ([row], [row, {**row, "id": "b"}]))
    with pytest.raises(AssertionError, match="not equal"):
        np.testing.assert_array_equal(both.posterior.tables[0].own, alone.posterior.tables[0].own)

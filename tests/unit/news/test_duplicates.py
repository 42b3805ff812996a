"""Near-duplicates: what is proposed, of which kind, and what is not; measured on made-up wires and the worked case."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wires
from build import by_level, day
from foedus.case.load import load
from foedus.case.types import Case, Distinct
from foedus.forecast import moment
from foedus.news import pairs
from foedus.news.duplicates import Found, Proposal, proposals
from foedus.news.pairs import NEIGHBOURS
from wires import true_pairs

SAID = "The role of US forces may change as the region changes, the official said"
FULL = {"code": "role", "source": "reuters", "actor": "KOR", "recipient": "USA", "actor_level": "minister"}
UP = {"bears_on": {"q": by_level(a=0.5, b=2)}}


def row(name: str, at: int | str = 5, **more: Any) -> dict[str, Any]:
    published = day(at) if isinstance(at, int) else at
    return {"id": name, "published": published, **FULL, **more}


def found(*rows: dict[str, Any], **more: Any) -> Found:
    return proposals(wires.made(list(rows), **more))


def only(*rows: dict[str, Any], **more: Any) -> Proposal:
    (proposal,) = found(*rows, **more).proposals
    return proposal


def proposed(case: Case) -> set[frozenset[str]]:
    merges = (p for p in proposals(case).proposals if p.cells)
    return {frozenset(pair) for p in merges for pair in combinations(p.ids, 2)}


def recall_and_precision(true: set[frozenset[str]], said: set[frozenset[str]]) -> tuple[float, float]:
    return len(true & said) / len(true), len(true & said) / len(said)


# -- what is found -----------------------------------------------------------------------------


def test_on_made_up_wires() -> None:
    """All 27 pairs; and with them three that are not: another meeting of working level that day, of which nothing but
    the language of its report tells it from a round of talks."""
    case = wires.made()
    said = proposed(case)
    true = true_pairs([signal.id for signal in case.signals])
    assert true <= said
    assert {wires.story(name) for pair in said - true for name in pair} == {"round3", "working_group"}
    recall, precision = recall_and_precision(true, said)
    assert (recall, round(precision, 2)) == (1, 0.9)


def test_texts_and_speakers_are_needed_for_it() -> None:
    """The negative control: where neither is known, precision is what code, states, level and day alone give."""
    bare = [{k: v for k, v in r.items() if k not in {"quote", "speaker"}} for r in wires.rows()]
    case = wires.made(bare)
    said, true = proposed(case), true_pairs([signal.id for signal in case.signals])
    assert recall_and_precision(true, said)[1] < 0.9


def test_on_the_worked_case(root: Path) -> None:
    """What its coder joined by event, statement and origin, taken away: found again, but for one pair too many."""
    case = load(root / "scenarios" / "rok-us-2025")
    known = moment(case, "2025-08-01T09:52:00+09:00")
    signals = [s for s in case.signals if s.published.at <= known]
    nothing = dict.fromkeys(("event", "origin", "statement"))
    stripped = case.model_copy(update={"signals": tuple(s.model_copy(update=nothing) for s in signals)})
    current = {s.supersedes for s in signals}
    true = {
        frozenset((a.id, b.id))
        for a, b in combinations(signals, 2)
        if a.code == b.code and a.event and a.event == b.event and not a.document and not {a.id, b.id} & current
    }
    assert len(true) == 14
    said = proposed(stripped)
    assert true <= said
    assert said - true == {frozenset(("e18-coordination", "s20-visit-rok"))}  # one ministry twice on one subject
    joined = {frozenset(pair) for p in proposals(case).proposals for pair in combinations(p.ids, 2)}
    assert joined == said - true  # what is joined is not proposed again


# -- kinds -------------------------------------------------------------------------------------


def test_a_row_under_another_id() -> None:
    one = only(row("a", quote=SAID), row("b", quote=SAID, note="by another hand"))
    assert one.kind == "exact"
    assert [(c.line, c.column, c.value) for c in one.cells] == [(2, "origin", "a-text"), (3, "origin", "a-text")]


def test_one_text_in_many_outlets() -> None:
    rows = [row("a", quote=SAID), row("b", 6, source="yonhap", quote=f"{SAID}.")]
    one = only(*rows, row("c", source="newsis", url="https://n.org/1?utm_source=x"),
               row("d", source="hankyung", url="http://www.n.org/1/"))  # fmt: skip
    assert one.kind == "event"
    origins = {cell.value: {c.line for c in one.cells if c.value == cell.value} for cell in one.cells}
    assert origins == {"a-event": {2, 3, 4, 5}, "a-text": {2, 3}, "c-text": {4, 5}}
    assert only(*rows).kind == "text"


def test_access_of_its_own_is_no_copy() -> None:
    one = only(row("a", quote=SAID), row("b", source="yonhap", quote=SAID, independent=True))
    assert one.kind == "event"
    assert {cell.column for cell in one.cells} == {"event"}


def test_an_event_that_is_named_already_takes_the_other_in() -> None:
    one = only(row("a", quote=SAID), row("b", source="yonhap", speaker="x", event="briefing"))
    assert [(c.line, c.column, c.value, c.was) for c in one.cells] == [(2, "event", "briefing", None)]


def test_two_events_are_made_one_with_all_their_rows() -> None:
    same = {"quote": SAID, "independent": True, "speaker": "x"}
    rows = [row("a", event="one", **same), row("b", event="two", **same), row("c", 30, event="two", code="visit")]
    one = only(*rows)
    assert [(c.line, c.value, c.was) for c in one.cells] == [(3, "one", "two"), (4, "one", "two")]
    assert "they are marked as different events" in one.reasons
    assert not found(*({**r, "quote": ""} for r in rows)).proposals  # without texts, the coder is believed


def test_a_name_that_is_taken_is_not_given_again() -> None:
    taken = [row("x", 30, event="a-event"), row("y", 35, origin="a-text")]
    rows = [row("a", quote=SAID), row("b", source="yonhap", quote=SAID), row("c", speaker="x", independent=True)]
    assert {cell.value for cell in only(*rows, *taken).cells} == {"a-event-2", "a-text-2"}


def test_mirrored_records_of_a_meeting_are_one_and_threats_are_two() -> None:
    sides = [{"actor": "USA", "recipient": "KORMIL"}, {"actor": "KOR", "recipient": "USA"}]
    one = only(*(row(name, code="meeting", **side) for name, side in zip("ab", sides, strict=True)))
    assert one.kind == "mirror"
    assert "actor and recipient change places" in one.reasons
    assert not found(*(row(name, code="threat", **side) for name, side in zip("ab", sides, strict=True))).proposals
    told = [row(name, code="threat", quote=SAID, **side) for name, side in zip("ab", sides, strict=True)]
    assert only(*told).kind == "mirror"


def test_a_week_of_re_reporting_is_a_warning() -> None:
    rows = [row(f"s{i}", 5 + 2 * i, quote=SAID, source="yonhap") for i in range(4)]
    one = only(*rows)
    assert (one.kind, one.cells, one.ids) == ("retold", (), ("s0", "s1", "s2", "s3"))
    assert "over 6 days" in one.reasons
    assert not found(*rows, settings={"max_per_week": 1}).proposals
    grouped = wires.CODES | {"role": UP | {"group": {"name": "roles"}}}
    assert not found(*rows, codes=grouped).proposals


def test_one_story_under_two_codes_is_a_warning() -> None:
    rows = [row("a", code="summit_date", quote=SAID), row("b", code="meeting", quote=SAID)]
    one = only(*rows)
    assert (one.kind, one.cells) == ("two_codes", ())
    assert not found(rows[0], {**rows[1], "code": "threat"}).proposals  # far from a summit's date
    grouped = {name: UP | {"group": {"name": "g"}} for name in ("summit_date", "meeting")}
    assert not found(*rows, codes=grouped).proposals
    free = {name: UP | {"group": {"name": "g", "cap": "all"}} for name in ("summit_date", "meeting")}
    assert only(*rows, codes=free).kind == "two_codes"


# -- what is compared --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({}, True),
        ({"code": "threat"}, False),
        ({"actor": "PRK"}, False),
        ({"actor": "USA", "recipient": "KOR"}, True),  # with a text
        ({"actor_level": "leader"}, False),
        ({"actor": None, "recipient": None, "actor_level": None}, True),  # not given is not different
        ({"published": day(7)}, False),  # told again, and by then a warning
        ({"published": day(13)}, False),
        ({"auxiliary": "negation"}, True),  # one text, coded in two ways
        ({"auxiliary": "negation", "quote": None}, False),
        ({"target_from": day(20), "target_to": day(22)}, True),
        ({"published": f"{day(5)}T23:30:00-05:00"}, True),  # an evening in Washington is the next day in Seoul
        ({"published": f"{day(6)}T23:30:00-05:00"}, False),  # more than a day after the end of the fifth
    ],
)
def test_what_is_the_same(other: dict[str, Any], same: bool) -> None:
    first = row("a", quote=SAID, speaker="someone", auxiliary="actual", target_from=day(20), target_to=day(22))
    second = {**first, "id": "b", "source": "yonhap", **other}
    merges = [p for p in found(first, second).proposals if p.cells]
    assert bool(merges) == same


def test_when_it_happened_counts_and_not_when_it_was_printed() -> None:
    happened = {"happened": day(5), "speaker": "x"}
    assert only(row("a", 5, **happened), row("b", 25, source="yonhap", **happened)).kind == "event"
    assert not found(row("a", 5, happened=day(1)), row("b", 5, source="yonhap", happened=day(4))).proposals


def test_numbers_that_differ_speak_against_it() -> None:
    rounds = [row(name, quote=f"Round {n} of the talks was held in Honolulu") for name, n in (("a", 7), ("b", 8))]
    same = [{**rounds[0]}, {**rounds[0], "id": "b", "source": "yonhap"}]
    assert only(*same).score > only(*rounds).score + 0.01


def test_what_counts_for_nothing_is_not_proposed() -> None:
    line = {"kind": "per_document", "bears_on": {"q": {"by": "level", "probability_present": {"a": 0.3, "b": 0.8}}}}
    codes = wires.CODES | {"line": line, "background": {}}
    same = {"quote": SAID}
    assert not found(row("a", code="line", **same), row("b", code="line", **same), codes=codes).proposals
    assert not found(row("a", code="background", **same), row("b", code="background", **same), codes=codes).proposals
    assert not found(row("a", **same), row("b", **same, status="corrected", supersedes="a")).proposals


def test_as_of_a_time() -> None:
    case = wires.made([row("a", 5, quote=SAID), row("b", 6, quote=SAID)])
    assert len(proposals(case, moment(case, day(6))).proposals) == 1
    assert not proposals(case, moment(case, day(5))).proposals


# -- what is told apart ------------------------------------------------------------------------


def distinct(*sets: Iterable[str]) -> tuple[Distinct, ...]:
    return tuple(Distinct(set=str(i), id=name, line=2) for i, names in enumerate(sets) for name in names)


def test_what_is_distinct_is_not_proposed_again_not_even_through_a_third() -> None:
    case = wires.made([row(name, quote=SAID, source="yonhap") for name in "ab"])
    assert proposals(case).proposals
    assert not proposals(case.model_copy(update={"distinct": distinct("ab")})).proposals
    three = wires.made([row(name, at, quote=SAID) for name, at in zip("abc", (5, 5, 5), strict=True)])
    (one,) = proposals(three.model_copy(update={"distinct": distinct("ab")})).proposals
    assert len(one.ids) == 2
    assert "c" in one.ids


def test_a_chain_of_days_is_not_one_event() -> None:
    """Every one is alike the next, and all of a fortnight are not one."""
    rows = [row(f"s{i:02}", 5 + i, source="yonhap", speaker="x") for i in range(14)]
    merges = [p for p in found(*rows).proposals if p.cells]
    assert {len(p.rows) for p in merges} <= {2, 3}
    assert len({name for p in merges for name in p.ids}) == sum(len(p.ids) for p in merges)


# -- many --------------------------------------------------------------------------------------


def compared(n: int, days: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many pairs are looked at among `n` rows spread over so many days."""
    rows = [row(f"s{i}", int(rng.integers(0, days)), quote=f"{i} {rng.random()}") for i in range(n)]
    looked: list[int] = []
    scored = pairs._scored
    monkeypatch.setattr(pairs, "_scored", lambda fields, a, b, gap: looked.append(len(a)) or scored(fields, a, b, gap))
    found(*rows)
    monkeypatch.undo()
    return sum(looked)


def test_cost_grows_with_the_number_of_rows_and_not_with_its_square(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one code, the worst case: over twice the time twice as many pairs, and never more than a row's share."""
    once, twice = (compared(n, d, rng, monkeypatch) for n, d in ((300, 40), (600, 80)))
    assert 1.8 < twice / once < 2.4
    assert compared(600, 1, rng, monkeypatch) <= 600 * NEIGHBOURS < 600 * 599 / 2


def test_more_than_can_be_compared_is_said(rng: np.random.Generator) -> None:
    words = list("abcdefgh")
    rows = [row(f"s{i}", quote=" ".join(rng.permutation(words))) for i in range(NEIGHBOURS + 2)]
    assert found(*rows).crowded == ("role",)
    assert found(*rows[:-2]).crowded == ()

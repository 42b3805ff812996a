"""Several coders of one signal: what may not change a forecast, what must, and that every way to it is the same."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from build import _signal, by_level, case, day, ordinal, present
from foedus.case.types import Case, Signal
from foedus.forecast import Forecast, forecast
from foedus.inference.tables import tables
from foedus.news.coders.codings import Coding
from foedus.problem.compile import compile_problem
from foedus.problem.mixture import readings

Row = dict[str, Any]
CODES: dict[str, Any] = {
    "up": {"bears_on": {"q": by_level(a=0.4, b=1, c=2.5)}},
    "down": {"bears_on": {"q": by_level(a=2.5, b=1, c=0.4)}},
    "slow": {"bears_on": {"q": by_level(a=1.5, b=0.6, c=1)}},
    "line": {"kind": "per_document", "bears_on": {"q": present(a=0.2, b=0.5, c=0.8)}},
    "nothing": {},
}
WHENS = ("q == a", "q >= b", "q == c")


def story(rows: list[Row], **more: Any) -> Case:
    settings = {"spread": 1.5, "tempering": 0.3}
    said = {"ann": {"q": {"a": 0.3, "b": 0.4, "c": 0.3}}, "bo": {"q": {"a": 0.2, "b": 0.3, "c": 0.5}}}
    codes, sources = {**CODES, **more.pop("codes", {})}, {"wire": {"reliability": "B"}, "paper": {"reliability": "C"}}
    return case({"q": ordinal("a", "b", "c", half_life=20)}, said, codes=codes, sources=sources, signals=rows,
                settings=settings, **more)  # fmt: skip


def run(made: Case, at: int = 8, seed: int = 1) -> Forecast:
    return forecast(made, day(at), seed, draws=32, points=16)


def numbers(now: Forecast) -> list[tuple[float, ...]]:
    return [(e.probability, e.low, e.high, e.mcse, e.prior) for e in map(now.estimate, WHENS)]


def read(code: str, at: int, coder: str | None = None, **more: Any) -> Row:
    return {"code": code, "published": day(at), "coder": coder, **more}


ONCE = [read("up", 1, id="s1"), read("down", 3, id="s2"), read("up", 4, id="s3", event="e"),
        read("slow", 5, id="s4", event="e")]  # fmt: skip


def by(coder: str | None, rows: list[Row] = ONCE) -> list[Row]:
    return [{**row, "coder": coder} for row in rows]


def contested(seed: int = 3) -> list[Row]:
    """Three coders of eight signals who differ on some."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(["up", "down", "slow", "nothing"], 8)
    rows = []
    for coder, slip in (("ann", 0.1), ("bo", 0.3), ("cy", 0.5)):
        wrote = np.where(rng.random(8) < slip, rng.choice(["up", "down", "slow"], 8), truth)
        rows += [read(str(code), 1 + i % 7, coder, id=f"s{i}") for i, code in enumerate(wrote)]
    return rows


# -- what changes nothing ----------------------------------------------------------------------


def test_one_coder_alone_is_as_if_coders_had_no_names() -> None:
    plain = numbers(run(story(by(None))))
    assert numbers(run(story(by("ann")))) == plain
    mixed_names = [{**row, "coder": f"c{i}"} for i, row in enumerate(ONCE)]
    assert numbers(run(story(mixed_names))) == plain


@pytest.mark.parametrize("coders", [2, 5])
def test_coders_who_agree_are_as_one(coders: int) -> None:
    rows = [row for i in range(coders) for row in by(f"c{i}")]
    assert numbers(run(story(rows))) == numbers(run(story(by("ann"))))


def test_order_of_rows_and_names_of_coders_and_signals_change_nothing(rng: np.random.Generator) -> None:
    rows = contested()
    wanted = numbers(run(story(rows)))
    for _ in range(3):
        names = dict(zip(["ann", "bo", "cy"], rng.permutation(["x", "y", "z"]), strict=True))
        ids = dict(zip([f"s{i}" for i in range(8)], rng.permutation([f"t{i}" for i in range(8)]), strict=True))
        other = [{**rows[i], "coder": str(names[rows[i]["coder"]]), "id": str(ids[rows[i]["id"]])}
                 for i in rng.permutation(len(rows))]  # fmt: skip
        np.testing.assert_allclose(numbers(run(story(other))), wanted, rtol=1e-9, atol=1e-12)


def test_disagreement_does_change_something() -> None:
    """The negative control of all the above."""
    rows = contested()
    assert numbers(run(story(rows))) != numbers(run(story([row for row in rows if row["coder"] == "ann"])))


def test_the_seed_of_a_forecast_does_not_touch_the_weights() -> None:
    rows = contested()
    weights = [
        [item.options for unit in run(story(rows), seed=seed).compiled.evidence.units for item in unit.items]
        for seed in (1, 2)
    ]
    assert [[w for w, _ in options] for options in weights[0]] == [[w for w, _ in options] for options in weights[1]]


# -- what changes little -----------------------------------------------------------------------


def guessing(rng: np.random.Generator) -> tuple[list[Row], list[Row]]:
    """Forty signals by two coders who agree on all but a few, and the rows of a third who guesses."""
    codes = ["up", "down", "slow"]
    truth = rng.choice(codes, 40, p=[0.6, 0.2, 0.2])
    rows, third = [], []
    for i, code in enumerate(truth):
        at, slip = 1 + i % 7, str(rng.choice(codes)) if i % 10 == 0 else str(code)
        rows += [read(str(code), at, "ann", id=f"s{i:02}"), read(slip, at, "bo", id=f"s{i:02}")]
        third.append(read(str(rng.choice(codes)), at, "cy", id=f"s{i:02}"))
    return rows, third


def logits(now: Forecast) -> np.ndarray:
    p = np.array([now.probability(when) for when in WHENS])
    return np.log(p / (1 - p))


def test_a_coder_who_guesses_changes_little(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fifth, at most, of what counting every coder alike would change."""
    rows, third = guessing(rng)
    two, three = run(story(rows)), run(story([*rows, *third]))
    ours = np.abs(logits(three) - logits(two)).max()

    def alike(self: Coding, name: str) -> dict[Any, float]:
        given = [self.labels[k] for k in self.table[self.place[name]] if k >= 0]
        return {label: given.count(label) / len(given) for label in given}

    monkeypatch.setattr(Coding, "weights", alike)
    counted = np.abs(logits(run(story([*rows, *third]))) - logits(two)).max()
    assert counted > 0.1
    assert ours < counted / 5


# -- what coders say, and what is decided ------------------------------------------------------


def options(made: Case, at: int = 8) -> list[tuple[float, Signal]]:
    (unit,) = compile_problem(made, run(made, at).as_of).evidence.units
    (item,) = unit.items
    return list(item.options)


def test_who_saw_nothing_that_counts_weighs_as_nothing() -> None:
    """A code without bearing, or a line that one did not see: half of the signal says nothing."""
    for row, other in (
        (read("up", 2, "ann", id="x"), {"code": "nothing"}),
        (read("line", 2, "ann", id="x", document="d"), {"observed": "not_seen"}),
    ):
        made = story([row, {**row, "coder": "bo", **other}])
        assert [w for w, _ in options(made)] == pytest.approx([0.5, 0.5], abs=1e-12)
        (found,) = run(made).compiled.problem.contributions
        assert sorted(len(term.rows) for term in found.terms) == [0, 1]
        alone = run(story([row])).probability("q == c")
        assert run(story([])).probability("q == c") < run(made).probability("q == c") < alone


def test_a_line_that_one_saw_and_one_missed_is_read_both_ways() -> None:
    row = read("line", 2, "ann", id="x", document="d")
    made = story([row, {**row, "coder": "bo", "observed": "absent"}])
    assert sorted(signal.observed for _, signal in options(made)) == ["absent", "present"]


def test_one_code_with_two_dates_shares_its_weight() -> None:
    codes = {"named": {"bears_on": {"q": by_level(a=0.5, b=1, c=2)}}}
    row = read("named", 2, "ann", id="x", target_from=day(5), target_to=day(5))
    rows = [row, {**row, "coder": "bo"}, {**row, "coder": "cy", "target_to": day(6)}]
    found = options(story(rows, codes=codes))
    assert [(round(w, 12), str(s.target_to)) for w, s in found] == [
        (round(2 / 3, 12), day(5)),
        (round(1 / 3, 12), day(6)),
    ]


def test_who_adjudicates_decides() -> None:
    rows = contested()
    decided = [read("down", 2, "adjudicated", id="s1"), read("nothing", 3, "adjudicated", id="s2")]
    now = run(story([*rows, *decided]))
    alone = run(story([*(row for row in rows if row["id"] not in {"s1", "s2"}), *by(None, decided)]))
    units = {unit.ids: unit for unit in now.compiled.evidence.units}
    assert [(w, s.code) for w, s in units["s1",].items[0].options] == [(1.0, "down")]
    assert ("s2",) not in units
    reasons = dict(now.account.excluded)
    assert reasons["s1"] == "adjudicated: another row of this signal decides"
    assert len([why for _, why in now.account.excluded if why == reasons["s1"]]) == 6
    coding = now.compiled.evidence.coding
    assert coding is not None
    assert "adjudicated" not in coding.coders
    assert sorted(coding.labels[k][0] for k in coding.decided if k >= 0) == ["down", "nothing"]
    same = [unit.ids for unit in alone.compiled.evidence.units]
    assert same == [unit.ids for unit in now.compiled.evidence.units]


def test_a_correction_of_ones_own_row_takes_its_place_alone() -> None:
    rows = [read("up", 2, "ann", id="x"), read("down", 2, "bo", id="x"),
            read("up", 4, "bo", id="x", status="corrected", supersedes="x")]  # fmt: skip
    assert [s.code for _, s in options(story(rows), 3)] == ["up", "down"]
    assert [(w, s.code) for w, s in options(story(rows), 5)] == [(1.0, "up")]


def test_a_code_that_two_reports_of_one_event_give_is_said_once() -> None:
    """One is read in two ways, the other in one of these: never is the same code multiplied with itself."""
    up, down = (_signal(read(code, 1), 0, ZoneInfo("UTC")) for code in ("up", "down"))
    found = readings([[(0.75, up), (0.25, down)], [(1.0, up)]])
    assert [(w, [s.code for s in said]) for w, said in found] == [(0.75, ["up"]), (0.25, ["down", "up"])]


def test_the_most_probable_readings_of_a_unit_are_kept() -> None:
    signals = [_signal(read(f"c{i}", 1), i, ZoneInfo("UTC")) for i in range(16)]
    choices = [[(0.9, signals[i]), (0.1, signals[i + 8])] for i in range(8)]
    found = readings(choices, most=37)  # 1 + 8 + 28: none, one or two slips
    assert len(found) == 37
    assert sum(w for w, _ in found) == pytest.approx(1)
    assert min(sum(s in signals[:8] for s in said) for _, said in found) == 6


# -- ways to a forecast ------------------------------------------------------------------------


def assert_tables_are_new(now: Forecast) -> None:
    fresh = tables(compile_problem(now.case, now.as_of).problem, now.posterior.parameters)
    for kept, new in zip(now.posterior.tables, fresh, strict=True):
        scale = np.exp(kept.log_scale - new.log_scale)
        np.testing.assert_allclose(kept.likelihood * scale, new.likelihood, rtol=1e-9, atol=1e-12)


def test_day_by_day_is_as_at_once() -> None:
    """A later signal tells of the coders, and so moves the weights of earlier ones: also of those compiled already."""
    now = run(story(contested()), 2)
    moved = []
    for at in (4, 6, 8):
        before = now.compiled.evidence.units[0].items[0].options[0][0]
        now = now.revised(as_of=day(at))
        moved.append(now.compiled.evidence.units[0].items[0].options[0][0] != before)
        assert_tables_are_new(now)
    assert any(moved)


def test_what_comes_later_tells_nothing_of_coders() -> None:
    rows = contested()
    known = [row for row in rows if row["published"] <= day(4)]
    assert numbers(run(story(rows), 4)) == numbers(run(story(known), 4))


def test_further_signals_beside_contested_ones() -> None:
    """One more signal leaves the weights of the others alone, and two coders of a new one are a mixture."""
    now = run(story(contested()))
    one = {"id": "new", "code": "up", "source": "wire"}
    after = now.revised([one], now.as_of)
    assert_tables_are_new(after)
    estimates = [e.probability for e in after.estimates.values()]
    np.testing.assert_allclose(now.what_if([one]).loc["new"].iloc[:-1], estimates, atol=1e-9)
    before = {unit.ids: unit.items for unit in now.compiled.evidence.units}
    assert {unit.ids: unit.items for unit in after.compiled.evidence.units if unit.ids != ("new",)} == before
    both = now.revised([{**one, "coder": "ann"}, {**one, "coder": "bo", "code": "down"}], now.as_of)
    assert_tables_are_new(both)
    assert len(both.compiled.evidence.units[-1].items[0].options) == 2


def test_the_account_tells_of_mixtures() -> None:
    said = run(story(contested())).account.defaulted
    (note,) = [sentence for sentence in said if "read in several ways" in sentence]
    assert note.endswith("count as mixtures (see foedus coders)")
    assert not any("read in several ways" in sentence for sentence in run(story(by("ann"))).account.defaulted)

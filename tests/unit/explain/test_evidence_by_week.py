"""Evidence as plain data: how telling and which way, codes by week, and every row accounted for once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from math import exp, log
from typing import Any

import pytest

from build import by_level, case, daily, day, nominal, ordinal, present, timing
from foedus.case.types import Case
from foedus.errors import CaseError
from foedus.explain.checked import Checked, checked
from foedus.explain.heat import Cell, Row, monday

CODES: dict[str, Any] = {
    "up": {"bears_on": {"q": by_level(a=0.5, b=2)}},
    "down": {"bears_on": {"q": by_level(a=2, b=0.5)}},
    "line": {"kind": "per_document", "bears_on": {"q": present(a=0.3, b=0.8)}},
    "background": {},
}
NEAR: dict[str, Any] = {
    "near": {"bears_on": {"t": {"by": "lead", "multipliers": {"<=5": 2, "later": 1, "never": 0.5}}}},
    "far": {"bears_on": {"t": {"by": "lead", "multipliers": {"<=5": 0.5, "later": 1, "never": 2}}}},
}


def made(*rows: dict[str, Any], codes: dict[str, Any] = CODES, **more: Any) -> Case:
    return case(
        {"q": ordinal("a", "b")},
        {"ann": {"q": {"a": 0.6, "b": 0.4}}},
        **{"days": 60, "codes": codes, "sources": {"paper": {"credence": 0.7}}}
        | {"signals": [{"code": "up", "published": day(2), **row} for row in rows]}
        | more,
    )


def cells(what: Checked, code: str) -> dict[int, Cell]:
    (row,) = (row for row in what.heat().rows if row.code == code)
    return row.cells


# -- how telling, which way --------------------------------------------------------------------


def expected(r: float) -> tuple[float, float]:
    """By hand: of two codes equally frequent, `up` on a pool of 0.6 and 0.4."""
    bar = (0.5 + 2) / 2
    mean = 0.6 * 0.5 / bar + 0.4 * 2 / bar
    a, b = (r * m / bar / mean + 1 - r for m in (0.5, 2))
    after = 0.4 * b / (0.6 * a + 0.4 * b)
    return log(b / a), (after - 0.4) * ((0.6 + 0.4 / 2) - 0.6 / 2)


@pytest.mark.parametrize(("source", "r"), [("wire", 1.0), ("paper", 0.7)])
def test_weight_and_lean_are_those_of_bayes_by_hand(source: str, r: float) -> None:
    (piece,) = checked(made({"source": source})).evidence
    weight, lean = expected(r)
    assert piece.weight == pytest.approx(weight, abs=1e-12)
    assert piece.lean == pytest.approx(lean, abs=1e-12)
    assert piece.telling == pytest.approx(exp(expected(1.0)[0]), abs=1e-9), "before credence"
    assert (piece.counts, piece.ids, piece.says[0].multipliers) == (1.0, ("s0",), {"a": 0.5, "b": 2})


def test_two_of_a_week_add_up_as_they_count() -> None:
    what = checked(made({}, {"published": day(3), "code": "up"}, settings={"tempering": 0.5}))
    (cell,) = cells(what, "up").values()
    assert (cell.kind, cell.number) == ("signal", 2)
    assert cell.weight == pytest.approx(2 * expected(1.0)[0] / 1.5, abs=1e-12)


def test_a_lean_points_as_the_multipliers_do() -> None:
    what = checked(made({"code": "down"}))
    assert expected(1.0)[1] > 0
    (piece,) = what.evidence
    assert piece.lean is not None
    assert piece.lean < 0
    built = case(
        {"t": timing()}, {"ann": {"t": daily([0.05] * 10, never=0.5)}}, codes=NEAR, days=10,
        signals=[{"code": "near", "published": day(1)}, {"code": "far", "published": day(4)}],
    )  # fmt: skip
    near, far = checked(built).evidence
    assert near.lean is not None
    assert far.lean is not None
    assert near.lean < 0 < far.lean


def test_levels_without_an_order_have_no_direction() -> None:
    codes = {"up": {"bears_on": {"q": by_level(a=0.5, b=2)}}, "down": {"bears_on": {"q": by_level(a=2, b=0.5)}}}
    built = case(
        {"q": nominal("a", "b")}, {"ann": {"q": {"a": 0.6, "b": 0.4}}}, codes=codes,
        signals=[{"code": "up", "published": day(2)}],
    )  # fmt: skip
    (piece,) = checked(built).evidence
    assert piece.lean is None
    assert piece.weight == pytest.approx(expected(1.0)[0], abs=1e-12)


def test_days_already_past_are_not_spoken_of() -> None:
    """Of four days left nothing can be told that all share; were the past counted, the signal would look telling."""
    built = case(
        {"t": timing()}, {"ann": {"t": daily([0.1] * 10, never=0.0)}}, codes=NEAR, days=10,
        signals=[{"code": "near", "published": day(6)}],
    )  # fmt: skip
    (piece,) = checked(built).evidence
    assert piece.weight == pytest.approx(0.0, abs=1e-12)


# -- cells -------------------------------------------------------------------------------------


def test_silence_counts_and_what_is_set_aside_are_cells_of_their_own() -> None:
    codes = CODES | {
        "watched": {"coverage": "exhaustive", "base_rate": 4, "bears_on": {"q": by_level(a=0.5, b=2)}},
        "counted": {
            "kind": "counted", "coverage": "exhaustive", "base_rate": 8, "bears_on": {"q": by_level(a=0.5, b=2)}
        },
    }  # fmt: skip
    rows = [
        {"code": "up", "published": day(2), "id": "early"},
        {"code": "watched", "published": day(16)},
        {"code": "background", "published": day(20)},
        {"code": "down", "published": day(40), "id": "late"},
    ]
    counts = [{"published": day(27), "from": day(20), "to": day(26), "code": "counted", "count": 5}]
    what = checked(made(codes=codes, signals=rows, counts=counts, judged=day(4)), as_of=day(30))
    weeks = what.heat().columns
    assert weeks[0] == monday(dt.date(2025, 1, 3))
    assert weeks[-1] == monday(dt.date(2025, 2, 10))
    assert what.heat().now == 4
    assert {i: (c.kind, c.number) for i, c in cells(what, "up").items()} == {0: ("aside", 1)}
    watched = cells(what, "watched")
    assert {i: c.kind for i, c in watched.items()} == {
        1: "silence", 2: "signal", 3: "silence", 4: "silence"
    }, "since the judgments"  # fmt: skip
    assert all(c.lean is not None and (c.lean < 0) == (c.kind == "silence") for c in watched.values())
    full = 28 / 30.44  # expected in a week on a course with multiplier 1, were it 4 a month
    assert watched[1].weight == pytest.approx(full * (2 - 0.5), abs=1e-9)
    assert {i: (c.kind, c.number) for i, c in cells(what, "counted").items()} == {3: ("count", 5)}
    assert {i: (c.kind, c.number) for i, c in cells(what, "down").items()} == {6: ("later", 1)}
    assert {i: c.kind for i, c in cells(what, "background").items()} == {3: "aside"}
    assert [row.question for row in what.heat().rows] == ["q", "q", "q", "q", None]


def test_two_weeks_a_column_hold_what_their_weeks_held() -> None:
    rows = [{"published": day(2)}, {"published": day(9)}, {"published": day(30)}]
    what = checked(made(*rows))
    single, double = what.heat(), what.heat(every=2)
    assert double.columns == single.columns[::2]
    (one,), (two,) = single.rows, double.rows
    assert one.cells.keys() == {0, 1, 4}
    assert two.cells.keys() == {0, 2}
    assert two.cells[0].number == 2
    assert two.cells[0].weight == pytest.approx(one.cells[0].weight + one.cells[1].weight)


def test_only_the_questions_and_days_asked_for() -> None:
    what = checked(made({"published": day(2)}, {"published": day(30), "code": "down"}), since=dt.date(2025, 1, 20))
    assert [piece.ids for piece in what.evidence] == [("s1",)]
    assert what.heat().columns[0] == dt.date(2025, 1, 20)
    assert [row.code for row in what.heat().rows] == ["down"]
    assert len(what.rows) == 2, "the account is of every row"
    with pytest.raises(CaseError, match="--question: there is no 'qq'; did you mean 'q'"):
        checked(made({}), questions=["qq"])


# -- the account -------------------------------------------------------------------------------


def everything() -> Case:
    rows: list[dict[str, Any]] = [
        {"id": "old", "published": day(0)},
        {"id": "one", "published": day(3), "coder": "kim"},
        {"id": "one", "published": day(3), "code": "down", "coder": "lee"},
        {"id": "first", "published": day(5), "event": "e"},
        {"id": "second", "published": day(6), "event": "e", "source": "paper"},
        {"id": "wrong", "published": day(7)},
        {"id": "right", "published": day(8), "status": "corrected", "supersedes": "wrong", "code": "down"},
        {"id": "unseen", "published": day(9), "code": "line", "document": "d", "observed": "not_seen"},
        {"id": "nothing", "published": day(9), "code": "background"},
        {"id": "late", "published": day(20)},
        {"id": "same-day", "published": f"{day(12)}T23:00:00+00:00"},
    ]
    return made(*rows, judged=day(1))


AS_OF = f"{day(12)}T12:00:00+00:00"


def test_every_row_has_one_fate_and_they_add_up_to_what_was_read() -> None:
    what = checked(everything(), AS_OF)
    found = what.to_json()["account"]["totals"]
    assert found == {"read": 11, "used": 4, "merged": 1, "excluded": 4, "in_prior": 1, "no_bearing": 1}
    assert found["read"] == len(what.case.signals) == sum(n for name, n in found.items() if name != "read")
    assert Counter((row.file, row.line) for row in what.rows).most_common(1)[0][1] == 1
    fates = {(row.id, row.coder): (row.fate, row.into, row.later_that_day) for row in what.rows}
    assert fates == {
        ("old", None): ("in_prior", None, False),
        ("one", "kim"): ("used", None, False),
        ("one", "lee"): ("used", None, False),
        ("first", None): ("used", None, False),
        ("second", None): ("merged", "first", False),
        ("wrong", None): ("excluded", "right", False),
        ("right", None): ("used", None, False),
        ("unseen", None): ("excluded", None, False),
        ("nothing", None): ("no_bearing", None, False),
        ("late", None): ("excluded", None, False),
        ("same-day", None): ("excluded", None, True),
    }
    assert all(row.reason for row in what.rows if row.fate in {"merged", "excluded"})
    assert all(row.questions == ("q",) for row in what.rows if row.fate == "used")


def test_rows_that_are_not_used_could_be_left_out() -> None:
    """What the account calls no part of the evidence is none: without it every factor is the same; and not so without
    a row that is used."""
    whole = everything()
    fates = {row.line: row.fate for row in checked(whole, AS_OF).rows}

    def without(*dropped: str) -> list[tuple[Any, ...]]:
        kept = tuple(s for s in whole.signals if fates[s.line] not in dropped or s.supersedes)
        pieces = checked(whole.model_copy(update={"signals": kept}), AS_OF).evidence
        return [(piece.ids, round(piece.weight, 12), piece.lean) for piece in pieces]

    assert without("excluded", "no_bearing", "in_prior") == without()
    assert without("used") != without()


def test_counts_are_accounted_for_and_their_revisions() -> None:
    codes = {
        "counted": {"kind": "counted", "coverage": "exhaustive", "base_rate": 8, "bears_on": {"q": by_level(a=1, b=2)}}
    }
    period = {"from": day(10), "to": day(16), "code": "counted"}
    counts = [{**period, "published": day(17), "count": 5}, {**period, "published": day(18), "count": 6}]
    what = checked(made(codes=codes, counts=counts), day(20))
    assert [(row.file, row.fate, row.reason) for row in what.rows] == [
        ("counts.csv", "excluded", "revised on line 3"),
        ("counts.csv", "used", ""),
    ]
    (piece,) = what.evidence
    assert (piece.counted, round(piece.expected or 0, 6)) == (6, round(8 * 7 / 30.44, 6))


def test_all_of_it_is_plain_data() -> None:
    import json

    said = json.loads(json.dumps(checked(everything(), AS_OF).to_json(), allow_nan=False))
    assert said["format"] == 1
    assert len(said["rows"]) == 11
    assert {cell["kind"] for row in said["heat"]["rows"] for cell in row["cells"]} == {"signal", "aside", "later"}
    assert said["evidence"][0]["says"][0]["multipliers"] == {"a": 0.5, "b": 2}


def test_a_row_of_a_heat_map_belongs_to_one_question_and_code() -> None:
    rows: tuple[Row, ...] = checked(everything(), AS_OF).heat().rows
    assert len({(row.question, row.code) for row in rows}) == len(rows)

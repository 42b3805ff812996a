"""The `when` language: what it means, what it refuses, and where it says so."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from foedus.case import Case, CaseFile, parse_when
from foedus.case.expression import And, Compare, Is, Not, Or, cuts_in, dates_in, questions_in
from foedus.errors import ExpressionError
from plain_when import holds

JUNE = dt.date(2030, 6, 30)
BEFORE_JULY = Compare("summit", "<=", day=JUNE)
YES = Compare("basing", "==", level=2)
DEAL = And((BEFORE_JULY, YES))
DEAR, CHEAP = Compare("cost", ">", number=1.0), Compare("cost", "<", number=0.0)


@pytest.fixture(scope="module")
def file() -> CaseFile:
    """Two questions of each kind, and scenarios that name each other."""
    fields: dict[str, Any] = {
        "format": 1,
        "id": "words",
        "title": "words",
        "opens": "2030-01-01",
        "horizon": "2030-12-31",
        "questions": {
            "summit": {"type": "timing"},
            "visit": {"type": "timing", "only_if": 'basing == "yes"'},
            "basing": {"type": "ordinal", "levels": ["no", "partly", "yes"]},
            "basing_2": {"type": "ordinal", "levels": ["no", "partly", "yes"]},
            "other-role": {"type": "ordinal", "levels": ["low", "never"]},
            "cost": {"type": "quantity", "unit": "%"},
            "cost_2": {"type": "quantity", "unit": "%"},
            "troops": {"type": "quantity", "unit": "men"},
            "venue": {"type": "nominal", "levels": ["서울", "부산"]},
            "venue_2": {"type": "nominal", "levels": ["서울", "부산"]},
            "지역": {"type": "nominal", "levels": ["동", "서"]},
        },
        "panel": {"ann": {}},
        "scenarios": {
            "deal": {"when": 'summit <= 2030-06-30 and basing == "yes"'},
            "wide": {"when": "deal or cost > 10"},
            "broken": {"when": "sumit is never"},
            "on_broken": {"when": "broken or deal"},
            "round": {"when": "trip"},
            "trip": {"when": "not round"},
            **{f"twice_{i + 1}": {"when": f"twice_{i} and twice_{i}"} for i in range(20)},
            "twice_0": {"when": "cost > 1"},
        },
        "headlines": {"early": {"when": "summit <= 2030-03-31"}},
    }
    return CaseFile.model_validate(fields)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("summit <= 2030-06-30", BEFORE_JULY),
        ("summit<=2030-06-30", BEFORE_JULY),
        ('summit <= "2030-06-30"', BEFORE_JULY),
        ("basing == yes", YES),
        ("basing == 'yes'", YES),
        ('other-role >= "never"', Compare("other-role", ">=", level=1)),
        ("other-role >= never", Compare("other-role", ">=", level=1)),
        ("cost > -2.5e1", Compare("cost", ">", number=-25.0)),
        ("cost>-25", Compare("cost", ">", number=-25.0)),
        ("venue != 부산", Compare("venue", "!=", level=1)),
        ("지역 == 동", Compare("지역", "==", level=0)),
        ("\u110c\u1175\u110b\u1167\u11a8 == 동", Compare("지역", "==", level=0)),
        ("summit < visit", Compare("summit", "<", other="visit")),
        ("basing >= basing_2", Compare("basing", ">=", other="basing_2")),
        ("cost == cost_2", Compare("cost", "==", other="cost_2")),
        ("venue == venue_2", Compare("venue", "==", other="venue_2")),
        ("summit is never", Is("summit", "never")),
        ("summit is not never", Not(Is("summit", "never"))),
        ("visit is not never", And((Not(Is("visit", "never")), Not(Is("visit", "not applicable"))))),
        ("visit is not applicable", Is("visit", "not applicable")),
        ("visit is applicable", Not(Is("visit", "not applicable"))),
        ("not basing == yes", Not(YES)),
        ("deal", DEAL),
        ("wide", Or((DEAL, Compare("cost", ">", number=10.0)))),
        ("early", Compare("summit", "<=", day=dt.date(2030, 3, 31))),
        ("deal or deal and not deal", Or((DEAL, And((DEAL, Not(DEAL)))))),
        ("(cost > 1 or cost < 0)\n  and basing == yes", And((Or((DEAR, CHEAP)), YES))),
        ("cost > 1 or cost < 0 and basing == yes", Or((DEAR, And((CHEAP, YES))))),
    ],
)  # fmt: skip
def test_meaning(file: CaseFile, text: str, meaning: object) -> None:
    assert parse_when(text, file) == meaning


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("sumit <= 2030-06-30", 1, "no question is called 'sumit'; did you mean 'summit'?"),
        ("deel", 1, "nothing is called 'deel'; did you mean 'deal'?"),
        ("deal and summitt", 10, "nothing is called 'summitt'; did you mean 'summit'?"),
        ("cost > 1 and basing == yess", 24, "'basing' has no level 'yess'; did you mean 'yes'?"),
        ("summit <= 8/1/2030", 11, "day and month can't be told apart; write YYYY-MM-DD"),
        ("summit <= 2030-02-30", 11, "'2030-02-30' is not a day of the calendar"),
        ("summit <= 5", 11, "'summit' is compared with a day"),
        ("summit == never", 11, "write `is never`"),
        ("summit <= deal", 11, "'summit' is compared with a day, such as 2025-08-31, not 'deal'"),
        ("cost <= 2030-06-30", 9, "'cost' is compared with a number"),
        ("cost > 1,5", 9, "',' is not part of the language"),
        ("cost > 1e999", 8, "'1e999' is too large a number"),
        ("cost > ５", 8, "write 5"),
        ("cost > summit", 8, "'cost' is of type quantity, 'summit' of type timing"),
        ("cost > troops", 8, "have different units ('%' and 'men')"),
        ("basing == other-role", 11, "have different levels"),
        ("cost > cost", 8, "'cost' is compared with itself"),
        ("venue < 부산", 1, "'venue' has no order: it can be compared with == and != only"),
        ("cost is never", 1, "'cost' is not a timing question, so it can't be `never`"),
        ("deal == 3", 1, "'deal' is a scenario, which is true or false"),
        ("summit", 1, "'summit' is a question: say what it is compared with"),
        ("round", 1, "scenarios refer to each other in a circle: round -> trip -> round"),
        ("deal or on_broken", 9, "in on_broken: in broken: no question is called 'sumit'"),
        ("summit = 2030-06-30", 8, "'=' is not part of the language: write '=='"),
        ("summit =< 2030-06-30", 8, "'=<' is not part of the language: write '<='"),
        ("summit ≤ 2030-06-30", 8, "'≤' is not part of the language: write '<='"),
        ("summit <> 2030-06-30", 8, "'<>' is not part of the language: write '!='"),
        ("deal && deal", 6, "'&&' is not part of the language: write 'and'"),
        ("deal AND deal", 6, "'AND' is not part of the language: write 'and'"),
        ("!deal", 1, "'!' is not part of the language: write 'not'"),
        ("deal @ deal", 6, "'@' is not part of the language"),
        ("basing == 'yes", 11, "a quote is opened and never closed"),
        ("(deal", 6, "a bracket is opened and never closed"),
        ("deal)", 5, "')' can't stand here: `and`, `or` or the end is needed"),
        ("deal deal", 6, "'deal' can't stand here"),
        ("deal and", 9, "ends too early: a condition is missing"),
        ("summit <=", 10, "ends too early"),
        ("summit is soon", 11, "'soon' can't stand here: write `is never`, `is not never`"),
        ("2030-06-30 >= summit", 1, "'2030-06-30' can't stand here: the name of a question or scenario is needed"),
        ("cost > 1 > 0", 10, "'>' can't stand here: `and`, `or` or the end is needed"),
        ("", 1, "is empty: write a condition"),
        ("deal " * 801, 1, "has 4,005 characters; at most 4,000 are read"),
        ("(" * 60 + "deal" + ")" * 60, 1, "is more than 50 deep"),
        ("not " * 60 + "deal", 1, "is more than 50 deep"),
        ("(" * 2000, 2001, "a bracket is opened and never closed"),
        ("twice_20", 1, "is of more than 5,000 parts"),
    ],
)
def test_refusal(file: CaseFile, text: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError, match=r".+") as caught:
        parse_when(text, file)
    assert words in caught.value.message
    assert caught.value.column == column


def test_what_an_expression_is_about(file: CaseFile) -> None:
    expression = parse_when("wide or not (summit < visit and cost < 3) or troops >= 5", file)
    assert questions_in(expression) == {"summit", "visit", "basing", "cost", "troops"}
    assert dates_in(expression) == {JUNE}
    assert cuts_in(expression) == {"cost": {10.0, 3.0}, "troops": {5.0}}


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("summit > 2030-12-31", True),
        ("summit < visit", False),
        ("visit > summit", False),
        ("visit != 2030-05-05", False),
        ("visit is not never", False),
        ("not visit <= 2030-05-05", True),
        ("visit is not applicable and summit is never", True),
        ("cost >= 10", True),
        ("basing < basing_2", True),
        ("basing == no or cost > 10", True),
    ],
)
def test_truth_of_one_outcome(file: CaseFile, text: str, truth: bool) -> None:
    outcomes = {"summit": "never", "visit": "not applicable", "cost": 10.0, "basing": 0, "basing_2": 2}
    assert holds(parse_when(text, file), outcomes) is truth  # type: ignore[arg-type]


def test_the_sample_is_bound(case: Case) -> None:
    assert parse_when("costly", case.file) == And(
        (
            And((BEFORE_JULY, YES)),
            Compare("cost", ">", number=20.0),
        )
    )

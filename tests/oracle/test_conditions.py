"""Conditions on stretches of outcomes against the plain meaning of the `when` language."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

import plain_when
from elicitation_fixture import small
from foedus.case.conditions import NEVER, holds, outcomes_told_apart
from foedus.case.expression import parse_when
from foedus.case.types import CaseFile

FILE: CaseFile = small().file


def plain(question: str, outcome: float) -> Any:
    if question == "summit":
        return "never" if outcome == NEVER else dt.date.fromordinal(int(outcome))
    return outcome if question == "cost" else int(outcome)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("summit", "summit <= 2025-07-31 and not summit < 2025-06-20"),
        ("summit", "summit is not never or summit == 2025-06-02"),
        ("summit", "summit != 2025-06-02"),
        ("summit", "summit > 2025-09-01 or summit is never"),
        ("summit", "summit >= 2026-01-01"),
        ("role", "role >= softened and role != named"),
        ("role", "role == unchanged"),
        ("role", "role is not applicable"),
        ("venue", "venue == here"),
        ("cost", "cost > 3 and cost <= 9 or cost == 12"),
        ("cost", "not (cost < 3 or cost != 3)"),
    ],
)
def test_a_condition_means_what_the_language_says(question: str, text: str) -> None:
    condition = parse_when(text, FILE)
    at = outcomes_told_apart(question, FILE, [condition])
    assert (np.diff(at.position) > 0).all()
    wanted = [plain_when.holds(condition, {question: plain(question, outcome)}) for outcome in at.position]
    np.testing.assert_array_equal(holds(condition, {question: at}), wanted)


def test_a_quantity_is_cut_below_at_and_above_each_number() -> None:
    at = outcomes_told_apart("cost", FILE, [parse_when("cost > 3 and cost <= 9", FILE)])
    np.testing.assert_array_equal(at.position, [2, 3, 6, 9, 10])

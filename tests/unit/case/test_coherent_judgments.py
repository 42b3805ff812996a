"""Judgments that can't belong together, each with expert, question and line; and certainty that is questioned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.case import load
from foedus.errors import Fault

Edit = Callable[[str, str, str], int]
THREE = "ann,2030-01-01,1,summit,,quantile,0.05,2030-02-10,\nann,2030-01-01,1,summit,,quantile,0.5,2030-06-01,\n"
THREE += "ann,2030-01-01,1,summit,,quantile,0.95,2030-11-20,\n"
BASING = "ann,2030-01-01,1,basing,,probability,no,0.5,\nann,2030-01-01,1,basing,,probability,partly,0.3,\n"
BASING += "ann,2030-01-01,1,basing,,probability,yes,0.2,\n"


def thresholds(*said: tuple[str, float]) -> str:
    return "".join(f"ann,2030-01-01,1,summit,,probability,{at},{p},\n" for at, p in said)


def uncertain(*values: tuple[float, float, float]) -> str:
    return "".join(
        f"ann,2030-01-01,1,basing,,quantile,{name} @ {share},{x},\n"
        for name, of in zip(("no", "partly", "yes"), values, strict=True)
        for share, x in zip((0.25, 0.5, 0.75), of, strict=True)
    )


NESTED, REPEATED = "which is part of it; it must not decrease", "spread them, or give that value a probability"
FAULTS: list[tuple[str, str, int, str]] = [
    (
        THREE,
        thresholds(("<= 2030-03-31", 0.4), ("<= 2030-06-30", 0.3)),
        1,
        f"ann on summit: up to 2030-06-30 has 0.3, less than up to 2030-03-31 with 0.4 (line 3), {NESTED}",
    ),
    (THREE, thresholds(("> 2030-03-31", 0.5), ("<= 2030-06-30", 0.3)), 1, "up to 2030-03-31 with 0.5 (line 3)"),
    (THREE, thresholds(("<= 2030-03-31", 0.3), ("<= 2030-06-30", 0.3)), 1, "nothing is left between: make them differ"),
    (
        THREE,
        thresholds(("<= 2030-03-31", 0.3), ("> 2030-03-31", 0.6)),
        1,
        "ann on summit gives two probabilities at 2030-03-31: 0.3 (line 3) and 0.4",
    ),
    (
        THREE,
        thresholds(("<= 2030-03-31", 0.3), ("<= 2030-06-30", 0.9)),
        1,
        "0.9 by 2030-06-30 and 0.2 for never (line 2) are 1.1 together; they must not exceed 1",
    ),
    (THREE, thresholds(("<= 2031-03-31", 0.3)), 0, "level: 2031-03-31 must lie before the end of the window"),
    (THREE, thresholds((">= 2030-03-31", 0.3)), 0, "a probability about a timing question is at a threshold (<= 2025-"),
    (THREE, thresholds(("<= 31/3/2030", 0.3)), 0, "level: '31/3/2030' is not a date"),
    (
        "summit,,quantile,0.5,2030-06-01",
        "summit,,quantile,0.5,2030-02-10",
        0,
        f"the quantiles of ann on summit repeat: 0.05 (line 3) and 0.5 are both 2030-02-10; {REPEATED}",
    ),
    (
        THREE,
        THREE.replace("2030-06-01", "2030-02-10").replace("2030-11-20", "2030-02-10"),
        2,
        f"the quantiles of ann on summit are all 2030-02-10: an interval of zero width; {REPEATED}",
    ),
    (
        BASING,
        uncertain((0.5, 0.45, 0.6), (0.2, 0.3, 0.35), (0.1, 0.15, 0.2)),
        1,
        "the quantiles of ann for no cross: no @ 0.5 is 0.45, but no @ 0.25 is 0.5",
    ),
    (
        BASING,
        uncertain((0.5, 0.5, 0.5), (0.2, 0.3, 0.35), (0.1, 0.15, 0.2)),
        2,
        "the quantiles of ann for no on basing are all 0.5: an interval of zero width",
    ),
    (BASING, uncertain((0.5, 0.55, 1.0), (0.2, 0.3, 0.35), (0.1, 0.15, 0.2)), 2, "strictly between 0 and 1, got 1"),
    (BASING, "ann,2030-01-01,1,basing,,quantile,0.5,0.3,\n", 0, "names both (no @ 0.25), got 0.5"),
    (BASING, "ann,2030-01-01,1,basing,,quantile,maybe @ 0.5,0.3,\n", 0, "basing has no level 'maybe'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "below", "words"), FAULTS)
def test_what_can_not_belong_together(
    edit: Edit, faults: Callable[[], tuple[Fault, ...]], old: str, new: str, below: int, words: str
) -> None:
    line = edit("judgments.csv", old, new) + below
    found = faults()[0]
    assert (found.file, found.line) == ("judgments.csv", line), str(found)
    assert words in found.message


def test_thresholds_and_uncertain_levels_that_fit_are_read(edit: Edit, folder: Path) -> None:
    edit("judgments.csv", THREE, thresholds(("<= 2030-03-31", 0.2), ("> 2030-06-30", 0.6), ("<= 2030-10-31", 0.7)))
    edit("judgments.csv", BASING, uncertain((0.5, 0.55, 0.6), (0.2, 0.3, 0.35), (0.1, 0.15, 0.2)))
    case = load(folder)
    assert sum(row.element == "probability" and row.question == "summit" for row in case.judgments) == 3


def warned(folder: Path, words: str) -> list[str]:
    return [warning for warning in load(folder).warnings if words in warning]


def test_an_unqualified_certainty_is_questioned_and_a_qualified_one_is_not(edit: Edit, folder: Path) -> None:
    line = edit("judgments.csv", "summit,,never,,0.2,", "summit,,never,,0,")
    (said,) = warned(folder, "which no news can move")
    assert said.startswith(f"judgments.csv:{line}: ann gives summit a probability of 0, which no news can move")
    assert "say in `note` why it is certain" in said
    edit("judgments.csv", "summit,,never,,0,", "summit,,never,,0,the treaty sets the date")
    assert not warned(folder, "which no news can move")


def test_all_chips_on_one_bin_are_questioned(edit: Edit, folder: Path) -> None:
    assert not warned(folder, "lays all chips")
    edit("judgments.csv", "cost,,chips,..0,2", "cost,,chips,..0,0")
    line = edit("judgments.csv", "cost,,chips,0..20,6", "cost,,chips,0..20,10")
    edit("judgments.csv", "cost,,chips,20..,2", "cost,,chips,20..,0")
    (said,) = warned(folder, "lays all chips")
    assert said.startswith(f"judgments.csv:{line}: history lays all chips on cost on 0..20: nothing else keeps any")


def test_a_date_by_the_horizon_speaks_of_never(edit: Edit, folder: Path) -> None:
    edit("judgments.csv", "ann,2030-01-01,1,summit,,never,,0.2,\n", thresholds(("<= 2030-12-31", 0.8)))
    assert not warned(folder, "says nothing of never")


def test_a_family_is_named_in_case_yaml(edit: Edit, folder: Path, faults: Callable[[], tuple[Fault, ...]]) -> None:
    edit("case.yaml", "    unit: \"%\"\n", "    unit: \"%\"\n    fit: best\n")  # fmt: skip
    assert load(folder).file.questions["cost"].fit == "best"  # type: ignore[union-attr]
    line = edit("case.yaml", "fit: best", "fit: lognormal")
    (fault,) = faults()
    assert (fault.file, fault.line) == ("case.yaml", line)
    assert "log_normal" in fault.message

"""reference_class.csv and seed questions with yes and no: what is read, and every fault at its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.case import load
from foedus.elicitation.panel import panel
from foedus.elicitation.reference_class import past_cases, reference_class
from foedus.errors import CaseError, Fault

HEADER = "expert,as_of,question,case,outcome,count,censored,source,note\n"
Faults = Callable[[], tuple[Fault, ...]]


@pytest.fixture
def classes(folder: Path) -> Callable[..., Path]:
    """Write a reference class into the sample, for a base rate that judges nothing else."""

    def write(*rows: str, kind: str = "base_rate") -> Path:
        text = (folder / "case.yaml").read_text("utf-8")
        (folder / "case.yaml").write_text(text.replace("\npanel:\n", f"\npanel:\n  past: {{kind: {kind}}}\n"), "utf-8")
        path = folder / "reference_class.csv"
        path.write_text(HEADER + "".join(row + "\n" for row in rows), "utf-8")
        return folder

    return write


def test_cases_are_read_and_sit_on_the_panel(classes: Callable[..., Path]) -> None:
    folder = classes(
        "past,2030-01-01,basing,Manila 1991,no,3,,yearbook,",
        "past,2030-01-01,basing,,yes,1,,,",
        "past,2030-01-01,summit,,120,2,,,",
        "past,2030-01-01,summit,,300,1,yes,,still waiting",
        "past,2030-01-01,cost,,4.5,,,,",
        "past,2030-01-01,cost,,9,,,,",
    )
    case = load(folder)
    assert [(row.outcome, row.count, row.censored) for row in case.reference[:4]] == [
        ("no", 3, False), ("yes", 1, False), ("120", 2, False), ("300", 1, True),
    ]  # fmt: skip
    assert "reference_class.csv" in case.inputs
    faults: list[Fault] = []
    found = {
        name: reference_class(name, case.file, rows, faults)
        for (expert, name), rows in past_cases(case).items()
        if expert == "past"
    }
    assert not faults
    assert list(found) == ["summit", "basing", "cost"]
    assert [made.cases for made in found.values() if made is not None] == [3, 4, 2]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("nobody,2030-01-01,basing,,no,,,,", "expert: the member of the panel 'nobody' is not defined"),
        ("ann,2030-01-01,basing,,no,,,,", "ann is a person; write `kind: base_rate` in the panel"),
        ("past,2030-01-01,base,,no,,,,", "question: 'base' is not defined; did you mean 'basing'?"),
        ("past,2030-01-01,basing,,maybe,,,,", "outcome: no level 'maybe'; known: no, partly, yes"),
        ("past,2030-01-01,basing,,no,,yes,,", "censored: only a wait can still go on; leave it empty"),
        ("past,2030-01-01,basing,,no,0,,,", "count: "),
        ("past,2030-01-01,summit,,soon,,,,", "outcome: 'soon' is not a number"),
        ("past,2030-01-01,summit,,0,,,,", "outcome: days waited, above 0, are wanted for a timing question, got 0"),
        ("past,2030-01-01,cost,,-1000,,,,", "outcome: -1000 lies not between the bounds of cost"),
        ("past,2040-01-01,basing,,no,,,,", "as_of: 2040-01-01 lies after the end of the case"),
        ("past,2030-01-01,venue,,capital,,,,", "question: venue hangs on summit; give judgments with `given` instead"),
    ],
)
def test_one_fault_at_its_line(classes: Callable[..., Path], faults: Faults, row: str, words: str) -> None:
    classes("past,2030-01-01,basing,,yes,,,,", row)
    found = [fault for fault in faults() if fault.file == "reference_class.csv"]
    assert found
    assert {fault.line for fault in found} == {3}
    assert any(words in fault.message for fault in found), found


def test_a_member_gives_cases_or_a_judgment(classes: Callable[..., Path], faults: Faults) -> None:
    classes("history,2030-01-01,summit,,120,,,,")
    (fault,) = faults()
    assert "history also judges summit in judgments.csv: keep the cases or the judgment" in fault.message


def test_cases_that_tell_nothing_are_a_fault_of_the_forecast(classes: Callable[..., Path]) -> None:
    case = load(classes("past,2030-01-01,summit,,300,1,yes,,"))
    with pytest.raises(CaseError, match=r"reference_class\.csv:2: every case is censored: nothing tells how long"):
        panel(case)


def test_yes_no_seed_questions(folder: Path, faults: Faults) -> None:
    seeds, judgments = folder / "seeds.csv", folder / "judgments.csv"
    seeds.write_text(seeds.read_text("utf-8") + "held,,uni,1,\nhalf,,uni,0.5,\n", "utf-8")
    sound = judgments.read_text("utf-8")
    lines = sound.count("\n")
    row = "ann,2029-12-01,1,{},,probability,{},{},\n"
    judgments.write_text(sound + row.format("held", "yes", 0.7), "utf-8")
    assert load(folder).judgments[-1].value == 0.7
    bad = (("held", "maybe", 0.7), ("half", "yes", 0.7), ("held", "yes", 1.7))
    judgments.write_text(sound + "".join(row.format(*cells) for cells in bad), "utf-8")
    found = {fault.line: fault.message for fault in faults()}
    assert "a yes/no seed question has the levels yes and no, got 'maybe'" in found[lines + 1]
    assert "its answer in seeds.csv is 0.5; with probabilities it is 1 (yes) or 0 (no)" in found[lines + 2]
    assert "a probability lies between 0 and 1, got 1.7" in found[lines + 3]

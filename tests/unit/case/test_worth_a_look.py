"""What is legal and yet worth a look, times that can't be meant, and numbers that can't be computed with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foedus.case import Case, load
from foedus.case.moment import moment, warnings_as_of
from foedus.errors import CaseError, Fault


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("signal.csv", "did you mean 'signals.csv'?"),
        ("Signals.csv", "did you mean 'signals.csv'?"),
        ("signals.xlsx", "save it as signals.csv"),
        ("judgements.csv", "did you mean 'judgments.csv'?"),
        ("code_book.yml", "did you mean 'codebook.yaml'?"),
        ("map_of_bases.csv", "known: case.yaml, codebook.yaml, judgments.csv, signals.csv"),
    ],
)
def test_a_file_that_is_not_read(folder: Path, name: str, advice: str) -> None:
    (folder / name).write_text("x\n")
    [said] = load(folder).warnings
    assert said.startswith(f"{name}: is not read; {advice}")


def test_other_files_are_left_alone(folder: Path) -> None:
    for name in ("README.md", "forecast.json", ".signals.csv", "~$signals.xlsx"):
        (folder / name).write_text("x\n")
    assert load(folder).warnings == ()


def test_a_missing_file_that_stands_there_under_another_name(
    folder: Path, faults: Callable[[], tuple[Fault, ...]]
) -> None:
    (folder / "judgments.csv").rename(folder / "judgements.csv")
    assert "(is judgements.csv meant? Rename it)" in faults()[0].message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("s5,2030-03-06,2030-03-05", "s5,2033-02-03,2030-02-03", "more than a year after the window"),
        ("s5,2030-03-06,2030-03-05", "s5,2020-02-03,2020-02-03", "more than 3 years before the window"),
    ],
)
def test_a_signal_far_from_the_window(
    folder: Path, edit: Callable[[str, str, str], int], old: str, new: str, words: str
) -> None:
    line = edit("signals.csv", old, new)
    [said] = load(folder).warnings
    assert said.startswith(f"signals.csv:{line}: published: ")
    assert words in said


def test_a_target_outside_the_window(folder: Path) -> None:
    path = folder / "signals.csv"
    case = load(folder)
    signal = next(s for s in case.signals if s.target_from and s.target_to)
    text = path.read_text("utf-8").replace(f"{signal.target_from},{signal.target_to}", "2035-03-01,2035-03-31")
    path.write_text(text, "utf-8")
    assert any("2035-03-01 to 2035-03-31 lies wholly outside the window" in said for said in load(folder).warnings)


@pytest.mark.parametrize(
    "as_of", ["9999-12-31", "1899-01-01", "9999-12-31T23:59:59+00:00", dt.date.max, dt.datetime.max]
)
def test_a_time_that_no_case_is_about(case: Case, as_of: Any) -> None:
    with pytest.raises(CaseError, match="the year must lie between 1900 and 2200"):
        moment(case, as_of)


@pytest.mark.parametrize("as_of", [5, 2025.5, ["2025-08-01"]])
def test_a_time_of_the_wrong_kind(case: Case, as_of: Any) -> None:
    with pytest.raises(CaseError, match=r"must be a text .*, a date, or a datetime with a zone; got"):
        moment(case, as_of)


def test_an_as_of_inside_the_window_is_nothing_to_speak_of(case: Case) -> None:
    assert warnings_as_of(case, moment(case, "2030-03-01")) == ()
    assert warnings_as_of(case, moment(case, "2030-12-31")) == ()
    assert "lies before the case opens, 2030-01-01" in warnings_as_of(case, moment(case, "2029-12-30"))[0]
    assert "resolve the open questions" in warnings_as_of(case, moment(case, "2031-01-01"))[0]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("judgments.csv", "cost,,quantile,0.9,30", "cost,,quantile,0.9,3e200", "use a larger unit"),
        ("judgments.csv", "cost,,exactly,0.2,0", "cost,,exactly,0.2,-2e15", "use a larger unit"),
        ("case.yaml", "upper: 100", "upper: 1.0e+16", "questions.cost.upper: 1e+16 is larger than 1e+15"),
        ("case.yaml", "lower: -50", "lower: -1.0e+300", "questions.cost.lower: -1e+300 is larger than 1e+15"),
    ],
)
def test_a_number_that_can_not_be_computed_with(
    edit: Callable[[str, str, str], int],
    faults: Callable[[], tuple[Fault, ...]],
    file: str,
    old: str,
    new: str,
    words: str,
) -> None:
    line = edit(file, old, new)
    [fault] = faults()
    assert (fault.file, fault.line) == (file, line)
    assert words in fault.message


def test_a_name_that_reads_as_yes_or_no(edit: Callable[[str, str, str], int], faults: Callable[[], Any]) -> None:
    edit("case.yaml", "  ann: {weight: 2}", "  y: {weight: 2}")
    said = [fault.message for fault in faults() if fault.file == "case.yaml"]
    assert 'put the name y in quotes ("y"), or rename it: many readers take it for yes or no' in said


def test_after_a_key_that_stands_twice_only_that_and_what_is_apart_from_it(
    edit: Callable[[str, str, str], int], faults: Callable[[], tuple[Fault, ...]]
) -> None:
    line = edit("case.yaml", "panel:\n", "panel: {bob: {weight: 1}}\npanel:\n") + 1
    edit("signals.csv", "s5,2030-03-06,", "s5,2030-02-30,")
    twice, apart = faults()
    assert (twice.file, twice.line) == ("case.yaml", line)
    assert "'panel' is given a second time" in twice.message
    assert apart.file == "signals.csv"

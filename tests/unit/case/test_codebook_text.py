"""A codebook changed in its text: what is replaced, what stays to the letter, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import foedus
from foedus.case.codebook_text import loads_with, next_minor, with_values
from foedus.case.findings import Findings
from foedus.case.yaml_lines import read_yaml
from foedus.errors import CaseError

TEXT = """# why these numbers
format: 1
version: 1.0.0   # see the log
codes:
  # -- first of all
  call:
    title: {en: "A call: by telephone", ko: 통화}
    base_rate: [0.1, 0.2, 0.4]   # a month
    bears_on:
      summit:
        # two weeks
        by: lead
        multipliers: {"<=14": 2, later: 1}   # guess
        basis: assumed

  # -- and then
  visit: {bears_on: {summit: {by: lead, multipliers: {"<=14": 3, later: 1}}}}
  none:
    title: nothing yet
sources:
  wire: {reliability: B}
  paper:
    reliability: C
"""
NUMBERS = {"<=14": [1.2, 3, 8.5], "later": 1, "never": 1}
NEW = {"by": "lead", "multipliers": NUMBERS, "basis": "empirical", "source": 'a: "b" #'}


def read(text: str) -> dict[str, Any]:
    findings = Findings()
    located = read_yaml("codebook.yaml", text, findings)
    assert located is not None
    assert not findings.faults
    data: dict[str, Any] = located.data
    return data


def test_a_block_is_replaced_and_stays_as_a_comment() -> None:
    new = with_values(TEXT, {("codes", "call", "bears_on", "summit"): NEW, ("version",): "1.1.0"}, "1.0.0")
    assert new == TEXT.replace("version: 1.0.0", "version: 1.1.0").replace(
        """        # two weeks
        by: lead
        multipliers: {"<=14": 2, later: 1}   # guess
        basis: assumed
""",
        """        # two weeks
        # until 1.0.0:
        #   by: lead
        #   multipliers: {"<=14": 2, later: 1}   # guess
        #   basis: assumed
        by: lead
        multipliers: {"<=14": [1.2, 3, 8.5], later: 1, never: 1}
        basis: empirical
        source: "a: \\"b\\" #"
""",
    )


@pytest.mark.parametrize(
    ("place", "value", "line"),
    [
        (("codes", "visit", "bears_on", "summit"), NEW, "  visit: {bears_on: {summit: {by: lead, multipliers: {"),
        (("codes", "call", "base_rate"), [0.2, 0.3, 0.5], "    base_rate: [0.2, 0.3, 0.5]   # a month"),
        (("codes", "none", "base_rate"), 0.5, "    base_rate: 0.5"),
        (("sources", "wire", "credence"), [0.5, 0.8, 0.9], "  wire: {reliability: B, credence: [0.5, 0.8, 0.9]}"),
        (("sources", "paper", "credence"), [0.5, 0.8, 0.9], "    credence: [0.5, 0.8, 0.9]"),
        (("codes", "none", "bears_on"), {"summit": NEW}, "    bears_on:"),
        (("codes", "call", "bears_on", "deal"), NEW, "      deal:"),
    ],
)  # fmt: skip
def test_a_value_is_replaced_or_added_where_it_belongs(place: tuple[str, ...], value: Any, line: str) -> None:
    new = with_values(TEXT, {place: value}, "1.0.0")
    assert any(written.startswith(line) for written in new.splitlines())
    data, inner = read(new), read(TEXT)
    for key in place[:-1]:
        data, inner = data[key], inner[key]
    found = data.pop(place[-1])
    inner.pop(place[-1], None)
    assert data == inner
    assert found == (tuple(value) if isinstance(value, list) else found)
    kept = [row for row in TEXT.splitlines() if "#" in row and "base_rate" not in row]
    assert all(row.strip().lstrip("# ") in new for row in kept)  # no comment is lost


def test_all_changes_at_once_are_those_one_after_the_other() -> None:
    changes: dict[tuple[str, ...], Any] = {
        ("version",): "1.1.0",
        ("codes", "visit", "bears_on", "summit"): NEW,
        ("sources", "wire", "credence"): [0.5, 0.8, 0.9],
        ("codes", "call", "bears_on", "summit"): NEW,
    }
    one = TEXT
    for place, value in changes.items():
        one = with_values(one, {place: value}, "1.0.0")
    assert with_values(TEXT, changes, "1.0.0") == one


def test_a_codebook_without_a_version_gets_one() -> None:
    new = with_values(TEXT.replace("version: 1.0.0   # see the log\n", ""), {("version",): "1.1.0"}, "1.0.0")
    assert read(new)["version"] == "1.1.0"


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_line_ends_stay_as_they_are(ending: str) -> None:
    change = {("codes", "call", "bears_on", "summit"): NEW}
    new = with_values(TEXT.replace("\n", ending), change, "1.0.0")
    assert new == with_values(TEXT, change, "1.0.0").replace("\n", ending)


def test_a_place_that_is_not_there_is_named() -> None:
    with pytest.raises(CaseError, match=r"codebook.yaml:\d+: codes.letter is not there"):
        with_values(TEXT, {("codes", "letter", "base_rate"): 1}, "1.0.0")


@pytest.mark.parametrize(("old", "new"), [("1.0.0", "1.1.0"), ("2.9.7", "2.10.0")])
def test_a_minor_version_follows(old: str, new: str) -> None:
    assert next_minor(old, "codebook.yaml") == new


@pytest.mark.parametrize("old", ["1.0", "v1.0.0", "1.0.0-rc1", ""])
def test_a_version_that_can_t_be_counted_on_is_refused(old: str) -> None:
    with pytest.raises(CaseError, match=r"write it as MAJOR.MINOR.PATCH, such as 1.0.0"):
        next_minor(old, "codebook.yaml")


def test_the_worked_case_takes_new_numbers_and_loses_no_comment(worked_case: Path, tmp_path: Path) -> None:
    text = (worked_case / "codebook.yaml").read_text("utf-8")
    place = ("codes", "leader_call", "bears_on", "summit_date")
    new = with_values(text, {place: NEW, ("sources", "state_dept", "credence"): [0.8, 0.9, 0.95]}, "1.0.0")
    loads_with(worked_case, new)
    assert all(line in new.splitlines() for line in text.splitlines() if line.lstrip().startswith("#"))
    shutil.copytree(worked_case, tmp_path / "case")
    (tmp_path / "case" / "codebook.yaml").write_text(new, "utf-8")
    again = foedus.load(tmp_path / "case").codebook.codes["leader_call"].bears_on["summit_date"].multipliers
    assert again is not None
    assert (again["<=14"].low, again["<=14"].middle, again["<=14"].high) == (1.2, 3, 8.5)
    with pytest.raises(CaseError, match=r"codebook.yaml"):
        loads_with(worked_case, new.replace("by: lead", "by: leed"))

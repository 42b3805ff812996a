"""Codes of kind discrepancy: what they name is there, and two texts can differ as often as they say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.case import load
from foedus.errors import Fault

BOOK, SIGNALS = "codebook.yaml", "signals.csv"
LINE = '      basing: {by: level, probability_present: {"no": 0.2, partly: 0.5, "yes": 0.8}}\n'
BEARS = '      basing: {by: level, probability_present: {"no": 0.1, partly: 0.2, "yes": 0.15}}\n'
GAP = f"""  gap:
    kind: discrepancy
    of: line_present
    said_by: [USA]
    left_out_by: [KOR]
    bears_on:
{BEARS}"""
SIDES = "  ministry: {reliability: A, side: USA}\n  paper: {reliability: C, credence: [0.4, 0.6, 0.8], side: KOR}\n"


@pytest.fixture
def gap(folder: Path) -> Path:
    """The sample with a discrepancy in its codebook."""
    path = folder / BOOK
    head, _, _ = path.read_text("utf-8").replace("combine:\n", f"{GAP}combine:\n").partition("  ministry:")
    path.write_text(head + SIDES, "utf-8")
    return folder


def test_it_is_sound_and_one_code_or_one_for_each_side(gap: Path, edit: Callable[[str, str, str], int]) -> None:
    found = load(gap)
    assert found.warnings == ()
    code = found.codebook.codes["gap"]
    assert (code.lines, code.sides, code.line_of("KOR")) == (("line_present",), ("USA", "KOR"), "line_present")
    edit(BOOK, "of: line_present", "of: [line_present, line_present]")
    assert load(gap).codebook.codes["gap"].lines == ("line_present", "line_present")


FAULTS: list[tuple[str, str, int, str]] = [
    ("of: line_present", "of: line_presnt", 0, "'line_presnt' is not defined; did you mean 'line_present'?"),
    ("of: line_present", "of: backed", 0, "backed is of kind signal; only a per_document code can be left out"),
    ("    of: line_present\n", "", -2, "of is missing; it names the per_document code of the line"),
    ("of: line_present", "of: [line_present, line_present, line_present]", 0, "3 codes for 2 sides; one for all, or"),
    ("said_by: [USA]", "said_by: [JPN]", 0, "no source has the side 'JPN'"),
    ("    said_by: [USA]\n", "", -3, "said_by is missing; write a list of sides, such as [USA]"),
    ("left_out_by: [KOR]", "left_out_by: []", -4, "left_out_by is missing"),
    ("left_out_by: [KOR]", "left_out_by: [KOR, USA]", 0, "USA is in said_by too; a side says a line or leaves it out"),
    ("left_out_by: [KOR]", "left_out_by: [KOR, KOR]", 0, "names a side twice"),
    ("    of: line_present\n", "    of: line_present\n    sees: outcome\n", 1, "a discrepancy sees the course"),
    ("    of: line_present\n", "    of: line_present\n    coverage: exhaustive\n    base_rate: 2\n", 1,
     "exhaustive doesn't go with kind discrepancy"),
    (BEARS, BEARS.replace("probability_present", "multipliers"), 0, "a discrepancy code needs probability_present"),
    (BEARS, BEARS.replace('"no": 0.1', '"no": 1'), 0, "a probability strictly between 0 and 1"),
    (BEARS, BEARS.replace("}}", "}, by_speaker: {kim: {partly: 0.3}}}"), 0, "a discrepancy has no speaker"),
    ("    kind: discrepancy\n", "    kind: per_document\n", 1, "of: goes with kind: discrepancy only"),
    ("codes: [backed, opposed]", "codes: [backed, gap]", 0, "gap is a discrepancy, and never one of a statement's"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "below", "words"), FAULTS)
def test_what_is_wrong_is_said_at_its_line(
    gap: Path, edit: Callable[[str, str, str], int], faults: Callable[[], tuple[Fault, ...]], old: str, new: str,
    below: int, words: str,
) -> None:  # fmt: skip
    assert (gap / BOOK).exists()
    line = edit(BOOK, old, new) + below
    found = [(fault.file, fault.line, words in fault.message) for fault in faults()]
    assert (BOOK, line, True) in found, faults()


def test_a_signal_of_it_is_refused_since_it_follows_from_lines(
    gap: Path, edit: Callable[[str, str, str], int], faults: Callable[[], tuple[Fault, ...]]
) -> None:
    assert (gap / SIGNALS).exists()
    line = edit(SIGNALS, "raised,ministry", "gap,ministry")
    (fault,) = faults()
    assert (fault.line, "gap is a discrepancy, which follows from lines: code line_present" in fault.message) == (
        line,
        True,
    )


def test_the_same_pattern_twice(
    gap: Path, edit: Callable[[str, str, str], int], faults: Callable[[], tuple[Fault, ...]]
) -> None:
    assert (gap / BOOK).exists()
    edit(BOOK, "combine:\n", GAP.replace("  gap:", "  again:") + "combine:\n")
    (fault,) = faults()
    assert "codes.again: the same lines and sides as gap; put `bears_on` into one of them" in fault.message


def test_discrepancies_that_exclude_each_other_stay_under_1_together(
    gap: Path, edit: Callable[[str, str, str], int], faults: Callable[[], tuple[Fault, ...]]
) -> None:
    other = GAP.replace("  gap:", "  other:").replace("[USA]", "[?]").replace("[KOR]", "[USA]").replace("[?]", "[KOR]")
    edit(BOOK, "combine:\n", other.replace("partly: 0.2", "partly: 0.85") + "combine:\n")
    (fault,) = faults()
    assert "gap and other exclude each other, and for 'partly' they come to 1.05; it must stay under 1" in fault.message
    assert (gap / BOOK).read_text("utf-8").splitlines()[fault.line - 1].strip().startswith("basing:")


def test_a_document_is_on_one_meeting(
    gap: Path, edit: Callable[[str, str, str], int], faults: Callable[[], tuple[Fault, ...]]
) -> None:
    edit(SIGNALS, "id,published", "event,id,published")
    text = (gap / SIGNALS).read_text("utf-8")
    rows = ["," + row if not row.startswith("event") else row for row in text.splitlines()]
    one = next(i for i, row in enumerate(rows) if "line_present" in row)
    first = "monday" + rows[one]
    rows[one] = first
    rows.append("tuesday" + rows[one].removeprefix("monday").replace("s3,", "s9,"))
    (gap / SIGNALS).write_text("\n".join(rows) + "\n", "utf-8")
    (fault,) = faults()
    assert fault.line == len(rows)
    assert f"readout is on 'monday' by line {one + 1}; a document is on one meeting" in fault.message


@pytest.mark.parametrize(("number", "possible"), [(0.2, True), (0.21, False), (0.01, True)])
def test_what_no_two_texts_can_do_is_worth_a_look(
    gap: Path, edit: Callable[[str, str, str], int], number: float, possible: bool
) -> None:
    """The line stands in 0.2 of texts: in at most 0.2 of meetings one side says it and the other does not."""
    line = edit(BOOK, BEARS, BEARS.replace('"no": 0.1', f'"no": {number}'))
    said = load(gap).warnings
    assert len(said) == (not possible)
    if not possible:
        assert said[0].startswith(
            f"{BOOK}:{line}: codes.gap.bears_on.basing.probability_present: 0.21 for 'no' can't be"
        )
        assert "by the probabilities of its lines it lies between 0 and 0.2" in said[0]

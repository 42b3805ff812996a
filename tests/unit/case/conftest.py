"""A sample case with every kind of question and code, to be broken in one place at a time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from case_fixture import Break
from foedus.case import Case, load
from foedus.errors import CaseError, Fault

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample case, in a folder of its own."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "sample"))


@pytest.fixture(scope="session")
def case() -> Case:
    return load(SAMPLE)


@pytest.fixture
def edit(folder: Path) -> Callable[[str, str, str], int]:
    """Replace a text that stands once in a file of the sample; return the line where it began."""

    def replace(file: str, old: str, new: str) -> int:
        text = (folder / file).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (folder / file).write_text(text.replace(old, new), "utf-8")
        return text[: text.index(old)].count("\n") + 1

    return replace


@pytest.fixture
def faults(folder: Path) -> Callable[[], tuple[Fault, ...]]:
    """Load the sample, which must fail, and return its faults."""

    def found() -> tuple[Fault, ...]:
        with pytest.raises(CaseError, match=r"\w+\.(yaml|csv)") as caught:
            load(folder)
        return caught.value.faults

    return found


@pytest.fixture
def only_fault(edit: Callable[[str, str, str], int], faults: Callable[[], tuple[Fault, ...]]) -> Callable[..., Fault]:
    """Make one edit, and return the one fault that it gives, at the line where it belongs."""

    def found(broken: Break) -> Fault:
        line = edit(broken.file, broken.old, broken.new) + broken.below
        fault, *others = faults()
        assert not others
        assert (fault.file, fault.line) == (broken.file, line), str(fault)
        return fault

    return found

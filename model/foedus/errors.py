"""What can go wrong, in the words a user needs: where it is, what it says, what would be right.

Bad input is collected, not raised one at a time: every stage appends a `Fault` and a single
`CaseError` carries them all. Numerical failure carries the diagnostic that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in one place of an input file.

    Attributes
    ----------
    file : str
        Name of the file inside the case folder, or of the argument that was wrong.
    line : int
        Line in that file, counted from 1; 0 when the fault is the file itself.
    message : str
        What is wrong, and what would be right.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class FoedusError(Exception):
    """Base of every error that foedus raises on purpose."""


class CaseError(FoedusError):
    """The input can't be used. Carries every fault found, in file and line order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ExpressionError(FoedusError):
    """A `when` expression can't be read; `column` counts from 1."""

    def __init__(self, message: str, text: str, column: int) -> None:
        self.message, self.text, self.column = message, text, column
        super().__init__(f"{message}\n    {text}\n    {' ' * (column - 1)}^")


class DegenerateDraws(FoedusError):  # noqa: N818
    """The numerics failed in a way that leaves no answer (a NaN, or no draw with any weight)."""


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the sentence that tells what to write instead of an unknown `word`."""
    alike = known if len(known) <= 300 else [name for name in known if name[:1] == word[:1]][:300]
    close = get_close_matches(word, alike, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    more = f" and {len(known) - 12:,} more" if len(known) > 12 else ""
    return f"known: {', '.join(known[:12])}{more}" if known else "none are defined"

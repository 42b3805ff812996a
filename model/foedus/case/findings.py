"""What loading a case finds: faults that stop it, and warnings that do not. Collected, so that all come at once."""

from __future__ import annotations

from collections import Counter

from foedus.errors import CaseError, Fault

SHOWN_PER_FILE = 200


class Findings:
    """A growing list of faults and warnings.

    Attributes
    ----------
    faults : list of Fault
    warnings : list of str
        Each with its place, as `FILE:LINE: sentence`.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.warnings: list[str] = []

    def fault(self, file: str, line: int, message: str) -> None:
        """Note one thing wrong."""
        self.faults.append(Fault(file, line, message))

    def warn(self, file: str, line: int, message: str) -> None:
        """Note one thing that a user should know, though it is legal."""
        self.warnings.append(str(Fault(file, line, message)))

    def at(self, file: str) -> set[int]:
        """Return the lines of `file` that already have a fault."""
        return {fault.line for fault in self.faults if fault.file == file}

    def raise_faults(self) -> None:
        """Raise every fault at once, if there is any; of one file at most `SHOWN_PER_FILE`, and how many more.

        Raises
        ------
        CaseError
            At least one fault was found.
        """
        if not self.faults:
            return
        shown: list[Fault] = []
        ordered = sorted(set(self.faults))
        total, seen = Counter(fault.file for fault in ordered), Counter[str]()
        for fault in ordered:
            seen[fault.file] += 1
            if seen[fault.file] <= SHOWN_PER_FILE:
                shown.append(fault)
            elif seen[fault.file] == SHOWN_PER_FILE + 1:
                more = total[fault.file] - SHOWN_PER_FILE
                shown.append(Fault(fault.file, fault.line, f"{more:,} more faults in this file from here on"))
        raise CaseError(shown)

"""The parsed but not yet checked case, and the few questions that every check asks of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from foedus.case.expression import Expression, parse_when
from foedus.case.findings import Findings
from foedus.case.types import CaseFile, Codebook, Count, Judgment, Question, Resolution, Seed, Signal, Timing
from foedus.case.yaml_lines import Located
from foedus.errors import ExpressionError, nearest

Place = int | tuple[str | int, ...]


@dataclass(frozen=True)
class Draft:
    """Everything that was read.

    Attributes
    ----------
    file, codebook, judgments, signals, counts, resolutions, seeds
        As in `Case`, without the parts that can't be read.
    lines : dict
        For each YAML file, where everything in it stands.
    broken : set of str
        Names whose definition has a fault: they exist, but nothing that hangs on them can be checked.
    faulty : frozenset of str
        Files that already have a fault, so that what seems to be missing in them may not be.
    findings : Findings
        Where faults and warnings go.
    parsed : dict
        What each `when` text came to: many rows can have the same one.
    """

    file: CaseFile
    codebook: Codebook
    judgments: tuple[Judgment, ...]
    signals: tuple[Signal, ...]
    counts: tuple[Count, ...]
    resolutions: tuple[Resolution, ...]
    seeds: tuple[Seed, ...]
    lines: dict[str, Located]
    broken: set[str]
    faulty: frozenset[str]
    findings: Findings
    parsed: dict[str, Expression | ExpressionError] = field(default_factory=dict)

    def fault(self, file: str, place: Place, message: str) -> None:
        """Note a fault at a line, or at a path into a YAML file (and then in what is defined there)."""
        if isinstance(place, tuple) and len(place) > 1:
            self.broken.add(str(place[1]))
        line = place if isinstance(place, int) else self.lines[file].line(*place)
        self.findings.fault(file, line, message)

    def warn(self, file: str, place: Place, message: str) -> None:
        """Note a warning at a line, or at a path into a YAML file."""
        line = place if isinstance(place, int) else self.lines[file].line(*place)
        self.findings.warn(file, line, message)

    def knows(self, name: str, names: Collection[str], what: str, file: str, place: Place) -> bool:
        """Whether `name` is one of `names` and can be relied on; if it isn't there at all, that is a fault."""
        if name in self.broken:
            return False
        if name not in names:
            self.fault(file, place, f"{what} {name!r} is not defined; {nearest(name, list(names))}")
            return False
        return True

    def expression(self, text: str, file: str, place: Place, label: str) -> Expression | None:
        """Parse a `when` text, or note why it can't be (unless that is the fault of a scenario it names)."""
        if text not in self.parsed:
            try:
                self.parsed[text] = parse_when(text, self.file)
            except ExpressionError as error:
                self.parsed[text] = error
        found = self.parsed[text]
        if not isinstance(found, ExpressionError):
            return found
        elsewhere = isinstance(found.__cause__, ExpressionError)
        if not elsewhere and self.broken.isdisjoint(re.findall(r"[\w-]+", text)):
            self.fault(file, place, f"{label}, column {found.column}: {found.message}")
        return None

    def window(self, question: Question) -> tuple[dt.date, dt.date]:
        """Return the first and last day of a question: it opens after the first."""
        own = question if isinstance(question, Timing) else None
        decided = None if isinstance(question, Timing) else question.decided_on
        opens = (own and own.opens) or self.file.opens
        return opens, (own and own.horizon) or decided or self.file.horizon

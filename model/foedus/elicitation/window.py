"""The window of a timing question: its days, and their numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from foedus.case.types import CaseFile, Timing


@dataclass(frozen=True)
class Window:
    """Days of a timing question: day i is `opens` + i, i = 1..n."""

    opens: dt.date
    n: int

    @classmethod
    def of(cls, question: Timing, file: CaseFile) -> Window:
        """Return the window of `question`, with the case's dates where it gives none."""
        opens = question.opens or file.opens
        return cls(opens, ((question.horizon or file.horizon) - opens).days)

    def number(self, day: dt.date) -> int:
        """Return the number of a day, outside 1..n where it lies outside the window."""
        return (day - self.opens).days

    def date(self, number: float) -> dt.date:
        """Return the day with that number."""
        return self.opens + dt.timedelta(days=int(number))

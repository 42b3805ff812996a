"""Every row of signals.csv and counts.csv, and what became of it: each is one thing, so that the totals add up."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from foedus.case.types import Case, Count, Signal
from foedus.news.evidence import Fate
from foedus.problem.cells import VOID
from foedus.problem.compile import Compiled
from foedus.problem.types import Contribution, Tally
from foedus.results import Account

FATES: tuple[Fate, ...] = ("used", "merged", "excluded", "in_prior", "no_bearing")
_INTO = re.compile(
    r"(?:one (?:event|text|statement|discrepancy) with|the same line as|capped:|superseded by|revised on|retraction of)"
    r" ([^\s,]+)"
)


@dataclass(frozen=True)
class RowFate:
    """One row.

    Attributes
    ----------
    file, line : str, int
        Where it stands; line 0 for a row that was set aside on loading, of which only id and reason are known.
    id, code, source, coder : str, and str or None
        `id` of a count is its code and period.
    published : str or None
        ISO 8601.
    fate : {"used", "merged", "excluded", "in_prior", "no_bearing"}
    reason : str
        Why it is not used, in words; else empty.
    into : str or None
        Id of the row that counts in its place, where one does.
    later_that_day : bool
        Excluded since it was published later on the as-of day.
    questions : tuple of str
        What it counts for.
    """

    file: str
    line: int
    id: str
    code: str
    source: str
    coder: str | None
    published: str | None
    fate: Fate
    reason: str = ""
    into: str | None = None
    later_that_day: bool = False
    questions: tuple[str, ...] = ()


def row_fates(case: Case, compiled: Compiled, account: Account) -> tuple[RowFate, ...]:
    """Return what became of every row, in the order of the files."""
    rows: list[tuple[str, Signal | Count, str | None]] = [("signals.csv", row, row.coder) for row in case.signals]
    rows += [("counts.csv", row, None) for row in case.counts]
    merged, later = dict(account.merged), set(account.later_that_day)
    void = {name for name, why in account.excluded if why == VOID}
    counted_for = _questions(compiled)
    out = []
    for file, row, coder in rows:
        fate, reason = compiled.evidence.aside.get((file, row.line), ("used", ""))
        if fate == "used" and row.id in merged:
            fate, reason = "merged", merged[row.id]
        elif fate == "used" and row.id in void:
            fate, reason = "excluded", VOID
        into = _INTO.match(reason)
        out.append(
            RowFate(
                file,
                row.line,
                row.id,
                row.code,
                row.source,
                coder,
                row.published.at.isoformat(),
                fate,
                reason,
                into[1] if into else None,
                reason == "published after the as-of time" and row.id in later,
                counted_for.get(row.id, ()) if fate == "used" else (),
            )
        )
    out += [RowFate("signals.csv", 0, name, "", "", None, None, "excluded", why) for name, why in case.skipped]
    return tuple(out)


def _questions(compiled: Compiled) -> dict[str, tuple[str, ...]]:
    """Return the questions on which each id counts for something."""
    problem, out = compiled.problem, dict[str, tuple[str, ...]]()
    items: list[Contribution | Tally] = [*problem.contributions, *problem.tallies]
    for item in items:
        part = item.exponent if isinstance(item, Contribution) else item.part
        if item.unit >= 0 and part > 0:
            for name in problem.units[item.unit].signals:
                out[name] = tuple(dict.fromkeys((*out.get(name, ()), problem.axes[item.question].id)))
    return out


def totals(rows: tuple[RowFate, ...]) -> dict[str, int]:
    """Return how many rows were read, and how many had each fate; the fates add up to what was read."""
    found = Counter(row.fate for row in rows)
    return {"read": len(rows), **{fate: found[fate] for fate in FATES}}

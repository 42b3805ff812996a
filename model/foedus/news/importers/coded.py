"""Events as rows of signals.csv, for checking by hand: only where one code of the codebook surely is meant.

A row is mapped where exactly one code lists its CAMEO code (or the next one above it), or, from PLOVER data, its event
and mode; where the actor's level is known, and is what the code requires; and where the code needs nothing that no
machine says (an issue, the date that was named). Everything else stays unmapped, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from foedus.case.types import Code
from foedus.news.importers import ledger, writing
from foedus.news.importers.counted import known_from
from foedus.news.importers.events import Event, Layout
from foedus.news.importers.ledger import Ledger
from foedus.news.importers.levels import UNSTATED
from foedus.news.importers.ontology import parents

CODER = "machine"


@dataclass
class Crosswalk:
    """From the codes of event data to those of a codebook; `code_of` says which, or why none."""

    codes: Mapping[str, Code]
    _known: dict[tuple[str, str, str], str | list[str]] = field(default_factory=dict)

    def code_of(self, event: Event) -> tuple[str | None, str]:
        """Return the code that an event is surely of, or None and why."""
        if event.level == UNSTATED:
            return None, f"{event.code}: the actor's level is not known"
        key = event.code, str(event.plover), event.level
        if key not in self._known:
            self._known[key] = self._find(event)
        found = self._known[key]
        return (found, "") if isinstance(found, str) else (None, found[0])

    def _find(self, event: Event) -> str | list[str]:
        names = self._listing(event)
        if not names:
            return [f"no code of the codebook lists {event.code}"]
        fitting = [name for name in names if not self._lacks(self.codes[name], event.level)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            return [f"{event.code} may be {' or '.join(fitting)}"]
        return [f"{name}: {self._lacks(self.codes[name], event.level)}" for name in names]

    def _listing(self, event: Event) -> list[str]:
        """Return the codes that list an event, at the nearest step above it where any does."""
        usable = {name: code for name, code in self.codes.items() if code.kind == "signal" and code.deprecated is None}
        for cameo in parents(event.code) if event.code.isdigit() else ():
            if listing := [name for name, code in usable.items() if cameo in code.cameo]:
                return listing
        if event.code.isdigit() or event.plover is None:
            return []
        word = event.plover
        same = {name: code.plover for name, code in usable.items() if code.plover and code.plover.event == word.event}
        exact = [name for name, plover in same.items() if (plover.mode or "") == word.mode]
        return exact or [name for name, plover in same.items() if plover.mode is None]

    def _lacks(self, code: Code, level: str) -> str:
        """Say what a code needs that the row doesn't have, if anything."""
        for column, words in code.requires.items():
            if column != "actor_level":
                return f"needs {column}, which no machine says"
            if level not in words:
                return f"needs {column} {' or '.join(words)}, not {level}"
        if any(bearing.by == "target" for bearing in code.bears_on.values()):
            return "needs the date that was named (target_from, target_to)"
        return ""


def signals(
    events: Iterable[Event], crosswalk: Crosswalk, layout: Layout, account: Ledger
) -> Iterator[tuple[str, ...]]:
    """Yield rows of signals.csv, in the order of `writing.SIGNALS`; drop what stays unmapped."""
    used: dict[str, int] = {}
    for event in events:
        code, why = crosswalk.code_of(event)
        if code is None:
            account.drop(event.file, event.line, ledger.UNMAPPED, why)
            continue
        name = f"{layout.source}-{event.id or event.line}"[:110]
        used[name] = used.get(name, 0) + 1
        yield (
            name if used[name] == 1 else f"{name}-{used[name]}",
            _published(event, layout.lag),
            str(event.day),
            "UTC",
            code,
            layout.source,
            "6",
            event.actor,
            event.recipient,
            event.level,
            "",
            event.url.strip()[:2000],
            CODER,
            "; ".join(part for part in (f"coded {event.code}", *event.names) if part)[:300],
        )


def _published(event: Event, lag: int) -> str:
    if event.published is None:
        return known_from(event.day, lag)
    return event.published.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def signals_csv(rows: Iterable[tuple[str, ...]]) -> str:
    """Write signals.csv."""
    return writing.table(writing.SIGNALS, rows)

"""Every reading of a signal by a coder, before anybody decided and after: what agreement is measured on.

A reading stays one when the news itself is later corrected or withdrawn: the text was read all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from foedus.case.types import Codebook, Signal
from foedus.news.coders.agreement import Agreement, Level, agreement
from foedus.news.coders.codings import ADJUDICATED, coder_of, label_of

Rows = Mapping[str, Mapping[str, Signal]]  # of each signal, of each coder


@dataclass(frozen=True)
class Readings:
    """Rows of every signal by its coders.

    Attributes
    ----------
    before : mapping of id to mapping of coder to Signal
        What each coder wrote first, alone.
    after : mapping of the same shape
        What stands: a decision in the place of every coder's row, a coder's own correction in that of the first.
    decided : frozenset of str
        Signals on which somebody decided.
    """

    before: Rows
    after: Rows
    decided: frozenset[str]

    @property
    def coders(self) -> tuple[str, ...]:
        """Everybody who coded, in order of name."""
        return tuple(sorted({coder for rows in self.before.values() for coder in rows}))

    @property
    def several(self) -> tuple[str, ...]:
        """Signals that two coders or more read."""
        return tuple(name for name, rows in self.before.items() if len(rows) > 1)


def readings(signals: Iterable[Signal]) -> Readings:
    """Collect the readings of signals that are known."""
    rows = [signal for signal in signals if signal.status != "retracted"]
    before: dict[str, dict[str, Signal]] = defaultdict(dict)
    last: dict[str, dict[str, Signal]] = defaultdict(dict)
    decision: dict[str, Signal] = {}
    corrected: dict[str, list[Signal]] = defaultdict(list)
    for row in rows:
        if row.coder == ADJUDICATED:
            decision[row.id] = row
            continue
        if row.supersedes and row.supersedes != row.id:
            corrected[row.supersedes].append(row)
        before[row.id].setdefault(coder_of(row), row)
        last[row.id][coder_of(row)] = row
    for name, by in corrected.items():  # what takes the place of a signal in one voice, decides where coders differed
        differed = len({label_of(row) for row in before.get(name, {}).values()}) > 1
        if differed and len({label_of(row) for row in by}) == 1:
            decision.setdefault(name, by[0])
    after = {
        name: {coder: decision.get(name, row) for coder, row in by_coder.items()} for name, by_coder in last.items()
    }
    return Readings(dict(before), after, frozenset(decision) & frozenset(before))


@dataclass(frozen=True)
class Variable:
    """A column that coders are compared by: its level of measurement, and its value in a row (None: none given)."""

    name: str
    level: Level
    value: Callable[[Codebook, Signal], str | None]
    order: tuple[str, ...] = ()


def _observed(codebook: Codebook, row: Signal) -> str | None:
    return row.observed if codebook.codes[row.code].kind == "per_document" else None


VARIABLES = (
    Variable("code", "nominal", lambda _, row: row.code),
    Variable("actor_level", "nominal", lambda _, row: row.actor_level),
    Variable("auxiliary", "nominal", lambda _, row: row.auxiliary),
    # 6 is "cannot be judged": no place on the scale
    Variable("credibility", "ordinal", lambda _, row: None if row.credibility == "6" else row.credibility,
             ("1", "2", "3", "4", "5")),
    Variable("observed", "ordinal", _observed, ("absent", "not_seen", "present")),
)  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """Agreement on one variable, before anybody decided and after (None where nobody did).

    `commonest` is the most frequent value; `question` is set where the variable is what a row says of it.
    """

    name: str
    level: Level | Literal["interval"]
    before: Agreement
    after: Agreement | None
    commonest: str
    question: str | None = None


def compare(variable: Variable, found: Readings, codebook: Codebook, rng: np.random.Generator) -> Compared:
    """Measure agreement on a column."""
    given = [variable.value(codebook, row) for rows in found.before.values() for row in rows.values()]
    given += [variable.value(codebook, row) for rows in found.after.values() for row in rows.values()]
    order = variable.order or tuple(sorted({value for value in given if value is not None}))
    index = {value: k for k, value in enumerate(order)}

    def at(rows: Rows) -> Agreement:
        table = coded(found, rows, lambda row: index.get(variable.value(codebook, row) or "", -1))
        return agreement(table, variable.level, np.arange(1.0, len(order) + 1), rng)

    before = at(found.before)
    after = at(found.after) if found.decided else None
    return Compared(variable.name, variable.level, before, after, order[before.commonest] if before.units else "")


def coded(found: Readings, rows: Rows, index: Callable[[Signal], int]) -> NDArray[np.intp]:
    """Index of the value that each coder gave to each signal [C, U]; -1 where none."""
    names: Sequence[str] = found.several
    return np.array(
        [[index(rows[name][coder]) if coder in rows[name] else -1 for name in names] for coder in found.coders],
        dtype=np.intp,
    ).reshape(len(found.coders), len(names))

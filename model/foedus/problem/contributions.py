"""Units of evidence -> contributions to each question: what falls on which cells, and how much it counts.

Here nothing may count twice: selection against the codes that could have been coded, joint multipliers of
one statement, the share of the panel that had already seen it; then caps and tempering (`capping`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np

from foedus.case.types import Bearing, Case, Signal
from foedus.news.credence import event_credence
from foedus.news.evidence import Evidence, Judged, Unit, share_unseen
from foedus.problem import alike
from foedus.problem.bands import Book, band_of_cell, level_ids
from foedus.problem.capping import capped_by_group, capped_by_week, tempered, weekly_limits
from foedus.problem.cells import UNBELIEVED, VOID, alive, day_number, segments
from foedus.problem.discrepancies import in_place_of_lines
from foedus.problem.joint import of_discrepancy
from foedus.problem.menu import code_shares, competing, rated
from foedus.problem.mixture import readings
from foedus.problem.types import Axis, Contribution, Floats, Index, Term

Bar = tuple[Floats, Index, float]  # shares [B], rows [B, C], share of codes that say nothing on the course
Made = TypeVar("Made")


@dataclass
class Memo:
    """What does not change from one as-of time to the next: multipliers, what each unit says, and what is alike."""

    units: dict[Hashable, tuple[Unit, list[Contribution]]] = field(default_factory=dict)
    alike: dict[Hashable, Any] = field(default_factory=dict)
    book: Book | None = None


@dataclass
class Compiler:
    """Builds contributions, question by question."""

    case: Case
    axes: tuple[Axis, ...]
    zones: tuple[str, ...]
    judged: Judged
    book: Book
    grades: Mapping[tuple[str, str | None], int]  # index of each (source, grade)
    credence_medians: Floats
    memo: Memo
    raw: dict[int, list[Contribution]] = field(default_factory=dict)  # of each question, not yet capped nor tempered

    @cached_property
    def pools(self) -> list[Hashable]:
        """Names of what the factors of each question are scaled under, and of the day from which news is void."""
        return [
            (id(axis.cell_of_fine), hash(axis.pool.tobytes()), axis.resolved and axis.resolved.day)
            for axis in self.axes
        ]

    def all(self, evidence: Evidence) -> tuple[Contribution, ...]:
        """Compile every unit, then cap and temper them question by question."""
        return tuple(c for q in range(len(self.axes)) for c in self.question(q, evidence))

    def question(self, q: int, evidence: Evidence) -> list[Contribution]:
        """Compile what every unit says of one question, capped and tempered."""
        self.raw[q] = [c for u, unit in enumerate(evidence.units) for c in self._remembered(u, unit, q)]
        return self._counted(self.raw[q], evidence)

    def question_with(self, q: int, evidence: Evidence) -> list[Contribution]:
        """Compile one question where only the last unit is new since `question` did."""
        last = len(evidence.units) - 1
        return self._counted([*self.raw[q], *self.unit(last, evidence.units[last], q)], evidence)

    def _counted(self, own: list[Contribution], evidence: Evidence) -> list[Contribution]:
        codebook, stated, units = self.case.codebook, self.case.file.settings, evidence.units
        capped = capped_by_group(in_place_of_lines(own, evidence), codebook, units, self._agree)
        capped = capped_by_week(capped, weekly_limits(codebook, stated.max_per_week), units, self._agree)
        return sorted(tempered(capped, stated.tempering), key=lambda c: (c.day, c.unit))

    def _remembered(self, index: int, unit: Unit, q: int) -> list[Contribution]:
        key = (q, self.pools[q], alike.of_unit(unit))
        if key not in self.memo.units:
            self.memo.units[key] = unit, self.unit(index, unit, q)
        return [c if c.unit == index else replace(c, unit=index) for c in self.memo.units[key][1]]

    def unit(self, index: int, unit: Unit, q: int) -> list[Contribution]:
        """Contributions of one unit to question q: one for each way of seeing."""
        axis = self.axes[q]
        day = day_number(unit.seen, self.zones[q], axis.opens)
        if unit.lines:
            return of_discrepancy(self, index, unit, q, day)
        ways: dict[tuple[bool, bool, bool], None] = {}
        for item in unit.items:
            for _, signal in item.options:
                if signal.observed != "not_seen" and self.says(signal.code, axis.id):
                    ways[self._way(signal)] = None
        return [self._contribution(index, unit, q, day, way) for way in ways]

    def profile(self, unit: Unit, q: int) -> Floats:
        """Log factor of one unit on each cell of question q [C], were its report certain and every band its middle.

        Its mean under the pool is 0; so is it on days that are past.
        """
        axis, out = self.axes[q], np.zeros(self.axes[q].cells)
        for c in self.unit(0, unit, q):
            bar = self.selection(q, c.day) if c.bar is not None else None
            there = alive(axis, c.day)
            own = self._profile(c.terms, c.starts, np.add.reduceat(there, c.starts), bar)
            each = np.repeat(own, np.diff(np.append(c.starts, axis.cells)))
            out += np.where(there > 0, each - each @ there, 0.0)
        return out

    def says(self, code: str, question: str) -> bool:
        """Whether a code tells outcomes of a question apart."""
        bearing = self.case.codebook.codes[code].bears_on.get(question)
        return bearing is not None and not bearing.flat

    def _way(self, signal: Signal) -> tuple[bool, bool, bool]:
        """Whether it sees the outcome, whether multipliers are rates, and whether it is a line of a document."""
        code = self.case.codebook.codes[signal.code]
        return code.sees == "outcome", code.coverage == "exhaustive", code.kind in {"per_document", "discrepancy"}

    def _contribution(self, index: int, unit: Unit, q: int, day: int, way: tuple[bool, bool, bool]) -> Contribution:
        axis = self.axes[q]
        choices = [self._choices(item.options, axis.id, way) for item in unit.items]
        mixture = readings(choices)
        stacks = [self._stack(said, q, day, way) for _, said in mixture]
        bar = None if way[0] or way[1] or way[2] else self.selection(q, day)
        layers = [rows for rows, _ in stacks] + ([bar[1]] if bar is not None else [])
        starts = segments(layers, axis.cells)
        mass = np.add.reduceat(alive(axis, day), starts)
        terms = tuple(
            self._term(
                Term(weight, rows[:, starts], power, _presence(said) if way[2] else 0), starts, mass, bar, said, q
            )
            for (rows, power), (weight, said) in zip(stacks, mixture, strict=True)
        )
        first = next(signal for _, said in mixture for signal in said)
        origins = self.reporters(unit)
        share = share_unseen(self.judged, axis.id, unit.published)
        notes = (f"{share:.0%} of the panel had not seen it",) if 0 < share < 1 else ()
        if axis.resolved is not None and day > axis.resolved.day:
            share, notes = 0.0, (VOID,)
        group = self.case.codebook.codes[first.code].group
        typical = float(event_credence(origins, self.credence_medians))
        if typical == 0:
            share, notes = 0.0, (UNBELIEVED,)
        return Contribution(
            unit=index,
            question=q,
            day=day,
            starts=self.one(starts.tobytes(), starts),
            terms=self.one((q, starts.tobytes(), *map(alike.of_term, terms)), terms),
            bar=self._bar(q, bar, starts) if bar is not None else None,
            origins=origins,
            exponent=share,
            sees_outcome=way[0],
            as_written=way[1],
            code=first.code,
            strength=self._strength(terms, starts, axis.pool, typical),
            raw_strength=self._strength(terms, starts, axis.pool, 1.0, bar),
            rate=rated(self.case).get(first.code) if way[1] else None,
            group=group.name if group else None,
            notes=notes,
            codes=tuple(dict.fromkeys(s.code for _, said in mixture for s in said if self.says(s.code, axis.id))),
        )

    def reporters(self, unit: Unit) -> tuple[tuple[bool, Index], ...]:
        """Return who reports a unit, as indices of credences."""
        return tuple(
            (independent, np.array([self.grades[report] for report in reports], dtype=np.intp))
            for independent, reports in unit.origins
        )

    def _bar(self, q: int, bar: Bar, starts: Index) -> Bar:
        shares, rows, silent = bar[0], bar[1][:, starts], bar[2]
        return self.one((q, rows.shape, rows.tobytes()), (shares, rows, silent))

    def one(self, key: Hashable, made: Made) -> Made:
        """Return the first of all that are alike, so that the core computes it once."""
        return cast("Made", self.memo.alike.setdefault(key, made))

    def _term(
        self, term: Term, starts: Index, mass: Floats, bar: Bar | None, signals: Sequence[Signal], q: int
    ) -> Term:
        """Complete a term with its scale, where its values are probabilities."""
        said = [s for s in signals if self.says(s.code, self.axes[q].id)]
        bearings = [self.case.codebook.codes[s.code].bears_on[self.axes[q].id] for s in said]
        on_the_menu = bar is not None and term.bar_power == len(said)
        own = any(b.by == "target" or s.speaker in b.by_speaker for s, b in zip(said, bearings, strict=True))
        if term.presence or (on_the_menu and not own and not self._joint(said, q)):
            return replace(term, scale=float(self._value(term, starts, bar) @ mass))
        return term

    def _joint(self, signals: Sequence[Signal], q: int) -> bool:
        codes, question = {s.code for s in signals}, self.axes[q].id
        return any(set(c.codes) <= codes and question in c.bears_on for c in self.case.codebook.combine)

    def _choices(
        self, options: Iterable[tuple[float, Signal]], question: str, way: tuple[bool, bool, bool]
    ) -> list[tuple[float, Signal | None]]:
        """Choose codes of one item that bear on the question in this way; None: says nothing on it."""
        out: list[tuple[float, Signal | None]] = []
        for weight, signal in options:
            bears = question in self.case.codebook.codes[signal.code].bears_on and signal.observed != "not_seen"
            out.append((weight, signal if bears and self._way(signal) == way else None))
        return out

    def _stack(self, signals: Sequence[Signal], q: int, day: int, way: tuple[bool, bool, bool]) -> tuple[Index, int]:
        """Rows [K, C] of the multipliers of signals said together, and how many coded signals they stand for."""
        axis, codebook = self.axes[q], self.case.codebook
        codes = {s.code for s in signals}
        rows: list[Index] = []
        joint: set[str] = set()
        largest_first = sorted(enumerate(codebook.combine), key=lambda entry: -len(entry[1].codes))
        for i, combination in largest_first:
            if set(combination.codes) <= codes - joint and axis.id in combination.bears_on:
                bearing = combination.bears_on[axis.id]
                rows.append(self.rows(f"combine {i}", bearing, q, None, day, signals[0], None, as_written=way[1]))
                joint |= set(combination.codes)
        for s in signals:
            if s.code not in joint and self.says(s.code, axis.id):
                code = codebook.codes[s.code]
                bearing = code.bears_on[axis.id]
                rows.append(self.rows(s.code, bearing, q, s.speaker, day, s, code.spread, as_written=way[1]))
        stack = np.array(rows, dtype=np.intp).reshape(len(rows), axis.cells)
        return stack, len(rows)

    def rows(
        self, name: str, bearing: Bearing, q: int, speaker: str | None, day: int, signal: Signal | None,
        spread: float | None, *, as_written: bool,
    ) -> Index:  # fmt: skip
        """Return the row of a code's multipliers that holds on each cell of question q."""
        axis = self.axes[q]
        first, keys = self.book.entry(name, bearing, axis.id, speaker, spread, as_written=as_written)
        target = (0, 0)
        if bearing.by == "target" and signal is not None and signal.target_to is not None:
            start = signal.target_from or signal.target_to
            target = (start - axis.opens).days, (signal.target_to - axis.opens).days
        return first + band_of_cell(bearing.by, keys, axis, level_ids(self.case, axis.id), day, target)

    def selection(self, q: int, day: int) -> Bar | None:
        """Shares and rows of the codes of question q that a coder could have coded on `day`."""
        axis = self.axes[q]
        codes = competing(self.case, axis.id)
        if not codes:
            return None
        shares = code_shares(codes, axis.id)
        rows, kept, silent = [], [], 0.0
        for name, code in codes.items():
            bearing = code.bears_on[axis.id]
            if bearing.by == "target":  # where the named date falls is not the codebook's to say
                silent += shares[name]
                continue
            rows.append(self.rows(name, bearing, q, None, day, None, code.spread, as_written=False))
            kept.append(shares[name])
        return np.array(kept), np.array(rows, dtype=np.intp).reshape(len(rows), axis.cells), silent

    def _value(self, term: Term, starts: Index, bar: Bar | None) -> Floats:
        """Value of a term on each segment [G] at the middle of every band, after selection."""
        logs = self.book.middle(term.rows)
        each = -np.logaddexp(0, -term.presence * logs) if term.presence else logs
        typical = 1.0 if bar is None else bar[2] + bar[0] @ np.exp(self.book.middle(bar[1][:, starts]))
        return np.asarray(np.exp(each.sum(axis=0)) / typical**term.bar_power)

    def _profile(self, terms: tuple[Term, ...], starts: Index, mass: Floats, bar: Bar | None = None) -> Floats:
        """Log factor of each segment [G] at the middle of every band, before credence; mean 1 under `mass`."""
        value = np.zeros(len(starts))
        for term in terms:
            m = self._value(term, starts, bar)
            value += term.weight * m / max(float(m @ mass), 1e-300)
        return np.asarray(np.log(np.maximum(value, 1e-6)))

    def _strength(
        self, terms: tuple[Term, ...], starts: Index, prior: Floats, credence: float, bar: Bar | None = None
    ) -> float:
        """Log ratio of the largest to the smallest factor where the prior has mass; with `bar`, after selection."""
        mass = np.add.reduceat(prior, starts)
        profile = self._profile(terms, starts, mass, bar)[mass > 1e-9]
        return float(np.ptp(np.log(credence * np.exp(profile) + 1 - credence))) if len(profile) else 0.0

    def _agree(self, a: Contribution, b: Contribution) -> bool:
        """Whether two contributions point the same way: their log factors correlate under the prior."""
        prior = self.axes[a.question].pool
        each = []
        for c in (a, b):
            mass = np.add.reduceat(prior, c.starts)
            profile = self._profile(c.terms, c.starts, mass)
            cells = np.repeat(profile, np.diff(np.append(c.starts, len(prior))))
            each.append(cells - cells @ prior)
        return float(each[0] * each[1] @ prior) > 0


def _presence(said: Sequence[Signal]) -> int:
    """Return whether a reading has its line present (1) or absent (-1); one that says nothing has no line."""
    return -1 if said and said[0].observed == "absent" else 1

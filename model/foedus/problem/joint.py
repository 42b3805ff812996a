"""A discrepancy, or the absence of some -> its contribution to one question, with the lines that it rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from foedus.news.credence import event_credence
from foedus.news.evidence import Unit, share_unseen
from foedus.problem import alike
from foedus.problem.cells import UNBELIEVED, VOID, alive, day_number, segments
from foedus.problem.discrepancies import UNTOLD, discrepancy, none_of
from foedus.problem.types import Absence, Contribution, Floats, Index, Line, Term

if TYPE_CHECKING:
    from foedus.problem.contributions import Compiler


@dataclass(frozen=True)
class _Part:
    """Rows [1 or 0, C] of one line or discrepancy, and whether it is there."""

    rows: Index
    presence: int

    def middle(self, compiler: Compiler, starts: Index) -> Floats:
        """Return the probability [G] that it is as it is, at the middle of every band."""
        logs = self.presence * compiler.book.middle(self.rows[:, starts])
        return np.asarray(np.prod(expit(logs), axis=0))

    def term(self, starts: Index, scale: float) -> Term:
        return Term(1.0, self.rows[:, starts], 1, self.presence, scale)


def of_discrepancy(compiler: Compiler, index: int, unit: Unit, q: int, day: int) -> list[Contribution]:
    """Return the contribution of a unit with lines to question q, or nothing where it has none to it."""
    axis = compiler.axes[q]
    kept = [i for i, name in enumerate(unit.codes) if compiler.says(name, axis.id)]
    if axis.id not in unit.questions or not kept:
        return []
    shown = unit.in_place_of_lines
    own = [_discrepancy(compiler, unit.codes[i], q, day) for i in kept]
    parts = [_line(compiler, line, q) for line in unit.lines]
    starts = segments([part.rows for part in (*own, *parts)], axis.cells)
    mass = np.add.reduceat(alive(axis, day), starts)
    given, said = ([part.middle(compiler, starts) for part in group] for group in (own, parts))
    patterns = tuple(unit.patterns[i] for i in kept)
    factor = given[0] if shown else none_of(given, _observed(parts, said), patterns)
    scales = [float(value @ mass) if shown else 1.0 for value in (*given, *said)]
    terms = tuple(part.term(starts, scale) for part, scale in zip(own, scales, strict=False))
    lines = tuple(
        Line(part.term(starts, scale), compiler.reporters(line))
        for part, scale, line in zip(parts, scales[len(own) :], unit.lines, strict=True)
    )
    group = compiler.case.codebook.codes[unit.codes[kept[0]]].group
    share, notes = _share(compiler, unit, q, day)
    made = Contribution(
        unit=index,
        question=q,
        day=day,
        starts=compiler.one(starts.tobytes(), starts),
        terms=compiler.one((q, starts.tobytes(), *map(alike.of_term, terms)), terms),
        bar=None,
        origins=(),
        exponent=share,
        sees_outcome=False,
        as_written=False,
        code=unit.codes[kept[0]],
        group=group.name if group else None,
        notes=notes,
        codes=(unit.codes[kept[0]],) if shown else (),
        lines=compiler.one((q, starts.tobytes(), *map(alike.of_line, lines)), lines),
        absence=None if shown else Absence(patterns, float(factor @ mass)),
    )
    if float(made.credence(compiler.credence_medians)) == 0:
        made = replace(made, exponent=0.0, notes=(UNBELIEVED,))
    strengths = _strengths(compiler, made, factor, said)
    return [replace(made, strength=strengths[0], raw_strength=strengths[1])]


def _discrepancy(compiler: Compiler, name: str, q: int, day: int) -> _Part:
    code = compiler.case.codebook.codes[name]
    bearing = code.bears_on[compiler.axes[q].id]
    return _Part(compiler.rows(name, bearing, q, None, day, None, code.spread, as_written=False)[None], 1)


def _line(compiler: Compiler, line: Unit, q: int) -> _Part:
    signal, axis = line.items[0].signal, compiler.axes[q]
    there = 1 if signal.observed == "present" else -1
    if not compiler.says(signal.code, axis.id):
        return _Part(np.zeros((0, axis.cells), dtype=np.intp), there)
    code, day = compiler.case.codebook.codes[signal.code], day_number(line.seen, compiler.zones[q], axis.opens)
    bearing = code.bears_on[axis.id]
    rows = compiler.rows(signal.code, bearing, q, signal.speaker, day, signal, code.spread, as_written=False)
    return _Part(rows[None], there)


def _observed(parts: list[_Part], said: list[Floats]) -> list[tuple[int, Floats | float]]:
    return [(part.presence, p if len(part.rows) else UNTOLD) for part, p in zip(parts, said, strict=True)]


def _share(compiler: Compiler, unit: Unit, q: int, day: int) -> tuple[float, tuple[str, ...]]:
    """Return the part of the panel that had not seen it, and why it counts less."""
    axis = compiler.axes[q]
    if axis.resolved is not None and day > axis.resolved.day:
        return 0.0, (VOID,)
    share = share_unseen(compiler.judged, axis.id, unit.published)
    return share, (f"{share:.0%} of the panel had not seen it",) if 0 < share < 1 else ()


def _strengths(compiler: Compiler, c: Contribution, factor: Floats, said: list[Floats]) -> tuple[float, float]:
    """Return the log ratio of the largest to the smallest factor at the middles, and that at a credence of 1."""
    medians = compiler.credence_medians
    mass = np.add.reduceat(compiler.axes[c.question].pool, c.starts)
    possible = mass > 1e-9

    def mean_one(value: Floats) -> Floats:
        return np.asarray(np.maximum(value / max(float(value @ mass), 1e-300), 1e-6)[possible])

    sure, r = mean_one(factor), float(c.credence(medians))
    if c.absence is None:
        each = [(float(event_credence(x.origins, medians)), mean_one(p)) for x, p in zip(c.lines, said, strict=True)]
        known = discrepancy(sure, each)
    else:
        known = r * sure + 1 - r
    return float(np.ptp(np.log(known))), float(np.ptp(np.log(sure)))

"""What makes two pieces of evidence alike, as keys: so that what is the same is compiled and computed once."""

from __future__ import annotations

from collections.abc import Hashable

from foedus.news.evidence import Unit
from foedus.problem.types import Line, Term


def of_unit(unit: Unit) -> Hashable:
    """Return what the contributions of a unit follow from, while its rows are in memory."""
    if unit.lines:
        return (unit.codes, unit.patterns, unit.in_place_of_lines, unit.questions, *map(of_unit, unit.lines))
    chosen = tuple((weight, id(signal)) for item in unit.items for weight, signal in item.options)
    return chosen, unit.origins, unit.seen, unit.published


def of_term(term: Term) -> Hashable:
    """Return what a term holds."""
    return term.weight, term.rows.shape, term.rows.tobytes(), term.bar_power, term.presence, term.scale


def of_line(line: Line) -> Hashable:
    """Return what a line of a discrepancy holds."""
    return of_term(line.term), *((own, grades.tobytes()) for own, grades in line.origins)

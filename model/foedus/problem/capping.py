"""Contributions to one question that echo each other count less: caps on one intent and on one code, and tempering.

Two point the same way where their factors agree; what contradicts the strongest is no echo of it, and is capped apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from foedus.case.types import Codebook, Group
from foedus.news.evidence import Unit
from foedus.problem.types import Contribution

_NEAR = 3  # days either way: a week around a signal
_WEEK = 7
Agree = Callable[[Contribution, Contribution], bool]


def capped_by_group(
    own: Sequence[Contribution], codebook: Codebook, units: Sequence[Unit], agree: Agree
) -> list[Contribution]:
    """One intent, several signals: the strongest counts (the latest of equals), or their average.

    Parameters
    ----------
    own : sequence of Contribution
        All on one question.
    codebook : Codebook
        Which codes are of one intent, and how that is capped.
    units : sequence of Unit
        What `Contribution.unit` counts in.
    agree : callable
        Whether two contributions point the same way.
    """
    out = list(own)
    for rule, members in _clusters(out, codebook):
        for echoes in _echoes(out, members, units, agree):
            _cap(out, echoes, rule, units)
    return out


def _clusters(own: list[Contribution], codebook: Codebook) -> Iterator[tuple[Group, list[int]]]:
    """Places of the contributions that are capped together."""
    for name in dict.fromkeys(c.group for c in own if c.group):
        rule = next(g for c in own if c.group == name and (g := codebook.codes[c.code].group))
        if rule.cap == "all":
            continue
        members = sorted((i for i, c in enumerate(own) if c.group == name and c.exponent > 0), key=lambda i: own[i].day)
        cluster: list[int] = []
        for i in members:
            if cluster and rule.within is not None and own[i].day - own[cluster[0]].day >= rule.within:
                yield rule, cluster
                cluster = []
            cluster.append(i)
        yield rule, cluster


def _echoes(
    own: list[Contribution], members: list[int], units: Sequence[Unit], agree: Agree
) -> Iterator[tuple[int, list[int]]]:
    """Yield the strongest and those that point the same way; then, apart, those that contradict it."""
    while len(members) > 1:
        best = max(members, key=lambda i: strongest(own[i], units))
        echoes = [i for i in members if i == best or agree(own[i], own[best])]
        yield best, echoes
        members = [i for i in members if i not in echoes]


def strongest(c: Contribution, units: Sequence[Unit]) -> tuple[Any, ...]:
    """Return what tells which of two contributions counts: how much it says, then how late it was seen and known."""
    unit = units[c.unit]
    return c.strength * c.exponent, c.day, unit.seen, unit.published, unit.ids


def _cap(own: list[Contribution], echoes: tuple[int, list[int]], rule: Group, units: Sequence[Unit]) -> None:
    best, members = echoes
    if rule.cap == "average" and len(members) > 1:
        note = f"averaged over {len(members)} signals of one intent ({rule.name})"
        for i in members:
            own[i] = replace(own[i], exponent=own[i].exponent / len(members), notes=(*own[i].notes, note))
    elif rule.cap == "strongest":
        lead = units[own[best].unit].ids[0]
        note = f"capped: {lead} says the same more strongly ({rule.name})"
        for i in members:
            if i != best:
                own[i] = replace(own[i], exponent=0.0, notes=(*own[i].notes, note), echo=(lead, "group"))


def weekly_limits(codebook: Codebook, all_codes: int | None) -> dict[str, int]:
    """Return how many of each code count in a week, where that is limited: the code's own number, or `all_codes`.

    A code whose silence counts is a rate, and has none: each of its events counts.
    """
    limits = {name: code.max_per_week or all_codes for name, code in codebook.codes.items() if code.coverage == "seen"}
    return {name: limit for name, limit in limits.items() if limit is not None}


def capped_by_week(
    own: Sequence[Contribution], limits: Mapping[str, int], units: Sequence[Unit], agree: Agree
) -> list[Contribution]:
    """At most so many of one code within any seven days, those that point the same way: the strongest count.

    What voices several codes at once is an echo only where each of them has been said as often as it counts.
    """
    out = list(own)
    kept: dict[str, list[int]] = defaultdict(list)
    limited = [i for i, c in enumerate(out) if c.exponent > 0 and any(code in limits for code in c.codes)]
    for i in sorted(limited, key=lambda i: strongest(out[i], units), reverse=True):
        codes = out[i].codes
        said = [_said(out, i, kept[code], limits.get(code), agree) for code in codes]
        leads = [j for j in said if j is not None]
        if len(leads) < len(said):
            for code in codes:
                kept[code].append(i)
            continue
        lead = units[out[leads[0]].unit].ids[0]
        note = f"capped: {lead} says the same more strongly (at most {limits[codes[0]]} {codes[0]} a week)"
        out[i] = replace(out[i], exponent=0.0, notes=(*out[i].notes, note), echo=(lead, "week"))
    return out


def _said(own: list[Contribution], i: int, kept: list[int], limit: int | None, agree: Agree) -> int | None:
    """Return the strongest of those that count, where as many as may lie within seven days of this one; else None."""
    if limit is None:
        return None
    day = own[i].day
    near = [j for j in kept if abs(own[j].day - day) < _WEEK and agree(own[i], own[j])]
    for first in range(day - _WEEK + 1, day + 1):
        week = [j for j in near if first <= own[j].day < first + _WEEK]
        if len(week) >= limit:
            return week[0]
    return None


def tempered(own: Sequence[Contribution], tempering: float) -> list[Contribution]:
    """N signals on one question within a week count 1 / (1 + tempering (n - 1)) each.

    A signal's week is the seven days around it, so that none hangs on where a calendar's week begins. n is the sum
    of their strengths over the largest, so that a signal that says next to nothing does not dilute one that says
    much, and n equal ones are n.
    """
    strengths: dict[int, list[float]] = defaultdict(list)
    for c in own:
        if _tempered(c):
            strengths[c.day].append(c.strength)
    weeks = {
        day: [s for near in range(day - _NEAR, day + _NEAR + 1) for s in strengths.get(near, ())] for day in strengths
    }
    counted = {day: sum(week) / max(week) for day, week in weeks.items()}
    out = []
    for c in own:
        share = 1 / (1 + tempering * (counted[c.day] - 1)) if _tempered(c) else 1.0
        if share < 1:
            note = f"tempered: {len(weeks[c.day])} signals on this question that week count {share:.0%} each"
            notes = (*c.notes, note) if share < 0.995 else c.notes
            c = replace(c, exponent=c.exponent * share, notes=notes)
        out.append(c)
    return out


def _tempered(c: Contribution) -> bool:
    return c.exponent > 0 and not c.sees_outcome and not c.as_written and c.strength > 0

"""Linked rows -> clusters: the surest links first, none wider than a stretch of time, none across what is distinct."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from foedus.case.types import Signal
from foedus.news.fields import span
from foedus.news.pairs import Link


@dataclass(frozen=True)
class Cluster:
    """Rows that hang together.

    Attributes
    ----------
    places : tuple of int
        Rows, ascending.
    links : tuple of Link
        All between them.
    points : float
        Of the best link of what fits least.
    width : float
        Seconds from the end of the first to the beginning of the last.
    """

    places: tuple[int, ...]
    links: tuple[Link, ...]
    points: float
    width: float


@dataclass
class _Growing:
    """A cluster in the making: where it begins and ends, and who is in it."""

    places: list[int]
    ids: set[str]
    first_end: float
    last_start: float

    @property
    def width(self) -> float:
        return max(self.last_start - self.first_end, 0.0)

    def joined(self, other: _Growing) -> _Growing:
        first, last = min(self.first_end, other.first_end), max(self.last_start, other.last_start)
        return _Growing(self.places + other.places, self.ids | other.ids, first, last)


def clusters(
    rows: Sequence[Signal],
    units: Sequence[int],
    links: Iterable[Link],
    reach: float,
    apart: Mapping[str, Collection[str]],
) -> list[Cluster]:
    """Join linked rows of different units, the surest links first.

    Parameters
    ----------
    rows : sequence of Signal
    units : sequence of int
        What each row is joined to already.
    links : iterable of Link
    reach : float
        Seconds; nothing is joined that makes a cluster as wide as that, or wider than what is joined already.
    apart : mapping
        For an id, those that are distinct from it.
    """
    links = sorted(links, key=lambda link: (-link.points, link.gap, link.a, link.b))
    of: dict[int, _Growing] = {}  # the cluster of a unit
    for i in sorted({place for link in links for place in (link.a, link.b)}):
        start, end = span(rows[i])
        alone = _Growing([i], {rows[i].id}, end, start)
        of[units[i]] = of[units[i]].joined(alone) if units[i] in of else alone
    members = {unit: [unit] for unit in of}
    for link in links:
        a, b = of[units[link.a]], of[units[link.b]]
        if a is b or _told_apart(a, b, apart):
            continue
        both = a.joined(b)
        if both.width >= reach and both.width > max(a.width, b.width):
            continue
        mine, others = members[units[link.a]], members[units[link.b]]
        mine += others
        for unit in others:
            members[unit] = mine
        for unit in mine:
            of[unit] = both
    return _made(units, links, of)


def _told_apart(a: _Growing, b: _Growing, apart: Mapping[str, Collection[str]]) -> bool:
    return any(not b.ids.isdisjoint(apart[name]) for name in a.ids if name in apart)


def _made(units: Sequence[int], links: Sequence[Link], of: Mapping[int, _Growing]) -> list[Cluster]:
    inside: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        if of[units[link.a]] is of[units[link.b]]:
            inside[id(of[units[link.a]])].append(link)
    out = []
    for held in inside.values():
        grown = of[units[held[0].a]]
        best: dict[int, float] = defaultdict(lambda: -float("inf"))
        for link in held:
            for unit in (units[link.a], units[link.b]):
                best[unit] = max(best[unit], link.points)
        out.append(Cluster(tuple(sorted(grown.places)), tuple(held), min(best.values()), grown.width))
    return out


def parts(links: Iterable[Link]) -> list[list[int]]:
    """Places that links connect, each part ascending."""
    of: dict[int, list[int]] = {}
    for link in links:
        a, b = (of.setdefault(place, [place]) for place in (link.a, link.b))
        if a is not b:
            a += b
            for place in b:
                of[place] = a
    return sorted(sorted(part) for part in {id(part): part for part in of.values()}.values())

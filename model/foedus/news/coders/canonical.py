"""Codings in an order that no name and no row has a say in, so that what is computed from them hasn't either.

Signals, coders and codes are told apart only by who gave which code to what: colours are refined until nothing new
shows (Weisfeiler and Leman 1968, on the graph whose edges are the labels), then one of those that still look alike is
singled out, and so on. Signals that were coded alike are one pattern that counts several times.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.intp]
Colours = tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]]  # of items, coders, codes
ITEM, CODER, CODE = range(3)
_DECIDED = 7  # the colour of an edge from a text to what was decided


@dataclass(frozen=True, eq=False)
class Patterns:
    """Codings as what is alike in them.

    Attributes
    ----------
    labels : array [P, C]
        Codes of each pattern in canonical order; -1 where a coder gave none.
    decided : array [P]
        The code that was decided upon; -1 where none was.
    count : array [P]
        Signals of each pattern.
    codes : int
        How many codes K there are.
    pattern, coder, code : array [I], [C], [K]
        Place of each signal, coder and code of the input here.
    alike : array [P, K]
        Number of each (pattern, code) such that two codes that were given to it, and that nothing tells apart, have
        the same: neither is more probable.
    """

    labels: Index
    decided: Index
    count: Index
    codes: int
    pattern: Index
    coder: Index
    code: Index
    alike: Index

    @property
    def key(self) -> tuple[Hashable, ...]:
        """All that a posterior depends on."""
        return self.codes, self.labels.shape, self.labels.tobytes(), self.decided.tobytes(), self.count.tobytes()

    def __eq__(self, other: object) -> bool:
        """Compare what a posterior depends on."""
        return isinstance(other, Patterns) and self.key == other.key

    def __hash__(self) -> int:
        """Hash what a posterior depends on."""
        return hash(self.key)


def patterns(labels: Index, decided: Index, codes: int) -> Patterns:
    """Put codings [I, C] in canonical order; `decided` [I] is the code that was decided upon, or -1."""
    graph = _Graph.of(labels, decided, codes)
    plain = graph.refined(graph.start)
    coder, code = (colour.astype(np.intp) for colour in graph.told_apart(plain)[1:])
    coders = labels.shape[1]
    own = np.full((len(labels), coders + 1), -1)
    given = np.column_stack([labels, decided])
    own[:, [*coder, coders]] = np.where(given >= 0, code[given], -1)
    rows, first, pattern, count = np.unique(own, axis=0, return_index=True, return_inverse=True, return_counts=True)
    alike = _alike(rows[:, :-1], plain[ITEM][first], plain[CODER][np.argsort(coder)], plain[CODE][np.argsort(code)])
    return Patterns(rows[:, :-1].copy(), rows[:, -1].copy(), count, codes, pattern.ravel(), coder, code, alike)


def _alike(rows: Index, item: NDArray[np.uint64], coder: NDArray[np.uint64], code: NDArray[np.uint64]) -> Index:
    """Give pairs of a pattern and a code a number; those that text, coders and code of one colour make have one."""
    kinds: dict[Hashable, int] = {}
    alike = np.empty((len(rows), len(code)), dtype=np.intp)
    for p, row in enumerate(rows):
        for k in range(len(code)):
            who = tuple(sorted(coder[row == k].tolist()))
            alike[p, k] = kinds.setdefault((int(item[p]), int(code[k]), who) if who else (p, k, ()), len(kinds))
    return alike


@dataclass(frozen=True)
class _Graph:
    """Who gave which code to what: edges (item, coder, code) [E] each, and (item, code) of what was decided."""

    ends: tuple[Index, Index, Index]
    decided: tuple[Index, Index]
    sizes: tuple[int, int, int]

    @classmethod
    def of(cls, labels: Index, decided: Index, codes: int) -> _Graph:
        item, coder = np.nonzero(labels >= 0)
        settled = np.flatnonzero(decided >= 0)
        return cls((item, coder, labels[item, coder]), (settled, decided[settled]), (*labels.shape, codes))

    @property
    def start(self) -> Colours:
        """All of a kind alike."""
        first, second, third = (np.zeros(size, dtype=np.uint64) for size in self.sizes)
        return first, second, third

    def refined(self, colours: Colours) -> Colours:
        """Tell apart what is beside other things, until nothing new shows."""
        classes = -1
        while (now := sum(len(np.unique(colour)) for colour in colours)) > classes:
            classes = now
            shade = [_mixed(colour[at]) for colour, at in zip(colours, self.ends, strict=True)]
            around = [np.zeros(size, dtype=np.uint64) for size in self.sizes]
            for kind in range(3):
                first, second = (shade[other] for other in range(3) if other != kind)
                np.add.at(around[kind], self.ends[kind], _mixed(_mixed(first) + second))
            item, code = self.decided
            np.add.at(around[ITEM], item, _mixed(_mixed(colours[CODE][code]) + np.uint64(_DECIDED)))
            np.add.at(around[CODE], code, _mixed(_mixed(colours[ITEM][item]) + np.uint64(_DECIDED)))
            first, second, third = (_ranks(_mixed(colour) + a) for colour, a in zip(colours, around, strict=True))
            colours = first, second, third
        return colours

    def told_apart(self, colours: Colours) -> Colours:
        """Single out one coder or code of those that look alike, and refine, until each has a colour of its own."""
        colours = colours[ITEM].copy(), colours[CODER].copy(), colours[CODE].copy()
        for kind in (CODER, CODE):
            while True:
                values, count = np.unique(colours[kind], return_counts=True)
                if (count == 1).all():
                    break
                one = np.flatnonzero(colours[kind] == values[count > 1][0])[0]
                colours[kind][one] = self.sizes[kind]
                colours = self.refined(colours)
        return colours


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter numbers over 64 bits (splitmix64), so that sums of them tell multisets apart."""
    x = (x + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)))


def _ranks(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return np.unique(x, return_inverse=True)[1].astype(np.uint64)

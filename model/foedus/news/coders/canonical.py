"""Codings in an order that no name and no row has a say in, so that what is computed from them hasn't either.

Signals, coders and codes are told apart only by who gave which code to what: colours are refined until nothing new
shows (Weisfeiler and Leman 1968, on the graph whose edges are the labels). Signals that were coded alike are one
pattern that counts several times.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.intp]
_ROUNDS = 12


@dataclass(frozen=True)
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
        Number of each (pattern, code) such that those which nothing tells apart have the same.
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


def patterns(labels: Index, decided: Index, codes: int) -> Patterns:
    """Put codings [I, C] in canonical order; `decided` [I] is the code that was decided upon, or -1."""
    items, coders = labels.shape
    colours = _refined(labels, decided, codes)
    coder, code = _places(colours[1]), _places(colours[2])
    own = np.full((items, coders + 1), -1)
    given = np.column_stack([labels, decided])
    own[:, [*coder, coders]] = np.where(given >= 0, code[given], -1)
    rows, pattern, count = np.unique(own, axis=0, return_inverse=True, return_counts=True)
    kinds: dict[Hashable, int] = {}
    alike = np.empty((len(rows), codes), dtype=np.intp)
    back = np.argsort(code)
    first = np.unique(pattern, return_index=True)[1]
    coder_back = np.argsort(coder)
    for p, row in enumerate(rows):
        for k in range(codes):
            who = tuple(sorted(colours[1][coder_back[c]] for c in np.flatnonzero(row[:-1] == k)))
            kind = (colours[0][first[p]], colours[2][back[k]], who) if who else (p, k)
            alike[p, k] = kinds.setdefault(kind, len(kinds))
    return Patterns(rows[:, :-1].copy(), rows[:, -1].copy(), count, codes, pattern.ravel(), coder, code, alike)


def _places(colour: Sequence[int]) -> Index:
    """Place of each when sorted by colour; ties, which nothing tells apart, as they come."""
    return np.argsort(np.argsort(colour, kind="stable"))


def _refined(labels: Index, decided: Index, codes: int) -> list[list[int]]:
    """Colours of items, coders and codes, numbered in an order that depends on nothing else."""
    given = [(int(i), int(c), int(labels[i, c])) for i, c in zip(*np.nonzero(labels >= 0), strict=True)]
    sizes = [len(labels), labels.shape[1], codes]
    colours = [[0] * size for size in sizes]
    for _ in range(_ROUNDS):
        seen: list[list[list[Any]]] = [[[] for _ in range(size)] for size in sizes]
        for edge in given:
            shade = [colours[kind][at] for kind, at in enumerate(edge)]
            for kind, at in enumerate(edge):
                seen[kind][at].append((*shade[:kind], *shade[kind + 1 :]))
        for i in np.flatnonzero(decided >= 0):
            k = int(decided[i])
            seen[0][i].append((-1, colours[2][k]))
            seen[2][k].append((-1, colours[0][i]))
        new = [
            _numbered([(colour, sorted(around)) for colour, around in zip(colours[kind], seen[kind], strict=True)])
            for kind in range(3)
        ]
        if new == colours:
            break
        colours = new
    return colours


def _numbered(shades: list[Any]) -> list[int]:
    order: dict[str, int] = {}
    for shade in sorted(shades, key=repr):
        order.setdefault(repr(shade), len(order))
    return [order[repr(shade)] for shade in shades]

"""Rows of signals.csv with one id and several coders -> what each of them wrote, and how much each reading weighs.

A signal that one coder read, or on which all agree, is that reading. Where they differ, each code that one of them
chose weighs what the model of coders (`dawid_skene`) finds for it, made to sum to 1 over the codes that were chosen:
that it says something which nobody saw is left out. A row by `adjudicated` decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from foedus.case.types import Signal
from foedus.news.coders.dawid_skene import Posterior, dawid_skene

ADJUDICATED = "adjudicated"
UNNAMED = "(no name)"
Label = tuple[str, str]  # code, and whether it was observed
Options = tuple[tuple[float, Signal], ...]


def label_of(signal: Signal) -> Label:
    """Return what a coder wrote, as far as coders are compared by it."""
    return signal.code, signal.observed


def coder_of(signal: Signal) -> str:
    """Return who coded a row."""
    return signal.coder or UNNAMED


@dataclass(frozen=True)
class Coding:
    """Signals that several coders read.

    Attributes
    ----------
    ids : tuple of str
        Signals with rows of two coders or more, or of one and a decision.
    coders : tuple of str
        Who wrote them; whoever decided is not among them.
    labels : tuple of Label
        What they wrote, each once.
    table : array [I, C]
        Index of the label that each coder gave to each signal; -1 where none.
    decided : array [I]
        Index of the label that was decided upon; -1 where none was.
    """

    ids: tuple[str, ...]
    coders: tuple[str, ...]
    labels: tuple[Label, ...]
    table: NDArray[np.intp]
    decided: NDArray[np.intp]

    @cached_property
    def posterior(self) -> Posterior:
        """What the model of coders finds; nothing is sampled before it is asked for."""
        return dawid_skene(self.table, len(self.labels), self.decided)

    @cached_property
    def place(self) -> dict[str, int]:
        """Row of each signal in `table`."""
        return {name: i for i, name in enumerate(self.ids)}

    @property
    def contested(self) -> NDArray[np.bool_]:
        """Where coders differ [I]."""
        lowest = np.where(self.table < 0, len(self.labels), self.table).min(axis=1)
        return np.asarray(self.table.max(axis=1) > lowest)

    @property
    def mixed(self) -> NDArray[np.bool_]:
        """Where they differ and nobody decided: what is a mixture in the forecast [I]."""
        return self.contested & (self.decided < 0)

    def weights(self, name: str) -> dict[Label, float]:
        """Weight of each label that a coder gave to a signal, the largest first; they sum to 1."""
        i = self.place[name]
        chosen = [int(self.decided[i])] if self.decided[i] >= 0 else sorted({int(k) for k in self.table[i] if k >= 0})
        if len(chosen) == 1:
            return {self.labels[chosen[0]]: 1.0}
        p = self.posterior.truth[i, chosen]
        order = sorted(zip((p / p.sum()).tolist(), chosen, strict=True), key=lambda pair: (-pair[0], pair[1]))
        return {self.labels[k]: share for share, k in order}


def coding_of(signals: Iterable[Signal], codes: Sequence[str]) -> Coding | None:
    """Collect what several coders wrote of the same signals.

    Parameters
    ----------
    signals : iterable of Signal
    codes : sequence of str
        In the order of the codebook.

    Returns
    -------
    Coding or None
        None where no signal has rows of two.
    """
    by_id: dict[str, dict[str, Signal]] = defaultdict(dict)
    for signal in signals:
        by_id[signal.id].setdefault(coder_of(signal), signal)
    several = {name: rows for name, rows in by_id.items() if len(rows) > 1}
    if not several:
        return None
    order = {code: i for i, code in enumerate(codes)}
    found = {label_of(row) for rows in several.values() for row in rows.values()}
    labels = tuple(sorted(found, key=lambda label: (order[label[0]], label[1])))
    coders = tuple(sorted({coder for rows in several.values() for coder in rows} - {ADJUDICATED}))
    index = {label: k for k, label in enumerate(labels)}

    def wrote(coder: str) -> list[int]:
        return [index[label_of(rows[coder])] if coder in rows else -1 for rows in several.values()]

    table = np.array([wrote(coder) for coder in coders], dtype=np.intp).T
    return Coding(tuple(several), coders, labels, table, np.array(wrote(ADJUDICATED), dtype=np.intp))


def decisions(signals: Iterable[Signal]) -> set[str]:
    """Return the ids of the signals on which somebody decided."""
    return {signal.id for signal in signals if signal.coder == ADJUDICATED}


def options(rows: Sequence[Signal], coding: Coding | None) -> Options:
    """Return what a signal may say, the most probable first: a row for each reading, with weights that sum to 1.

    Coders who give one code and name other dates or speakers share its weight evenly.
    """
    if coding is None or len(rows) == 1 or rows[0].id not in coding.place:
        return ((1.0, rows[0]),)
    weights = coding.weights(rows[0].id)
    out: list[tuple[float, Signal]] = []
    for label, weight in weights.items():
        same = [row for row in rows if label_of(row) == label]
        readings: dict[tuple[object, ...], list[Signal]] = defaultdict(list)
        for row in same:
            readings[row.speaker, row.target_from, row.target_to].append(row)
        shares = sorted(readings.values(), key=lambda of: (-len(of), *_dates(of[0])))
        out += [(weight * len(of) / len(same), of[0]) for of in shares]
    total = sum(weight for weight, _ in out)
    return tuple((weight / total, row) for weight, row in out)


def _dates(row: Signal) -> tuple[str, str, str]:
    return str(row.target_from), str(row.target_to), row.speaker or ""


def shown(label: Label, titles: Mapping[str, str] | None = None) -> str:
    """Return a label in words."""
    name = (titles or {}).get(label[0], label[0])
    return name if label[1] == "present" else f"{name} ({label[1].replace('_', ' ')})"


def middle_grade(grades: Sequence[str | None]) -> str | None:
    """Return the credibility of one report that several coders graded: the middle one, of two the lower.

    Where half of them or more could not judge it (6, or none given), it can't be judged.
    """
    judged = sorted(grade for grade in grades if grade is not None and grade != "6")
    if 2 * len(judged) <= len(grades):
        return next(grade for grade in grades if grade in {None, "6"})
    return judged[len(judged) // 2]

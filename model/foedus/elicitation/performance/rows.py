"""Rows of judgments and seeds -> a `Study`; what can't be scored is left out, each with the reason."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np

from foedus.elicitation.performance.study import Study
from foedus.errors import CaseError, Fault

FEW = 10  # seeds, below which scores are mostly luck
Answer = dict[float, float]  # value at each level


class Stated(Protocol):
    """One number that an expert stated: a row of judgments.csv, or of a file from elsewhere."""

    @property
    def expert(self) -> str: ...  # noqa: D102
    @property
    def round(self) -> int: ...  # noqa: D102
    @property
    def question(self) -> str: ...  # noqa: D102
    @property
    def given(self) -> str | None: ...  # noqa: D102
    @property
    def element(self) -> str: ...  # noqa: D102
    @property
    def level(self) -> str | None: ...  # noqa: D102
    @property
    def value(self) -> float | dt.date: ...  # noqa: D102
    @property
    def line(self) -> int: ...  # noqa: D102


class Known(Protocol):
    """A seed question and its answer; without one, a target question and its scale."""

    @property
    def question(self) -> str: ...  # noqa: D102
    @property
    def scale(self) -> str: ...  # noqa: D102
    @property
    def answer(self) -> float | None: ...  # noqa: D102
    @property
    def line(self) -> int: ...  # noqa: D102


def study_of(
    judgments: Iterable[Stated],
    seeds: Sequence[Known],
    files: tuple[str, str] = ("judgments.csv", "seeds.csv"),
    experts: Sequence[str] = (),
) -> tuple[Study, tuple[str, ...]]:
    """Make a study of the quantiles in some judgments.

    Parameters
    ----------
    judgments : iterable of rows
        Rows other than unconditional quantiles of numbers are passed over; the last round of an expert counts.
    seeds : sequence of rows
        At least one with an answer.
    files : tuple of str
        Names of the two files, for what is said about them.
    experts : sequence of str
        Order of the experts, and some who may have said nothing; default as they appear.

    Returns
    -------
    study : Study
        Seeds in their order, then target questions as they appear.
    notes : tuple of str
        What was left out, and why, with its place.

    Raises
    ------
    CaseError
        Nothing can be scored.
    """
    said, lines = _last_rounds(judgments)
    notes: list[str] = []
    scales = {seed.question: seed.scale == "log" for seed in seeds}
    answers = {s.question: s.answer for s in seeds if s.answer is not None and math.isfinite(s.answer)}
    faults = [
        Fault(files[1], s.line, f"{s.question} is on a log scale, where its answer must be above 0, got {s.answer:g}")
        for s in seeds
        if s.scale == "log" and s.answer is not None and s.answer <= 0
    ]
    if not answers:
        faults.append(Fault(files[1], 0, "has no seed question with an answer: at least one is needed"))
    levels = _levels([answer for (_, name), answer in said.items() if name in answers])
    if not any(key in answers for _, key in said):
        faults.append(Fault(files[0], 0, "has no quantile of a seed question: nothing can be scored"))
    if faults:
        raise CaseError(faults)
    kept: dict[tuple[str, str], Answer] = {}
    for key, answer in said.items():
        why = _unusable(answer, levels, scales.get(key[1], False))
        if why and key[1] in answers:
            notes.append(f"{files[0]}:{lines[key]}: {key[0]} on {key[1]} is not counted: {why}")
        elif not why:
            kept[key] = answer
    experts = list(dict.fromkeys([*experts, *(who for who, _ in said)]))
    items = list(dict.fromkeys([*answers, *(name for _, name in said)]))
    notes += [f"{name}: nobody gave all of its quantiles" for name in answers if all(k[1] != name for k in kept)]
    values = np.full((len(experts), len(items), len(levels)), np.nan)
    for e, who in enumerate(experts):
        for n, name in enumerate(items):
            if (who, name) in kept:
                values[e, n] = [kept[who, name][level] for level in levels]
    told = np.array([answers.get(name, np.nan) for name in items], dtype=float)
    log = np.array([scales.get(name, False) for name in items])
    return Study(tuple(experts), tuple(items), np.array(levels), values, told, log), tuple(notes)


def _last_rounds(judgments: Iterable[Stated]) -> tuple[dict[tuple[str, str], Answer], dict[tuple[str, str], int]]:
    """Values by level of each expert and question, and the line where they begin."""
    rounds: dict[tuple[str, str], int] = {}
    said: dict[tuple[str, str], Answer] = defaultdict(dict)
    lines: dict[tuple[str, str], int] = {}
    for row in judgments:
        if row.element != "quantile" or row.given is not None or isinstance(row.value, dt.date):
            continue
        key = (row.expert, row.question)
        if row.round > rounds.get(key, 0):
            said[key], lines[key], rounds[key] = {}, row.line, row.round
        if row.round == rounds[key]:
            said[key][round(float(row.level or "nan"), 9)] = float(row.value)
    return dict(said), lines


def _levels(said: Sequence[Answer]) -> tuple[float, ...]:
    """Return the set of levels that most answers state; of equally frequent ones the larger."""
    sets = Counter(tuple(sorted(k for k, v in answer.items() if math.isfinite(v))) for answer in said)
    return max(sets, key=lambda levels: (sets[levels], len(levels)), default=())


def _unusable(answer: Answer, levels: Sequence[float], log: bool) -> str:
    """Why an answer can't be scored, or nothing."""
    absent = [level for level in levels if not math.isfinite(answer.get(level, math.nan))]
    if absent:
        return f"the {', '.join(f'{level:g}' for level in absent)} quantile is missing"
    values = [answer[level] for level in levels]
    if log and min(values) <= 0:
        return f"on a log scale every quantile must be above 0, got {min(values):g}"
    if any(above <= below for below, above in pairwise(values)):
        return "its quantiles must increase: equal or crossing ones have no width to score"
    return ""

"""Simulated cases of any size, whose news comes from the model itself: a truth, courses, and coders who select.

What is coded on a day is one of the codes of a question, drawn by how telling it is of the course on that day (or,
where the source errs, by how frequent it is), so that a forecast has as much to learn as from a real case.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foedus.case.types import Case, CaseFile, Codebook, Judgment, Moment, Signal

Floats = NDArray[np.float64]

OPENS = dt.date(2025, 1, 1)
EXPERTS = 5
CODES = 4  # of each question
SOURCES = {"ministry": "A", "agency": "B", "daily": "B", "weekly": "C", "broadcaster": "C", "blog": "D"}
TRUST = {"A": 0.9, "B": 0.8, "C": 0.6, "D": 0.4}  # part of a simulated source's reports that reflect the course
KINDS = ("timing", "ordinal", "quantity", "ordinal")  # the questions of a case, over and over
LEVELS = ("none", "little", "some", "much")
BANDS = {
    "timing": ("<=7", "<=21", "<=45", "later", "never"),
    "ordinal": LEVELS,
    "quantity": ("<=0", "<=4", "<=8", "above"),
}
_BY = {"timing": "lead", "ordinal": "level", "quantity": "value"}
_TELLING = 0.5  # sd of log multipliers
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Size:
    """How large a case is: questions, signals, days of its window, and the day of the forecast."""

    questions: int = 4
    signals: int = 60
    days: int = 180
    today: int = 100

    @property
    def as_of(self) -> dt.date:
        """Day of the forecast."""
        return OPENS + dt.timedelta(days=self.today)


def simulated(size: Size, rng: np.random.Generator) -> Case:
    """Simulate a case of that size: `EXPERTS` experts, `CODES` codes a question, a source of every kind."""
    kinds = {f"{kind}_{i}": kind for i in range(size.questions) for kind in [KINDS[i % len(KINDS)]]}
    file = _file(size, kinds)
    tables = {name: np.exp(rng.normal(0, _TELLING, (CODES, len(BANDS[kind])))) for name, kind in kinds.items()}
    codes = {
        f"{name}_{c}": {"bears_on": {name: {"by": _BY[kind], "multipliers": dict(zip(BANDS[kind], row, strict=True))}}}
        for name, kind in kinds.items()
        for c, row in enumerate(tables[name].tolist())
    }
    sources = {name: {"reliability": letter} for name, letter in SOURCES.items()}
    courses = {name: _course(kind, size, rng) for name, kind in kinds.items()}
    return Case(
        folder=".",
        file=file,
        codebook=Codebook.model_validate({"codes": codes, "sources": sources}),
        judgments=tuple(_judgments(kinds, size, rng)),
        signals=tuple(_signals(size, kinds, tables, courses, rng)),
        resolutions=(),
        inputs={},
    )


def _file(size: Size, kinds: dict[str, str]) -> CaseFile:
    forms: dict[str, dict[str, Any]] = {
        "timing": {"type": "timing", "half_life": [20, 45, 90]},
        "ordinal": {"type": "ordinal", "levels": list(LEVELS), "half_life": [30, 60, 120]},
        "quantity": {"type": "quantity", "unit": "%", "half_life": [30, 60, 120]},
    }
    middle = OPENS + dt.timedelta(days=size.today + (size.days - size.today) // 2)
    when = {"timing": f" <= {middle}", "ordinal": " >= some", "quantity": " > 4"}
    names = list(kinds)
    alone = {f"s{i}": {"when": name + when[kinds[name]]} for i, name in enumerate(names)}
    pairs = {f"both{i}": {"when": f"s{i} and s{i + 1}"} for i in range(len(names) - 1)}
    return CaseFile.model_validate(
        {
            "format": 1,
            "id": "simulated",
            "title": "Simulated",
            "opens": OPENS,
            "horizon": OPENS + dt.timedelta(days=size.days),
            "questions": {name: forms[kind] for name, kind in kinds.items()},
            "panel": {f"expert_{e}": {} for e in range(EXPERTS)},
            "scenarios": alone | pairs,
        }
    )


def _judgments(kinds: dict[str, str], size: Size, rng: np.random.Generator) -> Iterator[Judgment]:
    rows: list[tuple[int, str, str | None, Any, str | None, Any]] = []
    for e in range(EXPERTS):
        for name, kind in kinds.items():
            rows += [(e, name, None, *row) for row in _said(kind, size, rng)]
        names = [name for name, kind in kinds.items() if kind != "ordinal"]
        for a, b in pairwise(names):
            rows.append((e, f"{a} ~ {b}", None, "concordance", None, float(rng.uniform(0.45, 0.7))))
    for line, (e, question, given, element, level, value) in enumerate(rows, start=2):
        yield Judgment(
            expert=f"expert_{e}", as_of=OPENS - dt.timedelta(days=1), question=question, given=given,
            element=element, level=level, value=value, line=line,
        )  # fmt: skip


def _said(kind: str, size: Size, rng: np.random.Generator) -> list[tuple[Any, str | None, Any]]:
    if kind == "ordinal":
        p = rng.dirichlet(np.full(len(LEVELS), 8.0))
        return [("probability", level, float(x)) for level, x in zip(LEVELS, p, strict=True)]
    if kind == "quantity":
        at = np.sort(rng.normal(rng.normal(4, 1), 4, 200))[[10, 50, 100, 150, 190]]
        return [("quantile", f"{level:g}", float(x)) for level, x in zip(_QUANTILES, at, strict=True)]
    days = np.sort(rng.choice(np.arange(5, size.days - 1), 40, replace=False))[[2, 10, 20, 30, 38]]
    dates = [OPENS + dt.timedelta(days=int(d)) for d in days]
    never = ("never", None, float(rng.uniform(0.1, 0.25)))
    return [never, *[("quantile", f"{level:g}", d) for level, d in zip(_QUANTILES, dates, strict=True)]]


def _course(kind: str, size: Size, rng: np.random.Generator) -> NDArray[np.intp]:
    """Course of a question on each day up to today: the day pointed at (past the window: never), or the band."""
    night = 0.985
    if kind != "timing":
        plans = rng.integers(0, len(BANDS[kind]), size.today + 1)
    else:
        ahead = np.arange(size.today + 1)
        plans = rng.integers(np.maximum(ahead, size.today) + 1, size.days + 30)
    redrawn = rng.random(size.today + 1) > night
    redrawn[0] = True
    return np.asarray(plans[np.maximum.accumulate(np.where(redrawn, np.arange(size.today + 1), 0))])


def _signals(
    size: Size,
    kinds: dict[str, str],
    tables: dict[str, Floats],
    courses: dict[str, NDArray[np.intp]],
    rng: np.random.Generator,
) -> Iterator[Signal]:
    names, sources = list(kinds), list(SOURCES)
    days = np.sort(rng.integers(1, size.today + 1, size.signals))
    for i, day in enumerate(days.tolist()):
        name, source = names[int(rng.integers(len(names)))], sources[int(rng.integers(len(sources)))]
        weight = tables[name][:, _band(kinds[name], int(courses[name][day]), day, size.days)]
        real = rng.random() < TRUST[SOURCES[source]]
        code = int(rng.choice(CODES, p=weight / weight.sum())) if real else int(rng.integers(CODES))
        end = dt.datetime.combine(OPENS + dt.timedelta(days=day), dt.time(12), dt.UTC)
        yield Signal(id=f"S{i}", published=Moment(at=end), code=f"{name}_{code}", source=source, line=i + 2)


def _band(kind: str, course: int, day: int, days: int) -> int:
    if kind != "timing":
        return course
    if course > days:
        return len(BANDS["timing"]) - 1
    return int(np.searchsorted([7, 21, 45], course - day))


def write(case: Case, folder: Path) -> None:
    """Write a simulated case as files."""
    documents = {"case.yaml": case.file, "codebook.yaml": case.codebook}
    for name, document in documents.items():
        data = document.model_dump(mode="json", exclude_defaults=True, exclude_none=True) | {"format": 1}
        (folder / name).write_text(json.dumps(data, ensure_ascii=False), "utf-8")  # JSON is YAML
    judgments = [
        [j.expert, j.as_of, j.question, j.given or "", j.element, j.level or "", j.value] for j in case.judgments
    ]
    signals = [[s.id, s.published.at.isoformat(), s.code, s.source] for s in case.signals]
    tables: dict[str, list[list[Any]]] = {
        "judgments.csv": [["expert", "as_of", "question", "given", "element", "level", "value"], *judgments],
        "signals.csv": [["id", "published", "code", "source"], *signals],
    }
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

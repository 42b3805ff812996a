"""Metaculus' data export: `forecast_data.csv`, with `question_data.csv` beside it.

Binary and multiple-choice forecasts become probabilities; of numeric and date ones the quantiles at 5, 25, 50, 75 and
95 % are read off the cumulative probabilities, where they lie inside the range that the question asked for. Aggregates
are left out where the file has forecasts of people, since they are made of them.
"""

from __future__ import annotations

import ast
import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foedus.elicitation.importers.rows import Dropped, Imported, Row, SeedRow, read_csv
from foedus.errors import CaseError, Fault

ID, WHO, START, END = "Question ID", "Forecaster Username", "Start Time", "End Time"
YES, EACH, CDF = "Probability Yes", "Probability Yes Per Category", "Continuous CDF"
_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_LONGEST = 200_000  # characters of a list in a cell


@dataclass(frozen=True)
class _Question:
    title: str
    type: str
    options: tuple[str, ...]
    range: tuple[float, ...]
    resolution: str
    line: int


def matches(path: Path, header: list[str]) -> bool:
    """Whether a table looks like this one."""
    del path
    return {ID, WHO, YES} <= set(header)


def read(path: Path) -> Imported:
    """Read an export; each later forecast of a person on a question is a further round.

    Parameters
    ----------
    path : Path
        `forecast_data.csv`; `question_data.csv` must stand beside it.

    Returns
    -------
    Imported
        Resolved binary and numeric questions also as seeds.

    Raises
    ------
    CaseError
        A file or a column is missing.
    """
    beside = path.with_name("question_data.csv")
    if not beside.is_file():
        raise CaseError([Fault(str(beside), 0, "is missing: it comes in the same export and names the questions")])
    questions = _questions(beside)
    forecasts = sorted(read_csv(path, (ID, WHO, START)), key=lambda item: (item[1][START], item[0]))
    people = any(_is_person(cells) for _, cells in forecasts)
    rounds: dict[tuple[str, str], int] = defaultdict(int)
    rows: list[Row] = []
    dropped: list[Dropped] = []
    for line, cells in forecasts:
        question = questions.get(cells[ID])
        why = "is an aggregate of the forecasts in this file" if people and not _is_person(cells) else ""
        why = why or ("" if question else f"question {cells[ID]} is not in {beside.name}")
        said = _said(cells, question) if question and not why else []
        why = why or ("" if said else "no probability and no quantile inside the question's range")
        if why or question is None:
            dropped.append(Dropped(str(path), line, why))
            continue
        key = (cells[WHO], cells[ID])
        rounds[key] += 1
        day = dt.date.fromisoformat(cells[START][:10])
        rows += [Row(cells[WHO], cells[ID], e, level, v, line, day, rounds[key]) for e, level, v in said]
    rows, withdrawn = _without_withdrawn(path, forecasts, rows)
    seeds, unanswered = _seeds(beside, questions, {row.question for row in rows})
    titles = {key: q.title for key, q in questions.items()}
    return Imported(tuple(rows), seeds, (*dropped, *withdrawn, *unanswered), titles)


def _is_person(cells: dict[str, str]) -> bool:
    return bool(cells.get("Forecaster ID", ""))


def _questions(path: Path) -> dict[str, _Question]:
    out = {}
    for line, cells in read_csv(path, (ID, "Question Title", "Question Type")):
        options = tuple(
            str(x) for x in _list(cells.get("MC Options (All)", "") or cells.get("MC Options (Current)", ""))
        )
        numbers = tuple(_number(x) for x in _list(cells.get("Continuous Range", "")))
        out[cells[ID]] = _Question(
            cells["Question Title"],
            cells["Question Type"].lower().replace(" ", "_"),
            options,
            numbers,
            cells.get("Resolution", ""),
            line,
        )
    return out


def _list(text: str) -> list[object]:
    """Read a list of numbers and texts written as Python writes it; empty where it is none."""
    if not text.startswith("[") or len(text) > _LONGEST:
        return []
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return list(found) if isinstance(found, list) else []


def _number(x: object) -> float:
    """Return a number, or the day number of a date-time; NaN where it is neither."""
    try:
        return float(str(x))
    except ValueError:
        pass
    try:
        return float(dt.datetime.fromisoformat(str(x)).toordinal())
    except ValueError:
        return math.nan


def _said(cells: dict[str, str], question: _Question) -> list[tuple[str, str, float | dt.date]]:
    """Element, level and value of every number that a forecast states."""
    if question.type == "binary":
        p = _number(cells.get(YES, ""))
        return [("probability", "yes", p), ("probability", "no", round(1 - p, 12))] if 0 <= p <= 1 else []
    if question.type == "multiple_choice":
        each = [_number(x) for x in _list(cells.get(EACH, ""))]
        named = zip(question.options, each, strict=False)
        return [("probability", option, p) for option, p in named if 0 <= p <= 1]
    cdf = np.array([_number(x) for x in _list(cells.get(CDF, ""))])
    x = np.array(question.range)
    if len(cdf) < 2 or len(cdf) != len(x) or not np.all(np.isfinite(cdf)) or not np.all(np.isfinite(x)):
        return []
    inside = [level for level in _LEVELS if cdf[0] < level <= cdf[-1]]
    at = [float(v) for v in np.interp(inside, cdf, x)]
    if question.type == "date":
        days = [dt.date.fromordinal(round(v)) if v < 4e6 else dt.datetime.fromtimestamp(v, dt.UTC).date() for v in at]
        return [("quantile", f"{level:g}", day) for level, day in zip(inside, days, strict=True)]
    return [("quantile", f"{level:g}", v) for level, v in zip(inside, at, strict=True)]


def _without_withdrawn(
    path: Path, forecasts: list[tuple[int, dict[str, str]]], rows: list[Row]
) -> tuple[list[Row], list[Dropped]]:
    """Leave out people who took their last forecast back before the newest one in the file."""
    newest = max((cells[START] for _, cells in forecasts), default="")
    last = {(cells[WHO], cells[ID]): (line, cells.get(END, "")) for line, cells in forecasts}
    gone = {key: line for key, (line, end) in last.items() if end and end < newest}
    kept = [row for row in rows if (row.expert, row.question) not in gone]
    said = {(row.expert, row.question) for row in rows}
    return kept, [
        Dropped(str(path), line, f"{who} took back every forecast of {what}")
        for (who, what), line in gone.items()
        if (who, what) in said
    ]


def _seeds(path: Path, questions: dict[str, _Question], asked: set[str]) -> tuple[tuple[SeedRow, ...], list[Dropped]]:
    seeds, dropped = [], []
    for key, question in questions.items():
        told = question.resolution.lower()
        if key not in asked or not told:
            continue
        if question.type == "binary" and told in {"yes", "no"}:
            answer = float(told == "yes")
        else:
            answer = _number(told) if question.type in {"numeric", "discrete"} else math.nan
        if math.isfinite(answer):
            unit = "probability" if question.type == "binary" else None
            seeds.append(SeedRow(key, "uni", answer, question.line, unit, "Metaculus"))
        else:
            why = f"its resolution {question.resolution!r} is no number: not a seed; its forecasts are kept"
            dropped.append(Dropped(str(path), question.line, why))
    return tuple(seeds), dropped

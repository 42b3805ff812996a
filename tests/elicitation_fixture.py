"""Small cases for the tests of elicitation, made in memory from a few rows of judgments."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Any

from foedus.case.types import Case, CaseFile, Codebook, Judgment

FILE: dict[str, Any] = {
    "format": 1,
    "id": "small",
    "title": "A small case",
    "opens": "2025-06-01",
    "horizon": "2025-09-29",  # day 120
    "questions": {
        "summit": {"type": "timing"},
        "role": {"type": "ordinal", "levels": ["unchanged", "softened", "named"]},
        "cost": {"type": "quantity", "unit": "%", "lower": -50},
        "venue": {"type": "nominal", "levels": ["here", "there"], "parent": "summit"},
    },
    "panel": {"ann": {"weight": 3}, "bo": {"weight": 1}},
}
ROWS = """
ann,2025-06-11,1,summit,,never,,0.2
ann,2025-06-11,1,summit,,quantile,0.5,2025-07-31
ann,2025-06-11,1,summit,,quantile,0.9,2025-08-30
bo,2025-05-20,1,summit,,chips,2025-06-02..2025-06-11,1
bo,2025-05-20,1,summit,,chips,2025-06-12..,3
bo,2025-05-20,1,summit,,chips,never,1
ann,2025-06-11,1,role,,probability,unchanged,0.9
ann,2025-06-11,1,role,,probability,named,0.1
ann,2025-06-11,2,role,,probability,unchanged,0.6
ann,2025-06-11,2,role,,probability,softened,0.4
ann,2025-06-11,1,role,summit <= 2025-08-30,probability,softened,1
ann,2025-06-11,1,cost,,exactly,0.3,0
ann,2025-06-11,1,cost,,quantile,0.1,-5
ann,2025-06-11,1,cost,,quantile,0.5,0
ann,2025-06-11,1,cost,,quantile,0.9,12
ann,2025-06-11,1,venue,summit is never,chips,here,1
ann,2025-06-11,1,venue,,chips,there,1
ann,2025-06-11,1,summit ~ cost,,concordance,,0.6
""".strip()


def judgments(text: str) -> tuple[Judgment, ...]:
    names = ("expert", "as_of", "round", "question", "given", "element", "level", "value")
    made = []
    for line, cells in enumerate(csv.reader(text.splitlines()), start=2):
        row: dict[str, Any] = dict(zip(names, cells, strict=True))
        value = row.pop("value")
        row["value"] = dt.date.fromisoformat(value) if len(value) == 10 and value[4] == "-" else float(value)
        made.append(Judgment(**{name: cell for name, cell in row.items() if cell != ""}, line=line))
    return tuple(made)


def small(rows: str = ROWS, **changes: Any) -> Case:
    file = CaseFile.model_validate(FILE | changes)
    return Case(
        folder=".", file=file, codebook=Codebook(), judgments=judgments(rows), signals=(), resolutions=(), inputs={}
    )

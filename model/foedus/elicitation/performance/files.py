"""A study from two files of its own, without a case: judgments.csv and seeds.csv, or Excalibur's .dtt and .rls.

Names are free here, as they come from elsewhere, and nothing but the columns that scores need has to be there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from foedus.case import values
from foedus.case.decode import MEGABYTE, decode, read_bytes
from foedus.case.findings import Findings
from foedus.case.parts import Day, Document
from foedus.case.tables import Table, read_table
from foedus.elicitation.importers import excalibur
from foedus.elicitation.performance.rows import study_of
from foedus.elicitation.performance.study import Study
from foedus.errors import CaseError, Fault


class _Judgment(Document):
    """A row of judgments.csv; only what a score needs is required."""

    expert: str = Field(min_length=1, max_length=200)
    as_of: Day | None = None
    round: int = Field(default=1, ge=1)
    question: str = Field(min_length=1, max_length=200)
    given: str | None = None
    element: str = "quantile"
    level: str | None = None
    value: float | dt.date
    note: str | None = None
    line: int


class _Seed(Document):
    """A row of seeds.csv; without an answer it tells the scale of a target question."""

    question: str = Field(min_length=1, max_length=200)
    unit: str | None = None
    scale: Literal["uni", "log"] = "uni"
    answer: float | None = None
    source: str | None = None
    line: int


def read_study(judgments: Path, seeds: Path) -> tuple[Study, tuple[str, ...]]:
    """Read what experts said of seed questions, and the answers.

    Parameters
    ----------
    judgments : Path
        `.csv` in the form of judgments.csv, or `.dtt`.
    seeds : Path
        `.csv` in the form of seeds.csv, or `.rls`.

    Returns
    -------
    study : Study
    notes : tuple of str
        What was left out, and why.

    Raises
    ------
    CaseError
        With every fault found in either file.
    """
    kinds = judgments.suffix.lower(), seeds.suffix.lower()
    if kinds == (".dtt", ".rls"):
        found = excalibur.read(judgments, seeds)
        study, notes = study_of(found.rows, found.seeds, (str(judgments), str(seeds)))
        return study, (*map(str, found.dropped), *notes)
    if kinds != (".csv", ".csv"):
        msg = f"a pair of .csv files, or a .dtt with its .rls, is wanted here; got {' and '.join(kinds)}"
        raise CaseError([Fault(str(judgments), 0, msg)])
    findings = Findings()
    day, number = values.parse_day, values.parse_number
    readers: dict[str, Callable[[str], Any]] = {
        "as_of": day,
        "round": values.parse_whole,
        "value": values.parse_number_or_day,
    }
    said = _rows(judgments, Table(str(judgments), _Judgment, readers), findings)
    known = _rows(seeds, Table(str(seeds), _Seed, {"answer": number, "scale": str.lower}), findings)
    for row in said:
        if row.element == "quantile" and not _share(row.level):
            got = row.level or "nothing"
            findings.fault(str(judgments), row.line, f"level: a quantile wants a level between 0 and 1, got {got!r}")
    stated = ((row, (row.expert, row.question, row.round, _level(row))) for row in said if _level(row) is not None)
    _twice(findings, str(judgments), stated, "this quantile of this expert")
    _twice(findings, str(seeds), ((row, row.question) for row in known), "this question")
    findings.raise_faults()
    return study_of(said, known, (str(judgments), str(seeds)))


def _rows[M: Document](path: Path, table: Table[M], findings: Findings) -> tuple[M, ...]:
    if not path.exists():
        findings.fault(table.file, 0, "there is no such file")
        return ()
    content = read_bytes(path, 50 * MEGABYTE, findings)
    text = None if content is None else decode(table.file, content, findings)
    return () if text is None else read_table(table, text, findings)


def _twice(findings: Findings, file: str, rows: Iterable[tuple[_Judgment | _Seed, Hashable]], what: str) -> None:
    """Refuse a second row of the same key: which of the two was meant nothing tells."""
    first: dict[Hashable, int] = {}
    for row, key in rows:
        if (line := first.setdefault(key, row.line)) != row.line:
            findings.fault(file, row.line, f"{what} stands already on line {line}: keep one of the two")


def _level(row: _Judgment) -> float | None:
    """Level of an unconditional quantile."""
    told = row.element == "quantile" and row.given is None and _share(row.level)
    return round(values.parse_number(row.level or ""), 9) if told else None


def _share(text: str | None) -> bool:
    try:
        return 0 < values.parse_number(text or "") < 1
    except ValueError:
        return False

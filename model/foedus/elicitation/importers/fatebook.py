"""Fatebook's export of all forecasts: one row a forecast of a yes/no or multiple-choice question."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

from foedus.elicitation.importers.rows import Dropped, Imported, Row, SeedRow, read_csv

TITLE, OPTION, WHO = "Question title", "Multiple choice option", "Forecast created by"
FORECAST, WHEN, RESOLUTION = "Forecast (scale = 0-1)", "Forecast created at", "Resolution"
_NOTHING = frozenset({"", "null", "undefined"})


def matches(path: Path, header: list[str]) -> bool:
    """Whether a table looks like this one."""
    del path
    return {TITLE, FORECAST} <= set(header)


def read(path: Path) -> Imported:
    """Read an export; each later forecast of a person on a question is a further round.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Imported
        Yes/no questions as the levels `yes` and `no`; those resolved YES or NO also as seeds, answer 1 or 0.

    Raises
    ------
    CaseError
        A column is missing.
    """
    found: list[tuple[str, int, dict[str, str], float, dt.date]] = []
    dropped: list[Dropped] = []
    seeds: dict[str, SeedRow] = {}
    for line, cells in read_csv(path, (TITLE, WHO, FORECAST, WHEN)):
        try:
            p, day = float(cells[FORECAST]), dt.date.fromisoformat(cells[WHEN][:10])
        except ValueError:
            dropped.append(Dropped(str(path), line, f"no forecast and day: {cells[FORECAST]!r}, {cells[WHEN]!r}"))
            continue
        if not 0 <= p <= 1:
            dropped.append(Dropped(str(path), line, f"a probability lies between 0 and 1, got {p:g}"))
            continue
        found.append((cells[WHEN], line, cells, p, day))
        resolved = cells.get(RESOLUTION, "").upper()
        if resolved in {"YES", "NO"} and cells.get(OPTION, "") in _NOTHING:
            answer = float(resolved == "YES")
            seeds.setdefault(cells[TITLE], SeedRow(cells[TITLE], "uni", answer, line, "probability", "Fatebook"))
        elif resolved not in _NOTHING | {"YES", "NO", "NULL", "UNDEFINED"}:
            dropped.append(Dropped(str(path), line, f"its resolution {resolved} is no answer; the forecast is kept"))
    rounds: dict[tuple[str, str, str], int] = defaultdict(int)
    rows: list[Row] = []
    for _, line, cells, p, day in sorted(found, key=lambda item: (item[0], item[1])):
        option = "" if cells.get(OPTION, "") in _NOTHING else cells[OPTION]
        rounds[cells[WHO], cells[TITLE], option] += 1
        n = rounds[cells[WHO], cells[TITLE], option]
        for level, value in [(option, p)] if option else [("yes", p), ("no", round(1 - p, 12))]:
            rows.append(Row(cells[WHO], cells[TITLE], "probability", level, value, line, day, n))
    return Imported(tuple(rows), tuple(seeds.values()), tuple(dropped), {row.question: row.question for row in rows})

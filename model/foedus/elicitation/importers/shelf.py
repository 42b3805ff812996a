"""Tables of quantiles as SHELF's users keep them: one column an expert, or one row an expert.

    quantile,Ann,Bo            expert,question,q05,q50,q95
    0.25,20,25                 Ann,X,10,20,40
    median,30,35
    0.75,45,50

A level is written 0.25, 25%, q25, p0.25, median, lower quartile or upper quartile. Rows `lower` and `upper` (`L`, `U`:
the limits of the quantity) are no quantiles; they are reported, to be written as bounds in case.yaml.
"""

from __future__ import annotations

import re
from pathlib import Path

from foedus.case.values import parse_number
from foedus.elicitation.importers.rows import Dropped, Imported, Row, read_csv
from foedus.errors import CaseError, Fault

_NAMED = {"median": 0.5, "lower quartile": 0.25, "upper quartile": 0.75}
_LIMITS = frozenset({"l", "u", "lower", "upper", "lower limit", "upper limit", "min", "max"})
_LEVEL = re.compile(r"[qp]?\s*(\d*\.?\d+)\s*(%?)", re.IGNORECASE)
_EXPERT, _QUESTION = ("expert", "expertid", "name"), ("question", "quantity", "item", "itemid", "parameter")


def level_of(text: str) -> float | None:
    """Read the name of a level; None where it is none. A number above 1 is a percentage, whatever stands before it."""
    text = text.strip().lower()
    if text in _NAMED:
        return _NAMED[text]
    found = _LEVEL.fullmatch(text)
    if not found:
        return None
    value = float(found[1])
    percent = found[2] == "%" or value >= 1
    value = value / 100 if percent else value
    return value if 0 < value < 1 else None


def matches(path: Path, header: list[str]) -> bool:
    """Whether a table looks like this one."""
    del path
    names = [name.lower() for name in header]
    if any(name in _EXPERT for name in names):
        return any(level_of(name) is not None for name in header) and "value" not in names
    return len(names) > 1 and names[0] in {"", "quantile", "quantiles", "prob", "probs", "p", "probability", "level"}


def read(path: Path) -> Imported:
    """Read a table of quantiles.

    Parameters
    ----------
    path : Path
        CSV. Without a column that names the question, the file's own name does.

    Returns
    -------
    Imported

    Raises
    ------
    CaseError
        Nothing in the header names a level or an expert.
    """
    lines = list(read_csv(path, ()))
    header = list(lines[0][1]) if lines else []
    expert = next((name for name in header if name.lower() in _EXPERT), None)
    rows: list[Row] = []
    dropped: list[Dropped] = []
    if expert is not None:
        levels = {name: level for name in header if (level := level_of(name)) is not None}
        question = next((name for name in header if name.lower() in _QUESTION), None)
        if not levels:
            raise CaseError([Fault(str(path), 1, "no column names a quantile: write q05, 0.05 or 5%")])
        for line, cells in lines:
            what = cells.get(question, "") if question else path.stem
            _row(
                path, line, {(cells[expert], what, k): cells.get(name, "") for name, k in levels.items()}, rows, dropped
            )
        return Imported(tuple(rows), (), tuple(dropped), {})
    for line, cells in lines:
        (_, label), *experts = cells.items()
        level = level_of(label)
        if level is None:
            limit = label.lower() in _LIMITS
            why = f"{label} is a limit: write it as a bound of the question in case.yaml" if limit else "no quantile"
            dropped.append(Dropped(str(path), line, why if limit else f"{label!r} is {why}: write 0.25, 25% or median"))
            continue
        _row(path, line, {(name, path.stem, level): cell for name, cell in experts}, rows, dropped)
    return Imported(tuple(rows), (), tuple(dropped), {})


def _row(
    path: Path, line: int, cells: dict[tuple[str, str, float], str], rows: list[Row], dropped: list[Dropped]
) -> None:
    for (expert, question, level), cell in cells.items():
        try:
            rows.append(Row(expert, question, "quantile", f"{level:g}", parse_number(cell), line))
        except ValueError as error:
            why = f"no number for the {level:g} quantile" if not cell else f"the {level:g} quantile: {error}"
            dropped.append(Dropped(str(path), line, f"{expert} on {question}: {why}"))

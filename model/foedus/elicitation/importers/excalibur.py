"""Excalibur's pair of files: `.dtt` with the quantiles of every expert, `.rls` with the answers of the seeds.

Both have fixed columns, which differ between versions, and item names may hold blanks and even the word for a scale.
So the column of the scale is found first, as the one where most lines have it, and the rest is read from there. Items
are matched by their name, since the two files may list them in another order.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from foedus.elicitation.importers.rows import Dropped, Imported, Row, SeedRow, read_text
from foedus.errors import CaseError, Fault

_SCALE = re.compile(r"(?<!\S)(UNI|LOG)(?!\S)", re.IGNORECASE)
_BEFORE_NUMBER = re.compile(r"(?<!\S)(UNI|LOG)(?=\s+([-+.]?\d|ns|na))", re.IGNORECASE)  # as a scale stands in .dtt
_AFTER_NUMBER = re.compile(r"(?<=[\dsa] )\s*(?<!\S)(UNI|LOG)(?!\S)", re.IGNORECASE)  # and in .rls
_LEVELS = re.compile(r"QU\s*=\s*([-+\d.eE\s]+)")
_FIXED = re.compile(r"\s*(\d+)\s+(.*?)\s+(\d+)\s+(.*\S)\s*")
_NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d{1,4})?", re.ASCII)
_WORDS_FOR_MISSING = frozenset({"ns", "na", "n/a", "nan", "-", "--", "."})
_MISSING = (-1000.0, -990.0)  # every number in here stands for "no answer"
_EXPERT, _ITEM = 9, 6  # columns of the expert's name and of the item's number, in front of the item's name


def read(dtt: Path, rls: Path | None = None) -> Imported:
    """Read a study as Excalibur keeps it.

    Parameters
    ----------
    dtt : Path
        Quantiles.
    rls : Path, optional
        Answers; default the file of the same name beside it, if there is one.

    Returns
    -------
    Imported
        Quantiles of all items; the items of the answers' file as seeds, those without an answer with None.

    Raises
    ------
    CaseError
        A line can't be read; all of them at once.
    """
    if rls is None:
        beside = [path for path in dtt.parent.glob(f"{dtt.stem}.*") if path.suffix.lower() == ".rls"]
        rls = beside[0] if beside else None
    faults: list[Fault] = []
    dropped: list[Dropped] = []
    rows, scales = _quantiles(dtt, faults, dropped)
    items = {_key(row.question): row.question for row in rows}
    seeds, titles = _answers(rls, items, faults, dropped) if rls else ((), {})
    if faults:
        raise CaseError(faults)
    named = {seed.question for seed in seeds}
    if rls and not named & set(items.values()):
        some = f"{next(iter(named), '')!r}, {next(iter(items.values()), '')!r}"
        raise CaseError([Fault(str(rls), 0, f"names no item that {dtt.name} names ({some}): are they of one study?")])
    more = tuple(SeedRow(name, scales[name], None, 0) for name in items.values() if name not in named)
    dropped += [
        Dropped(str(rls), s.line, f"{s.question} is not in {dtt.name}") for s in seeds if s.question not in scales
    ]
    kept = tuple(seed for seed in seeds if seed.question in scales)
    return Imported(tuple(rows), (*kept, *more), tuple(dropped), titles)


def _quantiles(path: Path, faults: list[Fault], dropped: list[Dropped]) -> tuple[list[Row], dict[str, str]]:
    lines = _lines(path)
    top = next((k for k, line in enumerate(lines) if "QU" in line), None)
    levels = [] if top is None else _stated_levels(lines[top])
    if top is None or not levels or any(not 0 < level < 1 for level in levels):
        faults.append(Fault(str(path), 1, "names no quantiles: the first line must hold, say, NQ= 3 QU= 5 50 95"))
        return [], {}
    numbered = [(k, line) for k, line in enumerate(lines[top + 1 :], start=top + 2) if line.strip()]
    column = _scale_column([line for _, line in numbered], _BEFORE_NUMBER)
    rows: list[Row] = []
    scales: dict[str, str] = {}
    names: dict[str, str] = {}
    for number, line in numbered:
        parsed = _item_line(line, column, len(levels))
        if parsed is None:
            wanted = f"expert, item, scale (UNI or LOG) and {len(levels)} quantiles"
            faults.append(Fault(str(path), number, f"can't be read: {wanted} are wanted, got {line.strip()[:60]!r}"))
            continue
        key, expert, item, scale, values = parsed
        expert = names.setdefault(f"{key} {expert}", expert if expert not in names.values() else f"{expert} {key}")
        scales.setdefault(item, scale)
        missing = [level for level, value in zip(levels, values, strict=True) if value is None]
        if missing:
            which = "all" if len(missing) == len(levels) else ", ".join(f"{level:g}" for level in missing)
            dropped.append(Dropped(str(path), number, f"{expert} on {item}: no answer ({which} of the quantiles)"))
        rows += [
            Row(expert, item, "quantile", f"{level:g}", value, number)
            for level, value in zip(levels, values, strict=True)
            if value is not None
        ]
    return rows, scales


def _lines(path: Path) -> list[str]:
    """Lines of a file, which DOS may have ended with a mark of its own."""
    return read_text(path).replace("\r\n", "\n").replace("\r", "\n").replace("\x1a", "").split("\n")


def _stated_levels(line: str) -> list[float]:
    found = _LEVELS.search(line)
    return [round(float(text) / 100, 9) for text in found[1].split()] if found else []


def _scale_column(lines: list[str], scale: re.Pattern[str]) -> int:
    """Column at which most lines have a word for a scale beside a number."""
    counts = Counter(found.start(1) for line in lines for found in scale.finditer(line))
    return max(counts, key=lambda column: counts[column], default=0)


def _split(line: str, column: int, scale: re.Pattern[str]) -> tuple[str, str, str] | None:
    """Return what stands before, as and after the scale; where it isn't in its column, at the first beside a number."""
    found = _SCALE.match(line, column) if column < len(line) else None
    found = found or scale.search(line)
    return (line[: found.start(1)], found[1].lower(), line[found.end(1) :]) if found else None


def _item_line(line: str, column: int, k: int) -> tuple[str, str, str, str, list[float | None]] | None:
    """Return number and name of the expert, name of the item, scale and values."""
    parts = _split(line, column, _BEFORE_NUMBER)
    if parts is None:
        return None
    before, scale, after = parts
    names = _names(before)
    values = [_value(token) for token in after.split()[:k]]
    if names is None or any(value is _BAD for value in values):
        return None
    values += [None] * (k - len(values))  # blanks at the end of a line: no answer
    return (*names, scale, [None if value is None else float(value) for value in values])


def _names(before: str) -> tuple[str, str, str] | None:
    """Return number and name of the expert, name of the item: by columns where they hold numbers, else by blanks."""
    number, expert, index, item = before[:5], before[5:14], before[14:20], before[20:]
    if number.strip().isdigit() and index.strip().isdigit() and expert.strip():
        return number.strip(), expert.strip(), item.strip() or index.strip()
    found = _FIXED.fullmatch(before)
    return (found[1], found[2] or f"expert {found[1]}", found[4]) if found else None


_BAD = float("inf")


def _value(token: str) -> float | None:
    """Read a number; None where it stands for no answer, `_BAD` where it is no number."""
    if token.lower() in _WORDS_FOR_MISSING:
        return None
    if not _NUMBER.fullmatch(token):
        return _BAD
    value = float(token.replace(",", "."))
    return None if _MISSING[0] <= value <= _MISSING[1] else value


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _answers(
    path: Path, items: dict[str, str], faults: list[Fault], dropped: list[Dropped]
) -> tuple[tuple[SeedRow, ...], dict[str, str]]:
    numbered = [(k, line) for k, line in enumerate(_lines(path), start=1) if line.strip()]
    column = _scale_column([line for _, line in numbered], _AFTER_NUMBER)
    seeds: dict[str, SeedRow] = {}
    titles: dict[str, str] = {}
    for number, line in numbered:
        parts = _split(line, column, _AFTER_NUMBER)
        before = parts[0].split() if parts else []
        if parts is None or len(before) < 2:
            wanted = "number, item, answer and scale (UNI or LOG) are wanted"
            faults.append(Fault(str(path), number, f"can't be read: {wanted}, got {line.strip()[:60]!r}"))
            continue
        value = _value(before[-1]) if len(before) > 2 else None
        if value is _BAD:  # no number between name and scale: a target question without a code for "missing"
            value, before = None, [*before, ""]
        name = _inner(parts[0], before)
        name = items.get(_key(name), name)
        if name in seeds:
            dropped.append(Dropped(str(path), number, f"{name} stands already on line {seeds[name].line}"))
            continue
        seeds[name] = SeedRow(name, parts[1], value, number)
        titles[name] = " ".join(parts[2].split())
    return tuple(seeds.values()), titles


def _inner(text: str, tokens: list[str]) -> str:
    """Return the name between the number of the item and its answer, blanks inside it kept."""
    name = text.strip().removesuffix(tokens[-1]).strip() if len(tokens) > 2 else text.strip()
    return name[len(tokens[0]) :].strip() or tokens[0]

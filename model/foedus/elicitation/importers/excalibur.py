"""Excalibur's pair of files: `.dtt` with the quantiles of every expert, `.rls` with the answers of the seeds.

Both have fixed columns, which differ between versions, or tabs; names may hold blanks, numbers and even the word for a
scale. So the column of the scale is found first, as the one where most lines have it, and the rest is read from there;
where a line could be parted in several ways, the item that most lines name is meant. Items are matched by their name,
since the two files may list them in another order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from foedus.elicitation.importers.rows import Dropped, Imported, Row, SeedRow, read_text
from foedus.errors import CaseError, Fault

_SCALE = re.compile(r"(?<!\S)(UNI|LOG)(?!\S)", re.IGNORECASE)
_BEFORE_NUMBER = re.compile(r"(?<!\S)(UNI|LOG)(?=\s+([-+.]?\d|ns|na))", re.IGNORECASE)  # as a scale stands in .dtt
_AFTER_NUMBER = re.compile(r"(?<=[\dsa] )\s*(?<!\S)(UNI|LOG)(?!\S)", re.IGNORECASE)  # and in .rls
_LEVELS = re.compile(r"QU\s*=\s*([-+\d.eE\s]+)", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d{1,4})?", re.ASCII)
_WORDS_FOR_MISSING = frozenset({"ns", "na", "n/a", "nan", "-", "--", "."})
_MISSING = (-1000.0, -990.0)  # every number in here stands for "no answer"


class _Names(NamedTuple):
    """One way to read what stands before the scale."""

    expert: str
    number: str
    item: str


class _Line(NamedTuple):
    """A line of .dtt: number of the expert, ways to read the names, scale and values."""

    number: str
    names: Sequence[_Names]
    scale: str
    values: Sequence[float | None]


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
    top = next((k for k, line in enumerate(lines) if _LEVELS.search(line)), None)
    levels = [] if top is None else _stated_levels(lines[top])
    if top is None or not levels or any(not 0 < level < 1 for level in levels):
        faults.append(Fault(str(path), 1, "names no quantiles: the first line must hold, say, NQ= 3 QU= 5 50 95"))
        return [], {}
    numbered = [(k, line) for k, line in enumerate(lines[top + 1 :], start=top + 2) if line.strip()]
    column = _scale_column([line for _, line in numbered], _BEFORE_NUMBER)
    wanted = f"expert, item, scale (UNI or LOG) and {len(levels)} quantiles"
    read: list[tuple[int, _Line]] = []
    for number, line in numbered:
        if (found := _item_line(line, column, len(levels))) is not None:
            read.append((number, found))
        else:
            faults.append(Fault(str(path), number, f"can't be read: {wanted} are wanted, got {line.strip()[:60]!r}"))
    return _rows(str(path), read, levels, dropped)


def _rows(
    file: str, read: list[tuple[int, _Line]], levels: list[float], dropped: list[Dropped]
) -> tuple[list[Row], dict[str, str]]:
    """Return rows, and the scale of each item; what is no answer, or a second one, is dropped."""
    often = Counter(names[1:] for _, line in read for names in line.names)
    rows: list[Row] = []
    scales: dict[str, str] = {}
    names: dict[str, str] = {}
    before: dict[tuple[str, str], int] = {}
    for number, (key, ways, scale, values) in read:
        expert, _, item = max(ways, key=lambda way: often[way[1:]])
        expert = names.setdefault(f"{key} {expert}", expert if expert not in names.values() else f"{expert} {key}")
        if (first := before.setdefault((expert, item), number)) != number:
            dropped.append(Dropped(file, number, f"{expert} on {item} stands already on line {first}"))
            continue
        if scales.setdefault(item, scale) != scale:
            dropped.append(Dropped(file, number, f"the scale {scale.upper()} of {item}: it is {scales[item].upper()}"))
        missing = [level for level, value in zip(levels, values, strict=True) if value is None]
        if missing:
            which = "all" if len(missing) == len(levels) else ", ".join(f"{level:g}" for level in missing)
            dropped.append(Dropped(file, number, f"{expert} on {item}: no answer ({which} of the quantiles)"))
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


def _tabbed(line: str, scale: int) -> list[str] | None:
    """Cells of a line with tabs and the word for a scale in cell `scale`; None of any other."""
    cells = [cell.strip() for cell in line.split("\t")]
    return cells if len(cells) > scale and _SCALE.fullmatch(cells[scale]) else None


def _item_line(line: str, column: int, k: int) -> _Line | None:
    if (cells := _tabbed(line, 4)) is not None:
        values = [_value(cell) if cell else None for cell in cells[5 : 5 + k]]
        names = [_Names(cells[1] or f"expert {cells[0]}", cells[2], cells[3] or cells[2])]
        return None if _BAD in values else _Line(cells[0], names, cells[4].lower(), _filled(values, k))
    for found in (_SCALE.match(line, column), *_SCALE.finditer(line)):
        if found is None:
            continue
        values = [_value(token) for token in line[found.end(1) :].split()[:k]]
        number, ways = _names(line[: found.start(1)])
        if values and ways and _BAD not in values:
            return _Line(number, ways, found[1].lower(), _filled(values, k))
    return None


def _filled(values: list[float | None], k: int) -> list[float | None]:
    """Blanks at the end of a line are no answers."""
    return values + [None] * (k - len(values))


def _names(before: str) -> tuple[str, list[_Names]]:
    """Return the expert's number and the ways to read the names: by Excalibur's columns, then at each number."""
    number, expert, index, item = (before[a:b].strip() for a, b in ((0, 5), (5, 14), (14, 20), (20, None)))
    ways = [_Names(expert, index, item or index)] if number.isdigit() and index.isdigit() and expert else []
    words = list(_WORD.finditer(before))
    if not words or not words[0][0].isdigit():
        return number, ways
    for word in words[1:-1]:
        if word[0].isdigit():
            expert = before[words[0].end() : word.start()].strip() or f"expert {words[0][0]}"
            ways.append(_Names(expert, word[0], before[word.end() :].strip()))
    return words[0][0], ways


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
        found = _answer_line(line, column)
        if found is None:
            wanted = "number, item, answer and scale (UNI or LOG) are wanted"
            faults.append(Fault(str(path), number, f"can't be read: {wanted}, got {line.strip()[:60]!r}"))
            continue
        name, value, scale, title = found
        name = items.get(_key(name), name)
        if name in seeds:
            dropped.append(Dropped(str(path), number, f"{name} stands already on line {seeds[name].line}"))
            continue
        seeds[name] = SeedRow(name, scale, value, number)
        titles[name] = title
    return tuple(seeds.values()), titles


def _answer_line(line: str, column: int) -> tuple[str, float | None, str, str] | None:
    """Return name, answer, scale and title of an item."""
    if (cells := _tabbed(line, 3)) is not None:
        value = _value(cells[2]) if cells[2] else None
        return None if value == _BAD else (cells[1] or cells[0], value, cells[3].lower(), " ".join(cells[4:]).strip())
    places = [found for found in (_SCALE.match(line, column), *_SCALE.finditer(line)) if found is not None]
    parts = [(line[: found.start(1)], found[1].lower(), " ".join(line[found.end(1) :].split())) for found in places]
    for before, scale, title in parts:
        words = before.split()
        if len(words) > 2 and (value := _value(words[-1])) != _BAD:
            return _inner(before, words), value, scale, title
    for before, scale, title in parts:  # no number between name and scale: a target without a code for "missing"
        if len(words := before.split()) > 1:
            return _inner(before, [*words, ""]), None, scale, title
    return None


def _inner(text: str, tokens: list[str]) -> str:
    """Return the name between the number of the item and its answer, blanks inside it kept."""
    name = text.strip().removesuffix(tokens[-1]).strip() if len(tokens) > 2 else text.strip()
    return name[len(tokens[0]) :].strip() or tokens[0]

"""An ACH matrix (CSV or .xlsx): evidence in rows, hypotheses in columns, ratings CC, C, N, I, II and NA in the cells.

Every row becomes a code whose multipliers come from its ratings by a stated table. That makes Bayes' rule of a
spreadsheet, with two faults of the method that no table mends, and that the import says aloud: rows are multiplied as
if each were independent of the others, and evidence that every hypothesis explains, or that was rated for one of them
only, looks telling and is not (pseudo-diagnosticity; ACH gave no better coherence in Karvetski and Mandel 2020).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foedus.case.foreign import identifier
from foedus.case.types import Nominal, Ordinal, Question
from foedus.case.values import parse_moment
from foedus.errors import CaseError, Fault, nearest
from foedus.news.importers import ledger, writing
from foedus.news.importers.grid import UNCALCULATED, table, workbook
from foedus.news.importers.ledger import Ledger
from foedus.news.importers.stream import Part

Triple = tuple[float, float, float]
RATINGS: dict[str, Triple] = {
    "CC": (2.0, 4.0, 8.0),
    "C": (1.0, 2.0, 4.0),
    "N": (1.0, 1.0, 1.0),
    "I": (0.25, 0.5, 1.0),
    "II": (0.125, 0.25, 0.5),
    "NA": (1.0, 1.0, 1.0),
}
_SAME = {"N/A": "NA", "-": "NA", "": "NA", "++": "CC", "+": "C", "0": "N", "--": "II", "−−": "II", "−": "I"}
_OTHER = frozenset(
    ("id", "#", "evidence", "item", "type", "credibility", "relevance", "weight", "source", "published", "date",
     "note", "notes", "url", "증거", "번호", "출처", "비고")
)  # fmt: skip
_EVIDENCE = ("evidence", "item", "증거")


@dataclass(frozen=True)
class Line:
    """One piece of evidence: its ratings by hypothesis, and what else its row says, by column."""

    line: int
    text: str
    ratings: dict[str, str]
    more: dict[str, str]

    @property
    def dated(self) -> tuple[str, str] | None:
        """When and by whom it was published, where both are known."""
        day, source = self.more.get("published") or self.more.get("date") or "", self.more.get("source", "")
        return (day, source) if day and source else None


@dataclass(frozen=True)
class Matrix:
    """What a file holds."""

    hypotheses: tuple[str, ...]
    lines: tuple[Line, ...]


def matches(name: str, first: str) -> bool:
    """Whether a file looks like this: a workbook, or a table whose first column is evidence."""
    head = first.replace(";", ",").replace("\t", ",").split(",")[0].strip().strip('"').casefold()
    return name.lower().endswith(".xlsx") or head in _EVIDENCE


def read(part: Part, account: Ledger, encoding: str | None = None) -> Matrix:
    """Read a matrix; drop rows without a rating, or with one that is none.

    Parameters
    ----------
    part : Part
        The first sheet of a workbook, or a table apart by commas, semicolons or tabs.
    account : Ledger
    encoding : str, optional

    Raises
    ------
    CaseError
        It has no two columns of ratings.
    """
    rows = workbook(part) if part.stem.lower().endswith(".xlsx") else table(part, encoding)
    head, body = next(((n, row) for n, row in rows if any(row)), (1, [])), [row for row in rows if any(row[1])][1:]
    names = [name.strip() for name in head[1]]
    chosen = {i: name for i, name in enumerate(names) if name and name.casefold() not in _OTHER and _rated(i, body)}
    if len(chosen) < 2 or len(set(chosen.values())) < len(chosen):
        said = f"needs two or more columns of ratings ({', '.join(RATINGS)}), each with the name of its hypothesis"
        raise CaseError([Fault(part.name, head[0], f"{said}; its columns are {', '.join(names) or 'none'}")])
    first = next((i for i, name in enumerate(names) if name.casefold() in _EVIDENCE), 0 if 0 not in chosen else -1)
    _even(part, body, names)
    lines = []
    for number, cells in body:
        account.read += 1
        if (line := _line(part, number, cells, names, chosen, first, account)) is not None:
            lines.append(line)
    if any(line.dated for line in lines):
        for line in lines:
            if line.dated is None:
                account.remark(part.name, line.line, ledger.INCOMPLETE)
    return Matrix(tuple(chosen.values()), tuple(lines))


def _even(part: Part, body: Sequence[tuple[int, list[str]]], names: Sequence[str]) -> None:
    """Refuse rows with fewer cells than the header has names, or with more: their ratings may be of other columns."""
    width = max(i for i, name in enumerate(names, 1) if name)
    faults = [
        Fault(part.name, number, f"has {len(cells)} cells rather than {width}, one for each column of the header")
        for number, cells in body
        if len(cells) < width or any(cell.strip() for cell in cells[width:])
    ]
    if faults:
        raise CaseError(faults)


def _rated(column: int, body: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether most of what stands in a column are ratings."""
    cells = [row[column].strip() for _, row in body if column < len(row) and row[column].strip()]
    return bool(cells) and sum(_rating(cell) is not None for cell in cells) * 2 > len(cells)


def _rating(cell: str) -> str | None:
    word = cell.strip().upper()
    word = _SAME.get(word, word)
    return word if word in RATINGS else None


def _line(
    part: Part, number: int, cells: list[str], names: list[str], chosen: Mapping[int, str], first: int, account: Ledger
) -> Line | None:
    if first >= 0 and cells[first].strip() in {"", UNCALCULATED}:
        said = "save the workbook in a spreadsheet program" if cells[first].strip() else "write what the evidence is"
        account.drop(part.name, number, ledger.NAMELESS, f"{names[first] or 'the first column'} is empty: {said}")
        return None
    wrong = [f"{name}: {cells[i]!r}" for i, name in chosen.items() if _rating(cells[i]) is None]
    if wrong:
        account.drop(part.name, number, ledger.RATING, f"{'; '.join(wrong)} is none of {', '.join(RATINGS)}")
        return None
    ratings = {name: _rating(cells[i]) or "NA" for i, name in chosen.items()}
    if set(ratings.values()) == {"NA"}:
        account.drop(part.name, number, ledger.RATING, "no hypothesis is rated")
        return None
    more = {names[i].casefold(): cells[i].strip() for i in range(min(len(names), len(cells))) if i not in chosen}
    _check(part, number, more, account)
    return Line(number, " ".join(cells[first].split()) if first >= 0 else f"row {number}", ratings, more)


def _check(part: Part, number: int, more: dict[str, str], account: Ledger) -> None:
    """Empty what else a row says where it can't be read, with a remark."""
    for column, text in more.items():
        if column == "credibility" and text not in {"", *"123456"}:
            account.remark(part.name, number, ledger.NO_CREDIBILITY, f"{text!r}: write 1 (confirmed) to 6 (unknown)")
            more[column] = ""
        elif column in {"published", "date"} and text:
            try:
                parse_moment(text, dt.UTC)
            except ValueError as error:
                account.remark(part.name, number, ledger.NO_DAY, str(error))
                more[column] = ""
        elif text == UNCALCULATED:
            more[column] = ""


def table_of(texts: Sequence[str]) -> dict[str, Triple]:
    """Read changes to the table of ratings: `CC=3` (with the factor of its band kept) or `CC=2,4,8`.

    Raises
    ------
    CaseError
        A text is neither.
    """
    out = dict(RATINGS)
    faults = []
    for text in texts:
        name, _, numbers = text.partition("=")
        try:
            given = [float(number) for number in numbers.split(",")]
        except ValueError:
            given = []
        sound = len(given) in {1, 3} and all(0 < number < 1e6 for number in given) and given == sorted(given)
        if name not in RATINGS or not sound:
            faults.append(Fault("--rating", 0, f"{text!r}: write {'|'.join(RATINGS)}=NUMBER, or =LOW,MIDDLE,HIGH"))
        elif len(given) == 3:
            out[name] = given[0], given[1], given[2]
        else:
            low, middle, high = RATINGS[name]
            out[name] = given[0] * low / middle, given[0], given[0] * high / middle
    if faults:
        raise CaseError(faults)
    return out


def warnings(matrix: Matrix) -> list[str]:
    """Say what a matrix can't hold, and which of its rows fall to it."""
    out = [
        f"The {len(matrix.lines)} rows are multiplied as if independent. Rows that rest on one source, or follow from "
        "one another, count several times: put them in one `group`, or leave all but one out.",
        "Ratings say whether evidence fits a hypothesis. A multiplier says how often it is seen on the way to an "
        "outcome, against a typical case: go through each row with that question before you trust a number.",
    ]
    profiles: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for line in matrix.lines:
        profiles[tuple(line.ratings.values())].append(line.line)
    same = [f"lines {', '.join(map(str, lines))}" for lines in profiles.values() if len(lines) > 1]
    flat = [str(line.line) for line in matrix.lines if len({r for r in line.ratings.values() if r != "NA"}) == 1
            and "NA" not in line.ratings.values()]  # fmt: skip
    alone = [
        str(line.line) for line in matrix.lines if Counter(line.ratings.values())["NA"] >= len(matrix.hypotheses) - 1
    ]
    if same:
        out.append(f"Rated alike throughout, so perhaps one piece of evidence: {'; '.join(same[:10])}.")
    if flat:
        out.append(f"Rated the same for every hypothesis, and so telling nothing: lines {', '.join(flat[:20])}.")
    if alone:
        out.append(
            f"Rated for one hypothesis only: lines {', '.join(alone[:20])}. How often is it seen on the others? "
            "Unasked, it looks telling (pseudo-diagnosticity)."
        )
    return out


def levels(matrix: Matrix, question: Question | None, name: str) -> dict[str, str]:
    """Return the level of the question that each hypothesis is: by its id or title, or an id made of its name.

    Raises
    ------
    CaseError
        The question has no levels, or not these.
    """
    if question is None:
        made = {hypothesis: identifier(hypothesis) for hypothesis in matrix.hypotheses}
        if len(set(made.values())) == len(made):
            return made
        return {hypothesis: f"{level}_{n}" for n, (hypothesis, level) in enumerate(made.items(), 1)}
    if not isinstance(question, (Ordinal, Nominal)):
        said = f"{name} is of type {question.type}: the hypotheses of a matrix are levels; name an ordinal question"
        raise CaseError([Fault("--question", 0, said)])
    known = {text.casefold(): level.id for level in question.levels for text in _names(level)}
    missing = [hypothesis for hypothesis in matrix.hypotheses if hypothesis.casefold() not in known]
    given = {hypothesis: known.get(hypothesis.casefold(), "") for hypothesis in matrix.hypotheses}
    unrated = [level.id for level in question.levels if level.id not in given.values()]
    if missing or unrated or len(set(given.values())) < len(given):
        said = f"{name} has the levels {', '.join(level.id for level in question.levels)}; {missing or unrated} "
        advice = nearest((missing or unrated)[0], sorted(known)) if missing or unrated else "two are the same"
        raise CaseError([Fault("--question", 0, f"{said}does not match ({advice}): name the columns as the levels")])
    return given


def _names(level: Any) -> set[str]:
    return {level.id, level.title.en, level.title.ko} - {""} if level.title else {level.id}


def write(
    matrix: Matrix, level_of: Mapping[str, str], table: Mapping[str, Triple], question: str, head: str
) -> dict[str, str]:
    """Write the codes as codebook.part.yaml; signals.csv as well, of rows with a date and a source."""
    lines = [*writing.comment(head), "format: 1", "codes:"]
    ids: dict[int, str] = {}
    for line in matrix.lines:
        base = identifier(line.more.get("id") or line.text)[:50].rstrip("_-")
        name, n = base, 1
        while name in ids.values():
            n += 1
            name = f"{base}_{n}"
        ids[line.line] = name
        lines += writing.block(name, _code(line, level_of, table, question), 1)
    out: dict[str, str] = {}
    dated = [(line, *line.dated) for line in matrix.lines if line.dated is not None]
    if dated:
        rows = [
            (f"ach-{line.line}", day, "", "", ids[line.line], identifier(source), line.more.get("credibility", ""),
             "", "", "", line.text[:500], line.more.get("url", ""), "ach", "")
            for line, day, source in dated
        ]  # fmt: skip
        lines.append("sources:")
        for source in dict.fromkeys(source for _, _, source in dated):
            lines += writing.block(identifier(source), {"title": source, "reliability": "F"}, 1)
        out["signals.csv"] = writing.table(writing.SIGNALS, rows)
    return {"codebook.part.yaml": "\n".join(lines) + "\n", **out}


def _code(line: Line, level_of: Mapping[str, str], table: Mapping[str, Triple], question: str) -> dict[str, Any]:
    flat = len(set(line.ratings.values())) == 1  # tells nothing, and so has no band either
    numbers = {
        level_of[name]: 1 if flat else list(table[rating]) if len(set(table[rating])) > 1 else table[rating][1]
        for name, rating in line.ratings.items()
    }
    rated = ", ".join(f"{name} {rating}" for name, rating in line.ratings.items())
    source = f"ACH matrix, line {line.line}: {rated}"
    return {
        "title": line.text,
        "bears_on": {question: {"by": "level", "multipliers": numbers, "basis": "elicited", "source": source}},
    }

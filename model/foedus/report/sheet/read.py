"""A filled form -> rows of judgments.csv, with every fault at the cell where it stands.

Cells are known by their codes, so a form may come back in either language, with rows moved or left out. What is empty
was not answered. Formulas are refused and never computed.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from foedus.case.check.stated import row_faults
from foedus.case.decode import MEGABYTE, decode, read_bytes
from foedus.case.findings import Findings
from foedus.case.foreign import harmless as plain
from foedus.case.types import Case, Judgment, Question, Timing
from foedus.case.values import parse_day, parse_number, parse_whole, spreadsheet_error
from foedus.elicitation.rows import fitted
from foedus.errors import CaseError, Fault, nearest
from foedus.report.sheet.items import AS_OF, EXPERT, ROUND
from foedus.report.sheet.wording import WORDS
from foedus.report.sheet.write import HEAD

COLUMNS = ("expert", "as_of", "round", "question", "given", "element", "level", "value", "note")
LARGEST, UNPACKED, MOST_ROWS = 5 * MEGABYTE, 60 * MEGABYTE, 5000
_HEADERS = {words["head_code"] for words in WORDS.values()}
_CHANCES = {"never", "probability", "concordance"}


class Cell(NamedTuple):
    """What stands in a row of the form: its code, the answer as text, the note, and where the answer stands."""

    line: int
    place: str
    code: str
    answer: str
    note: str


@dataclass(frozen=True)
class Answers:
    """What a form says.

    Attributes
    ----------
    judgments : tuple of Judgment
        `line` is the row of the form.
    empty : int
        Cells that were left empty.
    """

    judgments: tuple[Judgment, ...]
    empty: int

    def csv(self, header: bool = True) -> str:
        """Return the rows for judgments.csv."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if header:
            writer.writerow(COLUMNS)
        for row in self.judgments:
            cells = {name: getattr(row, name) for name in COLUMNS}
            shown = {name: "" if value is None else _shown(value) for name, value in cells.items()}
            writer.writerow([plain(text) if name == "note" else text for name, text in shown.items()])
        return out.getvalue()


def _shown(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def read_sheet(path: str | Path, case: Case) -> Answers:
    """Read a filled form, `.csv` or `.xlsx`.

    Parameters
    ----------
    path : path
        At most 5 MB.
    case : Case
        The case that it was written for.

    Returns
    -------
    Answers

    Raises
    ------
    CaseError
        Every fault, each as `FILE:ROW: cell C12: ...`.
    """
    path = Path(path)
    findings = Findings()
    content = read_bytes(path, LARGEST, findings)
    cells = [] if content is None else list(_cells(path, content, findings))
    findings.raise_faults()
    heads = {cell.code: cell for cell in cells if cell.code.startswith("#")}
    expert, as_of, number = _who(case, str(path), heads, findings)
    judgments, empty = [], 0
    seen: dict[str, str] = {}
    for cell in cells:
        if cell.code.startswith("#") or not cell.code:
            continue
        if not cell.answer:
            empty += 1
            continue
        if seen.setdefault(cell.code, cell.place) != cell.place:
            findings.fault(str(path), cell.line, f"cell {cell.place}: answers again what {seen[cell.code]} answers")
            continue
        try:
            judgments.append(_judgment(case, cell, expert, as_of, number))
        except ValueError as error:
            findings.fault(str(path), cell.line, f"cell {cell.place}: {error}")
    if not judgments and not findings.faults:
        findings.fault(str(path), 0, "holds no answer: fill at least one cell and save the form")
    places = {cell.line: cell.place for cell in cells}
    if not findings.faults:
        _together(case, str(path), judgments, places, findings)
    findings.raise_faults()
    return Answers(tuple(judgments), empty)


# -- files ---------------------------------------------------------------------------------------


def _cells(path: Path, content: bytes, findings: Findings) -> Iterator[Cell]:
    if path.suffix.lower() == ".csv":
        yield from _from_csv(str(path), content, findings)
    elif path.suffix.lower() == ".xlsx":
        yield from _from_xlsx(str(path), content, findings)
    else:
        findings.fault(str(path), 0, "is neither .csv nor .xlsx: save the form as one of them")


def _from_csv(file: str, content: bytes, findings: Findings) -> Iterator[Cell]:
    text = decode(file, content, findings)
    if text is None:
        return
    lines = csv.reader(io.StringIO(text, newline=""))
    header = [cell.strip() for cell in next(lines, [])]
    if absent := [name for name in ("code", "answer") if name not in header]:
        advice = f"keep the first row of the form as it was: {','.join(HEAD)}"
        findings.fault(file, 1, f"the column {absent[0]!r} is missing; {advice}")
        return
    at = {name: header.index(name) for name in HEAD if name in header}
    for number, row in enumerate(lines, start=2):
        if number > MOST_ROWS:
            findings.fault(file, number, f"more than {MOST_ROWS:,} rows: this is not a form")
            return
        code, answer, note = (
            _bare(row[at[name]]) if name in at and at[name] < len(row) else "" for name in ("code", "answer", "note")
        )
        yield Cell(number, f"{_letter(at['answer'])}{number}", code, answer, note)


def _from_xlsx(file: str, content: bytes, findings: Findings) -> Iterator[Cell]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(info.file_size for info in archive.infolist())
        if size > UNPACKED:
            findings.fault(file, 0, f"unpacks to {size / MEGABYTE:.0f} MB: this is not a form")
            return
        sheet = load_workbook(io.BytesIO(content), keep_links=False).worksheets[0]
    except Exception as error:  # whatever openpyxl stumbles on in a broken file
        findings.fault(file, 0, f"can't be opened as a spreadsheet ({type(error).__name__}): save it again as .xlsx")
        return
    if sheet.max_row > MOST_ROWS:
        findings.fault(file, 0, f"has {sheet.max_row:,} rows: this is not a form")
        return
    for row in sheet.iter_rows(max_col=6):
        answer, note, code = row[2], row[4], row[5]
        if isinstance(code.value, str) and code.value and code.value not in _HEADERS:
            said = "=" if answer.data_type == "f" else _text(answer.value)
            yield Cell(answer.row or 0, answer.coordinate, code.value.strip(), said, _text(note.value))


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, float):
        return f"{value:.12g}"
    return "" if value is None else _bare(str(value))


def _bare(text: str) -> str:
    """Return a text without the apostrophe that kept it from being a formula."""
    text = text.strip()
    return text[1:] if text.startswith("'") and plain(text[1:]) != text[1:] else text


def _letter(column: int) -> str:
    return chr(ord("A") + column)


# -- answers -------------------------------------------------------------------------------------


def _who(case: Case, file: str, heads: dict[str, Cell], findings: Findings) -> tuple[str, dt.date, int]:
    """Expert, day and round; where one is not there, a fault, and something to go on with."""
    missing = {EXPERT: "who answers", AS_OF: "the day of the answers", ROUND: "the round"}
    for code, what in missing.items():
        cell = heads.get(code)
        if cell is None:
            findings.fault(file, 0, f"the row that says {what} ({code}) is missing: use the form as it was written")
        elif not cell.answer:
            findings.fault(file, cell.line, f"cell {cell.place}: fill in {what}")
    found = {code: cell for code, cell in heads.items() if cell.answer}
    expert, day, number = "", case.file.opens, 1
    if EXPERT in found:
        expert = found[EXPERT].answer
        if expert not in case.file.panel:
            said = f"there is no {expert!r} in the panel; {nearest(expert, list(case.file.panel))}"
            findings.fault(file, found[EXPERT].line, f"cell {found[EXPERT].place}: {said}")
    for code, read in ((AS_OF, parse_day), (ROUND, parse_whole)):
        if code not in found:
            continue
        try:
            value = read(found[code].answer)
            if code == ROUND and value < 1:  # type: ignore[operator]
                findings.fault(file, found[code].line, f"cell {found[code].place}: a round is 1 or more, got {value}")
            elif isinstance(value, dt.date):
                day = value
            else:
                number = value
        except ValueError as error:
            findings.fault(file, found[code].line, f"cell {found[code].place}: {error}")
    return expert, day, max(number, 1)


def _judgment(case: Case, cell: Cell, expert: str, as_of: dt.date, number: int) -> Judgment:
    """Return the row that a cell answers."""
    question, element, level, given = (*cell.code.split("|", 3), "", "", "")[:4]
    pair = [name.strip() for name in question.split("~")]
    known = all(name in case.file.questions for name in pair)
    if not known or element not in {"quantile", "never", "probability", "concordance"}:
        msg = f"the code {cell.code!r} is of no question of this case; {nearest(pair[0], list(case.file.questions))}"
        raise ValueError(msg)
    if cell.answer.startswith("="):
        msg = "holds a formula: write the value itself"
        raise ValueError(msg)
    if spreadsheet_error(cell.answer):
        msg = f"{cell.answer!r} is a spreadsheet's error, not a value: write the value again"
        raise ValueError(msg)
    value = _value(case.file.questions[pair[0]], element, cell.answer)
    row = Judgment(
        expert=expert or "unknown",
        as_of=as_of,
        round=number,
        question=question,
        given=given or None,
        element=element,  # type: ignore[arg-type]
        level=level or None,
        value=value,
        note=cell.note or None,
        line=cell.line,
    )
    if element == "concordance":
        if isinstance(value, dt.date) or not 0 < value < 1:
            msg = f"a chance that two fall on the same side lies between 0 and 1, both excluded, got {value}"
            raise ValueError(msg)
        return row
    asked = case.file.questions[question]
    for fault in row_faults(row, asked, _window(case, asked)):
        raise ValueError(fault.removeprefix("value: "))
    return row


def _value(question: Question, element: str, text: str) -> float | dt.date:
    """Read an answer; a chance may be a percentage."""
    if element in _CHANCES:
        if text.endswith(("%", "％")):
            return parse_number(text[:-1].strip()) / 100
        return parse_number(text)
    return parse_day(text) if isinstance(question, Timing) else parse_number(text)


def _window(case: Case, question: Question) -> tuple[dt.date, dt.date]:
    if isinstance(question, Timing):
        return question.opens or case.file.opens, question.horizon or case.file.horizon
    return case.file.opens, question.decided_on or case.file.horizon


def _together(case: Case, file: str, judgments: list[Judgment], places: dict[int, str], findings: Findings) -> None:
    """Note answers that can't belong to one distribution."""
    groups: dict[tuple[str, str | None], list[Judgment]] = defaultdict(list)
    for row in judgments:
        if row.element != "concordance":
            groups[row.question, row.given].append(row)
    for (question, _), rows in groups.items():
        faults: list[Fault] = []
        fitted(question, case.file, rows, faults)
        for fault in faults:
            findings.fault(file, fault.line, f"cell {places[fault.line]}: {fault.message}")


def append(answers: Answers, folder: Path) -> Path:
    """Add the rows to judgments.csv of a case, if it can be loaded with them; else nothing is changed.

    Raises
    ------
    CaseError
        What is wrong with the case as it would be.
    """
    from foedus.case.load import JUDGMENTS, load
    from foedus.case.rewrite import content_of, replace_text

    target = folder / JUDGMENTS
    old = content_of(target).decode("utf-8")
    ends = "\r\n" if "\r\n" in old else "\n"
    header = next(csv.reader(old.removeprefix("\ufeff").splitlines()[:1]), [])
    if [name.strip() for name in header] != list(COLUMNS):
        advice = f"its columns must be {','.join(COLUMNS)} to add rows; print the rows without --append instead"
        raise CaseError([Fault(JUDGMENTS, 1, advice)])
    text = old.rstrip("\r\n") + ends + answers.csv(header=False).replace("\n", ends)
    load(folder, instead={JUDGMENTS: text.encode("utf-8")})
    replace_text(target, text, was=old)
    return target

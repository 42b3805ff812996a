"""Forms: what is filled comes back as rows of judgments.csv, what is wrong at its cell; nothing runs as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import string
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from elicitation_fixture import FILE, ROWS, small
from foedus.case import load
from foedus.case.types import Lang
from foedus.elicitation.panel import panel
from foedus.errors import CaseError
from foedus.report.sheet import read, read_sheet, write_sheet
from foedus.report.sheet.items import sections
from foedus.report.sheet.wording import WORDS

Fill = Callable[[Path, Mapping[str, Any]], Path]
GOOD: dict[str, Any] = {
    "#as_of": dt.date(2025, 6, 20),
    "summit|never||": "15%",
    "summit|quantile|0.05|": dt.datetime(2025, 7, 1),
    "summit|quantile|0.5|": "2025-08-01",
    "summit|quantile|0.95|": dt.date(2025, 9, 15),
    "role|probability|unchanged|": 0.5,
    "role|probability|softened|": 0.3,
    "role|probability|named|": "20%",
    "role|probability|unchanged|summit <= 2025-08-30": 0.4,
    "role|probability|softened|summit <= 2025-08-30": 0.4,
    "role|probability|named|summit <= 2025-08-30": 0.2,
    "cost|quantile|0.05|": -3,
    "cost|quantile|0.5|": 4.25,
    "cost|quantile|0.95|": 1.5e1,
    "summit ~ cost|concordance||": 0.7,
}


def fill_xlsx(path: Path, answers: Mapping[str, Any]) -> Path:
    book = load_workbook(path)
    for row in book.worksheets[0].iter_rows(max_col=6):
        if row[5].value in answers:
            row[2].value = answers[row[5].value]
    book.save(path)
    return path


def fill_csv(path: Path, answers: Mapping[str, Any]) -> Path:
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    for row in rows:
        if row[0] in answers:
            value = answers[row[0]]
            row[3] = str(value.date() if isinstance(value, dt.datetime) else value)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture(params=["csv", "xlsx"])
def form(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Fill]:
    paths = write_sheet(small(), tmp_path, "ko", "bo")
    return (paths[0], fill_csv) if request.param == "csv" else (paths[1], fill_xlsx)


def test_a_filled_form_comes_back_as_judgments(form: tuple[Path, Fill]) -> None:
    path, fill = form
    answers = read_sheet(fill(path, GOOD), small())
    said = {(row.question, row.element, row.level, row.given): row.value for row in answers.judgments}
    assert said["summit", "never", None, None] == pytest.approx(0.15)
    assert said["summit", "quantile", "0.05", None] == dt.date(2025, 7, 1)
    assert said["role", "probability", "named", None] == pytest.approx(0.2)
    assert said["cost", "quantile", "0.95", None] == 15
    assert said["role", "probability", "named", "summit <= 2025-08-30"] == 0.2
    assert said["summit ~ cost", "concordance", None, None] == 0.7
    assert {(row.expert, row.as_of, row.round) for row in answers.judgments} == {("bo", dt.date(2025, 6, 20), 2)}
    assert len(answers.judgments) == len(GOOD) - 1
    total = sum(len(section.items) for section in sections(small(), "en"))
    assert answers.empty == total - len(answers.judgments)


def test_its_rows_are_rows_of_judgments_csv(form: tuple[Path, Fill]) -> None:
    path, fill = form
    text = read_sheet(fill(path, GOOD), small()).csv()
    assert text.splitlines()[0] == "expert,as_of,round,question,given,element,level,value,note"
    rows = "\n".join(",".join(row[:8]) for row in csv.reader(text.splitlines()[1:]))
    made = small(f"{ROWS}\n{rows}")
    said = panel(made)
    np.testing.assert_allclose(said.levels["role"]["bo"], [0.5, 0.3, 0.2])
    np.testing.assert_allclose(said.quantities["cost"]["bo"].cdf([-3, 4.25, 15]), [0.05, 0.5, 0.95])
    np.testing.assert_allclose(said.timing["summit"]["bo"][-1], 0.15)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"#expert": "cy"}, "there is no 'cy' in the panel; known: ann, bo"),
    ({"#expert": ""}, "fill in who answers"),
    ({"#as_of": ""}, "fill in the day of the answers"),
    (
        {"#as_of": "1/7/2025"},
        "'1/7/2025' is not a date: a spreadsheet's date, in which day and month can't be told apart",
    ),
    ({"#round": 0}, "a round is 1 or more, got 0"),
    ({"#round": 1.5}, "'1.5' must be a whole number"),
    ({"summit|never||": 15}, r"a probability lies between 0 and 1, got 15 \(write 0.15 for 15 %\)"),
    ({"summit|quantile|0.5|": "2026-08-01"}, "2026-08-01 must lie before the end of the window, 2025-09-29"),
    ({"summit|quantile|0.5|": "soon"}, "'soon' is not a date: write YYYY-MM-DD"),
    (
        {"summit|quantile|0.5|": "2025-06-30"},
        "the 0.05 quantile 2025-07-01 contradicts|the 0.5 quantile 2025-06-30 cont",
    ),
    ({"summit|never||": "", "summit|quantile|0.5|": "#REF!"}, "'#REF!' is a spreadsheet's error, not a value"),
    ({"role|probability|named|": 0.1}, "the probabilities of the levels sum to 0.9, not 1"),
    ({"cost|quantile|0.05|": -60}, "-60 lies outside the bounds in case.yaml, -50 to inf"),
    ({"cost|quantile|0.05|": "many"}, "'many' is not a number: write it in digits"),
    ({"cost|quantile|0.05|": "=1+1"}, "holds a formula: write the value itself"),
    ({"summit ~ cost|concordance||": 1}, "a chance that two fall on the same side lies between 0 and 1, both excluded"),
]


@pytest.mark.parametrize(("wrong", "match"), BAD)
def test_what_is_wrong_is_told_at_its_cell(form: tuple[Path, Fill], wrong: dict[str, Any], match: str) -> None:
    path, fill = form
    fill(path, GOOD | wrong)
    column = "D" if path.suffix == ".csv" else "C"
    with pytest.raises(CaseError, match=rf"^{path}:\d+: cell {column}\d+: ({match})") as caught:
        read_sheet(path, small())
    for fault in caught.value.faults:
        assert f"cell {column}{fault.line}: " in fault.message


def test_all_faults_come_at_once(form: tuple[Path, Fill]) -> None:
    path, fill = form
    fill(path, GOOD | {"#expert": "cy", "cost|quantile|0.05|": "many", "summit|never||": 15})
    with pytest.raises(CaseError, match="cy") as caught:
        read_sheet(path, small())
    assert len(caught.value.faults) == 3


def test_an_empty_form_says_so(form: tuple[Path, Fill]) -> None:
    path, fill = form
    with pytest.raises(CaseError, match="holds no answer: fill at least one cell and save the form"):
        read_sheet(fill(path, {"#as_of": dt.date(2025, 6, 20)}), small())


# -- what a form looks like ----------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_question_is_asked_with_its_words(lang: Lang) -> None:
    asked = sections(small(), lang)
    codes = [item.code for section in asked for item in section.items]
    assert len(codes) == len(set(codes))
    assert codes[:3] == ["summit|never||", "summit|quantile|0.05|", "summit|quantile|0.95|"]
    assert [code for code in codes if code.startswith("venue")] == [
        "venue|probability|here|summit is never",
        "venue|probability|there|summit is never",
    ]
    assert "summit ~ cost|concordance||" in codes
    assert all(item.ask and item.write for section in asked for item in section.items)
    assert not any("{" in item.ask + item.write for section in asked for item in section.items)


def test_only_the_cells_to_answer_can_be_written_in(tmp_path: Path) -> None:
    book = load_workbook(write_sheet(small(), tmp_path, "en")[1])
    sheet = book.worksheets[0]
    assert sheet.protection.sheet
    answers = {row[2].coordinate for row in sheet.iter_rows(max_col=6) if "|" in str(row[5].value)}
    for row in sheet.iter_rows(max_col=6):
        for cell in row:
            free = cell.column in {3, 5} and (row[2].coordinate in answers or str(row[5].value).startswith("#"))
            assert cell.protection.locked is not free, cell.coordinate
    ruled = {str(area) for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges}
    assert ruled >= answers - {row[2].coordinate for row in sheet.iter_rows(max_col=6) if "|" not in str(row[5].value)}
    assert sheet.column_dimensions["F"].hidden


def test_the_only_formulas_are_our_own_sums(tmp_path: Path) -> None:
    questions = {
        name: dict(asked) | {"title": "=cmd|' /C calc'!A0", "resolves": "+1"}
        for name, asked in FILE["questions"].items()
    }
    questions["role"]["levels"] = [
        {"id": name, "title": "@SUM(1)", "means": "-2"} for name in ("unchanged", "softened", "named")
    ]
    questions["cost"]["unit"] = "=HYPERLINK(1)"
    made = small(questions=questions, title="=1+1")
    text, book = write_sheet(made, tmp_path, "en", "bo")
    formulas = [c.value for row in load_workbook(book).worksheets[0].iter_rows() for c in row if c.data_type == "f"]
    assert formulas
    assert all(str(value).startswith("=SUM(C") for value in formulas)
    cells = [cell for row in csv.reader(io.StringIO(text.read_text("utf-8-sig"), newline="")) for cell in row]
    assert any("cmd" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_note_that_would_run_comes_back_as_text(tmp_path: Path) -> None:
    path = write_sheet(small(), tmp_path, "en", "bo")[0]
    fill_csv(path, GOOD)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    next(row for row in rows if row[0] == "summit|never||")[5] = "=1+1"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert ",never,,0.15,'=1+1" in read_sheet(path, small()).csv()


def test_a_form_that_may_have_been_filled_is_not_overwritten(tmp_path: Path) -> None:
    write_sheet(small(), tmp_path, "en", "bo")
    with pytest.raises(CaseError, match=r"elicit-small-bo.en.csv: is there already, and may have been filled in"):
        write_sheet(small(), tmp_path, "en", "bo")
    with pytest.raises(CaseError, match="--expert: there is no 'boo'; did you mean 'bo'"):
        write_sheet(small(), tmp_path, "en", "boo")


def test_an_open_form_asks_who_answers(tmp_path: Path) -> None:
    path = write_sheet(small(), tmp_path, "en")[1]
    with pytest.raises(CaseError, match="fill in who answers"):
        read_sheet(fill_xlsx(path, GOOD), small())
    assert read_sheet(fill_xlsx(path, GOOD | {"#expert": "ann"}), small()).judgments[0].round == 1


# -- files that are no forms ---------------------------------------------------------------------


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (read.UNPACKED + 1))


def long(path: Path) -> None:
    book = Workbook()
    book.worksheets[0].cell(read.MOST_ROWS + 1, 1, "x")
    book.save(path)


@pytest.mark.parametrize(
    ("name", "make", "match"),
    [
        ("a.xlsx", lambda path: path.write_bytes(b"PK nonsense"), "can't be opened as a spreadsheet"),
        ("a.xlsx", bomb, "unpacks to 60 MB: this is not a form"),
        ("a.xlsx", long, "has 5,001 rows: this is not a form"),
        ("a.csv", lambda path: path.write_text("x,y\n1,2\n"), r"a.csv:1: the column 'code' is missing; keep"),
        ("a.csv", lambda path: path.write_text("code,answer\n" + "x,1\n" * 5001), "more than 5,000 rows"),
        ("a.csv", lambda path: path.write_text("code,answer\nnope|never||,1\n"), "'nope|never||' is of no question"),
        ("a.csv", lambda path: path.write_text("code,answer\nsummit|bins||,1\n"), "'summit|bins||' is of no question"),
        ("a.csv", lambda path: path.write_bytes("code,answer\n한".encode("cp949")), "is not UTF-8"),
        ("a.ods", lambda path: path.write_bytes(b""), "is neither .csv nor .xlsx: save the form as one of them"),
        ("a.csv", lambda path: None, "can't be read|is not a file|No such file"),
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused(tmp_path: Path, name: str, make: Callable[[Path], Any], match: str) -> None:
    make(tmp_path / name)
    with pytest.raises(CaseError, match=match.replace("|never", r"\|never").replace("|bins||", r"\|bins\|\|")):
        read_sheet(tmp_path / name, small())


def test_an_answer_given_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("code,answer\n#expert,bo\n#as_of,2025-06-20\n#round,1\nsummit|never||,0.1\nsummit|never||,0.2\n")
    with pytest.raises(CaseError, match=r"a.csv:6: cell B6: answers again what B5 answers"):
        read_sheet(path, small())
    path.write_text("code,answer\nsummit|never||,0.1\n")
    with pytest.raises(
        CaseError, match=r"the row that says who answers \(#expert\) is missing: use the form as it was"
    ):
        read_sheet(path, small())


# -- into a case ---------------------------------------------------------------------------------


def test_answers_are_added_to_a_case_that_stays_sound(tmp_path: Path, worked_case: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(worked_case, tmp_path / "case"))
    case = load(folder)
    path = fill_xlsx(
        write_sheet(case, tmp_path, "ko", "expert_a")[1],
        {"#as_of": dt.date(2025, 7, 1), "sma_reopened|probability|no|": 0.8, "sma_reopened|probability|yes|": 0.2},
    )
    before = (folder / "judgments.csv").read_bytes()
    answers = read_sheet(path, case)
    read.append(answers, folder)
    after = load(folder)
    assert (folder / "judgments.csv").read_bytes().startswith(before.rstrip())
    assert len(after.judgments) == len(case.judgments) + 2
    np.testing.assert_allclose(panel(after).levels["sma_reopened"]["expert_a"], [0.8, 0.2])
    now = (folder / "judgments.csv").read_bytes()
    with pytest.raises(CaseError, match="expert_a already gave this number in round 2"):
        read.append(answers, folder)
    assert (folder / "judgments.csv").read_bytes() == now
    assert sorted(p.name for p in folder.iterdir()) == sorted(p.name for p in worked_case.iterdir())


def test_line_ends_of_the_file_are_kept(tmp_path: Path) -> None:
    import shutil

    sample = Path(__file__).parents[1] / "case" / "sample"
    folder = Path(shutil.copytree(sample, tmp_path / "case"))
    target = folder / "judgments.csv"
    target.write_bytes(target.read_bytes().replace(b"\n", b"\r\n"))
    case = load(folder)
    path = fill_csv(write_sheet(case, tmp_path, "en", "ann")[0], {"#as_of": "2030-01-05", "summit|never||": 0.3,
                    "summit|quantile|0.5|": "2030-05-01", "summit|quantile|0.95|": "2030-11-01"})  # fmt: skip
    read.append(read_sheet(path, case), folder)
    assert target.read_bytes().count(b"\n") == target.read_bytes().count(b"\r\n")
    target.write_text(target.read_text().replace("note\n", "note,extra\n", 1))
    with pytest.raises(
        CaseError, match=r"its columns must be expert,as_of,.* to add rows; print the rows without --append"
    ):
        read.append(read_sheet(path, case), folder)


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_say_the_same() -> None:
    assert set(WORDS["en"]) == set(WORDS["ko"])
    for key, template in WORDS["en"].items():
        assert blanks(template) == blanks(WORDS["ko"][key]), key

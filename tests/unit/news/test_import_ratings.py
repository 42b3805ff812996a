"""MISP events with Admiralty tags, and ACH matrices: ratings of others as signals, sources and multipliers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from foedus.case.load import load
from foedus.case.new import write_new
from foedus.errors import CaseError
from foedus.news.importers import ach, ledger
from foedus.news.importers.run import Imported, Request, import_files

# -- MISP --------------------------------------------------------------------------------------


def event(number: int, *tags: str, organisation: str = "CERT Alder", **more: Any) -> dict[str, Any]:
    made = {
        "id": str(number),
        "uuid": f"uuid-{number}",
        "date": "2026-01-20",
        "timestamp": "1768953600",
        "info": "A text",
    }
    named = {"Orgc": {"name": organisation}, "Tag": [{"name": tag} for tag in tags]}
    return {"Event": made | named | more}


def graded(letter: str, digit: str, code: str = "window_stated") -> tuple[str, ...]:
    scale = "admiralty-scale"
    return (
        f'foedus:code="{code}"', f'{scale}:source-reliability="{letter}"', f'{scale}:information-credibility="{digit}"',
    )  # fmt: skip


def run(path: Path, content: Any = None, **asked: Any) -> Imported:
    if content is not None:
        path.write_text(json.dumps(content), "utf-8")
    return import_files(Request(files=[path], **asked))


def rows(found: Imported) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(found.texts["signals.csv"])))


def test_misp_tags_become_credibility_and_reliability(tmp_path: Path) -> None:
    link = {"type": "link", "value": "https://example.org/a"}
    events = [event(1, *graded("b", "2"), Attribute=[{"type": "ip-src", "value": "192.0.2.1"}, link]),
              event(2, *graded("c", "6")), event(3, *graded("a", "1"), organisation="Desk")]  # fmt: skip
    found = run(tmp_path / "misp.json", {"response": events})
    said = [(row["id"], row["code"], row["source"], row["credibility"], row["url"]) for row in rows(found)]
    assert said == [
        ("misp-uuid-1", "window_stated", "CERT_Alder_b", "2", "https://example.org/a"),
        ("misp-uuid-2", "window_stated", "CERT_Alder_c", "6", ""),
        ("misp-uuid-3", "window_stated", "Desk", "1", ""),
    ]
    assert rows(found)[0]["published"] == "2026-01-21T00:00:00Z"
    assert rows(found)[0]["happened"] == "2026-01-20"
    part = found.texts["codebook.part.yaml"]
    assert part.count("reliability:") == 3
    assert "  CERT_Alder_b:" in part
    assert "    reliability: B\n" in part


def test_untagged_means_that_it_can_not_be_judged(tmp_path: Path) -> None:
    found = run(tmp_path / "misp.json", [event(1, "tlp:white", "window")], tags={"window": "window_stated"})
    assert [row["credibility"] for row in rows(found)] == ["6"]
    assert "reliability: F" in found.texts["codebook.part.yaml"]


@pytest.mark.parametrize(
    ("tags", "more", "reason", "words"),
    [
        (("tlp:white",), {}, ledger.UNMAPPED, 'tag it foedus:code="CODE", or say --tag'),
        (graded("g", "2"), {}, ledger.RATING, "G2 is not on the Admiralty scale"),
        (graded("b", "7"), {}, ledger.RATING, "B7 is not on the Admiralty scale"),
        ((*graded("b", "2"), *graded("c", "2")), {}, ledger.RATING, "source-reliability is b and c at once"),
        (graded("b", "2"), {"date": "20 Jan", "timestamp": "0"}, ledger.DATE, "'20 Jan' is not a date"),
        (graded("b", "2"), {"date": "", "timestamp": ""}, ledger.DATE, "has neither timestamp nor date"),
        (graded("b", "2"), {"timestamp": "9" * 15}, ledger.DATE, "lies after the year 3000"),
    ],
)
def test_a_misp_event_that_can_not_be_used(
    tmp_path: Path, tags: tuple[str, ...], more: dict[str, str], reason: str, words: str
) -> None:
    found = run(tmp_path / "misp.json", [event(1, *tags, **more), event(2, *graded("b", "2"))])
    assert found.ledger.dropped == {reason: 1}
    assert words in str(found.ledger.first[reason][0])
    assert [row["id"] for row in rows(found)] == ["misp-uuid-2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", r"misp.json:1: is no JSON: Expecting property name"),
        ('{"a": 1}', "holds no MISP event"),
        ("[" * 100_000, "is no JSON: "),
    ],
)
def test_a_file_without_misp_events(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "misp.json"
    path.write_text(text, "utf-8")
    with pytest.raises(CaseError, match=words):
        run(path)


# -- ACH ---------------------------------------------------------------------------------------

MATRIX = """Evidence,Credibility,unchanged,softened,moved,Published,Source
"=SUM(A1) of talks",2,CC,N,II,2026-01-20,Daily Herald
Troops counted,3,C,C,C,2026-01-21,Daily Herald
Budget line,,I,,++,2026-01-22,State media
Base rumour,5,C,NA,n/a,2026-01-23,State media
Second reading,2,cc,n,ii,2026-01-24,State media
Odd,2,CCC,N,I,2026-01-25,State media
Empty,2,,NA,,2026-01-25,State media
"""


def matrix(folder: Path, text: str = MATRIX, name: str = "ach.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_ratings_become_multipliers_by_the_stated_table(tmp_path: Path) -> None:
    found = run(matrix(tmp_path))
    part = found.texts["codebook.part.yaml"]
    assert "multipliers: {unchanged: [2, 4, 8], softened: 1, moved: [0.125, 0.25, 0.5]}" in part
    assert "multipliers: {unchanged: [0.25, 0.5, 1], softened: 1, moved: [2, 4, 8]}" in part  # an empty cell is NA
    assert part.count("basis: elicited") == 5
    assert "multipliers: {unchanged: 1, softened: 1, moved: 1}" in part  # C for all of them
    assert "CC 2, 4, 8; C 1, 2, 4; N 1, 1, 1; I 0.25, 0.5, 1; II 0.125, 0.25, 0.5; NA 1, 1, 1" in part
    assert found.ledger.dropped == {ledger.RATING: 2}
    assert "ach.csv:7: unchanged: 'CCC' is none of CC, C, N, I, II, NA" in str(found.ledger.first[ledger.RATING][0])


def test_the_table_can_be_changed(tmp_path: Path) -> None:
    found = run(matrix(tmp_path), ratings=ach.table_of(["CC=10", "II=0.05,0.1,0.2"]))
    assert "{unchanged: [5, 10, 20], softened: 1, moved: [0.05, 0.1, 0.2]}" in found.texts["codebook.part.yaml"]


@pytest.mark.parametrize("text", ["CC", "XX=2", "CC=0", "CC=1,2", "CC=3,2,1", "CC=one"])
def test_a_rating_that_is_none(text: str) -> None:
    with pytest.raises(CaseError, match=r"--rating: .*write CC\|C\|N\|I\|II\|NA=NUMBER"):
        ach.table_of([text])


def test_what_a_matrix_can_not_hold_is_said_aloud(tmp_path: Path) -> None:
    found = run(matrix(tmp_path))
    said = "\n".join(found.warnings)
    assert "5 rows are multiplied as if independent" in said
    assert "Rated alike throughout, so perhaps one piece of evidence: lines 2, 6" in said
    assert "the same for every hypothesis, and so telling nothing: lines 3." in said
    assert "one hypothesis only: lines 5." in said
    assert all(f"# WARNING: {doubt}" in found.texts["codebook.part.yaml"] for doubt in found.warnings)


def test_a_matrix_without_these_faults_has_only_the_two_that_all_have(tmp_path: Path) -> None:
    found = run(matrix(tmp_path, "Evidence,a,b\nx,CC,II\ny,I,N\n"))
    assert len(found.warnings) == 2
    assert "signals.csv" not in found.texts


def test_rows_with_a_date_and_a_source_are_signals_and_no_formula(tmp_path: Path) -> None:
    found = rows(run(matrix(tmp_path)))
    assert [(row["published"], row["source"], row["credibility"]) for row in found][:2] == [
        ("2026-01-20", "Daily_Herald", "2"), ("2026-01-21", "Daily_Herald", "3"),
    ]  # fmt: skip
    assert found[0]["quote"] == "'=SUM(A1) of talks"


def test_a_workbook_is_read_like_a_table(tmp_path: Path) -> None:
    book = Workbook()
    for line in csv.reader(io.StringIO(MATRIX)):
        book.active.append(["'" + cell if cell.startswith("=") else cell for cell in line])
    book.active["F2"] = dt.datetime(2026, 1, 20)
    book.save(tmp_path / "ach.xlsx")
    found = run(tmp_path / "ach.xlsx")
    assert found.rows == 5
    assert rows(found)[0]["published"] == "2026-01-20"
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    with pytest.raises(CaseError, match=r"broken.xlsx: can't be opened as a spreadsheet \(BadZipFile\)"):
        run(tmp_path / "broken.xlsx")


def test_hypotheses_are_the_levels_of_a_question(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    made = load(tmp_path / "case")
    asked = {"file": made.file, "codebook": made.codebook, "question": "bases_renewed"}
    found = run(matrix(tmp_path, "Evidence,no,yes\nx,CC,II\n"), **asked)
    assert (
        'bases_renewed:\n        by: level\n        multipliers: {"no": [2, 4, 8], "yes": '
        in (found.texts["codebook.part.yaml"])
    )
    with pytest.raises(CaseError, match=r"bases_renewed has the levels no, yes; \['maybe'\] does not match"):
        run(matrix(tmp_path, "Evidence,no,maybe\nx,CC,II\n"), **asked)
    with pytest.raises(CaseError, match="summit_date is of type timing: the hypotheses of a matrix are levels"):
        run(matrix(tmp_path, "Evidence,no,yes\nx,CC,II\n"), **asked | {"question": "summit_date"})


@pytest.mark.parametrize(
    "text", ["Evidence,a\nx,CC\n", "Evidence,a,b\n", "Evidence,a,a\nx,CC,I\n", "Evidence,a,b\nx,1,2\n"]
)
def test_a_table_that_is_no_matrix(tmp_path: Path, text: str) -> None:
    with pytest.raises(CaseError, match=r"ach.csv:1: needs two or more columns of ratings"):
        run(matrix(tmp_path, text))


def test_a_matrix_and_misp_events_load_as_a_case(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    made = load(tmp_path / "case")
    text = (
        "Evidence,no,yes,published,source\n"
        "'=1+1 said,CC,II,2030-02-01,State media\nTroops counted,I,C,2030-02-02,A wire\n"
    )
    found = run(matrix(tmp_path, text), file=made.file, question="bases_renewed")
    (tmp_path / "case" / "codebook.yaml").write_text(found.texts["codebook.part.yaml"], "utf-8")
    (tmp_path / "case" / "signals.csv").write_text(found.texts["signals.csv"], "utf-8")
    case = load(tmp_path / "case")
    assert [signal.code for signal in case.signals] == ["x_1_1_said", "Troops_counted"]
    bands = case.codebook.codes["x_1_1_said"].bears_on["bases_renewed"].multipliers or {}
    assert [(band.low, band.middle, band.high) for band in bands.values()] == [(2, 4, 8), (0.125, 0.25, 0.5)]
    events = [event(1, *graded("b", "2", "Troops_counted"), date="2030-02-03", timestamp="1896390000")]
    misp = run(tmp_path / "misp.json", events)
    book = found.texts["codebook.part.yaml"] + misp.texts["codebook.part.yaml"].partition("sources:\n")[2]
    (tmp_path / "case" / "codebook.yaml").write_text(book, "utf-8")
    (tmp_path / "case" / "signals.csv").write_text(misp.texts["signals.csv"], "utf-8")
    (signal,) = load(tmp_path / "case").signals
    assert (signal.source, signal.credibility, str(signal.happened and signal.happened.precision)) == (
        "CERT_Alder", "2", "day",
    )  # fmt: skip


def test_misp_events_are_named_as_events_and_none_is_an_error(tmp_path: Path) -> None:
    found = run(tmp_path / "misp.json", [event(1, *graded("b", "2")), event(2, "tlp:white")])
    assert "misp.json: event 2: no tag names" in str(found.ledger.first[ledger.UNMAPPED][0])
    with pytest.raises(
        CaseError, match=r"no event can be taken; rows dropped: 1 unmapped \(.*misp.json: event 1: no tag"
    ):
        run(tmp_path / "misp.json", [event(2, "tlp:white")])
    with pytest.raises(CaseError, match=r"ach.csv: no row can be taken; rows dropped: 1 without a name"):
        run(matrix(tmp_path, "Evidence,a,b\n,CC,I\n"))


def test_credibility_and_dates_of_a_matrix_are_checked(tmp_path: Path) -> None:
    text = "Evidence,a,b,Credibility,Published,Source\n" + "".join(
        f"Fact {n},CC,I,{said},{day},Wire\n"
        for n, (said, day) in enumerate(
            [
                ("2", "2026-01-20"),
                ("25", "2026-01-20"),
                ("high", "2026-01-20"),
                ("7", "2026-01-20"),
                ("3", "20/01/2026"),
            ]
        )
    )
    found = run(matrix(tmp_path, text))
    assert [row["credibility"] for row in rows(found)] == ["2", "", "", ""]
    assert found.ledger.remarks == {ledger.NO_CREDIBILITY: 3, ledger.NO_DAY: 1, ledger.INCOMPLETE: 1}
    assert "ach.csv:6: '20/01/2026' is not a date" in str(found.ledger.first[ledger.NO_DAY][0])
    assert found.rows == 5


def test_rows_without_a_name_and_formulas_without_a_value(tmp_path: Path) -> None:
    book = Workbook()
    for cells in (
        ["Evidence", "a", "b"],
        ["Fact", "CC", "I"],
        ["", "C", "I"],
        ["=A2", "C", "I"],
        ["Other", "=B2", "I"],
    ):
        book.active.append(cells)
    book.save(tmp_path / "ach.xlsx")
    found = run(tmp_path / "ach.xlsx")
    assert found.rows == 1
    assert found.ledger.dropped == {ledger.NAMELESS: 2, ledger.RATING: 1}
    assert [line.line for line in found.ledger.first[ledger.NAMELESS]] == [3, 4]
    assert "save the workbook" in str(found.ledger.first[ledger.NAMELESS][1])
    assert "a: '(a formula without a stored value)' is none of" in str(found.ledger.first[ledger.RATING][0])


def test_ragged_rows_are_faults_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"(?s)ach.csv:3: has 2 cells rather than 3.*ach.csv:4: has 4 cells"):
        run(matrix(tmp_path, "Evidence,a,b\nx,CC,I\ny,C\nz,C,I,II\nw,C,I,\n"))

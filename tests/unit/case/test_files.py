"""Files as they come from spreadsheets, editors and accidents: encodings, sizes, what is missing, what is empty."""

from __future__ import annotations

import csv
import hashlib
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.case import load
from foedus.case.load import FILES
from foedus.errors import CaseError, Fault

Faults = Callable[[], tuple[Fault, ...]]


def test_the_sample_loads_without_a_warning(folder: Path) -> None:
    case = load(folder)
    assert case.warnings == ()
    assert [len(rows) for rows in (case.judgments, case.signals, case.resolutions, case.seeds)] == [24, 6, 1, 1]
    assert case.inputs == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}


def test_a_bare_day_is_known_when_it_ends_in_the_zone_of_the_case(folder: Path) -> None:
    bare, timed = load(folder).signals[0].published, load(folder).signals[2].published
    assert (bare.at.isoformat(), bare.bare) == ("2030-02-04T00:00:00+09:00", True)
    assert (timed.at.isoformat(), timed.bare) == ("2030-02-20T09:30:00+09:00", False)


@pytest.mark.parametrize(
    ("encoding", "line", "words"),
    [
        ("cp949", 21, "it looks like CP949 (EUC-KR), the encoding of Korean Windows; save it again as UTF-8"),
        ("utf-16", 0, "is UTF-16 (a spreadsheet's 'Unicode text'), not UTF-8; save it again as UTF-8"),
        ("utf-16-le", 0, "looks like UTF-16, not UTF-8; save it again as UTF-8"),
    ],
)
def test_another_encoding_is_named(folder: Path, faults: Faults, encoding: str, line: int, words: str) -> None:
    path = folder / "judgments.csv"
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    [fault] = faults()
    assert (fault.file, fault.line) == ("judgments.csv", line)
    assert words in fault.message


def test_western_windows_is_named(folder: Path, faults: Faults) -> None:
    path = folder / "resolutions.csv"
    path.write_bytes(path.read_text("utf-8").replace("both", "attaché, both").encode("cp1252"))
    assert str(faults()[0]).startswith("resolutions.csv:2: is not UTF-8; it looks like Windows-1252")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"PK\x03\x04 and more", "signals.csv: is a workbook (.xlsx)"),
        (b"id,published,code,source\ns1,2030-01-05,back\0ed,paper\n", "signals.csv:2: a NUL byte stands here"),
        (
            b"id,published,code,source\n\ns1,2030-01-05,backed,pa\x07per\n",
            "signals.csv:3: the control character U+0007",
        ),
        *(
            (
                f"id,published,code,source\ns1,2030-01-05,backed,pa{sign}per\n".encode(),
                f"signals.csv:2: the control character U+{ord(sign):04X}",
            )
            for sign in "\u202a\u202e\u2066\u2069"
        ),
        (
            b"id;published;codes;source\n",
            "signals.csv:1: the columns are separated by semicolons: save the file with commas",
        ),
        (b"id\tpublished\tcodes\tsource\n", "signals.csv:1: the columns are separated by tabs"),
        (b'id,published,code,source\ns1,2030-01-05,backed,"pap\n', "signals.csv:2: is not valid CSV here"),
    ],
)
def test_a_damaged_table(folder: Path, faults: Faults, content: bytes, fault: str) -> None:
    (folder / "signals.csv").write_bytes(content)
    [found] = faults()
    assert str(found).startswith(fault)


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_tabs_and_semicolons_are_read_where_they_make_the_columns(folder: Path, separator: str) -> None:
    path = folder / "signals.csv"
    rows = csv.reader(path.read_text("utf-8").splitlines())
    expected = load(folder).signals
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=separator).writerows(rows)
    assert load(folder).signals == expected


@pytest.mark.parametrize("file", ["signals.csv", "resolutions.csv", "seeds.csv"])
def test_tables_without_rows_or_not_there_are_fine(folder: Path, edit: Callable[..., int], file: str) -> None:
    edit("judgments.csv", "ann,2029-12-01,1,seed_1,,quantile,0.5,12,\n", "")
    path = folder / file
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert getattr(load(folder), file.removesuffix(".csv")) == ()
    path.unlink()
    assert file not in load(folder).inputs


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf\n", b"id,published,code,source\n"])
def test_signals_without_rows_are_a_forecast_without_news(folder: Path, content: bytes) -> None:
    (folder / "signals.csv").write_bytes(content)
    found = load(folder)
    assert found.signals == ()
    assert found.warnings.count("signals.csv: has no rows: a forecast without news is the panel's own") == 1


@pytest.mark.parametrize("file", ["judgments.csv", "resolutions.csv"])
def test_other_tables_need_their_header(folder: Path, faults: Faults, file: str) -> None:
    (folder / file).write_bytes(b"")
    assert str(faults()[0]).startswith(f"{file}:1: is empty: the first line must name the columns: ")


@pytest.mark.parametrize("sign", ["\u202e", "\\u202E", "\u2066", "\\x07"])
def test_yaml_has_no_control_characters(folder: Path, faults: Faults, sign: str) -> None:
    path = folder / "codebook.yaml"
    path.write_text(path.read_text("utf-8") + f'\n"a{sign}b": 1\n', "utf-8")
    assert any("the control character U+" in fault.message for fault in faults())


@pytest.mark.parametrize("file", ["case.yaml", "codebook.yaml", "judgments.csv"])
def test_a_case_needs_three_files(folder: Path, faults: Faults, file: str) -> None:
    (folder / file).unlink()
    [fault] = faults()
    assert (fault.file, fault.line) == (file, 0)
    assert "a case needs case.yaml, codebook.yaml, judgments.csv" in fault.message


@pytest.mark.parametrize("file", ["case.yaml", "codebook.yaml"])
@pytest.mark.parametrize(
    ("content", "words"), [("", "is empty"), ("# only this\n", "is empty"), ("- a\n", "must hold fields")]
)
def test_yaml_without_fields(folder: Path, faults: Faults, file: str, content: str, words: str) -> None:
    (folder / file).write_text(content, "utf-8")
    [fault] = faults()
    assert fault.file == file
    assert words in fault.message


def test_judgments_need_rows(folder: Path, faults: Faults) -> None:
    path = folder / "judgments.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert str(faults()[0]) == (
        "judgments.csv:1: has no rows: a forecast needs at least one expert's judgment on every question"
    )


@pytest.mark.parametrize(("file", "limit"), [("case.yaml", 2), ("codebook.yaml", 2), ("signals.csv", 50)])
def test_too_large_a_file(folder: Path, faults: Faults, file: str, limit: int) -> None:
    with (folder / file).open("r+b") as stream:
        stream.truncate(limit * 1_000_000 + 1)
    [fault] = faults()
    assert str(fault) == f"{file}: is larger than {limit} MB, the largest size that is read; split it"


def test_too_many_rows(folder: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foedus.case.tables.MAX_ROWS", 3)
    assert str(faults()[0]).startswith("judgments.csv:5: more than 3 rows")


def test_an_alias_can_not_explode(folder: Path, faults: Faults) -> None:
    laughs = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12))
    (folder / "codebook.yaml").write_text(f"a0: &a0 [ha, ha]\n{laughs}\n", "utf-8")
    found = faults()
    assert str(found[0]).startswith("codebook.yaml:1: the anchor &a0 is not allowed")
    assert len(found) <= 200


def test_many_faults_are_cut_off_with_their_number(folder: Path, faults: Faults) -> None:
    path = folder / "signals.csv"
    path.write_text("id,published,code,source\n" + "s,2030/1/5,backed,paper\n" * 1000, "utf-8")
    found = faults()
    assert len(found) == 201
    assert str(found[-1]) == "signals.csv:202: 800 more faults in this file from here on"


def test_a_byte_order_mark_changes_nothing(folder: Path) -> None:
    plain = load(folder)
    for file in FILES:
        path = folder / file
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    marked = load(folder)
    assert marked.model_copy(update={"inputs": plain.inputs}) == plain


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_change_nothing(folder: Path, ending: str) -> None:
    plain = load(folder)
    for file in FILES:
        path = folder / file
        path.write_bytes(path.read_bytes().replace(b"\n", ending.encode()))
    assert load(folder).model_copy(update={"inputs": plain.inputs}) == plain


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("file", FILES)
def test_korean_is_one_text_in_either_form(folder: Path, file: str, form: str) -> None:
    plain = load(folder)
    path = folder / file
    path.write_text(unicodedata.normalize(form, path.read_text("utf-8")), "utf-8")
    assert load(folder).model_copy(update={"inputs": plain.inputs}) == plain
    assert plain.judgments[19].level == "해변"


def test_a_row_begins_where_its_fault_is_told(folder: Path, faults: Faults) -> None:
    path = folder / "resolutions.csv"
    path.write_text(
        'question,resolved_on,known_from,outcome,source\nsummit,2030-05-20,2030-05-20,2030-05-20,"two\nlines"\n\nx,2030-05-20,2030-05-20,never,\n',
        "utf-8",
    )
    assert [fault.line for fault in faults()] == [5]


def test_faults_of_all_files_come_at_once(edit: Callable[..., int], faults: Faults) -> None:
    lines = [
        ("case.yaml", edit("case.yaml", "kind: base_rate", "kind: oracle")),
        ("codebook.yaml", edit("codebook.yaml", "within: 4,", "within: four,")),
        ("judgments.csv", edit("judgments.csv", "capital,0.7", "capitol,0.7")),
        ("resolutions.csv", edit("resolutions.csv", "summit,2030-05-20,", "summit,5/20/2030,")),
        ("signals.csv", edit("signals.csv", "raised,ministry", "raised,ministri")),
    ]
    assert [(fault.file, fault.line) for fault in faults()] == lines


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere", "there is no such folder"), ("sample/case.yaml", "is a file: name the folder it stands in")],
)
def test_not_a_folder(folder: Path, name: str, words: str) -> None:
    with pytest.raises(CaseError, match=words):
        load(folder.parent / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(folder: Path, faults: Faults) -> None:
    (folder / "signals.csv").unlink()
    os.mkfifo(folder / "signals.csv")
    assert str(faults()[0]) == "signals.csv: is not a file"


ONE_WAY = "codebook.yaml:18: every code for basing points one way (backed, opposed): add codes for news"
COPIED = "s5,2030-03-06,2030-03-05,raised,ministry,,1,,,,,,,kim\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "warning"),
    [
        ("signals.csv", COPIED, COPIED * 2, "signals.csv:8: an exact copy of line 7; counted once"),
        (
            "judgments.csv",
            "summit,,never,,0.2",
            "summit,,never,,0",
            "judgments.csv:2: ann gives summit a probability of 0",
        ),
        ("judgments.csv", "ann,2030-01-01,1,summit,,never,,0.2,\n", "", "judgments.csv:2: ann says nothing of never"),
        ("codebook.yaml", '"no": 1.6, partly: 1, "yes": 0.6', '"no": 0.6, "yes": 1.6, partly: 1', ONE_WAY),
        (
            "case.yaml",
            "date: 2030-06-15",
            "date: 2031-06-15",
            "case.yaml:37: calendar[1].date: 2031-06-15 lies outside",
        ),
        (
            "counts.csv",
            "2030-01-28,2030-02-03",
            "2030-01-18,2030-02-03",
            "counts.csv:2: from, to: a period of 17 days is read as if plans held all through it",
        ),
        (
            "resolutions.csv",
            "summit,2030-05-20,2030-05-20T18:00+09:00,2030-05-20",
            "cost,2030-05-20,2030-05-20,not applicable",
            "resolutions.csv:2: outcome: cost is not applicable because of basing, whose outcome is not recorded",
        ),
        ("case.yaml", "<= 2030-03-31", "<= 2033-03-31", "case.yaml:35: headlines.soon.when: 2033-03-31 lies outside"),
    ],
)
def test_what_is_legal_and_worth_a_look(
    folder: Path, edit: Callable[..., int], file: str, old: str, new: str, warning: str
) -> None:
    edit(file, old, new)
    [said] = load(folder).warnings
    assert said.startswith(warning)

"""Signals appended to signals.csv: every old byte stays, the case loads, and nothing but a sound row is written."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.case import load
from foedus.case.append import BOM, addition_of, append_signals, free_id, judge_cell, with_rows
from foedus.case.types import Case
from foedus.errors import CaseError

ROW = {"published": "2030-03-20", "code": "backed", "source": "ministry"}
COLUMNS = ("id", "published", "code", "source", "quote", "coder")


def parsed(content: bytes) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True) if row]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"", b"id,published,code,source,quote,coder\na,,,,,\n"),
        (BOM, BOM + b"id,published,code,source,quote,coder\na,,,,,\n"),
        (b"id,code\nx,y\n", b"id,code\nx,y\na,\n"),
        (b"id,code\nx,y", b"id,code\nx,y\na,\n"),
        (b"id,code", b"id,code\na,\n"),
        (b"id,code\r\nx,y\r\n", b"id,code\r\nx,y\r\na,\r\n"),
        (b"id,code\r\nx,y", b"id,code\r\nx,y\r\na,\r\n"),
        (b"id,code\rx,y\r", b"id,code\rx,y\ra,\r"),
        (BOM + b'"code", id\n\n"y ""z"" \n",x\n\n', BOM + b'"code", id\n\n"y ""z"" \n",x\n\n,a\n'),
    ],
)
def test_old_bytes_stay(old: bytes, new: bytes) -> None:
    assert with_rows(old, [{"id": "a"}], COLUMNS)[0] == new


@pytest.mark.parametrize("sign", [b"\t", b";"])
def test_tabs_and_semicolons_stay(sign: bytes) -> None:
    old = BOM + b"id|code\r\nx,|y".replace(b"|", sign)
    content, lines = with_rows(old, [{"id": "a, b" + sign.decode(), "quote": "c"}], COLUMNS, sign.decode())
    assert content == BOM + b'id|code|quote\r\nx,|y|\r\n"a, b|"||c\r\n'.replace(b"|", sign)
    assert lines == [3]


def test_a_column_that_is_missing_is_added_to_every_row() -> None:
    old = BOM + b'id,code\r\n"a\r\nb",y\r\n\r\nc,"z"'
    content, lines = with_rows(old, [{"id": "new", "quote": 'said "no",\nthen'}], COLUMNS)
    assert content == BOM + (b'id,code,quote\r\n"a\r\nb",y,\r\n\r\nc,"z",\r\nnew,,"said ""no"",\nthen"\r\n')
    assert lines == [6]


CELL = st.text(st.sampled_from("a,\"'\n\r ;=한\u2028\x85"), max_size=6)


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=5),
    new=st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELL, max_size=4), min_size=1, max_size=3),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    final=st.booleans(),
    mark=st.sampled_from([b"", BOM]),
)
def test_whatever_stood_there_reads_the_same(
    rows: list[list[str]], new: list[dict[str, str]], end: str, quoting: Any, final: bool, mark: bytes
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=quoting).writerows([["source", "id", "code"], *rows])
    old = mark + (text.getvalue() if final else text.getvalue().removesuffix(end)).encode()
    content, lines = with_rows(old, new, COLUMNS)
    header, *read = parsed(content)
    before = parsed(old)
    assert header[:3] == before[0]
    assert set(header[3:]) == {name for row in new for name, cell in row.items() if cell} - set(before[0])
    assert [row[:3] for row in read[: len(before) - 1]] == before[1:]
    assert not any(cell for row in read[: len(before) - 1] for cell in row[3:])
    for row, cells in zip(new, read[len(before) - 1 :], strict=True):
        got = dict(zip(header, cells, strict=True))
        assert {name: got[name].removeprefix("'") for name in got if got[name]} == {
            name: cell.removeprefix("'") for name, cell in row.items() if cell
        }
    if header[3:] == []:
        assert content.startswith(old)
    assert len(lines) == len(new)


def test_a_signal_is_appended_and_the_case_loads_with_it(folder: Path, case: Case) -> None:
    path = folder / "signals.csv"
    old = path.read_bytes()
    done = append_signals(folder, [ROW | {"quote": "통화했다"}, ROW])
    assert [signal.id for signal in done.signals] == ["backed-0320-ministry", "backed-0320-ministry-2"]
    after = load(folder)
    assert after == done.case
    assert after.signals[: len(case.signals)] == case.signals
    assert after.signals[len(case.signals) :] == done.signals
    assert done.signals[0].quote == "통화했다"
    assert [row[:14] for row in parsed(path.read_bytes())[: len(parsed(old))]] == parsed(old)


def test_without_a_file_there_is_one_with_every_column(folder: Path) -> None:
    (folder / "signals.csv").unlink()
    done = append_signals(folder, [ROW])
    header = (folder / "signals.csv").read_text("utf-8").splitlines()[0].split(",")
    assert header[:5] == ["id", "published", "happened", "code", "source"]
    assert load(folder).signals == done.signals


def test_a_case_that_would_not_load_is_not_written_and_every_fault_has_its_signal(folder: Path) -> None:
    path = folder / "signals.csv"
    old = path.read_bytes()
    rows = [ROW, ROW | {"code": "backe"}, ROW | {"published": "2025-7-1", "qoute": "x", "source": "nobody"}]
    with pytest.raises(CaseError, match="backe") as caught:
        append_signals(folder, rows, [("more.json", 2), ("more.json", 5), ("more.json", 9)])
    assert str(caught.value).splitlines() == [
        "more.json:5: code: 'backe' is not defined; did you mean 'backed'?",
        "more.json:9: no column of signals.csv is called 'qoute'; did you mean 'quote'?",
        "more.json:9: published: '2025-7-1' is not a date or date-time: write 2025-07-01, or a date-time with its "
        "offset",
        "more.json:9: source: 'nobody' is not defined; known: ministry, paper",
    ]
    assert path.read_bytes() == old


def test_a_case_that_does_not_load_as_it_is_says_why(folder: Path) -> None:
    with (folder / "signals.csv").open("a", encoding="utf-8") as file:
        file.write('"half a li')
    with pytest.raises(CaseError, match=r"signals.csv:\d+: is not valid CSV here"):
        append_signals(folder, [ROW])


def test_a_copy_is_refused_and_another_coder_is_not(folder: Path) -> None:
    row = ROW | {"id": "new", "coder": "c1"}
    append_signals(folder, [row])
    with pytest.raises(CaseError, match=r"signal 1: id 'new' with coder c1 is already there, on line \d+ of signals"):
        append_signals(folder, [row])
    with pytest.raises(CaseError, match=r"signal 2: id 'b' with no coder named is already there, among the new ones"):
        append_signals(folder, [ROW | {"id": "b"}] * 2)
    assert len(append_signals(folder, [row | {"coder": "c2"}]).signals) == 1


def test_nothing_to_append_writes_nothing(folder: Path) -> None:
    old = (folder / "signals.csv").read_bytes()
    assert append_signals(folder, []).signals == ()
    assert (folder / "signals.csv").read_bytes() == old


def test_a_text_that_a_spreadsheet_would_run_is_kept_from_it(folder: Path) -> None:
    (signal,) = addition_of(folder, [ROW | {"note": "=1+1", "quote": "2 - 1"}]).signals
    assert (signal.note, signal.quote) == ("'=1+1", "2 - 1")


def test_one_cell_is_judged_as_the_loader_would(case: Case) -> None:
    good = judge_cell(case, {"published": "2030-03-20"}, "published")
    assert (good.faults, good.warnings) == ((), ())
    assert good.signal is not None
    assert good.signal.published.precision == "day"
    (said,) = judge_cell(case, {"published": "2030-03-20T09:30"}, "published").faults
    assert said.startswith("'2030-03-20T09:30' has no offset from UTC: write 2030-03-20T09:30")
    (said,) = judge_cell(case, {"credibility": "9", "actor_level": "boss"}, "credibility").faults
    assert said.startswith("must be '1'")
    (said,) = judge_cell(case, {"published": "2030-03-20", "happened": "2030-04-20"}, "happened").faults
    assert said.startswith("more than a day after it was published")
    (said,) = judge_cell(case, {"published": "2003-03-20"}, "published").warnings
    assert said.endswith("is the year right?")


def test_an_id_says_what_it_is_and_is_free() -> None:
    row = {"code": "leader_call", "published": "2025-07-20T10:00+09:00", "source": "kbs"}
    assert free_id(row, ["leader-call-0720-kbs", "leader-call-0720-kbs-2"]) == "leader-call-0720-kbs-3"
    assert free_id({}, ()) == "signal"

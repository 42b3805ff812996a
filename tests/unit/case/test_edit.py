"""Cells of a CSV file changed in place: every other byte stays."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from foedus.case.edit import records, with_cells, with_rows

ODD = '\ufeffid,"event",note\r\ns1,,"a, ""b""\r\nc"\r\n\r\ns2,e1,x\r\n'


def test_only_the_cell_changes() -> None:
    assert with_cells(ODD, {(2, "event"): "new"}) == ODD.replace("s1,,", "s1,new,")
    assert with_cells(ODD, {(5, "event"): 'a "b", c'}) == ODD.replace("s2,e1,", 's2,"a ""b"", c",')


def test_a_column_that_is_missing_comes_last() -> None:
    expected = '\ufeffid,"event",note,origin\r\ns1,,"a, ""b""\r\nc",\r\n\r\ns2,e1,x,o1\r\n'
    assert with_cells(ODD, {(5, "origin"): "o1"}) == expected


def test_no_line_end_at_the_end_and_other_separators() -> None:
    assert with_cells("id;event\ns1;", {(2, "event"): "a;b"}, ";") == 'id;event\ns1;"a;b"'
    assert with_cells("id\rs1\rs2", {(3, "event"): "e"}) == "id,event\rs1,\rs2,e"


def test_nothing_to_write_changes_nothing() -> None:
    assert with_cells(ODD, {}) == ODD


CELL = st.text('a"b,\n\r é한 ', max_size=5)
TABLE = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=5))


@given(TABLE, st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), st.data())
def test_against_the_csv_module(rows: list[list[str]], end: str, quoting: int, data: st.DataObject) -> None:
    names = [f"c{i}" for i in range(len(rows[0]))]
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end, quoting=quoting).writerows([names, *rows])
    text = stream.getvalue()
    reader, lines, read = csv.reader(io.StringIO(text, newline="")), [], []
    line = 1
    for cells in reader:
        if cells:
            lines.append(line)
            read.append(cells)
        line = reader.line_num + 1
    assert [record.line for record in records(text)] == lines
    target = data.draw(st.integers(1, len(read) - 1)) if len(read) > 1 else None
    if target is None:
        return
    column, value = data.draw(st.sampled_from([*names, "new"])), data.draw(CELL.filter(bool))
    after = list(csv.reader(io.StringIO(with_cells(text, {(lines[target], column): value}), newline="")))
    after = [cells for cells in after if cells]
    expected = [[*cells, *([""] if column == "new" else [])] for cells in read]
    expected[0] = [*names, *(["new"] if column == "new" else [])]
    expected[target][expected[0].index(column)] = value
    assert after == expected


def test_rows_are_added_with_the_line_ends_that_are_there() -> None:
    assert with_rows("a,b\r\n1,2", [("x,y", "z")]) == 'a,b\r\n1,2\r\n"x,y",z\r\n'
    assert with_rows("", [("a", "b"), ("1", "")]) == "a,b\n1,\n"

"""Signals as JSON: three ways to write several, and a fault with its line for whatever can't be read."""

from __future__ import annotations

import pytest

from foedus.case.signals_json import read_signals
from foedus.errors import CaseError

ROWS = ({"a": "1"}, {"b": "x;y"})


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('[{"a": 1},\n {"b": ["x", "y"]}]', [1, 2]),
        ('\n[\n{"a": "1"}\n,\n{"b": "x;y"}\n]\n', [3, 5]),
        ('{"a": "1"}\n{"b": ["x", "y"]}\n', [1, 2]),
        ('\ufeff{"a": "1"}\r\n\r\n{"b": ["x", "y"]}', [1, 3]),
    ],
)
def test_each_signal_has_its_line(text: str, lines: list[int]) -> None:
    rows, places = read_signals("f.json", text.encode())
    assert rows == ROWS
    assert places == tuple(("f.json", line) for line in lines)


def test_values_are_written_as_the_table_has_them() -> None:
    rows, _ = read_signals("f", '{"a": true, "b": false, "c": null, "d": 3, "e": "가", "f": []}'.encode())
    assert rows == ({"a": "yes", "b": "no", "c": "", "d": "3", "e": "가", "f": ""},)


@pytest.mark.parametrize("text", ["", " \n", "[]", "[ ]\n"])
def test_nothing_is_no_signal(text: str) -> None:
    assert read_signals("f", text.encode()) == ((), ())


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'[{"a": 1}\n {"b": 2}]', r"f:2: is not JSON here \(column 2\): ',' or '\]' expected"),
        (b'[{"a": 1}', r"f:1: is not JSON here .*expected"),
        (b'[{"a": 1}] x', r"f:1: is not JSON here .*nothing may follow the list"),
        (b'{"a"', r"f:1: is not JSON here"),
        (b"\n\n7", r"f:3: a signal is an object such as .*, got 7"),
        (b'{"a": {"b": 1}}', r"f:1: a: must be a text, a whole number, true, false, null or a list of texts"),
        (b'{"a": 1.5}', r"f:1: a: must be a text"),
        (b'{"a": [1]}', r"f:1: a: must be a text"),
        (b'{"a": 1, "a": 2}', r"f:1: can't be read: the name 'a' stands twice in one object"),
        (b'{"a": NaN}', r"f:1: can't be read: NaN is no value of JSON"),
        (b"[" * 200_000, r"f:1: can't be read: "),
        ('{"a": "가"}'.encode("cp949"), r"f:1: is not UTF-8; it looks like CP949"),
        (b"9" * 10_000, r"f:1: "),
    ],
)
def test_what_is_not_a_signal_is_a_fault_in_its_place(content: bytes, fault: str) -> None:
    with pytest.raises(CaseError, match=fault):
        read_signals("f", content)

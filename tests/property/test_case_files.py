"""Properties of reading: what is written is read back, and no bytes whatever raise anything but a `CaseError`."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from foedus.case import Case, load, parse_when
from foedus.case.expression import And, Compare, Expression, Is, Not, Operator, Or
from foedus.case.findings import Findings
from foedus.case.types import CaseFile, Nominal, Ordinal
from foedus.case.values import parse_day, parse_moment, parse_number
from foedus.case.yaml_lines import read_yaml
from foedus.errors import CaseError, ExpressionError

SAMPLE = Path(__file__).parents[1] / "unit" / "case" / "sample"
FILES = ("case.yaml", "codebook.yaml", "judgments.csv", "signals.csv", "resolutions.csv", "seeds.csv")
CASE: Case = load(SAMPLE)
ANY = settings(derandomize=True, max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))

ordered: st.SearchStrategy[Operator] = st.sampled_from(["<", "<=", "==", "!=", ">=", ">"])
unordered: st.SearchStrategy[Operator] = st.sampled_from(["==", "!="])
leaves: st.SearchStrategy[Expression] = st.one_of(
    st.builds(Compare, st.just("summit"), ordered, day=st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))),
    st.builds(Compare, st.just("basing"), ordered, level=st.integers(0, 2)),
    st.builds(Compare, st.just("cost"), ordered, number=st.floats(-1e6, 1e6, allow_subnormal=False)),
    st.builds(Compare, st.just("venue"), unordered, level=st.integers(0, 1)),
    st.just(Is("summit", "never")),
    st.just(Is("cost", "not applicable")),
)
expressions: st.SearchStrategy[Expression] = st.recursive(
    leaves,
    lambda part: st.one_of(
        st.builds(Not, part),
        st.builds(And, st.lists(part, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(part, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=12,
)


def written(expression: Expression, file: CaseFile) -> str:
    """Write an expression in the language it is parsed from."""
    match expression:
        case Is(question, state):
            return f"{question} is {state}"
        case Not(part):
            return f"not ({written(part, file)})"
        case And(parts):
            return " and ".join(f"({written(part, file)})" for part in parts)
        case Or(parts):
            return " or ".join(f"({written(part, file)})" for part in parts)
        case Compare(name, op, level, number, day):
            question = file.questions[name]
            if level is not None and isinstance(question, (Ordinal, Nominal)):
                return f'{name} {op} "{question.levels[level].id}"'
            return f"{name} {op} {day if day else repr(number)}"


@ANY
@given(expressions)
def test_what_is_written_is_parsed_back(expression: Expression) -> None:
    assert parse_when(written(expression, CASE.file), CASE.file) == expression


WORDS = """summit basing cost venue deal soon and or not is never applicable yes partly 해변 ( ) <= < == != = & 3 -1.5
2030-06-30 2030-6-3 1/2/30 " ' \\ @ ,"""
words = st.sampled_from(WORDS.split())


@ANY
@given(st.lists(words, max_size=40).map(" ".join) | st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    column = 1
    try:
        parse_when(text, CASE.file)
    except ExpressionError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1


def assert_loads_or_says_why(folder: Path) -> None:
    """Load a case, or fail with faults that have words."""
    try:
        load(folder)
    except CaseError as error:
        faults = error.faults
    else:
        return
    assert faults
    assert all(fault.message and fault.line >= 0 for fault in faults)


@ANY
@given(file=st.sampled_from(FILES), content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_break_the_loader(tmp_path_factory: pytest.TempPathFactory, file: str, content: bytes) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("any") / "case"))
    (folder / file).write_bytes(content)
    assert_loads_or_says_why(folder)


@settings(ANY, max_examples=300)
@given(data=st.data(), file=st.sampled_from(FILES))
def test_no_small_damage_breaks_the_loader(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, file: str
) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("any") / "case"))
    content = (folder / file).read_bytes()
    begin = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(begin, min(len(content), begin + 40)))
    pieces = [
        b"",
        b"\n",
        b"[",
        b"{",
        b": ",
        b"- ",
        b"null",
        b"1e400",
        b".inf",
        b".nan",
        b"never",
        b"true",
        b"-1",
        b"0",
        b'"',
    ]
    new = data.draw(st.sampled_from(pieces) | st.binary(max_size=6) | st.text(max_size=6).map(str.encode))
    (folder / file).write_bytes(content[:begin] + new + content[end:])
    assert_loads_or_says_why(folder)


tokens = st.sampled_from(
    ["a", "b", ":", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "&x", "*x", "!t", '"', "|", ">", "#", "? "]
)


@ANY
@given(st.lists(tokens, max_size=60).map("".join) | st.text(max_size=80))
def test_no_text_breaks_the_yaml_reader(text: str) -> None:
    findings = Findings()
    read = read_yaml("any.yaml", text, findings)
    assert read is not None or findings.faults


@ANY
@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31)))
def test_days_are_read_back(day: dt.date) -> None:
    assert parse_day(day.isoformat()) == day


@ANY
@given(st.datetimes(dt.datetime(1900, 1, 2), dt.datetime(2200, 12, 30)), st.integers(-840, 840))
def test_moments_are_read_back(local: dt.datetime, minutes: int) -> None:
    moment = local.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    assert parse_moment(moment.isoformat(), dt.UTC) == (moment, "time")


@ANY
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_read_back(number: float) -> None:
    assert parse_number(repr(number)) == number


@ANY
@given(st.text(max_size=20))
def test_no_cell_raises_anything_else(text: str) -> None:
    for read in (parse_day, parse_number, lambda cell: parse_moment(cell, dt.UTC)):
        with contextlib.suppress(ValueError):
            read(text)

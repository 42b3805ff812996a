"""Two versions of a codebook: what changed, and whether the version number moved as far as it should."""

from __future__ import annotations

from typing import Any

import pytest

from foedus.case.types import Code, Codebook
from foedus.news.versions import _BESIDE, _READING, _WEIGHT, compare

CODE: dict[str, Any] = {
    "title": "Window",
    "definition": "A side names days.",
    "include": ("a month", "a day"),
    "bears_on": {"date": {"by": "lead", "multipliers": {"<=30": 2, "later": 1, "never": (0.2, 0.5, 1)}}},
}


def book(version: str = "1.2.3", *, codes: dict[str, Any] | None = None, **fields: Any) -> Codebook:
    given = {"window": CODE, "spare": {"definition": "x"}} if codes is None else codes
    return Codebook.model_validate({"version": version, "codes": given, "sources": {"wire": {}}} | fields)


def changed(**fields: Any) -> dict[str, Any]:
    return {"window": CODE | fields, "spare": {"definition": "x"}}


def test_nothing_changed() -> None:
    found = compare(book(), book())
    assert (found.changes, found.needed, found.taken, found.ok, found.least) == ((), None, None, True, "1.2.3")
    assert compare(book(), book("1.3.0")).ok


@pytest.mark.parametrize(
    ("new", "size", "place", "what"),
    [
        (book(codes={"window": CODE}), "major", "codes.spare", "gone"),
        (book(sources={}), "major", "sources.wire", "gone"),
        (book(codes=changed(sees="outcome")), "major", "codes.window.sees", "course -> outcome"),
        (
            book(codes=changed(requires={"actor_level": ("leader",)})),
            "major",
            "codes.window.requires",
            "actor_level: leader",
        ),
        (book(codes=changed(include=("a month",))), "major", "codes.window.include", "2 cases, now 1"),
        (book(codes=changed() | {"third": {}}), "minor", "codes.third", "new"),
        (
            book(codes=changed(deprecated="1.3.0", replaced_by="spare")),
            "minor",
            "codes.window",
            "since 1.3.0, read as spare",
        ),
        (book(codes=changed(base_rate=(0.1, 0.2, 0.3))), "minor", "codes.window.base_rate", "none -> [0.1, 0.2, 0.3]"),
        (book(codes=changed(max_per_week=1)), "minor", "codes.window.max_per_week", "none -> 1"),
        (book(codes=changed(bears_on={})), "minor", "codes.window.date", "no longer speaks"),
        (book(combine=[{"codes": ("window", "spare"), "bears_on": {}}]), "minor", "combine.window+spare", "new joint"),
        (book(sources={"wire": {"reliability": "A"}}), "minor", "sources.wire.reliability", "F -> A"),
        (book(codes=changed(title="Days")), "patch", "codes.window.title", "another text"),
        (book(codes=changed(near_misses=("a wish",))), "patch", "codes.window.near_misses", "another text"),
        (book(sources={"wire": {"note": "n"}}), "patch", "sources.wire.note", "another text"),
    ],
)
def test_each_change_asks_for_its_step(new: Codebook, size: str, place: str, what: str) -> None:
    found = compare(book(), new)
    [change] = found.changes
    assert (change.size, change.place) == (size, place)
    assert what in change.what
    assert found.needed == size
    assert not found.ok  # the number has not moved
    least = {"major": "2.0.0", "minor": "1.3.0", "patch": "1.2.4"}
    assert found.least == least[size]
    assert compare(book(), new.model_copy(update={"version": found.least})).ok
    for smaller in {"major": ("minor", "patch"), "minor": ("patch",), "patch": ()}[size]:
        assert not compare(book(), new.model_copy(update={"version": least[smaller]})).ok


def test_numbers_are_told_one_by_one() -> None:
    bearing = {
        "by": "lead",
        "multipliers": {"<=30": 3, "later": 1, "never": (0.2, 0.5, 1)},
        "by_speaker": {"president": {"<=30": 4}},
    }
    [change] = compare(book(), book(codes=changed(bears_on={"date": bearing}))).changes
    assert change.what == "<=30 2 -> 3; <=30 (president) none -> 4"
    assert change.size == "minor"


@pytest.mark.parametrize("fields", [{"definition": "A side names some days."}, {"include": ("a month", "one day")}])
def test_whether_other_words_mean_something_else_is_left_to_the_author(fields: dict[str, Any]) -> None:
    found = compare(book(), book("1.2.4", codes=changed(**fields)))
    assert found.ok
    assert [change.place for change in found.to_judge] == [f"codes.window.{next(iter(fields))}"]
    assert compare(book(), book("2.0.0", codes=changed(**fields))).to_judge == ()


def test_the_order_of_cases_is_no_change() -> None:
    assert compare(book(), book(codes=changed(include=("a day", "a month")))).changes == ()


def test_to_read_a_deprecated_code_as_another_is_a_major_step() -> None:
    first = book(codes=changed(deprecated="1.2.0", replaced_by="spare"))
    assert compare(first, book(codes=changed(deprecated="1.2.0"))).needed == "major"
    assert compare(first, book()).needed == "minor"


def test_a_number_that_goes_back_is_never_right() -> None:
    found = compare(book("1.2.3"), book("1.2.2"))
    assert found.backwards
    assert not found.ok
    assert compare(book("1.9.0"), book("1.10.0")).taken == "minor"  # numbers, not texts


def test_every_field_of_a_code_is_compared() -> None:
    apart = {"definition", "include", "exclude", "bears_on", "deprecated", "replaced_by"}  # each in a way of its own
    assert {*_READING, *_WEIGHT, *_BESIDE} | apart == set(Code.model_fields)

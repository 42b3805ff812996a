"""YAML -> plain data and the line of everything in it, by a stricter reading than YAML's own.

Only `true` and `false` are booleans, dates and times stay text, and whatever other readers would turn
into something else without a word (`no`, `036`) must be quoted. Anchors, aliases, merge keys and tags
are refused where they stand, so nothing is ever expanded. Built from the parser's events with a bound
on depth: no input makes it recurse or run away.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events as ev

from foedus.case.decode import control_in
from foedus.case.findings import Findings

MAX_DEPTH = 30
Path = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOLEAN_ELSEWHERE = re.compile(r"y|yes|n|no|on|off", re.IGNORECASE)
_LEADING_ZERO = re.compile(r"[-+]?0\d+(\.\d*)?", re.ASCII)
_INTEGER = re.compile(r"[-+]?(0|[1-9]\d{0,17})", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", "+.inf"), math.inf),
    "-.inf": -math.inf,
}
_SYNTAX = (
    ("mapping values are not allowed", "a text with ': ' in it must stand in quotes (or the indentation is off)"),
    (
        "cannot start any token",
        "a text that begins with a sign must stand in quotes; indent with spaces, not tabs",
    ),
    ("unexpected end of stream", "a quote or bracket is opened and never closed"),
    ("did not find expected", "the indentation is off, or a bracket, comma or quote is missing"),
    ("could not find expected ':'", "a name without ':' after it, or a quote that is never closed"),
    ("nested", "it is nested too deeply"),
)


def dotted(place: Sequence[str | int]) -> str:
    """Write a path into a YAML file as a user would: `questions.summit_date.levels[2]`, counting from 1."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


@dataclass(frozen=True)
class Located:
    """Plain data (dict, tuple, text, number, bool, None), the line of each part, and whether a key stood twice."""

    data: Any
    lines: dict[Path, int] = field(default_factory=dict)
    twice: bool = False

    def line(self, *path: str | int) -> int:
        """Return the line of `path`, or of the nearest part around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Stop(Exception):  # noqa: N818 (not an error: the fault is already noted)
    """Nothing after this point can be read."""


def read_yaml(file: str, text: str, findings: Findings) -> Located | None:
    """Read one YAML document whose top is a mapping.

    Parameters
    ----------
    file : str
        Name for the faults.
    text : str
        The document.
    findings : Findings
        Where every fault goes.

    Returns
    -------
    Located or None
        None where nothing can be made of the text.
    """
    reader = _Reader(file, text, findings)
    try:
        return reader.document()
    except _Stop:
        return None
    except yaml.YAMLError as error:
        marks = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        advice = next((advice for sign, advice in _SYNTAX if sign in problem), problem)
        mark = (marks[1] if "end of stream" in problem else None) or marks[0] or marks[1]
        findings.fault(file, mark.line + 1 if mark else 0, f"is not valid YAML here: {advice}")
        return None


class _Reader:
    def __init__(self, file: str, text: str, findings: Findings) -> None:
        self.file, self.findings = file, findings
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self.lines: dict[Path, int] = {}
        self.twice = False

    def document(self) -> Located | None:
        event = next(self.events)
        while isinstance(event, (ev.StreamStartEvent, ev.DocumentStartEvent)):
            event = next(self.events)
        if not isinstance(event, ev.MappingStartEvent):
            empty = isinstance(event, ev.StreamEndEvent) or (isinstance(event, ev.ScalarEvent) and not event.value)
            what = "is empty" if empty else "must hold fields (`name: value`), one to a line"
            self.fault(event, what)
            return None
        data = self.node(event, (), 0)
        next(self.events)
        if isinstance(after := next(self.events), ev.DocumentStartEvent):
            self.fault(after, "a second document begins here (`---`); a file holds one")
        return Located(data, self.lines, self.twice)

    def fault(self, event: Any, message: str) -> None:
        self.findings.fault(self.file, event.start_mark.line + 1, message)

    def node(self, event: Any, path: Path, depth: int) -> Any:
        if depth > MAX_DEPTH:
            self.fault(event, f"is nested more than {MAX_DEPTH} deep")
            raise _Stop
        self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, ev.AliasEvent):
            self.fault(event, f"the alias *{event.anchor} is not allowed: write the value out")
            return None
        if event.anchor:
            self.fault(event, f"the anchor &{event.anchor} is not allowed: write the value out wherever it is needed")
        if event.tag:
            self.fault(event, f"the tag {event.tag} is not allowed: write the plain value")
        if isinstance(event, ev.MappingStartEvent):
            return self.mapping(path, depth)
        if isinstance(event, ev.SequenceStartEvent):
            return self.sequence(path, depth)
        return self.scalar(event)

    def sequence(self, path: Path, depth: int) -> tuple[Any, ...]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), ev.SequenceEndEvent):
            items.append(self.node(event, (*path, len(items)), depth + 1))
        return tuple(items)

    def mapping(self, path: Path, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := next(self.events), ev.MappingEndEvent):
            key = self.key(event)
            here = (*path, key)
            if key in data:
                self.twice = True
                self.fault(event, f"{key!r} is given a second time; the first is on line {self.lines[here]}")
                self.node(next(self.events), (*here, "a second time"), depth + 1)
                continue
            self.lines[here] = event.start_mark.line + 1
            data[key] = self.node(next(self.events), here, depth + 1)
        return data

    def key(self, event: Any) -> str:
        if not isinstance(event, ev.ScalarEvent) or not event.value:
            self.fault(event, "a field needs a name: a plain text before the ':'")
            raise _Stop
        if event.implicit[0] and event.value == "<<":
            self.fault(event, "the merge key << is not allowed: write the fields out")
        self.quoted_where_needed(event, name=True)
        self.uncontrolled(event)
        return str(event.value)

    def quoted_where_needed(self, event: Any, *, name: bool = False) -> bool:
        text = event.value
        if event.implicit[0] and _BOOLEAN_ELSEWHERE.fullmatch(text):
            what = f'{text} without quotes is a boolean to many readers: write "{text}" (or true or false)'
            quoted = f'put the name {text} in quotes ("{text}"), or rename it'
            self.fault(event, f"{quoted}: many readers take it for yes or no" if name else what)
            return False
        if event.implicit[0] and _LEADING_ZERO.fullmatch(text):
            self.fault(event, f'{text} without quotes loses its leading zero in many readers: write "{text}"')
            return False
        return True

    def uncontrolled(self, event: Any) -> None:
        if name := control_in(event.value):  # written as an escape: the file itself has none
            self.fault(event, f"{name} stands in this text: delete it")

    def scalar(self, event: Any) -> Any:
        text = event.value
        self.uncontrolled(event)
        if not event.implicit[0] or not self.quoted_where_needed(event):
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        return text

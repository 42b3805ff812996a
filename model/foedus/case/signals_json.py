"""Signals as JSON, from other tools: an object, a list of them, or one a line; each with the line it begins on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from foedus.case.decode import MEGABYTE, decode
from foedus.case.findings import Findings
from foedus.errors import CaseError, Fault

LARGEST = 50 * MEGABYTE
_SPACE = re.compile(r"\s*")
Rows = tuple[tuple[dict[str, str], ...], tuple[tuple[str, int], ...]]


def read_signals(file: str, content: bytes) -> Rows:
    """Read signals as columns of signals.csv by name, and the place of each.

    Texts are taken as they are; numbers, true and false (`yes`, `no`), and lists of texts (joined by `;`) are written
    as signals.csv has them; null is an empty cell.

    Parameters
    ----------
    file : str
        What faults call it.
    content : bytes
        UTF-8.

    Raises
    ------
    CaseError
        For every signal that can't be read, and for what is not JSON.
    """
    findings = Findings()
    text = decode(file, content, findings) if len(content) <= LARGEST else None
    if len(content) > LARGEST:
        findings.fault(file, 0, f"is larger than {LARGEST // MEGABYTE} MB, the largest size that is read; split it")
    findings.raise_faults()
    rows, places = [], []
    for line, value in _values(file, text or ""):
        if isinstance(value, dict):
            rows.append(_cells(file, line, value, findings))
            places.append((file, line))
        else:
            findings.fault(file, line, f'a signal is an object such as {{"code": ...}}, got {_shown(value)}')
    findings.raise_faults()
    return tuple(rows), tuple(places)


def _values(file: str, text: str) -> Iterator[tuple[int, Any]]:
    """Yield every value with the line it begins on; the members of a list one by one."""
    decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse)
    at = _skip(text, 0)
    listed = text[at : at + 1] == "["
    at = _skip(text, at + 1) if listed else at
    try:
        while at < len(text) and not (listed and text[at] == "]"):
            start = at
            value, at = decoder.raw_decode(text, at)
            yield text.count("\n", 0, start) + 1, value
            at = _skip(text, at)
            if text[at : at + 1] == "," and _skip(text, at + 1) < len(text):
                at = _skip(text, at + 1)
            elif listed and text[at : at + 1] != "]":
                raise json.JSONDecodeError("',' or ']' expected", text, at)  # noqa: EM101
        if listed and _skip(text, at + 1) < len(text):
            raise json.JSONDecodeError("nothing may follow the list", text, at + 1)  # noqa: EM101
    except json.JSONDecodeError as error:
        raise CaseError([Fault(file, error.lineno, f"is not JSON here (column {error.colno}): {error.msg}")]) from None
    except (ValueError, RecursionError) as error:
        raise CaseError([Fault(file, text.count("\n", 0, at) + 1, f"can't be read: {error}")]) from None


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"the name {twice!r} stands twice in one object"
        raise ValueError(msg)
    return dict(pairs)


def _refuse(constant: str) -> None:
    msg = f"{constant} is no value of JSON"
    raise ValueError(msg)


def _cells(file: str, line: int, value: dict[str, Any], findings: Findings) -> dict[str, str]:
    cells = {}
    for name, part in value.items():
        if isinstance(part, list) and all(isinstance(word, str) for word in part):
            cells[name] = ";".join(part)
        elif part is None or isinstance(part, (str, bool, int)):
            cells[name] = "" if part is None else ("yes" if part else "no") if isinstance(part, bool) else str(part)
        else:
            findings.fault(file, line, f"{name}: must be a text, a whole number, true, false, null or a list of texts")
    return cells


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:39] + "…"

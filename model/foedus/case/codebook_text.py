"""A codebook changed in its text, so that comments, order and layout stay: what a YAML writer would lose.

Only the values at given places are replaced, or added at the end of what holds them; a block that is replaced stays
above the new one as a comment. The result is read again, and must be the old document with those values and nothing
else.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from foedus.case.findings import Findings
from foedus.case.load import CODEBOOK, FILES, load
from foedus.case.yaml_lines import read_yaml
from foedus.errors import CaseError, Fault

Place = tuple[str, ...]
_PLAIN = re.compile(r"[A-Za-z_][\w-]*|\d+\.\d+\.\d+", re.ASCII)
_RESERVED = {"y", "yes", "n", "no", "on", "off", "true", "false", "null"}


def next_minor(version: str, file: str) -> str:
    """Return the next minor version: 1.3.2 becomes 1.4.0.

    Raises
    ------
    CaseError
        The version is not three numbers with points between them.
    """
    found = re.fullmatch(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})", version, re.ASCII)
    if not found:
        what = f"version {version!r} can't be counted on: write it as MAJOR.MINOR.PATCH, such as 1.0.0"
        raise CaseError([Fault(file, 0, what)])
    return f"{found[1]}.{int(found[2]) + 1}.0"


def with_values(text: str, values: Mapping[Place, Any], was: str) -> str:
    """Return the text of a YAML document with some values replaced, or added where there were none.

    Parameters
    ----------
    text : str
        A document that the case's own reader accepts.
    values : mapping of place to value
        Place: the keys down to the value. All but the last must be there. Value: plain data.
    was : str
        What the comment calls the old state, such as `1.0.0`.

    Raises
    ------
    CaseError
        A place is not there, or the text can't be changed there.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None
    edits = sorted((_edit(text, root, place, value, was) for place, value in values.items()), reverse=True)
    out, ending = text, "\r\n" if "\r\n" in text else "\n"
    for start, end, new in edits:
        out = out[:start] + new.replace("\n", ending) + out[end:]
    if _read(out) != _expected(_read(text), values):
        raise CaseError([Fault(CODEBOOK, 0, "is laid out in a way that can't be changed in place: put each entry on "
                               "lines of its own")])  # fmt: skip
    return out


def loads_with(folder: Path, text: str) -> None:
    """Check a new codebook against its case.

    Raises
    ------
    CaseError
        The case does not load with it.
    """
    with tempfile.TemporaryDirectory(prefix="foedus-") as place:
        for name in FILES:
            if (folder / name).is_file():
                (Path(place) / name).write_bytes((folder / name).read_bytes())
        (Path(place) / CODEBOOK).write_text(text, "utf-8", newline="")
        load(place)


def _edit(text: str, root: yaml.Node, place: Place, value: Any, was: str) -> tuple[int, int, str]:
    """Start, end and new text of one change."""
    holder = root
    for depth, key in enumerate(place[:-1]):
        found = _value(holder, key)
        if not isinstance(found, yaml.MappingNode) or not found.value:
            raise CaseError(
                [Fault(CODEBOOK, holder.start_mark.line + 1, f"{'.'.join(place[: depth + 1])} is not there")]
            )
        holder = found
    assert isinstance(holder, yaml.MappingNode)
    old = _value(holder, place[-1])
    if old is None:
        return _added(text, holder, place[-1], value)
    start, end = old.start_mark.index, _end(old)
    if isinstance(old, yaml.MappingNode) and not old.flow_style and isinstance(value, Mapping):
        end = _to_line_end(text, end)
        column = old.start_mark.column
        said = _dedented(text[start - column : end], column)
        gap = "\n" + " " * column
        return start, end, gap.join([f"# until {was}:", *(f"#   {line}" for line in said), *_block(value)])
    return start, end, (" " if start == end else "") + _flow(value)


def _added(text: str, holder: yaml.MappingNode, key: str, value: Any) -> tuple[int, int, str]:
    end = _end(holder.value[-1][1])
    if holder.flow_style:
        return end, end, f", {_flow(key)}: {_flow(value)}"
    end = _to_line_end(text, end)
    column = holder.value[0][0].start_mark.column
    if isinstance(value, Mapping):
        inner = "\n" + " " * (column + 2)
        return end, end, "\n" + " " * column + f"{_flow(key)}:" + inner + inner.join(_block(value))
    return end, end, "\n" + " " * column + f"{_flow(key)}: {_flow(value)}"


def _value(node: yaml.Node, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _end(node: yaml.Node) -> int:
    """Where a node ends; a block's own mark lies at what follows it, comments in between."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    text: str = node.end_mark.buffer or ""
    end = int(node.end_mark.index)
    while isinstance(node, yaml.ScalarNode) and node.style in ("|", ">") and text[end - 1 : end] in ("\n", "\r"):
        end -= 1
    return end


def _to_line_end(text: str, end: int) -> int:
    """Go on over a comment on the same line."""
    rest = re.compile(r"[ \t]+#[^\r\n]*|[ \t]*(?=\r?\n|$)").match(text, end)
    return rest.end() if rest else end


def _dedented(text: str, column: int) -> list[str]:
    return [line[column:] if not line[:column].strip() else line for line in text.splitlines()]


def _block(value: Mapping[str, Any]) -> list[str]:
    return [f"{_flow(key)}: {_flow(part)}" for key, part in value.items()]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _RESERVED
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    return json.dumps(value)


def _read(text: str) -> Any:
    findings = Findings()
    located = read_yaml(CODEBOOK, text, findings)
    return None if findings.faults or located is None else located.data


def _expected(data: Any, values: Mapping[Place, Any]) -> Any:
    """Return the plain data with the values in their places."""
    for place, value in values.items():
        data = _put(data, place, value)
    return data


def _put(data: Any, place: Place, value: Any) -> Any:
    if not place:
        return _plain(value)
    return {**data, place[0]: _put(data.get(place[0]), place[1:], value)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return tuple(_plain(part) for part in value) if isinstance(value, (list, tuple)) else value

"""Any other table of events, by a mapping file in YAML that says what stands where.

    format: 1
    title: My events
    source: my_events
    separator: comma            # tab, comma or semicolon
    columns: {day: Date, code: Kind, actor: Side 1, recipient: Side 2, actor_name: Who, url: Link}
    day_format: "%d.%m.%Y"      # order of day and month is told, never guessed
    zone: Asia/Seoul            # of times without an offset
    encoding: cp949
    ontology: cameo             # cameo, plover, or own: codes as they are
    codes: {visit: "042", call: "041"}
    states: {S-Korea: KOR}

Files without a header have `header: [Date, Kind, ...]`: the names of their columns in order.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from foedus.case.decode import MEGABYTE, decode, read_bytes
from foedus.case.findings import Findings
from foedus.case.parts import Document, Identifier
from foedus.case.schema_faults import validate
from foedus.case.states import state_of
from foedus.case.values import time_zone
from foedus.case.yaml_lines import read_yaml
from foedus.news.importers.dates import ISO
from foedus.news.importers.events import Actor, Layout

_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";"}
_DIRECTIVE = re.compile(r"%[A-Za-z]")


class Columns(Document):
    """Which column holds what; only the first four are needed."""

    day: str
    code: str
    actor: str
    recipient: str
    mode: str | None = None
    id: str | None = None
    published: str | None = None
    url: str | None = None
    actor_name: str | None = None
    actor_role: str | None = None
    recipient_name: str | None = None
    recipient_role: str | None = None


class Mapping(Document):
    """A mapping file."""

    format: Literal[1]
    columns: Columns
    title: str = "events by a mapping"
    source: Identifier = "machine"
    separator: Literal["tab", "comma", "semicolon"] = "comma"
    header: tuple[str, ...] = Field(default=(), max_length=1000)
    encoding: str = "utf-8"
    day_format: str = ISO
    published_format: str = ISO
    zone: str = "UTC"
    ontology: Literal["cameo", "plover", "own"] = "cameo"
    codes: dict[str, str] = Field(default_factory=dict, max_length=10_000)
    states: dict[str, str] = Field(default_factory=dict, max_length=10_000)
    pad: bool = False
    many: str = Field(default=";", min_length=1, max_length=3)
    lag: int = Field(default=1, ge=0, le=60)

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str) -> str:
        return known_encoding(value)

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        time_zone(value)
        return value

    @field_validator("day_format")
    @classmethod
    def _whole_day(cls, value: str) -> str:
        found = set(_DIRECTIVE.findall(value))
        if not ({"%d", "%j"} & found and {"%Y", "%y"} & found):
            msg = f"{value!r} names no whole day: write it as in %Y-%m-%d or %d.%m.%Y"
            raise ValueError(msg)
        return value

    @field_validator("states")
    @classmethod
    def _states(cls, value: dict[str, str]) -> dict[str, str]:
        return {name: state_of(code) for name, code in value.items()}


def known_encoding(name: str) -> str:
    """Return the name of an encoding that exists and in which a line ends as in ASCII.

    Raises
    ------
    ValueError
        It doesn't.
    """
    try:
        info = codecs.lookup(name)
        if "\n\t,".encode(name) != b"\n\t,":
            raise LookupError
    except (LookupError, UnicodeError):
        msg = f"{name!r} is no encoding that can be read: write utf-8, cp949, euc-kr, latin-1, ..."
        raise ValueError(msg) from None
    return info.name


def read(path: Path) -> Layout:
    """Read a mapping file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Layout

    Raises
    ------
    CaseError
        With every fault, at its line.
    """
    findings = Findings()
    content = read_bytes(path, MEGABYTE, findings)
    text = decode(str(path), content, findings) if content is not None else None
    located = read_yaml(str(path), text, findings) if text is not None else None
    given = validate(Mapping, str(path), located, findings) if located is not None else None
    if given is not None:
        _in_header(path, given, findings)
    findings.raise_faults()
    assert given is not None
    columns = given.columns
    return Layout(
        title=given.title,
        source=given.source,
        columns=given.header,
        header=not given.header,
        separator=_SEPARATORS[given.separator],
        quotes=given.separator != "tab",
        day=columns.day,
        code=columns.code,
        mode=columns.mode,
        id=columns.id,
        published=columns.published,
        url=columns.url,
        actor=Actor(columns.actor, columns.actor_name, (columns.actor_role,) if columns.actor_role else ()),
        recipient=Actor(
            columns.recipient, columns.recipient_name, (columns.recipient_role,) if columns.recipient_role else ()
        ),
        ontology=given.ontology,
        day_format=given.day_format,
        published_format=given.published_format,
        zone=given.zone,
        encoding=None if given.encoding == "utf-8" else given.encoding,
        codes=given.codes,
        states=given.states,
        pad=given.pad,
        many=given.many,
        lag=given.lag,
    )


def _in_header(path: Path, given: Mapping, findings: Findings) -> None:
    """Note columns that the given header doesn't have."""
    if not given.header:
        return
    for field, name in given.columns.model_dump(exclude_none=True).items():
        if name not in given.header:
            findings.fault(str(path), 1, f"columns.{field}: {name!r} does not stand in `header`")

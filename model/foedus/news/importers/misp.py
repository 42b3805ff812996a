"""MISP events (JSON) with tags of the Admiralty scale: signals with a credibility, and sources with a reliability.

    admiralty-scale:source-reliability="b"    admiralty-scale:information-credibility="2"    foedus:code="window_stated"

No tag of MISP says in the words of a codebook what an event is about: its code is a tag of ours, or `--tag TAG=CODE`
names one for a tag that is there. The organisation that made the event is the source; one whose events carry several
letters becomes several sources, since a letter is of the source.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from foedus.case.foreign import identifier
from foedus.case.values import parse_day
from foedus.errors import CaseError, Fault
from foedus.news.importers import ledger, writing
from foedus.news.importers.ledger import Ledger
from foedus.news.importers.stream import Part, whole

LIMIT = 50_000_000  # bytes
_TAG = re.compile(r'(admiralty-scale|foedus):([\w-]+)="([^"]*)"')
_LINKS = frozenset({"link", "url"})


@dataclass(frozen=True)
class Item:
    """What one MISP event comes to."""

    number: int
    id: str
    published: str
    happened: str
    organisation: str
    code: str
    reliability: str
    credibility: str
    text: str
    url: str


def matches(name: str, first: str) -> bool:
    """Whether a file looks like this."""
    return name.lower().endswith(".json") or first.lstrip()[:1] in {"{", "["}


def read(part: Part, tags: Mapping[str, str], account: Ledger, encoding: str | None = None) -> Iterator[Item]:
    """Yield what each event of a file comes to; drop those without a code, or whose tags contradict each other.

    Parameters
    ----------
    part : Part
    tags : {tag: code}
    account : Ledger
        It names events by number, since JSON has no lines to speak of.
    encoding : str, optional

    Raises
    ------
    CaseError
        The file is no JSON with MISP events.
    """
    for number, event in enumerate(_events(part, encoding), 1):
        account.read += 1
        try:
            yield _item(number, event, tags)
        except _Refused as why:
            account.drop(part.name, f"event {number}", why.reason, why.detail)


class _Refused(Exception):  # noqa: N818 (a reason, and no error)
    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(reason)


def _events(part: Part, encoding: str | None) -> list[dict[str, Any]]:
    try:
        content = json.loads(whole(part, LIMIT, encoding or "utf-8"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise CaseError([Fault(part.name, line, f"is no JSON: {getattr(error, 'msg', 'nested too deeply')}")]) from None
    if isinstance(content, dict):
        content = content.get("response", [content])
    items = content if isinstance(content, list) else [content]
    events = [item["Event"] for item in items if isinstance(item, dict) and isinstance(item.get("Event"), dict)]
    if not events:
        raise CaseError([Fault(part.name, 0, "holds no MISP event: an object with `Event` is looked for")])
    return events


def _item(number: int, event: dict[str, Any], tags: Mapping[str, str]) -> Item:
    names = [str(tag.get("name", "")) for tag in _list(event, "Tag")]
    code = _one(names, "foedus", "code", {tags[name] for name in names if name in tags})
    if not code:
        advice = 'tag it foedus:code="CODE", or say --tag TAG=CODE'
        raise _Refused(ledger.UNMAPPED, f"no tag names a code: {advice} (tags: {', '.join(names) or 'none'})"[:300])
    reliability = _one(names, "admiralty-scale", "source-reliability").upper() or "F"
    credibility = _one(names, "admiralty-scale", "information-credibility") or "6"
    if reliability not in set("ABCDEF") or credibility not in set("123456"):
        said = f"{reliability}{credibility} is not on the Admiralty scale, A1 to F6"
        raise _Refused(ledger.RATING, said)
    day = str(event.get("date") or "")
    try:
        happened = str(parse_day(day)) if day else ""
        published = _time(event.get("publish_timestamp")) or _time(event.get("timestamp")) or happened
    except ValueError as error:
        raise _Refused(ledger.DATE, str(error)) from None
    if not published:
        raise _Refused(ledger.DATE, "has neither timestamp nor date")
    made_by = event.get("Orgc") or event.get("Org") or {}
    links = [str(item.get("value", "")) for item in _list(event, "Attribute") if item.get("type") in _LINKS]
    return Item(
        number,
        str(event.get("uuid") or event.get("id") or number),
        published,
        happened,
        str(made_by.get("name") or "misp") if isinstance(made_by, dict) else "misp",
        code,
        reliability,
        credibility,
        " ".join(str(event.get("info") or "").split())[:500],
        links[0][:2000] if links else "",
    )


def _list(event: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = event.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _one(names: list[str], space: str, predicate: str, more: set[str] | None = None) -> str:
    """Return the one value that tags give to a predicate; empty where they give none."""
    found = {m[3] for name in names if (m := _TAG.fullmatch(name)) and (m[1], m[2]) == (space, predicate)}
    values = found | (more or set())
    if len(values) > 1:
        raise _Refused(ledger.RATING, f"{predicate} is {' and '.join(sorted(values))} at once")
    return values.pop() if values else ""


def _time(text: Any) -> str:
    """Read seconds since 1970; MISP writes 0 for never."""
    if not str(text or "").isascii() or not str(text or "").isdigit() or int(text) == 0:
        return ""
    if int(text) > 32503680000:
        msg = f"the timestamp {text} lies after the year 3000"
        raise ValueError(msg)
    return dt.datetime.fromtimestamp(int(text), dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write(items: list[Item], head: str) -> dict[str, str]:
    """Write signals.csv, and the sources as codebook.part.yaml."""
    letters: dict[str, set[str]] = defaultdict(set)
    for item in items:
        letters[item.organisation].add(item.reliability)
    ids = identifiers(letters)
    rows = [
        (
            f"misp-{item.id}"[:120], item.published, item.happened, "UTC", item.code,
            ids[item.organisation, item.reliability], item.credibility, "", "", "", item.text, item.url, "misp", "",
        )
        for item in items
    ]  # fmt: skip
    lines = [*writing.comment(head), "format: 1", "sources:"]
    for (organisation, letter), name in ids.items():
        lines += writing.block(name, {"title": organisation, "reliability": letter}, 1)
    return {"signals.csv": writing.table(writing.SIGNALS, rows), "codebook.part.yaml": "\n".join(lines) + "\n"}


def identifiers(letters: Mapping[str, set[str]]) -> dict[tuple[str, str], str]:
    """Return an id for each organisation and letter."""
    out: dict[tuple[str, str], str] = {}
    for organisation, given in letters.items():
        for letter in sorted(given):
            base = identifier(organisation) + (f"_{letter.lower()}" if len(given) > 1 else "")
            name, n = base, 1
            while name in out.values():
                n += 1
                name = f"{base}_{n}"
            out[organisation, letter] = name
    return out

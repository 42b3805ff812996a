"""What imports write: CSV that a spreadsheet can open, and YAML to paste into a codebook. Every text is quoted."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from foedus.case.foreign import harmless

COUNTS = ("published", "from", "to", "code", "source", "count")
SIGNALS = (
    "id", "published", "happened", "happened_zone", "code", "source", "credibility", "actor", "recipient",
    "actor_level", "quote", "url", "coder", "note",
)  # fmt: skip


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a CSV file; no cell of it can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()


def comment(text: str) -> list[str]:
    """Write a text as comment lines of YAML; nothing in it can end the comment."""
    return [f"# {' '.join(line.split())}" for line in text.splitlines()]


def block(name: str, content: Mapping[str, Any], indent: int = 0) -> list[str]:
    """Write a mapping under a name; what is deeper than `bears_on` and its question stands in one line.

    Texts go through JSON, which is YAML, so that nothing in them is taken for anything else.
    """
    pad = "  " * indent
    lines = [f"{pad}{_key(name)}:"]
    for key, value in content.items():
        deep = isinstance(value, Mapping) and key not in {
            "en",
            "multipliers",
            "title",
            "definition",
            "note",
            "requires",
        }
        if deep and indent < 3:
            lines += block(key, value, indent + 1)
        else:
            lines.append(f"{pad}  {_key(key)}: {_flow(value)}")
    return lines


def _key(name: str) -> str:
    return (
        name
        if name.isidentifier() and name.isascii() and name.lower() not in _BOOLEANS
        else json.dumps(name, ensure_ascii=False)
    )


_BOOLEANS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(key))}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.1f}"
    return str(value) if isinstance(value, int) else _word(str(value))


_PLAIN = frozenset(
    ("counted", "exhaustive", "lead", "level", "value", "assumed", "elicited", "machine", "F", "A", "B", "C", "D", "E")
)


def _word(text: str) -> str:
    return text if text in _PLAIN else json.dumps(text, ensure_ascii=False)

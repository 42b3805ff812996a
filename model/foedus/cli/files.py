"""Files, whole or not at all: a forecast as JSON, a codebook as text."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_json(record: Mapping[str, Any], path: Path | None) -> None:
    """Write `record` to `path`, or to standard output."""
    text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if path is None:
        sys.stdout.write(text)
    else:
        write_text(text, path)


def write_text(text: str, path: Path) -> None:
    """Write a file beside its place and rename it: a reader never finds half of it."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".foedus-") as folder:
        part = Path(folder) / path.name
        part.write_text(text, "utf-8", newline="")
        part.replace(path)

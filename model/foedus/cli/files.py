"""A forecast as JSON, whole or not at all."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_json(record: Mapping[str, Any], path: Path | None) -> None:
    """Write `record` to `path`, or to standard output.

    A file is written beside its place and renamed: a reader never finds half of it.
    """
    text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if path is None:
        sys.stdout.write(text)
        return
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".foedus-") as folder:
        part = Path(folder) / path.name
        part.write_text(text, "utf-8")
        part.replace(path)

"""Files that commands write: whole, or not at all."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from foedus.errors import CaseError, Fault


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


def write_new(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files to a folder; none where one of them is there already.

    Raises
    ------
    CaseError
        With each file that is there.
    """
    there = [Fault(str(folder / name), 0, "is there already: name another folder") for name in texts
             if (folder / name).exists()]  # fmt: skip
    if there:
        raise CaseError(there)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8", newline="\n")

"""What the commands write: a new case, and a forecast as JSON, whole or not at all."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from foedus.errors import CaseError, Fault


def start_case(folder: Path) -> list[str]:
    """Copy the template of a case into `folder`, under the folder's name; return the names of its files."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CaseError([Fault(str(folder), 0, "is not an empty folder; name one that is not there yet")])
    template = resources.files("foedus.case").joinpath("template")
    files = sorted((file for file in template.iterdir() if file.is_file()), key=lambda file: file.name)
    name = re.sub(r"[^\w-]+", "-", folder.resolve().name).strip("-")
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        text = file.read_text("utf-8")
        if file.name == "case.yaml" and re.match(r"[^\W\d]", name):
            text = re.sub(r"^id: .*", f"id: {name}", text, count=1, flags=re.MULTILINE)
        (folder / file.name).write_text(text, "utf-8")
    return [file.name for file in files]


def write_json(record: Mapping[str, Any], path: Path | None) -> None:
    """Write `record` to `path`, or to standard output.

    A file is written beside its place and renamed: a reader never finds half of it.
    """
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if path is None:
        sys.stdout.write(text)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".foedus-") as folder:
        part = Path(folder) / path.name
        part.write_text(text, "utf-8")
        part.replace(path)

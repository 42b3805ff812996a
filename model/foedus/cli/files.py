"""What the commands write: a new case, a forecast as JSON, draws as NetCDF. Each whole or not at all."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foedus.errors import CaseError, Fault

if TYPE_CHECKING:
    from foedus.forecast import Forecast


def start_case(folder: Path) -> list[str]:
    """Copy the template of a case into `folder`, under the folder's name; return the names of its files."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CaseError([Fault(str(folder), 0, "is not an empty folder; name one that is not there yet")])
    files = sorted(
        (file for file in resources.files("foedus.case").joinpath("template").iterdir() if file.is_file()),
        key=lambda file: file.name,
    )
    name = re.sub(r"[^\w-]+", "-", folder.resolve().name).strip("-")
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        text = file.read_text("utf-8")
        if file.name == "case.yaml" and re.match(r"[^\W\d]", name):
            text = re.sub(r"^id: .*", f"id: {name}", text, count=1, flags=re.MULTILINE)
        (folder / file.name).write_text(text, "utf-8")
    return [file.name for file in files]


def write_json(record: Mapping[str, Any], path: Path | None) -> None:
    """Write `record` to `path`, or to standard output."""
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if path is None:
        sys.stdout.write(text)
    else:
        _whole(path, lambda part: part.write_text(text, "utf-8"))


def write_draws(result: Forecast, path: Path) -> None:
    """Write the draws to `path` as NetCDF."""
    tree = result.to_datatree()
    _whole(path, lambda part: tree.to_netcdf(part, engine="h5netcdf"))


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write beside `path` and rename: a reader never finds half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".foedus-") as folder:
        part = Path(folder) / path.name
        write(part)
        part.replace(path)

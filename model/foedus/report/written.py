"""Files of a report, each written whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_whole(folder: Path, made: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files into a folder, which is made where it is not there; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".foedus-") as draft:
        for name, content in made.items():
            (Path(draft) / name).write_bytes(content)
        for name in made:
            (Path(draft) / name).replace(folder / name)
    return tuple(folder / name for name in made)

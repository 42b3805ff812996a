"""A new case: a small one that runs as it is, to be replaced piece by piece."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from foedus.errors import CaseError, Fault


def write_new(folder: str | Path) -> tuple[Path, ...]:
    """Write the template case into a folder that is empty or not there yet, under the folder's name.

    Parameters
    ----------
    folder : str or Path
        Where the case goes; made if need be.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    CaseError
        The folder holds something already, or can't be made; nothing is written.
    """
    folder = Path(folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise CaseError([Fault(str(folder), 0, "is not empty: name a folder that is, or that is not there yet")])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CaseError([Fault(str(folder), 0, f"can't be made: {error.strerror}")]) from None
    name = re.sub(r"[^\w-]+", "-", folder.resolve().name).strip("-")[:80]
    written: list[Path] = []
    template = resources.files("foedus.case").joinpath("template")
    for file in sorted(template.iterdir(), key=lambda file: file.name):
        if not file.is_file():
            continue
        text = file.read_text("utf-8")
        if file.name == "case.yaml" and re.match(r"[^\W\d]", name):
            text = re.sub(r"^id: .*", f'id: "{name}"', text, count=1, flags=re.MULTILINE)
        path = folder / file.name
        path.write_text(text, "utf-8")
        written.append(path)
    return tuple(written)

"""A new case: a small one that runs as it is, to be replaced piece by piece."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from foedus.case.shipped import files_of
from foedus.errors import CaseError, Fault


def write_new(folder: str | Path, codebook: str | None = None) -> tuple[Path, ...]:
    """Write the template case into a folder that is empty or not there yet, under the folder's name.

    Parameters
    ----------
    folder : str or Path
        Where the case goes; made if need be.
    codebook : str, optional
        A codebook that comes with the package: the case asks its questions. Default: a small one of its own.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    CaseError
        The folder holds something already or can't be made, or there is no such codebook; nothing is written.
    """
    files = _template() if codebook is None else {"run.py": _template()["run.py"]} | files_of(codebook)
    folder = Path(folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise CaseError([Fault(str(folder), 0, "is not empty: name a folder that is, or that is not there yet")])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CaseError([Fault(str(folder), 0, f"can't be made: {error.strerror}")]) from None
    name = re.sub(r"[^\w-]+", "-", folder.resolve().name).strip("-")[:80]
    written: list[Path] = []
    for file, text in sorted(files.items()):
        if file == "case.yaml" and re.match(r"[^\W\d]", name):
            text = re.sub(r"^id: .*", f'id: "{name}"', text, count=1, flags=re.MULTILINE)
        path = folder / file
        path.write_text(text, "utf-8")
        written.append(path)
    return tuple(written)


def _template() -> dict[str, str]:
    template = resources.files("foedus.case").joinpath("template")
    return {file.name: file.read_text("utf-8") for file in template.iterdir() if file.is_file()}

"""Codebooks that come with the package, each with a case that asks its questions; and reading a codebook by itself."""

from __future__ import annotations

import re
import tempfile
from importlib import resources
from pathlib import Path

from foedus.case.decode import MEGABYTE, decode, read_bytes
from foedus.case.findings import Findings
from foedus.case.load import CODEBOOK, load
from foedus.case.schema_faults import validate
from foedus.case.types import Case, Codebook
from foedus.case.yaml_lines import read_yaml
from foedus.errors import CaseError, Fault, nearest

DEFAULT = "alliance_negotiation"
_HOME = resources.files("foedus").joinpath("codebooks")


def names() -> tuple[str, ...]:
    """Return the names of the codebooks that come with the package."""
    return tuple(sorted(path.name.removesuffix(".yaml") for path in _HOME.iterdir() if path.name.endswith(".yaml")))


def files_of(name: str, *, based_on: bool = True) -> dict[str, str]:
    """Return the files of a case that a shipped codebook goes with: {name: text}.

    Parameters
    ----------
    name : str
        One of `names()`.
    based_on : bool
        Whether the copy of the codebook says what it began as.

    Raises
    ------
    CaseError
        There is no such codebook.
    """
    if name not in names():
        raise CaseError([Fault("--codebook", 0, f"there is no codebook {name!r}; {nearest(name, names())}")])
    book = _HOME.joinpath(f"{name}.yaml").read_text("utf-8")
    if based_on:
        book = re.sub(r"^version: (.+)$", rf"version: \1\nbased_on: {name} \1", book, count=1, flags=re.MULTILINE)
    folder = sorted(_HOME.joinpath(name).iterdir(), key=lambda path: path.name)
    return {CODEBOOK: book} | {path.name: path.read_text("utf-8") for path in folder if path.is_file()}


def shipped_case(name: str = DEFAULT) -> Case:
    """Load the case that goes with a shipped codebook.

    Raises
    ------
    CaseError
        There is no such codebook.
    """
    with tempfile.TemporaryDirectory(prefix="foedus-") as folder:
        for file, text in files_of(name, based_on=False).items():
            (Path(folder) / file).write_text(text, "utf-8")
        return load(folder)


def read_codebook(place: str | Path) -> Codebook:
    """Read one codebook without its case: a file, the folder of a case, or the name of a shipped one.

    What only a case can tell (whether its questions exist) is not checked.

    Raises
    ------
    CaseError
        With every fault of the file.
    """
    path = Path(place)
    if not path.exists() and str(place) in names():
        with resources.as_file(_HOME.joinpath(f"{place}.yaml")) as shipped:
            return read_codebook(shipped)
    path = path / CODEBOOK if path.is_dir() else path
    if not path.exists():
        raise CaseError([Fault(str(place), 0, "there is no such file: name a codebook.yaml, or the folder of a case")])
    findings, file = Findings(), str(path)
    content = read_bytes(path, 2 * MEGABYTE, findings)
    text = decode(file, content, findings) if content is not None else None
    located = read_yaml(file, text, findings) if text is not None else None
    book = validate(Codebook, file, located, findings) if located is not None else None
    findings.raise_faults()
    assert book is not None
    return book

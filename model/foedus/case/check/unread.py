"""Files in the folder of a case that look like its inputs, and are not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

TABLES = frozenset({".csv", ".tsv", ".xls", ".xlsx", ".ods"})
DOCUMENTS = frozenset({".yaml", ".yml"})


def unread(folder: Path, known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the name of every table and document in a folder that is not read, with what to do about it.

    Parameters
    ----------
    folder : Path
    known : sequence of str
        Names of the files that are read.
    """
    for name in _others(folder, known):
        close = _nearest(name, known)
        if close is None:
            yield name, f"known: {', '.join(known)}"
        elif Path(name).suffix.lower() in TABLES - {".csv"}:
            yield name, f"save it as {close} ('CSV UTF-8' in a spreadsheet)"
        else:
            yield name, f"did you mean {close!r}?"


def alike(folder: Path, file: str, known: Sequence[str]) -> str | None:
    """Return the name of a file that is not read and may be meant as `file`."""
    return next((name for name in _others(folder, known) if _nearest(name, known) == file), None)


def _others(folder: Path, known: Sequence[str]) -> list[str]:
    """Return tables and documents by name, without those that are read (under another case, on some file systems)."""
    read = {path.resolve() for name in known if (path := folder / name).exists()}
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.suffix.lower() in TABLES | DOCUMENTS
        and not path.name.startswith((".", "~$"))
        and path.name not in known
        and path.resolve() not in read
        and path.is_file()
    )


def _nearest(name: str, known: Sequence[str]) -> str | None:
    """Return the known file of the same kind whose name is most like this one."""
    kind = TABLES if Path(name).suffix.lower() in TABLES else DOCUMENTS
    stems = {Path(file).stem: file for file in known if Path(file).suffix in kind}
    close = get_close_matches(Path(name).stem.lower(), stems, n=1, cutoff=0.6)
    return stems[close[0]] if close else None

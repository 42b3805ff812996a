"""The importers by name, and how a file tells which one reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from foedus.elicitation.importers import excalibur, fatebook, metaculus, shelf
from foedus.elicitation.importers.rows import Imported, read_csv
from foedus.errors import CaseError, Fault


@dataclass(frozen=True)
class Importer:
    """One foreign format: its name for people, whether a file looks like it, and how it is read."""

    title: str
    matches: Callable[[Path, list[str]], bool]
    read: Callable[[Path], Imported]


IMPORTERS: dict[str, Importer] = {
    "excalibur": Importer("Excalibur .dtt and .rls", lambda path, _: path.suffix.lower() == ".dtt", excalibur.read),
    "metaculus": Importer("Metaculus forecast_data.csv", metaculus.matches, metaculus.read),
    "fatebook": Importer("Fatebook export", fatebook.matches, fatebook.read),
    "shelf": Importer("table of quantiles (SHELF)", shelf.matches, shelf.read),
}


def import_file(path: Path, name: str | None = None) -> tuple[str, Imported]:
    """Read a foreign file.

    Parameters
    ----------
    path : Path
    name : str, optional
        Of the importer; default the first that the file looks like.

    Returns
    -------
    name : str
    imported : Imported

    Raises
    ------
    CaseError
        No importer knows the file, or it can't be read.
    """
    known = "; ".join(f"{key}: {importer.title}" for key, importer in IMPORTERS.items())
    if name is None:
        header = _header(path) if path.suffix.lower() != ".dtt" else []
        name = next((key for key, importer in IMPORTERS.items() if importer.matches(path, header)), None)
    if name not in IMPORTERS:
        raise CaseError([Fault(str(path), 0, f"is in no format that is known ({known}); choose one with --from")])
    return name, IMPORTERS[name].read(path)


def _header(path: Path) -> list[str]:
    first = next(iter(read_csv(path, ())), None)
    return list(first[1]) if first else []

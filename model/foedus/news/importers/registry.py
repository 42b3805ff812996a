"""The importers by name, and how a file tells which one reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from foedus.errors import CaseError, Fault
from foedus.news.importers import ach, gdelt, icews, misp, phoenix, polecat
from foedus.news.importers.events import Layout
from foedus.news.importers.stream import Part, first_line

Matches = Callable[[str, str], bool]  # the file's name, its first line


@dataclass(frozen=True)
class Importer:
    """One foreign format: its name for people, whether a file looks like it, and its layout where it holds events."""

    title: str
    matches: Matches
    layout: Layout | None = None


IMPORTERS: dict[str, Importer] = {
    "gdelt": Importer(gdelt.LAYOUT.title, gdelt.matches, gdelt.LAYOUT),
    "gdelt1": Importer(gdelt.EARLIER.title, gdelt.matches_earlier, gdelt.EARLIER),
    "icews": Importer(icews.LAYOUT.title, icews.matches, icews.LAYOUT),
    "polecat": Importer(polecat.LAYOUT.title, polecat.matches, polecat.LAYOUT),
    "phoenix": Importer(phoenix.LAYOUT.title, phoenix.matches, phoenix.LAYOUT),
    "misp": Importer("MISP events with Admiralty tags (JSON)", misp.matches),
    "ach": Importer("ACH matrix (CSV or .xlsx)", ach.matches),
}


def importer_of(part: Part, name: str | None = None) -> tuple[str, Importer]:
    """Return the importer of a file.

    Parameters
    ----------
    part : Part
    name : str, optional
        Of the importer; default the first that the file looks like.

    Returns
    -------
    name : str
    importer : Importer

    Raises
    ------
    CaseError
        No importer knows the file.
    """
    known = "; ".join(f"{key}: {importer.title}" for key, importer in IMPORTERS.items())
    if name is None:
        first = first_line(part)
        name = next((key for key, importer in IMPORTERS.items() if importer.matches(part.stem, first)), None)
        if name is None:
            said = (
                f"is in no format that is known ({known}); choose one with --from, or describe it with --mapping FILE"
            )
            raise CaseError([Fault(part.name, 1, said)])
    if name not in IMPORTERS:
        raise CaseError([Fault("--from", 0, f"{name!r} is none of {known}; for others there is --mapping FILE")])
    return name, IMPORTERS[name]

"""POLECAT, the weekly files of PLOVER events: 40 columns apart by tabs; event, mode and contexts in words.

Some of the files have a header that names more or fewer columns than their rows have, or tabs at the end: such rows are
read in the standard order where they have as many cells as that, and are dropped otherwise. Without a recipient all are
actors: what they did together is one event, not two.
"""

from __future__ import annotations

import datetime as dt
import re

from foedus.news.importers.events import Actor, Layout, Span

COLUMNS = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts", "Actor Name",
    "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title", "Actor Name Raw",
    "Wikipedia Actor ID", "Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector",
    "Recipient Sectors", "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID", "Placename", "City",
    "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type",
    "Source", "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language", "Version",
)  # fmt: skip
_YEAR = re.compile(r"ngecEvents\.?DV[.-](\d{4})", re.IGNORECASE)


def span(name: str) -> Span | None:
    """Return the year that a file's stories are of, as its name says."""
    match = _YEAR.search(name)
    return (dt.date(int(match[1]), 1, 1), dt.date(int(match[1]), 12, 31)) if match and int(match[1]) else None


LAYOUT = Layout(
    title="POLECAT (PLOVER) events",
    source="polecat",
    columns=COLUMNS,
    header=True,
    id="Event ID",
    day="Event Date",
    code="Event Type",
    mode="Event Mode",
    ontology="plover",
    actor=Actor("Actor Country", "Actor Name", ("Primary Actor Sector", "Actor Title")),
    recipient=Actor("Recipient Country", "Recipient Name", ("Primary Recipient Sector", "Recipient Title")),
    published="Publication Date",
    lag=7,
    span=span,
)


def matches(_name: str, first: str) -> bool:
    """Whether a file looks like this."""
    return "Event Type" in first and "Event Mode" in first and "Actor Country" in first

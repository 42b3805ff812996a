"""ICEWS events: 20 columns apart by tabs, with a header; names and sectors of actors in words, CAMEO codes as text.

Event Date is the story's day. Ids are not unique: two rows with one id are two events.
"""

from __future__ import annotations

import datetime as dt
import re

from foedus.news.importers.events import Actor, Layout, Span

COLUMNS = (
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code",
    "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher", "City",
    "District",
    "Province", "Country", "Latitude", "Longitude",
)  # fmt: skip
_YEAR = re.compile(r"events\.(\d{4})\.\d{14}\.tab", re.IGNORECASE)


def span(name: str) -> Span | None:
    """Return the year that a file is of, as its name says."""
    match = _YEAR.search(name)
    return (dt.date(int(match[1]), 1, 1), dt.date(int(match[1]), 12, 31)) if match and int(match[1]) else None


LAYOUT = Layout(
    title="ICEWS events",
    source="icews",
    columns=COLUMNS,
    header=True,
    id="Event ID",
    day="Event Date",
    code="CAMEO Code",
    actor=Actor("Source Country", "Source Name", ("Source Sectors",)),
    recipient=Actor("Target Country", "Target Name", ("Target Sectors",)),
    lag=1,
    span=span,
)


def matches(_name: str, first: str) -> bool:
    """Whether a file looks like this."""
    return first.startswith("Event ID\t") and "\tCAMEO Code\t" in first

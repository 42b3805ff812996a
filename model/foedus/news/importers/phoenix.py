"""Phoenix events: 26 columns apart by tabs, no header, already one a day of the same code and sides."""

from __future__ import annotations

import datetime as dt
import re

from foedus.news.importers.dates import COMPACT, day
from foedus.news.importers.events import Actor, Layout, Span

COLUMNS = (
    "EventID", "Date", "Year", "Month", "Day", "SourceActorFull", "SourceActorEntity", "SourceActorRole",
    "SourceActorAttribute", "TargetActorFull", "TargetActorEntity", "TargetActorRole", "TargetActorAttribute",
    "EventCode", "EventRootCode", "PentaClass", "GoldsteinScore", "Issues", "Lat", "Lon", "LocationName", "StateName",
    "CountryCode", "SentenceID", "URLs", "NewsSources",
)  # fmt: skip
_NAMED = re.compile(r"events\.full\.(\d{8})\.", re.IGNORECASE)


def span(name: str) -> Span | None:
    """Return the day that a file is of, as its name says, with the days beside it: stories run over midnight."""
    match = _NAMED.search(name)
    try:
        when = day(match[1], COMPACT) if match else None
    except ValueError:
        return None
    return (when - dt.timedelta(days=1), when + dt.timedelta(days=1)) if when else None


LAYOUT = Layout(
    title="Phoenix events",
    source="phoenix",
    columns=COLUMNS,
    id="EventID",
    day="Date",
    code="EventCode",
    actor=Actor("SourceActorEntity", None, ("SourceActorRole",)),
    recipient=Actor("TargetActorEntity", None, ("TargetActorRole",)),
    url="URLs",
    day_format=COMPACT,
    lag=1,
    span=span,
)


def matches(_name: str, first: str) -> bool:
    """Whether a file looks like this."""
    cells = first.split("\t")
    return len(cells) == len(COLUMNS) and cells[1].isdigit() and len(cells[1]) == 8

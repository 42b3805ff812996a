"""GDELT 2.0 events: 61 columns apart by tabs (though the files are named .CSV), no header, a file a quarter of an hour.

Rows are reports, not events: one that is not the main event of its story (IsRootEvent 0) is not taken, nor is one that
was added more than a day after it is said to have happened, which is mostly an old event told again. GDELT 1.0 has 58.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from foedus.news.importers.dates import COMPACT, day
from foedus.news.importers.events import Actor, Cells, Layout, Span

_ACTOR = ("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code",
          "Type1Code", "Type2Code", "Type3Code")  # fmt: skip
_PLACE = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
COLUMNS = (
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
    *(f"Actor{n}{name}" for n in (1, 2) for name in _ACTOR),
    "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions",
    "NumSources", "NumArticles", "AvgTone",
    *(f"{which}Geo_{name}" for which in ("Actor1", "Actor2", "Action") for name in _PLACE),
    "DATEADDED", "SOURCEURL",
)  # fmt: skip
QUARTERS = 96  # files a day
_NAMED = re.compile(r"(\d{8})(\d{6})?\.export\.csv", re.IGNORECASE)


def root(places: Mapping[str, int], cells: Cells) -> str | None:
    """Say why a row is not the main event of a story, if it is not."""
    flag = cells[places["IsRootEvent"]]
    return None if flag == "1" else f"IsRootEvent is {flag or 'empty'}"


def reported_by(least: int) -> Callable[[Mapping[str, int], Cells], str | None]:
    """Return what refuses a row that fewer sources had in its first quarter of an hour, or that is no main event."""

    def keep(places: Mapping[str, int], cells: Cells) -> str | None:
        if why := root(places, cells):
            return why
        sources = cells[places["NumSources"]]
        enough = sources.isascii() and sources.isdigit() and int(sources) >= least
        return None if enough else f"NumSources is {sources or 'empty'}, below {least}"

    return keep


def span(name: str) -> Span | None:
    """Return the day that a file is of, as its name says."""
    match = _NAMED.search(name)
    try:
        return (day(match[1], COMPACT),) * 2 if match else None
    except ValueError:
        return None


LAYOUT = Layout(
    title="GDELT 2.0 events",
    source="gdelt",
    columns=COLUMNS,
    id="GLOBALEVENTID",
    day="SQLDATE",
    code="EventCode",
    actor=Actor("Actor1CountryCode", "Actor1Name", ("Actor1Type1Code", "Actor1Type2Code", "Actor1Type3Code")),
    recipient=Actor("Actor2CountryCode", "Actor2Name", ("Actor2Type1Code", "Actor2Type2Code", "Actor2Type3Code")),
    published="DATEADDED",
    url="SOURCEURL",
    day_format=COMPACT,
    published_format=COMPACT,
    lag=1,
    keep=root,
    span=span,
    slots=QUARTERS,
)
EARLIER = replace(
    LAYOUT,
    title="GDELT 1.0 events",
    columns=tuple(name for name in COLUMNS if not name.endswith("ADM2Code")),
    slots=1,
)


def matches(_name: str, first: str) -> bool:
    """Whether a file looks like this: 61 columns, the second a day, the last but one when it was added."""
    cells = first.split("\t")
    return len(cells) == len(COLUMNS) and cells[1][:8].isdigit() and cells[-2].isdigit()


def matches_earlier(_name: str, first: str) -> bool:
    """Whether a file looks like GDELT 1.0 with addresses."""
    cells = first.split("\t")
    return len(cells) == len(EARLIER.columns) and cells[1][:8].isdigit() and cells[-2].isdigit()

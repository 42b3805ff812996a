"""Made-up rows in the layout of GDELT 2.0 events: every field invented, none of anybody's data."""

from __future__ import annotations

import datetime as dt
from typing import Any

from foedus.news.importers.gdelt import COLUMNS

QUARTER = dt.timedelta(minutes=15)
DEFAULTS = {"IsRootEvent": "1", "NumMentions": "4", "NumSources": "2", "NumArticles": "4", "GoldsteinScale": "1.0",
            "AvgTone": "-1.5", "QuadClass": "1"}  # fmt: skip


def row(number: int, when: dt.date, code: str = "040", first: str = "KOR", second: str = "USA", **more: Any) -> str:
    """One row, added at noon of its day unless `DATEADDED` says otherwise."""
    cells = dict.fromkeys(COLUMNS, "") | DEFAULTS
    cells |= {
        "GLOBALEVENTID": str(number),
        "SQLDATE": f"{when:%Y%m%d}",
        "DATEADDED": f"{when:%Y%m%d}120000",
        "EventCode": code,
        "EventRootCode": code[:2],
        "Actor1CountryCode": first,
        "Actor1Code": first,
        "Actor2CountryCode": second,
        "Actor2Code": second,
        "SOURCEURL": f"https://example.org/{number}",
    }
    return "\t".join(str(value) for value in (cells | more).values())


def quarters(when: dt.date, start: int = 10**6) -> list[str]:
    """A row of other states in each quarter of an hour: what makes a day covered."""
    midnight = dt.datetime.combine(when, dt.time())
    return [
        row(start + n, when, "190", "FRA", "DEU", DATEADDED=f"{midnight + n * QUARTER:%Y%m%d%H%M%S}") for n in range(96)
    ]

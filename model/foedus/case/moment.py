"""The time as of which a forecast is made, as users write it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from foedus.case.types import Case
from foedus.errors import CaseError, Fault


def moment(case: Case, as_of: str | dt.datetime | dt.date | None) -> dt.datetime:
    """Read an as-of time: a date is the end of that civil day in the case's zone, a date-time needs an offset.

    None is the time of the last signal, or the opening of a case without any. Never the clock.

    Raises
    ------
    CaseError
        If it can't be read.
    """
    zone = ZoneInfo(case.file.timezone)
    if as_of is None:
        opened = dt.datetime.combine(case.file.opens, dt.time(), zone)
        return max((s.published.at for s in case.signals), default=opened).astimezone(zone)
    try:
        value = dt.date.fromisoformat(as_of) if isinstance(as_of, str) and len(as_of) <= 10 else as_of
        value = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise CaseError(
            [
                Fault(
                    "as_of",
                    0,
                    f"{as_of!r} is not an ISO date or date-time; write 2025-08-01 or 2025-08-01T09:52:00+09:00",
                )
            ]
        ) from None
    if not isinstance(value, dt.datetime):
        return dt.datetime.combine(value + dt.timedelta(days=1), dt.time(), zone)
    if value.tzinfo is None:
        raise CaseError([Fault("as_of", 0, f"{as_of} has no offset; write {value.isoformat()}+09:00 or a bare date")])
    return value.astimezone(zone)

"""The time as of which a forecast is made, as users write it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from foedus.case.types import Case
from foedus.case.values import FIRST_YEAR, LAST_YEAR
from foedus.errors import CaseError, Fault


def moment(case: Case, as_of: str | dt.datetime | dt.date | None) -> dt.datetime:
    """Read an as-of time: a date is the end of that civil day in the case's zone, a date-time needs an offset.

    None is the time of the last signal or count; in a case without any, the end of the day on which it opens, or of
    the first judgment where that is later. Never the clock.

    Raises
    ------
    CaseError
        If it can't be read.
    """
    zone = ZoneInfo(case.file.timezone)
    if as_of is None:
        first = max(case.file.opens, min((row.as_of for row in case.judgments), default=case.file.opens))
        opened = dt.datetime.combine(first + dt.timedelta(days=1), dt.time(), zone)
        published = [*(row.published.at for row in case.signals), *(row.published.at for row in case.counts)]
        return max(published, default=opened).astimezone(zone)
    if not isinstance(as_of, (str, dt.date)):
        kind = type(as_of).__name__
        said = f"a text (2025-08-01 or 2025-08-01T09:52:00+09:00), a date, or a datetime with a zone; got {as_of!r}"
        raise CaseError([Fault("as_of", 0, f"must be {said}, a value of type {kind}")])
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
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise CaseError([Fault("as_of", 0, f"{as_of}: the year must lie between {FIRST_YEAR} and {LAST_YEAR}")])
    if not isinstance(value, dt.datetime):
        return dt.datetime.combine(value + dt.timedelta(days=1), dt.time(), zone)
    if value.tzinfo is None:
        raise CaseError([Fault("as_of", 0, f"{as_of} has no offset; write {value.isoformat()}+09:00 or a bare date")])
    return value.astimezone(zone)


def warnings_as_of(case: Case, as_of: dt.datetime) -> tuple[str, ...]:
    """Return what is legal and yet worth a look, in the case and in the time that it is looked at.

    Parameters
    ----------
    case : Case
    as_of : datetime
        Aware.
    """
    return case.warnings + _outside_window(case, as_of)


def _outside_window(case: Case, as_of: dt.datetime) -> tuple[str, ...]:
    zone, file = ZoneInfo(case.file.timezone), case.file
    if as_of < dt.datetime.combine(file.opens, dt.time(), zone):
        return (f"as_of: {as_of.isoformat()} lies before the case opens, {file.opens}: no news counts yet",)
    resolved = {row.question for row in case.resolutions if row.known_from.at <= as_of}
    still_open = [name for name in file.questions if name not in resolved]
    if as_of > dt.datetime.combine(file.horizon + dt.timedelta(days=1), dt.time(), zone) and still_open:
        advice = f"the window has closed: resolve the open questions ({', '.join(still_open)}) in resolutions.csv"
        return (f"as_of: {as_of.isoformat()} lies after the horizon, {file.horizon}; {advice}",)
    return ()

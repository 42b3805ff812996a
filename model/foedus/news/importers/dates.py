"""Days as event data write them. A date without a day is no day: none is put on the first or middle of a month."""

from __future__ import annotations

import datetime as dt
import functools
import re
from zoneinfo import ZoneInfo

from foedus.case.values import FIRST_YEAR, LAST_YEAR

COMPACT, ISO = "%Y%m%d", "%Y-%m-%d"
_DIGITS = {COMPACT: re.compile(r"\d{8}", re.ASCII), ISO: re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)}
_MONTH_ONLY = re.compile(r"\d{4}-?(0[1-9]|1[0-2])(-?00)?", re.ASCII)
_STAMP = "%Y%m%d%H%M%S"


@functools.lru_cache(maxsize=8192)
def day(text: str, form: str = ISO) -> dt.date:
    """Read a day.

    Parameters
    ----------
    text : str
    form : str
        As `datetime.strptime` has it: `%Y%m%d`, `%Y-%m-%d`, `%d.%m.%Y`, ...

    Returns
    -------
    datetime.date

    Raises
    ------
    ValueError
        It is none; the message says what it is instead.
    """
    if _MONTH_ONLY.fullmatch(text):
        msg = f"{text!r} names a month and no day"
        raise ValueError(msg)
    try:
        if form in _DIGITS and not _DIGITS[form].fullmatch(text):
            raise ValueError
        found = dt.datetime.strptime(text, form).date()
    except ValueError:
        msg = f"{text!r} is no day written {_written(form)}" if text else "has no date"
        raise ValueError(msg) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        msg = f"{text!r}: the year must lie between {FIRST_YEAR} and {LAST_YEAR}"
        raise ValueError(msg)
    return found


def _written(form: str) -> str:
    for sign, word in (("%Y", "YYYY"), ("%m", "MM"), ("%d", "DD"), ("%H", "hh"), ("%M", "mm"), ("%S", "ss")):
        form = form.replace(sign, word)
    return form


@functools.lru_cache(maxsize=65536)
def stamp(text: str, form: str = ISO, zone: str = "UTC") -> dt.datetime:
    """Read when something was published: a day is its end, a time without an offset is read in `zone`.

    Parameters
    ----------
    text : str
        In `form`, or 14 digits (YYYYMMDDhhmmss), or an ISO date-time.
    form : str
        Of a day.
    zone : str
        IANA name.

    Returns
    -------
    datetime.datetime
        In UTC.

    Raises
    ------
    ValueError
        It is none.
    """
    local = ZoneInfo(zone)
    if len(text) == 14 and text.isascii() and text.isdigit():
        try:
            found = dt.datetime.strptime(text, _STAMP)
        except ValueError:
            msg = f"{text!r} is no time written YYYYMMDDhhmmss"
            raise ValueError(msg) from None
        return found.replace(tzinfo=local).astimezone(dt.UTC)
    if "T" in text:
        found = dt.datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=local)).astimezone(dt.UTC)
    try:
        bare = day(text, form)
    except ValueError:
        if not any(sign in form for sign in ("%H", "%I")):
            raise
        return dt.datetime.strptime(text, form).replace(tzinfo=local).astimezone(dt.UTC)
    return dt.datetime.combine(bare + dt.timedelta(days=1), dt.time(), local).astimezone(dt.UTC)


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return all days from `first` to `last`, both included."""
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def week_of(when: dt.date) -> dt.date:
    """Return the Monday of a day's week."""
    return when - dt.timedelta(days=when.weekday())

"""Cells and scalars -> values: days, moments, numbers, names.

Nothing is guessed. What a spreadsheet mangled is recognised, so that the message can say what
happened and what to write instead; every function raises `ValueError` with that sentence.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Literal
from zoneinfo import ZoneInfo

Precision = Literal["time", "day", "week", "month"]
FIRST_YEAR, LAST_YEAR = 1900, 2200
LARGEST = 1e15  # beyond it a number no longer holds the digits that its neighbours differ by

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_WEEK = re.compile(r"((?:19|20|21)\d{2})-W(\d{2})", re.ASCII)
_YEAR_AND_MONTH = re.compile(r"((?:19|20|21)\d{2})-(0[1-9]|1[0-2])", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,4})?", re.ASCII)
_SPREADSHEET_ERROR = re.compile(r"#(NAME\?|REF!|VALUE!|DIV/0!|N/A|NUM!|NULL!|SPILL!|CALC!)|#{2,}")
_ROUNDED_ID = re.compile(r"\d(\.\d+)?E\+\d+", re.ASCII)
_MONTH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY_AS_ID = re.compile(rf"\d{{1,2}}-({'|'.join(_MONTH)})(-\d{{2,4}})?", re.ASCII | re.IGNORECASE)


def _iso(year: str, month: str, day: str) -> str:
    century = "20" if len(year) == 2 else ""
    return f"{century}{year}-{int(month):02d}-{int(day):02d}"


def _serial(match: re.Match[str]) -> str:
    day = dt.date(1899, 12, 30) + dt.timedelta(days=int(match[1]))
    return f"this is a spreadsheet's day number; if {day} is meant, write {day}"


def _named_month(match: re.Match[str]) -> str:
    if match[2][:3].lower() not in _MONTH:
        return "write YYYY-MM-DD"
    return f"write {_iso(match[3], str(_MONTH.index(match[2][:3].lower()) + 1), match[1])}"


_MANGLED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}.*", re.ASCII),
        lambda _: "a spreadsheet's date, in which day and month can't be told apart; write YYYY-MM-DD",
    ),
    (re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})[-, ]+(\d{4}|\d{2})", re.ASCII), _named_month),
    (re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII), _serial),
    (re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII), lambda m: f"write {_iso(m[1], m[2], m[3])}"),
    (
        re.compile(r"(\d{4})[^\dT]{1,3}(\d{1,2})[^\dT]{1,3}(\d{1,2})[^\dT]{0,2}", re.ASCII),
        lambda m: f"write {_iso(m[1], m[2], m[3])}",
    ),
    (_MOMENT, lambda m: f"only the day belongs here; write {m[1]}"),
)


def parse_day(text: str) -> dt.date:
    """Read an ISO 8601 day.

    Parameters
    ----------
    text : str
        `YYYY-MM-DD`, in ASCII digits.

    Returns
    -------
    datetime.date

    Raises
    ------
    ValueError
        The text is anything else; the message says what to write.
    """
    if not _DAY.fullmatch(text):
        msg = f"{text!r} is not a date: {_day_advice(text)}"
        raise ValueError(msg)
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not a day of the calendar: write YYYY-MM-DD"
        raise ValueError(msg) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        msg = f"{text!r}: the year must lie between {FIRST_YEAR} and {LAST_YEAR}"
        raise ValueError(msg)
    return day


def _day_advice(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if folded != text and (_DAY.fullmatch(folded) or _MOMENT.fullmatch(folded)):
        return f"it has full-width digits or signs; write {folded}"
    for pattern, advice in _MANGLED:
        if match := pattern.fullmatch(folded.strip()):
            return advice(match)
    return "write YYYY-MM-DD, such as 2025-08-01"


def parse_moment(text: str, zone: dt.tzinfo, *, coarse: bool = False) -> tuple[dt.datetime, Precision]:
    """Read a day or a date-time with its offset.

    Parameters
    ----------
    text : str
        `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM[:SS]` with `Z` or an offset such as `+09:00`.
    zone : datetime.tzinfo
        Where a bare day is read: it is known when that civil day ends.
    coarse : bool
        Whether a week (`2025-W31`) or month (`2025-07`) will do.

    Returns
    -------
    at : datetime.datetime
        Aware, with a fixed offset, so that differences are true durations.
    precision : {"time", "day", "week", "month"}
        How exactly it was given.

    Raises
    ------
    ValueError
        The text is neither; the message says what to write.
    """
    match = _MOMENT.fullmatch(text)
    if not match:
        if _DAY.fullmatch(text):
            return _end_of_day(parse_day(text), zone), "day"
        if coarse and (found := _week_or_month(text)) is not None:
            return _end_of_day(found[0], zone), found[1]
        msg = f"{text!r} is not a date or date-time: {_day_advice(text)}, or a date-time with its offset"
        raise ValueError(msg)
    day = parse_day(match[1])
    if not match[3]:
        offset = _end_of_day(day, zone).isoformat()[-6:]
        msg = f"{text!r} has no offset from UTC: write {match[1]}T{match[2]}{offset} if that is meant, or the day"
        raise ValueError(msg)
    try:
        return dt.datetime.fromisoformat(text), "time"
    except ValueError:
        msg = f"{text!r} is not a time of day with an offset: write it as in {match[1]}T09:30+09:00"
        raise ValueError(msg) from None


def _week_or_month(text: str) -> tuple[dt.date, Precision] | None:
    """Return the last day of an ISO 8601 week or month."""
    if match := _WEEK.fullmatch(text):
        try:
            return dt.date.fromisocalendar(int(match[1]), int(match[2]), 7), "week"
        except ValueError:
            msg = f"{text!r} is not a week of that year: write one from W01 to W52 (or W53)"
            raise ValueError(msg) from None
    if match := _YEAR_AND_MONTH.fullmatch(text):
        following = dt.date(int(match[1]) + int(match[2]) // 12, int(match[2]) % 12 + 1, 1)
        return following - dt.timedelta(days=1), "month"
    return None


def _end_of_day(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    following = day + dt.timedelta(days=1)
    local = dt.datetime(following.year, following.month, following.day, tzinfo=zone)
    return local.replace(tzinfo=dt.timezone(local.utcoffset() or dt.timedelta()))


def parse_number(text: str) -> float:
    """Read a finite decimal number in ASCII digits; the point is the decimal sign.

    Raises
    ------
    ValueError
        The text is anything else; the message says what to write.
    """
    if _NUMBER.fullmatch(text):
        number = float(text)
        if math.isfinite(number):
            return number
        msg = f"{text!r} is too large a number"
        raise ValueError(msg)
    msg = f"{text!r} is not a number: {_number_advice(text)}"
    raise ValueError(msg)


def _number_advice(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    if folded != text and _NUMBER.fullmatch(folded):
        return f"it has full-width digits or signs; write {folded}"
    if folded.endswith("%") and _NUMBER.fullmatch(folded[:-1].strip()):
        return f"write {folded[:-1].strip()} or {float(folded[:-1]) / 100:g}, whichever is meant"
    if re.fullmatch(r"[-+]?\d+,\d+", folded, re.ASCII):
        return (
            f"write {folded.replace(',', '.')} with a decimal point, or {folded.replace(',', '')} without a separator"
        )
    if re.fullmatch(r"[-+]?\d{1,3}([, _]\d{3})+(\.\d+)?", folded, re.ASCII):
        return f"write {re.sub('[, _]', '', folded)}"
    return "write it in digits, with a decimal point"


def parse_whole(text: str) -> int:
    """Read a whole number.

    Raises
    ------
    ValueError
        The text is anything else.
    """
    number = parse_number(text)
    if number != round(number):
        msg = f"{text!r} must be a whole number"
        raise ValueError(msg)
    return int(number)


def parse_yes_no(text: str) -> bool:
    """Read yes or no (or a spreadsheet's TRUE and FALSE).

    Raises
    ------
    ValueError
        The text is anything else.
    """
    known = {"yes": True, "true": True, "no": False, "false": False}
    if text.lower() not in known:
        msg = f"{text!r} must be yes or no"
        raise ValueError(msg)
    return known[text.lower()]


def parse_probability(text: str) -> float | dt.date:
    """Read the value of a row that gives a probability, of which percent are not a way to write it.

    Raises
    ------
    ValueError
        The text is no number; the message says what to write.
    """
    folded = unicodedata.normalize("NFKC", text)
    if folded.endswith("%") and _NUMBER.fullmatch(number := folded[:-1].strip()):
        msg = f"{text!r} is not a number: write {float(number) / 100:g}"
        raise ValueError(msg)
    return parse_number_or_day(text)


def too_large(number: float | None) -> str | None:
    """Say what to do about a number that is too large to compute with, if it is."""
    if number is None or abs(number) <= LARGEST:
        return None
    return f"{number:g} is larger than {LARGEST:g}, which can't be computed with: use a larger unit (millions)"


def parse_number_or_day(text: str) -> float | dt.date:
    """Read a number, or an ISO 8601 day.

    Raises
    ------
    ValueError
        The text is neither; the message says what to write.
    """
    folded = unicodedata.normalize("NFKC", text)
    like_a_day = _DAY.fullmatch(folded) or any(pattern.fullmatch(folded) for pattern, _ in _MANGLED)
    return parse_day(text) if like_a_day and not _NUMBER.fullmatch(folded) else parse_number(text)


def parse_name(text: str) -> str:
    """Return an id as it stands, unless a spreadsheet made a number or a date of it.

    Raises
    ------
    ValueError
        The id was rewritten by a spreadsheet.
    """
    if _ROUNDED_ID.fullmatch(text):
        msg = f"{text!r}: a spreadsheet rounded this id to a number; format the column as text and write the id again"
        raise ValueError(msg)
    if _DAY_AS_ID.fullmatch(text):
        msg = f"{text!r}: a spreadsheet made a date of this id; format the column as text and write the id again"
        raise ValueError(msg)
    return text


def parse_word(text: str) -> str:
    """Return an id that is chosen from a list, its full-width letters folded.

    Raises
    ------
    ValueError
        The id was rewritten by a spreadsheet.
    """
    return parse_name(unicodedata.normalize("NFKC", text))


def spreadsheet_error(text: str) -> bool:
    """Whether a cell holds a spreadsheet's error (`#REF!`, `#NAME?`, `####`) instead of a value."""
    return text.startswith("#") and bool(_SPREADSHEET_ERROR.fullmatch(text))


def zone_name(name: str) -> str:
    """Return the name of an IANA time zone.

    Raises
    ------
    ValueError
        No such zone.
    """
    time_zone(name)
    return name


def time_zone(name: str) -> ZoneInfo:
    """Look up an IANA time zone.

    Raises
    ------
    ValueError
        No such zone.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        msg = f"{name!r} is not a time zone: write an IANA name such as Asia/Seoul or America/New_York"
        raise ValueError(msg) from None

"""How the forecast came about: the same case, as it would have been forecast at past times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from foedus.results import Estimate

if TYPE_CHECKING:
    from foedus.forecast import Forecast

_DRAWS, _POINTS = 256, 32


@dataclass(frozen=True)
class TimelinePoint:
    """Scenarios, headlines and `none_of_these` as of one time."""

    as_of: dt.datetime
    estimates: dict[str, Estimate]


def timeline(
    forecast: Forecast, n: int = 10, progress: Callable[[str, float], None] | None = None
) -> tuple[TimelinePoint, ...]:
    """Return points at ends of days from the last judgment to now: about `n` evenly spaced, the last three days, now.

    Earlier points use fewer draws; each has its own Monte Carlo error.
    """
    file = forecast.case.file
    zone = ZoneInfo(file.timezone)
    last_judged = max((j.as_of for j in forecast.case.judgments), default=file.opens)
    start = dt.datetime.combine(max(last_judged, file.opens) + dt.timedelta(days=1), dt.time(), zone)
    days = (forecast.as_of - start).days
    step = max(1, -(-days // max(n - 1, 1)))
    wanted = sorted({*range(0, max(days, 0), step), *range(max(days - 2, 0), days + 1)})
    times = [time for i in wanted if (time := start + dt.timedelta(days=i)) < forecast.as_of]
    points, past = [], None
    for i, time in enumerate(times):
        if progress is not None:
            progress("timeline", i / len(times))
        past = forecast.at(time, draws=_DRAWS, points=_POINTS) if past is None else past.revised(as_of=time)
        points.append(TimelinePoint(time, past.estimates))
    return (*points, TimelinePoint(forecast.as_of, forecast.estimates))

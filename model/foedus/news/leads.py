"""How far ahead the next outcome lies, day by day: shares of each week in lead bands, and the eras that weeks are in.

A day is either close after an outcome (the day itself and some days more, when everybody reports it: a band of its
own, that teaches nothing of what comes before), or in the band of its distance to the next one. Beyond the last band,
or with no outcome in view, is the band that others are compared with. A day of which it is not known when the next
outcome came has no band, and its week is left out.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.case.types import Codebook
from foedus.errors import Fault, nearest
from foedus.news.history import WEEK, History

EDGES = (14, 30, 60, 90)  # days, each the last of its band
AFTER = 7  # days after an outcome, the day itself not counted
LATER, JUST_AFTER = "later", "just after"
_MIDDLE = WEEK // 2


@dataclass(frozen=True)
class Design:
    """What the weeks of a history are to the model.

    Attributes
    ----------
    history : History
        Of the weeks that are used, W of them.
    bands : tuple of str [B]
        The lead bands that have an effect, then `just after`; `later` is what they are compared with.
    shares : array [W, B]
        Part of each week in each of them; the rest of it is `later`.
    eras : tuple of str [E]
    era : array [W]
    left_out : tuple of date
        First days of the weeks whose lead is not known.
    """

    history: History
    bands: tuple[str, ...]
    shares: NDArray[np.float64]
    eras: tuple[str, ...]
    era: NDArray[np.intp]
    left_out: tuple[dt.date, ...]

    @property
    def weeks_in(self) -> NDArray[np.float64]:
        """Weeks spent in each band [B], then in `later`."""
        return np.append(self.shares.sum(axis=0), (1 - self.shares.sum(axis=1)).sum())

    @property
    def outcomes(self) -> tuple[dt.date, ...]:
        """The outcomes that some week that is used comes before or after."""
        weeks = self.history.weeks
        if not weeks:
            return ()
        last = int(self.bands[-2].removeprefix("<="))
        ends = weeks[-1] + dt.timedelta(days=WEEK + last)
        return tuple(day for day in self.history.outcomes if weeks[0] <= day <= ends)


def band_names(edges: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the bands that have an effect, as a codebook writes them, then `just after`."""
    return (*(f"<={edge}" for edge in edges), JUST_AFTER)


def design(history: History, edges: tuple[int, ...] = EDGES, eras: tuple[dt.date, ...] | None = None) -> Design:
    """Place every week of a history in lead bands and eras.

    Parameters
    ----------
    history : History
    edges : tuple of int
        Last day of each band, increasing.
    eras : tuple of date, optional
        First day of each era but the first; by default each calendar year is one.
    """
    places = [[_band(week + dt.timedelta(days=n), history, edges) for n in range(WEEK)] for week in history.weeks]
    known = np.array([None not in days for days in places], dtype=bool)
    bands = band_names(edges)
    shares = np.array(
        [[days.count(b) / WEEK for b in range(len(bands))] for days, use in zip(places, known, strict=True) if use]
    ).reshape(int(known.sum()), len(bands))
    used = history.part(known)
    names = [_era(week + dt.timedelta(days=_MIDDLE), eras) for week in used.weeks]
    order = tuple(dict.fromkeys(names))
    return Design(
        history=used,
        bands=bands,
        shares=shares,
        eras=order,
        era=np.array([order.index(name) for name in names], dtype=np.intp),
        left_out=tuple(week for week, use in zip(history.weeks, known, strict=True) if not use),
    )


def _band(day: dt.date, history: History, edges: tuple[int, ...]) -> int | None:
    """Index of the band of a day; `len(edges) + 1` is `later`, None that it can't be told."""
    following = bisect_left(history.outcomes, day)
    past = history.outcomes[: following + 1] if day in history.outcomes else history.outcomes[:following]
    if past and (day - past[-1]).days <= AFTER:
        return len(edges)
    if following < len(history.outcomes):
        lead = (history.outcomes[following] - day).days
    elif (history.known_until - day).days >= edges[-1]:  # none came until then: it lies further ahead
        return len(edges) + 1
    else:
        return None
    band = bisect_left(edges, lead)
    return band if band < len(edges) else len(edges) + 1


def _era(day: dt.date, eras: tuple[dt.date, ...] | None) -> str:
    if eras is None:
        return str(day.year)
    begun = [first for first in eras if first <= day]
    return f"from {begun[-1]}" if begun else f"before {eras[0]}"


def unfit(codebook: Codebook, chosen: Mapping[str, str], question: str, columns: Sequence[str]) -> list[Fault]:
    """Find which codes can't take multipliers by lead time on a question from the columns chosen for them, and why."""
    faults = []
    for code, column in chosen.items():
        said = [] if column in columns else [f"no column is called {column!r}; {nearest(column, columns)}"]
        if code not in codebook.codes:
            said.append(f"no code is called {code!r}; {nearest(code, list(codebook.codes))}")
        else:
            said += _unfit(codebook, code, question)
        faults += [Fault("--code", 0, what) for what in said]
    return faults


def _unfit(codebook: Codebook, code: str, question: str) -> list[str]:
    entry = codebook.codes[code]
    bearing = entry.bears_on.get(question)
    if entry.kind == "per_document":
        return [f"{code} is a line of documents: a history counts events, so name a code of another kind"]
    if bearing is not None and bearing.by != "lead":
        return [f"{code} bears on {question} by {bearing.by}, and a history tells lead times: name a code by lead"]
    if entry.coverage == "exhaustive" and set(entry.bears_on) - {question}:
        return [f"{code} is covered in full and bears on another question already: it can bear on one"]
    return []

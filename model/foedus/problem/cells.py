"""Cells of a question as evidence meets them: which day it is, which are not past, where a factor is constant."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np

from foedus.problem.types import Axis, Floats, Index

VOID = "its question was settled before"
UNBELIEVED = "nobody who reports it is ever believed (credence 0)"


def day_number(moment: dt.datetime, zone: str, opens: dt.date) -> int:
    """Day, counted from `opens`, on which `moment` falls in `zone`; the end of a day belongs to it."""
    return ((moment - dt.timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() - opens).days


def alive(axis: Axis, day: int) -> Floats:
    """Pooled prior [C] of the cells that are not past on `day`, normalised."""
    out = axis.pool.copy()
    if axis.kind == "timing":
        out[: min(max(day - 1, 0), axis.cells - 1)] = 0.0
    total = out.sum()
    return out / total if total > 0 else out


def segments(layers: list[Index], cells: int) -> Index:
    """First cell of each run of cells on which no layer [K, C] changes."""
    change = np.zeros(cells, bool)
    change[0] = True
    for rows in layers:
        if rows.shape[0]:
            change[1:] |= (rows[:, 1:] != rows[:, :-1]).any(axis=0)
    return np.flatnonzero(change)

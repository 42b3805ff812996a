"""The keys of multipliers: how each `by` divides the outcomes of a question, and what a wrong key should have been."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from foedus.case.types import Bearing, Nominal, Ordinal, Quantity, Question, Timing
from foedus.case.values import parse_day, parse_number, parse_whole
from foedus.errors import nearest

FITS: dict[str, tuple[type, ...]] = {
    "level": (Ordinal, Nominal),
    "value": (Quantity,),
    "date": (Timing,),
    "lead": (Timing,),
    "target": (Timing,),
}


@dataclass(frozen=True)
class Form:
    """The keys that one `by` allows.

    Attributes
    ----------
    edge : pattern
        How an upper edge is written; its group is the edge itself.
    read : callable
        Reads that group.
    required, optional : tuple of str
        The words beside the edges.
    example : str
        What a user should write.
    """

    edge: re.Pattern[str]
    read: Callable[[str], Any]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    example: str


_UP_TO = re.compile(r"<=\s*(.+)")
FORMS = {
    "value": Form(_UP_TO, parse_number, ("above",), (), "'<=0', '<=10', 'above'"),
    "date": Form(_UP_TO, parse_day, ("later",), ("never",), "'<=2025-08-31', 'later', 'never'"),
    "lead": Form(_UP_TO, parse_whole, ("later", "never"), (), "'<=14', '<=30', 'later', 'never'"),
    "target": Form(
        re.compile(r"<=\s*(.+?)\s*after"),
        parse_whole,
        ("before", "within", "later", "never"),
        (),
        "'before', 'within', '<=30 after', 'later', 'never'",
    ),
}


def key_faults(by: str, keys: Sequence[str], question: Question) -> list[str]:
    """Say what is wrong with the keys of a complete set of multipliers; nothing where all is well.

    Parameters
    ----------
    by : str
        As in `Bearing.by`; it fits the type of `question`.
    keys : sequence of str
        As written, in their order.
    question : Question
        What the keys divide.

    Returns
    -------
    list of str
        One sentence a fault.
    """
    if isinstance(question, (Ordinal, Nominal)):
        return _missing_or_unknown(keys, [level.id for level in question.levels])
    form = FORMS[by]
    faults: list[str] = []
    last: float | dt.date | None = None
    for key in keys:
        if key in form.required or key in form.optional:
            continue
        edge = _edge(form, key)
        if isinstance(edge, str):
            faults.append(edge)
        elif last is not None and edge <= last:
            faults.append(f"{key!r} must come in order: its edge isn't above {last}")
        else:
            last = edge
    missing = [word for word in form.required if word not in keys]
    if missing and not faults:
        faults.append(f"{' and '.join(map(repr, missing))} must be given too, as in {form.example}")
    return faults


def _edge(form: Form, key: str) -> Any:
    """Return the upper edge in a key, or (a text) what is wrong with it."""
    match = form.edge.fullmatch(key)
    if not match:
        return f"{key!r} is not a band: write {form.example}"
    try:
        edge = form.read(match[1])
    except ValueError as error:
        return f"{key!r} is not a band ({error}): write {form.example}"
    if form.read is parse_whole and edge < 0:
        return f"{key!r} is not a band: days count from 0"
    return edge


def _missing_or_unknown(keys: Sequence[str], known: list[str]) -> list[str]:
    faults = [f"no level {key!r}; {nearest(key, known)}" for key in keys if key not in known]
    missing = [level for level in known if level not in keys]
    if missing and not faults:
        faults.append(f"every level needs a number; missing: {', '.join(missing)}")
    return faults


def direction(bearing: Bearing, question: Question) -> float | str:
    """Return which way a code points: 1 late in the order, -1 early, 0 nowhere; for a nominal question, the level."""
    numbers = {key: band.middle for key, band in (bearing.multipliers or {}).items()}
    if isinstance(question, Nominal):
        return max(numbers, key=lambda key: numbers[key]) if len(set(numbers.values())) > 1 else 0.0
    order = [level.id for level in question.levels] if isinstance(question, Ordinal) else list(numbers)
    kept = [numbers[key] for key in order if key in numbers and key != "before"]
    middle = (len(kept) - 1) / 2
    slope = sum((index - middle) * number for index, number in enumerate(kept))
    return float((slope > 1e-12) - (slope < -1e-12))

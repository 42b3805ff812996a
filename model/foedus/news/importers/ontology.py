"""CAMEO's codes and PLOVER's words: which exist, and which CAMEO code is which PLOVER event and mode.

The crosswalk is that of the PLOVER project (CAMEO2PLOVER, 2021), as facts: numbers and words. It has no target for
CAMEO's roots 01 (statements) and 02 (appeals), nor for five codes that CAMEO has and ICEWS lacks: 155, 176 (cyber),
1834, 1951 and 1952. 163 is COERCE, 164 SANCTION:withdraw, 1622 SANCTION:discontinue. Two
things are as the manual has them: REQUEST is what the table calls DEMAND, and who hosts a visit (043) is its recipient.
Codes are text of three or four digits: "036" is no number.
"""

from __future__ import annotations

import csv
import functools
from importlib.resources import files
from typing import NamedTuple

from foedus.case.vocabulary import WORDS
from foedus.case.vocabulary import label as word_for
from foedus.errors import nearest

EVENTS = tuple(WORDS["plover"])
_FORMER = {"DEMAND": "REQUEST"}  # earlier drafts
VISIT = "042_043"  # one visit is coded from both sides


class Plover(NamedTuple):
    """A PLOVER event with its mode; written AGREE or CONSULT:visit."""

    event: str
    mode: str = ""

    def __str__(self) -> str:
        return f"{self.event}:{self.mode}" if self.mode else self.event


@functools.cache
def crosswalk() -> dict[str, Plover | None]:
    """Return every CAMEO code with what it is in PLOVER, or None where that has no word for it."""
    with (files(__package__) / "crosswalk.csv").open(encoding="utf-8") as stream:
        return {
            code: Plover(row["event"], row["mode"]) if row["event"] else None
            for row in csv.DictReader(stream)
            for code in row["cameo"].split()
        }


@functools.cache
def labels() -> dict[str, tuple[str, str]]:
    """Return what some codes and all roots are called in English and Korean."""
    with (files(__package__) / "labels.csv").open(encoding="utf-8") as stream:
        return {row["code"]: (row["en"], row["ko"]) for row in csv.DictReader(stream)}


def label(code: str) -> tuple[str, str]:
    """Return what a code is called in English and Korean; of the code above it where it has no name of its own."""
    event = code.partition(":")[0]
    if event in EVENTS:
        return word_for("plover", event, "en"), word_for("plover", event, "ko")
    found = next((labels()[name] for name in (code, code[:3], code[:2]) if name in labels()), None)
    return found or (code, code)


@functools.lru_cache(maxsize=4096)
def cameo(text: str, pad: bool = False) -> tuple[str, bool]:
    """Read a CAMEO code.

    Parameters
    ----------
    text : str
        As it stands in the file.
    pad : bool
        Whether a leading zero that a spreadsheet took away may be put back.

    Returns
    -------
    code : str
        Of three or four digits.
    padded : bool
        Whether a zero was put back.

    Raises
    ------
    ValueError
        There is no such code; the message says what may have happened to it.
    """
    known = crosswalk()
    if text in known:
        return text, False
    stripped = text.removesuffix(".0")
    padded = f"0{stripped}"
    if stripped.isascii() and stripped.isdigit() and padded in known:
        if pad:
            return padded, True
        msg = f"{text!r} is no CAMEO code: has a spreadsheet taken the zero from {padded}? --pad-codes puts it back"
        raise ValueError(msg)
    msg = f"{text!r} is no CAMEO code" if text else "has no code"
    raise ValueError(msg)


@functools.lru_cache(maxsize=4096)
def plover(event: str, mode: str) -> Plover:
    """Read a PLOVER event with its mode, in whatever case.

    Raises
    ------
    ValueError
        There is no such event.
    """
    word = _FORMER.get(event.upper(), event.upper())
    if word not in EVENTS:
        msg = f"{event!r} is no PLOVER event" if event else "has no event type"
        raise ValueError(msg)
    first = mode.partition(";")[0].strip().lower()
    return Plover(word, first if first not in {"", "none", "na", "nan"} else "")


def asked(text: str, mixed: bool = True) -> str:
    """Say what is wrong with a code that is asked for, if anything: CAMEO's, a root of it, or a word of PLOVER.

    Parameters
    ----------
    text : str
    mixed : bool
        Whether the file has codes of CAMEO; else only words of PLOVER.
    """
    word = text.partition(":")[0]
    if not text.isascii() or not text.isdigit():
        if word in EVENTS or text == VISIT:
            return ""
        first = _FORMER.get(word.upper(), word.upper())
        said = f"write {first}" if first in EVENTS else nearest(first, EVENTS)
        return f"{text!r} is no {'CAMEO code and no ' if mixed else ''}PLOVER event; {said}"
    if not mixed:
        return f"{text!r} can't be asked for here: the codes of this file are PLOVER's, such as {EVENTS[0]}"
    known = {*crosswalk(), *(code[:2] for code in crosswalk())}
    if text in known:
        return ""
    return f"{text!r} is no CAMEO code" + (f"; write 0{text}" if f"0{text}" in known else "; write 036, 0311, 03, ...")


def parents(code: str) -> tuple[str, ...]:
    """Return a CAMEO code and what lies above it: 0311, 031, 03."""
    return tuple(code[:n] for n in range(len(code), 1, -1))

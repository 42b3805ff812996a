"""How high an actor stands: from who held which office when, from titles, and from roles and sectors.

`office_holders.csv` has public office-holders of five states since 2000, from the public record. Its days are inner
bounds: where the day of a handover is not certain, a term begins later or ends earlier, so that a match is sure and a
miss is possible. A person out of office has no level, and a ministry or a government as such has none either: that an
event has a level means that the file says so, and of an event between a leader and somebody unknown it can't be told.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files
from typing import NamedTuple

from foedus.case.states import state_of
from foedus.case.vocabulary import WORDS

LEVELS = tuple(WORDS["actor_level"])  # from high to low
UNSTATED = "unstated"  # no level can be told
STATE = "state"  # the state as such
_AS_SUCH = frozenset(
    ("", "korea", "south korean", "north korean", "korean", "american", "japanese", "chinese", "seoul", "pyongyang",
     "washington", "tokyo", "beijing", "government", "white house", "blue house", "정부", "청와대", "백악관")
)  # fmt: skip
_ROLES = {
    "MIL": "military", "LEG": "legislature", "MED": "media", "OPP": "party", "PTY": "party", "EDU": "expert",
    "military": "military", "legislative": "legislature", "parties": "party", "news": "media", "media": "media",
    "think tanks": "expert", "research": "expert",
}  # fmt: skip
_LEADERS = {"KOR": "president", "USA": "president", "CHN": "president", "JPN": "prime minister"}
_TITLES = {
    "foreign minister": "minister", "minister of foreign affairs": "minister", "defense minister": "minister",
    "defence minister": "minister", "secretary of state": "minister", "secretary of defense": "minister",
    "deputy secretary of state": "vice_minister", "vice foreign minister": "vice_minister",
    "deputy foreign minister": "vice_minister", "spokesman": "working", "spokeswoman": "working",
    "spokesperson": "working", "envoy": "working", "diplomat": "working", "negotiator": "working",
    "ambassador": "working", "head of government": "leader", "head of state": "leader",
    "외교부 장관": "minister", "외교장관": "minister", "국방부 장관": "minister", "국방장관": "minister",
    "국무장관": "minister", "차관": "vice_minister", "대변인": "working", "대통령": "leader",
}  # fmt: skip
_NOT_LETTERS = re.compile(r"[^\w]+|_")
_OF_A_STATE = re.compile(r"\s*\([^()]*\)\s*$")


class Term(NamedTuple):
    """Somebody's time in an office; `last` None: not over."""

    person: str
    office: str
    state: str
    level: str
    first: dt.date
    last: dt.date | None


def _key(name: str) -> tuple[str, ...]:
    """Make a name comparable: words in any order, without case, marks and hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = unicodedata.normalize("NFC", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    return tuple(sorted(_NOT_LETTERS.sub(" ", plain).split()))


@functools.cache
def office_holders() -> dict[tuple[str, ...], tuple[Term, ...]]:
    """Return the terms of each person, by every way to write the name."""
    found: dict[tuple[str, ...], list[Term]] = defaultdict(list)
    with (files(__package__) / "office_holders.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            last = dt.date.fromisoformat(row["to"]) if row["to"] else None
            first = dt.date.fromisoformat(row["from"])
            term = Term(row["person"], row["office"], row["state"], row["level"], first, last)
            names = [
                row["person"],
                row["person"].replace("-", ""),
                *row["aliases"].split(";"),
                *row["hangul"].split(";"),
            ]
            for key in {_key(name) for name in names if name}:
                found[key].append(term)
    return {key: tuple(terms) for key, terms in found.items()}


@functools.lru_cache(maxsize=16384)
def state_of_person(name: str) -> str | None:
    """Return the state that somebody held office in, if the table knows the name."""
    states = {term.state for term in office_holders().get(_key(name), ())}
    return states.pop() if len(states) == 1 else None


def term_on(name: str, when: dt.date) -> Term | None:
    """Return the office that somebody held on a day; the highest where there were two."""
    terms = office_holders().get(_key(name), ())
    held = [term for term in terms if term.first <= when and (term.last is None or when <= term.last)]
    return min(held, key=lambda term: LEVELS.index(term.level), default=None)


def level_of(name: str, roles: Iterable[str], state: str | None, when: dt.date) -> str | None:
    """Tell an actor's level on a day.

    Parameters
    ----------
    name : str
        A person, a title (Foreign Minister), or whatever the file calls the actor.
    roles : iterable of str
        CAMEO roles (GOV, MIL), or sectors or titles in words.
    state : str, optional
        ISO 3166 alpha-3, for titles that are the leader's in some states only.
    when : date

    Returns
    -------
    str or None
        One of `LEVELS`; None where it can't be told.
    """
    if (term := term_on(name, when)) is not None and state in {None, term.state}:
        return term.level
    if _key(name) in office_holders():
        return None  # out of office, or of another state
    words = [_OF_A_STATE.sub("", text).strip() for text in (name, *roles)]
    titled = (_titled(word.casefold(), state) for word in words)
    if level := next(filter(None, titled), None):
        return level
    named = (_ROLES.get(word) or _ROLES.get(word.casefold()) for word in words)
    sectors = (_ROLES.get(word.casefold().partition(" ")[0]) for word in words[1:])
    return next(filter(None, (*named, *sectors)), None)


def _titled(title: str, state: str | None) -> str | None:
    return "leader" if title and _LEADERS.get(state or "") == title else _TITLES.get(title)


def stands_for_state(name: str, state: str | None) -> bool:
    """Whether a name is no more than its state: its own name, its people's, its capital, its government."""
    plain = _OF_A_STATE.sub("", name).strip().casefold()
    if plain in _AS_SUCH:
        return True
    try:
        return state_of(plain) == state
    except ValueError:
        return False


def of_event(levels: Iterable[str | None]) -> str:
    """Return the level of an event: that of the lower end.

    Parameters
    ----------
    levels : iterable of str or None
        Of each end. `STATE`, a state as such, is as high as whoever it meets; None somebody of whom it can't be told.
    """
    found = tuple(levels)
    stated = [LEVELS.index(level) for level in found if level not in {None, STATE}]
    return UNSTATED if None in found or not stated else LEVELS[max(stated)]

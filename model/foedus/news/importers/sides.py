"""Which states stand on the two sides of a row, and whether they are a pair that was asked for.

Pairs have no order: a visit is coded once by the guest and once by the host, and an agreement by both. Codes of
another list are told, never guessed: KS is South Korea in FIPS 10-4, where CH is China; in ISO's two letters CH is
Switzerland.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from foedus.case.states import ISO3, state_of
from foedus.errors import CaseError, Fault
from foedus.news.importers.levels import state_of_person

_TWO_LETTERS = {
    "KOR": "KS KR", "PRK": "KN KP", "CHN": "CH CN", "JPN": "JA JP", "USA": "US", "RUS": "RS RU", "TWN": "TW",
}  # fmt: skip
_OF_TWO = {"Korea": ("KOR", "PRK")}  # what may be either of two states
AMBIGUOUS = "ambiguous: "
_OF_CAMEO = {"ROM": "ROU", "TMP": "TLS"}  # where CAMEO kept an earlier code
_KNOWN_AS = 16384


@dataclass(frozen=True, order=True)
class Dyad:
    """Two states, in the order of their codes."""

    first: str
    second: str

    @property
    def slug(self) -> str:
        """As names of codes have it: kor_usa."""
        return f"{self.first}_{self.second}".lower()

    def __str__(self) -> str:
        return f"{self.first},{self.second}"


def dyads(texts: Iterable[str]) -> tuple[Dyad, ...]:
    """Read pairs of states as a user writes them: `KOR,USA`.

    Raises
    ------
    CaseError
        A text names no two states; the message says what to write.
    """
    out: dict[Dyad, None] = {}
    faults = []
    for text in texts:
        states: list[str] = []
        for name in text.split(","):
            try:
                states.append(state_of(name.strip()))
            except ValueError as error:
                faults.append(Fault("--dyad", 0, str(error)))
        if len(set(states)) == 2:
            out[Dyad(*sorted(states))] = None
        elif len(states) == len(text.split(",")):
            faults.append(Fault("--dyad", 0, f"{text!r}: write two states, as in KOR,USA"))
    if faults:
        raise CaseError(faults)
    return tuple(out)


@functools.lru_cache(maxsize=_KNOWN_AS)
def state(text: str) -> str | None:
    """Return the ISO 3166 alpha-3 code of a state as files call it; None where it is none that is known."""
    if text in ISO3:
        return text
    if text in _OF_CAMEO:
        return _OF_CAMEO[text]
    if text.isascii() and len(text) <= 2:
        return None
    try:
        return state_of(text)
    except ValueError:
        return None


@functools.lru_cache(maxsize=_KNOWN_AS)
def implied(name: str) -> str | None:
    """Return the state that an actor's name tells: that of an office-holder, or which Korea it is.

    Other names of states are left alone: Georgia is a state of the United States as well.
    """
    person = state_of_person(name)
    return person if person is not None else found if (found := state(name.strip())) in {"KOR", "PRK"} else None


@dataclass
class Pairs:
    """The pairs that are wanted; `find` remembers what it has seen.

    Attributes
    ----------
    wanted : tuple of Dyad
    separator : str
        Between several states in one cell.
    known : {text: code}
        What a file calls states, where it has its own way.
    """

    wanted: tuple[Dyad, ...]
    separator: str = ";"
    known: Mapping[str, str] = field(default_factory=dict)
    _seen: dict[tuple[str, str], tuple[Dyad, ...] | str] = field(default_factory=dict)

    def find(self, actors: str, recipients: str) -> tuple[Dyad, ...] | str:
        """Return the wanted pairs that a row is of, or what is wrong with how it names a state.

        Parameters
        ----------
        actors, recipients : str
            Codes or names of states. Without recipients all are actors, as PLOVER has it.
        """
        key = actors, recipients
        if key not in self._seen:
            if len(self._seen) >= _KNOWN_AS:
                self._seen.clear()
            self._seen[key] = self._find(actors, recipients)
        return self._seen[key]

    def states(self, text: str) -> tuple[str, ...]:
        """Return the states that a cell names."""
        parts = (part.strip() for part in text.split(self.separator))
        return tuple(found for part in parts if (found := state(self.known.get(part, part))) is not None)

    def _find(self, actors: str, recipients: str) -> tuple[Dyad, ...] | str:
        first = self.states(actors)
        second = self.states(recipients) or first
        among = [{dyad.first, dyad.second} for dyad in self.wanted]
        pairs = {frozenset((a, b)) for a in first for b in second if a != b}
        found = tuple(dyad for dyad, both in zip(self.wanted, among, strict=True) if both in pairs)
        return found or self._mixed_up(actors, recipients) or ()

    def _mixed_up(self, actors: str, recipients: str) -> str:
        """Say so where a row would be of a pair if two letters, or a name of two states, were read as one of it."""
        first, second = self._called(actors), self._called(recipients) or self._called(actors)
        letters = {
            dyad: [_TWO_LETTERS.get(code, "").split() for code in (dyad.first, dyad.second)] for dyad in self.wanted
        }
        for dyad, (one, other) in letters.items():
            a, b = {dyad.first, *one}, {dyad.second, *other}
            if (first & a and second & b) or (first & b and second & a):
                short = sorted((first | second) & {*one, *other})
                return f"{' and '.join(short)}: two letters, which FIPS 10-4 and ISO 3166 read differently"
        for name, states in _OF_TWO.items():
            for dyad, (one, other) in letters.items():
                a = {dyad.first, *one, *([name] if dyad.first in states else [])}
                b = {dyad.second, *other, *([name] if dyad.second in states else [])}
                if (first & a and second & b) or (first & b and second & a):
                    return f"{AMBIGUOUS}{' or '.join(states)}"
        return ""

    def _called(self, text: str) -> set[str]:
        """Return what a cell calls its states, as it does and by their codes."""
        parts = {self.known.get(part, part) for cell in text.split(self.separator) if (part := cell.strip())}
        return {*parts, *self.states(text)}

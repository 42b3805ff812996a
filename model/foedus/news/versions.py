"""Two versions of a codebook -> what changed between them, and how far the version number had to move.

Major: rows coded before may now mean something else, or nothing (a code or source is gone, what a code takes or how it
is read has changed). Minor: new codes and other numbers. Patch: words. Whether a new wording of a definition means
something else only its author can say, so such a change is marked `judge` and asks for a patch at least.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from foedus.case.types import Band, Bearing, Code, Codebook, Combination, Source

Size = Literal["major", "minor", "patch"]
Kind = Literal["added", "removed", "deprecated", "reworded", "changed", "numbers"]
ORDER: tuple[Size, ...] = ("patch", "minor", "major")

# What each plain field of a code is: how rows are read, what they weigh, or words beside it.
_READING = ("kind", "sees", "coverage", "count_as", "requires", "of", "said_by", "left_out_by")
_WEIGHT = ("base_rate", "dispersion", "spread", "group", "max_per_week")
_BESIDE = ("title", "examples", "near_misses", "note", "plover", "cameo", "contradicts", "since")


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes
    ----------
    kind : str
    place : str
        Such as `codes.summit_announced.definition`.
    what : str
        The difference in words.
    size : {"major", "minor", "patch"}
        The least step that the version number must take for it.
    judge : bool
        Whether it may ask for a major step, which only the author can tell.
    """

    kind: Kind
    place: str
    what: str
    size: Size
    judge: bool = False


@dataclass(frozen=True)
class Comparison:
    """All differences, the step that they ask for, and the step that was taken (None: none).

    `backwards` is set where the new number is below the old one.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    needed: Size | None
    taken: Size | None
    backwards: bool

    @property
    def ok(self) -> bool:
        """Whether the version number moved far enough."""
        if self.backwards:
            return False
        return self.needed is None or (self.taken is not None and ORDER.index(self.taken) >= ORDER.index(self.needed))

    @property
    def to_judge(self) -> tuple[Change, ...]:
        """Changes of wording that call for a major step if they change what is coded; none where it was taken."""
        return () if self.taken == "major" else tuple(change for change in self.changes if change.judge)

    @property
    def least(self) -> str:
        """The lowest version number that the changes allow."""
        major, minor, patch = _numbers(self.old)
        steps = {None: (major, minor, patch), "patch": (major, minor, patch + 1), "minor": (major, minor + 1, 0)}
        return ".".join(map(str, steps.get(self.needed, (major + 1, 0, 0))))


def compare(old: Codebook, new: Codebook) -> Comparison:
    """Compare two versions of a codebook.

    Parameters
    ----------
    old, new : Codebook

    Returns
    -------
    Comparison
        Codes first, in the order of the new version, those that are gone at the end.
    """
    parts = (_codes(old.codes, new.codes), _combinations(old.combine, new.combine), _sources(old.sources, new.sources))
    changes = tuple(chain(*parts, _words("", old, new, ("title", "topics", "based_on"))))
    before, after = _numbers(old.version), _numbers(new.version)
    taken = next((size for size, i in zip(reversed(ORDER), range(3), strict=True) if after[i] != before[i]), None)
    return Comparison(
        old=old.version,
        new=new.version,
        changes=changes,
        needed=max((change.size for change in changes), key=ORDER.index, default=None),
        taken=None if after < before else taken,
        backwards=after < before,
    )


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch


def _codes(old: Mapping[str, Code], new: Mapping[str, Code]) -> Iterator[Change]:
    for name, code in new.items():
        place = f"codes.{name}"
        if name not in old:
            yield Change("added", place, "new", "minor")
        else:
            yield from _code(place, old[name], code)
    for name in old:
        if name not in new:
            yield Change("removed", f"codes.{name}", "gone: rows with it can't be read; deprecate it instead", "major")


def _code(place: str, old: Code, new: Code) -> Iterator[Change]:
    if (old.deprecated, old.replaced_by) != (new.deprecated, new.replaced_by):
        yield _deprecation(place, old, new)
    for field in _READING:
        if getattr(old, field) != getattr(new, field):
            yield Change("changed", f"{place}.{field}", _from_to(getattr(old, field), getattr(new, field)), "major")
    if old.definition != new.definition:
        yield Change("reworded", f"{place}.definition", "another wording", "patch", judge=True)
    for field in ("include", "exclude"):
        yield from _what_counts(f"{place}.{field}", getattr(old, field), getattr(new, field))
    yield from _bearings(place, old.bears_on, new.bears_on)
    for field in _WEIGHT:
        if getattr(old, field) != getattr(new, field):
            yield Change("numbers", f"{place}.{field}", _from_to(getattr(old, field), getattr(new, field)), "minor")
    yield from _words(place, old, new, _BESIDE)


def _deprecation(place: str, old: Code, new: Code) -> Change:
    """Return what became of a code's use; once deprecated, to be read as yet another code is another meaning."""
    again = old.deprecated is not None and old.replaced_by != new.replaced_by
    if new.deprecated is None:
        return Change("changed", f"{place}.deprecated", f"in use again (deprecated since {old.deprecated})", "minor")
    instead = f"read as {new.replaced_by}" if new.replaced_by else "without a replacement"
    what = f"since {new.deprecated}, {instead}"
    return Change("deprecated", place, what, "major" if again else "minor")


def _what_counts(place: str, old: Sequence[object], new: Sequence[object]) -> Iterator[Change]:
    """Yield what changed in a list of cases: one more or fewer is another meaning, other words may be one."""
    if old != new and sorted(map(str, old)) != sorted(map(str, new)):
        if len(old) == len(new):
            yield Change("reworded", place, "another wording", "patch", judge=True)
        else:
            yield Change("changed", place, f"{len(old)} cases, now {len(new)}", "major")


def _bearings(place: str, old: Mapping[str, Bearing], new: Mapping[str, Bearing]) -> Iterator[Change]:
    for question, bearing in new.items():
        here = f"{place}.{question}"
        if question not in old:
            yield Change("numbers", here, "speaks of this question now", "minor")
        elif said := "; ".join(_differences(old[question], bearing)):
            yield Change("numbers", here, said, "minor")
        elif (old[question].basis, old[question].source) != (bearing.basis, bearing.source):
            yield Change("reworded", f"{here}.source", f"another source ({bearing.basis})", "patch")
    for question in old:
        if question not in new:
            yield Change("numbers", f"{place}.{question}", "no longer speaks of this question", "minor")


def _differences(old: Bearing, new: Bearing) -> Iterator[str]:
    if old.by != new.by:
        yield f"by {old.by}, now by {new.by}"
    before, after = _flat(old), _flat(new)
    for key in (*after, *(key for key in before if key not in after)):
        if before.get(key) != after.get(key):
            yield f"{key} {_from_to(before.get(key), after.get(key))}"
    if old.spread != new.spread:
        yield f"spread {_from_to(old.spread, new.spread)}"


def _flat(bearing: Bearing) -> dict[str, Band]:
    """Return every number of a bearing: bands, then each speaker's own."""
    own = dict(bearing.multipliers or bearing.probability_present or {})
    for speaker, numbers in bearing.by_speaker.items():
        own |= {f"{key} ({speaker})": band for key, band in numbers.items()}
    return own


def _combinations(old: Sequence[Combination], new: Sequence[Combination]) -> Iterator[Change]:
    before, after = ({frozenset(one.codes): one for one in book} for book in (old, new))
    for codes, one in after.items():
        place = "combine." + "+".join(one.codes)
        if codes not in before:
            yield Change("added", place, "new joint multiplier", "minor")
        else:
            yield from _bearings(place, before[codes].bears_on, one.bears_on)
    for codes, one in before.items():
        if codes not in after:
            yield Change("removed", "combine." + "+".join(one.codes), "no joint multiplier any more", "minor")


def _sources(old: Mapping[str, Source], new: Mapping[str, Source]) -> Iterator[Change]:
    for name, source in new.items():
        place = f"sources.{name}"
        if name not in old:
            yield Change("added", place, "new", "minor")
            continue
        for field in ("reliability", "credence"):
            before, after = getattr(old[name], field), getattr(source, field)
            if before != after:
                yield Change("numbers", f"{place}.{field}", _from_to(before, after), "minor")
        yield from _words(place, old[name], source, ("title", "type", "side", "url", "note"))
    for name in old:
        if name not in new:
            yield Change("removed", f"sources.{name}", "gone: rows that name it can't be read", "major")


def _words(place: str, old: object, new: object, fields: Sequence[str]) -> Iterator[Change]:
    for field in fields:
        if getattr(old, field) != getattr(new, field):
            yield Change("reworded", f"{place}.{field}".lstrip("."), "another text", "patch")


def _from_to(old: Any, new: Any) -> str:
    return f"{_said(old)} -> {_said(new)}"


def _said(value: Any) -> str:
    if isinstance(value, Band):
        band = f"[{value.low:g}, {value.middle:g}, {value.high:g}]"
        return f"{value.middle:g}" if value.certain else band
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {' or '.join(map(str, words))}" for key, words in value.items()) or "none"
    if hasattr(value, "model_dump"):
        return " ".join(f"{part}" for part in value.model_dump(exclude_none=True).values())
    return "none" if value is None else f"{value}"

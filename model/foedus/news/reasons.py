"""Why rows look like one, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from foedus.case.types import Signal
from foedus.news.clusters import Cluster
from foedus.news.fields import dyad
from foedus.news.pairs import DAY, UNLIKE

_SAME: Mapping[str, Callable[[Signal], str]] = {  # said where it holds of every pair
    "same_states": lambda row: f"same states ({(dyad(row) or '').replace(';', ', ')})",
    "same_level": lambda row: f"same level ({row.actor_level})",
    "same_speaker": lambda row: f"same speaker ({row.speaker or row.speaker_as_stated})",
    "same_target": lambda row: f"same dates named ({row.target_from or row.target_to} to {row.target_to})",
    "same_address": lambda _: "same address",
    "swapped": lambda _: "actor and recipient change places",
}
_OTHER: Mapping[str, str] = {  # said where it holds of any pair
    "other_speaker": "speakers differ",
    "other_target": "dates named differ",
    "other_numbers": "numbers in the texts differ",
    "other_auxiliary": "one is announced and one is done, or the like (auxiliary)",
    "other_event": "they are marked as different events",
}


def reasons(rows: Sequence[Signal], cluster: Cluster) -> tuple[str, ...]:
    """Return what rows of a cluster have in common, then what differs."""
    return tuple(_in_words(rows, cluster))


def _in_words(rows: Sequence[Signal], cluster: Cluster) -> Iterator[str]:
    codes = sorted({row.code for row in rows})
    yield f"same code ({codes[0]})" if len(codes) == 1 else f"codes that are near misses ({', '.join(codes)})"
    hints = [set(link.hints) for link in cluster.links]
    yield from (say(rows[0]) for name, say in _SAME.items() if all(name in each for each in hints))
    yield _time(cluster.width, happened=all("happened_together" in each for each in hints))
    yield _texts([link.alike for link in cluster.links if link.alike is not None])
    yield from (said for name, said in _OTHER.items() if any(name in each for each in hints))


def _texts(alike: Sequence[float]) -> str:
    if not alike:
        return "no texts to compare"
    low, high = (f"{100 * share:.0f}%" for share in (min(alike), max(alike)))
    if max(alike) < UNLIKE:
        return "texts differ"
    return f"texts {low} alike" if low == high else f"texts up to {high} alike"


def _time(width: float, *, happened: bool) -> str:
    if happened:
        return "happened at the same time"
    if width == 0:
        return "within a day of each other"
    return f"{width / 3600:.0f} h apart" if width < DAY else f"over {width / DAY + 1:.0f} days"

"""What the signals of one unit may say together, where coders read some of them in several ways."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foedus.case.types import Signal

MOST = 64  # readings of a unit; what is less probable than these is left out
Reading = tuple[float, tuple[Signal, ...]]


def readings(choices: Iterable[Sequence[tuple[float, Signal | None]]], most: int = MOST) -> list[Reading]:
    """Return every way to read the signals of a unit, with its probability.

    Parameters
    ----------
    choices : iterable of sequences of (weight, signal or None)
        For each signal what it may say; None: nothing here. Coders slip on each of them apart.
    most : int
        The most probable so many are kept.

    Returns
    -------
    list of (weight, signals)
        Weights sum to 1. A code that is said twice is said once.
    """
    found: dict[tuple[int, ...], Reading] = {(): (1.0, ())}
    for options in choices:
        longer: dict[tuple[int, ...], Reading] = {}
        for before, said in found.values():
            for weight, signal in options:
                new = said if signal is None or signal.code in {s.code for s in said} else (*said, signal)
                key = tuple(id(s) for s in new)
                longer[key] = longer.get(key, (0.0, new))[0] + before * weight, new
        found = longer if len(longer) <= most else dict(sorted(longer.items(), key=lambda entry: -entry[1][0])[:most])
    total = sum(weight for weight, _ in found.values())
    return [(weight / total, said) for weight, said in found.values()]

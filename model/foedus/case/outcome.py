"""A recorded outcome as it is written: one value, or the ends of a range that it is known to lie in."""

from __future__ import annotations

NEVER = "never"


def ends(outcome: str) -> tuple[str, str]:
    """Return both ends of `a..b`, `a..` or `..b`, "" for an open one; of a single value, twice the value.

    Both ends belong to the range.
    """
    first, dots, last = (part.strip() for part in outcome.partition(".."))
    return (first, last) if dots else (outcome, outcome)


def is_range(outcome: str) -> bool:
    """Whether an outcome is known only as a range."""
    first, last = ends(outcome)
    return first != last

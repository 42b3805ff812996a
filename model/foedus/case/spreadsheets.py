"""Text from elsewhere in files that a spreadsheet may open: none of it may be taken for a formula."""

from __future__ import annotations

RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula, by an apostrophe before it."""
    return f"'{text}" if text.startswith(RISKY) else text

"""Text from elsewhere: made an id of, and written so that no spreadsheet takes it for a formula."""

from __future__ import annotations

import re
import unicodedata

RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_LONGEST = 60


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula, by an apostrophe before it."""
    return f"'{text}" if text.startswith(RISKY) else text


def identifier(name: str) -> str:
    """Make an id of a foreign name: letters, digits, `_` and `-`, not beginning with a digit."""
    plain = unicodedata.normalize("NFKC", name).strip()
    made = re.sub(r"[^\w-]+", "_", plain).strip("_-")[:_LONGEST].rstrip("_-")
    return made if made and not made[0].isdigit() else f"x_{made}".rstrip("_")

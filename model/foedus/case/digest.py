"""Which input a result came from: the SHA-256 of the bytes of each file, before anything reads them."""

from __future__ import annotations

import hashlib


def digest(content: bytes) -> str:
    """Return the SHA-256 of `content` as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()

"""How alike two short texts are, in Korean and English, once endings and spacing are set aside.

Korean particles and the possessive are taken off words, function words dropped, numbers written without separators.
Then the better of two ratios counts: of the words, whatever their order (`token_set_ratio`), and of the letters without
any spaces (`partial_ratio`), since Korean compounds are written with and without. Texts in different scripts can't be
compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

Floats = NDArray[np.float64]
WORDS_OF_SIGNATURE = 8  # 64 bits each
ENOUGH = 25.0  # Latin letters; shorter texts say less
_HANGUL_LETTERS = 2.5  # Latin letters that one syllable stands for
_SEPARATOR = re.compile(r"(?<=\d)[,.](?=\d{3}\b)")
_INITIALS = re.compile(r"(?<!\w)(?:\w\.){2,}")  # U.S.
_OTHER = re.compile(r"[^\w]+|_+")
_HANGUL = re.compile("[가-힣]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FUNCTION = frozenset(
    ["a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on", "or", "that", "the",
     "their", "to", "was", "were", "will", "with"]
)  # fmt: skip
_PARTICLES = (
    "으로부터", "에게서", "에서는", "에서의", "으로서", "으로써", "이라고", "라고", "에서", "에게",
    "까지", "부터", "으로", "께서", "은", "는", "이", "가", "을", "를", "의", "에", "로", "와", "과", "도", "만",
)  # fmt: skip


@dataclass(frozen=True)
class Plain:
    """A text in the form in which it is compared; `spaced` holds its words, `numbers` those in digits."""

    spaced: str
    numbers: frozenset[str]

    @cached_property
    def joined(self) -> str:
        """Its letters without spaces."""
        return self.spaced.replace(" ", "")

    @cached_property
    def script(self) -> Literal["", "hangul", "other"]:
        """What most of it is written in; nothing where there is no text."""
        if not self.joined:
            return ""
        return "hangul" if 2 * len(_HANGUL.findall(self.joined)) >= len(self.joined) else "other"

    @cached_property
    def size(self) -> float:
        """Length in Latin letters."""
        return len(self.joined) + (_HANGUL_LETTERS - 1) * len(_HANGUL.findall(self.joined))

    def signature(self) -> NDArray[np.uint64]:
        """Return bits [8] of its runs of three letters: what shares few of them is not alike."""
        bits = np.zeros(64 * WORDS_OF_SIGNATURE, bool)
        letters = np.frombuffer(self.joined.encode("utf-32-le"), np.uint32).astype(np.uint64)
        if len(letters) > 2:
            bits[(letters[:-2] * 7919 + letters[1:-1] * 104_729 + letters[2:] * 1_299_709) % len(bits)] = True
        return np.packbits(bits).view(np.uint64)


def plain(text: str | None) -> Plain:
    """Return a text as it is compared; nothing for None."""
    folded = unicodedata.normalize("NFKC", text or "").casefold().replace("'s ", " ").replace("·", "")
    folded = _INITIALS.sub(lambda initials: initials[0].replace(".", ""), _SEPARATOR.sub("", folded))
    words = [_stem(word) for word in _OTHER.sub(" ", folded).split() if word not in _FUNCTION]
    return Plain(" ".join(words), frozenset(_NUMBER.findall(folded)))


def _stem(word: str) -> str:
    """Take a particle off a Korean word, where two syllables or more are left."""
    if not _HANGUL.match(word[-1]):
        return word
    return next((word[: -len(p)] for p in _PARTICLES if word.endswith(p) and len(word) >= len(p) + 2), word)


def likeness(a: Sequence[Plain], b: Sequence[Plain]) -> Floats:
    """How alike texts are, pair by pair, from 0 to 1: one is the other, or stands within it, up to words and spacing.

    Parameters
    ----------
    a, b : sequences of Plain, as long as each other
        Of one script each pair.

    Returns
    -------
    array [n]
    """
    if not len(a):
        return np.zeros(0)
    words = process.cpdist([x.spaced for x in a], [x.spaced for x in b], scorer=fuzz.token_set_ratio, dtype=np.float64)
    letters = process.cpdist([x.joined for x in a], [x.joined for x in b], scorer=fuzz.partial_ratio, dtype=np.float64)
    return np.asarray(np.maximum(words, letters)) / 100


def shared_runs(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> Floats:
    """Part of the runs of letters of the shorter text that the other has too, about, from signatures [n, 8]: [n]."""
    both, least = (
        np.bitwise_count(a & b).sum(axis=1),
        np.minimum(np.bitwise_count(a).sum(1), np.bitwise_count(b).sum(1)),
    )
    return np.asarray(both / np.maximum(least, 1))

"""An index of words: each word of a title, and the codes that hold it."""

from __future__ import annotations

import re
from collections import defaultdict

from foedus.report.codebook.speech import Speech

_WORD = re.compile(r"[^\W\d_]{2,}")
_EMPTY = frozenset(
    """
    about after an and another are as at be been before being both by can could do does down each either else end for
    from go has have if in into is it its least may more most near no nor not of off on one or other out own said say
    says several side sides still than that the their them there they this through to under up was were which who will
    with without would 및 등 또는 대한 관한 의한 위한
    """.split()  # noqa: SIM905
)


def index(speech: Speech) -> tuple[tuple[str, tuple[tuple[int, str], ...]], ...]:
    """Return words in order, each with the numbers and titles of its codes; of the id too, in English."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for name, n in speech.numbers.items():
        title = str(speech.code(name))
        words = _WORD.findall(title)
        if speech.lang == "en":
            words += _WORD.findall(name.replace("_", " "))
        for word in words:
            if word.lower() not in _EMPTY:
                found[_as_written(word)][n] = title
    return tuple((word, tuple(found[word].items())) for word in sorted(found, key=lambda word: (word.lower(), word)))


def _as_written(word: str) -> str:
    """Return a word in small letters, unless it is an acronym."""
    return word if word.isupper() else word.lower()

"""Codes and sources found by word, in English and Korean: what is typed, against titles, definitions, examples."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from foedus.case.types import Code, Codebook, Source, Text

Fields = Sequence[tuple[float, str]]  # weight and text of each part of a document
_WHOLE, _BEGINS, _WITHIN, _STEM, _CLOSE = 1.0, 0.8, 0.6, 0.5, 0.3
_HANGUL = re.compile("[가-힣]+")
HAND = ("signal", "per_document")  # kinds that people code: counts and discrepancies are found
_CUTOFF = 0.75  # of words that may be misspelt


def codes(book: Codebook, words: str) -> list[str]:
    """Return the codes that fit some words, the best first; all that are coded by hand, in their order, for no words.

    Deprecated codes, counts and discrepancies, which are not coded as signals, are left out.
    """
    open_ = {name: code for name, code in book.codes.items() if not code.deprecated and code.kind in HAND}
    return ranked(words, {name: _code(name, code) for name, code in open_.items()})


def sources(book: Codebook, words: str) -> list[str]:
    """Return the sources that fit some words, the best first; all in their order for no words."""
    return ranked(words, {name: _source(name, source) for name, source in book.sources.items()})


def ranked(words: str, documents: Mapping[str, Fields]) -> list[str]:
    """Return the documents that fit every word, the best first; where none does, those that fit some.

    A word fits where it stands in a text, as a word or a part of one (Korean words carry particles), or
    is close to one; each counts by the part of the document that it fits best.
    """
    tokens = _words(words)
    if not tokens:
        return list(documents)
    folded = {name: [(weight, fold(text), _words(text)) for weight, text in part] for name, part in documents.items()}
    scores = {name: [max(_fit(token, field) for field in part) for token in tokens] for name, part in folded.items()}
    whole = [name for name, each in scores.items() if all(each)]
    some = whole or [name for name, each in scores.items() if any(each)]
    return sorted(some, key=lambda name: -sum(scores[name]))


def fold(text: str) -> str:
    """Return text as it is compared: compatibility forms and case folded."""
    return unicodedata.normalize("NFKC", text).casefold()


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))


def _fit(token: str, field: tuple[float, str, list[str]]) -> float:
    weight, text, words = field
    if token in words:
        return weight * _WHOLE
    if any(word.startswith(token) for word in words):
        return weight * _BEGINS
    if token in text:
        return weight * _WITHIN
    if _HANGUL.fullmatch(token) and any(len(token) - n > n and token[:-n] in text for n in (1, 2)):
        return weight * _STEM
    if len(token) >= 4 and get_close_matches(token, words, n=1, cutoff=_CUTOFF):
        return weight * _CLOSE
    return 0.0


def _code(name: str, code: Code) -> Fields:
    parts = [(4.0, name.replace("_", " ")), (4.0, _both(code.title)), (2.0, _both(code.definition))]
    parts += [(1.5, _all(code.include)), (1.0, _all(code.examples)), (0.5, _all((*code.exclude, *code.near_misses)))]
    return [(weight, text) for weight, text in parts if text] or [(1.0, name)]


def _source(name: str, source: Source) -> Fields:
    parts = [(4.0, name.replace("_", " ")), (4.0, _both(source.title)), (1.0, source.side or "")]
    parts += [(1.0, source.url or ""), (0.5, _both(source.note))]
    return [(weight, text) for weight, text in parts if text]


def _both(text: Text | None) -> str:
    return "" if text is None else f"{text.en} {text.ko}".strip()


def _all(texts: Iterable[Text]) -> str:
    return " ".join(map(_both, texts))

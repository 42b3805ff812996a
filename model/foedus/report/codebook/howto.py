"""The page for coders: rules, what each column of signals.csv holds, and the controlled words with their meanings."""

from __future__ import annotations

from itertools import count

from foedus.case.rows import Signal
from foedus.case.vocabulary import WORDS
from foedus.report.codebook.material import HowTo, Table
from foedus.report.codebook.speech import Speech

RULES = ("row", "dates", "joins", "not", "two")
_FREE = {"plover", "basis"}  # of the codebook, not of rows; their words stand with each code


def howto(speech: Speech) -> HowTo:
    """Return the rules for coding with this codebook."""
    voice = speech.voice
    return HowTo(
        rules=tuple((str(voice.text(f"cb_rule_{rule}")), _sentences(speech, rule)) for rule in RULES),
        columns=_columns(speech),
        words=tuple(_words(speech, column) for column in WORDS if column not in _FREE),
        topics=_topics(speech),
    )


def _sentences(speech: Speech, rule: str) -> tuple[str, ...]:
    keys = (f"cb_rule_{rule}_{i}" for i in count(1))
    found: list[str] = []
    for key in keys:
        if not speech.voice.has(key):
            break
        found.append(str(speech.voice.text(key)))
    return tuple(found)


def _columns(speech: Speech) -> Table:
    voice, needed = speech.voice, str(speech.voice.text("cb_needed"))
    fields = [(name, field) for name, field in Signal.model_fields.items() if name != "line"]
    fields.sort(key=lambda named: not named[1].is_required())
    rows = tuple(
        (name, str(voice.text(f"cb_col_{name}")) + (f" ({needed})" if field.is_required() else ""))
        for name, field in fields
    )
    return Table(str(voice.text("cb_columns")), (str(voice.text("cb_column")), str(voice.text("cb_meaning"))), rows)


def _words(speech: Speech, column: str) -> Table:
    head = (str(speech.voice.text("cb_word")), str(speech.voice.text("cb_meaning")))
    rows = tuple((word, text(speech.lang)) for word, text in WORDS[column].items())
    return Table(column, head, rows)


def _topics(speech: Speech) -> Table | None:
    topics = speech.case.codebook.topics
    if not topics:
        return None
    head = (str(speech.voice.text("cb_word")), str(speech.voice.text("cb_meaning")))
    rows = tuple((name, str(speech.user(text, name))) for name, text in topics.items())
    return Table(str(speech.voice.text("cb_topics")), head, rows)

"""One question of the guided prompt: a line read from a terminal or a pipe, judged by the loader, or asked again."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.text import Text as Shown

from foedus.case.append import judge_cell
from foedus.case.values import time_zone
from foedus.case.vocabulary import WORDS, label
from foedus.cli import code_show
from foedus.cli.code_steps import Answers, Step
from foedus.cli.code_words import phrase
from foedus.errors import FoedusError
from foedus.news import search
from foedus.news.alike import alike

if TYPE_CHECKING:
    from rich.console import Console

    from foedus.case.types import Case, Lang, Moment

BACK = ("<", "back", "뒤로")
EMPTY = "-"
PAGE = 12  # found at once
YES, NO = ("y", "yes", "예", "네", "ㅛ"), ("n", "no", "아니오", "아니요", "ㅜ")


class Back(Exception):  # noqa: N818
    """One question back."""


class Ended(FoedusError):  # noqa: N818
    """The input ended before the signal was whole."""


@dataclass(frozen=True)
class Talk:
    """A case, a console, a language, and what Enter stands for beside what the steps say (by column)."""

    case: Case
    console: Console
    lang: Lang
    last: Answers = field(default_factory=dict)

    def say(self, key: str, **values: object) -> None:
        """Print a sentence."""
        self.console.print(Shown(phrase(key, self.lang, **values)))

    def ask(self, question: str, explain: str, default: str = "") -> str:
        """Return an answer: stripped and composed; the default for none; nothing for `-`.

        Raises
        ------
        Back
            For `<`.
        Ended
            Where there is no more input.
        """
        shown = f"{question} [{default}]: " if default else f"{question}: "
        while True:
            answer = unicodedata.normalize("NFC", _line(self.console, shown)).strip()
            if answer.casefold() in BACK:
                raise Back
            if answer == "?":
                self.console.print(Shown(explain, style="dim"))
                continue
            return "" if answer == EMPTY else answer or default

    def sure(self, question: str, default: str = "yes", explain: str = "") -> bool:
        """Return whether the answer is yes; `explain` is what `?` prints."""
        while True:
            answer = self.ask(question, explain or question, default).casefold()
            if answer in (*YES, *NO):
                return answer in YES
            self.say("no_choice", answer=answer)

    def again(self) -> bool:
        """Return whether another signal is wanted; not where there is no more input."""
        try:
            return self.sure(phrase("another", self.lang), "no")
        except (Back, Ended):
            return False

    def default(self, step: Step, answers: Answers) -> str:
        """Return what Enter stands for."""
        return answers.get(step.column) or self.last.get(step.column) or step.default(self.case, answers)


def _line(console: Console, prompt: str) -> str:
    """Read one line; from a pipe it is echoed, so that a transcript can be read."""
    ended = f"The input ended before the signal was whole. {phrase('left', 'en')}"
    if sys.stdin.isatty():
        with suppress(ImportError):
            import readline  # noqa: F401 - editing, where there is any
        try:
            return input(prompt)
        except EOFError:
            raise Ended(ended) from None
    line = sys.stdin.readline()
    console.print(Shown(prompt + line.rstrip("\r\n")))
    if not line:
        raise Ended(ended)
    return line.rstrip("\r\n")


def answer(talk: Talk, step: Step, answers: Answers) -> dict[str, str] | None:
    """Ask one question until its answer is sound; return the cells it fills, None where there was nothing to ask."""
    ask = _KINDS[step.kind]
    while True:
        cells = ask(talk, step, answers)
        if cells is None:
            return None
        if _sound(talk, step, {**answers, **cells}):
            return cells


def _sound(talk: Talk, step: Step, answers: Answers) -> bool:
    """Say what the loader says of a cell; return whether it takes it."""
    said = judge_cell(talk.case, answers, step.column)
    faults = list(said.faults)
    if step.required and not answers.get(step.column):
        faults.append(step.explain(talk.lang))
    for fault in faults:
        talk.console.print(Shown(f"{step.column}: {fault}", style="red"))
    if faults:
        return False
    for warning in said.warnings:
        talk.say("warning", text=f"{step.column}: {warning}")
    if step.kind == "moment" and answers.get(step.column) and said.signal is not None:
        moment: Moment = getattr(said.signal, step.column)
        precision, at = phrase(moment.precision, talk.lang), moment.at.isoformat(timespec="minutes")
        talk.say("known_from", text=answers[step.column], precision=precision, at=at)
    return True


# -- kinds of questions --------------------------------------------------------------------------


def _text(talk: Talk, step: Step, answers: Answers) -> dict[str, str]:
    return {step.column: talk.ask(step.ask(talk.lang), step.explain(talk.lang), talk.default(step, answers))}


def _moment(talk: Talk, step: Step, answers: Answers) -> dict[str, str]:
    """Ask for a moment, and the zone that may follow it."""
    (given,) = _text(talk, step, answers).values()
    first, _, zone = given.rpartition(" ")
    if first and ("/" in zone or zone == "UTC"):
        try:
            time_zone(zone)
        except ValueError as error:
            talk.console.print(Shown(str(error), style="red"))
            return _moment(talk, step, answers)
        return {step.column: first.strip(), f"{step.column}_zone": zone}
    return {step.column: given}


def _speaker(talk: Talk, step: Step, answers: Answers) -> dict[str, str]:
    """Ask for a speaker, and show those that the code weighs by themselves, then those heard before."""
    code = talk.case.codebook.codes.get(answers.get("code", ""))
    weighed = [name for bearing in (code.bears_on.values() if code else ()) for name in bearing.by_speaker]
    heard = [row.speaker for row in talk.case.signals if row.speaker and row.source == answers.get("source")]
    known = list(dict.fromkeys((*weighed, *heard)))[:PAGE]
    if known:
        talk.say("known", words=", ".join(known))
    return _text(talk, step, answers)


def _actors(talk: Talk, step: Step, answers: Answers) -> dict[str, str]:
    """Ask for states, and show those named before; they are written by their ISO 3166 codes."""
    from foedus.case.states import actors_of, name_of_state

    named = [part for row in talk.case.signals for part in (row.actor or "").split(";") if part]
    named += [source.side for source in talk.case.codebook.sources.values() if source.side]
    known = [name for name, _ in Counter(named).most_common(6)]
    if known:
        names = ((name, name_of_state(name, talk.lang)) for name in known)
        talk.say("known", words=", ".join(name if name == other else f"{name} {other}" for name, other in names))
    (given,) = _text(talk, step, answers).values()
    try:
        return {step.column: actors_of(given)}
    except ValueError:
        return {step.column: given}  # the loader says what is wrong


def _words(talk: Talk, step: Step, answers: Answers) -> dict[str, str]:
    """Ask for one of the controlled words: by number, word or label."""
    words = list(WORDS[step.column])
    labels = [label(step.column, word, talk.lang) for word in words]
    digits = all(word.isdigit() for word in words)  # then a word is a number itself
    for i, (word, meaning) in enumerate(zip(words, labels, strict=True), start=1):
        talk.console.print(Shown(f"  {word if digits else i}  {meaning if digits else f'{word}  {meaning}'}"))
    (given,) = _text(talk, step, answers).values()
    if given.isdigit() and not digits and 1 <= int(given) <= len(words):
        return {step.column: words[int(given) - 1]}
    found = [word for word, meaning in zip(words, labels, strict=True) if search.fold(meaning) == search.fold(given)]
    return {step.column: found[0] if found else given}


def _code(talk: Talk, step: Step, _answers: Answers) -> dict[str, str]:
    book = talk.case.codebook

    def shown(name: str) -> str:
        return code_show.code_line(book, name, talk.lang)

    while True:
        name = _found(talk, step, book.codes, search.codes, shown)
        code_show.code_card(talk.console, talk.case, name, talk.lang)
        if talk.sure(phrase("take_code", talk.lang, name=name), explain=phrase("take_code_explain", talk.lang)):
            return {"code": name}


def _source(talk: Talk, step: Step, _answers: Answers) -> dict[str, str]:
    book = talk.case.codebook

    def shown(name: str) -> str:
        return code_show.source_line(book, name, talk.lang)

    def hint() -> None:
        talk.say("new_source")

    return {"source": _found(talk, step, book.sources, search.sources, shown, hint)}


def _found(
    talk: Talk,
    step: Step,
    known: Iterable[str],
    find: Callable[..., list[str]],
    shown: Callable[[str], str],
    hint: Callable[[], None] = lambda: None,
) -> str:
    """Search until one is chosen: by its id, or by its number in what was found."""
    names, listed, question = set(known), list[str](), step.ask(talk.lang)
    while True:
        words = talk.ask(question, step.explain(talk.lang), talk.last.get(step.column, "") if not listed else "")
        if words in names:
            return words
        if words.isdigit() and listed:
            if 1 <= int(words) <= len(listed):
                return listed[int(words) - 1]
            talk.say("no_number", n=words, most=len(listed))
            continue
        found = find(talk.case.codebook, words)
        if not found:
            talk.say("none_found", words=words)
            hint()
            continue
        listed = found if not words else found[:PAGE]
        for i, name in enumerate(listed, start=1):
            talk.console.print(Shown(f"{i:>3}  {shown(name)}"))
        if len(found) > len(listed):
            talk.say("further", n=len(found) - len(listed))
        hint()
        question = phrase("which", talk.lang)


def _event(talk: Talk, step: Step, answers: Answers) -> dict[str, str] | None:
    """Show rows that may be the same event; None where there is none."""
    signal = judge_cell(talk.case, answers, step.column).signal
    found = alike(talk.case, signal.model_copy(update={"line": 0})) if signal is not None else []
    if not found:
        return None
    talk.say("alike")
    code_show.alike_rows(talk.console, found)
    while True:
        given = talk.ask(step.ask(talk.lang), step.explain(talk.lang))
        if not given:
            return {step.column: ""}
        if not given.isdigit() or not 1 <= int(given) <= len(found):
            talk.say("no_number", n=given, most=len(found))
            continue
        one = found[int(given) - 1]
        if one.event is None:
            talk.say("no_event", id=one.signal.id)
        else:
            talk.say("joined", id=one.signal.id, event=one.event)
        return {step.column: one.event or ""}


_KINDS: dict[str, Callable[[Talk, Step, Answers], dict[str, str] | None]] = {
    "text": _text,
    "moment": _moment,
    "actors": _actors,
    "speaker": _speaker,
    "words": _words,
    "code": _code,
    "source": _source,
    "event": _event,
}


def interview(talk: Talk, steps: Sequence[Step], given: Answers) -> dict[str, str]:
    """Ask every step that applies and is not answered yet; `<` takes back the last answer.

    Parameters
    ----------
    talk : Talk
    steps : sequence of Step
    given : mapping
        Cells that are known before; they are not asked for.

    Returns
    -------
    dict
        Cells by column, without empty ones.
    """
    answers, asked, i = dict(given), list[tuple[int, dict[str, str]]](), 0
    while i < len(steps):
        step = steps[i]
        if step.column in given or not step.when(talk.case, answers):
            i += 1
            continue
        try:
            cells = answer(talk, step, answers)
        except Back:
            if asked:
                i, before = asked.pop()
                answers = before
            else:
                talk.say("at_start")
            continue
        if cells is not None:
            asked.append((i, dict(answers)))
            answers |= cells
        i += 1
    return {name: cell for name, cell in answers.items() if cell}

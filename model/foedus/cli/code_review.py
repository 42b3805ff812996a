"""The end of the guided prompt: the row, what it would say and do, and the one place where it is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from rich.text import Text as Shown

from foedus.case.append import Addition, addition_of, append_signals, header_of, judge_cell
from foedus.cli import code_show
from foedus.cli.code_ask import Back, Talk, answer
from foedus.cli.code_steps import BY_COLUMN
from foedus.cli.code_words import phrase
from foedus.errors import CaseError


@dataclass
class Review:
    """A signal that is whole, until it is written or given up.

    Attributes
    ----------
    folder : Path
        Of the case.
    talk : Talk
    cells : dict
        Of the row, by column.
    yes, dry_run : bool
        Write, or do not, without asking.
    """

    folder: Path
    talk: Talk
    cells: dict[str, str]
    yes: bool = False
    dry_run: bool = False
    _shown: dict[str, str] = field(default_factory=dict)

    def until_written(self) -> Addition | None:
        """Show it, and do what is asked, until it is written; None where it is given up.

        Raises
        ------
        CaseError
            It can't be written, and nobody is asked what to change.
        """
        while True:
            sound = self._sound()
            if self.dry_run and sound:
                self.talk.say("dry")
                return None
            if self.yes or self.dry_run:
                return self._write()
            try:
                choice = self.talk.ask(phrase("menu", self.talk.lang), self._columns(), "w" if sound else "")
            except Back:
                choice = "?"
            word, _, column = choice.partition(" ")
            if word == "w" and sound:
                try:
                    return self._write()
                except CaseError as error:
                    self._refuse(error)
            elif word == "f" and sound:
                code_show.effect(self.talk.console, self.talk.case, self.cells, self.talk.lang)
            elif word == "e" and column.strip() in BY_COLUMN:
                self._change(column.strip())
            elif word == "q":
                self.talk.say("left")
                return None
            else:
                self.talk.say("no_choice", answer=choice)
                self.talk.console.print(Shown(self._columns(), style="dim"))

    def _columns(self) -> str:
        return phrase("menu_explain", self.talk.lang, columns=", ".join(BY_COLUMN))

    def _sound(self) -> bool:
        """Show the row, once for each state of it; return whether the case is sound with it."""
        try:
            addition = addition_of(self.folder, [self.cells])
        except CaseError as error:
            if self.yes or self.dry_run:
                raise
            self._refuse(error)
            return False
        if self._shown != self.cells:
            code_show.review(self.talk.console, addition, self.cells, self.talk.lang)
            self._shown = dict(self.cells)
        return True

    def _refuse(self, error: CaseError) -> None:
        self.talk.say("refused")
        self.talk.console.print(Shown(str(error), style="red"))

    def _change(self, column: str) -> None:
        try:
            cells = answer(self.talk, BY_COLUMN[column], self.cells) or {}
        except Back:
            return
        self.cells = {name: cell for name, cell in {**self.cells, **cells}.items() if cell}

    def _write(self) -> Addition:
        done = append_signals(self.folder, [{**self._stamps(), **self.cells}])
        (signal,) = done.signals
        self.talk.say("written", path=done.path, line=signal.line, id=signal.id)
        return done

    def _stamps(self) -> dict[str, str]:
        """When it was coded and by which codebook, where the file has columns for that."""
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        stamps = {"coded_at": now, "codebook_version": self.talk.case.codebook.version}
        there = header_of(self.folder)
        kept = {name: cell for name, cell in stamps.items() if name in there or not there}
        return {
            name: cell
            for name, cell in kept.items()
            if not judge_cell(self.talk.case, {**self.cells, name: cell}, name).faults
        }

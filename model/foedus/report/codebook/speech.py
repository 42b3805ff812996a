"""The words of a codebook in one language: texts with links to codes, bands and levels by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from foedus.case.types import Bearing, Case, Lang, Nominal, Ordinal, Quantity, Text
from foedus.case.values import parse_day
from foedus.report.codebook.material import Run, Runs, number
from foedus.report.voice import User, Voice

_ROOM = 6000  # letters of one text; more is cut
_EDGE = re.compile(r"<=\s*(\S+)(\s*after)?")


@dataclass
class Speech:
    """A case's codebook, spoken by a voice."""

    case: Case
    voice: Voice

    @property
    def lang(self) -> Lang:
        """The language spoken."""
        return self.voice.lang

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Number of each code, from 1, in the codebook's order."""
        return {name: n for n, name in enumerate(self.case.codebook.codes, start=1)}

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        names = sorted(self.numbers, key=len, reverse=True)
        return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?![A-Za-z0-9_-])") if names else None

    def user(self, text: Text | str | None, fallback: str = "") -> User:
        """Return a text of the case, cleaned, as long as it is."""
        return self.voice.user(text, fallback, _ROOM)

    def code(self, name: str) -> User:
        """Return the title of a code."""
        return self.user(self.case.codebook.codes[name].title, _plain(name))

    def question(self, name: str) -> User:
        """Return the title of a question."""
        return self.user(self.case.file.questions[name].title, _plain(name))

    def speaker(self, name: str) -> User:
        """Return how a reader calls a speaker: by the title of the source of that name, else by its id in words."""
        source = self.case.codebook.sources.get(name)
        return self.user(source.title if source else None, _plain(name))

    def runs(self, text: Text | str | None, fallback: str = "") -> Runs:
        """Return a text in runs, each id of a code linked to it."""
        whole = str(self.user(text, fallback))
        return tuple(self._linked(whole))

    def _linked(self, whole: str) -> Iterator[Run]:
        start = 0
        for match in self._names.finditer(whole) if self._names else ():
            name = match[0]
            # A name that is an ordinary word (`background`) is a reference only where it follows a colon, or in Korean.
            if self.lang == "en" and name.isalpha() and not whole[: match.start()].endswith(": "):
                continue
            if match.start() > start:
                yield Run(whole[start : match.start()])
            yield Run(name, to=self.numbers[name])
            start = match.end()
        if start < len(whole):
            yield Run(whole[start:])

    def band(self, question: str, bearing: Bearing, key: str) -> str:
        """Return how a reader calls one band or level of a bearing."""
        asked = self.case.file.questions[question]
        if isinstance(asked, (Ordinal, Nominal)):
            titles = {level.id: level.title for level in asked.levels}
            return self.user(titles.get(key), _plain(key))
        edge = _EDGE.fullmatch(key)
        if edge is None:
            return self.voice.text(f"cb_key_{key}")
        if isinstance(asked, Quantity):
            return self.voice.text("cb_key_value", n=User(number(float(edge[1]))))
        if bearing.by == "date":
            return self.voice.text("cb_key_date", day=self.voice.day(parse_day(edge[1]), year=True))
        return self.voice.text("cb_key_after" if edge[2] else "cb_key_days", n=edge[1])


def _plain(name: str) -> str:
    return name.replace("_", " ")

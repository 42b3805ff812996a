"""What worlds let people see: reports, codes that coders chose, lines of documents, announcements, resolutions.

The part of the story that makes the news, once more by itself, day by day on drawn courses. A report that reflects no
real event looks like one of a course drawn from the pool, given not yet, at the middle of every band: that is what the
model takes it for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from scipy.special import expit

import plain
from build import _resolution, _signal, day
from foedus.case.types import Case, Quantity, Timing
from worlds import Floats, Index, Worlds, pick

LIKELY = (0.5, 0.3, 0.2)
UTC = ZoneInfo("UTC")


class Newsroom:
    """News of every world on days 0 to `last`; `case(i, today)` is the case of world i as it could be known then."""

    def __init__(self, worlds: Worlds, last: int) -> None:
        self.worlds, self.rng, self.last = worlds, worlds.rng, last
        self.rows: list[list[dict[str, Any]]] = [[] for _ in range(worlds.n)]
        self.course = {q: worlds.walk(q, 0, last) for q in worlds.names}
        self.settled = {q: worlds.settled(q) for q in worlds.names}
        self.told = {q: self.rng.random(worlds.n) < 0.5 for q in worlds.names}

    def _add(self, i: int, d: int, **row: Any) -> str:
        known = {"id": f"w{i}.{len(self.rows[i])}", "published": day(d), **row}
        self.rows[i].append(known)
        return str(known["id"])

    def _invented(self, q: str, d: int) -> Index:
        """A course for each world that is not its own."""
        law = np.broadcast_to(self.worlds.alive(q, d), self.worlds.prior[q].shape)
        return pick(law, self.rng.random(self.worlds.n))

    # -- kinds of news -------------------------------------------------------------------------

    def cover(self, code: str, source: str) -> None:
        """Every event of a kind: a Poisson process on the course; days without one are news as well."""
        worlds = self.worlds
        (q,) = worlds.case.codebook.codes[code].bears_on
        r = worlds.credence[source]
        for d in range(self.last + 1):
            m = np.exp(worlds.logs(code, q, d))[np.arange(worlds.n), self.course[q][d]]
            rate = np.where(self.settled[q] >= d, worlds.rate[code] * (r * m + 1 - r), 0.0)
            for i in np.repeat(np.arange(worlds.n), self.rng.poisson(rate)):
                self._add(int(i), d, code=code, source=source)

    def choose(self, q: str, sources: Sequence[str], busy: Floats, windows: Sequence[tuple[int, int]] = ()) -> None:
        """On each day, where somebody looks (`busy` [days, n], whatever the course), one code off the menu.

        A code with a named date is on it once for each of the `windows`.
        """
        menu = self._menu(q, windows)
        for d in range(self.last + 1):
            origin = self._origins(sources)
            real = self.rng.random(self.worlds.n) < origin[2]
            chances = self._chances(menu, q, d, real)
            code, other = (pick(law, self.rng.random(self.worlds.n)) for law in chances)
            looked = (self.rng.random(self.worlds.n) < busy[d]) & (self.settled[q] >= d)
            late = self.rng.integers(0, 3, self.worlds.n)
            for i in np.flatnonzero(looked):
                self._coded(int(i), d, menu, (int(code[i]), int(other[i])), [o[i] for o in origin], int(late[i]))

    def _menu(self, q: str, windows: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = []
        for name, code in self.worlds.case.codebook.codes.items():
            if q in code.bears_on and (code.kind, code.sees, code.coverage) == ("signal", "course", "seen"):
                targets = windows if code.bears_on[q].by == "target" else [None]
                for window in targets:
                    named = {} if window is None else {"target_from": day(window[0]), "target_to": day(window[1])}
                    out.append({"code": name, **named})
        return out

    def _origins(self, sources: Sequence[str]) -> tuple[Any, Any, Floats]:
        """Who reports, how a second one does (0 not, 1 a copy, 2 on its own, 3 another coder), and the credence."""
        n = self.worlds.n
        who = self.rng.choice(sources, (2, n), p=LIKELY)
        how = self.rng.choice(4, n, p=[0.55, 0.15, 0.15, 0.15])
        r = np.array([[self.worlds.credence[s][i] for i, s in enumerate(row)] for row in who])
        together = np.where(how == 1, r.max(axis=0), 1 - np.prod(1 - r, axis=0))
        return who.T, how, np.where((how == 1) | (how == 2), together, r[0])

    def _chances(self, menu: list[dict[str, Any]], q: str, d: int, real: Any) -> tuple[Floats, Floats]:
        """Law of the code [n, K]; and of one that somebody chose who saw nothing."""
        worlds = self.worlds
        rows = [_signal({"published": day(d), **row}, 0, UTC) for row in menu]
        share = [self._share(row["code"], q, menu) for row in menu]
        own = np.stack([s * np.exp(worlds.logs(r.code, q, d, r)) for s, r in zip(share, rows, strict=True)], axis=2)
        middle = np.stack([s * np.exp(worlds.log_middle(r.code, q, d, r)) for s, r in zip(share, rows, strict=True)], 1)
        named = np.array([row.target_to is not None for row in rows])
        if named.any():  # counts as 1 on the average course
            for value in (own, middle):
                value[..., named] /= (worlds.alive(q, d) @ middle[:, named]).sum()
        own, middle = own / own.sum(axis=2, keepdims=True), middle / middle.sum(axis=1, keepdims=True)
        true = own[np.arange(worlds.n), self.course[q][d]]
        blind = np.broadcast_to(worlds.alive(q, d) @ middle, true.shape)
        return np.where(real[:, None], true, blind), blind

    def _share(self, name: str, q: str, menu: list[dict[str, Any]]) -> float:
        """How often an entry of the menu is coded where its multiplier is the code's geometric mean."""
        codes = self.worlds.case.codebook.codes
        entries = sum(row["code"] == name for row in menu)
        if any(codes[row["code"]].base_rate is None for row in menu):
            return 1 / entries
        base_rate, bands = codes[name].base_rate, self.worlds.numbers_of(name, q).values()
        assert base_rate is not None
        return base_rate.middle * float(np.prod([band.middle for band in bands])) ** (1 / len(bands)) / entries

    def _coded(self, i: int, d: int, menu: Any, codes: tuple[int, int], origin: list[Any], late: int) -> None:
        who, how, _ = origin
        row = {**menu[codes[0]], "source": who[0], "happened": day(d)}
        name = f"e{i}.{len(self.rows[i])}"
        if how == 3:
            rows = [{"coder": "first", **row}, {"coder": "second", **row, **menu[codes[1]]}]
            first = self._add(i, d + late, **rows[0])
            self._add(i, d + late, **{**rows[1], "id": first})
            return
        more = {"event": name, "origin": name if how == 1 else None, "independent": how == 2} if how else {}
        self._add(i, d + late, **row, **more)
        if how:
            self._add(i, d + late, **{**row, "source": who[1]}, **more)

    def read(self, q: str, codes: Sequence[str], sources: Sequence[str], often: float) -> None:
        """Documents: of each line whether it is there, or that nobody looked."""
        worlds = self.worlds
        for d in range(self.last + 1):
            out = (self.rng.random(worlds.n) < often) & (self.settled[q] >= d)
            who = self.rng.choice(sources, worlds.n)
            r = np.array([worlds.credence[s][i] for i, s in enumerate(who)])
            for code in codes:
                own = expit(worlds.logs(code, q, d))[np.arange(worlds.n), self.course[q][d]]
                blind = expit(worlds.log_middle(code, q, d)) @ worlds.alive(q, d)
                there = self.rng.random(worlds.n) < np.where(self.rng.random(worlds.n) < r, own, blind)
                seen = self.rng.random(worlds.n) < 0.9
                for i in np.flatnonzero(out):
                    observed = ("present" if there[i] else "absent") if seen[i] else "not_seen"
                    self._add(int(i), d, code=code, source=who[i], document=f"d{d}", observed=observed)

    def announce(self, q: str, entries: Sequence[dict[str, Any]], sources: Sequence[str], often: float) -> None:
        """What sees the outcome: at most once, one of `entries`, as the outcome has it (numbers as written)."""
        worlds = self.worlds
        at = np.where(self.rng.random(worlds.n) < often, self.rng.integers(0, self.last + 1, worlds.n), -1)
        who = self.rng.choice(sources, worlds.n)
        r = np.array([worlds.credence[s][i] for i, s in enumerate(who)])
        for d in range(self.last + 1):
            real = self.rng.random(worlds.n) < r
            sees = np.where(real, worlds.outcome[q], self._invented(q, d))
            rows = [_signal({"published": day(d), **entry}, 0, UTC) for entry in entries]
            bears = [worlds.case.codebook.codes[row.code].bears_on[q] for row in rows]
            law = np.array(
                [
                    [plain.number(b, y, worlds.case, q, d, s) for b, s in zip(bears, rows, strict=True)]
                    for y in worlds.cells[q]
                ]
            )
            which = pick(law[sees], self.rng.random(worlds.n))
            for i in np.flatnonzero((at == d) & (self.settled[q] >= d)):
                self._add(int(i), d, source=who[i], **entries[which[i]])

    # -- what comes out ------------------------------------------------------------------------

    def case(self, i: int, today: int) -> Case:
        """The case of world i: all that it ever publishes, and what is resolved by the end of `today`."""
        made, resolved = self.worlds.case, []
        for q, question in made.file.questions.items():
            if self.settled[q][i] <= today and not (question.resolves_with and self.told[q][i]):
                outcome = self._said(q, i)
                resolved.append({"question": q, "resolved_on": day(int(self.settled[q][i])), "outcome": outcome})
        signals = tuple(_signal(row, k, UTC) for k, row in enumerate(self.rows[i]))
        resolutions = tuple(_resolution(row, k, UTC) for k, row in enumerate(resolved))
        return made.model_copy(update={"signals": signals, "resolutions": resolutions})

    def _said(self, q: str, i: int) -> str:
        question, cell = self.worlds.case.file.questions[q], self.worlds.outcome[q][i]
        if isinstance(question, Timing):
            return day(int(cell) + 1)
        assert not isinstance(question, Quantity)  # its last digit would be another cut
        return question.levels[cell].id

    def used(self, source: str) -> bool:
        """Whether a source reports in any world."""
        return any(row["source"] == source for rows in self.rows for row in rows)

    def heard(self, code: str, i: int, today: int) -> bool:
        """Whether a code was reported in world i by the end of `today`."""
        return any(row["code"] == code and row["published"] <= day(today) for row in self.rows[i])

"""What calibration is tried on: worlds of two modes, the news that they make, and what foedus forecasts of each.

One case with a question of every kind, in two modes: codes covered in full, whose silence counts (`in_full`), and news
that somebody chose to code, with coverage that is random (`selected`). Each world is forecast as of a day of its own.
With `certain`, the middle of every band is known: then forecasts are sharp, and cheap enough for many worlds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from build import bins, by_level, case, daily, day, nominal, ordinal, present, quantity, timing
from calibration import Record, rank
from foedus.case.conditions import Outcomes, holds
from foedus.case.expression import parse_when
from foedus.case.types import Case
from foedus.forecast import Forecast, moment
from foedus.inference.posterior import update
from foedus.problem.axes import cell_positions
from foedus.problem.compile import compile_problem, elicited
from foedus.problem.types import Problem
from newsroom import Newsroom
from worlds import Worlds

DAYS, DECIDED, FIRST, LAST = 20, 12, 3, 16  # the window; when the role is decided; forecasts are as of FIRST to LAST

SUMMIT = [
    daily([0.01, 0.02, 0.02, 0.03, 0.05, 0.06, 0.07, 0.06, 0.05, 0.04, *[0.03] * 5, *[0.02] * 5], never=0.34),
    daily([0.04] * 10 + [0.02] * 10, never=0.4),
]
ROLE = [{"a": 0.5, "b": 0.3, "c": 0.2}, {"a": 0.25, "b": 0.35, "c": 0.4}]
EDGES = [-10.0, 0, 5, 10, 30]
COST = [bins(EDGES, [0.2, 0.4, 0.25, 0.15]) | {"=0": 0.1}, bins(EDGES, [0.35, 0.35, 0.2, 0.1]) | {"=0": 0.2}]
PAIRS = {"summit ~ cost": 0.25, ("role", f"summit <= {day(8)}"): {"a": 0.2, "b": 0.35, "c": 0.45}}
VENUE = {("venue", f"summit <= {day(8)}"): {"x": 0.6, "y": 0.3, "z": 0.1}, "venue": {"x": 0.2, "y": 0.4, "z": 0.4}}
PANEL: dict[str, Any] = {
    who: {"summit": SUMMIT[i], "role": ROLE[i], "cost": COST[i]} for i, who in enumerate(["ann", "bo"])
}
PANEL["ann"] |= PAIRS | VENUE
SOURCES: dict[str, Any] = {
    "wire": {"credence": 1},
    "paper": {"credence": [0.5, 0.8, 0.95]},
    "rumour": {"credence": [0.2, 0.45, 0.7]},
}
EVENTS = [
    f"summit <= {day(8)}",
    f"summit <= {day(15)}",
    "summit is never",
    "role >= b",
    "role == c",
    "cost > 5",
    "cost <= 0",
    "venue == x",
    f"summit <= {day(14)} and cost <= 0",
    f"summit <= {day(14)} and role >= b",
]

LEAD = {"by": "lead", "multipliers": {"<=3": 5, "<=8": 1.5, "later": 0.6, "never": [0.1, 0.2, 0.4]}}
LATE = {"by": "lead", "multipliers": {"<=3": 0.2, "<=8": 0.7, "later": 1, "never": [1.5, 3, 5]}}
DATE = {"by": "date", "multipliers": {f"<={day(6)}": 0.3, f"<={day(12)}": 3, "later": 1, "never": 0.3}}
MORE = {"by": "value", "multipliers": {"<=0": 0.25, "<=5": 1, "above": [2, 4, 7]}}
MOST = {"by": "value", "multipliers": {"<=0": 0.1, "<=5": 1, "above": 5}}
LESS = {"by": "value", "multipliers": {"<=0": 2.5, "<=5": 1, "above": 0.5}}
UP, DOWN = by_level(a=0.25, b=1, c=[2, 4, 7]), by_level(a=2, b=1.2, c=0.5)
HIGHER = by_level(a=0.1, b=0.8, c=5)
HERE, THERE = by_level(x=4, y=1, z=0.4), by_level(x=0.25, y=1, z=3)


def covered(base_rate: Any, q: str, bearing: dict[str, Any]) -> dict[str, Any]:
    return {"coverage": "exhaustive", "base_rate": base_rate, "bears_on": {q: bearing}}


IN_FULL: dict[str, Any] = {
    "call": covered([5, 8, 14], "summit", LEAD),
    "pause": covered(4, "summit", LATE),
    "up": covered(20, "role", UP),
    "more": covered([9, 15, 25], "cost", MORE),
    "there": covered(6, "venue", THERE),
}
BY_PAPER = ("up", "more")  # often enough that one is reported before long


def chosen(q: str, bearing: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"bears_on": {q: bearing}, **more}


def once(q: str, bearing: dict[str, Any]) -> dict[str, Any]:
    return {"sees": "outcome", "spread": 1, "bears_on": {q: bearing}}


NAMED = {"before": 0, "within": 1, "later": 0, "never": 0}
SIGNED = {"signed_low": by_level(a=0.7, b=0.3, c=0.1), "signed_high": by_level(a=0.3, b=0.7, c=0.9)}
CHOSEN: dict[str, Any] = {
    "soon": chosen("summit", LEAD),
    "late": chosen("summit", LATE),
    "then": chosen("summit", DATE),
    "up": chosen("role", UP),
    "higher": chosen("role", HIGHER),
    "down": chosen("role", DOWN),
    "more": chosen("cost", MORE, base_rate=3),
    "most": chosen("cost", MOST, base_rate=2),
    "less": chosen("cost", LESS, base_rate=5),
    "here": chosen("venue", HERE),
    "there": chosen("venue", THERE),
    "line": {"kind": "per_document", "bears_on": {"role": present(a=0.2, b=0.5, c=[0.6, 0.8, 0.9])}},
    "item": {
        "kind": "per_document",
        "bears_on": {
            "summit": {"by": "date", "probability_present": {f"<={day(12)}": 0.7, "later": 0.5, "never": 0.2}}
        },
    },
    "fixed": once("summit", {"by": "target", "multipliers": NAMED}),
    "called_off": once("summit", {"by": "date", "multipliers": {f"<={day(DAYS)}": 0, "later": 0, "never": 1}}),
    **{name: once("role", bearing) for name, bearing in SIGNED.items()},
}
WEEKS = [(1, 7), (8, 14), (15, 20)]
ANNOUNCED = [{"code": "fixed", "target_from": day(a), "target_to": day(b)} for a, b in WEEKS] + [{"code": "called_off"}]


QUESTIONS: dict[str, Any] = {
    "summit": timing(half_life=[4, 8, 20]),
    "role": ordinal("a", "b", "c", half_life=[5, 10, 30], decided_on=day(DECIDED)),
    "cost": quantity(half_life=[12, 30, 80]),
    "venue": nominal("x", "y", "z", parent="summit", resolves_with="summit", half_life=[4, 8, 16]),
}
UNCERTAIN = {"shared_error": 0.4, "weight_concentration": 2, "spread": 1.6, "dependence_spread": 0.3}


def middle(entry: Any) -> Any:
    """Every band as its middle: known for certain."""
    if isinstance(entry, dict):
        return {key: value if key == "levels" else middle(value) for key, value in entry.items()}
    return entry[1] if isinstance(entry, list) else entry


def skeleton(codes: dict[str, Any], certain: bool, **settings: Any) -> Case:
    said = middle if certain else lambda entry: entry
    return case(
        said(QUESTIONS),
        PANEL,
        days=DAYS,
        judged="2024-12-31",
        codes=said(codes),
        sources=said(SOURCES),
        settings=({} if certain else UNCERTAIN) | settings,
    )


Alter = Callable[[Problem], Problem]


def unchanged(problem: Problem) -> Problem:
    return problem


@dataclass
class Study:
    """Worlds of one mode, each with the day as of which it is forecast."""

    newsroom: Newsroom
    today: np.ndarray
    kept: np.ndarray  # which worlds are looked at
    draws: int
    points: int

    def __post_init__(self) -> None:
        made = self.newsroom.worlds.case
        self.base = elicited(made)
        empty = compile_problem(made, moment(made, day(0)), self.base)
        self.cuts = np.array([0.0, 5])  # of the codebook, on the cost
        self.before = update(replace(empty.problem, draws=1024, points=64), 0).before
        self.truth = {event: holds(parse_when(event, made.file), self._outcomes()) for event in EVENTS}

    def _outcomes(self) -> dict[str, Outcomes]:
        """What came true, on the scale of `when`."""
        worlds, made = self.newsroom.worlds, self.newsroom.worlds.case
        axes = compile_problem(made, moment(made, day(0)), self.base).problem.axes
        cells = {a.id: cell_positions(a)[worlds.outcome[a.id]] for a in axes if a.kind != "quantity"}
        return {q: Outcomes(position) for q, position in {**cells, **worlds.value}.items()}

    def forecast(self, i: int, alter: Alter = unchanged) -> Forecast:
        made = self.newsroom.case(i, int(self.today[i]))
        at = moment(made, day(int(self.today[i])))
        compiled = compile_problem(made, at, self.base)
        problem = alter(replace(compiled.problem, draws=self.draws, points=self.points))
        compiled = replace(compiled, problem=problem)
        return Forecast(made, at, i, compiled, update(problem, i, before=self.before))

    def record(self, rng: np.random.Generator, alter: Alter = unchanged, *, parameters: bool = True) -> Record:
        """Forecast every world, and keep what was said beside what is true."""
        out = Record()
        for i in self.kept.tolist():
            now = self.forecast(i, alter)
            self._outcomes_of(out, i, now, rng)
            for event in EVENTS:
                out.on(event, now.probability(event), bool(self.truth[event][i]))
            weight = now.posterior.now.weight.sum(axis=0)
            for name, (truth, drawn) in self._parameters(i, now).items() if parameters else ():
                out.ranks[name].append(rank(float(truth), drawn, weight, rng))
        return out

    def _outcomes_of(self, out: Record, i: int, now: Forecast, rng: np.random.Generator) -> None:
        """Rank of each outcome; bets on what the news made more probable, question by question and on all at once."""
        worlds, draws = self.newsroom.worlds, now.posterior.now
        together, gained = np.zeros(draws.weight.shape), 0.0
        for q, axis in enumerate(now.compiled.problem.axes):
            if axis.resolved is not None:
                continue
            number = draws.value[q]
            seen = draws.outcome[q] if number is None else number
            truth = worlds.outcome[axis.id][i] if number is None else worlds.value[axis.id][i]
            out.ranks[axis.id].append(rank(float(truth), seen, draws.weight, rng))
            p, before = (np.bincount(e.cells[q].ravel(), e.weight.ravel(), axis.cells) for e in (draws, self.before))
            with np.errstate(divide="ignore", invalid="ignore"):
                stake = np.nan_to_num(np.clip(np.log(p / before), -2, 2))
            cell = worlds.outcome[axis.id][i] if number is None else np.searchsorted(self.cuts, truth)
            out.bets[f"{axis.id}, as the news moved it"].append((stake, p, stake[cell]))
            together += stake[draws.cells[q]]
            gained += stake[cell]
        out.bets["all, as the news moved them"].append((together.ravel(), draws.weight.ravel(), gained))

    def _parameters(self, i: int, now: Forecast) -> dict[str, tuple[float, np.ndarray]]:
        worlds, p = self.newsroom.worlds, now.posterior.parameters
        xi = now.posterior.learned.whitened["credence"]
        out = {"weight of ann": (worlds.weights[i, 0], p.weights[0])}
        pairs = zip(*np.triu_indices(p.correlation.shape[1], 1), strict=True)
        out |= {f"correlation {a}-{b}": (worlds.correlation[i, a, b], p.correlation[:, a, b]) for a, b in pairs}
        out |= {f"half-life of {q}": (worlds.rho[q][i], p.rho[k]) for k, q in enumerate(worlds.names)}
        for k, name in enumerate(worlds.credence):
            if name != "wire" and self.newsroom.used(name):
                out[f"credence of {name}"] = (worlds.xi[name][i], xi[k])
        for k, (name, rate) in enumerate(worlds.rate.items()):
            if not worlds.case.codebook.codes[name].base_rate.certain:
                out[f"rate of {name}"] = (rate[i], p.rate[k])
        row = 0
        for name, code in worlds.case.codebook.codes.items():
            for q in code.bears_on:
                values = worlds.numbers(name, q)[i]
                if code.spread != 1:
                    out[f"telling of {name}"] = (values[0], p.telling[row])
                    out[f"telling of {name}, last"] = (values[-1], p.telling[row + len(values) - 1])
                row += len(values)
        return out


def _size(certain: bool) -> tuple[int, int]:
    """Parameter draws and points of each forecast."""
    return (16, 64) if certain else (256, 16)


def in_full(n: int, rng: np.random.Generator, certain: bool = False) -> Study:
    """Codes covered in full. Who covers a code is known only from its reports: worlds without any are left out."""
    worlds = Worlds(skeleton(IN_FULL, certain), n, rng)
    newsroom = Newsroom(worlds, LAST)
    for code in IN_FULL:
        newsroom.cover(code, "paper" if code in BY_PAPER else "wire")
    today = rng.integers(FIRST, LAST + 1, n)
    heard = [all(newsroom.heard(code, i, int(day)) for code in BY_PAPER) for i, day in enumerate(today)]
    return Study(newsroom, today, np.flatnonzero(heard), *_size(certain))


def _named(window: dict[str, float] | None) -> dict[str, Any]:
    return {"window": chosen("summit", {"by": "target", "multipliers": window}, spread=1)} if window else {}


def selected(
    n: int,
    rng: np.random.Generator,
    certain: bool = False,
    window: dict[str, float] | None = None,
) -> Study:
    """News that somebody chose to code: how much of it there is depends on the world and not on the course.

    `window` adds a code by target: a week is named, as the multipliers have it, and counts as often as any other code.
    What is independent here is not tempered.
    """
    worlds = Worlds(skeleton(CHOSEN | _named(window), certain, tempering=0), n, rng)
    newsroom = Newsroom(worlds, LAST)
    sources = list(SOURCES)
    for q in worlds.names:
        busy = rng.beta(2, 1, n) * rng.choice([0.5, 1.0], (LAST + 1, n))
        newsroom.choose(q, sources, busy, WEEKS)
    newsroom.read("role", ["line"], sources, 0.2)
    newsroom.read("summit", ["item"], sources, 0.2)
    newsroom.announce("summit", ANNOUNCED, sources, 0.5)
    newsroom.announce("role", [{"code": name} for name in SIGNED], sources, 0.5)
    return Study(newsroom, rng.integers(FIRST, LAST + 1, n), np.arange(n), *_size(certain))

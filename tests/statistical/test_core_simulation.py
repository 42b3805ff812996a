"""The core against a plain simulation of the process that the model describes.

Parameters, outcomes and courses are drawn from the prior, one particle each, night by night; particles are weighed by
the likelihood of the signals on their course and by "not yet". Nothing is integrated, nothing conditioned, no table
built. What a signal says on a course with given numbers is spelled out once more, for particles.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit, ndtri

import plain
from build import bins, by_level, case, daily, day, nominal, ordinal, present, quantity, timing
from foedus.case.conditions import Outcomes, holds
from foedus.case.expression import parse_when
from foedus.case.types import Band, Case, Signal, Timing
from foedus.forecast import Forecast, forecast
from foedus.problem.types import Dependence
from worlds import Worlds

Floats = NDArray[np.float64]
ODDS_OF_A_FALSE_ALARM = 1e-6


class Particles(Worlds):
    """Draws from the prior of everything; `weight` is what the news and the calendar make of each."""

    def __init__(
        self, made: Case, as_of: dt.datetime, n: int, rng: np.random.Generator, dependence: Dependence | None = None
    ) -> None:
        super().__init__(made, n, rng, dependence)
        self.as_of, self.log_weight = as_of, np.zeros(n)
        for q in self.names:
            self._news(q)
        self.weight = np.exp(self.log_weight - self.log_weight.max())

    def _news(self, q: str) -> None:
        """Weigh what was seen on the course, day by day, and that it has not happened yet."""
        seen = plain.by_day(self.case, q, self.as_of, plain.RIGHT)
        today = (self.as_of.date() - plain.opening(self.case, q)).days
        first = min([*seen, today])
        if isinstance(self.case.file.questions[q], Timing):
            self.log_weight[self.settled(q) < today] = -np.inf
        for d, course in enumerate(self.walk(q, first, today), start=first):
            for rows, exponent in seen.get(d, []):
                at_end = not callable(rows) and self.case.codebook.codes[rows[0].code].sees == "outcome"
                value = self._factor(q, rows, d, self.alive(q, d))
                self.log_weight += exponent * np.log(value[np.arange(self.n), self.outcome[q] if at_end else course])

    def _factor(self, q: str, rows: Any, d: int, mass: Floats) -> Floats:
        if callable(rows):
            return np.broadcast_to(np.array(rows(d)), (self.n, len(mass)))  # silence, at certain rates and credences
        origins: dict[str, list[Signal]] = {}
        for s in rows:
            origins.setdefault(s.origin or s.id, []).append(s)
        best = {o: np.max([self.credence[s.source] for s in group], axis=0) for o, group in origins.items()}
        apart = [1 - best[o] for o, group in origins.items() if any(s.independent for s in group)]
        r = np.maximum(np.max(list(best.values()), axis=0), 1 - np.prod(apart, axis=0) if apart else 0.0)[:, None]
        code = self.case.codebook.codes[rows[0].code]
        if code.coverage == "exhaustive":
            return r * np.exp(self.logs(rows[0].code, q, d, rows[0])) + 1 - r
        said = list({s.code: s for s in rows}.values())
        if code.kind == "per_document":
            present = 1 if rows[0].observed == "present" else -1
            value, middle = (
                expit(present * logs(rows[0].code, q, d, rows[0])) for logs in (self.logs, self.log_middle)
            )
        else:
            value, middle = (np.exp(sum(logs(s.code, q, d, s) for s in said)) for logs in (self.logs, self.log_middle))
        if code.kind == "signal" and code.sees == "course":
            value, middle = value / self._bar(self.logs, q, d), middle / self._bar(self.log_middle, q, d)
        named = any(self.case.codebook.codes[s.code].bears_on[q].by == "target" for s in said)
        chosen = code.kind == "per_document" or (code.sees == "course" and not named)
        scale = middle @ mass if chosen else (value @ mass)[:, None]  # of probabilities: the same in every world
        return r * value / scale + 1 - r

    def _bar(self, logs: Callable[..., Floats], q: str, d: int) -> Floats:
        """m_bar, of equally frequent codes."""
        menu = [
            name
            for name, code in self.case.codebook.codes.items()
            if q in code.bears_on and (code.kind, code.sees, code.coverage) == ("signal", "course", "seen")
        ]
        return sum(np.exp(logs(name, q, d)) for name in menu) / len(menu)

    # -- what comes out ------------------------------------------------------------------------

    def estimate(self, when: str) -> tuple[float, float]:
        """Probability of an expression, and its standard error."""
        at = {}
        for q in self.names:
            ys = plain.outcomes(self.case, q)
            position = np.array(
                [y if isinstance(y, int | float) else 10**9 if y == "never" else y.toordinal() for y in ys]
            )
            at[q] = Outcomes(position[self.outcome[q]])
        for q in self.names:
            if (text := self.case.file.questions[q].only_if) is not None:
                at[q] = Outcomes(at[q].position, holds(parse_when(text, self.case.file), at))
        true, share = holds(parse_when(when, self.case.file), at), self.weight / self.weight.sum()
        p = float(share[true].sum())
        return p, float(np.sqrt(np.sum(np.square(share * (true - p)))))


SUMMIT = [
    daily([0.02, 0.05, 0.1, 0.1, 0.08, 0.05, 0.05, 0.05], never=0.5),
    daily([0.05, 0.1, 0.15, 0.2, 0.1, 0.1, 0.05, 0.05], never=0.2),
]
ROLE = [{"a": 0.55, "b": 0.3, "c": 0.15}, {"a": 0.2, "b": 0.3, "c": 0.5}]
EDGES = [-20.0, 0, 4, 5, 29.95, 30]
COST = [bins(EDGES, [0.25, 0.4, 0.03, 0.31936, 0.00064]), bins(EDGES, [0.4, 0.4, 0.08, 0.11936, 0.00064])]
LEAD = {"by": "lead", "multipliers": {"<=3": 2, "later": 1, "never": [0.3, 0.5, 0.8]}}
LATE = {"by": "lead", "multipliers": {"<=3": 0.5, "later": 1, "never": 2}}
NARROW = {"by": "value", "multipliers": {"<=4": 0.05, "<=5": 20, "<=29.95": 0.05001, "above": 20.001}}
WIDE = {"by": "value", "multipliers": {"<=4": 2, "<=5": 0.5, "<=29.95": 1, "above": 0.99999}}
WITHIN = {"before": 0.2, "within": 4, "<=2 after": 1, "later": 0.5, "never": 0.3}
UP, DOWN = by_level(a=0.5, b=1, c=2), by_level(a=2, b=1, c=0.5)
CODES: dict[str, Any] = {
    "soon": {"bears_on": {"summit": LEAD}},
    "late": {"bears_on": {"summit": LATE}},
    "up": {"group": {"name": "g"}, "bears_on": {"role": UP}},
    "down": {"bears_on": {"role": DOWN}},
    "stated": {"bears_on": {"cost": NARROW}},
    "denied": {"bears_on": {"cost": WIDE}},
    "line": {"kind": "per_document", "spread": 1, "bears_on": {"role": present(a=0.2, b=0.5, c=0.8)}},
    "call": {"coverage": "exhaustive", "base_rate": 5, "spread": 1, "bears_on": {"summit": LATE}},
    "here": {"bears_on": {"venue": by_level(x=2, y=1, z=0.5)}},
    "there": {"bears_on": {"venue": by_level(x=0.5, y=1, z=2)}},
    "fixed": {"sees": "outcome", "spread": 1, "bears_on": {"summit": {"by": "target", "multipliers": WITHIN}}},
}
SOURCES: dict[str, Any] = {"paper": {"credence": [0.4, 0.7, 0.9]}, "rumour": {"credence": [0.1, 0.3, 0.5]}}
ROWS: list[dict[str, Any]] = [
    {"published": day(1), "code": "soon", "source": "rumour", "event": "e", "independent": True},
    {"published": day(2), "code": "soon", "source": "paper", "event": "e", "independent": True},
    {"published": day(2), "code": "up", "source": "paper"},
    {"published": day(2), "code": "line", "document": "readout", "observed": "absent", "source": "paper"},
    {"published": day(1), "code": "stated", "source": "paper"},
    {"published": day(3), "code": "up", "source": "paper"},
    {"published": day(3), "code": "down", "source": "rumour"},
    {"published": day(3), "code": "call"},
    {"published": day(3), "code": "here", "source": "paper"},
    {"published": day(3), "code": "fixed", "source": "rumour", "target_from": day(5), "target_to": day(6)},
]
WHENS = [
    f"summit <= {day(5)}",
    "summit is never",
    "role == a",
    "role is not applicable",
    f"role >= b and summit <= {day(6)}",
    "cost <= 0",
    "cost > 4 and cost <= 5",
    "cost > 29.95",
    "venue == x",
    f"venue == z and summit <= {day(6)}",
]
UNCERTAIN = {"shared_error": 0.3, "weight_concentration": 2, "spread": 1.5, "dependence_spread": 0.3, "tempering": 0.3}


def problem(*, certain: bool = False, **venue: str) -> Case:
    half_life: Any = [2, 5, 15]
    panel: dict[str, Any] = {
        who: {"summit": SUMMIT[i], "role": ROLE[i], "cost": COST[i]} for i, who in enumerate(["ann", "bo"])
    }
    panel["ann"] |= {
        ("role", f"summit <= {day(4)}"): {"a": 0.3, "b": 0.4, "c": 0.3},
        ("cost", "role == c"): bins(EDGES, [0.15, 0.3, 0.05, 0.49936, 0.00064]),
        ("venue", f"summit <= {day(4)}"): {"x": 0.7, "y": 0.2, "z": 0.1},
        "venue": {"x": 0.1, "y": 0.3, "z": 0.6},
    }
    return case(
        {
            "summit": timing(half_life=6 if certain else half_life),
            "role": ordinal("a", "b", "c", half_life=8 if certain else half_life, only_if=f"summit <= {day(6)}"),
            "cost": quantity(half_life=[10, 20, 40]),
            "venue": nominal("x", "y", "z", parent="summit", half_life=4, **venue),
        },
        panel,
        days=8,
        codes=CODES,
        sources=SOURCES,
        signals=ROWS,
        scenarios={"band": "cost > 4 and cost <= 5", "tail": "cost > 29.95"},
        settings=UNCERTAIN,
    )


def worst(now: Forecast, particles: Particles, whens: Sequence[str] = WHENS) -> float:
    """Largest difference in combined errors, over its bound: above 1 is a difference that chance does not make."""
    bound = -float(ndtri(ODDS_OF_A_FALSE_ALARM / 2 / len(whens)))
    out = []
    for when in whens:
        core, (p, error) = now.estimate(when), particles.estimate(when)
        out.append(abs(core.probability - p) / (bound * math.hypot(core.mcse, error) + 1e-12))
    return max(out)


PARTICLES = 150_000


@pytest.mark.parametrize("venue", [{}, {"resolves_with": "summit"}], ids=["decided", "settled with its parent"])
def test_core_equals_a_simulation_of_the_process(venue: dict[str, str], rng: np.random.Generator, seed: int) -> None:
    made = problem(**venue)
    now = forecast(made, day(3), seed=seed, draws=2048, points=64)
    particles = Particles(made, now.as_of, PARTICLES, rng)
    assert worst(now, particles) < 1
    assert max(particles.estimate(when)[1] for when in WHENS) < 0.01  # and the comparison could have told


@pytest.mark.parametrize("wrong", ["half-life", "credence", "dependence", "weights"])
def test_a_simulation_of_another_process_is_found_out(wrong: str, rng: np.random.Generator, seed: int) -> None:
    """The negative control of the test above."""
    made, other = problem(), None
    now = forecast(made, day(3), seed=seed, draws=2048, points=64)
    if wrong == "half-life":
        file = made.file.model_copy(
            update={
                "questions": {
                    q: d.model_copy(update={"half_life": Band(low=60, middle=60, high=60)})
                    for q, d in made.file.questions.items()
                }
            }
        )
        made = made.model_copy(update={"file": file})
    elif wrong == "credence":
        sources = {
            name: source.model_copy(update={"credence": Band(low=0.99, middle=0.99, high=0.99)})
            for name, source in made.codebook.sources.items()
        }
        made = made.model_copy(update={"codebook": made.codebook.model_copy(update={"sources": sources})})
    elif wrong == "dependence":
        told = now.compiled.problem.dependence
        other = replace(told, matrices=(told.matrices + np.eye(told.matrices.shape[1])) / 2)
    else:
        panel = {"ann": made.file.panel["ann"], "bo": made.file.panel["bo"].model_copy(update={"weight": 0.2})}
        pooling = made.file.pooling.model_copy(update={"weights": "given"})
        made = made.model_copy(update={"file": made.file.model_copy(update={"panel": panel, "pooling": pooling})})
    assert worst(now, Particles(made, now.as_of, PARTICLES, rng, other)) > 1


def forward(
    pi: Floats, rho: float, seen: dict[int, Floats], start: int, today: int, n: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Run a timing question forward as the text tells it; returns the law of its outcome and its errors."""
    never, cells = len(pi) - 1, len(pi)
    course, outcome, log_weight = rng.choice(cells, n, p=pi), np.full(n, -1), np.zeros(n)
    for d in range(start, never + 1):
        if d in seen:
            log_weight += np.where(outcome < 0, np.log(seen[d])[course], 0.0)
        happens = (outcome < 0) & (course == d - 1) & (d >= 1)
        outcome[happens] = d - 1
        if d < today:
            log_weight[happens] = -np.inf  # it is known not to have happened
        ahead = pi * ((np.arange(cells) >= d) | (d < 1))
        ahead[never] = pi[never]
        anew = (rng.random(n) >= rho) & (outcome < 0)
        course = np.where(anew, rng.choice(cells, n, p=ahead / ahead.sum()), course)
    outcome[outcome < 0] = never
    share = np.exp(log_weight - log_weight.max())
    share /= share.sum()
    law = np.bincount(outcome, weights=share, minlength=cells)
    errors = [math.sqrt(float(np.sum(np.square(share * ((outcome == y) - law[y]))))) for y in range(cells)]
    return law, np.array(errors)


@pytest.mark.parametrize("seen", [False, True], ids=["no news", "news"])
@pytest.mark.parametrize("half_life", [1.5, 8])
def test_the_process_run_forward_has_the_law_that_the_passes_give(
    seen: bool, half_life: float, rng: np.random.Generator
) -> None:
    pi = np.array([0.02, 0.05, 0.1, 0.1, 0.08, 0.05, 0.05, 0.05, 0.5])
    made = case(
        {"summit": timing(half_life=half_life)},
        {"ann": {"summit": SUMMIT[0]}},
        days=8,
        judged="2024-12-20",
        codes={name: CODES[name] for name in ("soon", "late")},
        signals=[
            {"published": day(d), "code": code} for d, code in [(-2, "late"), (1, "soon"), (3, "soon")] if seen
        ],
    )  # fmt: skip
    as_of = forecast(made, day(3), draws=16, points=4).as_of
    law = pi * plain.likelihood(made, "summit", as_of)
    factors = {}
    for d, [(rows, exponent)] in plain.by_day(made, "summit", as_of, plain.RIGHT).items():
        mass = pi * ((np.arange(1, 10) >= d) | (np.arange(9) == 8))
        factors[d] = np.array(plain.factor(made, "summit", rows, d, list(mass / mass.sum()))) ** exponent
    found, errors = forward(pi, 2 ** (-1 / half_life), factors, -3, 4, 200_000, rng)
    bound = -ndtri(ODDS_OF_A_FALSE_ALARM / 2 / len(pi))
    assert (np.abs(found - law / law.sum()) <= bound * errors).all()
    if not seen:
        np.testing.assert_allclose(law[3:] / law.sum(), pi[3:] / pi[3:].sum(), rtol=1e-12)

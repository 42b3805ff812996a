"""Reports of one event that are not joined make forecasts overconfident; joining what is proposed repairs it.

Worlds are drawn from the model's own story: a yes/no question, five events apart by more than a week, each of a code
drawn as the codebook has it, and each told by up to four outlets in words of their own, in English or Korean. Somebody
bets against confidence at the odds of the forecast: with calibrated odds the gains have mean 0, and Chernoff's bound
says how large they get by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from build import by_level, case, day, ordinal
from calibration import luck
from foedus.case.types import Case
from foedus.forecast import forecast
from foedus.news.duplicates import proposals

WORLDS, EVENTS = 250, 5
ODDS_OF_A_FALSE_ALARM = 1e-6
SUBJECTS = ("cost sharing", "the force review", "joint drills", "wartime control", "nuclear fuel", "ship repair")
KOREAN = dict(
    zip(SUBJECTS, ("방위비 분담", "태세 검토", "연합 훈련", "전시작전권", "핵연료", "함정 정비"), strict=True)
)
VERBS = {"up": ("agreed to move ahead on", "합의했다"), "down": ("could not agree on", "합의하지 못했다")}
TOLD: tuple[Callable[[str, int, str], str], ...] = (
    lambda about, n, code: f"Officials {VERBS[code][0]} {about} in round {n} of the talks in Seoul",
    lambda about, n, code: f"Round {n} of the Seoul talks: officials {VERBS[code][0]} {about}",
    lambda about, n, code: f"당국자들은 서울 {n}차 협의에서 {KOREAN[about]}에 {VERBS[code][1]}고 밝혔다",
    lambda about, n, code: f"서울 {n}차 협의, {KOREAN[about]} {VERBS[code][1]}",
)


def world(rng: np.random.Generator) -> tuple[bool, list[dict[str, Any]]]:
    """Draw an outcome, and the news that it makes."""
    yes = bool(rng.random() < 0.5)
    rows: list[dict[str, Any]] = []
    for event in range(EVENTS):
        code = "up" if rng.random() < (0.8 if yes else 0.2) else "down"  # 2 and 0.5 against a mean of 1.25
        about, number = str(rng.choice(SUBJECTS)), int(rng.integers(2, 30))
        for how in rng.permutation(len(TOLD))[: int(rng.integers(1, 5))]:
            at = f"{day(3 + 9 * event)}T{int(rng.integers(8, 20)):02}:00:00+00:00"
            row = {"published": at, "code": code, "source": f"outlet_{how}", "quote": TOLD[how](about, number, code)}
            rows.append({"id": f"e{event}.{len(rows)}", "actor": "KOR;USA", "actor_level": "working", **row})
    return yes, rows


CODES = {
    "up": {"bears_on": {"role": by_level(no=0.5, yes=2)}},
    "down": {"bears_on": {"role": by_level(no=2, yes=0.5)}},
}


def made(rows: list[dict[str, Any]], **stated: Any) -> Case:
    return case(
        {"role": ordinal("no", "yes")},
        {"ann": {"role": {"no": 0.5, "yes": 0.5}}},
        days=60,
        codes=CODES,
        sources={f"outlet_{i}": {"credence": 1} for i in range(len(TOLD))},
        signals=rows,
        settings={"draws": 16, "points": 8, "tempering": 0, **stated},
        scenarios={"yes": "role == yes"},
    )


def joined(built: Case) -> Case:
    """The case with all proposals accepted."""
    cells = {(c.line, c.column): c.value for p in proposals(built).proposals for c in p.cells}
    signals = [
        row.model_copy(update={column: value for (line, column), value in cells.items() if line == row.line})
        for row in built.signals
    ]
    return built.model_copy(update={"signals": tuple(signals)})


def probability(built: Case) -> float:
    (table,) = forecast(built, day(59)).posterior.tables
    return float((table.likelihood[1] * table.prior[1] / (table.likelihood * table.prior).sum(axis=0)).mean())


def against_confidence(p: NDArray[np.float64], yes: NDArray[np.bool_]) -> float:
    """Bound on the chance that bets against the likelier outcome, by how sure it is called, gain as much."""
    stake = 1 - 2 * p
    gains = np.stack([stake * (1 - p), -stake * p], axis=1)
    return luck(gains, np.stack([p, 1 - p], axis=1), np.where(yes, gains[:, 0], gains[:, 1]))


@pytest.mark.slow
def test_what_is_reported_again_counts_once_where_it_is_joined_or_capped(rng: np.random.Generator) -> None:
    worlds = [world(rng) for _ in range(WORLDS)]
    yes = np.array([outcome for outcome, _ in worlds])

    def judged(way: Callable[[list[dict[str, Any]]], Case]) -> float:
        p = np.array([probability(way(rows)) for _, rows in worlds])
        return against_confidence(p, yes)

    level = ODDS_OF_A_FALSE_ALARM / len(REPAIRED)
    assert judged(made) < level  # proposals off: the negative control
    for name, way in REPAIRED.items():
        assert judged(way) > level, name


@pytest.mark.slow
def test_every_event_is_found_and_none_is_made_of_two(rng: np.random.Generator) -> None:
    """Reports in English and Korean are joined by what they are about as far as code, states, level and day tell."""
    for _ in range(40):
        _, rows = world(rng)
        units = forecast(joined(made(rows)), day(59)).compiled.evidence.units
        assert len(units) == EVENTS
        assert all(len({name.partition(".")[0] for name in unit.ids}) == 1 for unit in units)


REPAIRED: dict[str, Callable[[list[dict[str, Any]]], Case]] = {
    "joined": lambda rows: joined(made(rows)),
    "capped": lambda rows: made(rows, max_per_week=1),
}

"""Codes learned from resolved cases: calibrated on simulated news, and several cases teach more than one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pymc as pm
import pytensor
import pytensor.tensor as pt
import pytest
from numpy.typing import NDArray

from build import by_level, case, day, ordinal
from calibration import rank, stray
from foedus.bayes import learning_codes
from foedus.bayes.learning_cases import Shared, Told, join, shared_by, told
from foedus.bayes.learning_codes import OWN_SHARE, cases_model, credences_at, learn_cases
from foedus.bayes.learning_menu import WIDE, Menu
from foedus.bayes.lessons import case_lessons
from foedus.bayes.unknowns import log_multipliers
from foedus.case.types import Case

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
ALPHA = 0.001  # of a false alarm, over all comparisons of a test
RUNS, FEW, THIN = 80, 40, 8
LEVELS = ("a", "b", "c")
PI = np.array([0.5, 0.3, 0.2])
CODES = ("up", "mild", "down")
BOOK: dict[str, Any] = {
    "up": {"bears_on": {"role": by_level(a=[0.1, 0.4, 1.2], b=1, c=[1.5, 4, 9])}},
    "mild": {"bears_on": {"role": by_level(a=[0.5, 0.9, 1.6], b=1.1, c=[0.6, 1.1, 2])}},
    "down": {"bears_on": {"role": by_level(a=[1, 2.5, 5], b=1, c=[0.1, 0.3, 0.9])}},
}
SOURCES = {"paper": {"credence": [0.6, 0.85, 0.95]}, "rumour": {"credence": [0.1, 0.4, 0.8]}}
DECIDED, SIGNALS = 40, 24
HARDLY = 0.3  # of a prior's width (1.8 in logs): three standard errors, about 0.2 each, of a multiplier from 96 signals
pytestmark = pytest.mark.slow


def made(name: str, outcome: str, codes: list[str], half_life: Any = 60) -> Case:
    """A case with a signal a day or so, from one source and the other."""
    news = [
        {"published": day(2 + (n * 36) // len(codes)), "code": code, "source": ("paper", "rumour")[n % 2]}
        for n, code in enumerate(codes)
    ]
    return case(
        {"role": ordinal(*LEVELS, decided_on=day(DECIDED), half_life=half_life)},
        {"ann": {"role": dict(zip(LEVELS, PI.tolist(), strict=True))}},
        days=DECIDED,
        codes=BOOK,
        sources=SOURCES,
        signals=news,
        resolutions=[{"question": "role", "resolved_on": day(DECIDED), "outcome": outcome}],
        settings={"tempering": 0},
        id=name,
    )


def simulated(
    log_m: Floats, credence: Floats, days: Floats, outcome: int, rng: np.random.Generator, *, half_life: float = 60,
    log_share: Any = (0.0, 0.0, 0.0),
) -> list[str]:  # fmt: skip
    """Codes of signals, by the story: plans hold or are others, reports are of something real or of nothing."""
    middle = _typical(_book(), log_share)
    chance = _typical(log_m, log_share)
    out = []
    for n, left in enumerate(days):
        held = rng.random() < 2 ** (-left / half_life)
        course = outcome if held else int(rng.choice(3, p=PI))
        real = rng.random() < credence[n]
        p = chance[:, course] if real else middle @ PI
        out.append(CODES[int(rng.choice(3, p=p / p.sum()))])
    return out


def _typical(log_m: Floats, log_share: Any) -> Floats:
    """Chance of each code on each course [code, level], at log shares [code]."""
    m = np.exp(log_m + np.reshape(log_share, (3, 1)))
    return np.asarray(m / m.sum(axis=0))


def _book() -> Floats:
    """Log multipliers [code, level] in the middle of every band, each entry written around 1."""
    numbers = [BOOK[code]["bears_on"]["role"]["multipliers"].values() for code in CODES]
    logs = np.log([[band[1] if isinstance(band, list) else band for band in own] for own in numbers])
    return np.asarray(logs - logs.mean(axis=1, keepdims=True))


@dataclass
class Refit:
    """Three resolved cases whose codes can be exchanged without compiling anew."""

    cases: list[Told]
    shared: Shared
    menu: Menu
    model: pm.Model
    step: Any
    chosen: Any  # which code each signal of each case has

    @classmethod
    def of(cls, outcomes: list[str]) -> Refit:
        every = [[told(made(f"{o}{n}", o, [code] * SIGNALS)) for code in CODES] for n, o in enumerate(outcomes)]
        cases = [by_code[0] for by_code in every]
        shared = shared_by(cases)
        by_code = [join([one[c] for one in every], shared) for c in range(len(CODES))]
        reports = [one.reports for one in by_code if one.reports is not None]
        assert all((r.scale > 0).all() for r in reports)
        chosen = pytensor.shared(np.zeros(len(cases) * SIGNALS, dtype=np.int64))
        place = np.arange(len(cases) * SIGNALS)
        arrays = ([r.rows for r in reports], [r.scale for r in reports], [one.menu.of_term for one in by_code])
        rows, scale, of_term = (pt.as_tensor_variable(np.array(each))[chosen, place] for each in arrays)
        menu = replace(by_code[0].menu, of_term=of_term)
        first = replace(by_code[0], reports=replace(reports[0], rows=rows, scale=scale), menu=menu)
        model = cases_model(first, shared)
        with model:
            step = pm.NUTS(target_accept=0.9)
        return cls(cases, shared, by_code[0].menu, model, step, chosen)

    def fit(self, codes: list[list[str]], seed: int, draws: int = 504) -> dict[str, Floats]:
        self.chosen.set_value(np.array([CODES.index(code) for own in codes for code in own], dtype=np.int64))
        with self.model:
            tree = pm.sample(
                draws, tune=500, chains=1, cores=1, step=self.step, random_seed=seed, progressbar=False, quiet=True,
                compute_convergence_checks=False,
            )  # fmt: skip
        found = tree["posterior"].dataset
        return {v.name: found[v.name].values[0] for v in self.model.free_RVs}


def truth(shared: Shared, cases: list[Told], rng: np.random.Generator) -> tuple[dict[str, Any], list[Floats], Floats]:
    """A draw of the prior: standard normals, and the log multipliers [code, level] of each case, and credences."""
    n = len(shared.telling)
    drawn: dict[str, Any] = {
        "telling": rng.normal(size=n), "telling_shared": rng.normal(), "own_share": rng.beta(*OWN_SHARE),
        "trust": rng.normal(size=len(shared.trust)),
    }  # fmt: skip
    share, out = drawn["own_share"], []
    for c, one in enumerate(cases):
        own = np.sqrt(1 - share) * drawn["telling"] + np.sqrt(share) * rng.normal(size=n)
        over = np.sqrt(1 - share) * drawn["telling_shared"] + np.sqrt(share) * rng.normal()
        t = one.problem.tellings
        xi = np.append(own, 0.0)[shared.telling_of[c]][t.own]
        logs = log_multipliers(t, np.sqrt(1 - t.shared) * xi + t.sign * np.sqrt(t.shared) * over, np)
        book = one.compiled.compiler.book
        out.append(np.array([logs[book.keys[code, "role", None][0] :][:3] for code in CODES]))
    grades = cases[0].problem.credences
    trust = np.append(drawn["trust"], 0.0)[shared.trust_of[0]][grades.source]
    return drawn, out, np.asarray(credences_at(grades, trust, np))


def alarm(refit: Refit, rng: np.random.Generator, runs: int, *, wrong: bool = False) -> float:
    """Chance that ranks of what was simulated are as uneven by luck, at most, over all numbers.

    How frequent a code is is ranked as a log share against the mean of its question's, WIDE standard deviations apart.
    """
    ranks: dict[str, list[float]] = {}
    for _ in range(runs):
        drawn, logs, credence = truth(refit.shared, refit.cases, rng)
        often = WIDE * rng.normal(size=len(CODES))  # the menu is in the order of the codebook
        drawn["often"] = often - often.mean()
        codes = []
        for one, log_m in zip(refit.cases, logs, strict=True):
            assert one.reports is not None
            r = credence[one.reports.grades[:, 0, 0]]
            trusted, stays = (np.ones_like(r), np.inf) if wrong else (r, 60.0)
            codes.append(
                simulated(log_m, trusted, one.days, int(one.true[0].argmax()), rng, half_life=stays, log_share=often)
            )
        found = refit.fit(codes, int(rng.integers(2**31)))
        logs_found = WIDE * found["frequency"] @ refit.menu.basis.T
        found["often"] = logs_found - logs_found.mean(axis=1, keepdims=True)
        for name, was in drawn.items():
            for i, true in enumerate(np.atleast_1d(was)):
                kept = found[name].reshape(len(found[name]), -1)[::THIN, i]
                ranks.setdefault(f"{name} {i}", []).append(rank(float(true), kept, np.ones(len(kept)), rng))
    chances = [stray(np.array(u)) for u in ranks.values()]
    return min(1.0, len(chances) * min(chances))


def test_what_cases_teach_is_calibrated_and_news_that_is_always_real_and_never_ages_would_be_noticed(
    rng: np.random.Generator,
) -> None:
    refit = Refit.of(["a", "c", "b"])
    assert alarm(refit, rng, RUNS) > ALPHA
    assert alarm(refit, rng, FEW, wrong=True) < ALPHA


def test_many_cases_teach_what_one_case_can_not(rng: np.random.Generator) -> None:
    """Codes twice as telling, in logs, as the codebook says; sources believed, plans that hold."""
    true = 2 * _book()
    credence = np.array([0.85, 0.4])[np.arange(SIGNALS) % 2]
    days = np.array([DECIDED - 2 - (n * 36) // SIGNALS for n in range(SIGNALS)], dtype=float)
    outcomes = [LEVELS[n % 3] for n in range(12)]
    cases = [
        told(made(f"case{n}", o, simulated(true, credence, days, LEVELS.index(o), rng))) for n, o in enumerate(outcomes)
    ]
    one, many = (case_lessons(learn_cases(some, rng, draws=500)) for some in (cases[:1], cases))
    assert sum(x.learned for x in many.multipliers) > sum(x.learned for x in one.multipliers)
    widths = [np.mean([x.width for x in found.multipliers]) for found in (one, many)]
    assert widths[1] < widths[0]
    up = {x.name[3]: x for x in many.multipliers if x.name[0] == "up"}
    assert up["c"].posterior[1] / up["a"].posterior[1] > 4 / 0.4  # further apart than the codebook had them


FLAT: dict[str, Any] = {
    code: {"bears_on": {"role": by_level(a=[0.4, 1, 2.5], b=1, c=[0.4, 1, 2.5])}} for code in ("routine", "rare")
}


def spoken(name: str, outcome: str, rng: np.random.Generator) -> Told:
    """A case whose codes are coded 80 to 20, whatever comes true."""
    news = [
        {"published": day(2 + n), "code": "routine" if rng.random() < 0.8 else "rare", "source": "paper"}
        for n in range(SIGNALS)
    ]
    return told(
        case(
            {"role": ordinal(*LEVELS, decided_on=day(DECIDED), half_life=60)},
            {"ann": {"role": dict(zip(LEVELS, PI.tolist(), strict=True))}},
            days=DECIDED, codes=FLAT, sources={"paper": {"credence": [0.85, 0.9, 0.95]}}, signals=news,
            resolutions=[{"question": "role", "resolved_on": day(DECIDED), "outcome": outcome}],
            settings={"tempering": 0}, id=name,
        )
    )  # fmt: skip


def test_how_often_a_code_is_used_is_not_taken_for_how_telling_it_is(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The multipliers are 1, and stay there; with shares held equal, a common code becomes a telling one."""
    cases = [spoken(f"case{n}", LEVELS[n % 3], rng) for n in range(12)]

    def moved() -> float:
        found = learn_cases(cases, np.random.default_rng(1), draws=500, chains=2)
        return max(abs(x.moved) for x in case_lessons(found).multipliers)

    assert moved() < HARDLY
    monkeypatch.setattr(learning_codes, "log_shares", lambda menu, _: pt.as_tensor_variable(menu.log_share))
    assert moved() > HARDLY  # negative control

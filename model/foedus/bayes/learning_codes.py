"""Codes and sources of resolved cases, learned in PyMC: the model of `learning_cases`, its draws, and what they say.

The codebook is the prior: a telling-ness is a standard normal whose scale is the codebook's band. Of its variance, a
part that is learned is a case's own; a case not seen yet draws that part anew, so that without any data it has exactly
the codebook's band. How common codes are is learned beside it (`learning_menu`). `confirmed_by_other_side` teaches
credences too: what is real is confirmed more often than what is not; how often, is learned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from foedus.bayes.courses import Knobs, log_reports
from foedus.bayes.learning import complaints
from foedus.bayes.learning_cases import Joined, Shared, Told, join, shared_by
from foedus.bayes.learning_menu import log_shares, with_shares
from foedus.bayes.sampling import Sampled, sample
from foedus.bayes.unknowns import log_multipliers
from foedus.problem.types import Credences, Floats, Uncertain

Tensor = Any
TUNE, DRAWS, CHAINS = 1000, 1000, 4
IF_REAL, IF_NOT = (4.0, 1.0, 5.0), (0.5, 0.5, 6.0)  # Dirichlet priors: silence is common, and confirming a rumour rare
OWN_SHARE = (2.0, 4.0)  # Beta prior of the part of a telling-ness that is a case's own
_TINY = 1e-300


@dataclass(frozen=True)
class Taught:
    """What resolved cases taught, as draws [S] for a case not seen yet with the codebook of the first.

    Attributes
    ----------
    cases : tuple of Told
    shared : Shared
    log_multiplier, prior_multiplier : array [S, T]
        Of each row of the codebook (log-odds for lines of documents).
    credence, prior_credence : array [S, grades]
    own_share : array [S]
    sampled : Sampled
    """

    cases: tuple[Told, ...]
    shared: Shared
    log_multiplier: Floats
    prior_multiplier: Floats
    credence: Floats
    prior_credence: Floats
    own_share: Floats
    sampled: Sampled

    @property
    def complaints(self) -> tuple[str, ...]:
        """Why the draws can't be used; empty where they can."""
        return complaints(self.sampled)


def cases_model(cases: Joined, shared: Shared) -> pm.Model:
    """Build the model of resolved cases; what they add to the density is the potential `news`."""
    names = {"number": list(map(str, shared.telling)), "source": list(shared.trust)}
    size, menu = len(shared.telling_of), cases.menu
    names["frequent"] = list(map(str, menu.names))
    with pm.Model(coords=names) as model:
        telling = _certain_last(pm.Normal("telling", dims="number"))
        over = pm.Normal("telling_shared")
        share = pm.Beta("own_share", *OWN_SHARE)
        trust = _certain_last(pm.Normal("trust", dims="source"))
        chance = pt.stack([_confirming("if_real", IF_REAL), _confirming("if_not", IF_NOT)])
        common, own = pt.sqrt(1 - share), pt.sqrt(share)
        in_case = common * telling + own * pm.Normal("telling_own", shape=(size, len(shared.telling) + 1))
        over_in_case = common * over + own * pm.Normal("telling_shared_own", shape=size)
        xi = np.sqrt(1 - np.abs(cases.over)) * in_case[cases.case, cases.place]
        xi = xi + np.sign(cases.over) * np.sqrt(np.abs(cases.over)) * over_in_case[cases.case]
        grades = credences_at(cases.credences, trust[cases.credences.source], pt)
        shares = log_shares(menu, pm.Normal("frequency", dims="frequent"))
        said = _news(cases, log_multipliers(cases.tellings, xi, pt), grades, shares)
        pm.Potential("news", said + _confirmations(cases, grades, chance))
    return model


def _confirming(name: str, prior: tuple[float, ...]) -> Tensor:
    return pm.Dirichlet(name, np.array(prior))


def _certain_last(x: Tensor) -> Tensor:
    """Put a 0 at the end, which is where what is certain looks."""
    return pt.concatenate([x, pt.zeros(1)])


def credences_at(credences: Credences, xi: Any, xp: Any) -> Any:
    """Credence of each grade, at the standard normal of the source of each; `xp` is `pytensor.tensor` or `numpy`."""
    drawn = 1 / (1 + xp.exp(-_at(credences.log_odds, xi, xp)))
    certain = ~np.isnan(credences.certain)
    return xp.where(certain, np.nan_to_num(credences.certain), drawn)


def _at(uncertain: Uncertain, xi: Any, xp: Any) -> Any:
    return uncertain.location + xp.where(xi < 0, uncertain.below, uncertain.above) * xi


def _news(cases: Joined, logs: Tensor, grades: Tensor, shares: Tensor) -> Tensor:
    """Log density of all signals, given what came true."""
    if cases.reports is None:
        return pt.zeros(())
    log_days = _at(cases.half_life, pm.Normal("persistence", shape=len(cases.half_life.location)), pt)
    hold = pt.exp(-np.log(2) * cases.days * pt.exp(-log_days[cases.question]))
    nothing = np.zeros(len(cases.tellings.middle))
    middle = np.asarray(log_multipliers(cases.tellings, nothing, np))
    reports, chance = with_shares(cases.reports, cases.menu, middle, shares)
    common = (reports.exponent * chance)[:, None]
    factor = pt.exp(log_reports(reports, Knobs(logs, grades, pt.ones(1))) + common)
    on_course, anywhere = (factor * cases.true).sum(axis=1), (factor * cases.possible).sum(axis=1)
    return pt.log(pt.maximum(hold * on_course + (1 - hold) * anywhere, _TINY)).sum()


def _confirmations(case: Joined, grades: Tensor, chance: Tensor) -> Tensor:
    """Log probability of what the other side said of each report, `chance` [real or not, said]."""
    if not len(case.confirmed):
        return pt.zeros(())
    grade, said = case.confirmed.T
    return pt.log(grades[grade] * chance[0, said] + (1 - grades[grade]) * chance[1, said]).sum()


def learn_cases(
    cases: Sequence[Told],
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
    tune: int = TUNE,
    chains: int = CHAINS,
    bar: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> Taught:
    """Learn from resolved cases.

    Parameters
    ----------
    cases : sequence of Told
        The first has the codebook that is asked about.
    rng : Generator
    draws, tune, chains : int
        Kept and tuning draws of each chain.

    Returns
    -------
    Taught
        Look at its `complaints` before anything else.
    """
    shared = shared_by(cases)
    if progress is not None:
        progress("sampling codes and sources", 0.0)
    sampled = sample(
        cases_model(join(cases, shared), shared), "pymc", draws, tune, chains, int(rng.integers(2**31)), bar=bar
    )
    size = draws * chains
    free = {name: x.reshape(size, *x.shape[2:]) for name, x in sampled.free.items()}
    none = {
        "telling": rng.normal(size=(size, len(shared.telling))),
        "telling_shared": rng.normal(size=size),
        "trust": rng.normal(size=(size, len(shared.trust))),
        "own_share": np.zeros(size),
    }
    multiplier, credence = _new_case(cases[0], shared, free, rng)
    prior_multiplier, prior_credence = _new_case(cases[0], shared, none, rng)
    return Taught(
        tuple(cases), shared, multiplier, prior_multiplier, credence, prior_credence, free["own_share"], sampled
    )


def _new_case(case: Told, shared: Shared, free: dict[str, Floats], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Log multipliers [S, T] and credences [S, grades] of the first codebook in a case not seen yet."""
    common, own = np.sqrt(1 - free["own_share"]), np.sqrt(free["own_share"])
    size = len(common)
    zero = np.zeros((size, 1))
    telling = common[:, None] * free["telling"] + own[:, None] * rng.normal(size=free["telling"].shape)
    over = common * free["telling_shared"] + own * rng.normal(size=size)
    xi = np.concatenate([telling, zero], axis=1)[:, shared.telling_of[0]]
    trust = np.concatenate([free["trust"], zero], axis=1)[:, shared.trust_of[0]]
    problem, t = case.problem, case.problem.tellings
    whole = np.sqrt(1 - t.shared) * xi[:, t.own] + t.sign * np.sqrt(t.shared) * over[:, None]
    return (
        np.asarray(log_multipliers(t, whole, np)),
        np.asarray(credences_at(problem.credences, trust[:, problem.credences.source], np)),
    )

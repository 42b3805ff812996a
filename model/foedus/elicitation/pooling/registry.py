"""The pooling rules by name, and that of a case: the rule, those its draws may take instead, trust in its experts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr

from foedus.case.types import Case
from foedus.elicitation.pooling.beta import beta, fitted
from foedus.elicitation.pooling.cells import Cells, Pool
from foedus.elicitation.pooling.hierarchical import Trust, given_trust, hierarchical, prior_trust
from foedus.elicitation.pooling.linear import linear
from foedus.elicitation.pooling.log import log
from foedus.elicitation.pooling.log_odds import fitted_factor, log_odds
from foedus.elicitation.pooling.median import median
from foedus.elicitation.pooling.probit import probit
from foedus.elicitation.pooling.quantile import quantile
from foedus.elicitation.seeds import seed_scores, seed_study, yes_no_seeds
from foedus.elicitation.shapes import Floats
from foedus.errors import CaseError, Fault, nearest

_TRUST_SEED = 20250801  # of the draws from the stated prior, the same for every case


@dataclass(frozen=True, eq=False)
class Pooling:
    """How a panel becomes one prior, and how that is uncertain.

    Attributes
    ----------
    name : str
        Of the rule.
    pool : Pool
        The rule: what it gives at the base weights is the prior of a question.
    alternatives : tuple of Pool
        Rules that parameter draws take instead, all with the same chance; their mean is still `pool`.
    trust : Trust or None
        In the members of the panel, where the rule is the hierarchical one.
    """

    name: str = "linear"
    pool: Pool = linear
    alternatives: tuple[Pool, ...] = ()
    trust: Trust | None = None

    def sizes(self) -> dict[str, int]:
        """Return how many standard normals of each kind a draw needs."""
        trust = 0 if self.trust is None else 2 * len(self.trust.bias) + 1
        return {"rule": int(bool(self.alternatives)), "trust": trust}

    def drawn(self, probabilities: Floats, weights: Floats, cells: Cells, z: Mapping[str, Floats]) -> Floats:
        """Pool with drawn weights [E, M], rules and trust: [F, M].

        Parameters
        ----------
        z : dict of array [n, M]
            Standard normals, as many as `sizes` says.
        """
        if self.trust is not None and cells.kind != "nominal":
            bias, overconfidence, shared = self.trust.at(z["trust"])
            out = given_trust(probabilities, bias[cells.experts], overconfidence[cells.experts], shared)
        else:
            out = self.pool(probabilities, weights, cells)
        if not self.alternatives:
            return out
        picked = np.minimum((ndtr(z["rule"][0]) * (1 + len(self.alternatives))).astype(int), len(self.alternatives))
        for number, other in enumerate(self.alternatives, start=1):
            mine = picked == number
            if mine.any():
                out[:, mine] = other(probabilities, weights[:, mine], cells)
        return out


@dataclass(frozen=True, eq=False)
class Setting:
    """What a rule of a case is made from: the case, the base weights of its panel [E], trust learned elsewhere."""

    case: Case
    weights: Floats
    trust: Trust | None = field(default=None)


def _beta(setting: Setting) -> Pool:
    stated = setting.case.file.pooling.beta
    if stated is not None:
        return beta(*stated)
    study = seed_study(setting.case)
    if study is None:
        msg = "pooling: method beta is fitted to seed questions: add seeds.csv, or state its shapes, `beta: [1.3, 1.3]`"
        raise CaseError([Fault("case.yaml", 0, msg)])
    v = seed_scores(study)
    own = np.where(np.isfinite(v), setting.weights[:, None], 0.0)
    seen = own.sum(axis=0) > 0
    u = (own * ndtr(np.nan_to_num(v))).sum(axis=0)[seen] / own.sum(axis=0)[seen]
    return beta(*fitted(u))


def _log_odds(setting: Setting) -> Pool:
    members = setting.case.file.panel.values()
    base_rates = [k for k, expert in enumerate(members) if expert.kind == "base_rate"]
    factor = setting.case.file.pooling.extremizing
    means, answers, answered = yes_no_seeds(setting.case)
    if factor is None and len(means):
        factor = fitted_factor(means, answers, answered)
    return log_odds(factor, base_rates)


def _trust(setting: Setting) -> Trust:
    experts = len(setting.case.file.panel)
    return setting.trust or prior_trust(experts, np.random.default_rng(_TRUST_SEED))


RULES: dict[str, Callable[[Setting], Pool]] = {
    "linear": lambda _: linear,
    "log": lambda _: log,
    "quantile": lambda _: quantile,
    "median": lambda _: median,
    "probit": lambda _: probit,
    "beta": _beta,
    "log_odds": _log_odds,
    "hierarchical": lambda setting: hierarchical(_trust(setting)),
}


def rule(name: str, setting: Setting) -> Pool:
    """Return the pooling rule of that name.

    Raises
    ------
    CaseError
        No rule has that name, or it lacks what it is made from.
    """
    if name not in RULES:
        raise CaseError([Fault("case.yaml", 0, f"pooling: no method {name!r}; {nearest(name, list(RULES))}")])
    return RULES[name](setting)


def pooling_of(case: Case, weights: Floats, trust: Trust | None = None) -> Pooling:
    """Return the pooling of a case.

    Parameters
    ----------
    case : Case
    weights : array [E]
        Base weights of the panel.
    trust : Trust, optional
        Learned from its seed questions; default the stated prior.

    Raises
    ------
    CaseError
        A rule lacks what it is made from.
    """
    declared, setting = case.file.pooling, Setting(case, weights, trust)
    alternatives = tuple(rule(name, setting) for name in declared.alternatives if name != declared.method)
    own = _trust(setting) if declared.method == "hierarchical" else None
    return Pooling(declared.method, rule(declared.method, setting), alternatives, own)

"""Trust in experts, learned from their seed questions: the hierarchical pool's model in PyMC.

Each expert has a bias and an overconfidence around those of the panel, and on every seed question all share a part of
their error (`foedus.elicitation.pooling.hierarchical` has the model and the stated prior, and pools with the draws).
Missing answers are left out of the likelihood; the shared error of a question is learned from those who did answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pymc as pm

from foedus.case.types import Case
from foedus.elicitation.pooling import hierarchical as stated
from foedus.elicitation.pooling.hierarchical import Trust
from foedus.elicitation.seeds import seed_scores, seed_study
from foedus.elicitation.shapes import Floats
from foedus.errors import DegenerateDraws

TUNE, DRAWS, CHAINS = 1000, 500, 4
R_HAT = 1.05  # of any number of the model; above it the chains have not met


def trust_model(v: Floats) -> pm.Model:
    """Build the model of the scores of seed answers.

    Parameters
    ----------
    v : array [E, S]
        Phi^-1 of each expert's cumulative probability at each answer (`seed_scores`); NaN where not answered. The
        observed part is `scores`, a data container, so that other scores with the same gaps can be put in.

    Returns
    -------
    pymc.Model
        With `bias` [E], `overconfidence` [E], `shared` and the shared error of each question.
    """
    expert, seed = np.nonzero(np.isfinite(v))
    with pm.Model(coords={"expert": np.arange(v.shape[0]), "seed": np.arange(v.shape[1])}) as model:
        data = pm.Data("scores", v[expert, seed])
        bias = _around("bias", 0.0, stated.BIAS_MEAN_SD, stated.BIAS_SPREAD_SD)
        log_k = _around("log_overconfidence", stated.LOG_K_MEAN, stated.LOG_K_MEAN_SD, stated.LOG_K_SPREAD_SD)
        k = pm.Deterministic("overconfidence", pm.math.exp(log_k), dims="expert")
        logit_rho = pm.Normal("logit_shared", stated.LOGIT_RHO_MEAN, stated.LOGIT_RHO_SD)
        rho = pm.Deterministic("shared", pm.math.sigmoid(logit_rho))
        error = pm.Normal("shared_error", 0.0, 1.0, dims="seed")
        mean = bias[expert] + k[expert] * pm.math.sqrt(rho) * error[seed]
        pm.Normal("score", mean, k[expert] * pm.math.sqrt(1 - rho), observed=data)
    return model


def _around(name: str, centre: float, centre_sd: float, spread_sd: float) -> Any:
    """Members around the panel's own mean, non-centred."""
    mean = pm.Normal(f"{name}_mean", centre, centre_sd)
    spread = pm.HalfNormal(f"{name}_spread", spread_sd)
    return pm.Deterministic(name, mean + spread * pm.Normal(f"{name}_own", 0.0, 1.0, dims="expert"), dims="expert")


def sample_trust(v: Floats, rng: np.random.Generator, *, draws: int = DRAWS, chains: int = CHAINS) -> Trust:
    """Sample trust from its posterior given scores [E, S].

    Parameters
    ----------
    v : array [E, S]
        NaN where not answered; at least one number.
    rng : Generator
    draws, chains : int
        Kept of each chain, and chains.

    Returns
    -------
    Trust
        `hierarchical.DRAWS` draws, evenly thinned from all chains, or all where there are fewer.

    Raises
    ------
    DegenerateDraws
        The chains did not meet.
    """
    import arviz as az

    with trust_model(v):
        tree = pm.sample(
            draws, tune=TUNE, chains=chains, cores=1, random_seed=int(rng.integers(2**31)), progressbar=False,
            compute_convergence_checks=False, quiet=True, target_accept=0.95, nuts_sampler="pymc",
        )  # fmt: skip
    posterior = tree["posterior"].dataset
    names = ["bias", "overconfidence", "shared"]
    r_hat = max(float(x.max()) for x in az.rhat(posterior[names]).data_vars.values())
    if not r_hat <= R_HAT:
        msg = f"trust in experts was not learned: chains differ (R-hat {r_hat:.3f}, at most {R_HAT}); try another seed"
        raise DegenerateDraws(msg)
    flat = {name: posterior[name].values.reshape(chains * draws, -1).T for name in names}
    total = chains * draws
    kept = np.linspace(0, total - 1, min(stated.DRAWS, total)).astype(int)
    return Trust(flat["bias"][:, kept], flat["overconfidence"][:, kept], flat["shared"][0, kept], int(v.shape[1]))


def learned_trust(
    case: Case, rng: np.random.Generator, progress: Callable[[str, float], None] | None = None
) -> Trust | None:
    """Learn trust in the panel of a case from its seed questions; None where it has none."""
    study = seed_study(case)
    if study is None:
        return None
    if progress is not None:
        progress("learning whom to trust from seed questions", 0.0)
    return sample_trust(seed_scores(study), rng)

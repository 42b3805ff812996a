"""What seed questions tell of the experts of a case, where its pooling asks for it."""

from __future__ import annotations

import datetime as dt

import numpy as np

from foedus.case.moment import moment
from foedus.case.types import Case
from foedus.elicitation.pooling.hierarchical import Trust
from foedus.inference.posterior import Progress
from foedus.problem.compile import given_by


def trust_of(
    case: Case,
    as_of: str | dt.datetime | dt.date | None = None,
    seed: int = 1,
    progress: Progress | None = None,
    *,
    always: bool = False,
) -> Trust | None:
    """Learn what seed questions answered by `as_of` tell of the experts of a case, for the hierarchical pool.

    Returns
    -------
    Trust or None
        None without seed questions, and (unless `always`) where the pooling of the case asks for no such thing.
    """
    declared = case.file.pooling
    asked = always or "hierarchical" in {declared.method, *declared.alternatives}
    if not asked or not case.seeds:
        return None
    from foedus.bayes.pooling import learned_trust  # PyMC: seconds that only this pool costs

    return learned_trust(given_by(case, moment(case, as_of)), np.random.default_rng(seed), progress)

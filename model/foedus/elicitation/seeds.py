"""The seed questions of a case: its study, weights from it, and where answers fell in experts' distributions."""

from __future__ import annotations

import numpy as np
from scipy.special import logit

from foedus.case.types import Case
from foedus.elicitation.fit import fit_quantiles
from foedus.elicitation.performance.decision_makers import at_least, decision_maker
from foedus.elicitation.performance.rows import study_of
from foedus.elicitation.performance.scores import scores
from foedus.elicitation.performance.study import Study
from foedus.elicitation.pooling.hierarchical import FARTHEST
from foedus.elicitation.shapes import Curve, Floats
from foedus.errors import CaseError, Fault


def seed_study(case: Case) -> Study | None:
    """Return the study of a case, experts in the order of its panel; None without seeds answered in quantiles."""
    answered = {row.question for row in case.judgments if row.element == "quantile"}
    seeds = [seed for seed in case.seeds if seed.question not in _yes_no(case)]
    seeds = seeds if any(seed.question in answered for seed in seeds) else []
    return study_of(case.judgments, seeds, experts=tuple(case.file.panel))[0] if seeds else None


def yes_no_seeds(case: Case) -> tuple[Floats, Floats, float]:
    """Mean log-odds of yes [k] and answers [k] of the yes/no seed questions, and how many answered one on average.

    Probabilities of 0 and 1 are read as 0.001 and 0.999.
    """
    asked = _yes_no(case)
    said: dict[tuple[str, str], tuple[int, float]] = {}
    for row in case.judgments:
        key = (row.question, row.expert)
        if row.question in asked and row.element == "probability" and row.round >= said.get(key, (0, 0.0))[0]:
            value = float(str(row.value))
            said[key] = (row.round, value if row.level == "yes" else 1 - value)
    answers = {seed.question: seed.answer for seed in case.seeds}
    names = list(dict.fromkeys(question for question, _ in said))
    of = {name: [p for (question, _), (_, p) in said.items() if question == name] for name in names}
    means = np.array([logit(np.clip(of[name], 1e-3, 1 - 1e-3)).mean() for name in names])
    told = np.array([answers[name] for name in names])
    return means, told, len(said) / len(names) if names else 1.0


def _yes_no(case: Case) -> set[str]:
    seeds = {seed.question for seed in case.seeds}
    return {row.question for row in case.judgments if row.element == "probability" and row.question in seeds}


def performance_weights(case: Case) -> dict[str, float]:
    """Weight of each member of the panel by Cooke's global weights, summing to 1.

    The cut-off is the best one, or as `pooling: {cutoff: ...}` states.

    Raises
    ------
    CaseError
        There are no seed questions, or nobody has a score above 0 and the cut-off.
    """
    study = seed_study(case)
    if study is None:
        wanted = "add seeds.csv and quantiles, or use equal or given"
        msg = f"pooling: weights 'performance' come from seed questions: {wanted}"
        raise CaseError([Fault("case.yaml", 0, msg)])
    at = scores(study, study.scaled)
    stated = case.file.pooling.cutoff
    cutoff = decision_maker(study, at, "global_optimised").cutoff if stated is None else stated
    raw = np.nan_to_num(at.combined) * at_least(at.calibration, cutoff)
    if raw.sum() <= 0:
        best = float(np.nanmax(np.append(at.calibration, 0.0)))
        msg = f"pooling: no expert's calibration reaches the cut-off {cutoff:g} (the best is {best:.3g}); lower it"
        raise CaseError([Fault("case.yaml", 0, msg)])
    return dict(zip(study.experts, (raw / raw.sum()).tolist(), strict=True))


def seed_scores(study: Study) -> Floats:
    """Phi^-1 of each expert's cumulative probability at the answer of each seed: [E, S], NaN where not answered.

    Distributions go through the stated quantiles as all judgments do (`fit_quantiles`), on the scale of the item.
    Scores are cut off at 4 on either side.
    """
    seeds = np.flatnonzero(study.seeds)
    x = study.to_scale(study.answers)
    out = np.full((len(study.experts), len(seeds)), np.nan)
    for e in range(len(study.experts)):
        for s, n in enumerate(seeds):
            if study.answered[e, n]:
                shape = fit_quantiles(study.levels, study.scaled[e, n]).shape
                assert isinstance(shape, Curve)  # of two quantiles or more
                out[e, s] = shape.score(x[n : n + 1])[0]
    return np.asarray(np.clip(out, -FARTHEST, FARTHEST))

"""Decision makers of the classical model: the panel pooled with weights from its own scores, and scored like an expert.

`equal` weighs everyone alike; `global` by calibration times information; `item` by calibration times the information on
the item at hand. The optimised ones leave out who is calibrated below the cut-off that serves the pool best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foedus.elicitation.performance.scores import Scores, scores
from foedus.elicitation.performance.study import Study
from foedus.elicitation.shapes import Floats

RULES = ("equal", "global", "global_optimised", "item", "item_optimised")
_SAME = 1e-9  # calibrations closer than this part are equal: they differ by the order of a sum


@dataclass(frozen=True, eq=False)
class DecisionMaker:
    """The panel as one assessor.

    Attributes
    ----------
    calibration, information, combined : float
        As an expert's; NaN where no expert has a weight.
    cutoff : float
        Calibration from which experts count; 0 where all do.
    weights : array [E, N]
        Weight of each expert on each item, summing to 1 over those who answered; 0 where nobody with weight did.
    quantiles : array [N, K]
        In the unit of each item; NaN where nobody with weight answered.
    """

    calibration: float
    information: float
    combined: float
    cutoff: float
    weights: Floats
    quantiles: Floats


def decision_maker(study: Study, experts: Scores, rule: str, cutoff: float = 0.0) -> DecisionMaker:
    """Pool the panel of a study by one of `RULES`.

    Parameters
    ----------
    study : Study
    experts : Scores
        Of the experts of the study.
    rule : str
    cutoff : float
        Calibration from which experts count; the optimised rules choose their own.

    Returns
    -------
    DecisionMaker
    """
    kind, _, optimised = rule.partition("_")
    cutoffs = _distinct(experts.calibration) if optimised else np.array([cutoff])
    weights = np.array([_weights(study, experts, kind, a) for a in cutoffs])
    scaled = pooled(study, weights)
    scored = scores(study, scaled)
    combined = np.nan_to_num(scored.combined)
    best = int(np.flatnonzero(combined >= combined.max() * (1 - _SAME))[0])
    quantiles = np.where(study.log[:, None], np.exp(np.where(study.log[:, None], scaled[best], 0.0)), scaled[best])
    return DecisionMaker(
        calibration=float(scored.calibration[best]),
        information=float(scored.information[best]),
        combined=float(scored.combined[best]),
        cutoff=float(cutoffs[best]),
        weights=weights[best],
        quantiles=quantiles,
    )


def pooled(study: Study, weights: Floats) -> Floats:
    """Quantiles [A, N, K] on the scales of the items of linear pools with weights [A, E, N].

    Each expert's distribution is uniform between neighbouring quantiles, from the one end of the intrinsic range to
    the other; NaN where no weight is left.
    """
    out = np.full((len(weights), len(study.items), len(study.levels)), np.nan)
    p = np.concatenate([[0.0], study.levels, [1.0]])
    lower, upper = study.bounds
    for n in np.flatnonzero(study.answered.any(axis=0)):
        who = np.flatnonzero(study.answered[:, n])
        knots = np.concatenate([[[lower[n]] * len(who)], study.scaled[who, n].T, [[upper[n]] * len(who)]]).T
        grid = np.unique(knots)
        mixed = weights[:, who, n] @ np.array([np.interp(grid, x, p) for x in knots])
        for a in np.flatnonzero(mixed[:, -1] > 0):
            out[a, n] = np.interp(study.levels, mixed[a] / mixed[a, -1], grid)
    return out


def _weights(study: Study, experts: Scores, kind: str, cutoff: float) -> Floats:
    """Weight of each expert on each item [E, N], summing to 1 over those who answered, or 0 for all."""
    if kind == "equal":
        raw = study.answered.astype(float)
    else:
        counted = np.nan_to_num(experts.calibration) * at_least(experts.calibration, cutoff)
        telling = experts.by_item if kind == "item" else experts.information[:, None]
        raw = np.where(study.answered, counted[:, None] * np.nan_to_num(telling), 0.0)
    total = raw.sum(axis=0)
    return np.asarray(np.where(total > 0, raw / np.where(total > 0, total, 1.0), 0.0))


def at_least(calibrations: Floats, cutoff: float) -> Floats:
    """Return 1 for each calibration from the cut-off up, the same ones to rounding, and 0 for the others."""
    return (np.nan_to_num(calibrations) >= cutoff * (1 - _SAME)).astype(float)


def _distinct(calibrations: Floats) -> Floats:
    """Calibrations that differ by more than rounding, largest first."""
    out: list[float] = []
    for c in np.sort(np.nan_to_num(calibrations))[::-1]:
        if not out or c < out[-1] * (1 - _SAME):
            out.append(float(c))
    return np.array(out)

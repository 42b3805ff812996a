"""Everything the classical model has to say of a study: experts, decision makers, and how far to trust them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from foedus.elicitation.performance.decision_makers import RULES, DecisionMaker, decision_maker
from foedus.elicitation.performance.rows import FEW
from foedus.elicitation.performance.scores import Scores, scores
from foedus.elicitation.performance.study import Study
from foedus.elicitation.shapes import Floats

POOR = 0.05  # calibration that at least one expert should reach


@dataclass(frozen=True, eq=False)
class Performance:
    """Scores of a panel.

    Attributes
    ----------
    study : Study
    experts : Scores
        Of each expert.
    decision_makers : {rule: DecisionMaker}
    warnings : tuple of str
        Why these scores deserve little trust, if they do.
    """

    study: Study
    experts: Scores
    decision_makers: Mapping[str, DecisionMaker]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the scores under stable names; what can't be computed is null."""
        at = self.experts
        shares = at.combined / np.nansum(at.combined) if np.nansum(at.combined) > 0 else at.combined
        seeds = (self.study.answered & self.study.seeds).sum(axis=1)
        experts = {
            name: {
                "calibration": _number(at.calibration[e]),
                "information": _number(at.information[e]),
                "weight": _number(at.combined[e]),
                "share": _number(shares[e]),
                "information_all": _number(at.information_all[e]),
                "seeds": int(seeds[e]),
                "counts": at.counts[e].tolist(),
            }
            for e, name in enumerate(self.study.experts)
        }
        makers = {name: _maker(self.study, name, dm) for name, dm in self.decision_makers.items()}
        return {"experts": experts, "decision_makers": makers, "warnings": list(self.warnings)}


def _maker(study: Study, rule: str, dm: DecisionMaker) -> dict[str, Any]:
    kept = [name for name, w in zip(study.experts, dm.weights, strict=True) if w.max() > 0]
    out: dict[str, Any] = {name: _number(getattr(dm, name)) for name in ("calibration", "information", "combined")}
    if rule.endswith("_optimised"):
        out["cutoff"] = _number(dm.cutoff)
    return out | {"experts": kept}


def _number(x: float) -> float | None:
    return float(x) if math.isfinite(x) else None


def performance(study: Study) -> Performance:
    """Score the experts of a study and its decision makers.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Performance
    """
    experts = scores(study, study.scaled)
    makers = {rule: decision_maker(study, experts, rule) for rule in RULES}
    return Performance(study, experts, makers, tuple(warnings(study, experts)))


def warnings(study: Study, experts: Scores) -> list[str]:
    """Say why the scores of a study deserve little trust, if they do."""
    out = []
    if (seeds := int(study.seeds.sum())) < FEW:
        out.append(f"{seeds} seed questions are few: below {FEW}, scores are mostly luck; prefer equal weights")
    best = np.nanmax(np.append(experts.calibration, 0.0))
    if best < POOR:
        out.append(f"no expert's calibration reaches {POOR:g} (the best is {best:.2g}): weights favour the least bad")
    silent = [name for name, c in zip(study.experts, experts.calibration, strict=True) if math.isnan(c)]
    if silent:
        out.append(f"answered no seed question, so without a score and a weight: {', '.join(silent)}")
    return out


@dataclass(frozen=True)
class LeftOut:
    """The globally weighted, optimised decision maker without one expert or one seed question."""

    kind: str  # expert or seed
    name: str
    calibration: float
    information: float
    combined: float
    cutoff: float


def robustness(study: Study, progress: Callable[[str, float], None] | None = None) -> tuple[LeftOut, ...]:
    """Score the optimised decision maker again without each expert, and without each seed question.

    Parameters
    ----------
    study : Study
        At least two experts and two seeds.
    progress : callable, optional
        Called with a stage and the part that is done.

    Returns
    -------
    tuple of LeftOut
        Experts, then seeds; one that leaves nothing to score is passed over.
    """
    jobs = [("expert", e, name, study.without(experts=[e])) for e, name in enumerate(study.experts)]
    jobs += [("seed", n, study.items[n], study.without(items=[n])) for n in map(int, np.flatnonzero(study.seeds))]
    out = []
    for done, (kind, _, name, rest) in enumerate(jobs):
        if progress is not None:
            progress(f"without {name}", done / len(jobs))
        if rest.seeds.any():
            dm = decision_maker(rest, scores(rest, rest.scaled), "global_optimised")
            out.append(LeftOut(kind, name, dm.calibration, dm.information, dm.combined, dm.cutoff))
    return tuple(out)


@dataclass(frozen=True, eq=False)
class OutOfSample:
    """How the pool does on seeds that did not set its weights.

    Attributes
    ----------
    gain : array [S]
        Log density at each seed's answer of the optimised pool whose weights come from the other seeds, less that of
        the equally weighted pool; both from quantiles, uniform between them on the same intrinsic range.
    """

    gain: Floats

    @property
    def mean(self) -> float:
        """Mean gain of a seed."""
        return float(self.gain.mean())

    @property
    def error(self) -> float:
        """Standard error of the mean over seeds; NaN for one seed."""
        return float(self.gain.std(ddof=1) / math.sqrt(len(self.gain))) if len(self.gain) > 1 else math.nan


def leave_one_seed_out(study: Study) -> OutOfSample:
    """Compare performance weights with equal ones on each seed, weighted by the others.

    In sample, performance weights flatter themselves (Eggstaff, Mazzuchi & Sarkani 2014); this is out of sample.

    Parameters
    ----------
    study : Study
        At least two seeds.

    Returns
    -------
    OutOfSample
        Seeds on which no expert with a weight answered count as a gain of 0: equal weights stand in.
    """
    gains = []
    for n in map(int, np.flatnonzero(study.seeds)):
        rest = study.without(items=[n])
        if not rest.seeds.any():
            continue
        trained = decision_maker(rest, scores(rest, rest.scaled), "global_optimised")
        own = np.where(study.answered[:, n], np.nan_to_num(_overall(rest, trained)), 0.0)
        equal = study.answered[:, n].astype(float)
        weights = np.array([own if own.sum() > 0 else equal, equal])
        density = weights @ _densities(study, n) / weights.sum(axis=1)
        gains.append(float(np.log(density[0]) - np.log(density[1])))
    return OutOfSample(np.array(gains))


def _overall(study: Study, dm: DecisionMaker) -> Floats:
    """Weight of each expert before those who did not answer are left out [E]."""
    experts = scores(study, study.scaled)
    return np.where(dm.weights.max(axis=1) > 0, experts.combined, 0.0)


def _densities(study: Study, n: int) -> Floats:
    """Density of each expert at the answer of item n, on its scale [E]; 0 where not answered."""
    lower, upper = (bound[n] for bound in study.bounds)
    x = study.to_scale(study.answers)[n]
    out = np.zeros(len(study.experts))
    for e in np.flatnonzero(study.answered[:, n]):
        knots = np.concatenate([[lower], study.scaled[e, n], [upper]])
        k = int(np.clip(np.searchsorted(knots, x) - 1, 0, len(study.shares) - 1))
        out[e] = study.shares[k] / (knots[k + 1] - knots[k])
    return out

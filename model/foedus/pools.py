"""The pooled prior of every question: by the case's rule, by others beside it, as distributions of scipy and PreliZ.

Which rule is right nothing in a case can tell; how far they differ is uncertainty that no single one shows. `compare`
puts them side by side, `pooled` gives the case's own.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus.case.moment import moment
from foedus.case.types import Case
from foedus.elicitation.panel import panel
from foedus.elicitation.pooling.cells import Pool
from foedus.elicitation.pooling.hierarchical import Trust
from foedus.elicitation.pooling.registry import RULES, Setting, rule
from foedus.elicitation.reference_class import ReferenceClass, past_cases, reference_class
from foedus.elicitation.shapes import Floats
from foedus.errors import CaseError, DegenerateDraws
from foedus.problem.axes import cell_positions
from foedus.problem.bands import level_ids
from foedus.problem.compile import compile_problem, given_by
from foedus.problem.types import Axis
from foedus.summary import band_quantiles, step_quantiles

if TYPE_CHECKING:
    from scipy.stats import rv_discrete, rv_histogram

    from foedus.elicitation.preliz_export import PrelizPrior

SHOWN = (0.05, 0.5, 0.95)
WEIGHTS = ("equal", "given", "performance")


@dataclass(frozen=True, eq=False)
class PooledPrior:
    """What a panel, pooled, gives the outcomes of one question, before any news.

    Attributes
    ----------
    axis : Axis
        Of the question.
    outcomes : tuple of str
        Names of the fine cells: days, then `never`; levels; or for a quantity `lower..upper`.
    probability : array [F]
        Sums to 1.
    """

    axis: Axis
    outcomes: tuple[str, ...]
    probability: Floats

    def quantiles(self) -> dict[float, str | float]:
        """Return the values at 5, 50 and 95 %: dates, `never`, or numbers; empty for levels."""
        if self.axis.kind == "quantity":
            assert self.axis.lower is not None
            assert self.axis.upper is not None
            at = band_quantiles(self.probability, self.axis.lower, self.axis.upper, np.array(SHOWN))
            return dict(zip(SHOWN, at.tolist(), strict=True))
        if self.axis.kind == "timing":
            cells = step_quantiles(self.probability, np.array(SHOWN))
            return {level: self.outcomes[int(i)] for level, i in zip(SHOWN, cells, strict=True)}
        return {}

    def distance(self, other: PooledPrior) -> float:
        """Largest difference of the probability of one side of a cut; without an order, of any set of outcomes."""
        difference = self.probability - other.probability
        if self.axis.kind == "nominal":
            return float(np.abs(difference).sum() / 2)
        return float(np.abs(np.cumsum(difference)).max())

    def scipy(self) -> rv_histogram | rv_discrete:
        """Return it as a distribution of `scipy.stats`.

        Returns
        -------
        rv_histogram or rv_discrete
            A quantity in its unit (a value with probability of its own as a bin a millionth of the range wide); for
            timing the ordinals of days (`datetime.date.toordinal`), never as the day after the last; levels from 0.
        """
        from scipy.stats import rv_discrete, rv_histogram

        if self.axis.kind != "quantity":
            start = self.axis.opens.toordinal() + 1 if self.axis.kind == "timing" else 0
            return rv_discrete(values=(start + np.arange(len(self.probability)), self.probability))
        lower, upper = self._bins()
        edges = np.append(lower, upper[-1])
        return rv_histogram((self.probability / np.diff(edges), edges), density=True)

    def preliz(self) -> PrelizPrior:
        """Return it as a distribution of PreliZ with its residual: a pool is a mixture, and stays one.

        Returns
        -------
        PrelizPrior
            Days from 0 and never as the last, and levels from 0, as a categorical; a quantity in its unit as a mixture
            of uniforms (a value with probability of its own as a bin a millionth of the range wide).

        Raises
        ------
        FoedusError
            PreliZ is not installed: `pip install 'foedus[preliz]'`.
        """
        from foedus.elicitation.preliz_export import categorical, mixture

        if self.axis.kind != "quantity":
            return categorical(self.probability, self.outcomes)
        return mixture(self.probability, *self._bins())

    def _bins(self) -> tuple[Floats, Floats]:
        """Return the ends of the cells of a quantity [F], [F]; a single value becomes a thin bin."""
        assert self.axis.lower is not None
        assert self.axis.upper is not None
        lower, upper = self.axis.lower.copy(), self.axis.upper.copy()
        thin = 1e-6 * (upper.max() - lower.min())
        for atom in np.flatnonzero(lower == upper):  # its neighbour below makes room
            lower[atom] -= thin
            if atom:
                upper[atom - 1] = lower[atom]
        return lower, upper


@dataclass(frozen=True, eq=False)
class Comparison:
    """Pooled priors of a case by rule.

    Attributes
    ----------
    case : Case
    by_rule : {(rule, weights): {question: PooledPrior}}
        The case's own first; questions that hang on another are left out, their tables are always pooled linearly.
    classes : {(expert, question): ReferenceClass}
        Base rates made from past cases, with the bands that the cases leave.
    notes : tuple of str
        Rules that are missing, and why.
    """

    case: Case
    by_rule: Mapping[tuple[str, str], Mapping[str, PooledPrior]]
    classes: Mapping[tuple[str, str], ReferenceClass]
    notes: tuple[str, ...]

    @property
    def own(self) -> Mapping[str, PooledPrior]:
        """By the rule of the case."""
        return next(iter(self.by_rule.values()))

    def disagreement(self, question: str) -> float:
        """Largest distance between any two rules on a question."""
        views = [priors[question] for priors in self.by_rule.values()]
        return max((a.distance(b) for i, a in enumerate(views) for b in views[:i]), default=0.0)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison under stable names."""
        questions = []
        for name, own in self.own.items():
            rules = []
            for (method, weights), priors in self.by_rule.items():
                row: dict[str, Any] = {"rule": method, "weights": weights}
                row |= described(priors[name])
                rules.append(row | {"distance": round(priors[name].distance(own), 6)})
            entry = {"id": name, "type": own.axis.kind, "disagreement": round(self.disagreement(name), 6)}
            questions.append(entry | {"rules": rules})
        classes = [
            {"expert": who, "question": name, "cases": made.cases, "band": {k: list(v) for k, v in made.band.items()}}
            for (who, name), made in self.classes.items()
        ]
        out = {"format": 1, "case": self.case.file.id, "questions": questions}
        return out | {"reference_classes": classes, "notes": list(self.notes)}


def described(prior: PooledPrior) -> dict[str, Any]:
    """Return quantiles (and never) of a prior, or its levels, for JSON."""
    if prior.axis.kind in {"timing", "quantity"}:
        at = {f"{k:g}": v if isinstance(v, str) else round(v, 6) for k, v in prior.quantiles().items()}
        never = {"never": round(float(prior.probability[-1]), 6)} if prior.axis.kind == "timing" else {}
        return {"quantiles": at} | never
    levels = zip(prior.outcomes, prior.probability, strict=True)
    return {"levels": {level: round(float(p), 6) for level, p in levels}}


def pooled(
    case: Case, as_of: str | dt.datetime | dt.date | None = None, trust: Trust | None = None
) -> dict[str, PooledPrior]:
    """Pool the panel of a case by its own rule.

    Parameters
    ----------
    case : Case
    as_of : str, date or datetime, optional
        Judgments given up to then count; default as for a forecast.
    trust : Trust, optional
        For the hierarchical rule (`foedus.forecast.trust_of`); default its stated prior.

    Returns
    -------
    {question: PooledPrior}
        Without questions that hang on another.
    """
    problem = compile_problem(case, moment(case, as_of), trust=trust).problem
    setting = Setting(case, problem.base_weights, trust)
    return _priors(case, problem.axes, problem.base_weights, rule(case.file.pooling.method, setting))


def compare(case: Case, as_of: str | dt.datetime | dt.date | None = None, trust: Trust | None = None) -> Comparison:
    """Pool the panel of a case by every rule, and by its own rule with other weights.

    Parameters
    ----------
    case, as_of, trust
        As for `pooled`.

    Returns
    -------
    Comparison
    """
    time = moment(case, as_of)
    case = given_by(case, time)
    problem = compile_problem(case, time, trust=trust).problem
    declared, own = case.file.pooling, problem.base_weights
    notes: list[str] = []
    learned = "by seeds" if trust is not None and trust.seeds else "prior"
    wanted: list[tuple[str, str, Floats]] = [
        (name, learned if name == "hierarchical" else declared.weights, own)
        for name in sorted(RULES, key=lambda name: name != declared.method)
    ]
    if declared.method != "hierarchical":
        wanted += [(declared.method, name, other) for name, other in _other_weights(case, notes)]
    by_rule: dict[tuple[str, str], dict[str, PooledPrior]] = {}
    for method, name, weights in wanted:
        try:
            pool = rule(method, Setting(case, weights, trust))
            by_rule[method, name] = _priors(case, problem.axes, weights, pool)
        except CaseError as error:
            notes += [fault.message.removeprefix("pooling: ") for fault in error.faults]
        except DegenerateDraws as error:
            notes.append(f"{method}: {error}")
    made = {
        (who, name): found
        for (who, name), rows in past_cases(case).items()
        if (found := reference_class(name, case.file, rows, [])) is not None
    }
    return Comparison(case, by_rule, made, tuple(dict.fromkeys(notes)))


def _other_weights(case: Case, notes: list[str]) -> Iterator[tuple[str, Floats]]:
    """Weights other than those of the case, where they differ from them."""
    file, seen = case.file, [np.array(list(panel(case).base_weights.values()))]
    for name in WEIGHTS:
        if name == file.pooling.weights or (name == "performance" and not case.seeds):
            continue
        pooling = file.pooling.model_copy(update={"weights": name})
        other = case.model_copy(update={"file": file.model_copy(update={"pooling": pooling})})
        try:
            weights = np.array(list(panel(other).base_weights.values()))
        except CaseError as error:
            notes += [fault.message.removeprefix("pooling: ") for fault in error.faults]
            continue
        if not any(np.allclose(weights, known) for known in seen):
            seen.append(weights)
            yield name, weights


def _priors(case: Case, axes: tuple[Axis, ...], weights: Floats, pool: Pool) -> dict[str, PooledPrior]:
    out = {}
    for axis in axes:
        if axis.parent < 0:
            own = weights[axis.experts]
            if own.sum() <= 0:
                msg = f"nobody with a weight answered {axis.id}"
                raise DegenerateDraws(msg)
            p = pool(axis.expert_prior, (own / own.sum())[:, None], axis.support)[:, 0]
            out[axis.id] = PooledPrior(axis, _outcomes(case, axis), p)
    return out


def _outcomes(case: Case, axis: Axis) -> tuple[str, ...]:
    if axis.kind == "timing":
        days = (dt.date.fromordinal(int(day)).isoformat() for day in cell_positions(axis)[:-1])
        return (*days, "never")
    if axis.lower is not None and axis.upper is not None:
        return tuple(f"{low:.10g}..{high:.10g}" for low, high in zip(axis.lower, axis.upper, strict=True))
    return tuple(level_ids(case, axis.id))


def as_csv(priors: Mapping[str, PooledPrior]) -> str:
    """Return pooled priors as CSV, one row a fine cell; lower and upper are those of a quantity."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("question", "type", "outcome", "lower", "upper", "probability", "cumulative"))
    for name, prior in priors.items():
        upto = np.minimum(np.cumsum(prior.probability), 1.0)
        for i, (outcome, p) in enumerate(zip(prior.outcomes, prior.probability, strict=True)):
            lower, upper = prior.axis.lower, prior.axis.upper
            ends = ("", "") if lower is None or upper is None else (f"{lower[i]:.15g}", f"{upper[i]:.15g}")
            writer.writerow((name, prior.axis.kind, outcome, *ends, f"{p:.12g}", f"{upto[i]:.12g}"))
    return out.getvalue()

"""Tables of `foedus elicit`: scores of experts and decision makers, rules side by side, what an import dropped."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from foedus.cli.show import name_of, table

if TYPE_CHECKING:
    from rich.console import Console

    from foedus.elicitation.importers.rows import Imported
    from foedus.elicitation.performance.summary import LeftOut, OutOfSample, Performance
    from foedus.pools import Comparison, PooledPrior

NOTE = (
    "Calibration: p-value of the answers falling between the stated quantiles as stated; under 0.05 nobody deserves a "
    "weight. Information: against the widest that the panel thought possible. Pools are scored on the same seeds that "
    "set their weights, which flatters them."
)
DISTANCE = (
    "Distance, in points: largest difference, from the case's rule, of the probability of one side of a cut. Where a "
    "rule has no meaning it is linear: quantile needs distances, log_odds yes or no. Log-odds without extremizing are "
    "the rule log. Which rule is right nothing in a case can tell; `pooling: {alternatives: [...]}` carries their "
    "disagreement into the ranges of a forecast."
)
BAND = (
    "Bands of base rates: 90 %, from the number of past cases alone; they are shown here and do not enter the ranges "
    "of a forecast."
)
_SHOWN_DROPPED = 20


def performance(
    console: Console, found: Performance, apart: OutOfSample | None, left_out: Sequence[LeftOut], notes: Sequence[str]
) -> None:
    """Print scores."""
    study, at = found.study, found.experts
    title = f"{len(study.experts)} experts, {int(study.seeds.sum())} seed questions, {len(study.levels)} quantiles"
    console.print(Text(title, style="bold"))
    experts = table("Expert", ">Seeds", ">Calibration", ">Information", ">Weight", ">Bins")
    for e, name in enumerate(study.experts):
        bins = " ".join(map(str, at.counts[e]))
        numbers = (at.calibration[e], at.information[e], at.combined[e])
        experts.add_row(name, str(int(at.counts[e].sum())), *map(_number, numbers), bins)
    makers = table("Decision maker", ">Calibration", ">Information", ">Combined", ">Cut-off", "Experts with a weight")
    for rule, dm in found.decision_makers.items():
        kept = [name for name, w in zip(study.experts, dm.weights, strict=True) if w.max() > 0]
        who = ", ".join(kept) if len(kept) <= 6 else f"{len(kept)} of {len(study.experts)}"
        cutoff = _number(dm.cutoff) if rule.endswith("_optimised") else ""
        makers.add_row(rule, *map(_number, (dm.calibration, dm.information, dm.combined)), cutoff, who)
    console.print("", experts, "", makers, "", Text(NOTE, style="dim"), sep="\n")
    if apart is not None and len(apart.gain):
        text = f"Out of sample (each seed by weights from the others): {apart.mean:+.2f}"
        error = f" ± {apart.error:.2f}" if math.isfinite(apart.error) else ""
        console.print(f"{text}{error} log score a seed, optimised against equal weights.")
    if left_out:
        rows = table("Without", ">Calibration", ">Information", ">Combined", ">Cut-off")
        for one in left_out:
            scored = (one.calibration, one.information, one.combined, one.cutoff)
            rows.add_row(f"{one.kind} {one.name}", *map(_number, scored))
        console.print("", Text("global_optimised, leaving one out", style="bold"), rows, sep="\n")
    _notes(console, found.warnings, notes)


def performance_json(
    found: Performance, apart: OutOfSample | None, left_out: Sequence[LeftOut], notes: Sequence[str]
) -> dict[str, Any]:
    """Return scores under stable names."""
    out = found.to_json() | {"notes": list(notes)}
    if apart is not None and len(apart.gain):
        error = apart.error if math.isfinite(apart.error) else None
        out["leave_one_seed_out"] = {"mean_gain": apart.mean, "standard_error": error}
    if left_out:
        out["robustness"] = [
            {
                "without": one.kind,
                "name": one.name,
                **{
                    key: value if math.isfinite(value := getattr(one, key)) else None
                    for key in ("calibration", "information", "combined", "cutoff")
                },
            }
            for one in left_out
        ]
    return out


def _number(x: float) -> str:
    if not math.isfinite(x):
        return "–"
    return f"{x:.4f}" if x == 0 or abs(x) >= 1e-3 else f"{x:.2e}"


def comparison(console: Console, found: Comparison) -> None:
    """Print every rule on every question."""
    file = found.case.file
    console.print(Text(file.title(), style="bold"))
    for name, own in found.own.items():
        title = name_of(file.questions[name].title, name)
        console.print("", Text(title, style="bold"))
        rows = table("Rule", "Weights", *(f">{column}" for column in _columns(own)), ">Distance")
        for (method, weights), priors in found.by_rule.items():
            prior = priors[name]
            mark = " (case)" if prior is own else ""
            rows.add_row(method + mark, weights, *_cells(prior), f"{100 * prior.distance(own):.1f}")
        console.print(rows)
        console.print(f"Rules disagree by up to {100 * found.disagreement(name):.0f} points.")
    for (who, name), made in found.classes.items():
        band = ", ".join(f"{k} {100 * m:.0f} % ({100 * lo:.0f}-{100 * hi:.0f})" for k, (lo, m, hi) in made.band.items())
        console.print("", f"{who} on {name}: {made.cases:g} past cases{': ' + band if band else ''}", sep="\n")
    note = f"{DISTANCE} {BAND}" if found.classes else DISTANCE
    console.print("", Text(note, style="dim"), sep="\n")
    _notes(console, found.notes, ())


def _columns(prior: PooledPrior) -> tuple[str, ...]:
    if prior.axis.kind == "timing":
        return ("5% by", "50% by", "95% by", "Never")
    return ("5%", "50%", "95%") if prior.axis.kind == "quantity" else prior.outcomes


def _cells(prior: PooledPrior) -> list[str]:
    if prior.axis.kind in {"timing", "quantity"}:
        cells = [v if isinstance(v, str) else f"{v:.4g}" for v in prior.quantiles().values()]
        return [*cells, f"{100 * prior.probability[-1]:.1f}"] if prior.axis.kind == "timing" else cells
    return [f"{100 * p:.1f}" for p in prior.probability]


def imported(console: Console, name: str, found: Imported, paths: Sequence[Path]) -> None:
    """Print what became of every row of an imported file."""
    experts, questions = len({row.expert for row in found.rows}), len({row.question for row in found.rows})
    known = sum(seed.answer is not None for seed in found.seeds)
    console.print(
        f"{name}: {len(found.rows)} numbers of {experts} experts on {questions} questions, {known} with answers"
    )
    for path in paths:
        console.print(str(path))
    if not found.dropped:
        return
    console.print(Text(f"{len(found.dropped)} rows dropped:", style="bold"))
    for row in found.dropped[:_SHOWN_DROPPED]:
        console.print(f"  {row}")
    if len(found.dropped) > _SHOWN_DROPPED:
        more = Counter(row.file for row in found.dropped[_SHOWN_DROPPED:])
        console.print("  and " + ", ".join(f"{n} more in {file}" for file, n in more.items()))


def _notes(console: Console, warnings: Sequence[str], notes: Sequence[str]) -> None:
    for text in warnings:
        console.print(Text(f"warning: {text}", style="yellow"))
    for text in notes[:_SHOWN_DROPPED]:
        console.print(f"note: {text}")
    if len(notes) > _SHOWN_DROPPED:
        console.print(f"note: and {len(notes) - _SHOWN_DROPPED} more; --json has all of them")

"""Names for the reference model: its coordinates, and which of its parameters are uncertain at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from foedus.problem.compile import Compiled
from foedus.problem.types import Index, Problem


@dataclass(frozen=True)
class Free:
    """Indices of what is uncertain: tellings, sources, half-lives, base rates. The rest is exact, and not sampled."""

    telling: Index
    trust: Index
    persistence: Index
    base_rate: Index


def free_parameters(problem: Problem) -> Free:
    """Find what is uncertain."""
    t, c = problem.tellings, problem.credences
    rows = (t.kappa > 0) | (t.below > 0) | (t.above > 0)
    grades = np.isnan(c.certain) & ((c.log_odds.below > 0) | (c.log_odds.above > 0))
    return Free(
        telling=np.unique(t.own[rows]),
        trust=np.unique(c.source[grades]),
        persistence=np.flatnonzero((problem.half_life.below > 0) | (problem.half_life.above > 0)),
        base_rate=np.flatnonzero(np.isfinite(problem.rates.shape)),
    )


def coordinates(compiled: Compiled, experts: tuple[str, ...], free: Free) -> dict[str, list[str]]:
    """Coordinates of the reference model."""
    problem = compiled.problem
    ids = [axis.id for axis in problem.axes]
    ordered = [ids[q] for q in problem.latent]
    grades, sources = _grades(compiled)
    rates = {t.rate: t.code for t in problem.tallies}
    rates |= {t.dispersion: f"dispersion of {t.code}" for t in problem.tallies if t.dispersion >= 0}
    rate = [rates.get(i, f"rate {i}") for i in range(len(problem.rates.shape))]
    codes = _unique(problem.tellings.codes)
    out = {
        "question": ids,
        "ordered": ordered,
        "ordered_too": ordered,
        "quantity": [axis.id for axis in problem.axes if axis.kind == "quantity"],
        "expert": list(experts),
        "weighed": [name for name, w in zip(experts, problem.base_weights, strict=True) if w > 0],
        "grade": grades,
        "telling_free": [codes[i] for i in free.telling],
        "trust_free": [sources[i] for i in free.trust],
        "persistence_free": [ids[i] for i in free.persistence],
        "base_rate_free": [rate[i] for i in free.base_rate],
    }
    return out | {f"level of {a.id}": [str(i) for i in range(a.cells)] for a in problem.axes if a.kind == "nominal"}


def _grades(compiled: Compiled) -> tuple[list[str], list[str]]:
    """Names of each (source, grade), and of each source."""
    graded = compiled.compiler.grades
    grades = [f"{name} {credibility}" if credibility else name for name, credibility in graded]
    return _unique(grades), _unique(dict.fromkeys(name for name, _ in graded))


def _unique(names: Iterable[str]) -> list[str]:
    """Make names unique: the second of equal ones gets a number."""
    seen: Counter[str] = Counter()
    out = []
    for name in names:
        seen[name] += 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out

"""What one expert says about two questions together, held against what the same expert says about each.

P(A and B) = P(B | A) P(A) can't be more than P(B). The check is made for every level, and for all that lies at or
below and above each cut, summed over conditions that exclude each other. The forecast keeps the margins and takes
from conditions only the dependence that comes nearest to them, so a contradiction is worth a look and no fault: it
also comes about where somebody revised one answer and not yet the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from foedus.case.expression import questions_in
from foedus.case.types import Case, CaseFile, Nominal, Quantity, Timing
from foedus.elicitation.fit import Distribution
from foedus.elicitation.panel import Conditional, Panel
from foedus.elicitation.rows import FILE, family_of
from foedus.elicitation.shapes import Floats
from foedus.elicitation.views import condition_mass, given_intervals
from foedus.elicitation.window import Window

ROUNDING = 0.01  # by which products of numbers given in hundredths may miss
TOLERANCE = 0.05  # by which a fit may miss what was stated before that is worth a look
_LEVELS = np.arange(1, 20) / 20


@dataclass(frozen=True)
class Excess:
    """By how much P(A and B) exceeds P(B), where it does so most.

    Attributes
    ----------
    expert, question, about : str
    outcome : str
        B, in words.
    both, alone : float
        P(A and B), summed over the conditions, and P(B).
    line : int
        Of the first condition.
    """

    expert: str
    question: str
    about: str
    outcome: str
    both: float
    alone: float
    line: int

    def tell(self) -> str:
        """Say what contradicts what."""
        return (
            f"{self.expert} on {self.question}: what is said under conditions on {self.about} makes "
            f"{self.outcome} at least {self.both:.2f}, but without them it is {self.alone:.2f}; P(A and B) can't "
            "exceed P(B), so change either"
        )


def doubts(case: Case, panel: Panel) -> tuple[str, ...]:
    """Return what is legal and worth a look: near contradictions, and families that miss what was stated.

    Parameters
    ----------
    case : Case
    panel : Panel
        Of that case.
    """
    said = [f"{FILE}:{found.line}: {found.tell()}" for found in excesses(case.file, panel)]
    for name, of in panel.residuals.items():
        for expert, miss in of.items():
            if miss > TOLERANCE:
                family = family_of(name, expert, case.file)
                advice = "try `fit: best`, or leave `fit` away" if family != "points" else "look at its rows"
                fitted = f"what was fitted ({family}) misses a stated probability by {miss:.2f}"
                said.append(f"{FILE}: {expert} on {name}: {fitted}; {advice}")
    return tuple(said)


def _over(found: Excess) -> float:
    return found.both - found.alone


def excesses(file: CaseFile, panel: Panel) -> Iterator[Excess]:
    """Yield the worst excess over rounding of each expert about each pair of questions."""
    groups: dict[tuple[str, str, str], list[Conditional]] = defaultdict(list)
    for conditional in panel.conditionals:
        (about,) = questions_in(conditional.given)
        own = conditional.expert in panel.spoke[conditional.question] and conditional.expert in panel.spoke[about]
        if own and not isinstance(file.questions[conditional.question], Nominal):
            groups[conditional.expert, conditional.question, about].append(conditional)
    for (expert, question, about), rows in groups.items():
        tried = [_worst(file, panel, expert, question, about, part) for part in _exclusive(file, panel, about, rows)]
        found = max(tried, key=_over)
        if _over(found) > ROUNDING:
            yield found


def _exclusive(
    file: CaseFile, panel: Panel, about: str, rows: Sequence[Conditional]
) -> Iterator[list[tuple[Conditional, float]]]:
    """Yield all conditions together where they exclude each other, else each for itself; with P(A)."""
    held = []
    for row in rows:
        spans = list(zip(*given_intervals(file, panel, row.expert, row.given, about), strict=True))
        held.append((row, spans, condition_mass(file, panel, row.expert, row.given, about)))
    apart = all(
        b <= c or d <= a for (_, x, _), (_, y, _) in combinations(held, 2) for a, b in x for c, d in y
    )  # fmt: skip
    weighted = [(row, p) for row, _, p in held]
    yield from ([weighted] if apart else [[one] for one in weighted])


def _worst(
    file: CaseFile, panel: Panel, expert: str, question: str, about: str, rows: Sequence[tuple[Conditional, float]]
) -> Excess:
    alone, names, cuts = _own(file, panel, expert, question)
    both = sum((p * _sets(row.distribution, cuts) for row, p in rows), np.zeros(1))
    over = np.where(np.isnan(both), -np.inf, both - alone)
    at = int(np.argmax(over))
    return Excess(expert, question, about, names[at], float(both[at]), float(alone[at]), min(r.line for r, _ in rows))


def _own(file: CaseFile, panel: Panel, expert: str, question: str) -> tuple[Floats, list[str], Floats]:
    """Probabilities of the sets that are compared, without condition; what they are called; cuts of a quantity."""
    asked = file.questions[question]
    if isinstance(asked, Quantity):
        at = panel.quantities[question][expert].quantile(_LEVELS)
        names = [f"{question} <= {x:g}" for x in at] + [f"{question} > {x:g}" for x in at]
        return _sets(panel.quantities[question][expert], at), names, at
    if isinstance(asked, Timing):
        window = Window.of(asked, file)
        ids, own = [str(window.date(i)) for i in range(1, window.n + 1)] + ["never"], panel.timing[question][expert]
    else:
        ids = [f'"{i}"' if i in {"yes", "no"} else i for i in (level.id for level in asked.levels)]
        own = panel.levels[question][expert]
    names = [f"{question} <= {i}" for i in ids[:-1]] + [f"{question} > {i}" for i in ids[:-1]]
    return _sets(own, np.empty(0)), names + [_is(question, i) for i in ids], np.empty(0)


def _is(question: str, outcome: str) -> str:
    return f"{question} is never" if outcome == "never" else f"{question} == {outcome}"


def _sets(said: Floats | Distribution, cuts: Floats) -> Floats:
    """Probabilities at or below and above each cut, and of each cell; NaN where a condition leaves them open."""
    if isinstance(said, Distribution):
        return np.concatenate((said.cdf(cuts), said.sf(cuts)))
    below, above = np.cumsum(said)[:-1], np.cumsum(said[::-1])[-2::-1]
    low = np.where(np.isnan(below), 1 - above, below)
    return np.concatenate((low, 1 - low, said))

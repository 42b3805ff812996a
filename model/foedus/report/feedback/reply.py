"""What one expert said about one question, in all rounds and under every condition, and what the others said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from foedus.case.types import Case, Question, Timing
from foedus.elicitation.coherence import Excess, excesses
from foedus.elicitation.fit import Distribution
from foedus.elicitation.panel import Panel
from foedus.elicitation.rounds import Round, rounds
from foedus.elicitation.shapes import Floats
from foedus.elicitation.views import condition_mass
from foedus.elicitation.window import Window

View = Floats | Distribution


@dataclass(frozen=True, eq=False)
class Reply:
    """All that a page of feedback draws on.

    Attributes
    ----------
    case : Case
    expert, name : str
        Ids of the expert and the question.
    rounds : tuple of Round
        Without a condition; empty where everything was said under one.
    conditional : {given: Round}
        The last round under each condition, in the order of the file.
    everywhere : {given: array [K]}
        Of a question with levels: mean over all who answered it under that condition, by weight.
    parent : str or None
        The question that a nominal one hangs on.
    together : array [K] or None
        Probabilities of its levels, from the conditions and this expert's own answer about the parent.
    excesses : tuple of Excess
        Where what was said under conditions contradicts what was said without them.
    others : tuple of View
        What each of the others thinks all in all, in no order that tells who.
    weights : array [others + 1]
        Of this expert, then of the others; they sum to 1.
    """

    case: Case
    expert: str
    name: str
    rounds: tuple[Round, ...]
    conditional: Mapping[str, Round]
    everywhere: Mapping[str, Floats]
    parent: str | None
    together: Floats | None
    excesses: tuple[Excess, ...]
    others: tuple[View, ...]
    weights: Floats

    @property
    def question(self) -> Question:
        """The question."""
        return self.case.file.questions[self.name]

    @property
    def last(self) -> Round | None:
        """The round that counts."""
        return self.rounds[-1] if self.rounds else None

    @property
    def plain(self) -> View | None:
        """What was said without a condition, fitted; beside conditions on a parent, what holds where none does."""
        return self.last.fitted.says if self.last is not None and self.last.fitted is not None else None

    @property
    def view(self) -> View | None:
        """What this expert thinks all in all; None where that can't be told from what was said."""
        return self.together if self.parent is not None and self.conditional else self.plain

    @property
    def window(self) -> Window:
        """The window of a timing question."""
        assert isinstance(self.question, Timing)
        return Window.of(self.question, self.case.file)

    @property
    def everyone(self) -> list[View]:
        """Return this expert's view and then those of the others; empty where this expert gave none."""
        return [] if self.view is None else [self.view, *self.others]


def replies(case: Case, panel: Panel, experts: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Iterator[Reply]:
    """Yield what each expert said about each question, experts and questions in the order of case.yaml.

    Parameters
    ----------
    case : Case
    panel : Panel
        Of that case.
    experts, names : tuple of str
        Only these; empty for all.
    """
    over = [*excesses(case.file, panel)]
    for expert in case.file.panel:
        for name in case.file.questions:
            if (experts and expert not in experts) or (names and name not in names):
                continue
            said = rounds(case, expert, name)
            conditions = dict.fromkeys(
                row.given for row in case.judgments if (row.expert, row.question) == (expert, name) and row.given
            )
            if not said and not conditions:
                continue
            parent = getattr(case.file.questions[name], "parent", None)
            views = _views(case, panel, name, parent)
            others = {who: view for who, view in views.items() if who != expert}
            weights = np.array([panel.base_weights[who] for who in (expert, *others)])
            if weights.sum() <= 0:
                weights = np.ones_like(weights)
            conditional = {given: rounds(case, expert, name, given)[-1] for given in conditions}
            yield Reply(
                case,
                expert,
                name,
                said,
                conditional,
                {given: mean for given in conditions if (mean := _everywhere(case, panel, name, given)) is not None},
                parent,
                together(case, panel, expert, name, parent) if parent is not None else None,
                tuple(found for found in over if (found.expert, found.question) == (expert, name)),
                tuple(others.values()),
                weights / weights.sum(),
            )


def _everywhere(case: Case, panel: Panel, name: str, given: str) -> Floats | None:
    """Mean of what all said under a condition; None for a date or number, or where one left levels open."""
    said, weights = [], []
    for expert in case.file.panel:
        under = rounds(case, expert, name, given)
        fitted = under[-1].fitted if under else None
        if fitted is not None and isinstance(fitted.says, np.ndarray):
            said.append(fitted.says)
            weights.append(panel.base_weights[expert])
    if not said or sum(weights) <= 0 or isinstance(case.file.questions[name], Timing):
        return None
    mean = np.average(np.array(said), axis=0, weights=weights)
    return None if np.isnan(mean).any() else mean


def together(case: Case, panel: Panel, expert: str, name: str, parent: str) -> Floats | None:
    """Return levels of a question that hangs on a parent, all in all: None if the expert said nothing of that one."""
    table = panel.tables.get(name, {}).get(expert, ())
    if len(table) == 1 and table[0][0] is None:
        return table[0][1]
    if not table or expert not in panel.spoke[parent]:
        return None
    held = [condition_mass(case.file, panel, expert, given, parent) for given, _ in table if given is not None]
    rest = [1 - sum(held)] if any(given is None for given, _ in table) else []
    p = np.array([levels for _, levels in table]).T @ np.array([*held, *rest])
    return np.asarray(p / p.sum())


def _views(case: Case, panel: Panel, name: str, parent: str | None) -> Mapping[str, View]:
    if parent is not None:
        found = {who: together(case, panel, who, name, parent) for who in panel.tables[name]}
        return {who: levels for who, levels in found.items() if levels is not None}
    for of in (panel.timing, panel.levels, panel.quantities):
        if name in of:
            return of[name]
    return {}


def pooled(reply: Reply) -> Floats | None:
    """Return the linear pool of cells; None for a quantity, whose pool is asked for quantiles instead."""
    views = [view for view in reply.everyone if isinstance(view, np.ndarray)]
    if not views or len(views) < len(reply.everyone):
        return None
    return np.asarray(np.array(views).T @ reply.weights)


def mixture_quantile(views: list[Distribution], weights: Floats, p: ArrayLike) -> Floats:
    """Return quantiles of a linear pool, by bisection between the extremes of its members; the shape of `p`."""
    p = np.asarray(p, dtype=float)
    each = np.array([view.quantile(p) for view in views])
    low, high = each.min(axis=0), each.max(axis=0)
    for _ in range(100):
        middle = (low + high) / 2
        below = sum(weight * view.cdf(middle) for weight, view in zip(weights, views, strict=True)) < p
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(high)

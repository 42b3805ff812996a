"""The panel: what every expert said last about every question, fitted, with conditionals and concordances.

All faults in judgments.csv that show only when the numbers are put together are raised here, at once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from foedus.case.conditions import holds, outcomes_told_apart
from foedus.case.expression import Expression, parse_when, questions_in
from foedus.case.types import Case, CaseFile, Judgment, Nominal, Quantity, Timing
from foedus.elicitation.fit import Distribution
from foedus.elicitation.reference_class import ReferenceClass, past_cases, reference_class
from foedus.elicitation.rows import FILE, fitted
from foedus.elicitation.seeds import performance_weights
from foedus.elicitation.shapes import Floats
from foedus.elicitation.thresholds import speaks_of_never
from foedus.errors import CaseError, ExpressionError, Fault, nearest

Table = tuple[tuple[Expression | None, Floats], ...]


@dataclass(frozen=True, eq=False)
class Conditional:
    """What an expert thinks about `question` where `given`, a condition on one other question, holds.

    `distribution` is an array [n + 1] or [K], or a Distribution, as in `Panel`; NaN stands for a level left open.
    `line` is its first row.
    """

    expert: str
    question: str
    given: Expression
    distribution: Floats | Distribution
    residual: float
    line: int


@dataclass(frozen=True)
class Concordance:
    """Probability that `first` and `second` fall on the same side of their medians."""

    expert: str
    first: str
    second: str
    probability: float
    line: int


@dataclass(frozen=True, eq=False)
class Panel:
    """What the experts said; experts and questions are in the order of case.yaml, those missing left out.

    Attributes
    ----------
    timing : {question: {expert: array [n + 1]}}
        Probability of days 1..n of the window, then never.
    levels : {question: {expert: array [K]}}
        Probability of each level: ordinal questions, and nominal ones without a parent.
    quantities : {question: {expert: Distribution}}
        In the unit of the question.
    tables : {question: {expert: Table}}
        Nominal questions with a parent: pairs of a condition on the parent and probabilities of the
        levels [K]. Conditions don't overlap; a last pair with None holds for what they leave over.
    conditionals : tuple of Conditional
        About all other questions.
    concordances : tuple of Concordance
        Pairs of timing or quantity questions.
    spoke : {question: {expert: date}}
        The day on which the judgment was given; signals up to it are in it already.
    residuals : {question: {expert: float}}
        Largest distance of a stated probability from what was fitted.
    base_weights : {expert: float}
        Of the whole panel; they sum to 1.
    missing : tuple of (expert, question)
        Who did not answer what.
    """

    timing: Mapping[str, Mapping[str, Floats]]
    levels: Mapping[str, Mapping[str, Floats]]
    quantities: Mapping[str, Mapping[str, Distribution]]
    tables: Mapping[str, Mapping[str, Table]]
    conditionals: tuple[Conditional, ...]
    concordances: tuple[Concordance, ...]
    spoke: Mapping[str, Mapping[str, dt.date]]
    residuals: Mapping[str, Mapping[str, float]]
    base_weights: Mapping[str, float]
    missing: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Group:
    """The last round of one expert about one question under one condition."""

    expert: str
    question: str
    given: Expression | None
    rows: tuple[Judgment, ...]


_Rows = list[tuple[_Group, Floats]]


def panel(case: Case) -> Panel:
    """Fit every judgment of a case.

    Parameters
    ----------
    case : Case
        As loaded.

    Returns
    -------
    Panel

    Raises
    ------
    CaseError
        With every fault in the judgments: numbers that contradict each other, unknown names, questions that
        nobody answered, performance weights without seed questions.
    """
    faults: list[Fault] = []
    file = case.file
    weights = _weights(case, faults)
    groups, concordances = _groups(case, faults)
    said = _Said({name: {} for name in file.questions}, {name: {} for name in file.questions}, faults)
    for group in groups:
        said.add(group, file)
    for (expert, name), cases in past_cases(case).items():
        said.add_class(expert, name, reference_class(name, file, cases, faults), list(file.panel))
    tables = {
        name: {who: _table(name, rows, file, faults) for who, rows in said.tabled[name].items()}
        for name in file.questions
        if _parent(file, name) is not None
    }
    _check_answered(said.spoke, weights, faults)
    if faults:
        raise CaseError(faults)
    plain = {name: said.plain[name].items() for name in file.questions}
    arrays = {name: {who: x for who, x in of if isinstance(x, np.ndarray)} for name, of in plain.items()}
    numbers = {name: {who: x for who, x in of if isinstance(x, Distribution)} for name, of in plain.items()}
    kinds = {name: question.type for name, question in file.questions.items()}
    return Panel(
        timing={name: arrays[name] for name in kinds if kinds[name] == "timing"},
        levels={name: arrays[name] for name in kinds if kinds[name] in {"ordinal", "nominal"} and name not in tables},
        quantities={name: numbers[name] for name in kinds if kinds[name] == "quantity"},
        tables=tables,
        conditionals=tuple(said.conditionals),
        concordances=concordances,
        spoke=said.spoke,
        residuals=said.residuals,
        base_weights=weights,
        missing=tuple((who, name) for name in file.questions for who in file.panel if who not in said.spoke[name]),
    )


@dataclass
class _Said:
    """Collects what was fitted while the groups are read."""

    spoke: dict[str, dict[str, dt.date]]
    residuals: dict[str, dict[str, float]]
    faults: list[Fault]
    plain: dict[str, dict[str, Floats | Distribution]] = field(default_factory=lambda: defaultdict(dict))
    tabled: dict[str, dict[str, _Rows]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    conditionals: list[Conditional] = field(default_factory=list)

    def add_class(self, expert: str, name: str, found: ReferenceClass | None, order: list[str]) -> None:
        """Add what past cases say, at the place of their member of the panel."""
        if found is None:
            return
        self.plain[name][expert], self.spoke[name][expert], self.residuals[name][expert] = found.says, found.spoke, 0.0
        self.plain[name] = _ordered(self.plain[name], order)
        self.spoke[name] = _ordered(self.spoke[name], order)
        self.residuals[name] = _ordered(self.residuals[name], order)

    def add(self, group: _Group, file: CaseFile) -> None:
        result = fitted(group.question, file, group.rows, self.faults)
        if result is None:
            return
        name, expert, table = group.question, group.expert, _parent(file, group.question) is not None
        if table and isinstance(result.says, np.ndarray) and np.isnan(result.says).any():
            msg = "leaves out levels; a nominal question needs a row for each"
            self.faults.append(Fault(FILE, group.rows[0].line, msg))
            return
        if table and isinstance(result.says, np.ndarray):
            self.tabled[name][expert].append((group, result.says))
        elif group.given is not None:
            line = group.rows[0].line
            self.conditionals.append(Conditional(expert, name, group.given, result.says, result.residual, line))
            return
        else:
            self.plain[name][expert] = result.says
        day = max(row.as_of for row in group.rows)
        self.spoke[name][expert] = max(day, self.spoke[name].get(expert, day))
        self.residuals[name][expert] = max(result.residual, self.residuals[name].get(expert, 0.0))


def _ordered[T](of_expert: dict[str, T], order: list[str]) -> dict[str, T]:
    return {who: of_expert[who] for who in order if who in of_expert}


def _weights(case: Case, faults: list[Fault]) -> dict[str, float]:
    """Weights of the panel, made to sum to 1."""
    file = case.file
    if file.pooling.weights == "performance":
        try:
            return performance_weights(case)
        except CaseError as error:
            faults += error.faults
    given = file.pooling.weights == "given"
    raw = {name: expert.weight if given else 1.0 for name, expert in file.panel.items()}
    total = sum(raw.values())
    if total <= 0:
        faults.append(Fault("case.yaml", 0, "panel: every weight is 0; give at least one expert a weight above 0"))
        return raw
    return {name: weight / total for name, weight in raw.items()}


def _groups(case: Case, faults: list[Fault]) -> tuple[list[_Group], tuple[Concordance, ...]]:
    """Last round of every expert, question and condition, in the order of case.yaml; and the concordances."""
    collected: dict[tuple[str, str, Expression | None], list[Judgment]] = defaultdict(list)
    pairs: dict[tuple[str, frozenset[str]], list[Judgment]] = defaultdict(list)
    seeds = {seed.question for seed in case.seeds}
    for row in case.judgments:
        if row.question in seeds:
            continue  # `foedus.elicitation.seeds` reads these
        if row.expert not in case.file.panel:
            msg = f"unknown expert {row.expert!r}; {nearest(row.expert, list(case.file.panel))}"
            faults.append(Fault(FILE, row.line, msg))
        elif row.element == "concordance" or "~" in row.question:
            pair = _pair(row, case.file, faults)
            if pair:
                pairs[row.expert, frozenset(pair)].append(row)
        elif row.question not in case.file.questions:
            msg = f"unknown question {row.question!r}; {nearest(row.question, list(case.file.questions))}"
            faults.append(Fault(FILE, row.line, msg))
        elif not row.given:
            collected[row.expert, row.question, None].append(row)
        elif (condition := _condition(row, case.file, faults)) is not None:
            collected[row.expert, row.question, condition].append(row)
    place = {name: k for k, name in enumerate((*case.file.questions, *case.file.panel))}
    order = sorted(collected, key=lambda key: (place[key[1]], place[key[0]]))
    groups = [_Group(key[0], key[1], key[2], _last_round(collected[key], case.file, faults)) for key in order]
    return groups, tuple(_concordance(rows, faults) for rows in pairs.values())


def _last_round(rows: Sequence[Judgment], file: CaseFile, faults: list[Fault]) -> tuple[Judgment, ...]:
    last = max(row.round for row in rows)
    kept = tuple(row for row in rows if row.round == last)
    on_never = [row for row in rows if speaks_of_never(row, file)]
    if on_never and all(row.round < last for row in on_never):
        msg = f"round {last} says nothing about never, but round {on_never[-1].round} did; the last counts: repeat it"
        faults.append(Fault(FILE, kept[0].line, msg))
    return kept


def _condition(row: Judgment, file: CaseFile, faults: list[Fault]) -> Expression | None:
    """Parse `given`, a condition on exactly one other question that has an order, or on the parent."""
    try:
        condition = parse_when(row.given or "", file)
    except ExpressionError as error:
        faults.append(Fault(FILE, row.line, f"given: {error}"))
        return None
    about, asked, parent = questions_in(condition), file.questions[row.question], _parent(file, row.question)
    if isinstance(asked, Nominal) and parent is None:
        msg = f"{row.question} has no order and no `parent`; name the question it hangs on as its parent in case.yaml"
    elif parent is not None and about != {parent}:
        msg = f"{row.question} hangs on {parent}; `given` must be about {parent} alone"
    elif row.question in about or len(about) != 1:
        msg = f"`given` must be about exactly one other question, got {', '.join(sorted(about))}"
    elif parent is None and isinstance(file.questions[next(iter(about))], Nominal):
        msg = f"`given` must be about a question with an order; {next(iter(about))} is nominal"
    elif not np.any(holds(condition, {name: outcomes_told_apart(name, file, [condition]) for name in about})):
        msg = "`given` holds for no outcome of the question it is about"
    else:
        return condition
    faults.append(Fault(FILE, row.line, msg))
    return None


def _pair(row: Judgment, file: CaseFile, faults: list[Fault]) -> tuple[str, str] | None:
    names = [name.strip() for name in row.question.split("~")]
    unknown = [name for name in names if name not in file.questions]
    if row.element != "concordance" or len(names) != 2 or names[0] == names[1]:
        msg = f"a concordance is about two questions, written `a ~ b`, got {row.element} of {row.question!r}"
    elif unknown:
        msg = f"unknown question {unknown[0]!r}; {nearest(unknown[0], list(file.questions))}"
    elif not all(isinstance(file.questions[name], Timing | Quantity) for name in names):
        msg = "concordance is for timing and quantity questions; ask for probabilities with `given` instead"
    elif isinstance(row.value, dt.date) or not 0 < row.value < 1:
        msg = f"a concordance is a probability between 0 and 1, both excluded, got {row.value}"
    elif row.given:
        msg = "a concordance has no `given`"
    else:
        return names[0], names[1]
    faults.append(Fault(FILE, row.line, msg))
    return None


def _concordance(rows: Sequence[Judgment], faults: list[Fault]) -> Concordance:
    *_, row = kept = [row for row in rows if row.round == max(other.round for other in rows)]
    if len(kept) > 1:
        faults.append(Fault(FILE, row.line, f"says again what line {kept[0].line} says, in the same round"))
    first, second = (name.strip() for name in row.question.split("~"))
    value = row.value if isinstance(row.value, float) else 0.5
    return Concordance(row.expert, first, second, value, row.line)


def _parent(file: CaseFile, name: str) -> str | None:
    question = file.questions[name]
    return question.parent if isinstance(question, Nominal) else None


def _table(name: str, rows: _Rows, file: CaseFile, faults: list[Fault]) -> Table:
    """Table over the parent's outcomes; conditions must not overlap, and must leave nothing unsaid."""
    stated = [(group, group.given, p) for group, p in rows if group.given is not None]
    default = [(None, p) for group, p in rows if group.given is None]
    parent = str(_parent(file, name))
    at = {parent: outcomes_told_apart(parent, file, [given for _, given, _ in stated])}
    count = np.zeros(at[parent].position.shape, dtype=int)
    for group, given, _ in stated:
        count += holds(given, at)
        if np.any(count > 1):
            msg = f"{name}: two conditions of {group.expert} overlap; each outcome of the parent needs one"
            faults.append(Fault(FILE, group.rows[0].line, msg))
            break
    if not default and np.any(count == 0):
        line, who = rows[0][0].rows[0].line, rows[0][0].expert
        msg = (
            f"{name}: the conditions of {who} leave out some outcomes of the parent; add rows without `given` for them"
        )
        faults.append(Fault(FILE, line, msg))
    return (*((given, p) for _, given, p in stated), *default)


def _check_answered(
    spoke: Mapping[str, Mapping[str, dt.date]], weights: Mapping[str, float], faults: list[Fault]
) -> None:
    if faults:
        return  # a question may look unanswered only because its rows are at fault
    for name, answered in spoke.items():
        if not answered:
            faults.append(Fault(FILE, 0, f"nobody answered {name!r}; every question needs one judgment at least"))
        elif sum(weights[who] for who in answered) <= 0:
            msg = f"only experts with weight 0 answered {name!r}: {', '.join(answered)}"
            faults.append(Fault(FILE, 0, msg))

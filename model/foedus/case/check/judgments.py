"""judgments.csv against the case: each row for itself, and the rows that one expert gave together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise

from foedus.case.check.answered import Groups, Rows, check_answered
from foedus.case.check.coherent import check_points, says_when
from foedus.case.check.draft import Draft
from foedus.case.check.stated import parse_bin, row_faults
from foedus.case.expression import questions_in
from foedus.case.types import Judgment, Nominal, Ordinal, Quantity, Question, Text, Timing

FILE = "judgments.csv"
TOLERANCE = 0.005  # of a sum that should be 1
SEED = Quantity(type="quantity", unit=Text(en="as in seeds.csv"))


def check(draft: Draft) -> None:
    """Check all judgments; what hangs on other rows only where every row could be read."""
    seeds = {seed.question: seed.answer for seed in draft.seeds}
    sound = [row for row in draft.judgments if _row(draft, row, seeds)]
    _twice(draft, sound)
    groups = _last_rounds(sound)
    whole = not draft.faulty.intersection({FILE, "case.yaml"}) and len(sound) == len(draft.judgments)
    for (_, name, given), rows in groups.items():
        if name in draft.file.questions:
            _together(draft, rows, draft.file.questions[name], conditional=given is not None, whole=whole)
        elif name in seeds:
            check_points(draft, [row for row in rows if row.element == "quantile"], SEED)
    if whole:
        check_answered(draft, groups)


def _row(draft: Draft, row: Judgment, seeds: Mapping[str, float]) -> bool:
    before = len(draft.findings.faults)
    draft.knows(row.expert, draft.file.panel, "expert: the member of the panel", FILE, row.line)
    if row.as_of > draft.file.horizon > draft.file.opens:
        draft.fault(FILE, row.line, f"as_of: {row.as_of} lies after the end of the case, {draft.file.horizon}")
    if row.element == "concordance" or "~" in row.question:
        _concordance(draft, row)
    elif row.question in seeds:
        _seed(draft, row, seeds[row.question])
    elif draft.knows(row.question, draft.file.questions, "question:", FILE, row.line):
        question = draft.file.questions[row.question]
        for fault in row_faults(row, question, draft.window(question)):
            draft.fault(FILE, row.line, fault)
        if row.given is not None:
            _given(draft, row, row.given, question)
    return len(draft.findings.faults) == before and row.question not in draft.broken


def _given(draft: Draft, row: Judgment, given: str, question: Question) -> None:
    expression = draft.expression(given, FILE, row.line, "given")
    if expression is None:
        return
    about = questions_in(expression)
    if row.question in about:
        draft.fault(
            FILE, row.line, f"given: a judgment on {row.question} can't be conditional on {row.question} itself"
        )
    elif isinstance(question, Nominal) and question.parent is not None and about != {question.parent}:
        said = f"{row.question} hangs on {question.parent}, so the condition can only be about {question.parent}"
        draft.fault(FILE, row.line, f"given: {said}")


def _concordance(draft: Draft, row: Judgment) -> None:
    names = [name.strip() for name in row.question.split("~")]
    if row.element != "concordance":
        draft.fault(FILE, row.line, f"question: two questions ({row.question}) go with the element concordance only")
    elif len(names) != 2 or names[0] == names[1]:
        draft.fault(FILE, row.line, f"question: a concordance is about two questions, `a ~ b`, got {row.question!r}")
    elif sum(draft.knows(name, draft.file.questions, "question:", FILE, row.line) for name in names) == 2:
        for name in names:
            kind = draft.file.questions[name].type
            if kind not in ("timing", "quantity"):
                said = f"{name} is of type {kind}; a concordance needs timing or quantity: use `given` instead"
                draft.fault(FILE, row.line, f"question: {said}")
    if isinstance(row.value, dt.date) or not 0 < row.value < 1:
        draft.fault(FILE, row.line, f"value: a concordance lies strictly between 0 and 1, got {row.value}")


def _seed(draft: Draft, row: Judgment, answer: float) -> None:
    if row.element == "probability" and row.given is None:
        if row.level not in ("yes", "no"):
            said = f"a yes/no seed question has the levels yes and no, got {row.level or 'nothing'!r}"
            draft.fault(FILE, row.line, f"level: {row.question}: {said}")
        elif answer not in (0, 1):
            said = f"its answer in seeds.csv is {answer:g}; with probabilities it is 1 (yes) or 0 (no)"
            draft.fault(FILE, row.line, f"{row.question}: {said}")
        elif isinstance(row.value, dt.date) or not 0 <= row.value <= 1:
            draft.fault(FILE, row.line, f"value: a probability lies between 0 and 1, got {row.value}")
        return
    if row.element != "quantile" or row.given is not None:
        said = "give quantiles, or the probability of yes, without a condition"
        draft.fault(FILE, row.line, f"element: {row.question} is a seed question: {said}")
        return
    for fault in row_faults(row, SEED, (dt.date.min, dt.date.max)):
        draft.fault(FILE, row.line, fault)


def _twice(draft: Draft, rows: Rows) -> None:
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        which = row.value if row.element == "exactly" else row.level
        key = (row.expert, row.round, row.question, row.given, row.element, which)
        line = first.setdefault(key, row.line)
        if line != row.line:
            said = f"{row.expert} already gave this number in round {row.round}, on line {line}"
            draft.fault(FILE, row.line, f"{said}: keep one of them, or give a later round")


def _last_rounds(rows: Rows) -> Groups:
    """Return what counts: of each expert, question and condition the rows of the last round."""
    groups: Groups = defaultdict(list)
    for row in rows:
        group = groups[row.expert, row.question, row.given]
        if group and row.round > group[0].round:
            group.clear()
        if not group or row.round == group[0].round:
            group.append(row)
    return groups


def _together(draft: Draft, rows: Rows, question: Question, *, conditional: bool, whole: bool) -> None:
    by_element: dict[str, list[Judgment]] = defaultdict(list)
    for row in rows:
        by_element[row.element].append(row)
    shapes = [element for element in ("quantile", "chips", "probability") if element in by_element]
    if len(shapes) > 1 and not (isinstance(question, (Timing, Quantity)) and "chips" not in shapes):
        said = f"{rows[0].expert} gives {rows[0].question} by {' and '.join(shapes)}: use one of them"
        draft.fault(FILE, by_element[shapes[1]][0].line, said)
    check_points(draft, rows, question)
    _chips(draft, by_element["chips"], question)
    if whole and isinstance(question, (Ordinal, Nominal)) and by_element["probability"]:
        _sum(draft, by_element["probability"], question, conditional=conditional)
    if not conditional:
        _certain(draft, [*by_element["never"], *by_element["probability"]])
    horizon = draft.window(question)[1]
    silent = not any("never" in (row.element, row.level) or says_when(row, question) == horizon for row in rows)
    if isinstance(question, Timing) and not conditional and silent:
        said = f"{rows[0].expert} says nothing of never on {rows[0].question}, which is taken as 0: add a row `never`"
        draft.warn(FILE, rows[0].line, said)


def _certain(draft: Draft, rows: Rows) -> None:
    """Question a probability of 0 or 1 that no note explains (Cromwell's rule)."""
    for row in rows:
        if row.value in (0, 1) and not row.note:
            said = f"{row.expert} gives {row.question} a probability of {row.value:g}, which no news can move"
            draft.warn(FILE, row.line, f"{said}; 0.01 and 0.99 leave room, or say in `note` why it is certain")


def _chips(draft: Draft, rows: Rows, question: Question) -> None:
    if rows and not any(row.value for row in rows):
        draft.fault(
            FILE, rows[0].line, f"{rows[0].expert} lays not a single chip on {rows[0].question}; at least one is needed"
        )
    laid = [row for row in rows if row.value]
    if len(laid) == 1 and len(rows) > 1 and not laid[0].note:
        said = f"{laid[0].expert} lays all chips on {laid[0].question} on {laid[0].level}"
        advice = "lay at least one elsewhere, or say in `note` why it is certain"
        draft.warn(FILE, laid[0].line, f"{said}: nothing else keeps any probability, which no news can move; {advice}")
    if isinstance(question, (Ordinal, Nominal)):
        return
    bins = sorted(
        ((parse_bin(row.level, question), row) for row in rows if row.level and row.level != "never"),
        key=lambda bin_and_row: bin_and_row[0],
    )
    for (below, lower), (above, upper) in pairwise(bins):
        if below.overlaps(above):
            said = f"the bin {upper.level} overlaps {lower.level} on line {lower.line}; bins must not overlap"
            draft.fault(FILE, upper.line, said)


def _sum(draft: Draft, rows: Rows, question: Ordinal | Nominal, *, conditional: bool) -> None:
    total = sum(row.value for row in rows if not isinstance(row.value, dt.date))
    given = {row.level for row in rows}
    missing = [level.id for level in question.levels if level.id not in given]
    whose = f"the probabilities of {rows[0].expert} on {rows[0].question}"
    if missing and conditional and not isinstance(question, Nominal) and total <= 1 + TOLERANCE:
        return
    if missing:
        said = f"{whose} leave out {', '.join(missing)}: every level needs a row (the others sum to {total:g})"
        draft.fault(FILE, rows[0].line, said)
    elif abs(total - 1) > TOLERANCE:
        draft.fault(FILE, rows[0].line, f"{whose} sum to {total:g}; they must sum to 1")

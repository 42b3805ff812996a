"""case.yaml as a whole: names, dates, and what hangs on what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from foedus.case.check.draft import Draft
from foedus.case.expression import dates_in, questions_in
from foedus.case.types import Nominal, Ordinal, Quantity, Question, Timing
from foedus.case.values import time_zone, too_large
from foedus.case.yaml_lines import Path, dotted

FILE = "case.yaml"
RESERVED = frozenset({"and", "or", "not", "is", "never", "applicable", "none_of_these"})
MAX_DAYS = 7400  # twenty years and a bit: each day is a cell


def check(draft: Draft) -> None:
    """Check everything in case.yaml that involves more than one field."""
    _names(draft)
    _zone(draft, draft.file.timezone, ("timezone",))
    if not _window(draft, draft.file.opens, draft.file.horizon, ("horizon",)):
        draft.broken.update(draft.file.questions)
    for name, question in draft.file.questions.items():
        _question(draft, name, question)
    _chains(draft)
    _conditions(draft)
    _settings(draft)


def _names(draft: Draft) -> None:
    """Questions, scenarios and headlines share one space of names, since expressions name all three."""
    places: dict[str, Path] = {}
    for section in ("questions", "scenarios", "headlines"):
        for name in getattr(draft.file, section):
            place = (section, name)
            if name in RESERVED:
                draft.fault(FILE, place, f"{section}.{name}: the language itself uses the word {name!r}; take another")
            elif name in places:
                line = draft.lines[FILE].line(*places[name])
                draft.fault(FILE, place, f"{section}.{name}: line {line} already defines {name!r}; take another name")
            else:
                places[name] = place


def _zone(draft: Draft, name: str | None, place: Path) -> None:
    if name is None:
        return
    try:
        time_zone(name)
    except ValueError as error:
        draft.fault(FILE, place, f"{dotted(place)}: {error}")


def _window(draft: Draft, opens: dt.date, horizon: dt.date, place: Path) -> bool:
    if opens >= horizon:
        said = f"{horizon} must lie after {opens}, the day on which the case opens"
    elif (horizon - opens).days > MAX_DAYS:
        said = f"a window of {(horizon - opens).days / 365.25:.0f} years is too long; at most 20 are possible"
    else:
        return True
    draft.fault(FILE, place, f"{dotted(place)}: {said}")
    return False


def _question(draft: Draft, name: str, question: Question) -> None:
    at: tuple[str, ...] = ("questions", name)
    _zone(draft, question.date_zone, (*at, "date_zone"))
    if question.half_life is not None and question.half_life.low <= 0:
        draft.fault(FILE, (*at, "half_life"), f"{dotted(at)}.half_life: must be above 0 days (inf: plans never change)")
    opens, end = draft.window(question)
    match question:
        case Timing():
            if question.opens or question.horizon:
                _window(draft, opens, end, (*at, "horizon" if question.horizon else "opens"))
        case Quantity(lower=lower, upper=upper) if fault := too_large(lower) or too_large(upper):
            field = "lower" if too_large(lower) else "upper"
            draft.fault(FILE, (*at, field), f"{dotted(at)}.{field}: {fault}")
        case Quantity(lower=lower, upper=upper) if lower is not None and upper is not None and lower >= upper:
            draft.fault(FILE, (*at, "upper"), f"{dotted(at)}: upper must be above lower, got {lower:g} and {upper:g}")
        case Ordinal() | Nominal():
            _levels(draft, at, [level.id for level in question.levels])
    decided = None if isinstance(question, Timing) else question.decided_on
    if decided and not draft.file.opens < decided <= draft.file.horizon:
        said = f"{decided} must lie after {draft.file.opens} and not after {draft.file.horizon}"
        draft.fault(FILE, (*at, "decided_on"), f"{dotted(at)}.decided_on: {said}")
    if question.resolves_with is not None:
        _resolves_with(draft, name, question.resolves_with)


def _levels(draft: Draft, at: tuple[str, ...], ids: list[str]) -> None:
    for index, level in enumerate(ids):
        if level in ids[:index]:
            first = draft.lines[FILE].line(*at, "levels", ids.index(level))
            said = f"the level {level!r} is already on line {first}; every level needs its own id"
            draft.fault(FILE, (*at, "levels", index), f"{dotted(at)}: {said}")


def _resolves_with(draft: Draft, name: str, other: str) -> None:
    """Check what a question is settled with: the timing question that it hangs on through a table.

    Only then is what the news says of it, which depends on the day that settles it, a table over the parent's cells.
    For questions that hang together through the copula it would be a factor of two of them at once, and no table of
    either; and for a nominal question under another parent a factor of three.
    """
    place = ("questions", name, "resolves_with")
    if not draft.knows(other, draft.file.questions, f"{dotted(place)}: the question", FILE, place):
        return
    question = draft.file.questions[name]
    if other == name or not isinstance(draft.file.questions[other], Timing):
        timing = [key for key, asked in draft.file.questions.items() if isinstance(asked, Timing) and key != name]
        draft.fault(FILE, place, f"{dotted(place)}: must name a timing question ({', '.join(timing)}), got {other!r}")
        return
    parent = question.parent if isinstance(question, Nominal) else None
    if parent in (other, name) or (parent is not None and parent not in draft.file.questions):
        return  # right, or at fault elsewhere
    said = f"is for a nominal question whose `parent` is {other!r}; give any other question its day with `decided_on`"
    draft.fault(FILE, place, f"{dotted(place)}: {said}")


def _chains(draft: Draft) -> None:
    """`only_if` and `parent` lead from question to question, and never back."""
    conditions: dict[str, frozenset[str]] = {}
    parents: dict[str, frozenset[str]] = {}
    for name, question in draft.file.questions.items():
        place = ("questions", name, "only_if")
        if question.only_if is not None and (
            expression := draft.expression(question.only_if, FILE, place, dotted(place))
        ):
            conditions[name] = questions_in(expression)
        if isinstance(question, Nominal) and question.parent is not None:
            place = ("questions", name, "parent")
            if draft.knows(question.parent, draft.file.questions, f"{dotted(place)}: the question", FILE, place):
                parents[name] = frozenset({question.parent})
    for field, graph in (("only_if", conditions), ("parent", parents)):
        for circle in circles(graph):
            place = ("questions", circle[0], field)
            itself = (
                "a question can't hang on itself" if len(circle) == 2 else "questions hang on each other in a circle"
            )
            draft.fault(FILE, place, f"{dotted(place)}: {itself}: {' -> '.join(circle)}")


def circles(graph: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return the circles in a graph, each once, as the way from one of its nodes back to itself."""
    left = {node: {to for to in targets if to in graph} for node, targets in graph.items()}
    sources: dict[str, set[str]] = {node: set() for node in graph}
    for node, targets in left.items():
        for target in targets:
            sources[target].add(node)
    ends = [node for node, targets in left.items() if not targets]
    while ends:  # take away what leads nowhere, until only circles and ways into them are left
        for source in sources[end := ends.pop()]:
            left[source].discard(end)
            if not left[source]:
                ends.append(source)
    found: list[list[str]] = []
    passed: set[str] = set()
    for start in sorted(node for node, targets in left.items() if targets):
        way: dict[str, None] = {}
        node = start
        while node not in passed:
            passed.add(node)
            way[node] = None
            node = min(left[node])
        if node in way:
            circle = [*way]
            found.append([*circle[circle.index(node) :], node])
    return found


def _conditions(draft: Draft) -> None:
    """Every `when`: it can be read, and the days in it lie in the windows of the questions they are compared with."""
    whens: list[tuple[Path, str]] = [
        ((section, name, "when"), scenario.when)
        for section in ("scenarios", "headlines")
        for name, scenario in getattr(draft.file, section).items()
    ]
    whens += [(("calendar", i, "when"), entry.when) for i, entry in enumerate(draft.file.calendar) if entry.when]
    for place, text in whens:
        expression = draft.expression(text, FILE, place, dotted(place))
        for day in sorted(dates_in(expression)) if expression else ():
            _inside(
                draft, day, f"{dotted(place)}: {day}", place, set(questions_in(expression)) if expression else set()
            )
    for i, entry in enumerate(draft.file.calendar):
        _inside(draft, entry.date, f"calendar[{i + 1}].date: {entry.date}", ("calendar", i, "date"), set())


def _inside(draft: Draft, day: dt.date, label: str, place: Path, names: set[str]) -> None:
    timing = [draft.file.questions[name] for name in names if isinstance(draft.file.questions[name], Timing)]
    windows = [draft.window(question) for question in timing] or [(draft.file.opens, draft.file.horizon)]
    opens, horizon = min(first for first, _ in windows), max(last for _, last in windows)
    if not opens <= day <= horizon:
        draft.warn(FILE, place, f"{label} lies outside the window, {opens} to {horizon}")


def _settings(draft: Draft) -> None:
    if draft.file.settings.half_life.low <= 0:
        place = ("settings", "half_life")
        draft.fault(FILE, place, "settings.half_life: must be above 0 days (inf: plans never change)")
    if draft.file.pooling.weights == "given" and not any(expert.weight for expert in draft.file.panel.values()):
        draft.fault(FILE, ("panel",), "panel: every weight is 0; give at least one expert a weight above 0")

"""signals.csv against the case: what a row names exists, its times agree, and rows with one id agree."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from foedus.case.check.coding import check_auxiliary, check_row, check_versions
from foedus.case.check.draft import Draft
from foedus.case.check.questions import circles
from foedus.case.types import Code, Moment, Signal

FILE = "signals.csv"
ONE_DAY = dt.timedelta(days=1)
LONG_BEFORE, LONG_AFTER = dt.timedelta(days=3 * 365.25), dt.timedelta(days=366)


def check(draft: Draft, file: str = FILE) -> None:
    """Check all signals of a draft, which came from `file`."""
    needing = _codes_by_target(draft)
    for signal in draft.signals:
        draft.knows(signal.source, draft.codebook.sources, "source:", file, signal.line)
        if draft.knows(signal.code, draft.codebook.codes, "code:", file, signal.line):
            _code(file, draft, signal, draft.codebook.codes[signal.code], needing.get(signal.code))
            check_row(file, draft, signal, draft.codebook.codes[signal.code])
            check_auxiliary(file, draft, signal, draft.codebook.codes[signal.code])
        _times(file, draft, signal)
        _far_off(file, draft, signal)
    check_versions(file, draft)
    _same_id(file, draft)
    _superseded(file, draft)
    _meetings(file, draft)


def _codes_by_target(draft: Draft) -> dict[str, str]:
    """Return the codes that are read relative to a date the signal names, and a question where they are."""
    return {
        name: question
        for name, code in draft.codebook.codes.items()
        for question, bearing in code.bears_on.items()
        if bearing.by == "target"
    }


def _code(file: str, draft: Draft, signal: Signal, code: Code, by_target: str | None) -> None:
    if by_target and signal.observed == "present" and (signal.target_from is None or signal.target_to is None):
        said = (
            f"{signal.code} bears on {by_target} by target: give target_from and target_to (twice the same for one day)"
        )
        draft.fault(file, signal.line, said)
    if code.kind == "counted":
        said = f"{signal.code} is counted: its news stands in counts.csv, and here it would count twice"
        draft.fault(file, signal.line, f"code: {said}")
    if code.kind == "discrepancy":
        said = f"{signal.code} is a discrepancy, which follows from lines: code {' and '.join(code.lines)} instead"
        draft.fault(file, signal.line, f"code: {said}")
    elif signal.observed != "present" and code.kind != "per_document":
        said = f"observed: {signal.observed!r} goes with codes of kind per_document only, and {signal.code} is not one"
        draft.fault(file, signal.line, said)


def _times(file: str, draft: Draft, signal: Signal) -> None:
    known = signal.published.at - dt.timedelta(microseconds=1) * signal.published.bare  # the last moment of a bare day
    if signal.happened is not None and signal.happened.earliest > known:
        said = "a report can't come before what it reports; what is announced goes into target_from and target_to"
        if _latest(signal.happened) - signal.published.at > ONE_DAY:
            draft.fault(file, signal.line, f"happened: more than a day after it was published: {said}")
        else:
            draft.warn(file, signal.line, f"happened: after it was published: {said}, with auxiliary: future")
    if signal.coded_at is not None and signal.coded_at.at < signal.published.earliest:
        said = f"published {signal.published.at.isoformat()} and coded before, {signal.coded_at.at.isoformat()}"
        draft.fault(file, signal.line, f"coded_at: {said}: which of the two is it?")
    if signal.target_from and signal.target_to and signal.target_from > signal.target_to:
        said = f"{signal.target_to} lies before target_from, {signal.target_from}"
        draft.fault(file, signal.line, f"target_to: {said}")


def _latest(happened: Moment) -> dt.datetime:
    """Return when it happened at the latest; of a week or month that has only begun, its beginning."""
    return happened.at if happened.precision in {"time", "day"} else happened.earliest


def _far_off(file: str, draft: Draft, signal: Signal) -> None:
    """Warn of days so far from the window that a digit may be wrong."""
    opens, horizon = draft.file.opens, draft.file.horizon
    published = signal.published.at.date()
    if published < opens - LONG_BEFORE or published > horizon + LONG_AFTER:
        far = "more than 3 years before" if published < opens else "more than a year after"
        said = f"{published} lies {far} the window, {opens} to {horizon}: is the year right?"
        draft.warn(file, signal.line, f"published: {said}")
    first, last = signal.target_from or signal.target_to, signal.target_to or signal.target_from
    if first is None or last is None or signal.code not in draft.codebook.codes:
        return
    bears_on = draft.codebook.codes[signal.code].bears_on
    windows = [draft.window(draft.file.questions[name]) for name in bears_on if name in draft.file.questions]
    opens = min((start for start, _ in windows), default=opens)
    horizon = max((end for _, end in windows), default=horizon)
    if last <= opens or first > horizon:
        said = f"{first} to {last} lies wholly outside the window, {opens} to {horizon}"
        draft.warn(file, signal.line, f"target_from, target_to: {said}")


def _same_id(file: str, draft: Draft) -> None:
    """Rows of one id and one coder must say the same; rows of different coders are what coders are compared by."""
    rows: dict[tuple[str, str | None], Signal] = {}
    for signal in draft.signals:
        if signal.supersedes == signal.id and (signal.id, signal.coder) in rows:
            rows[signal.id, signal.coder] = signal  # takes the place of the row above
        first = rows.setdefault((signal.id, signal.coder), signal)
        if first is signal:
            continue
        differing = [
            name for name in Signal.model_fields if name != "line" and getattr(first, name) != getattr(signal, name)
        ]
        coder = f"coder {signal.coder}" if signal.coder else "no coder named"
        if differing:
            said = (
                f"id {signal.id!r} with {coder} is already on line {first.line}, and differs in {', '.join(differing)}"
            )
            draft.fault(file, signal.line, f"{said}: give it an id of its own, or name its coder")
        else:
            draft.warn(file, signal.line, f"an exact copy of line {first.line}; counted once")


def _superseded(file: str, draft: Draft) -> None:
    known = dict.fromkeys(signal.id for signal in draft.signals)
    graph: dict[str, set[str]] = defaultdict(set)
    for signal in draft.signals:
        if signal.status != "active" and signal.supersedes is None:
            said = "needs `supersedes`, the id of the signal that this row takes the place of"
            draft.fault(file, signal.line, f"status: {signal.status} {said}")
        if signal.supersedes is None:
            continue
        if signal.supersedes == signal.id:
            if not any((s.id, s.coder) == (signal.id, signal.coder) and s.line < signal.line for s in draft.signals):
                said = "no row above has this id and this coder"
                draft.fault(file, signal.line, f"supersedes: the signal supersedes itself, and {said}")
            continue
        if file in draft.faulty or draft.knows(signal.supersedes, known, "supersedes: the signal", file, signal.line):
            graph[signal.id].add(signal.supersedes)
    lines = {signal.id: signal.line for signal in reversed(draft.signals)}
    for circle in circles(graph):
        shown = circle if len(circle) < 10 else [*circle[:8], "...", circle[-1]]
        said = f"supersedes: signals supersede each other in a circle: {' -> '.join(shown)}"
        draft.fault(file, lines[circle[0]], said)


def _meetings(file: str, draft: Draft) -> None:
    """Lines of one document are of one meeting: theirs is the event."""
    first: dict[str, Signal] = {}
    for signal in draft.signals:
        code = draft.codebook.codes.get(signal.code)
        if signal.document and signal.event and code is not None and code.kind == "per_document":
            other = first.setdefault(signal.document, signal)
            if other.event != signal.event:
                said = f"{signal.document} is on {other.event!r} by line {other.line}; a document is on one meeting"
                draft.fault(file, signal.line, f"event: {said}, or give it a name of its own")

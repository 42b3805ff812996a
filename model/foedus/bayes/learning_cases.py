"""How telling codes are, and whom to believe, learned from resolved cases: which code was coded, given the outcome.

Of each signal the density is the core's own: multiplier over what could have been coded, mixed with its credence,
less what caps and tempering take off; but how common a code is, is a parameter too (`learning_menu`). A signal says
something of the outcome as far as the plans of its day held until the decision, with probability 2^(-days /
half-life), and is otherwise one on a course drawn from the prior. For a date that is an approximation: where the
event came late or never, the course of an early day was a near one less often than by the prior, since near ones tend
to come true. Where a code 4 times as frequent within 14 days is seen every ten days over 180, endless data come out
at 3.72, 3.85 and 3.93 with half-lives of 20, 45 and 90 days: multipliers up to 7 % too near to 1 at the middle.
Signals count as independent given the outcome, though redrawn plans can be one plan: what is learned from many
signals of one month is somewhat too sure. What sees the outcome itself and what is covered exhaustively (rates,
silence) is not learned.

Here cases become arrays, all of them together; `learning_codes` has the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from foedus.bayes.coordinates import free_parameters
from foedus.bayes.learning_menu import Menu, joined_menu
from foedus.bayes.stacks import Reports, Segments, stack
from foedus.case.types import Case
from foedus.errors import CaseError, Fault
from foedus.problem.compile import Compiled, compile_problem
from foedus.problem.types import Axis, Credences, Floats, Index, Problem, Tellings, Uncertain

CONFIRMED = ("yes", "partly", "no")
_TINY = 1e-300


@dataclass(frozen=True)
class Told:
    """One resolved case as the likelihood needs it: K signals, on runs of cells that say the same, at most G.

    Attributes
    ----------
    compiled : Compiled
    reports : Reports
    possible : array [K, G]
        What the signal's course can be on its day, by the pool.
    true : array [K, G]
        The same, confined to what came true.
    question : array [K]
    days : array [K]
        From the signal to the decision.
    confirmed : array [n, 2]
        Grade of a report, and what the other side said (index in `CONFIRMED`).
    """

    compiled: Compiled
    reports: Reports | None
    possible: Floats
    true: Floats
    question: Index
    days: Floats
    confirmed: Index

    @property
    def problem(self) -> Problem:
        """The problem as of when everything was known."""
        return self.compiled.problem


@dataclass(frozen=True)
class Shared:
    """What cases have in common: names of telling-nesses and sources; and of each case where its own stand in them."""

    telling: tuple[Hashable, ...]
    trust: tuple[str, ...]
    telling_of: tuple[Index, ...]
    trust_of: tuple[Index, ...]


def told(case: Case) -> Told:
    """Compile a resolved case, its whole news and what came true.

    Raises
    ------
    CaseError
        Nothing in it is resolved.
    """
    known = [row.known_from.at for row in case.resolutions]
    if not known:
        raise CaseError([Fault("resolutions.csv", 0, "holds nothing: a case teaches once it is known what came true")])
    news = [row.published.at for row in case.signals]
    compiled = compile_problem(case, max([*known, *news]))
    problem = compiled.problem
    settled = np.array([q for q, axis in enumerate(problem.axes) if axis.resolved is not None], dtype=np.intp)
    axes = [problem.axes[q] for q in settled]
    reports, kept = _coded(problem, settled)
    shape = (0, 1) if reports is None else reports.at.mass.shape
    possible, true, days = np.zeros(shape), np.zeros(shape), np.zeros(shape[0])
    for k, (q, day) in enumerate(kept):
        assert reports is not None
        ahead, came, days[k] = _outcome(axes[q], day)
        run = reports.at.of_cell[k, : axes[q].cells]
        possible[k], true[k] = (np.bincount(run, mass, shape[1]) for mass in (ahead, came))
    if reports is not None:  # a run is its own cell: there are fewer
        runs = np.tile(np.arange(shape[1]), (shape[0], 1))
        reports = replace(reports, at=replace(reports.at, of_cell=runs))
    question = np.array([settled[q] for q, _ in kept], dtype=np.intp)
    return Told(compiled, reports, possible, true, question, days, _confirmed(compiled))


def _coded(problem: Problem, settled: Index) -> tuple[Reports | None, list[tuple[int, int]]]:
    """Stack what a coder chose to code of the course of settled questions, with question and day of each."""
    axes = problem.axes
    chosen = tuple(
        c for c in problem.contributions
        if c.exponent > 0 and not (c.as_written or c.sees_outcome) and c.day <= _last_day(axes[c.question])
    )  # fmt: skip
    if not len(settled):
        return None, []
    place = {q: i for i, q in enumerate(settled.tolist())}
    reports = stack(replace(problem, contributions=chosen, tallies=()), settled).reports
    kept = [(place[c.question], c.day) for c in chosen]
    if reports is not None:  # lines of a discrepancy are items of their own, after all others
        kept += [kept[k] for k in reports.part_of[len(kept) :]]
    return reports, kept


def _last_day(axis: Axis) -> int:
    """Last day on which the course of a question was seen; before the first where it is not settled."""
    if axis.resolved is None:
        return -1
    return axis.resolved.day if axis.kind == "timing" else min(axis.resolved.day, axis.decided)


def _outcome(axis: Axis, day: int) -> tuple[Floats, Floats, float]:
    """Pool of the cells that lie ahead [C], the same where it came true [C], and days to the decision."""
    assert axis.resolved is not None
    first, _, last = axis.resolved
    place = np.arange(axis.cells)
    ahead = axis.pool * (place + 1 >= min(day, axis.cells)) if axis.kind == "timing" else axis.pool
    inside = ahead * ((place >= first) & (place <= last))
    if inside.sum() == 0:
        inside = ((place >= first) & (place <= last)).astype(float)  # what nobody thought possible came true
    decision = min(first + 1, axis.cells - 1) if axis.kind == "timing" else min(axis.decided, axis.resolved.day)
    return ahead / max(ahead.sum(), _TINY), inside / inside.sum(), float(max(decision - day, 0))


def _confirmed(compiled: Compiled) -> Index:
    """Grade and confirmation of each report that has one, of copies of one text the first."""
    seen: dict[tuple[int, str], tuple[int, int]] = {}
    for u, unit in enumerate(compiled.evidence.units):
        for row in unit.rows:
            if row.confirmed_by_other_side is not None:
                grade = compiled.compiler.grades[row.source, row.credibility]
                seen.setdefault((u, row.source), (grade, CONFIRMED.index(row.confirmed_by_other_side)))
    return np.array(list(seen.values()), dtype=np.intp).reshape(len(seen), 2)


def shared_by(cases: Sequence[Told]) -> Shared:
    """Match codes and sources by name: a number is the same where code, question, speaker and place are."""
    tellings: list[dict[Hashable, int]] = []
    sources: list[dict[str, int]] = []
    for case in cases:
        book = case.compiled.compiler.book
        places = Counter[Hashable]()
        keys: list[Hashable] = []
        for key in book.own:
            what = key[:3] if len(key) > 2 else key
            keys.append((what, places[what]))
            places[what] += 1
        free = free_parameters(case.problem).telling
        tellings.append({keys[i]: int(i) for i in free})
        names = list(case.compiled.compiler.case.codebook.sources)
        sources.append({names[i]: int(i) for i in free_parameters(case.problem).trust})
    telling = tuple(dict.fromkeys(key for case in tellings for key in case))
    trust = tuple(dict.fromkeys(name for case in sources for name in case))
    return Shared(
        telling,
        trust,
        tuple(_places(own, telling, case.problem.tellings.count) for own, case in zip(tellings, cases, strict=True)),
        tuple(_places(own, trust, case.problem.credences.count) for own, case in zip(sources, cases, strict=True)),
    )


def _places(own: dict[Any, int], every: tuple[Any, ...], count: int) -> Index:
    """Where in `every` each own number stands; the place after the last is what is certain."""
    out = np.full(count, len(every), dtype=np.intp)
    for key, i in own.items():
        out[i] = every.index(key)
    return out


# -- all cases together ------------------------------------------------------------------------


@dataclass(frozen=True)
class Joined:
    """All cases as one: K signals, T rows of their codebooks, S grades, Q questions of all cases.

    Attributes
    ----------
    reports : Reports or None
    menu : Menu
        How often what could have been coded is.
    possible, true : array [K, G]
    question, days : array [K]
        As in `Told`, questions numbered through.
    half_life : Uncertain [Q]
    tellings : Tellings
    case, place : array [T]
        Case of each row, and where in `Shared.telling` its number stands.
    over : array [T]
        Part of the variance that all codes of a case share, with the sign of what it does.
    credences : Credences
        Whose sources are places in `Shared.trust`.
    confirmed : array [n, 2]
    """

    reports: Reports | None
    menu: Menu
    possible: Floats
    true: Floats
    question: Index
    days: Floats
    half_life: Uncertain
    tellings: Tellings
    case: Index
    place: Index
    over: Floats
    credences: Credences
    confirmed: Index


def join(cases: Sequence[Told], shared: Shared) -> Joined:
    """Put cases together, so that one graph holds them all."""
    problems = [case.problem for case in cases]
    tellings, credences = [p.tellings for p in problems], [p.credences for p in problems]
    rows = [len(t.middle) for t in tellings]
    first_row, first_grade, first_question = (
        np.cumsum([0, *sizes[:-1]])
        for sizes in (rows, [len(c.certain) for c in credences], [len(p.axes) for p in problems])
    )
    coded = [(n, case.reports) for n, case in enumerate(cases) if case.reports is not None]
    moved = [replace(r, rows=r.rows + first_row[n], codes=r.codes + first_row[n], grades=r.grades + first_grade[n])
             for n, r in coded]  # fmt: skip
    return Joined(
        reports=_joined_reports(moved) if moved else None,
        menu=joined_menu(cases),
        possible=_rows([case.possible for case in cases]),
        true=_rows([case.true for case in cases]),
        question=np.concatenate([case.question + q for case, q in zip(cases, first_question, strict=True)]),
        days=np.concatenate([case.days for case in cases]),
        half_life=_uncertain([p.half_life for p in problems]),
        tellings=_joined_tellings(tellings),
        case=np.repeat(np.arange(len(cases)), rows),
        place=np.concatenate([of[t.own] for t, of in zip(tellings, shared.telling_of, strict=True)]),
        over=np.concatenate([t.sign * t.shared for t in tellings]),
        credences=Credences(
            log_odds=_uncertain([c.log_odds for c in credences]),
            certain=np.concatenate([c.certain for c in credences]),
            source=np.concatenate([of[c.source] for c, of in zip(credences, shared.trust_of, strict=True)]),
            count=len(shared.trust),
        ),
        confirmed=np.concatenate(
            [np.add(case.confirmed, np.array([g, 0])) for case, g in zip(cases, first_grade, strict=True)]
        ),
    )


def _joined_tellings(parts: Sequence[Tellings]) -> Tellings:
    """Concatenate rows; whose number is whose is told apart by `Joined.place`."""

    def all_of(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in parts])

    return Tellings(
        offset=all_of("offset"),
        middle=all_of("middle"),
        kappa=all_of("kappa"),
        below=all_of("below"),
        above=all_of("above"),
        sign=all_of("sign"),
        own=all_of("own"),
        shared=0.0,
        codes=(),
    )


def _uncertain(parts: Sequence[Uncertain]) -> Uncertain:
    return Uncertain(*(np.concatenate([getattr(u, name) for u in parts]) for name in ("location", "below", "above")))


def _rows(parts: Sequence[Any]) -> Any:
    """Concatenate arrays whose other axes are filled up with 0 to the largest."""
    shape = np.max([part.shape[1:] for part in parts], axis=0) if parts[0].ndim > 1 else ()
    return np.concatenate(
        [np.pad(part, [(0, 0), *((0, to - n) for n, to in zip(part.shape[1:], shape, strict=True))]) for part in parts]
    )


def _joined_reports(parts: Sequence[Reports]) -> Reports:
    """Put signals of several cases together; a run that one of them does not have has no mass."""
    first = np.cumsum([0, *(len(r.exponent) for r in parts[:-1])])
    terms = np.cumsum([0, *(len(r.item) for r in parts[:-1])])
    alike = [f.name for f in fields(Reports) if f.name not in {"at", "item", "part_of", "pattern"}]
    mass = _rows([r.at.mass for r in parts])
    return Reports(
        at=Segments(
            question=np.concatenate([r.at.question for r in parts]),
            of_cell=np.tile(np.arange(mass.shape[1]), (len(mass), 1)),
            mass=mass,
            slot=np.concatenate([r.at.slot for r in parts]),
        ),
        item=np.concatenate([r.item + n for r, n in zip(parts, first, strict=True)]),
        part_of=np.concatenate([np.where(r.part_of < 0, -1, r.part_of + n) for r, n in zip(parts, first, strict=True)]),
        pattern=np.concatenate([r.pattern + np.array([j, n, 0]) for r, j, n in zip(parts, terms, first, strict=True)]),
        **{name: _rows([getattr(r, name) for r in parts]) for name in alike},
    )

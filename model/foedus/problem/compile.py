"""Case and as-of time -> Problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from itertools import chain
from zoneinfo import ZoneInfo

import numpy as np

from foedus.case.types import Band, Case, Codebook, Judgment, ReferenceCase, Signal
from foedus.elicitation.dependence import dependence
from foedus.elicitation.panel import Panel, panel
from foedus.elicitation.performance.scores import scores
from foedus.elicitation.performance.summary import warnings
from foedus.elicitation.pool import probit_sd
from foedus.elicitation.pooling.hierarchical import Trust
from foedus.elicitation.pooling.registry import Pooling, pooling_of
from foedus.elicitation.seeds import seed_study
from foedus.errors import CaseError, Fault
from foedus.news.counts import Period
from foedus.news.credence import Z90, credence_prior
from foedus.news.discrepancies import merged
from foedus.news.evidence import Evidence, Judged, Unit, gather, unit_of
from foedus.problem.axes import Made, axis, hang, zone_of
from foedus.problem.bands import Book
from foedus.problem.contributions import Compiler, Memo
from foedus.problem.exhaustive import Watch
from foedus.problem.menu import competing
from foedus.problem.types import Contribution, Credences, Dependence, Floats, Problem, Uncertain, UnitInfo


@dataclass(frozen=True)
class Prior:
    """What depends on the judgments alone, and so is the same at every later as-of time."""

    judgments: tuple[Judgment | ReferenceCase, ...]  # past cases too
    panel: Panel
    dependence: Dependence
    cells: dict[str, Made] = field(default_factory=dict)  # of each question, as they are first needed
    memos: dict[Hashable, tuple[Codebook, Memo]] = field(default_factory=dict)

    def memo(self, case: Case, grades: Hashable) -> Memo:
        """Return what is remembered of signals under a codebook and these (source, grade)."""
        return self.memos.setdefault((id(case.codebook), grades), (case.codebook, Memo()))[1]


@dataclass(frozen=True)
class Compiled:
    """A problem, what the reader must be told of how it came about, and the trust that was learned elsewhere."""

    problem: Problem
    evidence: Evidence
    prior: Prior
    defaulted: tuple[str, ...]
    compiler: Compiler
    trust: Trust | None = None

    def with_one(self, signal: Signal) -> tuple[Problem, set[int]]:
        """Return the problem with one more signal, known now as an event of its own, and the questions it bears on.

        The same as compiling the case with it, and many times quicker.
        """
        unit = unit_of([signal])
        evidence = replace(self.evidence, units=(*self.evidence.units, unit))
        index = self.problem.index
        bearing = {index[name] for name in self.compiler.case.codebook.codes[signal.code].bears_on}
        new = {q: self._placed(self.compiler.question_with(q, evidence)) for q in bearing}
        kept = [c for c in self.problem.contributions if c.question not in bearing]
        units = (*self.problem.units, _info(unit))
        return replace(self.problem, contributions=(*kept, *chain(*new.values())), units=units), bearing

    def _placed(self, own: list[Contribution]) -> list[Contribution]:
        """Count the new unit's place behind that of the counts, which come after the units of signals."""
        last, place = len(self.evidence.units), len(self.problem.units)
        return own if last == place else [replace(c, unit=place) if c.unit == last else c for c in own]


def elicited(case: Case) -> Prior:
    """Make the prior of a case from its judgments.

    Raises
    ------
    CaseError
        For judgments that contradict each other.
    """
    said = panel(case)
    return Prior((*case.judgments, *case.reference), said, _dependence(case, said))


def given_by(case: Case, as_of: dt.datetime) -> Case:
    """Return the case with the judgments given up to the day of `as_of`.

    Raises
    ------
    CaseError
        If none is.
    """
    day = (as_of - dt.timedelta(microseconds=1)).astimezone(ZoneInfo(case.file.timezone)).date()
    given = tuple(judgment for judgment in case.judgments if judgment.as_of <= day)
    classes = tuple(row for row in case.reference if row.as_of <= day)
    if not given and not classes:
        first = min(*(row.as_of for row in case.judgments), *(row.as_of for row in case.reference), case.file.horizon)
        msg = f"{day} is before every judgment; the first is of {first}: ask for a forecast from then on"
        raise CaseError([Fault("as_of", 0, msg)])
    if len(given) == len(case.judgments) and len(classes) == len(case.reference):
        return case
    return case.model_copy(update={"judgments": given, "reference": classes})


def compile_problem(case: Case, as_of: dt.datetime, prior: Prior | None = None, trust: Trust | None = None) -> Compiled:
    """Compile a case as it stood at `as_of` (aware), with the `prior` of the same case if it is there already.

    `trust` in the members of the panel is what was learned of them from seed questions, for the hierarchical pool;
    without it that pool rests on its stated prior.

    Raises
    ------
    CaseError
        For judgments that can't be made into a prior.
    """
    file = case.file
    later = len(case.judgments)
    case = given_by(case, as_of)
    later -= len(case.judgments)
    if prior is None or prior.judgments != (*case.judgments, *case.reference):
        prior = elicited(case)
    said = prior.panel
    judged = judging(case, said)
    evidence = merged(case.codebook, gather(case, as_of, judged), judged)
    index = {q: i for i, q in enumerate(file.questions)}
    base_weights = np.array([said.base_weights[e] for e in file.panel])
    pooling = pooling_of(case, base_weights, trust)
    axes = tuple(axis(case, said, pooling, q, as_of, prior.cells) for q in index)
    axes = tuple(hang(case, said, a, axes, index) if a.kind == "nominal" else a for a in axes)
    credence = _CredenceBook(case)
    zones = tuple(zone_of(file, q) for q in file.questions)
    memo = prior.memo(case, tuple(credence.grades))
    book = memo.book or Book(case)
    memo.book = book
    compiler = Compiler(case, axes, zones, judged, book, credence.grades, credence.medians, memo)
    contributions = compiler.all(evidence)
    watch = Watch(case, axes, book, credence.index, credence.medians, as_of, judged)
    tallies, rates, silent = watch.all(evidence)
    problem = Problem(
        axes=axes,
        contributions=contributions,
        tallies=tallies,
        units=tuple(_info(unit) for unit in evidence.units) + tuple(_counted(p) for p in evidence.counts),
        base_weights=base_weights,
        concentration=file.settings.weight_concentration or float(len(base_weights)),
        pooling=pooling,
        shared_error=0.0 if pooling.trust is not None else probit_sd(file.settings.shared_error),
        tellings=book.tellings(),
        credences=credence.arrays(),
        half_life=_logs([file.questions[q].half_life or file.settings.half_life for q in file.questions]),
        rates=rates,
        dependence=prior.dependence,
        draws=file.settings.draws,
        points=file.settings.points,
        index=index,
    )
    notes = (*_pooled(case, said, pooling), *_coded(case, evidence), *_defaulted(case, said), *silent, *_later(later))
    return Compiled(problem, evidence, prior, notes, compiler, trust)


def _later(judgments: int) -> tuple[str, ...]:
    return (f"{judgments} rows of judgments.csv were given after the as-of time: not read",) if judgments else ()


def _info(unit: Unit) -> UnitInfo:
    first = unit.items[0].signal
    absent = all(item.signal.observed == "absent" for item in unit.items)
    return UnitInfo(unit.ids, unit.published, first.code, first.source, absent)


def _counted(period: Period) -> UnitInfo:
    return UnitInfo((period.row.id,), period.published, period.row.code, period.row.source, absent=False)


def judging(case: Case, said: Panel) -> Judged:
    """For each question, until when each expert had read the news, with the expert's weight."""
    zone = ZoneInfo(case.file.timezone)

    def end_of(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)

    return {
        q: tuple((end_of(day), said.base_weights[expert]) for expert, day in spoke.items())
        for q, spoke in said.spoke.items()
    }


class _CredenceBook:
    """Every (source, grade) that a row carries, in the order of the codebook, so that use changes no draw."""

    def __init__(self, case: Case) -> None:
        sources = case.codebook.sources
        graded: dict[str, set[str | None]] = {name: {None} for name in sources}
        for signal in case.signals:
            graded[signal.source].add(signal.credibility)
        for row in case.counts:
            graded[row.source].add(None)
        keys = [(name, grade) for name in sources for grade in sorted(graded[name], key=lambda g: g or "")]
        self.grades = {key: i for i, key in enumerate(keys)}
        self._source = np.array([list(sources).index(name) for name, _ in keys], dtype=np.intp)
        self._priors = [credence_prior(sources[name], grade) for name, grade in keys]
        self._count = len(sources)

    def index(self, source: str, credibility: str | None) -> int:
        return self.grades[source, credibility]

    @property
    def medians(self) -> Floats:
        return np.array([prior.median for prior in self._priors])

    def arrays(self) -> Credences:
        location, below, above = (
            np.array([getattr(prior, name) for prior in self._priors])
            for name in ("location", "scale_below", "scale_above")
        )
        certain = np.array([np.nan if prior.certain is None else prior.certain for prior in self._priors])
        return Credences(Uncertain(location, below, above), certain, self._source, self._count)


def _logs(bands: list[Band]) -> Uncertain:
    """Bands of positive numbers as logs; `inf` stays `inf`."""
    low, middle, high = (np.log(np.array([getattr(b, side) for b in bands])) for side in ("low", "middle", "high"))
    with np.errstate(invalid="ignore"):
        below, above = (middle - low) / Z90, (high - middle) / Z90
    return Uncertain(middle, np.nan_to_num(below, nan=0.0), np.nan_to_num(above, nan=0.0))


def _dependence(case: Case, said: Panel) -> Dependence:
    file = case.file
    place = {name: i for i, name in enumerate(file.panel)}
    if all(question.type == "nominal" for question in file.questions.values()):
        nothing = np.zeros((len(place), 0, 0))
        return Dependence(np.arange(len(place)), nothing, file.settings.dependence_spread, nothing.astype(bool))
    coupled = dependence(case, said)
    return Dependence(
        experts=np.array([place[name] for name in coupled.experts], dtype=np.intp),
        matrices=coupled.matrices,
        spread=file.settings.dependence_spread,
        judged=coupled.judged,
    )


def _pooled(case: Case, said: Panel, pooling: Pooling) -> list[str]:
    """Sentences: what a reader must know of the pool, where it isn't the linear one with stated weights."""
    out = []
    if case.file.pooling.weights == "performance":
        shares = ", ".join(f"{name} {weight:.0%}" for name, weight in said.base_weights.items() if weight > 0)
        out.append(f"weights by performance on {len(case.seeds)} seed questions: {shares}; the others have none")
        study = seed_study(case)
        out += [] if study is None else warnings(study, scores(study, study.scaled))
    if pooling.trust is not None:
        seeds = pooling.trust.seeds
        source = f"learned from {seeds} seed questions" if seeds else "the stated prior (no seed question was answered)"
        out.append(f"hierarchical pool: trust in the experts is {source}; the error they share is part of it")
    return out


def _coded(case: Case, evidence: Evidence) -> list[str]:
    """Sentences: what coders left open, and how it is read."""
    rows, out = [row for unit in evidence.units for row in unit.rows], []
    sources, codes = case.codebook.sources, case.codebook.codes
    ungraded = sum(row.credibility is None and sources[row.source].credence is None for row in rows)
    if ungraded:
        out.append(f"{ungraded} signals have no credibility: they count as 6, which can't be judged")
    named = dict.fromkeys(row.source for row in rows)
    unlettered = [name for name in named if not {"reliability", "credence"} & sources[name].model_fields_set]
    if unlettered:
        out.append(f"sources without a letter count as F, which can't be judged: {', '.join(unlettered)}")
    for word in ("negation", "hypothetical", "historical"):
        marked = [row.id for row in rows if row.auxiliary == word and "auxiliary" not in codes[row.code].requires]
        if marked:
            out.append(f"marked {word}, and yet counted as its code says: {', '.join(dict.fromkeys(marked))}")
    coarse = [row.id for row in rows if row.happened is not None and row.happened.precision in {"week", "month"}]
    if coarse:
        out.append(f"no day is known of {', '.join(coarse)}: seen at the end of the week or month, or when published")
    coding = evidence.coding
    if coding is not None and coding.mixed.any():
        n = int(coding.mixed.sum())
        out.append(f"{n} signals are read in several ways by their coders and count as mixtures (see foedus coders)")
        if not coding.posterior.converged:
            out.append(
                f"the model of coders did not converge (R-hat {coding.posterior.rhat:.2f}): decide these signals"
            )
    return out + [f"rows with the deprecated code {old} are read as {new}" for old, new in case.renamed.items()]


def _defaulted(case: Case, said: Panel) -> tuple[str, ...]:
    """Sentences: which stated defaults this run rests on."""
    file, out = case.file, []
    without = [q for q, declared in file.questions.items() if declared.half_life is None]
    if without:
        b = file.settings.half_life
        out.append(f"half-life {b.middle:g} [{b.low:g}, {b.high:g}] days for {', '.join(without)}")
    for q in file.questions:
        codes = competing(case, q)
        if codes and any(code.base_rate is None for code in codes.values()):
            out.append(f"{q}: its codes count as equally frequent (not all have a base rate)")
        if len(codes) == 1:
            alone = "only one code bears on its course, so that seeing it says nothing"
            out.append(f"{q}: {alone}; add codes that point the other way")
    out += [f"{expert} did not answer {q}" for expert, q in said.missing]
    return tuple(out)

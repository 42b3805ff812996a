"""How a case was coded: who agrees on what, who confuses what, and what disagreement does to the forecast."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.case.moment import moment
from foedus.case.types import Case, Signal
from foedus.errors import CaseError, Fault
from foedus.forecast import forecast
from foedus.news.coders.agreement import Agreement, agreement
from foedus.news.coders.codings import Coding, Label, coder_of
from foedus.news.coders.readings import VARIABLES, Compared, Readings, Rows, coded, compare, readings
from foedus.news.coders.sample import Sample, sample, suggested
from foedus.news.evidence import unit_of
from foedus.problem.compile import Compiled, compile_problem
from foedus.results import Estimate
from foedus.trust import trust_of

Floats = NDArray[np.float64]
Progress = Callable[[str, float], None]
SHOWN = 0.5  # slips expected of a coder for a confusion to be named
MIXED = "mixed"


@dataclass(frozen=True)
class Confusion:
    """How often a coder writes one label where another fits.

    Attributes
    ----------
    probability, low, high : float
        Of a further text where `truth` fits: posterior mean and 90 % interval. Where hardly any text read so far is of
        it, this is all but the prior, and says little of `slips`.
    slips, texts : float
        Expected slips, and expected texts where `truth` fits, among those that the coder read.
    """

    coder: str
    truth: Label
    wrote: Label
    probability: float
    low: float
    high: float
    slips: float
    texts: float


@dataclass(frozen=True)
class Accuracy:
    """How often a coder writes what fits, on the codes of this case as often as they come: mean, 90 % interval."""

    coder: str
    signals: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Disagreement:
    """A signal that coders read in several ways.

    Attributes
    ----------
    signal : str
    published : datetime
    wrote : mapping of coder to Label
    weights : mapping of Label to float
        Of what the forecast mixes; 1 for what was decided.
    elsewhere : float
        Probability that it says what none of them wrote, which the forecast leaves out.
    error : float
        Monte Carlo error of the weights, at most.
    decided : bool
    """

    signal: str
    published: dt.datetime
    wrote: Mapping[str, Label]
    weights: Mapping[Label, float]
    elsewhere: float
    error: float
    decided: bool


@dataclass(frozen=True)
class CodingStudy:
    """What several coders of a case tell; `forecasts` has, of every coder alone and `mixed`, each proposition."""

    case: Case
    as_of: dt.datetime
    readings: Readings
    coding: Coding | None
    variables: tuple[Compared, ...]
    sample: Sample
    accuracies: tuple[Accuracy, ...]
    confusions: tuple[Confusion, ...]
    disagreements: tuple[Disagreement, ...]
    forecasts: Mapping[str, Mapping[str, Estimate]]


def coding_study(
    case: Case,
    as_of: str | dt.datetime | dt.date | None = None,
    seed: int = 1,
    draws: int | None = None,
    progress: Progress | None = None,
) -> CodingStudy:
    """Study how a case was coded, as it stood at `as_of`.

    Parameters
    ----------
    case : Case
    as_of : str, date or datetime, optional
        As in `foedus.forecast`.
    seed, draws : int
        Of the forecasts under each coder alone.
    progress : callable, optional
        Called with the name of a stage and the part done.

    Raises
    ------
    CaseError
        If no signal has two coders; it says what to do.
    """
    say = progress or (lambda _stage, _done: None)
    time = moment(case, as_of)
    known = [signal for signal in case.signals if signal.published.at <= time]
    found = readings(known)
    rng = np.random.default_rng(zlib.crc32(repr([(s.id, s.coder, s.code) for s in known]).encode()))
    if not found.several:
        raise CaseError([Fault("signals.csv", 0, _alone(found, known, rng))])
    say("agreement", 0.0)
    compiled = compile_problem(case, time, trust=trust_of(case, time, seed))
    columns = [compare(variable, found, case.codebook, rng) for variable in VARIABLES]
    said = [_said(compiled, number, found, rng) for number in range(len(compiled.problem.axes))]
    variables = tuple(one for one in (*columns, *said) if one.before.units)
    say("confusion", 0.2)
    coding = compiled.evidence.coding
    return CodingStudy(
        case=case,
        as_of=time,
        readings=found,
        coding=coding,
        variables=variables,
        sample=sample(found, rng),
        accuracies=_accuracies(coding) if coding else (),
        confusions=_confusions(coding) if coding else (),
        disagreements=_disagreements(coding, known) if coding else (),
        forecasts=_alternatives(case, time, coding, seed, draws, say) if coding and coding.mixed.any() else {},
    )


def _alone(found: Readings, known: list[Signal], rng: np.random.Generator) -> str:
    names, n = found.coders, len(found.before)
    if not n:
        return "has no signal yet, and so no coders to compare: code some news first"
    who = f"every one of {n} signals has the coder {names[0]} alone" if len(names) == 1 else (
        f"{len(names)} coders ({', '.join(names)}) share {n} signals, and no signal has two of them"
    )  # fmt: skip
    return (
        f"{who}: there is nothing to compare. Give a second person the codebook, and signals drawn at random without "
        f"the codes they have; add that person's rows with the same ids and another name in the column coder. These "
        f"were drawn at random: {', '.join(suggested(known, rng))}"
    )


def _said(compiled: Compiled, number: int, found: Readings, rng: np.random.Generator) -> Compared:
    """Agreement on what rows say of a question: the log multipliers on its outcomes, as the model takes them.

    Two rows are as far apart as their log factors are, in the mean square over the panel's pooled prior.
    """
    name = compiled.problem.axes[number].id
    vectors: dict[bytes, Floats] = {}
    places: dict[int, int] = {}
    index: dict[bytes, int] = {}
    for rows in (found.before, found.after):
        for by in rows.values():
            for row in by.values():
                profile = compiled.compiler.profile(unit_of([row]), number).round(9) + 0.0
                vectors.setdefault(profile.tobytes(), profile)
                places[row.line] = index.setdefault(profile.tobytes(), len(index))
    values: Floats = np.array(list(vectors.values())) * np.sqrt(compiled.problem.axes[number].pool)
    square = np.square(values).sum(axis=1)
    distances: Floats = square[:, None] + square[None, :] - 2 * values @ values.T
    distances[distances < 1e-12] = 0.0

    def at(rows: Rows) -> Agreement:
        return agreement(
            coded(found, rows, lambda row: places[row.line]), distances, np.arange(1.0, len(values) + 1), rng
        )

    before = at(found.before)
    silent = bool(before.units) and not values[before.commonest].any()
    after = at(found.after) if found.decided else None
    return Compared(f"multiplier:{name}", "interval", before, after, "says nothing" if silent else "", name)


def _accuracies(coding: Coding) -> tuple[Accuracy, ...]:
    posterior = coding.posterior
    right = np.einsum("dckk,k->dc", posterior.confusion, posterior.prevalence)
    low, high = np.quantile(right, [0.05, 0.95], axis=0)
    read = (coding.table >= 0).sum(axis=0)
    return tuple(
        Accuracy(coder, int(read[c]), float(right[:, c].mean()), float(low[c]), float(high[c]))
        for c, coder in enumerate(coding.coders)
    )


def _confusions(coding: Coding) -> tuple[Confusion, ...]:
    """Confusions of which half a slip or more is expected, the most frequent first."""
    posterior = coding.posterior
    out = []
    for c, coder in enumerate(coding.coders):
        wrote = coding.table[:, c]
        slips = np.zeros((len(coding.labels),) * 2)
        np.add.at(slips.T, wrote[wrote >= 0], posterior.truth[wrote >= 0])
        texts = slips.sum(axis=1)
        np.fill_diagonal(slips, 0.0)
        for k, j in zip(*np.nonzero(slips >= SHOWN), strict=True):
            draws = posterior.confusion[:, c, k, j]
            low, high = np.quantile(draws, [0.05, 0.95])
            found = Confusion(coder, coding.labels[k], coding.labels[j], float(draws.mean()), float(low), float(high),
                              float(slips[k, j]), float(texts[k]))  # fmt: skip
            out.append(found)
    return tuple(sorted(out, key=lambda one: (-one.slips, one.coder, one.truth, one.wrote)))


def _disagreements(coding: Coding, known: list[Signal]) -> tuple[Disagreement, ...]:
    published = {signal.id: signal.published.at for signal in reversed(known)}
    out = []
    for i in np.flatnonzero(coding.contested):
        name, posterior = coding.ids[i], coding.posterior
        chosen = sorted({int(k) for k in coding.table[i] if k >= 0})
        decided = bool(coding.decided[i] >= 0)
        wrote = {coder: coding.labels[k] for coder, k in zip(coding.coders, coding.table[i], strict=True) if k >= 0}
        elsewhere = 0.0 if decided else float(1 - posterior.truth[i, chosen].sum())
        error = 0.0 if decided else float(posterior.error[i, chosen].max())
        weights = coding.weights(name)
        out.append(Disagreement(name, published[name], wrote, weights, max(elsewhere, 0.0), error, decided))
    return tuple(sorted(out, key=lambda one: (one.published, one.signal)))


def _alternatives(
    case: Case, time: dt.datetime, coding: Coding, seed: int, draws: int | None, say: Progress
) -> dict[str, Mapping[str, Estimate]]:
    """Forecast as it is, and with the readings of one coder wherever that coder read something."""
    mixed = {name for name, mixes in zip(coding.ids, coding.mixed, strict=True) if mixes}
    out: dict[str, Mapping[str, Estimate]] = {}
    everybody = [MIXED, *(c for i, c in enumerate(coding.coders) if (coding.table[coding.mixed, i] >= 0).any())]
    for i, coder in enumerate(everybody):
        say("forecasts", 0.3 + 0.7 * i / len(everybody))
        own = case if coder == MIXED else case.model_copy(update={"signals": _by(case, coder, mixed)})
        out[coder] = forecast(own, time, seed, draws=draws).estimates
    return out


def _by(case: Case, coder: str, mixed: set[str]) -> tuple[Signal, ...]:
    """Signals of a case, of those that are a mixture the row of one coder where there is one."""
    own = {signal.id for signal in case.signals if signal.id in mixed and coder_of(signal) == coder}
    return tuple(s for s in case.signals if s.id not in own or coder_of(s) == coder)

"""Problem -> Posterior: weighted draws of all outcomes, with and without the news."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from foedus.errors import DegenerateDraws
from foedus.inference.approximation import fitted
from foedus.inference.course import running_sums
from foedus.inference.diagnostics import effective_sample_size
from foedus.inference.faults import not_numbers, nothing_left
from foedus.inference.learning import ENOUGH, PLENTY, Learned, Space, effective
from foedus.inference.parallel import on_one_thread
from foedus.inference.parameters import Parameters, replicates, transform, whitened
from foedus.inference.passes import Memory, Table
from foedus.inference.sampler import Draws, draw, ranks
from foedus.inference.tables import own_evidence, tables
from foedus.inference.tempering import tempered
from foedus.problem.types import Axis, Problem

Floats = NDArray[np.float64]
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Ensemble:
    """Weighted outcome draws.

    Attributes
    ----------
    cells, outcome : tuple of array [N, M]
        Cell and fine cell of each question.
    value : tuple of array [N, M] or None
        The number, for a quantity.
    weight : array [N, M]
        Sums to 1. The two halves of the N points are independent.
    family, replicate : array [M]
        Of the parameter draws; see `Learned`.
    """

    cells: tuple[NDArray[np.int32], ...]
    outcome: tuple[NDArray[np.int32], ...]
    value: tuple[Floats | None, ...]
    weight: Floats
    family: NDArray[np.intp]
    replicate: NDArray[np.intp]

    @property
    def outer_weight(self) -> Floats:
        """Weight of each family of parameter draws."""
        return np.bincount(self.family, weights=self.weight.sum(axis=0))


@dataclass(frozen=True)
class Posterior:
    """What the core knows after the news.

    Attributes
    ----------
    learned : Learned
        Draws of the parameters in whitened space, and how they were made.
    parameters : Parameters
        The same, on their own scales; `now.weight` summed over points is the weight of each after the news.
    prior_parameters : Parameters
        Draws from their prior; the same object where those were good enough.
    tables : list of Table
    now, before : Ensemble
        With the news and the passing of time, and without either.
    memory : Memory
        Where the forward passes under `parameters` stood, for revisions.
    """

    problem: Problem
    learned: Learned
    parameters: Parameters
    prior_parameters: Parameters
    tables: list[Table]
    now: Ensemble
    before: Ensemble
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)


def update(problem: Problem, seed: int, progress: Progress | None = None, before: Ensemble | None = None) -> Posterior:
    """Run the core on a problem; `before` are the draws without news of the same case, if they are there already.

    Parameters are drawn from their prior; where the news leaves too few of those draws effective, they are learned
    (see `foedus.inference.learning`).

    Raises
    ------
    DegenerateDraws
        If a number is not finite, or no draw agrees with the news at all.
    """
    say = progress or (lambda _stage, _done: None)
    streams = np.random.default_rng(seed).spawn(4)
    say("parameters", 0.0)
    z, draws = whitened(problem, streams[0], problem.draws), problem.draws
    learned = Learned(z, np.zeros(draws), np.arange(draws), replicates(draws), "prior")
    prior = transform(problem, learned.whitened)
    say("prior", 0.2)
    before = before or ensemble(problem, prior, tables(problem, prior, news=False), streams[1], learned)
    say("news", 0.4)
    memory = Memory()
    with_news = tables(problem, prior, memory=memory)
    guide = own_evidence(with_news)
    if np.isfinite(guide.max()):  # else no draw is possible at all, as those of outcomes will say
        learned = _learned(problem, learned, effective(guide) / draws, streams[3], say)
    say("outcomes", 0.6)
    now, parameters, with_news = _news(problem, learned, prior, with_news, memory, streams[2])
    if learned.method == "prior" and effective_sample_size(now.outer_weight) < ENOUGH * draws:
        learned = _learned(problem, learned, 0.0, streams[3], say)
        now, parameters, with_news = _news(problem, learned, prior, with_news, memory, streams[2])
    say("outcomes", 1.0)
    return Posterior(problem, learned, parameters, prior, with_news, now, before, memory)


def _learned(problem: Problem, prior: Learned, part: float, rng: np.random.Generator, say: Progress) -> Learned:
    """Learn the parameters where the news leaves a small `part` of their prior draws effective."""
    if part >= PLENTY:
        return prior
    say("learning", 0.5)
    space = Space.of(problem, prior.whitened)
    with on_one_thread():
        fit = fitted(space, problem.draws, rng)
        if fit is None and part < ENOUGH:
            return tempered(space, space.join(prior.whitened), rng)
    return fit or prior


def _news(
    problem: Problem,
    learned: Learned,
    prior: Parameters,
    with_news: list[Table],
    memory: Memory,
    rng: np.random.Generator,
) -> tuple[Ensemble, Parameters, list[Table]]:
    """Draw outcomes given the news; `with_news` and `memory` are of passes under the draws from the prior."""
    parameters = prior
    if learned.method != "prior":
        parameters = transform(problem, learned.whitened, raked=False)
        memory.passes.clear()
        with_news = tables(problem, parameters, memory=memory)
    return ensemble(problem, parameters, with_news, rng, learned), parameters, with_news


def ensemble(
    problem: Problem,
    parameters: Parameters,
    news: list[Table],
    rng: np.random.Generator,
    learned: Learned | None = None,
) -> Ensemble:
    """Draw outcomes and settle their fine cells, values and weights.

    `learned` says how parameters were drawn; default: from their prior.
    """
    draws = draw(problem, news, parameters.correlation, rng, problem.points)
    outcome, value = [], []
    latent = {int(q): draws.latent[i] for i, q in enumerate(problem.latent)}
    for q, axis in enumerate(problem.axes):
        fine, number = draws.cells[q], None
        if axis.kind == "quantity":
            fine, number = _fine(axis, parameters.priors[q], latent[q])
        outcome.append(fine)
        value.append(number)
    each = np.arange(draws.log_weights.shape[1])
    log_weight, family, replicate = np.zeros(len(each)), each, replicates(len(each))
    if learned is not None:
        log_weight, family, replicate = learned.log_weight, learned.family, learned.replicate
    weight = _weights(problem, parameters, news, draws, log_weight)
    return Ensemble(draws.cells, tuple(outcome), tuple(value), weight, family, replicate)


def _weights(problem: Problem, parameters: Parameters, news: list[Table], draws: Draws, log_weight: Floats) -> Floats:
    log_weights = draws.log_weights + log_weight
    largest = float(log_weights.max())
    if np.isnan(log_weights).any():
        msg = f"a weight is not a number; it comes from {not_numbers(problem, parameters, news)}"
        raise DegenerateDraws(msg)
    if not np.isfinite(largest):
        why = "the panel gives no chance to what has happened, or signals exclude all"
        msg = f"no draw agrees with what is known: {why} ({nothing_left(problem, parameters, news)})"
        raise DegenerateDraws(msg)
    weight = np.exp(log_weights - largest)
    return np.asarray(weight / weight.sum())


def _fine(axis: Axis, prior: Floats, z: Floats) -> tuple[NDArray[np.int32], Floats]:
    """Fine cell and number of a quantity whose latent is `z`: uniform inside a fine cell."""
    assert axis.lower is not None
    assert axis.upper is not None
    cumulative = running_sums(prior.copy())
    cumulative /= cumulative[-1]
    u = ndtr(z)
    fine = np.minimum(ranks(cumulative.T, u), prior.shape[0] - 1)
    columns = np.arange(z.shape[1])[None]
    width = prior[fine, columns]
    start = cumulative[fine, columns] - width
    inside = np.clip((u - start) / np.where(width > 0, width, 1.0), 0.0, 1.0)
    return fine.astype(np.int32), axis.lower[fine] + inside * (axis.upper - axis.lower)[fine]

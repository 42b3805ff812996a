"""The course of one question: plans that hold for a while and are then made anew, exact on cells.

The state is A[c, m] = p(news so far | course c, not yet, parameter draw m), kept as a ratio with its
scale apart. A night redraws the course with probability 1 - rho from the prior, for a timing question
from the prior of the days still ahead. Several nights at once are affine in A, so that a stretch without
news costs one cumulative sum and the whole pass is linear in cells, days with news and draws.

Days are numbered from the opening: day d is cell d - 1 of a timing question, and `never` is its last cell.
Arrays have cells first and draws last: [C, M].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass
class Course:
    """A forward pass in progress. `advance` by nights, multiply by what is seen, then read the outcome.

    Attributes
    ----------
    prior : array [C, M]
        Probability of each cell, for each draw; columns sum to 1.
    rho : array [M]
        Probability that a plan still stands after one night.
    timing : bool
        Whether the cells are days, then never.
    decided : int
        Day on which any other question is settled; redrawing stops there.
    day : int
        Today.
    """

    prior: Floats
    rho: Floats
    timing: bool
    decided: int
    day: int
    state: Floats = field(init=False)
    log_scale: Floats = field(init=False)
    tail: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.state = np.ones_like(self.prior)
        self.log_scale = np.zeros(self.prior.shape[1])
        self.tail = np.zeros((self.prior.shape[0] + 1, self.prior.shape[1]))
        self.tail[:-1] = suffix_sums(self.prior)

    @property
    def first(self) -> int:
        """First cell that can still be the outcome."""
        return min(max(self.day - 1, 0), self.prior.shape[0] - 1) if self.timing else 0

    def see(self, starts: NDArray[np.intp], factor: Floats) -> None:
        """Multiply the state by `factor` [G, M], constant on the segments that begin at `starts`."""
        lengths = np.diff(np.append(starts, self.prior.shape[0]))
        self.state *= np.repeat(factor, lengths, axis=0)

    def see_log(self, starts: NDArray[np.intp], log_factor: Floats) -> None:
        """Multiply by exp(log_factor), however small: the largest that is still possible goes into `log_scale`."""
        ends = np.append(starts[1:], self.prior.shape[0])
        largest = log_factor[ends > self.first].max(axis=0)
        largest = np.where(np.isfinite(largest), largest, 0.0)
        self.see(starts, np.exp(np.minimum(log_factor - largest, 0.0)))
        self.log_scale += largest

    def rescale(self) -> None:
        """Move the scale of the state into `log_scale`, so that many signals never underflow."""
        largest = self.state[self.first :].max(axis=0)
        with np.errstate(divide="ignore"):
            self.log_scale += np.log(largest)
        self.state /= np.where(largest > 0, largest, 1.0)

    def advance(self, day: int) -> None:
        """Let the nights pass until `day`."""
        if self.timing:
            self._advance_timing(day)
        else:
            nights = min(day, self.decided) - min(self.day, self.decided)
            self._redraw(nights)
        self.day = max(self.day, day)

    def outcome(self) -> Floats:
        """L[y, m] = p(news so far | outcome y, draw m) up to `log_scale`; 0 on days already past."""
        if not self.timing:
            nights = max(self.decided - min(self.day, self.decided), 0)
            return np.asarray(self.settled(np.array([nights]))[0])
        self.advance(max(self.day, 1))
        first = self.first
        out = np.zeros_like(self.state)
        alive = out[first:]
        means = self._means_after(first, self.prior.shape[0] - 1)  # nights before each later cell's day
        hold = self.rho[None, :] ** np.arange(alive.shape[0])[:, None]
        alive[:] = hold * self.state[first:]
        alive[1:] += (1 - self.rho) * running_sums(hold[:-1] * means)
        return out

    def settled(self, nights: NDArray[np.int64]) -> Floats:
        """L[k, y, m] of a question that is settled after `nights[k]` further nights."""
        hold = np.asarray(self.rho[None, :] ** nights[:, None])
        out: Floats = hold[:, None] * self.state[None] + ((1 - hold) * self._mean(self.state))[:, None]
        return out

    def _mean(self, state: Floats) -> Floats:
        mean: Floats = np.einsum("cm,cm->m", self.prior, state)
        return mean

    def _redraw(self, nights: int) -> None:
        """Nights on which nothing passes: every redraw is from the same prior."""
        if nights > 0:
            hold = self.rho**nights
            mean = self._mean(self.state)
            self.state *= hold
            self.state += (1 - hold) * mean

    def _means_after(self, first: int, last: int) -> Floats:
        """Mean of the present state over the prior beyond day i + 1, for cells i = first .. last - 1."""
        weighted = np.empty((last - first, self.state.shape[1]))
        if last == first:
            return weighted  # nothing lies ahead but `never`
        weighted[:-1] = self.prior[first + 1 : last] * self.state[first + 1 : last]
        weighted[-1] = np.einsum("cm,cm->m", self.prior[last:], self.state[last:])
        for above, below in pairwise(reversed(weighted)):
            below += above
        tail = self.tail[first + 1 : last + 1]
        return np.divide(weighted, tail, out=np.zeros_like(weighted), where=tail > 0)

    def _advance_timing(self, day: int) -> None:
        """Apply A <- rho^k A + (1 - rho) sum_i rho^i mean_i over the nights i."""
        never = self.prior.shape[0] - 1
        idle = min(max(1 - self.day, 0), max(day - self.day, 0))  # nights before day 1: nothing passes
        self._redraw(idle)
        self.day += idle
        last = min(day - 1, never)
        first = self.first
        if last <= first:
            return
        means = self._means_after(first, last)
        nights = means.shape[0]
        powers = self.rho[None, :] ** np.arange(nights)[:, None]
        self.state *= self.rho**nights
        self.state += (1 - self.rho) * np.einsum("im,im->m", powers, means)


def running_sums(values: Floats) -> Floats:
    """Replace `values` by their sums along the first axis, in place.

    Adding whole rows is 4 to 25 times quicker than `np.cumsum` along an axis that is not the last.
    """
    for before, row in pairwise(values):
        row += before
    return values


def suffix_sums(values: Floats) -> Floats:
    """Return sums of `values` [C, M] from each cell to the last."""
    return running_sums(values[::-1].copy())[::-1]


def segment_masses(pool: Floats, starts: NDArray[np.intp], first: int) -> Floats:
    """Mass [G], given that the first cells up to `first` are past, of the segments that begin at `starts`."""
    alive = pool.copy()
    alive[:first] = 0.0
    total = alive.sum()
    return np.add.reduceat(alive, starts) / (total if total > 0 else 1.0)

"""What a forecast says: frozen results, each number with its range, its Monte Carlo error and its prior."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from foedus.news.conflicts import Conflict
from foedus.news.evidence import Merge

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A probability.

    Attributes
    ----------
    probability : float
        Posterior probability, mean over parameter draws.
    low, high : float
        5-95 % range over parameter draws, inner Monte Carlo noise removed. Not a forecast interval.
    mcse : float
        Monte Carlo standard error of `probability`.
    prior : float
        The same probability with no news at all and nothing known to have passed (the pooled panel).
    """

    probability: float
    low: float
    high: float
    mcse: float
    prior: float

    @property
    def change(self) -> float:
        """Posterior minus prior, in probability; 0.0 where Monte Carlo error hides it."""
        change = self.probability - self.prior
        return change if abs(change) > 2 * self.mcse else 0.0


@dataclass(frozen=True)
class TimingForecast:
    """When. `mass[i]` is P(on days[i]); masses and `never.probability` sum to 1."""

    id: str
    never: Estimate
    days: tuple[dt.date, ...]
    mass: Floats
    prior_mass: Floats
    quantiles: dict[float, dt.date | None]  # None: falls on never
    prior_quantiles: dict[float, dt.date | None]
    by_date: dict[dt.date, Estimate]
    not_applicable: Estimate | None = None


@dataclass(frozen=True)
class LevelsForecast:
    """Which level, of an ordinal or nominal question; in the order of the case file."""

    id: str
    type: str
    levels: tuple[tuple[str, Estimate], ...]
    not_applicable: Estimate | None = None


@dataclass(frozen=True)
class QuantityForecast:
    """How much, where the question applies: bands with `lower`, `upper`, `mass` [K]; an atom has equal edges."""

    id: str
    quantiles: dict[float, float]
    prior_quantiles: dict[float, float]
    lower: Floats
    upper: Floats
    mass: Floats
    prior_mass: Floats
    not_applicable: Estimate | None = None


@dataclass(frozen=True)
class Diagnostics:
    """Whether the numbers can be trusted. `messages` say what to do where not `ok`."""

    ok: bool
    ess: float
    outer_ess: float
    pareto_k: float
    max_mcse: float
    messages: tuple[str, ...]
    parameters: str = "prior"  # how parameter draws were made: prior, fitted or tempered
    ladder: tuple[float, ...] = ()  # temperatures of the last
    acceptance: float | None = None  # of its moves


@dataclass(frozen=True)
class Account:
    """What became of every row of signals.csv and counts.csv; each tuple holds ids, with the reason where due."""

    read: int
    used: tuple[str, ...]
    merged: tuple[tuple[str, str], ...]  # (id, into which or why)
    excluded: tuple[tuple[str, str], ...]  # (id, reason): retracted, later than the as-of time, voids, ...
    later_that_day: tuple[str, ...]  # part of `excluded`: published later on the as-of day
    in_prior: tuple[str, ...]
    no_bearing: tuple[str, ...]  # the code bears on no question: recorded, not used
    defaulted: tuple[str, ...]  # sentences: which defaults were used
    conflicts: tuple[Conflict, ...] = ()  # what contradicts each other, both counting
    rows: Mapping[str, int] = field(default_factory=dict)  # how many were read, and how many of them had which fate
    merges: tuple[Merge, ...] = ()  # every signal that does not count by itself: into which, why, and where

    @property
    def rows_used(self) -> int:
        """How many rows count; ids are fewer where several coded one."""
        return self.rows.get("used", len(self.used))

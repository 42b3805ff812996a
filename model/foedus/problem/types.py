"""What a forecast is computed from: one axis of cells for each question, the evidence on it, and the uncertain numbers.

Shapes: E experts, Q questions, C cells of a question, F its fine cells, G segments of cells on which a
factor is constant, T multipliers, S credences, M parameter draws.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr

from foedus.elicitation.pooling.cells import Cells, Kind
from foedus.elicitation.pooling.registry import Pooling
from foedus.news.credence import event_credence

Floats = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Uncertain:
    """Numbers on an unbounded scale: location + xi * below for xi < 0, + xi * above for xi > 0; all [N]."""

    location: Floats
    below: Floats
    above: Floats

    def at(self, xi: Floats) -> Floats:
        """Return the values [N, M] at the standard normal draws `xi` [N, M]."""
        side = np.where(xi < 0, self.below[:, None], self.above[:, None])
        out: Floats = self.location[:, None] + np.where(side > 0, side * xi, 0.0)
        return out


@dataclass(frozen=True)
class Gammas:
    """Gamma distributed positive numbers: shape (infinite: certain) and median, [N]."""

    shape: Floats
    median: Floats

    def at(self, xi: Floats) -> Floats:
        """Return the values [N, M] at the standard normal draws `xi` [N, M], by their quantiles."""
        uncertain = np.isfinite(self.shape)
        shape = np.where(uncertain, self.shape, 1.0)[:, None]
        relative = gammaincinv(shape, ndtr(xi)) / gammaincinv(shape, 0.5)
        return np.asarray(self.median[:, None] * np.where(uncertain[:, None], relative, 1.0))


class Resolved(NamedTuple):
    """What is known of an outcome: its first and last possible cell, and the last day on which its course was seen."""

    first: int
    day: int
    last: int


@dataclass(frozen=True)
class Axis:
    """One question: its cells, its prior for each expert, and its clock.

    Attributes
    ----------
    id, kind : str
        Question id, and `timing`, `ordinal`, `quantity` or `nominal`.
    experts : array [E_q]
        Who judged it, as indices into the panel.
    expert_prior : array [E_q, F]
        Each expert's probability of each fine cell. With a parent: unused.
    pool : array [C]
        Pooled prior of the cells at the base weights: what factors are scaled under.
    cell_of_fine : array [F]
        Cell of each fine cell; cells are what evidence can tell apart, fine cells what is reported.
    lower, upper : array [F] or None
        Edges of a quantity's fine cells; equal for an atom.
    opens : date
        Day 0; cell i of a timing question is day i + 1.
    today : int
        The as-of day, in the zone of the question.
    decided : int
        Day on which it is settled (unused for timing).
    resolved : Resolved or None
        What is known of the outcome.
    parent : int
        Index of the parent question, or -1. `part_of_parent` [C_parent] is the part of each of its cells,
        `part_prior` [E_t, P] what each expert gives each part, `table` [E_t, P, C] P(level | part), and
        `settles_with_parent` says whether it is settled on the day the parent points at.
    """

    id: str
    kind: Kind
    experts: Index
    expert_prior: Floats
    cell_of_fine: Index
    opens: dt.date
    today: int
    decided: int
    pool: Floats
    lower: Floats | None = None
    upper: Floats | None = None
    resolved: Resolved | None = None
    parent: int = -1
    table: Floats | None = None
    part_prior: Floats | None = None
    part_of_parent: Index | None = None
    settles_with_parent: bool = False

    @property
    def support(self) -> Cells:
        """The fine cells, as a pooling rule sees them."""
        return Cells(self.kind, self.experts, self.lower, self.upper)

    @property
    def cells(self) -> int:
        """Number of cells C."""
        return int(self.cell_of_fine[-1]) + 1

    @property
    def first_cell(self) -> Index:
        """Index of the first fine cell of each cell [C]."""
        return np.flatnonzero(np.diff(self.cell_of_fine, prepend=-1))


@dataclass(frozen=True)
class Tellings:
    """Log multipliers: middle * exp(kappa * xi) + offset + the band's own deviation. All [T].

    `xi = sign * sqrt(shared) * xi_shared + sqrt(1 - shared) * xi_own[own]`. For a line of a document the
    value is a log-odds instead of a log multiplier.
    """

    offset: Floats
    middle: Floats
    kappa: Floats
    below: Floats
    above: Floats
    sign: Floats
    own: Index
    shared: float
    codes: tuple[str, ...]  # code that each xi_own belongs to

    @property
    def count(self) -> int:
        """Number of xi_own."""
        return len(self.codes)


@dataclass(frozen=True)
class Credences:
    """Credence of each (source, grade): expit of an Uncertain, whose xi is that of its source; [S]."""

    log_odds: Uncertain
    certain: Floats  # NaN where uncertain
    source: Index
    count: int  # of sources


@dataclass(frozen=True)
class Dependence:
    """Correlation of the latent z of the questions without a nominal: [E_r, Q', Q'], with the experts' weights."""

    experts: Index
    matrices: Floats
    spread: float
    judged: NDArray[np.bool_]


@dataclass(frozen=True)
class Term:
    """A product of multipliers, one of the codes that the coders chose. `rows` [K, G] into Tellings.

    `scale` is the mean of its value under the pool at the middle of every band, where its values are
    probabilities: of one of the codes that could have been coded, or of a line. It is 0 where they are
    not (a named date, a text that sees the outcome, a joint or a speaker's own multiplier): then each
    parameter draw is scaled on its own, so that how sharp it is counts for nothing.
    """

    weight: float
    rows: Index
    bar_power: int  # how many coded signals it stands for
    presence: int = 0  # +1 / -1: a line of a document, present / absent; 0: multipliers
    scale: float = 0.0


class Line(NamedTuple):
    """A line of a discrepancy: what it would say alone (presence +1 or -1, on its segments), and who reported it."""

    term: Term
    origins: tuple[tuple[bool, Index], ...]


class Absence(NamedTuple):
    """That lines show none of some discrepancies, which are the terms.

    `patterns` [n, K] says whether each line would be there (1) or not (-1) in each of them; `scale` is the mean of what
    it says under the pool at the middle of every band.
    """

    patterns: tuple[tuple[int, ...], ...]
    scale: float


@dataclass(frozen=True)
class Contribution:
    """One unit of evidence on one question.

    Attributes
    ----------
    unit : int
        Index into `Problem.units`.
    day : int
        Day on which the course was seen.
    starts : array [G]
        First cell of each segment.
    terms : tuple of Term
        Mixture over coders.
    bar : tuple or None
        Selection: shares [B], rows [B, G] of the codes that could have been coded, and the share of codes
        that say nothing on the course.
    origins : tuple of (independent, credence indices)
        Who reported it; of a discrepancy, none.
    lines : tuple of Line
        Of a discrepancy, the lines that show it: see `foedus.problem.discrepancies` for its factor.
    absence : Absence or None
        Where lines show none of the discrepancies that are its terms.
    exponent : float
        1, less what tempering, a cap or the share of the panel that had seen it takes off.
    sees_outcome, as_written : bool
        Whether the factor falls on the outcome; whether multipliers are rates (exhaustive coverage).
    strength, raw_strength : float
        Log ratio of the largest to the smallest factor at the middle of every band, before the exponent: with
        the credence but without selection, and after selection with a credence of 1.
    rate : tuple of (int, float), or None
        With `as_written`, index and middle (a day) of the base rate at which such reports come.
    notes : tuple of str
        Why it counts less, in words.
    codes : tuple of str
        Every code in it that says something on the question; `code` is the first.
    echo : tuple of (id, "group", "week" or "discrepancy"), or None
        The signal that counts in its place, or with it: of one intent, beyond the limit of its code, or the other line.
    """

    unit: int
    question: int
    day: int
    starts: Index
    terms: tuple[Term, ...]
    bar: tuple[Floats, Index, float] | None
    origins: tuple[tuple[bool, Index], ...]
    exponent: float
    sees_outcome: bool
    as_written: bool
    code: str
    strength: float = 0.0
    raw_strength: float = 0.0
    rate: tuple[int, float] | None = None
    group: str | None = None
    notes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    echo: tuple[str, Literal["group", "week", "discrepancy"]] | None = None
    lines: tuple[Line, ...] = ()
    absence: Absence | None = None

    def credence(self, credences: Floats) -> Floats:
        """Return the probability [...] that it is so, at credences [S, ...]: of a discrepancy, that every line is."""
        if not self.lines:
            return event_credence(self.origins, credences)
        return np.asarray(np.prod([event_credence(line.origins, credences) for line in self.lines], axis=0))


@dataclass(frozen=True)
class Tally:
    """How many events of an exhaustively covered code were seen. The silence of a day is a tally of 0.

    Counts as P(count | mean)^part, where mean = rate * sum_k exposure_k (credence * multiplier_k + 1 - credence) on
    each course.

    Attributes
    ----------
    question, day : int
        Day on which the course was seen.
    starts : array [G]
        First cell of each segment.
    rows, exposure : array [K, G], [K]
        Rows of multipliers in Tellings, and the days (or parts of one) on which each holds.
    rate : int
        Index of the base rate in `Problem.rates`.
    credence : int
        Index, or -1: certain.
    count : int
    part : float
        1, or less where some of the panel had seen the count.
    dispersion : int
        Index in `Problem.rates`, or -1: Poisson.
    presence : bool
        Whether the count says only if there was any.
    unit : int
        Index into `Problem.units`, or -1: silence.
    strength, raw_strength : float
        Log ratio of the largest to the smallest likelihood at the middle of every band, with the credence and with
        one of 1.
    notes : tuple of str
        Why it counts less, in words.
    """

    question: int
    day: int
    starts: Index
    rows: Index
    rate: int
    credence: int
    exposure: Floats
    code: str
    count: int = 0
    part: float = 1.0
    dispersion: int = -1
    presence: bool = False
    unit: int = -1
    strength: float = 0.0
    raw_strength: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnitInfo:
    """What people need to know of a unit of evidence (signals, then counts): ids, when, code and source of the first.

    `absent` says that it is what a document leaves out.
    """

    signals: tuple[str, ...]
    published: dt.datetime
    code: str
    source: str
    absent: bool


@dataclass(frozen=True)
class Problem:
    """Everything the core needs. Indices of questions follow the case file."""

    axes: tuple[Axis, ...]
    contributions: tuple[Contribution, ...]
    tallies: tuple[Tally, ...]
    units: tuple[UnitInfo, ...]
    base_weights: Floats  # [E]
    concentration: float
    pooling: Pooling
    shared_error: float  # sd on the probit scale
    tellings: Tellings
    credences: Credences
    half_life: Uncertain  # log days [Q]; inf allowed
    rates: Gammas  # base rates a day, then dispersions of counts [N]
    dependence: Dependence
    draws: int
    points: int
    index: dict[str, int] = field(default_factory=dict)  # question id -> index

    @property
    def latent(self) -> Index:
        """Questions that have a latent z: all but nominal ones."""
        return np.array([i for i, axis in enumerate(self.axes) if axis.kind != "nominal"], dtype=np.intp)

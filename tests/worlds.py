"""Worlds drawn from the model's own story, many at once: parameters, outcomes, and the course of every day.

The oracle of the statistical tests. Nothing is integrated and nothing conditioned: every number is drawn, one for
each world, from the law that the model states; courses are walked night by night. What a code says on a course is
looked up in the plain oracle (`plain.number`). Judgments are of chips, quantities in closed bins, days are UTC; a
nominal question has a parent, and only one expert said how it hangs on it.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, gammaincinv, logit, ndtr, ndtri, polygamma

import plain
from foedus.case.types import Band, Bearing, Case, Nominal, Quantity, Signal, Timing
from foedus.news.credence import credence_prior
from foedus.problem.compile import elicited
from foedus.problem.types import Dependence

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
Z90 = 1.6448536269514722
OPEN = 10**6  # the day on which what never happens is settled


def pick(law: Floats, u: Floats) -> Index:
    """One cell for each world, from its own law [n, C]."""
    return np.asarray((np.cumsum(law, axis=1)[:, :-1] < u[:, None] * law.sum(axis=1, keepdims=True)).sum(axis=1))


class Worlds:
    """`n` draws of everything that the model leaves open.

    Arrays have worlds first: `weights` [n, E]; `credence`, `rho`, `rate` by name, [n] each; `prior` [n, C], `outcome`
    [n] (a cell) and `value` [n] (of a quantity) by question; `correlation` [n, Q', Q'].
    """

    def __init__(self, made: Case, n: int, rng: np.random.Generator, dependence: Dependence | None = None) -> None:
        self.case, self.n, self.rng = made, n, rng
        file = made.file
        self.names = list(file.questions)
        base = np.array(list(plain.weights(made).values()))
        concentration = file.settings.weight_concentration or len(base)
        self.weights = rng.dirichlet(concentration * base / base.sum(), n)
        self.shared, self.own = rng.standard_normal(n), {}
        self.xi = {name: rng.standard_normal(n) for name in made.codebook.sources}  # of credences
        self.credence = {name: self._credence(name) for name in made.codebook.sources}
        self.rho = {q: self._rho(file.questions[q].half_life) for q in self.names}
        codes = made.codebook.codes
        self.rate = {name: self._rate(code.base_rate) for name, code in codes.items() if code.coverage == "exhaustive"}
        self.shift = {q: rng.standard_normal(n) for q in self.names}
        self.prior = {q: self._prior(q) for q in self.names if not self.parent(q)}
        self.table = {q: np.array(plain.table(made, q)) for q in self.names if self.parent(q)}
        for q, table in self.table.items():
            self.prior[q] = self.prior[self.parent(q)] @ table
        self.correlation = self._correlation(dependence or elicited(made).dependence)
        self.outcome: dict[str, Index] = {}
        self.value: dict[str, Floats] = {}
        self._outcomes()
        self.numbers, self.band = cache(self._numbers), cache(self._band)
        self.cells = {q: plain.outcomes(made, q) for q in self.names}

    def parent(self, q: str) -> str:
        return getattr(self.case.file.questions[q], "parent", None) or ""

    # -- parameters ----------------------------------------------------------------------------

    def _normal(self, key: Any) -> Floats:
        if key not in self.own:
            self.own[key] = self.rng.standard_normal(self.n)
        return self.own[key]

    def _credence(self, name: str) -> Floats:
        prior = credence_prior(self.case.codebook.sources[name], None)
        xi = self.xi[name]
        scale = np.where(xi < 0, prior.scale_below, prior.scale_above)
        return np.full(self.n, prior.certain) if prior.certain is not None else expit(prior.location + scale * xi)

    def _rho(self, half_life: Band | None) -> Floats:
        assert half_life is not None
        low, middle, high = (math.log(x) for x in (half_life.low, half_life.middle, half_life.high))
        xi = self.rng.standard_normal(self.n)
        side = np.where(xi < 0, middle - low, high - middle) / Z90 if low < high else 0.0
        return np.asarray(2 ** (-1 / np.exp(middle + side * xi)))

    def _rate(self, band: Band | None) -> Floats:
        """A gamma with the band's middle as its median, and as wide on the log scale as the band."""
        assert band is not None
        middle = band.middle / plain.MONTH
        if band.certain:
            return np.full(self.n, middle)
        variance = (math.log(band.high / band.low) / (2 * Z90)) ** 2
        shape = brentq(lambda k: polygamma(1, k) - variance, 1e-3, 1e6)
        return np.asarray(middle * self.rng.gamma(shape, size=self.n) / gammaincinv(shape, 0.5))

    def _pool(self, q: str) -> Floats:
        answers = {e: p for e in self.case.file.panel if (p := plain.said(self.case, q, e)) is not None}
        place = {e: i for i, e in enumerate(self.case.file.panel)}
        w = self.weights[:, [place[e] for e in answers]]
        return np.asarray((w / w.sum(axis=1, keepdims=True)) @ np.array(list(answers.values())))

    @property
    def _sd(self) -> float:
        return self.case.file.settings.shared_error * math.sqrt(2 * math.pi) / 4

    def _prior(self, q: str) -> Floats:
        """Pool with drawn weights, moved by an error that all share."""
        pool, sd = self._pool(q), self._sd
        if isinstance(self.case.file.questions[q], Nominal):
            assert sd == 0  # its errors are another matter
            return pool
        below = np.clip(np.cumsum(pool, axis=1), 0, 1)
        moved = ndtr(math.sqrt(1 + sd**2) * ndtri(below) - sd * self.shift[q][:, None])
        moved[:, -1] = 1
        return np.diff(moved, axis=1, prepend=0)

    def _correlation(self, told: Dependence) -> Floats:
        """The experts' matrices by weight, then stronger or weaker, and never singular."""
        w = self.weights[:, told.experts]
        mixed = np.einsum("ne,eij->nij", w / w.sum(axis=1, keepdims=True), told.matrices)
        identity = np.eye(mixed.shape[1])
        smallest = np.linalg.eigvalsh(mixed)[:, 0]
        strength = np.exp(self.case.file.settings.dependence_spread * self.rng.standard_normal(self.n))
        strength = np.minimum(strength, 0.98 / np.maximum(1 - smallest, 1e-12))
        return np.asarray(identity + strength[:, None, None] * (mixed - identity))

    def numbers_of(self, name: str, q: str) -> dict[str, Band]:
        bearing = self.case.codebook.codes[name].bears_on[q]
        return bearing.multipliers or bearing.probability_present or {}

    def _numbers(self, name: str, q: str, middle: bool = False) -> Floats:
        """Log multipliers (log-odds of a line) of the bands of a code [n, B]; [1, B] at the `middle` of every band.

        m^kappa around the geometric mean of the code's numbers, or each number's own band; rates are as written.
        """
        code, settings = self.case.codebook.codes[name], self.case.file.settings
        bearing, bands = code.bears_on[q], list(self.numbers_of(name, q).values())
        line, raw = bearing.probability_present is not None, code.coverage == "exhaustive"
        with np.errstate(divide="ignore"):
            scale: Any = logit if line else np.log
            x = np.array([scale(band.middle) for band in bands])
        centre = 0.0 if raw else float(np.mean(x[np.isfinite(x)]))
        spread = bearing.spread or code.spread or settings.spread
        widest = float(np.abs(x - centre)[np.isfinite(x)].max())
        kappa = math.log(1 + math.log(spread) / widest) / Z90 if spread > 1 and widest > 0 else 0.0
        together, apart = math.sqrt(settings.shared_telling), math.sqrt(1 - settings.shared_telling)
        columns = []
        for i, (band, at) in enumerate(zip(bands, x - centre, strict=True)):
            if middle:
                value = np.array([at])
            elif band.certain:
                xi = together * self.shared + apart * self._normal((name, "kappa"))
                value = at * np.exp(kappa * xi)
            else:
                xi = together * np.sign(at) * self.shared + apart * self._normal((name, q, i))
                down, up = scale(band.middle) - scale(band.low), scale(band.high) - scale(band.middle)
                value = at + np.where(xi < 0, down, up) / Z90 * xi
            columns.append(value + (centre if line else 0.0))
        return np.stack(columns, axis=1)

    def _band(self, name: str, q: str, day: int, signal: Signal | None = None) -> Index:
        """Which number of a code holds for each outcome on course [C]."""
        bearing = self.case.codebook.codes[name].bears_on[q]
        order = {key: Band(low=i, middle=i, high=i) for i, key in enumerate(self.numbers_of(name, q), start=1)}
        numbered = Bearing(by=bearing.by, multipliers=order)
        found = [plain.number(numbered, y, self.case, q, day, signal) for y in self.cells[q]]
        return np.array(found, dtype=np.intp) - 1

    def logs(self, name: str, q: str, day: int, signal: Signal | None = None) -> Floats:
        """Log multiplier (log-odds of a line) of every outcome on course [n, C]."""
        return np.asarray(self.numbers(name, q)[:, self.band(name, q, day, signal)])

    def log_middle(self, name: str, q: str, day: int, signal: Signal | None = None) -> Floats:
        """The same at the middle of every band [C]."""
        return np.asarray(self.numbers(name, q, middle=True)[0, self.band(name, q, day, signal)])

    # -- outcomes and courses ------------------------------------------------------------------

    def _outcomes(self) -> None:
        latent = [q for q in self.names if not isinstance(self.case.file.questions[q], Nominal)]
        root = np.linalg.cholesky(self.correlation)
        z = np.einsum("nij,nj->ni", root, self.rng.standard_normal((self.n, len(latent))))
        for i, q in enumerate(latent):
            if isinstance(self.case.file.questions[q], Quantity):
                self.outcome[q], self.value[q] = self._quantity(q, z[:, i])
            else:
                self.outcome[q] = pick(self.prior[q], ndtr(z[:, i]))
        for q in self.names:
            if q not in self.outcome:
                law = self.table[q][self.outcome[self.parent(q)]] if self.parent(q) else self.prior[q]
                self.outcome[q] = pick(law, self.rng.random(self.n))

    def _quantity(self, q: str, z: Floats) -> tuple[Index, Floats]:
        """Cell and number: the shared error moves every number, not only the edges of cells."""
        pool, sd = self._pool(q), self._sd
        below = ndtr((z + sd * self.shift[q]) / math.sqrt(1 + sd**2))
        cell, each = pick(pool, below), np.arange(self.n)
        edges, atoms = plain._edges(self.case, q)
        bounds = [pair for a, b in pairwise(edges) for pair in [(a, b), (b, b)][: 1 + (b in atoms)]]
        low, high = np.array(bounds)[cell].T
        start = np.cumsum(pool, axis=1)[each, cell] - pool[each, cell]
        return cell, low + (below - start) / pool[each, cell] * (high - low)

    def settled(self, q: str) -> Index:
        """Day on which the question is settled [n]."""
        question, opens = self.case.file.questions[q], plain.opening(self.case, q)
        if isinstance(question, Timing):
            return np.where(self.outcome[q] == self.prior[q].shape[1] - 1, OPEN, self.outcome[q] + 1)
        if question.resolves_with:
            return self.outcome[self.parent(q)] + 1
        decided = ((getattr(question, "decided_on", None) or self.case.file.horizon) - opens).days
        return np.full(self.n, decided)

    def walk(self, q: str, first: int, last: int) -> Index:
        """The course of each day from `first` to `last` [days, n]; once the question is settled, the outcome.

        It is walked back from the outcome: backwards a night is what it is forwards, the plan stood, or was made
        anew from what lay ahead (`test_the_process_run_forward_has_the_law_that_the_passes_give`).
        """
        pi, course, settled = self.prior[q], self.outcome[q].copy(), self.settled(q)
        timing, never = isinstance(self.case.file.questions[q], Timing), pi.shape[1] - 1
        out = np.empty((last - first + 1, self.n), dtype=np.intp)
        for d in range(max(last, int(settled[settled < OPEN].max(initial=last))), first - 1, -1):
            anew = (self.rng.random(self.n) >= self.rho[q]) & (settled > d)
            law = pi
            if timing and d >= 1:
                law = pi * (np.arange(1, pi.shape[1] + 1) > d)
                law[:, never] = pi[:, never]
            course = np.where(anew, pick(law, self.rng.random(self.n)), course)
            if d <= last:
                out[d - first] = course
        return out

    def alive(self, q: str, day: int) -> Floats:
        """The pool at the base weights of what is not past on `day` [C]."""
        pool = np.array(plain.prior(self.case, q))
        if isinstance(self.case.file.questions[q], Timing):
            cells = np.arange(len(pool))
            pool = pool * ((cells >= day - 1) | (cells == len(pool) - 1))
        return np.asarray(pool / pool.sum())

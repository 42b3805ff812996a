"""Dawid and Skene's model of coders, Bayesian: what each text says, and which coder reads what as what.

    truth_i ~ pi,  pi ~ Dirichlet(1)                                    the code that fits text i
    label_ic | truth_i = k: k itself with probability right_ck          what coder c wrote
                            else l with probability wrong_kl
    right_ck ~ Beta(10 a_c, 10 (1 - a_c)),  a_c ~ Beta(nu mu, nu (1 - mu)),  (mu, nu) even on a grid
    wrong_k ~ Dirichlet(1) over the other codes

(Dawid and Skene 1979; hierarchies as in Paun et al. 2018.) A coder who is often wrong somewhere is trusted less
everywhere (a_c), coders are like each other in how good they are (mu, nu), and share what is taken for what when they
slip (wrong). Slips on one text are independent given what fits: a text that misleads everybody looks like agreement.
Maximum likelihood, which is what is usually run, has no such restraint: from nine labels on three texts it is as good
as certain.

Sampled by Gibbs steps that are exact, on all chains at once. Where right_ck is summed out, the table counts of a
Chinese restaurant make a_c conjugate (Teh et al. 2006, appendix). The generator is seeded by the data: same codings,
same numbers, whatever they are called.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from foedus.news.coders.canonical import Index, Patterns, patterns

Floats = NDArray[np.float64]
ACCURACY = np.array([[mean * size, (1 - mean) * size] for mean in (0.5, 0.6, 0.7, 0.8, 0.9) for size in (5, 10, 30)])
KAPPA = 10.0  # how closely a coder's accuracy on one code keeps to the coder's own
CONVERGED = 1.05  # R-hat above this and the numbers are not to be used
_EDGE = 1e-9
_WORK = 4e6  # numbers that a round goes through
_NUMBERS = 20_000_000  # of confusions that are kept
_TRACED = 2000  # readings whose chains are compared
_LOWEST = -1e6  # log of a probability that is none


@dataclass(frozen=True)
class Run:
    """How long to sample: chains, steps to forget the start, steps of a round, rounds at most until they agree."""

    chains: int = 16
    warmup: int = 100
    steps: int | None = None  # None: as many as the size allows in about half a second
    rounds: int = 4
    draws: int = 512  # of confusions to keep, where they are not too large


@dataclass(frozen=True)
class Posterior:
    """What codings tell of texts and coders.

    Attributes
    ----------
    truth : array [I, K]
        Probability of each code for each text.
    error : array [I, K]
        Its Monte Carlo standard error.
    confusion : array [D, C, K, K]
        Draws of P(coder writes l | truth k).
    accuracy : array [D, C]
        Draws of a_c: how often a coder is right on a code, before one knows which.
    prevalence : array [K]
        Mean of pi.
    rhat : float
        Largest split R-hat of accuracies and the truth of each text on which coders differ.
    """

    truth: Floats
    error: Floats
    confusion: NDArray[np.float32]
    accuracy: Floats
    prevalence: Floats
    rhat: float

    @property
    def converged(self) -> bool:
        """Whether the chains agree."""
        return self.rhat <= CONVERGED


def dawid_skene(labels: Index, codes: int, decided: Index | None = None, run: Run | None = None) -> Posterior:
    """Fit the model to what coders wrote.

    Parameters
    ----------
    labels : array [I, C]
        Code (0 to K - 1) that coder c gave to text i; -1 where none.
    codes : int
        K, at least 2 unless there is only one code.
    decided : array [I], optional
        The code that was decided upon, taken for the truth; -1 where none was.
    run : Run, optional

    Returns
    -------
    Posterior
    """
    labels = np.asarray(labels, dtype=np.intp)
    decided = np.full(len(labels), -1) if decided is None else np.asarray(decided, dtype=np.intp)
    made = patterns(labels, decided, codes)
    found = _remembered(made, run or Run())
    order = np.ix_(made.coder, made.code, made.code)
    return replace(
        found,
        truth=_as_given(found.truth, made),
        error=_as_given(found.error, made),
        confusion=found.confusion[(slice(None), *order)],
        accuracy=found.accuracy[:, made.coder],
        prevalence=found.prevalence[made.code],
    )


def _as_given(found: Floats, made: Patterns) -> Floats:
    return found[made.pattern][:, made.code]


@lru_cache(maxsize=16)
def _remembered(made: Patterns, run: Run) -> Posterior:
    seed = int.from_bytes(hashlib.sha256(repr(made.key).encode()).digest()[:8], "little")
    return _Gibbs(made, run, np.random.default_rng(seed)).posterior()


class _Gibbs:
    """The chains, all at once: arrays begin with the chain R."""

    def __init__(self, made: Patterns, run: Run, rng: np.random.Generator) -> None:
        self.made, self.run, self.rng = made, run, rng
        size, self.coders = made.labels.shape
        self.k = made.codes
        self.off = ~np.eye(self.k, dtype=bool)
        nobody = self.coders * self.k  # the place of a label that was not given
        place = np.where(made.labels >= 0, np.arange(self.coders) * self.k + made.labels, nobody)
        self.place = place.T  # [C, P]
        self.votes = np.stack([(made.labels == k).sum(axis=1) for k in range(self.k)], axis=1)
        self.item = np.repeat(np.arange(size), made.count)
        self.fixed = np.flatnonzero(made.decided >= 0)
        several = (self.votes > 0).sum(axis=1) > 1
        several[self.fixed] = False
        rows, columns = np.nonzero((self.votes > 0) & several[:, None])
        self.contested = rows[:_TRACED], columns[:_TRACED]

    def posterior(self) -> Posterior:
        """Run all chains, a round more as long as they disagree."""
        run, made = self.run, self.made
        size = self.coders * self.k**2 + len(self.item) * (self.k + self.coders)
        steps = run.steps or int(np.clip(_WORK / size, 250, 800))
        draws = min(run.draws, max(run.chains, _NUMBERS // (self.coders * self.k**2)))
        every = max(1, steps * run.chains // draws)
        truth, prevalence = np.zeros((run.chains, len(made.count), self.k)), np.zeros(self.k)
        traces: list[NDArray[np.float32]] = []
        confusions, accuracies, rhat = [], [], np.inf
        rows, columns = self.contested
        self._start()
        for _ in range(run.warmup):
            self._truth(*self._parameters())
        while rhat > CONVERGED and len(traces) < run.rounds * steps:
            for step in range(steps):
                log_theta, pi = self._parameters()
                p = self._truth(log_theta, pi)
                truth += p
                prevalence += pi.mean(axis=0)
                traces.append(np.column_stack([self.a, p[:, rows, columns]]).astype(np.float32))
                if step % every == 0:
                    confusions.append(np.exp(log_theta).astype(np.float32))
                    accuracies.append(self.a)
            rhat = split_rhat(np.array(traces))
        mean, error = _symmetric(truth / len(traces), made.alike)
        theta, a = np.concatenate(confusions), np.concatenate(accuracies)
        return Posterior(mean, error, theta, a, prevalence / len(traces), rhat)

    def _start(self) -> None:
        """Start chains apart: each leans on the votes more or less."""
        r = self.run.chains
        lean = np.linspace(1.0, 4.0, r)[:, None, None]
        p = self._settled((self.votes + 0.02) ** lean)
        self._draw(p / p.sum(axis=-1, keepdims=True))
        self.a = np.full((r, self.coders), 0.8)

    def _settled(self, p: Floats) -> Floats:
        """Probabilities of the truth, where it was decided upon 1."""
        p[:, self.fixed] = 0.0
        p[:, self.fixed, self.made.decided[self.fixed]] = 1.0
        return p

    def _parameters(self) -> tuple[Floats, Floats]:
        """Draw all but the truth: log P(written | truth) [R, C, K (truth), K (written)] and pi [R, K]."""
        rng, counts = self.rng, self.counts
        right = np.einsum("rckk->rck", counts)
        both = np.stack([right, counts.sum(axis=3) - right], axis=-1)
        tables = self._tables(both, self._own(both.shape)).sum(axis=2)
        shape = self._quality()
        a = rng.beta(shape[:, 0, None] + tables[..., 0], shape[:, 1, None] + tables[..., 1])
        self.a = np.clip(a, _EDGE, 1 - _EDGE)
        hit = rng.beta(*np.moveaxis(self._own(both.shape) + both, -1, 0))[..., None]
        wrong = rng.standard_gamma(np.where(self.off, 1.0 + counts.sum(axis=1), 0.0))
        wrong /= np.maximum(wrong.sum(axis=-1, keepdims=True), 1e-300)
        with np.errstate(divide="ignore"):
            log_theta = np.log(np.where(self.off, (1 - hit) * wrong[:, None], hit))
        pi = rng.standard_gamma(1.0 + self.truths)
        return log_theta, pi / pi.sum(axis=-1, keepdims=True)

    def _own(self, shape: tuple[int, ...]) -> Floats:
        """Shapes of the law of right_ck: [R, C, K, 2]."""
        return np.broadcast_to(KAPPA * np.stack([self.a, 1 - self.a], axis=-1)[:, :, None], shape)

    def _tables(self, counts: Floats, strength: Floats) -> Floats:
        """How many tables so many guests of Chinese restaurants of these strengths sit at, of the same shape."""
        n, strength = counts.astype(np.intp).ravel(), strength.ravel()
        there = np.flatnonzero(n)
        cell = np.repeat(there, n[there])
        before = np.arange(len(cell)) - np.repeat(np.cumsum(n[there]) - n[there], n[there])
        new = self.rng.random(len(cell)) * (strength[cell] + before) < strength[cell]
        new |= before == 0
        return np.bincount(cell[new], minlength=len(n)).reshape(counts.shape).astype(float)

    def _quality(self) -> Floats:
        """Draw the shapes (nu mu, nu (1 - mu)) of the law of a_c from their grid: [R, 2]."""
        logs = np.stack([np.log(self.a).sum(axis=1), np.log1p(-self.a).sum(axis=1)], axis=1)
        fit = logs @ (ACCURACY - 1).T - self.coders * betaln(*ACCURACY.T)
        return np.asarray(ACCURACY[(fit + self.rng.gumbel(size=fit.shape)).argmax(axis=1)])

    def _truth(self, log_theta: Floats, pi: Floats) -> Floats:
        """Draw the truth of every text; return its probabilities [R, P, K]."""
        r, c, k = self.run.chains, self.coders, self.k
        by_label = np.maximum(log_theta, _LOWEST).transpose(0, 1, 3, 2).reshape(r, c * k, k)
        by_label = np.concatenate([by_label, np.zeros((r, 1, k))], axis=1)
        logs = np.log(np.maximum(pi, 1e-300))[:, None] + by_label[:, self.place[0]]
        for place in self.place[1:]:
            logs += by_label[:, place]
        p = np.exp(logs - logs.max(axis=-1, keepdims=True))
        p = self._settled(p / p.sum(axis=-1, keepdims=True))
        self._draw(p)
        return p

    def _draw(self, p: Floats) -> None:
        """Draw the truth of every text from its probabilities [R, P, K], and count what was written under it."""
        r, c, k = p.shape[0], self.coders, self.k
        upto = np.cumsum(p, axis=-1)[:, self.item]
        truth = (upto[..., :-1] < self.rng.random((r, len(self.item), 1))).sum(axis=-1)  # [R, I]
        chain = np.arange(r)[:, None]
        self.truths = np.bincount((chain * k + truth).ravel(), minlength=r * k).reshape(r, k)
        column = c * k + 1
        cells = [((chain * k + truth) * column + place[self.item]).ravel() for place in self.place]
        counts = np.bincount(np.concatenate(cells), minlength=r * k * column).reshape(r, k, column)
        self.counts = counts[..., :-1].reshape(r, k, c, k).transpose(0, 2, 1, 3).astype(float)


def _symmetric(truth: Floats, alike: Index) -> tuple[Floats, Floats]:
    """Mean over chains [R, P, K] and over codes that nothing tells apart, and its Monte Carlo error: [P, K] each."""
    size = np.bincount(alike.ravel())
    means = np.stack([np.bincount(alike.ravel(), one.ravel()) / size for one in truth])[:, alike]
    return means.mean(axis=0), means.std(axis=0, ddof=1) / np.sqrt(len(means))


def split_rhat(traces: NDArray[np.floating]) -> float:
    """Largest split R-hat (Gelman et al. 2013, 11.4) of traces [step, chain, quantity]; 1 where nothing varies."""
    half = len(traces) // 2
    parts = np.concatenate([traces[:half], traces[half : 2 * half]], axis=1)  # [half, 2 R, quantity]
    within = parts.var(axis=0, ddof=1, dtype=float).mean(axis=0)
    between = parts.mean(axis=0, dtype=float).var(axis=0, ddof=1)
    varied = (within > 1e-12) | (between > 1e-12)
    ratio = np.divide(between, within, out=np.full_like(within, np.inf), where=within > 1e-12)
    return float(np.sqrt((half - 1) / half + ratio[varied]).max(initial=1.0))

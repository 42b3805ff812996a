"""The model of coders once more, plainly: two codes summed out, histories drawn from it, and maximum likelihood.

On two codes nothing is left to confuse, so that a coder is two accuracies round one of the coder's own: every truth of
every text is summed, and accuracies are integrated by quadrature.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy.special import betaincinv, betaln, logsumexp

from foedus.news.coders.dawid_skene import ACCURACY, KAPPA

_U = (np.arange(4000) + 0.5) / 4000  # midpoints, of the probability of an accuracy


def exact_truth(labels: np.ndarray, decided: np.ndarray | None = None) -> np.ndarray:
    """P(truth of each text) [I, 2]; labels 0, 1, and -1 where none."""
    items, coders = labels.shape
    a = np.array([betaincinv(x, y, _U) for x, y in ACCURACY])  # [G, U]
    a = np.clip(a, 1e-12, 1 - 1e-12)
    tables: dict[tuple[int, ...], np.ndarray] = {}

    def of_coder(counts: tuple[int, ...]) -> np.ndarray:
        """Log P(what one coder wrote | truths) for each law of accuracies [G]; right and wrong on 0, on 1."""
        if counts not in tables:
            x, y = KAPPA * a, KAPPA * (1 - a)
            logs = sum(betaln(x + counts[2 * k], y + counts[2 * k + 1]) - betaln(x, y) for k in range(2))
            tables[counts] = logsumexp(logs, axis=1) - np.log(len(_U))
        return tables[counts]

    total, weight = np.zeros((items, 2)), []
    truths = [z for z in itertools.product(range(2), repeat=items) if decided is None
              or all(d < 0 or d == t for d, t in zip(decided, z, strict=True))]  # fmt: skip
    for z in truths:
        t = np.array(z)
        logs = np.zeros(len(ACCURACY))
        for c in range(coders):
            there = labels[:, c] >= 0
            right = there & (labels[:, c] == t)
            counts = [int((which & (t == k)).sum()) for k in range(2) for which in (right, there & ~right)]
            logs += of_coder(tuple(counts))
        ones = int(t.sum())
        weight.append(logsumexp(logs) + betaln(1 + ones, 1 + items - ones))
    p = np.exp(np.array(weight) - logsumexp(weight))
    for share, z in zip(p, truths, strict=True):
        total[np.arange(items), list(z)] += share
    return total


def drawn(rng: np.random.Generator, items: int, coders: int, codes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth [I], what was written [I, C], and P(written | truth) [C, K, K], all from the prior of the model."""
    pi = rng.dirichlet(np.ones(codes))
    truth = rng.choice(codes, items, p=pi)
    x, y = ACCURACY[rng.integers(len(ACCURACY))]
    theta = np.zeros((coders, codes, codes))
    wrong = [rng.dirichlet(np.ones(codes - 1)) for _ in range(codes)]
    for c in range(coders):
        a = rng.beta(x, y)
        for k in range(codes):
            right = rng.beta(KAPPA * a, KAPPA * (1 - a)) if 0 < a < 1 else a
            theta[c, k] = np.insert((1 - right) * wrong[k], k, right)
    labels = np.array([[rng.choice(codes, p=theta[c, k] / theta[c, k].sum()) for c in range(coders)] for k in truth])
    return truth, labels, theta


def maximum_likelihood(labels: np.ndarray, codes: int, steps: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """P(truth) [I, K] and confusions [C, K, K] by expectation and maximisation, as Dawid and Skene did it."""
    there = labels >= 0
    p = np.stack([((labels == k) & there).sum(axis=1) for k in range(codes)], axis=1).astype(float)
    p /= p.sum(axis=1, keepdims=True)
    for _ in range(steps):
        pi = p.mean(axis=0)
        theta = np.array([[p[labels[:, c] == j].sum(axis=0) for j in range(codes)] for c in range(labels.shape[1])])
        theta = theta.transpose(0, 2, 1)
        theta = theta / np.maximum(theta.sum(axis=2, keepdims=True), 1e-300)
        logs = np.log(np.maximum(pi, 1e-300)) * np.ones((len(labels), 1))
        for c in range(labels.shape[1]):
            logs += np.where(there[:, c, None], np.log(np.maximum(theta[c, :, labels[:, c]], 1e-12)), 0.0)
        p = np.exp(logs - logs.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
    return p, theta

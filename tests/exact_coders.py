"""The model of coders on two codes, once more and plainly: every truth of every text summed, accuracies by quadrature.

On two codes nothing is left to confuse, so that a coder is two accuracies round one of the coder's own.
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

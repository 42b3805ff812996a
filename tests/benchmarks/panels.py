"""How long 62 panels of experts take to score and pool: as many as the studies that Cooke's model is usually tested on.

Each has up to 48 experts and 30 seed questions, some answers missing, three or five quantiles, a log item in four; all
five decision makers are built, both cut-offs optimised. It ends with status 1 where the promise is not kept: under 5 s.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import numpy as np

from foedus.elicitation.performance.study import Study
from foedus.elicitation.performance.summary import performance

PANELS, PROMISE = 62, 5.0
LEVELS = ((0.05, 0.5, 0.95), (0.05, 0.25, 0.5, 0.75, 0.95))


def panels(rng: np.random.Generator) -> list[Study]:
    """Made-up studies of the sizes that real ones have."""
    out = []
    for number in range(PANELS):
        experts = 48 if number == 0 else int(rng.integers(4, 22))
        items, levels = int(rng.integers(10, 31)), LEVELS[number % 5 == 0]
        centre = rng.normal(size=items)
        values = np.sort(rng.normal(size=(experts, items, len(levels))), axis=2) * rng.uniform(
            0.3, 1.5, (experts, 1, 1)
        )
        values += centre[:, None] + rng.normal(0, 0.5, size=(experts, 1, 1))
        values[rng.random(size=(experts, items)) < 0.05] = np.nan
        log = np.arange(items) % 4 == 0
        out.append(
            Study(
                tuple(f"e{k}" for k in range(experts)),
                tuple(f"q{k}" for k in range(items)),
                np.array(levels),
                np.where(log[:, None], np.exp(values), values),
                np.where(log, np.exp(centre), centre),
                log,
            )
        )
    return out


def main() -> None:
    """Measure, and say whether the promise holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="turns that count (default 5)")
    taken = []
    for _ in range(parser.parse_args().rounds):
        studies = panels(np.random.default_rng(1))  # anew: a study remembers what it has computed
        start = time.perf_counter()
        combined = [performance(study).decision_makers["global_optimised"].combined for study in studies]
        taken.append(time.perf_counter() - start)
        assert np.all(np.isfinite(combined))
    middle = statistics.median(taken)
    print(f"{PANELS} panels scored and pooled: {middle:.2f} s (fastest {min(taken):.2f}, slowest {max(taken):.2f})")
    print(f"{'kept    ' if middle < PROMISE else 'NOT KEPT'}  under {PROMISE:g} s")
    sys.exit(middle >= PROMISE)


if __name__ == "__main__":
    main()

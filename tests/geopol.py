"""The seed questions of a real study, GeoPol, and its published scores: numbers restated, as known answers.

Eight experts gave 5, 50 and 95 % quantiles of 18 quantities about terrorism and conflict whose values were known: one
of the studies with Cooke's classical model whose data and scores are public (on them, Colson & Cooke, Reliability
Engineering and System Safety 163 (2017) 109). One row a question: scale, answer, and each expert's three quantiles.
"""

from __future__ import annotations

import numpy as np

from foedus.elicitation.performance.study import Study

ROWS = """
uni 421  150/600/10000 250/550/1250 50/200/600 500/8000/15000 30/75/100 10/15/30 400/600/1000 20/50/100
uni 1134  200/800/2000 100/250/450 5/90/400 5/500/2000 10/40/50 13/20/40 200/500/1000 40/60/120
uni 8208  2000/8000/15000 50/900/2700 50/200/600 50/500/5000 100/175/310 8/12/28 500/900/2000 40/75/150
uni 71  50/100/200 3/8/20 5/15/200 5/10/50 40/120/300 4/7/12 500/1000/1500 10/25/50
uni 93  30/80/150 1/8/12 1/5/100 5/8/40 20/80/100 15/22/30 250/500/800 15/30/60
uni 34  25/70/125 10/25/50 1/5/100 10/35/100 100/250/500 18/25/35 300/600/1000 15/30/60
uni 16  50/60/70 15/35/75 5/15/50 10/25/60 10/40/60 10/15/30 20/40/60 30/60/75
uni 29  60/70/80 200/500/680 5/10/50 5/25/40 5/20/50 15/25/42 10/25/50 25/50/70
uni 59  -20/5/20 50/120/250 -300/-10/-5 -100/100/500 50/100/200 10/15/25 50/70/90 10/20/50
log 11  5/10/15 25/70/150 1/5/30 5/10/20 2/5/15 10/15/25 240/600/800 2/5/10
uni 26  10/25/40 100/200/350 3/30/100 5/50/100 20/35/60 12/18/30 200/400/600 2/4/9
uni 84  5/10/20 45/150/250 1/10/20 20/35/60 2/10/50 2/3/6 20/50/80 5/30/70
uni 63  20/35/50 15/30/60 1/2/20 10/25/50 0.01/2/5 3/4/7 15/40/70 5/30/70
log 580000  80000/400000/800000 45000000/90000000/140000000 100/600/1000 100000/500000/1000000 1000/10000/30000 10000/20000/60000 1000/4000/10000 20000/100000/250000
uni 11.3  1/5/20 15/45/60 1/10/30 2.5/5/20 5/20/30 3/12/20 5/20/40 2/10/15
uni 23.8  1/5/30 6/25/45 15/30/50 10/20/40 4/8/15 15/18/25 20/27/40 4/15/25
uni 9  5/15/30 25/40/75 3/10/30 5/10/30 10/20/35 20/35/50 15/20/30 5/9/15
log 398000  100000/250000/900000 250000/750000/1800000 10000/60000/100000 50000/200000/2000000 100000/200000/300000 800/1700000/2800000 3000/4000/6000 200000/300000/500000
""".strip()  # noqa: E501


def study() -> Study:
    """The study as arrays."""
    cells = [row.split() for row in ROWS.splitlines()]
    values = np.array([[[float(x) for x in triple.split("/")] for triple in row[2:]] for row in cells])
    return Study(
        experts=tuple(f"Ex{e}" for e in range(1, 9)),
        items=tuple(f"S{n:02}" for n in range(1, 19)),
        levels=np.array([0.05, 0.5, 0.95]),
        values=values.swapaxes(0, 1),
        answers=np.array([float(row[1]) for row in cells]),
        log=np.array([row[0] == "log" for row in cells]),
    )


# calibration, information, combined; bins. Calibration and combined as published, to six digits.
EXPERTS = {
    "Ex1": (0.0832013, 1.4539, 0.120965, (2, 4, 9, 3)),
    "Ex2": (4.91721e-7, 1.3350, 6.56428e-7, (6, 6, 1, 5)),
    "Ex3": (4.98858e-5, 1.7566, 8.76286e-5, (0, 3, 8, 7)),
    "Ex4": (0.0148215, 1.3034, 0.0193183, (1, 5, 7, 5)),
    "Ex5": (4.93111e-6, 1.8633, 9.18803e-6, (2, 5, 3, 8)),
    "Ex6": (9.03819e-7, 2.8674, 2.59163e-6, (1, 3, 5, 9)),
    "Ex7": (1.46106e-7, 1.1822, 1.72723e-7, (7, 4, 2, 5)),
    "Ex8": (2.8955e-8, 2.1722, 6.28974e-8, (1, 2, 5, 10)),
}
DECISION_MAKERS = {
    "equal": (0.196011, 0.5586, 0.109498),
    "global": (0.6369369107, 1.0368, 0.6603883968),
    "global_optimised": (0.6369369107, 1.0393, 0.6619811005),
    "item": (0.424338, 1.1474, 0.486875),
    "item_optimised": (0.424338, 1.1499, 0.487931),
}
CUTOFF, KEPT = 0.0148215, ("Ex1", "Ex4")

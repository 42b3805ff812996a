"""The reference with explicit courses: small enough to be told night by night, and it must come to the same numbers.

The quick suite weighs draws of its prior by the news; the long one samples it as a user would, with Metropolis and
Gibbs steps. Either is held against the core, whose courses are summed out, in units of Monte Carlo error.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pymc as pm
import pytest
from numpy.typing import NDArray
from pytensor.compile.maker import function
from pytensor.compile.mode import Mode
from pytensor.configdefaults import config
from scipy.special import ndtri

import foedus
from build import bins, by_level, case, daily, day, nominal, ordinal, quantity, timing
from foedus.bayes.explicit import MOST_CELLS, MOST_NIGHTS, nights
from foedus.bayes.reference import model_of
from foedus.errors import CaseError

FALSE_ALARM = 1e-3  # chance that anything is called wrong where all is right, over one comparison of a case
PYTHON = Mode(linker="py", optimizer="fast_compile")
ON_A_DAY = {"by": "date", "multipliers": {f"<={day(3)}": 0.5, f"<={day(4)}": 9, "later": 0.3, "never": 0.1}}
LEAD = {"by": "lead", "multipliers": {"<=1": 4, "<=2": 1.5, "later": 0.6, "never": 0.3}}
CODES: dict[str, Any] = {
    "soon": {"bears_on": {"summit": LEAD}},
    "planned": {"bears_on": {"summit": ON_A_DAY}},
    "off": {"bears_on": {"summit": {"by": "date", "multipliers": {f"<={day(4)}": 0.3, "later": 2, "never": 2}}}},
    "yes": {"bears_on": {"role": by_level(no=0.2, yes=5)}},
    "no": {"bears_on": {"role": by_level(no=5, yes=0.2)}},
    "dear": {"bears_on": {"cost": {"by": "value", "multipliers": {"<=5": 0.3, "above": 3}}}},
    "seoul": {"bears_on": {"venue": by_level(seoul=4, elsewhere=0.4)}},
    "signed": {"sees": "outcome", "bears_on": {"role": by_level(no=0.3, yes=2)}},
    "meeting": {
        "coverage": "exhaustive",
        "base_rate": [3, 9, 27],
        "bears_on": {"summit": {"by": "lead", "multipliers": {"<=1": 3, "<=2": 2, "later": 0.7, "never": 0.4}}},
    },
}
SUMMIT = daily([0.15, 0.2, 0.1, 0.2, 0.1], 0.25)


def not_yet(half_life: Any = None) -> tuple[foedus.Case, str]:
    """A timing question two of whose days have passed, with silence of a code that is covered exhaustively."""
    rows = [{"published": day(d), "code": code} for d, code in ((1, "planned"), (1, "planned"), (2, "meeting"))]
    codes = {name: CODES[name] for name in ("planned", "off", "meeting")}
    return _case({"summit": timing(half_life=half_life or [1, 2, 4])}, {"summit": SUMMIT}, codes, rows), day(3)


def redrawn(half_life: Any = 1.5) -> tuple[foedus.Case, str]:
    """An ordinal question whose plans hardly last from one signal to the other, and a signal on its outcome."""
    rows = [{"published": day(1), "code": "yes"}, {"published": day(3), "code": "no"}]
    rows += [{"published": day(3), "code": "signed"}]
    codes = {name: CODES[name] for name in ("yes", "no", "signed")}
    question = {"role": ordinal("no", "yes", half_life=half_life, decided_on=day(5))}
    return _case(question, {"role": {"no": 0.5, "yes": 0.5}}, codes, rows), day(3)


def together(half_life: Any = 2) -> tuple[foedus.Case, str]:
    """Questions that hang together: through the copula, and as a nominal one on its parent, settled with it."""
    questions = {
        "summit": timing(half_life=half_life),
        "role": ordinal("no", "yes", half_life=half_life, decided_on=day(4)),
        "cost": quantity(half_life=half_life, decided_on=day(4)),
        "venue": nominal("seoul", "elsewhere", parent="summit", resolves_with="summit", half_life=half_life),
    }
    said: dict[Any, Any] = {
        "summit": SUMMIT,
        "role": {"no": 0.6, "yes": 0.4},
        ("role", f"summit <= {day(3)}"): {"no": 0.5, "yes": 0.5},
        "cost": bins([0, 5, 20], [0.6, 0.4]),
        "summit ~ cost": 0.6,
        ("venue", f"summit <= {day(3)}"): {"seoul": 0.8, "elsewhere": 0.2},
        ("venue", f"summit > {day(3)} and not summit is never"): {"seoul": 0.3, "elsewhere": 0.7},
        ("venue", "summit is never"): {"seoul": 0.5, "elsewhere": 0.5},
    }
    rows = [{"published": day(d), "code": code} for d, code in ((1, "soon"), (1, "yes"), (2, "dear"), (2, "seoul"))]
    codes = {name: CODES[name] for name in ("soon", "yes", "no", "dear", "seoul")}
    return _case(questions, said, codes, rows), day(2)


def _case(questions: dict[str, Any], said: dict[Any, Any], codes: dict[str, Any], rows: Any) -> foedus.Case:
    settings = {"shared_error": 0.3, "spread": 1.8, "dependence_spread": 0.2, "weight_concentration": None}
    return case(
        questions, {"ann": said, "bob": said}, days=5, judged="2024-12-29", codes=codes, signals=rows,
        sources={"wire": {"reliability": "B"}}, settings=settings,
    )  # fmt: skip


CASES = {"not yet": not_yet, "redrawn": redrawn, "together": together}


@dataclass(frozen=True)
class Sample:
    """Cells [n, Q] with weights [n] that sum to 1."""

    cell: NDArray[np.int64]
    weight: NDArray[np.float64]

    def of(self, true: NDArray[np.bool_]) -> tuple[float, float]:
        """Probability and its Monte Carlo error."""
        p = float(self.weight @ true)
        return p, float(np.sqrt(np.square(self.weight * (true - p)).sum()))


@cache
def weighed(name: str, draws: int) -> Sample:
    """Draws of the explicit model's prior, weighted by everything that it adds to the density."""
    made, as_of = CASES[name]()
    model = foedus.reference_model(made, as_of, courses="explicit")
    with config.change_flags(cxx=""):
        cell, *logs = pm.draw([model["cell"], *(p.sum() for p in model.potentials)], draws, random_seed=3, mode=PYTHON)
    log_weight = np.sum(logs, axis=0)
    weight = np.exp(log_weight - log_weight.max())
    return Sample(np.asarray(cell), weight / weight.sum())


def events(cell: Any, sizes: list[int]) -> dict[str, Any]:
    """Every cell of every question, and every pair of cells of two questions."""
    out = {f"{q} = {k}": cell[q] == k for q, n in enumerate(sizes) for k in range(n)}
    for q in range(len(sizes)):
        for r in range(q):
            out |= {
                f"{q} = {k}, {r} = {j}": (cell[q] == k) & (cell[r] == j)
                for k in range(sizes[q])
                for j in range(sizes[r])
            }
    return out


def largest_z(now: foedus.Forecast, of: Any, cells: Any) -> tuple[float, float]:
    """Largest difference in combined errors, and its Bonferroni bound; `of` gives probability and error."""
    sizes, core = [axis.cells for axis in now.compiled.problem.axes], now.posterior.now
    ours, theirs, zs = events(core.cells, sizes), events(cells, sizes), []
    for name, true in ours.items():
        hit, share = (core.weight * true).sum(axis=0), core.weight.sum(axis=0)
        p = float(hit.sum())
        q, error = of(theirs[name])
        slack = 1 / core.weight.shape[1]  # of raking and of weights by the draws themselves, as `verify` allows
        zs.append(max(abs(p - q) - slack, 0.0) / max(np.hypot(error, np.sqrt(np.square(hit - p * share).sum())), 1e-12))
    return max(zs), float(-ndtri(FALSE_ALARM / 2 / len(zs)))


@pytest.mark.parametrize(
    ("name", "draws"), [("not yet", 3000), ("redrawn", 3000), pytest.param("together", 8000, marks=pytest.mark.slow)]
)
def test_weighed_draws_agree_with_the_core(name: str, draws: int) -> None:
    made, as_of = CASES[name]()
    sample = weighed(name, draws)
    assert 1 / np.square(sample.weight).sum() > 400
    z, bound = largest_z(foedus.forecast(made, as_of, seed=1, draws=2048, points=32), sample.of, sample.cell.T)
    assert z < bound


@pytest.mark.parametrize("name", ["not yet", "redrawn"])
def test_a_core_with_plans_that_never_change_is_told_apart(name: str) -> None:
    made, as_of = CASES[name](half_life=[200, 400, 800])
    sample = weighed(name, 3000)
    z, bound = largest_z(foedus.forecast(made, as_of, seed=1, draws=2048, points=32), sample.of, sample.cell.T)
    assert z > 1.3 * bound


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the compiler
@pytest.mark.parametrize("name", ["not yet", "redrawn"])
def test_metropolis_and_gibbs_steps_agree_with_the_core(name: str) -> None:
    import arviz as az

    made, as_of = CASES[name]()
    with foedus.reference_model(made, as_of, courses="explicit"):
        tree = pm.sample(2000, tune=500, chains=2, random_seed=5, progressbar=False, compute_convergence_checks=False)
    cell = tree["posterior"].dataset["cell"].values

    def of(true: Any) -> tuple[float, float]:
        if true.min() == true.max():
            return float(true.mean()), 0.0
        x = true.astype(float)
        return float(x.mean()), float(az.mcse(x, method="mean"))

    cells = np.moveaxis(cell, -1, 0)
    right = foedus.forecast(made, as_of, seed=1, draws=2048, points=32)
    z, bound = largest_z(right, of, cells)
    assert z < bound
    wrong_case, _ = CASES[name](half_life=[200, 400, 800])
    z, bound = largest_z(foedus.forecast(wrong_case, as_of, seed=1, draws=2048, points=32), of, cells)
    assert z > 1.3 * bound


# -- what it is made of ------------------------------------------------------------------------


def test_every_night_has_a_coin_and_a_plan() -> None:
    made, as_of = together()
    model = foedus.reference_model(made, as_of, courses="explicit")
    names = {v.name for v in model.free_RVs}
    for q in made.file.questions:
        assert {f"plan {q}", f"redraw {q}", f"redrawn {q}"} <= names
        assert model.named_vars_to_dims[f"redraw {q}"] == (f"night of {q}",)
    assert model.coords["night of summit"] == tuple(day(i) for i in range(1, 5))
    assert {p.name for p in model.potentials} == {"known", "news", "copula", "hangs venue"}
    assert {"cell", "z", "value", "course summit"} <= {v.name for v in model.deterministics}
    summed = {v.name for v in foedus.reference_model(made, as_of).free_RVs}
    assert summed < names  # the parameters are the same ones


def test_a_start_is_possible() -> None:
    for make in CASES.values():
        made, as_of = make()
        model = foedus.reference_model(made, as_of, courses="explicit")
        with config.change_flags(cxx=""):
            log_density = function(model.value_vars, model.logp(), mode=PYTHON)
        assert np.isfinite(log_density(**model.initial_point()))


def test_a_timing_event_happens_on_the_first_day_that_its_plan_points_at() -> None:
    made, as_of = not_yet()
    model = foedus.reference_model(made, as_of, courses="explicit")
    with config.change_flags(cxx=""):
        course, cell = pm.draw([model["course summit"], model["cell"]], 200, random_seed=1, mode=PYTHON)
    first = (dt.date.fromisoformat(model.coords["day of summit"][0]) - dt.date.fromisoformat(day(0))).days
    assert len(set(cell.ravel().tolist())) == 6
    for path, (outcome,) in zip(course, cell, strict=True):
        hits = [plan for d, plan in enumerate(path, start=first) if plan == d - 1]  # cell i is day i + 1
        assert outcome == (hits[0] if hits else 5)


def test_a_case_that_is_too_large_is_refused_with_advice(worked_case: Any) -> None:
    loaded = foedus.load(worked_case)
    with pytest.raises(CaseError, match=r'nights over all questions; .* up to 120: write courses="summed"') as caught:
        foedus.reference_model(loaded, "2025-08-01", courses="explicit")
    assert f"summit_date has 211 outcomes; explicit courses take up to {MOST_CELLS}" in str(caught.value)
    made, as_of = together()
    now = foedus.forecast(made, as_of, draws=16, points=8)
    assert sum(map(len, nights(now.compiled.problem))) <= MOST_NIGHTS


def test_another_word_for_courses_is_refused() -> None:
    made, as_of = redrawn()
    now = foedus.forecast(made, as_of, draws=16, points=8)
    with pytest.raises(CaseError, match="'sampled' is unknown; write 'summed' or 'explicit'"):
        model_of(replace(now.compiled), ("ann", "bob"), "sampled")  # type: ignore[arg-type]

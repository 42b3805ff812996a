"""Core against reference on random cases of every kind: each probability in units of Monte Carlo error.

Of the PyMC model itself the long suite runs NUTS, which compiles for minutes. Everywhere else the same graph is
evaluated at draws of the prior, weighted by the news.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from build import by_level, case, daily, day, ordinal, present, timing
from foedus.bayes.verify import agrees, verify
from foedus.forecast import Forecast, forecast
from foedus.problem.types import Contribution, Problem
from reference_cases import KINDS, UNCERTAIN, random_case

QUICK = ("ordinal", "quantity", "nominal", "hanging", "outcome", "counts", "discrepancy", "resolved")


def check(kind: str, rng: np.random.Generator, **options: Any) -> None:
    made, as_of = random_case(kind, rng)
    table = verify(forecast(made, as_of, seed=1, draws=2048, points=32), seed=2, **options)
    assert table.attrs["reference_ok"], table.attrs
    assert agrees(table), f"bound {table.attrs['bound']:.2f}\n{table[~table.ok]}"


@pytest.mark.parametrize("kind", QUICK)
def test_core_and_reference_agree(kind: str, rng: np.random.Generator) -> None:
    check(kind, rng, draws=6000, chains=1, method="weights")


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("kind", KINDS)
def test_core_and_reference_agree_on_many(kind: str, number: int, rng: np.random.Generator) -> None:
    check(kind, rng, draws=30000, chains=1, method="weights")


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the compiler
@pytest.mark.parametrize("kind", ["quantity", "hanging", "discrepancy"])
def test_core_and_nuts_agree(kind: str, rng: np.random.Generator) -> None:
    check(kind, rng, draws=1000, chains=2, method="nuts")


# -- controls: a reference that is wrong must be told from the core --------------------------------


def telling_case() -> Forecast:
    """Many signals of one kind, fast plans, days that have passed."""
    lead = {"by": "lead", "multipliers": {"<=2": 4, "<=5": 1.5, "later": 0.6, "never": 0.4}}
    slow = {"by": "lead", "multipliers": {"<=2": 0.4, "<=5": 0.8, "later": 1.2, "never": 1.5}}
    codes = {
        "soon": {"bears_on": {"summit": lead}},
        "late": {"bears_on": {"summit": slow}},
        "yes": {"bears_on": {"role": by_level(a=0.4, b=2)}},
        "no": {"bears_on": {"role": by_level(a=1.5, b=0.5)}},
        "nod": {"bears_on": {"role": by_level(a=0.4, b=2.2)}},  # never seen: selection alone knows of it
        "pledge": {"bears_on": {"role": by_level(a=0.3, b=2.5)}},
    }
    rows = [{"published": day(d), "code": code, "source": "paper"} for d in (1, 2, 3, 4) for code in ("soon", "yes")]
    said = {"summit": daily([0.06] * 10, 0.4), "role": {"a": 0.5, "b": 0.5}}
    made = case(
        {"summit": timing(half_life=[1, 2, 4]), "role": ordinal("a", "b", half_life=[6, 12, 24])},
        {"ann": said, "bob": said},
        codes=codes,
        signals=rows,
        sources={"paper": {"reliability": "B"}},
        scenarios={"soon": f"summit <= {day(7)}", "both": f'summit <= {day(8)} and role == "b"'},
        settings=UNCERTAIN | {"tempering": 0},
    )
    return forecast(made, day(4), seed=1, draws=2048, points=32)


def each(problem: Problem, **change: Any) -> tuple[Contribution, ...]:
    return tuple(replace(c, **change) for c in problem.contributions)


def longer_lived(problem: Problem) -> Problem:
    return replace(problem, half_life=replace(problem.half_life, location=problem.half_life.location + np.log(10)))


def doubled(problem: Problem) -> Problem:
    again = tuple(c for c in problem.contributions if c.day == 4)  # the last signal on each question
    return replace(problem, contributions=problem.contributions + again)


def unselected(problem: Problem) -> Problem:
    alone = tuple(
        replace(c, bar=None, terms=tuple(replace(term, scale=0.0) for term in c.terms)) for c in problem.contributions
    )
    return replace(problem, contributions=alone)


def not_yet_forgotten(problem: Problem) -> Problem:
    axes = tuple(replace(axis, today=1) if axis.kind == "timing" else axis for axis in problem.axes)
    kept = tuple(c for c in problem.contributions if c.question != 0 or c.day <= 1)
    return replace(problem, axes=axes, contributions=kept)


def counted_case() -> Forecast:
    """Scattered counts, and how much they scatter uncertain."""
    code = {"kind": "counted", "coverage": "exhaustive", "base_rate": [20, 30, 45], "dispersion": [0.8, 1.5, 2.8]}
    made = case(
        {"role": ordinal("a", "b", half_life=[6, 12, 24])},
        {"ann": {"role": {"a": 0.5, "b": 0.5}}, "bob": {"role": {"a": 0.6, "b": 0.4}}},
        codes={"crowd": code | {"bears_on": {"role": by_level(a=0.5, b=2)}}},
        counts=[{"from": day(d), "to": day(d + 1), "code": "crowd", "count": n} for d, n in ((1, 1), (3, 9), (5, 0))],
        settings=UNCERTAIN,
        scenarios={"moved": 'role == "b"'},
    )
    return forecast(made, day(7), seed=1, draws=2048, points=32)


def scatter_ignored(problem: Problem) -> Problem:
    return replace(problem, tallies=tuple(replace(t, dispersion=-1) for t in problem.tallies))


def gap_case() -> Forecast:
    """Two meetings of which one side's text says what the other leaves out, and one that both tell alike."""
    sides = {"said_by": ["USA"], "left_out_by": ["KOR"]}
    line = {"kind": "per_document", "bears_on": {"role": present(a=0.4, b=0.7)}}
    gap = {"kind": "discrepancy", "of": ["us", "rok"], **sides, "bears_on": {"role": present(a=0.1, b=[0.3, 0.5, 0.7])}}
    rows = [
        {"id": f"{code}{d}", "published": day(d), "code": code, "source": source, "document": f"{code}{d}",
         "event": f"m{d}", "observed": observed}
        for d, there in ((2, "absent"), (4, "absent"), (5, "present"))
        for code, source, observed in (("us", "wire", "present"), ("rok", "paper", there))
    ]  # fmt: skip
    made = case(
        {"role": ordinal("a", "b", half_life=[6, 12, 24])},
        {"ann": {"role": {"a": 0.6, "b": 0.4}}, "bob": {"role": {"a": 0.5, "b": 0.5}}},
        codes={"us": line, "rok": line, "gap": gap},
        signals=rows,
        sources={"wire": {"reliability": "B", "side": "USA"}, "paper": {"reliability": "C", "side": "KOR"}},
        scenarios={"moved": 'role == "b"'},
        settings=UNCERTAIN | {"tempering": 0},
    )
    return forecast(made, day(6), seed=1, draws=2048, points=32)


def line_by_line(problem: Problem) -> Problem:
    alone = tuple(replace(c, exponent=1.0) for c in problem.contributions if not c.lines)
    return replace(problem, contributions=alone)


def absence_forgotten(problem: Problem) -> Problem:
    return replace(problem, contributions=tuple(c for c in problem.contributions if c.absence is None))


def surely_true(problem: Problem) -> Problem:
    """The pair as if the better source told both texts, and nothing where it is wrong."""
    alike = [
        replace(c, lines=(), origins=c.lines[0].origins) if c.lines and c.absence is None else c
        for c in problem.contributions
    ]
    return replace(problem, contributions=tuple(alike))


@pytest.mark.parametrize("wrong", [line_by_line, absence_forgotten, surely_true])
def test_a_reference_that_takes_a_discrepancy_otherwise_is_told_from_the_core(wrong: Any) -> None:
    now = gap_case()
    altered = replace(now, compiled=replace(now.compiled, problem=wrong(now.compiled.problem)))
    table = verify(altered, draws=12000, chains=1, method="weights")
    assert not agrees(table), table
    assert table["z"].max() > 1.3 * table.attrs["bound"]


@pytest.mark.parametrize("wrong", [longer_lived, doubled, unselected, not_yet_forgotten])
def test_a_wrong_reference_is_told_from_the_core(wrong: Any) -> None:
    now = telling_case()
    options: dict[str, Any] = {"draws": 12000, "chains": 1, "method": "weights"}
    altered = replace(now, compiled=replace(now.compiled, problem=wrong(now.compiled.problem)))
    table = verify(altered, **options)
    assert not agrees(table), table
    assert table["z"].max() > 1.3 * table.attrs["bound"]


def test_a_reference_that_ignores_the_scatter_of_counts_is_told_from_the_core() -> None:
    now = counted_case()
    altered = replace(now, compiled=replace(now.compiled, problem=scatter_ignored(now.compiled.problem)))
    table = verify(altered, draws=12000, chains=1, method="weights")
    assert not agrees(table), table
    assert table["z"].max() > 1.3 * table.attrs["bound"]


@pytest.mark.parametrize("start", [telling_case, counted_case, gap_case])
def test_what_the_controls_start_from_agrees(start: Callable[[], Forecast]) -> None:
    table = verify(start(), draws=12000, chains=1, method="weights")
    assert agrees(table), table

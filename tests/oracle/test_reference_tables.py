"""The reference's graph against the core's arrays at the same parameters; its gradient; its size."""

from __future__ import annotations

import numpy as np
import pytest
from pytensor.compile.maker import function
from pytensor.compile.mode import Mode
from pytensor.configdefaults import config
from pytensor.graph.traversal import ancestors

from build import by_level, case, day, ordinal
from foedus.bayes.coordinates import free_parameters
from foedus.bayes.reference import reference_model
from foedus.bayes.weighting import Graph
from foedus.case.moment import moment
from foedus.case.types import Case
from foedus.inference.parameters import transform, whitened
from foedus.inference.tables import own_tables
from foedus.problem.compile import compile_problem
from foedus.problem.types import Problem
from reference_cases import KINDS, at_same_parameters, random_case

PYTHON = Mode(linker="py", optimizer="fast_compile")


def problem_of(made: Case, as_of: str) -> Problem:
    return compile_problem(made, moment(made, as_of)).problem


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_news_says_of_each_outcome_is_the_same_number(kind: str, rng: np.random.Generator) -> None:
    problem = problem_of(*random_case(kind, rng))
    z = whitened(problem, rng, 16)
    parameters = transform(problem, z, raked=False)
    tables = own_tables(problem, parameters, range(len(problem.axes)))
    graph = Graph(problem)
    prior, said = graph.laws(at_same_parameters(graph, z, parameters.weights))
    for q, axis in enumerate(problem.axes):
        near = (
            0.02 if axis.kind == "nominal" else 1e-11
        )  # the reference keeps the mean of a nominal's prior, without raking
        np.testing.assert_allclose(prior[:, q, : axis.cells].T, tables[q].prior, rtol=near, atol=1e-15)
        likelihood = tables[q].levels if axis.settles_with_parent else tables[q].own
        assert likelihood is not None
        with np.errstate(divide="ignore"):
            core = np.moveaxis(np.log(likelihood) + tables[q].log_scale, -1, 0)
        possible = np.isfinite(core)
        assert (np.isfinite(said[q]) == possible).all()
        np.testing.assert_allclose(said[q][possible], core[possible], rtol=0, atol=near)


def many(signals: int) -> Case:
    codes = {"up": {"bears_on": {"role": by_level(a=1, b=2)}}, "down": {"bears_on": {"role": by_level(a=2, b=1)}}}
    rows = [{"published": day(1 + i % 8), "code": ("up", "down")[i % 2], "source": "paper"} for i in range(signals)]
    said = {"ann": {"role": {"a": 0.4, "b": 0.6}}, "bob": {"role": {"a": 0.3, "b": 0.7}}}
    return case(
        {"role": ordinal("a", "b", half_life=[2, 4, 8])},
        said,
        codes=codes,
        signals=rows,
        sources={"paper": {"reliability": "C"}},
        settings={"spread": 2, "shared_error": 0.3, "weight_concentration": None},
    )


def test_the_graph_does_not_grow_with_signals() -> None:
    sizes = {n: len(list(ancestors([reference_model(many(n), day(9)).logp()]))) for n in (4, 40, 400)}
    assert max(sizes.values()) <= min(sizes.values()) + 5


def one_event() -> Case:
    """One event from three origins, two of them one source's: credences that are equal, and must not count twice."""
    codes = {"up": {"bears_on": {"role": by_level(a=1, b=3)}}, "down": {"bears_on": {"role": by_level(a=2, b=1)}}}
    told = [("wire", "o1", True), ("paper", "o2", False), ("paper", "o3", False), ("paper", "o1", True)]
    rows = [
        {"published": day(2), "code": "up", "event": "e", "source": source, "origin": origin, "independent": own}
        for source, origin, own in told
    ]
    return case(
        {"role": ordinal("a", "b")},
        {"ann": {"role": {"a": 0.4, "b": 0.6}}},
        codes=codes,
        signals=rows,
        sources={"wire": {"reliability": "C"}, "paper": {"reliability": "C"}},
        settings={"shared_error": 2},  # else one event has the same probability whatever its credence
    )


@pytest.mark.parametrize(
    "kind", ["quantity", "hanging", pytest.param("discrepancy", marks=pytest.mark.slow), "one event"]
)
def test_the_gradient_is_that_of_the_density(kind: str, rng: np.random.Generator) -> None:
    made, as_of = (one_event(), day(5)) if kind == "one event" else random_case(kind, rng)
    model = reference_model(made, as_of)
    with config.change_flags(cxx="", mode="FAST_COMPILE"):
        density = function(model.value_vars, [model.logp(), model.dlogp()], mode=PYTHON)
    wrong = 0
    for _ in range(8):
        x = [np.asarray(v) + 0.5 * rng.standard_normal(np.shape(v)) for v in model.initial_point().values()]
        way = [rng.standard_normal(np.shape(v)) for v in x]
        up, down = (density(*[a + s * b for a, b in zip(x, way, strict=True)])[0] for s in (1e-6, -1e-6))
        slope = float(density(*x)[1] @ np.concatenate([np.ravel(b) for b in way]))
        wrong += abs((up - down) / 2e-6 - slope) > 1e-5 * max(1, abs(slope))
    assert wrong <= 1  # a step may lie across the edge of a cell


def test_names_and_coordinates(rng: np.random.Generator) -> None:
    made, as_of = random_case("quantity", rng)
    model = reference_model(made, as_of)
    free = free_parameters(problem_of(made, as_of))
    assert model.coords["question"] == ("summit", "cost")
    assert model.coords["weighed"] == ("ann", "bob")
    assert set(model.coords["trust_free"]) <= {"wire", "paper", "rumour"}
    assert len(model.coords["telling_free"]) == len(free.telling)
    assert {v.name for v in model.free_RVs} == {
        "outcome_score", "weight", "telling", "telling_shared", "trust", "persistence", "shared_error", "dependence",
    }  # fmt: skip
    told = {v.name for v in model.deterministics}
    assert {"credence", "half_life", "correlation", "z", "value", "cell"} <= told
    assert [v.name for v in model.potentials] == ["news"]

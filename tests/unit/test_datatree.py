"""The draws as a DataTree: ArviZ reads, saves and plots them, and its effective sample sizes are no boast."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri

import foedus
from build import by_level, case, day, ordinal
from foedus.case.new import write_new


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> foedus.Forecast:
    folder = tmp_path_factory.mktemp("case") / "small"
    write_new(folder)
    return foedus.forecast(foedus.load(folder), seed=1)


@pytest.fixture(scope="module")
def tree(now: foedus.Forecast, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The tree as it comes back from a file."""
    import xarray as xr

    path = tmp_path_factory.mktemp("tree") / "draws.nc"
    now.to_datatree().to_netcdf(path)
    return xr.open_datatree(path)


def test_a_summary_says_what_the_forecast_says(now: foedus.Forecast, tree: Any) -> None:
    import arviz as az

    held = tree["posterior"].dataset["scenario_holds"]
    summary = az.summary(tree, var_names=["scenario_holds", "summit_date_never"], round_to="none")
    told = {f"scenario_holds[{name}]": e.probability for name, e in now.estimates.items()}
    when = next(q for q in now.questions.values() if hasattr(q, "by_date"))
    told[f"{when.id}_never"] = when.never.probability
    assert list(held["scenario"].values) == list(now.estimates)
    bound = -ndtri(0.001 / 2 / len(told))
    for name, p in told.items():
        row = summary.loc[name]
        assert abs(float(row["mean"]) - p) <= bound * float(row["mcse_mean"]), name
    for name, e in now.scenario_estimates.items():  # its error is as large as the core says, not far smaller
        assert float(summary.loc[f"scenario_holds[{name}]", "mcse_mean"]) > 0.5 * e.mcse


def test_the_prior_is_the_prior(now: foedus.Forecast, tree: Any) -> None:
    held = tree["prior"].dataset["scenario_holds"].mean(("chain", "draw"))
    for name, e in now.scenario_estimates.items():
        assert float(held.sel(scenario=name)) == pytest.approx(e.prior, abs=0.05)
    weight = tree["prior"].dataset["weight"].mean(("chain", "draw"))
    assert np.allclose(weight, 1 / len(weight), atol=0.05)


def loud() -> foedus.Forecast:
    """News that few draws of the prior agree with: parameters are tempered."""
    codes = {
        name: {"bears_on": {"role": by_level(a=a, b=1 / a)}, "spread": 3} for name, a in (("up", 2), ("down", 0.5))
    }
    rows = [{"published": day(1 + i % 8), "code": "up", "source": f"s{i % 12}"} for i in range(60)]
    sources = {f"s{i}": {"credence": [0.05, 0.5, 0.95]} for i in range(12)}
    said = {"ann": {"role": {"a": 0.02, "b": 0.98}}}
    settings = {"tempering": 0, "spread": 3}
    made = case(
        {"role": ordinal("a", "b", half_life=[2, 20, 200])}, said, codes=codes, signals=rows, sources=sources,
        judged="2024-12-29", settings=settings,
    )  # fmt: skip
    return foedus.forecast(made, day(9), seed=1)


@pytest.mark.parametrize("kind", ["prior", "tempered"])
def test_arviz_counts_no_more_parameter_draws_than_there_are(now: foedus.Forecast, kind: str) -> None:
    import arviz as az

    made = now if kind == "prior" else loud()
    assert made.diagnostics.parameters == kind
    x = made.to_datatree()["posterior"].dataset["weight" if kind == "prior" else "telling"].values[..., 0]
    there_are = made.diagnostics.outer_ess if kind == "prior" else made.compiled.problem.draws
    assert az.ess(x, method="mean") < 1.5 * there_are
    shuffled = np.random.default_rng(1).permutation(x.ravel()).reshape(x.shape)
    assert az.ess(shuffled, method="mean") > 4 * there_are  # what the order of the draws is there to prevent


def test_names_are_those_of_the_reference_model(now: foedus.Forecast, tree: Any) -> None:
    model = foedus.reference_model(now.case, now.as_of)
    data, known = tree["posterior"].dataset, {v.name for v in (*model.free_RVs, *model.deterministics)}
    parameters = {"weight", "credence", "telling", "telling_shared", "half_life", "dependence"}
    assert parameters <= set(data) & known
    for dim in ("weighed", "grade", "telling_free", "question"):
        assert tuple(data[dim].values.tolist()) == tuple(model.coords[dim])
    assert np.allclose(data["weight"].sum("weighed"), 1)
    assert ((data["credence"] >= 0) & (data["credence"] <= 1)).all()
    middle = np.exp(now.compiled.problem.half_life.location)
    medians = tree["prior"].dataset["half_life"].median(("chain", "draw"))
    assert np.allclose(medians, middle, rtol=0.15)


def test_attributes_say_how_it_was_made(now: foedus.Forecast, tree: Any) -> None:
    assert tree.attrs["seed"] == 1
    assert tree.attrs["inference_library_version"] == foedus.__version__
    assert tree.attrs["python_version"] == platform.python_version()
    assert tree.attrs["numpy_version"] == np.__version__
    assert "scipy_version" in tree.attrs
    assert {k: v for k, v in tree.attrs.items() if k.startswith("sha256 ")} == {
        f"sha256 {name}": digest for name, digest in now.inputs.items()
    }
    assert bool(tree.attrs["ok"]) == now.diagnostics.ok
    assert tree.attrs["outer_ess"] == pytest.approx(now.diagnostics.outer_ess)
    stats = tree["sample_stats"].dataset
    assert stats["parameter_draw"].shape == stats["family"].shape == tree["posterior"].dataset["summit_date"].shape
    assert list(tree["observed_data"].dataset["code"].values) == [u.code for u in now.compiled.problem.units]


def test_distributions_are_plotted(tree: Any) -> None:
    import arviz as az
    import matplotlib as mpl

    mpl.use("Agg")
    drawn = az.plot_dist(tree, var_names=["summit_date", "weight"])
    assert drawn.viz is not None


def test_the_number_of_draws_can_be_chosen(now: foedus.Forecast) -> None:
    tree = now.to_datatree(draws=100)
    assert dict(tree["posterior"].sizes)["draw"] == 100
    assert tree["posterior"].dataset.identical(now.to_datatree(draws=100)["posterior"].dataset)
    with pytest.raises(ValueError, match="at least 4"):
        now.to_datatree(draws=1)


def test_making_it_needs_no_pymc(tmp_path: Path) -> None:
    write_new(tmp_path / "small")
    code = (
        "import sys, foedus\n"
        "foedus.forecast(foedus.load(sys.argv[1]), draws=16, points=8).to_datatree()\n"
        "assert not {'pymc', 'pytensor', 'arviz'} & set(sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "small")], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr

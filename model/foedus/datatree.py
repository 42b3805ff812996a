"""Forecast -> its draws as an xarray DataTree in ArviZ's layout, for `az.summary`, `az.plot_dist` and other tools.

Groups: `posterior` and `prior` (outcomes, scenarios and parameters by chain and draw), `sample_stats` (which
parameter draw each draw belongs to), `observed_data` (the signals). Names and coordinates of parameters are those of
`foedus.reference_model`: `weight` of experts, `credence` by source and grade, `telling` by code and `telling_shared`
(in standard deviations from the middle of the band), `half_life` in days, `base_rate` a day, `dependence`. An outcome
has the name of its question: a timing question in days after its opening, with one day past the window for never
(also a variable of its own, `<id>_never`); a level as its index; a quantity as it is; NaN where not applicable.

The chains are no Markov chains. The core's draws have weights, several outcomes for each draw of the parameters; here
they are resampled to equal weights (systematic resampling, seeded) and kept in the order of the parameter draws, those
of one family together. So draws that share their parameters are neighbours, ArviZ sees them as autocorrelated, and
what it calls the effective sample size of a parameter is close to that of the weights, and not the number of draws.
Where parameters were tempered (attribute `parameters_drawn`), relatives have been moved apart, and ArviZ can not see
what they still owe to one ancestor: there the attribute `outer_ess`, which counts families, is the careful number.
"""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from foedus.bayes.coordinates import Free, coordinates, free_parameters
from foedus.inference.parameters import Parameters, whitened
from foedus.inference.posterior import Ensemble

if TYPE_CHECKING:
    import xarray as xr

    from foedus.forecast import Forecast

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
Variables = dict[str, tuple[tuple[str, ...], NDArray[Any]]]
CHAINS = 4
MOST = 2048  # draws of a chain, where nobody asks for more
_SAMPLED = ("chain", "draw")


def to_datatree(forecast: Forecast, draws: int | None = None) -> xr.DataTree:
    """Return the draws in ArviZ's layout; see the module for what is in it.

    Parameters
    ----------
    draws : int, optional
        Draws of each chain; default as many as there are, up to 2048.

    Raises
    ------
    ValueError
        If `draws` is under 4.
    """
    import xarray as xr

    if draws is not None and draws < 4:
        msg = f"draws is {draws}; ask for at least 4 of each chain"
        raise ValueError(msg)
    posterior, problem = forecast.posterior, forecast.compiled.problem
    free = free_parameters(problem)
    names = coordinates(forecast.compiled, tuple(forecast.case.file.panel), free)
    names["scenario"] = [*forecast.case.file.scenarios, *forecast.case.file.headlines, "none_of_these"]
    rng = np.random.default_rng(forecast.seed).spawn(5)[4]
    prior = whitened(problem, np.random.default_rng(forecast.seed).spawn(4)[0], problem.draws)
    settings = ((posterior.parameters, posterior.learned.whitened), (posterior.prior_parameters, prior))
    groups: dict[str, xr.Dataset] = {}
    for name, ensemble, (parameters, z) in zip(
        ("posterior", "prior"), (posterior.now, posterior.before), settings, strict=True
    ):
        picked = _resampled(ensemble, draws, rng)
        data = _outcomes(forecast, ensemble, picked)
        if parameters.rho.shape[1] == ensemble.weight.shape[1]:
            data |= _parameters(forecast, parameters, z, free, picked // ensemble.weight.shape[0])
        groups[name] = _dataset(data, names)
        if name == "posterior":
            groups["sample_stats"] = _dataset(_stats(ensemble, picked), {})
    groups["observed_data"] = _signals(forecast)
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = _attributes(forecast)
    tree["posterior"].attrs = {k: v for k, v in tree.attrs.items() if str(k).startswith("inference_library")}
    return tree


def _resampled(ensemble: Ensemble, draws: int | None, rng: np.random.Generator) -> Index:
    """Places [chains, draws] among the draws, parameter draw by parameter draw: m * N + n."""
    points, columns = ensemble.weight.shape
    size = CHAINS * (draws or min(ensemble.weight.size // CHAINS, MOST))
    order = np.argsort(ensemble.family, kind="stable")
    cumulative = np.cumsum(ensemble.weight.T[order].ravel())
    at = (rng.random() + np.arange(size)) / size * cumulative[-1]
    found = np.minimum(np.searchsorted(cumulative, at), points * columns - 1)
    return np.asarray(order[found // points] * points + found % points).reshape(CHAINS, -1)


def _outcomes(forecast: Forecast, ensemble: Ensemble, picked: Index) -> Variables:
    outcomes, out = forecast.outcomes(ensemble), Variables()
    for axis in forecast.compiled.problem.axes:
        values = outcomes[axis.id].position.T.ravel()[picked].astype(float)
        if axis.kind == "timing":
            values = np.minimum(values - axis.opens.toordinal(), axis.cells)
            out[f"{axis.id}_never"] = (_SAMPLED, (values == axis.cells).astype(int))
        applies = outcomes[axis.id].applies
        if applies is not None:
            values = np.where(applies.T.ravel()[picked], values, np.nan)
        out[axis.id] = (_SAMPLED, values)
    true = [held.T.ravel()[picked] for held in forecast.propositions(ensemble).values()]
    return out | {"scenario_holds": ((*_SAMPLED, "scenario"), np.stack(true, axis=-1).astype(int))}


def _parameters(forecast: Forecast, p: Parameters, z: dict[str, Floats], free: Free, draw: Index) -> Variables:
    """Values of the parameters; `draw` [chains, draws] is the parameter draw of each draw."""
    problem = forecast.compiled.problem
    table = {
        "weight": ("weighed", p.weights[problem.base_weights > 0]),
        "credence": ("grade", p.credence),
        "telling": ("telling_free", z["telling"][1:][free.telling]),
        "half_life": ("question", -1 / np.log2(np.minimum(p.rho, 1 - 1e-15))),
        "base_rate": ("base_rate_free", p.rate[free.base_rate]),
    }
    out = Variables()
    for name, (dim, rows) in table.items():
        if len(rows):
            out[name] = ((*_SAMPLED, dim), np.moveaxis(rows[:, draw], 0, -1))
    certain = np.isinf(problem.half_life.location)
    out["half_life"][1][..., certain] = np.inf
    if problem.tellings.shared > 0 and len(free.telling):
        out["telling_shared"] = (_SAMPLED, z["telling"][0][draw])
    if problem.dependence.spread > 0 and len(problem.latent) > 1:
        out["dependence"] = (_SAMPLED, z["dependence"][0][draw])
    return out


def _dataset(data: Variables, names: dict[str, list[str]]) -> xr.Dataset:
    import xarray as xr

    used = {dim for dims, _ in data.values() for dim in dims}
    size = next(iter(data.values()))[1].shape[1]
    coords: dict[str, Any] = {"chain": np.arange(CHAINS), "draw": np.arange(size)}
    return xr.Dataset(data, coords=coords | {dim: labels for dim, labels in names.items() if dim in used})


def _stats(ensemble: Ensemble, picked: Index) -> Variables:
    draw = picked // ensemble.weight.shape[0]
    return {"parameter_draw": (_SAMPLED, draw), "family": (_SAMPLED, ensemble.family[draw])}


def _signals(forecast: Forecast) -> xr.Dataset:
    import xarray as xr

    units = forecast.posterior.problem.units
    return xr.Dataset(
        {
            "published": ("unit", np.array([u.published.isoformat() for u in units], dtype=object)),
            "code": ("unit", np.array([u.code for u in units], dtype=object)),
            "source": ("unit", np.array([u.source for u in units], dtype=object)),
        },
        coords={"unit": np.array([" ".join(u.signals) for u in units], dtype=object)},
    )


def _attributes(forecast: Forecast) -> dict[str, Any]:
    d = forecast.diagnostics
    return {
        "case": forecast.case.file.id,
        "as_of": forecast.as_of.isoformat(),
        "seed": forecast.seed,
        "inference_library": "foedus",
        "inference_library_version": version("foedus"),
        "python_version": platform.python_version(),
        **{f"{package}_version": version(package) for package in ("numpy", "scipy")},
        "ok": int(d.ok),
        "ess": d.ess,
        "outer_ess": d.outer_ess,
        "pareto_k": d.pareto_k,
        "max_mcse": d.max_mcse,
        "messages": "\n".join(d.messages),
        "parameters_drawn": d.parameters,
        **{f"sha256 {name}": digest for name, digest in forecast.inputs.items()},
    }

"""Forecast -> data that others read: `forecast.json` with its stable names, and the draws as a DataTree."""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus.case.moment import warnings_as_of
from foedus.results import Estimate, LevelsForecast, QuantityForecast, TimingForecast

if TYPE_CHECKING:
    import xarray as xr

    from foedus.forecast import Forecast

_DIGITS = 6
_CHAINS = 4


def to_json(forecast: Forecast) -> dict[str, Any]:
    """Return the content of `forecast.json`; numbers are rounded to six digits."""
    file = forecast.case.file
    d = forecast.diagnostics
    account = forecast.account
    return {
        "format": 1,
        "foedus": version("foedus"),
        "case": file.id,
        "as_of": forecast.as_of.isoformat(),
        "seed": forecast.seed,
        "illustrative": forecast.case.illustrative,
        "scenarios": [{"id": name, **_estimate(e)} for name, e in forecast.scenario_estimates.items()],
        "none_of_these": _estimate(forecast.residual),
        "overlap": [{"both": [a, b], "probability": _round(p)} for a, b, p in forecast.overlap],
        "headlines": [{"id": name, **_estimate(e)} for name, e in forecast.headline_estimates.items()],
        "questions": [_question(forecast, name) for name in file.questions],
        "diagnostics": {
            "ok": d.ok,
            "ess": round(d.ess, 1),
            "outer_ess": round(d.outer_ess, 1),
            "pareto_k": _round(d.pareto_k),
            "max_mcse": _round(d.max_mcse),
            "messages": list(d.messages),
            "parameters": d.parameters,
            "ladder": [_round(t) for t in d.ladder],
            "acceptance": None if d.acceptance is None else _round(d.acceptance),
        },
        "signals": {
            "read": account.read,
            "used": len(account.used),
            "merged": len(account.merged),
            "excluded": len(account.excluded),
            "in_prior": len(account.in_prior),
            "no_bearing": len(account.no_bearing),
            "later_that_day": list(account.later_that_day),
            "why_merged": dict(account.merged),
            "why_excluded": dict(account.excluded),
            "defaulted": list(account.defaulted),
        },
        "warnings": list(warnings_as_of(forecast.case, forecast.as_of)),
        "inputs": forecast.inputs,
    }


def _round(x: float) -> float:
    return round(float(x), _DIGITS)


def _estimate(e: Estimate) -> dict[str, Any]:
    return {
        "probability": _round(e.probability),
        "range": [_round(e.low), _round(e.high)],
        "mcse": _round(e.mcse),
        "prior": _round(e.prior),
    }


def _question(forecast: Forecast, name: str) -> dict[str, Any]:
    result = forecast.questions[name]
    out: dict[str, Any] = {"id": name, "type": forecast.case.file.questions[name].type}
    if result.not_applicable is not None:
        out["not_applicable"] = _round(result.not_applicable.probability)
    match result:
        case TimingForecast():
            out |= {
                "never": _round(result.never.probability),
                "quantiles": {f"{level:g}": _day(day) for level, day in result.quantiles.items()},
                "by_date": {day.isoformat(): _round(e.probability) for day, e in result.by_date.items()},
                "prior": {
                    "never": _round(result.never.prior),
                    "quantiles": {f"{level:g}": _day(day) for level, day in result.prior_quantiles.items()},
                    "by_date": {day.isoformat(): _round(e.prior) for day, e in result.by_date.items()},
                },
            }
        case LevelsForecast():
            out["levels"] = [{"id": level, **_estimate(e)} for level, e in result.levels]
        case QuantityForecast():
            declared = forecast.case.file.questions[name]
            out |= {
                "unit": getattr(declared, "unit")(),  # noqa: B009
                "quantiles": {f"{level:g}": _round(x) for level, x in result.quantiles.items()},
                "prior": {"quantiles": {f"{level:g}": _round(x) for level, x in result.prior_quantiles.items()}},
            }
    return out


def _day(day: dt.date | None) -> str:
    return "never" if day is None else day.isoformat()


def to_datatree(forecast: Forecast) -> xr.DataTree:
    """Return the draws in ArviZ's layout, in groups `posterior`, `prior` and `observed_data`.

    Outcomes have dimensions (chain, draw), resampled to equal weights (systematic resampling, seeded) and
    kept in the order of the parameter draws, so that ArviZ sees how far draws of one parameter setting
    resemble each other. A timing question is the number of days after its opening, with one day past the
    window for never (also a variable of its own, `<id>_never`); a level is its index; a quantity is itself;
    NaN where a question is not applicable.
    """
    import xarray as xr

    rng = np.random.default_rng(forecast.seed).spawn(5)[4]
    posterior = forecast.posterior
    groups = {
        "posterior": _draws(forecast, posterior.now, rng),
        "prior": _draws(forecast, posterior.before, rng),
        "observed_data": xr.Dataset(
            {
                "published": ("unit", [u.published.isoformat() for u in posterior.problem.units]),
                "code": ("unit", [u.code for u in posterior.problem.units]),
                "source": ("unit", [u.source for u in posterior.problem.units]),
            },
            coords={"unit": [" ".join(u.signals) for u in posterior.problem.units]},
        ),
    }
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = {
        "case": forecast.case.file.id,
        "as_of": forecast.as_of.isoformat(),
        "seed": forecast.seed,
        "inference_library": "foedus",
        "inference_library_version": version("foedus"),
        **{f"sha256 {name}": digest for name, digest in forecast.inputs.items()},
    }
    return tree


def _draws(forecast: Forecast, ensemble: Any, rng: np.random.Generator) -> xr.Dataset:
    import xarray as xr

    size = ensemble.weight.size
    at = (rng.random() + np.arange(size)) / size
    by_parameters = np.cumsum(ensemble.weight.T.ravel())
    picked = np.minimum(np.searchsorted(by_parameters, at * by_parameters[-1]), size - 1)
    outcomes = forecast.outcomes(ensemble)
    data = {}
    for axis in forecast.compiled.problem.axes:
        values = outcomes[axis.id].position.T.ravel()[picked].astype(float)
        if axis.kind == "timing":
            values = np.minimum(values - axis.opens.toordinal(), axis.cells)
            data[f"{axis.id}_never"] = (("chain", "draw"), (values == axis.cells).reshape(_CHAINS, -1).astype(int))
        applies = outcomes[axis.id].applies
        if applies is not None:
            values = np.where(applies.T.ravel()[picked], values, np.nan)
        data[axis.id] = (("chain", "draw"), values.reshape(_CHAINS, -1))
    return xr.Dataset(data, coords={"chain": np.arange(_CHAINS), "draw": np.arange(size // _CHAINS)})

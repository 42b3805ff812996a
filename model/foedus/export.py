"""Forecast -> data that others read: `forecast.json` with its stable names."""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from foedus.case.moment import warnings_as_of
from foedus.results import Estimate, LevelsForecast, QuantityForecast, TimingForecast

if TYPE_CHECKING:
    from foedus.forecast import Forecast

_DIGITS = 6


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
            **account.rows,
            "later_that_day": list(account.later_that_day),
            "why_merged": dict(account.merged),
            "why_excluded": dict(account.excluded),
            "merges": [
                {"id": m.id, "into": m.into, "why": m.why, "question": m.question, "counts": m.counts}
                for m in account.merges
            ],
            "conflicts": [[conflict.first, conflict.second] for conflict in account.conflicts],
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

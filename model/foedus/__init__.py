"""foedus: forecasts alliance negotiations from expert judgments and coded news.

`load` a case, `forecast` it as of some time, `write_report`. The names below are looked up when they are
first asked for, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from foedus.bayes.reference import reference_model as reference_model
    from foedus.case import load as load
    from foedus.case.types import Case as Case
    from foedus.errors import CaseError as CaseError
    from foedus.errors import DegenerateDraws as DegenerateDraws
    from foedus.errors import ExpressionError as ExpressionError
    from foedus.errors import Fault as Fault
    from foedus.errors import FoedusError as FoedusError
    from foedus.forecast import Forecast as Forecast
    from foedus.forecast import forecast as forecast
    from foedus.inference.diagnostics import Limits as Limits
    from foedus.report import write_report as write_report

    __version__: str

_HOMES = {
    "Case": "foedus.case.types",
    "CaseError": "foedus.errors",
    "DegenerateDraws": "foedus.errors",
    "ExpressionError": "foedus.errors",
    "Fault": "foedus.errors",
    "FoedusError": "foedus.errors",
    "Forecast": "foedus.forecast",
    "Limits": "foedus.inference.diagnostics",
    "forecast": "foedus.forecast",
    "load": "foedus.case",
    "reference_model": "foedus.bayes.reference",
    "write_report": "foedus.report",
}

__all__ = [
    "Case",
    "CaseError",
    "DegenerateDraws",
    "ExpressionError",
    "Fault",
    "FoedusError",
    "Forecast",
    "Limits",
    "__version__",
    "forecast",
    "load",
    "reference_model",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("foedus")
    if name not in _HOMES:
        msg = f"module 'foedus' has no attribute {name!r}"
        raise AttributeError(msg)
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


class _Face(ModuleType):
    """Keeps `forecast` the function: importing the submodule of that name would put the module over it."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face

"""The package's face: which names it has, and that they are what they say however one comes to them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import foedus

NAMES = [
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


def test_the_public_names() -> None:
    assert foedus.__all__ == NAMES
    assert dir(foedus) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_there_and_is_no_module(name: str) -> None:
    value = getattr(foedus, name)
    assert type(value).__name__ != "module"
    assert value is getattr(foedus, name) or name == "__version__"


@pytest.mark.parametrize(
    "first",
    [
        "import foedus.forecast",
        "from foedus.forecast import Forecast",
        "import foedus",
        "from foedus import forecast",
        "",
    ],
)
def test_forecast_is_the_function_in_any_order_of_imports(first: str) -> None:
    code = f"{first}\nimport foedus\nfoedus.forecast\nimport foedus.forecast\n"
    code += "from foedus.forecast import Forecast, forecast\n"
    code += "assert foedus.forecast is forecast and type(forecast).__name__ == 'function', foedus.forecast"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'foedus' has no attribute 'nonsense'"):
        _ = foedus.nonsense


def test_the_version_is_the_one_of_pyproject(root: Path) -> None:
    assert foedus.__version__ == tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]

"""The order of the rooms, read off the imports; and what a cold start may not load."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "model" / "foedus"
TEMPLATE = PACKAGE / "case" / "template"  # what `foedus new` copies: a user's script, no part of the package
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if TEMPLATE not in path.parents)

# A room may import from rooms of a lower floor, and from itself; two rooms of one floor leave each other alone.
FLOORS = (
    {"errors"},
    {"case"},
    {"elicitation", "news"},
    {"problem"},
    {"inference", "bayes"},
    {"forecast"},
    {"explain", "track"},
    {"report", "bench"},
    {"foedus"},  # the package's own face: its names are looked up when they are asked for
    {"cli"},
    {"__main__"},
)
# The room of the forecast has several modules, and no folder: `foedus.forecast` is the function that everybody calls.
_FORECAST = "results summary outcomes accounting fates distributions export datatree revisions pools trust"
ROOM_OF_MODULE = dict.fromkeys(_FORECAST.split(), "forecast")
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# What only some rooms may import, anywhere in a module: the daily path stays light, a document is compiled once.
ONLY_IN = {
    "pymc": {"bayes"},
    "pytensor": {"bayes"},
    "scipy.stats": {"bayes", "elicitation", "forecast"},
    "matplotlib": {"report"},
    "typst": {"report"},
    "yaml": {"case"},
    "typer": {"cli"},
}
# What no room but these may import at the top of a module: each costs a cold start more than it can afford.
LATE_ELSEWHERE = {
    "arviz": {"bayes"},
    "arviz_base": {"bayes"},
    "arviz_stats": {"bayes"},
    "scipy.stats": {"bayes"},
    "openpyxl": set(),
    "ipywidgets": set(),
    "pandas": set(),
    "xarray": set(),
}


@dataclass(frozen=True)
class Import:
    """`module` as one place imports it; `top` when that runs as its own module is imported."""

    module: str
    line: int
    top: bool


def imports(source: str) -> Iterator[Import]:
    """Every import of a module, those inside functions too; what only a type checker reads is not at the top."""
    tree = ast.parse(source)
    late: set[ast.AST] = set()
    for node in ast.walk(tree):
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if typing_only or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            late.update(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, node not in late)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write the import in full"
            for alias in node.names:
                yield Import(f"{node.module}.{alias.name}", node.lineno, node not in late)


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "foedus" if parts == ("__init__",) else ROOM_OF_MODULE.get(parts[0], parts[0])


def room_imported(module: str) -> str:
    """The room that `foedus.room.name` lies in; `foedus.load` and the like are names of the package itself."""
    name = module.split(".")[1] if "." in module else ""
    room = ROOM_OF_MODULE.get(name, name)
    return room if room in FLOOR else "foedus"


def arrows(room: str, source: str) -> list[str]:
    """What a module of `room` imports against the order of the house."""
    faults = []
    for found in imports(source):
        if within(found.module, "foedus"):
            target = room_imported(found.module)
            if target != room and FLOOR[target] >= FLOOR[room] and room != "foedus":
                faults.append(f"line {found.line}: {room} imports {found.module}, which is not below it")
        for package, rooms in ONLY_IN.items():
            if within(found.module, package) and room not in rooms:
                faults.append(f"line {found.line}: only {', '.join(sorted(rooms))} may import {package}")
        for package, rooms in LATE_ELSEWHERE.items():
            if found.top and within(found.module, package) and room not in rooms:
                faults.append(f"line {found.line}: import {package} inside the function that needs it")
    return faults


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    assert room_of(path) in FLOOR, "a new room: give it its floor in this test and in the house's order"
    assert arrows(room_of(path), path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("room", "source", "fault"),
    [
        ("case", "from foedus.forecast import Forecast", "case imports foedus.forecast.Forecast"),
        ("news", "def f():\n    from foedus.elicitation import pool", "line 2: news imports foedus.elicitation.pool"),
        ("inference", "import foedus.bayes", "inference imports foedus.bayes"),
        ("problem", "from foedus import load", "problem imports foedus.load"),
        ("forecast", "import foedus", "forecast imports foedus,"),
        ("explain", "from foedus.track import ledger", "explain imports foedus.track.ledger"),
        ("forecast", "def f():\n    import matplotlib.pyplot", "only report may import matplotlib"),
        (
            "inference",
            "def f():\n    from scipy import stats",
            "only bayes, elicitation, forecast may import scipy.stats",
        ),
        ("elicitation", "from scipy import stats", "import scipy.stats inside the function"),
        ("report", "import pymc as pm", "only bayes may import pymc"),
        ("forecast", "import pandas as pd", "import pandas inside the function"),
    ],
)
def test_an_arrow_that_runs_back_is_caught(room: str, source: str, fault: str) -> None:
    (found,) = arrows(room, source)
    assert fault in found


def test_what_is_allowed_is_not_caught() -> None:
    assert arrows("report", "from foedus.forecast import Forecast\nimport matplotlib") == []
    assert arrows("forecast", "def f():\n    import pandas\nfrom foedus.case.types import Case") == []
    assert arrows("foedus", "from foedus.cli import main") == []
    assert arrows("inference", "from scipy.special import ndtr") == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    source = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(source)), "begin with a paragraph that says what this module is for"
    assert len(source.splitlines()) <= 400, "aim for 350 lines; split at 400"


def loaded_by(code: str, *arguments: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after `code`."""
    tail = "\nimport json, sys\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code + tail, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


HEAVY = {"pymc", "pytensor", "arviz", "matplotlib", "typst", "pandas", "xarray", "scipy.stats", "numba"}


def test_importing_the_package_loads_next_to_nothing() -> None:
    loaded = loaded_by("import foedus; dir(foedus); foedus.__version__")
    assert "foedus" in loaded
    assert not loaded & (HEAVY | {"numpy", "pydantic", "typer"})


def test_help_loads_no_numerics() -> None:
    loaded = loaded_by(
        "import sys\nfrom foedus.cli import main\nsys.argv = ['foedus', '--help']\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code"
    )
    assert not loaded & (HEAVY | {"numpy", "pydantic", "yaml"})


def test_a_forecast_from_files_to_json_loads_nothing_heavy(worked_case: Path, tmp_path: Path) -> None:
    target = tmp_path / "forecast.json"
    loaded = loaded_by(
        "import sys\nfrom foedus.cli import main\nsys.argv = ['foedus', 'forecast', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code",
        str(worked_case),
        "--json",
        str(target),
    )
    assert target.exists()
    assert "numpy" in loaded
    assert not loaded & HEAVY

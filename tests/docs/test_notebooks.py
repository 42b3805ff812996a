"""Every notebook runs from top to bottom in a kernel of its own, and so does every script of a scenario."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jupytext
import nbclient
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
SCRIPTS = sorted((ROOT / "scenarios").glob("*/*.py"))
SLOW = {ROOT / "scenarios" / "history-rok-us-2011-2014" / "run.py"}  # samples with PyMC: a minute or more


def test_there_is_something_to_run() -> None:
    assert NOTEBOOKS
    assert ROOT / "scenarios" / "rok-us-2025" / "run.py" in SCRIPTS


# The kernel's client warns of its own future; what the notebook itself warns of would be an error of the cell.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    monkeypatch.setenv("PYTHONWARNINGS", "default")
    notebook = jupytext.read(path, fmt="py:percent")
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert any("assert " in cell.source for cell in cells), "a notebook asserts what it tells"
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    assert all(cell.execution_count for cell in cells if cell.source.strip())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_as_a_script_from_anywhere(path: Path, tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=pytest.mark.slow) if path in SLOW else path for path in SCRIPTS],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_scenario_script_runs(path: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip(), "a script says what it found"

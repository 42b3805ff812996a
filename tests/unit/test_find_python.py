"""`.ci/find-python`: any usable Python is found, and where there is none the user learns what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "find-python"


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A PATH of our own: the few tools the script needs, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "cat", "dirname"):
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    return folder


def pretend(path: Path, version: str, venv: bool = True) -> Path:
    """Put a script at `path` that answers as a Python of that version would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        "#!/bin/sh",
        f'case "$2" in *ensurepip*) exit {int(not venv)} ;; esac',
        f"echo {version}",
        f"echo {path}",
    ]
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o755)
    return path


def find(bin_folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(bin_folder), "HOME": str(bin_folder.parent / "home"), **variables}
    return subprocess.run(
        ["/bin/sh", str(SCRIPT)], capture_output=True, text=True, env=environment, cwd=bin_folder.parent, check=False
    )


def test_an_old_python_alone_says_what_to_do(bin_folder: Path) -> None:
    old = pretend(bin_folder / "python3", "3.11.7")
    run = find(bin_folder)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.startswith("foedus needs Python 3.12 or newer, and none was found.")
    assert f"{old} is Python 3.11.7" in run.stderr
    assert "What to do: install Python 3.13" in run.stderr
    assert "make PYTHON=/path/to/python3.13" in run.stderr


def test_no_python_at_all(bin_folder: Path) -> None:
    run = find(bin_folder)
    assert run.returncode == 1
    assert "Found, but not usable" not in run.stderr
    assert "What to do" in run.stderr


def test_a_python_without_venv_is_not_usable(bin_folder: Path) -> None:
    pretend(bin_folder / "python3", "3.12.3", venv=False)
    run = find(bin_folder)
    assert run.returncode == 1
    assert "python3 is Python 3.12.3 without its venv module" in run.stderr


def test_a_shim_that_fails_is_passed_over(bin_folder: Path, tmp_path: Path) -> None:
    shim = tmp_path / "pyenv" / "shims" / "python3.13"
    shim.parent.mkdir(parents=True)
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    pretend(shim.with_name("python3"), "3.11.7")
    wanted = pretend(tmp_path / "pyenv" / "versions" / "3.13.0" / "bin" / "python3", "3.13.0")
    run = find(bin_folder, PATH=f"{shim.parent}:{bin_folder}")
    assert (run.returncode, run.stdout.strip()) == (0, str(wanted)), run.stderr


@pytest.mark.parametrize("where", ["variable", "home"])
def test_versions_of_pyenv_are_looked_at(bin_folder: Path, tmp_path: Path, where: str) -> None:
    root = tmp_path / "elsewhere" if where == "variable" else tmp_path / "home" / ".pyenv"
    wanted = pretend(root / "versions" / "3.12.1" / "bin" / "python3", "3.12.1")
    pretend(root / "versions" / "3.9.18" / "bin" / "python3", "3.9.18")
    run = find(bin_folder, **({"PYENV_ROOT": str(root)} if where == "variable" else {}))
    assert run.stdout.strip() == str(wanted), run.stderr


def test_the_variable_names_the_only_one_to_try(bin_folder: Path, tmp_path: Path) -> None:
    pretend(bin_folder / "python3", "3.13.0")
    old = pretend(tmp_path / "with space" / "python", "3.10.0")
    run = find(bin_folder, PYTHON=str(old))
    assert run.returncode == 1
    assert f"none was found under PYTHON={old}" in run.stderr
    new = pretend(tmp_path / "with space" / "python-new", "3.14.1")
    assert find(bin_folder, PYTHON=str(new)).stdout.strip() == str(new)


def test_the_real_one_is_found() -> None:
    run = subprocess.run(
        [str(SCRIPT)], capture_output=True, text=True, env={**os.environ, "PYTHON": sys.executable}, check=False
    )
    assert run.returncode == 0, run.stderr
    assert Path(run.stdout.strip()).exists()

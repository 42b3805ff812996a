"""What the README shows is what happens: commands and Python run, its case is a case, its links lead somewhere."""

from __future__ import annotations

import csv
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    return [body for found, body in FENCE.findall(text) if found == language]


@pytest.fixture
def folder(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where the scenarios can be read as from the top of the project, and nothing of it be written."""
    (tmp_path / "scenarios").symlink_to(root / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def foedus(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "foedus", *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_every_fence_is_of_a_kind_that_is_tested(readme: str) -> None:
    assert {language for language, _ in FENCE.findall(readme)} == {"sh", "console", "yaml", "csv", "python", "text"}
    assert readme.count("```") == 2 * len(FENCE.findall(readme))


def test_the_commands_run(readme: str, folder: Path) -> None:
    lines = [line.removeprefix("$ ") for block in blocks(readme, "console") for line in block.splitlines()]
    assert {shlex.split(line)[1] for line in lines} == {"new", "check", "forecast", "report", "codebook", "news"}
    for line in lines:
        run = foedus(*shlex.split(line)[1:])
        assert run.returncode == 0, f"{line}\n{run.stderr}"
    assert json.loads((folder / "my-case.json").read_text("utf-8"))["case"] == "my-case"
    assert (folder / "my-report" / "report.pdf").read_bytes().startswith(b"%PDF")


def test_the_python_runs(readme: str, folder: Path) -> None:
    (code,) = blocks(readme, "python")
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr
    assert "probability" in run.stdout


def test_the_case_in_the_readme_is_a_case(readme: str, folder: Path) -> None:
    documents = blocks(readme, "yaml")
    tables = blocks(readme, "csv")
    assert len(documents) == len(tables) == 2
    for document in documents:
        (folder / document.splitlines()[0].removeprefix("# ")).write_text(document, "utf-8")
        assert yaml.safe_load(document)["format"] == 1
    for name, table in zip(("judgments.csv", "signals.csv"), tables, strict=True):
        (folder / name).write_text(table, "utf-8")
        assert len({len(row) for row in csv.reader(table.splitlines())}) == 1
    (folder / "scenarios").unlink()
    run = foedus("forecast", ".", "--json", "-")
    assert run.returncode == 0, run.stderr
    forecast = json.loads(run.stdout)
    assert forecast["scenarios"][0]["id"] == "by_march"
    assert (forecast["signals"]["read"], forecast["signals"]["used"]) == (2, 2)


def test_the_make_targets_exist(readme: str, root: Path) -> None:
    makefile = (root / "Makefile").read_text("utf-8")
    named = set(re.findall(r"make ([a-z-]+)", (readme + (root / "CONTRIBUTING.md").read_text("utf-8"))))
    assert {"report", "test", "check", "bench"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_route_without_make_is_the_one_of_make(readme: str, root: Path) -> None:
    plain = blocks(readme, "sh")[1]
    as_of = re.search(r"--as-of (\S+)", plain)
    assert as_of
    assert f"AS_OF ?= {as_of[1]}\n" in (root / "Makefile").read_text("utf-8")


def test_links_and_pictures_are_there(readme: str, root: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", readme)
    paths = re.findall(r"`((?:scenarios|notebooks|reports|tests|model)/[\w./-]+)`", readme)
    assert links
    for path in links + paths:
        assert (root / path).exists(), path

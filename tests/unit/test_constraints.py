"""`constraints.txt`: exact versions and nothing else, of everything that pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def pinned(root: Path) -> dict[str, str]:
    lines = (root / "constraints.txt").read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    for line in lines[1:]:
        assert re.fullmatch(r"[\w.-]+==[\w.]+", line), line
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines[1:])}


def test_every_dependency_is_pinned_within_its_range(root: Path, pinned: dict[str, str]) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [Requirement(text) for text in project["dependencies"] + extras["test"] + extras["bench"]]
    assert len(wanted) > 20
    for requirement in wanted:
        version = pinned[canonicalize_name(requirement.name)]
        assert version in requirement.specifier, f"{requirement} but {version} in constraints.txt"

"""What every test shares: one seeded generator, one place that reads the seed, and the profiles of hypothesis."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import hypothesis
import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
WORKED_CASE = ROOT / "scenarios" / "rok-us-2025"

SEED_VARIABLE = "FOEDUS_TEST_SEED"  # another number here sweeps every sampled test to other draws
BASE_SEED = int(os.environ.get(SEED_VARIABLE, "20250801"))

hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("explore", deadline=None, print_blob=True)  # of `make test-long`
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """A number of its own for each test, the same at every run."""
    entropy = [BASE_SEED, zlib.crc32(request.node.nodeid.encode())]
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator of its own for each test, the same at every run."""
    return np.random.default_rng([BASE_SEED, zlib.crc32(request.node.nodeid.encode())])


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def worked_case() -> Path:
    """The folder of the worked case."""
    return WORKED_CASE

"""`foedus verify`: what it prints and how it ends: agreement, disagreement, or a check that failed itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import foedus
from build import by_level, case, day, ordinal
from foedus.case.new import write_new

QUICK = ("--method", "weights", "--draws", "500", "--chains", "2")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    write_new(tmp_path / "small")
    return tmp_path / "small"


def test_agreement_is_status_0_and_a_table(foedus_command: Callable[..., Any], small: Path) -> None:
    run = foedus_command("verify", small, *QUICK, "--json", "verify.json")
    assert run.status == 0, run.err
    told = json.loads(Path("verify.json").read_text("utf-8"))
    assert told["agrees"]
    assert told["method"] == "weights"
    assert told["reference"]["ok"]
    ids = [row["id"] for row in told["probabilities"]]
    scenarios = foedus.load(small).file.scenarios
    assert set(scenarios) < set(ids)
    for name in ids:
        assert any(line.startswith(name) and line.rstrip().endswith("yes") for line in run.out.splitlines()), name
    assert "effective sample size" in run.out
    assert f"Core and reference agree: {len(ids)} probabilities" in run.out
    for row in told["probabilities"]:
        assert row["z"] <= told["bound"]
        gap = max(abs(row["core"] - row["reference"]) - 1 / 512, 0)  # what 512 parameter draws explain
        error = np.hypot(row["core_mcse"], row["mcse"])
        assert row["z"] == pytest.approx(gap / error if gap else 0, rel=0.02, abs=0.02)


def test_a_wrong_core_is_status_1(
    foedus_command: Callable[..., Any], small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = foedus.forecast

    def wrong(loaded: foedus.Case, **options: Any) -> foedus.Forecast:
        """The forecast of other news than the reference is given."""
        now = right(loaded, **options)
        return replace(now, compiled=replace(now.compiled, problem=replace(now.compiled.problem, contributions=())))

    monkeypatch.setitem(vars(foedus), "forecast", wrong)
    run = foedus_command("verify", small, "--method", "weights", "--draws", "2000", "--chains", "2")
    assert run.status == 1
    assert "DISAGREE" in run.out
    assert "NO" in run.out
    assert "The forecast and the reference disagree: " in run.err
    assert "failed its own" not in run.err


def loud(signals: int = 60) -> foedus.Case:
    """News that hardly any draw of the prior agrees with."""
    codes = {
        name: {"bears_on": {"role": by_level(a=a, b=1 / a)}, "spread": 3} for name, a in (("up", 2), ("down", 0.5))
    }
    rows = [{"published": day(1 + i % 8), "code": "up", "source": f"s{i % 12}"} for i in range(signals)]
    sources = {f"s{i}": {"credence": [0.05, 0.5, 0.95]} for i in range(12)}
    return case(
        {"role": ordinal("a", "b", half_life=[2, 20, 200])},
        {"ann": {"role": {"a": 0.02, "b": 0.98}}},
        codes=codes,
        signals=rows,
        sources=sources,
        judged="2024-12-29",
        settings={"tempering": 0, "spread": 3, "draws": 1024},
    )


def test_a_reference_that_failed_says_nothing_of_the_forecast(
    foedus_command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(foedus), "load", lambda folder: loud())
    run = foedus_command("verify", "loud", "--method", "weights", "--draws", "50", "--chains", "2")
    assert run.status == 1
    assert "The reference failed its own diagnostics: this says nothing of the forecast." in run.err
    assert "effective sample size" in run.err
    assert "--method nuts" in run.err
    assert "agree:" not in run.out
    assert "DISAGREE" not in run.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere"], "nowhere"),
        (["small", "--method", "gibbs"], "--method"),
        (["small", "--draws", "3"], "--draws"),
        (["small", "--as-of", "1 May 2030"], "is not an ISO date"),
        (["small", "--json", "no/such/folder/x.json"], "make it first"),
    ],
)
def test_bad_input_is_status_2(
    foedus_command: Callable[..., Any], small: Path, arguments: list[str], complaint: str
) -> None:
    run = foedus_command("verify", *arguments)
    assert run.status == 2
    assert complaint in " ".join(run.err.replace("│", " ").split())
    assert run.out == ""


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the compiler
def test_nuts_agrees_on_the_new_case(foedus_command: Callable[..., Any], small: Path) -> None:
    run = foedus_command("verify", small, "--method", "nuts", "--draws", "1500", "--chains", "2")
    assert run.status == 0, run.err
    assert "R-hat" in run.out

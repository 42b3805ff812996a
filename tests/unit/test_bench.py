"""`foedus bench`: simulated cases are cases, promises are judged, and nothing counts that did not agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

import foedus
from foedus.bench.against import Run, ratios
from foedus.bench.cases import Size, simulated, write
from foedus.bench.core import Measure, hypothetical
from foedus.cli import benchmark
from foedus.cli.app import app

SMALL = Size(questions=3, signals=12, days=60, today=30)


def test_a_simulated_case_forecasts_and_reads_back_the_same(tmp_path: Path, rng: np.random.Generator) -> None:
    case = simulated(SMALL, rng)
    assert (len(case.file.questions), len(case.signals)) == (3, 12)
    write(case, tmp_path)
    now, read = (foedus.forecast(c, SMALL.as_of, draws=64) for c in (case, foedus.load(tmp_path)))
    assert now.estimates == read.estimates
    assert len(now.account.used) == 12
    assert any(abs(e.change) > 0 for e in now.scenario_estimates.values())


def test_simulated_cases_differ_by_seed_alone() -> None:
    first, again, other = (simulated(SMALL, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_hypothetical_signals_are_distinct_and_known_by_now(rng: np.random.Generator) -> None:
    now = foedus.forecast(simulated(SMALL, rng), SMALL.as_of, draws=64)
    rows = hypothetical(now, 200)
    assert len({tuple(row.values()) for row in rows}) == 200
    assert now.what_if(rows[:3]).notna().all(axis=None)


@pytest.mark.parametrize(
    ("value", "promise", "least", "kept"),
    [(1.0, 2.0, False, True), (3.0, 2.0, False, False), (3.0, 2.0, True, True), (1.0, 2.0, True, False)],
)
def test_promises(value: float, promise: float, least: bool, kept: bool) -> None:
    assert Measure("x", value, "s", promise, least).kept is kept
    assert Measure("x", value, "s", None).kept


CORE = Run("core", 60, effective=1e6, to_error=0.1, cold=0.2)
CHAIN = Run("nutpie", 60, effective=1e3, to_error=10.0, cold=60.0, worst=1.0)


def test_ratios_are_of_medians() -> None:
    done = [CORE, replace(CORE, effective=3e6), replace(CORE, effective=2e6), CHAIN]
    found = {m.name: m for m in ratios(done)}
    assert found["effective draws a second against nutpie, 60 signals"].value == pytest.approx(2000)
    assert found["time to half a point's error against nutpie, 60 signals"].value == pytest.approx(100)
    assert all(m.kept for m in found.values())


@pytest.mark.parametrize("fault", [{"worst": 3.5}, {"sound": False}])
def test_what_did_not_agree_or_failed_does_not_count(fault: dict[str, float]) -> None:
    found = {m.name: m for m in ratios([CORE, replace(CHAIN, **fault)])}
    assert not any("against" in name for name in found)
    assert not found["nutpie: runs that can be compared, 60 signals"].kept


def test_the_tables_say_what_was_measured() -> None:
    done = [Measure("a thing", 1234.5, "times", 300.0, least=True), Measure("another", 1.5, "s", 1.0)]
    text = benchmark.markdown(done)
    assert "| a thing | 1,234 times | at least 300 |" in text
    assert "| another | 1.5 s | at most 1 (not kept) |" in text
    assert benchmark.machine() in text
    console = Console(record=True, width=120)
    benchmark.show(console, done)
    assert "NO" in console.export_text()
    plain = benchmark.to_json(benchmark.Options(1, 1, (), ()), done)
    assert [m["kept"] for m in plain["measures"]] == [True, False]


@pytest.mark.parametrize(("option", "word"), [("--signals", "61"), ("--sampler", "gibbs")])
def test_an_unknown_word_is_refused(option: str, word: str) -> None:
    run = CliRunner().invoke(app, ["bench", option, word])
    assert run.exit_code == 2
    assert f"'{word}' is none of" in run.output

"""Runs the command line in this process, over a made-up forecast where the numbers don't matter."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import foedus
from foedus.cli import main
from foedus.report import ReportFiles
from report_fixture import make


@dataclass
class Run:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def foedus_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Run]:
    """The command `foedus`, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)  # a worker of xdist has it: tables would be as narrow as a terminal

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["foedus", *map(str, arguments)])
        try:
            main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        said = capsys.readouterr()
        return Run(status, said.out, said.err)

    return run


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """Replace load, forecast and report; what they were called with is in the list."""

    def pretend(**changes: Any) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []
        bundle = make(**changes)

        def forecast(case: Any, progress: Callable[..., None], **options: Any) -> Any:
            progress("sampling", 0.5)
            calls.append({"case": case, **options})
            return bundle.forecast

        def write_report(result: Any, out: Path, **options: Any) -> ReportFiles:
            options.pop("progress")("pages", 0.5)
            calls.append({"out": out, **options})
            pdf, figures = (out / "report.pdf",), (out / "figures" / "page-1.png",)
            return ReportFiles(pdf, figures, out / "forecast.json", out / "numbers.csv")

        for name, value in {
            "load": lambda folder, **_: bundle.forecast.case,
            "forecast": forecast,
            "write_report": write_report,
        }.items():
            monkeypatch.setitem(vars(foedus), name, value)
        return calls

    return pretend

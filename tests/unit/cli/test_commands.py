"""The commands: what they print and where, how they end, and that a user never sees a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import foedus
from foedus.errors import CaseError, DegenerateDraws, ExpressionError, Fault
from report_fixture import make


@pytest.mark.parametrize("command", ["new", "check", "code", "forecast", "report", "verify"])
def test_the_help_of_a_command_has_an_example(foedus_command: Callable[..., Any], command: str) -> None:
    run = foedus_command(command, "--help")
    assert run.status == 0
    assert f"Example: foedus {command} " in run.out


def test_help_and_version(foedus_command: Callable[..., Any]) -> None:
    assert "Begin with: foedus new my-case" in foedus_command("--help").out
    run = foedus_command("--version")
    assert (run.status, run.out) == (0, f"foedus {foedus.__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["forcast", "x"], "No such command 'forcast'"),
        (["forecast"], "Missing argument 'CASE'"),
        (["forecast", "x", "--seed", "-1"], "--seed"),
        (["forecast", "x", "--seed", "many"], "--seed"),
        (["report", "x", "--lang", "en,jp"], "'jp' is not a language that foedus writes in; write en, ko or en,ko"),
        (["report", "x", "--paper", "a3"], "--paper"),
    ],
)
def test_wrong_usage_is_status_2(foedus_command: Callable[..., Any], arguments: list[str], complaint: str) -> None:
    run = foedus_command(*arguments)
    assert run.status == 2
    assert run.out == ""
    assert complaint in " ".join(run.err.replace("│", " ").split())


class TestForecast:
    def test_prints_scenarios_questions_and_account(
        self, foedus_command: Callable[..., Any], pretended: Callable[..., Any]
    ) -> None:
        calls = pretended()
        run = foedus_command("forecast", "case", "--as-of", "2025-08-01", "--seed", "7", "--draws", "64")
        assert run.status == 0, run.err
        assert run.err == ""
        assert calls[0] == {"case": calls[0]["case"], "as_of": "2025-08-01", "seed": 7, "draws": 64}
        lines = run.out.splitlines()
        row = next(line for line in lines if line.startswith("Package deal"))
        cells = row.split("  ")
        assert [cell.strip() for cell in cells if cell.strip()][1].endswith("%")
        for text in ("None of these", "First Lee–Trump summit", "never", "Softened joint text", "not applicable"):
            assert text in run.out
        assert "Illustrative" in run.out
        account = make().forecast.account
        assert f"Signals: {account.read} read, {len(account.used)} used, {len(account.merged)} merged, " in run.out
        (name, reason), *_ = account.excluded
        assert f"excluded, {reason}: {name}" in run.out
        assert f"default: {account.defaulted[0]}" in run.out

    def test_json_to_standard_output_is_json_alone(
        self, foedus_command: Callable[..., Any], pretended: Callable[..., Any]
    ) -> None:
        pretended()
        run = foedus_command("forecast", "case", "--json", "-")
        assert json.loads(run.out)["case"] == "rok-us-2025"
        assert "Package deal" in run.err

    def test_json_to_a_file_leaves_nothing_else_behind(
        self, foedus_command: Callable[..., Any], pretended: Callable[..., Any], tmp_path: Path
    ) -> None:
        calls = pretended()
        refused = foedus_command("forecast", "case", "--json", "results/now.json")
        assert (refused.status, refused.out, calls) == (2, "", [])
        said = " ".join(refused.err.replace("│", " ").split())
        assert "the folder results does not exist: make it first" in said
        assert not (tmp_path / "results").exists()
        (tmp_path / "results").mkdir()
        run = foedus_command("forecast", "case", "--json", "results/now.json")
        assert "Package deal" in run.out
        assert json.loads((tmp_path / "results" / "now.json").read_text("utf-8"))["seed"] == 1
        assert [path.name for path in (tmp_path / "results").iterdir()] == ["now.json"]

    def test_an_old_file_stays_whole_where_the_new_one_fails(
        self, foedus_command: Callable[..., Any], pretended: Callable[..., Any], tmp_path: Path
    ) -> None:
        pretended(changes={"id": "nan-case"})
        (tmp_path / "now.json").write_text("old", "utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("report_fixture.FakeForecast.to_json", lambda self: {"probability": float("nan")})
            run = foedus_command("forecast", "case", "--json", "now.json")
        assert run.status == 70
        assert (tmp_path / "now.json").read_text("utf-8") == "old"

    def test_failed_diagnostics_are_status_1_and_say_what_to_do(
        self, foedus_command: Callable[..., Any], pretended: Callable[..., Any], tmp_path: Path
    ) -> None:
        pretended(ok=False)
        run = foedus_command("forecast", "case", "--json", "now.json")
        assert run.status == 1
        assert "own diagnostics failed" in run.err
        assert "outer ESS 21 is under 50: raise settings.draws" in run.err
        assert (tmp_path / "now.json").exists()

    def test_titles_are_printed_as_they_stand(
        self, foedus_command: Callable[..., Any], pretended: Callable[..., Any]
    ) -> None:
        title = "[bold]Deal[/bold] :smile: [link=x]"
        pretended(changes={"scenarios": {"deal": {"title": title, "when": "usfk_role == unchanged"}}})
        run = foedus_command("forecast", "case")
        assert run.status == 0, run.err
        assert title in run.out


class TestReport:
    def test_says_where_the_files_are(self, foedus_command: Callable[..., Any], pretended: Callable[..., Any]) -> None:
        calls = pretended()
        run = foedus_command("report", "case", "--lang", "en, ko", "--paper", "letter")
        assert run.status == 0, run.err
        folder = Path("reports") / "rok-us-2025"
        assert calls[-1] == {"out": folder, "languages": ("en", "ko"), "paper": "letter"}
        names = ["report.pdf", "forecast.json", "numbers.csv", "figures: 1 pictures"]
        assert run.out.splitlines() == [str(folder / name) for name in names]

    def test_goes_where_it_is_told(self, foedus_command: Callable[..., Any], pretended: Callable[..., Any]) -> None:
        calls = pretended(ok=False)
        run = foedus_command("report", "case", "--out", "there")
        assert calls[-1]["out"] == Path("there")
        assert run.status == 1


class TestErrors:
    @pytest.fixture
    def failing(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
        """Make every load end in the given error."""

        def fail(error: BaseException) -> None:
            def load(folder: Path, **_: object) -> None:
                raise error

            monkeypatch.setitem(vars(foedus), "load", load)

        return fail

    def test_every_fault_has_its_file_and_line(
        self, foedus_command: Callable[..., Any], failing: Callable[..., None], tmp_path: Path
    ) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "case.yaml").touch()
        failing(
            CaseError(
                [Fault("case.yaml", 12, "no such field 'tittle'; did you mean 'title'?"), Fault("--as-of", 0, "bad")]
            )
        )
        run = foedus_command("forecast", "mine", "--json", "out.json")
        assert run.status == 2
        assert run.out == ""
        place = Path("mine") / "case.yaml"
        assert run.err.splitlines() == ["--as-of: bad", f"{place}:12: no such field 'tittle'; did you mean 'title'?"]
        assert not (tmp_path / "out.json").exists()

    @pytest.mark.parametrize(
        ("error", "status", "text"),
        [
            (ExpressionError("unknown question 'sumit'", "sumit is never", 1), 2, "unknown question 'sumit'"),
            (DegenerateDraws("no draw has any weight"), 1, "No forecast: no draw has any weight"),
            (PermissionError(13, "Permission denied", "signals.csv"), 2, "signals.csv: Permission denied"),
            (ZeroDivisionError("division by zero"), 70, "A fault in foedus itself"),
        ],
    )
    def test_any_error_is_a_message_and_a_status(
        self,
        foedus_command: Callable[..., Any],
        failing: Callable[..., None],
        error: Exception,
        status: int,
        text: str,
    ) -> None:
        failing(error)
        run = foedus_command("check", "mine")
        assert run.status == status
        assert text in run.err
        assert "Traceback" not in run.err

    def test_an_interrupt_is_status_130(self, foedus_command: Callable[..., Any], failing: Callable[..., None]) -> None:
        failing(KeyboardInterrupt())
        assert foedus_command("check", "mine").status == 130

    def test_a_developer_can_ask_for_the_traceback(
        self, foedus_command: Callable[..., Any], failing: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        failing(ZeroDivisionError("division by zero"))
        monkeypatch.setenv("FOEDUS_DEBUG", "1")
        with pytest.raises(ZeroDivisionError, match="division by zero"):
            foedus_command("check", "mine")


def test_work_in_progress_shows_on_a_terminal_and_only_there(
    foedus_command: Callable[..., Any], pretended: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    pretended()
    assert foedus_command("report", "case").err == ""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    shown = foedus_command("report", "case").err
    assert "Forecasting: sampling 50%" in shown
    assert "Writing the report: pages 50%" in shown


def test_a_language_and_a_paper_in_any_case_and_draws_of_a_report(
    foedus_command: Callable[..., Any], pretended: Callable[..., Any]
) -> None:
    calls = pretended()
    run = foedus_command("report", "case", "--lang", "EN,Ko", "--paper", "A4", "--draws", "64")
    assert run.status == 0, run.err
    assert calls[0]["draws"] == 64
    assert (calls[1]["languages"], calls[1]["paper"]) == (("en", "ko"), "a4")

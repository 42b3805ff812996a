"""`foedus elicit` as experts' hosts use it: feedback, forms and what comes back, and the dependence."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("command", ["feedback", "sheet", "load", "dependence"])
def test_the_help_of_a_command_has_an_example(foedus_command: Callable[..., Any], command: str) -> None:
    run = foedus_command("elicit", command, "--help")
    assert run.status == 0
    assert f"Example: foedus elicit {command} " in " ".join(run.out.split())


def test_feedback_writes_pages(foedus_command: Callable[..., Any], worked_case: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = foedus_command("elicit", "feedback", str(worked_case), "--out", str(out), "--lang", "en,ko",
                         "--expert", "expert_a", "--question", "sma_reopened")  # fmt: skip
    assert run.status == 0, run.err
    assert run.out.splitlines() == [
        str(out / "expert_a" / "feedback.pdf"),
        str(out / "expert_a" / "feedback.ko.pdf"),
        f"{out}: 2 pictures of pages",
    ]
    assert (out / "expert_a" / "sma_reopened.ko.png").stat().st_size > 10_000


def test_a_form_goes_out_and_comes_back(foedus_command: Callable[..., Any], worked_case: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(worked_case, tmp_path / "case"))
    run = foedus_command("elicit", "sheet", str(folder), "--expert", "expert_b", "--lang", "ko", "--out", str(tmp_path))
    assert run.status == 0, run.err
    path = Path(run.out.splitlines()[0])
    assert path.name == "elicit-rok-us-2025-expert_b.ko.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    name = "sma_reopened|probability"
    answers = {"#as_of": "2025-07-01", f"{name}|no|": "90%", f"{name}|yes|": "10%"}
    for row in rows:
        row[3] = answers.get(row[0], row[3])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    shown = foedus_command("elicit", "load", str(path), str(folder))
    assert shown.status == 0, shown.err
    assert "expert_b,2025-07-01,2,sma_reopened,,probability,yes,0.1,\n" in shown.out
    assert "2 answers, " in shown.err
    before = (folder / "judgments.csv").read_text("utf-8")
    added = foedus_command("elicit", "load", str(path), str(folder), "--append")
    assert added.status == 0, added.err
    assert (folder / "judgments.csv").read_text("utf-8").startswith(before)
    again = foedus_command("elicit", "load", str(path), str(folder), "--append")
    assert again.status == 2
    assert f"{folder / 'judgments.csv'}:" in again.err
    refused = foedus_command(
        "elicit", "sheet", str(folder), "--expert", "expert_b", "--lang", "ko", "--out", str(tmp_path)
    )
    assert refused.status == 2
    assert "is there already, and may have been filled in" in refused.err


def test_the_dependence_as_a_table(foedus_command: Callable[..., Any], worked_case: Path) -> None:
    run = foedus_command("elicit", "dependence", str(worked_case))
    assert run.status == 0, run.err
    line = next(line for line in run.out.splitlines() if line.startswith("summit_date ~ joint_document"))
    assert "-0.48" in line
    assert "0.34" in line
    assert "-0.96 to +0.81" in line
    assert "The pooled correlations fit together as they are." in run.out


def test_nothing_judged_is_said(foedus_command: Callable[..., Any], tmp_path: Path) -> None:
    assert foedus_command("new", str(tmp_path / "case")).status == 0
    path = tmp_path / "case" / "judgments.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    given = rows[0].index("given")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            row for row in rows if row is rows[0] or (not row[given] and "~" not in ",".join(row))
        )
    run = foedus_command("elicit", "dependence", str(tmp_path / "case"))
    assert run.status == 0, run.err
    assert "Nobody judged how questions hang together: they are taken as independent." in run.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["feedback", "{case}", "--expert", "nobody"], "--expert: there is no 'nobody'"),
        (["feedback", "{case}", "--lang", "fr"], "'fr' is not a language that foedus writes in; write en, ko or en,ko"),
        (["sheet", "{case}", "--expert", "nobody"], "--expert: there is no 'nobody'"),
        (["load", "{case}/case.yaml", "{case}"], "case.yaml: is neither .csv nor .xlsx: save the form as one of them"),
        (["dependence", "{case}/nowhere"], "there is no such folder"),
    ],
)
def test_wrong_usage_is_status_2(
    foedus_command: Callable[..., Any], worked_case: Path, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    run = foedus_command("elicit", *(argument.replace("{case}", str(worked_case)) for argument in arguments))
    assert run.status == 2
    assert complaint in " ".join(run.err.replace("│", " ").split())

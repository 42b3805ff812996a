"""The commands `foedus elicit ...`, from files to tables, JSON and files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import foedus
import geopol
from excalibur_fixture import write_excalibur

Command = Callable[..., Any]


@pytest.fixture
def new_case(foedus_command: Command, tmp_path: Path) -> Path:
    assert foedus_command("new", "my-case").status == 0
    return tmp_path / "my-case"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """The published study as judgments.csv and seeds.csv."""
    study = geopol.study()
    said = ["expert,as_of,question,element,level,value"]
    said += [
        f"{who},2025-06-04,{item},quantile,{level:g},{float(study.values[e, n, k])!r}"
        for e, who in enumerate(study.experts)
        for n, item in enumerate(study.items)
        for k, level in enumerate(study.levels)
    ]
    known = ["question,unit,scale,answer,source"]
    known += [
        f"{item},,{'log' if log else 'uni'},{float(x)!r},"
        for item, log, x in zip(study.items, study.log, study.answers, strict=True)
    ]
    for name, rows in (("j.csv", said), ("s.csv", known)):
        (tmp_path / name).write_text("\n".join(rows) + "\n")
    return tmp_path / "j.csv", tmp_path / "s.csv"


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_performance_as_json(foedus_command: Command, pair: tuple[Path, Path]) -> None:
    run = foedus_command("elicit", "performance", *pair, "--json", "-")
    assert run.status == 0, run.err
    found = json.loads(run.out)
    for name, (calibration, _, combined, _) in geopol.EXPERTS.items():
        assert found["experts"][name]["calibration"] == pytest.approx(calibration, rel=5e-6)
        assert found["experts"][name]["weight"] == pytest.approx(combined, rel=5e-6)
    assert list(found["decision_makers"]) == list(geopol.DECISION_MAKERS)
    for name, (calibration, information, combined) in geopol.DECISION_MAKERS.items():
        dm = found["decision_makers"][name]
        assert (dm["calibration"], dm["combined"]) == pytest.approx((calibration, combined), abs=1e-6)
        assert dm["information"] == pytest.approx(information, abs=5e-5)
    assert found["decision_makers"]["global_optimised"]["cutoff"] == pytest.approx(geopol.CUTOFF, abs=5e-8)
    assert "cutoff" not in found["decision_makers"]["equal"]
    assert "robustness" not in found


def test_performance_as_tables(foedus_command: Command, pair: tuple[Path, Path]) -> None:
    run = foedus_command("elicit", "performance", *pair, "--robustness")
    assert run.status == 0, run.err
    assert "8 experts, 18 seed questions, 3 quantiles" in run.out
    rows = {line.split()[0]: line.split() for line in run.out.splitlines() if line.strip()}
    assert rows["global_optimised"][1:] == ["0.6369", "1.0393", "0.6620", "0.0148", "Ex1,", "Ex4"]
    assert rows["Ex8"][1:5] == ["18", "2.90e-08", "2.1722", "6.29e-08"]
    assert "seed S18" in run.out
    assert "Out of sample" in run.out


def test_performance_of_what_cannot_be_read(foedus_command: Command, pair: tuple[Path, Path], tmp_path: Path) -> None:
    run = foedus_command("elicit", "performance", pair[0], tmp_path / "nothing.csv", "--json", "x.json")
    assert (run.status, run.out) == (2, "")
    assert "nothing.csv: there is no such file" in run.err
    assert not (tmp_path / "x.json").exists()
    run = foedus_command("elicit", "performance", pair[0], tmp_path / "study.rls")
    assert "a pair of .csv files, or a .dtt with its .rls, is wanted here; got .csv and .rls" in run.err
    run = foedus_command("elicit", "performance", *pair, "--json", "no/such/x.json")
    assert run.status == 2
    assert "the folder no/such does not exist" in " ".join(run.err.replace("│", " ").split())


def test_compare_shows_rules_side_by_side(foedus_command: Command, new_case: Path, tmp_path: Path) -> None:
    run = foedus_command("elicit", "compare", "my-case", "--json", "c.json")
    assert run.status == 0, run.err
    assert "linear (case)" in run.out
    assert "Rules disagree by up to" in run.out
    assert "method beta is fitted to seed questions: add seeds.csv" in run.out
    found = json.loads((tmp_path / "c.json").read_text("utf-8"))
    rules = {rule["rule"] for rule in found["questions"][0]["rules"]}
    assert rules == {"linear", "log", "quantile", "median", "probit", "log_odds", "hierarchical"}
    assert all(question["disagreement"] >= 0 for question in found["questions"])


def test_import_writes_a_case_s_files_and_reports_every_row_dropped(foedus_command: Command, tmp_path: Path) -> None:
    (tmp_path / "cost.csv").write_text("quantile,Ann,Bo\nlower,0,0\n0.25,20,30\n0.5,30,40\n0.75,45,x\n")
    run = foedus_command("elicit", "import", "cost.csv", "--as-of", "2025-06-04", "--out", "new", "--name", "cost=sma")
    assert run.status == 0, run.err
    assert "shelf: 5 numbers of 2 experts on 1 questions" in run.out
    assert "2 rows dropped" in run.out
    assert "cost.csv:5: Bo on cost: the 0.75 quantile: 'x' is not a number" in " ".join(run.out.split())
    rows = rows_of(tmp_path / "new" / "judgments.csv")
    assert [row["question"] for row in rows] == ["sma"] * 5
    assert not (tmp_path / "new" / "seeds.csv").exists()
    again = foedus_command("elicit", "import", "cost.csv", "--as-of", "2025-06-04", "--out", "new")
    assert again.status == 2
    assert "judgments.csv: is there already: name another folder" in again.err
    wrong = foedus_command("elicit", "import", "cost.csv", "--as-of", "4/6/25", "--out", "other")
    assert wrong.status == 2
    assert not (tmp_path / "other").exists()


def test_what_was_imported_can_be_scored(foedus_command: Command, tmp_path: Path) -> None:
    write_excalibur(tmp_path, geopol.study())
    run = foedus_command("elicit", "import", "study.dtt", "--as-of", "2025-06-04", "--out", "new")
    assert run.status == 0, run.err
    run = foedus_command("elicit", "performance", "new/judgments.csv", "new/seeds.csv", "--json", "-")
    assert json.loads(run.out)["decision_makers"]["global"]["combined"] == pytest.approx(0.6603883968, abs=1e-8)


def test_what_was_not_counted_is_told_briefly_and_in_full_as_json(foedus_command: Command, tmp_path: Path) -> None:
    study = geopol.study()
    study.values[2:4, :15] = float("nan")
    files = write_excalibur(tmp_path, study)
    run = foedus_command("elicit", "performance", *files)
    assert run.out.count("note: ") == 21
    assert "note: and 10 more; --json has all of them" in run.out
    assert len(json.loads(foedus_command("elicit", "performance", *files, "--json", "-").out)["notes"]) == 30


def test_export_writes_what_was_pooled(foedus_command: Command, new_case: Path, tmp_path: Path) -> None:
    run = foedus_command("elicit", "export", "my-case", "--out", "pool")
    assert run.status == 0, run.err
    rows = rows_of(tmp_path / "pool" / "pooled.csv")
    asked = foedus.load(new_case).file.questions
    of = {name: [row for row in rows if row["question"] == name] for name in asked}
    for name, cells in of.items():
        if getattr(asked[name], "parent", None) is None:
            assert sum(float(row["probability"]) for row in cells) == pytest.approx(1, abs=1e-9)
            assert float(cells[-1]["cumulative"]) == pytest.approx(1, abs=1e-9)


def test_a_base_rate_from_past_cases(foedus_command: Command, new_case: Path) -> None:
    case = new_case / "case.yaml"
    asked = next(name for name, q in foedus.load(new_case).file.questions.items() if q.type == "ordinal")
    levels = [level.id for level in foedus.load(new_case).file.questions[asked].levels]  # type: ignore[union-attr]
    text = case.read_text("utf-8")
    case.write_text(text.replace("panel:\n", "panel:\n  past: {kind: base_rate}\n", 1), "utf-8")
    rows = [f"past,2030-01-01,{asked},{level},{count}" for level, count in zip(levels, (7, 2), strict=False)]
    path = new_case / "reference_class.csv"
    path.write_text("\n".join(["expert,as_of,question,outcome,count", *rows]) + "\n", "utf-8")
    run = foedus_command("elicit", "compare", "my-case")
    assert run.status == 0, run.err
    assert f"past on {asked}: 9 past cases" in run.out
    assert "do not enter the ranges of a forecast" in " ".join(run.out.split())
    assert foedus_command("forecast", "my-case").status == 0
    path.write_text(path.read_text("utf-8").replace(levels[0], "nonsense"), "utf-8")
    run = foedus_command("check", "my-case")
    assert run.status == 2
    assert "reference_class.csv:2: outcome: no level 'nonsense'" in run.err

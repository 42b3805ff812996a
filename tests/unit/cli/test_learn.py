"""`foedus learn`: what is refused before any work, what is written, and what status says. Sampling is pretended."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import foedus
from foedus.bayes import learning, learning_codes
from foedus.bayes.learning import Learned
from foedus.bayes.learning_cases import Told, shared_by
from foedus.bayes.learning_codes import Taught
from foedus.bayes.sampling import Sampled
from foedus.news.leads import Design
from foedus.news.rates import level_index, prior_rates

Command = Callable[..., Any]
GOOD = Sampled({"x": np.zeros((4, 1000))}, 1.0, 1.0, 1.001, 900.0, 0)


@pytest.fixture
def tables(root: Path) -> tuple[Path, Path]:
    folder = root / "scenarios" / "history-rok-us-2011-2014"
    return folder / "weekly_counts.csv", folder / "summits.csv"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace sampling by draws that are `part` as wide as the prior."""

    def pretend(part: float = 0.3, sampled: Sampled = GOOD) -> None:
        def learn_counts(made: Design, rng: np.random.Generator, **_: Any) -> Learned:
            shape = level_index(made), len(made.bands), len(made.eras)
            prior, drawn = prior_rates(*shape, rng, 2000), prior_rates(*shape, rng, 2000)
            names = ("baseline", "effect", "deviation", "deviation_spread")
            return Learned(made, prior, replace(drawn, **{n: part * getattr(drawn, n) for n in names}), sampled)

        monkeypatch.setattr(learning, "learn_counts", learn_counts)

    return pretend


@pytest.fixture
def coded(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def pretend(part: float = 0.5, sampled: Sampled = GOOD) -> None:
        def learn_cases(cases: list[Told], rng: np.random.Generator, **_: Any) -> Taught:
            t = cases[0].problem.tellings
            xi = rng.normal(size=(2000, 1)) * ((t.above > 0) | (t.kappa > 0))
            prior = np.where(np.isfinite(t.middle), t.middle + t.offset, -9.0)
            credence = np.full((2000, len(cases[0].problem.credences.certain)), 0.5)
            rows = prior + 0.5 * xi, prior + part * 0.5 * xi
            return Taught(tuple(cases), shared_by(cases), rows[1], rows[0], credence, credence, rng.random(9), sampled)

        monkeypatch.setattr(learning_codes, "learn_cases", learn_cases)

    return pretend


def test_counts_alone_print_what_was_learned(
    foedus_command: Command, tables: tuple[Path, Path], counted: Callable[..., None], tmp_path: Path
) -> None:
    counted()
    run = foedus_command("learn", "counts", *tables)
    assert (run.status, run.err) == (0, "")
    assert "167 weeks, 2011-10-10 to 2014-12-15; eras: 2011, 2012, 2013, 2014" in run.out
    assert "Outcomes near them: 2011-10-13, 2012-03-25, 2013-05-07, 2014-04-25." in run.out
    assert "036_leader" in run.out
    assert "passed" in run.out
    assert not list(tmp_path.iterdir())


def test_a_codebook_s_next_version_is_written_and_says_what_it_rests_on(
    foedus_command: Command, tables: tuple[Path, Path], counted: Callable[..., None], worked_case: Path, tmp_path: Path
) -> None:
    counted()
    out = tmp_path / "codebook.yaml"
    asked = ("--case", worked_case, "--code", "leader_call=040_041_leader", "--out", out)
    run = foedus_command("learn", "counts", *tables, *asked)
    assert run.status == 0, run.err
    assert f"{out}: version 1.2.0 of rok-us-2025's codebook, 1 values of it new" in run.out
    shutil.copytree(worked_case, tmp_path / "case")
    shutil.copy(out, tmp_path / "case" / "codebook.yaml")
    codebook = foedus.load(tmp_path / "case").codebook
    entry = codebook.codes["leader_call"].bears_on["summit_date"]
    assert codebook.version == "1.2.0"
    assert (entry.by, entry.basis) == ("lead", "empirical")
    assert entry.multipliers is not None
    assert list(entry.multipliers) == ["<=14", "<=30", "<=60", "<=90", "later", "never"]
    assert entry.multipliers["later"].certain
    assert not entry.multipliers["<=14"].certain
    record = json.loads((tmp_path / "learned.json").read_text("utf-8"))
    assert entry.source is not None
    for said in (
        record["inputs"]["weekly_counts.csv"],
        "48 events",
        "167 weeks of 4 eras",
        "4 outcomes",
        "R-hat 1.001",
    ):
        assert said in entry.source("en")
    assert record["codebook"]["from"] == "1.1.0"
    assert record["diagnostics"]["ok"]
    learned = next(c for c in record["columns"] if c["id"] == "040_041_leader")
    assert learned["events"] == 48
    band = entry.multipliers["<=14"]
    assert learned["presence"]["<=14"]["posterior"] == pytest.approx([band.low, band.middle, band.high], rel=6e-3)

    again = foedus_command("learn", "counts", *tables, *asked)
    assert again.status == 2
    assert "is there already: name another place, or add --force" in " ".join(again.err.replace("│", " ").split())
    assert foedus_command("learn", "counts", *tables, *asked, "--force", "--multiplier", "rate").status == 0
    record = json.loads((tmp_path / "learned.json").read_text("utf-8"))
    written = record["codebook"]["replaced"]["codes.leader_call.bears_on.summit_date"]["multipliers"]["<=14"]
    learned = next(c for c in record["columns"] if c["id"] == "040_041_leader")
    assert written == pytest.approx(learned["rate"]["<=14"]["posterior"], rel=6e-3)


def test_what_taught_nothing_stays_as_it_is(
    foedus_command: Command, tables: tuple[Path, Path], counted: Callable[..., None], worked_case: Path, tmp_path: Path
) -> None:
    counted(1.0)
    out = tmp_path / "new.yaml"
    run = foedus_command(
        "learn", "counts", *tables, "--case", worked_case, "--code", "leader_call=036_leader", "--out", out
    )
    assert run.status == 0
    assert "warning: leader_call: 036_leader taught nothing of it, and it stays as it is" in run.err
    assert not out.exists()
    assert (tmp_path / "learned.json").exists()


def test_draws_that_failed_their_diagnostics_give_status_1_and_no_codebook(
    foedus_command: Command, tables: tuple[Path, Path], counted: Callable[..., None], worked_case: Path, tmp_path: Path
) -> None:
    counted(0.3, replace(GOOD, r_hat=1.3))
    out = tmp_path / "new.yaml"
    run = foedus_command(
        "learn", "counts", *tables, "--case", worked_case, "--code", "leader_call=036_leader", "--out", out
    )
    assert run.status == 1
    assert "Do not use these numbers" in run.err
    assert "chains differ: R-hat 1.300, at most" in run.err
    assert not out.exists()
    assert not json.loads((tmp_path / "learned.json").read_text("utf-8"))["diagnostics"]["ok"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--code", "leader_call=036_leader"], "--out needs --case and at least one --code CODE=COLUMN"),
        (["--case", "."], "--out needs --case and at least one --code CODE=COLUMN, and they need --out"),
        (["--bands", "30,14"], "write the last day of each band in order, such as 14,30,60,90"),
        (["--bands", "14,x"], "write the last day of each band in order, such as 14,30,60,90"),
        (["--bands", "999"], "more than two years ahead says nothing"),
        (["--eras", "2013-1-1"], "is not a date"),
        (["--eras", "2014-01-01,2013-01-01"], "write the days in order, each once, or `year`"),
        (["--known-until", "soon"], "is not a date"),
        (["--known-until", "2015-01-01"], "complete until 2015-01-01, and goes on to 2018-09-24"),
        (["--keep-aside", "2011"], "there must be weeks of it, and earlier years; the table has 2011, 2012,"),
        (["--code", "leader_call", "--out", "x.yaml"], "write CODE=COLUMN, each code once"),
    ],
)  # fmt: skip
def test_what_can_t_be_is_refused_before_any_work(
    foedus_command: Command, tables: tuple[Path, Path], options: list[str], said: str
) -> None:
    run = foedus_command("learn", "counts", *tables, *options)
    assert run.status == 2
    assert said in " ".join(run.err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["leader_cal=036_leader"], "--code: no code is called 'leader_cal'; did you mean 'leader_call'?"),
        (["leader_call=036_leder"], "--code: no column is called '036_leder'; did you mean '036_leader'?"),
    ],
)
def test_codes_and_columns_that_are_not_there_are_named(
    foedus_command: Command, tables: tuple[Path, Path], worked_case: Path, pairs: list[str], said: str
) -> None:
    options = [x for pair in pairs for x in ("--code", pair)]
    run = foedus_command("learn", "counts", *tables, "--case", worked_case, *options, "--out", "new.yaml")
    assert (run.status, run.err.strip()) == (2, said)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("summit_window_stated", "bears on summit_date by target, and a history tells lead times: name a code by lead"),
        ("line_summit_window", "is a line of documents: a history counts events, so name a code of another kind"),
    ],
)
def test_a_code_that_can_t_take_lead_times_is_refused(
    foedus_command: Command,
    tables: tuple[Path, Path],
    counted: Callable[..., None],
    worked_case: Path,
    code: str,
    said: str,
) -> None:
    counted()
    run = foedus_command(
        "learn", "counts", *tables, "--case", worked_case, "--code", f"{code}=036_leader", "--out", "x.yaml"
    )
    assert run.status == 2
    assert f"--code: {code} {said}" in run.err
    assert not Path("x.yaml").exists()


def test_faults_of_tables_have_their_file_and_line(
    foedus_command: Command, tables: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "counts.csv").write_text("week_starting,036_leader\n2012-01-02,1\n2012-01-09,x\n", "utf-8")
    run = foedus_command("learn", "counts", tmp_path / "counts.csv", tables[1])
    assert run.status == 2
    assert run.err.startswith(f"{tmp_path / 'counts.csv'}:3: 036_leader: 'x' is not a number")


def test_resolved_cases_teach_and_the_codebook_takes_it(
    foedus_command: Command, coded: Callable[..., None], worked_case: Path, tmp_path: Path
) -> None:
    coded()
    run = foedus_command("learn", "cases", worked_case, "--out", "new.yaml")
    assert run.status == 0, run.err
    assert "1 resolved case: rok-us-2025" in run.out
    assert "One case can hardly teach how telling a code is" in run.out
    assert "version 1.2.0 of rok-us-2025's codebook" in run.out
    record = json.loads((tmp_path / "learned.json").read_text("utf-8"))
    assert record["from"] == "cases"
    assert all(row["learned"] == (row["width"] < 0.9) for row in record["multipliers"])
    new = (tmp_path / "new.yaml").read_text("utf-8")
    assert "basis: empirical" in new
    before = foedus.load(worked_case).codebook.codes["leader_call"].bears_on["summit_date"].multipliers
    assert before is not None
    row = next(r for r in record["multipliers"] if (r["code"], r["band"]) == ("leader_call", "<=14"))
    assert row["posterior"][1] == pytest.approx(before["<=14"].middle, rel=0.06)  # the median of 2000 draws


def test_cases_that_taught_nothing_leave_the_codebook_alone(
    foedus_command: Command, coded: Callable[..., None], worked_case: Path, tmp_path: Path
) -> None:
    coded(1.0)
    run = foedus_command("learn", "cases", worked_case, "--out", "new.yaml")
    assert run.status == 0
    assert "Nothing was learned that the codebook could take: new.yaml is not written." in run.out
    assert [path.name for path in tmp_path.iterdir()] == ["learned.json"]


def test_a_case_that_is_not_resolved_is_refused(foedus_command: Command, tmp_path: Path) -> None:
    foedus_command("new", "mine")
    run = foedus_command("learn", "cases", "mine")
    assert run.status == 2
    assert "resolutions.csv: " in run.err
    assert "is not resolved: a case teaches once resolutions.csv says what came true" in run.err


def test_a_case_named_twice_is_refused(foedus_command: Command, worked_case: Path) -> None:
    run = foedus_command("learn", "cases", worked_case, worked_case)
    assert run.status == 2
    assert "rok-us-2025 is named twice" in run.err


def test_help_has_an_example(foedus_command: Command) -> None:
    for words in (("learn",), ("learn", "counts"), ("learn", "cases")):
        run = foedus_command(*words, "--help")
        assert run.status == 0
        assert "Example: foedus learn" in run.out

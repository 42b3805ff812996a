"""The commands on the case that `foedus new` writes: from files to numbers, nothing pretended."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader


@pytest.fixture
def new_case(foedus_command: Callable[..., Any], tmp_path: Path) -> Path:
    run = foedus_command("new", "my-case")
    assert run.status == 0, run.err
    assert run.out.splitlines()[-1] == "Next: foedus check my-case && foedus forecast my-case"
    return tmp_path / "my-case"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_new_leaves_a_folder_with_something_in_it_alone(foedus_command: Callable[..., Any], new_case: Path) -> None:
    before = {path.name: path.read_bytes() for path in new_case.iterdir()}
    run = foedus_command("new", "my-case")
    assert (run.status, run.out) == (2, "")
    assert "my-case: is not empty" in run.err
    assert {path.name: path.read_bytes() for path in new_case.iterdir()} == before


def test_check_prints_what_each_signal_says(foedus_command: Callable[..., Any], new_case: Path) -> None:
    run = foedus_command("check", "my-case")
    assert run.status == 0, run.err
    said = " ".join(run.out.split())
    assert "window_stated (2030-05-01 to 2030-06-30): before 1, within 4" in said
    assert "(capped: s08 says the same more strongly (summit_plan))" in said
    assert "s04, s05" in said
    assert "2030-02-03" in said, "seen on the day of publication"
    assert "Signals: 8 read, 6 used, 2 merged, 0 excluded" in said


def test_check_and_report_show_what_was_counted(
    foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path
) -> None:
    """The counted code that the template holds as a comment, and a week of it in which much was seen."""
    book = new_case / "codebook.yaml"
    lines = book.read_text("utf-8").splitlines()
    start = lines.index("  # base_protests:")
    for i in range(start, start + 7):
        lines[i] = lines[i].replace("# ", "", 1)
    book.write_text("\n".join(lines), "utf-8")
    counted = "published,from,to,code,source,count\n2030-02-11,2030-02-04,2030-02-10,base_protests,daily_herald,9\n"
    (new_case / "counts.csv").write_text(counted, "utf-8")
    run = foedus_command("check", "my-case")
    assert run.status == 0, run.err
    said = " ".join(run.out.split())
    assert "2030-02-04..2030-02-10" in said
    assert "2.76" in said, "expected in a week"
    assert "no 1.6, yes 0.7" in said
    assert "Signals: 9 read, 7 used" in said
    run = foedus_command("report", "my-case", "--lang", "ko")
    assert run.status == 0, run.err
    numbers = json.loads((tmp_path / "reports" / "my-case" / "forecast.json").read_text("utf-8"))
    assert numbers["signals"]["used"] == 7
    assert "counts.csv" in numbers["inputs"]


def test_check_as_of_leaves_out_what_came_later(foedus_command: Callable[..., Any], new_case: Path) -> None:
    run = foedus_command("check", "my-case", "--as-of", "2030-03-01T09:00:00+09:00")
    assert "Signals: 8 read, 2 used, 0 merged, 6 excluded" in run.out
    assert "later on the as-of day: s03" in run.out


def test_forecast_is_the_same_twice_and_another_with_another_seed(
    foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path
) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run = foedus_command("forecast", "my-case", "--seed", seed, "--json", f"{name}.json")
        assert run.status == 0, run.err
    texts = [(tmp_path / f"{name}.json").read_bytes() for name in "abc"]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]
    scenarios = json.loads(texts[0])["scenarios"]
    assert [scenario["id"] for scenario in scenarios] == ["package_deal", "costly_renewal", "stalemate"]


def test_report_writes_what_it_says_and_the_forecast_that_forecast_writes(
    foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path
) -> None:
    run = foedus_command("report", "my-case", "--lang", "en,ko", "--paper", "letter")
    assert run.status == 0, run.err
    folder = tmp_path / "reports" / "my-case"
    *files, pictures = run.out.splitlines()
    assert {Path(file).name for file in files} == {"report.pdf", "report.ko.pdf", "forecast.json", "numbers.csv"}
    assert all((tmp_path / file).exists() for file in files)
    assert pictures.endswith(f": {len(list((folder / 'figures').glob('*.png')))} pictures")
    assert (folder / "figures" / "page-1.png").exists()
    foedus_command("forecast", "my-case", "--json", "now.json")
    assert (tmp_path / "now.json").read_bytes() == (folder / "forecast.json").read_bytes()


def test_a_day_is_its_end_in_the_zone_of_the_case(
    foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path
) -> None:
    for name, moment in (("day", "2030-04-10"), ("end", "2030-04-10T15:00:00+00:00")):
        foedus_command("forecast", "my-case", "--as-of", moment, "--json", f"{name}.json")
    assert (tmp_path / "day.json").read_text("utf-8") == (tmp_path / "end.json").read_text("utf-8")


@pytest.mark.parametrize("moment", ["yesterday", "2030-4-1", "2030-04-10T15:00:00", "10/04/2030"])
@pytest.mark.parametrize("command", ["check", "forecast", "report"])
def test_an_unclear_time_is_refused(
    foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path, command: str, moment: str
) -> None:
    run = foedus_command(command, "my-case", "--as-of", moment)
    assert (run.status, run.out) == (2, "")
    assert moment in run.err
    assert "+09:00" in run.err, "the message shows what would be right"
    assert [path.name for path in tmp_path.iterdir()] == ["my-case"]


@pytest.mark.parametrize("command", ["check", "forecast", "report"])
def test_every_fault_of_every_file_comes_at_once(
    foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path, command: str
) -> None:
    edit(new_case / "case.yaml", "bases_renewed == ", "bases_renewd == ")
    edit(new_case / "judgments.csv", "2030-03-10", "10/03/2030")
    edit(new_case / "signals.csv", "window_stated", "window_statd")
    run = foedus_command(command, "my-case")
    assert (run.status, run.out) == (2, "")
    case = Path("my-case")
    places = [line.split(": ")[0] for line in run.err.splitlines() if line.startswith("my-case")]
    assert [place.rsplit(":", 1)[0] for place in places] == [
        str(case / name) for name in ("case.yaml", "judgments.csv", "signals.csv")
    ]
    assert f"{case / 'judgments.csv'}:3: " in run.err
    assert "did you mean 'window_stated'?" in run.err
    assert [path.name for path in tmp_path.iterdir()] == ["my-case"]


def test_no_such_case(foedus_command: Callable[..., Any]) -> None:
    run = foedus_command("check", "nowhere")
    assert (run.status, run.out) == (2, "")
    assert "nowhere: there is no such folder" in run.err


def test_check_shows_joint_multipliers_absent_lines_and_what_a_speaker_changes(
    foedus_command: Callable[..., Any], new_case: Path
) -> None:
    edit(
        new_case / "codebook.yaml",
        "codes:\n",
        """codes:
  line_bases:
    kind: per_document
    bears_on: {bases_renewed: {by: level, probability_present: {"no": 0.3, "yes": 0.8}}}
""",
    )
    edit(
        new_case / "codebook.yaml",
        'bases_renewed: {by: level, multipliers: {"no": 0.6, "yes": 1.5}}',
        'bases_renewed: {by: level, multipliers: {"no": 0.6, "yes": 1.5}, by_speaker: {minister: {"yes": 3}}}',
    )
    edit(
        new_case / "codebook.yaml",
        "sources:\n",
        """combine:
  - codes: [renewal_supported, renewal_opposed]
    bears_on: {bases_renewed: {by: level, multipliers: {"no": 0.9, "yes": 1.1}}}
sources:
""",
    )
    (new_case / "signals.csv").write_text(
        "id,published,code,source,speaker,statement,document,observed\n"
        "s1,2030-02-01,renewal_supported,daily_herald,,breath,,\n"
        "s2,2030-02-01,renewal_opposed,daily_herald,,breath,,\n"
        "s3,2030-02-12,line_bases,birch_press_office,,,readout,absent\n"
        "s4,2030-03-12,renewal_supported,daily_herald,minister,,,\n",
        "utf-8",
    )
    run = foedus_command("check", "my-case")
    assert run.status == 0, run.err
    said = " ".join(run.out.split())
    assert "renewal_supported + renewal_opposed: no 0.9, yes 1.1" in said
    assert "line_bases, absent: no 0.7, yes 0.2" in said
    assert "renewal_supported: no 0.6, yes 3" in said


def test_what_to_do_next_can_be_pasted(foedus_command: Callable[..., Any]) -> None:
    assert "foedus check '내 사례' && foedus forecast '내 사례'" in foedus_command("new", "내 사례").out


@pytest.mark.parametrize(
    ("command", "as_of", "warning"),
    [
        ("check", "2031-01-01", "lies after the horizon, 2030-12-31; the window has closed: resolve the open"),
        ("forecast", "2031-03-01", "lies after the horizon, 2030-12-31; the window has closed: resolve the open"),
    ],
)
def test_what_is_worth_a_look_goes_to_standard_error(
    foedus_command: Callable[..., Any], new_case: Path, command: str, as_of: str, warning: str
) -> None:
    (new_case / "signal.csv").write_text("id\n")
    more = ("--draws", 64) if command == "forecast" else ()
    run = foedus_command(command, new_case, "--as-of", as_of, *more)
    assert "warning: signal.csv: is not read; did you mean 'signals.csv'?" in run.err.splitlines()
    assert warning in run.err
    assert "warning: " not in run.out


def test_warnings_stand_in_the_json(foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path) -> None:
    (new_case / "signals.csv").unlink()
    foedus_command("forecast", new_case, "--draws", 64, "--json", "now.json")
    [said] = json.loads((tmp_path / "now.json").read_text("utf-8"))["warnings"]
    assert said == "signals.csv: there is none: a forecast without news is the panel's own"


def test_a_failed_forecast_is_status_1_and_its_report_is_marked(
    foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path
) -> None:
    path = new_case / "case.yaml"
    path.write_text(f"{path.read_text('utf-8').rstrip()}\nsettings:\n  limits: {{mcse: 0.00001}}\n", "utf-8")
    run = foedus_command("forecast", new_case, "--json", "-")
    assert run.status == 1
    assert not json.loads(run.out)["diagnostics"]["ok"]
    assert "Do not use these numbers yet" in run.err
    assert "Monte Carlo error" in run.err
    run = foedus_command("report", new_case, "--out", "out", "--lang", "en")
    assert run.status == 1
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(tmp_path / "out" / "report.pdf").pages).split())
    assert "Diagnostics failed" in text
    assert "Monte Carlo error" in text


def test_rows_with_unknown_codes_are_skipped_and_counted_where_asked_for(
    foedus_command: Callable[..., Any], new_case: Path
) -> None:
    edit(new_case / "signals.csv", ",high_demand,", ",high_demnad,")
    refused = foedus_command("check", "my-case")
    assert refused.status == 2
    assert "code: 'high_demnad' is not defined; did you mean 'high_demand'?" in refused.err
    skipped = foedus_command("check", "my-case", "--on-unknown", "skip")
    assert skipped.status == 0, skipped.err
    assert "excluded, code high_demnad is not in the codebook: s02" in " ".join(skipped.out.split())

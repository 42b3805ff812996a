"""`foedus news import`, from made-up files to a forecast that counts them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import foedus
from gdelt_fixture import quarters, row

Command = Callable[..., Any]
WEEKS = 6


@pytest.fixture
def new_case(foedus_command: Command, tmp_path: Path) -> Path:
    assert foedus_command("new", "my-case").status == 0
    return tmp_path / "my-case"


def first_monday(folder: Path) -> dt.date:
    case = foedus.load(folder)
    last = max(row.as_of for row in case.judgments)
    return last + dt.timedelta(days=7 - last.weekday())


def events(path: Path, monday: dt.date, *more: str) -> Path:
    """Six covered weeks; leaders meet in two of them, others visit in every one."""
    lines = []
    for n in range(7 * WEEKS + 1):
        when = monday + dt.timedelta(days=n)
        lines += quarters(when, 10**6 + 1000 * n)
        if n in {8, 30}:
            lines.append(row(n, when, "036", Actor1Name="PRESIDENT", Actor1Type1Code="GOV"))
        if n % 7 == 3:
            lines += [row(100 + n, when, "042"), row(200 + n, when, "043", "USA", "KOR")]
    path.write_text("\n".join([*lines, *more]) + "\n", "utf-8")
    return path


def test_event_data_becomes_a_forecast_that_counts_them(
    foedus_command: Command, new_case: Path, tmp_path: Path
) -> None:
    monday = first_monday(new_case)
    asked = (
        "--dyad",
        "KOR,USA",
        "--as",
        "counts",
        "--case",
        "my-case",
        "--question",
        "summit_date",
        "--out",
        "counted",
    )
    run = foedus_command("news", "import", events(tmp_path / "e.csv", monday), *asked)
    assert run.status == 0, run.err
    assert run.out.splitlines()[0].startswith("GDELT 2.0 events: 4,")
    part = (tmp_path / "counted" / "codebook.part.yaml").read_text("utf-8")
    head, _, rest = part.partition("codes:\n")
    assert all(line.startswith("#") or line == "format: 1" for line in head.splitlines())
    codes, _, sources = rest.partition("sources:\n")
    book = new_case / "codebook.yaml"
    before = book.read_text("utf-8")
    book.write_text(before.replace("codes:\n", f"codes:\n{codes}", 1).replace("sources:\n", f"sources:\n{sources}", 1))
    (new_case / "counts.csv").write_bytes((tmp_path / "counted" / "counts.csv").read_bytes())

    as_of = f"{monday + dt.timedelta(days=7 * WEEKS + 2)}T00:00:00Z"
    flat = forecast(foedus_command, as_of)
    assert flat["signals"]["read"] >= 2 * WEEKS
    leader = 'title: {en: "Intent to meet or negotiate: South Korea and United States, head of state or government'
    assert leader in codes
    told = book.read_text("utf-8").replace('"<=30": 1, "<=60": 1', '"<=30": 3, "<=60": 2')
    assert told != book.read_text("utf-8")
    book.write_text(told, "utf-8")
    case = foedus.load(new_case)
    now = foedus.forecast(case, as_of=as_of, seed=1)
    used = [name for name in now.account.used if name.startswith("kor_usa_036_leader")]
    assert len(used) == WEEKS
    assert forecast(foedus_command, as_of)["scenarios"] != flat["scenarios"]


def forecast(foedus_command: Command, as_of: str) -> dict[str, Any]:
    run = foedus_command("forecast", "my-case", "--as-of", as_of, "--json", "-")
    assert run.status in {0, 1}, run.err
    found: dict[str, Any] = json.loads(run.out)
    return found


def test_the_part_is_a_codebook_by_itself(foedus_command: Command, new_case: Path, tmp_path: Path) -> None:
    run = foedus_command("news", "import", events(tmp_path / "e.csv", first_monday(new_case)), "--dyad", "KOR,USA",
                         "--case", "my-case", "--question", "bases_renewed", "--out", "counted")  # fmt: skip
    assert run.status == 0, run.err
    (new_case / "codebook.yaml").write_bytes((tmp_path / "counted" / "codebook.part.yaml").read_bytes())
    (new_case / "counts.csv").write_bytes((tmp_path / "counted" / "counts.csv").read_bytes())
    (new_case / "signals.csv").write_text("id,published,code,source\n", "utf-8")
    case = foedus.load(new_case)
    assert len(case.counts) == 2 * WEEKS
    code = case.codebook.codes["kor_usa_042_043_unstated"]
    assert (code.kind, code.coverage, code.cameo, str(code.plover)) == (
        "counted", "exhaustive", ("042", "043"), "CONSULT:visit",
    )  # fmt: skip
    assert (case.codebook.sources["gdelt"].reliability, case.codebook.sources["gdelt"].type) == ("F", "machine")
    assert code.bears_on["bases_renewed"].basis == "assumed"
    assert {band.middle for band in (code.bears_on["bases_renewed"].multipliers or {}).values()} == {1.0}


@pytest.mark.parametrize("question", ["summit_date", "bases_renewed", "cost_share"])
def test_bands_fit_every_kind_of_question(
    foedus_command: Command, new_case: Path, tmp_path: Path, question: str
) -> None:
    run = foedus_command("news", "import", events(tmp_path / "e.csv", first_monday(new_case)), "--dyad", "KOR,USA",
                         "--case", "my-case", "--question", question, "--out", "counted")  # fmt: skip
    assert run.status == 0, run.err
    (new_case / "codebook.yaml").write_bytes((tmp_path / "counted" / "codebook.part.yaml").read_bytes())
    (new_case / "signals.csv").unlink()
    assert foedus.load(new_case).codebook.codes


def test_every_row_that_is_not_taken_is_shown_and_written(
    foedus_command: Command, new_case: Path, tmp_path: Path
) -> None:
    monday = first_monday(new_case)
    path = events(tmp_path / "e.csv", monday, row(1, monday, "13y"), row(2, monday, "36"), "broken")
    run = foedus_command("news", "import", path, "--dyad", "KOR,USA", "--out", "counted", "--dropped", "dropped.csv")
    assert run.status == 0, run.err
    assert "2  no valid code" in run.out
    assert "'36' is no CAMEO code: has a spreadsheet taken the zero from 036? --pad-codes puts it back" in run.out
    assert "6  the same code, sides, level and day again (one a day)" in run.out
    assert "4,128  of another dyad" in run.out
    rows = list(csv.DictReader(io.StringIO((tmp_path / "dropped.csv").read_text("utf-8"))))
    assert len(rows) == 4128 + 6 + 2 + 1
    assert {line["reason"] for line in rows[-3:]} == {"no valid code", "wrong number of columns"}
    assert "dropped.csv: 4,137 rows that were not taken" in run.out


def test_signals_for_checking_by_hand(foedus_command: Command, new_case: Path, tmp_path: Path) -> None:
    book = new_case / "codebook.yaml"
    code = '  meeting_meant:\n    cameo: ["036"]\n    requires: {actor_level: [leader]}\n    bears_on: {bases_renewed: {by: level, multipliers: {"no": 1, "yes": 2}}}\n'  # noqa: E501
    other = '  visit:\n    plover: CONSULT:visit\n    cameo: ["04"]\n    bears_on: {bases_renewed: {by: level, multipliers: {"no": 1, "yes": 2}}}\n'  # noqa: E501
    book.write_text(book.read_text("utf-8").replace("codes:\n", f"codes:\n{code}{other}", 1), "utf-8")
    monday = first_monday(new_case)
    path = events(tmp_path / "e.csv", monday, row(1, monday, "057", Actor1Name="FOREIGN MINISTER"),
                  row(2, monday, "036", Actor1Name="FOREIGN MINISTER"),
                  row(3, monday, "041", Actor1Name="FOREIGN MINISTER", SOURCEURL='=HYPERLINK("http://x")'))  # fmt: skip
    run = foedus_command("news", "import", path, "--dyad", "KOR,USA", "--as", "signals", "--case", "my-case",
                         "--out", "coded")  # fmt: skip
    assert run.status == 0, run.err
    text = (tmp_path / "coded" / "signals.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(line["code"], line["actor_level"], line["coder"]) for line in rows] == [
        ("meeting_meant", "leader", "machine"),
        ("meeting_meant", "leader", "machine"),
        ("visit", "minister", "machine"),
    ]
    assert rows[2]["url"] == """'=HYPERLINK("http://x")"""
    assert [line["published"] for line in rows[:1]] == [f"{monday + dt.timedelta(days=8)}T12:00:00Z"]
    assert "the actor's level is not known" in run.out
    assert "no code of the codebook lists 057" in run.out
    assert "meeting_meant: needs actor_level leader, not minister" in run.out
    sources = (tmp_path / "coded" / "codebook.part.yaml").read_text("utf-8").partition("sources:\n")[2]
    book.write_text(book.read_text("utf-8").replace("sources:\n", f"sources:\n{sources}", 1), "utf-8")
    (new_case / "signals.csv").write_text(text, "utf-8")
    assert len(foedus.load(new_case).signals) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--dyad", "KS,USA"), "--dyad: 'KS' is South Korea in FIPS 10-4"),
        ((), "--dyad: is missing: name the two states, as in --dyad KOR,USA"),
        (("--dyad", "KOR,USA", "--from", "geldt"), "--from: 'geldt' is none of gdelt: GDELT 2.0 events"),
        (("--dyad", "KOR,USA", "--as", "signals"), "--case: is missing: --as signals maps events"),
        (("--dyad", "KOR,USA", "--since", "2.4.2018"), "write YYYY-MM-DD"),
        (("--dyad", "KOR,USA", "--covers", "2018"), "write"),
        (("--dyad", "KOR,USA", "--encoding", "klingon"), "'klingon' is no encoding that can be read"),
        (("--dyad", "PRK,JPN"), "no event between JPN,PRK"),
        (("--dyad", "KOR,USA", "--code", "36"), "--code: '36' is no CAMEO code; write 036"),
        (("--dyad", "KOR,USA", "--since", "2018-05-01", "--until", "2018-04-01"), "lies after --until 2018-04-01"),
        (("--dyad", "KOR,USA", "--tag", "a=b"), "--tag: is for MISP events, and this is GDELT 2.0"),
        (("--dyad", "KOR,USA", "--rating", "CC=4"), "--rating: is for an ACH matrix, and this is GDELT 2.0"),
        (("--dyad", "KOR,USA", "--dropped", "no/where.csv"), "the folder no does not exist: make it first"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    foedus_command: Command, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    path = events(tmp_path / "e.csv", dt.date(2018, 4, 2))
    more = () if "--dropped" in arguments else ("--dropped", "dropped.csv")
    run = foedus_command("news", "import", path, *arguments, *more, "--out", "counted")
    assert run.status == 2
    assert words in " ".join(run.err.replace("│", " ").split())
    assert [path.name for path in tmp_path.iterdir()] == ["e.csv"]


def test_what_is_there_is_left_alone(foedus_command: Command, tmp_path: Path) -> None:
    path = events(tmp_path / "e.csv", dt.date(2018, 4, 2))
    (tmp_path / "counted").mkdir()
    (tmp_path / "counted" / "counts.csv").write_text("mine", "utf-8")
    run = foedus_command("news", "import", path, "--dyad", "KOR,USA", "--out", "counted", "--dropped", "dropped.csv")
    assert run.status == 2
    assert "counts.csv: is there already: name another folder" in run.err
    assert (tmp_path / "counted" / "counts.csv").read_text("utf-8") == "mine"
    assert sorted(path.name for path in (tmp_path).rglob("*")) == ["counted", "counts.csv", "e.csv"]


def test_a_matrix_warns_aloud(foedus_command: Command, tmp_path: Path) -> None:
    (tmp_path / "ach.csv").write_text("Evidence,a,b\nx,CC,II\ny,CC,II\n", "utf-8")
    run = foedus_command("news", "import", "ach.csv", "--out", "coded", "--rating", "CC=3")
    assert run.status == 0, run.err
    said = " ".join(run.err.split())
    assert "WARNING: The 2 rows are multiplied as if independent" in said
    assert "a: [1.5, 3, 6]" in (tmp_path / "coded" / "codebook.part.yaml").read_text("utf-8")
    again = foedus_command("news", "import", "ach.csv", "--out", "other", "--rating", "CC=x")
    assert (again.status, "--rating: 'CC=x': write" in again.err) == (2, True)


def test_help_has_an_example(foedus_command: Command) -> None:
    run = foedus_command("news", "import", "--help")
    assert run.status == 0
    assert "Example: foedus news import" in run.out

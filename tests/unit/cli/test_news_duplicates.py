"""`foedus news duplicates` on files: what is shown, what is written, and that nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import foedus
from foedus.case.load import load
from foedus.cli.common import console
from foedus.cli.news_duplicates import show
from foedus.errors import CaseError
from foedus.news import decisions
from foedus.news.duplicates import proposals

Command = Callable[..., Any]


@pytest.fixture
def doubled(foedus_command: Command, tmp_path: Path) -> Path:
    """The template's case with two further signals: one once more, by another outlet, and one told days later."""
    foedus_command("new", "my-case")
    path = tmp_path / "my-case" / "signals.csv"
    text = path.read_text("utf-8")
    names = text.splitlines()[0].split(",")
    base = {"published": "2030-02-20", "code": "base_kept", "source": "daily_herald", "actor_level": "minister"}
    known = load(tmp_path / "my-case").codebook
    base["code"] = next(name for name, code in known.codes.items() if code.kind == "signal" and not code.group)
    base["source"] = next(iter(known.sources))
    quote = 'The minister said, "nothing is decided yet about the base"'
    rows = [
        {"id": "d1", **base, "quote": quote},
        {"id": "d2", **base, "quote": quote.upper()},
        {"id": "d3", **base, "quote": quote, "published": "2030-02-24"},
    ]
    cells = [[row.get(name, "") for name in names] for row in rows]
    lines = [",".join('"' + c.replace('"', '""') + '"' if '"' in c or "," in c else c for c in row) for row in cells]
    body = "\ufeff" + text.rstrip("\n") + "\n" + "\n".join(lines) + "\n"
    path.write_bytes(body.replace("\n", "\r\n").encode())
    load(tmp_path / "my-case")
    return tmp_path / "my-case"


def test_all_are_shown_with_what_to_write(foedus_command: Command, doubled: Path) -> None:
    run = foedus_command("news", "duplicates", "my-case")
    assert run.status == 0, run.err
    said = " ".join(run.out.split())
    line = {row.id: row.line for row in load(doubled).signals}
    assert "1 one text, several reports (" in said
    assert f"Write origin = d1-text on lines {line['d1']}, {line['d2']}" in said
    assert "2 one story, told again for days (" in said
    assert "Only a warning." in said
    assert "--accept 1. Events of their own: --reject 1,2 (or all)" in said  # nothing can be written for the second
    assert "texts 100% alike" in said


def test_as_json(foedus_command: Command, doubled: Path) -> None:
    run = foedus_command("news", "duplicates", "my-case", "--json", "-")
    record = json.loads(run.out)
    first, second = record["proposals"]
    assert (first["number"], first["kind"], first["ids"]) == (1, "text", ["d1", "d2"])
    assert [(cell["column"], cell["value"], cell["was"]) for cell in first["write"]] == [
        ("origin", "d1-text", None)
    ] * 2
    assert (second["kind"], second["write"]) == ("retold", [])
    assert 0.5 <= second["score"] <= first["score"] <= 1


def test_accepted_is_written_and_every_other_byte_is_kept(foedus_command: Command, doubled: Path) -> None:
    path = doubled / "signals.csv"
    before = path.read_bytes()
    run = foedus_command("news", "duplicates", "my-case", "--accept", "1")
    assert run.status == 0, run.err
    assert "Joined 1, one text, several reports: d1, d2" in run.out
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf")
    assert after.count(b"d1-text") == 2
    cut = [line.rpartition(b",") for line in after.split(b"\r\n")]  # the column is new, and comes last
    assert [line for line, _, _ in cut] == before.split(b"\r\n")
    assert cut[0][2] == b"origin"
    rows = {row.id: row for row in load(doubled).signals}
    assert (rows["d1"].origin, rows["d2"].origin, rows["d3"].origin) == ("d1-text", "d1-text", None)
    assert "one text with d1: d2" in foedus_command("check", "my-case").out
    assert sorted(p.name for p in doubled.iterdir() if p.name.startswith(".")) == []


def test_all_leaves_warnings_alone(foedus_command: Command, doubled: Path) -> None:
    run = foedus_command("news", "duplicates", "my-case", "--accept", "all")
    assert run.status == 0, run.err
    assert "Joined 2" not in run.out
    assert [p.kind for p in proposals(load(doubled)).proposals] == ["retold"]


def test_a_warning_can_not_be_accepted(foedus_command: Command, doubled: Path) -> None:
    before = (doubled / "signals.csv").read_bytes()
    run = foedus_command("news", "duplicates", "my-case", "--accept", "2")
    assert run.status == 2
    assert "nothing can be written for d1, d2, d3: it is a warning" in run.err
    assert (doubled / "signals.csv").read_bytes() == before


def test_rejected_does_not_come_back(foedus_command: Command, doubled: Path) -> None:
    before = (doubled / "signals.csv").read_bytes()
    run = foedus_command("news", "duplicates", "my-case", "--reject", "1")
    assert run.status == 0, run.err
    assert (doubled / "distinct.csv").read_text("utf-8") == "set,id,note\n1,d1,\n1,d2,\n"
    assert (doubled / "signals.csv").read_bytes() == before
    left = proposals(load(doubled)).proposals
    assert not any({"d1", "d2"} <= set(p.ids) for p in left)
    foedus_command("news", "duplicates", "my-case", "--reject", "all")
    assert (doubled / "distinct.csv").read_text("utf-8").startswith("set,id,note\n1,d1,\n1,d2,\n2,")
    assert "No two signals look like one" in foedus_command("news", "duplicates", "my-case").out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--accept", "9"], "'9' is no proposal; write numbers from 1 to 2"),
        (["--accept", "one"], "'one' is no proposal"),
        (["--accept", "1", "--reject", "1"], "1 is accepted too; choose one"),
        (["--json", "nowhere/x.json"], "the folder nowhere does not exist"),
    ],
)
def test_usage(foedus_command: Command, doubled: Path, options: list[str], words: str) -> None:
    run = foedus_command("news", "duplicates", "my-case", *options)
    assert run.status == 2
    assert words in " ".join(run.err.replace("│", " ").split())


def test_check_says_how_many_there_are_and_how_to_join_them(foedus_command: Command, doubled: Path) -> None:
    said = " ".join(foedus_command("check", "my-case").out.split())
    assert "2 sets of signals look like one, not joined: each counts by itself, up to weekly caps" in said
    assert "d1, d2: write origin = d1-text on lines" in said
    assert "d1, d2, d3: only a warning" in said
    assert "foedus news duplicates my-case" in said


def test_forecast_and_check_say_what_does_not_count_by_itself_and_why(foedus_command: Command, doubled: Path) -> None:
    assert foedus_command("news", "duplicates", "my-case", "--accept", "1").status == 0
    (doubled / "case.yaml").write_text(
        (doubled / "case.yaml").read_text("utf-8").rstrip() + "\nsettings: {max_per_week: 1}\n", "utf-8"
    )
    for command in (("check",), ("forecast", "--draws", "16", "--json", "out.json")):
        run = foedus_command(command[0], "my-case", *command[1:])
        said = " ".join(run.out.split())
        assert "not by themselves: " in said, run.err
        assert "1 one text" in said
        assert "merged, one text with d1: d2" in said
        assert "1 one too many of its code in a week" in said
        assert "merged, capped: s03 says the same more strongly (at most 1 renewal_supported a week): d3" in said
    merges = json.loads(Path("out.json").read_text("utf-8"))["signals"]["merges"]
    assert {"id": "d2", "into": "d1", "why": "origin", "question": None, "counts": False} in merges
    assert [(m["id"], m["into"]) for m in merges if m["why"] == "week"] == [("d3", "s03")]


def test_a_file_that_changed_since_is_left_alone(doubled: Path) -> None:
    case = foedus.load(doubled)
    found = proposals(case).proposals
    path = doubled / "signals.csv"
    path.write_bytes(path.read_bytes() + b"\r\n")
    with pytest.raises(CaseError, match=r"signals.csv: was changed since it was read: nothing was written"):
        decisions.accept(case, found[:1])


def test_what_would_be_unsound_is_not_written(doubled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = foedus.load(doubled)
    found = proposals(case).proposals
    before = (doubled / "signals.csv").read_bytes()
    monkeypatch.setattr(decisions, "with_cells", lambda text, *_: text.replace("d1", "d2"))
    with pytest.raises(CaseError, match=r"signals.csv:\d+: id 'd2'"):
        decisions.accept(case, found[:1])
    assert (doubled / "signals.csv").read_bytes() == before


def test_distinct_names_signals_that_are_there(doubled: Path) -> None:
    (doubled / "distinct.csv").write_text("set,id\n1,d1\n1,dx\n", "utf-8")
    assert any("distinct.csv:3: id: 'dx' is no signal" in warning for warning in load(doubled).warnings)


def test_one_proposal_is_advised_by_its_own_number(doubled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = proposals(load(doubled))
    for one, advice in zip(found.proposals, ("Join: {} --accept 1. Events of their own: --reject 1",
                                             "Events of their own: {} --reject 1"), strict=True):  # fmt: skip
        show(console(), replace(found, proposals=(one,)), Path("my-case"))
        assert capsys.readouterr().out.strip().endswith(advice.format("foedus news duplicates my-case"))

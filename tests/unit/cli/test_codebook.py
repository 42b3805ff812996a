"""`foedus codebook` and `foedus new --codebook`, as users run them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_its_help_has_an_example(foedus_command: Callable[..., Any]) -> None:
    run = foedus_command("codebook", "--help")
    assert run.status == 0
    assert "Example: foedus codebook scenarios/rok-us-2025 " in " ".join(run.out.split())


def test_without_a_case_it_prints_the_shipped_one(foedus_command: Callable[..., Any], tmp_path: Path) -> None:
    run = foedus_command("codebook", "--as", "md,html", "--lang", "ko,en")
    assert (run.status, run.err) == (0, "")
    names = ["codebook.html", "codebook.md", "codebook.en.html", "codebook.en.md"]
    assert run.out.splitlines() == [f"codebook/{name}" for name in names]
    assert (tmp_path / "codebook" / "codebook.md").read_text("utf-8").startswith("# 동맹 간 협상\n")


def test_of_a_case(foedus_command: Callable[..., Any], worked_case: Path, tmp_path: Path) -> None:
    run = foedus_command("codebook", worked_case, "--out", tmp_path / "out", "--as", "pdf")
    assert run.status == 0, run.err
    assert run.out.splitlines() == [str(tmp_path / "out" / "codebook.pdf")]
    assert (tmp_path / "out" / "codebook.pdf").read_bytes()[:5] == b"%PDF-"


def test_what_changed_since_an_older_version(foedus_command: Callable[..., Any], tmp_path: Path) -> None:
    assert foedus_command("new", "talks", "--codebook", "alliance_negotiation").status == 0
    book = tmp_path / "talks" / "codebook.yaml"
    same = foedus_command("codebook", "talks", "--against", book)
    assert (same.status, same.out) == (0, "Version 1.0.0 -> 1.0.0: nothing changed.\n")
    old = tmp_path / "old.yaml"
    old.write_text(book.read_text("utf-8"), "utf-8")
    text = book.read_text("utf-8").replace("within: [1.9, 5, 13]", "within: [1.9, 6, 13]")
    text = text.replace("A call or consultation between the two states", "Any call or consultation between both states")
    book.write_text(text, "utf-8")
    unmoved = foedus_command("codebook", "talks", "--against", old)
    assert unmoved.status == 1
    assert "codes.summit_window_stated.summit_date   within [1.9, 5, 13] -> [1.9, 6, 13]" in unmoved.out
    assert "Version 1.0.0 -> 1.0.0: no step, and the changes ask for minor: write 1.1.0 or above." in unmoved.out
    assert "Judge: codes.leader_call.definition is worded anew" in unmoved.out
    book.write_text(text.replace("version: 1.0.0", "version: 1.1.0", 1), "utf-8")
    moved = foedus_command("codebook", "talks", "--against", "old.yaml")
    assert moved.status == 0
    assert "a minor step, and the changes ask for minor at least. As it should be." in moved.out
    back = foedus_command("codebook", "--against", "talks")
    assert back.status == 1
    assert "goes backwards" in back.out
    assert not (tmp_path / "codebook").exists()  # comparing writes nothing


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("codebook", "--as", "docx"), "'docx' is none of pdf, html, md"),
        (("codebook", "--lang", "fr"), "'fr' is not a language"),
        (("codebook", "nowhere"), "there is no such folder"),
        (("codebook", "--against", "nowhere.yaml"), "there is no such file: name a codebook.yaml"),
        (("new", "talks", "--codebook", "alliance"), "there is no codebook 'alliance'"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(
    foedus_command: Callable[..., Any], tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    run = foedus_command(*arguments)
    assert run.status == 2
    assert words in " ".join(run.err.replace("│", " ").split())
    assert [*tmp_path.iterdir()] == []


def test_another_language_is_refused_without_talk_of_a_report(foedus_command: Callable[..., Any]) -> None:
    run = foedus_command("codebook", "--lang", "fr")
    assert run.status == 2
    said = " ".join(run.err.replace("│", " ").split())
    assert "'fr' is not a language that foedus writes in; write en, ko or en,ko" in said


def test_a_place_that_can_t_be_written_to_is_refused_with_advice(
    foedus_command: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    run = foedus_command("codebook", "--as", "md", "--out", tmp_path / "file" / "x")
    assert run.status == 2
    assert run.err.strip().endswith(": name another place, or change what stands in the way")

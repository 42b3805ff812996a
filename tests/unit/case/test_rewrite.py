"""A file rewritten whole or not at all: by one writer at a time, mode kept, nothing left lying about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from foedus.case.rewrite import content_of, replace_text, sole_writer
from foedus.errors import CaseError


def test_text_is_replaced_as_it_stands_and_nothing_lies_about(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    replace_text(path, "\ufeff한국,a\r\nb,c\n")
    assert path.read_bytes() == b"\xef\xbb\xbf" + "한국,a\r\nb,c\n".encode()
    replace_text(path, "new\n")
    assert path.read_text() == "new\n"
    assert [file.name for file in tmp_path.iterdir()] == ["signals.csv"]


def test_mode_is_kept_and_a_link_followed(tmp_path: Path) -> None:
    path, link = tmp_path / "signals.csv", tmp_path / "link.csv"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    replace_text(link, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777, link.is_symlink()) == ("new", 0o640, True)


def test_what_changed_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    replace_text(path, "mine", was="")
    with pytest.raises(CaseError, match=r"signals\.csv: was changed by another program meanwhile"):
        replace_text(path, "stale", was="")
    assert path.read_text() == "mine"
    replace_text(path, "mine too", was="mine")
    assert path.read_text() == "mine too"


def test_a_second_writer_waits_and_then_says_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    with (
        sole_writer(path) as replace,
        pytest.raises(CaseError, match=rf"signals\.csv: is being written .*process {os.getpid()}"),
        sole_writer(path, patience=0.1),
    ):
        replace(b"never")
    assert not path.exists()
    replace_text(path, "free again")
    assert path.read_text() == "free again"


def test_what_a_killed_writer_left_is_no_lock_and_no_content(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    (tmp_path / ".signals.csv.lock").write_text("4242")
    (tmp_path / ".signals.csv.draft").write_text("half a li")
    with sole_writer(path, patience=0) as replace:
        replace(content_of(path) + b"whole")
    assert path.read_bytes() == b"whole"
    assert [file.name for file in tmp_path.iterdir()] == ["signals.csv"]


def test_a_write_that_fails_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "signals.csv"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_text(path, "new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("signals.csv", "old")]


def test_a_write_protected_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "signals.csv"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser may write anything
    with pytest.raises(PermissionError, match="is write-protected"):
        replace_text(path, "new")
    assert path.read_text() == "old"

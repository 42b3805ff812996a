"""`foedus code`: what is asked, how one answers, and that what is written is what was answered, or nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import foedus
from foedus.cli.code_steps import BY_COLUMN, MORE, STEPS
from foedus.cli.code_words import PHRASES
from foedus.explain.checked import checked

# code, take it, source, published, happened, target_from, target_to, speaker, actor, recipient, level, credibility
WINDOW = [
    "window",
    "1",
    "",
    "birch",
    "1",
    "2030-05-20",
    "",
    "2030-08-01",
    "2030-08-05",
    "",
    "XBI",
    "XAL",
    "leader",
    "1",
]
REST = ["we will meet", "", ""]  # quote, url, coder


@pytest.fixture
def new_case(foedus_command: Callable[..., Any], tmp_path: Path) -> Path:
    assert foedus_command("new", "my-case").status == 0
    return tmp_path / "my-case"


@pytest.fixture
def coded(foedus_command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run the prompt with lines from a pipe."""

    def run(lines: Sequence[str], *options: object) -> Any:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return foedus_command("code", "my-case", *options)

    return run


def rows(case: Path) -> list[dict[str, str]]:
    with (case / "signals.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def last(case: Path) -> dict[str, str]:
    return {name: cell for name, cell in rows(case)[-1].items() if cell}


def test_what_is_answered_is_written(coded: Callable[..., Any], new_case: Path) -> None:
    before = (new_case / "signals.csv").read_bytes()
    run = coded([*WINDOW, *REST, "w"])
    assert run.status == 0, run.err
    assert last(new_case) == {
        "id": "window-stated-0520-birch-press-office",
        "published": "2030-05-20",
        "code": "window_stated",
        "source": "birch_press_office",
        "credibility": "1",
        "target_from": "2030-08-01",
        "target_to": "2030-08-05",
        "actor": "XBI",
        "recipient": "XAL",
        "actor_level": "leader",
        "quote": "we will meet",
        "coder": "coder_1",
    }
    header, *old = before.decode().splitlines()
    now = (new_case / "signals.csv").read_text("utf-8").splitlines()
    assert now[0] == f"{header},recipient", "a column that was missing"
    assert now[1 : len(old) + 1] == [f"{line}," for line in old]
    for said in (
        "Definition: ",
        "Exclude: ",
        "2030-05-20: a whole day, known from 2030-05-21T00:00+09:00",
        "so far: X",
        "First leaders' summit",
        "signals.csv:10: window-stated-0520-birch-press-office written.",
    ):
        assert said in run.out, said
    fate = checked(foedus.load(new_case)).rows[-1].fate
    assert ("It counts." in run.out, "It does not count by itself: " in run.out) == (fate == "used", fate != "used")
    assert foedus.load(new_case).signals[-1].recipient == "XAL"


def test_back_takes_an_answer_back_and_a_question_mark_explains(coded: Callable[..., Any], new_case: Path) -> None:
    lines = ["<", "?", *WINDOW[:5], "2030-05-20", "<", "2030-05-21", "back", "2030-05-22", "2030-05-19", *WINDOW[7:]]
    run = coded([*lines, *REST, "w"])
    assert run.status == 0, run.err
    assert "This is the first question." in run.out
    assert BY_COLUMN["code"].explain("en") in " ".join(run.out.split())
    written = last(new_case)
    assert (written["published"], written["happened"]) == ("2030-05-22", "2030-05-19")


def test_another_code_asks_other_questions(coded: Callable[..., Any], new_case: Path) -> None:
    """Back to the first question and a code that names no window: its days are not asked for and not written."""
    lines = [*WINDOW[:9], *["<"] * 6, "renewal supported", "1", "yes", *WINDOW[3:7], *WINDOW[9:], *REST, "w"]
    run = coded(lines)
    assert run.status == 0, run.err
    written = last(new_case)
    assert written["code"] == "renewal_supported"
    assert not {"target_from", "target_to"} & written.keys()


def test_a_cell_that_is_wrong_is_asked_again_in_the_words_of_the_loader(
    coded: Callable[..., Any], new_case: Path
) -> None:
    lines = [
        *WINDOW[:5],
        "2030-5-20",
        "20/05/2030",
        "2030-05-20T09:00",
        "2030-05-20 Asia/Seol",
        "2030-05-20 America/New_York",
    ]
    lines += [
        "2030-06-20",
        "",
        "Aug",
        "2030-08-05",
        "2030-08-01",
        "2030-08-09",
        "",
        "KR",
        "미국",
        "",
        "boss",
        "3",
        "7",
        "",
    ]
    run = coded([*lines, *REST, "w"])
    assert run.status == 0, run.err
    said = " ".join(run.out.split())
    for words in (
        "published: '2030-5-20' is not a date or date-time: write 2030-05-20",
        "day and month can't be told apart",
        "has no offset from UTC: write 2030-05-20T09:00+09:00",
        "'Asia/Seol' is not a time zone",
        "2030-05-20: a whole day, known from 2030-05-21T00:00-04:00",
        "happened: more than a day after it was published",
        "target_from: 'Aug' is not a date",
        "target_to: 2030-08-01 lies before target_from, 2030-08-05",
        "actor: 'KR' is two letters; write KOR",
        "actor_level: must be 'leader'",
        "credibility: must be '1'",
    ):
        assert words in said, words
    written = last(new_case)
    assert written["published_zone"] == "America/New_York"
    assert (written["actor"], written["actor_level"]) == ("USA", "vice_minister")
    assert "credibility" not in written


def test_what_may_be_the_same_event_is_shown_and_joined(coded: Callable[..., Any], new_case: Path) -> None:
    text = (new_case / "signals.csv").read_text("utf-8")
    assert "s04" in text
    event = next(row["event"] for row in rows(new_case) if row["id"] == "s04")
    assert event
    day = next(row["happened"] or row["published"] for row in rows(new_case) if row["id"] == "s04")
    lines = ["doubted", "1", "", "herald", "1", day, "", "", "", "", "", "", "9", "1", "", "", "", "w"]
    run = coded(lines)
    assert run.status == 0, run.err
    assert "Already coded, and perhaps the same event:" in run.out
    assert "There is no number 9" in run.out
    assert f"One event with s04 ({event}): it will not count twice." in run.out
    assert last(new_case)["event"] == event
    assert "It does not count by itself: one event with s04." in run.out


@pytest.mark.parametrize("cut", range(18))
def test_an_input_that_ends_writes_nothing(coded: Callable[..., Any], new_case: Path, cut: int) -> None:
    before = (new_case / "signals.csv").read_bytes()
    run = coded([*WINDOW, *REST, "w"][:cut])
    assert run.status == 2
    assert "This signal was not written." in run.err
    assert (new_case / "signals.csv").read_bytes() == before


def test_leaving_writes_nothing(coded: Callable[..., Any], new_case: Path) -> None:
    before = (new_case / "signals.csv").read_bytes()
    run = coded([*WINDOW, *REST, "q"])
    assert (run.status, "This signal was not written." in run.out) == (0, True)
    assert (new_case / "signals.csv").read_bytes() == before
    run = coded([*WINDOW, *REST], "--dry-run")
    assert run.status == 0
    assert "Sound; nothing was written" in run.out
    assert (new_case / "signals.csv").read_bytes() == before


def test_a_cell_is_changed_before_it_is_written(coded: Callable[..., Any], new_case: Path) -> None:
    lines = [
        *WINDOW,
        *REST,
        "x",
        "e nonsense",
        "e note",
        "seen twice",
        "e quote",
        "-",
        "e id",
        "s01",
        "e id",
        "mine",
        "w",
    ]
    run = coded(lines)
    assert run.status == 0, run.err
    assert "'x' is none of these." in run.out
    assert "id 's01' with coder coder_1 is already on line 2, and differs in" in " ".join(run.out.split())
    written = last(new_case)
    assert (written["id"], written["note"]) == ("mine", "seen twice")
    assert "quote" not in written


def test_it_shows_what_the_forecast_would_be(coded: Callable[..., Any], new_case: Path) -> None:
    run = coded([*WINDOW, *REST, "f", "q"])
    assert run.status == 0, run.err
    before = foedus.forecast(foedus.load(new_case))
    cells = {"code": "window_stated", "source": "birch_press_office", "published": "2030-05-20", "credibility": "1",
             "target_from": "2030-08-01", "target_to": "2030-08-05"}  # fmt: skip
    after = before.revised([cells])
    start = run.out.index("Scenario")
    shown = [line for line in run.out[start:].splitlines()[2:] if line.count("%") == 2]
    assert len(shown) == len(after.estimates)
    for line, estimate in zip(shown, after.estimates.values(), strict=True):
        assert f"{100 * estimate.probability:.1f}%" in line


def test_several_in_a_row_keep_source_and_day(coded: Callable[..., Any], new_case: Path) -> None:
    second = ["renewal_opposed", "", "", "", "", "", "", "", "", "", "", "", "", "w"]
    run = coded([*WINDOW, *REST, "w", "yes", *second])
    assert run.status == 0, run.err
    written = last(new_case)
    assert (written["code"], written["source"], written["published"]) == (
        "renewal_opposed", "birch_press_office", "2030-05-20"
    )  # fmt: skip
    assert len(rows(new_case)) == 10


def test_cells_that_are_set_are_not_asked_for(coded: Callable[..., Any], new_case: Path) -> None:
    given = ["code=renewal_supported", "source=daily_herald", "published=2030-05-20", "happened=", "speaker=",
             "actor=XAL", "recipient=", "actor_level=minister", "credibility=2", "event=", "quote=we agree",
             "url="]  # fmt: skip
    options = [part for cell in given for part in ("--set", cell)]
    run = coded([], *options, "--coder", "kim", "--yes")
    assert run.status == 0, run.err
    assert last(new_case) == {
        "id": "renewal-supported-0520-daily-herald", "published": "2030-05-20", "code": "renewal_supported",
        "source": "daily_herald", "credibility": "2", "actor": "XAL", "actor_level": "minister", "quote": "we agree",
        "coder": "kim",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--set", "source"], "--set: 'source': write COLUMN=VALUE"),
        (["--set", "sauce=x"], "--set: no column is called 'sauce'; did you mean 'source'?"),
        (["--set", "source=herald"], "source: 'herald' is not defined"),
        (["--set", "credibility=9"], "--set: credibility: must be '1'"),
        (["--lang", "en,ko"], "one language at a time"),
    ],
)
def test_wrong_usage_is_status_2(coded: Callable[..., Any], new_case: Path, options: list[str], words: str) -> None:
    run = coded([], *options)
    assert run.status == 2
    assert words in " ".join(run.err.replace("│", " ").split())


def test_prompts_are_korean_where_that_is_asked_for(coded: Callable[..., Any], new_case: Path) -> None:
    lines = [
        "정상회담 회의론",
        "1",
        "네",
        "헤럴드",
        "1",
        "2030-05-20",
        "",
        "",
        "한국",
        "",
        "장관급",
        "",
        "만남은 어렵다",
        "",
        "",
        "w",
    ]
    run = coded(lines, "--lang", "ko")
    assert run.status == 0, run.err
    assert "언제 보도되었습니까?" in run.out
    assert "저장했습니다" in run.out
    written = last(new_case)
    assert (written["code"], written["actor"], written["actor_level"]) == ("summit_doubted", "KOR", "minister")
    assert written["quote"] == "만남은 어렵다"


def test_every_word_is_there_in_both_languages_and_every_column_can_be_asked_for() -> None:
    for text in (*PHRASES.values(), *(t for step in (*STEPS, *MORE) for t in (step.ask, step.explain))):
        assert text.en
        assert text.ko
    fields = [name for name in foedus.load.__globals__["Signal"].model_fields if name != "line"]
    stamped = {"coded_at", "codebook_version"}
    assert set(BY_COLUMN) == set(fields) - stamped
    assert len(BY_COLUMN) == len(STEPS) + len(MORE)


def test_it_stamps_where_the_file_has_the_columns(coded: Callable[..., Any], new_case: Path) -> None:
    book = new_case / "case.yaml"
    book.write_text(book.read_text("utf-8").replace("2030-", "2020-").replace("2031-", "2021-"), "utf-8")
    for name in ("judgments.csv", "reference_class.csv"):
        path = new_case / name
        if path.exists():
            path.write_text(path.read_text("utf-8").replace("2030-", "2020-").replace("2031-", "2021-"), "utf-8")
    (new_case / "signals.csv").write_text("id,published,code,source,coded_at,codebook_version\n", "utf-8")
    lines = ["renewal_supported", "", "herald", "1", "2020-05-20", "", "", "", "", "", "", "", "", "kim", "w"]
    run = coded(lines)
    assert run.status == 0, run.err
    written = last(new_case)
    assert written["codebook_version"] == foedus.load(new_case).codebook.version
    assert written["coded_at"] > "2026-01-01T00:00:00+00:00"


# -- a terminal, and a kill ----------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["written", "interrupted", "killed"])
def test_in_a_terminal(new_case: Path, ending: str) -> None:
    """The same on a pseudo-terminal; Ctrl-C and a kill at the last question leave the file as it was."""
    import pty

    before = (new_case / "signals.csv").read_bytes()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["COLUMNS"] = "120"
        os.execv(sys.executable, [sys.executable, "-m", "foedus", "code", str(new_case)])
    seen = b""

    def until(words: bytes, again: bytes = b"") -> None:
        """Read until `words`, or the end; what goes unheard just as a prompt begins is typed `again`."""
        nonlocal seen
        start = time.monotonic()
        while words not in seen:
            assert time.monotonic() - start < 60, seen.decode("utf-8", "replace")[-500:]
            if not select.select([terminal], [], [], 1.0)[0]:
                os.write(terminal, again)
                continue
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                return

    try:
        until(b"What kind of signal?")
        os.write(terminal, "".join(f"{line}\n" for line in [*WINDOW, *REST]).encode())
        until(b"q leave without writing")
        if ending == "killed":
            os.kill(pid, signal.SIGKILL)
        else:
            os.write(terminal, b"w\nno\n" if ending == "written" else b"\x03")
            until(b"never said", b"\x03" if ending == "interrupted" else b"")
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        raise
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    assert status == {"written": 0, "interrupted": 130, "killed": -9}[ending]
    after = (new_case / "signals.csv").read_bytes()
    assert (after == before) == (ending != "written")
    if ending == "interrupted":
        assert b"This signal was not written." in seen
    assert len(foedus.load(new_case).signals) == (9 if ending == "written" else 8)


# -- from other tools ----------------------------------------------------------------------------

SIGNALS = [
    {"code": "renewal_supported", "source": "daily_herald", "published": "2030-05-20", "actor": ["XAL", "USA"],
     "credibility": 2},
    {"code": "renewal_opposed", "source": "daily_herald", "published": "2030-05-21", "independent": True, "note": None},
]  # fmt: skip


def test_json_is_appended_whole(foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.json"
    path.write_text(json.dumps(SIGNALS), "utf-8")
    before = (new_case / "signals.csv").read_bytes()
    run = foedus_command("code", "my-case", "--from-json", path, "--dry-run")
    assert run.status == 0, run.err
    assert (new_case / "signals.csv").read_bytes() == before
    run = foedus_command("code", "my-case", "--from-json", path, "--coder", "bot")
    assert run.status == 0, run.err
    assert run.out.split() == ["renewal-supported-0520-daily-herald", "renewal-opposed-0521-daily-herald"]
    assert "2 signals appended" in run.err
    written = rows(new_case)[-2:]
    assert (written[0]["actor"], written[0]["credibility"], written[0]["coder"]) == ("XAL;USA", "2", "bot")
    assert (written[1]["independent"], written[1]["note"]) == ("yes", "")


def test_json_with_faults_is_not_appended(foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.json"
    broken = [SIGNALS[0], SIGNALS[1] | {"code": "renewal_oposed"}, {"source": "x"}]
    path.write_text("[" + ",\n".join(map(json.dumps, broken)) + "]", "utf-8")
    before = (new_case / "signals.csv").read_bytes()
    run = foedus_command("code", "my-case", "--from-json", path)
    assert (run.status, run.out) == (2, "")
    assert run.err.splitlines() == [
        f"{path}:2: code: 'renewal_oposed' is not defined; did you mean 'renewal_opposed'?",
        f"{path}:3: code is missing",
        f"{path}:3: published is missing",
        f"{path}:3: source: 'x' is not defined; known: alder_foreign_ministry, birch_press_office, daily_herald",
    ]
    assert (new_case / "signals.csv").read_bytes() == before


def test_faults_of_one_row_come_in_one_round(
    foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path
) -> None:
    path = tmp_path / "more.json"
    path.write_text(json.dumps(SIGNALS[0] | {"code": "nope", "source": "nobody", "credibility": 9}), "utf-8")
    run = foedus_command("code", "my-case", "--from-json", path)
    assert run.status == 2
    assert [line.removeprefix(f"{path}:1: ").partition(":")[0] for line in sorted(run.err.splitlines())] == [
        "code", "credibility", "source"
    ]  # fmt: skip


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_the_separators_of_the_file_are_kept(
    foedus_command: Callable[..., Any], new_case: Path, tmp_path: Path, separator: str
) -> None:
    file, path = new_case / "signals.csv", tmp_path / "more.json"
    table = list(csv.reader(io.StringIO(file.read_text("utf-8"))))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(table)
    file.write_bytes(text.getvalue().encode())
    before = foedus.load(new_case).signals
    new = SIGNALS[0] | {"quote": "one, two; and\tthree", "statement": "s"}
    path.write_text(json.dumps(new), "utf-8")
    run = foedus_command("code", "my-case", "--from-json", path)
    assert run.status == 0, run.err
    after = foedus.load(new_case).signals
    assert after[:-1] == before
    assert (after[-1].quote, after[-1].statement) == (new["quote"], "s")
    assert (
        len(list(csv.reader(io.StringIO(file.read_bytes().decode(), newline=""), delimiter=separator)))
        == len(table) + 1
    )


def test_a_json_file_that_is_not_there_is_a_fault_with_advice(
    foedus_command: Callable[..., Any], new_case: Path
) -> None:
    run = foedus_command("code", "my-case", "--from-json", "/nonexist")
    assert (run.status, run.err) == (
        2, "/nonexist: there is no such file: name one that is there, or - for standard input\n"
    )  # fmt: skip


def test_a_question_mark_explains_what_to_code_it_as_means(coded: Callable[..., Any], new_case: Path) -> None:
    run = coded(["window", "1", "?"])
    assert "yes: the report fits the definition above" in " ".join(run.out.split())


def test_json_comes_through_a_pipe(new_case: Path) -> None:
    text = "\n".join(map(json.dumps, SIGNALS))
    done = subprocess.run(
        [sys.executable, "-m", "foedus", "code", str(new_case), "--from-json", "-"],
        input=text.encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 2
    assert len(foedus.load(new_case).signals) == 10

"""Writers of signals.csv that are killed: the case always loads, with the old rows or the new ones, and none is lost.

The killing is done in an interpreter of its own, which forks a writer for every point where one can be killed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ONE_BY_ONE = """
import json, os, signal, sys
from pathlib import Path
from foedus.case import load
from foedus.case.append import append_signals
import foedus.case.rewrite as rewrite

folder = Path(sys.argv[1])
row = {"published": "2030-03-20", "code": "backed", "source": "ministry", "quote": "새 줄"}

def killed_at(n):
    pid = os.fork()
    if pid == 0:
        left = n
        def trace(frame, event, arg):
            nonlocal left
            if frame.f_code.co_filename != rewrite.__file__:
                return None
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace
        sys.settrace(trace)
        append_signals(folder, [row])
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

states, n = [], 0
while True:
    before = (folder / "signals.csv").read_bytes()
    status = killed_at(n)
    after = (folder / "signals.csv").read_bytes()
    rows = len(load(folder).signals)
    changed = after != before
    states.append((status, changed, rows, len(after) - len(before)))
    n += 1
    if status == 0:
        break
print(json.dumps(states))
"""

RACE = """
import json, os, random, signal, sys, time
from pathlib import Path
from foedus.case import load
from foedus.case.append import append_signals

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
random.seed(seed)
before = {s.id for s in load(folder).signals}

def writer(name, done):
    pid = os.fork()
    if pid == 0:
        for i in range(10**6):
            rows = [{"id": f"{name}-{i}-{k}", "published": "2030-03-20", "code": "backed", "source": "paper"}
                    for k in range(2)]
            append_signals(folder, rows)
            os.write(done, f"{name}-{i}\\n".encode())  # at once: shorter than PIPE_BUF
    return pid

kills, told = 0, b""
read, write = os.pipe()
os.set_blocking(read, False)
running = {slot: writer(f"w{slot}r0", write) for slot in range(2)}
end = time.monotonic() + float(sys.argv[3])
while time.monotonic() < end:
    time.sleep(random.uniform(0, 0.06))
    slot = random.randrange(2)
    os.kill(running[slot], signal.SIGKILL)
    os.waitpid(running[slot], 0)
    kills += 1
    load(folder)  # while the other one writes
    running[slot] = writer(f"w{slot}r{kills}", write)
for pid in running.values():
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
while True:
    try:
        told += os.read(read, 1 << 16)
    except BlockingIOError:
        break
ids = [s.id for s in load(folder).signals]
print(json.dumps({"kills": kills, "told": told.decode().split(), "ids": ids, "before": sorted(before),
                  "left": sorted(p.name for p in folder.iterdir() if p.name.startswith("."))}))
"""


AT_ONCE = """
import json, os, sys, time
from pathlib import Path
import foedus.case.rewrite as rewrite
from foedus.case import load
from foedus.case.append import append_signals

folder = Path(sys.argv[1])
replace = rewrite._replace
# lock

def patient(target, content):
    (folder / f".made-{os.getpid()}").touch()
    end = time.monotonic() + 1.5
    while len(list(folder.glob(".made-*"))) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.5 * i)
    replace(target, content)

rewrite._replace = patient
writers = []
for i in range(2):
    writers.append(os.fork())
    if not writers[-1]:
        try:
            append_signals(folder, [{"id": f"new-{i}", "published": "2030-03-20", "code": "backed", "source": "paper"}])
        finally:
            os._exit(0)
for pid in writers:
    os.waitpid(pid, 0)
print(json.dumps([s.id for s in load(folder).signals]))
"""


def run(code: str, *arguments: object) -> object:
    """What a fresh interpreter prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_killed_at_every_step_a_writer_leaves_the_old_or_the_new(folder: Path) -> None:
    states = run(ONE_BY_ONE, folder)
    assert isinstance(states, list)
    assert len(states) > 40, "fewer steps than the module has lines: the tracing does not reach it"
    assert [status for status, *_ in states[:-1]] == [-9] * (len(states) - 1)
    rows, grown = 6, 0
    for _, changed, now, _ in states:
        assert now == rows + changed
        rows, grown = now, grown + changed
    assert states[-1][0] == 0
    assert 2 <= grown < len(states), "some are killed before the renaming, some after"
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_a_writer_that_writes_in_place_is_caught(folder: Path) -> None:
    """The same killing of a writer that is not careful: some of what it leaves is neither old nor new."""
    careless = """
def careless(target, content):
    with open(target, "wb") as file:
        file.write(content[: len(content) // 2])
        file.flush()
        file.write(content[len(content) // 2 :])
rewrite._replace = careless
careless.__code__ = careless.__code__.replace(co_filename=rewrite.__file__)
"""
    code = ONE_BY_ONE.replace("\nfolder = ", careless + "\nfolder = ")
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    lost = done.returncode != 0
    if not lost:
        states = json.loads(done.stdout)
        lost = any(b[2] != a[2] + b[1] for a, b in pairwise(states))
    assert lost


def lost(said: object) -> list[str]:
    """Rows that a writer was told are written, and that are not there; and halves of what was appended together."""
    assert isinstance(said, dict)
    ids = set(said["ids"])
    gone = [f"{name}-{k}" for name in said["told"] for k in range(2) if f"{name}-{k}" not in ids]
    new = ids - set(said["before"])
    return gone + [name for name in new if f"{name[:-1]}{1 - int(name[-1])}" not in ids]


def test_two_writers_that_are_killed_lose_no_row_that_was_written(folder: Path, seed: int) -> None:
    said = run(RACE, folder, seed, 2)
    assert isinstance(said, dict)
    assert said["kills"] > 5
    assert len(said["told"]) > 1
    assert lost(said) == []
    assert set(said["left"]) <= {".signals.csv.lock", ".signals.csv.draft"}


@pytest.mark.parametrize("locked", [True, False])
def test_of_two_writers_at_once_one_is_lost_without_the_lock(folder: Path, locked: bool) -> None:
    """Each waits, its new content made, for the other to have come as far; with the lock that is in vain."""
    off = "" if locked else "rewrite._locked = lambda _: True"
    ids = run(AT_ONCE.replace("# lock", off), folder)
    assert isinstance(ids, list)
    assert len([name for name in ids if name.startswith("new-")]) == (2 if locked else 1)

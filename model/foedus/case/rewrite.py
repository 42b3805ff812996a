"""A file of a case rewritten: whole or not at all, by one writer at a time.

The new content is written beside the file, brought to the disk and renamed over it, so that a reader, or whoever comes
after a writer that was killed, finds the old content or the new one. Writers take turns through a lock that the
operating system gives back when its holder ends, however it ends: a lock file that lies about without a holder is no
lock.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from foedus.errors import CaseError, Fault

PATIENCE = 10.0  # seconds
_PAUSE = 0.02
Replace = Callable[[bytes], None]


def replace_text(path: str | Path, text: str, was: str | None = None) -> None:
    """Put `text` in the place of a file's content, in UTF-8, line ends as they stand.

    Parameters
    ----------
    path : str or Path
        The file, which need not be there yet; its folder must be. A link is followed, a mode is kept.
    text : str
        The whole new content, with a byte-order mark if it is to have one.
    was : str, optional
        What `text` was made from ("" for a file that was not there): where the file holds something else by now, it is
        left as it is.

    Raises
    ------
    CaseError
        Another writer holds the file, or the file is no longer what it was.
    OSError
        The file may not be written.
    """
    with sole_writer(path) as replace:
        if was is not None and content_of(path) != was.encode("utf-8"):
            said = "was changed by another program meanwhile: nothing was written, begin again"
            raise CaseError([Fault(Path(path).name, 0, said)])
        replace(text.encode("utf-8"))


def content_of(path: str | Path) -> bytes:
    """Return the content of a file; nothing where there is none."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return b""


@contextmanager
def sole_writer(path: str | Path, patience: float = PATIENCE) -> Iterator[Replace]:
    r"""Hold off other writers of a file, to read it, make its new content, and replace the old one.

    Parameters
    ----------
    path : str or Path
    patience : float
        Seconds to wait for another writer.

    Yields
    ------
    callable
        Takes the new content, in bytes.

    Raises
    ------
    CaseError
        Another writer holds the file for longer than that.
    OSError
        The file may not be written.

    Examples
    --------
    >>> with sole_writer("signals.csv") as replace:  # doctest: +SKIP
    ...     replace(content_of("signals.csv") + b"...\n")
    """
    target = Path(path).resolve()
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "is write-protected", str(path))
    lock = _beside(target, "lock")
    handle = _taken(lock, time.monotonic() + patience)
    try:
        yield lambda content: _replace(target, content)
    finally:
        with suppress(OSError):  # some systems do not remove what is open; then it stays, and does no harm
            lock.unlink()
        os.close(handle)


def _beside(target: Path, kind: str) -> Path:
    return target.with_name(f".{target.name}.{kind}")


def _replace(target: Path, content: bytes) -> None:
    """Write to the one draft that there is (a killed writer's is overwritten), then rename it."""
    draft = _beside(target, "draft")
    draft.unlink(missing_ok=True)
    try:
        with draft.open("xb") as file:
            if target.exists():
                draft.chmod(target.stat().st_mode & 0o7777)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Bring a renaming to the disk, where folders can be synchronised."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _taken(lock: Path, deadline: float) -> int:
    """Return a handle that holds the lock; the file may be removed while one waits for it, and then is another."""
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if _locked(handle) and _same(handle, lock):
                os.ftruncate(handle, 0)
                os.write(handle, str(os.getpid()).encode())
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if time.monotonic() > deadline:
            holder = content_of(lock).decode("ascii", "replace")[:20]
            said = f"is being written by another program (process {holder}): nothing was written, try again"
            raise CaseError([Fault(lock.name.removeprefix(".").removesuffix(".lock"), 0, said)])
        time.sleep(_PAUSE)


def _same(handle: int, lock: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        """Whether the lock could be had: of a byte far behind the content, which stays readable."""
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _locked(handle: int) -> bool:
        """Whether the lock could be had."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

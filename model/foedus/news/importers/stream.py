"""Files of event data as lines, whatever their size: globs, .zip and .gz, byte-order marks, one block at a time."""

from __future__ import annotations

import glob
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from foedus.errors import CaseError, Fault
from foedus.news.importers.ledger import printable

BLOCK = 1 << 20  # bytes
LONGEST = 4 << 20  # bytes, of a line
MOST_FILES = 100_000
Progress = Callable[[int], None]
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Part:
    """A file, or one member of a .zip.

    Attributes
    ----------
    path : Path
    member : str, optional
    size : int
        Bytes, unpacked where that is known.
    """

    path: Path
    member: str | None
    size: int

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"{self.path}:{printable(self.member)}" if self.member else str(self.path)

    @property
    def stem(self) -> str:
        """The last part of its name, which tells the days that it covers."""
        return Path(self.member or self.path.name).name


def parts(patterns: Sequence[str | Path]) -> list[Part]:
    """Find every file, once, in the order of names.

    Parameters
    ----------
    patterns : sequence of str or Path
        Files, or globs such as `2018*.zip`, for shells that don't expand them.

    Returns
    -------
    list of Part

    Raises
    ------
    CaseError
        A pattern matches nothing, or a file can't be read.
    """
    found: dict[Path, Path] = {}
    faults = []
    for pattern in patterns:
        paths = [Path(pattern)] if Path(pattern).exists() else [Path(name) for name in sorted(glob.glob(str(pattern)))]  # noqa: PTH207
        files = [path for path in paths if path.is_file()]
        if not files:
            what = "is a folder: name the files in it, as in FOLDER/*.zip" if any(paths) else "there is no such file"
            faults.append(Fault(str(pattern), 0, what))
        for path in files:
            found.setdefault(path.resolve(), path)
    if len(found) > MOST_FILES:
        faults.append(Fault(str(patterns[0]), 0, f"more than {MOST_FILES:,} files: import them in several runs"))
    out: list[Part] = []
    for path in sorted(found.values(), key=lambda path: (path.name, str(path))):
        try:
            out += _members(path)
        except (OSError, zipfile.BadZipFile) as error:
            faults.append(Fault(str(path), 0, f"can't be read: {getattr(error, 'strerror', None) or error}"))
    if faults:
        raise CaseError(faults)
    return out


def _members(path: Path) -> list[Part]:
    if path.suffix.lower() != ".zip":
        return [Part(path, None, path.stat().st_size)]
    with zipfile.ZipFile(path) as packed:
        names = [info for info in packed.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX")]
        return [Part(path, info.filename, info.file_size) for info in names]


@contextmanager
def opened(part: Part) -> Iterator[IO[bytes]]:
    """Open a part for reading; what can't be read is a fault of the file."""
    try:
        if part.member is not None:
            with zipfile.ZipFile(part.path) as packed, packed.open(part.member) as stream:
                yield stream
        elif part.path.suffix.lower() == ".gz":
            with gzip.open(part.path) as stream:
                yield stream  # type: ignore[misc]
        else:
            with part.path.open("rb") as stream:
                yield stream
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise CaseError([Fault(part.name, 0, f"is damaged: {error}; fetch it again")]) from None
    except (RuntimeError, NotImplementedError) as error:  # encrypted, or packed in a way zipfile doesn't know
        raise CaseError([Fault(part.name, 0, f"can't be unpacked: {error}; unpack it first")]) from None


def lines(part: Part, progress: Progress = lambda _: None) -> Iterator[bytes]:
    """Yield the lines of a part, without their ends; a byte-order mark is dropped.

    Parameters
    ----------
    part : Part
    progress : function of int
        Is told the number of bytes read with each block.

    Yields
    ------
    bytes

    Raises
    ------
    CaseError
        It can't be read, is UTF-16, or has a line of more than `LONGEST` bytes.
    """
    with opened(part) as stream:
        rest, number, first = b"", 0, True
        while block := stream.read(BLOCK):
            progress(len(block))
            if first:
                _refuse_utf16(part, block)
                block, first = block.removeprefix(_BOM), False
            head, end, rest = (rest + block).rpartition(b"\n")
            if len(rest) > LONGEST:
                said = f"a line of more than {LONGEST >> 20} MB: this is no table of events"
                raise CaseError([Fault(part.name, number + 1, said)])
            if end:
                whole = head.split(b"\n")
                number += len(whole)
                yield from whole
        if rest:
            yield rest


def _refuse_utf16(part: Part, start: bytes) -> None:
    if start.startswith(_UTF16):
        raise CaseError([Fault(part.name, 1, "is UTF-16: save it as UTF-8, or as it came")])


def first_line(part: Part) -> str:
    """Return the first line of a part, decoded as well as can be."""
    with opened(part) as stream:
        start = stream.read(1 << 16)
    _refuse_utf16(part, start)
    return start.removeprefix(_BOM).partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "replace")


def whole(part: Part, limit: int, encoding: str = "utf-8") -> str:
    """Return the whole text of a part of at most `limit` bytes.

    Raises
    ------
    CaseError
        It is larger, or no text in this encoding.
    """
    with opened(part) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise CaseError([Fault(part.name, 0, f"is larger than {limit // 1_000_000} MB: split it")])
    try:
        return content.removeprefix(_BOM).decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CaseError([Fault(part.name, line, f"is not {encoding}{advice(content)}")]) from None


def advice(content: bytes) -> str:
    """Say what a text that is not UTF-8 may be."""
    try:
        text = content.decode("cp949")
    except UnicodeDecodeError:
        return ": say what it is with --encoding, such as latin-1"
    korean = any("가" <= sign <= "힣" for sign in text)
    return ": it looks like CP949 (EUC-KR), so say --encoding cp949" if korean else ": say what it is with --encoding"


def text_stream(text: str) -> io.StringIO:
    """Return a text as a stream for `csv`, its line ends as they are."""
    return io.StringIO(text, newline="")

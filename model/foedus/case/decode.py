"""Bytes of one file -> text: bounded, UTF-8, NFC, no control characters. The fault names what else it could be."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from foedus.case.findings import Findings

MEGABYTE = 1_000_000
# Of those, U+202A to U+202E and U+2066 to U+2069 turn the direction of a text: it then reads as what it is not.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_HANGUL = re.compile("[가-힣]")
_SAVE = "save it again as UTF-8 (in a spreadsheet: the file type 'CSV UTF-8')"
_SIGNATURES = (
    (b"PK\x03\x04", "is a workbook (.xlsx) or a zip, whatever its name says; save the sheet as 'CSV UTF-8'"),
    (b"\xd0\xcf\x11\xe0", "is an old workbook (.xls), whatever its name says; save the sheet as 'CSV UTF-8'"),
    (b"\xff\xfe", f"is UTF-16 (a spreadsheet's 'Unicode text'), not UTF-8; {_SAVE}"),
    (b"\xfe\xff", f"is UTF-16 (a spreadsheet's 'Unicode text'), not UTF-8; {_SAVE}"),
)


def read_bytes(path: Path, limit: int, findings: Findings) -> bytes | None:
    """Read a file of at most `limit` bytes, or note why it can't be read.

    Parameters
    ----------
    path : Path
        An existing file.
    limit : int
        Largest size accepted, in bytes.
    findings : Findings
        Where a fault goes.

    Returns
    -------
    bytes or None
        None where there is a fault.
    """
    try:
        if not path.is_file():
            findings.fault(path.name, 0, "is not a file")
            return None
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        findings.fault(path.name, 0, f"can't be read: {error.strerror}")
        return None
    if len(content) > limit:
        findings.fault(path.name, 0, f"is larger than {limit // MEGABYTE} MB, the largest size that is read; split it")
        return None
    return content


def decode(file: str, content: bytes, findings: Findings) -> str | None:
    """Decode UTF-8 (a byte-order mark is dropped) and normalise to NFC, or note what the file is instead."""
    for signature, sentence in _SIGNATURES:
        if content.startswith(signature):
            findings.fault(file, 0, sentence)
            return None
    if content.count(b"\0") * 4 > len(content):
        findings.fault(file, 0, f"looks like UTF-16, not UTF-8; {_SAVE}")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        findings.fault(file, line, f"is not UTF-8{_likely(content)}; {_SAVE}")
        return None
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        said = f"{_name(match[0])} stands here: the file is damaged; delete it, or save the file again"
        findings.fault(file, line, said)
        return None
    return unicodedata.normalize("NFC", text)


def control_in(text: str) -> str | None:
    """Name the first control character of a text, if it has one."""
    return _name(match[0]) if (match := _CONTROL.search(text)) else None


def _name(sign: str) -> str:
    return "a NUL byte" if sign == "\0" else f"the control character U+{ord(sign):04X}"


def _likely(content: bytes) -> str:
    for encoding, name, sign in (
        ("cp949", "CP949 (EUC-KR), the encoding of Korean Windows", _HANGUL),
        ("cp1252", "Windows-1252, the encoding of Western Windows", None),
    ):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sign is None or sign.search(text):
            return f"; it looks like {name}"
    return ""

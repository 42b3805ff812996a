"""The two font families of the report, taken from their packages: where they lie, and which characters they have.

Inter sets Latin text, Noto Sans CJK KR sets Hangul and hanja. matplotlib uses them to measure, typst to draw.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path

from matplotlib.font_manager import FontEntry, fontManager
from matplotlib.ft2font import FT2Font

LATIN, HANGUL = "Inter", "Noto Sans CJK KR"
FAMILIES = (LATIN, HANGUL)
WEIGHTS = (400, 500, 600, 700)
MISSING = "□"
_HANGUL_FACE = 1  # of the collection: JP, KR, SC, TC, HK
_DROPPED = {"Cc", "Cf", "Co", "Cs"}


def _files() -> tuple[Path, Path]:
    latin = files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf"
    hangul = files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc"
    return Path(str(latin)), Path(str(hangul))


def folders() -> list[str]:
    """Return the folders that typst searches."""
    return [str(path.parent) for path in _files()]


@cache
def register() -> None:
    """Tell matplotlib of both families, at every weight the report uses; it measures with the default instance."""
    latin, hangul = _files()
    for weight in WEIGHTS:
        fontManager.ttflist.append(FontEntry(fname=str(latin), name=LATIN, weight=weight))
        fontManager.ttflist.append(FontEntry(fname=str(hangul), index=_HANGUL_FACE, name=HANGUL, weight=weight))


@cache
def covered() -> frozenset[int]:
    """Return the code points that one of the families has a glyph for."""
    latin, hangul = _files()
    first, second = FT2Font(latin), FT2Font(hangul, face_index=_HANGUL_FACE)
    return frozenset(first.get_charmap()) | frozenset(second.get_charmap())


def clean(text: str) -> tuple[str, int]:
    """Return `text` with only characters that can be set, and how many had to be replaced.

    Line breaks and tabs become spaces; control, format and private characters go; a character without a glyph becomes
    a box.
    """
    replaced = 0
    kept = []
    for char in unicodedata.normalize("NFC", " ".join(text.split())):
        if unicodedata.category(char) in _DROPPED:
            replaced += unicodedata.category(char) != "Cf"
        elif ord(char) in covered():
            kept.append(char)
        else:
            kept.append("" if unicodedata.category(char) == "Mn" else MISSING)
            replaced += 1
    return "".join(kept), replaced

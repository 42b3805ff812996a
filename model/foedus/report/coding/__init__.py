"""Pictures of how a case was coded: agreement on each variable, and who writes what where something else fits.

Importing this loads neither matplotlib nor typst; writing does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.case.types import Lang
from foedus.report.written import write_whole

if TYPE_CHECKING:
    from foedus.explain.coding import CodingStudy

Progress = Callable[[str, float], None]


def write_coding(
    study: CodingStudy, out: str | Path, languages: Sequence[Lang] = ("en",), progress: Progress | None = None
) -> tuple[Path, ...]:
    """Write `coders.pdf`, `alpha.png` and, where there is something to confuse, `confusion.png`.

    Parameters
    ----------
    study : CodingStudy
    out : path
        Made if it is not there. Files of the same names are replaced, each whole or not at all.
    languages : sequence of {"en", "ko"}
        The first gives the names above, each further one coders.LANG.pdf and so on.
    progress : callable, optional
        Called with the name of a stage and the part done.

    Returns
    -------
    tuple of Path
        What was written.

    Raises
    ------
    LayoutError
        If a page can't be set.
    """
    from foedus.report.coding.pages import compose
    from foedus.report.pages import typeset

    made: dict[str, bytes] = {}
    languages = tuple(dict.fromkeys(languages)) or ("en",)
    for i, lang in enumerate(languages):
        if progress is not None:
            progress(lang, i / len(languages))
        suffix, data = "" if i == 0 else f".{lang}", compose(study, lang)
        made[f"coders{suffix}.pdf"] = typeset("coding.typ", data | {"single": False}, "pdf")[0]
        pictures = typeset("coding.typ", data | {"single": True}, "png")
        made |= {f"{card['name']}{suffix}.png": one for card, one in zip(data["cards"], pictures, strict=True)}
    return write_whole(Path(out), made)

"""A codebook as pages that people code from: PDF, one HTML file, Markdown; same inputs, same bytes.

Importing this loads neither matplotlib nor typst; writing does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from foedus.case.types import Case, Lang
from foedus.report.written import write_whole

if TYPE_CHECKING:
    from foedus.report.codebook.material import Agreement, Pages

Form = Literal["pdf", "html", "md"]
FORMS: tuple[Form, ...] = get_args(Form)
Progress = Callable[[str, float], None]


def write_codebook(
    case: Case,
    out: str | Path,
    languages: Sequence[Lang] = ("en",),
    forms: Sequence[Form] = FORMS,
    agreement: Mapping[str, Agreement] | None = None,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write the codebook of a case as `OUT/codebook.pdf`, `.html` and `.md`.

    Parameters
    ----------
    case : Case
    out : path
        Made if it is not there. Files of the same names are replaced, each whole or not at all.
    languages : sequence of {"en", "ko"}
        The first gives the names above, each further one codebook.LANG.pdf and so on.
    forms : sequence of {"pdf", "html", "md"}
    agreement : {code: Agreement}, optional
        How well coders agreed on each code, where that was measured; printed with it.
    progress : callable, optional
        Called with the name of a stage and the part done.

    Returns
    -------
    tuple of Path
        The files written, language by language.

    Raises
    ------
    LayoutError
        If the pages can't be set.
    """
    from foedus.report.codebook.build import build

    made: dict[str, bytes] = {}
    languages = tuple(dict.fromkeys(languages)) or ("en",)
    for i, lang in enumerate(languages):
        book = build(case, lang, agreement)
        suffix = "" if i == 0 else f".{lang}"
        for j, form in enumerate(dict.fromkeys(forms)):
            if progress is not None:
                progress(form, (i + j / len(forms)) / len(languages))
            made[f"codebook{suffix}.{form}"] = _render(book, form, case)
    return write_whole(Path(out), made)


def _render(book: Pages, form: Form, case: Case) -> bytes:
    if form == "pdf":
        from foedus.report.codebook.pages import pdf

        return pdf(book, case.file.opens)
    if form == "html":
        from foedus.report.codebook.html import html

        return html(book).encode()
    from foedus.report.codebook.markdown import markdown

    return markdown(book).encode()

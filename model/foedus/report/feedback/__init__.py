"""Feedback to experts: a page for each question, of what was said, the curve through it, and what it implies elsewhere.

The others stand on it without their names. Importing this loads neither matplotlib nor typst; writing does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from foedus.case.types import Case, Lang
from foedus.errors import CaseError, Fault, nearest
from foedus.report.written import write_whole

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class FeedbackFiles:
    """What was written: one PDF for each expert and language, and a picture of each page."""

    pdf: tuple[Path, ...]
    png: tuple[Path, ...]


def write_feedback(
    case: Case,
    out: str | Path,
    languages: Sequence[Lang] = ("en",),
    experts: Sequence[str] = (),
    questions: Sequence[str] = (),
    progress: Progress | None = None,
) -> FeedbackFiles:
    """Write a page for every expert and question into `OUT/EXPERT/feedback.pdf` and `OUT/EXPERT/QUESTION.png`.

    Parameters
    ----------
    case : Case
    out : path
        Made if it is not there. Files of the same names are replaced, each whole or not at all.
    languages : sequence of {"en", "ko"}
        The first gives the names above, each further one feedback.LANG.pdf and QUESTION.LANG.png.
    experts, questions : sequence of str
        Only these; empty for all.
    progress : callable, optional
        Called with the name of a stage and the part done.

    Returns
    -------
    FeedbackFiles

    Raises
    ------
    CaseError
        Judgments that can't be fitted, an unknown expert or question, or nobody to write to.
    LayoutError
        If a page can't be set, or one question needs more than a page.
    """
    from foedus.elicitation.panel import panel
    from foedus.report.feedback import pages
    from foedus.report.feedback.reply import replies
    from foedus.report.pages import LayoutError, typeset

    _known("--expert", experts, tuple(case.file.panel))
    _known("--question", questions, tuple(case.file.questions))
    found = [*replies(case, panel(case), tuple(experts), tuple(questions))]
    if not found:
        raise CaseError([Fault("judgments.csv", 0, "says nothing about these experts and questions; leave some away")])
    groups = {expert: [*of] for expert, of in groupby(found, key=lambda reply: reply.expert)}
    languages = tuple(dict.fromkeys(languages)) or ("en",)
    pdf: list[Path] = []
    png: list[Path] = []
    for i, (expert, of) in enumerate(groups.items()):
        for j, lang in enumerate(languages):
            if progress is not None:
                progress(expert, (i + j / len(languages)) / len(groups))
            data, suffix = pages.compose(case, of, lang), "" if j == 0 else f".{lang}"
            images = typeset("feedback.typ", data, "png")
            if len(images) != len(of):
                msg = f"the feedback to {expert} needs {len(images)} pages for {len(of)} questions"
                raise LayoutError(msg)
            made = {f"feedback{suffix}.pdf": typeset("feedback.typ", data, "pdf")[0]}
            made |= {f"{reply.name}{suffix}.png": image for reply, image in zip(of, images, strict=True)}
            paths = write_whole(Path(out) / expert, made)
            pdf.append(paths[0])
            png += paths[1:]
    return FeedbackFiles(tuple(pdf), tuple(png))


def _known(option: str, wanted: Sequence[str], known: Sequence[str]) -> None:
    faults = [Fault(option, 0, f"there is no {name!r}; {nearest(name, known)}") for name in wanted if name not in known]
    if faults:
        raise CaseError(faults)

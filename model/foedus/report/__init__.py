"""The report: a forecast as a PDF of three or more pages, figures as PNG, and numbers as JSON and CSV.

Importing this loads neither matplotlib nor typst; writing a report does.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from foedus.case.types import Lang

if TYPE_CHECKING:
    from foedus.forecast import Forecast
    from foedus.report.material import Explanation
    from foedus.results import Estimate

Progress = Callable[[str, float], None]
_OURS = re.compile(
    r"(?:report|figures/(?:page-\d+|timeline|waterfall|dates|levels|outcomes|said|movers|watch|readouts))(?:\.(?:en|ko))?\.(?:pdf|png)"
    r"|forecast\.json|numbers\.csv"
)
_COLUMNS = ("kind", "id", "item", "probability", "low", "high", "mcse", "prior")


@dataclass(frozen=True)
class ReportFiles:
    """What was written. Iterating gives every path, the PDF of the first language first."""

    pdf: tuple[Path, ...]
    figures: tuple[Path, ...]
    json: Path
    csv: Path

    def __iter__(self) -> Iterator[Path]:
        """Yield every path."""
        yield from (*self.pdf, self.json, self.csv, *self.figures)


def write_report(
    forecast: Forecast,
    out: str | Path,
    languages: Sequence[Lang] = ("en",),
    paper: Literal["a4", "letter"] = "a4",
    progress: Progress | None = None,
) -> ReportFiles:
    """Write the report of a forecast into a folder.

    Parameters
    ----------
    forecast : Forecast
    out : path
        Made if it is not there. Files of an earlier report are replaced, other files are left alone; where the report
        can't be made, nothing is changed.
    languages : sequence of {"en", "ko"}
        The first gives report.pdf and figures/*.png, each further one report.LANG.pdf and figures/*.LANG.png.
    paper : {"a4", "letter"}
    progress : callable, optional
        Called with the name of a stage and the part done.

    Returns
    -------
    ReportFiles

    Raises
    ------
    LayoutError
        If the pages can't be set.
    """
    from foedus.report.material import explain

    say = progress or (lambda _stage, _part: None)
    return write_explained(forecast, explain(forecast, say), out, languages, paper, say)


def write_explained(
    forecast: Forecast,
    explanation: Explanation,
    out: str | Path,
    languages: Sequence[Lang] = ("en",),
    paper: Literal["a4", "letter"] = "a4",
    progress: Progress | None = None,
) -> ReportFiles:
    """Write the report of a forecast that has been explained already; see `write_report`."""
    target = Path(out)
    target.mkdir(parents=True, exist_ok=True)
    languages = tuple(dict.fromkeys(languages)) or ("en",)
    names: list[str] = []
    with tempfile.TemporaryDirectory(prefix=".foedus-", dir=target) as folder:
        draft = Path(folder)
        (draft / "figures").mkdir()
        for i, lang in enumerate(languages):
            if progress is not None:
                progress("pages", i / len(languages))
            names += _write_pages(forecast, explanation, draft, lang, "" if i == 0 else f".{lang}", paper)
        text = json.dumps(forecast.to_json(), ensure_ascii=False, indent=2, allow_nan=False)
        (draft / "forecast.json").write_text(text + "\n", encoding="utf-8")
        (draft / "numbers.csv").write_text(numbers(forecast), encoding="utf-8")
        (target / "figures").mkdir(exist_ok=True)
        _remove_earlier(target)
        for name in (*names, "forecast.json", "numbers.csv"):
            (draft / name).replace(target / name)
    return ReportFiles(
        pdf=tuple(target / name for name in names if name.endswith(".pdf")),
        figures=tuple(target / name for name in names if name.endswith(".png")),
        json=target / "forecast.json",
        csv=target / "numbers.csv",
    )


def _remove_earlier(target: Path) -> None:
    """Remove what an earlier report wrote, other languages included: files of its names, and no others."""
    for path in [*target.iterdir(), *(target / "figures").iterdir()]:
        if path.is_file() and _OURS.fullmatch(path.relative_to(target).as_posix()):
            path.unlink()


def _write_pages(
    forecast: Forecast, explanation: Explanation, draft: Path, lang: Lang, suffix: str, paper: Literal["a4", "letter"]
) -> list[str]:
    """Write one language into `draft`; return the names of the files, the PDF first."""
    from foedus.report import pages
    from foedus.report.material import Material

    data = pages.compose(Material.of(forecast, explanation, lang), paper)
    made = {f"report{suffix}.pdf": pages.pdf(data)}
    made |= {f"figures/{name}{suffix}.png": image for name, image in pages.images(data).items()}
    for name, content in made.items():
        (draft / name).write_bytes(content)
    return list(made)


def numbers(forecast: Forecast) -> str:
    """Return every probability of a forecast as CSV: scenarios, headlines, then each question's outcomes."""
    from foedus.results import LevelsForecast, TimingForecast

    rows: list[tuple[str, str, str, Estimate]] = []
    rows += [("scenario", name, "", estimate) for name, estimate in forecast.scenario_estimates.items()]
    rows.append(("scenario", "none_of_these", "", forecast.residual))
    rows += [("headline", name, "", estimate) for name, estimate in forecast.headline_estimates.items()]
    for question in forecast.questions.values():
        if isinstance(question, TimingForecast):
            rows += [("by_date", question.id, day.isoformat(), e) for day, e in question.by_date.items()]
            rows.append(("never", question.id, "", question.never))
        elif isinstance(question, LevelsForecast):
            rows += [("level", question.id, level, estimate) for level, estimate in question.levels]
        if question.not_applicable is not None:
            rows.append(("not_applicable", question.id, "", question.not_applicable))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for kind, name, item, e in rows:
        writer.writerow(
            [kind, name, item, *(f"{value:.6f}" for value in (e.probability, e.low, e.high, e.mcse, e.prior))]
        )
    return text.getvalue()

"""Weekly counts as counts.csv, and the codes that they need as a part of a codebook.

The codes are complete but for what the data can't tell: which question they bear on, and how. Multipliers are 1, which
says nothing; `foedus learn` estimates them from resolved cases, and nobody should invent them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from foedus.case.states import name_of_state
from foedus.case.types import CaseFile, Quantity, Question, Timing
from foedus.case.vocabulary import PLOVER_MODES, label
from foedus.errors import CaseError, Fault, nearest
from foedus.news.importers import writing
from foedus.news.importers.events import Layout
from foedus.news.importers.levels import UNSTATED
from foedus.news.importers.ontology import EVENTS, VISIT, crosswalk
from foedus.news.importers.ontology import label as code_label
from foedus.news.importers.rates import Rate, estimate
from foedus.news.importers.weekly import Counted, Series

PLACEHOLDER = "QUESTION"
_LEARN = "none: multipliers of 1 say nothing. `foedus learn` estimates them from resolved cases; don't invent them"
_LEADS = ("<=14", "<=30", "<=60", "<=90", "later", "never")


def known_from(last: dt.date, lag: int) -> str:
    """Return when the count of a week is known: the end of its last day in UTC, and the lag of the data after that."""
    return f"{last + dt.timedelta(days=1 + lag)}T00:00:00Z"


def counts_csv(counted: Sequence[Counted], source: str, lag: int) -> str:
    """Write counts.csv.

    Parameters
    ----------
    counted : sequence of Counted
    source : str
        Id of the source.
    lag : int
        Days.

    Returns
    -------
    str
    """
    rows = [
        (known_from(period.last, lag), str(period.first), str(period.last), one.series.id, source, count)
        for one in counted
        for period, count in zip(one.periods, one.counts, strict=True)
    ]
    return writing.table(writing.COUNTS, rows)


def rates(counted: Sequence[Counted], presence: bool) -> dict[Series, Rate]:
    """Return the rate of each series."""
    return {one.series: estimate(one.counts, [period.length for period in one.periods], presence) for one in counted}


def bearing(question: Question | None) -> dict[str, Any]:
    """Return a bearing that says nothing yet, in the bands that a question needs; without one, of a timing one."""
    if question is None or isinstance(question, Timing):
        by, keys = "lead", list(_LEADS)
    elif isinstance(question, Quantity):
        cut = 0.0
        if (question.lower or -1) >= 0 or (question.upper or 1) <= 0:
            cut = ((question.lower or 0.0) + (question.upper or (question.lower or 0.0) + 2)) / 2
        by, keys = "value", [f"<={cut:g}", "above"]
    else:
        by, keys = "level", [level.id for level in question.levels]
    return {"by": by, "multipliers": dict.fromkeys(keys, 1), "basis": "assumed", "source": _LEARN}


def question_of(file: CaseFile | None, name: str | None) -> tuple[str, Question | None]:
    """Return the question that codes shall bear on: its name, and what it is where the case is known.

    Raises
    ------
    CaseError
        The case has no such question.
    """
    if file is None or name is None:
        return name or PLACEHOLDER, None
    if name not in file.questions:
        raise CaseError([Fault("--question", 0, f"{name!r}: {nearest(name, list(file.questions))}")])
    return name, file.questions[name]


def codebook_part(
    found: Mapping[Series, Rate], layout: Layout, head: str, presence: bool, bears_on: tuple[str, dict[str, Any]]
) -> str:
    """Write the codes of some series, and the source that counted them, as codebook.part.yaml.

    Parameters
    ----------
    found : {series: rate}
    layout : Layout
    head : str
        Where the numbers come from, for the comment on top.
    presence : bool
    bears_on : (question, bearing)

    Returns
    -------
    str
    """
    lines = [*writing.comment(head), "format: 1", "codes:"]
    for series, rate in found.items():
        lines += writing.block(series.id, _code(series, rate, layout, presence, bears_on), 1)
    title = {"en": f"{layout.title}, coded by machine", "ko": f"{layout.title} (기계 코딩)"}
    source = {"title": title, "reliability": "F", "type": "machine"}
    return "\n".join([*lines, "sources:", *writing.block(layout.source, source, 1)]) + "\n"


def _code(
    series: Series, rate: Rate, layout: Layout, presence: bool, bears_on: tuple[str, dict[str, Any]]
) -> dict[str, Any]:
    question, says = bears_on
    out: dict[str, Any] = {"title": _title(series), "definition": _definition(series, layout, presence)}
    out |= {"kind": "counted", "coverage": "exhaustive"} | _crosswalk(series.code, layout)
    if presence:
        out["count_as"] = "presence"
    out["base_rate"] = list(rate.base)
    if rate.dispersion:
        out["dispersion"] = list(rate.dispersion)
    out["bears_on"] = {question: says}
    out["note"] = {"en": _note(rate, presence), "ko": _note_ko(rate, presence)}
    return out


def _title(series: Series) -> dict[str, str]:
    en, ko = code_label(series.code)
    states = [
        [name_of_state(state, lang) for state in (series.dyad.first, series.dyad.second)] for lang in ("en", "ko")
    ]
    stated = series.level != UNSTATED
    level_en = label("actor_level", series.level, "en") if stated else "level not stated"
    level_ko = label("actor_level", series.level, "ko") if stated else "직급 미상"
    return {
        "en": f"{en}: {' and '.join(states[0])}, {level_en} (counted)",
        "ko": f"{en if en == ko else ko}: {'·'.join(states[1])}, {level_ko} (집계)",
    }


def _definition(series: Series, layout: Layout, presence: bool) -> dict[str, str]:
    what = "whether a week has" if presence else "days of a week with"
    what_ko = "한 주에 한 번이라도 있었는지" if presence else "한 주에 있었던 날 수"
    code = series.code.replace("_", " or ")
    return {
        "en": f"{layout.title}: {what} an event coded {code} between {series.dyad}, in either direction.",
        "ko": f"{layout.title}: {series.dyad} 사이(방향 무관) 코드 {series.code.replace('_', '·')} 사건이 {what_ko}.",
    }


def _crosswalk(code: str, layout: Layout) -> dict[str, Any]:
    """Return what a counted code is in PLOVER and CAMEO, as the codebook writes it."""
    cameo = ["042", "043"] if code == VISIT else [code] if code.isdigit() and layout.ontology == "cameo" else []
    words = {crosswalk().get(name) for name in cameo}
    event, _, mode = str(words.pop()).partition(":") if len(words) == 1 and None not in words else code.partition(":")
    if event not in EVENTS:
        return {"cameo": cameo} if cameo else {}
    whole = f"{event}:{mode}" if mode in PLOVER_MODES.get(event, ()) else event
    return {"plover": whole} | ({"cameo": cameo} if cameo else {})


def _note(rate: Rate, presence: bool) -> str:
    seen = f"{rate.total} in {rate.periods} weeks or parts of weeks, some in {rate.share:.0%} of them"
    more = "" if presence or rate.dispersion is None else "; the dispersion holds what multipliers will explain as well"
    full = (
        "; there in most weeks, so that a week with it tells little: think of --as counts"
        if _full(rate, presence)
        else ""
    )
    return f"{seen}{more}{full}"


def _note_ko(rate: Rate, presence: bool) -> str:
    full = "; 대부분의 주에 있어 정보가 적음(--as counts 검토)" if _full(rate, presence) else ""
    return f"{rate.periods}개 주(일부 포함)에 {rate.total}건, 그중 {rate.share:.0%}에서 관측{full}"


def _full(rate: Rate, presence: bool) -> bool:
    return presence and rate.share > 0.5

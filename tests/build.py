"""Cases made in memory from Python data, through the documents' own types: no files.

    case(
        {"summit": TIMING, "role": ordinal("no", "yes")},
        {"ann": {"summit": daily([0.1, 0.2], never=0.7), "role": {"no": 0.5, "yes": 0.5}}},
        codes={"voiced": {"bears_on": {"role": by_level(no=0.5, yes=2)}}},
        signals=[{"published": "2025-01-03", "code": "voiced"}],
    )

The window has `days` days and opens on 2025-01-01, judgments are of that day, and everything that can be uncertain is
certain unless a test says otherwise: what is left is the model at its simplest.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from foedus.case.types import Case, CaseFile, Codebook, Count, Judgment, Moment, Resolution, Signal
from foedus.case.values import parse_moment

OPENS = dt.date(2025, 1, 1)
TIMING: dict[str, Any] = {"type": "timing", "half_life": "inf"}
CERTAIN: dict[str, Any] = {"shared_error": 0, "spread": 1, "dependence_spread": 0, "weight_concentration": 1e12}

Said = Mapping[str, Any]


def day(number: int) -> str:
    """Day `number` of the window, as a date."""
    return (OPENS + dt.timedelta(days=number)).isoformat()


def ordinal(*levels: str, **more: Any) -> dict[str, Any]:
    return {"type": "ordinal", "levels": list(levels), "half_life": "inf", **more}


def nominal(*levels: str, **more: Any) -> dict[str, Any]:
    return {"type": "nominal", "levels": list(levels), "half_life": "inf", **more}


def quantity(**more: Any) -> dict[str, Any]:
    return {"type": "quantity", "unit": "%", "half_life": "inf", **more}


def timing(**more: Any) -> dict[str, Any]:
    return {**TIMING, **more}


def daily(days: Sequence[float], never: float) -> dict[str, float]:
    """Probability of each day and of never, as chips on single days."""
    assert abs(sum(days) + never - 1) < 1e-9
    return {**{f"{day(i)}..{day(i)}": p for i, p in enumerate(days, start=1) if p}, "never": never}


def bins(cuts: Sequence[float], masses: Sequence[float]) -> dict[str, float]:
    """Probability of each bin between neighbouring cuts; uniform inside."""
    return {f"{a:g}..{b:g}": p for a, b, p in zip(cuts[:-1], cuts[1:], masses, strict=True)}


def by_level(**multipliers: Any) -> dict[str, Any]:
    return {"by": "level", "multipliers": multipliers}


def present(**probabilities: Any) -> dict[str, Any]:
    return {"by": "level", "probability_present": probabilities}


def case(
    questions: Mapping[str, Mapping[str, Any]],
    said: Mapping[str, Mapping[Any, Said]],
    *,
    days: int = 10,
    judged: str | Mapping[str, str] = "2025-01-01",
    codes: Mapping[str, Any] | None = None,
    combine: Sequence[Mapping[str, Any]] = (),
    sources: Mapping[str, Any] | None = None,
    signals: Iterable[Mapping[str, Any]] = (),
    counts: Iterable[Mapping[str, Any]] = (),
    resolutions: Iterable[Mapping[str, Any]] = (),
    settings: Mapping[str, Any] | None = None,
    panel: Mapping[str, Any] | None = None,
    scenarios: Mapping[str, str] | None = None,
    timezone: str = "UTC",
    **file: Any,
) -> Case:
    """Build a case.

    `said` is what each expert said of each question, or of (question, condition). For levels: their
    probabilities; else chips on `a..b`, `never` with its probability, quantiles under numbers, atoms under `=5`. For
    `a ~ b`: the concordance.
    """
    case_file = CaseFile.model_validate(
        {
            "format": 1,
            "id": "built",
            "title": "Built for a test",
            "timezone": timezone,
            "opens": OPENS,
            "horizon": OPENS + dt.timedelta(days=days),
            "questions": questions,
            "panel": panel or {expert: {} for expert in said},
            "scenarios": {name: {"when": when} for name, when in (scenarios or {}).items()},
            "settings": CERTAIN | dict(settings or {}),
            **file,
        }
    )
    zone = ZoneInfo(timezone)
    codebook = Codebook.model_validate(
        {"codes": codes or {}, "combine": combine, "sources": {"wire": {"credence": 1}, **(sources or {})}}
    )
    return Case(
        folder=".",
        file=case_file,
        codebook=codebook,
        judgments=tuple(_judgments(case_file, said, judged)),
        signals=tuple(_signal(row, i, zone) for i, row in enumerate(signals)),
        counts=tuple(_count(row, i, zone) for i, row in enumerate(counts)),
        resolutions=tuple(_resolution(row, i, zone) for i, row in enumerate(resolutions)),
        inputs={},
    )


def _judgments(
    file: CaseFile, said: Mapping[str, Mapping[Any, Said]], judged: str | Mapping[str, str]
) -> Iterable[Judgment]:
    line = 1
    for expert, answers in said.items():
        for asked, numbers in answers.items():
            question, given = asked if isinstance(asked, tuple) else (asked, None)
            for key, number in numbers.items() if isinstance(numbers, Mapping) else [("concordance", numbers)]:
                line += 1
                element, level, value = _row(file, question, key, number)
                yield Judgment(
                    expert=expert,
                    as_of=dt.date.fromisoformat(judged if isinstance(judged, str) else judged[expert]),
                    question=question,
                    given=given,
                    element=element,
                    level=level,
                    value=value,
                    line=line,
                )


def _row(file: CaseFile, question: str, key: Any, number: Any) -> tuple[Any, str | None, Any]:
    if "~" in question:
        return "concordance", None, number
    if file.questions[question].type in {"ordinal", "nominal"}:
        return "probability", key, number
    if key == "never":
        return "never", None, number
    if isinstance(key, float):
        return "quantile", repr(key), dt.date.fromisoformat(number) if isinstance(number, str) else number
    if re.match("=", key):
        value = key.removeprefix("=")
        return "exactly", repr(number), dt.date.fromisoformat(value) if "-" in value[1:] else float(value)
    return "chips", key, number


def moment(text: str, zone: ZoneInfo) -> Moment:
    at, precision = parse_moment(text, zone)
    return Moment(at=at, precision=precision)


def _signal(row: Mapping[str, Any], i: int, zone: ZoneInfo) -> Signal:
    times = {name: moment(row[name], zone) for name in ("published", "happened") if row.get(name)}
    return Signal.model_validate({"id": f"s{i}", "source": "wire", "line": i + 2, **row, **times})


def _count(row: Mapping[str, Any], i: int, zone: ZoneInfo) -> Count:
    days = {name: dt.date.fromisoformat(row[name]) for name in ("from", "to")}
    published = moment(row.get("published", row["to"]), zone)
    return Count.model_validate({"source": "wire", "line": i + 2, **row, **days, "published": published})


def _resolution(row: Mapping[str, Any], i: int, zone: ZoneInfo) -> Resolution:
    known = moment(row.get("known_from", row["resolved_on"]), zone)
    return Resolution.model_validate({"line": i + 2, **row, "known_from": known})

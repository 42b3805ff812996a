"""How sure we are: analytic confidence by a stated rule, and what the range is made of. No word of likelihood here.

The rule: withheld where the computation failed its checks; low where the panel is illustrative or has fewer than three
members, where no report was used, or where most multipliers are assumed; moderate where fewer than three sources of
grade A or B were used or the lead range spans more than 20 points; else high. Every reason of that grade is printed.
"""

from __future__ import annotations

from typing import Any, Literal

from foedus.case.types import Count, Signal
from foedus.report import words
from foedus.report.material import Material, spread_proposition
from foedus.report.sections.lead import panel_words
from foedus.report.voice import Run

Confidence = Literal["withheld", "low", "moderate", "high"]
FEW_EXPERTS, FEW_SOURCES, WIDE = 3, 3, 20


def build(material: Material) -> dict[str, Any]:
    """Return the confidence statement and the parts of the range."""
    voice = material.voice
    grade, reasons = confidence(material)
    statement: list[Run] = [*voice.runs(f"confidence_{grade}"), {"t": " " + " ".join(reasons), "b": False}]
    return {
        "title": voice.text("sure_title"),
        "statement": statement,
        "share_title": _share_title(material),
        "shares": _shares(material),
        "share_note": _share_note(material),
        "account": _account(material),
    }


def confidence(material: Material) -> tuple[Confidence, list[str]]:
    """Return the grade of analytic confidence and the reasons for it."""
    voice, composition = material.voice, material.explanation.composition
    if not material.forecast.diagnostics.ok:
        return "withheld", [voice.text("because_failed")]
    total, assumed = sum(composition.basis_counts.values()), composition.basis_counts.get("assumed", 0)
    low: list[str] = []
    if material.illustrative:
        low.append(voice.text("because_illustrative"))
    if composition.experts < FEW_EXPERTS:
        low.append(voice.text("because_few", n=panel_words(material)))
    if not composition.signals_used:
        low.append(voice.text("because_no_news"))
    if 2 * assumed > total:
        low.append(voice.text("because_assumed", n=assumed, total=total))
    if low:
        return "low", low
    middle: list[str] = []
    if (good := _good_sources(material)) < FEW_SOURCES:
        middle.append(voice.text("because_sources", n=good))
    if (width := _width(material)) > WIDE:
        middle.append(voice.text("because_wide", n=width))
    return ("moderate", middle) if middle else ("high", [voice.text("because_sound")])


def _good_sources(material: Material) -> int:
    case, used = material.forecast.case, set(material.forecast.account.used)
    rows: tuple[Signal | Count, ...] = (*case.signals, *case.counts)
    sources = {row.source for row in rows if row.id in used}
    return sum(case.codebook.sources[name].reliability in "AB" for name in sources if name in case.codebook.sources)


def _width(material: Material) -> int:
    target = material.target
    return words.whole(target.estimate.high - target.estimate.low) if target is not None else 0


def _share_title(material: Material) -> str:
    """Name what the range belongs to, where that is not what the report leads with."""
    voice, (name, _) = material.voice, spread_proposition(material.forecast)
    if material.target is None or name == material.target.id:
        return voice.text("share_title")
    file = material.forecast.case.file
    named = {**file.headlines, **file.scenarios}.get(name)
    return voice.text("share_title_of", title=voice.user(named.title if named else None, name, 40))


def _shares(material: Material) -> list[dict[str, Any]]:
    composition, voice = material.explanation.composition, material.voice
    parts = [composition.panel_share, composition.data_share, composition.assumption_share]
    if sum(parts) <= 0:
        return []
    shown = words.whole_to_100([part / sum(parts) for part in parts])
    names = ("panel", "data", "assumption")
    return [
        {"label": voice.text(f"share_{name}"), "share": part / sum(parts), "percent": words.percent(n)}
        for name, part, n in zip(names, parts, shown, strict=True)
    ]


def _share_note(material: Material) -> str:
    voice = material.voice
    if not _shares(material):
        return voice.text("share_none")
    names = {name: voice.text(f"share_{name}") for name in ("panel", "data", "assumption")}
    return voice.text("share_note", **names)


def _account(material: Material) -> str:
    forecast, voice = material.forecast, material.voice
    counts = material.explanation.composition.basis_counts
    names = ("empirical", "elicited", "assumed")
    parts = [voice.text(f"basis_{name}", n=counts[name]) for name in names if counts.get(name)]
    values = {"used": forecast.account.rows_used, "read": forecast.account.read}
    if not parts:
        return voice.text("account_plain", **values)
    return voice.text("account", basis=voice.text("basis", parts=voice.join(parts, ", ")), **values)

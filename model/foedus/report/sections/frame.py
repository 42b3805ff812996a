"""What stands around the pages: running head, marks, footer, and the scale of likelihood words."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from foedus.report import words
from foedus.report.material import Material


def build(material: Material) -> dict[str, Any]:
    """Return running head, marks, footer and the data of the document itself."""
    voice, forecast = material.voice, material.forecast
    title = voice.user(forecast.case.file.title, forecast.case.file.id, 80)
    as_of = voice.moment(forecast.as_of)
    series = voice.text("series")
    return {
        "series": series,
        "subject": title,
        "as_of_label": voice.text("as_of"),
        "as_of": as_of,
        "document_title": voice.text("document_title", title=title, series=series, as_of=as_of),
        "date": [material.today.year, material.today.month, material.today.day],
        "illustrative": _illustrative(material),
        "failed": _failed(material),
        "footer_model": voice.text("footer_model", version=version_of(), seed=forecast.seed, digest=digest(material)),
        "footer_range": voice.text("footer_range"),
        "page_of": voice.text("page_of", n="{n}", total="{total}"),
        "evidence_title": voice.text("evidence_title"),
        "scale": scale(material),
    }


def scale(material: Material) -> dict[str, Any]:
    """Return the row of likelihood words with its edges."""
    voice = material.voice
    edges = [0, *words.EDGES, 100]
    names = words.WORDS[voice.lang]
    spans = [
        {"from": a, "to": b, "word": name[:1].upper() + name[1:]}
        for a, b, name in zip(edges, edges[1:], names, strict=False)
    ]
    return {"title": voice.text("scale_title"), "note": voice.text("scale_note"), "spans": spans}


def digest(material: Material) -> str:
    """Return eight hexadecimal digits of the hash over the input files."""
    lines = "\n".join(f"{name} {sha}" for name, sha in sorted(material.forecast.inputs.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:8]


def _illustrative(material: Material) -> dict[str, str] | None:
    if not material.illustrative:
        return None
    voice = material.voice
    return {"short": voice.text("mark_illustrative"), "long": voice.text("mark_illustrative_long")}


def _failed(material: Material) -> dict[str, str] | None:
    diagnostics, voice = material.forecast.diagnostics, material.voice
    if diagnostics.ok:
        return None
    messages = voice.user("; ".join(diagnostics.messages), "", 300)
    return {
        "mark": voice.text("mark_failed_short"),
        "short": voice.text("mark_failed"),
        "long": voice.text("mark_failed_long", messages=messages),
    }


def version_of() -> str:
    """Return the version of foedus."""
    try:
        return version("foedus")
    except PackageNotFoundError:
        return "unreleased"

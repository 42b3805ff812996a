"""CAMEO and PLOVER codes with their names, in our own short words (the manuals' texts are not ours to copy)."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from foedus.case.types import Lang, Text


@cache
def cameo_names() -> dict[str, Text]:
    """Return the name of each CAMEO code that has one here: {code: Text}."""
    text = files("foedus.report.codebook").joinpath("cameo.csv").read_text("utf-8")
    return {row["code"]: Text(en=row["en"], ko=row["ko"]) for row in csv.DictReader(text.splitlines())}


def cameo_name(code: str, lang: Lang) -> str:
    """Return the name of a CAMEO code, or that of the nearest code above it; empty where there is none."""
    names = cameo_names()
    above = (code[:length] for length in range(len(code), 1, -1))
    return next((names[part](lang) for part in above if part in names), "")

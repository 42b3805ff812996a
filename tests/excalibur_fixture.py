"""A study written as Excalibur keeps it, for the tests that read it back."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from foedus.elicitation.performance.study import Study


def _number(x: float) -> str:
    mantissa, exponent = f"{x: .5E}".split("E")
    return f"{mantissa}E{int(exponent):+05d}"


def write_excalibur(
    folder: Path, study: Study, *, order: list[int] | None = None, title: str = ""
) -> tuple[Path, Path]:
    """Write a study in Excalibur's columns; the answers in `order`; NaN as one of its codes for missing."""
    dtt, rls = folder / "study.dtt", folder / "study.rls"
    percent = "  ".join(f"{100 * level:g}" for level in study.levels)
    lines = [f"* CLASS ASCII OUTPUT FILE. NQ=   {len(study.levels)}   QU=   {percent}"]
    for e, expert in enumerate(study.experts):
        for n, item in enumerate(study.items):
            scale = "LOG" if study.log[n] else "UNI"
            values = " ".join(_number(-999.5 if np.isnan(x) else x) for x in study.values[e, n])
            lines.append(f" {e + 1:4d} {expert:>8} {n + 1:4d} {item:>14} {scale} {values} {title}")
    answers = []
    for n in order or range(len(study.items)):
        scale = "log" if study.log[n] else "UNI"
        answer = -996.0 if np.isnan(study.answers[n]) else study.answers[n]
        answers.append(f" {n + 1:4d} {study.items[n]:>14} {_number(answer)} {scale} {title}")
    dtt.write_text("\n".join(lines) + "\n", "cp1252")
    rls.write_text("\n".join(answers) + "\n", "cp1252")
    return dtt, rls

"""Who writes what where something else fits: for each coder, expected signals by the code that fits and the written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.explain.coding import CodingStudy
from foedus.news.coders.codings import Coding, Label
from foedus.report.figures.canvas import Canvas, Drawing, canvas
from foedus.report.figures.card import Card
from foedus.report.palette import ACCENT, GREY, INK, RULE, tint
from foedus.report.voice import User, Voice

Floats = NDArray[np.float64]
MOST, PANELS = 9, 3
LABEL, GAP, CELL, HEAD, BELOW = 60.0, 4.0, 3.6, 9.0, 5.0


@dataclass(frozen=True)
class _Table:
    """Codes shown, and of each coder the expected signals [C, n, n + 1]; the last column is all other codes."""

    labels: tuple[int, ...]
    expected: Floats


def card(study: CodingStudy, voice: Voice, width: float) -> Card | None:
    """Return the chart; None where coders never differed."""
    coding = study.coding
    if coding is None or not coding.contested.any():
        return None
    full = _expected(coding)
    shown = _shown(full)
    titles = [_title(study, voice, coding.labels[k]) for k in shown.labels]
    slips = full.sum(axis=(1, 2)) - np.einsum("ckk->c", full)
    rows = [
        voice.text("cd_confusion_row", coder=voice.user(name, "", 40), n=int((coding.table[:, c] >= 0).sum()),
                   slips=f"{slips[c]:.1f}")
        for c, name in enumerate(coding.coders)
    ]  # fmt: skip
    return Card(
        title=_finding(study, voice),
        note=voice.text("cd_confusion_note"),
        alt=voice.text("cd_confusion_alt", rows=voice.join(rows)),
        drawing=_draw(coding, shown, titles, width),
    )


def _expected(coding: Coding) -> Floats:
    """Return expected signals of each coder by truth and written [C, K, K]."""
    out = np.zeros((len(coding.coders), len(coding.labels), len(coding.labels)))
    for c in range(len(coding.coders)):
        wrote = coding.table[:, c]
        np.add.at(out[c].T, wrote[wrote >= 0], coding.posterior.truth[wrote >= 0])
    return out


def _shown(full: Floats) -> _Table:
    """Choose the codes with most slips, in the order of the codebook."""
    slips = full.sum(axis=0)
    np.fill_diagonal(slips, 0.0)
    involved = slips.sum(axis=0) + slips.sum(axis=1)
    order = [int(k) for k in np.argsort(-involved, kind="stable")[:MOST] if involved[k] > 0]
    keep = sorted(order)
    rest = full[:, keep].sum(axis=2) - full[:, keep][:, :, keep].sum(axis=2)
    return _Table(tuple(keep), np.concatenate([full[:, keep][:, :, keep], rest[..., None]], axis=2))


def _title(study: CodingStudy, voice: Voice, label: Label) -> User:
    code, observed = label
    title = voice.user(study.case.codebook.codes[code].title, code.replace("_", " "), 90)
    return title if observed == "present" else User(f"{title} ({observed.replace('_', ' ')})")


def _finding(study: CodingStudy, voice: Voice) -> str:
    top = next((one for one in study.confusions if one.slips >= 1), None)
    if top is None:
        return voice.text("cd_confusion_none")
    truth, wrote = (_title(study, voice, label) for label in (top.truth, top.wrote))
    return voice.text("cd_confusion", coder=voice.user(top.coder, "", 40), truth=truth, wrote=wrote)


def _draw(coding: Coding, table: _Table, titles: list[User], width: float) -> Drawing:
    n = len(table.labels)
    cell = min((width - LABEL - GAP * (PANELS - 1)) / PANELS / (n + 1), 2 * CELL)
    height = HEAD + n * cell + BELOW
    lines = -(-len(coding.coders) // PANELS)
    with canvas(width, height * lines) as paper:
        for c, coder in enumerate(coding.coders):
            left = LABEL + (c % PANELS) * ((n + 1) * cell + GAP)
            top = (c // PANELS) * height + HEAD
            if c % PANELS == 0:
                for i, title in enumerate(titles):
                    text = paper.fit(title, LABEL - 8.0, 7.0)
                    paper.text(LABEL - 6.0, top + (i + 0.5) * cell + 0.9, text, anchor="end", size=7.0, color=INK)
                    number = f"{i + 1}"
                    paper.text(LABEL - 1.6, top + (i + 0.5) * cell + 0.9, number, anchor="end", size=7.0, weight=600)
            paper.text(left, top - 5.0, paper.fit(coder, (n + 1) * cell, 7.6), size=7.6, weight=600, color=INK)
            _panel(paper, table.expected[c], left, top, cell)
        return paper.drawing()


def _panel(paper: Canvas, expected: Floats, left: float, top: float, cell: float) -> None:
    n = len(expected)
    size = min(6.6, 1.65 * cell)
    for j in range(n + 1):
        head = "+" if j == n else f"{j + 1}"
        paper.text(left + (j + 0.5) * cell, top - 1.2, head, anchor="middle", size=size)
    total = np.maximum(expected.sum(axis=1, keepdims=True), 1e-12)
    for i in range(n):
        for j in range(n + 1):
            share = float(expected[i, j] / total[i, 0]) if expected[i].sum() >= 0.5 else 0.0
            x, y = left + j * cell, top + i * cell
            fill = tint(ACCENT, 1 - 0.9 * share)
            paper.rectangle(x, y, cell, cell, fill, edgecolor=RULE, linewidth=0.3, zorder=1)
            if expected[i, j] >= 0.5:
                color = "#FFFFFF" if share > 0.55 else INK
                text = f"{expected[i, j]:.0f}"
                paper.text(
                    x + cell / 2, y + cell / 2 + 0.36 * size / 2.83, text, anchor="middle", size=size, color=color
                )
    for i in range(n):
        paper.rectangle(left + i * cell, top + i * cell, cell, cell, "none", edgecolor=GREY, linewidth=0.9, zorder=2)

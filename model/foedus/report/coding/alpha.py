"""Agreement on each variable: alpha with its interval, on the bands of what it allows."""

from __future__ import annotations

import math

from foedus.explain.coding import CodingStudy
from foedus.news.coders.agreement import FIRM, TENTATIVE
from foedus.news.coders.readings import Compared
from foedus.report.figures.canvas import Canvas, Drawing, canvas
from foedus.report.figures.card import Card
from foedus.report.figures.scales import Scale
from foedus.report.palette import ACCENT, FAINT, GREY, INK, RULE, tint
from foedus.report.voice import Voice

ROW, TOP, BOTTOM = 6.4, 5.6, 6.0
LABEL, RIGHT = 58.0, 33.0


def card(study: CodingStudy, voice: Voice, width: float) -> Card:
    """Return the chart of all variables."""
    names = [_name(study, voice, one) for one in study.variables]
    rows = [_row(voice, name, one) for name, one in zip(names, study.variables, strict=True)]
    decided = any(one.after for one in study.variables)
    return Card(
        title=_finding(study, voice, names),
        note=voice.text("cd_alpha_note_decided" if decided else "cd_alpha_note"),
        alt=voice.text("cd_alpha_alt", rows=voice.join(rows)),
        drawing=_draw(study.variables, names, voice, width),
    )


def _name(study: CodingStudy, voice: Voice, one: Compared) -> str:
    if one.question is None:
        return voice.text(f"cd_{one.name}")
    title = study.case.file.questions[one.question].title
    return voice.text("cd_says", title=voice.user(title, one.question.replace("_", " "), 60))


def _finding(study: CodingStudy, voice: Voice, names: list[str]) -> str:
    alphas = {name: one.before.alpha for name, one in zip(names, study.variables, strict=True)}
    known = {name: alpha for name, alpha in alphas.items() if not math.isnan(alpha)}
    if not known:
        return voice.text("cd_alpha_none")
    worst = min(known, key=lambda name: known[name])
    return voice.text("cd_alpha_all_firm") if known[worst] >= FIRM else voice.text("cd_alpha_worst", name=worst)


def _row(voice: Voice, name: str, one: Compared) -> str:
    found = one.before
    if math.isnan(found.alpha):
        return voice.text("cd_alpha_row_none", name=name)
    return voice.text("cd_alpha_row", name=name, alpha=number(found.alpha), low=number(found.low),
                      high=number(found.high))  # fmt: skip


def number(x: float) -> str:
    """Return an alpha as it is printed: `.792`, `−.108`, `1.000`."""
    return f"{x:.3f}".replace("-", "−").replace("0.", ".", 1)


def _draw(variables: tuple[Compared, ...], names: list[str], voice: Voice, width: float) -> Drawing:
    lows = [one.before.low for one in variables if not math.isnan(one.before.low)]
    low = max(-1.0, min(0.0, math.floor(5 * min(lows, default=0.0)) / 5))
    base = TOP + ROW * len(variables)
    x = Scale(low, 1.0, LABEL, width - RIGHT)
    with canvas(width, base + BOTTOM) as paper:
        paper.rectangle(x(TENTATIVE), TOP, x(FIRM) - x(TENTATIVE), base - TOP, FAINT, zorder=0.1)
        paper.rectangle(x(FIRM), TOP, x(1.0) - x(FIRM), base - TOP, tint(ACCENT, 0.86), zorder=0.1)
        _axis(paper, x, base)
        for end, key in ((width - 12.0, "cd_equal"), (width, "cd_signals")):
            paper.text(end, TOP - 1.8, voice.text(key), anchor="end", size=6.8)
        for i, (one, name) in enumerate(zip(variables, names, strict=True)):
            _mark(paper, voice, x, TOP + ROW * (i + 0.5), name, one)
        return paper.drawing()


def _axis(paper: Canvas, x: Scale, base: float) -> None:
    paper.line([x.start, x.end], [base, base], INK, 0.6)
    for tenth in range(round(10 * x.low), 11):
        if tenth % 2 == 0:
            at = x(tenth / 10)
            paper.line([at, at], [TOP, base], RULE, 0.4, zorder=0.2)
            label = f"{tenth / 10:.1f}".replace("-", "−")
            paper.text(at, base + 4.0, label, anchor="middle", size=6.8)


def _mark(paper: Canvas, voice: Voice, x: Scale, y: float, name: str, one: Compared) -> None:
    found = one.before
    paper.text(x.start - 3.0, y + 1.0, paper.fit(name, LABEL - 5.0), anchor="end", color=INK)
    paper.text(paper.width - 12.0, y + 1.0, f"{found.percent:.2f}".replace("0.", ".", 1), anchor="end", size=7.2)
    paper.text(paper.width, y + 1.0, str(found.units), anchor="end", size=7.2)
    if math.isnan(found.alpha):
        paper.text(x.end - 2.0, y + 1.0, voice.text("cd_constant"), anchor="end", size=7.0)
        return
    start, end, at = (min(max(v, x.low), x.high) for v in (found.low, found.high, found.alpha))
    paper.line([x(start), x(end)], [y, y], ACCENT, 1.2, zorder=2)
    paper.circle(x(at), y, 1.1, ACCENT, zorder=3)
    if one.after is not None and not math.isnan(one.after.alpha):
        paper.circle(x(max(one.after.alpha, x.low)), y, 1.5, "none", edgecolor=GREY, linewidth=0.9, zorder=4)
    paper.text(paper.width - 22.0, y + 1.0, number(found.alpha), anchor="end", size=7.2, weight=600, color=INK)

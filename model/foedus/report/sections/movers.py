"""The three steps that moved the estimate most, and what looked important but was not, with the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from foedus.case.types import Count, Signal
from foedus.report import words
from foedus.report.material import Material, Target
from foedus.report.sections import known
from foedus.report.voice import User

if TYPE_CHECKING:
    from foedus.explain.attribution import Step

LARGEST, MINOR = 3, 2
REPORT = 0.25  # what one more report adds to how important a signal looks, in log multiplier
_NOISE = 0.0005  # under it an effect prints as 0.0
_OLD = 30  # days after which a signal has faded
_LOW_CREDENCE = 0.7
_REASONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("why_capped", re.compile(r"capped: (?P<other>\S+) says the same")),
    ("why_averaged", re.compile(r"averaged over (?P<n>\d+) signals")),
    ("why_tempered", re.compile(r"tempered: (?P<n>\d+) signals")),
    ("why_seen", re.compile(r"(?P<p>\d+%) of the panel had not seen it")),
)


def largest(material: Material) -> list[Step]:
    """Return the steps that moved the target most, in order of time."""
    target = material.target
    if target is None:
        return []
    steps = [step for step in material.explanation.steps if abs(step.effects.get(target.id, 0.0)) >= _NOISE]
    ranked = sorted(steps, key=lambda step: -abs(step.effects[target.id]))[:LARGEST]
    return [step for step in material.explanation.steps if step in ranked]


def build(material: Material) -> dict[str, Any] | None:
    """Return the table of movers; None where there is nothing to explain."""
    target, voice = material.target, material.voice
    if target is None:
        return None
    top = largest(material)
    steps = material.explanation.steps
    total = target.estimate.probability - target.estimate.prior
    shown = [round(100 * step.effects[target.id], 1) for step in top]
    others = [i for i, step in enumerate(steps) if step not in top]
    extent = max((abs(effect) for effect in shown), default=1.0) or 1.0
    rows = [_row(material, step, str(i + 1), shown[i], extent) for i, step in enumerate(top)]
    return {
        "title": _title(material, target, bool(top)),
        "note": voice.text("movers_note", title=target.title),
        "head": {name: voice.text(f"col_{name}") for name in ("date", "signal", "effect")},
        "rows": rows,
        "others": _others(material, others, round(100 * total, 1) - sum(shown)),
        "total": {"label": voice.text("movers_total"), "effect": voice.signed(100 * total)},
        "minor_title": voice.text("minor_title"),
        "minor": [_minor_row(material, target, step, extent) for step in _minor(material, target, top)],
        "empty": "" if top else voice.text("movers_none"),
    }


def _title(material: Material, target: Target, moved: bool) -> str:
    if not moved:
        return material.voice.text("movers_title_still")
    if target.estimate.change == 0:
        return material.voice.text("movers_title_cancel")
    if (settled := words.settled(target.estimate.probability)) is not None:
        prior = words.percent(words.whole(target.estimate.prior))
        return material.voice.text("movers_title_yes" if settled else "movers_title_no", prior=prior)
    prior, now = (words.percent(words.whole(p)) for p in (target.estimate.prior, target.estimate.probability))
    return material.voice.text("movers_title", prior=prior, now=now)


def _others(material: Material, others: list[int], net: float) -> dict[str, str] | None:
    """Return the rest in one row; it also takes what Monte Carlo error leaves between the steps and the change."""
    if not others:
        noise = {"label": material.voice.text("movers_noise"), "effect": material.voice.signed(net)}
        return noise if abs(net) >= 0.05 else None
    label = material.voice.text("movers_other" if len(others) == 1 else "movers_others", n=len(others))
    return {"label": label, "effect": material.voice.signed(net)}


def label(material: Material, step: Step, width: int = 72) -> User:
    """Return what a step is called: the title of its code (and how many were counted), or the days that passed."""
    voice = material.voice
    if step.kind == "time":
        return voice.text("movers_time_known" if known.resolutions(material) else "movers_time")
    case = material.forecast.case
    code = case.codebook.codes.get(step.code or "")
    title = voice.user(code.title if code else None, (step.code or "").replace("_", " "), width)
    counts = [row for row in case.counts if row.id in step.signals and row.published.at <= material.forecast.as_of]
    if counts:
        return voice.text("counted", title=title, n=max(counts, key=lambda row: row.published.at).count)
    return voice.text("left_out", title=title) if step.absent else title


def day_of(material: Material, step: Step) -> str:
    """Return when a step became known; for the days that passed, until when."""
    day = material.voice.day(step.day, short=True)
    return material.voice.text("until", day=day) if step.kind == "time" else day


def source_name(material: Material, step: Step) -> User:
    """Return the title of a step's source; nothing for the days that passed."""
    source = material.forecast.case.codebook.sources.get(step.source or "")
    return material.voice.user(source.title if source else None, (step.source or "").replace("_", " "), 44)


def _source(material: Material, step: Step) -> dict[str, str]:
    """Who reported a step, its Admiralty grade, how many reports it joins, and a link where there is a safe one."""
    case, voice = material.forecast.case, material.voice
    if step.kind == "time":
        return {"name": "", "grade": "", "url": ""}
    source = case.codebook.sources.get(step.source or "")
    rows: tuple[Signal | Count, ...] = (*case.signals, *case.counts)
    first = next((row for row in rows if row.id in step.signals), None)
    name = str(source_name(material, step))
    if len(step.signals) > 1:
        name += f" · {voice.text('movers_reports', n=len(step.signals))}"
    grade = (source.reliability if source else "") + (getattr(first, "credibility", None) or "")
    return {"name": name, "grade": grade, "url": safe_link(first.url if first else None)}


def safe_link(url: str | None) -> str:
    """Return `url` where it is plain http or https; else nothing."""
    return url if url and re.fullmatch(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+", url) else ""


def _row(material: Material, step: Step, mark: str, effect: float, extent: float) -> dict[str, Any]:
    return {
        "mark": mark,
        "date": day_of(material, step),
        "label": label(material, step),
        "source": _source(material, step),
        "effect": material.voice.signed(effect),
        "bar": effect / extent,
        "why": "",
    }


def _minor(material: Material, target: Target, top: list[Step]) -> list[Step]:
    """Return the most prominent steps that moved the target less than a tenth of the largest.

    Prominent is what would tell much if it bore on the target, and what was widely reported.
    """
    floor = max((abs(step.effects[target.id]) for step in top), default=0.0) / 10
    seen = {step.code for step in top}
    kept: list[Step] = []
    for step in sorted(
        material.explanation.steps, key=lambda step: -(step.strength + REPORT * (len(step.signals) - 1))
    ):
        quiet = abs(step.effects.get(target.id, 0.0)) <= max(floor, _NOISE)
        if step.kind == "signal" and quiet and step.code not in seen and step.strength > 0:
            kept.append(step)
            seen.add(step.code)
    return [step for step in material.explanation.steps if step in kept[:MINOR]]


def _minor_row(material: Material, target: Target, step: Step, extent: float) -> dict[str, Any]:
    effect = round(100 * step.effects.get(target.id, 0.0), 1)
    return _row(material, step, "", effect, extent) | {"why": _why(material, target, step)}


def _why(material: Material, target: Target, step: Step) -> str:
    """Return the reason a telling signal counted little."""
    voice = material.voice
    here = [question for question in step.questions if re.search(rf"\b{re.escape(question)}\b", target.when)]
    if step.questions and not here:
        return voice.text("why_elsewhere", question=material.question_title(step.questions[0]))
    for note in step.notes:
        if (known := _known(material, note)) is not None:
            return known
    if step.credence is not None and step.credence < _LOW_CREDENCE:
        return voice.text("why_credence", credence=f"{step.credence:.2f}")
    if (age := (material.today - step.day).days) > _OLD:
        return voice.text("why_faded", n=age)
    return voice.text("why_flat")


def _known(material: Material, note: str) -> str | None:
    """Say a note of the attribution in the language of the report; None for one that has no phrase."""
    voice, signals = material.voice, {signal.id: signal for signal in material.forecast.case.signals}
    for key, pattern in _REASONS:
        if match := pattern.search(note):
            found = match.groupdict()
            if "other" in found:
                other = signals.get(found["other"])
                return voice.text(key, day=voice.day(voice.civil(other.published.at))) if other else None
            return voice.text(key, **found)
    return None

"""Tables of `foedus coders`, and the same as JSON."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.text import Text

from foedus.cli.show import name_of, table
from foedus.explain.coding import MIXED
from foedus.news.coders.codings import shown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from foedus.case.types import Lang
    from foedus.explain.coding import CodingStudy
    from foedus.news.coders.agreement import Agreement
    from foedus.news.coders.codings import Label
    from foedus.news.coders.readings import Compared

ALPHA = (
    "Alpha (Krippendorff): 1 is agreement, 0 what chance gives. From .800 on firm, from .667 on tentative, else not to "
    "be relied on. Interval: 95 %, over resampled signals; under 20 signals it is too narrow. Agree: share of pairs of "
    "coders with one value. `says of ...` is what the model uses: log multipliers, apart as far as the panel's "
    "outcomes feel it."
)
WEIGHTS = (
    "Slips expected: of the texts read where the first code fits, as far as all coders together can tell. "
    "Weighs: probability of each code that a coder chose (Bayesian Dawid-Skene), as the forecast mixes them. "
    "Elsewhere: that another code fits, which the forecast leaves out. Slips count as independent: a text that "
    "misleads everybody looks like agreement. Error: Monte Carlo, in points."
)
ALONE = (
    "The forecast, had one coder alone read the signals on which they differ. Same seed: what differs is the codes, "
    "and Monte Carlo error."
)
DISAGREE = (
    "Do not use these weights yet: the chains of the model of coders disagree (R-hat {:.2f}, should be 1.05 or less). "
    "More double-coded signals help; so does deciding the contested ones (rows by the coder `adjudicated`)."
)
_MOST = 12


def show(console: Console, study: CodingStudy, lang: Lang = "en") -> None:
    """Print the study; titles of the case in a language."""
    case, found = study.case, study.readings
    console.print(Text(case.file.title(lang), style="bold"))
    named = f"{len(found.coders)} coders: {', '.join(found.coders)}"
    decided = f"; {len(found.decided)} decided afterwards" if found.decided else ""
    console.print(f"As of {study.as_of.isoformat()}. {named}{decided}.")
    console.print(sample(study), "")
    console.print(_agreement(study), "", Text(ALPHA, style="dim"), sep="\n")
    for sentence in remarks(study):
        console.print(sentence)
    if study.coding is None:
        return
    if study.accuracies:
        console.print("", _coders(study), sep="\n")
    if study.confusions:
        console.print("", _confusions(study, lang), sep="\n")
        if len(study.confusions) > _MOST:
            console.print(f"and {len(study.confusions) - _MOST} more; --json has them all")
    if study.disagreements:
        console.print("", _disagreements(study), "", Text(WEIGHTS, style="dim"), sep="\n")
    if study.forecasts:
        console.print("", _forecasts(study, lang), "", Text(ALONE, style="dim"), sep="\n")


def sample(study: CodingStudy) -> str:
    """Say which signals were read by several, and whether these look like a random sample."""
    one = study.sample
    if one.verdict == "all":
        return f"All {one.all} signals were read by two coders or more."
    start = f"{one.several} of {one.all} signals were read by two coders or more: "
    if one.verdict == "few":
        return start + "too few, or too few others, to tell whether they are a random sample."
    chances = ", ".join(f"{name} p {chance(p)}" for name, p in one.chances.items())
    if one.verdict == "random":
        return start + f"they look like a random sample of all ({chances})."
    return start + (
        f"they differ from the others more than a random sample would ({chances}). What follows holds for signals like "
        "these."
    )


def chance(p: float) -> str:
    """Return a p-value with its sign; none is ever nought."""
    return "< 0.001" if p < 0.0005 else f"= {p:.3f}"


def remarks(study: CodingStudy) -> list[str]:
    """Say of each variable what its alpha alone would hide."""
    out = []
    for one in study.variables:
        found, name = one.before, variable(study, one)
        if found.verdict == "constant":
            what = f" ({one.commonest})" if one.commonest else ""
            out.append(f"{name}: every value is the same{what}. They agree, and there is no alpha: nothing varied.")
        elif found.near_constant:
            odd = round((1 - found.prevalence) * found.values)
            resampled = f"; {found.undefined:.0%} of resamples have none" if found.undefined > 0 else ""
            out.append(
                f"{name}: {found.prevalence:.0%} of the values are the same ({one.commonest or 'one value'}). Alpha "
                f"hangs on the {odd} others{resampled}."
            )
    return out


def variable(study: CodingStudy, one: Compared, lang: Lang = "en") -> str:
    """Return the name of a variable."""
    if one.question is None:
        return one.name.replace("_", " ")
    return f"says of {name_of_(study.case.file.questions[one.question].title, one.question, lang)}"


def name_of_(title: Any, identifier: str, lang: Lang) -> str:
    """Return a title in a language, or else the identifier in words."""
    return title(lang) if title else name_of(None, identifier)


def _agreement(study: CodingStudy) -> Table:
    after = bool(study.readings.decided)
    rows = table("Variable", "Level", ">Alpha", ">95 %", *([">Decided"] if after else []), ">Agree", "Most frequent",
                 ">Signals", "Verdict")  # fmt: skip
    for one in study.variables:
        found = one.before
        often = f"{one.commonest or 'one value'} {found.prevalence:.0%}"
        decided = [_alpha(one.after.alpha) if one.after else ""] if after else []
        rows.add_row(variable(study, one), one.level, _alpha(found.alpha), _interval(found), *decided,
                     f"{found.percent:.0%}", often, str(found.units), found.verdict)  # fmt: skip
    return rows


def _alpha(x: float) -> str:
    return "" if math.isnan(x) else f"{x:.3f}".replace("0.", ".", 1)


def _interval(found: Agreement) -> str:
    return "" if math.isnan(found.low) else f"{_alpha(found.low)} to {_alpha(found.high)}"


def _coders(study: CodingStudy) -> Table:
    rows = table("Coder", ">Signals", ">Right", ">90 %")
    for one in study.accuracies:
        rows.add_row(one.coder, str(one.signals), f"{one.mean:.0%}", f"{one.low:.0%} to {one.high:.0%}")
    return rows


def titles(study: CodingStudy, lang: Lang) -> dict[str, str]:
    """Return titles of codes."""
    return {name: name_of_(code.title, name, lang) for name, code in study.case.codebook.codes.items()}


def _confusions(study: CodingStudy, lang: Lang) -> Table:
    words = titles(study, lang)
    rows = table("Coder", "Where this fits", "writes this", ">Slips expected")
    for one in study.confusions[:_MOST]:
        rows.add_row(one.coder, shown(one.truth, words), shown(one.wrote, words),
                     f"{one.slips:.1f} of {one.texts:.1f}")  # fmt: skip
    return rows


def _disagreements(study: CodingStudy) -> Table:
    zone = ZoneInfo(study.case.file.timezone)
    rows = table("Published", "Signal", "Read as", "by", ">Weighs", ">Elsewhere", ">Error")
    for one in study.disagreements:
        day = (one.published - dt.timedelta(microseconds=1)).astimezone(zone).date()  # the end of a day belongs to it
        lead = [day.isoformat(), one.signal]
        tail = ["", ""] if one.decided else [_share(one.elsewhere), f"{100 * one.error:.1f}"]
        for label in sorted(dict.fromkeys([*one.weights, *one.wrote.values()]), key=lambda k: -one.weights.get(k, 0)):
            weight = ("decided" if label in one.weights else "") if one.decided else _share(one.weights[label])
            by = ", ".join(coder for coder, own in one.wrote.items() if own == label)
            rows.add_row(*lead, shown(label), by or "adjudicated", weight, *tail)
            lead, tail = ["", ""], ["", ""]
    return rows


def _forecasts(study: CodingStudy, lang: Lang) -> Table:
    file = study.case.file
    columns = list(study.forecasts)
    rows = table("", *(f">{'As it is' if name == MIXED else name}" for name in columns), ">MCSE")
    named: list[tuple[str, str]] = [(k, name_of_(v.title, k, lang)) for k, v in file.scenarios.items()]
    named += [(k, name_of_(v.title, k, lang)) for k, v in file.headlines.items()]
    for key, title in [*named, ("none_of_these", "None of these")]:
        estimates = [study.forecasts[name][key] for name in columns]
        shares = (f"{100 * e.probability:.1f}%" for e in estimates)
        rows.add_row(title, *shares, f"{100 * max(e.mcse for e in estimates):.2f}")
    return rows


def _share(p: float) -> str:
    """Return a probability with one digit of a percent, where that would not claim certainty."""
    return "<0.1%" if p < 0.0005 else ">99.9%" if p > 0.9995 else f"{p:.1%}"


def to_json(study: CodingStudy) -> dict[str, Any]:
    """Return the study, JSON-able."""
    posterior = study.coding.posterior if study.coding is not None and study.disagreements else None
    return {
        "format": 1,
        "case": study.case.file.id,
        "as_of": study.as_of.isoformat(),
        "coders": list(study.readings.coders),
        "sample": {"several": study.sample.several, "all": study.sample.all, "verdict": study.sample.verdict,
                   "chances": study.sample.chances},
        "decided": sorted(study.readings.decided),
        "agreement": [_compared_json(one) for one in study.variables],
        "accuracy": [vars(one) for one in study.accuracies],
        "confusions": [
            {**vars(one), "truth": list(one.truth), "wrote": list(one.wrote)} for one in study.confusions
        ],
        "disagreements": [
            {"signal": one.signal, "published": one.published.isoformat(), "decided": one.decided,
             "wrote": {coder: list(label) for coder, label in one.wrote.items()},
             "weights": _weights_json(one.weights.items()), "elsewhere": one.elsewhere, "error": one.error}
            for one in study.disagreements
        ],
        "forecasts": {
            name: {key: {"probability": e.probability, "mcse": e.mcse} for key, e in estimates.items()}
            for name, estimates in study.forecasts.items()
        },
        "diagnostics": {"ok": posterior is None or posterior.converged, "rhat": posterior and posterior.rhat},
    }  # fmt: skip


def _weights_json(weights: Iterable[tuple[Label, float]]) -> list[dict[str, Any]]:
    return [{"code": code, "observed": observed, "weight": weight} for (code, observed), weight in weights]


def _compared_json(one: Compared) -> dict[str, Any]:
    def of(found: Agreement) -> dict[str, Any]:
        numbers = {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in vars(found).items()}
        return {k: v for k, v in numbers.items() if k != "commonest"} | {"verdict": found.verdict}

    return {
        "variable": one.name, "question": one.question, "level": one.level, "commonest": one.commonest or None,
        "before": of(one.before), "after": of(one.after) if one.after else None,
    }  # fmt: skip

"""Each code as an entry: what counts as it, how it is treated in words, and what it says of which question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan

from foedus.case.states import name_of_state
from foedus.case.types import Bearing, Code, Group, Quantity
from foedus.case.vocabulary import label
from foedus.report.codebook.crosswalk import cameo_name
from foedus.report.codebook.material import Agreement, Entry, Joint, Run, Runs, Speaks, number
from foedus.report.codebook.picture import picture
from foedus.report.codebook.speech import Speech

Fact = tuple[str, tuple[Runs, ...]]


def entry(speech: Speech, name: str, agreement: Agreement | None) -> Entry:
    """Return the entry of one code.

    Parameters
    ----------
    speech : Speech
    name : str
        Its id.
    agreement : Agreement or None
        How well coders agreed on it, where that was measured.
    """
    code, voice = speech.case.codebook.codes[name], speech.voice
    kinds = (("include", code.include), ("exclude", code.exclude), ("near", code.near_misses))
    lists = [*kinds, ("examples", code.examples), ("note", (code.note,) if code.note else ())]
    return Entry(
        n=speech.numbers[name],
        id=name,
        title=speech.code(name),
        warning=_warning(speech, code),
        definition=speech.runs(code.definition, voice.text("cb_no_definition")),
        lists=tuple(
            (kind, str(voice.text(f"cb_{kind}")), tuple(speech.runs(text) for text in texts))
            for kind, texts in lists
            if texts
        ),
        facts=tuple(_facts(speech, name, code, agreement)),
        speaks=tuple(
            speaks(speech, question, bearing, speech.code(name))
            for question, bearing in code.bears_on.items()
            if question in speech.case.file.questions
        ),
    )


def _warning(speech: Speech, code: Code) -> Runs:
    if code.deprecated is None:
        return ()
    version = speech.user(code.deprecated)
    if code.replaced_by is None:
        return (Run(speech.voice.text("cb_deprecated", version=version)),)
    said = speech.voice.text("cb_deprecated_to", version=version, code=speech.user(code.replaced_by))
    return speech.runs(said)


def speaks(speech: Speech, question: str, bearing: Bearing, title: str) -> Speaks:
    """Return what an entry says of one question; `title` is what the picture's words begin with."""
    voice, percent = speech.voice, bearing.probability_present is not None
    numbers = bearing.multipliers or bearing.probability_present or {}
    by = voice.text(f"cb_by_{bearing.by}")
    if isinstance(kind := speech.case.file.questions[question], Quantity):
        by = voice.text("cb_by_unit", by=by, unit=speech.user(kind.unit))
    headings = {
        str(voice.text("cb_said_by", speaker=speech.speaker(speaker))): own
        for speaker, own in bearing.by_speaker.items()
    }
    asked = speech.question(question)
    return Speaks(
        question=asked,
        by=f"{voice.text('cb_present')}, {by}" if percent else by,
        basis=bearing.basis,
        basis_word=voice.text(f"cb_word_{bearing.basis}"),
        source=voice.text("cb_source", text=speech.user(bearing.source)) if bearing.source else "",
        picture=picture(
            numbers,
            headings,
            {key: speech.band(question, bearing, key) for key in numbers},
            percent=percent,
            rules_out=voice.text("cb_rules_out"),
            alt=voice.text("cb_alt", code=speech.user(title), question=asked, rows="{rows}"),
        ),
    )


def _facts(speech: Speech, name: str, code: Code, agreement: Agreement | None) -> Iterator[Fact]:
    """Yield what else is to know, in words; what is ordinary is left out, but for what the code speaks of."""
    voice = speech.voice

    def plain(key: str, *texts: str) -> Fact:
        return str(voice.text(f"cb_{key}")), tuple((Run(str(text)),) for text in texts)

    yield from _crosswalk(speech, code)
    yield plain("kind", voice.text(f"cb_kind_{code.kind}"))
    if code.kind == "discrepancy":
        yield plain("discrepancy", _discrepancy(speech, code))
    if code.contradicts:
        yield plain("contradicts", speech.user(", ".join(code.contradicts)))
    if code.bears_on:
        yield plain("sees", voice.text(f"cb_sees_{code.sees}"))
    if code.coverage == "exhaustive":
        yield plain("coverage", voice.text("cb_coverage_exhaustive"))
    if code.requires:
        yield plain("requires", *(_required(speech, column, words) for column, words in code.requires.items()))
    if code.group is not None:
        yield _intent(speech, name, code.group)
    if code.max_per_week is not None:
        yield plain("week", voice.text("cb_week_n", n=code.max_per_week))
    if code.base_rate is not None:
        rate = {part: number(getattr(code.base_rate, part)) for part in ("low", "middle", "high")}
        key = "cb_rate_one" if code.base_rate.certain else "cb_rate_band"
        yield plain("rate", voice.text(key, **({"middle": rate["middle"]} if code.base_rate.certain else rate)))
    if code.dispersion is not None:
        yield plain("dispersion", f"{number(code.dispersion.middle)}")
    if (spread := _spread(code)) is not None:
        said = voice.text("cb_spread_certain") if spread == 1 else voice.text("cb_spread_n", s=f"{spread:g}")
        yield plain("spread", said)
    if agreement is not None:
        yield plain("agreement", _agreed(speech, agreement))
    if code.since:
        yield plain("since", speech.user(code.since))


def _discrepancy(speech: Speech, code: Code) -> str:
    """Say whose text has which line, and whose leaves it out."""
    said, left = (
        ", ".join(name_of_state(side, speech.lang) for side in sides) for sides in (code.said_by, code.left_out_by)
    )
    key = "of" if said and left else "all" if said else "none"
    words = {name: speech.user(text) for name, text in (("said", said), ("left", left)) if text}
    return speech.voice.text(f"cb_discrepancy_{key}", lines=speech.user(", ".join(code.lines)), **words)


def _crosswalk(speech: Speech, code: Code) -> Iterator[Fact]:
    if code.plover is not None:
        name = label("plover", code.plover.event, speech.lang)
        mode = speech.voice.text("cb_mode", mode=speech.user(code.plover.mode)) if code.plover.mode else ""
        further = [mode, ", ".join(code.plover.contexts)]
        yield "PLOVER", ((Run(code.plover.event, b=True), Run("  " + "; ".join([name, *(x for x in further if x)]))),)
    if code.cameo:
        yield (
            "CAMEO",
            tuple((Run(cameo, b=True), Run(f"  {cameo_name(cameo, speech.lang)}".rstrip())) for cameo in code.cameo),
        )


def _required(speech: Speech, column: str, words: tuple[str, ...]) -> str:
    """Return a condition in the words that the row itself must have."""
    said = speech.voice.join([speech.user(word) for word in words], speech.voice.text("cb_or"))
    return speech.voice.text("cb_requires_one", column=column, words=said)


def _intent(speech: Speech, name: str, group: Group) -> Fact:
    """Return the other codes of a group, then how it is capped; alone in it, how its repeats are."""
    codes = speech.case.codebook.codes.items()
    others = [other for other, code in codes if code.group and code.group.name == group.name and other != name]
    cap = str(speech.voice.text(f"cb_cap_{group.cap}"))
    if group.within is not None:
        cap = str(speech.voice.text("cb_within", cap=cap, days=f"{group.within:g}"))
    shown = [(Run(other, to=speech.numbers[other]),) for other in others]
    return str(speech.voice.text("cb_group" if others else "cb_repeats")), (*shown, (Run(cap),))


def _spread(code: Code) -> float | None:
    """Return the spread stated for its numbers without a band, where it states one."""
    own = [bearing.spread for bearing in code.bears_on.values() if bearing.spread is not None]
    return own[0] if own else code.spread


def _agreed(speech: Speech, found: Agreement) -> str:
    values = {"alpha": f"{found.alpha:.2f}", "units": found.units, "coders": found.coders}
    if isnan(found.low) or isnan(found.high):
        return speech.voice.text("cb_agreement_bare", **values)
    return speech.voice.text("cb_agreement_n", low=f"{found.low:.2f}", high=f"{found.high:.2f}", **values)


def joint(speech: Speech) -> tuple[Joint, ...]:
    """Return the joint multipliers of codes voiced in one statement."""
    return tuple(
        Joint(
            codes=tuple(Run(name, to=speech.numbers[name]) for name in combination.codes),
            speaks=tuple(
                speaks(speech, question, bearing, " + ".join(combination.codes))
                for question, bearing in combination.bears_on.items()
                if question in speech.case.file.questions
            ),
        )
        for combination in speech.case.codebook.combine
    )


def entries(speech: Speech, names: list[str], agreement: Mapping[str, Agreement]) -> tuple[Entry, ...]:
    """Return the entries of several codes."""
    return tuple(entry(speech, name, agreement.get(name)) for name in names)

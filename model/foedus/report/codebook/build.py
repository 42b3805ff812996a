"""A case's codebook -> its pages in one language, ready to be printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import exp
from zoneinfo import ZoneInfo

from foedus.case.states import name_of_state
from foedus.case.types import Band, Case, Lang, Nominal, Ordinal, Source
from foedus.case.vocabulary import label
from foedus.news.credence import Z90, CredencePrior, credence_prior
from foedus.report.codebook.entries import entries, joint
from foedus.report.codebook.howto import howto
from foedus.report.codebook.index import index
from foedus.report.codebook.material import Agreement, Group, Pages, Picture, Row, Run, Section, Sources
from foedus.report.codebook.picture import PROBABILITY, Axis, row
from foedus.report.codebook.speech import Speech
from foedus.report.voice import User, Voice

BASES = ("empirical", "elicited", "assumed")
_SHARED = (
    *("series", "version_label", "read", "basis", "contents", "contents_note", "recorded", "topics_note"),
    *("howto", "combine", "combine_note", "sources", "sources_note", "index", "index_note", "levels"),
    *("header_band", "header_number", "controlled", "controlled_note", "topics"),
)


def build(case: Case, lang: Lang, agreement: Mapping[str, Agreement] | None = None) -> Pages:
    """Return all that stands on the pages of a codebook.

    Parameters
    ----------
    case : Case
        Its questions give the codebook's bands and levels their names.
    lang : {"en", "ko"}
    agreement : {code: Agreement}, optional
        How well coders agreed, where that was measured.

    Returns
    -------
    Pages
    """
    voice = Voice(lang, ZoneInfo(case.file.timezone), year=case.file.opens.year)
    speech, book = Speech(case, voice), case.codebook
    title = speech.user(book.title, str(speech.user(case.file.title, case.file.id)))
    first = _first_question(case)
    sections = [_section(speech, name, [c for c in book.codes if first[c] == name], agreement or {})
                for name in (*case.file.questions, None)]  # fmt: skip
    return Pages(
        lang=lang,
        title=title,
        version=speech.user(book.version),
        based_on=str(voice.text("cb_based_on", what=speech.user(book.based_on))) if book.based_on else "",
        counts=_counts(speech),
        lead=tuple(Run(run["t"], b=run["b"]) for run in voice.runs("cb_lead")),
        key=_key(),
        basis=tuple(_basis(speech, basis) for basis in BASES),
        contents=_contents(speech),
        sections=tuple(section for section in sections if section.entries),
        combine=joint(speech),
        sources=_sources(speech),
        howto=howto(speech),
        index=index(speech),
        digest=case.inputs["codebook.yaml"][:12],
        words={key: str(voice.text(f"cb_{key}")) for key in _SHARED}
        | {"document": str(voice.text("cb_document", title=title)), "read_note": _how_to_read(speech)},
    )


def _how_to_read(speech: Speech) -> str:
    spread = speech.case.file.settings.spread
    said = [speech.voice.text("cb_read_note")]
    said += [speech.voice.text("cb_read_spread", s=f"{spread:g}")] if spread > 1 else []
    return speech.voice.join(said, " ")


def _basis(speech: Speech, basis: str) -> tuple[str, str, str]:
    voice = speech.voice
    word, meaning = voice.text(f"cb_word_{basis}"), voice.text(f"cb_basis_{basis}")
    known = label("basis", basis, speech.lang)
    said = meaning if known == word else voice.text("cb_basis_one", label=known, meaning=meaning)
    return basis, str(word), str(said)


def _first_question(case: Case) -> dict[str, str | None]:
    """Return under which question each code is printed: the first that it speaks of."""
    known = case.file.questions
    return {name: next((q for q in code.bears_on if q in known), None) for name, code in case.codebook.codes.items()}


def _counts(speech: Speech) -> str:
    book, known = speech.case.codebook, speech.case.file.questions
    asked = {question for code in book.codes.values() for question in code.bears_on if question in known}
    numbers = {"codes": len(book.codes), "questions": len(asked), "sources": len(book.sources)}
    return speech.voice.text("cb_counts", **numbers)


def _section(speech: Speech, question: str | None, names: list[str], agreement: Mapping[str, Agreement]) -> Section:
    made = entries(speech, names, agreement)
    if question is None:
        return Section(str(speech.voice.text("cb_recorded")), "", (), made)
    asked = speech.case.file.questions[question]
    levels = asked.levels if isinstance(asked, (Ordinal, Nominal)) else ()
    resolves = speech.voice.text("cb_question_resolves", text=speech.user(asked.resolves)) if asked.resolves else ""
    told = tuple(
        (level.id, str(speech.user(level.title, level.id.replace("_", " "))), str(speech.user(level.means)))
        for level in levels
    )
    return Section(speech.question(question), resolves, told, made)


def _contents(speech: Speech) -> tuple[Group, ...]:
    codes = speech.case.codebook.codes
    groups = [
        Group(
            speech.question(question),
            tuple(
                (speech.numbers[name], str(speech.code(name)), (code.bears_on[question].basis,))
                for name, code in codes.items()
                if question in code.bears_on
            ),
        )
        for question in speech.case.file.questions
    ]
    by_topic = _by_topic(speech)
    listed = {n for group in (*groups, *by_topic) for n, _, _ in group.items}
    rest = tuple((n, str(speech.code(name)), ()) for name, n in speech.numbers.items() if n not in listed)
    groups += [*by_topic, Group(str(speech.voice.text("cb_recorded")), rest)]
    return tuple(group for group in groups if group.items)


def _by_topic(speech: Speech) -> list[Group]:
    """Return codes that require a topic, those of the same topics together."""
    topics, found = speech.case.codebook.topics, defaultdict[tuple[str, ...], list[str]](list)
    for name, code in speech.case.codebook.codes.items():
        if own := tuple(word for word in code.requires.get("issue", ()) if word in topics):
            found[own].append(name)
    groups = []
    for own, names in found.items():
        titles = speech.voice.join([speech.user(topics[word], word) for word in own], ", ")
        items = tuple((speech.numbers[name], str(speech.code(name)), ()) for name in names)
        groups.append(Group(str(speech.voice.text("cb_topic_group", topics=titles)), items))
    return groups


def _key() -> Picture:
    """Return the picture that explains the pictures."""
    axis = Axis((0.1, 0.3, 1, 3, 10), log=True)
    shown = {"": Band(low=0.9, middle=2, high=4.4), " ": Band(low=0.5, middle=0.5, high=0.5),
             "  ": Band(low=2.2, middle=7, high=31)}  # fmt: skip
    rows = tuple(row(axis, label_, value) for label_, value in shown.items())
    return Picture(rows, axis.labels(), axis.place(1.0), "; ".join(one.number for one in rows))


def _sources(speech: Speech) -> Sources:
    voice = speech.voice
    head = tuple(str(voice.text(f"cb_source_{key}")) for key in ("name", "letter", "credence"))
    rows = tuple(_source(speech, name, source) for name, source in speech.case.codebook.sources.items())
    return Sources(head, rows, PROBABILITY.labels())


def _source(speech: Speech, name: str, source: Source) -> tuple[str, str, str, str, Row, str]:
    prior = credence_prior(source, "3")  # a report of middling credibility: the source by itself
    shown = row(PROBABILITY, "", _in_words(prior))
    given = source.credence is not None
    by_letter = label("reliability", source.reliability, speech.lang)
    letter = str(speech.voice.text("cb_source_given")) if given else by_letter
    said = [label("source_type", source.type, speech.lang)] if source.type else []
    if source.side:
        said.append(str(speech.voice.text("cb_source_side", state=User(name_of_state(source.side, speech.lang)))))
    said += [str(speech.user(source.note))] if source.note else []
    return str(speech.user(source.title, name)), name, source.reliability, letter, shown, "; ".join(said)


def _in_words(prior: CredencePrior) -> Band:
    """Return the middle and 90 % band of a credence."""
    if prior.certain is not None:
        return Band(low=prior.certain, middle=prior.certain, high=prior.certain)
    ends = (prior.location - Z90 * prior.scale_below, prior.location, prior.location + Z90 * prior.scale_above)
    low, middle, high = (1 / (1 + exp(-end)) for end in ends)
    return Band(low=low, middle=middle, high=high)

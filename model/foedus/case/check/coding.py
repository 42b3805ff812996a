"""What a codebook asks of coders, and whether rows keep to it: required columns, versions, cross-walks."""

from __future__ import annotations

import re

from foedus.case.check.draft import Draft
from foedus.case.check.questions import circles
from foedus.case.states import state_of
from foedus.case.types import Code, Signal
from foedus.case.versions import other_major
from foedus.case.vocabulary import WORDS
from foedus.case.yaml_lines import Path, dotted
from foedus.errors import nearest

BOOK = "codebook.yaml"
_CAMEO = re.compile(r"(0[1-9]|1\d|20)\d{0,2}", re.ASCII)


def check_codes(draft: Draft) -> None:
    """Check the cross-walks, required columns and replacements of codes, and the sides of sources."""
    codes = draft.codebook.codes
    at: Path
    for name, code in codes.items():
        _cameo(draft, ("codes", name, "cameo"), code)
        _requires(draft, ("codes", name, "requires"), code)
        for i, other in enumerate(code.contradicts):
            at = ("codes", name, "contradicts", i)
            if draft.knows(other, codes, f"{dotted(at[:-1])}: the code", BOOK, at) and other == name:
                draft.fault(BOOK, at, f"{dotted(at[:-1])}: a code can't contradict itself")
        if code.replaced_by is not None:
            at = ("codes", name, "replaced_by")
            draft.knows(code.replaced_by, codes, f"{dotted(at)}: the code", BOOK, at)
            if code.deprecated is None:
                said = "goes with `deprecated`, the version from which the code is no longer used"
                draft.fault(BOOK, at, f"{dotted(at)}: {said}")
    for circle in circles({name: {code.replaced_by} for name, code in codes.items() if code.replaced_by}):
        at = ("codes", circle[0], "replaced_by")
        draft.fault(BOOK, at, f"{dotted(at)}: codes replace each other in a circle: {' -> '.join(circle)}")
    for name, source in draft.codebook.sources.items():
        if source.side is not None:
            try:
                state_of(source.side)
            except ValueError as error:
                at = ("sources", name, "side")
                draft.fault(BOOK, at, f"{dotted(at)}: {error}")


def _cameo(draft: Draft, at: Path, code: Code) -> None:
    for i, number in enumerate(code.cameo):
        if not _CAMEO.fullmatch(number):
            said = f'{number!r} is not a CAMEO code: two to four digits that begin with 01 to 20, such as "036"'
            padded = f'; a leading zero was lost: write "0{number}"' if _CAMEO.fullmatch(f"0{number}") else ""
            draft.fault(BOOK, (*at, i), f"{dotted(at)}: {said}{padded}")


def _requires(draft: Draft, at: Path, code: Code) -> None:
    for column, words in code.requires.items():
        known = [*draft.file.questions, *draft.codebook.topics] if column == "issue" else list(WORDS[column])
        for word in words:
            if word not in known:
                said = f"{dotted((*at, column))}: {word!r} is none of its words; {nearest(word, known)}"
                draft.fault(BOOK, (*at, column), said)


def check_row(file: str, draft: Draft, signal: Signal, code: Code) -> None:
    """Check that a row says what its code requires."""
    for column, words in code.requires.items():
        stated = getattr(signal, column)
        said = {part.strip() for part in (stated or "").split(";")} - {""}
        if not said & set(words):
            got = f"not {stated}" if stated else "and it is empty here"
            draft.fault(file, signal.line, f"{column}: {signal.code} needs {' or '.join(words)} here, {got}")


def check_auxiliary(file: str, draft: Draft, signal: Signal, code: Code) -> None:
    """Warn of a denial that is coded with the code of what it denies: it would count as the thing itself."""
    if signal.auxiliary == "negation" and code.bears_on and "auxiliary" not in code.requires:
        said = f"{signal.code} counts as what it says, and not the other way round"
        draft.warn(file, signal.line, f"auxiliary: negation: {said}: is there a code for the denial?")


def check_versions(file: str, draft: Draft) -> None:
    """Warn of rows coded with another major version of the codebook, once for all of them."""
    rows = other_major(draft.signals, draft.codebook)
    if rows:
        said = f"{len(rows)} rows from here on were coded with another major version ({rows[0].codebook_version})"
        advice = f"the codebook is {draft.codebook.version}: see that their codes still mean the same"
        draft.warn(file, rows[0].line, f"codebook_version: {said}; {advice}")

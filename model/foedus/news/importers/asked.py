"""What an import was asked for, checked against what its format can do before a file is read.

Also what is said where nothing comes of it: why there is no week to count, or no row to write.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from foedus.errors import CaseError, Fault
from foedus.news.importers import ontology
from foedus.news.importers.coverage import Coverage
from foedus.news.importers.events import Layout
from foedus.news.importers.ledger import NOT_ASKED, Ledger


def span(since: dt.date | None, until: dt.date | None) -> None:
    """Refuse days that end before they begin.

    Raises
    ------
    CaseError
    """
    if since and until and since > until:
        raise CaseError([Fault("--since", 0, f"{since} lies after --until {until}: write the earlier day first")])


def codes(asked: Iterable[str], layout: Layout) -> None:
    """Refuse codes that no event of a layout can have.

    Raises
    ------
    CaseError
    """
    if layout.ontology == "own":
        return
    said = [ontology.asked(code, layout.ontology == "cameo") for code in asked]
    if faults := [Fault("--code", 0, why) for why in said if why]:
        raise CaseError(faults)


def ratings(format_: str, title: str, tags: Mapping[str, str], changed: bool) -> None:
    """Refuse options for ratings where a format has none.

    Raises
    ------
    CaseError
    """
    faults = []
    if tags and format_ != "misp":
        faults.append(Fault("--tag", 0, f"is for MISP events, and this is {title}: leave it out"))
    if changed and format_ != "ach":
        faults.append(Fault("--rating", 0, f"is for an ACH matrix, and this is {title}: leave it out"))
    if faults:
        raise CaseError(faults)


def some(rows: Sequence[object], file: str, what: str, ledger: Ledger) -> None:
    """Refuse to write nothing.

    Raises
    ------
    CaseError
        There are no rows; the message says why they were dropped.
    """
    if not rows:
        raise CaseError([Fault(file, 0, f"no {what} can be taken; rows dropped: {why(ledger)}")])


def no_week(
    covered: Iterable[dt.date], coverage: Coverage, given: bool, since: dt.date | None, until: dt.date | None
) -> str:
    """Say why there is no week to count, and what to do that has not been done.

    Parameters
    ----------
    covered : iterable of date
        That are covered, and asked for: none, or (for presence) no whole week of them.
    coverage : Coverage
    given : bool
        Whether --covers was said.
    since, until : date, optional
    """
    found = sorted(covered)
    if given:
        none = "no day of --covers lies between --since and --until: make them overlap"
    else:
        full, _ = coverage.days()
        inside = [when for when in full if (since or when) <= when <= (until or when)]
        if lacking := coverage.lacking():
            none = f"no day is covered: {lacking}"
        elif inside or not full:
            why_not = (
                "the days after, in which late reports come in, are missing" if full else "no row has a readable day"
            )
            none = f"no day is covered: {why_not}"
        else:
            none = f"no covered day lies between --since and --until ({min(full)} to {max(full)} are covered)"
        none += "; import all files of each day, or say --covers FROM..TO"
    if not found:
        return none
    short = "" if given or not coverage.lacking() else f"; {coverage.lacking()}"
    cure = "say --as counts" if given else "say --as counts, or --covers FROM..TO"
    return f"no week from Monday to Sunday is wholly covered ({found[0]} to {found[-1]} is){short}: {cure}"


def why(ledger: Ledger) -> str:
    """Say why rows were dropped, with the first of each where that isn't plain."""
    shown = []
    for reason, n in ledger.dropped.most_common():
        first = "" if reason in NOT_ASKED else f" ({ledger.first[reason][0]})"
        shown.append(f"{n:,} {reason}{first}")
    return "; ".join(shown) or "none"

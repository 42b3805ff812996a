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


def no_week(covered: Iterable[dt.date], coverage: Coverage, counts: bool, given: bool, asked: bool) -> str:
    """Say why there is no week to count, and what to do that has not been done.

    Parameters
    ----------
    covered : iterable of date
        That are covered, and asked for.
    coverage : Coverage
    counts : bool
        Whether parts of weeks count.
    given, asked : bool
        Whether --covers was said, and --since or --until.
    """
    found = sorted(covered)
    if found:
        cure = "say --as counts" if given else "say --as counts, or --covers FROM..TO"
        return f"no week from Monday to Sunday is wholly covered ({found[0]} to {found[-1]} is): {cure}"
    if given:
        return "no day of --covers lies between --since and --until: make them overlap"
    full, _ = coverage.days()
    lacking = coverage.lacking()
    subject = "no day is covered" if counts else "no week from Monday to Sunday is wholly covered, and no day of one"
    cure = "import all files of each day, or say --covers FROM..TO"
    if not full:
        return f"{subject}: {lacking or 'no row has a day that can be read'}; {cure}"
    if asked:
        days = f"{min(full)} to {max(full)}"
        return f"no covered day lies between --since and --until (days with enough rows: {days}): change them"
    return f"{subject}: late reports come in on the days after, which are missing; {cure}"


def why(ledger: Ledger) -> str:
    """Say why rows were dropped, with the first of each where that isn't plain."""
    shown = []
    for reason, n in ledger.dropped.most_common():
        first = "" if reason in NOT_ASKED else f" ({ledger.first[reason][0]})"
        shown.append(f"{n:,} {reason}{first}")
    return "; ".join(shown) or "none"

"""What `foedus learn` is asked for, read and checked before any work is done."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from foedus.errors import CaseError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foedus.case.types import Case

JSON = "learned.json"


def pairs_of(pairs: list[str]) -> dict[str, str]:
    """Read CODE=COLUMN pairs."""
    out: dict[str, str] = {}
    for pair in pairs:
        code, sign, column = pair.partition("=")
        if not (sign and code and column) or code in out:
            msg = f"{pair!r}: write CODE=COLUMN, each code once, such as leader_call=040_041_leader"
            raise typer.BadParameter(msg, param_hint="--code")
        out[code] = column
    return out


def edges_of(text: str) -> tuple[int, ...]:
    """Read the last days of lead bands."""
    parts = [part.strip() for part in text.split(",")]
    edges = [int(part) for part in parts if part.isdecimal()]
    if len(edges) != len(parts) or edges != sorted(set(edges)) or len(edges) > 12 or edges[0] < 1:
        msg = f"{text!r}: write the last day of each band in order, such as 14,30,60,90"
        raise typer.BadParameter(msg, param_hint="--bands")
    if edges[-1] > 730:
        msg = f"{edges[-1]}: more than two years ahead says nothing; write 730 days at most"
        raise typer.BadParameter(msg, param_hint="--bands")
    return tuple(edges)


def eras_of(text: str) -> tuple[dt.date, ...] | None:
    """Read the first days of eras; None: each year is one."""
    if text == "year":
        return None
    days = [day_of(part.strip(), "--eras") for part in text.split(",")]
    begun = [day for day in days if day is not None]
    if begun != sorted(set(begun)):
        msg = f"{text!r}: write the days in order, each once, or `year`"
        raise typer.BadParameter(msg, param_hint="--eras")
    return tuple(begun)


def day_of(text: str | None, option: str) -> dt.date | None:
    """Read a day, where one is given."""
    from foedus.case.values import parse_day

    try:
        return None if text is None else parse_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def enough(weeks: tuple[dt.date, ...], periods: Path) -> None:
    """Refuse a table none of whose weeks can be used."""
    if len(weeks) < 2:
        what = "has no two weeks whose next outcome is known: say with --known-until how far the list of outcomes goes"
        raise CaseError([Fault(str(periods), 0, what)])


def has_before(year: int, weeks: tuple[dt.date, ...]) -> None:
    """Refuse to keep aside a year before which there is nothing to learn from."""
    years = sorted({(week + dt.timedelta(days=3)).year for week in weeks})
    if year not in years[1:]:
        msg = f"{year}: there must be weeks of it, and earlier years; the table has {', '.join(map(str, years))}"
        raise typer.BadParameter(msg, param_hint="--keep-aside")


def question_of(case: Case, named: str | None) -> str:
    """Return the timing question that codes bear on."""
    timing = [name for name, question in case.file.questions.items() if question.type == "timing"]
    if named is None and len(timing) == 1:
        return timing[0]
    if named not in timing:
        what = f"{named!r} is no timing question" if named else "say which question the codes bear on"
        msg = f"{what}: {', '.join(timing) or 'the case has none'}"
        raise typer.BadParameter(msg, param_hint="--question")
    return named


def fitting(case: Case, columns: tuple[str, ...], chosen: Mapping[str, str], question: str) -> None:
    """Refuse what is no code or no column, and codes that can't take lead times."""
    from foedus.news.leads import unfit

    if faults := unfit(case.codebook, chosen, question, columns):
        raise CaseError(faults)


def resolved(case: Case) -> None:
    """Refuse a case of which nothing is known yet."""
    if not case.resolutions:
        what = f"{case.file.id} is not resolved: a case teaches once resolutions.csv says what came true"
        raise CaseError([Fault("resolutions.csv", 0, what)])


def can_write(out: Path | None, force: bool) -> None:
    """Refuse before any work what would overwrite a file, or has no folder to stand in."""
    if out is None:
        return
    if not out.absolute().parent.is_dir():
        msg = f"the folder {out.parent} does not exist: make it first, or name another"
        raise typer.BadParameter(msg, param_hint="--out")
    there = [path for path in (out, out.parent / JSON) if path.exists() and not _alone(path)]
    if there and not force:
        msg = f"{there[0]} is there already: name another place, or add --force"
        raise typer.BadParameter(msg, param_hint="--out")


def _alone(path: Path) -> bool:
    """Whether a file is the record of a run that wrote no codebook, which the next run may overwrite."""
    if path.name != JSON:
        return False
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and record.get("from") in {"counts", "cases"} and "codebook" not in record


def within(begun: tuple[dt.date, ...] | None, weeks: tuple[dt.date, ...]) -> None:
    """Refuse first days of eras that the weeks have no two sides of."""
    for day in begun or ():
        if not weeks[0] < day <= weeks[-1]:
            msg = f"{day}: no era begins there, the weeks go from {weeks[0]} to {weeks[-1]}; name days between them"
            raise typer.BadParameter(msg, param_hint="--eras")

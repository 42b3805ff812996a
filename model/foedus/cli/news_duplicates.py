"""`foedus news duplicates`: what looks like one report or one event, side by side, and what to write to join it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foedus.cli import common
from foedus.cli.common import CaseFolder

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console
    from rich.table import Table

    from foedus.case.types import Case, Signal
    from foedus.news.duplicates import Found, Proposal

SHOWN, WIDE = 3, 160  # in `foedus check`; letters of a quote
KINDS = {
    "exact": "the same row under another id",
    "text": "one text, several reports",
    "event": "one event, several reports",
    "mirror": "one event, told from both sides",
    "retold": "one story, told again for days",
    "two_codes": "one story, two codes",
}
ADVICE = {
    "retold": "Only a warning. If it is one event, give these lines one `event`; or let at most so many count: "
    "max_per_week in codebook.yaml (of the code) or case.yaml (settings: of all codes).",
    "two_codes": "Only a warning. If it is one fact, keep the code that fits and delete the other line; if both were "
    "said in one breath, give these lines one `statement`; if one goes with the other, give both codes one group.",
}
NOTE = (
    "Score: from 50 % (as likely one as not) up, by hand-set weights for what agrees; an order, not a measured "
    "frequency. Nothing is joined until you say so."
)


def duplicates(
    case: CaseFolder,
    accept: Annotated[
        str | None,
        typer.Option(metavar="N,N|all", help="Join these: writes event or origin into signals.csv, and nothing else."),
    ] = None,
    reject: Annotated[
        str | None,
        typer.Option(metavar="N,N|all", help="These are events of their own: written to distinct.csv."),
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Write the proposals as JSON; - is standard output."),
    ] = None,
) -> None:
    """Find signals that look like one report or one event, and would count twice; join them where you say so."""
    import foedus
    from foedus.cli import files
    from foedus.news.duplicates import proposals

    common.can_write(json)
    with common.faults_in(case), common.working("Comparing"):
        loaded = foedus.load(case)
        found = proposals(loaded)
    joined, apart = _chosen(found, accept, "--accept"), _chosen(found, reject, "--reject")
    if both := {number for number, _ in joined} & {number for number, _ in apart}:
        msg = f"{min(both)} is accepted too; choose one"
        raise typer.BadParameter(msg, param_hint="--reject")
    if json is not None:
        files.write_json(to_json(loaded, found), common.target(json))
    console = common.console(stderr=json is not None and str(json) == "-")
    if not joined and not apart:
        show(console, found, case)
        return
    with common.faults_in(case):
        _decide(console, loaded, case, joined, apart)


def _chosen(found: Found, text: str | None, option: str) -> list[tuple[int, Proposal]]:
    """Read numbers apart by commas; `all` is all that something can be written for."""
    numbered = list(enumerate(found.proposals, 1))
    if text is None:
        return []
    if text.strip().lower() == "all":
        return [(n, proposal) for n, proposal in numbered if proposal.cells or option == "--reject"]
    chosen = []
    for part in text.split(","):
        word = part.strip()
        if not word.isdecimal() or not 1 <= int(word) <= len(numbered):
            msg = f"{word!r} is no proposal; write numbers from 1 to {len(numbered)} apart by commas, or all"
            raise typer.BadParameter(msg if numbered else "there are no proposals", param_hint=option)
        chosen.append(numbered[int(word) - 1])
    return list(dict(chosen).items())


def _decide(
    console: Console, case: Case, folder: Path, joined: list[tuple[int, Proposal]], apart: list[tuple[int, Proposal]]
) -> None:
    import foedus
    from foedus.news.decisions import accept, reject

    if joined:
        cells = accept(case, [proposal for _, proposal in joined])
        for number, proposal in joined:
            console.print(f"Joined {number}, {KINDS[proposal.kind]}: {', '.join(proposal.ids)}")
        console.print(f"{folder / 'signals.csv'}: {cells} cells written")
    if apart:
        rows = reject(case, [proposal for _, proposal in apart])
        for number, proposal in apart:
            console.print(f"Apart {number}: {', '.join(proposal.ids)}")
        console.print(f"{folder / 'distinct.csv'}: {rows} rows written")
    foedus.load(folder)


def to_json(case: Case, found: Found) -> dict[str, Any]:
    """Return proposals as data."""
    return {
        "format": 1,
        "case": case.file.id,
        "proposals": [
            {
                "number": number,
                "kind": proposal.kind,
                "score": round(proposal.score, 6),
                "ids": list(proposal.ids),
                "lines": [row.line for row in proposal.rows],
                "reasons": list(proposal.reasons),
                "write": [
                    {"line": cell.line, "column": cell.column, "value": cell.value, "was": cell.was}
                    for cell in proposal.cells
                ],
            }
            for number, proposal in enumerate(found.proposals, 1)
        ],
        "not_all_compared": list(found.crowded),
    }


def show(console: Console, found: Found, folder: Path) -> None:
    """Print all proposals, each with its rows under each other."""
    from rich.text import Text

    if not found.proposals:
        console.print("No two signals look like one report or one event that is not joined yet.")
    for number, proposal in enumerate(found.proposals, 1):
        console.print(Text(f"{number}  {KINDS[proposal.kind]} ({100 * proposal.score:.0f}%)", style="bold"))
        console.print(Text("; ".join(proposal.reasons), style="dim"))
        console.print(_rows(proposal.rows))
        console.print(*(_to_write(proposal) or [ADVICE[proposal.kind]]), "", sep="\n")
    for code in found.crowded:
        console.print(_crowded(code))
    if found.proposals:
        console.print(Text(NOTE, style="dim"))
        console.print(_next(found, folder))


def _next(found: Found, folder: Path) -> str:
    """Return what to run, with numbers of proposals that are there."""
    numbers = [str(number) for number, _ in enumerate(found.proposals, 1)]
    joinable = [str(number) for number, proposal in enumerate(found.proposals, 1) if proposal.cells]
    command = f"foedus news duplicates {folder}"

    def some(of: list[str]) -> str:
        return ",".join(of[:2]) + (" (or all)" if len(of) > 1 else "")

    join = f"Join: {command} --accept {some(joinable)}. Events of their own: " if joinable else "Events of their own: "
    return join + (f"--reject {some(numbers)}" if joinable else f"{command} --reject {some(numbers)}")


def _crowded(code: str) -> str:
    from foedus.news.pairs import NEIGHBOURS

    return f"{code}: over {NEIGHBOURS} signals in a week; each was compared with the {NEIGHBOURS} nearest only"


def _rows(rows: tuple[Signal, ...]) -> Table:
    from foedus.cli.show import table

    out = table(">Line", "Id", "Published", "Source", "Who", "Says")
    for row in rows:
        who = " > ".join(side for side in (row.actor, row.recipient) if side)
        who = "\n".join(part for part in (who, row.actor_level, row.speaker or row.speaker_as_stated) if part)
        text = row.quote or row.note or ""
        says = "\n".join(part for part in (_short(text), row.url) if part)
        out.add_row(str(row.line), row.id, _when(row.published), row.source, who, says)
    return out


def _when(moment: Any) -> str:
    at: dt.datetime = moment.at
    return at.strftime("%Y-%m-%d %H:%M %z") if moment.precision == "time" else moment.earliest.strftime("%Y-%m-%d")


def _short(text: str) -> str:
    return text if len(text) <= WIDE else text[: WIDE - 1] + "…"


def _to_write(proposal: Proposal) -> list[str]:
    """Return what to write in which column of which lines."""
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for cell in proposal.cells:
        lines[cell.column, cell.value].append(cell.line)
    return [
        f"Write {column} = {value} on line{'s' if len(where) > 1 else ''} {', '.join(map(str, sorted(where)))}"
        for (column, value), where in lines.items()
    ]


def brief(console: Console, case: Case, as_of: dt.datetime) -> None:
    """Print how many proposals there are among the signals known at a time, and the first few."""
    from rich.text import Text

    from foedus.news.duplicates import proposals

    found = proposals(case, as_of)
    if not found.proposals:
        return
    many = f"{len(found.proposals)} sets of signals look" if len(found.proposals) > 1 else "1 set of signals looks"
    console.print(Text(f"{many} like one, not joined: each counts by itself, up to weekly caps", style="bold"))
    for proposal in found.proposals[:SHOWN]:
        write = "; ".join(_to_write(proposal)).replace("Write", "write") or "only a warning"
        console.print(f"  {KINDS[proposal.kind]} ({100 * proposal.score:.0f}%): {', '.join(proposal.ids)}: {write}")
    rest = len(found.proposals) - SHOWN
    console.print(
        (f"  and {rest} more: " if rest > 0 else "  side by side: ") + f"foedus news duplicates {case.folder}"
    )

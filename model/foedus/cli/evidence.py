"""What `foedus check` prints: the evidence on each question, codes by week, and what became of every row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from foedus.accounting import account_of
from foedus.cli import news_duplicates
from foedus.cli.heat import DOWN, PLAIN, UP, heat_map
from foedus.cli.show import ILLUSTRATIVE, not_by_themselves
from foedus.explain.evidence import Piece, Said
from foedus.explain.heat import directions
from foedus.fates import FATES, RowFate, totals

if TYPE_CHECKING:
    from rich.console import Console

    from foedus.case.types import Case, Lang
    from foedus.explain.checked import Checked
    from foedus.results import Account

NOTE = (
    "Telling: at most so many times as likely under one outcome as under another, before credence. Counts: what caps, "
    "tempering and the panel's own reading leave of it. The arrow is where it points, as it counts."
)
WIDE = 118  # columns from which sources, and why something counts less, have columns of their own
MOST = 200  # ids printed for one reason
FULL = " Under each code its multipliers, the middle of each band."
NAMES = {
    "used": "used",
    "merged": "merged",
    "excluded": "excluded",
    "in_prior": "in the prior",
    "no_bearing": "on no question",
}


def show(console: Console, what: Checked, *, full: bool = False, lang: Lang = "en") -> None:
    """Print evidence, heat map and account."""
    case, file = what.case, what.case.file
    console.print(Text(file.title(lang), style="bold"))
    console.print(
        f"{len(file.questions)} questions, {len(file.panel)} in the panel, {len(case.judgments)} judgments, "
        f"{len(file.scenarios)} scenarios, {len(case.codebook.codes)} codes. As of {what.as_of.isoformat()}."
    )
    if case.illustrative:
        console.print(Text(ILLUSTRATIVE, style="yellow"))
    for question in what.questions:
        rows = [piece for piece in what.evidence if piece.question == question]
        console.print("", heading(case, question, lang), sep="\n")
        console.print(pieces(rows, full=full, wide=console.width >= WIDE) if rows else "no evidence")
    console.print("", Text(NOTE + (FULL if full else " --full shows the multipliers."), style="dim"), sep="\n")
    heat_map(console, what, lang)
    console.print()
    account(console, what.rows, account_of(what.compiled))
    news_duplicates.brief(console, case, what.as_of)


def heading(case: Case, question: str, lang: Lang = "en") -> Text:
    """Return the title of a question, and what the arrows mean on it."""
    title = case.file.questions[question].title
    line = Text(title(lang) if title else question.replace("_", " "), style="bold")
    up, down = directions(case, question, lang)
    return line.append(f"   {UP} {up}  {DOWN} {down}", style="not bold dim") if up else line


def pieces(found: Sequence[Piece], *, full: bool, wide: bool) -> Table:
    """Return evidence as a table: a line each, or with all multipliers; without sources where there is no room."""
    rows = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for name in ("Seen", "Signals"):
        rows.add_column(name, overflow="fold")
    rows.add_column("Says", overflow="fold")
    for name in ("Source",) if wide else ():
        rows.add_column(name, overflow="fold")
    for name in ("Telling", "Counts"):
        rows.add_column(name, justify="right", no_wrap=True)
    for name in ("Less, since",) if wide else ():
        rows.add_column(name, overflow="fold")
    years = len({piece.seen.year for piece in found}) > 1
    for piece in found:
        rows.add_row(*_row(piece, full=full, wide=wide, years=years), style="dim" if piece.counts == 0 else "")
    return rows


def _row(piece: Piece, *, full: bool, wide: bool, years: bool) -> list[str]:
    most = 99 if full else 1
    day = piece.seen.isoformat() if years else f"{piece.seen:%m-%d}"
    says = "\n".join([f"{arrow(piece)} {line}" if i == 0 else line for i, line in enumerate(_says(piece, full=full))])
    source = _few([f"{r.source} {r.reliability}{r.credibility or ''}" for r in piece.reported], most)
    less = "\n".join(piece.notes) if full else ", ".join(map(_short, piece.notes))
    numbers = [f"x{piece.telling:.{1 if piece.telling < 100 else 0}f}", f"{100 * piece.counts:.0f}%"]
    if wide:
        return [day, _few(piece.ids, most), says, source, *numbers, less]
    return [day, _few(piece.ids, most), says + (f"\n({less})" if less else ""), *numbers]


def arrow(piece: Piece) -> str:
    """Return where a piece of evidence points; nothing of what counts for nothing."""
    if piece.counts == 0 or piece.weight < 1e-9:
        return " "
    return PLAIN if piece.lean is None else UP if piece.lean > 0 else DOWN


def _few(names: Sequence[str], most: int) -> str:
    return "\n".join(names[:most]) + (f" +{len(names) - most}" if len(names) > most else "")


def _short(why: str) -> str:
    """Return a reason why something counts less, without what other columns say."""
    if why.startswith("tempered"):
        return "tempered"
    return re.sub(r"^(capped: \S+|averaged over \d+|one discrepancy with \S+).*", r"\1", why)


def _says(piece: Piece, *, full: bool) -> list[str]:
    """Return what a piece says: a line for each code, with its multipliers where all is shown."""
    if piece.counted is not None:
        lead = f"{piece.counted} counted, {piece.expected:.3g} expected where a multiplier is 1"
        return [f"{' + '.join(piece.says[0].codes)}: {lead}", *([_numbers(piece.says[0])] if full else [])]
    if full:
        return [f"{' + '.join(said.codes)}{_about(said)}: {_numbers(said)}" for said in piece.says]
    return [", ".join(f"{' + '.join(said.codes)}{_about(said)}" for said in piece.says)]


def _about(said: Said) -> str:
    if said.target is not None:
        first, last = said.target
        return f" ({first})" if first == last else f" ({first} to {last:%m-%d})"
    return ", absent" if said.absent else ""


def _numbers(said: Said) -> str:
    since = f" (from {said.since})" if said.since else ""
    return ", ".join(f"{key} {value:g}" for key, value in said.multipliers.items()) + since


def account(console: Console, rows: tuple[RowFate, ...], whole: Account) -> None:
    """Print what became of every row: totals that add up to what was read, then each row with the reason."""
    found = totals(rows)
    parts = " + ".join(f"{found[fate]} {NAMES[fate]}" for fate in FATES)
    console.print(Text(f"Account: {found['read']} rows read = {parts}", style="bold"))
    not_by_themselves(console, whole)
    for fate in FATES:
        for why, which in _by_reason(rows, fate).items():
            what = f"{len(which)} {NAMES[fate]}{', ' if why else ''}{why}"
            more = f" … and {len(which) - MOST:,} more: --json has all" if len(which) > MOST else ""
            line = Text.assemble((f"{what}: ", "bold"), ", ".join(which[:MOST]), more)
            console.print(Padding(line, (0, 0, 0, 2), expand=False))
    later = [row.id for row in rows if row.later_that_day]
    if later:
        late = f"of these later on the as-of day: {', '.join(dict.fromkeys(later))}"
        console.print(Padding(late, (0, 0, 0, 2), expand=False))
    for conflict in whole.conflicts:
        both = f"contradict each other, and both count: {conflict.first}, {conflict.second}"
        console.print(Padding(both, (0, 0, 0, 2), expand=False))
    for sentence in whole.defaulted:
        console.print(Padding(f"default: {sentence}", (0, 0, 0, 2), expand=False))


def _by_reason(rows: tuple[RowFate, ...], fate: str) -> dict[str, list[str]]:
    """Return ids by the reason of their fate; with their coders, where an id has several."""
    coders: dict[str, set[str | None]] = defaultdict(set)
    for row in rows:
        coders[row.id].add(row.coder)
    reasons: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.fate == fate:
            reasons[row.reason].append(f"{row.id} ({row.coder})" if row.coder and len(coders[row.id]) > 1 else row.id)
    return reasons

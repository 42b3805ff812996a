"""What `foedus news import` prints: what was written, how often each code was seen, and what became of every row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from foedus.news.importers.ledger import NOT_ASKED, UNMAPPED, Ledger

if TYPE_CHECKING:
    from rich.console import Console

    from foedus.news.importers.run import Imported

_SERIES, _GAPS, _KINDS = 40, 8, 12


def imported(console: Console, found: Imported, paths: Sequence[Path], dropped: Path | None) -> None:
    """Print what came of an import."""
    what = f"{len(found.rates)} codes in {len(found.periods)} periods" if found.rates else f"{found.rows:,} rows"
    console.print(f"{found.title}: {found.ledger.read:,} rows read, {found.ledger.taken:,} taken; {what}")
    if found.rates:
        _coverage(console, found)
        _series(console, found)
    _rows(console, found.ledger)
    for path in paths:
        console.print(str(path), soft_wrap=True)
    if dropped is not None:
        console.print(f"{dropped}: {found.ledger.dropped.total():,} rows that were not taken", soft_wrap=True)


def _coverage(console: Console, found: Imported) -> None:
    first, last = found.periods[0].first, found.periods[-1].last
    whole = sum(period.whole for period in found.periods)
    console.print(f"Covered: {whole} whole weeks from {first} to {last}; a week without an event is a count of 0")
    counted = any(not period.whole for period in found.periods)
    if found.partly:
        said = "counted as far as they are covered" if counted else "left out"
        shown = ", ".join(f"{period.first}..{period.last}" for period in found.partly[:_GAPS])
        more = f" and {len(found.partly) - _GAPS} more" if len(found.partly) > _GAPS else ""
        console.print(f"Covered in part, {said}: {shown}{more}")
    if found.gaps:
        shown = ", ".join(f"{first}..{last}" if first != last else f"{first}" for first, last in found.gaps[:_GAPS])
        more = f" and {len(found.gaps) - _GAPS} more" if len(found.gaps) > _GAPS else ""
        console.print(f"Not covered, and so no news of silence: {shown}{more}")


def _series(console: Console, found: Imported) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("code", overflow="fold")
    for name in ("counted", "weeks with any", "a month, 90 % band", "dispersion"):
        table.add_column(name, justify="right")
    ordered = sorted(found.rates.items(), key=lambda item: -item[1].total)
    for series, rate in ordered[:_SERIES]:
        low, middle, high = rate.base
        scatter = f"{rate.dispersion[1]:.2g}" if rate.dispersion else ""
        table.add_row(
            series.id, str(rate.total), f"{rate.share:.0%}", f"{middle:.2g} ({low:.2g} to {high:.2g})", scatter
        )
    console.print(table)
    if len(ordered) > _SERIES:
        console.print(f"and {len(ordered) - _SERIES} more codes in codebook.part.yaml; --code chooses some")


def _rows(console: Console, ledger: Ledger) -> None:
    for title, counts in (("Not taken", ledger.dropped), ("Taken, with a remark", ledger.remarks)):
        if not counts:
            continue
        console.print(Text(f"{title}:", style="bold"))
        for reason, number in sorted(counts.items(), key=lambda item: (item[0] in NOT_ASKED, -item[1])):
            console.print(f"{number:>12,}  {reason}")
            for text in _shown(ledger, reason):
                console.print(Text(f"{'':>14}{text}", style="dim"), soft_wrap=True)


def _shown(ledger: Ledger, reason: str) -> list[str]:
    """Return what is shown of a reason: its first rows, or how often each kind of it was met."""
    if reason in NOT_ASKED:
        return []
    if reason != UNMAPPED:
        return [str(row) for row in ledger.first.get(reason, ())]
    more = len(ledger.kinds) - _KINDS
    shown = [f"{number:>8,}  {kind}" for kind, number in ledger.kinds.most_common(_KINDS)]
    return [*shown, f"and {more} more kinds; --dropped FILE has every row"] if more > 0 else shown

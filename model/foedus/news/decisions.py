"""What a human decided of proposals, written into the case: cells of signals.csv, or a set in distinct.csv."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from foedus.case.digest import digest
from foedus.case.edit import with_cells, with_rows
from foedus.case.load import DISTINCT, FILES, SIGNALS, load, signal_table
from foedus.case.rewrite import replace_text
from foedus.case.tables import separator_of
from foedus.case.types import Case
from foedus.case.values import time_zone
from foedus.errors import CaseError, Fault
from foedus.news.duplicates import Proposal

_COLUMNS = ("set", "id", "note")


def accept(case: Case, proposals: Iterable[Proposal]) -> int:
    """Write the cells of proposals into signals.csv, if it is then still sound; return how many.

    Raises
    ------
    CaseError
        For a proposal that is a warning, for a file that changed since it was loaded, and for what would be unsound.
    """
    chosen = list(proposals)
    if warned := [proposal for proposal in chosen if not proposal.cells]:
        said = f"nothing can be written for {', '.join(warned[0].ids)}: it is a warning, and what to do is yours to say"
        raise CaseError([Fault(SIGNALS, warned[0].rows[0].line, said)])
    written = [cell for proposal in chosen for cell in proposal.cells]
    cells: dict[tuple[int, str], str] = {(cell.line, cell.column): cell.value for cell in written}
    path = Path(case.folder) / SIGNALS
    text = _as_loaded(case, path)
    separator = separator_of(signal_table(time_zone(case.file.timezone)), text.removeprefix("\ufeff"))
    changed = with_cells(text, cells, separator)
    _still_sound(case, SIGNALS, changed)
    replace_text(path, changed, text)
    return len(cells)


def reject(case: Case, proposals: Iterable[Proposal]) -> int:
    """Record in distinct.csv that the signals of each proposal are events of their own; return how many rows.

    Raises
    ------
    CaseError
        For a file that changed since it was loaded.
    """
    path = Path(case.folder) / DISTINCT
    text = _as_loaded(case, path)
    last = max((int(row.set) for row in case.distinct if row.set.isdigit()), default=0)
    rows = [(str(number), name, "") for number, proposal in enumerate(proposals, last + 1) for name in proposal.ids]
    changed = with_rows(text, rows if text else [_COLUMNS, *rows])
    _still_sound(case, DISTINCT, changed)
    replace_text(path, changed, text)
    return len(rows)


def _as_loaded(case: Case, path: Path) -> str:
    """Return the text of a file as it was when the case was loaded, with its byte-order mark; "" for no file."""
    content = path.read_bytes() if path.exists() else b""
    if (digest(content) if content else None) != case.inputs.get(path.name):
        raise CaseError([Fault(path.name, 0, "was changed since it was read: nothing was written, try again")])
    return content.decode()


def _still_sound(case: Case, file: str, text: str) -> None:
    """Load the case as it would be, before anything of it is written."""
    with tempfile.TemporaryDirectory(prefix="foedus-") as folder:
        for name in FILES:
            if name != file and (Path(case.folder) / name).exists():
                shutil.copyfile(Path(case.folder) / name, Path(folder) / name)
        (Path(folder) / file).write_bytes(text.encode())
        load(folder)

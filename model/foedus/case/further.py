"""Signals that are not in the files: parsed and checked as rows of signals.csv are, for forecasts of what if."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count

from foedus.case import values
from foedus.case.check import signals as check_signals
from foedus.case.check.draft import Draft
from foedus.case.findings import Findings
from foedus.case.load import signal_table
from foedus.case.tables import read_table
from foedus.case.types import Case, Signal

FILE = "further signals"


def further_signals(case: Case, rows: Iterable[Mapping[str, str]]) -> tuple[Signal, ...]:
    """Read signals given as columns of `signals.csv`, by name.

    Raises
    ------
    CaseError
        For every fault at once; line 2 is the first signal.
    """
    findings = Findings()
    known = {signal.id for signal in case.signals}
    names = (name for i in count(1) if (name := f"further-{i}") not in known)
    cells = [{"id": name, **row} for row, name in zip(rows, names, strict=False)]
    if not cells:
        return ()
    text = io.StringIO()
    writer = csv.DictWriter(text, dict.fromkeys(name for row in cells for name in row), lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells)
    table = replace(signal_table(values.time_zone(case.file.timezone)), file=FILE)
    signals = read_table(table, text.getvalue(), findings)
    for signal in signals:
        if signal.id in known:
            findings.fault(FILE, signal.line, f"id {signal.id!r} is that of a signal of the case: give it another")
    faulty = frozenset({FILE})  # what seems to be missing in it may stand in the case
    draft = Draft(case.file, case.codebook, (), signals, (), (), (), {}, set(), faulty, findings)
    check_signals.check(draft, FILE)
    findings.raise_faults()
    last = max((signal.line for signal in case.signals), default=1)  # a line tells a row from all others
    return tuple(signal.model_copy(update={"line": last + i}) for i, signal in enumerate(signals, start=1))

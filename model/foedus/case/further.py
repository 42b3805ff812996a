"""Signals that are not in the files: parsed and checked as rows of signals.csv are, for forecasts of what if."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace

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
    cells = [{"id": f"further-{i}", **row} for i, row in enumerate(rows, start=1)]
    if not cells:
        return ()
    text = io.StringIO()
    writer = csv.DictWriter(text, dict.fromkeys(name for row in cells for name in row), lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells)
    table = replace(signal_table(values.time_zone(case.file.timezone)), file=FILE)
    signals = read_table(table, text.getvalue(), findings)
    known = {signal.id for signal in case.signals}
    for signal in signals:
        if signal.id in known:
            findings.fault(FILE, signal.line, f"id {signal.id!r} is that of a signal of the case: give it another")
    faulty = frozenset({FILE})  # what seems to be missing in it may stand in the case
    draft = Draft(case.file, case.codebook, (), signals, (), (), (), {}, set(), faulty, findings)
    check_signals.check(draft, FILE)
    findings.raise_faults()
    return signals

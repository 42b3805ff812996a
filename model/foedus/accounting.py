"""What became of every row of signals.csv and counts.csv."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from foedus.fates import row_fates, totals
from foedus.news.conflicts import conflicts
from foedus.news.evidence import Merge
from foedus.problem.cells import VOID
from foedus.problem.compile import Compiled
from foedus.problem.types import Contribution
from foedus.results import Account


def account_of(compiled: Compiled) -> Account:
    """Account for every row of signals.csv and counts.csv."""
    evidence = compiled.evidence
    contributions = compiled.problem.contributions
    counted = {c.unit for c in contributions if c.exponent > 0}
    merged, void = list(evidence.merged), list[str]()
    joint = {u: unit for u, unit in enumerate(evidence.units) if unit.lines}
    lead = {unit.ids[0]: unit for u, unit in joint.items() if u in counted and unit.in_place_of_lines}
    with_lead = {i: f"one discrepancy with {name}" for name, unit in lead.items() for i in unit.ids if i != name}
    for u, unit in enumerate(evidence.units):
        first = unit.ids[0]
        notes = [n for c in contributions if c.unit == u for n in c.notes]
        through = not notes and any(first in other.ids for v, other in joint.items() if v in counted)
        if u in counted or u in joint or first in lead or (through and first not in with_lead):
            continue
        if VOID in notes and first not in with_lead:
            void += unit.ids
        else:
            why = with_lead.get(first) or (notes[0] if notes else "counts with others")
            merged += [(item.signal.id, why) for item in unit.items]
    merged = [(name, why) for name, why in merged if name not in void]
    set_aside = {name for name, _ in merged} | set(void)
    tallied = {t.unit for t in compiled.problem.tallies}
    used = list(dict.fromkeys(i for unit in evidence.units for i in unit.ids if i not in set_aside))
    for u, period in enumerate(evidence.counts, len(evidence.units)):
        (used if u in tallied else void).append(period.row.id)
    account = Account(
        read=evidence.read,
        used=tuple(used),
        merged=tuple(merged),
        merges=tuple(m for m in evidence.merges if m.id not in void) + _capped(compiled),
        excluded=evidence.excluded + tuple((i, VOID) for i in void),
        later_that_day=evidence.later_that_day,
        in_prior=evidence.in_prior,
        no_bearing=evidence.no_bearing,
        defaulted=compiled.defaulted,
        conflicts=conflicts(compiled.compiler.case.codebook, evidence.units),
    )
    return replace(account, rows=totals(row_fates(compiled.compiler.case, compiled, account)))


def _capped(compiled: Compiled) -> tuple[Merge, ...]:
    """Signals in whose place another counts: on one question, or on every one that they bear on."""
    evidence, problem = compiled.evidence, compiled.problem
    own: dict[int, list[Contribution]] = defaultdict(list)
    for contribution in problem.contributions:
        own[contribution.unit].append(contribution)
    out = []
    for unit, each in own.items():
        lead = evidence.units[unit].ids[0]
        echoes = [(c.echo, c.question) for c in each if c.echo]
        if len(echoes) == len(each) and len({echo for echo, _ in echoes}) == 1:
            out.append(Merge(lead, *echoes[0][0]))
        else:
            out += [Merge(lead, *echo, question=problem.axes[q].id) for echo, q in echoes]
    return tuple(out)

"""Near-duplicates among signals: found, and proposed to be joined; nothing is ever merged without a human's word.

What is proposed is a cell to write: `origin` for copies of one text, `event` for several reports of one event, records
that mirror each other among them. Two kinds are warnings only, since no cell of signals.csv says them: a story that is
told again for days, and one that stands under two codes. What a human called distinct (distinct.csv) is not proposed.

Held to 35 made-up reports in Korean and English (`tests/wires.py`: all 27 pairs of one story found, 3 of 30 proposed
were not) and to the worked case with its joins taken away (14 of 14 found, 1 of 15 not). Not measured: real archives of
wires, machine-coded rows, other languages; both sets were made or coded by people who know what is looked for.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

from foedus.case.types import Case, Codebook, Signal
from foedus.news.clusters import Cluster, clusters, parts
from foedus.news.evidence import connected, current_rows, unusable
from foedus.news.fields import Traits
from foedus.news.pairs import DAY, REACH, links
from foedus.news.reasons import reasons

Kind = Literal["exact", "text", "event", "mirror", "retold", "two_codes"]
MEETINGS = frozenset(
    {"036", "040", "041", "042", "043", "044", "046"}
)  # CAMEO codes that one story often gets by turns
SYMMETRIC = frozenset({"040", "041", "042", "043", "044", "046", "057"})  # of which each record often has a mirror
_NAME_APART = ("id", "line", "coder", "coded_at", "note")  # in what copies of one row may differ


@dataclass(frozen=True)
class Cell:
    """What to write in one cell of signals.csv, and what stands there."""

    line: int
    column: Literal["event", "origin"]
    value: str
    was: str | None


@dataclass(frozen=True)
class Proposal:
    """Rows that look like one.

    Attributes
    ----------
    kind : Kind
    rows : tuple of Signal
        In order of publication.
    score : float
        Between 0.5 and 1; of the row that fits least.
    reasons : tuple of str
        In words: what they have in common, and what not.
    cells : tuple of Cell
        What joins them; empty for a warning.
    """

    kind: Kind
    rows: tuple[Signal, ...]
    score: float
    reasons: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of its rows, each once."""
        return tuple(dict.fromkeys(row.id for row in self.rows))


@dataclass(frozen=True)
class Found:
    """Proposals in order of time, first those that can be accepted; and codes too frequent to compare every pair."""

    proposals: tuple[Proposal, ...]
    crowded: tuple[str, ...]


def proposals(case: Case, as_of: dt.datetime | None = None) -> Found:
    """Find near-duplicates among the signals of a case that would count twice.

    Parameters
    ----------
    case : Case
    as_of : datetime, optional
        Aware; only signals known then. Default: all.
    """
    rows = _rows(case, as_of)
    units = {row.line: u for u, unit in enumerate(connected(case.codebook, rows)) for row in unit}
    kinds = _kinds(case.codebook)
    traits = [Traits(kinds[row.code], units[row.line], *_of_code(case.codebook, row.code)) for row in rows]
    found, crowded = links(rows, traits)
    apart = _distinct(case)
    found = [link for link in found if rows[link.b].id not in apart.get(rows[link.a].id, ())]
    unit = [trait.unit for trait in traits]
    same = [link for link in found if "other_code" not in link.hints]
    near = [link for link in same if link.gap < DAY]
    names = _Names.of(case)
    merges = [_merge(names, rows, c) for c in clusters(rows, unit, near, DAY, apart)]
    again = [link for link in same if link.one_story and not _limited(case, rows[link.a].code)]
    warned = [_warning("retold", rows, c) for c in clusters(rows, unit, again, REACH, apart) if c.width >= DAY]
    other = [link for link in found if "other_code" in link.hints and link.gap < DAY]
    warned += [_warning("two_codes", rows, c) for c in clusters(rows, unit, other, DAY, apart)]
    ordered = (*sorted(merges, key=_order), *sorted(warned, key=_order))
    return Found(ordered, tuple(sorted(crowded)))


def _order(proposal: Proposal) -> tuple[object, ...]:
    return proposal.rows[0].published.at, proposal.ids


def _rows(case: Case, as_of: dt.datetime | None) -> list[Signal]:
    """Signals that count, or would: known, current, with a bearing; a line of a document is joined by that alone."""
    known = [row for row in case.signals if as_of is None or row.published.at <= as_of]
    codes = case.codebook.codes
    rows = [
        row
        for row in current_rows(known, {})
        if codes[row.code].bears_on and codes[row.code].kind == "signal" and unusable(case.codebook, row) is None
    ]
    return sorted(rows, key=lambda row: (row.published.at, row.id, row.coder or "", row.code))


def _kinds(codebook: Codebook) -> dict[str, str]:
    """For each code, the first of those that may be given to one story: of one group, or near misses in CAMEO."""
    kind = {name: name for name in codebook.codes}
    first: dict[str, str] = {}
    for name, code in codebook.codes.items():
        keys = [f"group {code.group.name}"] if code.group else []
        keys += ["meetings" if number in MEETINGS else f"cameo {number}" for number in code.cameo]
        for key in keys:
            old, new = kind[name], kind[first.setdefault(key, name)]
            kind = {code: new if other == old else other for code, other in kind.items()}
    return kind


def _of_code(codebook: Codebook, name: str) -> tuple[str | None, bool]:
    """Return the group in which only one of several codes counts, and whether the code says the same both ways."""
    code = codebook.codes[name]
    return code.group.name if code.group and code.group.cap != "all" else None, bool(SYMMETRIC & {*code.cameo})


def _limited(case: Case, name: str) -> bool:
    """Whether echoes of a code are capped already."""
    code = case.codebook.codes[name]
    return bool(code.max_per_week or case.file.settings.max_per_week) or _of_code(case.codebook, name)[0] is not None


def _distinct(case: Case) -> dict[str, set[str]]:
    sets: dict[str, set[str]] = defaultdict(set)
    for row in case.distinct:
        sets[row.set].add(row.id)
    apart: dict[str, set[str]] = defaultdict(set)
    for members in sets.values():
        for name in members:
            apart[name] |= members - {name}
    return dict(apart)


# -- what is proposed --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Names:
    """Ids of origins that are taken, the lines that carry each event, and the codes whose echoes are capped."""

    origins: frozenset[str]
    lines: dict[str, list[int]]
    capped: dict[str, str]

    @classmethod
    def of(cls, case: Case) -> _Names:
        lines: dict[str, list[int]] = defaultdict(list)
        for row in case.signals:
            if row.event:
                lines[row.event].append(row.line)
        groups = {name: code.group for name, code in case.codebook.codes.items()}
        capped = {name: group.name for name, group in groups.items() if group and group.cap == "strongest"}
        return cls(frozenset(row.origin for row in case.signals if row.origin), lines, capped)


def _merge(names: _Names, rows: Sequence[Signal], cluster: Cluster) -> Proposal:
    members = [rows[i] for i in cluster.places]
    origins, together = _origins(names, rows, cluster)
    copies = len({row.model_copy(update=dict.fromkeys(_NAME_APART)) for row in members}) == 1
    if together:
        kind: Kind = "exact" if copies else "text"
        cells = origins
    else:
        kind = "mirror" if any("swapped" in link.hints for link in cluster.links) else "event"
        cells = (*_events(names, members), *origins)
    said = reasons(members, cluster)
    group = names.capped.get(members[0].code)
    said = (*said, f"only the strongest of its group counts already ({group})") if group else said
    return Proposal(kind, tuple(members), _score(cluster), said, cells)


def _origins(names: _Names, rows: Sequence[Signal], cluster: Cluster) -> tuple[tuple[Cell, ...], bool]:
    """Cells that mark copies of one text, of those without access of their own; and whether they join all rows."""
    text = [link for link in cluster.links if link.one_text and "swapped" not in link.hints]
    text = [link for link in text if not (rows[link.a].independent or rows[link.b].independent)]
    cells: list[Cell] = []
    joined = 0
    for places in parts(text):
        members = [rows[i] for i in places]
        known = next((row.origin for row in members if row.origin), None)
        value = known or _free(f"{members[0].id}-text", names.origins)
        cells += [Cell(row.line, "origin", value, None) for row in members if not row.origin]
        joined = max(joined, sum(row.origin in {None, value} for row in members))
    return tuple(cells), joined == len(cluster.places)


def _events(names: _Names, members: Sequence[Signal]) -> tuple[Cell, ...]:
    """Cells that make one event of rows, and of all that are of the same events as they are."""
    named = list(dict.fromkeys(row.event for row in members if row.event))
    value = named[0] if named else _free(f"{members[0].id}-event", names.lines)
    cells = [Cell(row.line, "event", value, None) for row in members if not row.event]
    return (*cells, *(Cell(line, "event", value, event) for event in named[1:] for line in names.lines[event]))


def _free(name: str, taken: Container[str]) -> str:
    """Return `name`, or with a number where it is taken."""
    out, number = name, 2
    while out in taken:
        out, number = f"{name}-{number}", number + 1
    return out


def _warning(kind: Kind, rows: Sequence[Signal], cluster: Cluster) -> Proposal:
    members = tuple(rows[i] for i in cluster.places)
    return Proposal(kind, members, _score(cluster), reasons(members, cluster), ())


def _score(cluster: Cluster) -> float:
    return 1 / (1 + exp(-cluster.points))

"""The model of a small case in plain loops: the oracle of the core.

Written from /design/model.md and from nothing else: no arrays of draws, no affine shortcuts, no segments. Everything
uncertain stands at its middle, days are UTC, quantities are judged by chips in closed bins. Slow, and meant to be read.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import nbinom, poisson

from foedus.case.expression import cuts_in, parse_when
from foedus.case.types import Bearing, Case, Nominal, Quantity, Signal, Timing
from plain_when import holds

MONTH = 30.44
Outcome = Any  # a date or "never", the index of a level, a number


# -- outcomes and prior ------------------------------------------------------------------------


def opening(case: Case, q: str) -> dt.date:
    return getattr(case.file.questions[q], "opens", None) or case.file.opens


def outcomes(case: Case, q: str) -> list[Outcome]:
    """Every outcome that anything can tell apart, in the order of the copula."""
    question = case.file.questions[q]
    if isinstance(question, Timing):
        opens, end = opening(case, q), question.horizon or case.file.horizon
        return [*(opens + dt.timedelta(days=i + 1) for i in range((end - opens).days)), "never"]
    if isinstance(question, Quantity):
        edges, atoms = _edges(case, q)
        out: list[float] = []
        for a, b in itertools.pairwise(edges):
            out += [(a + b) / 2, b] if b in atoms else [(a + b) / 2]
        return out
    return list(range(len(question.levels)))


def _edges(case: Case, q: str) -> tuple[list[float], set[float]]:
    points: set[float] = set()
    for bearing in _bearings(case, q):
        keys = [*(bearing.multipliers or {}), *(bearing.probability_present or {})] if bearing.by == "value" else []
        points |= {float(key.removeprefix("<=")) for key in keys if key != "above"}
    texts = [s.when for s in case.file.scenarios.values()] + [j.given for j in case.judgments if j.given]
    for text in texts:
        points |= cuts_in(parse_when(text, case.file)).get(q, frozenset())
    rows = [j for j in case.judgments if j.question == q and not j.given]
    atoms = {float(j.value) for j in rows if j.element == "exactly"}
    ends = {float(x) for j in rows if j.element == "chips" for x in str(j.level).split("..")}
    return sorted(x for x in points | atoms | ends if min(ends) <= x <= max(ends)), atoms


def _bearings(case: Case, q: str) -> list[Bearing]:
    entries = [*case.codebook.codes.values(), *case.codebook.combine]
    return [entry.bears_on[q] for entry in entries if q in entry.bears_on]


def said(case: Case, q: str, expert: str, given: str | None = None) -> list[float] | None:
    """One expert's probability of each outcome."""
    rows = [j for j in case.judgments if (j.question, j.expert, j.given) == (q, expert, given)]
    if not rows:
        return None
    question = case.file.questions[q]
    if isinstance(question, Timing):
        held = {str(j.level)[:10]: float(j.value) for j in rows if j.element == "chips"}
        never = sum(float(j.value) for j in rows if j.element == "never")
        total = sum(held.values())
        return [never if y == "never" else (1 - never) * held.get(str(y), 0.0) / total for y in outcomes(case, q)]
    if isinstance(question, Quantity):
        return [_held(rows, y, case, q) for y in outcomes(case, q)]
    held = {str(j.level): float(j.value) for j in rows}
    return [held.get(level.id, 0.0) for level in question.levels]


def _held(rows: Sequence[Any], y: float, case: Case, q: str) -> float:
    edges, atoms = _edges(case, q)
    if y in atoms:
        return sum(float(j.level) for j in rows if j.element == "exactly" and j.value == y)
    low, high = max(e for e in edges if e < y), min(e for e in edges if e > y)
    total = sum(j.value for j in rows if j.element == "chips")
    for j in rows:
        if j.element == "chips":
            start, end = (float(x) for x in str(j.level).split(".."))
            if start <= low and high <= end:
                inside = sum(float(k.level) for k in rows if k.element == "exactly" and start < k.value <= end)
                return (j.value / total - inside) * (high - low) / (end - start)
    return 0.0


def weights(case: Case) -> dict[str, float]:
    given = case.file.pooling.weights == "given"
    return {name: expert.weight if given else 1.0 for name, expert in case.file.panel.items()}


def pooled(case: Case, q: str, given: str | None = None) -> list[float]:
    """Linear pool of those who answered."""
    answers = {e: p for e in case.file.panel if (p := said(case, q, e, given)) is not None}
    w = weights(case)
    total = sum(w[e] for e in answers)
    return [sum(w[e] * p[i] for e, p in answers.items()) / total for i in range(len(outcomes(case, q)))]


def table(case: Case, q: str) -> list[list[float]]:
    """P(level | outcome of the parent)."""
    parent = str(getattr(case.file.questions[q], "parent", None))
    conditions = list(dict.fromkeys(j.given for j in case.judgments if j.question == q and j.given))
    out = []
    for y in outcomes(case, parent):
        given = next((c for c in conditions if holds(parse_when(c, case.file), {parent: y})), None)
        out.append(pooled(case, q, given))
    return out


def prior(case: Case, q: str) -> list[float]:
    question = case.file.questions[q]
    if isinstance(question, Nominal) and question.parent:
        above, given = prior(case, question.parent), table(case, q)
        return [sum(p * row[k] for p, row in zip(above, given, strict=True)) for k in range(len(question.levels))]
    return pooled(case, q)


# -- signals -----------------------------------------------------------------------------------


def day_of(case: Case, q: str, signal: Signal) -> int:
    at = (signal.happened or signal.published).at - dt.timedelta(microseconds=1)
    return (at.date() - opening(case, q)).days


def number(bearing: Bearing, y: Outcome, case: Case, q: str, day: int, signal: Signal | None) -> float:
    """Multiplier (or probability that a line is present) of the outcome `y` on course."""
    speaker = bearing.by_speaker.get((signal.speaker if signal else None) or "", {})
    numbers = {
        k: b.middle for k, b in {**(bearing.multipliers or bearing.probability_present or {}), **speaker}.items()
    }
    if bearing.by == "level":
        return numbers[case.file.questions[q].levels[y].id]  # type: ignore[union-attr]
    if y == "never":
        return numbers.get("never", numbers["later"])
    bounds = sorted((_bound(k), m) for k, m in numbers.items() if k.startswith("<="))
    if bearing.by == "value":
        return next((m for bound, m in bounds if y <= bound), numbers["above"])
    if bearing.by == "date":
        return next((m for bound, m in bounds if y <= bound), numbers["later"])
    if bearing.by == "lead":
        lead = (y - opening(case, q)).days - day
        return next((m for bound, m in bounds if lead <= bound), numbers["later"])
    assert signal is not None
    assert signal.target_to is not None
    first, last = signal.target_from or signal.target_to, signal.target_to
    if first <= y <= last:
        return numbers["within"]
    if y < first:
        return numbers["before"]
    return next((m for bound, m in bounds if (y - last).days <= bound), numbers["later"])


def _bound(key: str) -> Any:
    text = key.removeprefix("<=").removesuffix("after").strip()
    return dt.date.fromisoformat(text) if text.count("-") == 2 else float(text)


def credence(case: Case, rows: Sequence[Signal]) -> float:
    """The best origin's, or one minus the product over origins that had their own access."""
    origins: dict[str, list[Signal]] = defaultdict(list)
    for s in rows:
        origins[s.origin or s.id].append(s)
    of = {name: max(_credence(case, s) for s in group) for name, group in origins.items()}
    apart = [of[name] for name, group in origins.items() if any(s.independent for s in group)]
    return max(max(of.values()), 1 - math.prod(1 - r for r in apart))


def _credence(case: Case, s: Signal) -> float:
    band = case.codebook.sources[s.source].credence
    assert band is not None
    return band.middle


def scaled(values: Sequence[float], mass: Sequence[float]) -> list[float]:
    mean = sum(v * p for v, p in zip(values, mass, strict=True))
    return [v / mean for v in values]


def m_bar(case: Case, q: str, day: int, mass: Sequence[float], *, ignore: bool = False) -> list[float]:
    """What a coder would typically have coded on each course."""
    menu = {
        name: code
        for name, code in case.codebook.codes.items()
        if q in code.bears_on and code.kind == "signal" and code.sees == "course" and code.coverage == "seen"
        if says(case, q, name)
    }
    out = [0.0 if menu and not ignore else 1.0] * len(mass)
    rated = all(code.base_rate for code in menu.values())
    rates = {name: code.base_rate.middle if rated and code.base_rate else 1.0 for name, code in menu.items()}
    for name, code in menu.items() if not ignore else ():
        if code.bears_on[q].by == "target":
            values = [1.0] * len(mass)
        else:
            values = [number(code.bears_on[q], y, case, q, day, None) for y in outcomes(case, q)]
            if not rated:  # only ratios matter: around the geometric mean of the entry's bands
                bands = [b.middle for b in (code.bears_on[q].multipliers or {}).values() if b.middle > 0]
                values = [v / math.prod(bands) ** (1 / len(bands)) for v in values]
        out = [b + rates[name] / sum(rates.values()) * v for b, v in zip(out, values, strict=True)]
    return out


def says(case: Case, q: str, code: str) -> bool:
    """Whether a code tells outcomes of `q` apart: a flat one is as good as none."""
    bearing = case.codebook.codes[code].bears_on.get(q)
    numbers = (bearing.multipliers or bearing.probability_present or {}) if bearing else {}
    return len({b.middle for b in numbers.values()}) > 1


def units(case: Case, as_of: dt.datetime) -> list[list[Signal]]:
    known = [s for s in case.signals if s.published.at <= as_of]
    gone = {s.supersedes for s in known if s.supersedes}
    live = [s for s in known if s.id not in gone and s.status != "retracted" and s.observed != "not_seen"]
    together: dict[str, list[Signal]] = defaultdict(list)
    for s in sorted(live, key=lambda s: (s.published.at, s.id)):
        label = f"{s.document}/{s.code}/{s.observed}" if s.document else s.event or s.statement or s.id
        together[label].append(s)
    return list(together.values())


class Pair(list[Signal]):
    """Rows of the lines that show a discrepancy, in place of each line's own."""

    def __init__(self, code: str, lines: Sequence[list[Signal]]) -> None:
        super().__init__(row for line in lines for row in line)
        self.code, self.lines = code, lines


class Absence(Pair):
    """Beside their own lines, rows of lines that show none of some discrepancies."""


def with_discrepancies(case: Case, q: str, together: list[list[Signal]]) -> list[list[Signal]]:
    """Lines of one meeting that show a discrepancy on q as one, the others as they are."""
    out = list(together)
    families: dict[Any, list[str]] = defaultdict(list)
    for name, code in case.codebook.codes.items():
        if code.kind == "discrepancy" and says(case, q, name):
            families[frozenset((s, code.line_of(s)) for s in code.sides)].append(name)
    absent = [a for names in families.values() for a in _absences(case, q, together, names)]
    for name, code in case.codebook.codes.items():
        if code.kind != "discrepancy" or not says(case, q, name):
            continue
        for meeting in {s.event for rows in together for s in rows if s.event}:
            here = [rows for rows in out if not isinstance(rows, Pair) and rows[0].event == meeting]
            chosen = [_line_of(case, here, code.line_of(s), s, "present") for s in code.said_by]
            chosen += [_line_of(case, here, code.line_of(s), s, "absent") for s in code.left_out_by]
            lines = [line for line in chosen if line is not None]
            if len(lines) == len(chosen) and len({_unseen(case, q, line) for line in lines}) == 1:
                out = [rows for rows in out if not any(rows is line for line in lines)] + [Pair(name, lines)]
    return [*out, *absent]


def _absences(case: Case, q: str, together: Sequence[list[Signal]], names: Sequence[str]) -> list[Absence]:
    code, out = case.codebook.codes[names[0]], []
    for meeting in sorted({s.event for rows in together for s in rows if s.event}):
        here = [rows for rows in together if rows[0].event == meeting]
        found = [[_line_of(case, here, code.line_of(s), s, w) for w in ("present", "absent")] for s in code.sides]
        each = [there or gone for there, gone in found]
        lines = [line for line in each if line is not None]
        seen = {s: line[0].observed == "present" for s, line in zip(code.sides, each, strict=True) if line}
        shown = any(seen == _law_of(case, name) for name in names)
        if len(lines) == len(each) and not shown and len({_unseen(case, q, line) for line in lines}) == 1:
            out.append(Absence("+".join(names), lines))
    return out


def _law_of(case: Case, name: str) -> dict[str, bool]:
    code = case.codebook.codes[name]
    return {side: side in code.said_by for side in code.sides}


def _absence_factor(case: Case, q: str, rows: Absence, day: int, mass: Sequence[float]) -> list[float]:
    """How likely the pattern that was seen is, where the laws of all patterns sum to 1, over what its lines say."""
    names = rows.code.split("+")
    sides, values = case.codebook.codes[names[0]].sides, []
    for y in outcomes(case, q):
        p = dict(zip(sides, (_there(case, q, line, y) for line in rows.lines), strict=True))
        law = {}
        for pattern in itertools.product([False, True], repeat=len(sides)):
            law[pattern] = math.prod(p[s] if there else 1 - p[s] for s, there in zip(sides, pattern, strict=True))
        bears = {tuple(_law_of(case, n)[s] for s in sides): case.codebook.codes[n].bears_on[q] for n in names}
        coded = {pattern: number(bearing, y, case, q, day, None) for pattern, bearing in bears.items()}
        seen = tuple(line[0].observed == "present" for line in rows.lines)
        others = sum(chance for pattern, chance in law.items() if pattern not in coded)
        joint = max(1 - sum(coded.values()), 1e-6) * law[seen] / others
        values.append(joint / law[seen])
    r = math.prod(credence(case, line) for line in rows.lines)
    return [r * v + 1 - r for v in scaled(values, mass)]


def _there(case: Case, q: str, line: Sequence[Signal], y: Outcome) -> float:
    if not says(case, q, line[0].code):
        return 0.5
    own = min(day_of(case, q, s) for s in line)
    return number(case.codebook.codes[line[0].code].bears_on[q], y, case, q, own, line[0])


def _line_of(case: Case, here: Sequence[list[Signal]], code: str, side: str, wanted: str) -> list[Signal] | None:
    own = [r for r in here if r[0].code == code and case.codebook.sources[r[0].source].side == side]
    if wanted == "absent" and any(rows[0].observed == "present" for rows in own):
        return None
    own = [rows for rows in own if rows[0].observed == wanted]
    return min(own, key=lambda rows: (rows[0].published.at, rows[0].id), default=None)


def _pair_factor(case: Case, q: str, pair: Pair, day: int, mass: Sequence[float]) -> list[float]:
    """Sum over which of the lines are told truly: the discrepancy if all are, else those that are, each by itself."""
    bearing = case.codebook.codes[pair.code].bears_on[q]
    both = scaled([number(bearing, y, case, q, day, None) for y in outcomes(case, q)], mass)
    each = []
    for rows in pair.lines:
        own = min(day_of(case, q, s) for s in rows)
        first = [s for s in rows[:1] if says(case, q, s.code)]
        each.append((credence(case, rows), scaled(product(case, q, first, own)[0], mass)))
    out = [0.0] * len(mass)
    for true in itertools.product([False, True], repeat=len(each)):
        chance = math.prod(r if t else 1 - r for (r, _), t in zip(each, true, strict=True))
        for i in range(len(out)):
            alone = math.prod(v[i] for (_, v), t in zip(each, true, strict=True) if t)
            out[i] += chance * (both[i] if all(true) else alone)
    return out


def seen_on(case: Case, q: str, rows: Sequence[Signal]) -> int:
    if isinstance(rows, Pair):
        return max(seen_on(case, q, line) for line in rows.lines)
    return min(day_of(case, q, s) for s in rows)


class Flags:
    """What a deliberately wrong model forgets: the negative controls."""

    def __init__(
        self,
        *,
        selection: bool = True,
        not_yet: bool = True,
        twice: bool = False,
        dispersion: bool = True,
        half_life: float = 1.0,
    ):
        self.selection, self.not_yet, self.twice, self.half_life = selection, not_yet, twice, half_life
        self.dispersion = dispersion


RIGHT = Flags()


def factor(
    case: Case, q: str, rows: Sequence[Signal], day: int, mass: Sequence[float], flags: Flags = RIGHT
) -> list[float]:
    """r (m / m_bar, scaled to mean 1) + 1 - r, for one event or statement."""
    if isinstance(rows, Absence):
        return _absence_factor(case, q, rows, day, mass)
    if isinstance(rows, Pair):
        return _pair_factor(case, q, rows, day, mass)
    codes = case.codebook.codes
    by_id: dict[str, list[Signal]] = defaultdict(list)
    for s in rows:
        by_id[s.id].append(s)
    items: dict[Any, list[Signal]] = {}
    for options in by_id.values():
        items.setdefault(frozenset(s.code for s in options), options)
    assert any(says(case, q, s.code) for options in items.values() for s in options)
    r = credence(case, rows)
    first = next(s for options in items.values() for s in options if says(case, q, s.code))
    code = codes[first.code]
    if code.coverage == "exhaustive":
        return [r * number(code.bears_on[q], y, case, q, day, first) + 1 - r for y in outcomes(case, q)]
    mixed = [0.0] * len(mass)
    share = 1 / math.prod(len(options) for options in items.values())
    for combo in itertools.product(*items.values()):
        value, power = product(case, q, [s for s in combo if says(case, q, s.code)], day)
        if code.kind == "signal" and code.sees == "course":
            bar = m_bar(case, q, day, mass, ignore=not flags.selection)
            value = [v / b**power for v, b in zip(value, bar, strict=True)]
        mixed = [a + share * v for a, v in zip(mixed, scaled(value, mass), strict=True)]
    return [r * v + 1 - r for v in mixed]


def product(case: Case, q: str, signals: Sequence[Signal], day: int) -> tuple[list[float], int]:
    """Joint multipliers of what was voiced in one breath, and how many coded signals that is."""
    left, ys = {s.code: s for s in reversed(signals)}, outcomes(case, q)  # the first report of each
    out, power = [1.0] * len(ys), 0
    for entry in sorted(case.codebook.combine, key=lambda entry: -len(entry.codes)):
        if q in entry.bears_on and set(entry.codes) <= set(left):
            out = [v * number(entry.bears_on[q], y, case, q, day, signals[0]) for v, y in zip(out, ys, strict=True)]
            power += 1
            left = {name: s for name, s in left.items() if name not in entry.codes}
    for name, s in left.items():
        values = [number(case.codebook.codes[name].bears_on[q], y, case, q, day, s) for y in ys]
        values = [1 - v for v in values] if s.observed == "absent" else values
        out, power = [v * w for v, w in zip(out, values, strict=True)], power + 1
    return out, power


def exponents(case: Case, q: str, together: Sequence[Sequence[Signal]]) -> list[float]:
    """Caps on one intent, then tempering of several in a week around each, and the share that had not seen it."""
    out = [_unseen(case, q, rows) for rows in together]
    strength, seen = [], []
    groups: dict[str, list[int]] = defaultdict(list)
    for i, rows in enumerate(together):
        day, pi = seen_on(case, q, rows), prior(case, q)
        if isinstance(rows, Pair):
            factors = factor(case, q, rows, day, pi)
        else:
            value, _ = product(case, q, [s for s in rows if says(case, q, s.code)], day)
            factors = [credence(case, rows) * v + 1 - credence(case, rows) for v in scaled(value, pi)]
        held = [math.log(v) for v, p in zip(factors, pi, strict=True) if p > 1e-9]
        strength.append(max(held) - min(held))
        seen.append(day)
        group = case.codebook.codes[rows[0].code].group
        if group and strength[i] > 0 and out[i] > 0:
            groups[group.name].append(i)
    for members in groups.values():
        group = case.codebook.codes[together[members[0]][0].code].group
        best = max(members, key=lambda i: (strength[i] * out[i], min(s.published.at for s in together[i])))
        for i in members:
            if group and group.cap == "average":
                out[i] /= len(members)
            elif group and group.cap == "strongest" and i != best:
                out[i] = 0.0
    counted = []
    for i, rows in enumerate(together):
        code = case.codebook.codes[rows[0].code]
        counts = out[i] > 0 and strength[i] > 0 and code.sees == "course" and code.coverage == "seen"
        counted.append(counts)
    for i in range(len(together)):
        if counted[i]:
            same = [s for s, c, d in zip(strength, counted, seen, strict=True) if c and abs(d - seen[i]) <= 3]
            out[i] /= 1 + case.file.settings.tempering * (sum(same) / max(same) - 1)
    return out


def _unseen(case: Case, q: str, rows: Sequence[Signal]) -> float:
    spoke = {j.expert: j.as_of for j in case.judgments if j.question == q}
    w, first = weights(case), min(s.published.at for s in rows)
    if isinstance(rows, Pair):
        first = max(min(s.published.at for s in line) for line in rows.lines)
    late = sum(w[e] for e, d in spoke.items() if _end(d) < first)
    return late / sum(w[e] for e in spoke)


def _end(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)


# -- the course --------------------------------------------------------------------------------


def likelihood(case: Case, q: str, as_of: dt.datetime, pi: Sequence[float] | None = None, flags: Flags = RIGHT) -> Any:
    """p(news on q | outcome): a list, or for a question settled with its parent a list of them."""
    question, pi = case.file.questions[q], list(pi or prior(case, q))
    timing, opens = isinstance(question, Timing), opening(case, q)
    decided = ((getattr(question, "decided_on", None) or case.file.horizon) - opens).days
    today = (as_of.date() - opens).days
    half_life = (question.half_life.middle if question.half_life else math.inf) * flags.half_life
    rho = 2 ** (-1 / half_life)
    seen = by_day(case, q, as_of, flags)
    state, at_end = [1.0] * len(pi), [1.0] * len(pi)
    for day in range(min([*seen, today]), today):
        _see(case, q, day, seen, pi, state, at_end, flags)
        state = night(state, pi, rho, day, timing=timing, decided=decided, not_yet=flags.not_yet)
    _see(case, q, today, seen, pi, state, at_end, flags)
    if getattr(question, "resolves_with", None) and isinstance(question, Nominal):
        out = []
        for night_of in range(1, len(outcomes(case, str(question.parent))) + 1):
            late = state
            for day in range(today, night_of):
                late = night(late, pi, rho, day, timing=False, decided=10**6)
            out.append([a * b for a, b in zip(late, at_end, strict=True)])
        return out
    if not timing:
        for day in range(today, decided):
            state = night(state, pi, rho, day, timing=False, decided=decided)
        return [a * b for a, b in zip(state, at_end, strict=True)]
    out = [0.0] * len(pi)
    for day in range(today, len(pi)):  # on its day, the course points at the outcome
        if day >= 1:
            out[day - 1] = state[day - 1] * at_end[day - 1]
        state = night(state, pi, rho, day, timing=True, decided=decided, not_yet=flags.not_yet)
    out[-1] = state[-1] * at_end[-1]
    if not flags.not_yet:
        out[: max(today - 1, 0)] = [1.0] * max(today - 1, 0)
    return out


def night(
    state: Sequence[float], pi: Sequence[float], rho: float, day: int, *, timing: bool, decided: int,
    not_yet: bool = True,
) -> list[float]:  # fmt: skip
    """State before the night after `day` -> after it: what is held, and what is made anew from what lies ahead."""
    if not timing and day >= decided:
        return list(state)
    ahead = [0.0 if timing and not_yet and i + 1 <= day and i < len(pi) - 1 else p for i, p in enumerate(pi)]
    total = sum(ahead)
    mean = sum(p * a for p, a in zip(ahead, state, strict=True)) / total if total else 0.0
    return [rho * a + (1 - rho) * mean for a in state]


def _see(
    case: Case, q: str, day: int, seen: Mapping[int, list[Any]], pi: Sequence[float], state: list[float],
    at_end: list[float], flags: Flags,
) -> None:  # fmt: skip
    timing = isinstance(case.file.questions[q], Timing)
    ahead = [0.0 if timing and flags.not_yet and i + 1 < day and i < len(pi) - 1 else p for i, p in enumerate(pi)]
    mass = [p / sum(ahead) for p in ahead]
    for rows, exponent in seen.get(day, []):
        value = rows(day) if callable(rows) else factor(case, q, rows, day, mass, flags)
        outcome = not callable(rows) and case.codebook.codes[rows[0].code].sees == "outcome"
        for i in range(len(pi)):
            if outcome:
                at_end[i] *= value[i] ** exponent
            else:
                state[i] *= value[i] ** exponent


def by_day(case: Case, q: str, as_of: dt.datetime, flags: Flags) -> dict[int, list[Any]]:
    together = with_discrepancies(case, q, units(case, as_of))
    together = [u for u in together if isinstance(u, Pair) or any(says(case, q, s.code) for s in u)]
    out: dict[int, list[Any]] = defaultdict(list)
    for rows, exponent in zip(together, exponents(case, q, together), strict=True):
        if exponent > 0:
            day = seen_on(case, q, rows)
            out[day] += [(rows, exponent)] * (2 if flags.twice else 1)
    for name, code in case.codebook.codes.items():
        if code.coverage == "exhaustive" and code.kind == "signal" and q in code.bears_on:
            reports = [s for u in units(case, as_of) for s in u if s.code == name]
            r = _credence(case, reports[0]) if reports else 1.0
            spoke, w = {j.expert: j.as_of for j in case.judgments if j.question == q}, weights(case)
            for expert, judged in spoke.items():  # to each the silence since the own judgment
                for day, part in _days(_end(judged), as_of, opening(case, q)):
                    out[day].append((silence(case, q, name, part, r), w[expert] / sum(w[e] for e in spoke)))
        if code.kind == "counted" and q in code.bears_on:
            for day, value, exponent in counted(case, q, name, as_of, flags):
                out[day].append((value, exponent))
    return out


def counted(case: Case, q: str, name: str, as_of: dt.datetime, flags: Flags) -> list[Any]:
    """Middle day, P(count | course of that day) and its exponent, for each period."""
    code, out = case.codebook.codes[name], []
    spoke, w = {j.expert: j.as_of for j in case.judgments if j.question == q}, weights(case)
    known = [row for row in case.counts if row.code == name and row.published.at <= as_of]
    for first, last in sorted({(row.first, row.last) for row in known}):
        reports = sorted((r for r in known if (r.first, r.last) == (first, last)), key=lambda r: r.published.at)
        row, length = reports[-1], (last - first).days + 1
        unseen = sum(w[e] for e, d in spoke.items() if _end(d) < reports[0].published.at) / sum(w[e] for e in spoke)
        credence = case.codebook.sources[row.source].credence
        assert credence is not None
        days = [(first + dt.timedelta(days=i) - opening(case, q)).days for i in range(length)]
        out.append((days[length // 2], _count_law(case, q, code, days, row.count, credence.middle, flags), unseen))
    return out


def _count_law(
    case: Case, q: str, code: Any, days: Sequence[int], count: int, r: float, flags: Flags
) -> Callable[[int], list[float]]:
    alpha = code.dispersion.middle if code.dispersion and flags.dispersion else 0.0

    def of(_middle: int) -> list[float]:
        means = [0.0] * len(outcomes(case, q))
        for day in days:  # on a course that holds all through the period
            values = [number(code.bears_on[q], y, case, q, day, None) for y in outcomes(case, q)]
            means = [a + code.base_rate.middle / MONTH * (r * m + 1 - r) for a, m in zip(means, values, strict=True)]
        if not alpha:
            return [float(poisson.pmf(count, mean)) for mean in means]
        return [float(nbinom.pmf(count, 1 / alpha, 1 / (1 + alpha * mean))) for mean in means]

    return of


def silence(case: Case, q: str, name: str, part: float, r: float) -> Callable[[int], list[float]]:
    """exp(- rate * part of the day * (r m + 1 - r))."""
    code = case.codebook.codes[name]
    assert code.base_rate is not None
    rate = code.base_rate.middle / MONTH

    def of(day: int) -> list[float]:
        m = [number(code.bears_on[q], y, case, q, day, None) for y in outcomes(case, q)]
        return [math.exp(-rate * part * (r * x + 1 - r)) for x in m]

    return of


def _days(since: dt.datetime, until: dt.datetime, opens: dt.date) -> list[tuple[int, float]]:
    out, start = [], since
    while start < until:
        end = min(_end(start.date()), until)
        out.append(((start.date() - opens).days, (end - start).total_seconds() / 86400))
        start = end
    return out


# -- all questions together --------------------------------------------------------------------

_REACH, _NODES = 8.5, 40


def copula(priors: Sequence[Sequence[float]], r: np.ndarray) -> np.ndarray:
    """Mass of every combination of cells under a Gaussian copula, by Gauss-Legendre in each cell."""
    edges = [np.clip(ndtri(np.clip(np.append(0, np.cumsum(p)), 0, 1)), -_REACH, _REACH) for p in priors]
    for e in edges:
        e[-1] = _REACH
    if len(priors) == 1:
        return np.diff(ndtr(edges[0]))
    x, w = np.polynomial.legendre.leggauss(_NODES)
    nodes = [((e[1:] + e[:-1])[:, None] / 2 + np.diff(e)[:, None] / 2 * x).ravel() for e in edges[:-1]]
    weight = [(np.diff(e)[:, None] / 2 * w).ravel() for e in edges[:-1]]
    z = np.stack(np.meshgrid(*nodes, indexing="ij"), axis=-1)
    inner = np.linalg.inv(r[:-1, :-1])
    density = np.exp(-0.5 * np.einsum("...i,ij,...j", z, inner, z))
    density /= np.sqrt((2 * np.pi) ** len(nodes) * np.linalg.det(r[:-1, :-1]))
    for axis, wq in enumerate(weight):
        density = density * np.expand_dims(wq, [i for i in range(len(nodes)) if i != axis])
    gain = inner @ r[:-1, -1]
    sd = math.sqrt(r[-1, -1] - r[:-1, -1] @ gain)
    below = ndtr((edges[-1] - (z @ gain)[..., None]) / sd)
    mass = density[..., None] * np.diff(below, axis=-1)
    for axis in range(len(nodes)):
        shape = mass.shape
        mass = mass.reshape(*shape[:axis], -1, _NODES, *shape[axis + 1 :]).sum(axis=axis + 1)
    return mass


def joint(case: Case, as_of: dt.datetime | None, r: np.ndarray, flags: Flags = RIGHT) -> tuple[list[str], np.ndarray]:
    """Names of the questions, and the probability of every combination of outcomes; without `as_of` the prior."""
    kinds = case.file.questions
    latent = [q for q in kinds if not isinstance(kinds[q], Nominal)]
    mass = copula([prior(case, q) for q in latent], r) if latent else np.ones(())
    for axis, q in enumerate(latent if as_of else []):
        one = np.array(likelihood(case, q, as_of, flags=flags))
        mass = mass * np.expand_dims(one, [i for i in range(len(latent)) if i != axis])
    names = list(latent)
    for q in (q for q in kinds if q not in latent):
        parent = getattr(kinds[q], "parent", None)
        given = np.array(table(case, q) if parent else [prior(case, q)])
        seen = np.array(likelihood(case, q, as_of, flags=flags)) if as_of else np.ones(len(given[0]))
        each = given * seen  # [parent's outcomes or 1, levels]
        shape = [1] * (len(names) + 1)
        shape[-1] = each.shape[1]
        if parent:
            shape[names.index(parent)] = each.shape[0]
        mass = mass[..., None] * each.reshape(shape)
        names.append(q)
    return names, mass / mass.sum()


def probabilities(
    case: Case, as_of: dt.datetime | None, r: np.ndarray, whens: Sequence[str], flags: Flags = RIGHT
) -> list[float]:
    """Probability of each expression."""
    names, mass = joint(case, as_of, r, flags)
    parsed = [parse_when(when, case.file) for when in whens]
    out = [0.0] * len(whens)
    for index in np.ndindex(mass.shape):
        at = {q: outcomes(case, q)[i] for q, i in zip(names, index, strict=True)}
        for q in names:
            if (text := case.file.questions[q].only_if) and not holds(parse_when(text, case.file), at):
                at[q] = "not applicable"
        for k, expression in enumerate(parsed):
            out[k] += mass[index] if holds(expression, at) else 0.0
    return out

"""A codebook entry -> rows of multipliers, and which of them holds on each cell.

A *row* is one number of the codebook: a level's, or a band's. Cells of a question are mapped to rows once
for each use, since bands by lead time or target move with the signal.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log

import numpy as np

from foedus.case.types import Band, Bearing, Case
from foedus.news.credence import Z90, logit
from foedus.problem.types import Axis, Index, Tellings

_NUMBER = re.compile(r"<=\s*([^\s]+)")
_TINY = 1e-6  # the least a multiplier's lower end counts as, so that a band has a finite log


def band_of_cell(by: str, keys: list[str], axis: Axis, levels: list[str], day: int, target: tuple[int, int]) -> Index:
    """Position in `keys` of the band that holds on each cell: [C].

    Parameters
    ----------
    levels : list of str
        Ids of the question's levels, for `by: level`.
    day : int
        Day of the signal, for `by: lead`.
    target : tuple of (int, int)
        First and last day that the signal names, for `by: target`.
    """
    where = {key: i for i, key in enumerate(keys)}
    if by == "level":
        return np.array([where[level] for level in levels], dtype=np.intp)
    if by == "value":
        assert axis.upper is not None
        top = np.array([axis.upper[axis.cell_of_fine == c].max() for c in range(axis.cells)])
        return _first_band(top, [(_bound(key), i) for key, i in where.items() if key != "above"], where["above"])
    days = np.arange(1, axis.cells)
    if by == "date":
        bounds = [(dt.date.fromisoformat(_text(key)), i) for key, i in where.items() if key not in {"later", "never"}]
        inner = _first_band(days, [((d - axis.opens).days, i) for d, i in bounds], where["later"])
    elif by == "lead":
        bounded = [(_bound(key), i) for key, i in where.items() if key not in {"later", "never"}]
        inner = _first_band(days - day, bounded, where["later"])
    else:
        first, last = target
        after = [(_bound(key), i) for key, i in where.items() if key.endswith("after")]
        inner = _first_band(days - last, after, where["later"])
        inner = np.where(days <= last, where["within"], inner)
        inner = np.where(days < first, where["before"], inner)
    return np.append(inner, where.get("never", where["later"]))


def _text(key: str) -> str:
    found = _NUMBER.match(key)
    assert found is not None
    return found[1]


def _bound(key: str) -> float:
    return float(_text(key))


def _first_band(values: np.ndarray, bounds: list[tuple[float, int]], beyond: int) -> Index:
    out = np.full(len(values), beyond, dtype=np.intp)
    for bound, i in sorted(bounds, reverse=True):
        out[values <= bound] = i
    return out


@dataclass
class Book:
    """Every multiplier used so far, as rows; built while a problem is compiled."""

    case: Case
    rows: list[tuple[float, float, float, float, float, float, int]] = field(default_factory=list)
    keys: dict[tuple[object, ...], tuple[int, list[str]]] = field(default_factory=dict)
    own: dict[tuple[object, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Enter the whole codebook, in its order, so that which codes are used changes no draw."""
        codebook = self.case.codebook
        for name, code in codebook.codes.items():
            for question, bearing in code.bears_on.items():
                for speaker in (None, *bearing.by_speaker):
                    as_written = code.coverage == "exhaustive"
                    self.entry(name, bearing, question, speaker, code.spread, as_written=as_written)
        for i, combination in enumerate(codebook.combine):
            for question, bearing in combination.bears_on.items():
                self.entry(f"combine {i}", bearing, question, None, None, as_written=False)

    def entry(
        self, name: str, bearing: Bearing, question: str, speaker: str | None, spread: float | None, *, as_written: bool
    ) -> tuple[int, list[str]]:
        """Return the first row and the bands of an entry, adding it where it is new."""
        speaker = speaker if speaker in bearing.by_speaker else None
        key = (name, question, speaker)
        if key not in self.keys:
            numbers = dict(bearing.multipliers or bearing.probability_present or {})
            numbers |= bearing.by_speaker.get(speaker or "", {})
            s = bearing.spread or spread or self.case.file.settings.spread
            self.keys[key] = (len(self.rows), list(numbers))
            self.rows += self._rows(name, key, numbers, s, bearing.probability_present is not None, as_written)
        return self.keys[key]

    def _rows(
        self, name: str, key: tuple[object, ...], numbers: Mapping[str, Band], spread: float, presence: bool, raw: bool
    ) -> list[tuple[float, float, float, float, float, float, int]]:
        scale = logit if presence else _log
        middle = [scale(band.middle) for band in numbers.values()]
        finite = [x for x in middle if x > -np.inf]
        centre = 0.0 if raw else _mean(finite)
        widest = max((abs(x - centre) for x in finite), default=0.0)
        kappa = log(1 + log(spread) / widest) / Z90 if widest > 1e-12 and spread > 1 else 0.0
        out = []
        for band, x in zip(numbers.values(), middle, strict=True):
            offset = centre if presence else 0.0
            if band.certain:
                out.append((offset, x - centre, kappa, 0.0, 0.0, 1.0, self._own((name, "kappa"))))
                continue
            below, above = (x - scale(max(band.low, _TINY))) / Z90, (scale(band.high) - x) / Z90
            sign = float(np.sign(x - centre))
            out.append((offset, x - centre, 0.0, below, above, sign, self._own((*key, band.middle, len(out)))))
        return out

    def _own(self, key: tuple[object, ...]) -> int:
        return self.own.setdefault(key, len(self.own))

    def tellings(self) -> Tellings:
        """Return all rows as arrays."""
        numbers = np.array([row[:6] for row in self.rows], dtype=float).reshape(len(self.rows), 6).T
        offset, middle, kappa, below, above, sign = numbers
        return Tellings(
            offset=offset,
            middle=middle,
            kappa=kappa,
            below=below,
            above=above,
            sign=sign,
            own=np.array([row[6] for row in self.rows], dtype=np.intp),
            shared=self.case.file.settings.shared_telling,
            codes=tuple(str(key[0]) for key in self.own),
        )

    def middle(self, row: Index) -> np.ndarray:
        """Middle value of rows, on the log (or log-odds) scale."""
        return np.array([self.rows[i][0] + self.rows[i][1] for i in row.ravel()]).reshape(row.shape)


def log_centre(bearing: Bearing) -> float:
    """Mean log multiplier of the bands of an entry: what its rows are written around."""
    by_target = bearing.by == "target"  # counts as 1 on every course
    finite = [_log(band.middle) for band in (bearing.multipliers or {}).values() if band.middle > 0]
    return 0.0 if by_target else _mean(finite)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _log(x: float) -> float:
    return log(x) if x > 0 else -np.inf


def level_ids(case: Case, question: str) -> list[str]:
    """Ids of the levels of a question, or an empty list."""
    declared = case.file.questions[question]
    return [level.id for level in declared.levels] if hasattr(declared, "levels") else []

"""What the forecast rests on: how much of its range is panel, data and assumption."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from foedus.inference.diagnostics import effective_sample_size

if TYPE_CHECKING:
    from foedus.forecast import Forecast

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Composition:
    """Shares of what the range of a proposition comes from; they sum to 1, or are all 0 where nothing shows.

    Attributes
    ----------
    panel_share : float
        Whom of the experts to trust, and the error they share.
    data_share : float
        Credence of sources, and multipliers estimated from data.
    assumption_share : float
        Multipliers elicited or assumed, half-lives, base rates, strength of dependence.
    experts, signals_used : int
    illustrative : bool
        Whether the panel's numbers are invented.
    basis_counts : dict
        Units of evidence used, by the basis of their multipliers.
    """

    panel_share: float
    data_share: float
    assumption_share: float
    experts: int
    illustrative: bool
    signals_used: int
    basis_counts: dict[str, int]


def composition(forecast: Forecast, when: str | None = None) -> Composition:
    """Split the range of a `when` expression by first-order linear indices (squared correlations).

    Default: the first headline, or else the first scenario.

    Each parameter's squared correlation with P(when | draw) over the weighted draws, less what chance alone
    gives, summed by group.
    """
    z, empirical = forecast.posterior.learned.whitened, _empirical(forecast)
    weight = forecast.posterior.now.weight
    outer = weight.sum(axis=0)
    first = next(iter({**forecast.case.file.headlines, **forecast.case.file.scenarios}.values()), None)
    true = forecast.true_now(when or (first.when if first else "")) if when or first else np.zeros(weight.shape, bool)
    each = (weight * true).sum(axis=0) / np.where(outer > 0, outer, 1.0)
    index = {block: _indices(rows, each, outer) for block, rows in z.items()}
    telling = index.pop("telling")
    panel = index["weights"].sum() + index["shift"].sum()
    data = index["credence"].sum() + telling[1:][empirical].sum()
    assumption = telling[0] + telling[1:][~empirical].sum() + index["half_life"].sum() + index["rate"].sum()
    assumption += index["dependence"].sum()
    total = float(panel + data + assumption)
    scale = 1 / total if total > 0 else 0.0
    return Composition(
        panel_share=float(panel) * scale,
        data_share=float(data) * scale,
        assumption_share=float(assumption) * scale,
        experts=len(forecast.case.file.panel),
        illustrative=forecast.case.illustrative,
        signals_used=len(forecast.account.used),
        basis_counts=_bases(forecast),
    )


def _indices(rows: Floats, each: Floats, outer: Floats) -> Floats:
    """Squared weighted correlation of each row [n, M] with `each` [M], less 1 / effective sample size."""
    w = outer / outer.sum()
    y = each - w @ each
    x = rows - (rows @ w)[:, None]
    scale = np.square(x) @ w * (w @ np.square(y))
    squared = np.square(x @ (w * y)) / np.where(scale > 0, scale, 1.0)
    return np.asarray(np.maximum(squared - 1 / effective_sample_size(outer), 0.0))


def _empirical(forecast: Forecast) -> NDArray[np.bool_]:
    codes = forecast.case.codebook.codes
    return np.array(
        [
            name in codes
            and bool(codes[name].bears_on)
            and all(b.basis == "empirical" for b in codes[name].bears_on.values())
            for name in forecast.compiled.problem.tellings.codes
        ],
        dtype=bool,
    )


def _bases(forecast: Forecast) -> dict[str, int]:
    problem, codes = forecast.compiled.problem, forecast.case.codebook.codes
    used = {
        (c.unit, codes[c.code].bears_on[problem.axes[c.question].id].basis)
        for c in problem.contributions
        if c.exponent > 0
    }
    return dict(Counter(basis for _, basis in used))

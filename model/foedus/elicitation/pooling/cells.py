"""What a pooling rule is, and what it may know of a question beside the experts' probabilities: order and distance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from foedus.elicitation.shapes import Floats

Kind = Literal["timing", "ordinal", "quantity", "nominal"]


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of one question.

    Attributes
    ----------
    kind : str
        `timing` (days in order, then never), `ordinal` and `quantity` (in order), or `nominal` (no order).
    experts : array [E]
        Which members of the panel the rows are.
    lower, upper : array [F] or None
        Edges of the cells of a quantity, equal for a value that carries probability of its own.
    """

    kind: Kind
    experts: NDArray[np.intp]
    lower: Floats | None = None
    upper: Floats | None = None


Pool = Callable[[Floats, Floats, Cells], Floats]
"""(probabilities [E, F], each row summing to 1; weights [E, M], each column summing to 1; cells) -> [F, M]."""

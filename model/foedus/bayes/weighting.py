"""Draws of the reference's prior, weighted by the news: its posterior where the news is not too much for that.

The same graph as the PyMC model, with many draws as one more axis, evaluated without a compiler: seconds where
NUTS compiles for minutes. With little news that is all a check needs; with much, the weights degenerate, their
effective size says so, and NUTS is to be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.compile.maker import function
from pytensor.compile.mode import Mode
from pytensor.configdefaults import config

from foedus.bayes.coordinates import Free, free_parameters
from foedus.bayes.density import Density, density
from foedus.problem.types import Floats, Index, Problem

Tensor = Any
Progress = Callable[[str, float], None]
_AT_ONCE = 4_000_000  # numbers in the largest array of one pass


@dataclass
class _Given:
    """Gives tensors with an axis for draws, to be filled with draws of the prior."""

    inputs: dict[str, Tensor] = field(default_factory=dict)
    law: dict[str, Callable[[np.random.Generator, int], Floats]] = field(default_factory=dict)
    told: dict[str, Tensor] = field(default_factory=dict)

    def normal(self, name: str, dim: str | None, size: int) -> Tensor:
        shape = () if dim is None else (size,)
        return self._ask(name, shape, lambda rng, n: rng.standard_normal((n, *shape)))

    def gamma(self, name: str, shape: Floats, scale: Floats, dim: str) -> Tensor:
        del dim
        return self._ask(name, shape.shape, lambda rng, n: rng.gamma(shape, scale, (n, len(shape))))

    def dirichlet(self, name: str, alpha: Floats, dim: str) -> Tensor:
        del dim
        return self._ask(name, alpha.shape, lambda rng, n: rng.dirichlet(alpha, n))

    def tell(self, name: str, value: Tensor, *dims: str) -> Tensor:
        del dims
        self.told[name] = value
        return value

    def draw(self, rng: np.random.Generator, draws: int) -> dict[str, Floats]:
        return {name: law(rng, draws) for name, law in self.law.items()}

    def _ask(self, name: str, shape: tuple[int, ...], law: Callable[[np.random.Generator, int], Floats]) -> Tensor:
        self.law[name] = law
        self.inputs[name] = pt.tensor(name, shape=(None, *shape), dtype="float64")
        return self.inputs[name]


@dataclass(frozen=True)
class Weighted:
    """Draws of outcomes. cell [N, Q], value [N, number of quantities], log_weight [N]."""

    cell: Index
    value: Floats
    log_weight: Floats


class Graph:
    """The density of a problem as a function of many draws of its parameters."""

    def __init__(self, problem: Problem, free: Free | None = None) -> None:
        self.problem = problem
        self._given = _Given()
        self._density: Density = density(problem, free or free_parameters(problem), self._given)

    @property
    def names(self) -> dict[str, tuple[int | None, ...]]:
        """Inputs, and their shapes behind the axis of draws."""
        return {name: x.type.shape[1:] for name, x in self._given.inputs.items()}

    def laws(self, inputs: dict[str, Floats]) -> tuple[Floats, list[Floats]]:
        """Prior of the cells [N, Q, C], and log p(news on a question | its outcome) [N, C_q], at given parameters.

        The second is [N, C_parent, C_q] where the parent settles the question.
        """
        prior, scale, *laws = self._laws(**inputs)
        with np.errstate(divide="ignore"):
            return prior, [np.log(law) + scale[(..., q, *[None] * (law.ndim - 1))] for q, law in enumerate(laws)]

    def sample(self, rng: np.random.Generator, draws: int, progress: Progress | None = None) -> Weighted:
        """Draw from the prior, and weight by the news."""
        parts = [self._sample(**self._given.draw(rng, n)) for _, n in self._blocks(draws, "weights", progress)]
        cell, value, news = (np.concatenate(part) for part in zip(*parts, strict=True))
        return Weighted(cell, value, news.sum(axis=-1))

    def outcomes(self, inputs: dict[str, Floats], progress: Progress | None = None) -> tuple[Index, Floats]:
        """Cells [N, Q] and values [N, number of quantities] that follow from draws of the parameters."""
        draws = len(next(iter(inputs.values())))
        known = {name: inputs[name] for name in self._given.inputs}
        parts = [
            self._sample(**{name: x[i : i + n] for name, x in known.items()})
            for i, n in self._blocks(draws, "outcomes", progress)
        ]
        cell, value, _ = (np.concatenate(part) for part in zip(*parts, strict=True))
        return cell, value

    def _blocks(self, draws: int, stage: str, progress: Progress | None) -> Iterator[tuple[int, int]]:
        """First draw and number of draws of each pass."""
        axes, days = self.problem.axes, 1 + len({c.day for c in self.problem.contributions})
        timing = [axis.cells for axis in axes if axis.kind == "timing"]
        size = max(max(timing, default=1) * max(len(timing), 1) * days, max(axis.cells for axis in axes) * len(axes))
        step = max(1, min(draws, _AT_ONCE // size))
        for i in range(0, draws, step):
            if progress:
                progress(stage, i / draws)
            yield i, min(step, draws - i)

    @cached_property
    def _laws(self) -> Any:
        return self._function([self._density.prior, self._density.log_scale, *self._density.laws])

    @cached_property
    def _sample(self) -> Any:
        d = self._density
        value = d.value if d.value is not None else pt.zeros((d.cell.shape[0], 0))
        return self._function([d.cell, value, d.news])

    def _function(self, outputs: list[Tensor]) -> Any:
        mode = Mode(linker="py", optimizer="fast_compile")
        with config.change_flags(cxx="", mode="FAST_COMPILE"):
            return function(list(self._given.inputs.values()), outputs, mode=mode, on_unused_input="ignore")

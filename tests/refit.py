"""One model of counts, compiled once and fitted to other counts again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
from numpy.typing import NDArray

from foedus.bayes.learning import rate_model, rates_of
from foedus.news.leads import Design
from foedus.news.rates import Rates


@dataclass
class Sampler:
    """The model of one design, to be fitted to counts again and again."""

    made: Design
    model: pm.Model
    step: Any

    @classmethod
    def of(cls, made: Design, model: pm.Model | None = None) -> Sampler:
        model = model or rate_model(made)
        with model:
            return cls(made, model, pm.NUTS(target_accept=0.9))

    def fit(self, counts: NDArray[np.int64], seed: int, draws: int = 504, tune: int = 500) -> Rates:
        with self.model:
            pm.set_data({"counts": counts})
            tree = pm.sample(
                draws, tune=tune, chains=1, cores=1, step=self.step, random_seed=seed, progressbar=False, quiet=True,
                compute_convergence_checks=False,
            )  # fmt: skip
        found = tree["posterior"].dataset
        return rates_of({v.name: found[v.name].values for v in self.model.free_RVs}, self.made)

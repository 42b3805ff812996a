"""Case and time -> Problem: arrays and index maps. Nothing after this reads a file or looks up a name."""

from foedus.problem.compile import compile_problem
from foedus.problem.types import Axis, Contribution, Credences, Dependence, Problem, Tally, Tellings, Term, Uncertain

__all__ = [
    "Axis",
    "Contribution",
    "Credences",
    "Dependence",
    "Problem",
    "Tally",
    "Tellings",
    "Term",
    "Uncertain",
    "compile_problem",
]

"""What could have been coded, and how often: the codes of a question with their shares, and base rates a day."""

from __future__ import annotations

from math import exp

from foedus.case.types import Case, Code
from foedus.problem.bands import log_centre

MONTH = 30.44  # days


def competing(case: Case, question: str) -> dict[str, Code]:
    """Codes on the course of a question that a coder could have coded: not lines of documents, not exhaustive."""
    return {
        name: code
        for name, code in case.codebook.codes.items()
        if question in code.bears_on
        and not code.bears_on[question].flat
        and code.replaced_by is None
        and (code.kind, code.sees, code.coverage) == ("signal", "course", "seen")
    }


def rated(case: Case) -> dict[str, tuple[int, float]]:
    """Place of each exhaustively covered code among the base rates, in the codebook's order, and its middle a day."""
    codes = case.codebook.codes.items()
    rates = {name: code.base_rate.middle for name, code in codes if code.coverage == "exhaustive" and code.base_rate}
    return {name: (i, rate / MONTH) for i, (name, rate) in enumerate(rates.items())}


def code_shares(codes: dict[str, Code], question: str) -> dict[str, float]:
    """Part of each code in a typical week, where a multiplier is the geometric mean of those of its code.

    Equal, so that only ratios of multipliers matter; or by base rates where all codes have one, which are those
    on a course with multiplier 1.
    """
    rates = {
        name: code.base_rate.middle * exp(log_centre(code.bears_on[question]))
        for name, code in codes.items()
        if code.base_rate is not None
    }
    if len(rates) < len(codes):
        rates = dict.fromkeys(codes, 1.0)
    total = sum(rates.values())
    return {name: rate / total for name, rate in rates.items()}

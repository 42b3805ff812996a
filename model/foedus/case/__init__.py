"""Files -> Case: what an analyst wrote, read strictly, checked as a whole, and frozen."""

from foedus.case.expression import parse_when
from foedus.case.load import load
from foedus.case.types import Case, CaseFile, Codebook

__all__ = ["Case", "CaseFile", "Codebook", "load", "parse_when"]

"""judgments.csv against the case: each row for itself, the rows that one expert gave together, and each question's panel."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Sequence

from foedus.case.check.draft import Draft
from foedus.case.check.stated import Bin, parse_bin
from foedus.case.expression import Expression, dates_in, holds, questions_in
from foedus.case.types import Judgment, Nominal, Ordinal, Quantity, Question, Timing
from foedus.case.values import parse_day, parse_number
from foedus.errors import nearest

FILE = "judgments.csv"
FITS: dict[str, tuple[type, ...]] = {
    "quantile": (Timing, Quantity),
    "exactly": (Quantity,),
    "never": (Timing,),
    "probability": (Ordinal, Nominal),
    "chips": (Timing, Ordinal, Quantity, Nominal),
}
TOLERANCE = 0.005  # of a sum that should be 1

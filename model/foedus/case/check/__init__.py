"""What no single document can know: whether everything that is named exists, and what belongs together fits."""

from foedus.case.check import codebook, counts, judgments, questions, resolutions, signals
from foedus.case.check.draft import Draft


def check(draft: Draft) -> None:
    """Run every check over a draft; faults and warnings go to its findings."""
    for room in (questions, codebook, judgments, signals, counts, resolutions):
        room.check(draft)

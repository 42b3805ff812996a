"""Imported rows as judgments.csv and seeds.csv: foreign names become ids, and nothing gets lost on the way."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from foedus.case.foreign import harmless, identifier
from foedus.elicitation.importers.rows import Imported
from foedus.errors import CaseError, Fault

JUDGMENTS = ("expert", "as_of", "round", "question", "given", "element", "level", "value", "note")
SEEDS = ("question", "unit", "scale", "answer", "source")


@dataclass(frozen=True)
class Written:
    """What an import writes, as CSV: `judgments`, `seeds`, and `names`, which maps every new id to the old name."""

    judgments: str
    seeds: str
    names: str


def as_files(
    imported: Imported, as_of: dt.date | None = None, rename: Mapping[str, str] | None = None, note: str = ""
) -> Written:
    """Write imported rows in the forms of a case.

    Parameters
    ----------
    imported : Imported
    as_of : date, optional
        When the experts spoke, where the file doesn't say.
    rename : {name: id}, optional
        Ids for some foreign names of experts and questions; the others are made from the name.
    note : str
        For the column `note`: where the rows come from.

    Returns
    -------
    Written

    Raises
    ------
    CaseError
        The file doesn't say when the experts spoke, and neither does `as_of`.
    """
    if as_of is None and any(row.as_of is None for row in imported.rows):
        raise CaseError([Fault("--as-of", 0, "the file doesn't say when the experts spoke: give the day, 2025-06-04")])
    experts = _ids((row.expert for row in imported.rows), rename or {})
    names = [*(row.question for row in imported.rows), *(seed.question for seed in imported.seeds)]
    questions = _ids(names, rename or {})
    levels = _ids((row.level or "" for row in imported.rows if row.element == "probability"), rename or {})
    rows = [
        (
            experts[row.expert],
            (row.as_of or as_of),
            row.round,
            questions[row.question],
            "",
            row.element,
            levels[row.level or ""] if row.element == "probability" else row.level,
            row.value if isinstance(row.value, dt.date) else f"{row.value:.15g}",
            row.note or note,
        )
        for row in imported.rows
    ]
    seeds = [
        (questions[seed.question], seed.unit or "", seed.scale, f"{seed.answer:.15g}", seed.source or note)
        for seed in imported.seeds
        if seed.answer is not None
    ]
    table = [("expert", new, harmless(old), "") for old, new in experts.items()]
    table += [
        ("question", new, harmless(old), harmless(imported.titles.get(old, ""))) for old, new in questions.items()
    ]
    table += [("level", new, harmless(old), "") for old, new in levels.items()]
    return Written(_csv(JUDGMENTS, rows), _csv(SEEDS, seeds), _csv(("kind", "id", "name", "title"), table))


def _ids(names: Iterable[str], rename: Mapping[str, str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for name in names:
        if name in out:
            continue
        base = rename.get(name) or identifier(name)
        made, n = base, 1
        while made in out.values():
            n += 1
            made = f"{base}_{n}"
        out[name] = made
    return out


def _csv(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()

"""A folder -> a `Case`: every file read, every document validated, everything that refers to something else checked.

Nothing stops at the first fault. A part that can't be read is left out, the rest is checked without it,
and all faults come in one `CaseError`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from foedus.case import values
from foedus.case.check import check
from foedus.case.check.draft import Draft
from foedus.case.check.unread import alike, unread
from foedus.case.decode import MEGABYTE, decode, read_bytes
from foedus.case.digest import digest
from foedus.case.findings import Findings
from foedus.case.schema_faults import broken_parts, validate
from foedus.case.states import actors_of
from foedus.case.tables import Table, read_table
from foedus.case.types import (
    Case,
    CaseFile,
    Codebook,
    Count,
    Distinct,
    Judgment,
    Moment,
    ReferenceCase,
    Resolution,
    Seed,
    Signal,
)
from foedus.case.versions import brought_forward, unknown
from foedus.case.yaml_lines import Located, read_yaml
from foedus.errors import CaseError, Fault

CASE, CODEBOOK = "case.yaml", "codebook.yaml"
JUDGMENTS, SIGNALS, COUNTS = "judgments.csv", "signals.csv", "counts.csv"
RESOLUTIONS, SEEDS, REFERENCE = "resolutions.csv", "seeds.csv", "reference_class.csv"
DISTINCT = "distinct.csv"
REQUIRED = (CASE, CODEBOOK, JUDGMENTS)
FILES = (*REQUIRED, SIGNALS, COUNTS, RESOLUTIONS, SEEDS, REFERENCE, DISTINCT)
WITHOUT_NEWS = "a forecast without news is the panel's own"
LIMITS = {".yaml": 2 * MEGABYTE, ".csv": 50 * MEGABYTE}


def load(folder: str | Path, *, skip_unknown: bool = False, instead: Mapping[str, bytes] | None = None) -> Case:
    """Read a case from its folder.

    Parameters
    ----------
    folder : str or Path
        The folder with `case.yaml`, `codebook.yaml` and `judgments.csv`; `signals.csv`,
        `counts.csv`, `resolutions.csv`, `seeds.csv`, `reference_class.csv` and `distinct.csv` are optional.
    skip_unknown : bool
        Set rows of `signals.csv` aside, and count them, whose code the codebook doesn't define; else they are faults.
    instead : mapping, optional
        Content of files, by name, in the place of what the folder holds: the case as it would be.

    Returns
    -------
    Case
        Frozen and checked; `warnings` holds what is legal and yet worth a look.

    Raises
    ------
    CaseError
        With every fault found in any file, each with its file and line.
    """
    folder, findings = Path(folder), Findings()
    contents = _contents(folder, instead or {}, findings)
    texts = {file: text for file, content in contents.items() if (text := decode(file, content, findings)) is not None}
    case_file, case_lines, broken = _document(CaseFile, CASE, texts, findings)
    codebook, codebook_lines, broken_codes = _document(Codebook, CODEBOOK, texts, findings)
    zone = _zone(case_file, case_lines)
    tables = [_table(table, texts, findings) for table in _tables(zone)]
    judgments, signals, counts, resolutions, seeds, reference, distinct = tables
    if SIGNALS in texts and not signals and not findings.at(SIGNALS):
        findings.warn(SIGNALS, 0, f"has no rows: {WITHOUT_NEWS}")
    skipped: tuple[tuple[Signal, str], ...] = ()
    renamed: dict[str, str] = {}
    if codebook:
        signals, renamed = brought_forward(signals, codebook, SIGNALS, findings)
        counts, of_counts = brought_forward(counts, codebook, COUNTS, findings)
        renamed |= of_counts
        skipped = tuple(unknown(signals, codebook, broken_codes)) if skip_unknown else ()
        aside = {row.line for row, _ in skipped}
        signals = tuple(row for row in signals if row.line not in aside)
    whole = not (case_lines.twice or codebook_lines.twice)  # else what is missing may stand in the part left out
    if case_file and codebook and JUDGMENTS in texts and whole:
        faulty = frozenset(file for file in FILES if findings.at(file))
        lines = {CASE: case_lines, CODEBOOK: codebook_lines}
        draft = Draft(
            case_file,
            codebook,
            judgments,
            signals,
            counts,
            resolutions,
            seeds,
            lines,
            {*broken, *broken_codes},
            faulty,
            findings,
            reference,
        )
        check(draft)
    _distinct(distinct, {row.id for row in (*signals, *(row for row, _ in skipped))}, findings)
    findings.raise_faults()
    assert case_file is not None
    assert codebook is not None
    return Case(
        folder=str(folder),
        file=case_file,
        codebook=codebook,
        judgments=judgments,
        signals=signals,
        counts=counts,
        resolutions=resolutions,
        seeds=seeds,
        reference=reference,
        distinct=distinct,
        inputs={file: digest(content) for file, content in contents.items()},
        warnings=tuple(findings.warnings),
        skipped=tuple((row.id, why) for row, why in skipped),
        renamed=renamed,
    )


def _distinct(rows: tuple[Distinct, ...], known: set[str], findings: Findings) -> None:
    """Warn of what is called distinct and is no signal."""
    if not findings.at(SIGNALS):
        for row in rows:
            if row.id not in known:
                said = f"id: {row.id!r} is no signal of {SIGNALS}: this row says nothing"
                findings.warn(DISTINCT, row.line, said)


def _contents(folder: Path, instead: Mapping[str, bytes], findings: Findings) -> dict[str, bytes]:
    if not folder.is_dir():
        what = "is a file: name the folder it stands in" if folder.is_file() else "there is no such folder"
        raise CaseError([Fault(str(folder), 0, what)])
    contents: dict[str, bytes] = {}
    for file in FILES:
        path = folder / file
        if file in instead:
            contents[file] = instead[file]
        elif path.exists() or path.is_symlink():
            content = read_bytes(path, LIMITS[path.suffix], findings)
            if content is not None:
                contents[file] = content
        elif file in REQUIRED:
            advice = f"is {found} meant? Rename it" if (found := alike(folder, file, FILES)) else "try `foedus new`"
            findings.fault(file, 0, f"is missing in {folder}: a case needs {', '.join(REQUIRED)} ({advice})")
        elif file == SIGNALS:
            findings.warn(file, 0, f"there is none: {WITHOUT_NEWS}")
    for name, advice in unread(folder, FILES):
        findings.warn(name, 0, f"is not read; {advice}")
    return contents


def _document[M: BaseModel](
    model: type[M], file: str, texts: dict[str, str], findings: Findings
) -> tuple[M | None, Located, frozenset[str]]:
    """Validate a document; where parts of it are broken, return the rest of it, and the names of those parts."""
    located = read_yaml(file, texts[file], findings) if file in texts else None
    if located is None:
        return None, Located({}), frozenset()
    document = validate(model, file, located, findings)
    if document is not None:
        return document, located, frozenset()
    paths = broken_parts(model, located)
    rest = _without(located.data, paths)
    names = frozenset(str(path[1]) for path in paths if len(path) > 1)
    sound = not broken_parts(model, Located(rest, located.lines))
    return model.model_validate(rest, strict=True) if sound else None, located, names


def _without(data: dict[str, Any], paths: set[tuple[str | int, ...]]) -> dict[str, Any]:
    broken = {path[:2] for path in paths}
    rest = {name: part for name, part in data.items() if (name,) not in broken}
    for name, part in rest.items():
        if isinstance(part, dict):
            rest[name] = {key: value for key, value in part.items() if (name, key) not in broken}
        elif isinstance(part, tuple):
            rest[name] = tuple(item for index, item in enumerate(part) if (name, index) not in broken)
    return rest


def _zone(case_file: CaseFile | None, lines: Located) -> dt.tzinfo:
    """Return the time zone of the case, or UTC where it can't be told (which is a fault of its own)."""
    name = case_file.timezone if case_file else lines.data.get("timezone")
    try:
        return values.time_zone(str(name))
    except ValueError:
        return dt.UTC


def signal_table(zone: dt.tzinfo) -> Table[Signal]:
    """Return the columns of signals.csv, bare dates being days in `zone`."""
    table: Table[Signal] = next(table for table in _tables(zone) if table.file == SIGNALS)
    return table


def _tables(zone: dt.tzinfo) -> tuple[Table[Any], ...]:
    def moment(cell: str) -> Moment:
        at, precision = values.parse_moment(cell, zone)
        return Moment(at=at, precision=precision)

    names: dict[str, Callable[[str], Any]] = {}
    names |= dict.fromkeys(
        ("id", "supersedes", "statement", "event", "origin", "document", "question", "expert"), values.parse_name
    )
    names |= dict.fromkeys(("code", "source", "speaker", "coder"), values.parse_word)
    day, number = values.parse_day, values.parse_number
    return (
        Table(
            JUDGMENTS,
            Judgment,
            names | {"as_of": day, "round": values.parse_whole, "value": values.parse_number_or_day},
            needs_rows=True,
            reader_in=_reader_of_judgment,
        ),
        Table(
            SIGNALS,
            Signal,
            names
            | {"published": moment, "coded_at": moment, "target_from": day, "target_to": day}
            | {"independent": values.parse_yes_no, "actor": actors_of, "recipient": actors_of},
            may_be_empty=True,
            reader_in=_reader_of_signal(zone),
        ),
        Table(COUNTS, Count, names | {"published": moment, "from": day, "to": day, "count": values.parse_whole}),
        Table(RESOLUTIONS, Resolution, names | {"resolved_on": day, "known_from": moment}),
        Table(SEEDS, Seed, names | {"answer": number}),
        Table(
            REFERENCE,
            ReferenceCase,
            names | {"as_of": day, "count": values.parse_whole, "censored": values.parse_yes_no, "source": str},
        ),
        Table(DISTINCT, Distinct, names),
    )


def _reader_of_judgment(name: str, cells: Mapping[str, str]) -> Callable[[str], Any] | None:
    shares = {"probability", "never", "concordance"}
    return values.parse_probability if name == "value" and cells.get("element") in shares else None


def _reader_of_signal(zone: dt.tzinfo) -> Callable[[str, Mapping[str, str]], Callable[[str], Any] | None]:
    """Read times in the zones of the row; when it happened can be a week or month."""

    def reader_in(name: str, cells: Mapping[str, str]) -> Callable[[str], Any] | None:
        if name not in {"published", "happened"}:
            return values.zone_name if name in {"published_zone", "happened_zone"} else None
        own = cells.get(f"{name}_zone")

        def moment(cell: str) -> Moment:
            try:
                there = values.time_zone(own) if own else zone
            except ValueError:
                there = zone  # a fault of its own
            at, precision = values.parse_moment(cell, there, coarse=name == "happened")
            return Moment(at=at, precision=precision)

        return moment

    return reader_in


def _table(table: Table[Any], texts: dict[str, str], findings: Findings) -> tuple[Any, ...]:
    return read_table(table, texts[table.file], findings) if table.file in texts else ()

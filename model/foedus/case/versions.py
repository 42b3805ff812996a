"""Rows coded with another version of the codebook: deprecated codes are read as what replaced them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from foedus.case.findings import Findings
from foedus.case.types import Code, Codebook, Count, Signal


def replacement(codes: Mapping[str, Code], name: str) -> str:
    """Return the code that rows with `name` are read as: itself, unless it is deprecated and replaced.

    Parameters
    ----------
    codes : {name: Code}
    name : str

    Returns
    -------
    str
        The end of the chain; `name` itself where the chain leads nowhere or in a circle.
    """
    chain = [name]
    while (code := codes.get(chain[-1])) is not None and code.deprecated and code.replaced_by:
        if code.replaced_by in chain:
            return name
        chain.append(code.replaced_by)
    return chain[-1] if chain[-1] in codes else name


def brought_forward[Row: (Signal, Count)](
    rows: tuple[Row, ...], codebook: Codebook, file: str, findings: Findings
) -> tuple[tuple[Row, ...], dict[str, str]]:
    """Read rows with deprecated codes as rows with what replaced them, and warn of it once a code.

    Returns
    -------
    rows : tuple
    renamed : {old code: new code}
    """
    renamed = {row.code: replacement(codebook.codes, row.code) for row in rows}
    renamed = {old: new for old, new in renamed.items() if new != old}
    often = Counter(row.code for row in rows)
    for old, new in renamed.items():
        first = next(row.line for row in rows if row.code == old)
        said = f"code: {old} is deprecated since {codebook.codes[old].deprecated}: {often[old]} rows are read as {new}"
        findings.warn(file, first, said)
    return tuple(row.model_copy(update={"code": renamed.get(row.code, row.code)}) for row in rows), renamed


def unknown(rows: tuple[Signal, ...], codebook: Codebook, broken: frozenset[str]) -> Iterator[tuple[Signal, str]]:
    """Yield rows whose code the codebook doesn't define, each with the reason."""
    for row in rows:
        if row.code not in codebook.codes and row.code not in broken:
            yield row, f"code {row.code} is not in the codebook"


def other_major(rows: tuple[Signal, ...], codebook: Codebook) -> tuple[Signal, ...]:
    """Rows coded with another major version, in which a code may have meant something else."""
    major = codebook.version.partition(".")[0]
    return tuple(row for row in rows if row.codebook_version and row.codebook_version.partition(".")[0] != major)

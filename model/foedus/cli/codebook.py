"""`foedus codebook`: the codebook as pages to code from, and what changed since another version of it."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foedus.cli.common import console, faults_in, languages_of, working

if TYPE_CHECKING:
    from foedus.case.types import Case
    from foedus.news.versions import Comparison

EXAMPLE = "Example: foedus codebook scenarios/rok-us-2025 --lang en,ko --as pdf,html --out codebook"
_FORMS = ("pdf", "html", "md")


def codebook(
    case: Annotated[
        Path | None,
        typer.Argument(
            metavar="CASE", help="Folder of the case; without it, the package's own codebook.", show_default=False
        ),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="LANG", help="en, ko, or en,ko for both.")] = "en",
    forms: Annotated[str, typer.Option("--as", metavar="FORM,FORM", help="pdf, html, md, or several.")] = "pdf,html,md",
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Where to write.")] = Path(
        "codebook"
    ),
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="OLD.yaml",
            help="Write nothing: print what changed since this codebook (a file, or the folder of a case), and whether "
            "the version number moved as far as it should.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write the codebook as pages to code from: codes, near misses, numbers as pictures, sources, how to code.

    With --against, exit status 1: the version number did not move far enough.
    """
    languages, wanted = languages_of(lang), _forms(forms)
    with faults_in(case) if case is not None else nullcontext():
        loaded = _case(case)
    if against is not None:
        raise typer.Exit(_compare(loaded, against))
    from foedus.report.codebook import FORMS, write_codebook

    with working("Writing the codebook") as say:
        chosen = [form for form in FORMS if form in wanted]
        written = write_codebook(loaded, out, languages, chosen, progress=say)
    for path in written:
        typer.echo(path)


def _case(folder: Path | None) -> Case:
    if folder is not None:
        import foedus

        return foedus.load(folder)
    from foedus.case.shipped import shipped_case

    return shipped_case()


def _forms(text: str) -> tuple[str, ...]:
    wanted = tuple(part.strip().lower() for part in text.split(","))
    if unknown := [form for form in wanted if form not in _FORMS]:
        msg = f"{unknown[0]!r} is none of {', '.join(_FORMS)}"
        raise typer.BadParameter(msg, param_hint="--as")
    return wanted


def _compare(case: Case, against: str) -> int:
    from foedus.case.shipped import read_codebook
    from foedus.news.versions import compare

    found = compare(read_codebook(against), case.codebook)
    _show(found)
    return 0 if found.ok else 1


def _show(found: Comparison) -> None:
    from foedus.cli.show import table

    shown = console()
    if found.changes:
        rows = table("Asks for", "Change", "Where", "What")
        for change in found.changes:
            size = f"{change.size}?" if change.judge else change.size
            rows.add_row(size, change.kind, change.place, change.what)
        shown.print(rows)
        shown.print()
    shown.print(_verdict(found))
    for change in found.to_judge:
        shown.print(
            f"Judge: {change.place} is worded anew; if rows would be coded otherwise now, that is a major step."
        )


def _verdict(found: Comparison) -> str:
    step = f"{found.old} -> {found.new}"
    if found.backwards:
        return f"Version {step} goes backwards: write {found.least} or above."
    if found.needed is None:
        same = "nothing changed" if found.taken is None else "nothing changed but the number"
        return f"Version {step}: {same}."
    taken = f"a {found.taken} step" if found.taken else "no step"
    if found.ok:
        return f"Version {step}: {taken}, and the changes ask for {found.needed} at least. As it should be."
    return f"Version {step}: {taken}, and the changes ask for {found.needed}: write {found.least} or above."

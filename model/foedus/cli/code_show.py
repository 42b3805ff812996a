"""What the guided prompt shows: a code with its rules, a source, rows alike, what a row says, what it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text as Shown

from foedus.case.types import Case, Codebook, Lang, Text
from foedus.case.vocabulary import label
from foedus.cli.code_words import phrase
from foedus.cli.evidence import WIDE, heading, pieces
from foedus.cli.show import table
from foedus.errors import DegenerateDraws
from foedus.explain.checked import checked

if TYPE_CHECKING:
    from rich.console import Console

    from foedus.case.append import Addition
    from foedus.news.alike import Alike

ORDER = ("definition", "include", "exclude", "near_misses", "examples")


def code_line(book: Codebook, name: str, lang: Lang) -> str:
    """Return a code on one line."""
    title = book.codes[name].title
    return f"{name}  {title(lang)}" if title else name


def source_line(book: Codebook, name: str, lang: Lang) -> str:
    """Return a source on one line, with its letter."""
    source = book.sources[name]
    reliability = f"{source.reliability} {label('reliability', source.reliability, lang)}"
    return f"{name}  {source.title(lang) if source.title else ''} ({reliability})".replace("   ", "  ")


def code_card(console: Console, case: Case, name: str, lang: Lang) -> None:
    """Print a code: definition, what to include and exclude, near misses, what it bears on."""
    code = case.codebook.codes[name]
    console.print(Shown(code_line(case.codebook, name, lang), style="bold"))
    for part in ORDER:
        value = getattr(code, part)
        for text in (value,) if isinstance(value, Text) else value or ():
            _entry(console, phrase(part, lang), text(lang))
    for column, words in code.requires.items():
        meant = ", ".join(f"{word} ({label(column, word, lang)})" for word in words)
        _entry(console, phrase("requires", lang), f"{column}: {meant}")
    on = [q for q in code.bears_on if q in case.file.questions]
    titles = [title(lang) if (title := case.file.questions[q].title) else q for q in on]
    _entry(console, phrase("bears_on", lang), ", ".join(titles) or phrase("nothing", lang))


def _entry(console: Console, what: str, text: str) -> None:
    console.print(Padding(Shown.assemble((f"{what}: ", "bold"), text), (0, 0, 0, 2), expand=False))


def alike_rows(console: Console, found: Sequence[Alike]) -> None:
    """Print rows that may be the same event."""
    for i, one in enumerate(found, start=1):
        row = one.signal
        seen = (row.happened or row.published).at - dt.timedelta(microseconds=1)
        event = f", event {row.event}" if row.event else ""
        console.print(
            Shown(f"{i:>3}  {seen.date()} {row.source}: {row.id}{event}  {(row.quote or row.note or '')[:70]}")
        )


def review(console: Console, addition: Addition, cells: Mapping[str, str], lang: Lang) -> None:
    """Print a row, what it says, and what becomes of it."""
    (signal,) = addition.signals
    console.print("", Shown(phrase("row", lang), style="bold"), sep="\n")
    for column, cell in {"id": signal.id, **cells}.items():
        console.print(Padding(Shown.assemble((f"{column}: ", "dim"), cell), (0, 0, 0, 2), expand=False))
    for warning in addition.case.warnings:
        place, _, text = warning.partition(": ")
        if place == f"{addition.path.name}:{signal.line}":
            console.print(Shown(phrase("warning", lang, text=text), style="yellow"))
    what = checked(addition.case)
    console.print("", Shown(phrase("says", lang, day=what.as_of.isoformat(timespec="minutes")), style="bold"), sep="\n")
    own = [piece for piece in what.evidence if signal.id in piece.ids]
    for question in dict.fromkeys(piece.question for piece in own):
        console.print(heading(addition.case, question, lang))
        rows = [piece for piece in own if piece.question == question]
        console.print(pieces(rows, full=True, wide=console.width >= WIDE))
    if not own:
        console.print(Shown(phrase("says_nothing", lang)))
    fate = next(row for row in what.rows if row.line == signal.line and row.file == addition.path.name)
    why = fate.reason or (phrase(fate.fate, lang) if fate.fate in {"in_prior", "no_bearing"} else fate.fate)
    console.print(Shown(phrase("used", lang) if fate.fate == "used" else phrase("not_used", lang, why=why)))


def effect(console: Console, case: Case, cells: Mapping[str, str], lang: Lang) -> None:
    """Print what a signal would do to the forecast."""
    import foedus

    try:
        before = foedus.forecast(case)
        after = before.revised([{name: cell for name, cell in cells.items() if name != "id"}])
        if after.as_of > before.as_of:  # what else the time does is not the signal's doing
            before = before.revised(as_of=after.as_of)
    except DegenerateDraws as error:
        console.print(Shown(phrase("no_forecast", lang, error=error)))
        return
    rows = table(
        *(phrase(key, lang) for key in ("scenario",)), *(f">{phrase(k, lang)}" for k in ("before", "after", "change"))
    )
    named = {**case.file.headlines, **case.file.scenarios}
    worst = 0.0
    for name, then in before.estimates.items():
        now = after.estimates[name]
        title = named[name].title if name in named else None
        shown = title(lang) if title else phrase(name, lang) if name == "none_of_these" else name.replace("_", " ")
        change, noise = now.probability - then.probability, (now.mcse**2 + then.mcse**2) ** 0.5
        worst = max(worst, noise)
        points = f"{100 * change:+.1f}" if abs(change) > 2 * noise else ""
        rows.add_row(shown, f"{100 * then.probability:.1f}%", f"{100 * now.probability:.1f}%", points)
    console.print(rows)
    day = after.as_of.isoformat(timespec="minutes")
    console.print(Shown(phrase("effect_note", lang, day=day, mcse=100 * worst), style="dim"))
    for message in after.diagnostics.messages:
        console.print(Shown(message, style="yellow"))

"""The codebook as Markdown (GitHub's): tables with bars of characters; every text from the files escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from foedus.report.codebook.material import Entry, Pages, Row, Runs, Section, Speaks, Table
from foedus.report.codebook.picture import strip

# What Markdown could read as markup inside a line; what it could at the start of one is in `escaped`.
_INSIDE = re.compile(r"([\\`*\[\]{}|~$@^]|(?<![^\W_])_|_(?![^\W_])|(?<=www)\.|:(?=//)|:(?=\w+:))", re.IGNORECASE)


def escaped(text: str) -> str:
    """Return `text` as Markdown that shows just it: no markup, no HTML, no link, on one line."""
    safe = _INSIDE.sub(r"\\\1", " ".join(text.split()))
    safe = safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", safe) if safe[:1].isdigit() else re.sub(r"^([#+=-])", r"\\\1", safe)


def markdown(book: Pages) -> str:
    """Return the whole document."""
    lines = [
        f"# {escaped(book.title)}",
        "",
        f"**{escaped(book.words['version_label'])} {escaped(book.version)}** · {escaped(book.counts)}",
    ]
    if book.based_on:
        lines += ["", escaped(book.based_on)]
    lines += ["", f"> {_runs(book.lead)}", "", f"## {escaped(book.words['basis'])}", ""]
    lines += [f"- **{escaped(word)}**: {escaped(meaning)}" for _, word, meaning in book.basis]
    lines += ["", escaped(book.words["read_note"]), ""]
    lines += [f"- `{strip(row, book.key.neutral)}` {escaped(row.number)}" for row in book.key.rows]
    for part in (
        _contents(book),
        _howto(book),
        *map(_section, book.sections),
        _combine(book),
        _sources(book),
        _index(book),
    ):
        lines += ["", *part]
    return "\n".join([*lines, "", "---", f"foedus · codebook.yaml {escaped(book.digest)}", ""])


def _runs(runs: Runs) -> str:
    def one(text: str, bold: bool, to: int | None) -> str:
        shown = escaped(text)
        if not shown:
            return " "
        marked = f"**{shown}**" if bold else shown
        linked = marked if to is None else f"[{marked}](#code-{to})"
        return " " * text[0].isspace() + linked + " " * text[-1].isspace()  # spaces stay outside of the marks

    return "".join(one(run.t, run.b, run.to) for run in runs).strip()


def _contents(book: Pages) -> Iterator[str]:
    yield from (f"## {escaped(book.words['contents'])}", "")
    for group in book.contents:
        yield from (f"**{escaped(group.title)}**", "")
        yield from (f"- [{escaped(title)}](#code-{n})" for n, title, _ in group.items)
        yield ""


def _howto(book: Pages) -> Iterator[str]:
    yield from (f"## {escaped(book.words['howto'])}", "")
    for title, sentences in book.howto.rules:
        yield from (f"### {escaped(title)}", "")
        yield from (f"- {escaped(sentence)}" for sentence in sentences)
        yield ""
    yield from (f"### {escaped(book.howto.columns.title)}", "", *_table(book.howto.columns), "")
    yield from (f"### {escaped(book.words['controlled'])}", "", escaped(book.words["controlled_note"]))
    for table in (*book.howto.words, *([book.howto.topics] if book.howto.topics else [])):
        yield from ("", f"**{escaped(table.title)}**", "", *_table(table))


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(escaped, table.head))} |"
    yield "|" + " --- |" * len(table.head)
    yield from (f"| {' | '.join(map(escaped, row))} |" for row in table.rows)


def _section(section: Section) -> Iterator[str]:
    yield f"## {escaped(section.title)}"
    if section.resolves:
        yield from ("", escaped(section.resolves))
    if section.levels:
        yield ""
        for name, title, means in section.levels:
            yield f"- **{escaped(title)}** ({escaped(name)})" + (f": {escaped(means)}" if means else "")
    for entry in section.entries:
        yield from ("", *_entry(entry))


def _entry(entry: Entry) -> Iterator[str]:
    yield from (f'<a id="code-{entry.n}"></a>', "", f"### {escaped(entry.title)}", "", f"`{_plain(entry.id)}`", "")
    if entry.warning:
        yield from (f"> **!** {_runs(entry.warning)}", "")
    yield from (_runs(entry.definition), "")
    for _, title, items in entry.lists:
        yield f"- **{escaped(title)}**"
        yield from (f"  - {_runs(item)}" for item in items)
    for name, values in entry.facts:
        yield f"- {escaped(name)}: {', '.join(_runs(value) for value in values)}"
    for one in entry.speaks:
        yield from ("", *_speaks(one))


def _plain(name: str) -> str:
    return name.replace("`", "")


def _speaks(one: Speaks) -> Iterator[str]:
    yield from (f"**{escaped(one.question)}** ({escaped(one.by)}; {escaped(one.basis_word)})", "")
    ends = (one.picture.ticks[0][1], one.picture.ticks[-1][1])
    yield f"| | {escaped(ends[0])} … {escaped(ends[1])} | |"
    yield "| --- | --- | --- |"
    for row in one.picture.rows:
        yield f"| {escaped(_label(row))} | `{strip(row, one.picture.neutral)}` | {escaped(row.number)} |"
    if one.source:
        yield from ("", escaped(one.source))


def _label(row: Row) -> str:
    return f"{row.head}: {row.label}" if row.head else row.label


def _combine(book: Pages) -> Iterator[str]:
    if not book.combine:
        return
    yield from (f"## {escaped(book.words['combine'])}", "", escaped(book.words["combine_note"]))
    for joint in book.combine:
        yield from ("", f"### {' + '.join(_runs((run,)) for run in joint.codes)}")
        for one in joint.speaks:
            yield from ("", *_speaks(one))


def _sources(book: Pages) -> Iterator[str]:
    yield from (f"## {escaped(book.words['sources'])}", "", escaped(book.words["sources_note"]), "")
    yield f"| {' | '.join(map(escaped, book.sources.head))} | |"
    yield "| --- | --- | --- | --- |"
    for title, name, letter, word, row, note in book.sources.rows:
        said = f"**{escaped(title)}** ({escaped(name)})" + (f" {escaped(note)}" if note else "")
        yield f"| {said} | {escaped(letter)} {escaped(word)} | `{strip(row, None)}` | {escaped(row.number)} |"


def _index(book: Pages) -> Iterator[str]:
    yield from (f"## {escaped(book.words['index'])}", "")
    for word, codes in book.index:
        yield f"- **{escaped(word)}**: " + "; ".join(f"[{escaped(title)}](#code-{n})" for n, title in codes)

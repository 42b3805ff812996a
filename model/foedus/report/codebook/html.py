"""The codebook as one HTML file: no script, nothing fetched, pictures inline; every text from the files escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from foedus.report import palette
from foedus.report.codebook.material import Entry, Pages, Picture, Row, Runs, Section, Speaks, Table
from foedus.report.codebook.style import TONES, style

_WIDTH, _PAD, _STEP = 260.0, 14.0, 20.0  # px


def html(book: Pages) -> str:
    """Return the whole page."""
    label = book.words["version_label"]
    parts = [
        f"<h1>{escape(book.title)}</h1>",
        f"<p class='version'>{escape(f'{label} {book.version} · {book.counts} {book.based_on}'.strip())}</p>",
        f"<p class='lead'>{_runs(book.lead)}</p>",
        _front(book),
        _howto(book),
        *(_section(section, i) for i, section in enumerate(book.sections)),
        _combine(book),
        _sources(book),
        _index(book),
    ]
    head = (
        f"<!doctype html>\n<html lang='{book.lang}'>\n<head>\n<meta charset='utf-8'>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(book.words['document'])}</title>\n<style>{style()}</style>\n</head>\n<body>\n"
    )
    foot = f"<footer>foedus · codebook.yaml {escape(book.digest)}</footer>\n"
    return head + _contents(book) + "<main>\n" + "\n".join(parts) + "\n" + foot + "</main>\n</body>\n</html>\n"


def _runs(runs: Runs) -> str:
    out = []
    for run in runs:
        text = f"<b>{escape(run.t)}</b>" if run.b else escape(run.t)
        out.append(text if run.to is None else f"<a href='#code-{run.to}'>{text}</a>")
    return "".join(out)


def _contents(book: Pages) -> str:
    groups = []
    for group in book.contents:
        items = "".join(
            f"<li><a href='#code-{n}'>{''.join(_mark(basis) for basis in bases)}{escape(title)}</a></li>"
            for n, title, bases in group.items
        )
        groups.append(f"<h2>{escape(group.title)}</h2><ul>{items}</ul>")
    further = [("howto", book.words["howto"]), ("sources", book.words["sources"]), ("index", book.words["index"])]
    links = "".join(f"<li><a href='#{name}'>{escape(title)}</a></li>" for name, title in further)
    return f"<nav aria-label='{escape(book.words['contents'])}'><ul>{links}</ul>{''.join(groups)}</nav>\n"


def _mark(basis: str) -> str:
    return f"<span class='mark {escape(basis)}' title='{escape(basis)}'></span>"


def _front(book: Pages) -> str:
    bases = "".join(
        f"<dt class='{escape(basis)}'>{_mark(basis)}{escape(word)}</dt><dd>{escape(meaning)}</dd>"
        for basis, word, meaning in book.basis
    )
    key = "".join(
        f"<tr><td>{_svg(row, book.key, 'accent')}</td><td class='n'>{escape(row.number)}</td></tr>"
        for row in book.key.rows
    )
    words = {name: escape(text) for name, text in book.words.items()}
    return (
        f"<div class='two'><section><h2>{words['read']}</h2><p class='note'>{words['read_note']}</p>"
        f"<table class='rows key'>{key}<tr><td>{_scale(book.key)}</td><td></td></tr></table></section>"
        f"<section><h2>{words['basis']}</h2><dl class='bases'>{bases}</dl></section></div>"
    )


def _howto(book: Pages) -> str:
    rules = "".join(
        f"<section><h3>{escape(title)}</h3>{''.join(f'<p>{escape(one)}</p>' for one in sentences)}</section>"
        for title, sentences in book.howto.rules
    )
    tables = [*book.howto.words, *([book.howto.topics] if book.howto.topics else [])]
    words = "".join(f"<section><h3>{escape(table.title)}</h3>{_table(table)}</section>" for table in tables)
    return (
        f"<h2 id='howto'>{escape(book.words['howto'])}</h2><div class='flow'>{rules}</div>"
        f"<h3>{escape(book.howto.columns.title)}</h3>{_table(book.howto.columns)}"
        f"<h2>{escape(book.words['controlled'])}</h2><p class='note'>{escape(book.words['controlled_note'])} "
        f"{escape(book.words['topics_note'])}</p><div class='flow'>{words}</div>"
    )


def _table(table: Table) -> str:
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in table.head)
    rows = "".join(
        f"<tr><th scope='row'>{escape(row[0])}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>"
        for row in table.rows
    )
    return f"<table class='plain'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _section(section: Section, i: int) -> str:
    levels = "".join(
        f"<div><b>{escape(title)}</b> <code>{escape(name)}</code><br>{escape(means)}</div>"
        for name, title, means in section.levels
    )
    return (
        f"<h2 id='question-{i}'>{escape(section.title)}</h2>"
        + (f"<p class='note'>{escape(section.resolves)}</p>" if section.resolves else "")
        + (f"<div class='levels'>{levels}</div>" if levels else "")
        + "\n".join(map(_entry, section.entries))
    )


def _entry(entry: Entry) -> str:
    warning = f"<p class='warning'>{_runs(entry.warning)}</p>" if entry.warning else ""
    lists = "".join(
        f"<dt class='{kind}'>{escape(title)}</dt><dd>{'<br>'.join(map(_runs, items))}</dd>"
        for kind, title, items in entry.lists
    )
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{'<br>'.join(map(_runs, values))}</dd>" for name, values in entry.facts
    )
    said = "".join(map(_speaks, entry.speaks))
    return (
        f"<article id='code-{entry.n}'><header><h3>{escape(entry.title)}</h3><code>{escape(entry.id)}</code></header>"
        f"{warning}<div class='body'><div><p class='definition'>{_runs(entry.definition)}</p>"
        f"<dl class='lists'>{lists}</dl>{said}</div><aside><dl>{facts}</dl></aside></div></article>"
    )


def _speaks(one: Speaks) -> str:
    tone = escape(one.basis)
    rows = []
    for row in one.picture.rows:
        if row.head:
            rows.append(f"<tr><th colspan='3' scope='rowgroup'>{escape(row.head)}</th></tr>")
        rows.append(
            f"<tr><td>{escape(row.label)}</td><td>{_svg(row, one.picture, tone)}</td>"
            f"<td class='n'>{escape(row.number)}</td></tr>"
        )
    source = f"<p class='note'>{escape(one.source)}</p>" if one.source else ""
    return (
        f"<figure role='group' aria-label='{escape(one.picture.alt)}'><figcaption><b>{escape(one.question)}</b> "
        f"<span class='chip {tone}'>{_mark(one.basis)}{escape(one.basis_word)}</span><br>"
        f"<small>{escape(one.by)}</small></figcaption><table class='rows'>{''.join(rows)}"
        f"<tr><td></td><td>{_scale(one.picture)}</td><td></td></tr></table>{source}</figure>"
    )


def _svg(row: Row, picture: Picture, tone: str) -> str:
    """Return a dot and its band on the axis, as inline SVG; the number beside it says the same in words."""
    middle = _STEP / 2

    def x(share: float) -> str:
        return f"{_PAD + share * _WIDTH:.1f}"

    def upright(share: float, stroke: str, width: float) -> str:
        return f"<path d='M{x(share)},0 V{_STEP:g}' stroke='{stroke}' stroke-width='{width:g}'/>"

    color = TONES.get(tone, palette.ACCENT)  # in the drawing itself: it must hold where a style sheet is dropped
    ticks = "".join(upright(at, palette.RULE, 1) for at, _ in picture.ticks)
    neutral = "" if picture.neutral is None else upright(picture.neutral, palette.GREY, 1.5)
    band = f"<path d='M{x(row.low)},{middle:g} H{x(row.high)}' stroke='{color}' stroke-width='2.5'/>"
    left = f"<path d='M1,{middle:g} l7,-4 v8 z' fill='{color}'/>" if row.goes_on[0] else ""
    right = f"<path d='M{_WIDTH + 2 * _PAD - 1:g},{middle:g} l-7,-4 v8 z' fill='{color}'/>" if row.goes_on[1] else ""
    dot = f"<circle cx='{x(row.at)}' cy='{middle:g}' r='4.5' fill='{color}' stroke='#fff' stroke-width='1.5'/>"
    size = f"width='{_WIDTH + 2 * _PAD:g}' height='{_STEP:g}'"
    return f"<svg {size} aria-hidden='true'>{ticks}{neutral}{band}{left}{right}{dot}</svg>"


def _scale(picture: Picture) -> str:
    look = f"y='10' text-anchor='middle' font-size='10.5' fill='{palette.GREY}'"
    labels = "".join(f"<text x='{_PAD + at * _WIDTH:.1f}' {look}>{escape(text)}</text>" for at, text in picture.ticks)
    return f"<svg width='{_WIDTH + 2 * _PAD:g}' height='14' aria-hidden='true'>{labels}</svg>"


def _combine(book: Pages) -> str:
    if not book.combine:
        return ""
    joints = "".join(
        f"<article><header><h3>{' + '.join(_runs((run,)) for run in joint.codes)}</h3></header>"
        f"{''.join(map(_speaks, joint.speaks))}</article>"
        for joint in book.combine
    )
    note = escape(book.words["combine_note"])
    return f"<h2 id='combine'>{escape(book.words['combine'])}</h2><p class='note'>{note}</p>{joints}"


def _sources(book: Pages) -> str:
    scale = Picture((), book.sources.ticks, None, "")
    rows = "".join(
        f"<tr><th scope='row'>{escape(title)} <code>{escape(name)}</code>{_small(note)}</th>"
        f"<td><b>{escape(letter)}</b> {escape(word)}</td><td>{_svg(row, scale, 'accent')}</td>"
        f"<td class='n'>{escape(row.number)}</td></tr>"
        for title, name, letter, word, row, note in book.sources.rows
    )
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in book.sources.head)
    return (
        f"<h2 id='sources'>{escape(book.words['sources'])}</h2><p class='note'>{escape(book.words['sources_note'])}</p>"
        f"<table class='plain'><thead><tr>{head}<th></th></tr></thead><tbody>{rows}"
        f"<tr><td></td><td></td><td>{_scale(scale)}</td><td></td></tr></tbody></table>"
    )


def _small(text: str) -> str:
    return f"<br><small>{escape(text)}</small>" if text else ""


def _index(book: Pages) -> str:
    def entries(codes: Sequence[tuple[int, str]]) -> Iterable[str]:
        return (f"<a href='#code-{n}'>{escape(title)}</a>" for n, title in codes)

    words = "".join(f"<div><b>{escape(word)}</b><br>{'<br>'.join(entries(codes))}</div>" for word, codes in book.index)
    note = escape(book.words["index_note"])
    return (
        f"<h2 id='index'>{escape(book.words['index'])}</h2><p class='note'>{note}</p><div class='index'>{words}</div>"
    )

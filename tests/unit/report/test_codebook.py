"""The codebook's pages: all that stands in a code, linked, in both languages; and user texts are never markup."""

from __future__ import annotations

import dataclasses
import html.parser
import io
import re
import string
from collections import Counter
from math import nan
from pathlib import Path
from typing import Any

import pypdf
import pytest
from markdown_it import MarkdownIt

from foedus.case import Case, load
from foedus.case.rows import Signal
from foedus.case.shipped import shipped_case
from foedus.case.types import Band, Codebook, Lang, Text
from foedus.case.vocabulary import WORDS
from foedus.report import words
from foedus.report.codebook import FORMS, write_codebook
from foedus.report.codebook.build import build
from foedus.report.codebook.crosswalk import cameo_name, cameo_names
from foedus.report.codebook.html import html as to_html
from foedus.report.codebook.markdown import escaped, markdown
from foedus.report.codebook.material import Entry, Pages, Runs
from foedus.report.codebook.picture import PROBABILITY, axis_of, row, strip
from foedus.report.phrases import codebook_en, codebook_ko
from foedus.report.voice import User

SAMPLE = Path(__file__).parents[1] / "case" / "sample"
HOSTILE = '<script>alert(1)</script> #read("/etc/passwd") $x$ [a](javascript:alert(2)) ![b](x) **c** `d` | e_f_ & <b>'


@dataclasses.dataclass(frozen=True)
class Measured:
    """What a measure of agreement has to have."""

    alpha: float
    low: float
    high: float
    units: int
    coders: int


@pytest.fixture(scope="module")
def case() -> Case:
    return shipped_case()


@pytest.fixture(scope="module")
def pages(case: Case) -> dict[Lang, Pages]:
    return {lang: build(case, lang) for lang in ("en", "ko")}


def entry(book: Pages, name: str) -> Entry:
    return next(one for section in book.sections for one in section.entries if one.id == name)


def said(runs: Runs) -> str:
    return "".join(run.t for run in runs)


def with_code(case: Case, name: str, **changes: Any) -> Case:
    """The case with one code changed or added."""
    given = case.codebook.model_dump(exclude_defaults=True)
    given["codes"][name] = given["codes"].get(name, {}) | changes
    return case.model_copy(update={"codebook": Codebook.model_validate(given)})


# -- content -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_code_stands_once_and_in_the_contents_of_each_question(
    case: Case, pages: dict[Lang, Pages], lang: Lang
) -> None:
    book = pages[lang]
    assert Counter(one.id for section in book.sections for one in section.entries) == Counter([*case.codebook.codes])
    asked = Counter(n for group in book.contents for n, _, _ in group.items)
    for n, code in enumerate(case.codebook.codes.values(), start=1):
        assert asked[n] == max(len(code.bears_on), 1)
    assert len(book.sources.rows) == len(case.codebook.sources)
    assert len(book.combine) == len(case.codebook.combine)


def test_an_entry_says_all_that_its_code_says(pages: dict[Lang, Pages]) -> None:
    one = entry(pages["en"], "summit_intended_leader")
    assert said(one.definition).startswith("A leader, or a leader's office")
    assert [kind for kind, _, _ in one.lists] == ["include", "exclude", "near", "examples"]
    facts = {name: " / ".join(map(said, values)) for name, values in one.facts}
    assert facts == {
        "PLOVER": "AGREE  agrees to act or meet",
        "CAMEO": "036  Intends to meet or negotiate",
        "Kind": "One row for each report of it.",
        "Speaks of": "The course that events are on; it fades as plans are made anew.",
        "The row must say": "actor_level: leader",
        "Shares an intent with": "summit_intended_below / summit_window_stated / the strongest counts, within 14 days",
        "Cap": "No more than 1 in a week.",
        "Base rate": "0.42 a month (0.18 to 0.98)",
    }
    [speaks] = one.speaks
    assert (speaks.question, speaks.basis, speaks.basis_word) == (
        "Next meeting of the leaders",
        "empirical",
        "empirical",
    )
    assert "6 summits" in speaks.source
    assert [(row.label, row.number) for row in speaks.picture.rows] == [
        ("up to 14 days ahead", "5.1 [1.9, 26]"),
        ("up to 30 days ahead", "3.4 [1.2, 17]"),
        ("later", "1"),
        ("never", "1"),
    ]
    assert "up to 14 days ahead 5.1 [1.9, 26]; up to 30" in speaks.picture.alt


def test_codes_that_require_a_topic_stand_under_it(case: Case, pages: dict[Lang, Pages]) -> None:
    group = next(
        group for group in pages["en"].contents if group.title.startswith("On the topics: Command and control")
    )
    assert [title for _, title, _ in group.items] == ["Another issue is off the table"]
    assert [title for _, title, _ in pages["en"].contents[-1].items] == ["Background"]
    one = with_code(case, "background", requires={"issue": ("trade",)})
    assert build(one, "ko").contents[-1].title == "주제: 통상·관세"


def test_bands_are_called_by_what_they_are() -> None:
    book = build(load(SAMPLE), "en")
    [cost] = entry(book, "raised").speaks
    assert cost.by == "by value: %"
    assert [(row.label, row.number) for row in cost.picture.rows] == [
        ("up to 0", "0.5"),
        ("up to 20", "1"),
        ("above", "2"),
    ]
    [dated] = entry(book, "dated").speaks
    assert [row.label for row in dated.picture.rows] == ["by 31 May 2030", "by 30 September 2030", "later"]
    [line] = entry(book, "line_present").speaks
    assert line.by == "chance that the line is present, by level"
    assert [row.number for row in line.picture.rows] == ["20%", "50%", "80%"]
    assert line.picture.neutral is None
    facts = {name: said(values[0]) for name, values in entry(book, "rallied").facts}
    assert facts["Kind"] == "Comes as counts over periods, in counts.csv."
    assert (facts["Base rate"], facts["Scatter of counts"]) == ("6 a month (4 to 9)", "0.4")


def test_numbers_without_a_band_are_said_to_be_uncertain(case: Case) -> None:
    assert "up to a factor of 1.5 at the furthest" in build(case, "en").words["read_note"]
    certain = with_code(case, "praise_voiced", spread=1)
    facts = {name: said(values[0]) for name, values in entry(build(certain, "en"), "praise_voiced").facts}
    assert facts["Spread"] == "Numbers without a band are taken as certain."


def test_speakers_have_rows_of_their_own(pages: dict[Lang, Pages]) -> None:
    [speaks] = entry(pages["ko"], "summit_window_stated").speaks
    heads = [row.head for row in speaks.picture.rows if row.head]
    assert heads == ["발언자 접수국 익명 당국자", "발언자 동맹국 익명 당국자"]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_near_miss_links_to_the_code_it_names(case: Case, pages: dict[Lang, Pages], lang: Lang) -> None:
    numbers = {name: n for n, name in enumerate(case.codebook.codes, start=1)}
    named = linked = 0
    for section in pages[lang].sections:
        for one in section.entries:
            for _, _, items in one.lists:
                for runs in items:
                    for run in runs:
                        if run.to is not None:
                            assert numbers[run.t] == run.to
                            linked += 1
                        named += run.to is None and any(f" {name}" in run.t for name in numbers if "_" in name)
    assert linked > 50
    assert named == 0  # none is left as plain text


def test_an_ordinary_word_is_no_link(case: Case) -> None:
    changed = with_code(case, "praise_voiced", definition="Talk on background: background.")
    runs = entry(build(changed, "en"), "praise_voiced").definition
    assert [(run.t, run.to is not None) for run in runs] == [
        ("Talk on background: ", False),
        ("background", True),
        (".", False),
    ]


def test_what_is_deprecated_says_what_to_use(case: Case) -> None:
    changed = with_code(case, "praise_voiced", deprecated="1.1.0", replaced_by="background", since="0.9.0")
    one = entry(build(changed, "ko"), "praise_voiced")
    assert said(one.warning) == "1.1.0판부터 쓰지 않음: 대신 background를 쓴다."
    english = entry(build(changed, "en"), "praise_voiced").warning
    assert [run.t for run in english if run.to] == ["background"]
    assert [run.t for run in one.warning if run.to] == ["background"]
    assert ("도입", "0.9.0") in [(name, said(values[0])) for name, values in one.facts]
    assert entry(build(case, "ko"), "praise_voiced").warning == ()


def test_measured_agreement_stands_with_its_code(case: Case) -> None:
    measured = {"praise_voiced": Measured(0.812, 0.7, 0.9, 40, 3), "background": Measured(0.5, nan, nan, 9, 2)}
    book = build(case, "en", measured)
    facts = {name: said(values[0]) for name, values in entry(book, "praise_voiced").facts}
    assert facts["Measured agreement"] == "alpha 0.81 (0.70 to 0.90); 40 units, 3 coders"
    assert "alpha 0.50; 9 units, 2 coders" in [said(values[0]) for _, values in entry(book, "background").facts]
    assert "Measured agreement" not in dict(entry(book, "visit_below").facts)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_how_to_code_has_every_column_and_every_word(pages: dict[Lang, Pages], lang: Lang) -> None:
    howto = pages[lang].howto
    assert {row[0] for row in howto.columns.rows} == set(Signal.model_fields) - {"line"}
    shown = {table.title: dict(table.rows) for table in howto.words}
    for column, labels in WORDS.items():
        if column not in {"plover", "basis"}:
            assert shown[column] == {word: text(lang) for word, text in labels.items()}
    required = {name for name, field in Signal.model_fields.items() if field.is_required()} - {"line"}
    marked = {row[0] for row in howto.columns.rows if row[1].endswith(("(required)", "(필수)"))}
    assert marked == required == {"id", "published", "code", "source"}


def test_the_index_finds_codes_by_the_words_of_titles(pages: dict[Lang, Pages]) -> None:
    index = dict(pages["en"].index)
    assert [title for _, title in index["exercise"]] == [
        "Fewer or smaller exercises are floated", "The exercise is confirmed", "A larger exercise is announced",
        "Exercises were no topic", "A change of exercises is ruled out", "The exercise is called off officially",
    ]  # fmt: skip
    assert "the" not in index
    assert [*index] == sorted(index, key=lambda word: (word.lower(), word))
    assert any("정상회담" in word for word, _ in pages["ko"].index)


def test_credence_is_that_of_the_letter_or_as_given(pages: dict[Lang, Pages]) -> None:
    rows = {name: (letter, word, shown.number) for _, name, letter, word, shown, _ in pages["en"].sources.rows}
    assert rows["wire_service"] == ("A", "completely reliable", "95% [91%, 97%]")
    assert rows["unnamed_official_host"] == ("C", "given", "70% [50%, 85%]")
    assert rows["machine_feed"][2] == "60% [22%, 89%]"  # F is the middle with a wide spread, not the bottom


def test_every_cameo_code_of_the_book_has_a_name_of_its_own(case: Case) -> None:
    names = cameo_names()
    for code in case.codebook.codes.values():
        for number in code.cameo:
            assert number in names, number
    assert cameo_name("0369", "en") == cameo_name("036", "en")  # the nearest above it
    assert cameo_name("99", "ko") == ""
    assert all(text.en and re.search("[가-힣]", text.ko) for text in names.values())


# -- pictures ----------------------------------------------------------------------------------------------------------


def test_places_on_the_axis_are_logarithms() -> None:
    axis = axis_of([0.5, 2.0])
    assert (axis.place(0.1), axis.place(1.0), axis.place(10.0)) == (0.0, 0.5, 1.0)
    assert axis.place(2.0) - axis.place(1.0) == pytest.approx(axis.place(1.0) - axis.place(0.5), abs=2e-4)
    assert axis_of([0.02, 3]).ticks[0] == 0.01
    assert axis_of([2500]).ticks[-1] == 10_000
    assert axis_of([0.0, 1.0]).ticks[0] == 0.1
    assert PROBABILITY.place(0.25) == 0.25


def test_a_band_that_goes_on_beyond_the_axis_says_so() -> None:
    axis = axis_of([7.2])
    one = row(axis, "", Band(low=2.2, middle=7.2, high=31))
    assert one.goes_on == (False, True)
    assert one.high == 1.0
    assert strip(one, axis.place(1), 21) == "··········│··──────●▶"
    zero = row(axis, "", Band(low=0, middle=0, high=0), rules_out="0, rules it out")
    assert (zero.number, zero.at, zero.goes_on[0]) == ("0, rules it out", 0.0, True)


# -- the three forms ---------------------------------------------------------------------------------------------------


class Tags(html.parser.HTMLParser):
    """Every tag with its attributes, the ids and the inner links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names[tag] += 1
        for name, value in attrs:
            assert not name.startswith("on")
            self.ids += [value or ""] if name == "id" else []
            if name in {"href", "src"}:
                self.links.add(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile(case: Case, text: str = HOSTILE) -> Case:
    """A case whose every text is an attack on one of the three forms."""

    def attack(value: Any) -> Any:
        if isinstance(value, Text):
            return Text(en=text, ko=text)
        if isinstance(value, tuple):
            return tuple(map(attack, value))
        if isinstance(value, dict):
            return {key: attack(part) for key, part in value.items()}
        if hasattr(type(value), "model_fields"):
            changes = {name: attack(getattr(value, name)) for name in type(value).model_fields}
            return value.model_copy(update=changes)
        return value

    few = {
        name: case.codebook.codes[name]
        for name in ("summit_window_stated", "role_change_sought", "line_wider_role", "background")
    }
    codes = {name: attack(code).model_copy(update={"since": text, "deprecated": text}) for name, code in few.items()}
    book = attack(case.codebook).model_copy(
        update={"codes": codes, "combine": (), "based_on": text, "title": Text(en=text, ko=text)}
    )
    file = case.file.model_copy(update={"questions": attack(case.file.questions)})
    return case.model_copy(update={"codebook": book, "file": file})


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_html_links_lead_somewhere_and_nothing_is_fetched(pages: dict[Lang, Pages], lang: Lang) -> None:
    tags = Tags(to_html(pages[lang]))
    assert tags.links
    assert {link.removeprefix("#") for link in tags.links} <= set(tags.ids)
    assert all(link.startswith("#") for link in tags.links)
    assert len(tags.ids) == len(set(tags.ids))
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(tags.names)
    assert tags.names["article"] == 52 + 3


def test_texts_of_the_files_are_never_html(case: Case) -> None:
    attacked = Tags(to_html(build(hostile(case), "en")))
    assert not {"script", "img"} & set(attacked.names)
    assert all(link.startswith("#") for link in attacked.links)
    assert HOSTILE in attacked.text
    assert attacked.names == Tags(to_html(build(hostile(case, re.sub(r"\W|_", " ", HOSTILE)), "en"))).names


def test_texts_of_the_files_are_never_markdown(case: Case) -> None:
    rendered = MarkdownIt("commonmark").enable("table").render(markdown(build(hostile(case), "en")))
    tags = Tags(rendered)
    assert not {"script", "img"} & set(tags.names)
    assert all(link.startswith("#code-") for link in tags.links)
    assert HOSTILE in " ".join(tags.text.split())
    assert tags.names["table"] > 3


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "# head",
        "- item",
        "+ item",
        "1. one",
        "> quote",
        "=== x",
        "--- x",
        "~~~ x",
        "a_b _c_ __d__",
        "\\*x\\*",
        "x | y",
    ],
)
def test_escaped_markdown_shows_the_text_itself(text: str) -> None:
    for line in (escaped(text), f"- {escaped(text)}"):
        tags = Tags(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(line))
        assert tags.text.strip() == text
        assert set(tags.names) <= {"p", "ul", "li"}


def test_an_unescaped_text_would_be_seen(case: Case) -> None:
    """Negative control: the same reader finds the tags where nothing is escaped."""
    assert "script" in Tags(HOSTILE).names
    assert "em" in Tags(MarkdownIt("commonmark").render("a _c_")).names


def test_the_pdf_prints_hostile_texts_as_they_are(case: Case, tmp_path: Path) -> None:
    [path] = write_codebook(hostile(case), tmp_path, ("en",), ("pdf",))
    text = "".join(re.sub(r"\s+", "", page.extract_text()) for page in pypdf.PdfReader(path).pages)
    assert '#read("/etc/passwd")$x$[a](javascript:alert(2))' in text
    links = [a.get_object() for page in pypdf.PdfReader(path).pages for a in page.get("/Annots", [])]
    assert links
    assert all("/URI" not in str(link.get("/A", "")) for link in links)  # only within the document


def test_same_inputs_same_bytes_and_files_are_named_by_language(case: Case, tmp_path: Path) -> None:
    first = write_codebook(case, tmp_path / "a", ("en", "ko"))
    second = write_codebook(shipped_case(), tmp_path / "b", ("en", "ko"))
    assert [path.name for path in first] == [f"codebook{lang}.{form}" for lang in ("", ".ko") for form in FORMS]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    reader = pypdf.PdfReader(io.BytesIO(first[0].read_bytes()))
    assert reader.metadata is not None
    assert reader.metadata.title == "Codebook: Negotiations between allies"
    whole = re.sub(r"\s+", " ", "".join(page.extract_text() for page in reader.pages))
    for name in case.codebook.codes:
        assert name in whole


# -- phrases -----------------------------------------------------------------------------------------------------------


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_say_the_same() -> None:
    assert set(codebook_en.PHRASES) == set(codebook_ko.PHRASES)
    for key, template in codebook_en.PHRASES.items():
        assert blanks(template) == blanks(codebook_ko.PHRASES[key]), key


@pytest.mark.parametrize(("lang", "phrases"), [("en", codebook_en.PHRASES), ("ko", codebook_ko.PHRASES)])
def test_every_phrase_passes_the_lint(lang: Lang, phrases: dict[str, str]) -> None:
    for key, template in phrases.items():
        fill = {name: User("12") for name in blanks(template)}
        assert words.faults(template.replace("**", "").format(**fill), lang) == [], key


def test_every_phrase_is_used() -> None:
    room = Path(to_html.__code__.co_filename).parent
    files = [*room.glob("*.py"), room.parent / "templates" / "codebook.typ"]
    source = "".join(path.read_text("utf-8") for path in files)
    families = (
        "basis",
        "word",
        "by",
        "cap",
        "col",
        "discrepancy",
        "key",
        "kind",
        "rule",
        "sees",
        "source",
    )  # found by what follows

    def used(name: str) -> bool:
        return bool(re.search(rf"""["'._]{re.escape(name)}\b""", source)) or name.split("_")[0] in families

    assert [key for key in codebook_en.PHRASES if not used(key.removeprefix("cb_"))] == []
    assert not used("words_of_old")  # negative control


def test_pages_are_frozen(pages: dict[Lang, Pages]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign"):
        pages["en"].title = "x"  # type: ignore[misc]

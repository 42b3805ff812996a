# ruff: noqa: E501
"""The pages: built under PDF/A and PDF/UA checks, the same bytes every time, and nothing a case can say breaks them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest

from foedus.report import pages, write_explained
from report_fixture import CASE_FILE, CODES, HOSTILE, LONG_KO, Bundle, explanation, make, material, seven_scenarios


def compiled(lang: str = "en", paper: pages.Paper = "a4", **options: Any) -> pypdf.PdfReader:
    data = pages.compose(material(lang, **options), paper)
    return pypdf.PdfReader(io.BytesIO(pages.pdf(data)))


def text_of(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture(scope="module")
def english() -> pypdf.PdfReader:
    return compiled()


@pytest.fixture(scope="module")
def korean() -> pypdf.PdfReader:
    return compiled("ko")


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_three_pages_on_either_paper(lang: str, paper: pages.Paper) -> None:
    reader = compiled(lang, paper)
    assert len(reader.pages) == 3
    width = float(reader.pages[0].mediabox.width)
    assert width == pytest.approx({"a4": 595.3, "letter": 612.0}[paper], abs=0.1)


def test_the_words_are_text(english: pypdf.PdfReader, korean: pypdf.PdfReader) -> None:
    found = text_of(english)
    for part in ("It is likely (72%) that Lee and Trump meet by 31 August", "1 August 2025, 09:52 KST", "seed 1"):
        assert part in found
    assert "이재명·트럼프 대통령이 8월 31일까지 만날 가능성 높음(72%)" in text_of(korean)


def test_the_order_of_page_1_is_that_of_a_reader(english: pypdf.PdfReader) -> None:
    text = " ".join(english.pages[0].extract_text().split())
    parts = ["Bottom line.", "leads at 42%", "Both sides on", "What moved it from 44% to 72%", "Looked important, but was not",
             "would change most", "How sure are we?"]  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_the_illustrative_mark_is_on_every_page_and_by_every_prior(english: pypdf.PdfReader) -> None:
    first, second, _ = (" ".join(page.extract_text().split()) for page in english.pages)
    assert "ILLUSTRATIVE PANEL" in first
    assert "invented to show the method" in first
    assert first.rstrip().count("Illustrative panel") >= 1
    assert "ILLUSTRATIVE PANEL" in second
    assert second.count("Prior (illustrative panel)") >= 2
    assert "Prior, illustrative" in second


def test_it_is_tagged_and_says_its_language_title_and_date(english: pypdf.PdfReader, korean: pypdf.PdfReader) -> None:
    for reader, lang in ((english, "en"), (korean, "ko")):
        root: Any = reader.trailer["/Root"]
        assert root["/Lang"] == lang
        assert root["/MarkInfo"]["/Marked"]
        assert reader.metadata is not None
        assert reader.metadata.title
        xmp = root["/Metadata"].get_data().decode()
        assert "<pdfaid:part>2</pdfaid:part>" in xmp
        assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
        assert "2025-08-01" in xmp


def structure(node: Any, found: list[Any]) -> list[Any]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, dict):
        if "/S" in node:
            found.append(node)
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            structure(child, found)
    return found


def test_headings_tables_and_figures_are_marked_as_such(english: pypdf.PdfReader) -> None:
    tags = structure(english.trailer["/Root"]["/StructTreeRoot"], [])  # type: ignore[index]
    kinds = [tag["/S"] for tag in tags]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Table") >= 4
    figures = [tag for tag in tags if tag["/S"] == "/Figure"]
    assert len(figures) == 4
    assert all(len(tag["/Alt"]) > 40 for tag in figures)


def test_only_the_two_families_are_embedded(english: pypdf.PdfReader, korean: pypdf.PdfReader) -> None:
    for reader in (english, korean):
        names = {
            font.get_object()["/BaseFont"].split("+")[-1]
            for page in reader.pages
            for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
        }
        assert all(name.startswith(("Inter", "NotoSansCJK")) for name in names), names


def test_the_same_bytes_in_this_process_and_in_another() -> None:
    data = pages.compose(material())
    again = pages.compose(material())
    first = pages.pdf(data)
    assert first == pages.pdf(again)
    assert pages.images(data) == pages.images(again)
    code = (
        "import hashlib, report_fixture as r\nfrom foedus.report import pages\n"
        "print(hashlib.sha256(pages.pdf(pages.compose(r.material()))).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert run.stdout.strip() == hashlib.sha256(first).hexdigest()


def hostile_case() -> dict[str, Any]:
    text = {"en": HOSTILE, "ko": f"{LONG_KO} {HOSTILE}"}
    return {
        "title": text,
        "questions": {name: {**spec, "title": text} for name, spec in CASE_FILE["questions"].items()},
        "scenarios": {
            name: {**spec, "title": text, "description": text} for name, spec in CASE_FILE["scenarios"].items()
        },
        "headlines": {name: {**spec, "title": text, "say": text} for name, spec in CASE_FILE["headlines"].items()},
        "calendar": [{**spec, "title": text} for spec in CASE_FILE["calendar"]],
    }


def hostile_codes() -> dict[str, Any]:
    return {name: {**spec, "title": {"en": HOSTILE, "ko": LONG_KO}} for name, spec in CODES.items()}


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_hostile_text_is_printed_and_not_obeyed(lang: str, paper: pages.Paper) -> None:
    reader = compiled(lang, paper, changes=hostile_case(), codes=hostile_codes())
    text = text_of(reader)
    assert "root:" not in text
    if lang == "en":
        assert '#read("/etc/passwd") $x$ <lab> [ ]' in text
        assert "□ stands for a character" in text


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(
    ("options", "most"),
    [
        ({"changes": seven_scenarios()}, 3),
        ({"signals": 0}, 3),
        ({"ok": False}, 3),
        ({"changes": {"scenarios": {}, "headlines": {}, "calendar": []}, "signals": 0}, 3),
        ({"changes": {"headlines": {}}}, 3),
        ({"changes": {"calendar": []}}, 3),
        ({"changes": {"title": "T", "questions": {"usfk_role": CASE_FILE["questions"]["usfk_role"]}, "scenarios": {}, "headlines": {}, "calendar": []}}, 3),
    ],
    ids=["seven scenarios", "no signals", "failed diagnostics", "bare", "no headlines", "no calendar", "one question"],
)  # fmt: skip
def test_odd_cases_lay_out(options: dict[str, Any], most: int, lang: str, paper: pages.Paper) -> None:
    assert len(compiled(lang, paper, **options).pages) <= most


def test_failed_diagnostics_are_on_every_page() -> None:
    for page in compiled(ok=False).pages:
        assert page.extract_text().count("Diagnostics failed") == 2, "at the top and in the footer"


def test_links_are_those_of_the_signals(english: pypdf.PdfReader) -> None:
    links = [
        annotation.get_object()["/A"]["/URI"]
        for page in english.pages
        for annotation in page.get("/Annots", [])
        if "/A" in annotation.get_object()
    ]
    assert links
    assert all(link.startswith("https://example.org/") for link in links)


def test_a_character_without_a_glyph_is_an_error_not_a_blank() -> None:
    data = pages.compose(material())
    data["lead"]["headline"] = "\U0001f600"
    with pytest.raises(pages.LayoutError, match="could not be laid out"):
        pages.pdf(data)


def test_a_warning_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_ = pages._compile

    def with_an_unknown_font(root: Path, *rest: Any) -> list[bytes]:
        theme = root / "theme.typ"
        theme.write_text(theme.read_text("utf-8").replace("(latin, hangul)", '("Nonesuch", latin, hangul)'), "utf-8")
        return compile_(root, *rest)

    monkeypatch.setattr(pages, "_compile", with_an_unknown_font)
    with pytest.raises(pages.LayoutError, match="raised warnings: unknown font family: nonesuch"):
        pages.pdf(pages.compose(material()))


def written(folder: Path, bundle: Bundle | None = None, **options: Any) -> Any:
    bundle = bundle or make()
    return write_explained(bundle.forecast, explanation(bundle), folder, **options)


def test_everything_is_written(tmp_path: Path) -> None:
    files = written(tmp_path / "a" / "b", languages=("en", "ko"))
    folder = tmp_path / "a" / "b"
    assert [path.relative_to(folder).as_posix() for path in files.pdf] == ["report.pdf", "report.ko.pdf"]
    names = {path.name for path in files.figures}
    for name in (
        "page-1",
        "page-2",
        "page-3",
        "timeline",
        "dates",
        "levels",
        "waterfall",
        "outcomes",
        "said",
        "movers",
        "watch",
    ):
        assert {f"{name}.png", f"{name}.ko.png"} <= names
    assert set(files) == {path for path in folder.rglob("*") if path.is_file()}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in files.figures)


def test_the_numbers_beside_the_report_are_the_forecasts(tmp_path: Path) -> None:
    bundle = make()
    files = written(tmp_path, bundle)
    rows = list(csv.DictReader(files.csv.read_text("utf-8").splitlines()))
    found = {(row["kind"], row["id"], row["item"]): row for row in rows}
    lead = bundle.forecast.headline_estimates["summit_by_august"]
    assert float(found["headline", "summit_by_august", ""]["probability"]) == pytest.approx(lead.probability, abs=1e-6)
    assert ("level", "usfk_role", "forces_moved") in found
    assert ("by_date", "summit_date", "2025-08-31") in found
    assert json.loads(files.json.read_text("utf-8"))["case"] == "rok-us-2025"


def test_every_question_is_in_the_report(english: pypdf.PdfReader, korean: pypdf.PdfReader) -> None:
    for reader, title, never in ((english, "Every question, before and now", "Never by 31 December"), (korean, "모든 질문의 사전과 현재", "12월 31일까지 일어나지 않음")):  # fmt: skip
        text = " ".join(reader.pages[2].extract_text().split())
        assert title in text
        assert never in text
    text = " ".join(english.pages[2].extract_text().split())
    for part in (
        "First Lee–Trump summit",
        "Softened joint text",
        "2026 contribution",
        "50% quantile 6 5",
        "Not applicable 80%",
    ):
        assert part in text
    assert "applies only if Cost-sharing reopened: yes" in text


@pytest.mark.parametrize(("copies", "count"), [(1, 3), (12, 4), (30, 7)])
def test_as_many_questions_as_there_are_flow_on(copies: int, count: int) -> None:
    bundle = make()
    bundle.forecast.scenario_estimates, bundle.forecast.headline_estimates = {}, {}
    file, questions = bundle.forecast.case.file, bundle.forecast.questions
    role, spec = questions["usfk_role"], file.questions["usfk_role"]
    names = ["usfk_role", *(f"usfk_role_{i}" for i in range(1, copies))]
    long = tuple((f"{name}{i}", estimate) for i in range(4) for name, estimate in role.levels)
    bundle.forecast.questions = {
        name: replace(role, id=name, levels=role.levels if name == "usfk_role" else long) for name in names
    }
    bundle.forecast.case = bundle.forecast.case.model_copy(
        update={
            "file": file.model_copy(
                update={"questions": dict.fromkeys(names, spec), "scenarios": {}, "headlines": {}, "calendar": ()}
            )
        }
    )
    reader = pypdf.PdfReader(io.BytesIO(pages.pdf(pages.compose(material(bundle=bundle)))))
    assert len(reader.pages) == count


def test_stale_files_of_an_earlier_report_are_removed_and_no_others(tmp_path: Path) -> None:
    written(tmp_path, languages=("en", "ko"))
    mine = [tmp_path / "mine.pdf", tmp_path / "figures" / "mine.png", tmp_path / "report.notes.txt"]
    for path in mine:
        path.write_text("kept")
    (tmp_path / "figures" / "page-4.png").write_bytes(b"old")
    files = written(tmp_path, languages=("en",))
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {*files, *mine}


def test_a_failed_run_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)
    (tmp_path / "mine.txt").write_text("kept")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    compile_ = pages._compile

    def fails_late(root: Path, name: str, *rest: Any) -> list[bytes]:
        if name == "cards.typ":
            msg = "no"
            raise pages.LayoutError(msg)
        return compile_(root, name, *rest)

    monkeypatch.setattr(pages, "_compile", fails_late)
    with pytest.raises(pages.LayoutError, match=r"^no$"):
        written(tmp_path, make({"title": "Another"}))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_importing_the_report_is_light() -> None:
    code = "import sys, foedus.report\nprint([m for m in ('matplotlib', 'typst', 'scipy') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

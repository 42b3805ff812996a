"""Two accounts of one meeting in words and on the page, in both languages."""

from __future__ import annotations

import datetime as dt
import io
import json
import string
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest

from foedus.case import load
from foedus.case.types import Lang, Signal
from foedus.news.readouts import comparisons, two_sided
from foedus.report import pages, words
from foedus.report.phrases import readouts_en, readouts_ko
from foedus.report.readouts import write_readouts
from foedus.report.sections import readouts
from foedus.report.voice import User, Voice
from report_fixture import AS_OF, HOSTILE, LONG_KO, make, material

SEOUL = ZoneInfo("Asia/Seoul")
TOPICS = {"strait": {"en": "Taiwan Strait", "ko": "대만해협"}, "modern": {"en": "Modernisation", "ko": "동맹 현대화"},
          "money": {"en": "Money", "ko": "방위비"}, "russia": {"en": "Russia", "ko": "북·러 협력"}}  # fmt: skip
READ = [("strait", "present", "absent"), ("modern", "present", "present"), ("money", "absent", "absent"),
        ("russia", "present", "not_seen")]  # fmt: skip


def bundle_with_readouts(quote: str = "peace and stability", title: dict[str, str] | None = None) -> Any:
    """The report's fixture with two texts on one meeting, and a discrepancy over the Strait."""
    bundle = make()
    codes: dict[str, Any] = {name: {"kind": "per_document", "title": title or text} for name, text in TOPICS.items()}
    p = {"unchanged": 0.3, "softened_text": 0.4, "named_regional_role": 0.5, "forces_moved": 0.5}
    bearing = {"usfk_role": {"by": "level", "probability_present": p}}
    sides = {"said_by": ["USA"], "left_out_by": ["KOR"]}
    codes["gap"] = {"kind": "discrepancy", "of": "strait", **sides, "bears_on": bearing}
    case = bundle.forecast.case
    codebook = case.codebook.model_validate(case.codebook.model_dump(exclude_defaults=True) | {
        "codes": {n: c.model_dump(exclude_defaults=True) for n, c in case.codebook.codes.items()} | codes})  # fmt: skip
    rows = tuple(
        Signal.model_validate({
            "id": f"r-{topic}-{source}", "published": case.signals[-1].published, "code": topic, "source": source,
            "observed": observed, "document": source, "event": "ministers-0731", "line": 100 + 2 * i + k,
            "actor": side, "issue": topic, "quote": quote if observed == "present" else None})
        for i, (topic, *each) in enumerate(READ)
        for k, (source, side, observed) in enumerate(zip(("state_dept", "mofa"), ("USA", "KOR"), each, strict=True))
    )  # fmt: skip
    changed = case.model_copy(update={"codebook": codebook, "signals": (*case.signals, *rows)})
    return replace(bundle, forecast=replace(bundle.forecast, case=changed))


def test_the_section_says_who_says_what() -> None:
    it = readouts.build(material("en", bundle_with_readouts()))
    assert it is not None
    assert it["title"] == "Both sides' texts have 1 of the 3 topics that can be compared"
    assert it["head"] == ["Topic", "US", "ROK", "Who says it"]
    assert it["summary"] == "1 in both · 1 in the US text alone · 1 open · 1 in neither"
    assert [(r["topic"], r["pattern"], [c["kind"] for c in r["cells"]], r["counts"]) for r in it["rows"]] == [
        ("Modernisation", "both", ["said", "said"], False),
        ("Taiwan Strait *", "US only", ["said", "left_out"], True),
        ("Russia", "open", ["said", "not_seen"], False),
    ]
    assert it["rows"][1]["cells"][0]["text"] == "peace and stability"
    assert [c["text"] for c in it["rows"][2]["cells"]] == ["peace and stability", "not seen"]
    assert it["notes"][0] == "In neither: Money."
    assert it["notes"][2].startswith("*: the two lines are one piece of evidence")


def test_the_section_in_korean() -> None:
    it = readouts.build(material("ko", bundle_with_readouts()))
    assert it is not None
    assert it["title"] == "비교 가능한 의제 3개 중 1개가 양측 발표문에 모두 있음"
    assert it["head"] == ["의제", "미국", "한국", "언급한 측"]
    assert [r["pattern"] for r in it["rows"]] == ["양측", "미국만", "비교 불가"]
    assert it["summary"] == "양측 1개 · 미국만 1개 · 비교 불가 1개 · 양측 모두 없음 1개"


def test_without_two_texts_on_one_meeting_there_is_no_section() -> None:
    assert readouts.build(material()) is None


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_it_is_on_the_third_page_as_a_table_and_as_a_figure(lang: Lang) -> None:
    data = pages.compose(material(lang, bundle_with_readouts()))
    reader = pypdf.PdfReader(io.BytesIO(pages.pdf(data)))
    assert len(reader.pages) == 3
    text = " ".join(reader.pages[2].extract_text().split())
    assert data["readouts"]["title"] in text
    assert {"en": "Taiwan Strait *", "ko": "대만해협 *"}[lang] in text
    assert "readouts" in pages.images(data)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_hostile_text_is_printed_and_not_obeyed(lang: Lang) -> None:
    bundle = bundle_with_readouts(HOSTILE, {"en": HOSTILE, "ko": LONG_KO})
    reader = pypdf.PdfReader(io.BytesIO(pages.pdf(pages.compose(material(lang, bundle)))))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "root:" not in text
    assert "#read(" in text


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_have_the_same_phrases_and_all_are_used() -> None:
    assert set(readouts_en.PHRASES) == set(readouts_ko.PHRASES)
    room = Path(pages.__file__).parent
    source = "".join((room / name).read_text("utf-8") for name in ("readouts.py", "sections/readouts.py"))
    made = {f"ro_{x}" for x in ("both", "open", "neither", "said", "left_out", "not_seen", "not_coded")}
    made |= {f"ro_sum_{x}" for x in ("both", "open", "neither")}
    for key, template in readouts_en.PHRASES.items():
        assert blanks(template) == blanks(readouts_ko.PHRASES[key]), key
        assert key in made or f'"{key}"' in source, key


@pytest.mark.parametrize(("lang", "phrases"), [("en", readouts_en.PHRASES), ("ko", readouts_ko.PHRASES)])
def test_every_phrase_passes_the_lint(lang: Lang, phrases: dict[str, str]) -> None:
    for key, template in phrases.items():
        assert words.faults(template.format(**dict.fromkeys(blanks(template), User("12"))), lang) == [], key


# -- the worked case -------------------------------------------------------------------------------

AT = dt.datetime.fromisoformat("2025-08-01T09:52:00+09:00")


def test_the_worked_case_is_the_reference_comparison(worked_case: Path) -> None:
    """Topic by topic what was found by reading both texts of 31 July."""
    found = comparisons(load(worked_case), AT)[-1]
    assert found.meeting == "ministers-0731"
    assert found.day == dt.date(2025, 7, 31)
    assert {topic.id: topic.pattern for topic in found.topics} == {
        "taiwan_strait": "USA",
        "modernisation": "KOR",
        "line_complete_denuclearisation": "both",
        "combined_posture": "both",
        "coming_visit": "both",
        "tariffs": "both",
        "trilateral_japan": "both",
        "sanctions": "open",
        "dprk_russia": "open",
        "extended_deterrence": "open",
        "supply_chains": "open",
        "two_weeks": "neither",
        "line_usfk_role": "neither",
        "line_force_level": "neither",
        "line_cost_sharing": "neither",
    }
    marked = {topic.id: topic.discrepancies for topic in found.topics if topic.discrepancies}
    assert marked == {"taiwan_strait": ("taiwan_us_alone",), "modernisation": ("modernisation_rok_alone",)}


def test_it_is_written_as_pdf_and_png_in_both_languages(worked_case: Path, tmp_path: Path) -> None:
    case = load(worked_case)
    found = two_sided(comparisons(case, AT))
    written = write_readouts(case, found, AT, tmp_path / "out", ("en", "ko"))
    assert [path.name for path in written] == [
        "readouts.pdf", "readouts-1.png", "readouts-2.png", "readouts.ko.pdf", "readouts-1.ko.png", "readouts-2.ko.png"
    ]  # fmt: skip
    text = " ".join(pypdf.PdfReader(written[3]).pages[1].extract_text().split())
    assert "한미 외교장관 첫 회담, 7월 31일: 각측 발표문의 의제별 언급 여부." in text
    assert pypdf.PdfReader(written[3]).trailer["/Root"]["/Lang"] == "ko"


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    from foedus.cli import main

    def run(*arguments: object) -> tuple[int, str, str]:
        status = 0
        monkeypatch.delenv("COLUMNS", raising=False)  # a worker of xdist has it
        monkeypatch.setattr("sys.argv", ["foedus", "news", "readouts", *map(str, arguments)])
        try:
            main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_the_command_prints_the_table_in_either_language(worked_case: Path, command: Callable[..., Any]) -> None:
    status, out, _ = command(worked_case, "--as-of", AT.isoformat(), "--meeting", "ministers-0731", "--lang", "en,ko")
    assert status == 0
    assert "5 in both · 1 in the US text alone · 1 in the ROK text alone · 4 open · 4 in neither" in out
    assert "ministers-0731: USA us-readout-0731; KOR rok-release-0731" in out
    assert "Against the texts of 31 July 2025, as coded: 9 new; nothing said then is missing." in out
    assert "양측 5개 · 미국만 1개 · 한국만 1개 · 비교 불가 4개 · 양측 모두 없음 4개" in out
    row = next(line for line in out.splitlines() if line.startswith("Taiwan Strait *"))
    assert [cell.strip() for cell in row.split("  ") if cell.strip()][2:] == ["left out", "US only, new"]


def test_the_command_prints_json(worked_case: Path, command: Callable[..., Any]) -> None:
    status, out, _ = command(worked_case, "--as-of", AT.isoformat(), "--json")
    assert status == 0
    first, second = json.loads(out)
    assert (first["meeting"], second["previous"]) == ("defence-call-0731", "defence-call-0731")
    strait = next(topic for topic in second["topics"] if topic["id"] == "taiwan_strait")
    assert strait["sides"]["KOR"] == {"cell": "left_out", "quote": "", "signals": ["s13-taiwan-rok"]}


def test_the_command_says_what_it_can_not_do(worked_case: Path, command: Callable[..., Any]) -> None:
    status, out, err = command(worked_case, "--meeting", "minister-0731")
    assert (status, out) == (2, "")
    assert "no document is on the meeting 'minister-0731' by then; did you mean 'ministers-0731'?" in err
    status, out, err = command(worked_case, "--as-of", "2025-07-01")
    assert (status, out) == (2, "")
    assert "no meeting has texts of two sides by then; the first is of 2025-07-31: name a later --as-of" in err
    status, out, _ = command("--help")
    assert "Example: foedus news readouts" in out


def test_a_meeting_of_one_text_only_can_still_be_asked_for(worked_case: Path, command: Callable[..., Any]) -> None:
    status, out, _ = command(worked_case, "--as-of", "2025-07-31T16:00:00+09:00", "--meeting", "defence-call-0731")
    assert status == 0
    assert "defence-call-0731: KOR mnd-release-0731" in out


def test_the_voice_of_a_table_has_years_where_nothing_else_says_them(worked_case: Path) -> None:
    found = two_sided(comparisons(load(worked_case), AT))[-1]
    plain, dated = (readouts.worded(Voice("en", SEOUL, year=y), found)["note"] for y in (2025, 0))
    assert ("31 July:" in plain, "31 July 2025:" in dated) == (True, True)
    assert AS_OF.year == 2025

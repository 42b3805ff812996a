"""`foedus coders`: tables, JSON, pictures and exit status, on the worked case with rows made up for the test."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import foedus
from coded_case import write_coded
from foedus.case.types import Lang
from foedus.cli import coders_show
from foedus.explain.coding import CodingStudy, coding_study
from foedus.news.coders import dawid_skene
from foedus.report import coding as room
from foedus.report import words
from foedus.report.coding import pages
from foedus.report.phrases import coding_en, coding_ko
from foedus.report.voice import User


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory, worked_case: Path) -> Path:
    return write_coded(tmp_path_factory.mktemp("coded") / "case", worked_case)


@pytest.fixture(scope="module")
def study(coded: Path) -> CodingStudy:
    return coding_study(foedus.load(coded), draws=16)


def test_the_help_has_an_example(foedus_command: Callable[..., Any]) -> None:
    run = foedus_command("coders", "--help")
    assert run.status == 0
    assert "Example: foedus coders scenarios/rok-us-2025" in " ".join(run.out.split())


@pytest.fixture
def studied(monkeypatch: pytest.MonkeyPatch, study: CodingStudy) -> CodingStudy:
    """The command finds the study already made."""
    monkeypatch.setattr("foedus.explain.coding.coding_study", lambda *_: study)
    return study


def test_everything_is_printed_and_drawn(foedus_command: Callable[..., Any], coded: Path, tmp_path: Path) -> None:
    target, out = tmp_path / "coders.json", tmp_path / "pictures"
    run = foedus_command("coders", coded, "--draws", 16, "--json", target, "--out", out, "--lang", "en,ko")
    assert run.status == 0, run.err
    said = " ".join(run.out.split())
    assert "3 coders: c1, cho, dana." in said
    rows = foedus.load(coded).signals
    by_signal = {row.id: {other.coder for other in rows if other.id == row.id} for row in rows}
    shared = sum(len(coders) > 1 for coders in by_signal.values())
    assert f"{shared} of {len(by_signal)} signals were read by two coders or more" in said
    for column in ("Alpha", "Most frequent", "Slips expected", "Weighs", "As it is", "Alpha hangs on the"):
        assert column in said
    assert "How often" not in said
    assert re.search(r" \d+\.\d of \d+\.\d ", said)
    assert "p = 0.000" not in said
    names = ["coders.pdf", "alpha.png", "confusion.png", "coders.ko.pdf", "alpha.ko.png", "confusion.ko.png"]
    assert run.out.splitlines()[-6:] == [str(out / name) for name in names]
    assert all((out / name).read_bytes()[:4] == (b"%PDF" if "pdf" in name else b"\x89PNG") for name in names)
    record = json.loads(target.read_text("utf-8"))
    assert record["format"] == 1
    assert [one["variable"] for one in record["agreement"]][:2] == ["code", "actor_level"]
    assert all(abs(sum(w["weight"] for w in one["weights"]) - 1) < 1e-9 for one in record["disagreements"])
    assert list(record["forecasts"]) == ["mixed", "c1", "cho", "dana"]
    assert record["diagnostics"]["ok"]
    found = {one["coder"]: one["mean"] for one in record["accuracy"]}
    assert found["dana"] < found["cho"]  # as they were made


@pytest.mark.usefixtures("studied")
def test_json_goes_to_standard_output_alone(foedus_command: Callable[..., Any], coded: Path) -> None:
    run = foedus_command("coders", coded, "--json", "-")
    assert json.loads(run.out)["case"] == "rok-us-2025"
    assert "3 coders" in run.err


@pytest.mark.slow
def test_the_same_again_is_the_same_bytes(study: CodingStudy) -> None:
    dawid_skene._remembered.cache_clear()
    assert coders_show.to_json(coding_study(study.case, draws=16)) == coders_show.to_json(study)


def test_one_coder_is_an_error_that_says_what_to_do(foedus_command: Callable[..., Any], worked_case: Path) -> None:
    run = foedus_command("coders", worked_case, "--out", "pictures")
    assert run.status == 2
    assert run.err.startswith(
        f"{worked_case / 'signals.csv'}: every one of {len(foedus.load(worked_case).signals)} signals has"
    )
    assert run.out == ""
    assert not Path("pictures").exists()


def test_an_unknown_language_is_refused(foedus_command: Callable[..., Any], coded: Path) -> None:
    run = foedus_command("coders", coded, "--lang", "fr")
    assert run.status == 2
    assert "'fr' is not a language" in run.err


@pytest.mark.usefixtures("studied")
def test_chains_that_disagree_end_with_status_1(
    foedus_command: Callable[..., Any], coded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dawid_skene.Posterior, "converged", False)
    run = foedus_command("coders", coded)
    assert run.status == 1
    assert "Do not use these weights yet" in run.err


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_charts_show_what_the_study_found(study: CodingStudy, lang: Lang) -> None:
    cards = {card["name"]: card for card in pages.compose(study, lang)["cards"]}
    printed = [label["text"] for label in cards["alpha"]["labels"]]
    code = study.variables[0].before
    assert f"{code.alpha:.3f}".lstrip("0") in printed
    assert printed.count(str(code.units)) >= 1
    low = next(one for one in study.variables if one.before.alpha < 0)
    assert f"−{abs(low.before.alpha):.3f}".replace("0.", ".") in printed
    confusion = [label["text"] for label in cards["confusion"]["labels"]]
    assert [name for name in confusion if name in study.readings.coders] == ["c1", "cho", "dana"]
    top = study.confusions[0]
    for slips, named in ((1.5, True), (0.5, False)):  # a slip that is expected at least once is what the title tells
        told = replace(study, confusions=(replace(top, slips=slips),))
        title = next(card for card in pages.compose(told, lang)["cards"] if card["name"] == "confusion")["title"]
        assert (top.coder in title) == named


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_say_the_same_and_every_phrase_is_used() -> None:
    assert set(coding_en.PHRASES) == set(coding_ko.PHRASES)
    for key, template in coding_en.PHRASES.items():
        assert blanks(template) == blanks(coding_ko.PHRASES[key]), key
    source = "".join(path.read_text("utf-8") for path in Path(room.__file__).parent.glob("*.py"))
    built = {f"cd_{name}" for name in ("code", "actor_level", "auxiliary", "credibility", "observed")}
    assert [key for key in coding_en.PHRASES if key not in built and f'"{key}"' not in source] == []


@pytest.mark.parametrize(("lang", "phrases"), [("en", coding_en.PHRASES), ("ko", coding_ko.PHRASES)])
def test_every_phrase_passes_the_lint(lang: Lang, phrases: dict[str, str]) -> None:
    for key, template in phrases.items():
        assert words.faults(template.format(**{name: User("12") for name in blanks(template)}), lang) == [], key


@pytest.mark.parametrize(("p", "said"), [(0.0, "< 0.001"), (0.0004, "< 0.001"), (0.001, "= 0.001"), (0.5, "= 0.500")])
def test_a_p_value_is_never_nought(p: float, said: str) -> None:
    assert coders_show.chance(p) == said

"""The worked case: all of it public by its as-of time, every line of the seed coded, and honest about its panel."""

import datetime as dt
import re
import runpy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from foedus.case import load
from foedus.case.types import Case

AS_OF = dt.datetime.fromisoformat("2025-08-01T09:52:00+09:00")
SEOUL, WASHINGTON = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
ITEMS = tuple(f"S{n:02}" for n in range(1, 33))
NO_NEWS = {"S01", "S02", "S03", "S04", "S26", "S27", "S30", "S31", "S32"}  # the article, who is who, questions, dates


@pytest.fixture(scope="module")
def case(worked_case: Path) -> Case:
    return load(worked_case)


@pytest.fixture(scope="module")
def coded(worked_case: Path) -> dict[str, list[str]]:
    """Item -> names in backticks in its row of the table."""
    text = (worked_case / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (S\d\d) \|(.*)\|$", text, flags=re.MULTILINE)
    return {item: re.findall(r"`([^`]+)`", row) for item, row in rows}


def test_it_loads_without_a_warning(case: Case) -> None:
    assert case.warnings == ()
    assert len(case.signals) > 80


def test_every_item_of_the_seed_has_its_place(coded: dict[str, list[str]]) -> None:
    assert tuple(coded) == ITEMS


@pytest.mark.parametrize("item", ITEMS)
def test_what_the_table_names_exists(case: Case, coded: dict[str, list[str]], worked_case: Path, item: str) -> None:
    known = {s.id for s in case.signals} | set(case.codebook.sources) | set(case.file.questions)
    files = {path.name for path in worked_case.iterdir()} | {Path(__file__).name}
    words = {"actor", "speaker", "combine", *case.codebook.discrepancies}
    assert [name for name in coded[item] if name not in known | files | words] == []


@pytest.mark.parametrize("item", sorted(set(ITEMS) - NO_NEWS))
def test_items_that_are_news_are_coded_as_signals(case: Case, item: str) -> None:
    assert any(item in re.findall(r"S\d\d", s.note or "") for s in case.signals)


def test_nothing_was_published_after_the_as_of_time(case: Case) -> None:
    assert [s.id for s in case.signals if s.published.at > AS_OF] == []
    assert [s.id for s in case.signals if s.happened and s.happened.at > s.published.at] == []


def test_what_happened_is_known_only_later(case: Case) -> None:
    assert all(r.known_from.at > AS_OF for r in case.resolutions)
    assert {r.question for r in case.resolutions} == set(case.file.questions) - {"sma_2026"}


@pytest.mark.parametrize(
    ("signal", "there", "here"),
    [
        ("s18-deal", "2025-07-30", "2025-07-31"),
        ("s19-window", "2025-07-30", "2025-07-31"),
        ("e10-pay-more", "2025-07-08", "2025-07-09"),
        ("s07-role-newsis", "2025-07-31", "2025-08-01"),
        ("s11-meeting", "2025-07-31", "2025-08-01"),
        ("s12-taiwan-us", "2025-07-31", "2025-08-01"),
    ],
)
def test_a_washington_evening_is_the_next_day_in_seoul(case: Case, signal: str, there: str, here: str) -> None:
    row = next(s for s in case.signals if s.id == signal)
    moment = (row.happened or row.published).at
    assert moment.astimezone(WASHINGTON).date().isoformat() == there
    assert moment.astimezone(SEOUL).date().isoformat() == here


def test_two_weeks_end_on_13_august_in_washington(case: Case) -> None:
    window = next(s for s in case.signals if s.id == "s19-window")
    assert window.happened is not None
    assert window.target_to == window.happened.at.astimezone(WASHINGTON).date() + dt.timedelta(days=14)
    assert case.file.questions["summit_date"].date_zone == "America/New_York"


def test_every_signal_can_be_traced(case: Case) -> None:
    assert [s.id for s in case.signals if not s.url and "source:" not in (s.note or "")] == []
    assert all(len(s.quote or "") <= 200 for s in case.signals)


def test_the_panel_says_that_it_is_illustrative(case: Case, worked_case: Path) -> None:
    assert len(case.file.panel) == 6
    assert all(member.illustrative for member in case.file.panel.values())
    assert {j.as_of for j in case.judgments} == {case.file.opens}
    assert "**The panel is illustrative.**" in (worked_case / "README.md").read_text(encoding="utf-8")


def test_the_wrong_attribution_is_kept_and_corrected(case: Case) -> None:
    printed = {s.id: s for s in case.signals if s.id.startswith("s24-") and s.id.endswith("-as-stated")}
    corrected = {s.supersedes: s for s in case.signals if s.status == "corrected"}
    assert set(printed) == set(corrected)
    assert all(s.speaker_as_stated == "White House spokesperson" for s in (*printed.values(), *corrected.values()))
    assert {s.speaker for s in corrected.values()} == {"state_dept_spokesperson"}


def test_the_unnamed_official_stays_unnamed(case: Case) -> None:
    rows = [s for s in case.signals if s.statement == "embassy-briefing-0731"]
    assert {s.speaker for s in rows} == {"unnamed_rok_official"}
    assert {s.actor_level for s in rows} == {"unnamed"}


@pytest.mark.parametrize("script", ["run.py", "summit_slips.py"])
def test_the_scripts_run(worked_case: Path, script: str, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(worked_case / script), run_name="__main__")
    assert "summit" in capsys.readouterr().out.lower()

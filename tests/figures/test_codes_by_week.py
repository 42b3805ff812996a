"""The figure of codes by week: its cells are those of the data, nothing touches, and it is written whole."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

import foedus
from conftest import WORKED_CASE
from foedus.case.types import Lang
from foedus.explain.checked import Checked, checked
from foedus.explain.heat import Cell
from foedus.report.figures import heat
from foedus.report.figures.canvas import Drawing, Label, canvas
from foedus.report.figures.card import Card
from foedus.report.heat import WIDTH, write_heat
from foedus.report.palette import ACCENT, DOWN, UP, tint
from foedus.report.voice import Voice

AS_OF = "2025-08-01T09:52:00+09:00"


@pytest.fixture(scope="module")
def worked() -> Checked:
    return checked(foedus.load(WORKED_CASE), AS_OF)


def card(what: Checked, lang: Lang = "en", every: int = 1) -> Card:
    voice = Voice(lang, ZoneInfo("Asia/Seoul"), year=2025)
    return heat.build(what, what.heat(every), voice, WIDTH)


def boxes(drawing: Drawing) -> list[tuple[Label, tuple[float, float, float, float]]]:
    """Each label with left, top, right and bottom in mm; ascent 0.73 em, no descent."""
    found = []
    with canvas(drawing.width, drawing.height) as paper:
        for label in drawing.labels:
            width = paper.measure(label.text, label.size, label.weight)
            left = label.x - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
            found.append((label, (left, label.y - 0.73 * label.size / 72 * 25.4, left + width, label.y)))
    return found


@pytest.mark.parametrize(
    ("cell", "color"),
    [
        (Cell("signal", 1, 0.1, 0.1), tint(UP, 0.82)),
        (Cell("signal", 1, 0.2, -0.1), tint(DOWN, 0.62)),
        (Cell("signal", 1, 0.5, None), tint(ACCENT, 0.4)),
        (Cell("signal", 1, 0.8, 0.1), tint(UP, 0.2)),
        (Cell("signal", 1, 900.0, -0.1), DOWN),
    ],
)
def test_hue_is_direction_and_depth_is_how_telling(cell: Cell, color: str) -> None:
    assert heat.color_of(cell) == color


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("every", [1, 4])
def test_no_label_touches_another_or_leaves_the_paper(worked: Checked, lang: Lang, every: int) -> None:
    drawing = card(worked, lang, every).drawing
    found = boxes(drawing)
    for (a, p), (b, q) in combinations(found, 2):
        apart = p[2] <= q[0] + 0.05 or q[2] <= p[0] + 0.05 or p[3] <= q[1] + 0.05 or q[3] <= p[1] + 0.05
        assert apart, f"{a.text!r} and {b.text!r}"
    for label, (left, top, right, bottom) in found:
        assert left >= -1.2, label.text
        assert right <= drawing.width + 1.2, label.text
        assert top >= -0.3, label.text
        assert bottom <= drawing.height + 0.3, label.text


def test_title_and_words_say_what_tells_most(worked: Checked) -> None:
    found = worked.heat()
    most = max((c.weight, row.code) for row in found.rows for c in row.cells.values() if c.kind == "signal")
    title = worked.case.codebook.codes[most[1]].title
    assert title is not None
    said = card(worked)
    assert title("en") in said.title
    assert "28 July" in said.title
    assert f"{len(found.rows)} codes by {len(found.columns)} weeks" in said.alt
    assert f"{title('en')}, week of 28 July: 7.7 times, towards sooner" in said.alt
    assert title("ko") in card(worked, "ko").title


def test_a_quiet_case_says_so() -> None:
    what = checked(foedus.load(WORKED_CASE), "2025-06-05")
    quiet = checked(what.case.model_copy(update={"signals": ()}), "2025-06-06", ["usfk_role"])
    assert card(quiet).title == "Nothing that counts has been seen in 1 weeks"


def test_files_are_written_in_both_languages(worked: Checked, tmp_path: Path) -> None:
    paths = write_heat(worked, tmp_path / "new" / "folder", ("en", "ko"))
    assert [path.name for path in paths] == [
        "codes-by-week.png", "codes-by-week.pdf", "codes-by-week.ko.png", "codes-by-week.ko.pdf"
    ]  # fmt: skip
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(path.name for path in paths)
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    reader = PdfReader(paths[3])
    assert len(reader.pages) == 1
    assert "이재명" in reader.pages[0].extract_text()

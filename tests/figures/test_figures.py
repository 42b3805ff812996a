"""The charts: what they plot is what the forecast says, and no label touches another or leaves the paper."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.report import figures, palette
from foedus.report.figures import dates, levels, waterfall
from foedus.report.figures.canvas import Drawing, Label, canvas
from foedus.report.figures.scales import Scale, date_ticks, days_scale, percent_ticks, spread
from foedus.report.voice import Voice
from report_fixture import CASE_FILE, CODES, HOSTILE, LONG_KO, make, material, seven_scenarios

WIDTH, HALF = 174.0, 83.5
LONG = {"en": "A title that goes on for much longer than anyone would want to read", "ko": LONG_KO}
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "seven scenarios": {"changes": seven_scenarios()},
    "no signals": {"signals": 0},
    "long titles": {
        "changes": {
            "scenarios": {name: {**spec, "title": LONG} for name, spec in CASE_FILE["scenarios"].items()},
            "questions": {
                name: {**spec, "title": LONG}
                | ({"levels": [{**level, "title": LONG} for level in spec["levels"]]} if name == "usfk_role" else {})
                for name, spec in CASE_FILE["questions"].items()
            },
        }
    },
    "hostile": {"changes": {"scenarios": {k: {**v, "title": HOSTILE} for k, v in CASE_FILE["scenarios"].items()}}},
}


def cards(lang: str = "en", **options: Any) -> dict[str, figures.Card]:
    return figures.build(material(lang, **options), WIDTH, HALF)


def boxes(drawing: Drawing) -> list[tuple[Label, tuple[float, float, float, float]]]:
    """Each label with left, top, right and bottom in mm; ascent 0.73 em, no descent."""
    found = []
    with canvas(drawing.width, drawing.height) as paper:
        for label in drawing.labels:
            width = paper.measure(label.text, label.size, label.weight)
            left = label.x - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
            found.append((label, (left, label.y - 0.73 * label.size / 72 * 25.4, left + width, label.y)))
    return found


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_label_touches_another_or_leaves_the_paper(lang: str, case: str) -> None:
    for name, card in cards(lang, **CASES[case]).items():
        found = boxes(card.drawing)
        for (a, p), (b, q) in combinations(found, 2):
            apart = p[2] <= q[0] + 0.05 or q[2] <= p[0] + 0.05 or p[3] <= q[1] + 0.05 or q[3] <= p[1] + 0.05
            assert apart, f"{name}: {a.text!r} and {b.text!r}"
        for label, (left, top, right, bottom) in found:
            inside = (
                left >= -1.2
                and top >= -0.3
                and right <= card.drawing.width + 1.2
                and bottom <= card.drawing.height + 0.3
            )
            assert inside, f"{name}: {label.text!r} at {left:.1f}, {top:.1f}"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_figure_has_a_finding_a_note_and_its_numbers_in_words(lang: str) -> None:
    found = cards(lang)
    assert list(found) == ["timeline", "waterfall", "dates", "levels"]
    for card in found.values():
        assert card.title
        assert card.note
        assert any(char.isdigit() for char in card.alt)
        assert card.alt != card.note
        assert "<text" not in card.drawing.svg


def test_alt_texts_carry_the_numbers() -> None:
    found = cards()
    assert "Package deal from 8% to 11%" in found["timeline"].alt
    assert "from 44% to 72%" in found["waterfall"].alt
    assert "never by 31 December: 2%" in found["dates"].alt
    assert (
        "Now, 1 August: Unchanged 43, Softened joint text 42, Named regional role 13, Forces moved 2"
        in found["levels"].alt
    )


def test_the_word_of_the_date_is_that_of_the_unconditional_number() -> None:
    assert cards()["dates"].title == "First Lee–Trump summit by 31 August: likely (72%)"


def test_the_waterfall_runs_from_prior_to_now_without_a_gap() -> None:
    bundle = make()
    bundle.steps[0].effects["summit_by_august"] += 0.007  # as Monte Carlo error would
    found = material(bundle=bundle)
    rungs = waterfall.ladder(found)
    target = found.target
    assert target is not None
    assert rungs[0].start == pytest.approx(100 * target.estimate.prior)
    assert rungs[-1].end == pytest.approx(100 * target.estimate.probability)
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(rungs))
    assert len(rungs) <= waterfall.STEPS + 1


def test_stacked_bars_sum_to_100_and_the_last_is_conditional() -> None:
    found = material()
    question = found.first_levels
    assert question is not None
    bars, day = levels._bars(found, question, found.levels(question))
    assert [sum(bar.shown) for bar in bars] == [100, 100, 100]
    assert day == dt.date(2025, 9, 30)
    late = found.forecast.probability("usfk_role == unchanged", given="not (summit_date <= 2025-09-30)")
    assert bars[2].shown[0] == pytest.approx(100 * late, abs=1)


def test_twenty_dots_none_across_the_threshold() -> None:
    found = material()
    question = found.first_timing
    assert question is not None
    day, estimate = dates.threshold(found, question)
    assert day == dt.date(2025, 8, 31)
    assert estimate == question.by_date[day]
    plan = dates.plan(question, found.today, day, 35.0, 0.5)
    assert day.toordinal() + 0.5 + min(plan.bins) * plan.width >= found.today.toordinal() - 0.5 - 1e-9
    assert len(plan.bins) == 20
    assert plan.tallest * plan.width * 0.5 <= 35.0
    before = sum(number < 0 for number in plan.bins)
    happens = 1 - question.never.probability
    assert before == pytest.approx(20 * estimate.probability / happens, abs=1)


def test_nothing_is_drawn_before_the_as_of_day() -> None:
    card = cards()["dates"]
    first = next(label for label in card.drawing.labels if label.text == "1 Aug")
    numbers = [float(x) for x in re.findall(r"[ML] (-?[\d.]+) ", card.drawing.svg)]
    assert min(number for number in numbers if number > 0) / 72 * 25.4 >= 0.9
    assert first.x <= 2.0


def test_a_long_name_in_the_waterfall_takes_the_room_there_is() -> None:
    title = "A party that is needed for ratification opposes renewal"
    codes = {name: {**spec, "title": {"en": title}} for name, spec in CODES.items()}
    texts = {label.text for label in cards(codes=codes)["waterfall"].drawing.labels}
    assert title in texts


def test_the_timeline_speaks_of_the_scenario_that_leads_and_marks_its_days() -> None:
    found = material()
    lead = max(found.forecast.scenario_estimates.items(), key=lambda item: item[1].probability)[0]
    title = next(row.title for row in found.scenarios if row.id == lead)
    card = cards()["timeline"]
    assert card.title.startswith(title)
    assert "as of the days marked" in card.note


def test_stacked_bars_show_the_integers_of_the_table_or_say_that_they_are_rounded() -> None:
    bundle = make()
    question = bundle.forecast.questions["usfk_role"]
    for parts, forced in (((0.61, 0.30, 0.05, 0.04), False), ((0.614, 0.304, 0.044, 0.038), True)):
        estimates = [replace(e, probability=p, prior=p) for p, (_, e) in zip(parts, question.levels, strict=True)]
        rows = tuple((name, e) for (name, _), e in zip(question.levels, estimates, strict=True))
        bundle.forecast.questions["usfk_role"] = replace(question, levels=rows)
        bundle.forecast.case.file.questions.pop("summit_date", None)
        bundle.forecast.questions.pop("summit_date", None)
        card = cards(bundle=bundle)["levels"]
        assert ("rounded to sum to 100" in card.note) is forced


def test_the_density_keeps_its_mass_and_stays_after_today() -> None:
    mass = np.zeros(100)
    mass[40:60] = 0.05
    smooth = dates._density(mass, 8.0)
    assert smooth.sum() == pytest.approx(1.0)
    assert smooth[:40].sum() == 0


def test_a_settled_date_has_no_dot_plot() -> None:
    bundle = make()
    question = bundle.forecast.questions["summit_date"]
    question.mass[:] = 0
    question.mass[81] = 1.0
    assert "dates" not in cards(bundle=bundle)


def test_the_timeline_ends_at_the_forecast() -> None:
    drawing = cards()["timeline"].drawing
    ends = {label.text for label in drawing.labels if label.weight == 600}
    assert {"42%", "39%", "11%", "4%"} <= ends


def test_figures_are_the_same_bytes_each_time() -> None:
    first, second = cards(), cards()
    assert {name: card.drawing for name, card in first.items()} == {name: card.drawing for name, card in second.items()}


def test_mathematics_and_markup_in_labels_are_letters() -> None:
    with canvas(50, 20) as paper:
        paper.text(1, 10, r"$\frac{1}{2}$ <b> & _x_ 한", weight=600, color=palette.INK)
        drawing = paper.drawing()
    assert drawing.labels == (Label(1.0, 10.0, r"$\frac{1}{2}$ <b> & _x_ 한", "start", 7.4, 600, palette.INK),)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0.5, 8)), min_size=1, max_size=10),
)
def test_spread_keeps_labels_apart_and_inside(wanted: list[tuple[float, float]]) -> None:
    centres, sizes = [c for c, _ in wanted], [s for _, s in wanted]
    found = spread(centres, sizes, 0, 100)
    spans = sorted((c - s / 2, c + s / 2) for c, s in zip(found, sizes, strict=True))
    assert all(a[1] <= b[0] + 1e-6 for a, b in pairwise(spans))
    assert spans[0][0] >= -1e-6
    assert spans[-1][1] <= 100 + 1e-6


def test_spread_leaves_alone_what_does_not_touch() -> None:
    assert spread([10, 50, 90], [5, 5, 5], 0, 100) == [10, 50, 90]


def test_scales_and_ticks() -> None:
    assert Scale(0, 10, 100, 200)(5) == 150
    first, last = dt.date(2025, 11, 10), dt.date(2026, 3, 20)
    assert days_scale(first, last, 0, 10)(last) == 10
    voice: Voice = material().voice
    assert [tick.label for tick in date_ticks(first, last, voice)] == ["Dec", "Jan 2026", "Feb", "Mar"]
    assert [tick.label for tick in date_ticks(first, dt.date(2025, 11, 30), voice)] == ["10 Nov", "17 Nov", "24 Nov"]
    assert percent_ticks(0, 57) == [0, 10, 20, 30, 40, 50]
    assert percent_ticks(20, 80, 8) == [20, 30, 40, 50, 60, 70, 80]


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("color", [*palette.OUTCOMES, palette.RESIDUAL])
def test_text_has_contrast_and_so_has_every_outline(color: palette.OutcomeColor) -> None:
    assert contrast(color.text, "#FFFFFF") >= 4.5
    assert contrast(color.on, color.fill) >= 4.5
    if color is not palette.RESIDUAL:
        assert contrast(color.outline, "#FFFFFF") >= 2.9

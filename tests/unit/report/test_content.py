# ruff: noqa: E501
"""What the report says: its numbers are those of the forecast, and its words follow from them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from foedus.case.types import Moment, Resolution
from foedus.news.evidence import Merge
from foedus.report import words
from foedus.report.content import build
from foedus.report.material import spread_proposition
from foedus.report.sections import dates, movers, sureness
from foedus.report.sections.conditions import in_words
from foedus.report.sections.lead import leaders
from foedus.results import Estimate
from report_fixture import AS_OF, CASE_FILE, HOSTILE, Bundle, make, material, seven_scenarios


def said(runs: list[dict[str, Any]]) -> str:
    return "".join(run["t"] for run in runs)


def with_estimates(bundle: Bundle, **changes: Estimate) -> Bundle:
    for name, estimate in changes.items():
        group = bundle.forecast.headline_estimates
        (group if name in group else bundle.forecast.scenario_estimates)[name] = estimate
    return bundle


def test_the_bottom_line_gives_odds_range_and_change_of_each_headline() -> None:
    content = build(material())
    line = said(content["lead"]["bottom_line"])
    assert line.startswith("Bottom line. It is likely (72%; range 62–80%) that Lee and Trump meet by 31 August, up 28")
    assert "it is likely (57%; range 45–68%) that a joint text widens the role" in line
    assert "it is very unlikely (19%; range 12–26%) that cost-sharing is reopened this year, up 2." in line
    assert content["lead"]["headline"] == "It is likely (72%) that Lee and Trump meet by 31 August"


def test_the_same_in_korean() -> None:
    content = build(material("ko"))
    assert content["lead"]["headline"] == "이재명·트럼프 대통령이 8월 31일까지 만날 가능성 높음(72%)"
    line = said(content["lead"]["bottom_line"])
    assert line.startswith(
        "핵심 판단. 이재명·트럼프 대통령이 8월 31일까지 만날 가능성은 높음(72%, 범위 62–80%), 사전 대비 28%p"
    )


@pytest.mark.parametrize(
    ("probability", "english", "korean"),
    [
        (0.001, "The chance that Lee and Trump meet by 31 August is <1%", "만날 가능성 <1%"),
        (0.03, "There is almost no chance (3%) that Lee", "만날 가능성 거의 없음(3%)"),
        (0.12, "It is very unlikely (12%) that Lee", "만날 가능성 매우 낮음(12%)"),
        (0.50, "There is a roughly even chance (50%) that Lee", "만날 가능성 반반(50%)"),
        (0.97, "It is almost certain (97%) that Lee", "만날 것 거의 확실(97%)"),
        (0.999, "The chance that Lee and Trump meet by 31 August is >99%", "만날 가능성 >99%"),
    ],
)
def test_every_word_makes_a_sentence(probability: float, english: str, korean: str) -> None:
    estimate = Estimate(probability, probability, probability, 0.001, 0.44)
    bundle = with_estimates(make(), summit_by_august=estimate)
    assert build(material(bundle=bundle))["lead"]["headline"].startswith(english)
    assert korean in build(material("ko", bundle=bundle))["lead"]["headline"]


YES, NO = (Estimate(p, p, p, 0.0, 0.44) for p in (1.0, 0.0))


def resolved(bundle: Bundle) -> Bundle:
    """The bundle once the date of the summit and the role are known."""
    rows = [
        {"question": "summit_date", "resolved_on": "2025-07-25", "known_from": "2025-07-26", "outcome": "2025-07-25"},
        {"question": "usfk_role", "resolved_on": "2025-07-30", "known_from": "2025-07-30", "outcome": "softened_text"},
    ]
    found = tuple(Resolution.model_validate(row | {"known_from": Moment(at=AS_OF), "line": 2}) for row in rows)
    bundle.forecast.case = bundle.forecast.case.model_copy(update={"resolutions": found})
    axes = [SimpleNamespace(id=row["question"], resolved=(0, 1)) for row in rows]
    bundle.forecast.compiled.problem.axes = (*axes, SimpleNamespace(id="sma_reopened", resolved=None))
    return bundle


def test_what_is_settled_is_said_to_be_so() -> None:
    bundle = with_estimates(make(), summit_by_august=YES, cost_sharing=NO, package_deal=NO)
    content = build(material(bundle=bundle))
    assert content["lead"]["headline"] == "It is settled that Lee and Trump meet by 31 August"
    line = said(content["lead"]["bottom_line"])
    assert line.startswith("Bottom line. It is settled that Lee and Trump meet by 31 August; it is likely (57%")
    assert "it is ruled out that cost-sharing is reopened this year (settled: no)." in line
    row = content["outcomes"]["rows"][0]
    assert (row["percent"], row["range"], row["word"], row["words"]) == ("no", "", "settled: no", "")
    korean = build(material("ko", bundle=bundle))
    assert korean["lead"]["headline"] == "이재명·트럼프 대통령이 8월 31일까지 만날 것인지 확정: 그렇다"
    assert korean["outcomes"]["rows"][0]["word"] == "확정: 아니다"


def test_a_settled_scenario_leads_as_settled() -> None:
    bundle = with_estimates(make({"headlines": {}}), handshake=YES)
    assert build(material(bundle=bundle))["lead"]["headline"] == "Handshake summit is settled"


@pytest.mark.parametrize(
    ("lang", "line", "step"),
    [
        (
            "en",
            "Known by now. First Lee–Trump summit: 25 July; Role of US Forces Korea: Softened joint text (30 July).",
            "Days that passed, and outcomes now known",
        ),
        (
            "ko",
            "이미 알려진 결과. 첫 한미 정상회담: 7월 25일; 주한미군의 역할: 완화된 공동 문안(7월 30일).",
            "지나간 날들과 알려진 결과",
        ),
    ],
)
def test_known_outcomes_are_listed_and_named_in_the_step_of_time(lang: str, line: str, step: str) -> None:
    content = build(material(lang, bundle=resolved(make())))
    assert content["lead"]["known"] == line
    assert step in {row["label"] for row in content["movers"]["rows"]}
    assert build(material(lang))["lead"]["known"] == ""


@pytest.mark.parametrize(
    ("lang", "date", "level", "said"),
    [
        (
            "en",
            "2025-07-25..2025-07-28",
            "softened_text..",
            "25 July to 28 July; {role}: Softened joint text to Forces",
        ),
        ("en", "2025-08-10..", "..softened_text", "not before 10 August; {role}: Unchanged to Softened joint text"),
        ("ko", "2025-07-25..2025-07-28", "softened_text..", "7월 25일~7월 28일; {role}: 완화된 공동 문안~병력 이동"),
        ("ko", "..2025-07-28", "..softened_text", "7월 28일까지; {role}: 변화 없음~완화된 공동 문안"),
    ],
)
def test_an_outcome_known_as_a_range_is_said_as_one(lang: str, date: str, level: str, said: str) -> None:
    bundle = resolved(make())
    rows = bundle.forecast.case.resolutions
    known = tuple(row.model_copy(update={"outcome": text}) for row, text in zip(rows, (date, level), strict=True))
    bundle.forecast.case = bundle.forecast.case.model_copy(update={"resolutions": known})
    content = build(material(lang, bundle=bundle))
    role = {"en": "Role of US Forces Korea", "ko": "주한미군의 역할"}[lang]
    assert said.format(role=role) in content["lead"]["known"]
    notes = " ".join(block["note"] for block in content["questions"]["blocks"])
    assert {"en": "known: ", "ko": "알려진 범위: "}[lang] in notes


@pytest.mark.parametrize(("lang", "title"), [("en", "Left out: Taiwan"), ("ko", "빠짐: 발표문의")])
def test_a_line_that_a_text_does_not_have_is_named_as_left_out(lang: str, title: str) -> None:
    found = material(lang)
    absent = [step for step in found.explanation.steps if step.absent]
    assert [step.signals for step in absent] == [("s08",)]
    assert movers.label(found, absent[0]).startswith(title)


def test_an_as_of_at_midnight_is_the_end_of_the_day_before() -> None:
    bundle = make()
    bundle.forecast.as_of = dt.datetime(2025, 8, 2, tzinfo=ZoneInfo("Asia/Seoul"))
    content = build(material(bundle=bundle))
    assert content["frame"]["as_of"] == "1 August 2025, 24:00 KST"
    assert content["frame"]["document_title"].endswith("1 August 2025, 24:00 KST")
    assert content["frame"]["date"] == [2025, 8, 1]
    assert "1 August" in content["said"]["note"]


def test_a_lead_is_the_difference_of_unrounded_numbers() -> None:
    first, second = (Estimate(p, p - 0.1, p + 0.1, 0.001, 0.3) for p in (0.4451, 0.384))
    bundle = with_estimates(make({"headlines": {}}), handshake=first, text_first=second)
    assert "Handshake summit leads at 45%, 6 points ahead" in leaders(material(bundle=bundle))[0]


def test_a_change_of_less_than_a_point_keeps_its_sign_and_decimal() -> None:
    bundle = with_estimates(make(), package_deal=Estimate(0.436, 0.4, 0.5, 0.001, 0.44))
    assert build(material(bundle=bundle))["outcomes"]["rows"][0]["change"] == {"direction": "down", "points": "0.4"}


def test_a_change_under_monte_carlo_noise_is_not_shown() -> None:
    noisy = Estimate(0.45, 0.4, 0.5, 0.01, 0.44)
    bundle = with_estimates(make(), summit_by_august=noisy, package_deal=noisy)
    content = build(material(bundle=bundle))
    assert "no change from the prior beyond sampling noise" in said(content["lead"]["bottom_line"])
    assert content["outcomes"]["rows"][0]["change"] == {"direction": "", "points": "–"}


def test_scenarios_and_the_rest_sum_to_100() -> None:
    rows = build(material())["outcomes"]["rows"]
    assert [row["letter"] for row in rows] == ["A", "B", "C", "D", "–"]
    assert sum(row.shown for row in material().scenarios) == 100
    assert sum(row.shown_prior for row in material().scenarios) == 100
    assert [row["percent"] for row in rows] == [words.percent(row.shown) for row in material().scenarios]


def test_a_residual_of_nothing_is_not_a_row() -> None:
    bundle = make(seven_scenarios())
    bundle.forecast.residual = Estimate(0.0, 0.0, 0.0, 0.0, 0.0)
    outcomes = build(material(bundle=bundle))["outcomes"]
    assert len(outcomes["rows"]) == 7
    assert outcomes["note"].endswith("Together the scenarios cover every outcome.")


def test_overlapping_scenarios_are_said_to_overlap() -> None:
    bundle = make()
    bundle.forecast.overlap = (("package_deal", "drift", 0.07),)
    note = build(material(bundle=bundle))["outcomes"]["note"]
    assert note.endswith("Package deal and Drift can hold together (7%), so the rows need not sum to a whole.")


def test_effects_add_to_the_stated_change() -> None:
    content = build(material())["movers"]
    parts = [*(row["effect"] for row in content["rows"]), content["others"]["effect"]]
    number = [float(part.replace("−", "-")) for part in parts]
    assert sum(number) == pytest.approx(float(content["total"]["effect"]), abs=1e-9)
    target = material().target
    assert target is not None
    assert float(content["total"]["effect"]) == pytest.approx(
        100 * (target.estimate.probability - target.estimate.prior), abs=0.06
    )


def test_sampling_noise_between_steps_and_change_goes_into_the_rest() -> None:
    bundle = make()
    bundle.steps[0].effects["summit_by_august"] += 0.007
    content = build(material(bundle=bundle))["movers"]
    assert content["total"]["effect"] == "+28.1", "the change of the forecast itself"
    assert content["others"]["effect"] == "+0.4"


def test_the_movers_are_the_three_largest_in_order_of_time() -> None:
    found = material()
    effects = [abs(step.effects["summit_by_august"]) for step in found.explanation.steps]
    top = movers.largest(found)
    assert (
        sorted((abs(step.effects["summit_by_august"]) for step in top), reverse=True)
        == sorted(effects, reverse=True)[:3]
    )
    places = [found.explanation.steps.index(step) for step in top]
    assert places == sorted(places)


def test_what_looked_important_comes_with_its_reason() -> None:
    rows = build(material())["movers"]["minor"]
    assert [(row["label"], row["why"]) for row in rows] == [
        ("Official says the role of US forces could change", "speaks to Role of US Forces Korea, hardly to this"),
        ("Official dampens talk of a role change", "speaks to Role of US Forces Korea, hardly to this"),
    ]


@pytest.mark.parametrize(
    ("note", "english", "korean"),
    [
        ("capped: s01 says the same more strongly (plan)", "same intent as a stronger signal of 17 June", "6월 17일의 더 강한 신호와 같은 의도"),
        ("tempered: 9 signals on this question that week count 29% each", "one of 9 signals that week: each counts less", "한 주에 나온 신호 9개 중 하나: 각각 작게 반영"),
        ("averaged over 2 signals of one intent (x)", "one of 2 signals of one intent, averaged", "같은 의도의 신호 2개를 평균"),
        ("40% of the panel had not seen it", "counts for the 40% of the panel that had not seen it", "이를 모르고 판단한 패널 40%에만 반영"),
        ("something new", "its source counts at 0.60", "출처의 신빙성을 0.60로 반영"),
    ],
)  # fmt: skip
def test_the_reasons_of_the_attribution_in_both_languages(note: str, english: str, korean: str) -> None:
    bundle = make()
    for step in bundle.steps:
        if step.signals == ("s12",):
            step.notes, step.questions = (note,), ("summit_date",)
    for lang, expected in (("en", english), ("ko", korean)):
        rows = build(material(lang, bundle=bundle))["movers"]["minor"]
        assert rows[0]["why"] == expected


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "http://", "https://a b", "", None, 'https://x/"']
)
def test_only_web_addresses_are_links(url: str | None) -> None:
    assert movers.safe_link(url) == ""


def test_web_addresses_are_links() -> None:
    assert movers.safe_link("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"


def test_dates_show_what_each_would_change() -> None:
    found = material()
    content = build(found)["dates"]
    assert [row["date"] for row in content["rows"]] == ["13 Aug", "31 Aug", "31 Oct", "14 Nov"]
    for watch in dates.swings(found):
        total = watch.chance * watch.yes + (1 - watch.chance) * watch.no
        assert total == pytest.approx(watch.moved.given("summit_date <= 2025-12-31 or summit_date is never"), abs=1e-9)


def test_a_date_without_a_condition_is_listed_where_there_is_room() -> None:
    content = build(material(changes={"calendar": CASE_FILE["calendar"][:2]}))["dates"]
    assert [(row["date"], row["watch"] is None) for row in content["rows"]] == [("13 Aug", False), ("15 Aug", True)]


@pytest.mark.parametrize(
    ("when", "english", "korean"),
    [
        ("summit_date <= 2025-09-26", "First Lee–Trump summit by 26 September", "첫 한미 정상회담, 9월 26일까지"),
        ("summit_date < 2025-09-01", "First Lee–Trump summit by 31 August", "첫 한미 정상회담, 8월 31일까지"),
        (
            "summit_date > 2025-09-26",
            "First Lee–Trump summit not by 26 September",
            "첫 한미 정상회담, 9월 26일까지 없음",
        ),
        ("summit_date is never", "First Lee–Trump summit: never", "첫 한미 정상회담: 없음"),
        (
            "usfk_role >= softened_text",
            "Role of US Forces Korea: Softened joint text or further",
            "주한미군의 역할: 완화된 공동 문안 이상",
        ),
        ("usfk_role > named_regional_role", "Role of US Forces Korea: Forces moved", "주한미군의 역할: 병력 이동"),
        ("usfk_role < softened_text", "Role of US Forces Korea: Unchanged", "주한미군의 역할: 변화 없음"),
        ('sma_reopened != "yes"', "Cost-sharing reopened: not yes", "방위비 재협상: yes 아님"),
        ("sma_2026 >= -5", "2026 contribution ≥ −5", "2026년 분담금 ≥ −5"),
        (
            "not (summit_date is never)",
            "First Lee–Trump summit: on any date",
            "첫 한미 정상회담: 날짜 무관, 일어남",
        ),
        ("summit_date is never or usfk_role == unchanged", "", ""),
    ],
)
def test_conditions_in_words(when: str, english: str, korean: str) -> None:
    assert in_words(material(), when) == english
    assert in_words(material("ko"), when) == korean


def test_the_date_that_leads_has_the_largest_difference_in_the_table() -> None:
    watches = dates.swings(material())
    lead = dates.telling(watches)
    assert lead is not None
    assert lead.swing == max(watch.swing for watch in watches)
    content = build(material())
    assert content["dates"]["title"] == f"{lead.title} would change most"
    assert f"{lead.moved.title} goes to" in said(content["lead"]["bottom_line"])


def test_a_date_moves_what_its_condition_does_not_settle() -> None:
    for watch in dates.swings(material()):
        assert all(0.01 <= p <= 0.99 for p in (watch.yes, watch.no))
    titles = {watch.moved.title for watch in dates.swings(material(changes={"scenarios": {}}))}
    assert "Wider role in a joint text" in titles, "headlines are moved as well"


def test_where_a_condition_settles_everything_it_is_shown_all_the_same() -> None:
    one = {"a": {"when": "summit_date <= 2025-08-31"}}
    bundle = make({"scenarios": one, "headlines": {}, "calendar": CASE_FILE["calendar"][2:3]})
    watches = dates.swings(material(bundle=bundle))
    assert [(watch.yes, watch.no) for watch in watches] in ([(1.0, 0.0)], [(0.0, 1.0)])


@pytest.mark.parametrize(
    ("lang", "line"), [("en", "Who spoke is not coded (column actor)"), ("ko", "누가 말했는지 코딩되지 않음(actor 열)")]
)
def test_where_nobody_is_coded_no_silence_is_claimed(lang: str, line: str) -> None:
    bundle = make()
    case = bundle.forecast.case
    plain = tuple(signal.model_copy(update={"actor": None, "source": "yonhap"}) for signal in case.signals)
    bundle.forecast.case = case.model_copy(update={"signals": plain})
    content = build(material(lang, bundle=bundle))["said"]
    assert (content["title"], content["groups"]) == (line, [])


def test_confidence_stands_apart_from_likelihood() -> None:
    content = build(material())["sure"]
    assert said(content["statement"]) == (
        "Analytic confidence: low. The panel is illustrative. Most of the evidence has assumed multipliers (14 of 23)."
    )
    assert [part["percent"] for part in content["shares"]] == ["46%", "21%", "33%"]


def test_the_range_that_is_divided_is_that_of_something_open() -> None:
    assert spread_proposition(make().forecast) == ("summit_by_august", "summit_date <= 2025-08-31")
    settled = with_estimates(make(), summit_by_august=YES)
    assert spread_proposition(settled.forecast)[0] == "wider_role"
    assert build(material(bundle=settled))["sure"]["share_title"] == (
        "What the range of Wider role in a joint text is made of"
    )
    assert spread_proposition(make({"headlines": {}}).forecast)[0] == "text_first", "the leading scenario"
    for question, when in (
        ("summit_date", "summit_date <= 2025-08-13"),
        ("usfk_role", 'usfk_role == "unchanged"'),
        ("sma_2026", "sma_2026 <= 6.000000"),
    ):
        assert spread_proposition(make(only(question)).forecast) == (question, when)


def test_a_settled_target_has_a_settled_title() -> None:
    bundle = with_estimates(make(), summit_by_august=YES)
    assert build(material(bundle=bundle))["movers"]["title"] == "What moved it from 44% to settled: yes"


def test_confidence_by_its_stated_rule() -> None:
    bundle = make({"panel": {name: {} for name in "abcd"}})
    bundle.composition.basis_counts = {"empirical": 9, "assumed": 2}
    assert sureness.confidence(material(bundle=bundle))[0] == "high"
    bundle.forecast.headline_estimates["summit_by_august"] = Estimate(0.5, 0.3, 0.7, 0.01, 0.4)
    assert sureness.confidence(material(bundle=bundle)) == ("moderate", ["The lead range spans 40 points."])
    bundle.composition.experts = 2
    assert sureness.confidence(material(bundle=bundle)) == ("low", ["The panel has 2 members."])
    bundle.composition.experts = 1
    assert sureness.confidence(material(bundle=bundle)) == ("low", ["The panel has one member."])
    assert sureness.confidence(material(ok=False))[0] == "withheld"


def test_the_illustrative_mark_stands_in_head_box_footer_and_by_the_prior() -> None:
    frame = build(material())["frame"]
    assert frame["illustrative"]["short"] == "Illustrative panel"
    real = make({"panel": {"a": {}, "b": {}, "c": {}}})
    real.composition.illustrative = False
    assert build(material(bundle=real))["frame"]["illustrative"] is None


def test_failed_diagnostics_are_said_at_the_top() -> None:
    frame = build(material(ok=False))["frame"]
    assert frame["failed"]["short"] == "Diagnostics failed: do not use these numbers"
    assert "outer ESS 21 is under 50" in frame["failed"]["long"]
    assert build(material())["frame"]["failed"] is None


def only(*names: str) -> dict[str, Any]:
    return {
        "questions": {
            name: {k: v for k, v in CASE_FILE["questions"][name].items() if k != "only_if"} for name in names
        },
        "scenarios": {},
        "headlines": {},
        "calendar": [],
    }


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("question", ["summit_date", "usfk_role", "sma_reopened", "sma_2026"])
def test_one_question_and_nothing_else(question: str, lang: str) -> None:
    content = build(material(lang, changes=only(question), signals=0))
    assert content["lead"]["headline"]
    assert content["movers"] is None
    assert json.loads(json.dumps(content)) == content
    assert bool(content["outcomes"]["rows"]) == (question != "sma_2026")


def test_findings_without_headlines() -> None:
    assert build(material(changes={"headlines": {}}))["lead"]["headline"] == (
        "Text first, money later leads at 42%, 4 points ahead of Handshake summit"
    )
    assert (
        build(material(changes=only("summit_date")))["lead"]["headline"]
        == "First Lee–Trump summit by 13 August: roughly even chance (45%)"
    )
    assert (
        build(material(changes=only("usfk_role")))["lead"]["headline"]
        == "Role of US Forces Korea: ‘Unchanged’ leads at 43%"
    )
    assert (
        build(material(changes=only("sma_2026")))["lead"]["headline"]
        == "2026 contribution: median 6, 90% interval −2 to 14"
    )


def test_without_news_nothing_moved_but_time() -> None:
    content = build(material(signals=0))
    assert "no coded report bears on it yet" in content["lead"]["standfirst"]
    assert [row["label"] for row in content["movers"]["rows"]] == ["Days that passed without an outcome"]
    assert content["said"]["title"] == "No issue is on the record yet"


def test_a_headline_without_a_clause_in_the_language_is_named_by_its_title() -> None:
    headline = {"h": {"title": "Summit", "say": {"en": "they meet"}, "when": "summit_date <= 2025-08-31"}}
    assert build(material("ko", changes={"headlines": headline}))["lead"]["headline"] == "Summit: 가능성 높음(72%)"
    assert (
        build(material("en", changes={"headlines": headline}))["lead"]["headline"]
        == "It is likely (72%) that they meet"
    )


def test_who_leads_when_it_is_none_of_them() -> None:
    bundle = make({"scenarios": {"a": {"when": "summit_date <= 2025-08-05"}}})
    title = build(material(bundle=bundle))["outcomes"]["title"]
    assert title.startswith("No named scenario leads: ")


def test_replaced_characters_are_owned_up_to() -> None:
    content = build(material(changes={"title": "Talks 😀"}))
    assert content["frame"]["subject"] == "Talks □"
    assert content["replaced"] == "□ stands for a character that the report's fonts do not have."


def test_the_prior_and_the_estimate_are_the_forecasts_own() -> None:
    found = material()
    for row, cells in zip(found.scenarios, build(found)["outcomes"]["rows"], strict=True):
        assert cells["ends"] == [100 * row.estimate.low, 100 * row.estimate.probability, 100 * row.estimate.high]
        assert cells["prior"] == 100 * row.estimate.prior
    assert replace(found.scenarios[0].estimate) == found.forecast.scenario_estimates["package_deal"]


@pytest.mark.parametrize(
    ("lang", "expected"), [("en", "Copies of one text (1): s14 > s12."), ("ko", "같은 글 1건: s14 > s12.")]
)
def test_what_does_not_count_by_itself_is_said_with_what_it_counts_with(lang: str, expected: str) -> None:
    def lines(merges: list[Merge]) -> list[str]:
        bundle = make()
        account = replace(bundle.forecast.account, merges=tuple(merges))
        changed = replace(bundle, forecast=replace(bundle.forecast, account=account))
        return list(build(material(lang, changed))["questions"]["merged"])

    assert lines([]) == []
    assert lines([Merge("s14", "s12", "origin")]) == [expected]
    assert HOSTILE[:20] in lines([Merge(HOSTILE, "s12", "origin")])[0]
    many = [Merge(f"a{i}", "s1", "event") for i in range(8)]
    twice = [Merge("s3", "s1", "group", question=q) for q in ("one", "two")]
    said = lines([Merge("s14", "s12", "origin"), *many, *twice, Merge("s9", "s9", "duplicate")])
    assert len(said) == 4
    assert "a5 > s1" in said[0]
    assert "a6 > s1" not in said[0]
    assert ("and 2 more" if lang == "en" else "외 2개") in said[0]
    assert any(line.endswith(": s9.") for line in said)
    assert sum("s3 > s1" in line and line.count(" > ") == 1 for line in said) == 1

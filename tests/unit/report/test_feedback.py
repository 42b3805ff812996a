"""Pages of feedback: every number is the expert's own, nobody else's name stands on them, and each is one page."""

from __future__ import annotations

import dataclasses
import io
import string
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pytest

from elicitation_fixture import FILE, ROWS, small
from foedus.case.types import Case, Lang
from foedus.elicitation.fit import fit_quantiles
from foedus.elicitation.panel import panel
from foedus.errors import CaseError
from foedus.report import words
from foedus.report.feedback import pages, write_feedback
from foedus.report.feedback.reply import Reply, mixture_quantile, replies
from foedus.report.pages import typeset
from foedus.report.phrases import feedback_en, feedback_ko
from foedus.report.voice import User

TITLES = {
    "ann": {"en": "Ann of the archive", "ko": "기록실 안씨"},
    "bo": {"en": "Bo of the bureau", "ko": "사무국 보씨"},
}
MORE = """
ann,2025-06-20,3,summit,,never,,0.1
ann,2025-06-20,3,summit,,probability,<= 2025-07-31,0.4
ann,2025-06-20,3,summit,,probability,<= 2025-08-30,0.7
bo,2025-06-10,1,cost,,quantile,0.05,1
bo,2025-06-10,1,cost,,quantile,0.5,4
bo,2025-06-10,1,cost,,quantile,0.95,19
bo,2025-06-10,1,role,,probability,unchanged,0.5
bo,2025-06-10,1,role,,probability,softened,0.3
bo,2025-06-10,1,role,,probability,named,0.2
bo,2025-06-10,1,cost,role >= softened,quantile,0.05,2
bo,2025-06-10,1,cost,role >= softened,quantile,0.5,5
bo,2025-06-10,1,cost,role >= softened,quantile,0.95,20
""".strip()


UNCERTAIN = {"unchanged": (0.5, 0.55, 0.6), "softened": (0.22, 0.3, 0.35), "named": (0.11, 0.15, 0.2)}


def case(rows: str = f"{ROWS}\n{MORE}", **changes: Any) -> Case:
    people = {name: {"title": title} for name, title in TITLES.items()}
    calendar = [
        {"date": "2025-07-04", "title": "Parade"},
        {"date": "2025-08-01", "title": {"en": "Budget", "ko": "예산"}},
    ]
    return small(rows, **({"panel": people, "calendar": calendar} | changes))


def of(expert: str, made: Case) -> list[Reply]:
    return [*replies(made, panel(made), (expert,))]


def page_count(data: dict[str, Any]) -> int:
    return len(pypdf.PdfReader(io.BytesIO(typeset("feedback.typ", data, "pdf")[0])).pages)


@cache
def text_of(expert: str, lang: Lang) -> tuple[str, ...]:
    """The text of each page of an expert, as a PDF reader finds it."""
    made = case()
    found = of(expert, made)
    reader = pypdf.PdfReader(io.BytesIO(typeset("feedback.typ", pages.compose(made, found, lang), "pdf")[0]))
    assert len(reader.pages) == len(found)
    return tuple(" ".join(page.extract_text().split()) for page in reader.pages)


def test_a_page_for_each_question_that_was_answered() -> None:
    assert [reply.name for reply in of("ann", case())] == ["summit", "role", "cost", "venue"]
    assert [reply.name for reply in of("bo", case())] == ["summit", "role", "cost"]


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(("expert", "other"), [("ann", "bo"), ("bo", "ann")])
def test_the_others_stand_without_their_names(expert: str, other: str, lang: Lang) -> None:
    for text in text_of(expert, lang):
        assert TITLES[expert][lang] in text
        assert TITLES[other][lang] not in text
        assert not {other, other.capitalize()} & set(text.split())


def test_what_was_said_stands_there_as_it_was_said() -> None:
    summit, role, cost, _ = text_of("ann", "en")
    for line in ("Never 10%", "By 31 July 40%", "By 30 August 70%", "round 3"):
        assert line in summit
    for line in ("unchanged 60%", "softened 40%"):
        assert line in role
    for line in ("Exactly 0 30%", "1 in 10: at or below −5", "9 in 10: at or below 12"):
        assert line in cost
    assert "2 Jun to 11 Jun 1 chip" in text_of("bo", "en")[0]
    assert "31일까지 40%" in text_of("ann", "ko")[0]


def test_what_it_implies_is_what_the_curve_gives() -> None:
    made = case()
    p = panel(made).timing["summit"]["ann"]
    reply = of("ann", made)[0]
    upto = np.cumsum(p[:-1])
    twentieth = reply.window.date(int(np.searchsorted(upto, 0.05)) + 1)
    text = text_of("ann", "en")[0]
    assert f"You say 1 in 20 that it comes by {twentieth.day} {twentieth:%B}." in text
    budget = words.percent(words.whole(float(upto[60])))  # 1 August is day 61
    assert f"By 1 August (Budget): {budget}." in text
    assert "You don't come to 9 in 10" not in text  # they do, on the last day: never is 10 %


def test_the_shift_between_rounds_is_shown() -> None:
    summit, role, *_ = text_of("ann", "en")
    assert "Since round 1" in summit
    assert "Never: 20% to 10%." in summit
    assert "‘unchanged’: 90% to 60%." in role
    assert "Since round" not in text_of("bo", "en")[0]


def test_conditions_are_shown_and_what_they_come_to_together() -> None:
    *_, venue = text_of("ann", "en")
    made = case()
    p = panel(made).timing["summit"]["ann"]
    here = 1.0 * p[-1] + 0.0 * (1 - p[-1])  # here if never, there otherwise
    assert f"‘here’ comes to {words.percent(words.whole(here))}." in venue
    assert "You give most to ‘there’" in venue
    assert "‘there’ comes to 90%." in venue
    assert "Median 5, 9 in 10 between 2 and 20." in text_of("bo", "en")[2]


def test_the_place_among_the_others() -> None:
    made = case()
    mine, theirs = (float(panel(made).quantities["cost"][who].quantile(0.5)) for who in ("bo", "ann"))
    both = [panel(made).quantities["cost"][who] for who in ("bo", "ann")]
    middle = float(mixture_quantile(both, np.array([0.5, 0.5]), 0.5))
    assert theirs < middle < mine
    assert f"Your median lies {words.quantity(mine - middle)} above the panel's" in text_of("bo", "en")[2]
    assert "You give ‘named’ 10 points less than the panel" in text_of("ann", "en")[1]


def test_a_quantile_of_a_pool_is_that_of_the_mixture() -> None:
    views = [fit_quantiles([0.1, 0.9], x) for x in ([0, 1], [5, 9], [-3, 20])]
    weights, p = np.array([0.2, 0.5, 0.3]), np.array([0.01, 0.3, 0.5, 0.97])
    at = mixture_quantile(views, weights, p)
    np.testing.assert_allclose(sum(w * view.cdf(at) for w, view in zip(weights, views, strict=True)), p, rtol=1e-9)


def test_a_family_and_what_it_misses_are_told() -> None:
    rows = f"{ROWS}\n{MORE}".replace("cost,,quantile,0.95,19", "cost,,quantile,0.95,40")
    made = case(rows, questions=FILE["questions"] | {"cost": FILE["questions"]["cost"] | {"fit": "normal"}})
    data = pages.compose(made, of("bo", made), "en")
    miss = panel(made).residuals["cost"]["bo"]
    told = next(page["fit"] for page in data["pages"] if page["title"] == "cost")
    assert "the normal distribution nearest to your numbers (mean " in told
    assert f"it misses one of them by {100 * miss:.1f} points" in told
    plain = pages.compose(case(), of("bo", case()), "en")
    assert any(page["fit"] == "The curve goes through every number you gave." for page in plain["pages"])


def test_uncertain_levels_tell_what_they_are_worth() -> None:
    rows = "\n".join(
        f"bo,2025-06-21,2,role,,quantile,{name} @ {share},{x}"
        for name, values in UNCERTAIN.items()
        for share, x in zip((0.25, 0.5, 0.75), values, strict=True)
    )  # fmt: skip
    made = case(f"{ROWS}\n{MORE}\n{rows}")
    page = pages.compose(made, of("bo", made), "ko")["pages"][1]
    assert any("**" not in "".join(run["t"] for run in item) for item in page["implied"]["items"])
    assert any("30건" in "".join(run["t"] for run in item) for item in page["implied"]["items"])
    assert page["said"]["rows"][0] == {"what": "unchanged: 4번 중 1번꼴로 이 값 이하", "value": "50%"}


def test_a_contradiction_with_conditions_is_asked_about() -> None:
    """P(summit by 30 August) = 0.7 in the last round; named at 0.6 under it would make 0.42, but 0 was said."""
    rows = f"{ROWS}\n{MORE}".replace(
        "role,summit <= 2025-08-30,probability,softened,1", "role,summit <= 2025-08-30,chips,named,6"
    )
    rows += "\nann,2025-06-11,1,role,summit <= 2025-08-30,chips,unchanged,4"
    made = case(rows)
    for lang, words_ in (("en", "come to at least 42%"), ("ko", "적어도 42%")):
        data = pages.compose(made, of("ann", made), lang)  # type: ignore[arg-type]
        (doubt,) = data["pages"][1]["doubts"]
        assert words_ in doubt
        assert "<1%" in doubt
    assert pages.compose(made, of("bo", made), "en")["pages"][1]["doubts"] == []


def test_one_who_rules_it_out_and_one_who_is_alone() -> None:
    said = ("summit,,never,,1", "cost,,quantile,0.1,1", "cost,,quantile,0.9,3")
    rows = "\n".join(f"ann,2025-06-11,1,{row}" for row in said)
    questions = {name: FILE["questions"][name] for name in ("summit", "cost")}
    made = small(rows, questions=questions, panel={"ann": {}})
    data = pages.compose(made, of("ann", made), "en")
    assert data["pages"][0]["finding"] == "You rule it out until 29 September"
    assert data["pages"][1]["cards"]["place"]["title"] == "Nobody else has answered yet"
    assert page_count(data) == 2


def test_the_sentence_on_top_is_rounded_as_the_bars_are() -> None:
    said = (("unchanged", 0.655), ("softened", 0.156), ("named", 0.189))  # to the next whole: 66, 16, 19, which is 101
    rows = "\n".join(f"ann,2025-06-11,1,role,,probability,{level},{p}" for level, p in said)
    made = small(rows, questions={"role": FILE["questions"]["role"]}, panel={"ann": {}})
    (page,) = pages.compose(made, of("ann", made), "en")["pages"]
    assert page["finding"] == "You give most to ‘unchanged’: 65%"


HOSTILE = "=cmd|' /C calc'!A0 <b>#let x = 1</b> $x$ \u202e ‘’ “almost certain” @ref *bold* 漢字 🙂 " + "long " * 40


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_nothing_a_case_says_breaks_a_page(lang: Lang) -> None:
    questions = {
        name: dict(asked) | {"title": HOSTILE, "resolves": HOSTILE} for name, asked in FILE["questions"].items()
    }
    questions["role"]["levels"] = [
        {"id": name, "title": HOSTILE, "means": HOSTILE} for name in ("unchanged", "softened", "named")
    ]
    questions["cost"]["unit"] = HOSTILE
    made = case(questions=questions, panel={"ann": {"title": HOSTILE}, "bo": {"title": HOSTILE}})
    for expert in ("ann", "bo"):
        data = pages.compose(made, of(expert, made), lang)
        assert page_count(data) == len(data["pages"])


def test_many_levels_and_many_experts_still_make_one_page() -> None:
    levels = [f"level_{i}" for i in range(12)]
    questions = {"role": {"type": "ordinal", "levels": levels}, "cost": {"type": "quantity", "unit": "%"}}
    people = {f"expert_{i:02}": {} for i in range(48)}
    rows = []
    for i, who in enumerate(people):
        rows += [f"{who},2025-06-01,1,role,,probability,{name},{1 / 12!r}" for name in levels]
        rows += [f"{who},2025-06-01,1,cost,,quantile,{p},{i + 10 * p}" for p in (0.05, 0.5, 0.95)]
    made = small("\n".join(rows), questions=questions, panel=people)
    data = pages.compose(made, of("expert_07", made), "en")
    assert page_count(data) == 2


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_pages_are_accessible_pdf(lang: Lang, tmp_path: Path) -> None:
    written = write_feedback(case(), tmp_path, (lang,), ("bo",), ("cost",))
    reader = pypdf.PdfReader(written.pdf[0])
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == lang
    assert root["/MarkInfo"]["/Marked"]


def test_files_of_every_expert_and_language(tmp_path: Path) -> None:
    seen: list[str] = []
    written = write_feedback(case(), tmp_path, ("en", "ko"), (), ("role",), lambda stage, _: seen.append(stage))
    names = sorted(str(path.relative_to(tmp_path)) for path in (*written.pdf, *written.png))
    assert names == sorted(
        f"{who}/{name}" for who in TITLES for name in ("feedback.pdf", "feedback.ko.pdf", "role.png", "role.ko.png")
    )
    assert all(path.exists() for path in (*written.pdf, *written.png))
    assert seen == ["ann", "ann", "bo", "bo"]
    again = write_feedback(case(), tmp_path / "again", ("en",), ("bo",), ("role",))
    assert again.png[0].read_bytes() == (tmp_path / "bo" / "role.png").read_bytes()


@pytest.mark.parametrize(
    ("experts", "questions", "match"),
    [
        (("boo",), (), "--expert: there is no 'boo'; did you mean 'bo'"),
        ((), ("rolle",), "--question: there is no 'rolle'; did you mean 'role'"),
        (("bo",), ("venue",), "says nothing about these experts and questions"),
    ],
)
def test_nothing_is_written_for_what_is_not_there(
    tmp_path: Path, experts: tuple[str, ...], questions: tuple[str, ...], match: str
) -> None:
    with pytest.raises(CaseError, match=match):
        write_feedback(case(), tmp_path / "out", ("en",), experts, questions)
    assert not (tmp_path / "out").exists()


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_say_the_same() -> None:
    assert set(feedback_en.PHRASES) == set(feedback_ko.PHRASES)
    for key, template in feedback_en.PHRASES.items():
        assert blanks(template) == blanks(feedback_ko.PHRASES[key]), key


@pytest.mark.parametrize(("lang", "phrases"), [("en", feedback_en.PHRASES), ("ko", feedback_ko.PHRASES)])
def test_every_phrase_passes_the_lint(lang: Lang, phrases: dict[str, str]) -> None:
    for key, template in phrases.items():
        fill = {name: User("72%" if name in {"p", "q"} else "12") for name in blanks(template)}
        assert words.faults(template.replace("**", "").format(**fill), lang) == [], key


def test_every_phrase_is_used() -> None:
    room = Path(pages.__file__).parent
    source = "".join(path.read_text("utf-8") for path in room.glob("*.py"))
    source += (room.parent / "sheet" / "items.py").read_text("utf-8")
    stems = {"fb_upto_day": "fb_upto", "fb_over_day": "fb_over"}
    unused = [key for key in feedback_en.PHRASES if f'"{stems.get(key, key)}"' not in source]
    assert unused == []


def test_a_reply_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign"):
        of("bo", case())[0].name = "x"  # type: ignore[misc]

"""Made-up reports in Korean and English, each with the story that it tells: what a finder of duplicates is held to.

Written before the finder was run on them, by the one who wrote it; no real wire stands here. Among them: rewording,
word order, Korean particles and spacing, Washington evening and Seoul morning, copies, one story in two languages; and
what only looks alike: two officials, two rounds, a denial repeated, another number.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from build import by_level, case, ordinal
from foedus.case.types import Case

CODES: dict[str, Any] = {
    name: {"bears_on": {"q": by_level(a=a, b=1 / a)}, "cameo": [cameo]}
    for name, a, cameo in [
        ("summit_date", 0.5, "036"),
        ("meeting", 0.8, "040"),
        ("visit", 0.7, "042"),
        ("demand", 1.2, "1031"),
        ("denial", 1.8, "120"),
        ("role", 0.6, "010"),
        ("exercise", 1.1, "1622"),
        ("threat", 1.5, "1311"),
    ]
}
SEOUL, WASHINGTON = "+09:00", "-04:00"
_COLUMNS = ("story", "published", "source", "code", "actor", "recipient", "actor_level", "speaker", "quote")
_ROWS = [
    # one announcement, three outlets, two zones
    ("announce", f"2025-02-03T20:10{WASHINGTON}", "reuters", "summit_date", "USA", "KOR", "leader", "us_president",
     "The president of South Korea will come to the White House in the first week of March, the US president said"),
    ("announce", f"2025-02-04T09:40{SEOUL}", "yonhap", "summit_date", "USA", "KOR", "leader", "us_president",
     "US president says South Korea's president to visit the White House in first week of March"),
    ("announce", f"2025-02-04T10:05{SEOUL}", "newsis", "summit_date", "USA", "KOR", "leader", "us_president",
     "미국 대통령은 한국 대통령이 3월 첫째 주에 백악관을 방문할 것이라고 밝혔다"),
    ("announce", f"2025-02-04T10:30{SEOUL}", "hankyung", "summit_date", "USA", "KOR", "leader", "us_president",
     "美 대통령 “한국 대통령, 3월 첫째주 백악관 방문”"),
    # the same code a day later, by the other side, with another content
    ("answer", f"2025-02-05T11:00{SEOUL}", "yonhap", "summit_date", "KOR", "USA", "leader", "rok_spokesperson",
     "The presidential office said that no date has been fixed and working-level talks go on"),
    ("answer", f"2025-02-05T11:20{SEOUL}", "newsis", "summit_date", "KOR", "USA", "leader", "rok_spokesperson",
     "대통령실은 방미 날짜가 정해진 바 없으며 실무 협의가 진행 중이라고 밝혔다"),
    ("answer", f"2025-02-05T11:35{SEOUL}", "hankyung", "summit_date", "KOR", "USA", "leader", "rok_spokesperson",
     "대통령실, 방미 날짜 정해진 바 없어… 실무협의 진행중"),
    # wire copies
    ("demand", "2025-02-10", "reuters", "demand", "USA", "KOR", "leader", "us_president",
     "South Korea should pay 10 billion dollars a year for the troops, he told a rally in Ohio"),
    ("demand", "2025-02-10", "yonhap", "demand", "USA", "KOR", "leader", "us_president",
     "South Korea should pay 10 billion dollars a year for the troops, he told a rally in Ohio"),
    ("demand", "2025-02-11", "newsis", "demand", "USA", "KOR", "leader", "",
     "He told a rally in Ohio that South Korea should pay 10 billion dollars a year for troops"),
    # another demand the next day, by another official, with another number
    ("demand2", "2025-02-11", "reuters", "demand", "USA", "KOR", "minister", "us_defense_secretary",
     "Allies should spend 5 percent of output on defence, the secretary told reporters on his plane"),
    ("demand2", "2025-02-12", "yonhap", "demand", "USA", "KOR", "minister", "us_defense_secretary",
     "동맹국은 국내총생산의 5%를 국방비로 써야 한다고 국방장관이 기내에서 기자들에게 말했다"),
    # two rounds of talks in one week
    ("round3", "2025-02-17", "reuters", "meeting", "KOR;USA", "", "working", "",
     "Negotiators held the third round of cost-sharing talks in Honolulu and narrowed some differences"),
    ("round3", "2025-02-17", "yonhap", "meeting", "USA;KOR", "", "working", "",
     "Third round of cost-sharing talks held in Honolulu; negotiators narrow some differences"),
    ("round3", "2025-02-18", "newsis", "meeting", "KOR;USA", "", "working", "",
     "한미, 하와이에서 방위비분담 제3차 협상을 열어 일부 이견을 좁혔다"),
    ("working_group", "2025-02-18", "hankyung", "meeting", "KOR;USA", "", "working", "",
     "The joint working group on nuclear fuel met in Washington to discuss spent fuel and enrichment"),
    # denials: one repeated, one of something else
    ("denial", "2025-02-20", "reuters", "denial", "USA", "KOR", "military", "usfk_spokesperson",
     "Reports that troops will be reduced are not true, a spokesperson of US Forces Korea said"),
    ("denial", "2025-02-20", "hankyung", "denial", "USA", "KOR", "military", "usfk_spokesperson",
     "주한미군 대변인은 병력 감축 보도는 사실이 아니라고 말했다"),
    ("denial", "2025-02-21", "yonhap", "denial", "USA", "KOR", "military", "",
     "US Forces Korea spokesperson says reports of a troop reduction are not true"),
    ("denial_ministry", "2025-02-20", "newsis", "denial", "KOR", "USA", "minister", "rok_mnd",
     "국방부는 전시작전통제권 전환 시점을 협의한 바 없다고 부인했다"),
    # one briefing, quoted by different sentences
    ("briefing", f"2025-02-24T14:00{SEOUL}", "yonhap", "role", "KOR", "USA", "unnamed", "senior_official",
     "The role of US forces may change as the regional environment changes"),
    ("briefing", f"2025-02-24T14:20{SEOUL}", "newsis", "role", "KOR", "USA", "unnamed", "senior_official",
     "지역 정세가 변하면 주한미군 역할도 변할 수 있다"),
    ("briefing", f"2025-02-24T15:10{SEOUL}", "hankyung", "role", "KOR", "USA", "unnamed", "senior_official",
     "동맹이라고 모든 일에 뜻이 같을 수는 없다"),
    # an expert and a think tank on the same day: nothing in common but the subject
    ("expert", "2025-02-24", "reuters", "role", "USA", "", "expert", "think_tank_fellow",
     "Strategic flexibility will be the hardest question of the year, a fellow wrote"),
    ("expert2", "2025-02-24", "yonhap", "role", "USA", "", "expert", "retired_general",
     "A retired general said at a forum in Seoul that readiness must not suffer"),
    # mirrored: a call of ministers, once from each side
    ("call", "2025-03-03", "reuters", "meeting", "USA", "KOR", "minister", "us_state_department",
     "The secretary spoke by phone with the foreign minister about North Korea"),
    ("call", "2025-03-03", "yonhap", "meeting", "KOR", "USA", "minister", "rok_mofa",
     "외교장관은 국무장관과 통화하고 북한 문제를 협의했다"),
    # threats of both sides at each other: no mirror
    ("threat_a", "2025-03-05", "reuters", "threat", "USA", "PRK", "leader", "us_president",
     "Any attack will be met with overwhelming force"),
    ("threat_b", "2025-03-05", "yonhap", "threat", "PRK", "USA", "leader", "prk_leader",
     "핵 무력을 더욱 강화하여 적대 행위에 맞설 것"),
    # one exercise put off, told with and without spaces
    ("exercise", "2025-03-10", "yonhap", "exercise", "KOR;USA", "", "military", "",
     "한미연합훈련 일부 야외기동훈련을 9월로 연기하기로 했다"),
    ("exercise", "2025-03-10", "newsis", "exercise", "KOR;USA", "", "military", "",
     "한미 연합 훈련, 일부 야외 기동 훈련 9월로 연기"),
    ("exercise", "2025-03-11", "hankyung", "exercise", "USA;KOR", "", "military", "",
     "합참 “야외기동훈련 일부 9월로 연기”"),
    # two visits on one day, other people
    ("visit_envoy", "2025-03-12", "reuters", "visit", "KOR", "USA", "minister", "rok_trade_minister",
     "The trade minister left for Washington to discuss tariffs on cars"),
    ("visit_envoy", "2025-03-12", "yonhap", "visit", "KOR", "USA", "minister", "rok_trade_minister",
     "Trade minister leaves for Washington for talks on car tariffs"),
    ("visit_adviser", "2025-03-12", "newsis", "visit", "KOR", "USA", "minister", "rok_national_security_adviser",
     "국가안보실장이 한미 정상회담 의제를 조율하려고 출국했다"),
]  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """The reports as rows of signals.csv; the story is the part of the id before the point."""
    out = []
    for i, values in enumerate(_ROWS):
        row = {name: value for name, value in zip(_COLUMNS, values, strict=True) if value}
        out.append({**row, "id": f"{row.pop('story')}.{i}", "happened": None})
    return [{name: value for name, value in row.items() if name != "story"} for row in out]


def made(given: list[dict[str, Any]] | None = None, **more: Any) -> Case:
    """A case with these rows (default: all)."""
    return case(
        {"q": ordinal("a", "b")},
        {"ann": {"q": {"a": 0.5, "b": 0.5}}},
        days=90,
        codes=more.pop("codes", CODES),
        sources={name: {} for name in ("reuters", "yonhap", "newsis", "hankyung")},
        signals=rows() if given is None else given,
        timezone="Asia/Seoul",
        settings={"draws": 64, "points": 32, **more.pop("settings", {})},
        **more,
    )


def story(name: str) -> str:
    return name.partition(".")[0]


def true_pairs(ids: list[str]) -> set[frozenset[str]]:
    """Pairs that tell one story."""
    return {frozenset(pair) for pair in combinations(ids, 2) if story(pair[0]) == story(pair[1])}

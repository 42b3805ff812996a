"""What the guided prompt says, in English and Korean."""

from __future__ import annotations

from foedus.case.types import Lang, Text


def _t(en: str, ko: str) -> Text:
    return Text(en=en, ko=ko)


PHRASES: dict[str, Text] = {
    "welcome": _t(
        "One signal for {title}. Enter takes what stands in brackets, - leaves a cell empty, ? explains, < goes back, "
        "Ctrl-C leaves without writing.",
        "{title}: 신호 한 건을 입력합니다. Enter는 괄호 안의 값, -는 빈칸, ?는 설명, <는 이전 질문, Ctrl-C는 저장하지 "
        "않고 종료.",
    ),
    "at_start": _t("This is the first question.", "첫 질문입니다."),
    "which": _t("Number, or other words", "번호 또는 다른 검색어"),
    "none_found": _t(
        "Nothing fits {words!r}; try another word, or Enter for all.",
        "{words!r}에 맞는 항목이 없습니다. 다른 말로 찾거나 Enter로 전체를 보세요.",
    ),
    "no_number": _t("There is no number {n}: 1 to {most}.", "{n}번은 없습니다. 1부터 {most}까지."),
    "further": _t("… and {n} more: write further words.", "… 외 {n}건: 검색어를 더 적으세요."),
    "take_code": _t("Code it as {name}? yes or no", "{name}(으)로 코딩할까요? yes 또는 no"),
    "take_code_explain": _t(
        "yes: the report fits the definition above, and none of what it excludes or of its near misses; the next "
        "question follows. no: search again; nothing is lost.",
        "yes: 보도가 위 정의에 맞고 제외·혼동 주의에 해당하지 않음. 다음 질문으로 넘어갑니다. no: 다시 검색합니다.",
    ),
    "new_source": _t(
        "Not there? Add it to codebook.yaml under sources, and run this again:\n"
        "  the_outlet: {{title: {{en: The Outlet, ko: 매체 이름}}, reliability: C}}   # A to F; F: can't be judged",
        "목록에 없으면 codebook.yaml의 sources 아래에 추가하고 다시 실행하세요:\n"
        "  the_outlet: {{title: {{en: The Outlet, ko: 매체 이름}}, reliability: C}}   # A~F, F는 판단 불가",
    ),
    "definition": _t("Definition", "정의"),
    "include": _t("Include", "포함"),
    "exclude": _t("Exclude", "제외"),
    "near_misses": _t("Near misses", "혼동 주의"),
    "examples": _t("Examples", "예"),
    "requires": _t("Needs", "필수"),
    "bears_on": _t("Bears on", "관련 질문"),
    "nothing": _t("nothing: recorded, not used", "없음(기록만 하고 사용하지 않음)"),
    "known_from": _t("{text}: {precision}, known from {at}", "{text}: {precision}, {at}부터 알려진 것으로 처리"),
    "time": _t("a time", "시각"),
    "day": _t("a whole day", "하루 전체"),
    "week": _t("a whole week", "한 주 전체"),
    "month": _t("a whole month", "한 달 전체"),
    "known": _t("  so far: {words}", "  기존: {words}"),
    "warning": _t("Worth a look: {text}", "확인 필요: {text}"),
    "alike": _t("Already coded, and perhaps the same event:", "이미 코딩된, 같은 사건일 수 있는 행:"),
    "another_report": _t("Another report of one of these? Its number", "이 중 하나에 대한 또 다른 보도입니까? 번호"),
    "no_event": _t(
        "{id} names no event, so that nothing joins the two yet: give both rows the same `event` in signals.csv.",
        "{id}에 event가 없어 아직 묶을 수 없습니다. signals.csv에서 두 행에 같은 event를 적으세요.",
    ),
    "joined": _t(
        "One event with {id} ({event}): it will not count twice.",
        "{id}와 같은 사건({event})으로 묶어 중복 반영하지 않습니다.",
    ),
    "row": _t("The row", "입력할 행"),
    "says": _t("What it says, as of {day}", "의미({day} 기준)"),
    "says_nothing": _t("It says nothing on any question.", "어느 질문에도 반영되지 않습니다."),
    "used": _t("It counts.", "반영됩니다."),
    "not_used": _t("It does not count by itself: {why}.", "단독으로 반영되지 않습니다: {why}."),
    "in_prior": _t("it was known before the panel spoke", "패널 판단 이전에 알려짐"),
    "no_bearing": _t("its code bears on no question", "코드가 어느 질문과도 관련되지 않음"),
    "refused": _t("It can't be written yet:", "아직 저장할 수 없습니다:"),
    "menu": _t(
        "w write, f what it does to the forecast, e COLUMN change or add a cell, q leave without writing",
        "w 저장, f 예측에 미치는 영향, e 열이름 수정·추가, q 저장하지 않고 종료",
    ),
    "menu_explain": _t("Columns that can be changed or added: {columns}.", "수정하거나 추가할 수 있는 열: {columns}."),
    "no_choice": _t("{answer!r} is none of these.", "{answer!r}은(는) 선택지에 없습니다."),
    "written": _t("{path}:{line}: {id} written.", "{path}:{line}: {id} 저장했습니다."),
    "left": _t("This signal was not written.", "이 신호는 저장하지 않았습니다."),
    "dry": _t("Sound; nothing was written (--dry-run).", "이상 없음. 저장하지 않았습니다(--dry-run)."),
    "another": _t("Code another signal? yes or no", "신호를 더 입력할까요? yes 또는 no"),
    "scenario": _t("Scenario", "시나리오"),
    "before": _t("Before", "이전"),
    "after": _t("With it", "반영 후"),
    "change": _t("Change", "변화"),
    "effect_note": _t(
        "As of {day}; change in points, left out where Monte Carlo error (MCSE {mcse:.1f}) hides it.",
        "{day} 기준. 변화는 %p이며, 몬테카를로 오차(MCSE {mcse:.1f})에 가려지면 비워 둡니다.",
    ),
    "no_forecast": _t("No forecast: {error}", "예측할 수 없음: {error}"),
    "none_of_these": _t("None of these", "해당 시나리오 없음"),
}


def phrase(key: str, lang: Lang, **values: object) -> str:
    """Return a sentence of the prompt."""
    return PHRASES[key](lang).format(**values)

"""The questions of the guided prompt as a table: column, wording, explanation, how answered, and when asked."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from foedus.case.types import Case, Code, Text

Answers = Mapping[str, str]
Kind = Literal["code", "source", "moment", "words", "actors", "speaker", "event", "text"]


@dataclass(frozen=True)
class Step:
    """One question.

    Attributes
    ----------
    column : str
        Of signals.csv.
    ask, explain : Text
        The question, and what `?` prints.
    kind : Kind
        How it is answered: searched, chosen among controlled words, or typed.
    when : callable
        Whether it is asked, given the answers so far.
    default : callable
        What Enter stands for; nothing leaves the cell empty.
    required : bool
        Whether the cell may not stay empty.
    """

    column: str
    ask: Text
    explain: Text
    kind: Kind = "text"
    when: Callable[[Case, Answers], bool] = lambda _case, _answers: True
    default: Callable[[Case, Answers], str] = lambda _case, _answers: ""
    required: bool = False


def code_of(case: Case, answers: Answers) -> Code | None:
    """Return the code that was chosen."""
    return case.codebook.codes.get(answers.get("code", ""))


def _per_document(case: Case, answers: Answers) -> bool:
    code = code_of(case, answers)
    return code is not None and code.kind == "per_document"


def _by_target(case: Case, answers: Answers) -> bool:
    code = code_of(case, answers)
    bearings = code.bears_on.values() if code is not None else ()
    return answers.get("observed", "present") == "present" and any(bearing.by == "target" for bearing in bearings)


def _needs(column: str) -> Callable[[Case, Answers], bool]:
    def asked(case: Case, answers: Answers) -> bool:
        code = code_of(case, answers)
        return code is not None and column in code.requires

    return asked


def _coder(case: Case, _answers: Answers) -> str:
    """Return who codes: whoever is logged in, where rows have that coder; else the coder of the last row."""
    coders = [row.coder for row in case.signals if row.coder]
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    return user if user in coders or not coders else coders[-1]


def _t(en: str, ko: str) -> Text:
    return Text(en=en, ko=ko)


STEPS: tuple[Step, ...] = (
    Step(
        "code",
        _t("What kind of signal? Words to search, Enter for all", "어떤 신호입니까? 검색어(Enter: 전체)"),
        _t(
            "Any word of the title, definition or examples, in English or Korean; or the id of a code. The definition "
            "is shown before you take it.",
            "코드의 제목·정의·예에 나오는 말(한국어·영어) 또는 코드 id. 선택하기 전에 정의를 보여 줍니다.",
        ),
        "code",
        required=True,
    ),
    Step(
        "source",
        _t("Who reports it? Words to search, Enter for all", "누가 보도했습니까? 검색어(Enter: 전체)"),
        _t(
            "The outlet or office that you read, not the person quoted: its reliability (A to F) says how often its "
            "reports are so.",
            "인용된 사람이 아니라 읽은 매체나 기관. 신뢰도(A~F)가 보도의 확실성을 정합니다.",
        ),
        "source",
        required=True,
    ),
    Step(
        "published",
        _t("When was it published?", "언제 보도되었습니까?"),
        _t(
            "A day (2025-08-01), or a time with its offset (2025-08-01T09:52+09:00); a day is known at its end. A zone "
            "may follow a day: 2025-08-01 America/New_York.",
            "날짜(2025-08-01) 또는 시차가 붙은 시각(2025-08-01T09:52+09:00). 날짜만 적으면 그날이 끝날 때 "
            "알려진 것으로 봅니다. 날짜 뒤에 시간대를 적을 수 있습니다: 2025-08-01 America/New_York.",
        ),
        "moment",
        required=True,
    ),
    Step(
        "happened",
        _t("When did it happen, if not then?", "사건은 언제 일어났습니까? (보도 시점과 다르면)"),
        _t(
            "A day or time as before, or a week (2025-W31) or month (2025-07). What is announced for later is not what "
            "happened: that goes into the target days.",
            "날짜나 시각, 또는 주(2025-W31)나 달(2025-07). 예고된 미래의 날짜는 여기가 아니라 목표 기간에 적습니다.",
        ),
        "moment",
    ),
    Step(
        "document",
        _t("Which document?", "어느 문서입니까?"),
        _t("One name for all lines of one text: mofa-0801.", "한 문서의 모든 줄에 같은 이름을 씁니다: mofa-0801."),
        when=_per_document,
    ),
    Step(
        "observed",
        _t("Does the line stand in it?", "문서에 그 내용이 있습니까?"),
        _t(
            "Absent only where the whole text was read: what one side leaves out is evidence too.",
            "전문을 읽고 없을 때만 absent. 한쪽이 뺀 내용도 증거가 됩니다.",
        ),
        "words",
        when=_per_document,
        default=lambda _case, _answers: "present",
    ),
    Step(
        "target_from",
        _t("First day of the window it names", "언급된 기간의 첫날"),
        _t(
            'A day: "within two weeks" of 1 August is 2025-08-01 to 2025-08-15.',
            "날짜. 8월 1일에 '2주 안'이면 2025-08-01부터 2025-08-15.",
        ),
        when=_by_target,
        required=True,
    ),
    Step(
        "target_to",
        _t("Last day of that window", "그 기간의 마지막 날"),
        _t("The same day again for a single day.", "하루라면 같은 날짜를 적습니다."),
        when=_by_target,
        default=lambda _case, answers: answers.get("target_from", ""),
        required=True,
    ),
    Step(
        "speaker",
        _t("Who says so?", "누가 말했습니까?"),
        _t(
            "An id for a person or office (us_president), where the report names one; some codes weigh speakers "
            "differently.",
            "보도에 나온 사람이나 기관의 id(us_president). 일부 코드는 발언자에 따라 비중이 다릅니다.",
        ),
        "speaker",
    ),
    Step(
        "actor",
        _t("Which states act or speak?", "행위국은 어디입니까?"),
        _t(
            "KOR, USA, or names (한국, 미국, ROK); several with ; between. A role may follow the code: USAMIL.",
            "KOR, USA 또는 이름(한국, 미국, ROK). 여럿이면 ;로 구분. 코드 뒤에 역할을 붙일 수 있습니다: USAMIL.",
        ),
        "actors",
    ),
    Step(
        "recipient",
        _t("Towards which states?", "상대국은 어디입니까?"),
        _t("As before; nothing where all take part alike.", "같은 방식. 모두 대등하게 참여하면 비웁니다."),
        "actors",
    ),
    Step(
        "actor_level",
        _t("At which level?", "어느 급입니까?"),
        _t("Of whoever acts or speaks, not of the press that reports it.", "보도 매체가 아니라 행위자·발언자의 급."),
        "words",
    ),
    Step(
        "credibility",
        _t("How credible is this report?", "이 보도는 얼마나 믿을 만합니까?"),
        _t(
            "Of this report by itself, whoever brings it: 1 confirmed elsewhere to 5 improbable; 6, or nothing, can't "
            "be judged.",
            "매체와 별개로 이 보도 자체의 신빙성: 1(다른 출처로 확인)~5(사실 아닐 가능성), 6 또는 빈칸은 판단 불가.",
        ),
        "words",
    ),
    Step(
        "auxiliary",
        _t("Did it happen, or is it only said?", "실제 발생입니까, 언급입니까?"),
        _t("Whether the event happened, is promised, supposed, past or denied.", "발생·예고·가정·과거·부인의 구분."),
        "words",
        when=_needs("auxiliary"),
        required=True,
    ),
    Step(
        "issue",
        _t("On which question or topic?", "어느 질문이나 주제입니까?"),
        _t("Ids of questions or topics, several with ; between.", "질문이나 주제의 id, 여럿이면 ;로 구분."),
        when=_needs("issue"),
        required=True,
    ),
    Step(
        "confirmed_by_other_side",
        _t("Does the other side confirm it?", "상대측이 확인했습니까?"),
        _t("Whether the other government says so too.", "상대 정부도 같은 말을 하는지."),
        "words",
        when=_needs("confirmed_by_other_side"),
        required=True,
    ),
    Step(
        "event",
        _t("Another report of one of these? Its number", "이 중 하나에 대한 또 다른 보도입니까? 번호"),
        _t(
            "Reports of one event share a name in `event`, and count once. Enter: it is an event of its own.",
            "한 사건의 보도들은 event에 같은 이름을 적으면 한 번만 반영됩니다. Enter: 별개의 사건.",
        ),
        "event",
    ),
    Step(
        "quote",
        _t("The words that say so", "근거가 되는 문장"),
        _t("At most 500 characters, in the language of the report.", "보도의 언어 그대로, 500자 이내."),
    ),
    Step("url", _t("Its address", "주소(URL)"), _t("Where it can be read again.", "다시 읽을 수 있는 주소.")),
    Step(
        "coder",
        _t("Who codes?", "코딩하는 사람"),
        _t("Your id; coders are compared by it.", "코더 id. 코더 간 비교에 쓰입니다."),
        default=_coder,
    ),
)
MORE: tuple[Step, ...] = (
    Step("id", _t("Id of the row", "행의 id"), _t("Any text that no other signal has.", "다른 신호에 없는 이름.")),
    Step(
        "speaker_as_stated",
        _t("Who says so, as the report has it", "보도에 적힌 발언자 표현"),
        _t("A senior official, for instance.", "예: 고위 당국자."),
    ),
    Step(
        "statement",
        _t("Statement it was said in", "함께 나온 발언의 이름"),
        _t("One name for all codes voiced in one breath.", "한 발언에서 나온 여러 코드에 같은 이름."),
    ),
    Step(
        "origin",
        _t("Text it copies", "원문의 이름"),
        _t("One name for all copies of one text.", "같은 원문을 옮긴 보도에 같은 이름."),
    ),
    Step(
        "independent",
        _t("Had it access of its own? yes or no", "독자적으로 취재했습니까? yes 또는 no"),
        _t("Whether its origin saw or heard it itself.", "스스로 보고 들었는지."),
    ),
    Step(
        "status",
        _t("Status", "상태"),
        _t("A correction or retraction also needs supersedes.", "정정·철회는 supersedes도 필요."),
        "words",
    ),
    Step("supersedes", _t("Row it takes the place of", "대신하는 행"), _t("The id of that row.", "그 행의 id.")),
    Step("language", _t("Language of the quote", "인용문의 언어"), _t("ko or en, for instance.", "예: ko, en.")),
    Step("archive_url", _t("Address of a kept copy", "보존 주소"), _t("Of an archive.", "아카이브의 주소.")),
    Step(
        "published_zone",
        _t("Zone of the day published", "보도일의 시간대"),
        _t("Such as Asia/Seoul.", "예: Asia/Seoul."),
    ),
    Step(
        "happened_zone",
        _t("Zone of the day it happened", "발생일의 시간대"),
        _t("Such as Asia/Seoul.", "예: Asia/Seoul."),
    ),
    Step("note", _t("Note", "메모"), _t("For people; it is not used.", "참고용. 계산에 쓰이지 않음.")),
)
BY_COLUMN: Mapping[str, Step] = {step.column: step for step in (*STEPS, *MORE)}

"""The words of the forms, in English and Korean."""

from __future__ import annotations

from foedus.case.types import Lang

WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "form": "Form",
        "for": "Judgments for: {title}",
        "how_1": "Write only in the shaded cells, and leave empty what you would rather not answer. There is no "
        "right answer: "
        "what counts is how sure you are.",
        "how_2": "A chance is a number from 0 to 1 (or a percentage); 1 in 20 is 0.05. A date is written 2025-08-31.",
        "how_3": "Give the outer answers before the middle ones, and leave room for surprise: of twenty answers, one "
        "should "
        "fall outside your two outer numbers on either side.",
        "expert": "Who answers",
        "expert_ask": "Your id in the panel",
        "expert_write": "one of: {ids}",
        "as_of": "Day of your answers",
        "as_of_ask": "News up to this day is in your answers",
        "round": "Round",
        "round_ask": "Which time you are asked",
        "head_question": "Question",
        "head_ask": "What is asked",
        "head_answer": "Your answer",
        "head_write": "How to write it",
        "head_note": "Why (optional)",
        "head_code": "Code (leave as it is)",
        "date": "a day, {opens} to {horizon}",
        "number": "a number, {unit}",
        "number_between": "a number from {lower} to {upper}, {unit}",
        "number_above": "a number of {lower} or more, {unit}",
        "number_below": "a number of {upper} or less, {unit}",
        "chance": "a chance, 0 to 1",
        "sum": "Sum of these chances, to be 1",
        "never": "The chance that it does NOT happen by {horizon}",
        "t_0.05": "Suppose it does happen. A day so early that you see only 1 chance in 20 that it comes by then",
        "t_0.95": "Suppose it does happen. A day so late that you see only 1 chance in 20 that it comes after it",
        "t_0.5": "Suppose it does happen. The day that splits your chances in half: as much by then as after it",
        "t_0.25": "Suppose it does happen by that day. The day that splits the earlier half in half again",
        "t_0.75": "Suppose it happens after that day. The day that splits the later half in half again",
        "q_0.05": "A value so low that you see only 1 chance in 20 of it or less",
        "q_0.95": "A value so high that you see only 1 chance in 20 of more",
        "q_0.5": "The value that splits your chances in half: as much below it as above",
        "q_0.25": "The value that splits the lower half in half again",
        "q_0.75": "The value that splits the upper half in half again",
        "level": "The chance of: {level}",
        "given": "If {condition}: {ask}",
        "pair": "The chance that {first} and {second} fall on the same side of your own middle days or values: both "
        "below or both "
        "above",
    },
    "ko": {
        "form": "응답",
        "for": "{title}: 전문가 판단",
        "how_1": "음영이 있는 칸에만 적고, 답하고 싶지 않은 칸은 비워 두십시오. 정답은 없으며, 얼마나 확신하는지가 "
        "중요합니다.",
        "how_2": "확률은 0에서 1 사이의 수(또는 %)로 적습니다. 20번 중 1번은 0.05입니다. 날짜는 2025-08-31처럼 "
        "적습니다.",
        "how_3": "바깥쪽 답을 먼저 적고 가운데를 나중에 적되, 뜻밖의 경우를 남겨 두십시오. 스무 번 중 한 번은 양쪽 "
        "바깥 수를 각각 벗어나야 합니다.",
        "expert": "응답자",
        "expert_ask": "패널에서 쓰는 아이디",
        "expert_write": "다음 중 하나: {ids}",
        "as_of": "응답한 날",
        "as_of_ask": "이날까지의 소식이 응답에 들어 있음",
        "round": "차수",
        "round_ask": "몇 번째 조사인지",
        "head_question": "질문",
        "head_ask": "묻는 것",
        "head_answer": "응답",
        "head_write": "적는 법",
        "head_note": "이유(선택)",
        "head_code": "코드(고치지 마십시오)",
        "date": "날짜, {opens}~{horizon}",
        "number": "수, {unit}",
        "number_between": "{lower}에서 {upper} 사이의 수, {unit}",
        "number_above": "{lower} 이상의 수, {unit}",
        "number_below": "{upper} 이하의 수, {unit}",
        "chance": "확률, 0~1",
        "sum": "위 확률의 합(1이어야 함)",
        "never": "{horizon}까지 일어나지 ‘않을’ 확률",
        "t_0.05": "일어난다고 할 때, 그날까지 일어날 확률이 20번 중 1번뿐일 만큼 이른 날",
        "t_0.95": "일어난다고 할 때, 그날이 지나서 일어날 확률이 20번 중 1번뿐일 만큼 늦은 날",
        "t_0.5": "일어난다고 할 때, 그날까지와 그 뒤의 확률이 반반인 날",
        "t_0.25": "위의 반반인 날까지 일어난다고 할 때, 그 앞쪽 절반을 다시 반으로 나누는 날",
        "t_0.75": "위의 반반인 날 뒤에 일어난다고 할 때, 그 뒤쪽 절반을 다시 반으로 나누는 날",
        "q_0.05": "그 값 이하일 확률이 20번 중 1번뿐일 만큼 낮은 값",
        "q_0.95": "그 값보다 클 확률이 20번 중 1번뿐일 만큼 높은 값",
        "q_0.5": "그보다 작을 확률과 클 확률이 반반인 값",
        "q_0.25": "아래쪽 절반을 다시 반으로 나누는 값",
        "q_0.75": "위쪽 절반을 다시 반으로 나누는 값",
        "level": "다음 결과의 확률: {level}",
        "given": "조건: {condition} — {ask}",
        "pair": "{first}, {second} 두 답이 각자 반반인 날(값)을 기준으로 같은 쪽(둘 다 이르거나 작음, 또는 둘 다 "
        "늦거나 큼)에 떨어질 확률",
    },
}

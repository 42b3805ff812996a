"""What `foedus check` writes in Korean: the heat map of codes by week."""

PHRASES: dict[str, str] = {
    "heat_title": "{weeks}주 동안 {events} {n}건, 가장 비중이 큰 것은 {day} 주의 {code:q}",
    "heat_title_periods": "{weeks}주 동안 {events} {n}건, 가장 비중이 큰 것은 {day}부터 {every}주간의 {code:q}",
    "heat_title_quiet": "{weeks}주 동안 반영된 신호가 없음",
    "heat_event": "사건",
    "heat_events": "사건",
    "heat_note": "주별 코드. 색은 방향, 짙기는 한 결과에서 다른 결과보다 최대 몇 배 잦은지(실제 반영분). 여러 코드가 "
    "함께 나온 발언은 각 코드에 표시한다.",
    "heat_note_periods": "{every}주별 코드. 색은 방향, 짙기는 한 결과에서 다른 결과보다 최대 몇 배 잦은지(실제 "
    "반영분). 여러 코드가 함께 나온 발언은 각 코드에 표시한다.",
    "heat_alt": "코드 {rows}개의 {weeks}주 열지도. 가장 비중이 큰 것: {strongest}.",
    "heat_alt_cell": "{code}, {day} 주: {ratio}배, 방향은 {towards}",
    "heat_alt_cell_plain": "{code}, {day} 주: {ratio}배",
    "heat_document": "{title}: 주별 코드, {as_of}",
    "heat_none": "어느 질문에도 해당 없음",
    "heat_less": "{ratio}배 미만",
    "heat_more": "{ratio}배 이상",
    "heat_number": "사건 수",
    "heat_silence": "빠짐없이 살피는 코드의 침묵",
    "heat_count": "집계 건수",
    "heat_aside": "반영되지 않음",
    "heat_later": "기준 시점 이후",
}

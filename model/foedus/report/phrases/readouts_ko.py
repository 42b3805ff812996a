"""Korean: two sides' accounts of one meeting, in the report and on the command line."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    "ro_title": "비교 가능한 의제 {total}개 중 {n}개가 양측 발표문에 모두 있음",
    "ro_title_none": "아직 비교할 수 있는 의제 없음",
    "ro_note": "{meeting}, {day}: 각측 발표문의 의제별 언급 여부.",
    "ro_topic": "의제",
    "ro_pattern": "언급한 측",
    "ro_said": "언급",
    "ro_left_out": "빠짐",
    "ro_not_seen": "미확인",
    "ro_not_coded": "미코딩",
    "ro_both": "양측",
    "ro_only": "{side}만",
    "ro_open": "비교 불가",
    "ro_neither": "없음",
    "ro_new": "{pattern}, 신규",
    "ro_sum_both": "양측 {n}개",
    "ro_sum_only": "{side}만 {n}개",
    "ro_sum_open": "비교 불가 {n}개",
    "ro_sum_neither": "양측 모두 없음 {n}개",
    "ro_silent": "양측 모두 없음: {topics}.",
    "ro_open_means": "비교 불가: 한쪽 발표문을 해당 의제에 대해 확인하거나 코딩하지 못해 비교할 수 없음.",
    "ro_counts": "*: 두 문구를 하나의 증거(코딩된 불일치)로 반영.",
    "ro_previous": "{day} 발표문과 비교(코딩된 범위): 새 의제 {n}개, 더는 언급되지 않은 의제: {topics}.",
    "ro_previous_none": "{day} 발표문과 비교(코딩된 범위): 새 의제 {n}개, 빠진 의제 없음.",
    "ro_document": "발표문 비교: {title}",
    "ro_as_of": "기준 시각",
}

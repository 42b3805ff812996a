"""Pictures of how a case was coded, in Korean. 코더 비교 그림."""

PHRASES: dict[str, str] = {
    "cd_series": "코더 비교",
    "cd_as_of": "기준 시점",
    "cd_document": "{title}: 코더 비교",
    "cd_footer": "누가 무엇을 코딩했는지는 signals.csv에 있음",
    "cd_heading": "코더 {n}명, 신호 {total}건 중 {several}건을 둘 이상이 코딩",
    # -- agreement ------------------------------------------------------------------------------
    "cd_alpha_worst": "일치도가 가장 낮은 변수: {name}",
    "cd_alpha_all_firm": "모든 변수에서 일치도가 확고함",
    "cd_alpha_none": "알파를 구할 만큼 값이 갈린 변수가 없음",
    "cd_alpha_note": "크리펜도르프 알파와 95 % 구간(신호 재표집). 음영: .800부터 확고, .667부터 잠정. 오른쪽: 알파, "
    "같은 값인 쌍의 비율, 신호 수.",
    "cd_alpha_note_decided": "크리펜도르프 알파와 95 % 구간(신호 재표집), 고리는 조정 후. 음영: .800부터 확고, "
    ".667부터 잠정. 오른쪽: 알파, 같은 값인 쌍의 비율, 신호 수.",
    "cd_alpha_alt": "변수별 알파와 구간. {rows}.",
    "cd_alpha_row": "{name}: {alpha}, {low}~{high}",
    "cd_alpha_row_none": "{name}: 값이 모두 같아 알파 없음",
    "cd_constant": "값이 모두 같아 알파 없음",
    "cd_equal": "일치",
    "cd_signals": "신호",
    "cd_code": "코드",
    "cd_actor_level": "행위자의 급",
    "cd_auxiliary": "양태(실제·예고·부인 등)",
    "cd_credibility": "신빙성(1~5)",
    "cd_observed": "문구의 유무",
    "cd_says": "‘{title}’에 대한 함의",
    # -- confusion ------------------------------------------------------------------------------
    "cd_confusion": "{coder:은/는} ‘{truth}’ 자리에 ‘{wrote}’ 코드를 씀",
    "cd_confusion_none": "특정 코드에 몰린 혼동이 없음",
    "cd_confusion_note": "행: 맞는 코드. 열: 적힌 코드. 숫자: 모든 코더를 고려한 기대 신호 수(베이지안 도위드–스킨), "
    "음영: 행에서 차지하는 비율. 테두리: 맞게 적은 칸. +: 그 밖의 코드.",
    "cd_confusion_alt": "코더별로 맞는 코드와 적힌 코드에 따른 신호 수. {rows}.",
    "cd_confusion_row": "{coder}: 신호 {n}건 중 오기 {slips}건 예상",
}

"""The codebook's pages in Korean."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    "cb_series": "코드북",
    "cb_document": "코드북: {title}",
    "cb_version_label": "판",
    "cb_based_on": "{what:을/를} 바탕으로 함.",
    "cb_counts": "질문 {questions}개, 코드 {codes}개, 출처 {sources}개.",
    "cb_lead": (
        "코드는 뉴스의 한 종류이다. **승수**는 다음 물음의 답이다. 이 결과로 가는 상황 열 가운데 몇이, 보통의 "
        "상황에 견주어 이 신호를 보이겠는가? **1**은 아무것도 말하지 않으며, 비율만 의미가 있다."
    ),
    "cb_read": "작은 그림 읽는 법",
    "cb_read_note": (
        "점은 중앙값, 선은 90% 구간이며 승수의 로그 눈금 위에 있다. 세로선은 신호가 아무것도 말하지 않는 1이다. "
        "삼각형은 구간이 더 이어진다는 뜻이다. 색과 낱말은 숫자의 근거를 나타낸다."
    ),
    "cb_read_spread": "구간 없는 숫자는 가장 먼 곳에서 {s}배까지 불확실한 것으로 본다.",
    "cb_basis": "숫자의 근거",
    "cb_word_empirical": "실증",
    "cb_word_elicited": "판단",
    "cb_word_assumed": "가정",
    "cb_basis_one": "{label}: {meaning}",
    "cb_basis_empirical": "어느 자료의 몇 사례인지는 출처에 있음",
    "cb_basis_elicited": "선례는 출처에 있음",
    "cb_basis_assumed": "코드북 작성자의 추측이며 검증할 자료가 없음",
    "cb_contents": "차례",
    "cb_contents_note": "질문별, 이어서 주제별. 여러 질문에 관계되는 코드는 각 질문 아래에 있다.",
    "cb_recorded": "기록용: 어느 질문과도 무관",
    "cb_topics": "주제",
    "cb_topic_group": "주제: {topics}",
    "cb_topics_note": "issue 열에는 질문의 id나 다음 주제를 적고, 여럿이면 ;로 잇는다.",
    "cb_howto": "코딩 방법",
    "cb_combine": "한 발언에 담긴 여러 코드",
    "cb_combine_note": (
        "한 번에 말해진 코드들은 다음의 결합 승수로 한 번만 반영된다. 여기에 없는 조합은 곱으로 반영된다."
    ),
    "cb_sources": "출처",
    "cb_sources_note": (
        "신빙도는 그 출처의 보도가 실제 사건을 반영할 확률로, 중앙값과 90% 구간이다. 개별 보도의 신빙성 등급(1~6)을 "
        "반영하기 전의 값이다."
    ),
    "cb_source_name": "출처",
    "cb_source_letter": "신뢰성 등급",
    "cb_source_credence": "신빙도",
    "cb_source_given": "직접 지정",
    "cb_source_side": "{state} 입장 대변",
    "cb_index": "낱말 색인",
    "cb_index_note": "제목의 낱말과 그 낱말이 든 코드, 쪽수.",
    "cb_question_resolves": "판정: {text}",
    "cb_levels": "단계",
    "cb_include": "포함",
    "cb_exclude": "제외",
    "cb_near": "혼동하기 쉬운 예",
    "cb_examples": "예시",
    "cb_note": "비고",
    "cb_no_definition": "정의가 없음.",
    "cb_plover": "PLOVER",
    "cb_cameo": "CAMEO",
    "cb_mode": "양식 {mode}",
    "cb_kind": "종류",
    "cb_kind_signal": "보도마다 한 행.",
    "cb_kind_per_document": (
        "문서의 문구: 문서마다 present·absent·not_seen을 적는 한 행. 문구가 없다는 사실도 반영된다."
    ),
    "cb_kind_discrepancy": "행으로 코딩하지 않는다. 한 회동에 대한 양측 발표문의 문구에서 도출된다.",
    "cb_discrepancy": "발표 차이",
    "cb_discrepancy_of": "{lines}: {said} 측 발표문에는 있고 {left} 측 발표문에는 없음.",
    "cb_discrepancy_all": "{lines}: {said} 측 발표문에 모두 있음.",
    "cb_discrepancy_none": "{lines}: {left} 측 발표문에 모두 없음.",
    "cb_contradicts": "상반되는 코드",
    "cb_kind_counted": "기간별 건수로 counts.csv에 들어온다.",
    "cb_sees": "대상",
    "cb_sees_course": "현재 진행 방향. 계획이 다시 세워지면 효력이 줄어든다.",
    "cb_sees_outcome": "결과 자체. 구속력이 있어 효력이 줄지 않는다.",
    "cb_coverage": "수집 범위",
    "cb_coverage_exhaustive": "모두 코딩되므로 신호가 없다는 사실도 반영된다.",
    "cb_group": "같은 의도의 코드",
    "cb_repeats": "되풀이된 신호",
    "cb_cap_strongest": "가장 강한 것만 반영",
    "cb_cap_average": "평균으로 반영",
    "cb_cap_all": "모두 반영",
    "cb_within": "{days}일 안에서는 {cap}",
    "cb_week": "상한",
    "cb_week_n": "한 주에 최대 {n}회 반영.",
    "cb_requires": "행에 필요한 값",
    "cb_requires_one": "{column}: {words}",
    "cb_or": " 또는 ",
    "cb_rate": "기저율",
    "cb_rate_one": "월 {middle}회",
    "cb_rate_band": "월 {middle}회({low}~{high})",
    "cb_dispersion": "건수의 산포",
    "cb_spread": "퍼짐",
    "cb_spread_n": "구간 없는 숫자는 가장 먼 곳에서 {s}배까지 불확실하다.",
    "cb_spread_certain": "구간 없는 숫자는 확실한 것으로 본다.",
    "cb_since": "도입",
    "cb_deprecated": "{version}판부터 쓰지 않음.",
    "cb_deprecated_to": "{version}판부터 쓰지 않음: 대신 {code:을/를} 쓴다.",
    "cb_agreement": "측정된 일치도",
    "cb_agreement_n": "알파 {alpha}({low}~{high}). 단위 {units}개, 코더 {coders}명",
    "cb_agreement_bare": "알파 {alpha}. 단위 {units}개, 코더 {coders}명",
    "cb_by_unit": "{by}: {unit}",
    "cb_by_level": "단계별",
    "cb_by_value": "값의 구간별",
    "cb_by_date": "날짜별",
    "cb_by_lead": "신호에서 예정일까지의 일수별",
    "cb_by_target": "신호가 말한 날짜 기준",
    "cb_present": "문구가 있을 확률",
    "cb_key_before": "그 전",
    "cb_key_within": "그 기간",
    "cb_key_after": "이후 {n}일까지",
    "cb_key_days": "{n}일 안",
    "cb_key_value": "{n} 이하",
    "cb_key_date": "{day}까지",
    "cb_key_above": "초과",
    "cb_key_later": "그 뒤",
    "cb_key_never": "없음",
    "cb_said_by": "발언자 {speaker}",
    "cb_source": "출처: {text}",
    "cb_rules_out": "0, 배제",
    "cb_alt": "{code}의 {question} 승수: {rows}.",
    "cb_header_band": "결과",
    "cb_header_number": "중앙 [구간]",
    "cb_word": "값",
    "cb_column": "열",
    "cb_meaning": "내용",
    "cb_needed": "필수",
    # -- how to code ---------------------------------------------------------------------------------------------
    "cb_rule_row": "신호 하나에 한 행",
    "cb_rule_row_1": (
        "signals.csv의 한 행은 한 보도에 담긴 신호 하나이다. 무엇을, 누가, 언제 말하거나 했고, 어디에서 읽었는지 "
        "적는다. 한 보도에 코드가 둘이면 두 행이다."
    ),
    "cb_rule_row_2": (
        "정의를 읽고 포함과 제외를 확인한다. 두 코드가 모두 맞아 보이면 ‘혼동하기 쉬운 예’를 따른다. 예상이 아니라 "
        "글에 적힌 것을 코딩한다."
    ),
    "cb_rule_row_3": (
        "필수 열은 id, published, code, source뿐이다. 추측하지 말고 빈칸으로 둔다. 빈 credibility는 6(판단 "
        "불가)으로 읽는다."
    ),
    "cb_rule_dates": "날짜와 시간대",
    "cb_rule_dates_1": (
        "날짜는 2025-08-01, 시각은 시차를 붙여 2025-08-01T09:52+09:00으로 적는다. 다른 형식은 추측하지 않고 거부한다."
    ),
    "cb_rule_dates_2": (
        "published는 읽을 수 있게 된 때로, 언제부터 알려진 신호인지를 정한다. happened는 일어난 때이며 "
        "월(2025-07)이나 주(2025-W31)도 된다."
    ),
    "cb_rule_dates_3": (
        "시각 없는 날짜는 사례의 시간대(또는 published_zone, happened_zone)에서의 하루 전체이다. 워싱턴의 저녁은 "
        "서울의 다음 날이다."
    ),
    "cb_rule_joins": "함께 묶이는 것",
    "cb_rule_joins_1": "event: 한 사건을 다룬 보도에는 같은 이름을 적는다. 가장 나은 출처로 한 번만 반영된다.",
    "cb_rule_joins_2": (
        "origin: 한 글을 옮긴 보도(통신사 기사와 전재 매체)에는 같은 이름을 적는다. independent는 독자적으로 취재한 "
        "경우에만 yes이며, 그런 출처만 서로 더해진다."
    ),
    "cb_rule_joins_3": "statement: 한 번에 말해진 코드에는 같은 이름을 적어 주장과 그 완화가 함께 반영되게 한다.",
    "cb_rule_joins_4": "document: 한 발표문·성명의 문구에는 같은 이름을 적는다. absent는 전문을 읽은 뒤에만 쓴다.",
    "cb_rule_joins_5": "정정과 철회는 published와 supersedes를 갖춘 새 행으로 적고, 아무것도 지우지 않는다.",
    "cb_rule_not": "코딩하지 않는 것",
    "cb_rule_not_1": "결과 자체: resolutions.csv에 적는다.",
    "cb_rule_not_2": "알 만한 위치의 출처가 없는 전망·의견·추정과 아무것도 바꾸지 않는 배경.",
    "cb_rule_not_3": "새로운 내용이 없는 반복: 첫 보도와 같은 event를 주거나 적지 않는다.",
    "cb_rule_not_4": "침묵: coverage가 exhaustive인 코드와 문서 문구만 스스로 반영한다.",
    "cb_rule_not_5": "익명 취재원의 실명: 안다고 믿더라도 적지 않는다.",
    "cb_rule_two": "두 사람이 코딩할 때",
    "cb_rule_two_1": (
        "같은 보도를 각자 따로, 같은 id와 자신의 coder 이름으로 코딩한다. 비교는 그 뒤에 하고, 다르면 두 행을 모두 "
        "남긴다. 불일치도 반영된다."
    ),
    "cb_columns": "signals.csv의 열",
    "cb_controlled": "정해진 값",
    "cb_controlled_note": "다음 열과 항목에는 아래의 값만 쓸 수 있다.",
    # -- columns -------------------------------------------------------------------------------------------------
    "cb_col_id": "행의 이름. 같은 보도를 코딩한 사람은 모두 같은 id를 쓴다",
    "cb_col_published": "읽을 수 있게 된 때: 날짜, 또는 시차를 붙인 시각",
    "cb_col_happened": "일어난 때: 시각·날짜·주·월",
    "cb_col_code": "이 코드북의 코드",
    "cb_col_source": "이 코드북의 출처: 읽은 곳 또는 말한 곳",
    "cb_col_speaker": "발언자. 발언자별 승수에 쓰는 id",
    "cb_col_speaker_as_stated": "보도에 적힌 그대로의 발언자",
    "cb_col_credibility": "1~6: 누가 전하든 이 보도가 얼마나 믿을 만한가",
    "cb_col_statement": "한 번에 말해진 코드를 묶음",
    "cb_col_event": "한 사건의 보도를 묶음",
    "cb_col_origin": "한 글을 옮긴 보도를 묶음",
    "cb_col_independent": "독자적으로 취재한 출처이면 yes",
    "cb_col_document": "한 문서의 문구를 묶음",
    "cb_col_observed": "문구가 문서에 있는가",
    "cb_col_target_from": "신호가 말한 첫날",
    "cb_col_target_to": "신호가 말한 마지막 날",
    "cb_col_status": "유효한 행인지, 앞선 행을 어떻게 하는지",
    "cb_col_supersedes": "정정·철회하는 행의 id",
    "cb_col_actor": "행위자. ISO 3166 세 글자, 여럿이면 ;로 잇고 역할을 붙일 수 있음(USAMIL)",
    "cb_col_recipient": "상대. 위와 같으며, 모두가 함께한 일이면 빈칸",
    "cb_col_actor_level": "행위자 쪽의 가장 높은 직급",
    "cb_col_auxiliary": "실제로 일어났는가, 예고·가정·과거·부인인가",
    "cb_col_issue": "관련된 질문이나 주제. ;로 잇는다",
    "cb_col_confirmed_by_other_side": "상대측이 확인했는가",
    "cb_col_quote": "원문 그대로. 500자 이내",
    "cb_col_language": "인용의 언어: ko, en",
    "cb_col_url": "읽을 수 있는 곳",
    "cb_col_archive_url": "사본이 보존된 곳",
    "cb_col_published_zone": "시각 없는 published의 시간대. 예: America/New_York",
    "cb_col_happened_zone": "시각 없는 happened의 시간대",
    "cb_col_coder": "코딩한 사람",
    "cb_col_coded_at": "코딩한 때",
    "cb_col_codebook_version": "코딩에 쓴 코드북의 판",
    "cb_col_note": "나중에 읽을 사람에게 필요한 것",
}

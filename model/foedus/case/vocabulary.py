"""The controlled words of signals.csv and codebook.yaml, each with its English and Korean label.

One place for all of them: the documents (`rows`, `types`) accept these words and no others (a test compares them);
schemas, prompts and pages take their labels from here.
"""

from __future__ import annotations

from collections.abc import Mapping

from foedus.case.parts import Lang, Text

Words = Mapping[str, Text]


def _words(**labels: tuple[str, str]) -> Words:
    return {word.rstrip("_"): Text(en=en, ko=ko) for word, (en, ko) in labels.items()}


WORDS: Mapping[str, Words] = {
    "actor_level": _words(
        leader=("head of state or government", "정상"),
        minister=("minister or national security adviser", "장관급"),
        vice_minister=("vice or assistant minister", "차관·차관보급"),
        working=("working level", "실무급"),
        military=("military", "군"),
        legislature=("legislature", "의회"),
        party=("political party", "정당"),
        expert=("expert or former official", "전문가·전직 관료"),
        media=("the press in its own voice", "언론 자체 판단"),
        unnamed=("unnamed official", "익명 당국자"),
    ),
    "auxiliary": _words(
        actual=("it happened", "실제 발생"),
        future=("announced or promised for later", "예고·약속"),
        hypothetical=("said to be possible, or under a condition", "가정·조건부"),
        historical=("of the past, reported again", "과거 사실의 재보도"),
        negation=("said not to be so, or denied", "부인·부정"),
    ),
    "observed": _words(
        present=("stands in the text", "있음"),
        absent=("left out of the text", "없음"),
        not_seen=("not known whether it is there", "확인하지 못함"),
    ),
    "status": _words(
        active=("as published", "유효"),
        corrected=("takes the place of an earlier row", "정정"),
        retracted=("withdraws an earlier row", "철회"),
    ),
    "confirmed_by_other_side": _words(
        yes=("the other side confirms it", "상대측 확인"),
        no=("the other side does not", "상대측 미확인"),
        partly=("in part", "일부 확인"),
    ),
    "credibility": {
        "1": Text(en="confirmed by other sources", ko="다른 출처로 확인됨"),
        "2": Text(en="probably true", ko="사실일 가능성 높음"),
        "3": Text(en="possibly true", ko="사실일 가능성 있음"),
        "4": Text(en="doubtful", ko="의심스러움"),
        "5": Text(en="improbable", ko="사실이 아닐 가능성 높음"),
        "6": Text(en="can't be judged (also where it is left empty)", ko="판단 불가(빈칸 포함)"),
    },
    "reliability": _words(
        A=("completely reliable", "완전히 신뢰"),
        B=("usually reliable", "대체로 신뢰"),
        C=("fairly reliable", "비교적 신뢰"),
        D=("not usually reliable", "대체로 신뢰하기 어려움"),
        E=("unreliable", "신뢰할 수 없음"),
        F=("can't be judged (also where it is left out)", "판단 불가(생략 포함)"),
    ),
    "source_type": _words(
        official_document=("official document", "공식 문서"),
        official_on_record=("official on the record", "실명 당국자"),
        official_anonymous=("unnamed official", "익명 당국자"),
        wire=("news agency", "통신사"),
        newspaper=("newspaper or news site", "신문·온라인 매체"),
        broadcast=("broadcaster", "방송"),
        think_tank=("think tank", "연구기관"),
        social=("social media", "소셜미디어"),
        machine=("coded by machine", "기계 코딩"),
    ),
    "basis": _words(
        empirical=("counted in data", "자료에서 집계"),
        elicited=("judged by experts or reasoned from precedents", "전문가 판단·선례 추론"),
        assumed=("assumed", "가정"),
    ),
    "plover": _words(
        AGREE=("agrees to act or meet", "합의·약속"),
        CONSULT=("meets, visits or calls", "협의·방문·통화"),
        SUPPORT=("supports, signs or endorses", "지지·서명"),
        CONCEDE=("yields or eases", "양보·완화"),
        COOPERATE=("cooperates in deed", "실제 협력"),
        AID=("gives aid", "원조 제공"),
        RETREAT=("withdraws or releases", "철수·석방"),
        REQUEST=("asks or demands", "요청·요구"),
        ACCUSE=("criticises or accuses", "비판·비난"),
        REJECT=("refuses or denies", "거부·부인"),
        THREATEN=("threatens", "위협"),
        PROTEST=("protests", "시위·항의"),
        SANCTION=("sanctions, cuts or breaks off", "제재·축소·중단"),
        MOBILIZE=("mobilises forces", "병력 동원"),
        COERCE=("represses or seizes", "강제·압류"),
        ASSAULT=("attacks", "공격"),
    ),
}

PLOVER_MODES: Mapping[str, tuple[str, ...]] = {
    "CONSULT": ("visit", "third-party", "multilateral", "phone"),
    "REQUEST": ("assist", "change", "yield", "meet"),
    "REJECT": ("assist", "change", "yield", "meet"),
    "THREATEN": ("restrict", "arrest", "relations", "expel", "territory", "violence"),
    "SANCTION": ("convict", "expel", "withdraw", "discontinue"),
    "RETREAT": ("withdraw", "release", "disarm", "ceasefire", "access", "resign"),
    "MOBILIZE": ("troops", "weapons", "police", "militia"),
    "ACCUSE": ("disapprove", "investigate", "allege"),
}


def label(column: str, word: str, lang: Lang = "en") -> str:
    """Return the label of a controlled word, or the word itself where the column or the word has none."""
    labels = WORDS.get(column, {})
    return labels[word](lang) if word in labels else word

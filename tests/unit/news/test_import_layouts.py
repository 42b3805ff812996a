"""ICEWS, POLECAT, Phoenix and tables by a mapping file: what each calls its sides, codes and days, and its defects."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from pathlib import Path
from typing import Any

import pytest

from foedus.errors import CaseError
from foedus.news.importers import icews, ledger, mapping, phoenix, polecat
from foedus.news.importers.run import Imported, Request, import_files
from foedus.news.importers.sides import dyads

MONDAY = dt.date(2018, 4, 2)
PAIR = dyads(["KOR,USA"])
TWO_WEEKS = (MONDAY, MONDAY + dt.timedelta(days=13))


def day(n: int) -> str:
    return str(MONDAY + dt.timedelta(days=n))


def run(path: Path, **asked: Any) -> Imported:
    return import_files(Request(**({"files": [path], "dyads": PAIR, "covers": TWO_WEEKS, "how": "counts"} | asked)))


def counts(found: Imported) -> dict[str, int]:
    """Counts of the first week."""
    rows = csv.DictReader(io.StringIO(found.texts["counts.csv"]))
    return {line["code"]: int(line["count"]) for line in rows if line["from"] == str(MONDAY)}


def reasons(found: Imported) -> dict[str, int]:
    return {reason: n for reason, n in found.ledger.dropped.items() if reason != ledger.ANOTHER_DYAD}


def table(path: Path, columns: tuple[str, ...], *rows: dict[str, str], header: str | None = "") -> Path:
    lines = ["\t".join(columns) if header == "" else header] if header is not None else []
    lines += ["\t".join({**dict.fromkeys(columns, ""), **cells}[name] for name in columns) for cells in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


# -- ICEWS -------------------------------------------------------------------------------------


def icews_row(number: int, when: str, code: str, **more: str) -> dict[str, str]:
    names = {"Source Country": "South Korea", "Source Name": "South Korea", "Target Country": "United States",
             "Target Name": "United States"}  # fmt: skip
    return {"Event ID": str(number), "Event Date": when, "CAMEO Code": code} | names | more


def test_icews(tmp_path: Path) -> None:
    rows = [
        icews_row(1, day(0), "036", **{"Source Name": "Moon Jae-in", "Target Name": "Donald Trump"}),
        icews_row(2, day(0), "036", **{"Source Name": "Moon Jae-in", "Target Name": "Military (United States)"}),
        icews_row(2, day(1), "042", **{"Source Name": "Kang Kyung-wha"}),
        icews_row(4, day(1), "043", **{"Source Country": "United States", "Source Name": "United States",
                                       "Target Country": "South Korea", "Target Name": "Kang Kyung-wha"}),
        icews_row(5, day(1), "13y"),
        icews_row(6, "2018-04", "036"),
        icews_row(7, day(1), "036", **{"Source Country": "North Korea", "Source Name": "Moon Jae-in"}),
        icews_row(8, day(1), "111", **{"Source Name": "Legislature (South Korea)",
                                       "Source Sectors": "Legislative / Parliamentary,Government"}),
    ]  # fmt: skip
    found = run(table(tmp_path / "events.tab", icews.COLUMNS, *rows))
    assert counts(found) == {
        "kor_usa_036_leader": 1, "kor_usa_036_military": 1, "kor_usa_042_043_minister": 1, "kor_usa_111_legislature": 1,
    }  # fmt: skip
    assert reasons(found) == {ledger.CODE: 1, ledger.DATE: 1, ledger.REPEATED: 1}
    assert found.ledger.remarks == {ledger.SAME_ID: 1}


def test_the_koreas_are_told_apart_by_who_is_named(tmp_path: Path) -> None:
    swapped = icews_row(1, day(0), "036", **{"Source Name": "Kim Jong-Un"})
    found = run(table(tmp_path / "events.tab", icews.COLUMNS, swapped, icews_row(2, day(0), "057")))
    assert reasons(found) == {ledger.MISMATCH: 1}
    assert "Kim Jong-Un is of PRK, coded as KOR" in str(found.ledger.first[ledger.MISMATCH][0])


def test_a_row_of_another_year_than_the_file_is_of(tmp_path: Path) -> None:
    path = tmp_path / "events.2018.20200427084805.tab"
    found = run(table(path, icews.COLUMNS, icews_row(1, day(0), "036"), icews_row(2, "2017-12-31", "036")))
    assert reasons(found) == {ledger.SPAN: 1}


def test_the_days_that_rows_of_anybody_are_of_are_covered(tmp_path: Path) -> None:
    others = [icews_row(n, day(n), "010", **{"Source Country": "Japan", "Source Name": "Japan"}) for n in range(14)]
    path = table(tmp_path / "events.tab", icews.COLUMNS, *others, icews_row(20, day(8), "036"))
    rows = list(csv.DictReader(io.StringIO(run(path, covers=None, how="presence").texts["counts.csv"])))
    assert [row["count"] for row in rows] == ["0", "1"]


# -- POLECAT -----------------------------------------------------------------------------------


def polecat_row(number: int, event: str, actor: str = "KOR", recipient: str = "USA", **more: str) -> dict[str, str]:
    said = {"Event ID": f"e{number}", "Event Date": day(0), "Publication Date": day(0), "Event Type": event}
    return said | {"Actor Country": actor, "Recipient Country": recipient} | more


def test_polecat(tmp_path: Path) -> None:
    rows = [
        polecat_row(1, "AGREE", **{"Actor Name": "Moon Jae-in"}),
        polecat_row(2, "CONSULT", "KOR;USA", "", **{"Event Mode": "visit"}),  # together, without a recipient
        polecat_row(3, "CONSULT", "USA;JPN;KOR", "", **{"Event Mode": "phone", "Event Date": day(1)}),
        polecat_row(4, "DEMAND", "USA", "KOR", **{"Actor Title": "Secretary of Defense"}),
        polecat_row(5, "NEGOTIATE"),
        polecat_row(6, "AGREE", "JPN", "USA"),
        polecat_row(7, "SUPPORT", **{"Event Date": day(-20)}),
        polecat_row(8, "COOPERATE", **{"Primary Actor Sector": "MIL"}),
    ]
    found = run(table(tmp_path / "ngecEvents.txt", polecat.COLUMNS, *rows))
    assert counts(found) == {
        "kor_usa_agree_leader": 1, "kor_usa_consult_unstated": 2, "kor_usa_request_minister": 1,
        "kor_usa_cooperate_military": 1,
    }  # fmt: skip
    assert reasons(found) == {ledger.CODE: 1, ledger.LATE: 1}
    modes = counts(run(tmp_path / "ngecEvents.txt", detail="code", covers=(MONDAY, TWO_WEEKS[1])))
    assert {"kor_usa_consult_visit_unstated", "kor_usa_agree_leader"} <= set(modes)


@pytest.mark.parametrize(
    ("header", "cut"),
    [
        ("\t".join(polecat.COLUMNS) + "\t\t", None),
        ("\t".join((*polecat.COLUMNS[:5], "Extra", *polecat.COLUMNS[5:])), None),
        ("\t".join((*polecat.COLUMNS, "Headline")), None),
    ],
    ids=["tabs", "one more", "one more at the end"],
)
def test_a_header_that_miscounts_its_columns(tmp_path: Path, header: str, cut: None) -> None:
    path = table(tmp_path / "w.txt", polecat.COLUMNS, polecat_row(1, "AGREE"), polecat_row(2, "REJECT"), header=header)
    found = run(path)
    assert counts(found) == {"kor_usa_agree_unstated": 1, "kor_usa_reject_unstated": 1}
    assert found.ledger.remarks[ledger.HEADER] in {0, 2}


def test_rows_with_tabs_inside_or_behind(tmp_path: Path) -> None:
    path = table(tmp_path / "w.txt", polecat.COLUMNS, polecat_row(1, "AGREE"), polecat_row(2, "REJECT"))
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[1] + "\t\t", "\t" + lines[2]]) + "\n", "utf-8")
    found = run(path)
    assert counts(found) == {"kor_usa_agree_unstated": 1}
    assert reasons(found) == {ledger.COLUMNS: 1}


def test_a_header_without_a_needed_column(tmp_path: Path) -> None:
    header = "\t".join(name.replace("Event Date", "Day") for name in polecat.COLUMNS)
    with pytest.raises(CaseError, match=r"w.txt:1: has no column 'Event Date'; its columns are Event ID, Day"):
        run(table(tmp_path / "w.txt", polecat.COLUMNS, header=header))


# -- Phoenix -----------------------------------------------------------------------------------


def test_phoenix(tmp_path: Path) -> None:
    def row(number: int, code: str, role: str = "GOV", when: str = "20180402", target: str = "USA") -> dict[str, str]:
        return {"EventID": str(number), "Date": when, "SourceActorEntity": "KOR", "SourceActorRole": role,
                "TargetActorEntity": target, "EventCode": code}  # fmt: skip

    rows = [
        row(1, "036"),
        row(2, "036", "MIL"),
        row(3, "036"),
        row(4, "057", when="20180410"),
        row(5, "010", target="CHN"),
    ]
    path = table(tmp_path / "events.full.20180402.txt", phoenix.COLUMNS, *rows, header=None)
    found = run(path)
    assert counts(found) == {"kor_usa_036_unstated": 1, "kor_usa_036_military": 1}
    assert reasons(found) == {ledger.REPEATED: 1, ledger.SPAN: 1}


def test_packed_by_gzip(tmp_path: Path) -> None:
    path = table(tmp_path / "events.tab", icews.COLUMNS, icews_row(1, day(0), "036"))
    packed = tmp_path / "events.tab.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert counts(run(packed)) == {"kor_usa_036_unstated": 1}
    packed.write_bytes(gzip.compress(path.read_bytes())[:-12])
    with pytest.raises(CaseError, match=r"events.tab.gz: is damaged: .*; fetch it again"):
        run(packed)


# -- by a mapping file -------------------------------------------------------------------------

MAPPING = """format: 1
title: Seoul desk
source: desk
separator: comma
columns: {day: 날짜, code: 종류, actor: 주체, recipient: 상대, actor_name: 이름, published: 보도, id: 번호}
day_format: "%d.%m.%Y"
published_format: "%Y-%m-%d %H:%M"
zone: Asia/Seoul
encoding: cp949
codes: {방문: "042", 전화: "041"}
states: {우리: KOR}
"""


def mapped(folder: Path, text: str = MAPPING, **changes: str) -> Path:
    for old, new in changes.items():
        text = text.replace(f"{old}:", new, 1) if old in {"ontology"} else text
    path = folder / "mapping.yaml"
    path.write_text(text, "utf-8")
    return path


def test_any_table_by_a_mapping(tmp_path: Path) -> None:
    rows = [
        "번호,날짜,보도,종류,주체,이름,상대",
        '1,03.04.2018,2018-04-03 08:30,방문,우리,"문재인",미국',
        '2,04.04.2018,2018-04-04 23:00,전화,미국,"트럼프, 도널드",우리',
        "3,05.04.2018,2018-04-05 10:00,036,우리,,중국",
        "4,05.04.2018,2018-04-05 10:00,만찬,우리,,미국",
        "5,2018-04-05,2018-04-05 10:00,방문,우리,,미국",
    ]
    path = tmp_path / "desk.csv"
    path.write_bytes("\n".join(rows).encode("cp949"))
    found = run(path, mapping=mapped(tmp_path))
    assert counts(found) == {"kor_usa_042_043_leader": 1, "kor_usa_041_leader": 1}
    assert reasons(found) == {ledger.CODE: 1, ledger.DATE: 1}
    assert "'2018-04-05' is no day written DD.MM.YYYY" in str(found.ledger.first[ledger.DATE][0])
    assert {row["source"] for row in csv.DictReader(io.StringIO(found.texts["counts.csv"]))} == {"desk"}


def test_codes_of_its_own_and_columns_by_a_given_header(tmp_path: Path) -> None:
    text = (
        "format: 1\nheader: [day, kind, a, b]\nseparator: tab\nontology: own\n"
        "columns: {day: day, code: kind, actor: a, recipient: b}\n"
    )
    path = tmp_path / "own.tsv"
    path.write_text(f"{day(0)}\tWorking dinner\tKOR\tUSA\n{day(1)}\tWorking dinner\tUSA\tKOR\n", "utf-8")
    assert counts(run(path, mapping=mapped(tmp_path, text))) == {"kor_usa_working_dinner_unstated": 2}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("day: 날짜, ", "", r"mapping.yaml:5: columns.day is missing"),
        ('"%d.%m.%Y"', '"%m.%Y"', r"mapping.yaml:6: day_format.*'%m.%Y' names no whole day"),
        ("Asia/Seoul", "Seoul", r"mapping.yaml:8: zone.*'Seoul' is not a time zone"),
        ("cp949", "utf-16", r"mapping.yaml:9: encoding.*'utf-16' is no encoding that can be read"),
        ("{우리: KOR}", "{우리: KS}", r"mapping.yaml:11: states.*South Korea in FIPS"),
        ('"042"', "042", r"mapping.yaml:10: 042 without quotes loses its leading zero"),
        ("comma", "pipe", r"mapping.yaml:4: separator: must be 'tab', 'comma' or 'semicolon'"),
        ("source: desk", "sauce: desk", r"mapping.yaml:3: .*sauce"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in MAPPING
    with pytest.raises(CaseError, match=words):
        mapping.read(mapped(tmp_path, MAPPING.replace(old, new)))


def test_a_mapping_of_columns_that_its_header_lacks(tmp_path: Path) -> None:
    text = "format: 1\nheader: [day, kind, a]\ncolumns: {day: day, code: kind, actor: a, recipient: b}\n"
    with pytest.raises(CaseError, match=r"mapping.yaml:1: columns.recipient: 'b' does not stand in `header`"):
        mapping.read(mapped(tmp_path, text))


def test_a_row_of_two_pairs_counts_for_both(tmp_path: Path) -> None:
    path = table(tmp_path / "w.txt", polecat.COLUMNS, polecat_row(1, "CONSULT", "USA;JPN;KOR", ""))
    found = run(path, dyads=dyads(["KOR,USA", "JPN,KOR"]))
    assert counts(found) == {"kor_usa_consult_unstated": 1, "jpn_kor_consult_unstated": 1}
    assert (found.ledger.read, found.ledger.taken) == (1, 2)


OWN = "format: 1\nheader: [day, kind, a, b]\nontology: own\ncolumns: {day: day, code: kind, actor: a, recipient: b}\n"


def test_lines_are_those_of_the_file_whatever_is_quoted_or_empty(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f'\n{day(0)},"a\nb",KOR,USA\n\n{day(0)},,KOR,USA\n{day(0)},x\n', "utf-8")
    found = run(path, mapping=mapped(tmp_path, OWN))
    assert [(row.line, row.why) for rows in found.ledger.first.values() for row in rows] == [
        (5, "has no code"), (6, "has 2 columns rather than 4"),
    ]  # fmt: skip


def test_two_codes_that_come_to_one_id(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"{day(0)},a b,KOR,USA\n{day(1)},a-b,KOR,USA\n", "utf-8")
    with pytest.raises(CaseError, match=r"the codes 'a b' and 'a-b' both come to kor_usa_a_b_unstated"):
        run(path, mapping=mapped(tmp_path, OWN))


def test_a_header_in_the_middle_and_a_korea_that_may_be_either(tmp_path: Path) -> None:
    again = dict(zip(icews.COLUMNS, icews.COLUMNS, strict=True))
    rows = [icews_row(1, day(0), "036"), again, icews_row(2, day(1), "036", **{"Source Country": "Korea"}),
            icews_row(3, day(2), "036", **{"Source Country": "Korea", "Target Country": "France"})]  # fmt: skip
    path = table(tmp_path / "events.tab", icews.COLUMNS, *rows)
    found = run(path, importer="icews", covers=TWO_WEEKS)
    assert found.ledger.dropped == {ledger.HEADING: 1, ledger.AMBIGUOUS: 1, ledger.ANOTHER_DYAD: 1}
    assert "ambiguous: KOR or PRK" in str(found.ledger.first[ledger.AMBIGUOUS][0])

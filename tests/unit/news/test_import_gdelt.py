"""GDELT events to weekly counts: every defect that such files have, in a few made-up rows each, and none silent."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from foedus.case.types import Codebook
from foedus.errors import CaseError
from foedus.news.importers import ach, ledger
from foedus.news.importers.ledger import Ledger, writer
from foedus.news.importers.run import Imported, Request, import_files
from foedus.news.importers.sides import dyads
from gdelt_fixture import quarters, row

MONDAY = dt.date(2018, 4, 2)
PAIR = dyads(["KOR,USA"])
TWO_WEEKS = (MONDAY, MONDAY + dt.timedelta(days=13))
OTHER = row(1, MONDAY, "190", "FRA", "DEU")


def day(n: int) -> dt.date:
    return MONDAY + dt.timedelta(days=n)


def write(folder: Path, *rows: str | bytes, name: str = "made-up.csv", start: bytes = b"") -> Path:
    path = folder / name
    path.write_bytes(start + b"".join((r if isinstance(r, bytes) else r.encode()) + b"\n" for r in (OTHER, *rows)))
    return path


def run(path: Path | str, account: Ledger | None = None, **asked: Any) -> Imported:
    return import_files(Request(**({"files": [path], "dyads": PAIR, "covers": TWO_WEEKS} | asked)), account)


def counts(found: Imported) -> dict[tuple[str, str], int]:
    rows = csv.DictReader(io.StringIO(found.texts["counts.csv"]))
    return {(line["code"], line["from"]): int(line["count"]) for line in rows}


def reasons(found: Imported) -> dict[str, int]:
    return {reason: n for reason, n in found.ledger.dropped.items() if reason != ledger.ANOTHER_DYAD}


def refused(folder: Path, *rows: str | bytes, **asked: Any) -> dict[str, int]:
    """Why rows are not taken that stand beside one that is."""
    found = run(write(folder, row(10**7, MONDAY, "057"), *rows), **asked)
    total = sum(found.ledger.dropped.values())
    assert found.ledger.read == len(rows) + 2 == total + found.ledger.taken
    return reasons(found)


def test_events_are_counted_by_week_in_either_direction(tmp_path: Path) -> None:
    rows = [row(2, day(0), "036"), row(3, day(2), "036", "USA", "KOR"), row(4, day(9), "036"), row(5, day(10), "057")]
    found = run(write(tmp_path, *rows), how="counts")
    assert counts(found) == {
        ("kor_usa_036_unstated", "2018-04-02"): 2,
        ("kor_usa_036_unstated", "2018-04-09"): 1,
        ("kor_usa_057_unstated", "2018-04-02"): 0,
        ("kor_usa_057_unstated", "2018-04-09"): 1,
    }
    assert not reasons(found)


def test_presence_is_one_at_most(tmp_path: Path) -> None:
    found = run(write(tmp_path, *(row(n, day(n), "036") for n in range(2, 6))))
    assert list(counts(found).values()) == [1, 0]


def test_a_count_is_known_after_its_week_and_the_lag(tmp_path: Path) -> None:
    path = write(tmp_path, row(2, day(0), "036"))
    for lag, known in ((None, "2018-04-10T00:00:00Z"), (0, "2018-04-09T00:00:00Z"), (7, "2018-04-16T00:00:00Z")):
        rows = list(csv.DictReader(io.StringIO(run(path, lag=lag).texts["counts.csv"])))
        assert [rows[0]["published"], rows[0]["from"], rows[0]["to"]] == [known, "2018-04-02", "2018-04-08"]
        assert {line["source"] for line in rows} == {"gdelt"}


def test_a_visit_coded_by_guest_and_host_is_one(tmp_path: Path) -> None:
    found = run(write(tmp_path, row(2, day(0), "042"), row(3, day(0), "043", "USA", "KOR")), how="counts")
    assert counts(found)["kor_usa_042_043_unstated", "2018-04-02"] == 1
    assert reasons(found) == {ledger.REPEATED: 1}


@pytest.mark.parametrize("code", ["040", "041", "044", "046", "057"])
def test_what_both_do_is_one_event(tmp_path: Path, code: str) -> None:
    found = run(write(tmp_path, row(2, day(0), code), row(3, day(0), code, "USA", "KOR")), how="counts")
    assert [n for n in counts(found).values() if n] == [1]
    assert reasons(found) == {ledger.REPEATED: 1}


def test_one_a_day_keeps_days_codes_and_levels_apart(tmp_path: Path) -> None:
    rows = [
        row(2, day(0), "036"), row(3, day(0), "036"), row(4, day(1), "036"), row(5, day(0), "057"),
        row(6, day(0), "036", Actor1Name="MOON JAE IN"),
    ]  # fmt: skip
    found = run(write(tmp_path, *rows), how="counts")
    got = {code: n for (code, first), n in counts(found).items() if first == "2018-04-02"}
    assert got == {"kor_usa_036_unstated": 2, "kor_usa_057_unstated": 1, "kor_usa_036_leader": 1}
    assert reasons(found) == {ledger.REPEATED: 1}
    assert "made-up.csv:3: kor_usa_036_unstated on 2018-04-02: as on line 2 of" in str(
        found.ledger.first[ledger.REPEATED][0]
    )


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([row(2, MONDAY, "13y")], {ledger.CODE: 1}),
        ([row(2, MONDAY, "")], {ledger.CODE: 1}),
        ([row(2, MONDAY, "36")], {ledger.CODE: 1}),
        ([row(2, MONDAY, "36.0")], {ledger.CODE: 1}),
        ([row(2, MONDAY, "299")], {ledger.CODE: 1}),
        ([row(2, MONDAY) + "\tmore"], {ledger.COLUMNS: 1}),
        ([row(2, MONDAY).rpartition("\t")[0]], {ledger.COLUMNS: 1}),
        (["KOR\tUSA"], {ledger.COLUMNS: 1}),
        ([row(2, MONDAY, IsRootEvent="0")], {ledger.MINOR: 1}),
        ([row(2, MONDAY, SQLDATE="20180400")], {ledger.DATE: 1}),
        ([row(2, MONDAY, SQLDATE="201804")], {ledger.DATE: 1}),
        ([row(2, MONDAY, SQLDATE="20180431")], {ledger.DATE: 1}),
        ([row(2, MONDAY, SQLDATE="")], {ledger.DATE: 1}),
        ([row(2, MONDAY, DATEADDED="20180402996100")], {ledger.DATE: 1}),
        ([row(2, MONDAY, SQLDATE="20170402")], {ledger.LATE: 1}),
        ([row(2, MONDAY, SQLDATE="20180330")], {ledger.LATE: 1}),
        ([row(2, MONDAY, SQLDATE="20180409")], {ledger.SPAN: 1}),
        ([row(2, MONDAY), row(2, MONDAY)], {ledger.COPY: 1}),
        ([row(2, MONDAY).replace("4\t2", "4\0\t2").encode()], {ledger.NUL: 1}),
        ([row(2, MONDAY, Actor1Name="김정은").encode("cp949")], {ledger.ENCODING: 1}),
        ([row(2, MONDAY, Actor1CountryCode="KS")], {ledger.STATE: 1}),
        ([row(2, MONDAY, Actor1Name="NORTH KOREA")], {ledger.MISMATCH: 1}),
        ([row(2, MONDAY, Actor1Name="KIM JONG UN")], {ledger.MISMATCH: 1}),
        ([row(2, MONDAY, Actor2Name="SOUTH KOREA")], {ledger.MISMATCH: 1}),
        ([row(2, MONDAY, Actor2CountryCode="")], {}),
        ([row(2, MONDAY, Actor2CountryCode="KOR")], {}),
        ([row(2, MONDAY, Actor1CountryCode="PRK")], {}),
    ],
    ids=lambda value: None if isinstance(value, list) else ", ".join(value) or "another dyad",
)  # fmt: skip
def test_a_row_that_can_not_be_used_is_dropped_with_its_reason(
    tmp_path: Path, rows: list[str], why: dict[str, int]
) -> None:
    assert refused(tmp_path, *rows) == why


def test_the_same_rows_without_their_defects_are_taken(tmp_path: Path) -> None:
    """Negative control: nothing above is dropped for another reason than its defect."""
    good = [row(2, MONDAY, "036"), row(3, MONDAY, "13" + "4"), row(4, day(-1) + dt.timedelta(days=1), "130"),
            row(5, MONDAY, "138", Actor1Name="MOON JAE IN"), row(6, MONDAY, "112", Actor1Name="문재인")]  # fmt: skip
    assert refused(tmp_path, *good) == {}


def test_a_lost_zero_comes_back_only_where_it_is_wanted(tmp_path: Path) -> None:
    path = write(tmp_path, row(2, MONDAY, "36"), row(3, day(1), "36.0"), row(4, MONDAY, "0311"[1:]))
    with pytest.raises(
        CaseError, match=r"no event between KOR,USA can be taken; rows dropped: 3 no valid code \(.*--pad-codes"
    ):
        run(path)
    found = run(path, pad=True, detail="code", how="counts")
    assert {key: n for key, n in counts(found).items() if n} == {
        ("kor_usa_036_unstated", "2018-04-02"): 2,
        ("kor_usa_0311_unstated", "2018-04-02"): 1,
    }
    assert found.ledger.remarks == {ledger.PADDED: 3}
    assert "36 read as 036" in str(found.ledger.first[ledger.PADDED][0])


def test_an_id_that_two_rows_have_is_told_and_both_count(tmp_path: Path) -> None:
    found = run(write(tmp_path, row(2, day(0), "036"), row(2, day(1), "036")), how="counts")
    assert counts(found)["kor_usa_036_unstated", "2018-04-02"] == 2
    assert found.ledger.remarks == {ledger.SAME_ID: 1}


def test_a_mark_at_the_start_and_line_ends_of_windows_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([row(2, MONDAY, "036"), OTHER, "", row(3, day(1), "036")]).encode())
    found = run(path, how="counts")
    assert counts(found)["kor_usa_036_unstated", "2018-04-02"] == 2
    assert found.ledger.read == 3


def test_text_in_korean_is_read_as_what_it_is_said_to_be(tmp_path: Path) -> None:
    rows = [row(2, MONDAY, "036", Actor1Name="문재인").encode("cp949")]
    path = write(tmp_path, *rows)
    assert "kor_usa_036_leader" in run(path, encoding="cp949").texts["counts.csv"]
    with pytest.raises(CaseError, match="no event between"):
        run(path)
    many = [row(n, MONDAY, "036", Actor1Name="문재인").encode("cp949") for n in range(2, 40)]
    with pytest.raises(
        CaseError, match=r"made-up.csv:22: 21 of 22 rows are not utf-8: it looks like CP949.*--encoding"
    ):
        run(write(tmp_path, *many))


def test_an_old_event_told_again_is_not_of_the_week_it_is_told_in(tmp_path: Path) -> None:
    again = row(3, day(8), "057", SQLDATE="20170402")
    found = run(write(tmp_path, row(2, MONDAY, "057"), again), how="counts")
    assert list(counts(found).values()) == [1, 0]
    assert "happened 2017-04-02, reported 2018-04-10" in str(found.ledger.first[ledger.LATE][0])


def test_few_sources(tmp_path: Path) -> None:
    rows = [row(2, MONDAY, "036", NumSources="1"), row(3, day(1), "057", NumSources="3"), row(4, MONDAY, NumSources="")]
    found = run(write(tmp_path, *rows), sources=2)
    assert [code for code, first in counts(found) if first == "2018-04-02"] == ["kor_usa_057_unstated"]
    assert reasons(found) == {ledger.MINOR: 2}


def test_since_until_and_codes_are_what_was_asked_for(tmp_path: Path) -> None:
    rows = [row(2, day(0), "036"), row(3, day(8), "0311"), row(4, day(9), "040"), row(5, day(7), "100")]
    found = run(write(tmp_path, *rows), since=day(7), codes=["03", "10"])
    assert {code for code, _ in counts(found)} == {"kor_usa_031_unstated", "kor_usa_100_unstated"}
    assert reasons(found) == {ledger.ANOTHER_TIME: 1, ledger.ANOTHER_CODE: 1}
    assert {first for _, first in counts(found)} == {"2018-04-09"}


@pytest.mark.parametrize(
    ("detail", "codes"),
    [
        ("code", {"0311", "042_043", "057"}),
        ("base", {"031", "042_043", "057"}),
        ("root", {"03", "04", "05", "01"}),
        ("plover", {"agree", "consult", "support"}),
    ],
)
def test_how_finely_codes_are_told_apart(tmp_path: Path, detail: str, codes: set[str]) -> None:
    rows = [row(2, day(0), "0311"), row(3, day(1), "043"), row(4, day(2), "057"), row(5, day(2), "010")]
    found = run(write(tmp_path, *rows), detail=detail)
    extra = {"010"} if detail in {"code", "base"} else set()
    assert {code for code, _ in counts(found)} == {f"kor_usa_{code}_unstated" for code in codes | extra}
    assert reasons(found) == ({ledger.UNMAPPED: 1} if detail == "plover" else {})


# -- coverage ----------------------------------------------------------------------------------


def year(*extra: str, days: range = range(22), without: dict[int, int] | None = None) -> list[str]:
    """Days of quarters of an hour; of some days so many are missing."""
    gone = without or {}
    return [line for n in days for line in quarters(day(n), 10**6 + 1000 * n)[gone.get(n, 0) :]] + list(extra)


def test_silence_counts_only_where_the_files_cover_the_week(tmp_path: Path) -> None:
    rows = year(row(2, day(1), "036"), row(3, day(15), "036"), without={10: 96})
    found = run(write(tmp_path, *rows), covers=None)
    assert counts(found) == {
        ("kor_usa_036_unstated", "2018-04-02"): 1,
        ("kor_usa_036_unstated", "2018-04-16"): 1,
    }
    assert found.gaps == ((day(9), day(10)),)  # late reports of the ninth would have come on the tenth
    assert [(period.first, period.last) for period in found.partly] == [(day(7), day(8)), (day(11), day(13))]


def test_counts_use_what_is_covered_of_a_week(tmp_path: Path) -> None:
    rows = year(row(2, day(1), "036"), row(3, day(12), "036"), row(4, day(9), "036"), without={10: 96})
    found = run(write(tmp_path, *rows), covers=None, how="counts")
    assert {first: n for (_, first), n in counts(found).items()} == {
        "2018-04-02": 1, "2018-04-09": 0, "2018-04-13": 1, "2018-04-16": 0,
    }  # fmt: skip
    assert reasons(found) == {ledger.UNCOVERED: 1}


@pytest.mark.parametrize(("missing", "weeks"), [(9, 3), (10, 2)])
def test_a_day_is_covered_by_nine_of_ten_of_its_files(tmp_path: Path, missing: int, weeks: int) -> None:
    found = run(write(tmp_path, *year(row(2, day(1), "036"), without={10: missing})), covers=None)
    assert len(counts(found)) == weeks


def test_rows_of_the_pair_alone_can_not_tell_silence(tmp_path: Path) -> None:
    path = tmp_path / "filtered.csv"
    path.write_text("\n".join(row(n + 2, day(n), "036") for n in range(14)), "utf-8")
    with pytest.raises(CaseError, match=r"all rows are of the states that were asked for.* say --covers FROM\.\.TO"):
        run(path, covers=None)
    assert len(counts(run(path))) == 2


def test_no_whole_week_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    rows = year(row(2, day(1), "036"), days=range(6))
    with pytest.raises(CaseError, match=r"no week from Monday to Sunday is wholly covered \(2018-04-02 to 2018-04-06"):
        run(write(tmp_path, *rows), covers=None)


# -- files -------------------------------------------------------------------------------------


def test_zips_and_globs_and_many_files_at_once(tmp_path: Path) -> None:
    for n in range(14):
        lines = "\n".join([*quarters(day(n), 10**6 + n * 1000), row(n + 2, day(n), "036")])
        with zipfile.ZipFile(tmp_path / f"{day(n):%Y%m%d}.export.CSV.zip", "w") as packed:
            packed.writestr(f"{day(n):%Y%m%d}.export.CSV", lines)
    found = run(str(tmp_path / "2018*.zip"), how="counts", lag=0, covers=None)
    assert list(counts(found).values()) == [7, 7]
    assert found.ledger.read == 14 * 97
    plain = tmp_path / "20180402.export.CSV"
    with zipfile.ZipFile(tmp_path / "20180402.export.CSV.zip") as packed:
        plain.write_bytes(packed.read(plain.name))
    again = import_files(Request(files=[str(tmp_path / "*")], dyads=PAIR, how="counts", lag=0))
    assert list(counts(again).values()) == [7, 7]
    assert reasons(again) == {ledger.COPY: 1}  # a day that is there twice counts once


def test_a_row_outside_the_day_that_its_file_is_of(tmp_path: Path) -> None:
    path = write(tmp_path, row(2, day(1), "057"), row(3, day(0), "036"), name="20180402.export.CSV")
    found = run(path)
    assert reasons(found) == {ledger.SPAN: 1}
    assert "2018-04-03 in a file of 2018-04-02 to 2018-04-02" in str(found.ledger.first[ledger.SPAN][0])


def test_every_dropped_row_is_written(tmp_path: Path) -> None:
    out = io.StringIO()
    run(write(tmp_path, row(2, MONDAY, "036"), row(3, MONDAY, "13y"), row(4, MONDAY, '=HYPERLINK("x")')),
        Ledger(sink=writer(out)))  # fmt: skip
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert rows[0] == ["file", "line", "reason", "detail"]
    assert [(line, reason) for _, line, reason, _ in rows[1:]] == [
        ("1", ledger.ANOTHER_DYAD), ("3", ledger.CODE), ("4", ledger.CODE),
    ]  # fmt: skip
    assert rows[2][3] == "'13y' is no CAMEO code"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe1\x002\x00", r"is UTF-16: save it as UTF-8"),
        (b"a,b,c\n1,2,3\n", r"is in no format that is known \(gdelt: GDELT 2.0 events; .*--mapping FILE"),
        (b"PK\x03\x04broken", r"can't be read: File is not a zip file"),
    ],
)
def test_a_file_that_can_not_be_read(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / ("broken.zip" if content.startswith(b"PK") else "made-up.csv")
    path.write_bytes(content)
    with pytest.raises(CaseError, match=words):
        run(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"nothing.csv: there is no such file"):
        run(tmp_path / "nothing.csv")
    with pytest.raises(CaseError, match=r"is a folder: name the files in it, as in FOLDER/\*.zip"):
        run(tmp_path)


def test_another_kind_of_file_is_given_up_early(tmp_path: Path) -> None:
    path = tmp_path / "made-up.csv"
    path.write_text("a\tb\tc\n" * 5000, "utf-8")
    with pytest.raises(CaseError, match=r"made-up.csv:1000: none of 1,000 rows has 61 columns \(3 here\): is it GDELT"):
        run(path, importer="gdelt")


def test_a_line_without_end_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "made-up.csv"
    path.write_bytes(b"x" * (6 << 20))
    with pytest.raises(CaseError, match="a line of more than 4 MB"):
        run(path, importer="gdelt")


def test_the_earlier_layout_is_known_by_its_columns(tmp_path: Path) -> None:
    from foedus.news.importers.gdelt import COLUMNS, EARLIER

    keep = [COLUMNS.index(name) for name in EARLIER.columns]
    lines = [row(2, MONDAY, "036", DATEADDED="20180402"), row(3, day(1), "190", "FRA", "DEU", DATEADDED="20180403")]
    cells = [line.split("\t") for line in lines]
    path = tmp_path / "made-up.csv"
    path.write_text("\n".join("\t".join(row[i] for i in keep) for row in cells), "utf-8")
    assert len(keep) == 58
    assert list(counts(run(path)).values()) == [1, 0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("KS,USA", r"--dyad: 'KS' is South Korea in FIPS 10-4, no state in ISO 3166; write KOR"),
        ("KOR", "'KOR': write two states, as in KOR,USA"),
        ("KOR,KOR", "write two states"),
        ("KOR,Utopia", "'Utopia' is not an ISO 3166 alpha-3 code"),
    ],
)
def test_pairs_that_are_none(text: str, words: str) -> None:
    with pytest.raises(CaseError, match=words):
        dyads([text])


def test_pairs_are_read_in_either_language() -> None:
    assert dyads(["미국,한국", "USA,KOR", "ROK,DPRK"]) == (*PAIR, *dyads(["KOR,PRK"]))


def test_two_pairs_at_once(tmp_path: Path) -> None:
    rows = [row(2, MONDAY, "036"), row(3, MONDAY, "036", "PRK", "USA")]
    found = run(write(tmp_path, *rows), dyads=dyads(["KOR,USA", "USA,PRK"]))
    assert {code for code, _ in counts(found)} == {"kor_usa_036_unstated", "prk_usa_036_unstated"}
    both = run(write(tmp_path, *rows, row(4, MONDAY, "036", "PRK", "USA")), dyads=dyads(["KOR,USA", "USA,PRK"]))
    assert both.ledger.taken == 2


def test_an_event_with_somebody_unknown_has_no_level(tmp_path: Path) -> None:
    rows = [row(2, MONDAY, "036", Actor1Name="MOON JAE IN", Actor2Name="BUSINESSMAN"),
            row(3, MONDAY, "057", Actor1Name="MOON JAE IN", Actor2Name="WASHINGTON")]  # fmt: skip
    assert {code for code, _ in counts(run(write(tmp_path, *rows)))} == {"kor_usa_036_unstated", "kor_usa_057_leader"}


def test_a_code_that_was_asked_for_and_never_seen_is_named(tmp_path: Path) -> None:
    found = run(write(tmp_path, row(2, MONDAY, "036")), codes=["036", "046"])
    assert "asked for and never seen: 046" in found.warnings


def test_what_a_file_says_is_shown_short_and_steers_no_terminal(tmp_path: Path) -> None:
    bad = [row(2, MONDAY, IsRootEvent="\x1b[2J" + "x" * 1500), row(3, MONDAY, "9" * 1000), row(4, MONDAY, "9" * 3000)]
    found = run(write(tmp_path, row(10**7, MONDAY, "057"), *bad))
    assert reasons(found) == {ledger.MINOR: 1, ledger.CODE: 1, ledger.COLUMNS: 1}
    shown = [str(line) for lines in found.ledger.first.values() for line in lines]
    assert all(text.isprintable() and len(text) < 400 + len(str(tmp_path)) + 20 for text in shown)


def test_a_file_without_rows_has_nothing_to_count(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("", "utf-8")
    with pytest.raises(CaseError, match=r"empty.csv: has no rows: there is nothing to count"):
        run(tmp_path / "empty.csv", importer="gdelt")


@pytest.mark.parametrize("code", ["155", "176", "1834", "1951", "1952"])
def test_codes_of_cameo_that_plover_has_no_word_for(tmp_path: Path, code: str) -> None:
    assert refused(tmp_path, row(2, MONDAY, code), detail="code") == {}
    assert refused(tmp_path, row(2, MONDAY, code), detail="plover") == {ledger.UNMAPPED: 1}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("36", r"'36' is no CAMEO code; write 036"),
        ("3", r"'3' is no CAMEO code; write 03"),
        ("299", r"'299' is no CAMEO code; write 036, 0311"),
        ("FOO", r"'FOO' is no CAMEO code and no PLOVER event; known: "),
        ("consult", r"'consult' is no .* write CONSULT"),
    ],
)
def test_codes_that_nothing_can_have_are_refused(tmp_path: Path, code: str, words: str) -> None:
    path = write(tmp_path, row(2, MONDAY, "036"))
    with pytest.raises(CaseError, match=rf"--code: {words}"):
        run(path, codes=[code])
    assert run(path, codes=["036", "03", "15", "AGREE", "CONSULT:visit", "0311"]).ledger.taken == 1


def test_options_of_other_formats_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, row(2, MONDAY, "036"))
    with pytest.raises(
        CaseError, match=r"(?s)--rating: is for an ACH matrix, and this is GDELT 2.0.*--tag: is for MISP events"
    ):
        run(path, tags={"a": "b"}, ratings=ach.table_of(["CC=3"]))


def test_days_that_end_before_they_begin(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"--since: 2018-04-09 lies after --until 2018-04-02: write the earlier"):
        run(write(tmp_path, row(2, MONDAY, "036")), since=day(7), until=MONDAY)


def test_advice_is_not_what_was_done_already(tmp_path: Path) -> None:
    rows = year(row(2, day(1), "036"), row(3, day(1), "13y"), without=dict.fromkeys(range(22), 50))
    path = write(tmp_path, *rows)
    for how in ("counts", "presence"):
        said = r"fewer than 90% of a day's quarter-hours were found on 22 days \(.*4[67] of 96\).* no valid code"
        with pytest.raises(CaseError, match=said) as caught:
            run(path, covers=None, how=how)
        assert "--as counts" not in str(caught.value)
    with pytest.raises(CaseError, match=r"is wholly covered .*: say --as counts; rows dropped"):
        run(path, covers=(day(0), day(3)))
    some = write(tmp_path, *year(row(2, day(1), "036"), days=range(8), without={3: 50}), name="some.csv")
    with pytest.raises(CaseError, match=r"to 2018-04-08 is\); fewer than 90% .* on 1 days .*: say --as counts, or"):
        run(some, covers=None)
    assert run(some, covers=None, how="counts").periods  # as it says


def test_a_last_day_is_not_covered_before_the_day_after_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, *year(row(2, day(0), "036"), days=range(1)))
    with pytest.raises(CaseError, match=r"no day is covered: the days after, in which late reports come in, are miss"):
        run(path, covers=None, how="counts")


def test_nothing_taken_is_refused_with_the_reasons_before_anything_else(tmp_path: Path) -> None:
    path = tmp_path / "only.csv"
    path.write_text(row(2, MONDAY, "13y"), "utf-8")
    for how in ("counts", "presence"):
        with pytest.raises(CaseError, match=r"no event between KOR,USA can be taken; rows dropped: 1 no valid code"):
            run(path, covers=None, how=how)
    with pytest.raises(CaseError, match=r"no event between KOR,USA can be taken; rows dropped: 1 no valid code"):
        run(path, how="signals", codebook=Codebook())

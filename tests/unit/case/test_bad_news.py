"""What bad news rows get: one test for each row of the table at the end of the design of news.

Near-duplicates (news/test_duplicates) and illegal codes in event data (news/importers) have their tests elsewhere.
"""

from __future__ import annotations

import csv
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

import foedus
from foedus.accounting import account_of
from foedus.case import Case, load
from foedus.case.moment import moment
from foedus.errors import CaseError
from foedus.news.conflicts import Conflict, conflicts
from foedus.problem import compile_problem
from foedus.results import Account

SAMPLE = Path(__file__).parent / "sample"
COLUMNS = "id,published,happened,code,source,credibility,event,target_from,target_to,status,supersedes,actor,coder,note"
FIRST = "n1,2030-02-03,2030-02-02,doubted,paper,2,,,,,,XBI,kim,"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a case like the sample with these rows of news."""

    def made(*rows: str, columns: str = COLUMNS, encoding: str = "utf-8", codebook: tuple[str, str] = ("", "")) -> Path:
        folder = tmp_path / "case"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(SAMPLE, folder)
        (folder / "counts.csv").unlink()
        (folder / "signals.csv").write_bytes("\n".join((columns, *rows, "")).encode(encoding))
        text = (folder / "codebook.yaml").read_text("utf-8")
        assert codebook[0] in text
        (folder / "codebook.yaml").write_text(text.replace(*codebook, 1), "utf-8")
        return folder

    return made


def accounted(case: Case, as_of: str | None = None) -> Account:
    return account_of(compile_problem(case, moment(case, as_of)))


def faults(folder: Path) -> list[str]:
    with pytest.raises(CaseError, match=r"\w+\.(csv|yaml)") as caught:
        load(folder)
    return [str(fault) for fault in caught.value.faults]


def test_an_exact_copy_is_dropped_counted_and_reported(write: Callable[..., Path]) -> None:
    case = load(write(FIRST, FIRST))
    assert [w for w in case.warnings if "signals.csv:3: an exact copy of line 2; counted once" in w]
    found = accounted(case)
    assert (found.read, found.used) == (2, ("n1",))
    assert found.excluded == (("n1", "the same row twice"),)


def test_one_event_is_one_contribution_and_listed_as_merged(write: Callable[..., Path]) -> None:
    rows = [FIRST.replace("2,,,", "2,doubt,,", 1), "n2,2030-02-04,,doubted,ministry,3,doubt,,,,,XBI,kim,"]
    found = accounted(load(write(*rows)))
    assert found.used == ("n1",)
    assert found.merged == (("n2", "one event with n1"),)


def test_one_id_and_coder_with_other_values_names_both_lines_unless_one_supersedes(write: Callable[..., Path]) -> None:
    other = FIRST.replace("2030-02-02", "2030-02-01")
    [fault] = faults(write(FIRST, other))
    assert fault.startswith("signals.csv:3: id 'n1' with coder kim is already on line 2, and differs in happened")
    corrected = other.replace(",,,XBI", ",corrected,n1,XBI")
    found = accounted(load(write(FIRST, corrected)))
    assert (found.used, found.excluded) == (("n1",), (("n1", "superseded by n1 (corrected)"),))


def test_a_correction_of_ones_own_row_leaves_the_other_coders_alone(write: Callable[..., Path]) -> None:
    lee = FIRST.replace(",kim,", ",lee,")
    corrected = FIRST.replace("2030-02-02", "2030-02-01").replace(",,,XBI", ",corrected,n1,XBI")
    case = load(write(FIRST, lee, corrected))
    [unit] = compile_problem(case, moment(case, None)).evidence.units
    assert sorted(row.line for row in unit.rows) == [3, 4]


def test_one_id_by_two_coders_is_a_mixture(write: Callable[..., Path]) -> None:
    case = load(write(FIRST, FIRST.replace("doubted", "backed").replace(",kim,", ",lee,")))
    [unit] = compile_problem(case, moment(case, None)).evidence.units
    assert sorted(signal.code for _, signal in unit.items[0].options) == ["backed", "doubted"]


def test_an_unknown_code_is_a_fault_with_the_nearest_one_and_skipped_only_when_asked(
    write: Callable[..., Path],
) -> None:
    folder = write(FIRST, FIRST.replace("n1", "n2").replace("doubted", "doubtd"))
    [fault] = faults(folder)
    assert fault == "signals.csv:3: code: 'doubtd' is not defined; did you mean 'doubted'?"
    found = accounted(load(folder, skip_unknown=True))
    assert (found.read, found.used) == (2, ("n1",))
    assert found.excluded == (("n2", "code doubtd is not in the codebook"),)


def test_a_deprecated_code_is_mapped_with_a_warning(write: Callable[..., Path]) -> None:
    retired = "  disbelieved:\n    deprecated: 1.0.0\n    replaced_by: doubted\n"
    folder = write(FIRST.replace("doubted", "disbelieved"), codebook=("codes:\n", "codes:\n" + retired))
    case = load(folder)
    assert "signals.csv:2: code: disbelieved is deprecated since 1.0.0: 1 rows are read as doubted" in case.warnings
    assert [signal.code for signal in case.signals] == ["doubted"]
    now = load(write(FIRST))
    assert accounted(case).used == ("n1",)
    assert "rows with the deprecated code disbelieved are read as doubted" in accounted(case).defaulted
    old, new = (foedus.forecast(one, draws=16, seed=3).estimates for one in (case, now))
    assert old == new


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        ("  a: {deprecated: 1.0.0, replaced_by: b}\n  b: {deprecated: 1.0.0, replaced_by: a}\n", "in a circle: a -> b"),
        ("  a: {deprecated: 1.0.0, replaced_by: doubtd}\n", "the code 'doubtd' is not defined; did you mean 'doubted'"),
        ("  a: {replaced_by: doubted}\n", "goes with `deprecated`"),
    ],
)
def test_a_replacement_must_lead_somewhere(write: Callable[..., Path], chain: str, words: str) -> None:
    found = faults(write(FIRST, codebook=("codes:\n", "codes:\n" + chain)))
    assert any(words in fault for fault in found), found


@pytest.mark.parametrize(
    ("cameo", "words"),
    [
        ('["36"]', 'a leading zero was lost: write "036"'),
        ('["13y"]', "'13y' is not a CAMEO code"),
        ("[36.0]", "must be a text"),
        ("[036]", '036 without quotes loses its leading zero in many readers: write "036"'),
    ],
)
def test_cameo_codes_are_text_and_never_padded(write: Callable[..., Path], cameo: str, words: str) -> None:
    found = faults(write(FIRST, codebook=('cameo: ["036"]', f"cameo: {cameo}")))
    assert any(words in fault for fault in found), found


def test_what_is_published_after_it_was_coded_is_a_fault(write: Callable[..., Path]) -> None:
    """No clock is read: what lies in the future is told by when the row was coded."""
    [fault] = faults(write(FIRST + ",2030-01-31", columns=COLUMNS + ",coded_at"))
    assert "signals.csv:2: coded_at: published 2030-02-04T00:00:00+09:00 and coded before" in fault


@pytest.mark.parametrize(
    ("happened", "severity"),
    [
        ("2030-02-03", None),  # the same day
        ("2030-02", None),  # the month that it falls into
        ("2030-W06", "warning"),  # the week after
        ("2030-02-04", "warning"),  # the next day, which may be another zone's
        ("2030-02-05", "fault"),
        ("2030-03", "fault"),
    ],
)
def test_a_report_before_what_it_reports(write: Callable[..., Path], happened: str, severity: str | None) -> None:
    folder = write(FIRST.replace("2030-02-02", happened))
    if severity == "fault":
        [fault] = faults(folder)
        assert "signals.csv:2: happened: more than a day after it was published" in fault
        assert "target_from and target_to" in fault
    else:
        warned = [w for w in load(folder).warnings if "happened: after it was published" in w]
        assert bool(warned) == (severity == "warning")


def test_what_is_published_after_the_as_of_time_is_excluded_and_counted(write: Callable[..., Path]) -> None:
    found = accounted(load(write(FIRST, "n2,2030-02-20,,backed,paper,2,,,,,,,,")), "2030-02-10")
    assert (found.read, found.used) == (2, ("n1",))
    assert found.excluded == (("n2", "published after the as-of time"),)


def test_a_missing_source_is_a_fault(write: Callable[..., Path]) -> None:
    [fault] = faults(write(FIRST.replace(",paper,", ",,")))
    assert fault.startswith("signals.csv:2: source is missing")


def test_missing_letter_and_number_count_as_f_and_6_and_are_shown(write: Callable[..., Path]) -> None:
    folder = write(FIRST.replace("paper,2,", "blog,,"), codebook=("sources:\n", "sources:\n  blog: {title: A blog}\n"))
    found = accounted(load(folder))
    assert "1 signals have no credibility: they count as 6, which can't be judged" in found.defaulted
    assert "sources without a letter count as F, which can't be judged: blog" in found.defaulted
    graded = write(
        FIRST.replace("paper,2,", "blog,6,"), codebook=("sources:\n", "sources:\n  blog: {reliability: F}\n")
    )
    left_out, written = (foedus.forecast(load(one), draws=16).estimates for one in (folder, graded))
    assert left_out.keys() == written.keys()


OPPOSED = ("  doubted:\n", "  doubted:\n    contradicts: [backed]\n")


@pytest.mark.parametrize(
    ("published", "told"),
    [("2030-02-04", (Conflict("n1", "n2"),)), ("2030-01-31", (Conflict("n2", "n1"),)), ("2030-04-04", ())],
)
def test_announced_and_denied_both_enter_and_are_told(
    write: Callable[..., Path], published: str, told: tuple[Conflict, ...]
) -> None:
    """By sources of their own reliability; a denial of long ago is of another event."""
    case = load(write(FIRST, f"n2,{published},,backed,ministry,1,,,,,,,,", codebook=OPPOSED))
    units = compile_problem(case, moment(case, None)).evidence.units
    assert {i for unit in units for i in unit.ids} == {"n1", "n2"}
    assert conflicts(case.codebook, units) == told
    assert accounted(case).conflicts == told
    assert "conflicts" in foedus.forecast(case, draws=16).to_json()["signals"]


def test_a_code_contradicts_others_that_there_are(write: Callable[..., Path]) -> None:
    for others, words in (("[doubted]", "can't contradict itself"), ("[backd]", "did you mean 'backed'")):
        book = ("  doubted:\n", f"  doubted:\n    contradicts: {others}\n")
        assert any(words in fault for fault in faults(write(FIRST, codebook=book)))


def test_what_is_retracted_is_excluded_with_a_trace(write: Callable[..., Path]) -> None:
    found = accounted(load(write(FIRST, "n2,2030-02-05,,doubted,paper,2,,,,retracted,n1,XBI,kim,")))
    assert found.used == ()
    assert set(found.excluded) == {("n1", "superseded by n2 (retracted)"), ("n2", "retraction of n1")}


def test_a_byte_order_mark_is_read(write: Callable[..., Path]) -> None:
    assert load(write(FIRST, encoding="utf-8-sig")).signals == load(write(FIRST)).signals


def test_cp949_is_offered_and_never_guessed(write: Callable[..., Path]) -> None:
    [fault] = faults(write(FIRST + "정상회담", encoding="cp949"))
    assert "signals.csv:2: is not UTF-8; it looks like CP949 (EUC-KR)" in fault


def test_hangul_is_composed_codes_are_folded_and_text_is_kept(write: Callable[..., Path]) -> None:
    wide = FIRST.replace("doubted", "ｄｏｕｂｔｅｄ").replace("XBI", "한국;ROK;미국") + "ＡＢＣ 정상"
    [signal] = load(write(unicodedata.normalize("NFD", wide))).signals
    assert (signal.code, signal.actor, signal.note) == ("doubted", "KOR;USA", "ＡＢＣ 정상")


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        ("KS", "'KS' is South Korea in FIPS 10-4, no state in ISO 3166; write KOR"),
        ("CH", "China in FIPS 10-4, Switzerland in ISO 3166; write CHN or CHE"),
        ("Korea", "which of the two? Write KOR or PRK"),
        ("kor", "write KOR, in capitals"),
        ("USAML", "'ML' is not a role"),
        ("Atlantis", "is not an ISO 3166 alpha-3 code"),
    ],
)
def test_states_that_could_be_two_are_refused(write: Callable[..., Path], actor: str, words: str) -> None:
    [fault] = faults(write(FIRST.replace("XBI", actor)))
    assert fault.startswith("signals.csv:2: actor: ")
    assert words in fault


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("43242", "if 2018-05-22 is meant, write 2018-05-22"),
        ("5/6/2018", "day and month can't be told apart"),
        ("22-May-18", "write 2018-05-22"),
        ("2018.5.22", "write 2018-05-22"),
        ("2018년 5월 22일", "write 2018-05-22"),
    ],
)
def test_a_spreadsheets_dates_are_refused_with_what_to_write(
    write: Callable[..., Path], cell: str, advice: str
) -> None:
    [fault] = faults(write(FIRST.replace("2030-02-03", cell)))
    assert fault.startswith("signals.csv:2: published: ")
    assert advice in fault


@pytest.mark.parametrize("mangled", ["3.6E+01", "2-Jan"])
def test_ids_that_a_spreadsheet_rewrote_are_refused(write: Callable[..., Path], mangled: str) -> None:
    [fault] = faults(write(FIRST.replace("n1,", f"{mangled},", 1)))
    assert "signals.csv:2: id: " in fault
    assert "a spreadsheet" in fault


def test_a_formula_is_kept_as_text(write: Callable[..., Path]) -> None:
    [signal] = load(write(FIRST + '"=HYPERLINK(""x"")"')).signals
    assert signal.note == '=HYPERLINK("x")'


def test_a_ragged_row_is_a_fault_at_its_line(write: Callable[..., Path]) -> None:
    [fault] = faults(write(FIRST, "n2,2030-02-04,,backed"))
    assert fault.startswith("signals.csv:3: has 4 cells where the header has 14")


def test_only_a_header_is_the_prior_and_says_so(write: Callable[..., Path]) -> None:
    case = load(write())
    assert accounted(case).read == 0
    assert foedus.forecast(case, draws=16).account.used == ()


@pytest.mark.parametrize(
    ("band", "words"),
    [("-1", "must be 0 or more"), ("[2, 1, 3]", "must not decrease"), ("[1, 4, 3]", "must not decrease")],
)
def test_multipliers_below_zero_and_bands_out_of_order_are_refused(
    write: Callable[..., Path], band: str, words: str
) -> None:
    code = (
        f"codes:\n  odd: {{bears_on: {{basing: {{by: level, multipliers: {{none: {band}, partly: 1, whole: 1}}}}}}}}\n"
    )
    found = faults(write(FIRST, codebook=("codes:\n", code)))
    assert any(words in fault for fault in found), found


def test_columns_that_a_code_requires(write: Callable[..., Path]) -> None:
    book = ("  doubted:\n", "  doubted:\n    requires: {actor_level: [leader, minister]}\n")
    [fault] = faults(write(FIRST, codebook=book))
    assert fault == "signals.csv:2: actor_level: doubted needs leader or minister here, and it is empty here"
    columns = COLUMNS + ",actor_level"
    assert len(load(write(FIRST + ",minister", columns=columns, codebook=book)).signals) == 1
    wrong = ("  doubted:\n", "  doubted:\n    requires: {actor_level: [president]}\n")
    assert any("'president' is none of its words" in fault for fault in faults(write(FIRST, codebook=wrong)))


def test_another_major_version_is_warned_of_once(write: Callable[..., Path]) -> None:
    rows = [FIRST + ",2.0.0", "n2,2030-02-04,,backed,paper,2,,,,,,,,,2.1.0"]
    warned = [w for w in load(write(*rows, columns=COLUMNS + ",codebook_version")).warnings if "codebook_version" in w]
    assert len(warned) == 1
    assert "signals.csv:2: codebook_version: 2 rows from here on were coded with another major version" in warned[0]


def test_a_bare_day_is_read_in_the_zone_of_its_row(write: Callable[..., Path]) -> None:
    columns = COLUMNS + ",published_zone,happened_zone"
    here, there = FIRST + ",,", FIRST + ",America/New_York,America/New_York"
    [seoul], [washington] = (load(write(row, columns=columns)).signals for row in (here, there))
    assert (washington.published.at - seoul.published.at).total_seconds() == 14 * 3600
    assert washington.happened is not None
    assert washington.happened.at.isoformat() == "2030-02-03T00:00:00-05:00"
    [fault] = faults(write(FIRST + ",Korea Time,", columns=columns))
    assert "signals.csv:2: published_zone: 'Korea Time' is not a time zone: write an IANA name" in fault


def test_a_month_without_a_day_is_said(write: Callable[..., Path]) -> None:
    case = load(write(FIRST.replace("2030-02-02", "2030-01")))
    [signal] = case.signals
    assert signal.happened is not None
    assert (signal.happened.precision, signal.happened.at.isoformat()) == ("month", "2030-02-01T00:00:00+09:00")
    assert "no day is known of n1: seen at the end of the week or month, or when published" in accounted(case).defaulted


def test_every_column_of_the_record_is_read(write: Callable[..., Path]) -> None:
    further = {
        "recipient": "USA", "auxiliary": "future", "language": "ko", "archive_url": "https://example.org/copy",
        "coded_at": "2030-02-04", "codebook_version": "1.0.0",
    }  # fmt: skip
    folder = write(FIRST)
    with (folder / "signals.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[*COLUMNS.split(","), *further], [*FIRST.split(","), *further.values()]])
    [signal] = load(folder).signals
    assert {name: getattr(signal, name) for name in further if name != "coded_at"} == {
        name: value for name, value in further.items() if name != "coded_at"
    }


def test_presence_is_0_or_1(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "case"))
    book = folder / "codebook.yaml"
    book.write_text(book.read_text("utf-8").replace("    dispersion: 0.4\n", "    count_as: presence\n"), "utf-8")
    [fault] = faults(folder)
    assert fault == (
        "counts.csv:2: count: rallied is counted as presence, 1 where there was any, and not 2; write 1, or "
        "`count_as: events` in codebook.yaml"
    )


def test_rows_add_up_where_several_coded_a_signal(write: Callable[..., Path]) -> None:
    lee = FIRST.replace(",kim,", ",lee,")
    folder = write(FIRST, lee, FIRST.replace("n1", "n2"), lee.replace("n1", "n2").replace("doubted", "backed"))
    rows = foedus.forecast(load(folder), draws=16).to_json()["signals"]
    fates = ("used", "merged", "excluded", "in_prior", "no_bearing")
    assert rows["read"] == sum(rows[fate] for fate in fates) == 4
    assert rows["used"] + rows["merged"] == 4


def test_a_denial_under_the_code_of_what_it_denies_is_warned_of_and_told(write: Callable[..., Path]) -> None:
    columns = COLUMNS + ",auxiliary"
    case = load(write(FIRST + ",negation", columns=columns))
    assert any("signals.csv:2: auxiliary: negation: doubted counts as what it says" in w for w in case.warnings)
    assert "marked negation, and yet counted as its code says: n1" in accounted(case).defaulted
    meant = ("  doubted:\n", "  doubted:\n    requires: {auxiliary: [negation]}\n")  # a code for denials
    denied = load(write(FIRST + ",negation", columns=columns, codebook=meant))
    assert not any("auxiliary" in w for w in denied.warnings)
    assert not any("negation" in line for line in accounted(denied).defaulted)

"""Judgments from elsewhere: every number taken over or reported, names that survive, and the traps of each format."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import numpy as np
import pytest

import geopol
from excalibur_fixture import write_excalibur
from foedus.case.foreign import identifier
from foedus.elicitation.importers import excalibur
from foedus.elicitation.importers.judgments import as_files
from foedus.elicitation.importers.registry import IMPORTERS, import_file
from foedus.elicitation.performance.files import read_study
from foedus.elicitation.performance.rows import study_of
from foedus.elicitation.performance.study import Study
from foedus.elicitation.performance.summary import performance
from foedus.errors import CaseError

# -- Excalibur ---------------------------------------------------------------------------------


def scores_of(dtt: Path, rls: Path) -> dict[str, float]:
    found = performance(read_study(dtt, rls)[0]).to_json()["decision_makers"]
    return {name: dm["combined"] for name, dm in found.items()}


def test_a_study_comes_back_as_it_was_written(tmp_path: Path) -> None:
    study = geopol.study()
    found, notes = read_study(*write_excalibur(tmp_path, study))
    assert not notes
    assert (found.experts, found.items) == (study.experts, study.items)
    np.testing.assert_allclose(found.values, study.values, rtol=1e-6)
    np.testing.assert_allclose(found.answers, study.answers, rtol=1e-6)
    np.testing.assert_array_equal(found.log, study.log)


def test_items_are_matched_by_name_in_whatever_order(tmp_path: Path) -> None:
    study = geopol.study()
    straight = scores_of(*write_excalibur(tmp_path, study))
    assert scores_of(*write_excalibur(tmp_path, study, order=list(range(17, -1, -1)))) == pytest.approx(straight)
    assert straight["global_optimised"] == pytest.approx(0.6619811, abs=1e-6)


def test_a_word_for_a_scale_inside_a_name_is_not_the_scale(tmp_path: Path) -> None:
    study = geopol.study()
    items = list(study.items)
    items[0], items[1], items[2] = "Unins <100 FPL", "UNI x 3", "a log of"
    named = Study(study.experts, tuple(items), study.levels, study.values, study.answers, study.log)
    found, _ = read_study(*write_excalibur(tmp_path, named, title="how many UNI or LOG in 1990"))
    assert found.items == tuple(items)
    np.testing.assert_array_equal(found.log, study.log)
    np.testing.assert_allclose(found.values, study.values, rtol=1e-6)


@pytest.mark.parametrize("code", ["-9.99500E+0002", "-9.96000E+0002", "-1000", "-990", "ns", "NS"])
def test_codes_for_no_answer(tmp_path: Path, code: str) -> None:
    study = geopol.study()
    dtt, rls = write_excalibur(tmp_path, study)
    text = dtt.read_text().splitlines()
    before, scale, _ = text[5].partition("UNI")
    text[5] = f"{before}{scale} {code} {code} {code}"
    dtt.write_text("\n".join(text))
    found, notes = read_study(dtt, rls)
    assert np.isnan(found.values[0, 4]).all()
    assert found.answered.sum() == 8 * 18 - 1
    assert any("study.dtt:6: Ex1 on S05: no answer (all of the quantiles)" in note for note in notes)
    assert found.power == 17


def test_an_item_answered_in_part_is_left_out_and_said(tmp_path: Path) -> None:
    study = geopol.study()
    values = study.values.copy()
    values[2, 3, 1] = np.nan
    part = Study(study.experts, study.items, study.levels, values, study.answers, study.log)
    found, notes = read_study(*write_excalibur(tmp_path, part))
    assert np.isnan(found.values[2, 3]).all()
    assert any("Ex3 on S04 is not counted: the 0.5 quantile is missing" in note for note in notes)


def test_targets_come_along_without_an_answer(tmp_path: Path) -> None:
    study = geopol.study()
    answers = study.answers.copy()
    answers[9:] = np.nan
    found, _ = read_study(
        *write_excalibur(tmp_path, Study(study.experts, study.items, study.levels, study.values, answers, study.log))
    )
    assert found.seeds.sum() == 9
    assert len(found.items) == 18
    assert found.log[found.items.index("S14")]


def test_five_quantiles(tmp_path: Path, rng: np.random.Generator) -> None:
    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    values = np.round(np.sort(rng.gamma(2, 100, size=(4, 6, 5)), axis=2), 1)
    made = Study(tuple("abcd"), tuple("uvwxyz"), levels, values, values[0, :, 2] + 1, np.arange(6) > 3)
    found, _ = read_study(*write_excalibur(tmp_path, made))
    np.testing.assert_allclose(found.levels, levels)
    assert performance(found).experts.counts.sum() == 24


def test_lines_that_cannot_be_read_come_all_at_once(tmp_path: Path) -> None:
    dtt, rls = write_excalibur(tmp_path, geopol.study())
    lines = dtt.read_text().splitlines()
    lines[3], lines[7] = lines[3].replace("E+", "Ex", 1), lines[7].replace("UNI", "???")
    dtt.write_text("\n".join(lines))
    with pytest.raises(
        CaseError, match=r"study\.dtt:4: can't be read: expert, item, scale \(UNI or LOG\) and 3"
    ) as caught:
        excalibur.read(dtt, rls)
    assert [fault.line for fault in caught.value.faults] == [4, 8]


def test_blanks_and_marks_of_old_files_are_no_answers(tmp_path: Path) -> None:
    study = geopol.study()
    dtt, rls = write_excalibur(tmp_path, study)
    lines = dtt.read_text().splitlines()
    lines[2] = lines[2][:67]  # the last quantile is blank
    dtt.write_bytes(("\r\n".join(lines) + "\r\n\x1a").encode())
    rls.write_text(rls.read_text().replace(_answer_of(rls, 2), " " * 14))
    found, notes = read_study(dtt, rls)
    assert any("study.dtt:3: Ex1 on S02: no answer (0.95 of the quantiles)" in note for note in notes)
    assert np.isnan(found.answers[found.items.index("S02")])
    assert found.seeds.sum() == 17


def _answer_of(rls: Path, line: int) -> str:
    return rls.read_text().splitlines()[line - 1][21:35]


def renamed(study: Study) -> Study:
    """The study with names that hold blanks, numbers and words for a scale."""
    items = ["Unins <100 uni", "2 uni 3", "log pop", "UNI rate", "in % of LOG x", *study.items[5:]]
    experts = ["E 0 Kim", "Experter 12", "Professor 2", "ns", "log 5", *study.experts[5:]]
    return Study(tuple(experts), tuple(items), study.levels, study.values, study.answers, study.log)


@pytest.mark.parametrize("by_tabs", [True, False], ids=["tabs", "blanks"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_names_with_blanks_numbers_and_scales_outside_the_columns(tmp_path: Path, by_tabs: bool, end: str) -> None:
    study, between = renamed(geopol.study()), "\t" if by_tabs else "  "
    scales = ["log" if log else "Uni" for log in study.log]
    lines = ["* NQ= 3 qu= 5 50 95"]
    for e, expert in enumerate(study.experts):
        for n, item in enumerate(study.items):
            values = [f"{x:g}" for x in study.values[e, n]]
            lines.append(between.join([str(e + 1), expert, str(n + 1), item, scales[n], *values]))
    answers = [
        between.join([str(n + 1), study.items[n], f"{study.answers[n]:g}", scales[n], "2 log 3"]) for n in range(18)
    ]
    dtt, rls = tmp_path / "s.dtt", tmp_path / "s.rls"
    dtt.write_bytes(("\ufeff" + end.join(lines) + end).encode())
    rls.write_bytes((end.join(reversed(answers)) + end).encode())
    found, notes = read_study(dtt, rls)
    assert not notes
    assert (found.experts, set(found.items)) == (study.experts, set(study.items))
    at = [found.items.index(item) for item in study.items]
    np.testing.assert_array_equal(found.values[:, at], study.values)
    np.testing.assert_array_equal(found.answers[at], study.answers)
    np.testing.assert_array_equal(found.log[at], study.log)


def test_an_item_that_an_expert_answers_twice_counts_once_and_is_said(tmp_path: Path) -> None:
    dtt, rls = write_excalibur(tmp_path, geopol.study())
    lines = dtt.read_text().splitlines()
    dtt.write_text("\n".join([*lines, lines[3].replace(" UNI ", " UNI  9")]) + "\n")
    found, notes = read_study(dtt, rls)
    np.testing.assert_allclose(found.values, geopol.study().values, rtol=1e-6)
    assert notes == (f"{dtt}:{len(lines) + 1}: Ex1 on S03 stands already on line 4",)


def test_two_studies_that_have_nothing_in_common(tmp_path: Path) -> None:
    dtt, rls = write_excalibur(tmp_path, geopol.study())
    rls.write_text(rls.read_text().replace(" S", " X"))
    with pytest.raises(CaseError, match=r"names no item that study\.dtt names"):
        excalibur.read(dtt, rls)


# -- csv pairs ---------------------------------------------------------------------------------


def write_csv(folder: Path, study: Study) -> tuple[Path, Path]:
    judgments, seeds = folder / "j.csv", folder / "s.csv"
    rows = [
        (who, item, "quantile", f"{level:g}", repr(float(study.values[e, n, k])))
        for e, who in enumerate(study.experts)
        for n, item in enumerate(study.items)
        for k, level in enumerate(study.levels)
        if not np.isnan(study.values[e, n, k])
    ]
    header = "expert,question,element,level,value\n"
    judgments.write_text(header + "".join(",".join(row) + "\n" for row in rows))
    known = zip(study.items, study.log, study.answers, strict=True)
    body = "".join(f"{item},,{'log' if log else 'uni'},{float(x)!r},\n" for item, log, x in known)
    seeds.write_text("question,unit,scale,answer,source\n" + body)
    return judgments, seeds


def test_a_pair_of_csv_files_is_the_same_study(tmp_path: Path) -> None:
    found, notes = read_study(*write_csv(tmp_path, geopol.study()))
    assert not notes
    np.testing.assert_array_equal(found.values, geopol.study().values)


def test_faults_in_a_pair_of_csv_files_come_with_file_and_line(tmp_path: Path) -> None:
    judgments, seeds = write_csv(tmp_path, geopol.study())
    judgments.write_text(judgments.read_text().replace("Ex1,S01,quantile,0.5,600.0", "Ex1,S01,quantile,50,x"))
    seeds.write_text(seeds.read_text().replace("S18,,log", "S18,,lg"))
    with pytest.raises(CaseError, match="'x' is not a number") as caught:
        read_study(judgments, seeds)
    assert {(Path(fault.file).name, fault.line) for fault in caught.value.faults} == {("j.csv", 3), ("s.csv", 19)}


def test_what_is_said_twice_is_refused_as_nothing_tells_which_was_meant(tmp_path: Path) -> None:
    judgments, seeds = write_csv(tmp_path, geopol.study())
    again = next(line for line in judgments.read_text().splitlines() if ",S07,quantile,0.5," in line)
    rows, known = len(judgments.read_text().splitlines()), len(seeds.read_text().splitlines())
    judgments.write_text(judgments.read_text() + again.replace(",0.5,", ",0.50,") + "\n")
    seeds.write_text(seeds.read_text() + "S03,,uni,1,\n")
    with pytest.raises(CaseError, match="stands already on line 4: keep one of the two") as caught:
        read_study(judgments, seeds)
    found = {(Path(fault.file).name, fault.line) for fault in caught.value.faults}
    assert found == {("j.csv", rows + 1), ("s.csv", known + 1)}


def test_quantiles_that_have_no_width_are_left_out_and_said() -> None:
    from foedus.elicitation.importers.rows import Row, SeedRow

    rows = [
        Row(who, item, "quantile", level, value, line)
        for line, (who, item, values) in enumerate(
            [("a", "x", (1, 2, 3)), ("a", "y", (1, 1, 3)), ("b", "x", (3, 2, 4)), ("b", "y", (-1, 2, 3))], start=2
        )
        for level, value in zip(("0.05", "0.5", "0.95"), values, strict=True)
    ]
    study, notes = study_of(rows, [SeedRow("x", "uni", 2.0, 2), SeedRow("y", "log", 2.0, 3)])
    assert study.answered.tolist() == [[True, False], [False, False]]
    assert [note.split(": ", 2)[2].split(",")[0] for note in notes[:3]] == [
        "its quantiles must increase: equal or crossing ones have no width to score",
        "its quantiles must increase: equal or crossing ones have no width to score",
        "on a log scale every quantile must be above 0",
    ]
    assert notes[3] == "y: nobody gave all of its quantiles"


def test_the_last_round_counts() -> None:
    from foedus.elicitation.importers.rows import Row, SeedRow

    rows = [
        Row("a", "x", "quantile", level, value + 10 * again, 2, round=again + 1)
        for again in (1, 0)
        for level, value in zip(("0.05", "0.5", "0.95"), (1, 2, 3), strict=True)
    ]
    study, _ = study_of(rows, [SeedRow("x", "uni", 2.0, 2)])
    assert study.values[0, 0].tolist() == [11, 12, 13]


# -- tables of quantiles, Fatebook, Metaculus --------------------------------------------------


def test_a_table_with_a_column_for_each_expert(tmp_path: Path) -> None:
    path = tmp_path / "cost.csv"
    path.write_text("quantile,Ann,Bo\nlower,0,0\n25%,20,30\nmedian,30,40\n0.75,45,\n")
    name, found = import_file(path)
    assert name == "shelf"
    assert [(r.expert, r.question, r.level, r.value) for r in found.rows] == [
        ("Ann", "cost", "0.25", 20), ("Bo", "cost", "0.25", 30), ("Ann", "cost", "0.5", 30), ("Bo", "cost", "0.5", 40),
        ("Ann", "cost", "0.75", 45),
    ]  # fmt: skip
    assert [str(row).split("cost.csv")[1] for row in found.dropped] == [
        ":2: lower is a limit: write it as a bound of the question in case.yaml",
        ":5: Bo on cost: no number for the 0.75 quantile",
    ]


def test_a_table_with_a_row_for_each_expert(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("expert;item;q05;50%;0.95\nAnn;X;1;2;3\n")
    assert [(r.question, r.level) for r in import_file(path)[1].rows] == [("X", "0.05"), ("X", "0.5"), ("X", "0.95")]


FATEBOOK = """Question title,Multiple choice option,Forecast created by,Forecast (scale = 0-1),Forecast created at,Resolution
"Will it hold, really?",undefined,"Ann",0.3,2025-06-02 10:00:00,"YES"
"Will it hold, really?",undefined,"Ann",0.2,2025-06-01 10:00:00,"YES"
"Will it hold, really?",undefined,"Bo",1.2,2025-06-01 10:00:00,"YES"
"Where?","Seoul","Bo",0.6,2025-06-01 10:00:00,null
"Open?",undefined,"Bo",0.5,2025-06-01 10:00:00,"AMBIGUOUS"
"""  # noqa: E501


def test_a_fatebook_export(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(FATEBOOK)
    name, found = import_file(path)
    assert name == "fatebook"
    first = [(r.expert, r.level, r.value, r.round) for r in found.rows if r.question == "Will it hold, really?"]
    assert first == [("Ann", "yes", 0.2, 1), ("Ann", "no", 0.8, 1), ("Ann", "yes", 0.3, 2), ("Ann", "no", 0.7, 2)]
    assert [(s.question, s.answer) for s in found.seeds] == [("Will it hold, really?", 1.0)]
    assert [row.line for row in found.dropped] == [4, 6]


QUESTIONS = """Question ID,Question Title,Question Type,MC Options (All),Continuous Range,Resolution
1,Yes or no?,binary,,,no
2,Which?,multiple_choice,"['a', 'b b']",,
3,How much?,numeric,,"[0.0, 10.0, 20.0]",12.5
4,When?,date,,"['2025-01-01 00:00:00+00:00', '2025-03-02 00:00:00+00:00']",
"""
FORECASTS = """Question ID,Forecaster ID,Forecaster Username,Start Time,End Time,Probability Yes,Probability Yes Per Category,Continuous CDF
1,7,ann,2025-06-02 00:00:00+00:00,,0.7,,
1,7,ann,2025-06-01 00:00:00+00:00,2025-06-02 00:00:00+00:00,0.6,,
2,7,ann,2025-06-01 00:00:00+00:00,,,"[0.25, 0.75]",
3,7,ann,2025-06-01 00:00:00+00:00,,,,"[0.1, 0.5, 0.9]"
4,7,ann,2025-06-01 00:00:00+00:00,,,,"[0.0, 1.0]"
1,,recency_weighted,2025-06-01 00:00:00+00:00,,0.65,,
1,8,bo,2025-06-01 00:00:00+00:00,2025-06-01 12:00:00+00:00,0.1,,
9,8,bo,2025-06-01 00:00:00+00:00,,0.1,,
3,8,bo,2025-06-01 00:00:00+00:00,,,,"__import__('os')"
"""  # noqa: E501


def metaculus(folder: Path) -> Path:
    (folder / "question_data.csv").write_text(QUESTIONS)
    (folder / "forecast_data.csv").write_text(FORECASTS)
    return folder / "forecast_data.csv"


def test_a_metaculus_export(tmp_path: Path) -> None:
    name, found = import_file(metaculus(tmp_path))
    assert name == "metaculus"
    assert {row.expert for row in found.rows} == {"ann"}
    said = {(r.question, r.level, r.round): r.value for r in found.rows}
    assert said["1", "yes", 2] == 0.7
    assert said["2", "b b", 1] == 0.75
    levels = {level: value for (question, level, _), value in said.items() if question == "3"}
    assert levels == pytest.approx({"0.25": 3.75, "0.5": 10, "0.75": 16.25})  # 5 and 95 % lie outside the range
    assert said["4", "0.5", 1] == dt.date(2025, 1, 31)
    assert {seed.question: seed.answer for seed in found.seeds} == {"1": 0.0, "3": 12.5}
    assert sorted((Path(row.file).name, row.line) for row in found.dropped) == [
        ("forecast_data.csv", line) for line in (7, 8, 9, 10)
    ]


def test_a_metaculus_export_wants_its_questions(tmp_path: Path) -> None:
    path = metaculus(tmp_path)
    (tmp_path / "question_data.csv").unlink()
    with pytest.raises(CaseError, match=r"question_data\.csv: is missing: it comes in the same export"):
        import_file(path)


def test_a_file_that_nothing_reads(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(
        CaseError, match=r"is in no format that is known \(excalibur: Excalibur .*choose one with --from"
    ):
        import_file(path)
    assert set(IMPORTERS) == {"excalibur", "metaculus", "fatebook", "shelf"}


# -- what is written ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Unins <100 FPL", "Unins_100_FPL"),
        ("3rd", "x_3rd"),
        ("한미 회담", "한미_회담"),
        ("??", "x"),
        ("a" * 90, "a" * 60),
    ],
)
def test_foreign_names_become_ids(name: str, made: str) -> None:
    assert identifier(name) == made


def test_names_that_would_be_one_stay_apart_and_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("expert,question,q10,q50,q90\nA. B,X?,1,2,3\nA B,X!,1,2,4\n")
    written = as_files(import_file(path)[1], dt.date(2025, 6, 1), {"X?": "x_one"})
    rows = list(csv.DictReader(io.StringIO(written.judgments)))
    assert {(r["expert"], r["question"]) for r in rows} == {("A_B", "x_one"), ("A_B_2", "X")}
    names = {(r["kind"], r["name"]): r["id"] for r in csv.DictReader(io.StringIO(written.names))}
    assert names["expert", "A B"] == "A_B_2"


def test_a_foreign_text_is_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("expert,question,q10,q50,q90\n=1+1,x,1,2,3\n")
    written = as_files(import_file(path)[1], dt.date(2025, 6, 1))
    assert "expert,x_1_1,'=1+1," in written.names


def test_the_day_is_asked_for_where_the_file_has_none(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("expert,question,q10,q50,q90\na,x,1,2,3\n")
    with pytest.raises(CaseError, match="doesn't say when the experts spoke: give the day"):
        as_files(import_file(path)[1])

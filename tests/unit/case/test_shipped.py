"""The codebook that comes with the package: whole in both languages, two-sided, and its figures as derived."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import pytest

import foedus
from foedus.case import Case, load
from foedus.case.check.bands import FITS, direction
from foedus.case.new import write_new
from foedus.case.rows import Signal
from foedus.case.shipped import DEFAULT, files_of, names, read_codebook, shipped_case
from foedus.case.types import Band, Codebook, Text
from foedus.errors import CaseError

Z90, Z95 = 1.6448536269514722, 1.959963984540054
MONTH, WEEK = 30.44, 7.0


@pytest.fixture(scope="module")
def case() -> Case:
    return shipped_case()


@pytest.fixture(scope="module")
def figures() -> tuple[dict[str, str], ...]:
    text = resources.files("foedus").joinpath("codebooks", f"{DEFAULT}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def test_it_loads_without_a_warning(case: Case) -> None:
    assert names() == (DEFAULT,)
    assert case.warnings == ()
    assert case.codebook.based_on is None
    assert case.illustrative  # its panel is a placeholder, and says so


def texts(document: Any) -> Iterator[Text]:
    if isinstance(document, Text):
        yield document
    elif isinstance(document, Mapping):
        for part in document.values():
            yield from texts(part)
    elif isinstance(document, tuple):
        for part in document:
            yield from texts(part)
    elif hasattr(type(document), "model_fields"):
        for field in type(document).model_fields:
            yield from texts(getattr(document, field))


def test_every_text_is_there_in_both_languages(case: Case) -> None:
    found = [*texts(case.codebook), *texts(case.file.questions), *texts(case.file.scenarios)]
    assert len(found) > 300
    for text in found:
        assert text.en
        assert re.search("[가-힣]", text.ko) or not re.search("[A-Za-z]{3}", text.ko), text.en
        assert text.ko
        assert not re.search("[가-힣]", text.en), text.en


def test_two_people_could_code_alike(case: Case) -> None:
    for name, code in case.codebook.codes.items():
        assert code.definition, name
        assert len(code.include) + len(code.exclude) + len(code.near_misses) + len(code.examples) >= 1, name
        if code.bears_on and code.kind == "signal":
            assert code.exclude or code.near_misses, f"{name}: what it is not"


def test_a_text_names_only_codes_and_columns_that_exist(case: Case) -> None:
    levels = {level.id for question in case.file.questions.values() for level in getattr(question, "levels", ())}
    known = {*case.codebook.codes, *Signal.model_fields, *case.codebook.topics, *levels, "not_seen"}
    for text in texts(case.codebook):
        for said in (text.en, text.ko):
            assert set(re.findall(r"[a-z]+(?:_[a-z]+)+", said)) <= known, said


def ways(codebook: Codebook, case: Case) -> dict[str, set[float | str]]:
    found: dict[str, set[float | str]] = {question: set() for question in case.file.questions}
    for code in codebook.codes.values():
        if (code.kind, code.coverage, code.sees) != ("signal", "seen", "course"):
            continue
        for question, bearing in code.bears_on.items():
            asked = case.file.questions[question]
            assert isinstance(asked, FITS[bearing.by])
            found[question].add(direction(bearing, asked))
    return found


def test_no_question_has_codes_that_point_one_way_only(case: Case) -> None:
    for question, found in ways(case.codebook, case).items():
        assert {-1.0, 1.0} <= found, question
    only_up = {  # negative control
        name: code
        for name, code in case.codebook.codes.items()
        if "exercises" not in code.bears_on
        or direction(code.bears_on["exercises"], case.file.questions["exercises"]) > 0  # type: ignore[operator]
    }
    assert ways(case.codebook.model_copy(update={"codes": only_up}), case)["exercises"] == {1.0}


def test_each_issue_can_be_said_to_be_off_the_table_and_undiscussed(case: Case) -> None:
    pairs = {
        "summit_date": ("summit_not_discussed", "summit_ruled_out"),
        "force_role": ("role_not_discussed", "role_ruled_out"),
        "force_level": ("force_level_not_discussed", "force_cut_ruled_out"),
        "cost_sharing": ("cost_not_discussed", "cost_off_the_table"),
        "exercises": ("exercise_not_discussed", "exercise_change_ruled_out"),
    }
    assert set(pairs) == set(case.file.questions)
    for question, codes in pairs.items():
        assert all(question in case.codebook.codes[name].bears_on for name in codes)


# -- the empirical numbers, from the figures that are shipped with them ------------------------------------------------


def two_digits(x: float) -> float:
    return float(f"{x:.2g}")


WINDOWS = {"<=14": "1-14", "<=30": "15-30", "<=60": "31-60", "<=90": "61-90"}
ONE = (1.0, 1.0, 1.0)


def numbers(row: Mapping[str, str]) -> tuple[float, float, float]:
    return float(row["estimate"]), float(row["low"]), float(row["high"])


def eras_of(figures: Sequence[Mapping[str, str]], code: str) -> list[tuple[float, float, float]]:
    """Weekly presence in each era with more than one week of it before a summit: one week is no ratio."""
    own = [row for row in figures if row["code"] == code and row["measure"] == "weekly presence"]
    return [numbers(row) for row in own if float(row["near_events"]) > 1]


def scale(figures: Sequence[Mapping[str, str]], code: str) -> tuple[float, float | None]:
    """P, presence of both eras by precision, and the power that brings counts to its scale (None: not used)."""
    own = [row for row in figures if row["code"] == code]
    eras = eras_of(figures, code)
    precision = [(2 * 1.96 / log(high / low)) ** 2 for _, low, high in eras]
    presence = sum(w * log(middle) for w, (middle, _, _) in zip(precision, eras, strict=True)) / sum(precision)
    (count,) = (log(numbers(row)[0]) for row in own if (row["measure"], row["days_before"]) == ("count ratio", "1-30"))
    agree = presence * count > 0 and abs(count) >= 0.2
    return exp(presence), min(presence / count, 1.0) if agree else None


def derived(figures: Sequence[Mapping[str, str]], code: str) -> dict[str, tuple[float, float, float]]:
    """The multipliers of a code by the rule at the head of the codebook, from its figures alone."""
    own = [row for row in figures if row["code"] == code]
    eras = eras_of(figures, code)
    counts = {row["days_before"]: numbers(row) for row in own if row["measure"] == "count ratio"}
    presence, power = scale(figures, code)
    least, most = min(low for _, low, _ in eras) / presence, max(high for _, _, high in eras) / presence
    if power is None:
        _, low, high = counts["1-30"]
        band = min(low, presence * least), presence, max(high, presence * most)
        return {"<=30": tuple(map(two_digits, band))}  # type: ignore[dict-item]
    found: dict[str, tuple[float, float, float]] = {}
    for key, days in WINDOWS.items():
        middle, low, high = (x**power for x in counts[days])
        band = min(low, middle * least), middle, max(high, middle * most)
        tells = key in ("<=14", "<=30") or low > 1 or high < 1
        found[key] = tuple(map(two_digits, band)) if tells else ONE  # type: ignore[assignment]
    while found[list(found)[-1]] == ONE:
        found.popitem()
    return found


def rates(figures: tuple[dict[str, str], ...], code: str) -> tuple[float, float, float]:
    """Base rate a month: weeks with it, more than 30 days before a summit: quiet era, geometric mean, busy era."""
    eras = [row for row in figures if row["code"] == code and row["measure"] == "weekly presence"]
    a, b = sorted(float(row["far_events"]) / float(row["far_exposure"]) * MONTH / WEEK for row in eras)
    return two_digits(a), two_digits(sqrt(a * b)), two_digits(b)


def differences(codebook: Codebook, figures: tuple[dict[str, str], ...]) -> list[str]:
    out = []
    for name, code in codebook.codes.items():
        for question, bearing in code.bears_on.items():
            if bearing.basis != "empirical":
                continue
            assert (question, bearing.by) == ("summit_date", "lead")
            written = {k: (b.low, b.middle, b.high) for k, b in (bearing.multipliers or {}).items()}
            wanted = derived(figures, name) | {"later": ONE, "never": ONE}
            out += [f"{name}: {written} is not {wanted}"] * ((list(written), written) != (list(wanted), wanted))
            assert code.base_rate is not None
            rate = (code.base_rate.low, code.base_rate.middle, code.base_rate.high)
            out += [f"{name}: base rate {rate} is not {rates(figures, name)}"] * (rate != rates(figures, name))
    return out


def test_empirical_numbers_follow_from_the_figures(case: Case, figures: tuple[dict[str, str], ...]) -> None:
    empirical = {
        name for name, code in case.codebook.codes.items() for b in code.bears_on.values() if b.basis == "empirical"
    }
    assert empirical == {row["code"] for row in figures}
    assert differences(case.codebook, figures) == []


def test_another_number_would_be_noticed(case: Case, figures: tuple[dict[str, str], ...]) -> None:
    """Negative control: a figure moved by a tenth, or a multiplier by its last digit, and the derivation fails."""
    moved = tuple(
        row | {"estimate": str(1.1 * float(row["estimate"]))} if row["code"] == "leader_call" else row
        for row in figures
    )
    assert any(said.startswith("leader_call") for said in differences(case.codebook, moved))
    code = case.codebook.codes["visit_below"]
    bearing = code.bears_on["summit_date"]
    other = bearing.model_copy(
        update={"multipliers": dict(bearing.multipliers or {}) | {"<=30": Band(low=0.39, middle=0.76, high=2.6)}}
    )
    codes = dict(case.codebook.codes) | {"visit_below": code.model_copy(update={"bears_on": {"summit_date": other}})}
    book = case.codebook.model_copy(update={"codes": codes})
    assert [said.split(":")[0] for said in differences(book, figures)] == ["visit_below"]


def made_up(**ratios: tuple[float, float, float]) -> list[dict[str, str]]:
    """Figures of one code: two eras of presence, 2 together and equally precise, and these count ratios."""
    eras = [("weekly presence", "1-30", (4.0, 1.0, 16.0)), ("weekly presence", "1-30", (1.0, 0.25, 4.0))]
    by_days = {"d1_14": ONE, "d15_30": ONE, "d31_60": ONE, "d61_90": ONE} | ratios
    counts = [("count ratio", key[1:].replace("_", "-"), triple) for key, triple in by_days.items()]
    fields = ("code", "measure", "near_events", "days_before", "estimate", "low", "high")
    return [
        dict(zip(fields, ("x", kind, "5", days, *map(str, triple)), strict=True))
        for kind, days, triple in [*eras, *counts]
    ]


def test_the_rule_where_its_answer_is_plain() -> None:
    """Presence 2, and counts of 4 to the power 1/2; half-windows, a later one, and bands widened where counts ask."""
    agreeing = made_up(d1_30=(4, 2, 8), d1_14=(9, 4, 16), d15_30=(1, 0.01, 4), d61_90=(0.25, 0.04, 0.81))
    assert derived(agreeing, "x") == {
        "<=14": (0.38, 3.0, 24.0),
        "<=30": (0.1, 1.0, 8.0),  # counts reach further down than presence does
        "<=60": ONE,
        "<=90": (0.062, 0.5, 4.0),
    }
    unlike = derived(made_up(d1_30=(0.5, 0.2, 0.9), d1_14=(9, 4, 16)), "x")
    assert unlike == {"<=30": (0.2, 2.0, 16.0)}  # signs differ: counts only widen the band
    assert derived(made_up(d1_30=(1.22, 1, 1.5), d1_14=(9, 4, 16)), "x") == {"<=30": (0.25, 2.0, 16.0)}  # too little
    lone = made_up(d1_30=(1.22, 1, 1.5))
    lone[0]["near_events"] = "1"
    assert derived(lone, "x") == {"<=30": (0.25, 1.0, 4.0)}  # an era of one week is left out
    assert derived(made_up(d1_30=(1.5, 1, 2), d1_14=(1.7, 1, 2)), "x")["<=14"] == (0.21, 1.7, 14.0)  # never stretched


def contradictions(codebook: Codebook, figures: Sequence[Mapping[str, str]]) -> list[str]:
    """Windows within 30 days on the other side of 1 than a ratio of their days whose interval is clear of 1."""
    out = []
    for name in {row["code"] for row in figures}:
        multipliers = codebook.codes[name].bears_on["summit_date"].multipliers or {}
        said = {"15-30": multipliers["<=30"].middle, "1-14": multipliers.get("<=14", multipliers["<=30"]).middle}
        for row in figures:
            middle, low, high = numbers(row)
            if row["code"] == name and (low > 1 or high < 1):
                for days in said.keys() & ({"1-14", "15-30"} if row["days_before"] == "1-30" else {row["days_before"]}):
                    out += [f"{name} {days}"] * (log(said[days]) * log(middle) <= 0)
    return out


def test_no_window_contradicts_a_ratio_that_is_clear_of_one(case: Case, figures: tuple[dict[str, str], ...]) -> None:
    assert contradictions(case.codebook, figures) == []
    code = case.codebook.codes[
        "envoy_received"
    ]  # negative control: raw counts of a window against those of all 30 days
    bearing = code.bears_on["summit_date"]
    raw = dict(bearing.multipliers or {}) | {"<=30": Band(low=0.11, middle=0.38, high=1.3)}
    wrong = code.model_copy(update={"bears_on": {"summit_date": bearing.model_copy(update={"multipliers": raw})}})
    book = case.codebook.model_copy(update={"codes": dict(case.codebook.codes) | {"envoy_received": wrong}})
    assert set(contradictions(book, figures)) == {"envoy_received 15-30"}


def test_a_source_tells_how_its_numbers_follow(case: Case, figures: tuple[dict[str, str], ...]) -> None:
    """Presence of both eras together, and the power of the counts, or that there is none: in both languages."""
    for name in {row["code"] for row in figures}:
        presence, power = scale(figures, name)
        source = case.codebook.codes[name].bears_on["summit_date"].source
        assert source is not None
        for said, together, raised in (
            (source.en, r"together (\d+\.?\d*)", r"power (\d+\.?\d*)"),
            (source.ko, r"종합 (\d+\.?\d*)", r"(\d+\.?\d*)제곱"),
        ):
            assert [float(x) for x in re.findall(together, said)] == [two_digits(presence)], name
            assert [float(x) for x in re.findall(raised, said)] == ([] if power is None else [two_digits(power)]), name


def test_what_a_source_cites_stands_in_the_figures(case: Case, figures: tuple[dict[str, str], ...]) -> None:
    """Every `ratio [low, high]` in the words of a source, in both languages, is a figure of that code, rounded."""
    cited = 0
    for name, code in case.codebook.codes.items():
        for bearing in code.bears_on.values():
            if bearing.basis != "empirical":
                continue
            assert bearing.source is not None
            own = [
                tuple(float(row[key]) for key in ("estimate", "low", "high")) for row in figures if row["code"] == name
            ]
            for said in (bearing.source.en, bearing.source.ko):
                found = re.findall(r"([\d.]+) \[([\d.]+), ([\d.]+)\]", said)
                assert len(found) >= 3, name
                for triple in found:
                    cited += 1
                    assert any(all(rounds_to(x, text) for x, text in zip(row, triple, strict=True)) for row in own), (
                        triple
                    )
    assert cited > 60


def rounds_to(x: float, text: str) -> bool:
    decimals = len(text.partition(".")[2])
    return abs(x - float(text)) <= 0.5 * 10**-decimals * (1 + 1e-9)


def test_weekly_presence_follows_from_its_counts(figures: tuple[dict[str, str], ...]) -> None:
    """Likelihood ratio of a week with a signal, half a week added everywhere; interval on the log scale."""
    rows = [row for row in figures if row["measure"] == "weekly presence"]
    assert len(rows) == 20
    for row in rows:
        a, n, b, m = (float(row[key]) for key in ("near_events", "near_exposure", "far_events", "far_exposure"))
        ratio = (a + 0.5) / (n + 1) / ((b + 0.5) / (m + 1))
        sd = sqrt(1 / (a + 0.5) - 1 / (n + 1) + 1 / (b + 0.5) - 1 / (m + 1))
        wanted = (ratio, ratio * exp(-Z95 * sd), ratio * exp(Z95 * sd))
        printed = tuple(float(row[key]) for key in ("estimate", "low", "high"))
        assert printed == pytest.approx(wanted, rel=2e-3, abs=6e-4), row["code"]


def test_defaults_for_what_is_elicited(case: Case) -> None:
    """Log-multipliers about log 5, sd 0.6 (a leader's announcement), and log 0.5, sd 0.4 (a fortnight's silence)."""
    stated = (case.codebook.codes["summit_window_stated"].bears_on["summit_date"].multipliers or {})["within"]
    band = tuple(two_digits(exp(log(5) + z * 0.6)) for z in (-Z90, 0, Z90))
    assert (stated.low, stated.middle, stated.high) == band
    notice = case.codebook.codes["summit_notice"]
    rate = (notice.bears_on["summit_date"].multipliers or {})["<=14"]
    assert notice.base_rate == Band(low=0.1, middle=0.1, high=0.1)
    silent = [-(log(0.5) + z * 0.4) * MONTH / 14 / 0.1 for z in (Z90, 0, -Z90)]
    assert (rate.low, rate.middle, rate.high) == tuple(map(two_digits, silent))


def test_actor_level_is_asked_for_where_the_figures_know_it(case: Case, figures: tuple[dict[str, str], ...]) -> None:
    for code, level in {(row["code"], row["level"]) for row in figures}:
        required = case.codebook.codes[code].requires.get("actor_level", ())
        assert {
            "leader": required == ("leader",),
            "below": "leader" not in required and bool(required),
            "any": not required,
        }[level]


# -- a case that begins with it ----------------------------------------------------------------------------------------


def test_a_new_case_with_it_runs_as_it_is(tmp_path: Path) -> None:
    written = write_new(tmp_path / "talks", DEFAULT)
    assert sorted(path.name for path in written) == [
        "case.yaml",
        "codebook.yaml",
        "judgments.csv",
        "resolutions.csv",
        "run.py",
        "signals.csv",
    ]
    case = load(tmp_path / "talks")
    assert case.file.id == "talks"
    assert case.codebook.based_on == f"{DEFAULT} {case.codebook.version}"
    assert case.warnings == ()
    now = foedus.forecast(case, seed=1, draws=64)
    assert len(case.signals) == 9
    assert now.scenarios["probability"].sum() == pytest.approx(1.0, abs=1e-9)


def test_an_unknown_name_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="there is no codebook 'alliance_negotiations'; did you mean 'alliance_neg"):
        write_new(tmp_path / "talks", "alliance_negotiations")
    assert not (tmp_path / "talks").exists()
    with pytest.raises(CaseError, match="no codebook"):
        files_of("../case/template/codebook")


def test_a_codebook_is_read_by_itself(tmp_path: Path, case: Case) -> None:
    assert read_codebook(DEFAULT) == case.codebook
    write_new(tmp_path / "talks", DEFAULT)
    assert read_codebook(tmp_path / "talks") == read_codebook(tmp_path / "talks" / "codebook.yaml")
    broken = tmp_path / "old.yaml"
    broken.write_text("format: 1\nversion: new\ncodes:\n  a: {titel: x}\n", "utf-8")
    with pytest.raises(CaseError, match=r"old\.yaml:2: version") as caught:
        read_codebook(broken)
    assert [fault.line for fault in caught.value.faults] == [2, 4]
    with pytest.raises(CaseError, match=r"nowhere\.yaml: there is no such file: name a codebook\.yaml"):
        read_codebook("nowhere.yaml")

"""The study of how a case was coded: variables, the sample, who confuses what, and what is decided."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from build import by_level, case, day, ordinal
from foedus.case.types import Case
from foedus.errors import CaseError
from foedus.explain.coding import MIXED, CodingStudy, coding_study
from foedus.news.coders.agreement import agreement
from foedus.news.coders.readings import readings
from foedus.news.coders.sample import sample, suggested

CODES = {
    "up": {"bears_on": {"q": by_level(no=0.5, yes=2)}},
    "more": {"bears_on": {"q": by_level(no=0.25, yes=4)}},
    "down": {"bears_on": {"q": by_level(no=2, yes=0.5)}},
    "aside": {},
}
NAMES = tuple(CODES)


def coded(table: str, **more: str) -> Case:
    """Rows of a table: coders down, signals across, codes by their first letter; `.` where a coder read nothing."""
    rows = []
    for line in table.strip().splitlines():
        coder, *letters = line.split()
        for i, letter in enumerate(letters):
            if letter != ".":
                code = next(name for name in NAMES if name[0] == letter)
                rows.append({"id": f"s{i:02}", "published": day(1 + i % 7), "code": code, "coder": coder, **more})
    return case({"q": ordinal("no", "yes")}, {"ann": {"q": {"no": 0.5, "yes": 0.5}}}, codes=CODES, signals=rows,
                scenarios={"it_is": 'q == "yes"'})  # fmt: skip


TABLE = """
ann u u d d m a u d m u
bo  u u d d m a d d u u
cy  u d d u m a u . m m
"""


@pytest.fixture(scope="module")
def study() -> CodingStudy:
    return coding_study(coded(TABLE, actor_level="leader", credibility="2"), day(9), draws=64)


def test_each_variable_is_there_with_its_level(study: CodingStudy) -> None:
    assert {one.name: one.level for one in study.variables} == {
        "code": "nominal",
        "actor_level": "nominal",
        "credibility": "ordinal",
        "multiplier:q": "interval",
    }
    by = {one.name: one for one in study.variables}
    assert by["code"].before.units == 10
    assert by["actor_level"].before.verdict == "constant"
    assert by["actor_level"].commonest == "leader"


def test_what_rows_say_is_compared_by_their_log_multipliers(study: CodingStudy) -> None:
    """With two outcomes as probable, that is the interval alpha of the odds that codes multiply, selection included."""
    typical = np.log((0.5 + 0.25 + 2) / (2 + 4 + 0.5))  # of what could have been coded
    value = {"u": np.log(4) + typical, "m": np.log(16) + typical, "d": -np.log(4) + typical, "a": 0.0}
    lines = [line.split()[1:] for line in TABLE.strip().splitlines()]
    values = np.array(sorted(set(value.values())))
    codes = np.array([[-1 if x == "." else int(np.searchsorted(values, value[x])) for x in line] for line in lines])
    wanted = agreement(codes, "interval", values, np.random.default_rng(1), 10)
    (found,) = [one.before for one in study.variables if one.name == "multiplier:q"]
    assert found.alpha == pytest.approx(wanted.alpha, abs=1e-8)
    nominal = next(one.before for one in study.variables if one.name == "code")
    assert abs(found.alpha - nominal.alpha) > 0.02


def test_disagreements_name_every_reading_and_its_weight(study: CodingStudy) -> None:
    by = {one.signal: one for one in study.disagreements}
    assert list(by) == ["s01", "s08", "s09", "s03", "s06"]  # by publication
    assert {coder: label[0] for coder, label in by["s01"].wrote.items()} == {"ann": "up", "bo": "up", "cy": "down"}
    for one in by.values():
        assert sum(one.weights.values()) == pytest.approx(1)
        assert 0 <= one.elsewhere < 1
        assert not one.decided
    assert by["s01"].weights["up", "present"] > by["s01"].weights["down", "present"]


def test_the_forecast_under_each_coder_alone(study: CodingStudy) -> None:
    assert list(study.forecasts) == [MIXED, "ann", "bo", "cy"]
    p = {name: found["it_is"].probability for name, found in study.forecasts.items()}
    assert min(p["ann"], p["bo"], p["cy"]) < p[MIXED] < max(p["ann"], p["bo"], p["cy"])


def test_coders_and_their_confusions(study: CodingStudy) -> None:
    assert [one.coder for one in study.accuracies] == ["ann", "bo", "cy"]
    assert [one.signals for one in study.accuracies] == [10, 10, 9]
    assert all(one.low < one.mean < one.high for one in study.accuracies)
    assert all(one.truth != one.wrote and one.low <= one.probability <= one.high for one in study.confusions)
    assert [one.slips for one in study.confusions] == sorted((one.slips for one in study.confusions), reverse=True)
    assert study.confusions
    assert study.coding is not None
    read = {coder: (study.coding.table[:, c] >= 0).sum() for c, coder in enumerate(study.coding.coders)}
    for one in study.confusions:
        k = study.coding.labels.index(one.truth)
        mine = study.coding.table[:, study.coding.coders.index(one.coder)] >= 0
        assert one.texts == pytest.approx(study.coding.posterior.truth[mine, k].sum())
        assert one.slips <= one.texts <= read[one.coder]


def test_what_was_decided_is_in_the_place_of_what_coders_wrote() -> None:
    found = coding_study(coded(TABLE + "adjudicated . u . . . . u . . ."), day(9), draws=32)
    (code,) = [one for one in found.variables if one.name == "code"]
    assert found.readings.decided == {"s01", "s06"}
    assert code.after is not None
    assert code.after.alpha > code.before.alpha
    assert code.before.coders == 3  # who decides is none of them
    assert {one.signal: one.decided for one in found.disagreements}["s01"]
    with_all = coding_study(coded(TABLE), day(9), draws=32)
    assert next(one for one in with_all.variables if one.name == "code").before.alpha == code.before.alpha


def test_a_correction_in_one_voice_decides_only_where_coders_differed() -> None:
    made = coded("ann u u\nbo u d")
    rows = [signal.model_dump() for signal in made.signals]
    more = [{**rows[i], "id": f"t{i}", "supersedes": f"s0{i}", "status": "corrected", "line": 90 + i} for i in (0, 1)]
    signals = [*made.signals, *(type(made.signals[0]).model_validate(row) for row in more)]
    assert readings(signals).decided == {"s01"}


def test_withdrawn_news_was_read_all_the_same_and_weighs_nothing() -> None:
    made = coded("ann u u d\nbo u d d")
    row = {**made.signals[1].model_dump(), "id": "x", "supersedes": "s01", "status": "retracted", "line": 99}
    made = made.model_copy(update={"signals": (*made.signals, type(made.signals[0]).model_validate(row))})
    found = coding_study(made, day(9), draws=32)
    assert next(one for one in found.variables if one.name == "code").before.units == 3
    assert found.disagreements == ()
    assert found.forecasts == {}


# -- the sample --------------------------------------------------------------------------------


def drawn(chosen: np.ndarray, codes: list[str]) -> Case:
    first = "ann " + " ".join(codes)
    return coded(first + "\nbo " + " ".join(c if yes else "." for c, yes in zip(codes, chosen, strict=True)))


def test_a_random_sample_looks_like_one_and_picked_signals_do_not(rng: np.random.Generator) -> None:
    codes = [str(c) for c in rng.choice(["u", "d", "m"], 60)]
    at_random = sample(readings(drawn(rng.permutation(60) < 25, codes).signals), rng)
    assert (at_random.several, at_random.all) == (25, 60)
    assert set(at_random.chances) == {"code", "source", "published"}
    assert at_random.chances["source"] == 1.0  # there is one
    picked = sample(readings(drawn(np.array([c != "u" for c in codes]), codes).signals), rng)
    assert picked.verdict == "picked"
    assert picked.chances["code"] < 0.001


def test_random_samples_are_called_picked_as_seldom_as_they_should(rng: np.random.Generator) -> None:
    codes = [str(c) for c in rng.choice(["u", "d", "m"], 40)]
    called = sum(
        sample(readings(drawn(rng.permutation(40) < 15, codes).signals), rng).verdict == "picked" for _ in range(30)
    )
    assert called <= binom.isf(1e-4, 30, 0.05)


def test_all_and_too_few(rng: np.random.Generator) -> None:
    assert sample(readings(coded(TABLE).signals), rng).verdict == "all"
    assert sample(readings(drawn(np.arange(12) < 3, ["u", "d"] * 6).signals), rng).verdict == "few"


# -- one coder ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "match"),
    [
        ("ann u d m", r"^signals.csv: every one of 3 signals has the coder ann alone: .* a second person .* drawn at "
                      r"random: s00, s01, s02$"),
        ("ann u d .\nbo . . m", r"2 coders \(ann, bo\) share 3 signals, and no signal has two of them"),
        ("", "has no signal yet"),
    ],
)  # fmt: skip
def test_one_coder_is_told_what_to_do(table: str, match: str) -> None:
    with pytest.raises(CaseError, match=match):
        coding_study(coded(table), day(9))


def test_signals_are_suggested_at_random(rng: np.random.Generator) -> None:
    made = coded("ann " + " ".join(["u", "d"] * 30))
    first, second = suggested(made.signals, rng), suggested(made.signals, rng)
    assert len(first) == len(set(first)) == 20
    assert first == tuple(sorted(first))
    assert first != second

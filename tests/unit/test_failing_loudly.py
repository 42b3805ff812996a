"""A forecast that cannot be trusted says so, why, and what to do: limits, clashing signals, places of not-a-numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import foedus
from build import by_level, case, daily, day, ordinal, timing
from foedus.case.new import write_new
from foedus.errors import CaseError, DegenerateDraws
from foedus.inference.diagnostics import LIMITS, Limits, complaints
from foedus.inference.faults import clashes, pulls
from foedus.inference.learning import Space
from foedus.inference.parameters import whitened
from foedus.inference.posterior import update
from foedus.problem.types import Problem

CODES = {
    "yes": {"bears_on": {"role": by_level(no=0.2, yes=5)}, "spread": 2},
    "no": {"bears_on": {"role": by_level(no=5, yes=0.2)}, "spread": 2},
    "faint": {"bears_on": {"role": by_level(no=1.1, yes=0.9)}, "spread": 1.1},
    "soon": {"bears_on": {"summit": {"by": "date", "multipliers": {f"<={day(5)}": 2, "later": 0.5, "never": 0.5}}}},
    "late": {"bears_on": {"summit": {"by": "date", "multipliers": {f"<={day(5)}": 0.6, "later": 1.5, "never": 1.5}}}},
}
SAID = {"ann": {"role": {"no": 0.5, "yes": 0.5}, "summit": daily([0.08] * 10, 0.2)}}


def made(rows: list[tuple[str, str, int]], **options: Any) -> foedus.Case:
    signals = [{"id": name, "code": code, "published": day(d)} for name, code, d in rows]
    options = {
        "codes": CODES,
        "judged": "2024-12-29",
        "settings": {"spread": 2, "draws": 64},
        "scenarios": {"wider": 'role == "yes"'},
    } | options
    return case({"role": ordinal("no", "yes"), "summit": timing()}, SAID, signals=signals, **options)


CLASHING = [
    ("s_yes", "yes", 1),
    ("s_faint", "faint", 2),
    ("s_no", "no", 9),
    ("s_soon", "soon", 2),
    ("s_late", "late", 2),
]


def problem_of(loaded: foedus.Case) -> Problem:
    return foedus.forecast(loaded, day(9), draws=16, points=8).compiled.problem


def test_the_hardest_clash_is_named_first_whatever_the_order_of_rows() -> None:
    for rows in (CLASHING, CLASHING[::-1]):
        found = clashes(problem_of(made(rows)))
        assert (found[0].question, found[0].first, found[0].second) == ("role", "s_yes", "s_no")
        assert [c.pull for c in found] == sorted((c.pull for c in found), reverse=True)


def test_a_clash_is_between_signals_that_pull_one_question_two_ways() -> None:
    pairs = {(c.first, c.second) for c in clashes(problem_of(made(CLASHING)), most=50)}
    assert ("s_soon", "s_late") not in pairs  # its days have passed by the time of the forecast
    early = foedus.forecast(made(CLASHING), day(2), draws=16, points=8).compiled.problem
    found = {(c.question, frozenset((c.first, c.second))) for c in clashes(early, most=50)}
    assert found == {("summit", frozenset(("s_soon", "s_late"))), ("role", frozenset(("s_yes", "s_faint")))}
    agreeing = [("a", "yes", 1), ("b", "yes", 8), ("c", "soon", 2)]
    assert clashes(problem_of(made(agreeing)), most=50) == ()
    assert pulls(problem_of(made(agreeing))) == "no two signals clash; a pulls role hardest away from the panel"
    assert "there is no news" in pulls(problem_of(made([])))


def test_too_few_draws_fail_and_name_the_signals_that_clash() -> None:
    found = foedus.forecast(made(CLASHING), day(9), draws=16, points=8).diagnostics
    assert found.outer_ess < LIMITS.outer_ess
    assert not found.ok
    said = " ".join(found.messages)
    assert "raise `settings: draws`" in said
    assert "signals that pull hardest against each other: s_yes against s_no on role" in said


def test_limits_come_from_the_argument_or_else_the_case() -> None:
    strict = made(CLASHING, settings={"draws": 64, "limits": {"mcse": 1e-6, "ess": 1}})
    now = foedus.forecast(strict, day(9))
    assert now.limits == Limits(mcse=1e-6, ess=1)
    assert not now.diagnostics.ok
    assert any(m.startswith("Monte Carlo error ") and "is over 0.0001" in m for m in now.diagnostics.messages)
    lax = Limits(ess=1, outer_ess=1, pareto_k=1, mcse=1)
    assert foedus.forecast(strict, day(9), limits=lax).diagnostics.ok
    assert foedus.forecast(made(CLASHING), day(9)).limits == LIMITS


def test_what_is_not_a_number_passes_no_limit() -> None:
    nan = float("nan")
    assert len(complaints(LIMITS, nan, nan, nan, nan)) == 4
    assert complaints(LIMITS, 1e6, 1e6, 0.1, 1e-6) == ()


def test_the_documented_defaults_are_the_limits() -> None:
    from foedus.case.schemas.descriptions import DESCRIPTIONS

    for name, value in vars(LIMITS).items():
        assert DESCRIPTIONS["LimitsGiven"][name].endswith(f"default {value:g}.")


@pytest.mark.parametrize("bad", ["limits: {mcse: 0}", "limits: {pareto_k: 2}", "limits: {rhat: 1.01}"])
def test_a_limit_that_makes_no_sense_is_refused(tmp_path: Path, bad: str) -> None:
    with pytest.raises(CaseError, match=r"case\.yaml:\d+: .*limits"):
        foedus.load(limited(tmp_path, bad))


def limited(folder: Path, limits: str) -> Path:
    write_new(folder / "case")
    path = folder / "case" / "case.yaml"
    text = path.read_text("utf-8")
    assert text.count("\nsettings:") == 0
    path.write_text(f"{text.rstrip()}\nsettings:\n  {limits}\n", "utf-8")
    return folder / "case"


# -- places ------------------------------------------------------------------------------------


def broken(problem: Problem, code: str) -> Problem:
    """A problem in which the multipliers of the first signal of a code are not numbers."""
    unit = next(i for i, u in enumerate(problem.units) if u.code == code)
    rows = next(c for c in problem.contributions if c.unit == unit).terms[0].rows
    middle = problem.tellings.middle.copy()
    middle[np.unique(rows)] = np.nan
    return replace(problem, tellings=replace(problem.tellings, middle=middle))


def test_a_nan_in_a_multiplier_names_question_and_signal() -> None:
    named = "question role: signal s_yes, signal s_faint, signal s_no$"  # all that could have been coded as it
    with pytest.raises(DegenerateDraws, match=named):
        update(broken(problem_of(made(CLASHING)), "faint"), seed=1)


def test_a_nan_in_a_half_life_names_the_question() -> None:
    problem = problem_of(made(CLASHING))
    location = problem.half_life.location.copy()
    location[1] = np.nan
    with pytest.raises(DegenerateDraws, match="question summit: its half-life"):
        update(replace(problem, half_life=replace(problem.half_life, location=location)), seed=1)


def test_a_nan_while_parameters_are_learned_is_an_error_too(rng: np.random.Generator) -> None:
    problem = broken(problem_of(made(CLASHING)), "yes")
    z = whitened(problem, rng, 16)
    space = Space.of(problem, z)
    with pytest.raises(DegenerateDraws, match=r"evidence of a draw is not a number.*signal s_yes"):
        space.log_evidence(space.join(z))


def test_signals_that_exclude_everything_are_named() -> None:
    codes = {
        "signed": {"sees": "outcome", "spread": 1, "bears_on": {"role": by_level(no=0, yes=1)}},
        "denied": {"sees": "outcome", "spread": 1, "bears_on": {"role": by_level(no=1, yes=0)}},
    }
    with pytest.raises(DegenerateDraws, match="question role: signal s_signed, signal s_denied"):
        foedus.forecast(made([("s_signed", "signed", 1), ("s_denied", "denied", 2)], codes=codes), day(9))


def test_an_outcome_that_the_panel_ruled_out_is_named() -> None:
    resolved = [{"question": "role", "resolved_on": day(4), "outcome": "yes"}]
    said = {"ann": {"role": {"no": 1.0, "yes": 0.0}, "summit": daily([0.08] * 10, 0.2)}}
    loaded = case({"role": ordinal("no", "yes"), "summit": timing()}, said, resolutions=resolved)
    with pytest.raises(DegenerateDraws, match="question role: its known outcome"):
        foedus.forecast(loaded, day(9))

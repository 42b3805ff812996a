"""The density of resolved cases against plain loops, what cases share, and what a case can't teach."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from typing import Any

import numpy as np
import pytensor
import pytest
from scipy.special import expit

from build import by_level, case, daily, day, ordinal, present, timing
from foedus.bayes.learning_cases import join, shared_by, told
from foedus.bayes.learning_codes import IF_NOT, IF_REAL, Taught, cases_model, learn_cases
from foedus.bayes.learning_menu import WIDE
from foedus.bayes.lessons import case_lessons, case_values
from foedus.bayes.sampling import Sampled
from foedus.case.types import Case
from foedus.errors import CaseError
from foedus.news.credence import Z90

PI = {"no": 0.3, "yes": 0.7}
WHEN = daily([0.05, 0.1, 0.15, 0.2, 0.1, 0.1], 0.3)
UP = {"no": [0.3, 0.5, 1.0], "yes": [1.5, 2.0, 4.0]}
DOWN = {"no": 2.0, "yes": [0.4, 0.8, 0.9]}
SOON = {"by": "lead", "multipliers": {"<=2": [2, 3, 6], "later": 0.7, "never": 0.5}}
CODES: dict[str, Any] = {
    "up": {"bears_on": {"deal": by_level(**UP)}},
    "down": {"bears_on": {"deal": by_level(**DOWN)}},
    "line": {"kind": "per_document", "bears_on": {"deal": present(no=[0.2, 0.3, 0.5], yes=0.6)}},
    "soon": {"bears_on": {"when": SOON}},
    "late": {"bears_on": {"when": {"by": "lead", "multipliers": {"<=2": 0.5, "later": 1.5, "never": 2}}}},
}
PAIRS = [("up", "down"), ("soon", "late")]  # what competes
SOURCES = {"paper": {"credence": [0.4, 0.7, 0.9]}, "rumour": {"reliability": "D"}}
NEWS: list[dict[str, Any]] = [
    {"published": day(2), "code": "up", "source": "paper", "confirmed_by_other_side": "yes"},
    {"published": day(3), "code": "down", "source": "rumour", "credibility": "3", "confirmed_by_other_side": "no"},
    {"published": day(4), "code": "line", "source": "wire", "document": "d", "observed": "absent"},
    {"published": day(2), "code": "soon", "source": "paper"},
    {"published": day(3), "code": "late", "source": "wire"},
]


def resolved(name: str = "built", deal: str = "yes", when: str = day(4), news: Any = NEWS, **more: Any) -> Case:
    return case(
        {"deal": ordinal("no", "yes", decided_on=day(6), half_life=[2, 4, 9]), "when": timing(half_life=5)},
        {"ann": {"deal": PI, "when": WHEN}},
        days=6,
        codes=CODES,
        sources=SOURCES,
        signals=news,
        resolutions=[
            {"question": "deal", "resolved_on": day(6), "outcome": deal},
            {"question": "when", "resolved_on": when if when != "never" else day(6), "outcome": when},
        ],
        settings={"tempering": 0} | more.pop("settings", {}),
        **more,
        id=name,
    )


def two_piece(band: Any, xi: float, scale: Any = log) -> float:
    if not isinstance(band, list):
        return float(scale(band))
    low, middle, high = map(scale, band)
    return float(middle + xi * ((middle - low) if xi < 0 else (high - middle)) / Z90)


def odds(p: float) -> float:
    return log(p / (1 - p))


def by_hand(
    xi: dict[str, float], credence: dict[str, float], half_life: float, chance: np.ndarray, share: dict[str, float]
) -> float:
    """Log density of `NEWS` against equal shares, where the deal is done on the sixth day, the event on the fourth."""
    pi = np.array(list(PI.values()))
    middle = {"up": np.array([0.5, 2.0]), "down": np.array([2.0, 0.8])}
    m = {
        "up": np.exp([two_piece(UP["no"], xi["up no"]), two_piece(UP["yes"], xi["up yes"])]),
        "down": np.exp([log(2.0), two_piece(DOWN["yes"], xi["down yes"])]),
    }
    for code, numbers in middle.items():  # only ratios matter: the middles of an entry are written around 1
        m[code], middle[code] = m[code] / np.sqrt(numbers.prod()), numbers / np.sqrt(numbers.prod())
    bar = share["up"] * m["up"] + share["down"] * m["down"]
    typical = share["up"] * middle["up"] + share["down"] * middle["down"]
    equal = (middle["up"] + middle["down"]) / 2
    total = 0.0
    for code, source, at in [("up", "paper", 2), ("down", "rumour", 3)]:
        factor = m[code] / bar / float(pi @ (middle[code] / typical))
        factor = credence[source] * factor + 1 - credence[source]
        usual = float(pi @ (middle[code] / typical)) * share[code], float(pi @ (middle[code] / equal)) / 2
        total += log(usual[0] / usual[1])
        hold = 2 ** (-(6 - at) / half_life)
        total += log(hold * factor[1] + (1 - hold) * float(pi @ factor))
    line = 1 - expit([two_piece([0.2, 0.3, 0.5], xi["line no"], odds), odds(0.6)])
    line = line / float(pi @ (1 - np.array([0.3, 0.6])))
    hold = 2 ** (-(6 - 4) / half_life)
    total += log(hold * line[1] + (1 - hold) * float(pi @ line))
    days = np.array([0.05, 0.1, 0.15, 0.2, 0.1, 0.1, 0.3])
    for code, at, r in [("soon", 2, credence["paper"]), ("late", 3, 1.0)]:
        near = np.arange(1, 7) - at <= 2
        soon = np.append(np.where(near, 3.0, 0.7), 0.5)
        late = np.append(np.where(near, 0.5, 1.5), 2.0)
        now = np.append(np.where(near, exp(two_piece([2, 3, 6], xi["soon"])), 0.7), 0.5)
        soon, now, late = soon / 1.05 ** (1 / 3), now / 1.05 ** (1 / 3), late / 1.5 ** (1 / 3)
        ahead = np.where(np.arange(1, 8) >= at, days, 0)
        ahead /= ahead.sum()
        own, typical_own = (now, soon) if code == "soon" else (late, late)
        bar, typical = share["soon"] * now + share["late"] * late, share["soon"] * soon + share["late"] * late
        factor = own / bar / float(ahead @ (typical_own / typical))
        usual = float(ahead @ (typical_own / typical)) * share[code], float(ahead @ (typical_own / (soon + late)))
        total += log(usual[0] / usual[1])
        factor = r * factor + 1 - r
        hold = 2 ** (-(4 - at) / 5)
        total += log(hold * factor[3] + (1 - hold) * float(ahead @ factor))
    for source, said in [("paper", 0), ("rumour", 2)]:
        total += log(credence[source] * chance[0, said] + (1 - credence[source]) * chance[1, said])
    return total


def test_the_density_is_the_product_over_signals(rng: np.random.Generator) -> None:
    made = told(resolved())
    shared = shared_by([made])
    joined = join([made], shared)
    model = cases_model(joined, shared)
    news = pytensor.function(model.free_RVs, model["news"], mode="FAST_COMPILE")
    names = {name: i for i, name in enumerate(["up no", "up yes", "down yes", "line no", "soon"])}
    places = {key: i for i, key in enumerate(shared.telling)}
    order = [("up", 0), ("up", 1), ("down", 0), ("line", 0), ("soon", 0)]
    index = [next(i for key, i in places.items() if key[0][0] == code and key[1] == n) for code, n in order]  # type: ignore[index]
    for _ in range(5):
        xi, over, share = rng.normal(size=len(places)), rng.normal(), rng.uniform(0.1, 0.9)
        own, over_own, trust, stay = rng.normal(size=len(places) + 1), rng.normal(), rng.normal(size=2), rng.normal()
        chance = np.array([rng.dirichlet(IF_REAL), rng.dirichlet(IF_NOT)])
        often = dict(zip([code for code, _ in joined.menu.names], rng.normal(size=4), strict=True))
        point = {
            "frequency": joined.menu.basis.T @ list(often.values()),
            "telling": xi, "telling_shared": over, "own_share": share, "telling_own": own[None],
            "telling_shared_own": np.array([over_own]), "trust": trust, "persistence": np.array([stay, 0.3]),
            "if_real": chance[0], "if_not": chance[1],
        }  # fmt: skip
        in_case = np.sqrt(1 - share) * xi + np.sqrt(share) * own[:-1]
        over_in_case = np.sqrt(1 - share) * over + np.sqrt(share) * over_own
        sign = {"up no": -1, "up yes": 1, "down yes": -1, "line no": -1, "soon": 1}
        total = {
            name: sign[name] * np.sqrt(0.25) * over_in_case + np.sqrt(0.75) * in_case[index[i]]
            for name, i in names.items()
        }
        where = {name: i for i, name in enumerate(shared.trust)}
        credence = {
            "paper": expit(two_piece([0.4, 0.7, 0.9], trust[where["paper"]], odds)),
            "rumour": expit(odds(0.45) + 0.5 * trust[where["rumour"]]),
        }
        half_life = exp(two_piece([2, 4, 9], stay))
        weight = {code: exp(WIDE * x) for code, x in often.items()}
        sums = {code: weight[code] + weight[other] for pair in PAIRS for code, other in (pair, pair[::-1])}
        part = {code: weight[code] / sums[code] for code in weight}
        assert float(news(*(point[v.name] for v in model.free_RVs))) == pytest.approx(
            by_hand(total, credence, half_life, chance, part), rel=1e-9
        )


def test_cases_together_are_the_sum_of_each_by_itself(rng: np.random.Generator) -> None:
    cases = [
        told(resolved("one")),
        told(resolved("two", deal="no", when="never", news=NEWS[1:4])),
        told(resolved("x", news=())),
    ]
    shared, n = shared_by(cases), 2
    common = {
        "telling": rng.normal(size=len(shared.telling)), "telling_shared": rng.normal(), "own_share": 0.3,
        "frequency": rng.normal(size=4), "trust": rng.normal(size=2),
        "if_real": rng.dirichlet(IF_REAL), "if_not": rng.dirichlet(IF_NOT),
    }  # fmt: skip
    own = {
        "telling_own": rng.normal(size=(3, len(shared.telling) + 1)), "telling_shared_own": rng.normal(size=3),
        "persistence": rng.normal(size=3 * n),
    }  # fmt: skip

    def density(which: list[int]) -> float:
        some = [cases[i] for i in which]
        of = replace(
            shared,
            telling_of=tuple(shared.telling_of[i] for i in which),
            trust_of=tuple(shared.trust_of[i] for i in which),
        )
        model = cases_model(join(some, of), of)
        stay = np.concatenate([own["persistence"][n * i : n * i + n] for i in which])
        point = (
            common | {name: own[name][which] for name in ("telling_own", "telling_shared_own")} | {"persistence": stay}
        )
        free = list(model.free_RVs)
        news = pytensor.function(free, model["news"], mode="FAST_COMPILE", on_unused_input="ignore")
        return float(news(*(point[v.name] for v in free)))

    each = [density([i]) for i in range(3)]
    assert each[2] == 0
    assert density([0, 1, 2]) == pytest.approx(sum(each), rel=1e-10)
    assert density([2, 1, 0]) == pytest.approx(sum(each), rel=1e-10)


def test_a_number_is_one_number_in_all_cases_and_a_source_is_one_source() -> None:
    one, other = told(resolved("one")), told(resolved("other", deal="no", news=NEWS[:2]))
    shared = shared_by([one, other])
    alone = shared_by([one])
    assert shared.telling == alone.telling
    assert shared.trust == alone.trust == ("paper", "rumour")
    np.testing.assert_array_equal(shared.telling_of[0], shared.telling_of[1])


def test_what_is_not_settled_or_comes_after_or_is_a_rate_is_left_out() -> None:
    late = {"published": day(5), "code": "soon", "source": "paper"}  # the event was on day 4
    assert len(told(resolved(news=[*NEWS, late])).days) == len(told(resolved()).days) == 5
    never = told(resolved(when="never", news=[*NEWS, late]))
    assert sorted(never.days.tolist()) == [1, 2, 3, 3, 4, 4]  # to the last day of the window
    unsettled = resolved().model_copy(update={"resolutions": resolved().resolutions[:1]})
    assert len(told(unsettled).days) == 3
    with pytest.raises(CaseError, match=r"resolutions.csv: holds nothing: a case teaches once it is known"):
        told(resolved().model_copy(update={"resolutions": ()}))


def test_days_and_what_came_true_are_those_of_the_case() -> None:
    made = told(resolved())
    ids = [made.problem.axes[q].id for q in made.question]
    assert sorted(zip(ids, made.days.tolist(), strict=True)) == [
        ("deal", 2), ("deal", 3), ("deal", 4), ("when", 1), ("when", 2)
    ]  # fmt: skip
    np.testing.assert_allclose(made.true.sum(axis=1), 1)
    np.testing.assert_allclose(made.possible.sum(axis=1), 1)
    deal = [k for k, name in enumerate(ids) if name == "deal"]
    np.testing.assert_allclose(made.true[deal, 1], 1)
    np.testing.assert_allclose(made.possible[deal, :2], [list(PI.values())] * 3)


def taught(rng: np.random.Generator, times: float) -> Taught:
    """Draws as wide as the prior, `times` as wide on the first numbers of a code."""
    made = told(resolved())
    size = 4000
    grades = len(made.compiled.compiler.grades)
    problem = made.problem
    prior = rng.normal(size=(size, len(problem.tellings.middle))) * (problem.tellings.above > 0)
    credence = expit(rng.normal(size=(size, grades)))
    sampled = Sampled({"x": np.zeros((4, 1000))}, 1, 1, 1.001, 900, 0)
    return Taught((made,), shared_by([made]), times * prior, prior, credence, credence, rng.random(size), sampled)


def test_lessons_are_on_the_scale_that_the_codebook_is_written_in(rng: np.random.Generator) -> None:
    made = taught(rng, 1.0)
    t = made.cases[0].problem.tellings
    wide = replace(made, prior_multiplier=t.middle + t.offset + (t.above > 0) * rng.normal(size=(4001, 1)))
    found = {one.name: one.prior[1] for one in case_lessons(wide).multipliers}
    deal = ("deal", "")
    expected = {
        ("up", *deal, "no"): 0.5, ("up", *deal, "yes"): 2.0, ("down", *deal, "yes"): 0.8, ("line", *deal, "no"): 0.3,
        ("soon", "when", "", "<=2"): 3.0,
    }  # fmt: skip
    assert set(found) == set(expected)
    for name, number in expected.items():
        assert abs(np.log(found[name] / number)) < 0.1  # the median of 4001 normals: 5 standard errors


def test_a_codebook_takes_what_was_learned_and_nothing_else(rng: np.random.Generator) -> None:
    nothing, something = case_lessons(taught(rng, 1.0)), case_lessons(taught(rng, 0.5))
    codebook = resolved().codebook
    assert case_values(codebook, nothing, "data") == {}
    values = case_values(codebook, something, "data")
    assert not [place for place in values if place[0] == "sources"]
    numbers = values["codes", "down", "bears_on", "deal", "multipliers"]
    assert numbers["no"] == 2.0  # certain, and stays
    assert len(numbers["yes"]) == 3
    assert values["codes", "down", "bears_on", "deal", "basis"] == "empirical"
    assert values["codes", "down", "bears_on", "deal", "source"] == "data; before: no source"
    assert ("codes", "line", "bears_on", "deal", "probability_present") in values
    assert not [place for place in values if "late" in place]  # nothing of it is uncertain


def test_a_credence_is_written_for_the_grade_that_is_usual(rng: np.random.Generator) -> None:
    made = taught(rng, 1.0)
    narrow = replace(made, credence=expit(0.3 * np.log(made.credence / (1 - made.credence))))
    values = case_values(resolved().codebook, case_lessons(narrow), "data")
    assert set(values) == {
        ("sources", "paper", "credence"),
        ("sources", "rumour", "credence"),
        ("sources", "wire", "credence"),
    }


@pytest.mark.slow
def test_one_case_says_that_it_taught_little_and_a_source_that_is_confirmed_gains(rng: np.random.Generator) -> None:
    report = {"code": "up", "source": "rumour", "credibility": "3", "confirmed_by_other_side": "yes"}
    often = [{"published": day(1 + n % 4), **report} for n in range(30)]
    made = told(resolved(news=often))
    found = learn_cases([made], rng, draws=500)
    assert not found.complaints
    lessons = {one.name: one for one in case_lessons(found).credences}
    rumour = lessons["rumour", "3"]
    assert rumour.learned
    assert rumour.posterior[1] > rumour.prior[1]
    assert not lessons["paper", ""].learned

# ruff: noqa: E501
"""A hand-made forecast with coherent numbers, for tests of the report: 4,000 outcomes and a log weight for every signal.

It knows nothing of the model. Signals tilt the outcomes, so prior, posterior, steps and timeline hang together
and every conditional probability can be asked for.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from foedus.case.types import Case, CaseFile, Codebook, Moment, Signal
from foedus.results import Account, Diagnostics, Estimate, LevelsForecast, QuantityForecast, TimingForecast

SEOUL = ZoneInfo("Asia/Seoul")
AS_OF = dt.datetime(2025, 8, 1, 9, 52, tzinfo=SEOUL)
OPENS, HORIZON = dt.date(2025, 6, 4), dt.date(2025, 12, 31)
NEVER = 10**9
SIZE = 4000
LEVELS = ("unchanged", "softened_text", "named_regional_role", "forces_moved")

CASE_FILE: dict[str, Any] = {
    "format": 1,
    "id": "rok-us-2025",
    "title": {"en": "ROK–US security negotiation 2025", "ko": "2025 한미 안보 협상"},
    "timezone": "Asia/Seoul",
    "opens": OPENS,
    "horizon": HORIZON,
    "questions": {
        "summit_date": {"type": "timing", "title": {"en": "First Lee–Trump summit", "ko": "첫 한미 정상회담"}},
        "usfk_role": {
            "type": "ordinal",
            "title": {"en": "Role of US Forces Korea", "ko": "주한미군의 역할"},
            "levels": [
                {"id": "unchanged", "title": {"en": "Unchanged", "ko": "변화 없음"}},
                {"id": "softened_text", "title": {"en": "Softened joint text", "ko": "완화된 공동 문안"}},
                {"id": "named_regional_role", "title": {"en": "Named regional role", "ko": "역내 역할 명시"}},
                {"id": "forces_moved", "title": {"en": "Forces moved", "ko": "병력 이동"}},
            ],
        },
        "sma_reopened": {
            "type": "ordinal",
            "levels": ["no", "yes"],
            "title": {"en": "Cost-sharing reopened", "ko": "방위비 재협상"},
        },
        "sma_2026": {
            "type": "quantity",
            "unit": {"en": "% change of the 2026 contribution", "ko": "2026년 분담금 증감률(%)"},
            "title": {"en": "2026 contribution", "ko": "2026년 분담금"},
            "only_if": 'sma_reopened == "yes"',
        },
    },
    "panel": {f"expert_{letter}": {"kind": "person", "illustrative": True} for letter in "abcde"}
    | {"history": {"kind": "base_rate"}},
    "scenarios": {
        "package_deal": {
            "title": {"en": "Package deal", "ko": "일괄 타결"},
            "description": {
                "en": "Summit by October, wider role, cost-sharing reopened",
                "ko": "10월까지 정상회담, 역할 확대, 분담금 재협상",
            },
            "when": 'summit_date <= 2025-10-31 and usfk_role >= softened_text and sma_reopened == "yes"',
        },
        "text_first": {
            "title": {"en": "Text first, money later", "ko": "문안 먼저, 비용은 나중"},
            "description": {
                "en": "Summit by October, wider role, cost-sharing left alone",
                "ko": "10월까지 정상회담, 역할 확대, 분담금은 유지",
            },
            "when": 'summit_date <= 2025-10-31 and usfk_role >= softened_text and sma_reopened == "no"',
        },
        "handshake": {
            "title": {"en": "Handshake summit", "ko": "문안 없는 정상회담"},
            "description": {"en": "Summit by October, no text on the role", "ko": "10월까지 정상회담, 역할 문안 없음"},
            "when": "summit_date <= 2025-10-31 and usfk_role == unchanged",
        },
        "drift": {
            "title": {"en": "Drift", "ko": "표류"},
            "description": {
                "en": "No summit by October, role unchanged",
                "ko": "10월까지 정상회담 없음, 역할 변화 없음",
            },
            "when": "summit_date > 2025-10-31 and usfk_role == unchanged",
        },
    },
    "headlines": {
        "summit_by_august": {
            "title": {"en": "Summit by 31 August", "ko": "8월 31일까지 정상회담"},
            "say": {"en": "Lee and Trump meet by 31 August", "ko": "이재명·트럼프 대통령이 8월 31일까지 만날"},
            "when": "summit_date <= 2025-08-31",
        },
        "wider_role": {
            "title": {"en": "Wider role in a joint text", "ko": "공동 문안의 역할 확대"},
            "say": {
                "en": "a joint text widens the role of US Forces Korea this year",
                "ko": "올해 안에 주한미군의 역할을 넓히는 공동 문안이 나올",
            },
            "when": "usfk_role >= softened_text",
        },
        "cost_sharing": {
            "title": {"en": "Cost-sharing reopened", "ko": "방위비 분담금 재협상"},
            "say": {"en": "cost-sharing is reopened this year", "ko": "올해 방위비 분담금 협상이 다시 열릴"},
            "when": 'sma_reopened == "yes"',
        },
    },
    "calendar": [
        {
            "date": "2025-08-13",
            "title": {"en": "Trump's two weeks end", "ko": "트럼프의 ‘2주’ 시한"},
            "when": "summit_date <= 2025-08-13",
        },
        {"date": "2025-08-15", "title": {"en": "Liberation Day speech", "ko": "광복절 경축사"}},
        {
            "date": "2025-08-31",
            "title": {"en": "End of August", "ko": "8월 말"},
            "when": "summit_date <= 2025-08-31",
        },
        {
            "date": "2025-10-31",
            "title": {"en": "APEC leaders' week, Gyeongju", "ko": "경주 APEC 정상회의"},
            "when": "summit_date <= 2025-10-31",
        },
        {
            "date": "2025-11-14",
            "title": {"en": "Security Consultative Meeting", "ko": "한미안보협의회의"},
            "when": "usfk_role >= softened_text",
        },
    ],
}

CODES: dict[str, Any] = {
    "deadline_stated": {"title": {"en": "Side states a deadline for the summit", "ko": "정상회담 시한 언급"}},
    "scheduling": {"title": {"en": "Sides coordinate the summit schedule", "ko": "정상회담 일정 조율"}},
    "trade_settled": {"title": {"en": "Tariff agreement, trade only", "ko": "관세 합의(통상에 한정)"}},
    "role_voiced": {
        "title": {"en": "Official says the role of US forces could change", "ko": "주한미군 역할 변화 가능성 언급"}
    },
    "role_dampened": {"title": {"en": "Official dampens talk of a role change", "ko": "역할 변화 확대 해석 경계"}},
    "taiwan_named": {"title": {"en": "Taiwan Strait named in a readout", "ko": "발표문의 대만해협 언급"}},
    "alliance_modernised": {"title": {"en": "Alliance to be modernised", "ko": "동맹 현대화"}},
    "denuclearisation": {"title": {"en": "Complete denuclearisation reaffirmed", "ko": "완전한 비핵화 재확인"}},
}

for _code in CODES.values():
    _code["bears_on"] = {"summit_date": {"by": "lead", "multipliers": {"<=30": 2, "later": 1, "never": 1}}}

SOURCES: dict[str, Any] = {
    "trump": {
        "title": {"en": "US president, Truth Social", "ko": "미국 대통령(트루스소셜)"},
        "reliability": "C",
        "side": "USA",
    },
    "state_dept": {"title": {"en": "US State Department", "ko": "미 국무부"}, "reliability": "A", "side": "USA"},
    "mofa": {"title": {"en": "ROK Foreign Ministry", "ko": "한국 외교부"}, "reliability": "A", "side": "KOR"},
    "rok_official": {
        "title": {"en": "Unnamed senior ROK official", "ko": "익명의 한국 고위 당국자"},
        "reliability": "C",
    },
    "yonhap": {"title": {"en": "Yonhap", "ko": "연합뉴스"}, "reliability": "B"},
}

# id, published, code, source, actor, level, issue, confirmed, observed, credence
SIGNALS: list[tuple[str, str, str, str, str, str, str, str | None, str, float]] = [
    ("s01", "2025-06-17", "scheduling", "yonhap", "USA;KOR", "leader", "summit_date", "yes", "present", 0.75),
    ("s02", "2025-07-03", "scheduling", "yonhap", "USA", "minister", "summit_date", "yes", "present", 0.75),
    ("s03", "2025-07-11", "alliance_modernised", "mofa", "USA;KOR", "working", "alliance_modernisation", "yes", "present", 0.92),
    ("s04", "2025-07-31", "trade_settled", "trump", "USA", "leader", "tariffs", "yes", "present", 0.9),
    ("s05", "2025-07-31", "deadline_stated", "trump", "USA", "leader", "summit_window", "no", "present", 0.55),
    ("s06", "2025-07-31", "scheduling", "mofa", "KOR", "minister", "summit_date", "yes", "present", 0.92),
    ("s07", "2025-08-01", "taiwan_named", "state_dept", "USA", "minister", "taiwan_strait", "no", "present", 0.95),
    ("s08", "2025-08-01", "taiwan_named", "mofa", "KOR", "minister", "taiwan_strait", "no", "absent", 0.95),
    ("s09", "2025-08-01", "alliance_modernised", "mofa", "KOR", "minister", "alliance_modernisation_text", "no", "present", 0.92),
    ("s10", "2025-08-01", "denuclearisation", "state_dept", "USA", "minister", "denuclearisation", "yes", "present", 0.95),
    ("s11", "2025-08-01", "denuclearisation", "mofa", "KOR", "minister", "denuclearisation", "yes", "present", 0.95),
    ("s12", "2025-08-01", "role_voiced", "rok_official", "KOR", "unnamed", "usfk_role", "no", "present", 0.6),
    ("s13", "2025-08-01", "role_dampened", "rok_official", "KOR", "unnamed", "usfk_role", "no", "present", 0.6),
]  # fmt: skip
STRENGTH = {"s01": 1.4, "s02": 1.6, "s03": 0.9, "s04": 0.8, "s05": 2.1, "s06": 1.3, "s07": 1.2, "s08": 1.0, "s09": 0.8, "s10": 0.1, "s11": 0.1, "s12": 2.4, "s13": 1.5}  # fmt: skip
BEARS = {"role_voiced": ("usfk_role",), "role_dampened": ("usfk_role",), "taiwan_named": ("usfk_role",), "scheduling": ("summit_date",), "deadline_stated": ("summit_date",)}  # fmt: skip
NOTES = {
    "s12": ("tempered: 9 signals on this question that week count 29% each",),
    "s13": ("40% of the panel had not seen it",),
    "s02": ("capped: s01 says the same more strongly (plan)",),
}


def _moment(day: str) -> Moment:
    at = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(8), SEOUL)
    return Moment(at=at)


def make_case(
    changes: dict[str, Any] | None = None, *, signals: int = len(SIGNALS), codes: dict[str, Any] | None = None
) -> Case:
    """Build the case; `changes` replaces top-level keys of case.yaml."""
    rows = [
        Signal(
            id=i, published=_moment(day), code=code, source=source, actor=actor, actor_level=cast("Any", level),
            issue=issue, confirmed_by_other_side=cast("Any", confirmed), observed=cast("Any", observed),
            url="https://example.org/" + i, credibility="2", line=n + 2,
        )
        for n, (i, day, code, source, actor, level, issue, confirmed, observed, _) in enumerate(SIGNALS[:signals])
    ]  # fmt: skip
    return Case(
        folder="rok-us-2025",
        file=CaseFile.model_validate(CASE_FILE | (changes or {})),
        codebook=Codebook.model_validate({"codes": codes or CODES, "sources": SOURCES}),
        judgments=(),
        signals=tuple(rows),
        resolutions=(),
        inputs={"case.yaml": "9f2c" + "0" * 60, "signals.csv": "41aa" + "1" * 60},
    )


@dataclass
class World:
    """Outcomes with a prior weight each."""

    summit: NDArray[np.int64]
    role: NDArray[np.int64]
    reopened: NDArray[np.int64]
    rate: NDArray[np.float64]
    mood: NDArray[np.float64]

    @classmethod
    def draw(cls) -> World:
        rng = np.random.default_rng(7)
        mood = rng.normal(size=SIZE)
        delay = np.exp(rng.normal(4.55, 0.42, SIZE) - 0.25 * mood)
        days = OPENS.toordinal() + delay.astype(int)
        summit = np.where(days <= HORIZON.toordinal(), days, NEVER)
        role = np.digitize(rng.normal(size=SIZE) + 0.5 * mood, [0.1, 1.2, 2.3])
        reopened = (rng.normal(size=SIZE) + 0.3 * mood > 1.0).astype(int)
        return cls(summit, role, reopened, rng.normal(6, 5, SIZE), mood)

    def holds(self, when: str) -> NDArray[np.bool_]:
        """Evaluate a `when` expression the simple way: as Python over arrays."""
        text = re.sub(r"\d{4}-\d\d-\d\d", lambda m: str(dt.date.fromisoformat(m[0]).toordinal()), when)
        text = re.sub(r"(\w+) is never", rf"\1 == {NEVER}", text)
        text = text.replace('"yes"', "1").replace('"no"', "0")
        text = re.sub(r"(\w+ (?:<=|>=|==|!=|<|>) \w+)", r"(\1)", text)
        for word, sign in (("and", "&"), ("or", "|"), ("not", "~")):
            text = re.sub(rf"\b{word}\b", sign, text)
        names: dict[str, Any] = {"summit_date": self.summit, "usfk_role": self.role, "sma_reopened": self.reopened}
        names |= {level: n for n, level in enumerate(LEVELS)} | {"yes": 1, "no": 0}
        return cast("NDArray[np.bool_]", eval(text, {"__builtins__": {}}, names))  # a test's own strings


def tilts(world: World, signals: int) -> list[tuple[str, NDArray[np.float64]]]:
    """Log weight of every signal, in order; `time` is the days that passed without the event."""
    as_of = AS_OF.date().toordinal()
    august = (world.summit <= dt.date(2025, 8, 31).toordinal()) & (world.summit > as_of)
    soon = (world.summit <= dt.date(2025, 8, 13).toordinal()) & (world.summit > as_of)
    effects = {
        "s01": -0.3 * august, "s02": -0.4 * august, "s03": 0.25 * world.role.clip(0, 2), "s04": 0.5 * august,
        "s05": 0.7 * august + 0.9 * soon, "s06": 0.65 * august, "s07": 0.2 * world.role, "s08": -0.3 * world.role,
        "s09": 0.3 * (world.role == 1), "s10": 0.0 * world.role, "s11": 0.0 * world.role, "s12": 0.3 * (world.role > 0),
        "s13": -0.25 * (world.role > 0),
    }  # fmt: skip
    rows = [(row[0], effects[row[0]].astype(float)) for row in SIGNALS[:signals]]
    return [*rows[:2], ("time", np.where(world.summit < as_of, -50.0, 0.0)), *rows[2:]]


def _probability(mask: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    return float(weights[mask].sum() / weights.sum())


def _estimate(p: float, prior: float) -> Estimate:
    q = min(max(p, 1e-4), 1 - 1e-4)
    logit = np.log(q / (1 - q))
    low, high = (float(1 / (1 + np.exp(-(logit + d)))) for d in (-0.48, 0.44))
    return Estimate(p, low, high, 0.002, prior)


@dataclass
class FakeForecast:
    """What the report needs of a forecast."""

    case: Case
    as_of: dt.datetime
    seed: int
    scenario_estimates: dict[str, Estimate]
    residual: Estimate
    overlap: tuple[tuple[str, str, float], ...]
    headline_estimates: dict[str, Estimate]
    questions: dict[str, Any]
    diagnostics: Diagnostics
    account: Account
    inputs: dict[str, str]
    world: World = field(repr=False)
    weights: NDArray[np.float64] = field(repr=False)
    compiled: Any = field(default_factory=lambda: SimpleNamespace(problem=SimpleNamespace(axes=())))

    def estimate(self, when: str, given: str | None = None) -> Estimate:
        when = self.case.file.scenarios[when].when if when in self.case.file.scenarios else when
        mask = self.world.holds(when)
        on = self.world.holds(given) if given else np.ones(SIZE, bool)
        flat = np.ones(SIZE)
        return _estimate(_probability(mask[on], self.weights[on]), _probability(mask[on], flat[on]))

    def probability(self, when: str, given: str | None = None) -> float:
        return self.estimate(when, given).probability

    def to_json(self) -> dict[str, Any]:
        return {"format": 1, "case": self.case.file.id, "as_of": self.as_of.isoformat(), "seed": self.seed}


def _timing(world: World, weights: NDArray[np.float64]) -> TimingForecast:
    days = tuple(OPENS + dt.timedelta(n) for n in range(1, (HORIZON - OPENS).days + 1))
    ordinals = np.array([day.toordinal() for day in days])
    flat = np.ones(SIZE)
    mass, prior = (np.array([w[world.summit == o].sum() for o in ordinals]) / w.sum() for w in (weights, flat))
    by = [
        dt.date(2025, 8, 13),
        dt.date(2025, 8, 31),
        dt.date(2025, 9, 30),
        dt.date(2025, 10, 31),
        dt.date(2025, 11, 30),
        HORIZON,
    ]
    never = world.summit == NEVER
    quantiles: dict[float, dt.date | None] = {}
    for q in (0.05, 0.25, 0.5, 0.75, 0.95):
        place = int(np.searchsorted(np.cumsum(mass), q))
        quantiles[q] = days[place] if place < len(days) else None
    return TimingForecast(
        id="summit_date",
        never=_estimate(_probability(never, weights), _probability(never, flat)),
        days=days,
        mass=mass,
        prior_mass=prior,
        quantiles=quantiles,
        prior_quantiles=quantiles,
        by_date={d: _estimate(float(mass[ordinals <= d.toordinal()].sum()), float(prior[ordinals <= d.toordinal()].sum())) for d in by},
    )  # fmt: skip


def _levels(
    world: World, weights: NDArray[np.float64], case: Case, name: str, values: NDArray[np.int64]
) -> LevelsForecast:
    question = case.file.questions[name]
    levels = [level.id for level in cast("Any", question).levels]
    flat = np.ones(SIZE)
    rows = [
        (level, _estimate(_probability(values == n, weights), _probability(values == n, flat)))
        for n, level in enumerate(levels)
    ]
    return LevelsForecast(id=name, type="ordinal", levels=tuple(rows))


def _questions(world: World, weights: NDArray[np.float64], case: Case) -> dict[str, Any]:
    lower = np.array([-10.0, 0.0, 5.0, 10.0])
    makers: dict[str, Any] = {
        "summit_date": lambda: _timing(world, weights),
        "usfk_role": lambda: _levels(world, weights, case, "usfk_role", world.role),
        "sma_reopened": lambda: _levels(world, weights, case, "sma_reopened", world.reopened),
        "sma_2026": lambda: QuantityForecast(
            id="sma_2026", quantiles={0.05: -2.0, 0.5: 6.0, 0.95: 14.0}, prior_quantiles={0.05: -3.0, 0.5: 5.0, 0.95: 15.0},
            lower=lower, upper=lower + 5, mass=np.array([0.1, 0.3, 0.4, 0.2]), prior_mass=np.full(4, 0.25),
            not_applicable=_estimate(0.8, 0.82),
        ),
    }  # fmt: skip
    return {name: makers[name]() for name in case.file.questions if name in makers}


@dataclass
class Bundle:
    """A forecast and what explains it."""

    forecast: Any
    steps: tuple[Any, ...]
    composition: Any
    timeline: tuple[Any, ...]


def _all_estimates(case: Case, world: World, weights: NDArray[np.float64]) -> dict[str, Estimate]:
    flat = np.ones(SIZE)
    named = {**case.file.scenarios, **case.file.headlines}
    found = {
        name: _estimate(_probability(m, weights), _probability(m, flat))
        for name, s in named.items()
        for m in [world.holds(s.when)]
    }
    covered = np.zeros(SIZE, bool)
    for scenario in case.file.scenarios.values():
        covered |= world.holds(scenario.when)
    return found | {"none_of_these": _estimate(_probability(~covered, weights), _probability(~covered, flat))}


def make(
    changes: dict[str, Any] | None = None,
    *,
    signals: int = len(SIGNALS),
    ok: bool = True,
    codes: dict[str, Any] | None = None,
) -> Bundle:
    """Build the forecast of the worked case, or of a changed one."""
    case = make_case(changes, signals=signals, codes=codes)
    world = World.draw()
    log_weights = np.zeros(SIZE)
    credences = {row[0]: row[9] for row in SIGNALS}
    steps, timeline = [], []
    rows = {row[0]: row for row in SIGNALS}
    before = _all_estimates(case, world, np.exp(log_weights))
    timeline.append(SimpleNamespace(as_of=dt.datetime.combine(OPENS, dt.time(9), SEOUL), estimates=before))
    for name, tilt in tilts(world, signals):
        log_weights += tilt
        after = _all_estimates(case, world, np.exp(log_weights))
        effects = {key: after[key].probability - before[key].probability for key in after}
        before = after
        row = rows.get(name)
        day = dt.date.fromisoformat(row[1]) if row else AS_OF.date()
        if row:
            timeline.append(SimpleNamespace(as_of=dt.datetime.combine(day, dt.time(9), SEOUL), estimates=after))
        steps.append(
            SimpleNamespace(
                signals=(name,) if row else (), kind="signal" if row else "time", day=day,
                code=row[2] if row else None, source=row[3] if row else None,
                credence=credences.get(name), strength=STRENGTH.get(name, 3.0), effects=effects,
                notes=NOTES.get(name, ()), absent=bool(row and row[8] == "absent"), questions=BEARS.get(row[2] if row else "", ()),
            )
        )  # fmt: skip
    weights = np.exp(log_weights)
    now = _all_estimates(case, world, weights)
    timeline.append(SimpleNamespace(as_of=AS_OF, estimates=now))
    used = tuple(row[0] for row in SIGNALS[:signals])
    forecast = FakeForecast(
        case=case, as_of=AS_OF, seed=1,
        scenario_estimates={name: now[name] for name in case.file.scenarios},
        residual=now["none_of_these"], overlap=(),
        headline_estimates={name: now[name] for name in case.file.headlines},
        questions=_questions(world, weights, case),
        diagnostics=Diagnostics(ok, 12000, 200 if ok else 21, 0.1, 0.002, () if ok else ("outer ESS 21 is under 50: raise settings.draws",)),
        account=Account(len(used) + 3, used, (("s14", "copy of s12"),), (("s15", "later than the as-of time"),), ("s15",), (), ("s16",), ("half-life of sma_2026: 90 days",), rows={"read": len(used) + 3, "used": len(used), "merged": 1, "excluded": 1, "in_prior": 0, "no_bearing": 1}),
        inputs=case.inputs, world=world, weights=weights,
    )  # fmt: skip
    composition = SimpleNamespace(
        panel_share=0.46, data_share=0.21, assumption_share=0.33, experts=6, illustrative=case.illustrative,
        signals_used=len(used), basis_counts={"empirical": 3, "elicited": 6, "assumed": 14},
    )  # fmt: skip
    return Bundle(forecast, tuple(steps), composition, tuple(timeline))


def material(lang: str = "en", bundle: Bundle | None = None, **options: Any) -> Any:
    """Return the material of a report on the fixture, or on a changed one."""
    from foedus.report.material import Material

    bundle = bundle or make(**options)
    return Material.of(bundle.forecast, explanation(bundle), cast("Any", lang))


def explanation(bundle: Bundle) -> Any:
    """Return what explains the forecast of a bundle."""
    from foedus.explain.statements import who_said_what
    from foedus.report.material import Explanation

    statements = who_said_what(bundle.forecast.case, bundle.forecast.as_of)
    return Explanation(bundle.steps, bundle.composition, bundle.timeline, statements)


HOSTILE = '#read("/etc/passwd") $x$ <lab> [ ] \\\\ "q" #panic() *b* _i_ `c` @ref // 美中 ﷺ 😀 \x07 likely 100% {0} {title} **b**'
LONG_KO = "제57차한미안보협의회의계기양국국방장관회담에서논의될예정인주한미군전략적유연성확대및방위비분담금재협상관련공동발표문안"


def seven_scenarios() -> dict[str, Any]:
    """Return seven exclusive scenarios with long titles: months of the summit, and none."""
    ends = ["2025-08-15", "2025-08-31", "2025-09-15", "2025-09-30", "2025-10-31", "2025-11-30"]
    starts = ["2025-06-04", *ends[:-1]]
    found = {
        f"window_{i}": {
            "title": {"en": f"A summit in the window that ends on {b}", "ko": f"{b}까지 열리는 정상회담 시나리오"},
            "description": {"en": "A description that runs on and on for quite some time " * 2, "ko": LONG_KO},
            "when": f"summit_date > {a} and summit_date <= {b}",
        }
        for i, (a, b) in enumerate(zip(starts, ends, strict=True))
    }
    return {"scenarios": found | {"later": {"when": "summit_date > 2025-11-30"}}}

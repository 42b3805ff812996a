"""Small random cases of every kind, with everything uncertain, for the comparison of core and reference."""

from __future__ import annotations

from typing import Any

import numpy as np

from build import bins, case, daily, day, nominal, ordinal, present, quantity, timing
from foedus.bayes.coordinates import free_parameters
from foedus.bayes.weighting import Graph
from foedus.case.types import Case

DAYS = 10
KINDS = (
    "timing", "ordinal", "quantity", "nominal", "hanging", "outcome", "silence", "counts", "presence", "discrepancy",
    "resolved",
)  # fmt: skip
APART = {"counted", "discrepancy"}  # their rows are made by themselves, or by nobody
UNCERTAIN = {
    "shared_error": 0.4,
    "spread": 1.8,
    "dependence_spread": 0.3,
    "weight_concentration": None,
    "draws": 512,
    "points": 32,
}
SOURCES = {
    "wire": {"reliability": "B", "side": "USA"},
    "paper": {"reliability": "C", "side": "KOR"},
    "rumour": {"credence": [0.1, 0.3, 0.6]},
}
KEYS = {
    "date": [f"<={day(3)}", f"<={day(6)}", "later", "never"],
    "lead": ["<=2", "<=5", "later", "never"],
    "target": ["before", "within", "<=2 after", "later", "never"],
    "value": ["<=0", "<=7", "above"],
    "level": ["a", "b", "c"],
}


def random_case(kind: str, rng: np.random.Generator) -> tuple[Case, str]:
    """A case of a kind, with a summit beside it that it hangs together with; and when to forecast it."""
    questions, pairs = _questions(kind, rng)
    said = {name: {q: _said(q, rng) for q in questions} | pairs for name in ("ann", "bob")}
    if kind == "hanging":
        for who in said.values():
            del who["venue"]
            for given in (f"summit <= {day(4)}", f"summit > {day(4)} and not summit is never", "summit is never"):
                who["venue", given] = _levels(rng)
    codes = _codes(kind, list(questions), rng)
    made = case(
        questions,
        said,
        days=DAYS,
        judged="2024-12-29",
        codes=codes,
        sources=SOURCES,
        signals=_signals({name: code for name, code in codes.items() if code.get("kind") not in APART}, rng)
        + _readouts(codes, rng),
        counts=_counts(codes, rng),
        resolutions=[{"question": "role", "resolved_on": day(4), "outcome": "b"}] if kind == "resolved" else [],
        settings=UNCERTAIN,
        scenarios=_scenarios(questions),
    )
    return made, day(int(rng.integers(4, 7)))


def _questions(kind: str, rng: np.random.Generator) -> tuple[dict[str, Any], dict[str, Any]]:
    lived = {"half_life": [2.0, 5.0, 15.0]}
    out: dict[str, Any] = {"summit": timing(**lived)}
    pairs: dict[str, Any] = {}
    if kind in {"ordinal", "outcome", "resolved", "silence", "counts", "presence", "discrepancy"}:
        out["role"] = ordinal("a", "b", "c", decided_on=day(9), **lived)
        pairs["role", f"summit <= {day(5)}"] = {"a": 0.3, "b": 0.3, "c": 0.4}
    if kind in {"quantity", "resolved"}:
        out["cost"] = quantity(decided_on=day(8), **lived)
        pairs["summit ~ cost"] = float(rng.uniform(0.3, 0.75))
    if kind == "nominal":
        out["place"] = nominal("a", "b", "c", **lived)
    if kind == "hanging":
        out["venue"] = nominal("a", "b", "c", parent="summit", resolves_with="summit", **lived)
    return out, pairs


def _levels(rng: np.random.Generator) -> dict[str, float]:
    return dict(zip("abc", _masses(rng, 3), strict=True))


def _masses(rng: np.random.Generator, n: int) -> list[float]:
    raw = rng.integers(3, 30, n)
    return [float(x) for x in raw / raw.sum()]


def _said(question: str, rng: np.random.Generator) -> dict[str, float]:
    if question == "summit":
        *days, never = _masses(rng, DAYS + 1)
        return daily(days, never)
    return bins([-5, 0, 5, 20], _masses(rng, 3)) if question == "cost" else _levels(rng)


def _codes(kind: str, questions: list[str], rng: np.random.Generator) -> dict[str, Any]:
    ways = {"summit": ["lead", "date", "target"], "cost": ["value", "value"]}
    out: dict[str, Any] = {}
    for q in questions:
        for i, by in enumerate(ways.get(q, ["level", "level"])):
            multipliers = {key: float(np.exp(rng.normal(0, 0.7))) for key in KEYS[by]}
            out[f"{q}_{i}"] = {"bears_on": {q: {"by": by, "multipliers": multipliers}}}
    if kind == "ordinal":
        out["line"] = {"kind": "per_document", "bears_on": {"role": present(a=0.2, b=[0.3, 0.5, 0.8], c=0.7)}}
        both = {"by": "level", "multipliers": {"a": 0.5, "b": 1.5, "c": 1}}
        out["role_0"]["bears_on"]["summit"] = {"by": "date", "multipliers": dict.fromkeys(KEYS["date"], 1.0)}
        out["role_0"]["bears_on"]["summit"]["multipliers"]["never"] = 0.6
        out["role_1"]["bears_on"]["role"] = both
    if kind == "discrepancy":
        by_lead = {
            "by": "lead",
            "probability_present": {"<=2": 0.3, "<=5": [0.3, 0.5, 0.7], "later": 0.6, "never": 0.8},
        }
        own = {"kind": "per_document", "bears_on": {"role": present(a=0.3, b=[0.3, 0.5, 0.8], c=0.7)}}
        out |= {"us_line": {**own, "bears_on": own["bears_on"] | {"summit": by_lead}}, "rok_line": own}
        both = {"role": present(a=0.1, b=[0.2, 0.4, 0.6], c=0.2), "summit": {**by_lead, "spread": 1.4}}
        sides = {"said_by": ["USA"], "left_out_by": ["KOR"]}
        out["gap"] = {"kind": "discrepancy", "of": ["us_line", "rok_line"], **sides, "bears_on": both}
        other = {"of": ["rok_line", "us_line"], "said_by": ["KOR"], "left_out_by": ["USA"]}
        out["gap_back"] = {
            "kind": "discrepancy",
            **other,
            "bears_on": {"role": present(a=0.2, b=0.1, c=[0.02, 0.1, 0.3])},
        }
    if kind == "outcome":
        out["role_0"]["sees"] = "outcome"
        out["summit_1"]["group"] = {"name": "plan", "cap": "average"}
    if kind == "silence":
        out["meeting"] = {
            "coverage": "exhaustive",
            "base_rate": [2.0, 6.0, 18.0],
            "bears_on": {"summit": {"by": "lead", "multipliers": {"<=2": 3, "<=5": 2, "later": 0.7, "never": 0.5}}},
        }
    if kind in {"counts", "presence"}:
        watched: dict[str, Any] = {"kind": "counted", "coverage": "exhaustive", "base_rate": [6.0, 12.0, 24.0]}
        by_lead = {"by": "lead", "multipliers": {"<=2": 3, "<=5": 2, "later": 0.7, "never": 0.5}}
        out["calls"] = watched | {"bears_on": {"summit": by_lead}}
        out["crowds"] = watched | {"dispersion": [0.2, 0.5, 1.2], "bears_on": {"role": {"by": "level", "multipliers": {
            "a": 0.5, "b": [0.7, 1, 1.4], "c": 2}}}}  # fmt: skip
        if kind == "presence":
            out["calls"]["count_as"] = out["crowds"]["count_as"] = "presence"
    return out


def _readouts(codes: dict[str, Any], rng: np.random.Generator) -> list[dict[str, Any]]:
    """Meetings with a text of each side, the second text a day later: a discrepancy, none, and one half seen."""
    if "gap" not in codes:
        return []
    return [
        {"id": f"{code}-{at}", "published": day(at + (code == "rok_line")), "code": code, "source": source,
         "document": f"{code}-{at}", "event": f"meeting-{at}", "observed": observed}
        for at, there in ((1, "absent"), (2, "present"), (3, str(rng.choice(["absent", "not_seen"]))))
        for code, source, observed in (("us_line", "wire", "present"), ("rok_line", "paper", there))
    ]  # fmt: skip


def _counts(codes: dict[str, Any], rng: np.random.Generator) -> list[dict[str, Any]]:
    """Counts of periods of three days, by the wire, and by a paper whose credence is uncertain."""
    counted = [name for name, code in codes.items() if code.get("kind") == "counted"]
    most = {name: 1 if codes[name].get("count_as") == "presence" else 1000 for name in counted}
    return [
        {
            "from": day(d),
            "to": day(d + 2),
            "code": name,
            "source": source,
            "count": min(int(rng.poisson(2)), most[name]),
        }
        for name, source in zip(counted, ("wire", "paper"), strict=False)
        for d in (-1, 2)
    ]


def _signals(codes: dict[str, Any], rng: np.random.Generator) -> list[dict[str, Any]]:
    rows = []
    read = {name for name, code in codes.items() if code.get("kind") == "per_document"}
    for i in range(int(rng.integers(4, 9))):
        at, first = int(rng.integers(0, 6)), int(rng.integers(3, 6))
        row: dict[str, Any] = {
            "id": f"s{i}",
            "published": day(at),
            "code": str(rng.choice(list(codes))),
            "source": str(rng.choice(list(SOURCES))),
            "target_from": day(first),
            "target_to": day(first + 2),
        }
        if row["code"] in read:
            row |= {"document": f"d{at}", "observed": str(rng.choice(["present", "absent"]))}
        elif rng.random() < 0.3:
            row |= {"event": f"{row['code']}-{at}", "origin": f"o{i}", "independent": True}
        rows.append(row)
        if row["code"] not in read and rng.random() < 0.3:  # another coder, another code for the same report
            rows.append(
                {**row, "coder": "second", "code": f"{row['code'].split('_')[0]}_0"} if "_" in row["code"] else row
            )
    return rows


def _scenarios(questions: dict[str, Any]) -> dict[str, str]:
    then = {"role": "role >= b", "cost": "cost > 5", "place": "place == a", "venue": "venue == b"}
    more = [then[q] for q in questions if q in then]
    out = {"soon": f"summit <= {day(6)}", "drift": "summit is never"}
    return out | {f"both_{i}": f"summit <= {day(8)} and {when}" for i, when in enumerate(more)}


def at_same_parameters(graph: Graph, z: dict[str, Any], weights: Any) -> dict[str, Any]:
    """The core's whitened draws as inputs of the reference's graph."""
    problem = graph.problem
    free, draws = free_parameters(problem), z["shift"].shape[1]
    shift = z["shift"].reshape(len(problem.axes), -1, draws)
    known = {
        "weight": weights[problem.base_weights > 0],
        "telling": z["telling"][1:][free.telling],
        "telling_shared": z["telling"][0],
        "trust": z["credence"][free.trust],
        "persistence": z["half_life"][free.persistence],
        "base_rate": problem.rates.at(z["rate"])[free.base_rate],
        "dependence": z["dependence"][0],
        "shared_error": shift[problem.latent, 0],
        "outcome_score": np.zeros((len(problem.axes), draws)),
    }
    known |= {f"shared_error {a.id}": shift[q, : a.cells] for q, a in enumerate(problem.axes)}
    return {name: known[name].T for name in graph.names}

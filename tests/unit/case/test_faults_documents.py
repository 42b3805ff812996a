"""Bad YAML, fields, references and names: one edit gives one fault, at its line, that says what would be right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from case_fixture import BOOK, CASE, JUDGMENTS, RESOLUTIONS, SEEDS, SIGNALS, Break
from foedus.errors import Fault

YAML = [
    Break(CASE, '- "no"', "- no", 'no without quotes is a boolean to many readers: write "no"'),
    Break(CASE, "title: In part", "title: Yes", 'Yes without quotes is a boolean to many readers: write "Yes"'),
    Break(
        BOOK, 'cameo: ["036"]', "cameo: [036]", '036 without quotes loses its leading zero in many readers: write "036"'
    ),
    Break(
        BOOK,
        'multipliers: {"no": 0.6, partly',
        "multipliers: {no: 0.6, partly",
        'put the name no in quotes ("no"), or rename it',
    ),
    Break(CASE, "weight: 2", "weight: &w 2", "the anchor &w is not allowed"),
    Break(CASE, "weight: 2", "weight: *w", "the alias *w is not allowed: write the value out"),
    Break(CASE, "ann: {weight: 2}", "ann: {<<: {weight: 2}}", "the merge key << is not allowed"),
    Break(CASE, "weight: 2", "weight: !!float 2", "the tag tag:yaml.org,2002:float is not allowed"),
    Break(CASE, "weight: 2", "weight: !!python/object:os.system 2", "is not allowed: write the plain value"),
    Break(CASE, "id: sample", "id: sample: x", "a text with ': ' in it must stand in quotes"),
    Break(CASE, "title: In part", "title: @part", "a text that begins with a sign must stand in quotes"),
    Break(CASE, "id: sample", "id: 'sample", "a quote or bracket is opened and never closed"),
    Break(
        CASE,
        "title: Budget, when: summit <= 2030-06-15}\n",
        "title: Budget}\n---\nformat: 1\n",
        "a second document begins here",
        1,
    ),
    Break(CASE, "weight: 2", "weight: " + "[" * 40 + "]" * 40, "is nested more than 30 deep"),
]

SCHEMA = [
    Break(
        CASE,
        "half_life: [20, 45, 90]",
        "halflife: 45",
        "questions.summit.halflife: no such field here; did you mean 'half_life'?",
    ),
    Break(CASE, "\nid: sample", "", "id is missing"),
    Break(
        CASE, "  soon: {when", "  soon: {wen: x, when", "headlines.soon.wen: no such field here; did you mean 'when'?"
    ),
    Break(CASE, "    type: timing\n", "", "type is missing: 'timing', 'ordinal', 'quantity' or 'nominal'", -1),
    Break(
        CASE,
        "type: timing",
        "type: timeing",
        "type must be one of 'timing', 'ordinal', 'quantity', 'nominal', got 'timeing'",
        -1,
    ),
    Break(CASE, "weight: 2", "weight: heavy", "panel.ann.weight: must be a number, got 'heavy'"),
    Break(CASE, "weight: 2", "weight: true", "must be a number, got true"),
    Break(CASE, "weight: 2", 'weight: "2"', "must be a number, got '2'"),
    Break(CASE, "weight: 2", "weight: -2", "panel.ann.weight: must be at least 0"),
    Break(CASE, "kind: base_rate", "kind: oracle", "must be 'person', 'base_rate' or 'market', got 'oracle'"),
    Break(
        CASE, "half_life: [20, 45, 90]", "half_life: [45, 20, 90]", "a band must not decrease, got [45.0, 20.0, 90.0]"
    ),
    Break(CASE, "half_life: [20, 45, 90]", "half_life: [20, 90]", "write one number, or three: [low, middle, high]"),
    Break(
        CASE,
        'unit: "%"',
        "unit: 5",
        "questions.cost.unit: must be a text (or {en: ..., ko: ...}), got 5; put it in quotes",
    ),
    Break(
        CASE,
        "half_life: [20, 45, 90]",
        "half_life: long",
        "must be a number, or three: [low, middle, high], got 'long'",
    ),
    Break(CASE, "title: In part", "title: {en: 3}", "levels[2].title.en: must be a text, got 3; put it in quotes"),
    Break(CASE, "levels: [capital, 해변]", "levels: [capital]", "needs at least 2 entries, got 1"),
    Break(
        CASE,
        "levels: [capital, 해변]",
        "levels: [capital, 2]",
        "levels[2]: must be a text (or {id: ..., title: ...}), got 2; put it in quotes",
    ),
    Break(CASE, "  soon: {", "  2soon: {", "'2soon' is not a name: begin with a letter"),
    Break(CASE, "lower: -50", "lower: -.inf", "must be a finite number"),
    Break(BOOK, "version: 1.0.0", "version: 1.0", "version: must be a text, got 1.0; put it in quotes"),
    Break(BOOK, "reliability: A}", "reliability: G}", "must be 'A', 'B', 'C', 'D', 'E' or 'F', got 'G'"),
    Break(
        BOOK, "cap: strongest}\n    cameo", "cap: weakest}\n    cameo", "codes.doubted.group.cap: must be 'strongest'"
    ),
    Break(
        SIGNALS,
        ",president,2,,,2030-05-01",
        ",president,7,,,2030-05-01",
        "credibility: must be '1', '2', '3', '4', '5' or '6'",
    ),
    Break(
        SIGNALS, ",retracted,", ",withdrawn,", "status: must be 'active', 'corrected' or 'retracted', got 'withdrawn'"
    ),
    Break(
        JUDGMENTS,
        "2030-01-01,1,basing,,probability,partly",
        "2030-01-01,0,basing,,probability,partly",
        "round: must be at least 1",
    ),
    Break(JUDGMENTS, ",concordance,", ",correlation,", "element: must be 'quantile', 'exactly', 'never'"),
    Break(JUDGMENTS, ",,never,,0.2,", ",,never,,,", "value is missing"),
    Break(RESOLUTIONS, "summit,2030-05-20,", "summit,,", "resolved_on is missing"),
]

REFERENCES = [
    Break(
        CASE,
        "summit <= 2030-06-30 and",
        "sumit <= 2030-06-30 and",
        "column 1: no question is called 'sumit'; did you mean 'summit'?",
    ),
    Break(CASE, "deal and cost > 20", "dael and cost > 20", "nothing is called 'dael'; did you mean 'deal'?"),
    Break(CASE, 'basing == "yes"', 'basing == "yess"', "column 36: 'basing' has no level 'yess'; did you mean 'yes'?"),
    Break(CASE, "parent: summit", "parent: sumit", "the question 'sumit' is not defined; did you mean 'summit'?"),
    Break(CASE, "resolves_with: summit", "resolves_with: basing", "must name a timing question (summit), got 'basing'"),
    Break(CASE, "only_if: basing >= partly", "only_if: basing >= partial", "'basing' has no level 'partial'"),
    Break(
        BOOK,
        '      cost: {by: value, multipliers: {"<=0": 0.5',
        '      costs: {by: value, multipliers: {"<=0": 0.5',
        "the question 'costs' is not defined; did you mean 'cost'?",
    ),
    Break(
        BOOK,
        "codes: [backed, opposed]",
        "codes: [backed, oposed]",
        "the code 'oposed' is not defined; did you mean 'opposed'?",
    ),
    Break(
        JUDGMENTS,
        "history,2030-01-01,1,summit,,never",
        "histroy,2030-01-01,1,summit,,never",
        "the member of the panel 'histroy' is not defined; did you mean 'history'?",
    ),
    Break(
        JUDGMENTS,
        "ann,2030-01-01,1,cost,,exactly",
        "ann,2030-01-01,1,cots,,exactly",
        "question: 'cots' is not defined; did you mean 'cost'?",
    ),
    Break(
        JUDGMENTS,
        "ann,2030-01-01,1,basing,summit <=",
        "ann,2030-01-01,1,basing,summitt <=",
        "given, column 1: no question is called 'summitt'",
    ),
    Break(
        JUDGMENTS,
        "ann,2030-01-01,1,basing,summit <= 2030-06-30",
        "ann,2030-01-01,1,basing,basing == partly",
        "can't be conditional on basing itself",
    ),
    Break(JUDGMENTS, "capital,0.7", "capitol,0.7", "level: venue has no level 'capitol'; did you mean 'capital'?"),
    Break(
        JUDGMENTS,
        "summit ~ cost",
        "summit ~ basing",
        "basing is of type ordinal; a concordance needs timing or quantity",
    ),
    Break(SIGNALS, "doubted,ministry", "doubtd,ministry", "code: 'doubtd' is not defined; did you mean 'doubted'?"),
    Break(SIGNALS, "raised,ministry", "raised,ministri", "source: 'ministri' is not defined; did you mean 'ministry'?"),
    Break(SIGNALS, ",retracted,s2,", ",retracted,s9,", "supersedes: the signal 's9' is not defined"),
    Break(
        RESOLUTIONS,
        "summit,2030-05-20,",
        "sumit,2030-05-20,",
        "question: 'sumit' is not defined; did you mean 'summit'?",
    ),
]

NAMES = [
    Break(CASE, 'summit <= 2030-06-30 and basing == "yes"', "costly or soon", "in a circle: costly -> deal -> costly"),
    Break(CASE, "only_if: basing >= partly", "only_if: cost > 3", "can't hang on itself: cost -> cost"),
    Break(CASE, "parent: summit", "parent: venue", "a question can't hang on itself: venue -> venue"),
    Break(
        CASE,
        'partly, title: In part}\n      - "yes"',
        'partly, title: In part}\n      - partly\n      - "yes"',
        "the level 'partly' is already on line 15",
        1,
    ),
    Break(CASE, "  costly: {", "  cost: {", "scenarios.cost: line 17 already defines 'cost'"),
    Break(CASE, "  costly:", "  none_of_these:", "the language itself uses the word 'none_of_these'"),
    Break(CASE, "  costly:", "  deal:", "'deal' is given a second time; the first is on line 32"),
    Break(BOOK, "  dated:\n", "  backed:\n", "'backed' is given a second time; the first is on line 16"),
    Break(
        BOOK,
        "group: {name: plan, cap: strongest}\n    cameo",
        "group: {name: plan, cap: all}\n    cameo",
        "has another cap or `within` on line 5",
    ),
    Break(
        SIGNALS,
        "s1,2030-02-03,2030-02-03,doubted,ministry,president,2,,,,,,,lee",
        "s1,2030-02-03,2030-02-03,doubted,ministry,president,2,,,,,,,kim",
        "id 's1' with coder kim is already on line 2, and differs in code, target_from, target_to",
    ),
    Break(
        RESOLUTIONS,
        "both offices\n",
        "both offices\nsummit,2030-05-21,2030-05-21,2030-05-21,\n",
        "summit is already resolved on line 2",
        1,
    ),
    Break(
        SEEDS,
        "seed_1,days,uni,14,yearbook\n",
        "seed_1,days,uni,14,yearbook\nseed_1,days,uni,15,\n",
        "'seed_1' is already on line 2",
        1,
    ),
    Break(
        JUDGMENTS,
        "ann,2030-01-01,1,cost,,quantile,0.5,8,\n",
        "ann,2030-01-01,1,cost,,quantile,0.5,8,\nann,2030-01-01,1,cost,,quantile,0.5,9,\n",
        "ann already gave this number in round 1, on line 15",
        1,
    ),
]

ALL = [*YAML, *SCHEMA, *REFERENCES, *NAMES]


@pytest.mark.parametrize("broken", ALL, ids=str)
def test_one_fault_at_its_line(broken: Break, only_fault: Callable[[Break], Fault]) -> None:
    assert broken.words in only_fault(broken).message

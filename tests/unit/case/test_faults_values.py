"""Bad numbers, bands, dates and cells: one edit gives one fault, at its line, that says what would be right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from case_fixture import BOOK, CASE, COUNTS, JUDGMENTS, RESOLUTIONS, SIGNALS, Break
from foedus.errors import Fault

NUMBERS = [
    Break(
        JUDGMENTS, "partly,0.3", "partly,0.2", "the probabilities of ann on basing sum to 0.9; they must sum to 1", -1
    ),
    Break(
        JUDGMENTS,
        "ann,2030-01-01,1,basing,,probability,partly,0.3,\n",
        "",
        "leave out partly: every level needs a row (the others sum to 0.7)",
        -1,
    ),
    Break(JUDGMENTS, "capital,0.5", "capital,0.4", "the probabilities of ann on venue sum to 0.9", 0),
    Break(JUDGMENTS, "partly,0.3", "partly,30", "a probability lies between 0 and 1, got 30 (write 0.3 for 30 %)"),
    Break(
        JUDGMENTS,
        "0.5,2030-06-01",
        "0.5,2030-01-20",
        "the quantiles of ann cross: 0.5 is 2030-01-20, but 0.05 is 2030-02-10 (line 3)",
    ),
    Break(
        JUDGMENTS,
        "seed_1,,quantile,0.5,12",
        "seed_1,,quantile,1.5,12",
        "a quantile needs a probability between 0 and 1 (0.05, 0.5 or 0.95), got 1.5",
    ),
    Break(
        JUDGMENTS,
        "cost,,quantile,0.9,30",
        "cost,,quantile,0.9,300",
        "300 lies outside the bounds in case.yaml, -50 to 100",
    ),
    Break(
        JUDGMENTS,
        "cost,,exactly,0.2,0",
        "cost,,exactly,probability,0",
        "the probability of exactly this value, such as 0.3), got probability",
    ),
    Break(
        JUDGMENTS,
        "cost,,quantile,0.9,30",
        "cost,,probability,0.9,0.3",
        "a probability about a quantity question is at a threshold (<= 10, or with >), got 0.9; a value at a level",
    ),
    Break(JUDGMENTS, "chips,0..20,6", "chips,0..20,-6", "the number of chips is a whole number, 0 or more, got -6"),
    Break(JUDGMENTS, "chips,0..20,6", "chips,-5..20,6", "the bin -5..20 overlaps ..0 on line 17"),
    Break(JUDGMENTS, "chips,0..20,6", "chips,0-20,6", "'0-20' is not a bin: write 10..20, ..5 or 5.."),
    Break(JUDGMENTS, "chips,0..20,6", "chips,20..0,6", "the bin 20..0 is empty: write the smaller end first"),
    Break(
        JUDGMENTS,
        "chips,2030-07-01..2030-12-31",
        "chips,2030-06-30..2030-12-31",
        "overlaps 2030-01-02..2030-06-30 on line 7",
    ),
    Break(
        JUDGMENTS,
        "chips,2030-07-01..2030-12-31",
        "chips,2030-07-01..2031-01-31",
        "reaches outside the window, 2030-01-01 to 2030-12-31",
    ),
    Break(JUDGMENTS, "concordance,,0.6", "concordance,,1", "a concordance lies strictly between 0 and 1, got 1"),
    Break(BOOK, "within: 4,", "within: -4,", "the multiplier of 'within' must be 0 or more, and finite"),
    Break(BOOK, "never: [1.2, 2, 3.5]", "never: [0, 2, 3.5]", "a band must begin above 0"),
    Break(
        BOOK,
        '{by: level, multipliers: {"no": 0.6, partly: 1, "yes": 1.5}}',
        '{by: level, multipliers: {"no": 0, partly: 0, "yes": 0}}',
        "at least one multiplier must be above 0",
    ),
    Break(BOOK, "partly: 0.5", "partly: 1", "a probability strictly between 0 and 1 is needed here"),
    Break(BOOK, "credence: [0.4, 0.6, 0.8]", "credence: 1.2", "must lie between 0 and 1, got 1.2"),
    Break(BOOK, "base_rate: 2", "base_rate: 0", "must be above 0 and finite: the number expected a month"),
    Break(CASE, "half_life: [20, 45, 90]", "half_life: 0", "must be above 0 days"),
    Break(CASE, "upper: 100", "upper: -50", "upper must be above lower, got -50 and -50"),
]

BANDS = [
    Break(
        BOOK,
        "before: 1, within: 4",
        "befor: 1, within: 4",
        "'befor' is not a band: write 'before', 'within', '<=30 after'",
    ),
    Break(
        BOOK,
        '"<=30": 0.3, later: 1.3,',
        '"<=30": 0.3,',
        "'later' must be given too, as in '<=14', '<=30', 'later', 'never'",
    ),
    Break(
        BOOK,
        '"<=0": 0.5, "<=20": 1, above: 2',
        '"<=20": 0.5, "<=0": 1, above: 2',
        "'<=0' must come in order: its edge isn't above 20",
    ),
    Break(
        BOOK,
        '"<=0": 0.5, "<=20": 1, above: 2',
        '"<=0": 0.5, "<=20": 1, later: 2',
        "'later' is not a band: write '<=0', '<=10', 'above'",
    ),
    Break(BOOK, '"<=2030-05-31": 3', '"<=5/31/2030": 3', "day and month can't be told apart"),
    Break(
        BOOK,
        'multipliers: {"no": 1.6, partly: 1, "yes": 0.6}',
        'multipliers: {"no": 1.6, "yes": 0.6}',
        "every level needs a number; missing: partly",
    ),
    Break(
        BOOK,
        'multipliers: {"no": 1.6, partly',
        'multipliers: {"nope": 1, "no": 1.6, partly',
        "no level 'nope'; did you mean 'no'?",
    ),
    Break(
        BOOK,
        "summit: {by: lead",
        "summit: {by: level",
        "'level' doesn't fit summit, which is of type timing: write date or lead or target",
    ),
    Break(
        BOOK,
        "    kind: per_document\n",
        "",
        "probability_present: only goes with kind: per_document; give multipliers",
        1,
    ),
    Break(
        BOOK,
        "    sees: outcome\n",
        "    kind: per_document\n",
        "multipliers: a per_document code needs probability_present",
        2,
    ),
    Break(BOOK, "    base_rate: 2\n", "", "exhaustive needs base_rate, the number expected a month"),
    Break(
        BOOK,
        "    base_rate: 2\n    coverage: exhaustive\n",
        "    base_rate: 2\n    coverage: exhaustive\n    sees: outcome\n",
        "exhaustive doesn't go with `sees: outcome`; silence is of the course",
        1,
    ),
    Break(
        BOOK,
        "    group: {name: plan, cap: strongest}\n    bears_on:\n      summit:\n",
        "    base_rate: 1\n    coverage: exhaustive\n    bears_on:\n      summit:\n",
        "exhaustive doesn't go with target; days without the signal name no date",
        3,
    ),
    Break(BOOK, "president: {within: 6}", "president: {during: 6}", "the band 'during' is not defined"),
]

DATES = [
    Break(CASE, "opens: 2030-01-01", "opens: 1/1/2030", "opens: '1/1/2030' is not a date: a spreadsheet's date"),
    Break(CASE, "opens: 2030-01-01", "opens: 20300101", "'20300101' is not a date: write 2030-01-01"),
    Break(CASE, "horizon: 2030-12-31", "horizon: 2029-12-31", "horizon: 2029-12-31 must lie after 2030-01-01"),
    Break(
        CASE, "horizon: 2030-12-31", "horizon: 2199-12-31", "a window of 170 years is too long; at most 20 are possible"
    ),
    Break(CASE, "timezone: Asia/Seoul", "timezone: Asia/Soul", "'Asia/Soul' is not a time zone: write an IANA name"),
    Break(CASE, "date: 2030-06-15", "date: 2030-06-31", "'2030-06-31' is not a day of the calendar"),
    Break(
        CASE,
        "summit <= 2030-06-30 and",
        "summit <= 30/6/2030 and",
        "column 11: 'summit' is compared with a day, such as 2025-08-31",
    ),
    Break(
        CASE,
        "    only_if",
        "    decided_on: 2031-01-31\n    only_if",
        "decided_on: 2031-01-31 must lie after 2030-01-01 and not after 2030-12-31",
    ),
    Break(
        JUDGMENTS,
        "0.05,2030-02-10",
        "0.05,2/10/2030",
        "value: '2/10/2030' is not a date: a spreadsheet's date, in which day and month can't be told apart",
    ),
    Break(
        JUDGMENTS,
        "0.05,2030-02-10",
        "0.05,47523",
        "value: summit needs a date; '47523' is not a date: this is a spreadsheet's day number; if 2030-02-09",
    ),
    Break(JUDGMENTS, "0.05,2030-02-10", "0.05,10-Feb-30", "'10-Feb-30' is not a date: write 2030-02-10"),
    Break(JUDGMENTS, "0.05,2030-02-10", "0.05,2030. 2. 10.", "'2030. 2. 10.' is not a date: write 2030-02-10"),
    Break(
        JUDGMENTS, "0.05,2030-02-10", "0.05,２０３０-０２-１０", "it has full-width digits or signs; write 2030-02-10"
    ),
    Break(
        JUDGMENTS,
        "0.05,2030-02-10",
        "0.05,2029-12-24",
        "2029-12-24 lies before the window, which begins the day after 2030-01-01",
    ),
    Break(
        JUDGMENTS,
        "0.95,2030-11-20",
        "0.95,2030-12-31",
        "must lie before the end of the window, 2030-12-31; the rest belongs into a row `never`",
    ),
    Break(
        JUDGMENTS,
        "history,2030-01-01,1,summit,,never",
        "history,2031-01-01,1,summit,,never",
        "as_of: 2031-01-01 lies after the end of the case",
    ),
    Break(
        SIGNALS,
        "s2,2030-02-20T09:30+09:00",
        "s2,2030-02-20T09:30",
        "has no offset from UTC: write 2030-02-20T09:30+09:00",
    ),
    Break(
        SIGNALS,
        "s5,2030-03-06,",
        "s5,2030년 3월 6일,",
        "published: '2030년 3월 6일' is not a date or date-time: write 2030-03-06",
    ),
    Break(
        SIGNALS,
        "s5,2030-03-06,2030-03-05",
        "s5,2030-03-06,2030-03-08",
        "happened: more than a day after it was published",
    ),
    Break(SIGNALS, "s5,2030-03-06,", "s5,1030-03-06,", "the year must lie between 1900 and 2200"),
    Break(
        SIGNALS,
        "2030-05-01,2030-06-30",
        "2030-07-01,2030-06-30",
        "target_to: 2030-06-30 lies before target_from, 2030-07-01",
    ),
    Break(
        SIGNALS, "2030-05-01,2030-06-30", ",", "window_named bears on summit by target: give target_from and target_to"
    ),
    Break(RESOLUTIONS, ",2030-05-20,both", ",2031-05-20,both", "2031-05-20 lies outside the window"),
    Break(
        RESOLUTIONS,
        "summit,2030-05-20,2030-05-20T18:00+09:00,2030-05-20",
        "basing,2030-05-20,2030-05-20T18:00+09:00,maybe",
        "outcome: basing has no level 'maybe'",
    ),
    Break(
        RESOLUTIONS,
        "summit,2030-05-20,2030-05-20T18:00+09:00,2030-05-20",
        "summit,2030-05-20,2030-05-20,not applicable",
        "summit always applies (it has no only_if)",
    ),
    Break(RESOLUTIONS, "2030-05-20T18:00+09:00", "2030-05-10", "an outcome can't be known before there is one"),
    Break(
        RESOLUTIONS, ",2030-05-20,both", ",2030-05-20..2030-05-10,both", "range 2030-05-20..2030-05-10 runs backwards"
    ),
    Break(RESOLUTIONS, ",2030-05-20,both", ",never..2030-05-10,both", "the range never..2030-05-10 runs backwards"),
    Break(RESOLUTIONS, ",2030-05-20,both", ",2030-05-20..2031-05-01,both", "2031-05-01 lies outside the window"),
    Break(RESOLUTIONS, ",2030-05-20,both", ",..,both", "'..' has no end; write a value, or a range such as a..b"),
    Break(RESOLUTIONS, ",2030-05-20,both", ",May..June,both", "'May' is not a date: write YYYY-MM-DD"),
    Break(
        RESOLUTIONS,
        "summit,2030-05-20,2030-05-20T18:00+09:00,2030-05-20",
        "cost,2030-05-20,2030-05-20,12..10",
        "the range 12..10 runs backwards",
    ),
    Break(
        RESOLUTIONS,
        "summit,2030-05-20,2030-05-20T18:00+09:00,2030-05-20",
        "cost,2030-05-20,2030-05-20,90..110",
        "110 lies outside the bounds in case.yaml",
    ),
    Break(
        RESOLUTIONS,
        "summit,2030-05-20,2030-05-20T18:00+09:00,2030-05-20",
        "basing,2030-05-20,2030-05-20,yes..partly",
        "the range yes..partly runs backwards",
    ),
    Break(
        RESOLUTIONS,
        "summit,2030-05-20,2030-05-20T18:00+09:00,2030-05-20",
        "venue,2030-05-20,2030-05-20,capital..해변",
        "venue is nominal: its levels have no order, and so no range; write one of them",
    ),
    Break(
        RESOLUTIONS,
        "2030-05-20,both offices\n",
        "2030-05-20,both offices\nsummit,2030-05-21,2030-05-22,2030-05-21,later\n",
        "already resolved on line 2; a question is resolved once (only a range can be narrowed",
        1,
    ),
    Break(
        RESOLUTIONS,
        "2030-05-20,both offices\n",
        "2030-05-20..2030-05-22,both\nsummit,2030-05-21,2030-05-20T18:00+09:00,2030-05-21,later\n",
        "summit stands on line 2, and what narrows it must be known later",
        1,
    ),
]

COUNTED = [
    Break(
        BOOK,
        "    coverage: exhaustive\n    base_rate: [4, 6, 9]\n",
        "    base_rate: [4, 6, 9]\n",
        "codes.rallied.kind: counted needs `coverage: exhaustive`",
        -1,
    ),
    Break(
        BOOK,
        "    kind: counted\n    coverage: exhaustive\n    base_rate: [4, 6, 9]\n",
        "    kind: counted\n    coverage: exhaustive\n",
        "exhaustive needs base_rate, the number expected a month",
        1,
    ),
    Break(
        BOOK,
        "    kind: counted\n",
        "    kind: counted\n    group: {name: crowd}\n",
        "counted doesn't go with group: each event counts",
    ),
    Break(
        BOOK,
        '{"no": 1.5, partly: 1, "yes": 0.7}',
        '{"no": 1.5, partly: 1, "yes": 0.7}, by_speaker: {mayor: {"no": 2}}',
        "counted doesn't go with by_speaker: a count has no speaker",
        -5,
    ),
    Break(BOOK, "dispersion: 0.4", "dispersion: -1", "dispersion: must be 0 (Poisson), or lie between 1e-06 and 1000"),
    Break(BOOK, "dispersion: 0.4", "dispersion: [0, 0.4, 1]", "variance = mean + dispersion * mean^2"),
    Break(BOOK, "dispersion: 0.4", "dispersion: much", "must be a number, or three: [low, middle, high], got 'much'"),
    Break(
        BOOK,
        "    base_rate: 2\n",
        "    base_rate: 2\n    dispersion: 0.3\n",
        "codes.lowered.dispersion: goes with kind: counted only",
        1,
    ),
    Break(BOOK, "codes: [backed, opposed]", "codes: [backed, rallied]", "rallied is counted, and never one of"),
    Break(SIGNALS, "raised,ministry", "rallied,ministry", "rallied is counted: its news stands in counts.csv"),
    Break(
        BOOK,
        "    base_rate: 2\n",
        "    base_rate: 2\n    count_as: presence\n",
        "codes.lowered.count_as: presence goes with kind: counted only",
        1,
    ),
    Break(COUNTS, "02-03,rallied", "02-03,raised", "raised is of kind signal: its news stands in signals.csv"),
    Break(COUNTS, "02-03,rallied", "02-03,ralied", "code: 'ralied' is not defined; did you mean 'rallied'?"),
    Break(COUNTS, "paper,2", "papre,2", "source: 'papre' is not defined; did you mean 'paper'?"),
    Break(COUNTS, "paper,2", "paper,-2", "count: must be at least 0, got -2"),
    Break(COUNTS, "paper,2", "paper,2.5", "count: '2.5' must be a whole number"),
    Break(COUNTS, "paper,2", "paper,", "count is missing"),
    Break(COUNTS, "2030-01-28,2030-02-03", "2030-02-03,2030-01-28", "to: 2030-01-28 lies before from, 2030-02-03"),
    Break(COUNTS, "2030-02-04,2030-01-28", "2030-02-01,2030-01-28", "lies before the period ends, 2030-02-03"),
    Break(COUNTS, "2030-01-28,2030-02-03", "2030-01-28,2030-02-04", "overlaps 2030-01-28..2030-02-04 on line 2", 1),
    Break(COUNTS, "2030-02-14,", "2030-02-11,", "rallied 2030-02-04..2030-02-10 stands on line 3 with the same time"),
    Break(COUNTS, "paper,1,found", "ministry,1,found", "paper counts rallied 2030-02-04..2030-02-10 on line 3"),
    Break(COUNTS, "count,note", "count,notes", "no column is called 'notes'; did you mean 'note'?"),
    Break(COUNTS, "published,from", "published,form", "no column is called 'form'; did you mean 'from'?"),
]

SPREADSHEET = [
    Break(SIGNALS, "s5,2030-03-06", "1.23E+11,2030-03-06", "a spreadsheet rounded this id to a number"),
    Break(SIGNALS, "s5,2030-03-06", "2-Jan,2030-03-06", "a spreadsheet made a date of this id"),
    Break(SIGNALS, "raised,ministry", "raised,#REF!", "source: '#REF!' is a spreadsheet's error, not a value"),
    Break(SIGNALS, "s5,2030-03-06", "s5,########", "'########' is a spreadsheet's error"),
    Break(
        JUDGMENTS,
        "cost,,quantile,0.5,8",
        'cost,,quantile,0.5,"8,5"',
        "'8,5' is not a number: write 8.5 with a decimal point, or 85 without a separator",
    ),
    Break(JUDGMENTS, "never,,0.2", "never,,20%", "'20%' is not a number: write 0.2"),
    Break(JUDGMENTS, "never,,0.2", "never,,０.２", "it has full-width digits or signs; write 0.2"),
    Break(
        JUDGMENTS,
        "cost,,quantile,0.5,8,",
        "cost,,quantile,0.5,8",
        "has 8 cells where the header has 9: an empty cell still needs its comma",
    ),
    Break(
        JUDGMENTS,
        "never,,0.2,",
        "never,,0.2,who knows, really",
        "has 10 cells where the header has 9: a text with a comma in it must stand in quotes",
    ),
    Break(JUDGMENTS, "never,,0.2,", 'never,,0.2,"a "quote" in it"', "is not valid CSV here"),
    Break(
        SIGNALS, "published,happened", "publishd,happened", "no column is called 'publishd'; did you mean 'published'?"
    ),
    Break(SIGNALS, "credibility,document", "credibility,credibility", "the column 'credibility' stands twice"),
    Break(SIGNALS, ",retracted,s2,", ",retracted,,", "status: retracted needs `supersedes`"),
    Break(SIGNALS, ",retracted,s2,", ",retracted,s4,", "no row above has this id and this coder"),
    Break(
        SIGNALS,
        "backed,paper,,,,,,,,,kim",
        "backed,paper,,,,absent,,,,,kim",
        "observed: 'absent' goes with codes of kind per_document only",
    ),
]

ALL = [*NUMBERS, *BANDS, *DATES, *COUNTED, *SPREADSHEET]


@pytest.mark.parametrize("broken", ALL, ids=str)
def test_one_fault_at_its_line(broken: Break, only_fault: Callable[[Break], Fault]) -> None:
    assert broken.words in only_fault(broken).message

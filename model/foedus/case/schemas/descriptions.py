"""What each field of case.yaml and codebook.yaml means, in a line: what an editor shows beside it."""

from __future__ import annotations

_ASKED = {
    "title": "How a reader calls it; default: the id in words.",
    "resolves": "What settles it, and by whose clock: so exact that two readers would agree on the outcome.",
    "half_life": "Days after which half of the plans that stood still stand, or a band; inf: plans never change.",
    "only_if": "The condition (as in `when`) under which it is asked at all; else its outcome is `not applicable`.",
    "resolves_with": "For a nominal question: the timing question that is its parent, on whose day it is settled.",
    "date_zone": "IANA time zone in which its dates are read; default: the case's.",
}
_FIT = {"fit": "The curve through judgments: points (through every one of them, the default), a family, or best."}
_DECIDED = {"decided_on": "The day on which its outcome is settled, where that is known; default: the horizon."}
_SCENARIO = {
    "when": "Comparisons of questions with a day, level or number, joined by and, or, not; can name a scenario.",
    "title": "How a reader calls it; default: the id in words.",
    "description": "What it would mean, in a sentence or two.",
}

DESCRIPTIONS: dict[str, dict[str, str]] = {
    "Level": {
        "id": "Its name in expressions, judgments.csv and multipliers.",
        "title": "How a reader calls it; default: the id in words.",
        "means": "What counts as this level.",
    },
    "Timing": _ASKED
    | _FIT
    | {
        "type": "timing: a day, or never.",
        "opens": "The day after which it can happen; default: the case's.",
        "horizon": "The last day that counts; later is never. Default: the case's.",
    },
    "Ordinal": _ASKED | _DECIDED | {"type": "ordinal: levels in order.", "levels": "The levels, lowest first."},
    "Quantity": _ASKED
    | _DECIDED
    | _FIT
    | {
        "type": "quantity: a number.",
        "unit": "What the number counts, such as % change over 2029.",
        "lower": "The least it can be; left away: no bound.",
        "upper": "The most it can be; left away: no bound.",
    },
    "Nominal": _ASKED
    | _DECIDED
    | {
        "type": "nominal: levels without an order.",
        "levels": "The levels, in any order.",
        "parent": "The question that it hangs on: judgments on it can be given under conditions on that one.",
    },
    "Expert": {
        "fit": "The curve through this member's judgments of days and quantities; overrides the question's.",
        "kind": "A person, a base rate from past cases, or a market.",
        "weight": "How much this member counts against the others, where pooling weights are `given`.",
        "title": "How a reader calls this member.",
        "data_until": "The last day that these judgments know of: earlier news is already in them.",
        "since": "Where the waiting times of its cases in reference_class.csv begin; default: when the question opens.",
        "source": "Where the judgments come from.",
        "illustrative": "The numbers are invented; they are marked as such wherever they appear.",
    },
    "Scenario": _SCENARIO,
    "Headline": _SCENARIO
    | {
        "say": 'Completes "the chance that ...", and in Korean "... 가능성": end in an adnominal form (만날, 나올).',
    },
    "CalendarDate": {
        "date": "The day to watch.",
        "title": "What happens on it.",
        "when": "What would have happened by then: the report shows what that would change.",
    },
    "Pooling": {
        "method": "How the experts' distributions become one prior: see `foedus elicit compare`.",
        "weights": "Equal, as given in the panel, or by performance on the questions of seeds.csv.",
        "alternatives": "Rules that parameter draws take as often as `method`: their disagreement widens the ranges.",
        "cutoff": "Calibration below which an expert has no weight by performance; default: the best one.",
        "beta": "Shapes [a, b] of method beta; default: fitted to the questions of seeds.csv.",
        "extremizing": "Factor of method log_odds; default: Neyman and Roughgarden's, moved by yes/no seed questions.",
    },
    "Settings": {
        "draws": "Parameter draws; more of them, less Monte Carlo error.",
        "points": "Outcome draws for each parameter draw.",
        "shared_error": "Standard deviation, in log-odds, of the error that all experts share.",
        "weight_concentration": "How sure the experts' weights are; default: the number of experts.",
        "tempering": "n signals on one question in the week around each count 1 / (1 + tempering (n - 1)).",
        "max_per_week": "At most so many signals of each code count on one question in any seven days: the strongest.",
        "spread": "Factor either way (a 90 % band) on multipliers that are written without a band.",
        "shared_telling": "Part of the uncertainty of how telling a code is that all codes share.",
        "dependence_spread": "Standard deviation of the log of how strongly questions hang together.",
        "half_life": "Days, or a band, for questions that give no half-life of their own.",
        "limits": "What the forecast's diagnostics are held against.",
    },
    "LimitsGiven": {
        "ess": "Least effective sample size of the outcome draws; default 400.",
        "outer_ess": "Least effective number of parameter draws; default 50.",
        "pareto_k": "Largest Pareto k of the weights; default 0.7.",
        "mcse": "Largest Monte Carlo error of a probability (0.01 is a point); default 0.01.",
    },
    "CaseFile": {
        "format": "Version of the file format: 1.",
        "id": "Short name of the case; names the folder of its report.",
        "title": "How a reader calls the case.",
        "timezone": "IANA time zone in which bare dates are read, such as Asia/Seoul.",
        "opens": "The forecast looks at what happens after this day.",
        "horizon": "The last day that it looks at.",
        "questions": "What is asked, by id.",
        "panel": "Who was asked, by id.",
        "scenarios": "The futures to watch, by id; they may overlap and need not cover everything.",
        "headlines": "Propositions that the report leads with, by id.",
        "calendar": "Dates to watch.",
        "pooling": "How the panel becomes one prior.",
        "settings": "Stated defaults of the model and the sampler.",
    },
    "Group": {
        "name": "Name of the intent; codes with the same name share one group.",
        "cap": "What counts of a group's signals: the strongest, their average, or all.",
        "within": "Days within which they are capped together; default: always.",
    },
    "Bearing": {
        "by": "What the keys of the multipliers are: level, value, date, lead (days from the signal), or target.",
        "multipliers": "For each kind of outcome: how often the signal comes on course for it, against a typical one.",
        "probability_present": "For codes read in every document: the probability that the line stands in it; for a "
        "discrepancy: that one side's text has it and the other's leaves it out.",
        "by_speaker": "Multipliers that differ where a certain speaker says it, by speaker.",
        "spread": "Factor either way (a 90 % band) on multipliers without a band; default: the code's.",
        "basis": "Where the numbers come from: empirical, elicited or assumed.",
        "source": "The study, elicitation or argument that they come from.",
    },
    "Code": {
        "title": "How a reader calls this kind of news.",
        "definition": "What counts as it, so that two coders would agree.",
        "include": "What also counts.",
        "exclude": "What does not count.",
        "near_misses": "What looks like it and is coded as something else.",
        "examples": "Sentences from the news that count.",
        "plover": "The nearest PLOVER event: AGREE, CONSULT:visit, or {event, mode, contexts}.",
        "cameo": "The nearest CAMEO event codes, in quotes: they begin with 0.",
        "requires": "What a row with this code must say in a column, such as {actor_level: [leader]}.",
        "kind": "signal: comes or not; per_document: a line looked for in each document; discrepancy: a line that is "
        "in one side's text of a meeting and not in the other's; counted: see counts.csv.",
        "of": "Of a discrepancy: the per_document code of the line, or a list of one for each side, said_by first.",
        "said_by": "Of a discrepancy: the sides (ISO 3166 alpha-3, as sources have it) whose text has the line.",
        "left_out_by": "Of a discrepancy: the sides whose text leaves it out.",
        "sees": "Whether it shows the course that things are on (which can change), or the outcome itself.",
        "group": "Signals of one intent, which echo each other.",
        "bears_on": "How telling it is, for each question that it speaks about.",
        "base_rate": "How many a month (30.44 days) come on a course with multiplier 1, or a band.",
        "coverage": "seen: only what was found counts; exhaustive: all of it was looked for, so silence counts too.",
        "dispersion": "Of counts: variance = mean + dispersion * mean^2, or a band; default: 0, Poisson.",
        "spread": "Factor either way (a 90 % band) on multipliers without a band; default: the case's.",
        "contradicts": "Codes that it says the opposite of, as a denial of a report: where both are coded, it is told.",
        "max_per_week": "At most so many signals of it count on one question in any seven days: the strongest.",
        "since": "Version of the codebook in which it came in.",
        "deprecated": "Version of the codebook from which it is no longer coded.",
        "replaced_by": "The code that rows with this deprecated one are read as.",
        "note": "Anything that a coder or reader should know.",
    },
    "Plover": {
        "event": "What happened: one of PLOVER's sixteen types.",
        "mode": "How, such as visit or phone.",
        "contexts": "Why, or in which field, such as diplomatic or military.",
    },
    "Combination": {
        "codes": "The codes that are voiced in one statement.",
        "bears_on": "How telling they are together, in place of each alone.",
    },
    "Source": {
        "title": "How a reader calls it.",
        "reliability": "Admiralty letter: A completely reliable to E unreliable; F can't be judged.",
        "type": "What kind of source it is, such as official_document, wire or machine.",
        "credence": "Probability that what it reports is so, or a band; overrides the letter.",
        "side": "ISO 3166 alpha-3 code of the state that it speaks for, if any.",
        "url": "Where it is found.",
        "note": "Why it is graded as it is.",
    },
    "Codebook": {
        "format": "Version of the file format: 1.",
        "version": "Version of this codebook: MAJOR.MINOR.PATCH.",
        "based_on": "The codebook and version that this one began as.",
        "title": "How a reader calls it.",
        "codes": "Kinds of news that count, by id.",
        "combine": "Joint multipliers of codes voiced in one statement.",
        "sources": "Outlets, offices and persons that report, by id.",
        "topics": "Titles of what `issue` in signals.csv names beside questions, and of meetings (`event`).",
    },
    "Text": {"en": "English.", "ko": "Korean."},
    "Band": {"low": "Its 5 % point.", "middle": "Its median.", "high": "Its 95 % point."},
}

COLUMNS: dict[str, str] = {  # of signals.csv
    "id": "Name of the signal; the same for every coder of it.",
    "published": "When it could be read: a day, or a date-time with its offset. From then on it is known.",
    "happened": "When what it reports happened: a day, a date-time, a week (2025-W31) or a month (2025-07).",
    "code": "What it counts as: a code of codebook.yaml.",
    "source": "Who reports it: a source of codebook.yaml.",
    "speaker": "Whose words they are, by office.",
    "speaker_as_stated": "The speaker as the report names him or her.",
    "credibility": "How credible the report is, apart from its source; left empty, it can't be judged (6).",
    "statement": "The same name for codes that were voiced in one breath.",
    "event": "The same name for reports of one event: they count once.",
    "origin": "The same name for copies of one text: they count once.",
    "independent": "yes where this origin had its own access to the event.",
    "document": "The same name for the lines of one readout or communique.",
    "observed": "For a line of a document: whether it stands in it.",
    "target_from": "First day of the window that the signal names.",
    "target_to": "Last day of that window.",
    "status": "Whether the row stands, corrects another, or withdraws one.",
    "supersedes": "The id of the row that this one corrects or withdraws.",
    "actor": "Who acts or speaks: ISO 3166 alpha-3, several joined by ;, a role may follow (USAMIL).",
    "recipient": "To whom: written as actor. All who take part in a meeting are actors.",
    "actor_level": "At which level.",
    "auxiliary": "Whether it happened, is announced, is possible, is past, or is denied.",
    "issue": "What it is about: questions or topics of the codebook, several joined by ;.",
    "confirmed_by_other_side": "Whether the other side says so too.",
    "quote": "The words that it rests on, at most 500 characters.",
    "language": "Of the quote: BCP 47, such as ko or en.",
    "url": "Where it is found.",
    "archive_url": "Where a copy is kept.",
    "published_zone": "IANA time zone in which a bare `published` is a civil day; default: the case's.",
    "happened_zone": "IANA time zone in which a bare `happened` is a civil day, week or month; default: the case's.",
    "coder": "Who coded it; a pseudonym will do. Several coders of one id are compared; `adjudicated` decides.",
    "coded_at": "When it was coded.",
    "codebook_version": "Version of the codebook that it was coded with.",
    "note": "Anything else.",
}

"""The codebook's pages in English: labels, what each column of signals.csv holds, and how to code."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    "cb_series": "Codebook",
    "cb_document": "Codebook: {title}",
    "cb_version_label": "Version",
    "cb_based_on": "Based on {what}.",
    "cb_counts": "{codes} codes on {questions} questions, {sources} sources.",
    "cb_lead": (
        "A code is one kind of news. Its **multiplier** answers: of ten situations on course for this outcome, how "
        "many would show the signal, against a typical situation? **1** says nothing; only ratios matter."
    ),
    "cb_read": "How to read the small pictures",
    "cb_read_note": (
        "The dot is the middle, the line its 90% band, on a scale of multipliers; the upright line is 1, where a "
        "signal says nothing. A triangle: the band goes on. Colour and word say where the numbers come from."
    ),
    "cb_read_spread": "Numbers without a band are taken as known up to a factor of {s} at the furthest.",
    "cb_basis": "Where numbers come from",
    "cb_word_empirical": "empirical",
    "cb_word_elicited": "elicited",
    "cb_word_assumed": "assumed",
    "cb_basis_one": "{label}: {meaning}",
    "cb_basis_empirical": "the source says in which, and how many cases",
    "cb_basis_elicited": "the source names them",
    "cb_basis_assumed": "a guess of whoever wrote the codebook; nothing to check it against",
    "cb_contents": "Contents",
    "cb_contents_note": ("By question, then by topic. Codes that speak of several questions stand under each."),
    "cb_recorded": "Recorded, bears on no question",
    "cb_topics": "Topics",
    "cb_topic_group": "On the topics: {topics}",
    "cb_topics_note": "Column issue names a question by its id, or one of these, several joined by ;.",
    "cb_howto": "How to code",
    "cb_combine": "Several codes in one statement",
    "cb_combine_note": (
        "Voiced in one breath they count once, with this joint multiplier; other pairs count as a product."
    ),
    "cb_sources": "Sources",
    "cb_sources_note": (
        "Credence: the chance that a report of theirs reflects a real event, middle and 90% band, before the "
        "credibility of the single report (1 to 6) moves it."
    ),
    "cb_source_name": "Source",
    "cb_source_letter": "Reliability",
    "cb_source_credence": "Credence",
    "cb_source_given": "given",
    "cb_source_side": "speaks for {state}",
    "cb_index": "Index of words",
    "cb_index_note": "Words of titles, and the codes that hold them, with their pages.",
    "cb_question_resolves": "Settled by: {text}",
    "cb_levels": "Levels",
    "cb_include": "Count",
    "cb_exclude": "Do not count",
    "cb_near": "Near misses",
    "cb_examples": "Examples",
    "cb_note": "Note",
    "cb_no_definition": "No definition is given.",
    "cb_plover": "PLOVER",
    "cb_cameo": "CAMEO",
    "cb_mode": "mode {mode}",
    "cb_kind": "Kind",
    "cb_kind_signal": "One row for each report of it.",
    "cb_kind_per_document": (
        "A line of a document: each document gets a row that says present, absent or not_seen. Its absence counts too."
    ),
    "cb_kind_discrepancy": "Not coded as a row: it follows from the lines of two sides' texts on one meeting.",
    "cb_discrepancy": "Discrepancy",
    "cb_discrepancy_of": "{lines}: {said} says it, {left} leaves it out.",
    "cb_discrepancy_all": "{lines}: {said} say it.",
    "cb_discrepancy_none": "{lines}: {left} leave it out.",
    "cb_contradicts": "Contradicts",
    "cb_kind_counted": "Comes as counts over periods, in counts.csv.",
    "cb_sees": "Speaks of",
    "cb_sees_course": "The course that events are on; it fades as plans are made anew.",
    "cb_sees_outcome": "The outcome itself: it commits, and does not fade.",
    "cb_coverage": "Coverage",
    "cb_coverage_exhaustive": "All that there are get coded, so silence counts.",
    "cb_group": "Shares an intent with",
    "cb_repeats": "Repeats",
    "cb_cap_strongest": "the strongest counts",
    "cb_cap_average": "they count as their average",
    "cb_cap_all": "all count",
    "cb_within": "{cap}, within {days} days",
    "cb_week": "Cap",
    "cb_week_n": "No more than {n} in a week.",
    "cb_requires": "The row must say",
    "cb_requires_one": "{column}: {words}",
    "cb_or": " or ",
    "cb_rate": "Base rate",
    "cb_rate_one": "{middle} a month",
    "cb_rate_band": "{middle} a month ({low} to {high})",
    "cb_dispersion": "Scatter of counts",
    "cb_spread": "Spread",
    "cb_spread_n": "Numbers without a band are known up to a factor of {s} at the furthest.",
    "cb_spread_certain": "Numbers without a band are taken as certain.",
    "cb_since": "In the book since",
    "cb_deprecated": "Deprecated since {version}.",
    "cb_deprecated_to": "Deprecated since {version}; use instead: {code}.",
    "cb_agreement": "Measured agreement",
    "cb_agreement_n": "alpha {alpha} ({low} to {high}); {units} units, {coders} coders",
    "cb_agreement_bare": "alpha {alpha}; {units} units, {coders} coders",
    "cb_by_unit": "{by}: {unit}",
    "cb_by_level": "by level",
    "cb_by_value": "by value",
    "cb_by_date": "by date",
    "cb_by_lead": "by days from the signal to the date on course",
    "cb_by_target": "relative to the days that the signal names",
    "cb_present": "chance that the line is present",
    "cb_key_before": "before them",
    "cb_key_within": "within them",
    "cb_key_after": "up to {n} days after",
    "cb_key_days": "up to {n} days ahead",
    "cb_key_value": "up to {n}",
    "cb_key_date": "by {day}",
    "cb_key_above": "above",
    "cb_key_later": "later",
    "cb_key_never": "never",
    "cb_said_by": "said by {speaker}",
    "cb_source": "Source: {text}",
    "cb_rules_out": "0, rules it out",
    "cb_alt": "Multipliers of {code} on {question}: {rows}.",
    "cb_header_band": "Outcome",
    "cb_header_number": "Middle [band]",
    "cb_word": "Word",
    "cb_column": "Column",
    "cb_meaning": "What it holds",
    "cb_needed": "required",
    # -- how to code ---------------------------------------------------------------------------------------------
    "cb_rule_row": "One signal, one row",
    "cb_rule_row_1": (
        "A row of signals.csv is one coded signal in one report: what was said or done, by whom, when, and where it "
        "was read. Two codes in one report are two rows."
    ),
    "cb_rule_row_2": (
        "Read the definition, then what counts and what does not; where two codes fit, the near misses decide. Code "
        "what the text says, never what you expect."
    ),
    "cb_rule_row_3": (
        "Only id, published, code and source are required. Leave a cell empty rather than guess: an empty "
        "credibility is read as 6, can't be judged."
    ),
    "cb_rule_dates": "Dates and time zones",
    "cb_rule_dates_1": (
        "Write dates as 2025-08-01, a time of day with its offset: 2025-08-01T09:52+09:00. Other forms are refused, "
        "never guessed."
    ),
    "cb_rule_dates_2": (
        "published is when it could be read: it decides from when the signal is known. happened is when it took "
        "place; a month (2025-07) or week (2025-W31) will do."
    ),
    "cb_rule_dates_3": (
        "A bare day is the whole civil day in the case's time zone, or in published_zone and happened_zone. An "
        "evening in Washington is the next day in Seoul."
    ),
    "cb_rule_joins": "What belongs together",
    "cb_rule_joins_1": "event: the same name on all reports of one event; they count once, with the best source.",
    "cb_rule_joins_2": (
        "origin: the same name on copies of one text (a wire story and those who print it). independent = yes only "
        "where an origin had its own access; only such origins add up."
    ),
    "cb_rule_joins_3": (
        "statement: the same name on codes voiced in one breath, so that a claim and its dampener count together."
    ),
    "cb_rule_joins_4": (
        "document: the same name on the lines of one readout or communique. Read the whole text before you write "
        "absent."
    ),
    "cb_rule_joins_5": (
        "A correction or retraction is a new row with its own published and supersedes; nothing is deleted."
    ),
    "cb_rule_not": "What not to code",
    "cb_rule_not_1": "The outcome itself: it goes into resolutions.csv.",
    "cb_rule_not_2": (
        "Forecasts, opinion and inference without a source who could know; background that changes nothing."
    ),
    "cb_rule_not_3": "A repetition with nothing new: give it the event of the first report, or leave it.",
    "cb_rule_not_4": (
        "Silence. Only codes with coverage exhaustive and lines of documents make use of it, by themselves."
    ),
    "cb_rule_not_5": "A name for an unnamed source, whatever you believe to know.",
    "cb_rule_two": "Two coders",
    "cb_rule_two_1": (
        "Code alone, on the same reports, with the same id and your own name in coder. Compare afterwards; keep "
        "both rows where you differ: the disagreement is used."
    ),
    "cb_columns": "Columns of signals.csv",
    "cb_controlled": "Controlled words",
    "cb_controlled_note": "These columns and fields take these words and no others.",
    # -- columns -------------------------------------------------------------------------------------------------
    "cb_col_id": "name of the row; the same for all coders of one report",
    "cb_col_published": "when it could be read: a day, or a time with its offset",
    "cb_col_happened": "when it took place: a time, day, week or month",
    "cb_col_code": "a code of this book",
    "cb_col_source": "a source of this book: where you read it, or who speaks",
    "cb_col_speaker": "who speaks, as an id of your own that multipliers by speaker use",
    "cb_col_speaker_as_stated": "the speaker in the words of the report",
    "cb_col_credibility": "1 to 6: how credible this report is, whoever brings it",
    "cb_col_statement": "joins codes voiced in one breath",
    "cb_col_event": "joins reports of one event",
    "cb_col_origin": "joins copies of one text",
    "cb_col_independent": "yes where the origin had its own access",
    "cb_col_document": "joins the lines of one document",
    "cb_col_observed": "of a line: is it in the document?",
    "cb_col_target_from": "first day that the signal names",
    "cb_col_target_to": "last day that the signal names",
    "cb_col_status": "active, or what this row does to an earlier one",
    "cb_col_supersedes": "id of the row that it corrects or retracts",
    "cb_col_actor": "whose act it is: ISO 3166 alpha-3, several joined by ;, a role may follow (USAMIL)",
    "cb_col_recipient": "towards whom, likewise; empty where all take part alike",
    "cb_col_actor_level": "the highest level on the acting side",
    "cb_col_auxiliary": "did it happen, is it announced, only possible, past, or denied?",
    "cb_col_issue": "questions or topics it is about, joined by ;",
    "cb_col_confirmed_by_other_side": "does the other side confirm it?",
    "cb_col_quote": "the words themselves, at most 500 characters",
    "cb_col_language": "language of the quote: ko, en",
    "cb_col_url": "where it can be read",
    "cb_col_archive_url": "where a copy is kept",
    "cb_col_published_zone": "time zone of a bare published, such as America/New_York",
    "cb_col_happened_zone": "time zone of a bare happened",
    "cb_col_coder": "who coded it",
    "cb_col_coded_at": "when it was coded",
    "cb_col_codebook_version": "version of this book it was coded with",
    "cb_col_note": "anything a later reader needs",
}

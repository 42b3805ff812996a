"""English: two sides' accounts of one meeting, in the report and on the command line."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    "ro_title": "{n} of {total} topics stand in the texts of both sides",
    "ro_note": "What each side's own text has of the meeting of {day} ({meeting}), topic by topic.",
    "ro_topic": "Topic",
    "ro_pattern": "Who says it",
    "ro_said": "said",
    "ro_left_out": "left out",
    "ro_not_seen": "not seen",
    "ro_not_coded": "not coded",
    "ro_both": "both",
    "ro_only": "{side} only",
    "ro_open": "open",
    "ro_neither": "neither",
    "ro_new": "{pattern}, new",
    "ro_sum_both": "{n} in both",
    "ro_sum_only": "{n} in the {side} text alone",
    "ro_sum_open": "{n} open",
    "ro_sum_neither": "{n} in neither",
    "ro_open_means": "Open: a text was not seen, or not read, for this topic; that counts for neither side.",
    "ro_counts": "Bold: the two lines are one piece of evidence, a coded discrepancy.",
    "ro_previous": "Against the texts of {day}: {n} topics are new; no longer said: {topics}.",
    "ro_previous_none": "Against the texts of {day}: {n} topics are new; nothing said then is missing.",
    "ro_document": "Readouts: {title}",
    "ro_series": "Two accounts of one meeting",
    "ro_as_of": "as known on",
}

"""English: two sides' accounts of one meeting, in the report and on the command line."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    "ro_title": "Both sides' texts have {n} of the {total} topics that can be compared",
    "ro_title_none": "No topic can be compared yet",
    "ro_note": "{meeting}, {day}: what each side's own text says and leaves out.",
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
    "ro_silent": "In neither: {topics}.",
    "ro_open_means": "Open: one text was not seen, or not read, on this topic, so that the two can't be compared.",
    "ro_counts": "*: the two lines are one piece of evidence, a coded discrepancy.",
    "ro_previous": "Against the texts of {day}, as coded: {n} new; no longer said: {topics}.",
    "ro_previous_none": "Against the texts of {day}, as coded: {n} new; nothing said then is missing.",
    "ro_document": "Readouts: {title}",
    "ro_as_of": "as known on",
}

"""What `foedus check` writes in English: the heat map of codes by week."""

PHRASES: dict[str, str] = {
    "heat_title": "{n} {events} in {weeks} weeks; most telling is {code:q}, week of {day}",
    "heat_title_periods": "{n} {events} in {weeks} weeks; most telling is {code:q}, {every} weeks from {day}",
    "heat_title_quiet": "Nothing that counts has been seen in {weeks} weeks",
    "heat_event": "event",
    "heat_events": "events",
    "heat_note": "Codes by week. Colour: where it points; depth: how many times as frequent under one outcome as under "
    "another, at most, as it counts. A statement of several codes stands at each of them.",
    "heat_note_periods": "Codes by {every} weeks. Colour: where it points; depth: how many times as frequent under one "
    "outcome as under another, at most, as it counts. A statement of several codes stands at each of them.",
    "heat_alt": "Heat map of {rows} codes by {weeks} weeks. Most telling: {strongest}.",
    "heat_alt_cell": "{code}, week of {day}: {ratio} times, towards {towards}",
    "heat_alt_cell_plain": "{code}, week of {day}: {ratio} times",
    "heat_document": "{title}: codes by week, {as_of}",
    "heat_none": "On no question",
    "heat_less": "below {ratio}×",
    "heat_more": "{ratio}× or more",
    "heat_number": "events",
    "heat_silence": "silence of a code that is looked for everywhere",
    "heat_count": "a count",
    "heat_aside": "counts for nothing",
    "heat_later": "not known yet",
}

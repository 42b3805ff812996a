"""Pictures of how a case was coded, in English."""

PHRASES: dict[str, str] = {
    "cd_series": "Coders compared",
    "cd_as_of": "As of",
    "cd_document": "{title}: coders compared",
    "cd_footer": "Who coded what stands in signals.csv",
    "cd_heading": "{n} coders, {several} of {total} signals read by two or more",
    # -- agreement ------------------------------------------------------------------------------
    "cd_alpha_worst": "Lowest agreement: {name}",
    "cd_alpha_all_firm": "Coders agree firmly on every variable",
    "cd_alpha_none": "Nothing varied enough for an alpha",
    "cd_alpha_note": "Krippendorff’s alpha, 95 % interval over resampled signals. Shaded: firm from .800, tentative "
    "from .667. Right: alpha, share of equal pairs, signals.",
    "cd_alpha_note_decided": "Krippendorff’s alpha, 95 % interval over resampled signals; ring: after what was "
    "decided. Shaded: firm from .800, tentative from .667. Right: alpha, share of equal pairs, signals.",
    "cd_alpha_alt": "Alpha of each variable with its interval. {rows}.",
    "cd_alpha_row": "{name}: {alpha}, {low} to {high}",
    "cd_alpha_row_none": "{name}: no alpha, nothing varied",
    "cd_constant": "nothing varied: no alpha",
    "cd_equal": "equal",
    "cd_signals": "signals",
    "cd_code": "Code",
    "cd_actor_level": "Level of the actor",
    "cd_auxiliary": "Mode: done, announced, denied",
    "cd_credibility": "Credibility, 1 to 5",
    "cd_observed": "Line present or absent",
    "cd_says": "Says of {title:q}",
    # -- confusion ------------------------------------------------------------------------------
    "cd_confusion": "{coder} writes {wrote:q} where {truth:q} fits",
    "cd_confusion_none": "Coders slip on no code in particular",
    "cd_confusion_note": "Row: the code that fits. Column: the code that was written. Number: signals expected there, "
    "given all coders (Bayesian Dawid–Skene); shade: share of the row. Outlined: the right code. +: other codes.",
    "cd_confusion_alt": "For each coder, signals by the code that fits and the code that was written. {rows}.",
    "cd_confusion_row": "{coder}: {slips} slips expected in {n} signals",
}

"""A forecast, explained, as one JSON-able dictionary: every text worded, every number formatted.

The template only lays it out; nothing downstream decides what to say.
"""

from __future__ import annotations

from typing import Any

from foedus.report.material import Material
from foedus.report.sections import dates, frame, lead, movers, outcomes, questions, readouts, said, sureness


def build(material: Material) -> dict[str, Any]:
    """Return the content of every page but the figures, and of the frame, in the order it is read.

    Parameters
    ----------
    material : Material

    Returns
    -------
    dict
        JSON-able. `replaced` notes characters that the fonts don't have, or is empty.
    """
    watches = dates.swings(material)
    content = {
        "lang": material.voice.lang,
        "frame": frame.build(material),
        "lead": lead.build(material, watches),
        "outcomes": outcomes.build(material),
        "said": said.build(material),
        "movers": movers.build(material),
        "dates": dates.build(material, watches),
        "sure": sureness.build(material),
        "questions": questions.build(material),
        "readouts": readouts.build(material),
    }
    return content | {"replaced": material.voice.text("replaced") if material.voice.replaced else ""}

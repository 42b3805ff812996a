"""The controlled words: what the documents accept has labels in both languages, and the schema of a row says so."""

from __future__ import annotations

import json
import re
from typing import Any, Literal, get_args, get_origin

import jsonschema
import pytest

from foedus.case.schemas import HOME, SIGNALS, row_schema
from foedus.case.states import ISO3, NAMES, name_of_state, state_of
from foedus.case.types import Bearing, Plover, Signal, Source
from foedus.case.vocabulary import PLOVER_MODES, WORDS, label


def accepted(annotation: Any) -> set[str]:
    """Words of a Literal, wherever it stands in an annotation."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return set().union(*(accepted(part) for part in get_args(annotation)))


FIELDS = {
    **{name: field.annotation for name, field in Signal.model_fields.items() if name in WORDS},
    "reliability": Source.model_fields["reliability"].annotation,
    "source_type": Source.model_fields["type"].annotation,
    "basis": Bearing.model_fields["basis"].annotation,
    "plover": Plover.model_fields["event"].annotation,
}


@pytest.mark.parametrize("column", WORDS)
def test_what_is_accepted_has_labels_in_both_languages(column: str) -> None:
    assert accepted(FIELDS[column]) == set(WORDS[column])
    for word in WORDS[column]:
        assert label(column, word)
        assert re.search("[가-힣]", label(column, word, "ko")), word


def test_a_word_without_a_label_is_its_own() -> None:
    assert label("speaker", "us_president", "ko") == "us_president"
    assert label("actor_level", "emperor") == "emperor"


def test_modes_belong_to_events() -> None:
    assert set(PLOVER_MODES) <= set(WORDS["plover"])
    assert str(Plover.model_validate("CONSULT:visit")) == "CONSULT:visit"
    with pytest.raises(ValueError, match="CONSULT has no mode 'vist'; did you mean 'visit'"):
        Plover.model_validate("CONSULT:vist")
    with pytest.raises(ValueError, match="AGREE has no mode 'meet'; leave it away"):
        Plover.model_validate("AGREE:meet")


def test_the_schema_of_a_row_is_up_to_date_and_chooses_by_word() -> None:
    assert (HOME / SIGNALS).read_text("utf-8") == row_schema(), "run python -m foedus.case.schemas"
    validator = jsonschema.Draft202012Validator(json.loads(row_schema()))
    row = {"id": "a", "published": "2025-08-01", "code": "c", "source": "s", "actor_level": "leader"}
    assert validator.is_valid(row)
    assert not validator.is_valid(row | {"actor_level": "emperor"})
    assert not validator.is_valid(row | {"publishd": "2025-08-01"})
    assert not validator.is_valid({"id": "a"})


def test_states_by_their_names() -> None:
    assert len(ISO3) == 249
    assert set(NAMES) <= ISO3
    for code, name in NAMES.items():
        assert state_of(code) == code
        assert name_of_state(code, "ko") == name.ko
    assert [state_of(text) for text in ("ROK", "한국", "DPRK", "북한", "PRC", "u.s.", "XBI")] == [
        "KOR", "KOR", "PRK", "PRK", "CHN", "USA", "XBI"
    ]  # fmt: skip

"""Pydantic's errors in plain sentences: the field, the value, and what would be allowed there."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from foedus.case.findings import Findings
from foedus.case.yaml_lines import Located, dotted
from foedus.errors import nearest

_SENTENCES = {
    "missing": "is missing",
    "string_type": "must be a text, got {got}{quote}",
    "bool_type": "must be true or false, got {got}",
    "int_type": "must be a whole number, got {got}",
    "float_type": "must be a number, got {got}",
    "literal_error": "must be {expected}, got {got}",
    "string_pattern_mismatch": "{got} is not a name: begin with a letter, then letters, digits, _ and - only",
    "string_too_long": "must have at most {max_length} characters, got {length}",
    "string_too_short": "must not be empty",
    "too_short": "needs at least {min_length} {noun}, got {actual_length}",
    "too_long": "can have at most {max_length} {noun}, got {length}",
    "greater_than": "must be above {gt}, got {got}",
    "greater_than_equal": "must be at least {ge}, got {got}",
    "less_than_equal": "must be at most {le}, got {got}",
    "finite_number": "must be a finite number, got {got}",
    "tuple_type": "must be a list, as in [a, b], got {got}",
    "dict_type": "must hold fields (`name: value`), got {got}",
    "Text": "must be a text (or {{en: ..., ko: ...}}), got {got}{quote}",
    "Level": "must be a text (or {{id: ..., title: ...}}), got {got}{quote}",
    "Band": "must be a number, or three: [low, middle, high], got {got}",
    "model_type": "must hold fields (`name: value`), got {got}",
    "model_attributes_type": "must hold fields (`name: value`), got {got}",
    "date_type": "must be a date as YYYY-MM-DD, got {got}",
    "union_tag_invalid": "type must be one of {expected_tags}, got '{tag}'",
    "union_tag_not_found": "type is missing: 'timing', 'ordinal', 'quantity' or 'nominal'",
    "value_error": "{error}",
}


def validate[M: BaseModel](model: type[M], file: str, document: Located, findings: Findings) -> M | None:
    """Make a `model` of a document, or note every way in which it is not one.

    Parameters
    ----------
    model : type
        A subclass of `pydantic.BaseModel`.
    file : str
        Name for the faults.
    document : Located
        Plain data with its lines. A line that already has a fault gets no second one.
    findings : Findings
        Where the faults go.

    Returns
    -------
    BaseModel or None
        None where there is a fault.
    """
    try:
        return model.model_validate(document.data, strict=True)
    except ValidationError as error:
        known = findings.at(file)
        details = error.errors(include_url=False)
        deeper = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
        for detail in details:
            if detail["type"] == "too_short" and detail["loc"] in deeper:
                continue  # pydantic counts only the items without a fault
            path = _written_path(detail["loc"], document)
            line = document.line(*path)
            if line not in known:
                findings.fault(file, line, sentence(detail, model, dotted(path)))
        return None


def broken_parts(model: type[BaseModel], document: Located) -> set[tuple[str | int, ...]]:
    """Return the places of the faults in a document, as paths in the data that was written."""
    try:
        model.model_validate(document.data, strict=True)
    except ValidationError as error:
        return {_written_path(detail["loc"], document) for detail in error.errors(include_url=False)}
    return set()


def sentence(detail: ErrorDetails, model: type[BaseModel], place: str) -> str:
    """Say one pydantic error in a sentence that begins with its `place`."""
    kind, loc, value = detail["type"], detail["loc"], detail["input"]
    name = str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        return f"{place}: no such field here; {nearest(name, _fields_at(model, loc[:-1]))}"
    if kind == "missing":
        return f"{place}.{name} is missing" if place else f"{name} is missing"
    context = dict(detail.get("ctx") or {})
    context |= {
        "got": _shown(value),
        "quote": "; put it in quotes" if isinstance(value, (bool, int, float)) else "",
        "length": len(value) if isinstance(value, (str, tuple, dict)) else 0,
        "noun": "entries",
    }
    context |= {name: f"{number:g}" for name, number in context.items() if isinstance(number, float)}
    known = _SENTENCES.get(str(context.get("class_name"))) or _SENTENCES.get(kind)
    said = known.format_map(context) if known else f"{detail['msg']}, got {context['got']}"
    return f"{place}: {said}" if place else said


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, tuple, list)):
        return "fields" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}..."


def _written_path(loc: Sequence[str | int], document: Located) -> tuple[str | int, ...]:
    """Drop from a pydantic location what isn't in the file: the tags of unions, `[key]`, the field that is missing."""
    path: tuple[str | int, ...] = ()
    for part in loc:
        if (*path, part) in document.lines:
            path = (*path, part)
    return path


def _fields_at(annotation: Any, loc: Sequence[str | int]) -> list[str]:
    """Return the field names of the model that stands at `loc`, below `annotation`."""
    for model in _models(annotation):
        if not loc:
            return list(model.model_fields)
        if loc[0] in model.model_fields:
            return _fields_at(model.model_fields[str(loc[0])].annotation, loc[1:])
        if "type" in model.model_fields and loc[0] in typing.get_args(model.model_fields["type"].annotation):
            return _fields_at(model, loc[1:])
    if typing.get_origin(annotation) in (dict, tuple, typing.Annotated, typing.Union, types.UnionType):
        inside = loc[1:] if typing.get_origin(annotation) in (dict, tuple) else loc
        return next((names for part in typing.get_args(annotation) if (names := _fields_at(part, inside))), [])
    return []


def _models(annotation: Any) -> list[type[BaseModel]]:
    return [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []

"""JSON Schemas of case.yaml, codebook.yaml and the rows of signals.csv: generated from the documents, never by hand.

`python -m foedus.case.schemas` writes them anew; a test fails where they are out of date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from foedus.case.schemas.descriptions import COLUMNS, DESCRIPTIONS
from foedus.case.types import CaseFile, Codebook, Document, Signal
from foedus.case.vocabulary import WORDS

HOME = Path(__file__).parent
DOCUMENTS: dict[str, type[Document]] = {"case.schema.json": CaseFile, "codebook.schema.json": Codebook}
SIGNALS = "signals.schema.json"

_NUMBER: dict[str, Any] = {"type": "number"}
_SHORT_FORMS: dict[str, list[dict[str, Any]]] = {
    "Text": [{"type": "string"}],
    "Level": [{"type": "string"}],
    "Plover": [{"type": "string"}],
    "Band": [_NUMBER, {"const": "inf"}, {"type": "array", "items": _NUMBER, "minItems": 3, "maxItems": 3}],
}


def schema(file: str) -> str:
    """Return the JSON Schema that belongs into `file`, as text.

    Parameters
    ----------
    file : str
        A key of `DOCUMENTS`.

    Returns
    -------
    str
    """
    document = DOCUMENTS[file]
    generated = document.model_json_schema()
    for name, model in (generated["$defs"] | {document.__name__: generated}).items():
        for field, about in model.get("properties", {}).items():
            about["description"] = DESCRIPTIONS[name][field]
    for name, forms in _SHORT_FORMS.items():
        if name in generated["$defs"]:
            long_form = generated["$defs"][name]
            generated["$defs"][name] = {"description": long_form.pop("description"), "anyOf": [*forms, long_form]}
    _close(generated)
    return json.dumps(_head(file) | generated, ensure_ascii=False, indent=1) + "\n"


def row_schema() -> str:
    """Return the JSON Schema of one row of signals.csv, a mapping from columns to cells, as text.

    A controlled column is a choice of words, each with its English `title` and Korean `x-title-ko`.
    """
    fields = {name: field for name, field in Signal.model_fields.items() if name != "line"}
    columns: dict[str, Any] = {}
    for name in fields:
        columns[name] = {"description": COLUMNS[name], "type": "string"}
        if name in WORDS:
            words = [{"const": word, "title": text.en, "x-title-ko": text.ko} for word, text in WORDS[name].items()]
            columns[name]["oneOf"] = words
    body = {
        "title": "Signal",
        "type": "object",
        "properties": columns,
        "required": [name for name, field in fields.items() if field.is_required()],
        "additionalProperties": False,
    }
    return json.dumps(_head(SIGNALS) | body, ensure_ascii=False, indent=1) + "\n"


def _head(file: str) -> dict[str, str]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:foedus:schema:1:{file}"}


def write() -> None:
    """Write every schema beside this module."""
    for file in DOCUMENTS:
        (HOME / file).write_text(schema(file), "utf-8")
    (HOME / SIGNALS).write_text(row_schema(), "utf-8")


def _close(node: Any) -> None:
    """Forbid names that are no names: a pattern for the keys of a mapping alone lets others pass."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node["additionalProperties"] = False
        for part in node.values():
            _close(part)
    elif isinstance(node, list):
        for part in node:
            _close(part)

"""JSON Schemas of case.yaml and codebook.yaml, for editors: generated from the documents, never written by hand.

`python -m foedus.case.schemas` writes them anew; a test fails where they are out of date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from foedus.case.schemas.descriptions import DESCRIPTIONS
from foedus.case.types import CaseFile, Codebook, Document

HOME = Path(__file__).parent
DOCUMENTS: dict[str, type[Document]] = {"case.schema.json": CaseFile, "codebook.schema.json": Codebook}

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
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:foedus:schema:1:{file}"}
    return json.dumps(head | generated, ensure_ascii=False, indent=1) + "\n"


def write() -> None:
    """Write every schema beside this module."""
    for file in DOCUMENTS:
        (HOME / file).write_text(schema(file), "utf-8")


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

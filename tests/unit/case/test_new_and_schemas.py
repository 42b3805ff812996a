"""A new case runs as it is; the JSON Schemas are up to date and accept what the loader accepts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from foedus.case import load, types
from foedus.case.findings import Findings
from foedus.case.new import write_new
from foedus.case.schemas import DOCUMENTS, HOME, schema
from foedus.case.schemas.descriptions import DESCRIPTIONS
from foedus.case.yaml_lines import read_yaml
from foedus.errors import CaseError


def plain(node: Any) -> Any:
    """Data as JSON has it: lists for tuples."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    return [plain(item) for item in node] if isinstance(node, tuple) else node


def as_data(path: Path) -> Any:
    read = read_yaml(path.name, path.read_text("utf-8"), Findings())
    assert read is not None
    return plain(read.data)


@pytest.mark.parametrize("file", DOCUMENTS)
def test_schemas_are_up_to_date(file: str) -> None:
    assert (HOME / file).read_text("utf-8") == schema(file), "run python -m foedus.case.schemas"


@pytest.mark.parametrize("document", ["case", "codebook"])
def test_schemas_accept_the_sample_and_the_template(document: str, folder: Path, tmp_path: Path) -> None:
    write_new(tmp_path / "new")
    validator = jsonschema.Draft202012Validator(json.loads(schema(f"{document}.schema.json")))
    for case in (folder, tmp_path / "new"):
        assert [error.message for error in validator.iter_errors(as_data(case / f"{document}.yaml"))] == []


@pytest.mark.parametrize(
    ("document", "change"),
    [
        ("case", {"horizn": "2030-01-01"}),
        ("case", {"format": 2}),
        ("case", {"title": 3}),
        ("case", {"panel": {"ann": {"kind": "oracle"}}}),
        ("case", {"questions": {"2nd": {"type": "timing"}}}),
        ("case", {"questions": {"q": {"type": "timing", "half_life": [1, 2]}}}),
        ("codebook", {"sources": {"paper": {"reliability": "G"}}}),
    ],
)
def test_schemas_refuse_what_the_loader_refuses(document: str, change: dict[str, Any], folder: Path) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema(f"{document}.schema.json")))
    data = as_data(folder / f"{document}.yaml") | change
    assert not validator.is_valid(data)
    (folder / f"{document}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    with pytest.raises(CaseError, match=rf"{document}.yaml:\d+: "):
        load(folder)


def test_a_new_case_loads_without_a_warning(tmp_path: Path) -> None:
    written = write_new(tmp_path / "my talks 2031")
    assert {path.name for path in written} == {
        "case.yaml", "codebook.yaml", "judgments.csv", "signals.csv", "resolutions.csv", "run.py",
    }  # fmt: skip
    case = load(tmp_path / "my talks 2031")
    assert case.warnings == ()
    assert case.illustrative
    assert case.file.id == "my-talks-2031"
    assert [question.type for question in case.file.questions.values()] == ["timing", "ordinal", "quantity"]
    assert (len(case.file.panel), len(case.file.scenarios), len(case.codebook.codes), len(case.signals)) == (3, 3, 6, 8)


@pytest.mark.parametrize("name", ["2030", "no", "한미"])
def test_a_new_case_is_named_after_its_folder_where_that_is_a_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a" / name
    write_new(folder)
    assert load(folder).file.id == ("example-2030" if name == "2030" else name)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CaseError, match="is not empty"):
        write_new(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(CaseError, match="can't be made"):
        write_new(tmp_path / "notes.txt" / "case")


def test_loading_imports_no_numerics(folder: Path) -> None:
    code = (
        "import sys; from foedus.case import load; load(sys.argv[1]);"
        "print([name for name in ('pandas', 'matplotlib', 'pymc', 'scipy', 'xarray') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_thousand_signals_load(folder: Path, edit: Callable[..., int]) -> None:
    path = folder / "signals.csv"
    rows = [f"n{i},2030-03-05,2030-03-05,backed,paper,,,,,,,,,kim\n" for i in range(1000)]
    path.write_text(path.read_text("utf-8") + "".join(rows), "utf-8")
    assert len(load(folder).signals) == 1006


@pytest.mark.parametrize("document", ["case", "codebook"])
def test_every_field_has_a_description_in_the_schema(document: str) -> None:
    whole = json.loads(schema(f"{document}.schema.json"))
    for name, model in (whole["$defs"] | {document: whole}).items():
        for long_form in model.get("anyOf", [model]):
            for field, about in long_form.get("properties", {}).items():
                assert about["description"].endswith("."), f"{name}.{field}"


def test_no_description_is_of_a_field_that_is_gone() -> None:
    models = {model.__name__: model for model in vars(types).values() if isinstance(model, type)}
    for name, fields in DESCRIPTIONS.items():
        assert fields.keys() == models[name].model_fields.keys(), name


def test_a_new_case_has_a_korean_title_for_everything_that_a_report_names(tmp_path: Path) -> None:
    write_new(tmp_path / "talks")
    case = load(tmp_path / "talks")
    named = [*case.file.questions.values(), *case.file.panel.values(), *case.file.scenarios.values()]
    named += [*case.file.calendar, *case.codebook.codes.values(), *case.codebook.sources.values()]
    assert all(re.search("[가-힣]", thing.title("ko")) for thing in named)
    assert {source.side for source in case.codebook.sources.values()} == {"XAL", "XBI", None}
    assert all(signal.actor and signal.actor_level and signal.issue in case.file.questions for signal in case.signals)

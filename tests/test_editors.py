"""What editors and hooks go by: the schema that each YAML file names exists, is current, and accepts the file."""

import json
import re

import jsonschema
import pytest
import yaml

from books import ROOT
from countback.cli import schemas

FILES = [ROOT / "analysis" / "runs.yml", *sorted((ROOT / "data").rglob("*.yml"))]
SCHEMAS = ROOT / "analysis" / "countback" / "schema"


def schema_of(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    return path.parent / re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)[1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_names_its_schema_and_fits_it(path):
    schema = json.loads(schema_of(path).read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str)), schema)


def test_a_file_that_does_not_fit_is_refused():
    schema = json.loads((SCHEMAS / "runs.schema.json").read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError, match="'titel' was unexpected"):
        jsonschema.validate({"runs": [{"name": "a", "title": "A", "notebook": "a", "titel": "A"}]}, schema)


def test_every_schema_is_what_the_command_writes():
    stored = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.iterdir()}
    assert stored == schemas()

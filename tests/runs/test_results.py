"""Results: one writer, one reader, one schema."""

import json

import jsonschema
import numpy as np
import pytest

from countback.errors import InputError
from countback.runs import results
from countback.runs.notebook import Run

SCHEMA = json.loads(results.schemas()["result.schema.json"])


@pytest.fixture
def written(tmp_path):
    run = Run(tmp_path, {"trial": "data/x", "alpha": None})
    run.value(p=np.float64(0.05), group={"n": np.int64(3), "odd": float("nan")}, several=[1, 2])
    run.table("rows", [{"name": "a", "n": np.int64(1)}, {"name": "b", "n": 2}], {"name": ("name", ""), "n": ("N", "d")})
    run.finish(extra={"more": 1})
    return tmp_path


def test_what_is_written_is_read(written):
    found = results.Result.read(written)
    assert found.parameters == {"trial": "data/x", "alpha": None}
    assert found.flat() == {"p": 0.05, "group.n": 3, "group.odd": None, "several": [1, 2]}
    assert found.tables["rows"].headings == {"name": ("name", ""), "n": ("N", "d")}
    assert found.tables["rows"].rows == ({"name": "a", "n": 1}, {"name": "b", "n": 2})
    assert found.not_applicable is None


def test_reading_and_writing_gives_the_same_bytes(written, tmp_path):
    before = (written / results.FILE).read_bytes()
    results.Result.read(written).write(tmp_path / "again")
    assert (tmp_path / "again" / results.FILE).read_bytes() == before


def test_what_is_written_is_as_the_schema_says(written):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    data = json.loads((written / results.FILE).read_text(encoding="utf-8"))
    jsonschema.validate(data, SCHEMA)
    for part, wrong in (("tables", {"t": {"rows": []}}), ("figures", {"f": {"alt": ""}}), ("more", 1)):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data | {part: wrong}, SCHEMA)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "result.json: file not found"),
        ("{", "result.json: is not the result of a run; run it again with --force"),
        ("[]", "result.json: is not the result of a run"),
        ('{"parameters": {}, "values": {}, "tables": {"t": 1}, "figures": {}}', "is not the result of a run"),
    ],
)
def test_what_is_not_a_result_is_named(tmp_path, text, expected):
    if text is not None:
        (tmp_path / results.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=expected):
        results.Result.read(tmp_path)

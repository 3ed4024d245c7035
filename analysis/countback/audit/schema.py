"""The JSON Schema of an audit, made from its own classes and words."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from countback.audit.evidence import Strength
from countback.audit.finding import FIELDS, Audit
from countback.audit.verdicts import State, Verdict


def schemas() -> dict[str, str]:
    """JSON Schema of what :meth:`Audit.as_dict` holds once it is written, as text by file name."""
    made = TypeAdapter(Audit).json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["properties"]["verdicts"] = {
        "type": "object",
        "properties": {verdict.value: {"type": "integer", "minimum": 0} for verdict in Verdict},
        "required": [verdict.value for verdict in Verdict],
        "additionalProperties": False,
    }
    for words in (Verdict, State, Strength):
        made["$defs"][words.__name__] = {
            "oneOf": [{"const": member.value, "description": member.meaning} for member in words]
        }
    for part, kind in ((made, Audit), *((made["$defs"][kind.__name__], kind) for kind in FIELDS if kind is not Audit)):
        part["description"] = (kind.__doc__ or "").partition("\n")[0]
        part["required"] = list(FIELDS[kind])  # every key is always written
        part["additionalProperties"] = False
        for value in part["properties"].values():
            value.pop("default", None)
    return {"audit.schema.json": json.dumps(made, indent=2, ensure_ascii=False) + "\n"}

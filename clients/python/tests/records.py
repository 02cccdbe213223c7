"""Answers of the API, as docs/openapi.json has them."""

import json
from pathlib import Path
from typing import Any

ID = "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a6"
DOCUMENT = json.loads(
    (Path(__file__).parents[3] / "docs" / "openapi.json").read_text(encoding="utf-8")
)


def dumps(value: Any) -> str:
    return json.dumps(value)


def example(schema: str, **fields: Any) -> dict[str, Any]:
    """The example of a schema, with other fields."""
    return {**DOCUMENT["components"]["schemas"][schema]["examples"][0], **fields}


def page(items: list[Any], cursor: str | None = None) -> dict[str, Any]:
    return {"data": items, "has_more": cursor is not None, "next_cursor": cursor}


def signed_in(number: int, **fields: Any) -> dict[str, Any]:
    tokens = {"access_token": f"pla_{number}", "refresh_token": f"plr_{number}"}
    ends = {"expires_at": "2100-01-01T00:00:00Z", "refresh_expires_at": "2100-01-01T00:00:00Z"}
    return example("SignedIn", **{**tokens, **ends, **fields})

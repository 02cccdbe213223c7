"""An invoice as a model reads it, checked by hand: what a model says is never trusted."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

_LINES = 200
_TEXT = {"type": "string", "minLength": 1}
_DAY = {"type": "string", "format": "date"}
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_VAT_ID = re.compile(r"[A-Z]{2}[A-Z0-9+*]{2,13}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["supplier", "supplier_number", "issued_on", "currency", "lines"],
    "additionalProperties": False,
    "properties": {
        "supplier": {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {"name": _TEXT, "vat_id": _TEXT},
        },
        "supplier_number": _TEXT | {"description": "The number of the invoice"},
        "issued_on": _DAY,
        "due_on": _DAY,
        "currency": {"type": "string", "description": "ISO 4217"},
        "total": {"type": "string", "description": "What is to be paid, VAT included: 119.00"},
        "lines": {
            "type": "array",
            "minItems": 1,
            "maxItems": _LINES,
            "items": {
                "type": "object",
                "required": ["text", "quantity", "unit_price", "vat_percent"],
                "additionalProperties": False,
                "properties": {
                    "text": _TEXT,
                    "quantity": {"type": "string", "description": "A decimal: 12.5"},
                    "unit_price": {"type": "string", "description": "A decimal: 98.40"},
                    "vat_percent": {"type": "string", "description": "A decimal: 19"},
                },
            },
        },
    },
}

Faults = list[dict[str, str]]


def parse(text: str) -> tuple[dict[str, Any] | None, Faults]:
    """The invoice in an answer, also in one with a code block around it, or what is wrong with it."""
    text = text.strip()
    if fenced := re.fullmatch(r"```(?:json)?\s*(.*?)\s*```", text, re.DOTALL):
        text = fenced[1]
    try:
        read = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None, [{"pointer": "", "detail": "no JSON"}]
    return check(read)


def check(read: Any) -> tuple[dict[str, Any] | None, Faults]:
    """The invoice with the known fields, or all that is wrong with it."""
    if not isinstance(read, dict):
        return None, [{"pointer": "", "detail": "an object"}]
    reader = _Reader()
    supplier = reader.object(read, "/supplier")
    found = {
        "supplier": {
            "name": reader.text(supplier, "/supplier/name", 200),
            "vat_id": reader.pattern(supplier, "/supplier/vat_id", _VAT_ID, optional=True),
        },
        "supplier_number": reader.text(read, "/supplier_number", 100),
        "issued_on": reader.day(read, "/issued_on"),
        "due_on": reader.day(read, "/due_on", optional=True),
        "currency": reader.pattern(read, "/currency", _CURRENCY),
        "total": reader.pattern(read, "/total", _DECIMAL, optional=True),
        "lines": [
            {
                "text": reader.text(line, f"{at}/text", 2000),
                "quantity": reader.pattern(line, f"{at}/quantity", _DECIMAL),
                "unit_price": reader.pattern(line, f"{at}/unit_price", _PRICE),
                "vat_percent": reader.percent(line, f"{at}/vat_percent"),
            }
            for at, line in reader.objects(read, "/lines")
        ],
    }
    return (None, reader.faults) if reader.faults else (found, [])


class _Reader:
    def __init__(self) -> None:
        self.faults: Faults = []

    def fault(self, pointer: str, detail: str) -> None:
        if len(self.faults) < 50:
            self.faults.append({"pointer": pointer, "detail": detail})

    def object(self, of: dict[str, Any], pointer: str) -> dict[str, Any]:
        value = of.get(pointer.rpartition("/")[2])
        if isinstance(value, dict):
            return value
        self.fault(pointer, "an object")
        return {}

    def objects(self, of: dict[str, Any], pointer: str) -> list[tuple[str, dict[str, Any]]]:
        value = of.get(pointer.rpartition("/")[2])
        if not isinstance(value, list) or not 1 <= len(value) <= _LINES:
            self.fault(pointer, f"1 to {_LINES} lines")
            return []
        for at, item in enumerate(value):
            if not isinstance(item, dict):
                self.fault(f"{pointer}/{at}", "an object")
        return [(f"{pointer}/{at}", item) for at, item in enumerate(value) if isinstance(item, dict)]

    def text(self, of: dict[str, Any], pointer: str, characters: int) -> str | None:
        value = of.get(pointer.rpartition("/")[2])
        if isinstance(value, str) and _CONTROL.search(value) is None:
            value = value.strip()
            if 1 <= len(value) <= characters:
                return value
        self.fault(pointer, f"a text of 1 to {characters} characters on one line")
        return None

    def pattern(
        self, of: dict[str, Any], pointer: str, pattern: re.Pattern[str], *, optional: bool = False
    ) -> str | None:
        value = of.get(pointer.rpartition("/")[2])
        if optional and value is None:
            return None
        if isinstance(value, str) and pattern.fullmatch(value.strip()):
            return value.strip()
        self.fault(pointer, f"a text of the form {pattern.pattern}")
        return None

    def percent(self, of: dict[str, Any], pointer: str) -> str | None:
        value = self.pattern(of, pointer, _DECIMAL)
        if value is not None and not 0 <= Decimal(value) * 100 == int(Decimal(value) * 100) <= 10000:
            self.fault(pointer, "a percentage from 0 to 100 with at most 2 decimals")
        return value

    def day(self, of: dict[str, Any], pointer: str, *, optional: bool = False) -> str | None:
        value = of.get(pointer.rpartition("/")[2])
        if optional and value is None:
            return None
        try:
            if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
                return value
        except ValueError:
            pass
        self.fault(pointer, "a day such as 2026-11-20")
        return None


def warnings(draft: dict[str, Any], *, is_cut: bool) -> list[str]:
    """What the person should look at."""
    found = ["the document is longer than what was read"] if is_cut else []
    total = sum(
        (
            Decimal(line["quantity"]) * Decimal(line["unit_price"]) * (100 + Decimal(line["vat_percent"])) / 100
            for line in draft["lines"]
        ),
        Decimal(0),
    )
    stated = draft["total"]
    if stated is None:
        found.append("the document states no total")
    # Each line may be rounded.
    elif abs(total - Decimal(stated)) > Decimal("0.01") * (1 + len(draft["lines"])):
        found.append(f"the lines make {total:.2f}, and the document states {stated}")
    return found


def invoice(draft: dict[str, Any], *, party_id: str, document_id: str) -> dict[str, Any]:
    """The body of `POST /invoices`."""
    body = {
        "party_id": party_id,
        "direction": "payable",
        "currency": draft["currency"],
        "supplier_number": draft["supplier_number"],
        "issued_on": draft["issued_on"],
        "metadata": {"source_document": document_id},
        "lines": [
            {
                "text": line["text"],
                "quantity": line["quantity"],
                "unit": "C62",
                "unit_price": line["unit_price"],
                "vat": _vat(Decimal(line["vat_percent"])),
            }
            for line in draft["lines"]
        ],
    }
    return body | ({"due_on": draft["due_on"]} if draft["due_on"] else {})


def _vat(percent: Decimal) -> dict[str, Any]:
    points = int(percent * 100)
    return {"category": "S", "rate_basis_points": points} if points else {"category": "Z"}

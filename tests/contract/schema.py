"""Seam's API schema, with the overlay of what is newer, as a validator for requests and answers.

`validate_request` and `validate_response` raise `SchemaMismatchError` with every violation in one message.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

HERE = Path(__file__).parent
Schema = dict[str, Any]

_FORMATS = FormatChecker(formats=())


class SchemaMismatchError(AssertionError):
    """A request or an answer that the API's schema does not allow."""


@_FORMATS.checks("uuid")
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value) is not None


@_FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.match(r"https?://[^\s]+$", value) is not None


# -- from OpenAPI 3.0 to JSON Schema ----------------------------------------------------------------------------------


def _plain(node: Any) -> Any:
    """Turn what is OpenAPI 3.0's own into JSON Schema: `nullable`, and keywords that say nothing here."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key not in {"nullable", "discriminator", "default", "example"}}
    if kept.get("format") in {"float", "double", "int32"}:
        kept.pop("format")
    plain = {key: _plain(value) for key, value in kept.items()}
    choices = plain.get("oneOf", [])
    if choices and all(choice.get("type") == "string" for choice in choices):
        # A time fits both "a string" and "a date-time": the choice is meant as any of them.
        plain["anyOf"] = plain.pop("oneOf")
    if not node.get("nullable"):
        return plain
    return {"anyOf": [plain, {"type": "null"}]} if plain else {"type": "null"}


@cache
def document() -> Schema:
    """The schema with the overlay applied, as JSON Schema."""
    base = json.loads((HERE / "seam_api_schema.json").read_text(encoding="utf-8"))
    overlay = overlay_document()
    schemas = base["components"]["schemas"]
    for addition in overlay["issues"]:
        for name in addition["schemas"]:
            variants = schemas[name]["properties"][addition["field"]]["items"]["oneOf"]
            variants.extend(_issue_variant(addition, code) for code in addition["codes"])
    for addition in overlay["properties"]:
        for name in addition["schemas"]:
            schemas[name]["properties"] |= addition["properties"]
            schemas[name]["required"] = [*schemas[name]["required"], *addition["required"]]
    for addition in overlay["action_types"]:
        for kind in addition["types"]:
            schemas["action_attempt"]["oneOf"].extend(_attempt_variants(kind))
    for addition in overlay["events"]:
        for kind in addition["types"]:
            schemas["event"]["oneOf"].append(_event_variant(kind, addition["required"]))
    schemas.update({name: schema for name, schema in overlay["schemas"].items() if name != "source"})
    plain: Schema = _plain(base)
    return plain


def overlay_document() -> Schema:
    """The overlay, as it is written."""
    loaded: Schema = json.loads((HERE / "overlay.json").read_text(encoding="utf-8"))
    return loaded


def _issue_variant(addition: Schema, code: str) -> Schema:
    key = "error_code" if addition["field"] == "errors" else "warning_code"
    flags = {name: {"type": "boolean", "enum": [value]} for name, value in addition.get("flags", {}).items()}
    properties = {
        key: {"type": "string", "enum": [code]},
        "message": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
        **flags,
    }
    return {"type": "object", "properties": properties, "required": [key, "message", *flags]}


def _attempt_variants(kind: str) -> list[Schema]:
    fixed = {"action_attempt_id": {"type": "string", "format": "uuid"}, "action_type": {"enum": [kind]}}
    failure = {"type": "object", "required": ["type", "message"]}
    sides: list[tuple[str, Schema, Schema]] = [
        ("pending", {"type": "null"}, {"type": "null"}),
        ("success", {"type": "object"}, {"type": "null"}),
        ("error", {"type": "null"}, failure),
    ]
    return [
        {
            "type": "object",
            "properties": {**fixed, "status": {"enum": [status]}, "result": result, "error": error},
            "required": ["action_attempt_id", "action_type", "status", "result", "error"],
        }
        for status, result, error in sides
    ]


def _event_variant(kind: str, required: list[str]) -> Schema:
    always = ["event_id", "workspace_id", "created_at", "occurred_at", "event_type"]
    return {
        "type": "object",
        "properties": {"event_type": {"type": "string", "enum": [kind]}},
        "required": [*always, *required],
    }


# -- operations -------------------------------------------------------------------------------------------------------


@cache
def paths() -> dict[str, frozenset[str]]:
    """Every known path, with the verbs that it takes."""
    known = {path: frozenset(verb.upper() for verb in verbs) for path, verbs in document()["paths"].items()}
    for addition in overlay_document()["paths"]:
        known[addition["path"]] = frozenset(verb.upper() for verb in addition["methods"])
    return known


def _request_schema(path: str) -> Schema:
    """What a request may and must carry, whether it comes as a query or as a body."""
    for addition in overlay_document()["paths"]:
        if addition["path"] == path:
            properties = _plain(addition["properties"])
            if "properties_of" in addition:
                properties = _request_schema(addition["properties_of"])["properties"]
            return {"type": "object", "properties": properties, "required": addition["required"]}
    properties, required, extra = {}, set(), {}
    for operation in document()["paths"][path].values():
        for parameter in operation.get("parameters", []):
            properties[parameter["name"]] = parameter["schema"]
            if parameter.get("required"):
                required.add(parameter["name"])
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        properties |= body.get("properties", {})
        required |= set(body.get("required", []))
        for alternatives in ("oneOf", "anyOf"):
            if alternatives in body:
                extra[alternatives] = body[alternatives]
                for choice in body[alternatives]:
                    properties |= choice.get("properties", {})
    return {"type": "object", "properties": properties, "required": sorted(required), **extra}


@cache
def _request_validator(path: str) -> Draft202012Validator:
    # A parameter that the API does not know is a mistake of the client, even though the API might ignore it.
    schema = _request_schema(path) | {"additionalProperties": False}
    return _validator(schema)


@cache
def _response_validator(path: str) -> Draft202012Validator:
    for override in overlay_document()["responses"]:
        if override["path"] == path:
            return _validator(_plain(override["response"]))
    for addition in overlay_document()["paths"]:
        if addition["path"] == path:
            properties = {"ok": {"enum": [True]}, **_plain(addition["answer"])}
            return _validator({"type": "object", "properties": properties, "required": list(properties)})
    operation = next(iter(document()["paths"][path].values()))
    return _validator(operation["responses"]["200"]["content"]["application/json"]["schema"])


def _validator(schema: Schema) -> Draft202012Validator:
    return Draft202012Validator(
        {**schema, "components": {"schemas": document()["components"]["schemas"]}}, format_checker=_FORMATS
    )


# -- what tests call --------------------------------------------------------------------------------------------------


def _from_query(path: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Give texts from a query string the type that the schema names."""
    properties = _request_schema(path)["properties"]
    typed: dict[str, Any] = {}
    for name, value in params.items():
        text = json.dumps(properties.get(name, {}))
        typed[name] = value
        if isinstance(value, str):
            if '"boolean"' in text and value in {"true", "false"}:
                typed[name] = value == "true"
            elif ('"number"' in text or '"integer"' in text) and re.fullmatch(r"-?\d+(\.\d+)?", value):
                typed[name] = float(value) if "." in value else int(value)
    return typed


def _check(validator: Draft202012Validator, instance: Any, about: str) -> None:
    problems = []
    for error in validator.iter_errors(instance):
        # Of a failed choice, the branch that came nearest tells most.
        deepest = max(error.context or [error], key=lambda inner: (len(inner.absolute_path), -len(inner.message)))
        problems.append(f"at {list(deepest.absolute_path)}: {deepest.message[:300]} (from {error.message[:200]})")
    if problems:
        raise SchemaMismatchError(f"{about}\n" + "\n".join(problems[:10]))


def validate_request(path: str, params: Mapping[str, Any], method: str | None = None) -> None:
    """Check a request against the schema: a known path and verb, known parameters of the right types, none missing.

    Args:
        path: The endpoint.
        params: The parameters, as sent; a query string's texts may stand for numbers and booleans.
        method: The HTTP verb; not checked if left out.

    Raises:
        SchemaMismatchError: The schema does not allow this request.
    """
    if path not in paths():
        raise SchemaMismatchError(f"The schema knows no path {path}")
    if method is not None and method.upper() not in paths()[path]:
        allowed = ", ".join(sorted(paths()[path]))
        raise SchemaMismatchError(f"{path} does not take {method}, only {allowed}")
    given = _from_query(path, {name: value for name, value in params.items() if name != "_strict"})
    _check(_request_validator(path), given, f"request to {path}")


def validate_response(path: str, body: Any) -> None:
    """Check the JSON body of a successful answer against the schema.

    Raises:
        SchemaMismatchError: The schema does not allow this answer.
    """
    fresh = {key: _not_seen(path, key, value) for key, value in body.items()} if isinstance(body, dict) else body
    _check(_response_validator(path), fresh, f"answer of {path}")
    for key, value in fresh.items():
        _seen(path, key).update(map(_as_text, value if isinstance(value, list) else ()))


def _not_seen(path: str, key: str, value: Any) -> Any:
    """A list without the records that this path has given back before, letter for letter: those fit then."""
    seen = _seen(path, key)
    return [record for record in value if _as_text(record) not in seen] if isinstance(value, list) else value


@cache
def _seen(path: str, key: str) -> set[str]:
    """The records of one list that fit, as text."""
    return set()


def _as_text(record: Any) -> str:
    return json.dumps(record, sort_keys=True)


def validate_error(body: Any) -> None:
    """Check the JSON body of a refusal: Seam's error envelope.

    Raises:
        SchemaMismatchError: It is no such envelope.
    """
    detail = {
        "type": "object",
        "required": ["type", "message", "request_id"],
        "properties": {
            "type": {"type": "string", "pattern": "^[a-z_]+$"},
            "message": {"type": "string", "minLength": 1},
            "request_id": {"type": "string", "format": "uuid"},
            "validation_errors": {"type": "object", "required": ["_errors"]},
        },
    }
    envelope = {
        "type": "object",
        "required": ["error", "ok"],
        "properties": {"ok": {"enum": [False]}, "error": detail},
    }
    _check(_validator(envelope), body, "error envelope")

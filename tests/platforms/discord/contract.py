"""Checks requests against Discord's own OpenAPI description."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol
from urllib.parse import quote

from openapi_schema_validator import OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.platforms.discord.records import Payload
from tests.shared import SHARED

SPECIFICATION = "specs/discord-openapi.json"
_NAME = "urn:discord"
_PLACEHOLDER = re.compile(r"\{[^}]+\}")


class _Error(Protocol):
    """The attributes of an error of jsonschema that are used."""

    message: str
    absolute_path: Sequence[str | int]
    context: Sequence["_Error"]


class Contract:
    """Checks requests, and reports violations in sentences."""

    def __init__(self, specification: Payload) -> None:
        self._paths: dict[str, Payload] = specification["paths"]
        # The routes of the server name path parameters differently.
        self._by_shape = {_PLACEHOLDER.sub("{}", path): path for path in self._paths}
        resource = DRAFT202012.create_resource(specification)
        self._registry = Registry[Any]().with_resource(_NAME, resource)
        self._validators: dict[tuple[str, str], OAS31Validator | None] = {}

    def faults(
        self, method: str, template: str, *, query: Iterable[str] = (), body: object = None
    ) -> list[str]:
        """Returns a sentence for each violation of a request.

        Args:
            method: the HTTP method.
            template: a path such as `/channels/{channel_id}`.
            query: names of the query parameters.
            body: the parsed JSON body, if any.
        """
        path = self._by_shape.get(_PLACEHOLDER.sub("{}", template))
        operation = self._paths.get(path or "", {}).get(method.lower())
        if path is None or operation is None:
            return [f"{method} {template} is not in Discord's description"]
        parameters = (*operation.get("parameters", ()), *self._paths[path].get("parameters", ()))
        known = {parameter["name"] for parameter in parameters}
        said = [f"unknown query parameter {name!r}" for name in query if name not in known]
        said += self._of_body(method.lower(), path, operation, body)
        return [f"{method} {template}: {fault}" for fault in said]

    def _of_body(self, method: str, path: str, operation: Payload, body: object) -> list[str]:
        if "requestBody" not in operation:
            # discord.py sends an empty object where Discord expects no body.
            return ["a body where there should be none"] if body else []
        if body is None:
            return ["no body"] if operation["requestBody"].get("required") else []
        validator = self._validator(method, path)
        errors = list(validator.iter_errors(_normal(body))) if validator else []
        return [_sentence(error) for error in errors]

    def _validator(self, method: str, path: str) -> OAS31Validator | None:
        key = (method, path)
        if key not in self._validators:
            content = self._paths[path][method]["requestBody"]["content"]
            pointer = ("paths", path, method, "requestBody", "content", "application/json")
            escaped = "/".join(quote(part.replace("/", "~1")) for part in pointer)
            self._validators[key] = (
                OAS31Validator({"$ref": f"{_NAME}#/{escaped}/schema"}, registry=self._registry)
                if "application/json" in content
                else None
            )
        return self._validators[key]


@cache
def contract() -> Contract | None:
    """Returns the checker for all tests; None if the description is not beside the project."""
    path = SHARED / SPECIFICATION
    return Contract(json.loads(path.read_text())) if path.exists() else None


def _normal(body: object) -> object:
    """Return a body with ids as strings; discord.py sends some as numbers, which Discord takes."""
    if not isinstance(body, Mapping):
        return body
    normal = dict(body)
    if "recipient_id" in normal:
        normal["recipient_id"] = _id(normal["recipient_id"])
    if isinstance(reference := normal.get("message_reference"), Mapping):
        normal["message_reference"] = {
            name: _id(value) if name.endswith("_id") else value for name, value in reference.items()
        }
    if attachments := normal.get("attachments"):
        normal["attachments"] = [{**found, "id": _id(found["id"])} for found in attachments]
    if isinstance(data := normal.get("data"), Mapping):
        normal["data"] = _normal(data)
    return normal


def _id(value: object) -> object:
    return str(value) if isinstance(value, int) else value


def _sentence(error: _Error) -> str:
    while error.context:
        # Of the alternatives, the one that the body came closest to.
        error = max(error.context, key=lambda found: len(found.absolute_path))
    place = "/".join(str(part) for part in error.absolute_path) or "body"
    # The message quotes the body, which may be long.
    return f"{place}: {error.message[:200]}"

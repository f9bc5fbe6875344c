"""The field list below the docstring of a signal: sender and payload, with types."""

from __future__ import annotations

import re
from inspect import Parameter
from types import NoneType
from typing import TYPE_CHECKING, Literal, TypeAlias

from sphinx.util.typing import stringify_annotation

from aldis.sphinx._public import public

if TYPE_CHECKING:
    from collections.abc import Iterator
    from inspect import Signature

Mode: TypeAlias = Literal["smart", "fully-qualified"]
_FIELD = re.compile(r":(?P<kind>\w+)(?: +(?P<about>[^:]*?))?:(?: |$)")
_NAMES = ("param", "parameter", "arg", "argument", "keyword", "kwarg", "kwparam", "payload")
_TYPES = ("type", "paramtype", "paytype")
_STARS: dict[object, str] = {Parameter.VAR_POSITIONAL: r"\*", Parameter.VAR_KEYWORD: r"\*\*"}
_SPECIAL = re.compile(r"([*_`|\\])")


def with_fields(
    lines: list[str], signature: Signature, mode: Mode | None, *, has_sender: bool = True
) -> list[str]:
    """Return the lines of a docstring with a field for the sender and each payload parameter.

    The docstring's own text about a parameter is kept, in the order of the declaration.

    Args:
        lines: The docstring, whose fields are those of reStructuredText.
        signature: The declared signature.
        mode: How types are written; None to hide them.
        has_sender: Whether the first parameter is the sender.
    """
    text, blocks = _split(lines)
    said: dict[tuple[str, str], list[str]] = {}
    others: list[str] = []
    for kind, about, block in blocks:
        *typed, name = about.replace("\\", "").split() or [""]
        name = name.lstrip("*")
        if kind in _NAMES and name in signature.parameters:
            said["name", name] = block
            if typed:  # `:param int user_id:`
                said["type", name] = [f":type {name}: {' '.join(typed)}"]
        elif kind in _TYPES and name in signature.parameters:
            said["type", name] = block
        else:
            others += block
    fields: list[str] = []
    for place, parameter in enumerate(signature.parameters.values()):
        is_sender = has_sender and not place
        kinds = ("sender", "sendertype") if is_sender else ("payload", "paytype")
        shown = _STARS.get(parameter.kind, "") + parameter.name
        fields += _headed(f":{kinds[0]} {shown}:", said.get(("name", parameter.name), [":x:"]))
        if ("type", parameter.name) in said:
            fields += _headed(f":{kinds[1]} {shown}:", said["type", parameter.name])
        elif mode and parameter.annotation is not Parameter.empty:
            fields.append(f":{kinds[1]} {shown}: {_type(parameter.annotation, mode)}")
    result = signature.return_annotation
    if mode and result not in (None, NoneType, Parameter.empty) and not _has_result(others):
        fields.append(f":rtype: {_type(result, mode)}")
    return [*text, "", *fields, *others, ""]


def _split(lines: list[str]) -> tuple[list[str], list[tuple[str, str, list[str]]]]:
    """Return the text before the fields, and the kind, argument and lines of each field.

    Text after a field counts as text.
    """
    text: list[str] = []
    blocks: list[tuple[str, str, list[str]]] = []
    block = text
    for line in lines:
        field = _FIELD.match(line)
        if field:
            block = [line]
            blocks.append((field["kind"], field["about"] or "", block))
        elif line.strip() and not line.startswith(" "):
            block = text
            block.append(line)
        else:
            block.append(line)
    return text, blocks


def _headed(head: str, block: list[str]) -> Iterator[str]:
    """Yield the lines of a field under another name."""
    first, *rest = block
    field = _FIELD.match(first)
    body = first[field.end() :] if field else ""
    yield f"{head} {body}".rstrip()
    yield from rest


def _has_result(lines: list[str]) -> bool:
    return any(line.startswith(":rtype:") for line in lines)


def _type(annotation: object, mode: Mode) -> str:
    return _SPECIAL.sub(r"\\\1", public(stringify_annotation(annotation, mode)))

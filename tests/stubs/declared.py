"""The payload that a stub declares, compared with actual sends.

The stub is not copied, nor understood line by line: it is run as the Python that it is, in place of
the module that it describes, so that its annotations mean the real classes of the real library.
"""

from __future__ import annotations
import __future__

import ast
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typeguard

TYPINGS = Path(__file__).parents[2] / "typings"
# the stub of each module that has signals, by the module's name
STUBS = {
    name: next(iter(TYPINGS.glob(f"**/{name.replace('.', '-stubs/', 1).replace('.', '/')}.pyi")))
    for name in (
        "flask.signals",
        "flask_login.signals",
        "flask_security.signals",
        "flask_sqlalchemy.track_modifications",
        "mongoengine.signals",
        "pelican.plugins.signals",
        "quart.signals",
    )
}


@dataclass(frozen=True)
class Declaration:
    """A signal that a stub declares: a sender, a payload by name, and what receivers return."""

    name: str
    sender: Any
    payload: Mapping[str, Any]
    result: Any

    def mistakes(self, sender: object, payload: Mapping[str, object]) -> list[str]:
        """Tell how a send differs from the declaration."""
        told: list[str] = []
        if not fits(sender, self.sender):
            told.append(f"the sender {sender!r} is no {self.sender}")
        told += [f"{name} is not sent" for name in self.payload.keys() - payload.keys()]
        told += [f"{name} is not declared" for name in payload.keys() - self.payload.keys()]
        told += [
            f"{name}={payload[name]!r} is no {expected}"
            for name, expected in self.payload.items()
            if name in payload and not fits(payload[name], expected)
        ]
        return told

    def members(self, sender: object, payload: Mapping[str, object]) -> set[str]:
        """Tell which members of its unions this send shows, as `name: member`."""
        values = {"sender": sender, **payload}
        return {
            f"{name}: {member}"
            for name, member in self.unions()
            if name in values and fits(values[name], member)
        }

    def unions(self) -> list[tuple[str, Any]]:
        """Give every member of every union of the declaration, with the parameter's name."""
        parameters = {"sender": self.sender, **self.payload}
        return [
            (name, member)
            for name, hint in parameters.items()
            if typing.get_origin(hint) in {types.UnionType, typing.Union}
            for member in typing.get_args(hint)
        ]


def fits(value: object, hint: Any) -> bool:
    """Tell whether a value is of a type, down to every item that it holds."""
    try:
        typeguard.check_type(
            value,
            hint,
            collection_check_strategy=typeguard.CollectionCheckStrategy.ALL_ITEMS,
        )
    except typeguard.TypeCheckError:
        return False
    return True


def names(stub: Path) -> list[str]:
    """Return the names of the signals that a stub declares, without running it."""
    found = (
        node.name
        for node in ast.walk(ast.parse(stub.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(each) == "_declare" for each in node.decorator_list)
    )
    return list(dict.fromkeys(found))  # one may be declared for each of two Pythons


def read(module: str, source: str | None = None) -> dict[str, Declaration]:
    """Run the stub of a module, whose library has to be installed, and return its signals."""
    path = STUBS[module]
    tree = ast.parse(path.read_text(encoding="utf-8") if source is None else source)
    tree.body = [node for node in tree.body if getattr(node, "name", None) != "_declare"]
    functions: dict[str, Callable[..., object]] = {}

    def declare(function: Callable[..., object]) -> Callable[..., object]:
        functions[function.__name__] = function
        return function

    namespace: dict[str, Any] = {
        "__name__": module,
        "__package__": module.rpartition(".")[0],
        "_declare": declare,
    }
    # annotations are not to be evaluated before all is there
    flags = __future__.annotations.compiler_flag
    exec(compile(tree, str(path), "exec", flags=flags, dont_inherit=True), namespace)
    return {name: _declaration(name, function) for name, function in functions.items()}


def _declaration(name: str, function: Callable[..., object]) -> Declaration:
    hints = typing.get_type_hints(function)
    first, *rest = inspect.signature(function).parameters.values()
    assert first.kind is first.POSITIONAL_ONLY, f"{name}: the sender is not positional-only"
    assert all(each.kind is each.KEYWORD_ONLY for each in rest), f"{name}: not by keyword"
    assert all(each.default is each.empty for each in rest), f"{name}: always sent, so no default"
    payload = {each.name: hints[each.name] for each in rest}
    return Declaration(name, hints[first.name], payload, hints["return"])

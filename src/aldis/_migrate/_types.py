"""The questions to a type checker, with the answers if there is none: everything is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from aldis._migrate._model import UNKNOWN, Parameter, TypeText

if TYPE_CHECKING:
    import ast
    from pathlib import Path

    from aldis._migrate._source import Function


class Taking(NamedTuple):
    """The parameters and the result of a callable."""

    name: str
    parameters: tuple[Parameter, ...] | None
    returns: TypeText | None = None
    is_async: bool = False
    is_generator: bool = False


class Signature(NamedTuple):
    """The types of a function, as far as they are stated or inferred."""

    parameters: dict[str, TypeText]
    returns: TypeText


class Types:
    """What a type checker knows of a program, by place."""

    def text(self, path: Path, node: ast.expr) -> TypeText:
        """Return the type of an expression."""
        return UNKNOWN

    def is_signal(self, path: Path, node: ast.expr) -> bool:
        """Whether an expression is a signal of blinker, or may be one or None."""
        return False

    def is_namespace(self, path: Path, node: ast.expr) -> bool:
        """Whether an expression is a namespace of blinker."""
        return False

    def is_unknown(self, path: Path, node: ast.expr) -> bool:
        """Whether the type of an expression is unknown or `Any`."""
        return True

    def full_name(self, path: Path, node: ast.expr) -> str | None:
        """Return what a name or an attribute stands for, unless it is a local variable."""
        return None

    def classes(self, path: Path, node: ast.expr) -> list[tuple[Literal["class", "instance"], str]]:
        """Return the classes that an expression is, or is an instance of."""
        return []

    def member(self, path: Path, node: ast.Attribute) -> str | None:
        """Return the full name of an attribute, in the class of the MRO that has it."""
        return None

    def signature(self, path: Path, node: Function | ast.Lambda) -> Signature | None:
        """Return the types of a function."""
        return None

    def taking(self, path: Path, node: ast.expr, name: str) -> Taking | None:
        """Return the parameters of an expression that is called."""
        return None

"""A call that makes a signal, and what its result is assigned to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ast

    from aldis._migrate._model import Form, Library
    from aldis._migrate._source import Scope


class Made(NamedTuple):
    """A call that makes a signal, or looks one up."""

    call: ast.Call
    library: Library
    namespace: str | None  # of a signal that has a name
    name: ast.expr | None
    doc: ast.expr | None
    is_subclass: bool = False
    is_field: bool = False  # of a dataclass, which makes one for each instance


class Target(NamedTuple):
    """What a signal is assigned to."""

    form: Form
    symbol: str
    name: str
    owner: Scope | None
    scope: Scope

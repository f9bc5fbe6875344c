"""Helpers for mypy's types."""

from __future__ import annotations

from operator import methodcaller
from typing import TYPE_CHECKING, Any, cast

from mypy.nodes import NameExpr

if TYPE_CHECKING:
    from mypy.nodes import Expression
    from mypy.types import CallableType


def modified(signature: CallableType, **changes: Any) -> CallableType:
    """Return a signature with changes: `copy_modified`, which has a type here."""
    return cast("CallableType", methodcaller("copy_modified", **changes)(signature))


def is_true(expression: Expression) -> bool:
    """Whether an expression is `True` itself."""
    return isinstance(expression, NameExpr) and expression.fullname == "builtins.True"

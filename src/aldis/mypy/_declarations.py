"""Allows an empty body in declarations that have a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.errorcodes import EMPTY_BODY
from mypy.nodes import Decorator
from mypy.semanal import is_trivial_body

from aldis.mypy._places import checker_of

if TYPE_CHECKING:
    from mypy.nodes import Context
    from mypy.plugin import CheckerPluginInterface, MethodContext
    from mypy.types import Type


def declared_method(context: MethodContext) -> Type:
    """Allow an empty body under `@Signal.method` in a class."""
    allow_empty_body(context.context, context.api)
    return context.default_return_type


def allow_empty_body(declared: Context, api: CheckerPluginInterface) -> None:
    """Let the body of a declaration be a docstring or `...`, since it never runs.

    mypy may check the body after the decorator (since 2.4, or on a second pass) or before it; in
    that case its error is removed.
    """
    if not isinstance(declared, Decorator) or not is_trivial_body(declared.func.body):
        return
    declared.func.is_mypy_only = True
    errors = checker_of(api).msg.errors
    found = errors.error_info_map.get(errors.file)
    if found is not None:
        errors.error_info_map[errors.file] = [
            each for each in found if each.code is not EMPTY_BODY or each.line != declared.func.line
        ]

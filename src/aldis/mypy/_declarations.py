"""Declarations: an empty body is all that one with a result needs, too."""

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
    """Look at a declaration in a class, under `@Signal.method`."""
    allow_empty_body(context.context, context.api)
    return context.default_return_type


def allow_empty_body(declared: Context, api: CheckerPluginInterface) -> None:
    """Let the body of a declaration be a docstring or `...`, since it never runs.

    mypy checks the body after the decorator, from 2.4 on or where it has to look twice, or before
    it; then its complaint is there already.
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

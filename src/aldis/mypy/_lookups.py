"""Look-ups of signals by name, from the declarations in the module of a namespace."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from mypy.nodes import CallExpr, Decorator, IndexExpr, MemberExpr, RefExpr, Var
from mypy.types import Instance, get_proper_type

from aldis.mypy import _names
from aldis.mypy._codes import NAME, UNTYPED
from aldis.mypy._declarations import allow_empty_body
from aldis.mypy._namespaces import Declarations
from aldis.mypy._places import checker_of, module_of, sender_of
from aldis.mypy._recording import RECORD, record_declarations
from aldis.mypy._source import source_of

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Context
    from mypy.plugin import MethodContext
    from mypy.types import Type

    from aldis.mypy._config import Config

_CLOSE = 0.6
_NAMED = (_names.CONNECTABLE, _names.EVENT_IDENTITY)


class Lookups:
    """The hooks of a namespace."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def looked_up(self, context: MethodContext) -> Type:
        """Return the type of the declared signal for a look-up by name."""
        name = _literal(context)
        if name is None:
            record_declarations(checker_of(context.api))
            allow_empty_body(context.context, context.api)
            return context.default_return_type
        namespace = _namespace(context.context, checker_of(context.api))
        found = None if namespace is None else _declared(namespace, name, context)
        if found is not None:
            return found
        if namespace is not None and name in namespace.declared.variables:
            return context.default_return_type  # declared, but not known to be a signal
        if namespace is not None and self._config.strict_names:
            if not namespace.declared.is_open:
                _report_unknown(namespace, name, context)
        elif self._config.disallow_untyped_signals:
            context.api.fail(
                f'signal "{name}" is not declared in the module of its namespace',
                context.context,
                code=UNTYPED,
            )
        return context.default_return_type


class _Namespace(NamedTuple):
    """A namespace of a module, and its declarations there."""

    module: str
    name: str
    declared: Declarations


def _literal(context: MethodContext) -> str | None:
    """Return the name that is looked up, if it is a known string."""
    if context.arg_names[:1] == [["name"]]:  # it declares something under that name
        return None
    kinds = context.arg_types[0] if context.arg_types else []
    kind = get_proper_type(kinds[0]) if kinds else None
    if isinstance(kind, Instance) and kind.last_known_value is not None:
        kind = kind.last_known_value
    value = getattr(kind, "value", None)
    return value if isinstance(value, str) else None


def _namespace(call: Context, checker: TypeChecker) -> _Namespace | None:
    """Return the namespace in `ns.signal("...")` or `ns["..."]`, if a module makes it."""
    callee = call.callee if isinstance(call, CallExpr) else None
    base = call.base if isinstance(call, IndexExpr) else sender_of(callee)
    node = base.node if isinstance(base, RefExpr) else None
    split = module_of(node.fullname, checker) if isinstance(node, Var) else None
    if split is None or "." in split[1]:
        return None
    module, name = split
    source = source_of(checker.modules[module].path)
    if source is None:
        return None
    return _Namespace(module, name, Declarations(source, name))


def _declared(namespace: _Namespace, name: str, context: MethodContext) -> Type | None:
    """Return the type of a declared signal."""
    checker = checker_of(context.api)
    symbol = namespace.declared.variables.get(name)
    for each in (symbol or name, RECORD):
        _depend(f"{namespace.module}.{each}", namespace.module, checker)
    if symbol is None:
        return None
    found = checker.modules[namespace.module].names.get(symbol)
    node = None if found is None else found.node
    variable = node.var if isinstance(node, Decorator) else node
    if not isinstance(variable, Var):
        return None
    kind = get_proper_type(variable.type)
    if kind is None:
        # in a cycle of modules; a function body can wait, unless mypy sees to that itself
        waits = len(checker.scope.stack) > 1 and checker.pass_num < checker.last_pass
        if waits:  # pragma: no cover  # by older versions, as in `make check-mypy`
            checker.handle_cannot_determine_type(symbol, context.context)
        return context.default_return_type
    if not isinstance(kind, Instance) or not any(map(kind.type.has_base, _NAMED)):
        return None
    _report_kind(name, kind, context)
    return kind


def _depend(symbol: str, module: str, checker: TypeChecker) -> None:
    """Let mypy recheck the current target when a symbol of another module changes."""
    checker.module_refs.add(module)
    targets = checker.tree.plugin_deps.setdefault(f"<{symbol}>", set())
    targets.add(checker.tscope.current_target())


def _report_kind(name: str, kind: Instance, context: MethodContext) -> None:
    """Report a look-up with the wrong method."""
    call = context.context
    if not isinstance(call, CallExpr) or not isinstance(call.callee, MemberExpr):
        return
    looked_up = call.callee.name
    is_async = any(map(kind.type.has_base, (_names.ASYNC_SIGNAL, _names.ASYNC_EVENT)))
    what = "event" if kind.type.has_base(_names.EVENT_IDENTITY) else "signal"
    method = f"async_{what}" if is_async else what
    if looked_up != method:
        adjective = "async " if is_async else ""
        found = f"an {adjective}{what}" if is_async or what == "event" else f"a {what}"
        if not is_async and looked_up == f"async_{what}":
            found = f"not an async {what}"
        context.api.fail(f'"{name}" is {found}; look it up with "{method}"', call, code=NAME)


def _report_unknown(namespace: _Namespace, name: str, context: MethodContext) -> None:
    message = f'"{namespace.module}.{namespace.name}" declares no signal "{name}"'
    near = get_close_matches(name, namespace.declared.variables, n=1, cutoff=_CLOSE)
    if near:
        message += f'; did you mean "{near[0]}"?'
    context.api.fail(message, context.context, code=NAME)

"""The names of signals and receivers for messages, and where they are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

from mypy.nodes import (
    CallExpr,
    ClassDef,
    Decorator,
    Expression,
    IndexExpr,
    LambdaExpr,
    MemberExpr,
    NameExpr,
    RefExpr,
    StrExpr,
    SymbolNode,
    TypeInfo,
    Var,
)
from mypy.types import (
    CallableType,
    FunctionLike,
    Instance,
    NoneType,
    TypeType,
    TypeVarType,
    UnionType,
    get_proper_type,
)

from aldis.mypy._names import CONNECTING, EVENT_IDENTITY
from aldis.mypy._source import source_of

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Context
    from mypy.plugin import CheckerPluginInterface
    from mypy.types import ProperType, Type


Kind: TypeAlias = Literal["signal", "event"]


class Described(NamedTuple):
    """The description of a signal in messages."""

    name: str  # `signal "user_created"`
    place: str | None  # `"user_created" is declared in app/signals.py`


def checker_of(api: CheckerPluginInterface) -> TypeChecker:
    """Return the type checker behind its narrow interface."""
    return cast("TypeChecker", api)


def decorator_of(
    decorated: Context, callee: ProperType, api: CheckerPluginInterface
) -> Expression | None:
    """Return the decorator that is being applied."""
    checker = checker_of(api)
    if isinstance(decorated, Decorator):
        decorators = decorated.original_decorators
    else:
        decorators = decorated.decorators if isinstance(decorated, ClassDef) else []
    return next(
        (
            each
            for each in reversed(decorators)
            if checker.has_type(each) and _is_of(checker.lookup_type(each), callee)
        ),
        None,
    )


def _is_of(decorator: Type, callee: ProperType) -> bool:
    """Whether a type is this one, or a union with it."""
    kind = get_proper_type(decorator)
    kinds = kind.items if isinstance(kind, UnionType) else [kind]
    return any(get_proper_type(item) is callee for item in kinds)


def signal_of(callee: Expression | None) -> Expression | None:
    """Return the signal in `signal.connect`, or in `signal.connect_via(...)`."""
    if isinstance(callee, CallExpr):
        callee = callee.callee
    if isinstance(callee, MemberExpr) and callee.name in CONNECTING:
        return callee.expr
    return None


def sender_of(callee: Expression | None) -> Expression | None:
    """Return the signal in `signal.send`, or in `signal.limited(3).gather`."""
    signal = callee.expr if isinstance(callee, MemberExpr) else None
    if isinstance(signal, CallExpr) and isinstance(signal.callee, MemberExpr):
        return signal.callee.expr if signal.callee.name == "limited" else signal
    return signal


def is_event(kind: Type) -> bool:
    """Whether a type is that of an event, or of events and None."""
    proper = get_proper_type(kind)
    if isinstance(proper, TypeVarType):
        return is_event(proper.upper_bound)
    if isinstance(proper, UnionType):
        items = [each for each in proper.items if not isinstance(get_proper_type(each), NoneType)]
        return bool(items) and all(map(is_event, items))
    return isinstance(proper, Instance) and proper.type.has_base(EVENT_IDENTITY)


def kind_of(kind: Type) -> Kind:
    """Return the word for a type in messages."""
    return "event" if is_event(kind) else "signal"


def describe(
    signal: Expression | None, api: CheckerPluginInterface, kind: Kind = "signal"
) -> Described:
    """Return the name of a signal or event for messages, and where it is declared."""
    name = _name_of(signal)
    if name is None:
        return Described(f"the {kind}", None)
    place = _place(signal, name, checker_of(api))
    told = None if place is None else f'"{name}" is declared {place}'
    return Described(f'{kind} "{name}"', told)


def receiver_name(receiver: Expression, context: Context, kind: Type) -> str:
    """Return the name of a receiver for messages."""
    if isinstance(context, Decorator):
        return f'receiver "{context.func.name}"'
    if isinstance(context, ClassDef):
        return f'receiver "{context.name}"'
    if isinstance(receiver, LambdaExpr):
        return "the lambda"
    if (name := _name_of(receiver)) is not None:
        return f'receiver "{name}"'
    proper = get_proper_type(kind)
    if isinstance(proper, CallableType) and proper.name and not proper.is_type_obj():
        return f'receiver "{proper.name.partition(" of ")[0]}"'
    return "the receiver"


def _name_of(expression: Expression | None) -> str | None:
    if isinstance(expression, RefExpr) and _has_no_name(expression):
        return None
    if isinstance(expression, (NameExpr, MemberExpr)):
        return expression.name
    literal: Expression | None = None
    if isinstance(expression, IndexExpr):
        literal = expression.index
    elif isinstance(expression, CallExpr) and len(expression.args) == 1:
        literal = expression.args[0]
    return literal.value if isinstance(literal, StrExpr) else None


def _has_no_name(expression: RefExpr) -> bool:
    """Whether an expression is `self`, or a builtin such as `None`."""
    node = expression.node
    return (isinstance(node, Var) and node.is_self) or expression.fullname.startswith("builtins.")


def _place(signal: Expression | None, name: str, checker: TypeChecker) -> str | None:
    node: SymbolNode | None = signal.node if isinstance(signal, RefExpr) else None
    if isinstance(node, Decorator):
        node = node.var
    if isinstance(node, Var) and not node.fullname.startswith(checker.tree.fullname + "."):
        if "." not in node.fullname:  # a local variable
            return f"at {_shown(checker.path, checker)}:{node.line}"
        return _place_of(node.fullname, checker)
    if node is not None:
        return _place_of(node.fullname, checker)
    if isinstance(signal, MemberExpr) and checker.has_type(signal.expr):
        classes = _classes(checker.lookup_type(signal.expr))
        bases = (base for info in classes for base in info.mro if name in base.names)
        owner = next(bases, None)
        return None if owner is None else _place_of(f"{owner.fullname}.{name}", checker)
    return None


def _classes(kind: Type) -> list[TypeInfo]:
    proper = get_proper_type(kind)
    if isinstance(proper, TypeType):
        proper = proper.item
    if isinstance(proper, FunctionLike) and proper.is_type_obj():
        return [proper.type_object()]
    return [proper.type] if isinstance(proper, Instance) else []


def module_of(fullname: str, checker: TypeChecker) -> tuple[str, str] | None:
    """Split a full name into its module, and the name in it."""
    module = fullname
    while "." in module:
        module = module.rpartition(".")[0]
        if module in checker.modules:
            return module, fullname[len(module) + 1 :]
    return None


def _place_of(fullname: str, checker: TypeChecker) -> str | None:
    module, qualname = module_of(fullname, checker) or ("", fullname)
    path = checker.modules[module].path if module else ""
    if module not in {"", checker.tree.fullname}:
        # no line: mypy does not recheck this module when lines in another one move
        return f"in {_shown(path, checker)}"
    source = source_of(path)
    line = None if source is None else source.place_of(qualname)
    return None if line is None else f"at {_shown(path, checker)}:{line}"


def _shown(path: str, checker: TypeChecker) -> str:
    return checker.msg.errors.simplify_path(path)

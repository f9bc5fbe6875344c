"""Finds the sends and connections of signals in the source."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from aldis._callables import Place
from aldis._cli._names import SENDING
from aldis._cli._program import Program
from aldis._cli._values import Code, Instance, SendMethod, Sends, classes_in
from aldis._cycles import deep_questions

if TYPE_CHECKING:
    from aldis._cli._finding import Finds
    from aldis._cli._found import Found
    from aldis._cli._scopes import Scope
    from aldis._cli._source import FunctionNode

CONNECTING: Final = frozenset({"connect", "connect_via", "connected_to", "subscribe"})


class Sent(NamedTuple):
    """A line that sends a signal."""

    signal: Found
    by: Code
    place: Place
    is_guess: bool  # based only on the signal's name


class Connected(NamedTuple):
    """A line that connects a receiver."""

    signal: Found
    receiver: Code | SendMethod | str  # a function, a signal, or the source of anything else
    sender: str | None  # the source of the sender, if it is connected to only one
    place: Place
    is_guess: bool


class Flow:
    """The sends and connections in the source of a package.

    Attributes:
        sends: The lines that send.
        connects: The lines that connect.
    """

    def __init__(self, finds: Finds) -> None:
        self.sends: list[Sent] = []
        self.connects: list[Connected] = []
        self._program = Program(finds)
        self._by_name: defaultdict[str, set[Found]] = defaultdict(set)
        for found in finds.signals:
            for path in found.paths:
                self._by_name[last_name(path)].add(found)
        with deep_questions():
            for scope in self._program.modules.values():
                _Reader(self, self._program, scope).visit(scope.source.tree)

    def signals(self, expression: ast.expr, scope: Scope) -> tuple[list[Sends], bool]:
        """Return the signals that an expression may be, and whether that is a guess."""
        values = self._program.values(expression, scope)
        signals = [value for value in values if isinstance(value, Sends)]
        if signals or values:
            return signals, False
        match expression:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                alike = self._by_name.get(name, set())
                # if several signals have that name, it is unknown which one is meant
                sends = [
                    Sends(found, self._instance(expression, scope) if found.is_method else None)
                    for found in alike
                    if len(alike) == 1
                ]
                return sends, True
            case _:
                return [], False

    def _instance(self, expression: ast.Name | ast.Attribute, scope: Scope) -> str | None:
        """Return the source of the object in `object.signal`, if it may be an instance."""
        match expression:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="type"))):
                return None
            case ast.Attribute(value=ast.Attribute(attr="__class__")):
                return None
            case ast.Attribute(value=owner):
                is_class = bool(classes_in(self._program.values(owner, scope)))
                return None if is_class else ast.unparse(owner)
            case _:
                return None


class _Reader(ast.NodeVisitor):
    """Reads a module, function by function."""

    def __init__(self, flow: Flow, program: Program, scope: Scope) -> None:
        self._flow = flow
        self._program = program
        self._scope = scope
        self._code = Code(scope.name_of(scope.name), Place(scope.source.path, 1))

    # -- definitions

    def visit_FunctionDef(self, node: FunctionNode) -> None:
        name = self._scope.inner_name(node.name)
        code = Code(self._scope.name_of(name), Place(self._scope.source.path, node.lineno))
        for decorator in node.decorator_list:
            self._decorate(decorator, code)
            self.visit(decorator)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        self._enter(self._scope.within(node), code, node.body)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        scope = self._scope.within(node)
        code = Code(scope.name_of(scope.name), Place(scope.source.path, node.lineno))
        self._enter(scope, code, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        _, inside = self._program.classes[self._scope.inner_name(node.name)]
        self._enter(inside, self._code, node.body)

    def _enter(self, scope: Scope, code: Code, body: list[ast.stmt] | list[ast.expr]) -> None:
        before = self._scope, self._code
        self._scope, self._code = scope, code
        for node in body:
            self.visit(node)
        self._scope, self._code = before

    # -- calls

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(value=owner, attr=name) if name in SENDING:
                signals, is_guess = self._flow.signals(owner, self._scope)
                self._send([each.signal for each in signals], node, is_guess=is_guess)
            case ast.Attribute(value=owner, attr=name) if name in CONNECTING:
                if name != "connect_via":
                    self._connect(owner, node, _argument(node, 0, "receiver"))
            case ast.Call(func=ast.Attribute(value=owner, attr="connect_via")) if node.args:
                self._connect(owner, node.func, node.args[0])
            case _:
                values = self._program.values(node.func, self._scope)
                methods = [value.signal for value in values if isinstance(value, SendMethod)]
                self._send(methods, node, is_guess=False)

    def _send(self, signals: list[Found], node: ast.Call, *, is_guess: bool) -> None:
        for signal in signals:
            self._flow.sends.append(Sent(signal, self._code, self._place(node), is_guess))

    def _connect(self, owner: ast.expr, call: ast.Call, receiver: ast.expr | None) -> None:
        if receiver is None:
            return
        values = self._program.values(receiver, self._scope)
        known: list[Code | SendMethod | str] = [
            self._program.called(value) if isinstance(value, Instance) else value
            for value in values
            if isinstance(value, (Code, Instance, SendMethod))
        ]
        self._note(owner, call, known or [ast.unparse(receiver)])

    def _decorate(self, decorator: ast.expr, code: Code) -> None:
        match decorator:
            case ast.Attribute(value=owner, attr="connect"):
                self._note(owner, None, [code])
            case ast.Call(func=ast.Attribute(value=owner, attr="connect_via")):
                self._note(owner, decorator, [code])
            case _:
                pass

    def _note(
        self, owner: ast.expr, call: ast.Call | None, receivers: list[Code | SendMethod | str]
    ) -> None:
        signals, is_guess = self._flow.signals(owner, self._scope)
        for signal in signals:
            sender = signal.of
            if call is not None and sender is None:
                is_via = isinstance(call.func, ast.Attribute) and call.func.attr == "connect_via"
                asked = _argument(call, 0 if is_via else 1, "sender")
                sender = None if asked is None else ast.unparse(asked)
            if sender is not None and last_name(sender) == "ANY":
                sender = None
            for receiver in receivers:
                self._flow.connects.append(
                    Connected(signal.signal, receiver, sender, self._place(call or owner), is_guess)
                )

    def _place(self, node: ast.expr) -> Place:
        return Place(self._scope.source.path, node.lineno)


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[position] if len(call.args) > position else None


def last_name(path: str) -> str:
    """Return the last part of a dotted name, or the name in a namespace."""
    return path.rpartition("[")[2].strip("]'\"").rpartition(".")[2]

"""Programs as the analysis tells of them, read from small sources without a checker.

It knows signals by the names of variables and attributes, and types by annotations of parameters
and by literals: so a test of the plan needs no run of mypy.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeAlias

from aldis._migrate._model import (
    UNKNOWN,
    Argument,
    Declaration,
    Documentation,
    Form,
    Parameter,
    Program,
    Receiver,
    Send,
    Span,
    TypeText,
)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
OPTIONS = ("_async_wrapper", "_sync_wrapper")


def program_in(root: Path) -> Program:
    program = Program()
    readers: list[_Reader] = []
    for path in sorted(root.rglob("*.py")):
        text = path.read_bytes().decode()
        module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        program.files[path], program.modules[path] = text, module
        readers.append(_Reader(path, module, ast.parse(text), program))
    for reader in readers:
        reader.read_declarations()
    for reader in readers:
        reader.read_uses()
    return program


How: TypeAlias = Literal["connect", "decorator", "connect_via", "connected_to"]
Kind: TypeAlias = Literal["positional", "either", "keyword", "star", "stars"]


def _text(node: ast.expr) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else None


class _Reader:
    def __init__(self, path: Path, module: str, tree: ast.Module, program: Program) -> None:
        self.path, self.module, self.tree, self.program = path, module, tree, program
        self.names = dict(self._imports())

    def _imports(self) -> Iterator[tuple[str, str]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield alias.asname or alias.name, f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.asname or alias.name, alias.name
            elif isinstance(node, ast.ClassDef):
                yield node.name, f"{self.module}.{node.name}"

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> Span:
        end, end_column = node.end_lineno or 0, node.end_col_offset or 0
        return Span(self.path, node.lineno, node.col_offset, end, end_column)

    # -- declarations

    def read_declarations(self) -> None:
        self._declarations(self.tree.body, None)

    def _declarations(self, body: list[ast.stmt], owner: str | None) -> None:
        for place, node in enumerate(body):
            if isinstance(node, ast.ClassDef):
                self._declarations(node.body, f"{owner or self.module}.{node.name}")
            elif isinstance(node, FunctionNode):
                self._declarations(node.body, owner)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                following = body[place + 1] if place + 1 < len(body) else None
                self._declaration(node, owner, following)

    def _declaration(
        self, node: ast.Assign | ast.AnnAssign, owner: str | None, following: ast.stmt | None
    ) -> None:
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        call = node.value
        if not isinstance(call, ast.Call) or not self._makes_signal(call):
            return
        is_attribute = isinstance(target, ast.Attribute)
        form: Form = "instance" if is_attribute else "class" if owner else "module"
        name = target.attr if isinstance(target, ast.Attribute) else ast.unparse(target)
        given = [text for one in call.args if (text := _text(one)) is not None]
        namespace = ast.unparse(call.func).rpartition(".")[0]
        declaration = Declaration(
            f"{owner or self.module}.{name}",
            form,
            self.span(node),
            self.span(call),
            name,
            name=given[0] if given else None,
            namespace=f"{self.module}.{namespace}" if namespace else None,
            owner=owner,
            annotation=self.span(node.annotation) if isinstance(node, ast.AnnAssign) else None,
            documentation=tuple(self._documentation(call, following)),
        )
        self.program.declarations.append(declaration)

    def _makes_signal(self, call: ast.Call) -> bool:
        root, _, rest = ast.unparse(call.func).partition(".")
        meaning = ".".join(part for part in (self.names.get(root, ""), rest) if part)
        return meaning in {"signal", "blinker.signal", "blinker.Signal"}  # of a namespace

    def _documentation(self, call: ast.Call, following: ast.stmt | None) -> Iterator[Documentation]:
        values = call.args[1:] + [one.value for one in call.keywords if one.arg == "doc"]
        if ast.unparse(call.func).endswith("Signal"):
            values = [*call.args, *values]
        for value in values:
            if (text := _text(value)) is not None:
                yield Documentation(text, "argument", self.span(value))
        if isinstance(following, ast.Expr) and (text := _text(following.value)) is not None:
            yield Documentation(text, "string", self.span(following))

    # -- what is done with them

    def read_uses(self) -> None:
        self._visit(self.tree, [], None)

    def _visit(self, node: ast.AST, functions: list[FunctionNode], owner: str | None) -> None:
        if isinstance(node, ast.ClassDef):
            owner = f"{self.module}.{node.name}"
        if isinstance(node, FunctionNode):
            functions = [*functions, node]
            for decorator in node.decorator_list:
                self._decorator(node, decorator, is_method=owner is not None)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
                is_dropped = isinstance(node, (ast.Expr, ast.Await))
                self._call(child, child.func, functions, owner, is_dropped=is_dropped)
            self._visit(child, functions, owner)

    def _call(
        self,
        call: ast.Call,
        func: ast.Attribute,
        functions: list[FunctionNode],
        owner: str | None,
        *,
        is_dropped: bool,
    ) -> None:
        symbol = self._symbol(func.value, owner)
        if symbol is None:
            return
        if func.attr in {"send", "send_async"}:
            named = [one for one in call.keywords if one.arg is not None]
            arguments = [self._argument(one.arg or "", one, functions, owner) for one in named]
            first = call.args[0] if call.args else None
            sender = self._argument("sender", first, functions, owner) if first else None
            self.program.sends.append(
                Send(
                    symbol,
                    self.span(call),
                    functions[-1].name if functions else "",
                    func.attr,
                    sender,
                    tuple(one for one in arguments if one.name not in OPTIONS),
                    tuple(one for one in arguments if one.name in OPTIONS),
                    spreads=len(named) < len(call.keywords),
                    more_positional=len(call.args) > 1,
                    result="dropped" if is_dropped else "read",
                )
            )
        elif func.attr == "connect" and call.args:
            found = self._function(call.args[0])
            self._receiver(symbol, call, "connect", found, ast.unparse(call.args[0]))

    def _decorator(self, node: FunctionNode, decorator: ast.expr, *, is_method: bool) -> None:
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not isinstance(func, ast.Attribute) or func.attr not in {"connect", "connect_via"}:
            return
        symbol = self._symbol(func.value, None)
        if symbol is not None:
            how: How = "connect_via" if func.attr == "connect_via" else "decorator"
            self._receiver(symbol, decorator, how, node, node.name)

    def _receiver(
        self, symbol: str, at: ast.expr, how: How, function: FunctionNode | None, name: str
    ) -> None:
        parameters = None if function is None else tuple(self._parameters(function))
        returns = None if function is None else self._returns(function)
        self.program.receivers.append(
            Receiver(
                symbol,
                self.span(at),
                how,
                name,
                parameters,
                returns,
                isinstance(function, ast.AsyncFunctionDef),
                function is not None
                and any(isinstance(one, ast.Yield) for one in ast.walk(function)),
                function=self.span(function) if function and how != "connect" else None,
            )
        )

    def _returns(self, function: FunctionNode) -> TypeText:
        if any(isinstance(one, ast.Return) and one.value for one in ast.walk(function)):
            return UNKNOWN
        return TypeText("None", "fully", "inferred")

    def _parameters(self, function: FunctionNode) -> Iterator[Parameter]:
        given = function.args
        either = [*given.posonlyargs, *given.args]
        defaults = [None] * (len(either) - len(given.defaults)) + [*given.defaults]
        for place, (one, default) in enumerate(zip(either, defaults, strict=True)):
            kind: Kind = "positional" if place < len(given.posonlyargs) else "either"
            if one.arg != "self":
                yield self._parameter(one, kind, default)
        if given.vararg:
            yield self._parameter(given.vararg, "star", None)
        for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            yield self._parameter(one, "keyword", default)
        if given.kwarg:
            yield self._parameter(given.kwarg, "stars", None)

    def _parameter(self, one: ast.arg, kind: Kind, default: ast.expr | None) -> Parameter:
        source = None if default is None else ast.unparse(default)
        return Parameter(one.arg, kind, source, self._annotated(one.annotation))

    def _function(self, node: ast.expr) -> FunctionNode | None:
        wanted = ast.unparse(node).rpartition(".")[2]
        for one in ast.walk(self.tree):
            if isinstance(one, FunctionNode) and one.name == wanted:
                return one
        return None

    def _symbol(self, node: ast.expr, owner: str | None) -> str | None:
        text = ast.unparse(node)
        root, _, rest = text.partition(".")
        symbols = {one.symbol for one in self.program.declarations}
        candidates = [f"{self.module}.{text}", f"{self.names.get(root, root)}.{rest}".rstrip(".")]
        if root in {"self", "cls"}:
            candidates = [f"{owner}.{rest}"]
        tail = [one for one in symbols if rest and one.endswith(f".{text.rpartition('.')[2]}")]
        return next((one for one in (*candidates, *tail) if one in symbols), None)

    # -- types

    def _argument(
        self,
        name: str,
        node: ast.expr | ast.keyword,
        functions: list[FunctionNode],
        owner: str | None,
    ) -> Argument:
        value = node.value if isinstance(node, ast.keyword) else node
        return Argument(
            name, self.span(node), self._type(value, functions, owner), ast.unparse(value)
        )

    def _type(self, node: ast.expr, functions: list[FunctionNode], owner: str | None) -> TypeText:
        if isinstance(node, ast.Constant):
            text = "None" if node.value is None else f"builtins.{type(node.value).__name__}"
            return TypeText(text, "fully", "inferred")
        if isinstance(node, ast.Name) and node.id == "self" and owner:
            return TypeText(owner, "fully", "inferred")
        if isinstance(node, ast.Name):
            for function in reversed(functions):
                for one in (*function.args.args, *function.args.kwonlyargs):
                    if one.arg == node.id:
                        return self._annotated(one.annotation)
        return UNKNOWN

    def _annotated(self, annotation: ast.expr | None) -> TypeText:
        if annotation is None:
            return UNKNOWN
        return TypeText(self._qualified(annotation), "fully", "stated")

    def _qualified(self, annotation: ast.expr) -> str:
        renamed: Mapping[str, str] = self.names
        copy = ast.parse(ast.unparse(annotation), mode="eval")
        for node in ast.walk(copy):
            if isinstance(node, ast.Name):
                node.id = renamed.get(node.id, f"builtins.{node.id}")
        return ast.unparse(copy)


def with_obstacle(declaration: Declaration, code: str, sentence: str) -> Declaration:
    return replace(declaration, obstacle=(code, sentence))

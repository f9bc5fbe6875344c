"""The text of one stub, with its signals declared."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from aldis._migrate._declaring import Writer
from aldis._migrate._editable import Edit, Source
from aldis._migrate._imports import in_stub
from aldis._migrate._model import UNKNOWN
from aldis._migrate._naming import Naming
from aldis._migrate._scope import class_names, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from aldis._migrate._plan import Choice, Plan

_HELPER = """\
_SenderT = TypeVar("_SenderT")
_P = ParamSpec("_P")
_ResultT = TypeVar("_ResultT")
"""

_FUNCTION = """
# Makes a signal of the signature that its receivers must accept; it exists for type checkers only.
def {name}(
    receiver: Callable[Concatenate[_SenderT, _P], _ResultT],
) -> {kind}[_SenderT, _P, _ResultT]: ...
"""

_UNKNOWN = frozenset({"Incomplete", "Any"})

_IMPORTS = (
    ("collections.abc", "Callable"),
    ("typing", "Concatenate"),
    ("typing", "ParamSpec"),
    ("typing", "TypeVar"),
)


class StubText:
    """A stub that gets declarations.

    Args:
        text: The stub as it is.
        module: The module that it describes.
        path: The file of the module.
        plan: The plan.
    """

    def __init__(self, text: str, module: str, path: Path, plan: Plan) -> None:
        self._source = Source(path.with_suffix(".pyi"), text.encode())
        is_package = path.stem == "__init__"
        self._scope = scope_of(self._source.tree, module, is_package=is_package)
        self._naming = Naming(module, self._scope, set(plan.program.modules.values()))
        self._tree = self._source.tree
        self._kinds: dict[str, str] = {}

    def with_declarations(self, choices: Sequence[Choice], others: Sequence[Choice]) -> str:
        """Return the stub with signals declared.

        Args:
            choices: The signals.
            others: The signals that stay; they get their own type.
        """
        edits = [edit for choice in others for edit in self._open(choice)]
        at_end: list[str] = []
        for choice in choices:
            found = self._statement(choice)
            if found is None:
                at_end.append(self._declaration(choice, ""))
                continue
            start, end = self._source.ends_of(found)
            indent = self._source.indent_at(found.lineno)
            edits.append(Edit(start - len(indent), end, self._declaration(choice, indent)))
        end = len(self._source.text)
        edits.append(Edit(end, end, "".join(f"{one}\n" for one in at_end)))
        return self._source.edited([*self._helpers(), *edits])

    def _open(self, choice: Choice) -> Iterator[Edit]:
        """Annotate a signal that stubgen could not."""
        kind = "Signal" if choice.declaration.name is None else "NamedSignal"
        found = self._statement(choice)
        if found is not None and ast.unparse(found.annotation) in _UNKNOWN:
            start, end = self._source.ends_of(found.annotation)
            yield Edit(start, end, self._naming.text(f"blinker.{kind}"))

    def _statement(self, choice: Choice) -> ast.AnnAssign | None:
        """Find the text that stubgen wrote for a signal."""
        declaration = choice.declaration
        body: list[ast.stmt] = self._tree.body
        if declaration.owner is not None and declaration.form != "module":
            name = declaration.owner.rpartition(".")[2]
            classes = [one for one in ast.walk(self._tree) if isinstance(one, ast.ClassDef)]
            body = [part for one in classes if one.name == name for part in one.body]
        for one in body:
            if isinstance(one, ast.AnnAssign) and ast.unparse(one.target) == declaration.target:
                return one
        return None

    def _declaration(self, choice: Choice, indent: str) -> str:
        kind = "Signal" if choice.declaration.name is None else "NamedSignal"
        name = self._helper_for(kind)
        owner = choice.declaration.owner if indent else None
        shadowed = class_names(self._tree, owner) if owner else ()
        writer = Writer(lambda text: self._naming.text(text, shadowed), indent, is_stub=True)
        signature = choice.signature
        if signature.result.text in {
            "None",
            "builtins.object",
        }:  # receivers elsewhere may return anything
            signature = replace(signature, result=UNKNOWN)
        function = writer.declaration(choice.declaration.target, signature)
        static = f"{indent}@staticmethod\n" if indent else ""
        return f"{indent}@{name}\n{static}{function}"

    def _helper_for(self, kind: str) -> str:
        """Return the function that makes signals of a kind; an existing one is used."""
        if kind not in self._kinds:
            for one in self._tree.body:
                if isinstance(one, ast.FunctionDef) and one.returns is not None:
                    head = ast.unparse(one.returns).partition("[")[0]
                    if one.name.startswith("_declare") and head.rpartition(".")[2] == kind:
                        self._kinds[kind] = one.name
                        return one.name
            wanted = "_declare" if not self._kinds else "_declare_unnamed"
            self._kinds[kind] = self._naming.function_name(wanted)
        return self._kinds[kind]

    def _helpers(self) -> Iterator[Edit]:
        """Add the imports, and the functions that declare."""
        written = {one.name for one in self._tree.body if isinstance(one, ast.FunctionDef)}
        new = {kind: name for kind, name in self._kinds.items() if name not in written}
        text = ""
        if new:
            names = {name: self._naming.text(f"{module}.{name}") for module, name in _IMPORTS}
            text = "" if "_SenderT" in self._scope.names else _HELPER
            for kind, name in new.items():
                local = self._naming.text(f"blinker.{kind}")
                text += _FUNCTION.format(name=name, kind=local)
            for name, local in names.items():
                text = text.replace(name, local) if name != local else text
        yield from in_stub(self._source, self._naming.for_types, f"\n{text}\n" if text else "")

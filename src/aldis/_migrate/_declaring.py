"""The text of a declaration."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aldis._migrate._unions import ANY, NONE, OBJECT, members

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis._migrate._plan import Signature

WIDTH: Final = 88
"""Longer lines are wrapped, as most formatters do."""

_STEP: Final = "    "


@dataclass(frozen=True)
class Writer:
    """Writes declarations of one place.

    Attributes:
        annotation: Returns how a type is written there.
        indent: What every line starts with.
        is_stub: Whether it is a stub, where no function has a body.
    """

    annotation: Callable[[str], str]
    indent: str = ""
    is_stub: bool = False

    def declaration(
        self, name: str, signature: Signature, doc: str = "", *, sender: str = "sender"
    ) -> str:
        """Return a `def`, without decorators and without the last line's end.

        Args:
            name: The name of the function.
            signature: What it declares.
            doc: Its documentation.
            sender: `self` in a method, which is sent by its instance; "" for an event.
        """
        parameters = self._parameters(signature, sender)
        result = self.annotation(signature.result.text)
        body = self._body(doc, result=signature.result.text)
        return f"{self._head(name, parameters, result, body)}{body}"

    def _parameters(self, signature: Signature, sender: str) -> list[str]:
        found = {"": [], "self": ["self"]}.get(sender)
        if found is None:
            first = _free(sender, [field.name for field in signature.fields])
            found = [f"{first}: {self.annotation(signature.sender.text)}", "/"]
        if signature.fields:
            found.append("*")
        for field in signature.fields:
            text = f"{field.name}: {self.annotation(field.type.text)}"
            found.append(text if field.default is None else f"{text} = {field.default}")
        return found

    def _head(self, name: str, parameters: list[str], result: str, body: str) -> str:
        start, end = f"{self.indent}def {name}(", f") -> {result}:"
        inline = "" if body.startswith("\n") else body
        one_line = start + ", ".join(parameters) + end
        if len(one_line + inline) <= WIDTH:
            return one_line
        inner = f"{self.indent}{_STEP}{', '.join(parameters)}"
        if len(inner) <= WIDTH:
            return f"{start}\n{inner}\n{self.indent}{end}"
        lines = "".join(f"{self.indent}{_STEP}{one},\n" for one in parameters)
        return f"{start}\n{lines}{self.indent}{end}"

    def _body(self, doc: str, *, result: str) -> str:
        indent = f"{self.indent}{_STEP}"
        # checkers require a body where there is a result; a docstring is not enough
        is_wanted = not self.is_stub and not {ANY, NONE, OBJECT} & set(members(result))
        raised = f"\n{indent}raise NotImplementedError" if is_wanted else ""
        if not doc.strip():
            return raised or " ..."
        lines = inspect.cleandoc(doc).splitlines()
        text = "\n".join(f"{indent}{line}".rstrip() for line in lines).strip()
        text = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
        if len(lines) > 1:
            return f'\n{indent}"""{text}\n{indent}"""{raised}'
        if text.endswith('"'):
            text = f'{text[:-1]}\\"'
        return f'\n{indent}"""{text}"""{raised}'


def _free(name: str, taken: list[str]) -> str:
    while name in taken:
        name = f"_{name}"
    return name

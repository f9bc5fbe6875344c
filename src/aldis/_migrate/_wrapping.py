"""Functions that wrap async receivers as the sends of a program did until now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aldis._migrate._naming import Naming
    from aldis._migrate._plan import Wrapper


class Wrapping:
    """Writes the wrappers of one file, each once."""

    def __init__(self, naming: Naming, annotation: Callable[[str], str]) -> None:
        self._naming = naming
        self._annotation = annotation
        self._names: dict[Wrapper, str] = {}
        self._written: set[Wrapper] = set()

    def options(self, wrappers: Sequence[Wrapper]) -> str:
        """Return the arguments of `typed`."""
        return "".join(f", {one.option}={self._name(one)}" for one in wrappers)

    def definitions(self, wrappers: Sequence[Wrapper], gap: str) -> str:
        """Return the functions that were not written before.

        They import what they call when they are called: nothing is imported earlier than before.
        """
        text = ""
        for one in wrappers:
            if one not in self._written:
                self._written.add(one)
                text += f"{self._definition(one)}\n{gap}"
        return text

    def _name(self, wrapper: Wrapper) -> str:
        if wrapper not in self._names:
            self._names[wrapper] = self._naming.function_name(f"_{wrapper.option}")
        return self._names[wrapper]

    def _definition(self, wrapper: Wrapper) -> str:
        any_type = self._annotation("typing.Any")
        called = ".".join(part for part in (wrapper.name, wrapper.rest) if part)
        return (
            f"def {self._name(wrapper)}(receiver: {any_type}) -> {any_type}:\n"
            f"    from {wrapper.module} import {wrapper.name}\n\n"
            f"    return {called}(receiver)"
        )

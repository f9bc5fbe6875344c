"""Writes functions that wrap async receivers as the sends have done so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aldis._migrate._naming import Naming
    from aldis._migrate._plan import Wrapper


class Wrapping:
    """Writes the wrappers of one file, each once.

    A wrapper is looked up anew for each receiver, as it was by each send: `current_app` is that of
    the request.
    """

    def __init__(
        self, naming: Naming, known: Callable[[str], str | None], annotation: Callable[[str], str]
    ) -> None:
        self._naming = naming
        self._known = known
        self._annotation = annotation
        self._names: dict[Wrapper, str] = {}

    def options(self, wrappers: Sequence[Wrapper]) -> list[str]:
        """Return the arguments of `typed`."""
        return [f"{one.option}={self._expression(one)}" for one in wrappers]

    def definitions(self) -> str:
        """Return the functions that the options name, each of which imports what it calls.

        Nothing is imported earlier than before.
        """
        return "\n\n\n".join(self._definition(one) for one in self._names)

    def _expression(self, wrapper: Wrapper) -> str:
        known = self._known(f"{wrapper.module}.{wrapper.name}")
        if known is not None:
            return f"lambda function: {_chain(known, wrapper.rest)}(function)"
        if wrapper not in self._names:
            self._names[wrapper] = self._naming.function_name(f"_{wrapper.option}")
        return self._names[wrapper]

    def _definition(self, wrapper: Wrapper) -> str:
        any_type = self._annotation("typing.Any")
        return (
            f"def {self._names[wrapper]}(function: {any_type}) -> {any_type}:\n"
            f"    from {wrapper.module} import {wrapper.name}\n\n"
            f"    return {_chain(wrapper.name, wrapper.rest)}(function)"
        )


def _chain(name: str, rest: str) -> str:
    return f"{name}.{rest}" if rest else name

"""The signals that the parts share. Those of the walker alone are declared in its class."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar, ParamSpec, TypeVar

from aldis import Signal

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable
    from pathlib import Path

    from .parser import Parser
    from .walker import Walker

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


class CountedSignal(Signal[S, P, R]):
    """A signal that counts, by its name, how often it was sent and how often received."""

    sends: ClassVar[Counter[str]] = Counter()
    deliveries: ClassVar[Counter[str]] = Counter()

    def send(
        self, sender: S, /, *args: P.args, **kwargs: P.kwargs
    ) -> list[tuple[Callable[..., R], R]]:
        """Send and count; a bound signal such as `walker.found` comes through here as well."""
        results = super().send(sender, *args, **kwargs)
        self.sends[self.__qualname__] += 1
        self.deliveries[self.__qualname__] += len(results)
        return results


@CountedSignal
def source_read(sender: Parser, /, *, path: Path, source: bytes) -> None:
    """A file was read; whether it can be parsed is not known yet."""


@CountedSignal
def source_parsed(sender: Parser, /, *, path: Path, module: str, statements: list[ast.AST]) -> None:
    """A file was parsed. `statements` are all of its statements, the nested ones too."""


@CountedSignal
def import_seen(sender: Parser, /, *, importer: str, imported: str) -> None:
    """A module imports another; both are full dotted names."""


@CountedSignal
def error_met(sender: Walker | Parser, /, *, path: Path, error: Exception) -> None:
    """A folder could not be listed, or a file not be read or parsed; the work goes on."""

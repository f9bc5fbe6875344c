"""Registers signals with autodoc in advance, as documented variables.

In a module, autodoc documents only variables that are documented in its source; for variables in a
class it shows no other documentation.
"""

from __future__ import annotations

import ast
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from sphinx.errors import PycodeError
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docstrings import prepare_docstring
from sphinx.util.inspect import safe_getattr

from aldis import AsyncSignalMethod, Namespace, SignalMethod
from aldis._static import is_class, module_of, namespace_of
from aldis.sphinx._seen import undocumented
from aldis.sphinx._signature import is_signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from aldis.sphinx._finding import Found


def tell_of_module(env: BuildEnvironment, module: ModuleType) -> None:
    """Register the signals and namespaces of a module."""
    analyzer = _analyzer(module.__name__)
    if analyzer is not None:
        _tell(env, analyzer, "", _own_signals(module, analyzer.code))


def tell_of_class(env: BuildEnvironment, kind: type) -> None:
    """Register the signals of a class, including inherited ones."""
    for base in kind.__mro__:
        # not `dir`, which shows little more than the members of an Enum
        signals = [*_signals_of_class(base)]
        analyzer = _analyzer(module_of(base)) if signals else None
        if analyzer is not None:
            _tell(env, analyzer, base.__qualname__, signals)


def tell_before_it_is_documented(app: Sphinx) -> None:
    """Register the signals of each class that autodoc or autosummary looks up."""

    def look_up(owner: object, name: str, *default: Any) -> object:
        found: object = safe_getattr(owner, name, *default)
        if is_class(found):
            tell_of_class(app.env, found)
        return found

    for kind in (ModuleType, type):
        app.add_autodoc_attrgetter(kind, look_up)


def comment_on(found: Found) -> list[str]:
    """Return the documentation next to the assignment of a signal in the source."""
    holder, _, last = found.path.rpartition(".")
    places: list[tuple[str, str]] = [(found.module, holder)]
    if is_class(found.holder):
        places = [(module_of(base), base.__qualname__) for base in found.holder.__mro__]
    for module, path in places:
        analyzer = _analyzer(module)
        commented = analyzer.attr_docs.get((path, last)) if analyzer else None
        if commented and any(commented):
            return list(commented)
    return []


def _tell(
    env: BuildEnvironment,
    analyzer: ModuleAnalyzer,
    holder: str,
    members: Iterable[tuple[str, object]],
) -> None:
    for name, thing in members:
        identity = id(thing)
        is_one = is_signal(thing)
        lines = prepare_docstring(thing.__doc__ or "") if is_one else []
        # autodoc ignores an empty list
        told = analyzer.attr_docs.setdefault((holder, name), lines or [""])
        if is_one and not any(told):
            undocumented(env).add(identity)


def _analyzer(module: str) -> ModuleAnalyzer | None:
    """Return the analyzed source of a module, if there is any."""
    try:
        analyzer = ModuleAnalyzer.for_module(module)
        analyzer.analyze()
    except PycodeError:
        return None
    return analyzer


def _own_signals(module: ModuleType, code: str) -> Iterator[tuple[str, object]]:
    """Yield the signals and namespaces of a module, except imported ones."""
    own: set[str] = {*getattr(module, "__all__", ()), *_assigned(code)}
    for name, thing in vars(module).items():
        if (is_signal(thing) or isinstance(thing, Namespace)) and (
            name in own or thing.__module__ == module.__name__
        ):
            yield name, thing


def _signals_of_class(kind: type) -> Iterator[tuple[str, object]]:
    for name, thing in namespace_of(kind).items():
        if isinstance(thing, (SignalMethod, AsyncSignalMethod)):
            yield name, cast("SignalMethod[object, ..., object]", thing)._signal
        elif is_signal(thing):
            yield name, thing


def _assigned(code: str) -> Iterator[str]:
    """Yield the names that a module assigns."""
    for statement in ast.parse(code).body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id

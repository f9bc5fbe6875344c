"""Let autodoc see signals: the members of a module or class, and those of a namespace."""

from __future__ import annotations

import ast
import inspect
import sys
from typing import TYPE_CHECKING, Any, cast

from sphinx.errors import PycodeError
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docstrings import prepare_docstring
from sphinx.util.inspect import stringify_signature

from aldis import AsyncSignal, AsyncSignalMethod, Namespace, SignalMethod
from aldis.sphinx._fields import Mode, with_fields
from aldis.sphinx._seen import Seen, seen_signals, undocumented
from aldis.sphinx._signature import SIGNALS, AnySignal, signature_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from aldis.sphinx._finding import Found


def document(
    app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """Add to a docstring what is known of the signal; the event is `autodoc-process-docstring`."""
    if what == "module":
        module = cast("ModuleType", thing)
        analyzer = _analyzer(module.__name__)
        if analyzer is not None:
            _tell_of_signals(app.env, analyzer, "", _own_signals(module, analyzer.code))
    elif isinstance(thing, type):
        analyzer = _analyzer(thing.__module__)
        if analyzer is not None:
            _tell_of_signals(app.env, analyzer, thing.__qualname__, _signals_of_class(thing))
    elif isinstance(thing, SIGNALS):
        _document_signal(app, name, cast("AnySignal", thing), lines)
    elif isinstance(thing, Namespace):
        if lines[:1] == prepare_docstring(Namespace.__doc__ or "")[:1]:
            lines.clear()  # what the class says of itself
        lines += _listed(name, thing)


def skip(
    app: Sphinx, what: str, name: str, thing: object, skipped: bool, options: Any
) -> bool | None:
    """Leave out signals without documentation, unless the author wants what has none.

    The event is `autodoc-skip-member`.
    """
    if id(thing) in undocumented(app.env) and not options.undoc_members:
        return True
    return None


def described(found: Found, env: BuildEnvironment) -> tuple[list[str], list[str]]:
    """Return the head of a directive for a signal, and what is below it."""
    holder, _, last = found.path.rpartition(".")
    analyzer = _analyzer(found.module)
    commented = analyzer.attr_docs.get((holder, last)) if analyzer else None
    lines = list(commented or prepare_docstring(found.signal.__doc__ or ""))
    name = f"{found.module}.{found.path}"
    env.events.emit("autodoc-process-docstring", "data", name, found.signal, {}, lines)
    seen = seen_signals(env)[name]
    flags = ["namespace", *seen.flags] if found.in_namespace else seen.flags
    head = [f".. py:signal:: {found.path}{seen.text}", f"   :module: {found.module}"]
    return [*head, *(f"   :{flag}:" for flag in flags)], lines


def _document_signal(app: Sphinx, name: str, signal: AnySignal, lines: list[str]) -> None:
    signature = signature_of(signal)
    short = app.config.autodoc_typehints_format == "short"
    shows_types = app.config.autodoc_typehints != "none"
    text = stringify_signature(
        signature,
        show_annotation=shows_types,
        show_return_annotation=shows_types,
        unqualified_typehints=short,
    )
    flags = ("async",) if isinstance(signal, AsyncSignal) else ()
    seen_signals(app.env)[name] = Seen(text, flags)
    mode: Mode = "smart" if short else "fully-qualified"
    lines[:] = with_fields(lines, signature, mode if shows_types else None)


def _tell_of_signals(
    env: BuildEnvironment,
    analyzer: ModuleAnalyzer,
    holder: str,
    members: Iterable[tuple[str, object]],
) -> None:
    """Let the docstring of a declaration count as that of a variable.

    In a module, autodoc documents those variables only that are documented in its source; of those
    in a class it shows no other documentation.
    """
    for name, thing in members:
        identity = id(thing)
        if (holder, name) not in analyzer.attr_docs:
            lines = prepare_docstring(thing.__doc__ or "") if isinstance(thing, SIGNALS) else [""]
            analyzer.attr_docs[holder, name] = lines
        if not analyzer.attr_docs[holder, name]:
            undocumented(env).add(identity)


def _analyzer(module: str) -> ModuleAnalyzer | None:
    """Return what is read from the source of a module, if there is any."""
    try:
        analyzer = ModuleAnalyzer.for_module(module)
        analyzer.analyze()
    except PycodeError:
        return None
    return analyzer


def _own_signals(module: ModuleType, code: str) -> Iterator[tuple[str, object]]:
    """Give the signals and namespaces that a module has, other than those that it imports."""
    own: set[str] = {*getattr(module, "__all__", ()), *_assigned(code)}
    for name, thing in vars(module).items():
        if isinstance(thing, (*SIGNALS, Namespace)) and (
            name in own or thing.__module__ == module.__name__
        ):
            yield name, thing


def _signals_of_class(kind: type) -> Iterator[tuple[str, object]]:
    for name in dir(kind):
        thing = inspect.getattr_static(kind, name)
        if isinstance(thing, (*SIGNALS, SignalMethod, AsyncSignalMethod)):
            yield name, getattr(kind, name)


def _assigned(code: str) -> Iterator[str]:
    """Give the names that a module assigns, other than those that it imports."""
    for statement in ast.parse(code).body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id


def _listed(place: str, namespace: Namespace) -> Iterator[str]:
    """Give lines that describe the signals of a namespace, or refer to where they are described."""
    yield ""
    for name, signal in namespace.items():
        full_name = f"{signal.__module__}.{signal.__qualname__}"
        if _found_at(signal.__module__, signal.__qualname__) is signal:
            yield f'- ``"{name}"``: :py:signal:`~{full_name}`'
            yield ""
        else:
            yield f".. autosignal:: {place}.{name}"
            yield ""


def _found_at(module: str | None, path: str) -> object:
    found: object = sys.modules.get(module or "")
    for part in path.split("."):
        found = getattr(found, part, None)
    return found

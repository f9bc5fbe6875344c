"""Shows signals to autodoc: members of modules, classes and namespaces."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

from sphinx.util.docstrings import prepare_docstring
from sphinx.util.inspect import stringify_signature

from aldis import Namespace
from aldis._copies import name_in_module
from aldis.sphinx._fields import Mode, with_fields
from aldis.sphinx._public import public
from aldis.sphinx._seen import Seen, seen_signals, undocumented
from aldis.sphinx._signature import (
    AnySignal,
    flags_of,
    has_no_sender,
    is_signal,
    signature_of,
)
from aldis.sphinx._telling import comment_on, tell_of_class, tell_of_module

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

    from aldis.sphinx._finding import Found


def document(
    app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """Add fields to the docstring of a signal; for `autodoc-process-docstring`."""
    if what == "module":
        tell_of_module(app.env, cast("ModuleType", thing))
    elif isinstance(thing, type):
        tell_of_class(app.env, thing)
    elif is_signal(thing):
        _document_signal(app, name, thing, lines)
    elif isinstance(thing, Namespace):
        if lines[:1] == prepare_docstring(Namespace.__doc__ or "")[:1]:
            lines.clear()  # the docstring of the class
        lines += _listed(name, thing)


def skip(
    app: Sphinx, what: str, name: str, thing: object, skipped: bool, options: Any
) -> bool | None:
    """Skip undocumented signals, unless the author wants undocumented members.

    It is called for `autodoc-skip-member`.
    """
    identity = id(thing)
    if is_signal(thing):
        module = sys.modules.get(thing.__module__)
        if module is not None:
            tell_of_module(app.env, module)  # autosummary lists what is documented in the source
    # autosummary passes no options, and also lists undocumented members
    if options and identity in undocumented(app.env) and not options.undoc_members:
        return True
    return None


def described(found: Found, env: BuildEnvironment) -> tuple[list[str], list[str]]:
    """Return the head of a directive for a signal, and its content."""
    lines = comment_on(found) or prepare_docstring(found.signal.__doc__ or "")
    name = f"{found.module}.{found.path}"
    env.events.emit("autodoc-process-docstring", "data", name, found.signal, {}, lines)
    seen = seen_signals(env)[name]
    head = [f".. py:signal:: {found.path}{seen.text}", f"   :module: {found.module}"]
    if found.name_in_namespace is not None:
        head.append(f"   :namespace: {found.name_in_namespace}")
    return [*head, *(f"   :{flag}:" for flag in seen.flags)], lines


def shown_signature(config: Config, signal: AnySignal) -> str:
    """Return the declaration of a signal, formatted as configured."""
    shows_types = config.autodoc_typehints != "none"
    text = stringify_signature(
        signature_of(signal),
        show_annotation=shows_types,
        show_return_annotation=shows_types,
        unqualified_typehints=config.autodoc_typehints_format == "short",
    )
    return public(text)


def _document_signal(app: Sphinx, name: str, signal: AnySignal, lines: list[str]) -> None:
    seen_signals(app.env)[name] = Seen(shown_signature(app.config, signal), flags_of(signal))
    short = app.config.autodoc_typehints_format == "short"
    mode: Mode | None = "smart" if short else "fully-qualified"
    if app.config.autodoc_typehints == "none":
        mode = None
    has_sender = not has_no_sender(signal)
    lines[:] = with_fields(lines, signature_of(signal), mode, has_sender=has_sender)


def _listed(place: str, namespace: Namespace) -> Iterator[str]:
    """Yield lines that describe the signals of a namespace, or refer to their descriptions."""
    yield ""
    for name, signal in namespace.items():
        kept_as = name_in_module(signal) if signal.__module__ else None
        if kept_as is not None:
            yield f'- ``"{name}"``: :py:signal:`~{signal.__module__}.{kept_as}`'
            yield ""
        else:
            yield f".. autosignal:: {place}.{name}"
            yield ""

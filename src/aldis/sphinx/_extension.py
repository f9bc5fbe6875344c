"""The `setup` of the extension: registers the directives, the role and the type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sphinx.domains import ObjType
from sphinx.domains.python import PythonDomain, PyXRefRole

from aldis.sphinx._directives import AutoSignal, SignalDescription, signal_or
from aldis.sphinx._members import document, skip
from aldis.sphinx._public import name_in_bases, name_in_references, name_in_signature
from aldis.sphinx._tables import use_tables
from aldis.sphinx._telling import tell_before_it_is_documented

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.directives import ObjectDescription
    from sphinx.util.typing import ExtensionMetadata

# after napoleon, which turns the sections of a docstring into fields
_LATE = 900


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register signals with Sphinx and autodoc.

    Args:
        app: The application that loads the extension.

    Returns:
        What Sphinx asks for; pages may be read and written in parallel.

    Example:
        >>> # conf.py
        >>> extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "aldis.sphinx"]
    """
    app.setup_extension("sphinx.ext.autodoc")
    app.registry.domain_object_types.setdefault("py", {})["signal"] = ObjType(
        # signals are also found as data and attributes
        "signal",
        "signal",
        "event",
        "data",
        "attr",
        "obj",
    )
    app.add_role_to_domain("py", "signal", PyXRefRole())
    app.add_role_to_domain("py", "event", PyXRefRole())
    app.add_directive_to_domain("py", "signal", SignalDescription)
    known = app.registry.domain_directives.get("py", {})
    for name in ("data", "attribute", "property", "method"):
        plain = cast("type[ObjectDescription[Any]]", known.get(name, PythonDomain.directives[name]))
        app.add_directive_to_domain("py", name, signal_or(plain), override=True)
    app.add_directive("autosignal", AutoSignal)
    tell_before_it_is_documented(app)
    app.connect("autodoc-process-docstring", document, priority=_LATE)
    app.connect("autodoc-skip-member", skip)
    app.connect("autodoc-process-signature", name_in_signature, priority=_LATE)
    app.connect("autodoc-process-bases", name_in_bases, priority=_LATE)
    app.connect("doctree-read", name_in_references)
    # after all extensions are loaded, since autosummary may be loaded later
    app.connect("builder-inited", use_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

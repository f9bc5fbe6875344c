"""What Sphinx calls: it makes the directives, the role and the type known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sphinx.domains import ObjType
from sphinx.domains.python import PythonDomain, PyXRefRole

from aldis.sphinx._directives import AutoSignal, SignalDescription, signal_or
from aldis.sphinx._members import document, skip

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.directives import ObjectDescription
    from sphinx.util.typing import ExtensionMetadata

# after napoleon, which makes fields of the sections of a docstring
_LATE = 900


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make signals known to Sphinx, and to autodoc.

    Args:
        app: The application that loads the extension.

    Returns:
        That pages may be read, and written, in parallel.

    Example:
        >>> # conf.py
        >>> extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "aldis.sphinx"]
    """
    app.setup_extension("sphinx.ext.autodoc")
    app.registry.domain_object_types.setdefault("py", {})["signal"] = ObjType(
        # what would be data or an attribute without this is found as such, too
        "signal",
        "signal",
        "data",
        "attr",
        "obj",
    )
    app.add_role_to_domain("py", "signal", PyXRefRole())
    app.add_directive_to_domain("py", "signal", SignalDescription)
    known = app.registry.domain_directives.get("py", {})
    for name in ("data", "attribute"):
        plain = cast("type[ObjectDescription[Any]]", known.get(name, PythonDomain.directives[name]))
        app.add_directive_to_domain("py", name, signal_or(plain), override=True)
    app.add_directive("autosignal", AutoSignal)
    app.connect("autodoc-process-docstring", document, priority=_LATE)
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

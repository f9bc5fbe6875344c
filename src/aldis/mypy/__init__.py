"""The mypy plugin of aldis: it validates connections.

`plugins = aldis.mypy` in `mypy.ini` switches it on. `docs/mypy.md` tells what it adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mypy.nodes import TypeInfo
from mypy.plugin import Plugin

from aldis.mypy import _names
from aldis.mypy._config import read_config
from aldis.mypy._connect import Connecting, connect_signature, make_attributes
from aldis.mypy._fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.options import Options
    from mypy.plugin import (
        AttributeContext,
        ClassDefContext,
        MethodSigContext,
        ReportConfigContext,
    )
    from mypy.types import FunctionLike, Type

__all__ = ("plugin",)

# mypy makes it part of what a cache and a daemon were started with
__version__ = fingerprint()

_WITH_RECEIVER = (*_names.CALLEES, _names.DECORATE)


class AldisPlugin(Plugin):
    """Routes what mypy asks to the module that answers."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._config = read_config(options.config_file)
        self._attributes = Connecting(self._type_info).attributes()
        self._signatures = {f"{name}.__call__": connect_signature for name in _WITH_RECEIVER}
        self._classes = {_names.CONNECTABLE: make_attributes, _names.BOUND: make_attributes}

    def _type_info(self, fullname: str) -> TypeInfo | None:
        found = self.lookup_fully_qualified(fullname)
        return found.node if found is not None and isinstance(found.node, TypeInfo) else None

    def report_config_data(self, ctx: ReportConfigContext) -> Any:
        """Return what a cache must have been made with."""
        return {"plugin": __version__, **self._config.data()}

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        """Return the hook for a class that is being defined."""
        return self._classes.get(fullname)

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Return the hook for an attribute that is being read."""
        return self._attributes.get(fullname)

    def get_method_signature_hook(
        self, fullname: str
    ) -> Callable[[MethodSigContext], FunctionLike] | None:
        """Return the hook for the signature of a method that is being called."""
        return self._signatures.get(fullname)


def plugin(_version: str) -> type[Plugin]:
    """Return the plugin: the entry point that mypy calls with its own version.

    Example:
        >>> from aldis.mypy import plugin
        >>> plugin("1.13.0").__name__
        'AldisPlugin'
    """
    return AldisPlugin

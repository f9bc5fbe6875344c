"""The plugin as mypy sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mypy.plugin import Plugin

from aldis.mypy import _names
from aldis.mypy._config import read_config
from aldis.mypy._fingerprint import fingerprint
from aldis.mypy._routes import Routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.nodes import MypyFile
    from mypy.options import Options
    from mypy.plugin import (
        AttributeContext,
        ClassDefContext,
        FunctionContext,
        MethodContext,
        MethodSigContext,
        ReportConfigContext,
    )
    from mypy.types import FunctionLike, Type

_LOW_PRIORITY = 10  # in which modules of a cycle wait for each other


class AldisPlugin(Plugin):
    """Gives mypy the hooks that it asks for; most of the time there is none."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        config = read_config(options.config_file)
        self._data = {"plugin": fingerprint(), **config.data()}
        self._routes = Routes(config, self.lookup_fully_qualified)

    def report_config_data(self, ctx: ReportConfigContext) -> Any:
        """Return what a cache must have been made with."""
        return self._data

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """Return what is to be loaded with a module: the callees, for blinker's signals."""
        self._routes.read(file)
        if file.fullname != _names.BLINKER_MODULE:
            return []
        return [(_LOW_PRIORITY, _names.CALLEES_MODULE, -1)]

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        """Return the hook for a class that is being defined."""
        return self._routes.class_hook(fullname)

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Return the hook for an attribute that is being read."""
        return self._routes.attributes.get(fullname)

    def get_class_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Return the hook for an attribute of a class that is being read."""
        return self._routes.class_attributes[fullname]

    def get_method_signature_hook(
        self, fullname: str
    ) -> Callable[[MethodSigContext], FunctionLike] | None:
        """Return the hook for the signature of a method that is being called."""
        return self._routes.signatures.get(fullname)

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Return the hook for what a method returns."""
        return self._routes.methods[fullname]

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Return the hook for what a function, or a class that is called, returns."""
        return self._routes.functions[fullname]


def plugin(_version: str) -> type[Plugin]:
    """Return the plugin: the entry point that mypy calls with its own version.

    Example:
        >>> from aldis.mypy import plugin
        >>> plugin("1.13.0").__name__
        'AldisPlugin'
    """
    return AldisPlugin

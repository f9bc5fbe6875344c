"""The plugin class."""

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
    from mypy.plugin import ClassDefContext, ReportConfigContext

_LOW_PRIORITY = 10  # of a dependency in a cycle of modules


class AldisPlugin(Plugin):
    """Gives mypy the hooks that it asks for; for most names there is none."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        config = read_config(options.config_file)
        self._data = {"plugin": fingerprint(), **config.data()}
        self._routes = routes = Routes(config, options, self.lookup_fully_qualified)
        # mypy asks for hooks for every class, attribute and call of a program. So it calls
        # dictionary look-ups directly: a method around them takes three times as long.
        vars(self).update(
            get_base_class_hook=routes.bases.__getitem__,
            get_attribute_hook=routes.attributes.get,
            get_class_attribute_hook=routes.class_attributes.__getitem__,
            get_method_signature_hook=routes.signatures.get,
            get_method_hook=routes.methods.__getitem__,
            get_function_hook=routes.functions.__getitem__,
        )

    def report_config_data(self, ctx: ReportConfigContext) -> Any:
        """Return the data that a cache must match."""
        return self._data

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """Return what to load with a module: `aldis._connect_types`, with blinker's signals."""
        self._routes.read()
        if file.fullname != _names.BLINKER_MODULE:
            return []
        return [(_LOW_PRIORITY, _names.TYPES_MODULE, -1)]

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        """Return the hook for a class that is being defined."""
        return self._routes.class_hook(fullname)


def plugin(_version: str) -> type[Plugin]:
    """Return the plugin: the entry point that mypy calls with its own version.

    Example:
        >>> from aldis.mypy import plugin
        >>> plugin("1.13.0").__name__
        'AldisPlugin'
    """
    return AldisPlugin

"""The Sphinx extension: documents signals with their sender, payload and docstring.

`extensions = ["sphinx.ext.autodoc", "aldis.sphinx"]` in `conf.py` switches it on. It adds

- the directive `.. autosignal:: package.module.name`, or `package.module.Class.name`;
- signals of modules, classes, enums and namespaces in `automodule`, `autoclass` and `autosummary`;
- the public names of aldis's own types in annotations, such as `aldis.Signal[App, [int], None]`;
- the directive `.. py:signal:: name(sender: App, /, *, user_id: int) -> None`, to write by hand;
- the role `:py:signal:` for cross-references, and the type `py:signal` in the inventory.

Example:
    >>> from aldis.sphinx import setup
    >>> setup.__module__
    'aldis.sphinx._extension'
"""

from __future__ import annotations

from aldis.sphinx._extension import setup

__all__ = ("setup",)

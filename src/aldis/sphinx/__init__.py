"""Sphinx: a signal is documented as a signal, by its name, sender, payload and docstring.

`extensions = ["sphinx.ext.autodoc", "aldis.sphinx"]` in `conf.py` switches it on. It gives

- `.. autosignal:: package.module.name`, or `package.module.Class.name`;
- the signals of modules, classes, enums and namespaces to `automodule`, `autoclass` and
  `autosummary`;
- the public names of aldis's own types to annotations, `aldis.Signal[App, [int], None]`;
- `.. py:signal:: name(sender: App, /, *, user_id: int) -> None`, for those who write by hand;
- the role `:py:signal:` for cross-references, and the type `py:signal` in the inventory.

Example:
    >>> from aldis.sphinx import setup
    >>> setup.__module__
    'aldis.sphinx._extension'
"""

from __future__ import annotations

from aldis.sphinx._extension import setup

__all__ = ("setup",)

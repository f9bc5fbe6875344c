"""The mypy plugin of aldis: it validates connections.

`plugins = aldis.mypy` in `mypy.ini` switches it on. `docs/mypy.md` describes what it adds.
"""

from __future__ import annotations

from aldis.mypy._fingerprint import fingerprint as _fingerprint
from aldis.mypy._plugin import plugin

__all__ = ("plugin",)

# mypy includes it in the key of its cache and daemon
__version__ = _fingerprint()

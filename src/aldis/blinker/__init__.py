"""blinker's names and behaviour over the dispatch core of aldis.

With `import aldis.blinker as blinker`, a program runs as before, but faster and without some bugs
of blinker.

Example:
    >>> from aldis.blinker import signal
    >>> ready = signal("ready")
    >>> @ready.connect
    ... def start(sender, **payload):
    ...     return "started"
    >>> [result for _, result in ready.send("anybody")]
    ['started']
"""

from __future__ import annotations

from aldis.blinker._install import install, uninstall
from aldis.blinker._typed import typed
from aldis.blinker._views import AsyncView, View
from aldis.blinker.base import ANY, NamedSignal, Namespace, Signal, default_namespace, signal

__all__ = [
    "ANY",
    "AsyncView",
    "NamedSignal",
    "Namespace",
    "Signal",
    "View",
    "default_namespace",
    "install",
    "signal",
    "typed",
    "uninstall",
]

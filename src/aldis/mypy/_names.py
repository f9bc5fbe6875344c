"""What the plugin knows of the library: full names, which a test resolves."""

from __future__ import annotations

from typing import Final

CONNECTABLE: Final = "aldis._connectable.Connectable"
BOUND: Final = "aldis._bound.BoundConnectable"
SIGNAL: Final = "aldis._sync_signal.Signal"
ASYNC_SIGNAL: Final = "aldis._async_signal.AsyncSignal"
BOUND_SIGNAL: Final = "aldis._sync_signal.BoundSignal"
ASYNC_BOUND_SIGNAL: Final = "aldis._async_signal.AsyncBoundSignal"
# what `Signal.method` and `AsyncSignal.method` are to type checkers
DECLARING_METHODS: Final = ("aldis._sync_signal._Method", "aldis._async_signal._Method")
NAMESPACE: Final = "aldis._namespace.Namespace"

CONNECT: Final = "aldis._callees.Connect"
CONNECT_VIA: Final = "aldis._callees.ConnectVia"
CONNECTED_TO: Final = "aldis._callees.ConnectedTo"
BOUND_CONNECT: Final = "aldis._callees.BoundConnect"
BOUND_CONNECT_VIA: Final = "aldis._callees.BoundConnectVia"
BOUND_CONNECTED_TO: Final = "aldis._callees.BoundConnectedTo"
BLINKER_CONNECT: Final = "aldis._callees.BlinkerConnect"
BLINKER_CONNECT_VIA: Final = "aldis._callees.BlinkerConnectVia"
DECORATE: Final = "aldis._callees.Decorate"

ADAPTER_CONNECTABLE: Final = "aldis.blinker._connectable.Connectable"
ADAPTER_SIGNAL: Final = "aldis.blinker.base.Signal"
ADAPTER_NAMESPACE: Final = "aldis.blinker.base.Namespace"
BLINKER_MODULE: Final = "blinker.base"
BLINKER_SIGNAL: Final = "blinker.base.Signal"
BLINKER_NAMESPACE: Final = "blinker.base.Namespace"

# what mypy calls the method that a callee stands for
CALLEES: Final = {
    CONNECT: "connect of Signal",
    CONNECT_VIA: "connect_via of Signal",
    CONNECTED_TO: "connected_to of Signal",
    BLINKER_CONNECT: "connect of Signal",
    BLINKER_CONNECT_VIA: "connect_via of Signal",
    BOUND_CONNECT: "connect of BoundSignal",
    BOUND_CONNECT_VIA: "connect_via of BoundSignal",
    BOUND_CONNECTED_TO: "connected_to of BoundSignal",
}
CALLEES_MODULE: Final = "aldis._callees"
UNTYPED_SIGNALS: Final = (ADAPTER_SIGNAL, BLINKER_SIGNAL)
UNTYPED_CONNECTABLES: Final = (ADAPTER_CONNECTABLE, BLINKER_SIGNAL)  # which have the methods
# `signal` itself: in our stubs it is an object that is called
UNTYPED_FINDERS: Final = ("blinker.base._PNamespaceSignal", "aldis.blinker.base._PNamespaceSignal")
UNTYPED_NAMESPACES: Final = (ADAPTER_NAMESPACE, BLINKER_NAMESPACE)
CONNECTING: Final = ("connect", "connect_via", "connected_to")
SENDING: Final = ("send", "send_robust", "gather")

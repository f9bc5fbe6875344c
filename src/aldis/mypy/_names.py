"""The full names that the plugin uses; a test resolves each of them."""

from __future__ import annotations

from typing import Final

CONNECTABLE: Final = "aldis._connectable.Connectable"
ONE_SENDER: Final = "aldis._one_sender.OneSender"  # a bound signal, or an event
ASYNC_ONE_SENDER: Final = "aldis._async_one_sender.AsyncOneSender"
SIGNAL: Final = "aldis._sync_signal.Signal"
ASYNC_SIGNAL: Final = "aldis._async_signal.AsyncSignal"
BOUND_SIGNAL: Final = "aldis._sync_signal.BoundSignal"
ASYNC_BOUND_SIGNAL: Final = "aldis._async_signal.AsyncBoundSignal"
EVENT_IDENTITY: Final = "aldis._event_identity.EventIdentity"
EVENT: Final = "aldis._event.Event"
ASYNC_EVENT: Final = "aldis._async_event.AsyncEvent"
LIMITED: Final = "aldis._limited.Limited"
# The types that are called with a declaration: for type checkers, `Signal.method` and similar
# methods, and the decorators that they return for a `via`, that namespaces return for a `name`, and
# that `typed` returns for a signal.
DECLARING_METHODS: Final = (
    "aldis._sync_signal._Method",
    "aldis._sync_signal._Decorator",
    "aldis._async_signal._Method",
    "aldis._async_signal._Decorator",
    "aldis._event._Method",
    "aldis._event._Decorator",
    "aldis._async_event._Method",
    "aldis._async_event._Decorator",
    "aldis._declares.DeclaresSignal",
    "aldis._declares.DeclaresAsyncSignal",
    "aldis._declares.DeclaresEvent",
    "aldis._declares.DeclaresAsyncEvent",
    "aldis.blinker._typed._Decorator",
    "aldis.blinker._typed._AsyncDecorator",
)
NAMESPACE: Final = "aldis._namespace.Namespace"
RELAY: Final = "aldis.relay._relay.Relay"

CONNECT: Final = "aldis._connect_types.Connect"
CONNECT_VIA: Final = "aldis._connect_types.ConnectVia"
CONNECTED_TO: Final = "aldis._connect_types.ConnectedTo"
SUBSCRIBE: Final = "aldis._connect_types.Subscribe"
BOUND_CONNECT: Final = "aldis._connect_types.BoundConnect"
BOUND_CONNECT_VIA: Final = "aldis._connect_types.BoundConnectVia"
BOUND_CONNECTED_TO: Final = "aldis._connect_types.BoundConnectedTo"
BOUND_SUBSCRIBE: Final = "aldis._connect_types.BoundSubscribe"
EVENT_CONNECT: Final = "aldis._connect_types.EventConnect"
EVENT_CONNECT_VIA: Final = "aldis._connect_types.EventConnectVia"
EVENT_CONNECTED_TO: Final = "aldis._connect_types.EventConnectedTo"
EVENT_SUBSCRIBE: Final = "aldis._connect_types.EventSubscribe"
BLINKER_CONNECT: Final = "aldis._connect_types.BlinkerConnect"
BLINKER_CONNECT_VIA: Final = "aldis._connect_types.BlinkerConnectVia"
GIVEN_VIA: Final = "aldis._connect_types.GivenVia"
DECORATE: Final = "aldis._connect_types.Decorate"
EVENT_DECORATE: Final = "aldis._connect_types.EventDecorate"

ADAPTER_CONNECTABLE: Final = "aldis.blinker._connectable.Connectable"
ADAPTER_SIGNAL: Final = "aldis.blinker.base.Signal"
VIEW: Final = "aldis.blinker._views.View"
ASYNC_VIEW: Final = "aldis.blinker._views.AsyncView"
ADAPTER_NAMESPACE: Final = "aldis.blinker.base.Namespace"
BLINKER_MODULE: Final = "blinker.base"
BLINKER_SIGNAL: Final = "blinker.base.Signal"
BLINKER_NAMESPACE: Final = "blinker.base.Namespace"

# the method names for mypy's messages
METHOD_NAMES: Final = {
    CONNECT: "connect of Signal",
    CONNECT_VIA: "connect_via of Signal",
    CONNECTED_TO: "connected_to of Signal",
    SUBSCRIBE: "subscribe of Signal",
    BLINKER_CONNECT: "connect of Signal",
    BLINKER_CONNECT_VIA: "connect_via of Signal",
    BOUND_CONNECT: "connect of BoundSignal",
    BOUND_CONNECT_VIA: "connect_via of BoundSignal",
    BOUND_CONNECTED_TO: "connected_to of BoundSignal",
    BOUND_SUBSCRIBE: "subscribe of BoundSignal",
    EVENT_CONNECT: "connect of Event",
    EVENT_CONNECT_VIA: "connect_via of Event",
    EVENT_CONNECTED_TO: "connected_to of Event",
    EVENT_SUBSCRIBE: "subscribe of Event",
}
# the types for events instead of those for bound signals: receivers get no sender
EVENT_TYPES: Final = {
    BOUND_CONNECT: EVENT_CONNECT,
    BOUND_CONNECT_VIA: EVENT_CONNECT_VIA,
    BOUND_CONNECTED_TO: EVENT_CONNECTED_TO,
    BOUND_SUBSCRIBE: EVENT_SUBSCRIBE,
}
TYPES_MODULE: Final = "aldis._connect_types"
UNTYPED_SIGNALS: Final = (ADAPTER_SIGNAL, BLINKER_SIGNAL)
UNTYPED_CONNECTABLES: Final = (ADAPTER_CONNECTABLE, BLINKER_SIGNAL)  # these define the methods
# `signal` itself: in our stubs it is a callable object
UNTYPED_FINDERS: Final = ("blinker.base._PNamespaceSignal", "aldis.blinker.base._PNamespaceSignal")
UNTYPED_NAMESPACES: Final = (ADAPTER_NAMESPACE, BLINKER_NAMESPACE)
CONNECTING: Final = ("connect", "connect_via", "connected_to", "subscribe")
SENDING: Final = ("send", "send_robust", "gather", "gather_robust")
# the methods of a namespace that declare and look up signals and events
NAMING: Final = ("signal", "async_signal", "event", "async_event")

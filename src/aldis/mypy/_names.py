"""What the plugin knows of the library: full names, which a test resolves."""

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
# What is called with a declaration. To type checkers that is `Signal.method` and its kin, and what
# these return if given a `via` only; what the methods of a namespace return if given a `name` only;
# what `typed` returns if given a signal only.
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

CONNECT: Final = "aldis._callees.Connect"
CONNECT_VIA: Final = "aldis._callees.ConnectVia"
CONNECTED_TO: Final = "aldis._callees.ConnectedTo"
SUBSCRIBE: Final = "aldis._callees.Subscribe"
BOUND_CONNECT: Final = "aldis._callees.BoundConnect"
BOUND_CONNECT_VIA: Final = "aldis._callees.BoundConnectVia"
BOUND_CONNECTED_TO: Final = "aldis._callees.BoundConnectedTo"
BOUND_SUBSCRIBE: Final = "aldis._callees.BoundSubscribe"
EVENT_CONNECT: Final = "aldis._callees.EventConnect"
EVENT_CONNECT_VIA: Final = "aldis._callees.EventConnectVia"
EVENT_CONNECTED_TO: Final = "aldis._callees.EventConnectedTo"
EVENT_SUBSCRIBE: Final = "aldis._callees.EventSubscribe"
BLINKER_CONNECT: Final = "aldis._callees.BlinkerConnect"
BLINKER_CONNECT_VIA: Final = "aldis._callees.BlinkerConnectVia"
GIVEN_VIA: Final = "aldis._callees.GivenVia"
DECORATE: Final = "aldis._callees.Decorate"
EVENT_DECORATE: Final = "aldis._callees.EventDecorate"

ADAPTER_CONNECTABLE: Final = "aldis.blinker._connectable.Connectable"
ADAPTER_SIGNAL: Final = "aldis.blinker.base.Signal"
VIEW: Final = "aldis.blinker._views.View"
ASYNC_VIEW: Final = "aldis.blinker._views.AsyncView"
ADAPTER_NAMESPACE: Final = "aldis.blinker.base.Namespace"
BLINKER_MODULE: Final = "blinker.base"
BLINKER_SIGNAL: Final = "blinker.base.Signal"
BLINKER_NAMESPACE: Final = "blinker.base.Namespace"

# what mypy calls the method that a callee stands for
CALLEES: Final = {
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
# what an event has in the place of what a bound signal has: its receivers get no sender
EVENT_CALLEES: Final = {
    BOUND_CONNECT: EVENT_CONNECT,
    BOUND_CONNECT_VIA: EVENT_CONNECT_VIA,
    BOUND_CONNECTED_TO: EVENT_CONNECTED_TO,
    BOUND_SUBSCRIBE: EVENT_SUBSCRIBE,
}
CALLEES_MODULE: Final = "aldis._callees"
UNTYPED_SIGNALS: Final = (ADAPTER_SIGNAL, BLINKER_SIGNAL)
UNTYPED_CONNECTABLES: Final = (ADAPTER_CONNECTABLE, BLINKER_SIGNAL)  # which have the methods
# `signal` itself: in our stubs it is an object that is called
UNTYPED_FINDERS: Final = ("blinker.base._PNamespaceSignal", "aldis.blinker.base._PNamespaceSignal")
UNTYPED_NAMESPACES: Final = (ADAPTER_NAMESPACE, BLINKER_NAMESPACE)
CONNECTING: Final = ("connect", "connect_via", "connected_to", "subscribe")
SENDING: Final = ("send", "send_robust", "gather", "gather_robust")
# the methods of a namespace by which signals and events are declared and looked up
NAMING: Final = ("signal", "async_signal", "event", "async_event")

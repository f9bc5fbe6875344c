"""The weak-reference dispatch core: objects in, objects out, no generics."""

from aldis._core._backend import is_trio
from aldis._core._connection import Connection
from aldis._core._declaration import name_of, payload_of, returns_at_once
from aldis._core._failures import not_delivered, receiver_failed
from aldis._core._identity import ANY, AnySender
from aldis._core._kinds import is_async
from aldis._core._looking import entries_for, is_heard, listed
from aldis._core._muting import mute
from aldis._core._payload import Kind, Payload, by_name, positional_payload, untyped_payload
from aldis._core._registry import Registry
from aldis._core._senders import AsyncSenders, Senders, SyncSenders, limited, sender_in
from aldis._core._snapshots import alive
from aldis._core._target import AnyReceiver
from aldis._core._verify import objection
from aldis._core._via import Call, Via

__all__ = (
    "ANY",
    "AnyReceiver",
    "AnySender",
    "AsyncSenders",
    "Call",
    "Connection",
    "Kind",
    "Payload",
    "Registry",
    "Senders",
    "SyncSenders",
    "Via",
    "alive",
    "by_name",
    "entries_for",
    "is_async",
    "is_heard",
    "is_trio",
    "limited",
    "listed",
    "mute",
    "name_of",
    "not_delivered",
    "objection",
    "payload_of",
    "positional_payload",
    "receiver_failed",
    "returns_at_once",
    "sender_in",
    "untyped_payload",
)

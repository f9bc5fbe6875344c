"""The weak-reference dispatch core: objects in, objects out, no generics."""

from aldis._core._declaration import declared_payload, name_of, payload_of
from aldis._core._identity import ANY, AnySender
from aldis._core._kinds import is_async
from aldis._core._links import AnyReceiver, Link
from aldis._core._outlets import AsyncOutlets, Outlets, SyncOutlets, open_outlets, reset_outlets
from aldis._core._payload import Payload, positional_payload, untyped_payload
from aldis._core._registry import Registry
from aldis._core._verify import objection

__all__ = (
    "ANY",
    "AnyReceiver",
    "AnySender",
    "AsyncOutlets",
    "Link",
    "Outlets",
    "Payload",
    "Registry",
    "SyncOutlets",
    "declared_payload",
    "is_async",
    "name_of",
    "objection",
    "open_outlets",
    "payload_of",
    "positional_payload",
    "reset_outlets",
    "untyped_payload",
)

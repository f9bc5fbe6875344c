"""Every error can be caught by its types, and has typed attributes."""

from __future__ import annotations

from typing import assert_type

from aldis.exceptions import (
    AldisError,
    AsyncReceiverError,
    DeclarationError,
    DuplicateSignalError,
    IncompatibleReceiverError,
    MissingExtraError,
    ReceiverError,
    SignalCopyError,
    SignalNotFoundError,
    WeakReceiverError,
)


def facts(
    receiver: ReceiverError,
    declaration: DeclarationError,
    lost: SignalNotFoundError,
    taken: DuplicateSignalError,
    copied: SignalCopyError,
    extra: MissingExtraError,
) -> None:
    assert_type((receiver.signal, receiver.receiver, receiver.reason), tuple[str, str, str])
    assert_type((declaration.declaration, declaration.reason), tuple[str, str])
    assert_type((lost.name, lost.known), tuple[str, tuple[str, ...]])
    assert_type((taken.name, taken.existing), tuple[str, str])
    assert_type(copied.signal, str)
    assert_type((extra.feature, extra.extra), tuple[str, str])
    receiver.why  # E: no such fact
    lost.signal  # E: no such fact


def builtins(
    receiver: ReceiverError,
    declaration: DeclarationError,
    lost: SignalNotFoundError,
    taken: DuplicateSignalError,
    extra: MissingExtraError,
) -> None:
    types: list[TypeError] = [receiver, declaration]
    keys: list[KeyError] = [lost]
    values: list[ValueError] = [taken]
    imports: list[ImportError] = [extra]
    everything: list[AldisError] = [receiver, declaration, lost, taken, extra]
    print(types, keys, values, imports, everything)
    wrong: list[ValueError] = [lost]  # E: it is a KeyError
    print(wrong)


kinds: list[type[ReceiverError]] = [
    IncompatibleReceiverError,
    AsyncReceiverError,
    WeakReceiverError,
]
not_one: type[ReceiverError] = DeclarationError  # E: another branch
DeclarationError("saved", "it takes no sender")
DeclarationError("saved")  # E: the reason is missing
DeclarationError(1, "it takes no sender")  # E: facts are strings

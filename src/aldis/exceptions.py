"""The errors that aldis raises. Each is also a builtin error that you may already catch.

An error holds only strings, taken from the signal and the receiver when the error was raised. So it
can be pickled, and it keeps no objects alive.

    AldisError
    ├── DeclarationError          TypeError    this callable cannot declare a signal
    ├── ReceiverError             TypeError    `connect` refuses a receiver
    │   ├── IncompatibleReceiverError          it does not accept the payload
    │   ├── AsyncReceiverError                 it is async, the signal is not
    │   └── WeakReceiverError                  it cannot be held weakly
    ├── ReceiverCancelledError    RuntimeError a receiver was cancelled, the sender was not
    ├── SignalNotFoundError       KeyError     a namespace has no signal with that name
    ├── DuplicateSignalError      ValueError   a namespace has another signal with that name
    ├── SignalCopyError           TypeError    a copy or pickle would share or lose state
    ├── NotCapturedError          LookupError  the sends of a signal were not captured
    ├── PayloadNameError          TypeError    a payload has no parameter of that name
    ├── NotPortableError          TypeError    a signal cannot be relayed between processes
    ├── MessageError              ValueError   a message of a relay cannot be read
    └── MissingExtraError         ImportError  an optional dependency is not installed

    AldisWarning                  UserWarning  a probable mistake

A send with the wrong payload raises a plain `TypeError`, as any call with wrong arguments does:
Python itself checks the arguments, in the function generated for the signal. The error names the
signal, the parameter and the declared signature.
"""

from __future__ import annotations

__all__ = (
    "AldisError",
    "AldisWarning",
    "AsyncReceiverError",
    "DeclarationError",
    "DuplicateSignalError",
    "IncompatibleReceiverError",
    "MessageError",
    "MissingExtraError",
    "NotCapturedError",
    "NotPortableError",
    "PayloadNameError",
    "ReceiverCancelledError",
    "ReceiverError",
    "SignalCopyError",
    "SignalNotFoundError",
    "WeakReceiverError",
)


class AldisError(Exception):
    """The base of every error that aldis raises.

    Example:
        >>> from aldis.exceptions import AldisError, DeclarationError
        >>> issubclass(DeclarationError, AldisError), issubclass(DeclarationError, TypeError)
        (True, True)
    """

    def __init__(self, *facts: object) -> None:
        super().__init__(*facts)
        self.add_note(_reference_to(type(self)))


def _reference_to(error: type[Exception]) -> str:
    """Return the line that leads from an error or a warning to its page."""
    return f"see {_anchor_of(error)} in the documentation"


def _anchor_of(error: type[Exception]) -> str:
    """Return the stable name of the page about an error: aldis.exceptions#async-receiver."""
    name = next(base.__name__ for base in error.__mro__ if base.__module__ == __name__)
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    return f"{__name__}#{words.removeprefix('-').removesuffix('-error')}"


class AldisWarning(UserWarning):
    """A probable mistake that does not stop the program.

    Example:
        >>> import warnings
        >>> from aldis import AldisWarning
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("error", AldisWarning)  # an error, as in a test suite
    """

    def __str__(self) -> str:
        return f"{super().__str__()}\n{_reference_to(type(self))}"


class DeclarationError(AldisError, TypeError):
    """A signal cannot be declared by this callable.

    Attributes:
        declaration: The name of the declaration in messages.
        reason: What is wrong with it, and the way out.

    Example:
        >>> from aldis import Signal
        >>> from aldis.exceptions import DeclarationError
        >>> try:
        ...     Signal(lambda: None)
        ... except DeclarationError as error:
        ...     print(error.reason)
        it takes no sender; add a first parameter for it, or declare an Event, which has no sender
    """

    def __init__(self, declaration: str, reason: str) -> None:
        super().__init__(declaration, reason)
        self.declaration = declaration
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.declaration} cannot declare a signal: {self.reason}"


class ReceiverError(AldisError, TypeError):
    """A receiver cannot be connected to a signal. No connection was made.

    Attributes:
        signal: The signal's name, with its declared signature where it has one.
        receiver: The name of the receiver in messages.
        reason: Why it was refused, and the way out.

    Example:
        >>> from aldis import Signal
        >>> from aldis.exceptions import ReceiverError
        >>> try:
        ...     Signal().connect(42)
        ... except ReceiverError as error:
        ...     print(error.reason)
        it is not callable; connect a function, or an object with `__call__`
    """

    def __init__(self, signal: str, receiver: str, reason: str) -> None:
        super().__init__(signal, receiver, reason)
        self.signal = signal
        self.receiver = receiver
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.receiver} cannot be connected to signal {self.signal}: {self.reason}"


class IncompatibleReceiverError(ReceiverError):
    """A receiver does not accept the payload of a signal.

    Example:
        >>> from aldis import Signal
        >>> from aldis.exceptions import IncompatibleReceiverError
        >>> @Signal
        ... def renamed(sender: object, /, *, name: str) -> None: ...
        >>> try:
        ...     renamed.connect(lambda sender: None, weak=False)
        ... except IncompatibleReceiverError as error:
        ...     print(error.reason)
        it does not take 'name', which is sent by keyword; take it, or '**_' for the rest
    """


class AsyncReceiverError(ReceiverError):
    """A coroutine function was connected to a signal that would never await it.

    Example:
        >>> from aldis import Signal
        >>> from aldis.exceptions import AsyncReceiverError
        >>> async def later(sender: object) -> None: ...
        >>> try:
        ...     Signal().connect(later)
        ... except AsyncReceiverError as error:
        ...     print(error.reason)
        it is async and would never be awaited; declare an AsyncSignal, or connect a plain function
    """


class WeakReceiverError(ReceiverError):
    """A receiver cannot be held weakly.

    Example:
        >>> from aldis import Signal
        >>> from aldis.exceptions import WeakReceiverError
        >>> try:
        ...     Signal().connect([].append)
        ... except WeakReceiverError as error:
        ...     print(error.reason)
        each attribute access makes a new object, which would be garbage-collected immediately; ...
    """


class ReceiverCancelledError(AldisError, RuntimeError):
    """A receiver of `AsyncSignal.gather` was cancelled, but the sender was not.

    It awaited work that was cancelled elsewhere, for example by a pool that shuts down. The
    cancellation is the `__cause__` of this error, which is in the `ExceptionGroup` of the send.

    Attributes:
        signal: The signal's name.
        receiver: The name of the receiver in messages.

    Example:
        >>> import asyncio
        >>> from aldis import AsyncSignal
        >>> from aldis.exceptions import ReceiverCancelledError
        >>> signal = AsyncSignal(name="saved")
        >>> @signal.connect
        ... async def index(sender: object) -> None:
        ...     raise asyncio.CancelledError
        >>> try:
        ...     asyncio.run(signal.gather(None))
        ... except* ReceiverCancelledError as group:
        ...     print(group.exceptions[0].signal)
        saved
    """

    def __init__(self, signal: str, receiver: str) -> None:
        super().__init__(signal, receiver)
        self.signal = signal
        self.receiver = receiver

    def __str__(self) -> str:
        return (
            f"{self.receiver} of signal {self.signal} was cancelled, but the sender was not: "
            "catch the cancellation in the receiver, or do not cancel the work that it awaits"
        )


class SignalNotFoundError(AldisError, KeyError):
    """A namespace has no signal with this name.

    Attributes:
        name: The name that was looked up.
        known: The names that the namespace has.

    Example:
        >>> from aldis import Namespace
        >>> from aldis.exceptions import SignalNotFoundError
        >>> try:
        ...     Namespace()["gone"]
        ... except SignalNotFoundError as error:
        ...     print(error)
        no signal is named 'gone': the namespace is empty
    """

    def __init__(self, name: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(name, known)
        self.name = name
        self.known = known

    def __str__(self) -> str:
        if not self.known:
            return f"no signal is named {self.name!r}: the namespace is empty"
        from difflib import get_close_matches  # noqa: PLC0415  # only an error pays for it

        near = get_close_matches(str(self.name), self.known, n=1)
        if near:
            return f"no signal is named {self.name!r}; did you mean {near[0]!r}?"
        names = ", ".join(sorted(self.known))
        return f"no signal is named {self.name!r}; the namespace has: {names}"


class DuplicateSignalError(AldisError, ValueError):
    """A namespace already has a different signal with this name.

    Attributes:
        name: The name that is taken.
        existing: The repr of the signal that has the name.
        way_out: What to do instead.

    Example:
        >>> from aldis import Namespace
        >>> from aldis.exceptions import DuplicateSignalError
        >>> ns = Namespace()
        >>> def declare(name):
        ...     @ns.signal
        ...     def saved(sender: object, /, *, id: int) -> None: ...
        ...     return saved
        >>> declare("first") is declare("again")   # the same declaration
        True
        >>> try:
        ...     @ns.signal
        ...     def saved(sender: object) -> None: ...
        ... except DuplicateSignalError as error:
        ...     print(error.name)
        saved
    """

    def __init__(self, name: str, existing: str, way_out: str) -> None:
        super().__init__(name, existing, way_out)
        self.name = name
        self.existing = existing
        self.way_out = way_out

    def __str__(self) -> str:
        return f"the name {self.name!r} is taken by signal {self.existing}: {self.way_out}"


class SignalCopyError(AldisError, TypeError):
    """A signal cannot be copied or pickled, because its name does not lead to it.

    A copy of a signal that has receivers would either share or lose them. A signal that is an
    attribute of a module or class under its own qualified name is copied and pickled by name, as
    functions are. A signal without receivers is copied as a new signal. It is pickled as a new
    signal only if it has no declaration, since pickle would have to find the declaration by its
    name.

    Attributes:
        signal: The signal's name.
        way_out: How to make its name lead to it.

    Example:
        >>> import copy
        >>> from aldis import Signal
        >>> from aldis.exceptions import SignalCopyError
        >>> signal = Signal()
        >>> _ = signal.connect(print)
        >>> try:
        ...     copy.copy(signal)
        ... except SignalCopyError as error:
        ...     print(type(error).__name__)
        SignalCopyError
    """

    def __init__(self, signal: str, way_out: str) -> None:
        super().__init__(signal, way_out)
        self.signal = signal
        self.way_out = way_out

    def __str__(self) -> str:
        return (
            f"signal {self.signal} cannot be copied or pickled, since that would share or lose its "
            f"receivers: {self.way_out}, or leave it out of the copied state"
        )


class NotCapturedError(AldisError, LookupError):
    """`assert_sent` was asked for the sends of a signal that is not captured.

    Attributes:
        signal: The signal's name.

    Example:
        >>> from aldis import Signal
        >>> from aldis.exceptions import NotCapturedError
        >>> from aldis.testing import assert_sent
        >>> try:
        ...     assert_sent(Signal(name="saved"))
        ... except NotCapturedError as error:
        ...     print(error.signal)
        saved
    """

    def __init__(self, signal: str) -> None:
        super().__init__(signal)
        self.signal = signal

    def __str__(self) -> str:
        return (
            f"signal {self.signal} is not captured: call assert_sent inside "
            f"`with capture(...) as sends:`, or pass it `sends`, inside the block or later"
        )


class PayloadNameError(AldisError, TypeError):
    """`assert_sent` got a keyword argument that is not in the payload of the signal.

    Attributes:
        signal: The signal's name.
        name: The name that was looked up.
        known: The names in the payload.

    Example:
        >>> from aldis import Signal
        >>> from aldis.exceptions import PayloadNameError
        >>> from aldis.testing import assert_sent, capture
        >>> @Signal
        ... def renamed(sender: object, /, *, name: str) -> None: ...
        >>> try:
        ...     with capture(renamed) as sends:
        ...         assert_sent(sends, nane="ada")
        ... except PayloadNameError as error:
        ...     print(error)
        the payload of signal renamed has no 'nane'; did you mean 'name'?
    """

    def __init__(self, signal: str, name: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(signal, name, known)
        self.signal = signal
        self.name = name
        self.known = known

    def __str__(self) -> str:
        from difflib import get_close_matches  # noqa: PLC0415  # only an error pays for it

        title = f"the payload of signal {self.signal} has no {self.name!r}"
        near = get_close_matches(self.name, self.known, n=1)
        if near:
            return f"{title}; did you mean {near[0]!r}?"
        if not self.known:
            return f"{title}; it is empty"
        return f"{title}; it has: {', '.join(self.known)}"


class NotPortableError(AldisError, TypeError):
    """A signal cannot be relayed between processes, by its declaration.

    Attributes:
        signal: The signal's name.
        parameter: The parameter of its declaration that is at fault; None if it is another thing.
        reason: What is wrong with it, and the way out.

    Example:
        >>> from aldis import Signal
        >>> from aldis.exceptions import NotPortableError
        >>> from aldis.relay import Memory, Relay
        >>> @Signal
        ... def opened(sender: str, /, *, file: object) -> None: ...
        >>> try:
        ...     Relay(Memory(), name="web").publish(opened)
        ... except NotPortableError as error:
        ...     print(error.parameter)
        file
    """

    def __init__(self, signal: str, parameter: str | None, reason: str) -> None:
        super().__init__(signal, parameter, reason)
        self.signal = signal
        self.parameter = parameter
        self.reason = reason

    def __str__(self) -> str:
        where = "" if self.parameter is None else f"parameter {self.parameter!r}: "
        return f"signal {self.signal} cannot be relayed: {where}{self.reason}"


class MessageError(AldisError, ValueError):
    """A message of a relay cannot be read; it would fail at every other attempt, too.

    Attributes:
        reason: What is wrong with it, without anything of its payload.

    Example:
        >>> from aldis.exceptions import MessageError
        >>> print(MessageError("it is not a CloudEvent in JSON"))
        a message cannot be read: it is not a CloudEvent in JSON
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"a message cannot be read: {self.reason}"


class MissingExtraError(AldisError, ImportError):
    """A feature needs an optional dependency that is not installed.

    Attributes:
        feature: The feature that you used.
        extra: The extra of aldis that installs the dependency.

    Example:
        >>> from aldis.exceptions import MissingExtraError
        >>> print(MissingExtraError("aldis list", "cli"))
        aldis list needs the extra 'cli': pip install 'rich>=13.8' 'typer>=0.26'
    """

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(feature, extra)
        self.feature = feature
        self.extra = extra

    def __str__(self) -> str:
        from aldis._extras import install_line  # noqa: PLC0415  # only an error pays for it

        return f"{self.feature} needs the extra {self.extra!r}: {install_line(self.extra)}"

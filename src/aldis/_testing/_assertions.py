"""Compares captured sends with expected ones."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from aldis._bound import BoundConnectable
from aldis._core import ANY, AnySender, Senders
from aldis._testing._capture import Sends, latest_of
from aldis._testing._difference import differing, explain
from aldis._testing._sent import AnySent, AsyncSent, Sent
from aldis._testing._showing import show, show_call
from aldis._testing._showing import times as in_words
from aldis._testing._targets import Target, is_sender, target_of
from aldis._typevars import Q, R, S
from aldis.exceptions import NotCapturedError, PayloadNameError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aldis import (
        AsyncBoundSignal,
        AsyncEvent,
        AsyncEventMethod,
        AsyncSignal,
        BoundSignal,
        Event,
        EventMethod,
        Signal,
        blinker,
    )
    from aldis._core import Kind

SentT = TypeVar("SentT", bound=AnySent[Any, Any])

_MANY = 5
_NOTHING: Mapping[str, object] = {}


@overload
def assert_sent(
    signal: BoundSignal[S, Q, R],
    payload: Mapping[str, object] = ...,
    /,
    *,
    times: int | None = None,
    **named: object,
) -> list[Sent[S, R]]: ...
@overload
def assert_sent(
    signal: AsyncBoundSignal[S, Q, R],
    payload: Mapping[str, object] = ...,
    /,
    *,
    times: int | None = None,
    **named: object,
) -> list[AsyncSent[S, R]]: ...
@overload
def assert_sent(
    signal: Event[Q, R],
    payload: Mapping[str, object] = ...,
    /,
    *,
    times: int | None = None,
    **named: object,
) -> list[Sent[Any, R]]: ...
@overload
def assert_sent(
    signal: AsyncEvent[Q, R],
    payload: Mapping[str, object] = ...,
    /,
    *,
    times: int | None = None,
    **named: object,
) -> list[AsyncSent[Any, R]]: ...
@overload
def assert_sent(
    signal: EventMethod[S, Q, R],
    payload: Mapping[str, object] = ...,
    /,
    *,
    times: int | None = None,
    sender: S | AnySender = ANY,
    **named: object,
) -> list[Sent[S, R]]: ...
@overload
def assert_sent(
    signal: AsyncEventMethod[S, Q, R],
    payload: Mapping[str, object] = ...,
    /,
    *,
    times: int | None = None,
    sender: S | AnySender = ANY,
    **named: object,
) -> list[AsyncSent[S, R]]: ...
@overload
def assert_sent(
    signal: Signal[S, Q, R],
    payload: Mapping[str, object] = ...,
    /,
    *,
    times: int | None = None,
    sender: S | AnySender = ANY,
    **named: object,
) -> list[Sent[S, R]]: ...
@overload
def assert_sent(
    signal: AsyncSignal[S, Q, R],
    payload: Mapping[str, object] = ...,
    /,
    *,
    times: int | None = None,
    sender: S | AnySender = ANY,
    **named: object,
) -> list[AsyncSent[S, R]]: ...
@overload
def assert_sent(
    signal: blinker.Signal[S, Q],
    payload: Mapping[str, object] = ...,
    /,
    *,
    times: int | None = None,
    sender: S | AnySender = ANY,
    **named: object,
) -> list[Sent[S, Any]]: ...
@overload
def assert_sent(
    signal: Sends[SentT],
    payload: Mapping[str, object] = ...,
    /,
    *,
    times: int | None = None,
    sender: object = ANY,
    **named: object,
) -> list[SentT]: ...
def assert_sent(
    signal: object,
    payload: Mapping[str, object] = _NOTHING,
    /,
    *,
    times: int | None = None,
    sender: object = ANY,
    **named: object,
) -> list[Any]:
    """Assert that a signal was sent, while it was captured.

    Payload names and senders that you do not give may have any value. Values are compared by `==`,
    so you may use `unittest.mock.ANY` or `pytest.approx`. Type checkers cannot check the names;
    they are checked at run time.

    Args:
        signal: A signal or an event; its innermost open `capture` is checked. A bound signal
            matches only its sender, and the event of an instance only that instance. Or the list of
            sends that `capture` returned, even after its block.
        payload: The expected payload by name, for names that cannot be passed by keyword.
        times: The expected number of matching sends; by default at least one.
        sender: The expected sender, compared like the sender of a connection; `ANY` for any sender.
        **named: The expected payload, by name.

    Returns:
        The matching sends, in their order.

    Raises:
        AssertionError: There is no matching send, or the wrong number. The message shows the
            nearest send, and how its payload differs; under pytest, like pytest's own assertions.
        NotCapturedError: No capture of the signal is open.
        PayloadNameError: The signal's payload has no such name.
        TypeError: It is not a signal.

    Example:
        >>> from aldis import Signal
        >>> from aldis.testing import assert_sent, capture
        >>> @Signal
        ... def user_created(sender: object, /, *, user_id: int, name: str = "nobody") -> None: ...
        >>> with capture(user_created):
        ...     _ = user_created.send("the shop", user_id=1, name="ada")
        ...     _ = assert_sent(user_created, times=1, sender="the shop", user_id=1)
        ...     try:
        ...         assert_sent(user_created, name="bob")
        ...     except AssertionError as error:
        ...         print(error)
        signal user_created was sent once, but not as expected
          expected: send(ANY, name='bob')
          nearest:  send('the shop', user_id=1, name='ada')
          ...
    """
    __tracebackhide__ = True  # pytest shows the line that asserts
    expected = {**payload, **named}
    if isinstance(signal, Sends):
        sends = cast("Sends[AnySent[Any, Any]]", signal)
        captured = [*sends]
        signals = tuple({id(each.signal): each for each in sends._targets}.values())
    else:
        target = _target_of(signal, sender)
        captured = [sent for sent in _captured(target) if sent.signal is target.signal]
        signals, sender = (target,), target.sender
    _check_names(signals, expected)
    found = [
        sent
        for sent in captured
        if is_sender(sent.sender, sender) and not differing(sent.payload, expected)
    ]
    if found if times is None else len(found) == times:
        return found
    often = "" if times is None else f", {in_words(times)}"
    wanted = f"  expected: {show_call('send', sender, expected, _kind_of(signals))}{often}"
    raise AssertionError(
        f"{_title(signals)} {_outcome(captured, found, times)}\n{wanted}"
        f"{_list(found) if found else _nearest(captured, sender, expected)}"
    )


def _kind_of(signals: Sequence[Target]) -> Kind:
    """Return the kind of these signals; if they differ, the one that shows the sender."""
    kinds: set[Kind] = {each.kind for each in signals}
    return kinds.pop() if len(kinds) == 1 else "signal"


def _title(signals: Sequence[Target]) -> str:
    names = ", ".join(each.registry.name for each in signals)
    return f"signal {names} was" if len(signals) == 1 else f"the signals {names} were"


def _outcome(captured: Sequence[object], found: Sequence[object], times: int | None) -> str:
    if not captured:
        return "never sent"
    if not found:
        return f"sent {in_words(len(captured))}, but not as expected"
    expected = f"expected {in_words(times)}" if times else "not expected"
    return f"{expected}, but sent {in_words(len(found))}"


def _target_of(signal: object, sender: object) -> Target:
    """Return the target for one signal, or for one with a single sender.

    Raises:
        TypeError: It is not a signal, or a view of a signal of blinker itself.
    """
    __tracebackhide__ = True
    if not isinstance(signal, (Senders, BoundConnectable)):
        message = f"expected a signal, an event or the result of `capture`, got {signal!r}"
        raise TypeError(message)
    return target_of(signal, sender)


def _captured(target: Target) -> Sends[Any]:
    """Return the sends of the innermost open capture of a signal.

    Raises:
        NotCapturedError: None is open.
    """
    __tracebackhide__ = True
    sends = latest_of(target)
    if sends is None:
        raise NotCapturedError(target.registry.name)
    return sends


def _check_names(signals: Sequence[Target], expected: Mapping[str, object]) -> None:
    """Check that the payload of a signal has these names.

    Raises:
        PayloadNameError: A name is not in any payload.
    """
    __tracebackhide__ = True
    names: set[str] = set()
    for each in signals:
        payload = each.registry.payload.settle()
        if payload.starstar is not None and not payload.optional:
            return  # any name may be sent
        names |= payload.names | payload.optional | {*payload.by_position}
        names |= {f"*{payload.star}"} if payload.star is not None else set()
    for name in expected:
        if name not in names:
            title = ", ".join(each.registry.name for each in signals)
            raise PayloadNameError(title, name, tuple(sorted(names)))


def _list(sends: Sequence[AnySent[Any, Any]]) -> str:
    lines = [f"\n  sent:     {_show(sent)}" for sent in sends[:_MANY]]
    if len(sends) > _MANY:
        lines.append(f"\n  and {len(sends) - _MANY} more")
    return "".join(lines)


def _nearest(
    sends: Sequence[AnySent[Any, Any]], sender: object, expected: Mapping[str, object]
) -> str:
    """Show the send that differs least from the expected one, and how; the last, if several."""
    if not sends:
        return ""

    def distance(sent: AnySent[Any, Any]) -> int:
        is_other = not is_sender(sent.sender, sender)
        return is_other + len(differing(sent.payload, expected))

    nearest = min(reversed(sends), key=distance)
    told = f"\n  nearest:  {_show(nearest)}"
    if not is_sender(nearest.sender, sender):
        told += f"\n  the sender is not {show(sender)}"
    if differing(nearest.payload, expected):
        told += "\n" + indent(explain(nearest.payload, expected), "  ")
    return told


def _show(sent: AnySent[Any, Any]) -> str:
    return sent._shown(sent.kind)

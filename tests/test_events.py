"""Events: signals without a sender, whose receivers get the payload alone."""

from __future__ import annotations

import asyncio
import copy
import enum
import gc
import inspect
import pickle
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from typing import Any, TypedDict

import pytest
from typing_extensions import Unpack

from aldis import AsyncEvent, AsyncEventMethod, AsyncSignal, Event, EventMethod, Signal
from aldis.delivery import Call
from aldis.exceptions import (
    AsyncReceiverError,
    DeclarationError,
    IncompatibleReceiverError,
    ReceiverError,
    SignalCopyError,
    WeakReceiverError,
)
from helpers import in_another_thread, results, takes, untyped

Received = tuple[tuple[object, ...], dict[str, object]]


class Size(TypedDict):
    width: int
    height: int


class View:
    @Event.method
    def added(self, flow: str, index: int = 0) -> object:
        """Sent after a flow was added."""

    @AsyncEvent.method
    async def drawn(self, part: str) -> object:
        """Sent when it is drawn."""

    @Event.method
    def closed(self) -> None: ...


@Event
def saved(path: str, *, size: int = 0) -> object:
    """Sent after a file was saved."""


@AsyncEvent
async def stored(key: str) -> object: ...


kept = Event[[int, str]]()


def heard() -> tuple[list[Received], Callable[..., Any]]:
    """Return a receiver of anything, and what it got."""
    got: list[Received] = []

    def receiver(*args: object, **kwargs: object) -> object:
        got.append((args, kwargs))
        return len(got)

    return got, receiver


# --- declaring, and what receivers get ---


def declared(parameters: str) -> Event[..., Any]:
    return Event(takes(parameters))


SENT: list[tuple[str, tuple[object, ...], dict[str, object], Received]] = [
    ("", (), {}, ((), {})),
    ("path", ("a",), {}, (("a",), {})),
    ("path", (), {"path": "a"}, (("a",), {})),
    ("path, /", ("a",), {}, (("a",), {})),
    ("path, size=3", ("a",), {}, (("a", 3), {})),
    ("path, *, size", ("a",), {"size": 1}, (("a",), {"size": 1})),
    ("path, *, size=3", ("a",), {}, (("a",), {"size": 3})),
    ("*, size", (), {"size": 1}, ((), {"size": 1})),
    ("path, *rest", ("a", 1, 2), {}, (("a", 1, 2), {})),
    ("*rest, size", (1, 2), {"size": 3}, ((1, 2), {"size": 3})),
    ("path, **rest", ("a",), {"b": 1}, (("a",), {"b": 1})),
    ("**rest", (), {"sender": 1, "self": 2}, ((), {"sender": 1, "self": 2})),
    ("*args, **kwargs", (1,), {"b": 2}, ((1,), {"b": 2})),
    ("sender, self", (1, 2), {}, ((1, 2), {})),
    ("a, b=1, /, c=2, *more, d, e=4, **rest", (0,), {"d": 3}, ((0, 1, 2), {"d": 3, "e": 4})),
]


@pytest.mark.parametrize(("parameters", "args", "kwargs", "received"), SENT)
def test_what_may_come_by_position_is_sent_by_position_and_the_rest_by_keyword(
    parameters: str, args: tuple[object, ...], kwargs: dict[str, object], received: Received
) -> None:
    event = declared(parameters)
    assert event.send(*args, **kwargs) == []
    got, receiver = heard()
    event.connect(receiver)
    assert event.send(*args, **kwargs) == [(receiver, 1)]
    assert event.send_robust(*args, **kwargs) == [(receiver, 2)]
    more = [event.connect(heard()[1], weak=False) for _ in range(3)]
    assert [each for each, _ in event.send(*args, **kwargs)] == [receiver, *more]
    assert got == [received] * 3


@pytest.mark.parametrize(
    ("parameters", "args", "kwargs"),
    [
        ("", (1,), {}),
        ("path", (), {}),
        ("path", ("a", "b"), {}),
        ("path", ("a",), {"path": "b"}),
        ("path, /", (), {"path": "a"}),
        ("path, *, size", ("a",), {}),
        ("path, *, size", ("a", 1), {}),
        ("path", ("a",), {"more": 1}),
    ],
)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_wrong_payload_is_an_error_that_shows_the_event(
    parameters: str, args: tuple[object, ...], kwargs: dict[str, object], count: int
) -> None:
    event = declared(parameters)
    for _ in range(count):
        event.connect(heard()[1], weak=False)
    for send in (event.send, event.send_robust):
        with pytest.raises(TypeError, match=r"^signal <lambda>.*: send"):
            send(*args, **kwargs)


def test_an_event_by_types_is_sent_by_position() -> None:
    event = Event[[int, str]]()
    got, receiver = heard()
    event.connect(receiver)
    event.send(1, "a")
    assert got == [((1, "a"), {})]
    with pytest.raises(TypeError, match=r"signal <unnamed>\(arg1: int, arg2: str, /\)"):
        untyped(event).send(1)
    with pytest.raises(IncompatibleReceiverError, match="'arg2'"):
        untyped(event).connect(takes("one"), weak=False)
    assert "(arg1: int, arg2: str, /)" in repr(event)


def test_an_open_event_takes_anything() -> None:
    event = Event(name="open")
    got, receiver = heard()
    event.connect(receiver)
    event.send()
    event.send(1, 2, sender=3)
    assert got == [((), {}), ((1, 2), {"sender": 3})]
    assert repr(event) == "<Event open, 1 receiver>"


def test_a_subclass_may_declare_by_its_base() -> None:
    class Moved(Event[[int, int]]): ...

    moved = Moved()
    assert moved.send(1, 2) == []
    with pytest.raises(TypeError, match="arg2"):
        untyped(moved).send(1)


def test_the_keys_of_a_typed_dict_are_sent_by_keyword() -> None:
    @Event
    def resized(name: str, **size: Unpack[Size]) -> None: ...

    got, receiver = heard()
    resized.connect(receiver)
    resized.send("door", width=1, height=2)
    assert got == [(("door",), {"width": 1, "height": 2})]
    with pytest.raises(TypeError, match="'height'"):
        untyped(resized).send("door", width=1)
    with pytest.raises(TypeError, match="'depth'"):
        untyped(resized).send("door", width=1, height=2, depth=3)


def test_an_event_takes_over_what_its_declaration_is_called() -> None:
    assert (saved.__name__, saved.__qualname__, saved.__module__) == ("saved", "saved", __name__)
    assert saved.__doc__ == "Sent after a file was saved."
    assert [*inspect.signature(untyped(saved)).parameters] == ["path", "size"]
    named = Event(takes("path"), name="other", doc="Another.")
    assert (named.__name__, named.__doc__) == ("other", "Another.")
    view = View()
    assert (view.added.__name__, view.added.__qualname__) == ("added", "View.added")
    assert view.added.__doc__ == View.added.__doc__ == "Sent after a flow was added."
    assert [*inspect.signature(untyped(View.added)).parameters] == ["self", "flow", "index"]
    assert [*inspect.signature(untyped(view.added)).parameters] == ["flow", "index"]


def test_an_event_that_a_class_keeps_is_named_by_it() -> None:
    class Shop:
        opened = Event[[int]]()

    assert Shop().opened is Shop.opened
    assert Shop.opened.__name__ == "opened"
    assert Shop.opened.__qualname__.endswith("Shop.opened")


async def async_spec(self: object) -> None: ...


def plain_spec(self: object) -> None: ...


@pytest.mark.parametrize(
    ("declare", "said"),
    [
        (lambda: untyped(Event)(3), "3 cannot declare a signal: it is not callable"),
        (lambda: untyped(Event)(async_spec), "it is async; declare an AsyncEvent with it"),
        (lambda: untyped(AsyncEvent)(plain_spec), "it is not async; .*declare an Event with it"),
        (lambda: untyped(Event).method(async_spec), "declare an AsyncEvent.method with it"),
        (lambda: untyped(AsyncEvent).method(plain_spec), "declare an Event.method with it"),
        (lambda: untyped(Event).method(takes("")), "it takes no `self`; write it as a method"),
        (lambda: untyped(Event).method(takes("*, n")), "it takes no `self`"),
        (lambda: untyped(Event)(plain_spec, plain_spec), r"`Event\[\[int, str\]\]\(\)`"),
        (lambda: untyped(Event)(saved), "it is already a signal"),
        (lambda: untyped(Event)(View.added), "it is already a signal"),
        (lambda: untyped(Event)(View().added), "it is already a signal"),
        (lambda: untyped(Signal)(takes("")), "or declare an Event, which has no sender"),
    ],
)
def test_a_wrong_declaration_is_refused_with_the_way_out(
    declare: Callable[[], object], said: str
) -> None:
    with pytest.raises(DeclarationError, match=said):
        declare()


# --- receivers ---


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("sender, path, *, size", "its 'sender' takes 'path', and nothing is sent for its 'path'"),
        ("path", "it does not take 'size'"),
        ("*, size", "it does not take 'path', sent by position"),
        ("", "it does not take 'path', sent by position"),
        ("path, size", None),
        ("anything, *, size", None),
        ("anything, **rest", None),
        ("*args, **kwargs", None),
        ("path, more=1, *, size, most=2", None),
    ],
)
def test_receivers_are_judged_by_the_payload_alone(parameters: str, said: str | None) -> None:
    receiver = takes(parameters)
    if said is None:
        saved.connect(receiver)
        assert results(saved.send("a", size=1)) == [None]
        saved.disconnect(receiver)
        return
    with pytest.raises(IncompatibleReceiverError, match=f"signal saved.*{said}"):
        saved.connect(receiver)
    assert not saved.receivers


def test_a_receiver_that_cannot_be_one_is_refused() -> None:
    async def later(path: str, *, size: int) -> None: ...

    with pytest.raises(AsyncReceiverError, match="declare an AsyncEvent"):
        untyped(saved).connect(later)
    with pytest.raises(WeakReceiverError):
        untyped(kept).connect(object().__eq__)
    for wrong in (3, View.added, View().added, saved):
        with pytest.raises(ReceiverError):
            untyped(saved).connect(wrong)
    with pytest.raises(ReceiverError, match=r"`@event\.connect` without parentheses"):
        untyped(saved).connect()


def test_the_send_of_an_event_is_a_receiver() -> None:
    view, relay, opened = View(), declared("path, *, size=0"), declared("")
    got, receiver = heard()
    with saved.connected_to(relay.send), relay.connected_to(receiver):
        saved.send("a", size=1)
    with opened.connected_to(view.closed.send), view.closed.connected_to(receiver):
        opened.send()
    assert got == [(("a",), {"size": 1}), ((), {})]


def test_weak_receivers_die_and_strong_ones_do_not() -> None:
    class Log:
        def write(self, *args: object, **kwargs: object) -> None: ...

    view = View()
    log, strong = Log(), Log()
    view.added.connect(log.write)
    view.added.connect(strong.write, weak=False)
    kept_alive, gone = weakref.ref(strong), weakref.ref(log)
    del log, strong
    gc.collect()
    assert gone() is None
    assert kept_alive() is not None
    assert len(view.added.receivers) == 1


# --- the methods of a bound signal ---


@pytest.fixture(params=["event", "event of an instance"])
def event(request: pytest.FixtureRequest) -> Event[[str], object]:
    if request.param == "event":

        @Event
        def made(flow: str) -> object: ...

        return made

    class Owner:
        @Event.method
        def made(self, flow: str) -> object: ...

    return Owner().made


def test_every_method_of_a_bound_signal_is_there_without_a_sender(
    event: Event[[str], object],
) -> None:
    got, receiver = heard()
    assert event.connect(receiver) is receiver
    assert [*event.receivers] == [*event.receivers_for()] == [receiver]
    assert event.has_receivers_for()
    with event.muted():
        assert event.send("muted") == []
        assert not event.has_receivers_for()
    assert event.disconnect(receiver)
    assert not event.disconnect(receiver)
    with event.connected_to(receiver):
        event.send("inside")
    subscription = event.subscribe(receiver)
    with subscription:
        event.send("subscribed")
    assert subscription.closed
    event.send("outside")
    event.connect_via(once=True)(receiver)
    event.send("once")
    event.send("twice")
    assert [args for args, _ in got] == [("inside",), ("subscribed",), ("once",)]
    event.connect(receiver)
    assert (event.disconnect_all(), event.disconnect_all()) == (1, 0)
    assert not event.has_receivers_for()


def test_each_of_two_subscriptions_ends_its_own(event: Event[[str], object]) -> None:
    got, receiver = heard()
    first, second = event.subscribe(receiver), event.subscribe(receiver)
    event.send("both")
    first.close()
    first.close()
    event.send("one")
    second()
    event.send("none")
    assert [args for args, _ in got] == [("both",), ("one",)]


def test_a_connection_outlives_a_subscription_of_its_receiver(event: Event[[str], object]) -> None:
    got, receiver = heard()
    subscription = event.subscribe(receiver)
    event.connect(receiver)
    subscription.close()
    event.send("a")
    assert len(got) == 1


def test_a_subscription_leaves_a_weak_connection_weak(event: Event[[str], object]) -> None:
    got, receiver = heard()
    event.connect(receiver)
    subscription = event.subscribe(receiver)
    gone = weakref.ref(receiver)
    del receiver
    assert len(event.send("kept")) == 1
    subscription.close()
    gc.collect()
    assert gone() is None
    assert event.send("gone") == []
    assert len(got) == 1


def test_receivers_of_a_higher_priority_come_first(event: Event[[str], object]) -> None:
    receivers = [heard()[1] for _ in range(3)]
    for place, receiver in enumerate(receivers):
        event.connect(receiver, priority=place)
    assert event.receivers_for() == tuple(reversed(receivers))
    assert [receiver for receiver, _ in event.send("a")] == [*reversed(receivers)]


def test_a_robust_send_goes_on_after_an_exception(event: Event[[str], object]) -> None:
    def fails(flow: str) -> None:
        raise ValueError(flow)

    got, receiver = heard()
    event.connect(fails)
    event.connect(receiver)
    with pytest.raises(ValueError, match="a"):
        event.send("a")
    (_, error), (_, result) = event.send_robust("b")
    assert isinstance(error, ValueError)
    assert (result, got) == (1, [(("b",), {})])


def test_a_receiver_with_a_via_is_called_by_that_and_is_no_result(
    event: Event[[str], object],
) -> None:
    calls: list[Call] = []
    got, receiver = heard()
    event.connect(receiver, via=calls.append)
    assert event.send("a") == []
    assert (got, len(calls)) == ([], 1)
    assert calls[0]() == 1
    assert got == [(("a",), {})]


def test_the_next_send_can_be_awaited_or_waited_for(event: Event[[str], object]) -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_soon(event.send, "a")
        assert await event.next(timeout=10) == {"flow": "a"}

    asyncio.run(main())
    told: list[object] = []
    waiting = threading.Thread(target=lambda: told.append(event.wait(timeout=10)))
    waiting.start()
    while waiting.is_alive():  # it may not wait yet
        event.send("b")
        waiting.join(timeout=0.001)
    assert told == [{"flow": "b"}]
    with pytest.raises(TimeoutError, match="was not sent within 0 seconds"):
        event.wait(timeout=0)


def test_async_events_are_awaited_in_turn_and_gathered() -> None:
    view = View()
    got: list[str] = []
    events: list[Any] = [view.drawn, stored]

    async def later(part: str) -> str:
        await asyncio.sleep(0)
        got.append(part)
        return part

    def at_once(part: str) -> str:
        return part.upper()

    async def main() -> None:
        for event in events:
            event.connect(later)
            event.connect(at_once)
            assert results(await event.send("a")) == ["a", "A"]
            assert results(await event.send_robust("a")) == ["a", "A"]
            assert results(await event.gather("a")) == ["a", "A"]
            assert results(await event.gather_robust("a")) == ["a", "A"]
            assert results(await event.limited(1).gather("a")) == ["a", "A"]
            event.disconnect_all()
        assert await View().drawn.gather("nobody") == []
        assert await View().drawn.limited(2).gather_robust("nobody") == []

    asyncio.run(main())
    assert got == ["a"] * 10


# --- events of instances ---


def test_only_the_receivers_of_that_instance_are_called() -> None:
    view, other = View(), View()
    got, receiver = heard()
    view.added.connect(receiver)
    other.added.send("a")
    untyped(View.added).send(other, "b")
    assert got == []
    view.added.send("c")
    untyped(View.added).send(view, "d", index=1)
    assert got == [(("c", 0), {}), (("d", 1), {})]


def test_two_events_of_an_instance_are_equal_and_have_one_hash() -> None:
    view, other = View(), View()
    assert view.added == view.added
    assert hash(view.added) == hash(view.added)
    assert view.added is not view.added
    assert len({view.added, view.added, other.added, view.closed}) == 3
    assert view.added != other.added
    for another in (view.closed, View.added, 3, saved):
        assert untyped(view.added) != another
    assert untyped(saved) == saved
    assert untyped(saved) != kept


def test_events_show_themselves() -> None:
    view = View()
    assert repr(view.added) == f"<Event View.added of View object at {id(view):#x}>"
    assert repr(view.drawn).startswith("<AsyncEvent View.drawn of View object at 0x")
    assert repr(View.added) == (
        f"<EventMethod {__name__}.View.added(self, flow: str, index: int = 0) -> object,"
        " 0 receivers>"
    )
    assert isinstance(view.added, Event)
    assert isinstance(view.drawn, AsyncEvent)
    assert isinstance(View.added, EventMethod)
    assert isinstance(View.drawn, AsyncEventMethod)


@pytest.mark.parametrize("name", ["connect", "receivers", "subscribe", "muted", "disconnect_all"])
def test_the_event_on_the_class_says_to_connect_to_an_instance(name: str) -> None:
    with pytest.raises(
        AttributeError, match=rf"each instance has its own, `instance\.added\.{name}`"
    ):
        getattr(View.added, name)


def test_what_only_async_events_have_is_not_promised_of_others() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'limited'$"):
        untyped(View.added).limited(3)
    with pytest.raises(AttributeError, match=r"`instance\.drawn\.limited`"):
        untyped(View.drawn).limited(3)


def test_a_call_of_an_event_says_how_it_is_sent_and_declared() -> None:
    for event in (saved, View.added, View().added):
        with pytest.raises(TypeError, match=r"with `\.send\(\.\.\.\)`\. .*`@Event` without"):
            untyped(event)("a")
    with pytest.raises(TypeError, match=r"`@AsyncEvent` without"):
        untyped(stored)("a")
    with pytest.raises(TypeError, match="`@AsyncSignal` without"):
        untyped(AsyncSignal())("a")
    with pytest.raises(AttributeError, match=r"'Event' object has no attribute 'emit'.*'send'"):
        untyped(View().added).emit("a")


def test_the_death_of_an_instance_ends_its_connections() -> None:
    got, receiver = heard()
    view = View()
    view.added.connect(receiver, weak=False)
    subscription = view.added.subscribe(receiver)
    event = view.added
    gone = weakref.ref(view)
    del view
    gc.collect()
    assert gone() is not None, "an event keeps its instance, as a bound method does"
    event.send("a")
    del event
    gc.collect()
    assert gone() is None
    assert len(View.added._registry) == 0
    subscription.close()
    assert len(got) == 1


def test_a_new_instance_has_no_receivers_of_a_dead_one() -> None:
    got, receiver = heard()
    for _ in range(100):
        view = View()
        assert not view.added.receivers
        view.added.connect(receiver)
        view.added.send("a")
        del view
    assert len(got) == 100


def test_an_instance_costs_nothing_until_a_receiver_is_connected() -> None:
    untyped(View.added).send(View(), "a")  # makes what the class needs
    views = [View() for _ in range(100)]
    for view in views:
        view.added.send("a")
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for view in views:
            view.added.send("a")
            assert not view.added.receivers
            view.added.disconnect(print)
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert after - before < 5_000
    assert [vars(view) for view in views] == [{}] * 100
    assert len(View.added._registry) == 0
    assert not View.added._registry.routes


def test_a_subclass_has_the_event_of_its_base_or_one_of_its_own() -> None:
    class Special(View):
        @Event.method
        def closed(self) -> None: ...  # pyright: ignore[reportIncompatibleVariableOverride]  # its sender is another

    special = Special()
    got, receiver = heard()
    special.added.connect(receiver)
    special.closed.connect(receiver)
    special.added.send("a")
    super(Special, special).closed.send()
    assert got == [(("a", 0), {})]
    assert untyped(Special).added is View.added
    assert super(Special, special).closed != special.closed


def test_an_event_may_have_any_names_in_its_payload() -> None:
    class Odd:
        @Event.method
        def told(this, instance: int, sender: int, *, self: int, receiver: int) -> None: ...  # noqa: N805

    got, receiver = heard()
    odd = Odd()
    odd.told.connect(receiver)
    odd.told.send(1, sender=2, self=3, receiver=4)
    assert got == [((1, 2), {"self": 3, "receiver": 4})]


def test_a_method_may_take_its_instance_by_a_star() -> None:
    class Odd:
        @Event.method
        def told(*args: Any, **kwargs: int) -> None: ...

    got, receiver = heard()
    odd = Odd()
    odd.told.connect(receiver)
    untyped(odd.told).send(1, 2, a=3)
    assert got == [((1, 2), {"a": 3})]


def test_listeners_are_told_of_the_connections_of_events() -> None:
    told: list[tuple[str, object, object]] = []

    def connected(event: object, *, receiver: object, sender: object, weak: bool) -> None:
        told.append(("connected", event, sender))

    def disconnected(event: object, *, receiver: object, sender: object) -> None:
        told.append(("disconnected", event, sender))

    view, (_, receiver) = View(), heard()
    with (
        view.added.receiver_connected.connected_to(untyped(connected)),
        View.added.receiver_disconnected.connected_to(untyped(disconnected)),
        saved.receiver_connected.connected_to(untyped(connected)),
        saved.receiver_disconnected.connected_to(untyped(disconnected)),
    ):
        view.added.connect(receiver)
        view.added.disconnect(receiver)
        with saved.subscribe(receiver):
            pass
    from aldis import ANY  # noqa: PLC0415

    assert told == [
        ("connected", View.added, view),
        ("disconnected", View.added, view),
        ("connected", saved, ANY),
        ("disconnected", saved, ANY),
    ]
    assert view.added.receiver_connected is untyped(View.added).receiver_connected


# --- copies ---


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_events_are_pickled_by_their_name(protocol: int) -> None:
    for event in (saved, stored, View.added, View.drawn):
        assert pickle.loads(pickle.dumps(event, protocol)) is event
    event = untyped(pickle.loads(pickle.dumps(View().added, protocol)))
    assert type(event) is type(View().added)
    assert untyped(event)._method is View.added


def test_events_that_are_found_by_their_name_are_copied_as_themselves() -> None:
    for event in (saved, stored, View.added, View.drawn):
        assert copy.copy(event) is event
        assert copy.deepcopy(event) is event


def test_a_copy_of_an_object_has_its_own_events() -> None:
    view = View()
    untyped(view).own = view.added
    _, receiver = heard()
    view.added.connect(receiver)
    assert copy.copy(view.added) == view.added
    for made in (copy.deepcopy(view), pickle.loads(pickle.dumps(view))):
        assert untyped(made).own == made.added
        assert made.added != view.added
        assert not made.added.receivers
    assert untyped(copy.copy(view)).own == view.added


def test_an_event_without_a_name_is_copied_as_a_new_one_unless_it_has_receivers() -> None:
    event = Event[[int]]()
    for made in (copy.copy(event), copy.deepcopy(event), pickle.loads(pickle.dumps(event))):
        assert made is not event
        assert type(made) is Event
        with pytest.raises(TypeError, match="arg1"):
            untyped(made).send()
    _, receiver = heard()
    event.connect(receiver)
    for action in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(SignalCopyError):
            untyped(action)(event)


# --- other kinds of classes ---


class Colour(enum.Enum):
    RED = 1
    BLUE = 2

    @Event.method
    def chosen(self, by: str) -> None: ...


def test_members_of_an_enum_have_events_that_are_no_members() -> None:
    assert [*Colour] == [Colour.RED, Colour.BLUE]
    got, receiver = heard()
    Colour.RED.chosen.connect(receiver)
    Colour.BLUE.chosen.send("ada")
    Colour.RED.chosen.send("bob")
    assert got == [(("bob",), {})]
    for made in (
        copy.deepcopy(Colour.RED.chosen),
        pickle.loads(pickle.dumps(Colour.RED.chosen)),
    ):
        assert made == Colour.RED.chosen
    Colour.RED.chosen.disconnect_all()


def test_an_instance_without_weak_references_is_kept_by_its_connections() -> None:
    class Bare:
        __slots__ = ()

        @Event.method
        def moved(self, x: int) -> None: ...

    bare, (got, receiver) = Bare(), heard()
    bare.moved.connect(receiver)
    del bare
    gc.collect()
    assert len(Bare.moved._registry) == 1
    untyped(Bare.moved._registry).disconnect_all(next(iter(Bare.moved._registry.routes.values()))())
    assert len(Bare.moved._registry) == 0
    assert got == []


# --- threads ---


def test_an_event_that_is_sent_in_one_thread_is_heard_in_it() -> None:
    view = View()
    threads: list[threading.Thread] = []

    def receiver(flow: str, index: int = 0) -> None:
        threads.append(threading.current_thread())

    view.added.connect(receiver)
    in_another_thread(lambda: view.added.send("a"))
    view.added.send("b")
    assert len({*threads}) == 2
    assert threads[1] is threading.current_thread()


def test_threads_connect_subscribe_and_send_at_once() -> None:
    class Owner:
        @Event.method
        def told(self, n: int) -> None: ...

    owners = [Owner() for _ in range(4)]
    together = threading.Barrier(4)
    errors: list[BaseException] = []
    heard_by: list[list[int]] = [[] for _ in owners]

    def work(place: int) -> None:
        owner, mine = owners[place], heard_by[place]
        try:
            together.wait()
            for n in range(200):
                with owner.told.subscribe(lambda n: mine.append(n)):  # noqa: PLW0108  # its parameter
                    owner.told.send(n)
                owner.told.send(-1)
        except BaseException as error:  # noqa: BLE001  # the test reports it
            errors.append(error)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not errors
    assert heard_by == [[*range(200)]] * 4
    assert len(Owner.told._registry) == 0


def test_threads_that_ask_first_get_one_send() -> None:
    event = declared("n")
    got, receiver = heard()
    event.connect(receiver)
    together = threading.Barrier(4)
    sends: list[object] = []

    def ask() -> None:
        together.wait()
        sends.append(event.send)
        event.send(1)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert {id(send) for send in sends} == {id(event.send)}
    assert len(got) == 4

"""Events have no sender: receivers get the payload alone, and sends give it alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar, assert_type

from aldis import ANY, Event, EventMethod, Signal

T = TypeVar("T")


class Flow: ...


class Request(Flow): ...


class View:
    @Event.method
    def added(self, flow: Flow, /, index: int = 0) -> None:
        """Sent after a flow was added."""

    @Event.method
    def asked(self, question: str, /, *, urgent: bool = False) -> int:
        raise NotImplementedError

    @Event.method
    def cleared(self) -> None: ...

    def add(self, flow: Flow) -> None:
        self.added.send(flow)
        self.added.send(flow, 1)
        self.added.send(self, flow)  # E: an event has no sender
        self.added.send(index=1)  # E: the flow is missing


class Filtered(View):
    def clear(self) -> None:
        self.cleared.send()
        self.cleared.send(1)  # E: this one has no payload


@Event
def saved(path: str, *, size: int, force: bool = False) -> None:
    """Sent after a file was written."""


@Event
def asked(question: str, /) -> int:
    raise NotImplementedError


@Event
def closed() -> None: ...


@Event
def told(*words: str, **marks: int) -> None: ...


moved = Event[[int, int]]()
measured = Event[[str], float](name="measured", doc="Sent to be measured.")
anything = Event()
flow, request, view, other = Flow(), Request(), View(), View()


# --- what an event is ---

assert_type(moved, Event[[int, int], Any])
assert_type(measured, Event[[str], float])
assert_type(asked, Event[[str], int])
assert_type(closed, Event[[], None])
assert_type(anything, Event[..., Any])
assert_type(view.cleared, Event[[], None])
assert_type(Filtered().cleared, Event[[], None])
assert_type(View.cleared, EventMethod[View, [], None])

Event(42)  # E: this is not a declaration
Event(name=1)  # E: a name's type
Event(asked, "asked")  # E: a name is given by keyword
Event(via=1)  # E: a via takes a call
asked("why?")  # E: it is sent, not called
view.cleared()  # E: it is sent, not called
other.added = 5  # E: it stays an event
view.aded.send(flow)  # E: a misspelt event
asked.sender  # E: there is no sender
view.added.signal  # E: it is not a signal of all views
asked.sendd("why?")  # E: a misspelt method


# --- sending ---

assert_type(saved.send("a", size=1), list[tuple[Callable[..., None], None]])
assert_type(asked.send("why?"), list[tuple[Callable[..., int], int]])
assert_type(asked.send_robust("why?"), list[tuple[Callable[..., int], "int | Exception"]])
assert_type(view.asked.send("why?"), list[tuple[Callable[..., int], int]])
saved.send(path="a", size=1, force=True)
closed.send()
told.send()
told.send("a", "b", loud=1)
moved.send(1, 2)
measured.send("a")
anything.send(1, "2", three=3)
view.added.send(flow)
view.added.send(request, index=2)
view.asked.send("why?", urgent=True)

saved.send()  # E: the payload is missing
saved.send("a")  # E: the size is missing
saved.send("a", 1)  # E: the size is by keyword
saved.send(1, size=1)  # E: the path's type
saved.send("a", size="1")  # E: the size's type
saved.send("a", size=1, force="no")  # E: the type of what has a default
saved.send("a", size=1, mode="w")  # E: a payload too many
saved.send(None, "a", size=1)  # E: an event has no sender
saved.send_robust("a")  # E: the size is missing
saved.send_robust(1, size=1)  # E: the path's type
asked.send(question="why?")  # E: it goes by position only
closed.send(1)  # E: there is no payload
told.send(1)  # E: the words' type
told.send(loud="very")  # E: the marks' type
moved.send(1)  # E: one is missing
moved.send(1, 2, 3)  # E: one too many
moved.send(1, "2")  # E: the second one's type
measured.send(1)  # E: the payload's type
view.added.send()  # E: the flow is missing
view.added.send(view)  # E: an event has no sender
view.added.send(view, flow)  # E: an event has no sender
view.added.send(flow, "1")  # E: the index's type
view.added.send_robust(1)  # E: the flow's type
view.asked.send("why?", True)  # E: the urgency is by keyword
View.added.send(view, flow)  # E: an instance sends, not the class


# --- connecting ---


def on_saved(path: str, *, size: int, force: bool = False) -> None: ...


def on_saved_wide(path: object, **rest: object) -> None: ...


def on_saved_renamed(file: str, *, size: int, force: bool = False) -> None: ...


def on_saved_with_sender(sender: object, path: str, *, size: int, force: bool = False) -> None: ...


def on_saved_wrongly(path: int, *, size: int, force: bool = False) -> None: ...


def on_saved_halfway(path: str, *, force: bool = False) -> None: ...


def on_saved_strictly(path: str, *, size: int, force: bool) -> None: ...


def on_asked(text: str) -> int:
    return len(text)


def on_asked_wrongly(text: str) -> str:
    return text


def on_added(item: Flow, index: int = 0) -> None: ...


def on_added_strictly(item: Flow, index: int) -> None: ...


def on_added_narrow(item: Request, index: int = 0) -> None: ...


def on_closed() -> None: ...


async def on_closed_later() -> None: ...


class Log:
    def keep(self, path: str, *, size: int, force: bool = False) -> None: ...

    def __call__(self, item: Flow, index: int = 0) -> None: ...


log = Log()
assert_type(asked.connect(on_asked), Callable[[str], int])
assert_type(closed.connect(on_closed), Callable[[], None])
assert_type(moved.connect(lambda x, y: None), Callable[[int, int], Any])
saved.connect(on_saved)
saved.connect(on_saved, weak=False, once=True, priority=1)
saved.connect(on_saved_wide)
saved.connect(log.keep)
asked.connect(len)
told.connect(lambda *words, **marks: None)
told.connect(print)  # E: its `sep` is not an int
anything.connect(on_saved)
view.added.connect(on_added)
view.added.connect(log)
view.added.connect(Log())
view.cleared.connect(on_closed)
view.cleared.connect(lambda: print("cleared"))
asked.connect(lambda question: len(question))
closed.connect(partial(on_added, flow))

saved.connect(on_saved_renamed)  # E: a name counts, unless "/" comes after it
saved.connect(on_saved_with_sender)  # E: an event has no sender
saved.connect(on_saved_wrongly)  # E: the path's type
saved.connect(on_saved_halfway)  # E: it takes no size
saved.connect(on_saved_strictly)  # E: it requires what has a default
saved.connect(on_closed)  # E: it takes no payload
saved.connect(on_asked)  # E: it was declared for another event
saved.connect(42)  # E: this cannot be called
saved.connect(saved)  # E: an event cannot be called
saved.connect()  # E: the receiver is missing
saved.connect(on_saved, ANY)  # E: there is no sender to choose
saved.connect(on_saved, sender=view)  # E: there is no sender to choose
saved.connect(on_saved, weak="no")  # E: an option's type
saved.connect(on_saved, priority="high")  # E: an option's type
saved.connect(on_saved, True)  # E: options are by keyword
asked.connect(on_asked_wrongly)  # E: its result
closed.connect(on_added)  # E: it requires a flow
closed.connect(on_closed_later)  # E: it is async
closed.connect(lambda sender: None)  # E: an event has no sender
view.added.connect(on_added_strictly)  # E: it requires what has a default
view.added.connect(on_added_narrow)  # E: any flow may be added
view.added.connect(on_added, view)  # E: there is no sender to choose
view.added.connect(on_closed)  # E: it takes no flow
View.added.connect(on_added)  # E: an instance has the event to connect to


@saved.connect
def decorated(path: str, *, size: int, force: bool = False) -> None: ...


@view.asked.connect_via(once=True)
def decorated_via(text: str, *, urgent: bool = False) -> int:
    return len(text)


@saved.connect  # E: the size's type
def decorated_wrongly(path: str, *, size: str, force: bool = False) -> None: ...


@view.asked.connect_via(once=True)  # E: its result
def decorated_wrongly_via(text: str, *, urgent: bool = False) -> str:
    return text


@View.cleared.connect  # E: an instance has the event to connect to
def decorated_by_class() -> None: ...


decorated("a", size=1)
decorated("a", size="1")  # E: it is called as declared
assert_type(decorated_via("why?"), int)
asked.connect_via()(on_asked)
asked.connect_via(weak=True, once=True, priority=2)(on_asked)
asked.connect_via()(on_asked_wrongly)  # E: its result
asked.connect_via(view)  # E: there is no sender to choose
asked.connect_via(once=1)  # E: an option's type


# --- connected_to, disconnect, muted ---

assert_type(asked.connected_to(on_asked), AbstractContextManager[None])
assert_type(asked.disconnect(on_asked), bool)
assert_type(asked.disconnect_all(), int)
assert_type(view.cleared.muted(), AbstractContextManager[None])

with asked.connected_to(on_asked), asked.muted():
    asked.send("why?")

asked.connected_to(on_closed)  # E: it takes no question
asked.connected_to(on_asked, view)  # E: there is no sender to choose
asked.disconnect(on_asked, view)  # E: there is no sender to choose
asked.disconnect(view)  # E: this cannot be called
asked.disconnect_all(view)  # E: there is no sender to choose
view.cleared.muted(view)  # E: there is no sender to choose
View.cleared.muted()  # E: an instance has the event to mute


# --- who listens ---

assert_type(asked.receivers, Sequence[Callable[[str], int]])
assert_type(asked.receivers_for(), tuple[Callable[[str], int], ...])
assert_type(view.cleared.has_receivers_for(), bool)

if asked.receivers:
    asked.send("why?")

asked.receivers_for(view)  # E: there is no sender to choose
asked.has_receivers_for(ANY)  # E: there is no sender to choose
asked.receivers = ()  # E: it cannot be set


# --- passed on ---

Answering: TypeAlias = Event[[str], int]


def ask(event: Answering) -> int:
    return sum(result for _, result in event.send("why?"))


def close(event: Event[[], None]) -> None:
    event.send()


def send_later(event: Event[[T], None], payload: T) -> None:
    event.send(payload)


ask(asked)
close(closed)
close(view.cleared)
close(Filtered().cleared)
ask(closed)  # E: another payload
close(View.cleared)  # E: the class has a declaration, and no event
close(Signal())  # E: a signal has a sender
assert_type(view.cleared == view.cleared, bool)
assert_type({view.cleared}, set[Event[[], None]])


# --- declared by a call, and in a generic class ---


def _declaration(self: View, n: int, /) -> None: ...


def _takes_nothing() -> None: ...


assert_type(Event.method(_declaration), EventMethod[View, [int], None])
Event.method(_takes_nothing)  # E: it has no `self`
Event.method(42)  # E: this is not a declaration


class Box(Generic[T]):
    @Event.method
    def filled(self, value: T, /) -> None: ...

    def fill(self, value: T) -> None:
        self.filled.send(value)
        self.filled.send(1)  # E: not every `T` is an int


box = Box[int]()


def watch(value: int, /) -> None: ...


def misread(value: str, /) -> None: ...


box.filled.send(1)
box.filled.connect(watch)
box.filled.send("1")  # E: this box is for ints
box.filled.connect(misread)  # E: this box is for ints


class Slotted:
    __slots__ = ()

    @Event.method
    def changed(self, name: str, /) -> None: ...


Slotted().changed.send("a")
Slotted().changed.send(1)  # E: the payload's type

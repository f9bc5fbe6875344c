"""What a relay does by itself, whatever its engine is."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import types
from collections.abc import Callable
from typing import Any

import pytest
from programs import TOPIC, Given, Scripted, order_paid

from aldis import Signal
from aldis.exceptions import MessageError, MissingExtraError, NotPortableError
from aldis.relay import Key, Message, Relay


def relay(engine: Scripted | None = None, **rules: Any) -> Relay:
    """Return a relay on an engine that does as it is told."""
    return Relay(engine or Scripted(), name="web", **rules)


def packed(data: bytes = b'{"sender":"shop","payload":{"order_id":1}}', **more: Any) -> bytes:
    given: dict[str, Any] = {"topic": TOPIC, "source": "elsewhere", "data": data, **more}
    return Message.of(**given).pack()


def hears(signal: Any) -> list[tuple[object, int]]:
    """Return the senders and the numbers that a signal will be sent with."""
    heard: list[tuple[object, int]] = []

    def hear(sender: object, /, *, order_id: int, **_: object) -> None:
        heard.append((sender, order_id))

    signal.connect(hear, weak=False)
    return heard


def delivering(*deliveries: Any, **rules: Any) -> tuple[Relay, Signal[Any, ..., Any]]:
    """Return a relay that delivers a signal, and that signal."""
    signal: Any = Signal(order_paid)
    made = relay(Scripted(*deliveries), **rules)
    made.deliver(signal, group="group", topic=TOPIC)
    return made, signal


# names


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": ""}, "a relay's name is a name without spaces, got ''"),
        ({"name": "my web"}, "got 'my web'"),
        ({"attempts": 0}, "attempts must be at least 1, got 0"),
        ({"delay": -1}, "delay must be at least 0, got -1"),
        ({"max_hops": -1}, "max_hops must be at least 0, got -1"),
    ],
)
def test_a_relay_refuses_names_and_numbers_that_mean_nothing(
    options: dict[str, Any], message: str
) -> None:
    given: dict[str, Any] = {"name": "web", **options}
    with pytest.raises(ValueError, match=message):
        Relay(Scripted(), **given)


def declared_in(module: str) -> Signal[Any, ..., Any]:
    def paid(sender: str, /) -> None: ...

    paid.__module__, paid.__qualname__ = module, "paid"
    return Signal(paid)


def test_the_topic_is_the_module_and_the_qualified_name() -> None:
    engine, signal = Scripted(), declared_in("shop.signals")
    relay(engine).publish(signal)
    signal.send("shop")
    assert [message.type for message in engine.published] == ["shop.signals.paid"]


def test_the_module_that_is_run_is_called_as_others_import_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine, signal = Scripted(), declared_in("__main__")
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    with pytest.raises(ValueError, match=r"signal paid is declared in the program .* `topic=`"):
        relay(engine).publish(signal)
    main.__spec__ = types.SimpleNamespace(name="shop.__main__")  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]  # as `python -m shop` makes it
    relay(engine).publish(signal)
    signal.send("shop")
    assert [message.type for message in engine.published] == ["shop.__main__.paid"]


@pytest.mark.parametrize("topic", ["", "order paid"])
def test_a_topic_is_a_name(topic: str) -> None:
    with pytest.raises(ValueError, match="a topic is a name without spaces"):
        relay().deliver(Signal(order_paid), group=None, topic=topic)


@pytest.mark.parametrize("topic", ["/", "/paid", "orders/"])
def test_a_shared_topic_has_a_name_on_both_sides(topic: str) -> None:
    with pytest.raises(ValueError, match="a topic has a name on both sides of a slash, got '"):
        relay().deliver(Signal(order_paid), group=None, topic=topic)


def test_signals_that_share_a_topic_are_delivered_in_one_group() -> None:
    made = relay()
    made.deliver(Signal(order_paid), group="mailer", topic="orders/paid")
    with pytest.raises(
        ValueError,
        match=r"'web' delivers topic orders/paid with group='mailer': topic orders/refunded, which",
    ):
        made.deliver(Signal(order_paid), group=None, topic="orders/refunded")
    made.deliver(Signal(order_paid), group="mailer", topic="orders/refunded")
    made.deliver(Signal(order_paid), group=None, topic="orders.old")


def test_a_signal_that_others_cannot_import_needs_a_topic() -> None:
    def local(sender: str, /) -> None: ...

    for each in (Signal(local), Signal[str, [int]](name="typed")):
        with pytest.raises(ValueError, match="give it a `topic=`"):
            relay().publish(each)


def test_a_topic_is_published_once_and_delivered_once_by_a_relay() -> None:
    made = relay()
    made.publish(Signal(order_paid), topic=TOPIC)
    told = (
        r"published already by relay 'web'; signals share a topic as topic=\"shop.order_paid/one\""
    )
    with pytest.raises(ValueError, match=told):
        made.publish(Signal(order_paid), topic=TOPIC)
    made.deliver(Signal(order_paid), group=None, topic=TOPIC)
    with pytest.raises(ValueError, match="is delivered already by relay 'web'"):
        made.deliver(Signal(order_paid), group="group", topic=TOPIC)


def test_who_publishes_and_delivers_in_a_group_must_say_what_becomes_of_its_own() -> None:
    signal: Any = Signal(order_paid)
    made = relay()
    made.publish(signal, topic=TOPIC)
    with pytest.raises(ValueError, match=r"own=False\) to leave out .* or own=True"):
        made.deliver(signal, topic=TOPIC, group="group")
    made.deliver(signal, topic=TOPIC, group="group", own=True)
    other = relay()
    other.deliver(signal, topic=TOPIC, group="group")
    with pytest.raises(ValueError, match=r"say deliver\(\.\.\., own=False\)"):
        other.publish(signal, topic=TOPIC)


def test_nothing_is_connected_by_a_publish_that_is_refused() -> None:
    def opened(sender: object, /) -> None: ...

    signal = Signal(opened)
    made = relay()
    with pytest.raises(NotPortableError):
        made.publish(signal, topic=TOPIC)
    assert not signal.receivers_for("shop")
    name: Key[object, str] = Key(str, str, str)
    made.publish(signal, topic=TOPIC, sender=name)


# publishing


def test_send_raises_what_the_engine_raises_and_the_log_has_the_id_and_no_payload(
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine, signal = Scripted(), Signal(order_paid)
    engine.refuses = ConnectionError("no engine")
    relay(engine).publish(signal, topic=TOPIC)
    sender, number = "secret", 4711  # not in the lines that the log shows
    with pytest.raises(ConnectionError, match="no engine"):
        signal.send(sender, order_id=number)
    (result,) = signal.send_robust(sender, order_id=number)
    assert result[1] is engine.refuses
    told = [each for each in caplog.records if each.name == "aldis.relay"]
    assert [each.levelno for each in told] == [logging.ERROR] * 2
    assert all(TOPIC in each.getMessage() for each in told)
    assert "4711" not in caplog.text
    assert "secret" not in caplog.text


def test_a_closed_relay_publishes_no_more_and_does_not_come_back() -> None:
    engine, signal = Scripted(), Signal(order_paid)
    made = relay(engine)
    made.publish(signal, topic=TOPIC)
    made.deliver(Signal(order_paid), topic="other", group="group")
    made.close()
    made.close()
    signal.send("shop", order_id=1)
    assert (engine.published, engine.closed) == ([], 1)
    with pytest.raises(RuntimeError, match="the relay is closed"):
        made.run()
    with pytest.raises(RuntimeError, match="the relay is closed"):
        made.publish(signal, topic=TOPIC)


# delivering


def test_the_delay_doubles_and_the_last_attempt_buries() -> None:
    deliveries = [Given(packed(), attempt) for attempt in range(1, 6)]
    made, signal = delivering(*deliveries, delay=0.5)

    def fail(sender: object, /, **payload: object) -> None:
        raise ValueError

    signal.connect(fail)
    made.run(until_idle=0)
    settled = [each.settled for each in deliveries]
    assert settled[:4] == [[0.5], [1.0], [2.0], [4.0]]
    assert settled[4][0].startswith("attempt 5 of 5: ")


def test_a_message_that_kills_its_process_is_buried_unheard_where_the_count_is_exact() -> None:
    exact, guessed = Given(packed(), 6), Given(packed(), 6, is_exact=False)
    made, signal = delivering(exact, guessed)
    heard = hears(signal)
    made.run(until_idle=0)
    assert exact.settled == ["5 attempts ended with their processes, or were not settled"]
    assert (guessed.settled, len(heard)) == (["ack"], 1)


def test_what_a_key_raises_is_tried_again_and_is_not_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def load(name: str) -> str:
        raise LookupError(name)

    first = Given(packed(b'{"sender":"secret","payload":{"order_id":1}}'))
    signal: Any = Signal(order_paid)
    made = relay(Scripted(first))
    made.deliver(signal, group="group", topic=TOPIC, sender=Key(str, str, load))
    made.run(until_idle=0)
    assert first.settled == [1.0]
    assert "LookupError" in caplog.text
    assert "secret" not in caplog.text


GARBAGE = [
    (b"", "it is not a CloudEvent in JSON"),
    (b"null", "it is not a CloudEvent in JSON"),
    (b'{"specversion":"0.3"}', "it is not a CloudEvent in JSON"),
    (b'{"specversion":"1.0","id":"1","source":"x","type":"t"}', "not a CloudEvent"),
    (b"[" * 100_000, "it is not a CloudEvent in JSON"),
    (packed(topic="foreign"), "no signal is delivered here from topic 'foreign'; call `deliver`"),
    (packed(b"[]"), "signal order_paid: expected `object`, got `array`"),
    (packed(b"{}"), "signal order_paid: it does not fit its type"),
    (packed(b'{"sender":1,"payload":{}}'), "signal order_paid: sender: expected `str`"),
    (
        packed(b'{"sender":"x","payload":{"order_id":1,"total":"secret"}}'),
        "signal order_paid: parameter 'total': it does not fit its type",
    ),
    (packed(b'{"sender":"x","payload":{}}'), "parameter 'order_id' is missing"),
    (packed(hops=17), r"in answer to 17 messages in turn"),
]


@pytest.mark.parametrize(("message", "reason"), GARBAGE, ids=[reason for _, reason in GARBAGE])
def test_garbage_and_foreign_messages_are_buried_at_once_with_their_reason(
    message: bytes, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    given = Given(message)
    made, _ = delivering(given)
    made.run(until_idle=0)
    (found,) = given.settled
    assert reason in found
    with pytest.raises(MessageError) as caught:
        made.receive(message)
    assert caught.value.reason == found
    assert "secret" not in caplog.text


def test_a_cloud_event_of_somebody_else_is_delivered() -> None:
    foreign = (
        b'{"specversion":"1.0","id":"1","source":"/erp","type":"shop.order_paid","subject":"x",'
        b'"dataschema":"y","data":{"payload":{"order_id":7},"sender":"erp","more":1}}'
    )
    made, signal = delivering(Given(foreign))
    heard = hears(signal)
    made.run(until_idle=0)
    assert heard == [("erp", 7)]


def test_what_cannot_be_settled_is_logged_and_the_run_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Lost(Given):
        def ack(self) -> None:
            raise ConnectionError("lost")

    after = Given(packed())
    made, _ = delivering(Lost(packed()), after)
    made.run(until_idle=0)
    assert after.settled == ["ack"]
    assert "was not settled, and will come again: lost" in caplog.text


def test_an_engine_that_cannot_be_reached_is_waited_for(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("aldis.relay._hearing.time.sleep", slept.append)
    after = Given(packed())
    made, signal = delivering(ConnectionError("gone"), ConnectionError("gone"), after)

    def close(sender: object, /, **payload: object) -> None:
        made.close()

    signal.connect(close)
    made.run()
    assert after.settled == ["ack"]
    assert len(slept) == 2
    assert caplog.text.count("the engine cannot be reached, trying again: gone") == 1
    assert caplog.text.count("the engine can be reached again") == 1


def test_until_idle_raises_what_cannot_be_reached() -> None:
    made, _ = delivering(ConnectionError("gone"))
    with pytest.raises(ConnectionError):
        made.run(until_idle=0)


def test_a_relay_that_delivers_nothing_does_not_run() -> None:
    with pytest.raises(RuntimeError, match=r"nothing is delivered here; call deliver\(\) first"):
        relay().run()


def test_close_ends_a_run_in_another_thread_after_the_message_in_hand() -> None:
    engine = Scripted(Given(packed()), Given(packed()))
    signal: Any = Signal(order_paid)
    made = relay(engine)
    made.deliver(signal, topic=TOPIC, group="group")
    heard: list[object] = []

    def hear(sender: object, /, **payload: object) -> None:
        heard.append(payload)
        made.close()
        assert engine.closed == 0  # the run still needs it

    signal.connect(hear)
    thread = threading.Thread(target=made.run)
    thread.start()
    thread.join(30)
    assert len(heard) == 1
    assert engine.closed == 2  # its subscription and itself, which is the same here


def test_a_run_that_begins_while_its_relay_is_closed_does_not_go_on_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = Scripted()
    made = relay(engine)
    made.deliver(Signal(order_paid), topic=TOPIC, group="group")
    looked = made._runs.refuse_if_closed

    def close_after_that() -> None:
        monkeypatch.undo()
        looked()
        made.close()

    monkeypatch.setattr(made._runs, "refuse_if_closed", close_after_that)
    with pytest.raises(RuntimeError, match="the relay is closed"):
        made.run()
    assert engine.closed


FORKING = """
import os, signal, sys
from aldis import Event
from aldis.relay import Memory, Relay

@Event
def said() -> None: ...

relay = Relay(Memory(), name="forking")
relay.publish(said, topic="said")
said.send()

@said.connect
def fork() -> None:
    ready, ready_end = os.pipe()
    child = os.fork()
    if not child:
        os.write(ready_end, b"r")
        while True:
            signal.pause()
    os.read(ready, 1)
    os.kill(child, signal.SIGTERM)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

relay.deliver(said, topic="said", group="group", own=True)
relay.run(until_idle=0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_process_that_a_receiver_forks_ends_by_sigterm_as_others_do() -> None:
    command = [sys.executable, "-c", FORKING]
    ran = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)
    assert ran.stdout == f"{-signal.SIGTERM}\n"


def test_in_a_forked_process_the_handler_gives_way_to_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = Given(packed())
    made, sent = delivering(given)
    before, killed = signal.getsignal(signal.SIGTERM), list[tuple[int, int]]()

    def kill(pid: int, number: int) -> None:
        killed.append((pid, number))

    def get_sigterm(sender: object, /, **payload: object) -> None:
        handler: Any = signal.getsignal(signal.SIGTERM)
        with monkeypatch.context() as forked:
            forked.setattr(os, "getpid", lambda: -1)
            forked.setattr(os, "kill", kill)
            handler(signal.SIGTERM, None)
        assert signal.getsignal(signal.SIGTERM) is before

    sent.connect(get_sigterm)
    made.run(until_idle=0)
    assert killed == [(-1, signal.SIGTERM)]
    assert given.settled == ["ack"]


def test_a_handler_of_sigterm_that_is_not_pythons_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*arguments: object) -> None:
        raise AssertionError(arguments)

    def of_another(number: int) -> None: ...

    monkeypatch.setattr(signal, "getsignal", of_another)
    monkeypatch.setattr(signal, "signal", told)
    given = Given(packed())
    made, _ = delivering(given)
    made.run(until_idle=0)
    assert given.settled == ["ack"]


# other people's workers


def test_receive_calls_receivers_and_raises_what_they_raise() -> None:
    made, signal = delivering()
    heard: list[int] = []

    def fail(sender: object, /, *, order_id: int, **_: object) -> None:
        heard.append(order_id)
        if len(heard) == 1:
            raise ValueError(order_id)

    signal.connect(fail)
    with pytest.raises(ExceptionGroup, match="receivers of signal order_paid have failed") as group:
        made.receive(packed(), attempt=1)
    assert [type(each) for each in group.value.exceptions] == [ValueError]
    made.receive(packed(), attempt=2)
    assert heard == [1, 1]


def test_receive_leaves_out_what_this_process_has_published() -> None:
    engine, signal = Scripted(), Signal(order_paid)
    made = relay(engine)
    made.publish(signal, topic=TOPIC)
    made.deliver(signal, topic=TOPIC, group=None)
    heard = hears(signal)
    signal.send("shop", order_id=1)
    made.receive(engine.published[0].pack())
    made.receive(packed())
    assert heard == [("shop", 1), ("shop", 1)]


# what is loaded


def test_importing_aldis_loads_nothing_of_the_relay() -> None:
    code = (
        "import sys, aldis, aldis.testing, aldis.observing, aldis.delivery; "
        "print(sorted({'msgspec', 'redis', 'aldis.relay'} & {*sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ran.stdout == "[]\n"


def without(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for module in [each for each in sys.modules if each.startswith("aldis.relay")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.delattr("aldis.relay", raising=False)
    monkeypatch.setitem(sys.modules, name, None)


def test_without_its_dependency_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "msgspec")
    with pytest.raises(MissingExtraError, match=r"aldis.relay needs the extra 'relay'") as caught:
        __import__("aldis.relay")
    assert caught.value.extra == "relay"


def test_what_else_fails_while_it_is_loaded_is_not_taken_for_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without(monkeypatch, "aldis.relay")
    finders: list[Any] = [_Broken(), *sys.meta_path]
    monkeypatch.delitem(sys.modules, "aldis.relay")
    for name in [each for each in sys.modules if each.partition(".")[0] == "msgspec"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", finders)
    with pytest.raises(ModuleNotFoundError, match="of msgspec"):
        __import__("aldis.relay")


class _Broken:
    """Finds a msgspec that lacks something itself."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "msgspec":
            raise ModuleNotFoundError("of msgspec", name="something_else")


# what it costs


def calls_of(function: Callable[[], object]) -> int:
    """Return how many calls of Python and C functions a call makes."""
    count = 0

    def profile(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    function()
    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture
def no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the relay believe that nobody has loaded OpenTelemetry, as another test has."""
    monkeypatch.delitem(sys.modules, "opentelemetry.trace", raising=False)


@pytest.mark.usefixtures("no_trace")
def test_a_publish_makes_at_most_so_many_calls() -> None:
    signal = Signal(order_paid)
    relay(Scripted()).publish(signal, topic=TOPIC)
    assert calls_of(lambda: signal.send("shop", order_id=1)) <= 30


def test_a_delivery_makes_at_most_so_many_calls() -> None:
    from aldis.relay._delivering import handle  # noqa: PLC0415  # what is measured

    made, signal = delivering()
    hears(signal)
    given = Given(packed())

    def deliver() -> None:
        handle(given, made._routes, made._rules)()

    assert calls_of(deliver) <= 40

"""What is promised of every engine: the rows of the guide's table, on each of `engines.ENGINES`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from decimal import Decimal
from queue import Queue
from time import monotonic
from typing import Any

import pytest
from engines import ENGINES, HASTE, Engine
from programs import TOPIC, Program, order_paid, running

from aldis import AsyncSignal, Event, Namespace, Signal
from aldis.exceptions import NotPortableError
from aldis.relay import DeadLetter, Key, Message, current


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Generator[Engine]:
    with ENGINES[request.param]() as opened:
        yield opened


async def async_order_paid(
    sender: str, /, *, order_id: int, total: Decimal = Decimal(1)
) -> None: ...


def fails(times: int, heard: list[Any]) -> Any:
    """Return a receiver that raises so many times."""

    def fail(sender: object, /, **payload: Any) -> None:
        heard.append(payload)
        if len(heard) <= times:
            raise ValueError("a secret: the number of a card")

    return fail


# what crosses


def test_sender_and_payload_cross_with_the_defaults_filled_in(engine: Engine) -> None:
    web, mailer = Program(engine, "web").publishes(), Program(engine, "mailer").delivers("mailer")
    mailer.hears()
    web.signal.send("shop", order_id=1, total=Decimal("9.99"))
    web.signal.send("shop", order_id=2)
    mailer.run()
    assert mailer.heard == [
        ("shop", {"order_id": 1, "total": Decimal("9.99")}),
        ("shop", {"order_id": 2, "total": Decimal(1)}),
    ]


def test_a_wrong_value_is_an_error_of_its_sender_and_nothing_leaves(engine: Engine) -> None:
    web, mailer = Program(engine, "web").publishes(), Program(engine, "mailer").delivers("mailer")
    mailer.hears()
    with pytest.raises(
        TypeError,
        match=r"order_paid was not published: parameter 'order_id': expected `int`, got `str`",
    ):
        web.signal.send("shop", order_id="one")
    mailer.run()
    assert not mailer.heard


def test_an_event_crosses_by_position(engine: Engine) -> None:
    def saved(path: str, size: int, /) -> None: ...

    here, there = Event(saved), Event(saved)
    web, mailer = Program(engine, "web"), Program(engine, "mailer")
    web.relay.publish(here, topic="saved")
    mailer.relay.deliver(there, group="mailer", topic="saved")
    heard: list[object] = []

    @there.connect
    def hear(path: str, size: int) -> None:
        heard.append((path, size))

    here.send("notes.txt", 12)
    mailer.run()
    assert heard == [("notes.txt", 12)]


def test_a_sender_that_is_an_object_crosses_by_its_key_and_arrives_as_the_very_object(
    engine: Engine,
) -> None:
    class App:
        pass

    apps = {"shop": App(), "blog": App()}
    key: Any = Key(str, {app: name for name, app in apps.items()}.__getitem__, apps.__getitem__)

    def started(app: object, /) -> None: ...

    web = Program(engine, "web", started).publishes(sender=key)
    mailer = Program(engine, "mailer", started).delivers("mailer", sender=key)
    heard: list[object] = []

    def hear(app: object, /) -> None:
        heard.append(app)

    mailer.signal.connect(hear, sender=apps["shop"])
    for app in apps.values():
        web.signal.send(app)
    mailer.run()
    assert heard == [apps["shop"]]


def test_a_signal_with_results_is_refused_since_they_do_not_cross(engine: Engine) -> None:
    def asked(sender: str, /) -> bool:
        raise NotImplementedError

    program = Program(engine, "web", asked)
    told = r"it has results \(bool\), which do not cross"
    with pytest.raises(NotPortableError, match=told):
        program.publishes()
    with pytest.raises(NotPortableError, match=told):
        program.delivers("web")


# where it goes


def test_a_topic_is_called_like_the_signal_if_none_is_given(engine: Engine) -> None:
    web = Program(engine, "web").publishes(topic=None)
    mailer = Program(engine, "mailer").delivers("mailer", topic=None).hears()
    web.send(1)
    assert engine.left("programs.order_paid") == 1
    mailer.run()
    assert mailer.ids() == [1]


def test_there_are_no_wildcards_but_all_signals_of_a_namespace_are_published_in_a_loop(
    engine: Engine,
) -> None:
    signals = Namespace()
    web, audit = Program(engine, "web"), Program(engine, "audit")
    heard: list[object] = []
    for name in ("paid", "refunded"):
        signals.signal(order_paid, name=name)
    for name, here in signals.items():
        web.relay.publish(here, topic=name)
        there: Any = Signal(order_paid)
        audit.relay.deliver(there, group="audit", topic=name)

        def hear(sender: str, /, *, name: str = name, **_: object) -> None:
            heard.append(name)

        there.connect(hear, weak=False)
    for each in signals.values():
        each.send("shop", order_id=1)
    audit.run()
    assert sorted(map(str, heard)) == ["paid", "refunded"]


def test_of_a_group_one_gets_each_message_and_every_group_gets_all(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    first, second = (Program(engine, "mailer").delivers("mailer").hears() for _ in range(2))
    audit = Program(engine, "audit").delivers("audit").hears()
    for program in (first, audit):
        program.run()  # the groups are known from now on
    web.send(*range(6))
    for program in (first, second, audit):
        program.run()
    assert sorted(first.ids() + second.ids()) == [*range(6)]
    assert audit.ids() == [*range(6)]


def test_what_was_published_before_any_group_existed_is_kept(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    web.send(1, 2)
    mailer = Program(engine, "mailer").delivers("mailer").hears()
    mailer.run()
    assert mailer.ids() == [1, 2]


def test_a_group_goes_on_where_it_was(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    first = Program(engine, "mailer").delivers("mailer").hears()
    web.send(1)
    first.run()
    web.send(2)
    second = Program(engine, "mailer").delivers("mailer").hears()
    second.run()
    assert (first.ids(), second.ids()) == ([1], [2])


def test_without_a_group_every_process_gets_it_that_runs_then_except_its_own(
    engine: Engine,
) -> None:
    web = Program(engine, "web").publishes().delivers(None)
    another = Signal(order_paid)
    web.relay.publish(another, topic="another")
    others = [Program(engine, "web").delivers(None) for _ in range(2)]
    arrived: Queue[tuple[int, int]] = Queue()
    for number, program in enumerate([web, *others]):

        def hear(sender: object, /, *, number: int = number, **payload: Any) -> None:
            arrived.put((number, payload["order_id"]))

        program.signal.connect(hear, weak=False)
    web.send(0)  # before anybody runs
    assert arrived.get(timeout=30) == (0, 0)  # its own receiver, by `send`
    with running(web, *others):
        another.send("shop", order_id=-1)
        web.send(1)
        assert sorted(arrived.get(timeout=30) for _ in range(3)) == [(0, 1), (1, 1), (2, 1)]
        web.send(2)  # what was sent before has been heard, and nothing else
        assert sorted(arrived.get(timeout=30) for _ in range(3)) == [(0, 2), (1, 2), (2, 2)]
    assert arrived.empty()


def test_with_a_group_own_messages_are_heard_if_that_is_said(engine: Engine) -> None:
    both = Program(engine, "web").publishes().delivers("web", own=True).hears()
    both.send(1)
    both.run()
    assert both.ids() == [1, 1]


def test_with_a_group_own_messages_are_settled_unheard_if_that_is_said(engine: Engine) -> None:
    both = Program(engine, "web").publishes().delivers("web", own=False).hears()
    other = Program(engine, "other").publishes()
    both.send(1)
    other.send(2)
    both.run()
    assert both.ids() == [1, 2]
    assert engine.left(TOPIC) == 0


def test_without_a_group_own_messages_are_heard_if_that_is_said(engine: Engine) -> None:
    both = Program(engine, "web").publishes().delivers(None, own=True)
    arrived: Queue[str] = Queue()

    def hear(sender: object, /, **payload: Any) -> None:
        arrived.put("here" if current() is None else "again")

    both.signal.connect(hear)
    with running(both):
        both.send(1)
        assert [arrived.get(timeout=30) for _ in range(2)] == ["here", "again"]


def test_a_signal_that_is_muted_is_not_published_and_what_arrives_is_settled_unheard(
    engine: Engine,
) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers("mailer").hears()
    with web.signal.muted():
        web.send(1)
    web.send(2)
    with mailer.signal.muted():
        mailer.run()
    web.send(3)
    mailer.run()
    assert mailer.ids() == [3]
    assert engine.left(TOPIC) == 0


# signals that share a topic

SHARED = ("shop.orders/paid", "shop.orders/refunded")


def test_signals_that_share_a_topic_arrive_in_the_order_of_their_sends(engine: Engine) -> None:
    web, mailer = Program(engine, "web"), Program(engine, "mailer")
    heard: list[tuple[str, int]] = []
    signals = [(topic, Signal(order_paid), Signal(order_paid)) for topic in SHARED]
    for topic, here, there in signals:
        web.relay.publish(here, topic=topic)
        mailer.relay.deliver(there, group="mailer", topic=topic)

        def hear(sender: str, /, *, order_id: int, topic: str = topic, **_: object) -> None:
            arrival = current()
            assert arrival is not None
            assert arrival.topic == topic
            heard.append((topic, order_id))

        there.connect(hear, weak=False)
    sent = [(topic, number) for number in range(20) for topic, *_ in signals[:: 1 - number % 2 * 2]]
    by_topic = {topic: here for topic, here, _ in signals}
    for topic, number in sent:
        by_topic[topic].send("shop", order_id=number)
    mailer.run()
    assert heard == sent
    assert engine.left("shop.orders") == 0


@pytest.mark.parametrize("group", ["mailer", None])
def test_of_signals_that_share_a_topic_those_that_are_not_delivered_are_left_out(
    engine: Engine, group: str | None
) -> None:
    paid, refunded = (Program(engine, "web").publishes(topic=topic) for topic in SHARED)
    mailer = Program(engine, "mailer").delivers(group, topic=SHARED[1])
    arrived: Queue[int] = Queue()

    def hear(sender: str, /, *, order_id: int, **_: object) -> None:
        arrived.put(order_id)

    mailer.signal.connect(hear)
    with running(mailer):
        paid.send(1)
        refunded.send(2)
        paid.send(3)
        refunded.send(4)
        assert [arrived.get(timeout=30) for _ in range(2)] == [2, 4]
    assert not engine.dead()
    assert engine.left("shop.orders") == 0 or group is None


# in which order


def test_without_failures_one_consumer_hears_one_publisher_in_order(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers("mailer").hears()
    web.send(*range(100))
    mailer.run()
    assert mailer.ids() == [*range(100)]


def test_send_publishes_after_all_receivers_here_and_only_if_they_succeed(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers("mailer").hears()
    heard: list[Any] = []
    web.signal.connect(fails(1, heard), weak=False, priority=-1000)
    with pytest.raises(ValueError, match="a secret"):
        web.send(1)
    web.send(2)
    mailer.run()
    assert mailer.ids() == [2]


def test_send_returns_when_the_engine_has_the_message(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    for number in range(1, 4):
        web.send(number)
        assert engine.left(TOPIC) == number


def test_send_robust_publishes_whatever_receivers_raise(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers("mailer").hears()
    web.signal.connect(fails(1, []), weak=False)
    web.signal.send_robust("shop", order_id=1)
    mailer.run()
    assert mailer.ids() == [1]


# receivers, acknowledgement, retries


def test_all_receivers_have_their_turn_and_all_are_called_again_if_one_fails(
    engine: Engine,
) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers("mailer")
    failed: list[Any] = []
    mailer.signal.connect(fails(1, failed), weak=False)
    mailer.hears()
    web.send(1)
    mailer.run()
    assert (len(failed), mailer.ids()) == (2, [1, 1])
    assert engine.left(TOPIC) == 0


def test_a_message_is_settled_after_its_receivers_and_not_before(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers("mailer")
    left: list[int] = []

    def look(sender: object, /, **payload: Any) -> None:
        left.append(engine.left(TOPIC))

    mailer.signal.connect(look)
    web.send(1)
    mailer.run()
    assert (left, engine.left(TOPIC)) == ([1], 0)


def test_others_are_delivered_while_one_waits_to_be_tried_again(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer", delay=1000.0).delivers("mailer").hears()

    def fail_at_1(sender: object, /, *, order_id: int, **_: object) -> None:
        if order_id == 1:
            raise ValueError(order_id)

    mailer.signal.connect(fail_at_1)
    web.send(1, 2, 3)
    mailer.run()
    assert mailer.ids() == [1, 2, 3]
    assert engine.left(TOPIC) >= 1


def test_a_group_hears_nothing_of_what_another_group_fails_at(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer", attempts=2).delivers("mailer")
    audit = Program(engine, "audit").delivers("audit").hears()
    mailer.signal.connect(fails(2, []), weak=False)
    audit.run()  # its group is known from now on
    web.send(1)
    mailer.run()
    audit.run()
    assert [letter.group for letter in engine.dead()] == ["mailer"]
    assert audit.ids() == [1]


def test_each_attempt_waits_at_least_twice_as_long_as_the_one_before(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer", attempts=3, delay=0.05).delivers("mailer")
    began: list[float] = []

    def fail(sender: object, /, **payload: Any) -> None:
        began.append(monotonic())
        raise ValueError

    mailer.signal.connect(fail)
    web.send(1)
    mailer.relay.run(until_idle=0.5)
    first, second, third = began
    assert second - first >= 0.05
    assert third - second >= 0.1
    assert len(engine.dead()) == 1


def test_a_receiver_is_told_the_id_of_its_message_and_the_attempt(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers("mailer")
    arrivals: list[Any] = []

    def look(sender: object, /, **payload: Any) -> None:
        arrivals.append(current())
        if len(arrivals) < 3:
            raise ValueError

    mailer.signal.connect(look)
    web.send(1)
    mailer.run()
    assert len({arrival.id for arrival in arrivals}) == 1
    assert [arrival.attempt for arrival in arrivals] == [1, 2, 3]
    assert {(arrival.topic, arrival.source) for arrival in arrivals} == {(TOPIC, "web")}
    assert repr(arrivals[0]).startswith("<Arrival ")
    assert current() is None


def test_after_so_many_attempts_it_is_a_dead_letter_and_no_payload_is_in_the_log(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer", attempts=3).delivers("mailer")
    heard: list[Any] = []
    receiver = fails(10, heard)
    mailer.signal.connect(receiver)
    web.signal.send("4711-secret", order_id=815_4711)
    with caplog.at_level(logging.DEBUG):
        mailer.run()
    (letter,) = engine.dead()
    assert len(heard) == letter.attempts == 3
    assert (letter.topic, letter.group) == (TOPIC, "mailer")
    assert "attempt 3 of 3" in letter.reason
    assert "fails.<locals>.fail raised ValueError" in letter.reason
    assert bytes(Message.unpack(letter.message).data) == (
        b'{"sender":"4711-secret","payload":{"order_id":8154711,"total":"1"}}'
    )
    assert engine.left(TOPIC) == 0
    (record,) = [each for each in caplog.records if each.name == "aldis.relay"]
    assert record.levelno == logging.ERROR
    assert Message.unpack(letter.message).id in record.getMessage()
    assert "4711" not in caplog.text


@pytest.mark.parametrize("is_async", [False, True])
def test_no_payload_is_in_a_log_even_if_a_receiver_raises_it(
    engine: Engine, is_async: bool, caplog: pytest.LogCaptureFixture
) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer", attempts=2)
    there: Any = AsyncSignal(async_order_paid) if is_async else mailer.signal
    mailer.relay.deliver(there, group="mailer", topic=TOPIC)

    def fail(sender: str, /, *, order_id: int, **_: object) -> None:
        raise ValueError(f"no order {order_id} of {sender}")

    async def fail_async(sender: str, /, *, order_id: int, **_: object) -> None:
        fail(sender, order_id=order_id)

    there.connect(fail_async if is_async else fail)
    web.signal.send("4711-secret", order_id=815_4711)
    with caplog.at_level(logging.DEBUG):
        if is_async:
            asyncio.run(mailer.relay.run_async(until_idle=engine.patience))
        else:
            mailer.run()
    assert "4711" not in caplog.text
    assert all(record.exc_info is None for record in caplog.records)
    # but where it was raised is there, for each attempt
    assert caplog.text.count("ValueError: (its text may have a payload in it)") == 2
    assert caplog.text.count('raise ValueError(f"no order {order_id} of {sender}")') == 2
    # and a send that delivers no message is logged as ever
    caplog.clear()
    if not is_async:
        there.send_robust("shop", order_id=1)
        assert "ValueError: no order 1 of shop" in caplog.text


def test_what_cannot_be_read_is_a_dead_letter_at_once_and_the_next_is_delivered(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers("mailer").hears()
    engine.put(TOPIC, b"\xff secret")
    web.send(1)
    mailer.run()
    (letter,) = engine.dead()
    reason = "it is not a CloudEvent in JSON"
    assert letter == DeadLetter(TOPIC, b"\xff secret", "mailer", 1, reason)
    assert mailer.ids() == [1]
    assert "secret" not in caplog.text


def test_one_consumer_takes_one_message_at_a_time(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    slow = Program(engine, "mailer").delivers("mailer").hears()
    other = Program(engine, "mailer").delivers("mailer").hears()

    def wait_for_the_other(sender: object, /, **payload: Any) -> None:
        other.run()

    slow.signal.connect(wait_for_the_other)
    web.send(1, 2, 3)
    slow.run()
    assert (slow.ids(), other.ids()) == ([1], [2, 3])


def test_a_receiver_may_take_longer_than_the_claim_of_one_that_is_dead(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    hasty = engine._replace(connect=engine.hasty)
    slow, other = (Program(hasty, "mailer").delivers("mailer").hears() for _ in range(2))

    def take_long(sender: object, /, **payload: Any) -> None:
        other.relay.run(until_idle=2.5 * HASTE)  # it would claim what is not renewed

    slow.signal.connect(take_long)
    web.send(1)
    slow.run()
    assert (slow.ids(), other.ids()) == ([1], [])
    assert engine.left(TOPIC) == 0


@pytest.mark.parametrize("group", ["mailer", None])
def test_nothing_is_missed_when_the_connection_is_lost_and_found(
    engine: Engine, group: str | None
) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers(group)
    arrived: Queue[int] = Queue()

    def hear(sender: object, /, *, order_id: int, **_: object) -> None:
        arrived.put(order_id)

    mailer.signal.connect(hear)
    with running(mailer):
        web.send(1)
        assert arrived.get(timeout=30) == 1
        engine.cut()
        web.send(2)
        engine.cut()
        web.send(3)
        assert [arrived.get(timeout=30) for _ in range(2)] == [2, 3]
    assert arrived.empty()


# no echo, no circles

PING_PONG = (("ping", "pinged"), ("pong", "ponged"))


def test_an_arrival_is_not_published_again_and_any_other_send_is(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    relayed = Program(engine, "relayed").publishes().delivers("relayed", own=False).hears()
    audit = Program(engine, "audit").delivers("audit").hears()

    def answer(sender: str, /, *, order_id: int, **_: object) -> None:
        if order_id < 10:
            relayed.signal.send("answer", order_id=order_id + 10)

    relayed.signal.connect(answer)
    audit.run()  # its group is known from now on
    web.send(1)
    relayed.run()
    audit.run()
    assert audit.ids() == [1, 11]


def test_two_that_answer_each_other_end_as_a_dead_letter(engine: Engine) -> None:
    ping, pong = (
        Program(engine, name, max_hops=4).publishes(topic=topic) for name, topic in PING_PONG
    )
    for program, other in ((ping, pong), (pong, ping)):
        there = Signal(order_paid)
        (topic,) = other.relay._publishers
        program.relay.deliver(there, group=program.relay.name, topic=topic)

        def answer(sender: str, /, *, own: Program = program, **payload: Any) -> None:
            own.heard.append(payload["order_id"])
            own.signal.send("again", order_id=payload["order_id"] + 1)

        there.connect(answer, weak=False)
    ping.send(0)
    for _ in range(10):
        pong.run()
        ping.run()
    assert (pong.heard, ping.heard) == ([0, 2, 4], [1, 3])
    (letter,) = engine.dead()
    assert "in a circle" in letter.reason
    assert "max_hops=4" in letter.reason
    assert Message.unpack(letter.message).aldishops == 5


# declarations that have changed


def newer(sender: str, /, *, order_id: int, currency: str = "EUR") -> None: ...


def stricter(sender: str, /, *, order_id: int, currency: str) -> None: ...


def retyped(sender: str, /, *, order_id: str) -> None: ...


def test_what_is_missing_has_the_default_declared_here_and_unknown_names_are_left_out(
    engine: Engine,
) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer", newer).delivers("mailer").hears()
    web.send(1)  # with `total`, and without `currency`
    mailer.run()
    assert mailer.heard == [("shop", {"order_id": 1, "currency": "EUR"})]


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (stricter, "signal stricter: parameter 'currency' is missing"),
        (retyped, "signal retyped: parameter 'order_id': expected `str`, got `int`"),
    ],
)
def test_what_is_missing_without_a_default_or_of_another_type_is_a_dead_letter_at_once(
    engine: Engine, spec: Any, reason: str
) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer", spec).delivers("mailer").hears()
    web.send(1)
    mailer.run()
    assert [(letter.reason, letter.attempts) for letter in engine.dead()] == [(reason, 1)]
    assert not mailer.heard


# around it all


def test_every_arrival_is_delivered_inside_what_is_put_around(engine: Engine) -> None:
    trail: list[object] = []

    @contextmanager
    def around() -> Any:
        trail.append("begin")
        yield
        trail.append("end")

    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer", around=around).delivers("mailer")

    def hear(sender: object, /, *, order_id: int, **_: object) -> None:
        trail.append(order_id)

    mailer.signal.connect(hear)
    web.send(1, 2)
    mailer.run()
    assert trail == ["begin", 1, "end", "begin", 2, "end"]


def test_what_fails_around_is_tried_again(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    entered: list[object] = []

    @contextmanager
    def around() -> Any:
        entered.append(None)
        if len(entered) == 1:
            raise LookupError("secret")
        yield

    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer", around=around).delivers("mailer").hears()
    web.send(1)
    mailer.run()
    assert (len(entered), mailer.ids()) == (2, [1])
    assert "a message was not delivered" in caplog.text
    assert "\nLookupError: (its text may have a payload in it)" in caplog.text
    assert "secret" not in caplog.text.replace('raise LookupError("secret")', "")


def test_when_decides_when_a_message_is_published(engine: Engine) -> None:
    committed: list[Any] = []
    web = Program(engine, "web").publishes(when=committed.append)
    mailer = Program(engine, "mailer").delivers("mailer").hears()
    web.send(1)
    mailer.run()
    assert not mailer.heard
    for publish in committed:
        publish()
    mailer.run()
    assert mailer.ids() == [1]


@pytest.mark.parametrize("has_handler", [True, False])
def test_sigterm_lets_the_message_in_hand_end_and_gives_back_the_rest(
    engine: Engine, has_handler: bool
) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers("mailer").hears()
    told: list[int] = []

    def own(number: int, frame: object) -> None:
        told.append(number)

    before = signal.signal(signal.SIGTERM, own if has_handler else signal.SIG_DFL)

    def end(sender: object, /, **payload: Any) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    mailer.signal.connect(end)
    web.send(1, 2, 3)
    try:
        mailer.relay.run()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert mailer.ids() == [1]
    assert told == [signal.SIGTERM] * has_handler  # one that was there is called, too
    assert engine.left(TOPIC) == 2
    second = Program(engine, "mailer").delivers("mailer").hears()
    second.run()
    assert second.ids() == [2, 3]


def test_sigterm_ends_an_async_run_after_the_message_in_hand(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    web.send(1, 2)
    mailer, there = Program(engine, "mailer"), AsyncSignal(async_order_paid)
    mailer.relay.deliver(there, group="mailer", topic=TOPIC)
    ended: list[int] = []

    @there.connect
    async def hear(sender: str, *, order_id: int, **_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0)
        ended.append(order_id)

    asyncio.run(mailer.relay.run_async())
    assert ended == [1]
    assert engine.left(TOPIC) == 1


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_what_is_no_exception_ends_the_run_and_the_message_comes_again(
    engine: Engine, kind: type[BaseException]
) -> None:
    web = Program(engine, "web").publishes()
    mailer = Program(engine, "mailer").delivers("mailer")

    def interrupt(sender: object, /, **payload: Any) -> None:
        raise kind

    mailer.signal.connect(interrupt)
    web.send(1, 2)
    with pytest.raises(kind):
        mailer.run()
    second = Program(engine, "mailer").delivers("mailer")
    attempts: dict[int, int] = {}

    def look(sender: object, /, *, order_id: int, **_: object) -> None:
        arrival = current()
        assert arrival is not None
        attempts[order_id] = arrival.attempt

    second.signal.connect(look)
    second.run()
    # that was an attempt, and what waited behind it was not
    assert attempts == {1: 2, 2: 1}


@pytest.mark.parametrize("is_async", [False, True])
def test_a_message_that_ends_every_run_is_buried_like_one_that_kills_its_process(
    engine: Engine, is_async: bool
) -> None:
    web = Program(engine, "web").publishes()
    web.send(1)
    heard: list[int] = []

    def end(sender: object, /, *, order_id: int, **_: object) -> None:
        heard.append(order_id)
        raise SystemExit

    async def end_async(sender: object, /, *, order_id: int, **_: object) -> None:
        end(sender, order_id=order_id)

    for _ in range(3):
        mailer = Program(engine, "mailer", attempts=2)
        there: Any = AsyncSignal(async_order_paid) if is_async else mailer.signal
        there.connect(end_async if is_async else end)
        mailer.relay.deliver(there, group="mailer", topic=TOPIC)
        with suppress(SystemExit):
            if is_async:
                asyncio.run(mailer.relay.run_async(until_idle=engine.patience))
            else:
                mailer.run()
    assert heard == [1, 1]
    [letter] = engine.dead()
    assert letter.reason == "2 attempts ended with their processes, or were not settled"


def test_to_be_cancelled_is_no_attempt_of_the_message_in_hand(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    web.send(1)
    attempts: list[int] = []

    async def main(*, is_cancelled: bool) -> None:
        mailer, there = Program(engine, "mailer"), AsyncSignal(async_order_paid)
        mailer.relay.deliver(there, group="mailer", topic=TOPIC)
        running = asyncio.create_task(mailer.relay.run_async(until_idle=engine.patience))

        @there.connect
        async def hear(sender: str, *, order_id: int, **_: object) -> None:
            arrival = current()
            assert arrival is not None
            attempts.append(arrival.attempt)
            if is_cancelled:
                running.cancel()
                await asyncio.sleep(0)

        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(main(is_cancelled=True))
    asyncio.run(main(is_cancelled=False))
    assert attempts == [1, 1]
    assert engine.left(TOPIC) == 0


def test_several_groups_of_one_program_take_turns(engine: Engine) -> None:
    web = Program(engine, "web").publishes()
    other = Signal(order_paid)
    web.relay.publish(other, topic="refunds")
    mailer = Program(engine, "mailer").delivers("mailer").hears()
    refunds = Signal(order_paid)
    mailer.relay.deliver(refunds, group="accounts", topic="refunds")
    order: list[tuple[str, int]] = []

    @refunds.connect
    def refund(sender: str, *, order_id: int, **_: object) -> None:
        order.append(("refund", order_id))

    def pay(sender: str, *, order_id: int, **_: object) -> None:
        order.append(("pay", order_id))

    mailer.signal.connect(pay)

    web.send(1, 2)
    other.send("shop", order_id=1)
    other.send("shop", order_id=2)
    mailer.run()
    assert sorted(order) == [("pay", 1), ("pay", 2), ("refund", 1), ("refund", 2)]
    assert [kind for kind, _ in order] in (["pay", "refund"] * 2, ["refund", "pay"] * 2)

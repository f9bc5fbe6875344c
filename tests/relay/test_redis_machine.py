"""Trimming takes nothing that a group owes, in whatever order things happen."""

from __future__ import annotations

from itertools import count
from typing import NamedTuple, cast

from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)
from hypothesis.strategies import sampled_from

from aldis.relay import Message, RedisStreams
from aldis.relay._redis_entries import Names
from aldis.relay._redis_group import GroupDelivery, GroupSubscription
from helpers import untyped
from redis_server import shared

TOPIC = "topic"
NUMBERS = count()


class Held(NamedTuple):
    """A message that a subscription has handed out."""

    subscription: GroupSubscription
    group: str
    delivery: GroupDelivery
    id: bytes


class Trimming(RuleBasedStateMachine):
    """Groups come late, retry, give back and die; each owes what it has not settled."""

    subscriptions: Bundle[tuple[str, GroupSubscription]] = Bundle("subscriptions")
    deliveries: Bundle[Held] = Bundle("deliveries")

    @initialize()
    def begin(self) -> None:
        self.prefix = f"trimmed-{next(NUMBERS)}"
        self.engine = RedisStreams(shared().url, prefix=self.prefix, idle=60, away=0)
        self.batches = RedisStreams(shared().url, prefix=self.prefix, idle=60, away=0, prefetch=3)
        self.key = Names(self.prefix).stream(TOPIC)
        self.owed: dict[str, set[bytes]] = {}  # the model: by group, the ids it has not settled
        self.ended: set[GroupSubscription] = set()
        self.opened: list[GroupSubscription] = []

    def kept(self) -> list[bytes]:
        found = cast("list[list[bytes]]", shared().say("XRANGE", self.key, "-", "+"))
        return [id_ for id_, _ in found]

    @rule()
    def publish(self) -> None:
        self.engine.publish(TOPIC, Message.of(topic=TOPIC, source="test", data=b"{}"))
        newest = self.kept()[-1]
        for owed in self.owed.values():
            owed.add(newest)

    @rule(target=subscriptions, group=sampled_from("abc"), many=sampled_from([False, True]))
    def subscribe(self, group: str, many: bool) -> tuple[str, GroupSubscription]:
        if group not in self.owed:
            self.owed[group] = set(self.kept())
        found = (self.batches if many else self.engine).subscribe([TOPIC], group)
        assert isinstance(found, GroupSubscription)
        self.opened.append(found)
        return group, found

    @rule(target=deliveries, chosen=subscriptions)
    def receive(self, chosen: tuple[str, GroupSubscription]) -> Held | MultipleResults[Held]:
        group, subscription = chosen
        if subscription in self.ended:
            return multiple()
        delivery = subscription.receive(0)
        if delivery is None:
            return multiple()
        id_ = delivery._entry.id
        assert id_ in self.owed[group]
        return Held(subscription, group, delivery, id_)

    @rule(held=consumes(deliveries), how=sampled_from(["ack", "bury", "retry"]))
    def settle(self, held: Held, how: str) -> None:
        if held.subscription in self.ended:
            return
        if how == "retry":
            held.delivery.retry(0)
            return
        if how == "ack":
            held.delivery.ack()
        else:
            held.delivery.bury("as chance will have it")
        self.owed[held.group].remove(held.id)

    @rule(chosen=consumes(subscriptions), dies=sampled_from([False, True]))
    def end(self, chosen: tuple[str, GroupSubscription], dies: bool) -> None:
        _, subscription = chosen
        self.ended.add(subscription)
        if dies:
            subscription._claims.stop()
        else:
            subscription.close()

    @rule()
    def trim(self) -> None:
        self.opened[0]._streams.trim([self.key]) if self.opened else None

    @invariant()
    def what_is_owed_is_there(self) -> None:
        kept = set(self.kept())
        for owed in self.owed.values():
            assert owed <= kept

    def teardown(self) -> None:
        if not hasattr(self, "opened"):
            return
        for subscription in self.opened:
            if subscription not in self.ended:
                subscription.close()
        if self.opened:
            self.opened[0]._streams.trim([self.key])
            # and no more than from the first on that somebody owes
            first = min(
                (min(owed, key=number) for owed in self.owed.values() if owed),
                default=None,
                key=number,
            )
            kept = self.kept()
            assert kept[:1] == ([] if first is None else [first])
        shared().say("DEL", self.key, Names(self.prefix).dead)
        self.engine.close()
        self.batches.close()


def number(id_: bytes | None) -> tuple[int, int]:
    assert id_ is not None
    time, _, serial = id_.partition(b"-")
    return int(time), int(serial)


TestTrimming = untyped(Trimming).TestCase  # hypothesis leaves its type open
TestTrimming.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)

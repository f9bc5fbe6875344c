"""Declarations change and strangers write: what becomes of each message, against a simple model."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from hypothesis import example, given
from hypothesis import strategies as st

from aldis import Signal
from aldis.relay import Memory, Relay

TOPIC = "shop.order_paid"
# no value of one type is one of another, and all are easily found in a log
VALUES: Mapping[str, object] = {
    "int": 7_404_711,
    "str": "secret-4711",
    "bool": True,
    "list[int]": [7_404_711, 4711],
}
DEFAULTS: Mapping[str, object] = {"int": 1, "str": "none", "bool": False, "list[int]": ()}


class Parameter(NamedTuple):
    type: str
    has_default: bool


Parameters = Mapping[str, Parameter]

declared: st.SearchStrategy[Parameters] = st.dictionaries(
    st.sampled_from("abcd"),
    st.builds(Parameter, st.sampled_from([*VALUES]), st.booleans()),
    max_size=4,
)


def signal_of(parameters: Parameters) -> Any:
    """Declare a signal as a program would."""
    spelled = [
        f"{name}: {kind}" + (f" = {DEFAULTS[kind]!r}" if has_default else "")
        for name, (kind, has_default) in parameters.items()
    ]
    names: dict[str, Any] = {}
    star = ["*", *spelled] if spelled else []
    exec(f"def order_paid({', '.join(['sender: str', '/', *star])}) -> None: ...", names)
    return Signal(names["order_paid"])


def expected(before: Parameters, after: Parameters) -> dict[str, object] | None:
    """Return what a receiver there is called with; None if the message becomes a dead letter."""
    heard: dict[str, object] = {}
    for name, (kind, has_default) in after.items():
        if name in before:
            if before[name].type != kind:
                return None
            heard[name] = VALUES[kind]
        elif has_default:
            heard[name] = DEFAULTS[kind]
        else:
            return None
    return heard


@contextmanager
def logged() -> Generator[list[str]]:
    """Collect all that is logged, as a file would have it."""
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler, logger = Lines(), logging.getLogger("aldis")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


class Heard:
    """A program that delivers, and what its receiver was called with."""

    def __init__(self, engine: Memory, parameters: Parameters) -> None:
        self.calls: list[tuple[str, dict[str, object]]] = []
        signal = signal_of(parameters)
        self.relay = Relay(engine, name="mailer")
        self.relay.deliver(signal, group="mailer", topic=TOPIC)
        signal.connect(self.hear)
        self.lines: list[str] = []

    def hear(self, sender: str, /, **payload: object) -> None:
        self.calls.append((sender, payload))

    def run(self) -> None:
        with logged() as self.lines:
            self.relay.run(until_idle=0)


def published(engine: Memory, parameters: Parameters) -> None:
    signal = signal_of(parameters)
    web = Relay(engine, name="web")
    web.publish(signal, topic=TOPIC)
    signal.send("secret-4711", **{name: VALUES[each.type] for name, each in parameters.items()})
    web.close()


@given(declared, declared)
def test_an_older_or_newer_message_is_delivered_or_a_dead_letter_as_its_declaration_says(
    before: Parameters, after: Parameters
) -> None:
    engine = Memory()
    published(engine, before)
    mailer = Heard(engine, after)
    mailer.run()
    wanted = expected(before, after)
    assert mailer.calls == ([] if wanted is None else [("secret-4711", wanted)])
    # nothing is lost, and nothing of it is in a log
    assert [(letter.attempts, letter.group) for letter in engine.dead] == (
        [(1, "mailer")] if wanted is None else []
    )
    assert bool(engine.dead) == bool(mailer.lines)
    assert "4711" not in "".join(mailer.lines)


@given(declared, st.binary(max_size=8), st.integers(0, 400), st.integers(0, 8))
@example({}, b"", 400, 0)
def test_a_message_with_anything_in_it_is_delivered_or_a_dead_letter_whole(
    parameters: Parameters, garbage: bytes, place: int, many: int
) -> None:
    source, engine = Memory(), Memory()
    published(source, parameters)
    [kept] = source._kept[TOPIC]
    message = kept.message[:place] + garbage + kept.message[place + many :]
    engine._put(TOPIC, message)
    mailer = Heard(engine, parameters)
    mailer.run()
    assert len(mailer.calls) + len(engine.dead) == 1
    assert [letter.message for letter in engine.dead] in ([], [message])
    assert "secret" not in "".join(mailer.lines)

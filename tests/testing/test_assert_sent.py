"""`aldis.testing.assert_sent`: what counts as sent, and what is said where it was not."""

from __future__ import annotations

import asyncio
import pickle
import runpy
import subprocess
import sys
from collections.abc import Iterable
from textwrap import dedent
from typing import Any, NotRequired, TypedDict, Unpack, cast
from unittest import mock

import pytest

from aldis import ANY, AsyncSignal, Signal, blinker
from aldis._testing import _difference
from aldis.exceptions import NotCapturedError, PayloadNameError
from aldis.testing import Sends, assert_sent, capture
from helpers import untyped


@Signal
def user_created(sender: object, /, *, user_id: int, name: str = "nobody") -> object:
    """Sent after a new account is stored."""
    raise NotImplementedError


class Door:
    def __repr__(self) -> str:
        return "<Door>"

    @Signal.method
    def opened(self, *, by: str) -> None:
        raise NotImplementedError


def complaint(*args: Any, **kwargs: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        untyped(assert_sent)(*args, **kwargs)
    return str(caught.value)


def test_a_send_that_has_what_is_named_is_found() -> None:
    with capture(user_created) as sends:
        user_created.send("shop", user_id=1, name="ada")
        user_created.send("shop", user_id=2)
        user_created.send("fair", user_id=1)
        assert assert_sent(user_created) == sends
        assert assert_sent(user_created, times=3) == sends
        assert assert_sent(user_created, user_id=1) == [sends[0], sends[2]]
        assert assert_sent(user_created, times=1, user_id=1, name="ada") == sends[:1]
        assert assert_sent(user_created, sender="fair") == sends[2:]
        assert assert_sent(user_created, sender=ANY, times=2, name="nobody") == sends[1:]
        assert assert_sent(user_created, times=0, user_id=3) == []
        assert assert_sent(user_created, {"user_id": 2}, times=1) == sends[1:2]
        assert assert_sent(user_created, {"user_id": 1}, name="ada") == sends[:1]


def test_what_was_captured_can_be_asserted_of_later() -> None:
    with capture(user_created) as sends:
        user_created.send("shop", user_id=1)
    assert assert_sent(sends, times=1, sender="shop", user_id=1) == sends


def test_values_that_equal_everything_or_themselves_are_equal() -> None:
    nan = float("nan")
    signal = Signal()
    with capture(signal) as sends:
        signal.send(None, a=nan, b=0.1 + 0.2, c=object())
    assert_sent(sends, a=nan, b=pytest.approx(0.3), c=mock.ANY)
    with pytest.raises(AssertionError):
        assert_sent(sends, a=float("nan"))


class Array(list[Any]):
    """As an array of numpy: `==` is an array of answers, which has no truth of its own."""

    def __init__(self, values: Iterable[Any]) -> None:
        super().__init__(values)
        self.shape = (len(self),)

    def __eq__(self, other: object) -> Any:
        is_list = isinstance(other, list)
        others = cast("list[object]", other) if is_list else [other] * len(self)
        return Array(one == another for one, another in zip(self, others, strict=True))

    __hash__ = None

    def __bool__(self) -> bool:
        raise ValueError("the truth of an array is ambiguous")

    def all(self) -> bool:
        return all(self)


class Table(Array):
    """As a table of pandas: it has no answer at all for another shape, or `all` for each column."""

    def all(self) -> Any:
        return Array([all(self)])


class Bare(Array):
    """An array that tells no more than its values."""

    def __init__(self, values: Iterable[Any]) -> None:
        super().__init__(values)
        del self.shape

    def __eq__(self, other: object) -> Any:
        return Bare(super().__eq__(other))

    __hash__ = None


@pytest.mark.parametrize("kind", [Array, Table, Bare])
def test_arrays_are_equal_if_all_of_their_values_are(kind: type[Array]) -> None:
    signal = Signal()
    with capture(signal) as sends:
        signal.send(None, values=kind([1, 2]), within={"a": [kind([1, 2]), 3]})
    for equal in (kind([1, 2]), mock.ANY, [1, 2]):
        assert_sent(sends, times=1, values=equal)
    for other in (kind([1, 3]), kind([1]), kind([]), [1], 1, None, "ab"):
        assert_sent(sends, times=0, values=other)
    assert_sent(sends, times=1, within={"a": [kind([1, 2]), 3]})
    for within in (
        {"a": [kind([1, 3]), 3]},
        {"a": [kind([1, 2])]},
        {"b": 1},
        {"a": (kind([1, 2]), 3)},
    ):
        assert_sent(sends, times=0, within=within)


def test_arrays_without_values_are_equal() -> None:
    signal = Signal()
    with capture(signal):
        signal.send(None, values=Array([]))
        assert_sent(signal, values=Array([]))
        assert_sent(signal, times=0, values=Array([1]))


def test_an_array_that_differs_is_shown() -> None:
    signal = Signal()
    with capture(signal):
        signal.send(None, values=Array([1, 2]))
        assert "values: expected [1, 3], sent [1, 2]" in complaint(signal, values=Array([1, 3]))


def test_what_cannot_be_compared_is_not_equal() -> None:
    class Incomparable:
        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        def __hash__(self) -> int:
            raise RuntimeError

    signal = Signal()
    with capture(signal):
        signal.send(None, value=Incomparable())
        assert_sent(signal, times=0, value=Incomparable())
        assert_sent(signal, times=0, value=1)


def test_a_bound_signal_stands_for_its_sender() -> None:
    front, back = Door(), Door()
    with capture(Door.opened):
        front.opened.send(by="ada")
        assert_sent(front.opened, times=1, by="ada")
        assert_sent(back.opened, times=0)
        assert_sent(Door.opened, sender=front)
        assert "the sender is not <Door>" in complaint(back.opened)
    with capture(front.opened):
        front.opened.send(by="ada")
        assert_sent(front.opened)


def test_the_innermost_capture_that_is_open_is_meant() -> None:
    with capture(user_created):
        user_created.send("shop", user_id=1)
        with capture(user_created):
            assert_sent(user_created, times=0)
            with capture(Signal()), capture(user_created, "fair"):
                user_created.send("shop", user_id=2)
                assert_sent(user_created, times=0)
                assert_sent(user_created, sender="shop", times=1)
        assert_sent(user_created, times=2)


def test_an_async_signal_and_one_of_the_adapter_are_asserted_of() -> None:
    stored: AsyncSignal[object, ..., object] = AsyncSignal()
    changed: blinker.Signal[object, ...] = blinker.Signal()
    with capture(stored) as sends, capture(changed):
        asyncio.run(stored.gather(None, key="k"))
        changed.send("me", n=1)
        assert assert_sent(stored, key="k") == sends
        assert_sent(changed, sender="me", times=1, n=1)


def test_a_payload_that_takes_its_name_from_an_option_is_given_by_a_mapping() -> None:
    def rang(sender: object, /, *, times: int, sender_name: str) -> None: ...
    def starred(sender: object, first: int, /, *more: int) -> None: ...

    bell, star = Signal(rang), Signal(starred)
    with capture(bell), capture(star):
        bell.send(None, times=3, sender_name="ada")
        star.send(None, 1, 2, 3)
        assert_sent(bell, {"times": 3}, times=1, sender_name="ada")
        assert_sent(star, {"*more": (2, 3)}, first=1)
        assert "expected: send(ANY, times=2), once" in complaint(bell, {"times": 2}, times=1)


# -- what is said


def test_a_signal_that_was_never_sent_is_named_with_what_was_expected() -> None:
    with capture(user_created):
        assert (
            complaint(user_created) == "signal user_created was never sent\n  expected: send(ANY)"
        )
        assert complaint(user_created, times=2, sender="shop", user_id=1) == dedent(
            """\
            signal user_created was never sent
              expected: send('shop', user_id=1), twice"""
        )


def test_too_many_sends_are_listed_and_too_few() -> None:
    with capture(user_created):
        for number in range(7):
            user_created.send("shop", user_id=number)
        assert complaint(user_created, times=1, sender="shop") == dedent(
            """\
            signal user_created was expected once, but sent 7 times
              expected: send('shop'), once
              sent:     send('shop', user_id=0, name='nobody')
              sent:     send('shop', user_id=1, name='nobody')
              sent:     send('shop', user_id=2, name='nobody')
              sent:     send('shop', user_id=3, name='nobody')
              sent:     send('shop', user_id=4, name='nobody')
              and 2 more"""
        )
        assert complaint(user_created, times=0, user_id=3) == dedent(
            """\
            signal user_created was not expected, but sent once
              expected: send(ANY, user_id=3), never
              sent:     send('shop', user_id=3, name='nobody')"""
        )


def nearest(text: str) -> str:
    (line,) = (line for line in text.splitlines() if "nearest" in line)
    return line


def test_the_nearest_send_is_the_last_of_those_that_differ_least() -> None:
    with capture(user_created):
        user_created.send("shop", user_id=1, name="ada")
        user_created.send("fair", user_id=2, name="ada")
        user_created.send("shop", user_id=3, name="bob")
        user_created.send("shop", user_id=4, name="bob")
        wanted = {"sender": "fair", "user_id": 1}
        told = complaint(user_created, **wanted, name="ada")
        assert nearest(told) == "  nearest:  send('fair', user_id=2, name='ada')"
        assert "the sender" not in told
        told = complaint(user_created, **wanted, name="bob")
        assert nearest(told) == "  nearest:  send('shop', user_id=4, name='bob')"
        assert "the sender is not 'fair'" in told


def test_where_pytest_rewrote_nothing_the_names_that_differ_are_listed() -> None:
    plain = runpy.run_path(_difference.__file__)["explain"]
    sent = {"a": 1, "b": 2, "c": [3]}
    assert plain(sent, {"a": 1, "c": [4], "d": 5}) == dedent(
        """\
        c: expected [4], sent [3]
        d: expected 5, not sent"""
    )


def test_the_difference_of_the_payload_names_what_differs() -> None:
    with capture(user_created):
        user_created.send("shop", user_id=1, name="ada")
        told = complaint(user_created, user_id=2, name="ada")
    assert "user_id" in told.rpartition("nearest")[2].partition("\n")[2]


def in_a_fresh_interpreter(code: str, *options: str) -> str:
    ran = subprocess.run(
        [sys.executable, *options, "-c", dedent(code)],
        check=True,
        capture_output=True,
        text=True,
    )
    return ran.stdout


@pytest.mark.parametrize("options", [(), ("-O",)])
def test_without_pytest_the_names_that_differ_are_listed(options: tuple[str, ...]) -> None:
    told = in_a_fresh_interpreter(
        """
        from aldis import Signal
        from aldis.testing import assert_sent, capture

        signal = Signal(name="changed")
        with capture(signal):
            signal.send("me", a=1, b=2)
            try:
                assert_sent(signal, sender="you", a=1, b=3, c=4)
            except AssertionError as error:
                print(error)
        """,
        *options,
    )
    assert told == dedent(
        """\
        signal changed was sent once, but not as expected
          expected: send('you', a=1, b=3, c=4)
          nearest:  send('me', a=1, b=2)
          the sender is not 'you'
          b: expected 3, sent 2
          c: expected 4, not sent
        """
    )


def test_several_signals_are_named_together() -> None:
    one, two = Signal(name="one"), Signal(name="two")
    with capture([one, two]) as sends:
        pass
    assert complaint(sends).startswith("the signals one, two were never sent")


# -- mistakes of the one who asserts


def test_a_signal_that_is_not_captured_is_told_with_the_way_out() -> None:
    with pytest.raises(NotCapturedError, match=r"user_created is not captured: .* inside `with"):
        assert_sent(user_created)
    with capture(user_created, "shop"), pytest.raises(NotCapturedError):
        assert_sent(user_created, sender="fair")


class Options(TypedDict):
    key: str
    ttl: NotRequired[int]


def test_a_name_that_the_payload_does_not_have_is_refused_and_the_nearest_suggested() -> None:
    def optional(sender: object, /, **options: Unpack[Options]) -> None: ...
    def nothing(sender: object, /) -> None: ...

    cached, bare = Signal(optional), Signal(nothing)
    sends: Sends[Any] = capture([user_created, cached])
    with capture(user_created), capture(cached), capture(bare), sends:
        user_created.send(None, user_id=1)
        cached.send(None, key="k", ttl=1)
        assert_sent(cached, key="k", ttl=1)
        for signal, wrong, told in (
            (user_created, "usr_id", "has no 'usr_id'; did you mean 'user_id'?"),
            (user_created, "colour", "has no 'colour'; it has: name, user_id"),
            (user_created, "sender_", "has no 'sender_'; it has: name, user_id"),
            (cached, "tll", "did you mean 'ttl'?"),
            (bare, "anything", "has no 'anything'; it is empty"),
            (sends, "nmae", "did you mean 'name'?"),
        ):
            with pytest.raises(PayloadNameError, match=told.replace("?", r"\?")):
                untyped(assert_sent)(signal, **{wrong: 1})


def test_an_open_payload_may_have_any_name() -> None:
    def some(sender: object, /, *, key: str, **more: int) -> None: ...

    for signal in (Signal(), Signal(some)):
        sends = untyped(capture)(signal)
        with sends:
            untyped(signal).send(None, key="k", n=1)
        assert_sent(sends, key="k", n=1)
        with pytest.raises(AssertionError):
            assert_sent(sends, whatever=1)


@pytest.mark.parametrize("wrong", [None, "user_created", [user_created]])
def test_what_is_neither_signal_nor_capture_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match="expected a signal, an event or the result of `capture`"):
        untyped(assert_sent)(wrong)


def test_the_errors_pickle() -> None:
    for error in (NotCapturedError("saved"), PayloadNameError("saved", "pth", ("path",))):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))

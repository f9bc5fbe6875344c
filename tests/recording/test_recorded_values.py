"""Which types are recorded of which values, and that no value is."""

from __future__ import annotations

import functools
import io
import types
import unittest.mock
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import pytest
from werkzeug.local import LocalProxy

from aldis._recording._classes import Classes
from aldis._recording._values import LONGEST_TUPLE, MOST_ITEMS, Values
from aldis._recording._writing import text_of
from helpers import MAKES_IMMORTAL, untyped
from recording.conftest import Bench

SHOP = """
    import abc
    import typing
    from collections import namedtuple
    from dataclasses import dataclass

    T = typing.TypeVar("T")

    class Order:
        class Item:
            pass

    class Special(Order):
        pass

    class Box(typing.Generic[T]):
        pass

    class Meta(type):
        def __eq__(cls, other):
            raise RuntimeError("never compared")
        def __hash__(cls):
            raise RuntimeError("never hashed")

    class Odd(metaclass=Meta):
        pass

    def local():
        class Local(Order):
            pass
        return Local()

    def local_with_nothing_but_generic():
        class Local(Box[int], abc.ABC):
            pass
        class Bare(typing.Generic[T]):
            pass
        return Local(), Bare()

    Point = namedtuple("Point", "x y")
    Made = type("Other", (Special,), {})
    """


@pytest.fixture
def shop(bench: Bench) -> Any:
    return bench.load("shop", SHOP)


def told(value: Any) -> str:
    return Values(Classes()).type_of(value)


# -- classes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "builtins.bool"),
        (1, "builtins.int"),
        ("a", "builtins.str"),
        (Decimal(1), "decimal.Decimal"),
        (int, "builtins.type[builtins.int]"),
        (len, "types.BuiltinFunctionType"),
        (told, "types.FunctionType"),
        ((each for each in ""), "types.GeneratorType"),
        (functools, "types.ModuleType"),
        (io.StringIO(), "_io.StringIO"),
        (..., "types.EllipsisType"),
        (functools.partial(print), "functools.partial"),
        (type(told), "builtins.type[types.FunctionType]"),
    ],
)
def test_a_value_is_told_by_the_name_its_class_can_be_imported_by(value: object, text: str) -> None:
    assert told(value) == text


def test_a_class_inside_a_class_is_told_by_its_qualified_name(shop: Any) -> None:
    assert told(shop.Order.Item()) == "shop.Order.Item"
    assert told(shop.Odd()) == "shop.Odd"
    assert told(shop.Point(1, 2)) == "shop.Point"


def test_a_class_that_cannot_be_imported_is_replaced_by_the_first_base_that_can(shop: Any) -> None:
    assert told(shop.local()) == "shop.Order"
    assert told(shop.Made()) == "shop.Special"
    assert told(type(shop.local())) == "builtins.type[shop.Order]"
    with_base, bare = shop.local_with_nothing_but_generic()
    assert (told(with_base), told(bare)) == ("shop.Box", "builtins.object")


def test_a_class_whose_module_is_another_one_now_cannot_be_imported(
    bench: Bench, shop: Any
) -> None:
    order = shop.Order()
    special = shop.Special()
    shop.Order = type("Order", (), {"__module__": "shop"})
    assert told(order) == "builtins.object"
    assert told(special) == "shop.Special"


@pytest.mark.parametrize(
    "module", ["test_shop", "tests.shop", "inner.conftest", "shop_test", "test.a", "web.testing"]
)
def test_a_class_of_tests_is_replaced_or_left_out(shop: Any, bench: Bench, module: str) -> None:
    tests = bench.load(
        module,
        """
        import shop

        class Double(shop.Order):
            pass

        class Fake:
            pass
        """,
    )
    assert told(tests.Double()) == "shop.Order"
    assert told(tests.Fake()) == ""
    assert told(tests.Fake) == ""
    assert told([tests.Fake(), shop.Order()]) == "builtins.list[shop.Order]"
    assert told((tests.Fake(), 1)) == ""


class Sub(unittest.mock.Mock):
    pass


@pytest.mark.parametrize(
    "mock",
    [
        unittest.mock.Mock(),
        unittest.mock.MagicMock(spec=dict),
        unittest.mock.AsyncMock(),
        unittest.mock.sentinel.order,
        unittest.mock.ANY,
        create_autospec(told),
        Sub(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_mocks_are_left_out(mock: object) -> None:
    assert told(mock) == ""
    assert told({"a": mock}) == "builtins.dict"
    assert told([1, mock]) == "builtins.list[builtins.int]"


def test_a_function_with_attributes_is_no_mock() -> None:
    def function() -> None: ...

    untyped(function).note = 1
    assert told(function) == "types.FunctionType"


@pytest.mark.skipif(MAKES_IMMORTAL, reason="classes never die here")
def test_a_class_that_dies_is_forgotten() -> None:
    classes = Classes()
    kind: Any = type("Made", (), {})
    classes.known(kind)
    there = weakref.ref(kind)
    assert len(classes._known) == 1
    del kind
    import gc  # noqa: PLC0415

    gc.collect()
    assert there() is None
    assert classes._known == {}


# -- proxies


def test_a_proxy_is_told_by_what_it_stands_for(shop: Any) -> None:
    order = shop.Order()
    assert told(LocalProxy(lambda: order)) == "shop.Order"
    assert told(weakref.proxy(order)) == "shop.Order"


def test_a_proxy_that_stands_for_nothing_is_left_out() -> None:
    def unbound() -> object:
        raise RuntimeError("no application")

    assert told(LocalProxy(unbound)) == ""
    gone = weakref.proxy(Classes())
    assert told(gone) == ""


def test_an_object_of_django_that_is_not_loaded_yet_is_not_loaded() -> None:
    from django.utils.functional import SimpleLazyObject  # noqa: PLC0415

    loaded: list[str] = []

    def load() -> Path:
        loaded.append("loaded")
        return Path("a")

    lazy = SimpleLazyObject(load)
    assert told(lazy) == ""
    assert loaded == []
    assert str(lazy) == "a"
    assert told(lazy) == told(Path("a"))


def test_what_a_proxy_sends_when_it_is_asked_is_not_recorded(bench: Bench) -> None:
    module = bench.load(
        "proxies",
        """
        from aldis.blinker import Signal

        asked = Signal()
        sent = Signal()

        def find():
            asked.send(None)
            return 1

        def send(value):
            sent.send(None, value=value)
        """,
    )
    with bench.recorded():
        module.send(LocalProxy(module.find))
    assert [*bench.recording().signals] == ["proxies.sent"]


def test_a_proxy_in_a_proxy_is_left_out_rather_than_asked_without_end() -> None:
    values = Values(Classes())

    def ask() -> object:
        assert values.asks
        return values.type_of(LocalProxy(ask)) or 1

    assert values.type_of(LocalProxy(ask)) == "builtins.int"
    assert not values.asks


# -- containers


_LIST = "builtins.list[builtins.dict[builtins.int, builtins.tuple]]"


CONTAINERS: list[tuple[object, str]] = [
    ([], "builtins.list"),
    (["a"], "builtins.list[builtins.str]"),
    (["a", 1, None], "builtins.list[None | builtins.int | builtins.str]"),
    ({1}, "builtins.set[builtins.int]"),
    (frozenset({1}), "builtins.frozenset[builtins.int]"),
    (deque([1]), "collections.deque[builtins.int]"),
    (Counter("a"), "collections.Counter[builtins.str]"),
    ({}, "builtins.dict"),
    ({"a": 1}, "builtins.dict[builtins.str, builtins.int]"),
    (OrderedDict(a=1), "collections.OrderedDict[builtins.str, builtins.int]"),
    (defaultdict(int, a=1), "collections.defaultdict[builtins.str, builtins.int]"),
    ((), "builtins.tuple"),
    ((1, "a"), "builtins.tuple[builtins.int, builtins.str]"),
    ((1,) * (LONGEST_TUPLE + 1), "builtins.tuple[builtins.int, ...]"),
    (
        {"a": [{1: (2,)}]},
        f"builtins.dict[builtins.str, {_LIST}]",
    ),
]


@pytest.mark.parametrize(("value", "text"), CONTAINERS)
def test_containers_are_told_with_what_is_in_them(value: object, text: str) -> None:
    assert told(value) == text


def test_a_container_with_many_items_is_sampled() -> None:
    looked_at: list[object] = []

    class Watching(list[object]):
        def __iter__(self) -> Iterator[object]:
            looked_at.append("iterated")
            return super().__iter__()

    assert told([1] * MOST_ITEMS + ["late"]) == "builtins.list[builtins.int]"
    assert told(Watching([1])).endswith("Watching") or told(Watching([1])) == "builtins.list"
    assert looked_at == []  # only the containers of Python are looked into
    mocks = (unittest.mock.Mock(),) * (LONGEST_TUPLE + 1)
    assert told(mocks) == ""


def test_a_container_that_changes_meanwhile_is_told_without_its_items(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def changed(*_: object) -> Iterator[object]:
        raise RuntimeError("dictionary changed size during iteration")

    monkeypatch.setattr("aldis._recording._values.islice", changed)
    assert told({"a": 1}) == "builtins.dict"


def test_types_of_several_sends_are_joined(bench: Bench) -> None:
    assert bench.types_of([1], ["a"], None) == (
        "None",
        "builtins.list[builtins.int | builtins.str]",
    )


def test_many_types_of_containers_are_joined_while_the_program_runs(bench: Bench) -> None:
    values: list[object] = [{number: {1} for number in range(0)}]
    keys: list[object] = [1, "a", 2.0, b"", None, True, 3j]
    values += [{first: [second, third]} for first in keys for second in keys for third in keys]
    (text,) = bench.types_of(*values)
    assert text.startswith("builtins.dict[None | ")
    assert "builtins.list[None | builtins.bool" in text
    (site,) = bench.recorder._others[0].sites.values()
    assert len(site._payload["value"]) <= 64


# -- no values

SECRETS = ["hunter2", "s3cr3t-key", 987654321, b"t0ken"]


def test_no_value_is_in_a_recording(bench: Bench) -> None:
    module = bench.load(
        "secrets_of_shop",
        """
        from aldis.blinker import Namespace

        sent = Namespace().signal("sent")

        @sent.connect
        def receive(sender, **payload):
            return payload["password"]
        """,
    )
    with bench.recorded():
        for secret in SECRETS:
            values: Mapping[str, object] = {
                "password": secret,
                "table": {secret: {secret: [secret]}},
                "several": [(secret, {secret})],
                "call": functools.partial(print, secret),
                "error": ValueError(secret),
            }
            module.sent.send(secret, **values)
    text = text_of(bench.recording())
    assert "password" in text
    assert not [secret for secret in SECRETS if str(secret).strip("b'") in text]


def test_no_object_is_kept_alive_by_a_recording(bench: Bench, shop: Any) -> None:
    order = shop.Order()
    there = weakref.ref(order)
    types_of = bench.types_of(order, [order], {"a": order})
    assert "shop.Order" in types_of
    del order
    import gc  # noqa: PLC0415

    gc.collect()
    assert there() is None


# -- bases


def test_the_bases_of_each_class_are_recorded_with_their_modules(bench: Bench, shop: Any) -> None:
    bench.types_of(shop.Special(), [shop.local()], io.StringIO(), shop.Order.Item())
    recording = bench.recording()
    assert recording.bases["shop.Special"] == ("shop.Special", "shop.Order", "builtins.object")
    assert recording.bases["shop.Order"] == ("shop.Order", "builtins.object")
    assert recording.modules["shop.Order.Item"] == "shop"
    assert recording.bases["_io.StringIO"][:2] == ("_io.StringIO", "_io._TextIOBase")
    named = {name for bases in recording.bases.values() for name in bases}
    assert named == set(recording.bases) == set(recording.modules)
    assert types.__name__ not in recording.modules

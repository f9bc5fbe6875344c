"""Of which types the parameters of a declaration are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Literal

import pytest
from small_programs import codes_of, plan_of, signature_of

from aldis._migrate._merging import Merger, generalised
from aldis._migrate._model import UNKNOWN, TypeText
from aldis._migrate._sent import Piece
from aldis._migrate._unions import ANY, fits, members, rendered, union
from aldis._recording._contents import RecordedSend, RecordedSignal

BASES = {
    "app.Cat": ("app.Cat", "app.Animal", "builtins.object"),
    "app.Dog": ("app.Dog", "app.Animal", "builtins.object"),
    "app.Cow": ("app.Cow", "app.Animal", "builtins.object"),
    "app.Animal": ("app.Animal", "builtins.object"),
    "app.make.<locals>.Hen": ("app.Animal", "builtins.object"),
}


def known(text: str, origin: Literal["inferred", "stated"] = "inferred") -> TypeText:
    return TypeText(text, "fully", origin)


def merged(*pieces: Piece, stated: tuple[TypeText, ...] = ()) -> tuple[str, list[str]]:
    merger = Merger(pieces, stated, BASES)
    return merger.type.text, [code for code, _ in merger.codes]


def test_a_type_that_every_send_agrees_on_is_taken_and_nothing_is_told() -> None:
    assert merged(Piece(known("app.Cat")), Piece(known("app.Cat"))) == ("app.Cat", [])


def test_a_subclass_beside_its_base_adds_nothing() -> None:
    assert merged(Piece(known("app.Cat")), Piece(known("app.Animal"))) == ("app.Animal", [])


def test_different_types_become_a_union_that_is_told() -> None:
    text, codes = merged(Piece(known("app.Cat")), Piece(known("builtins.str")))
    assert (text, codes) == ("app.Cat | builtins.str", ["M04"])


def test_the_report_names_types_as_they_are_written() -> None:
    (said,) = Merger([Piece(known("app.Cat")), Piece(known("builtins.str"))], (), BASES).codes
    assert said == ("M04", "its type is a union: `app.Cat | str`")


def test_none_comes_last_and_is_no_difference() -> None:
    pieces = Piece(known("None")), Piece(known("app.Cat"))
    assert merged(*pieces) == ("app.Cat | None", [])


def test_a_literal_in_one_place_says_nothing_about_a_place_that_is_not_known() -> None:
    assert merged(Piece(known("builtins.str")), Piece(UNKNOWN)) == (ANY, ["M03"])


def test_a_class_in_one_place_is_believed_for_a_place_that_is_not_known() -> None:
    assert merged(Piece(known("app.Cat")), Piece(UNKNOWN)) == ("app.Cat", [])


def test_a_run_never_narrows_what_is_stated() -> None:
    assert merged(Piece(known("app.Animal", "stated"), ("app.Cat",))) == ("app.Animal", [])


def test_a_run_that_contradicts_what_is_stated_widens_it_and_is_told() -> None:
    text, codes = merged(Piece(known("app.Cat", "stated"), ("builtins.str",)))
    assert (text, codes) == ("app.Cat | builtins.str", ["M05"])


def test_a_run_says_what_the_source_does_not() -> None:
    assert merged(Piece(UNKNOWN, ("app.Cat", "None"))) == ("app.Cat | None", [])


def test_receivers_are_asked_last() -> None:
    assert merged(Piece(UNKNOWN), stated=(known("app.Cat"),)) == ("app.Cat", [])
    assert merged(Piece(UNKNOWN, ("app.Dog",)), stated=(known("app.Cat"),))[0] == "app.Dog"


def test_receivers_that_differ_say_nothing_unless_one_is_the_narrowest() -> None:
    assert merged(Piece(UNKNOWN), stated=(known("app.Cat"), known("builtins.str"))) == (
        ANY,
        ["M03"],
    )
    stated = (known("app.Animal"), known("app.Cat"))
    assert merged(Piece(UNKNOWN), stated=stated) == ("app.Cat", [])


def test_what_is_only_ever_none_is_widened_by_what_receivers_state() -> None:
    assert merged(Piece(known("None")), stated=(known("app.Cat"),)) == ("app.Cat | None", [])
    assert merged(Piece(known("None"))) == ("None", [])
    assert merged(Piece(known("None")), Piece(known("None"))) == ("None", [])


@pytest.mark.parametrize(
    ("sent", "stated", "expected"),
    [
        ("app.Cat", "app.Animal", "app.Animal"),
        ("app.Cat", "app.Animal | None", "app.Animal"),
        ("app.Cat | app.Dog | None", "app.Animal", "app.Animal | None"),
        ("app.Cat", "app.Cat | app.Dog", "app.Cat | app.Dog"),
        ("app.Cat | builtins.str", "app.Animal", "app.Cat | builtins.str"),
        ("builtins.list[app.Cat]", "builtins.list[typing.Any]", "builtins.list[app.Cat]"),
        ("app.Animal", "app.Cat", "app.Animal"),
    ],
)
def test_base_classes_that_receivers_state_are_taken_for_inferred_ones(
    sent: str, stated: str, expected: str
) -> None:
    inferred = TypeText(sent, "fully", "inferred")
    assert merged(Piece(inferred), stated=(known(stated),))[0] == expected
    written = TypeText(sent, "fully", "stated")
    assert merged(Piece(written), stated=(known(stated),))[0] == sent


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("app.Cat", "app.Cat"), ("app.Animal", "app.Animal"), ("app.Cat | None", "app.Cat | None")],
)
def test_a_guessed_none_is_left_out_where_receivers_state_no_none(
    stated: str, expected: str
) -> None:
    guessed = TypeText("app.Cat | None", "fully", "guessed")
    assert merged(Piece(guessed), stated=(known(stated),))[0] == expected
    both = merged(Piece(guessed), Piece(known("app.Cat")), stated=(known("app.Cat"),))
    assert both[0] == "app.Cat | None"


def test_pyright_is_believed_where_mypy_and_the_run_say_nothing() -> None:
    guess = TypeText("app.Cat", "fully", "pyright")
    assert merged(Piece(guess)) == ("app.Cat", [])
    assert merged(Piece(guess, ("app.Dog",))) == ("app.Dog", [])


def test_what_is_known_in_part_is_told_unless_somebody_wrote_it() -> None:
    text = "builtins.list[typing.Any]"
    assert merged(Piece(TypeText(text, "partly", "inferred"))) == (text, ["M03"])
    assert merged(Piece(TypeText(text, "partly", "stated"))) == (text, [])


def test_a_run_completes_what_is_known_in_part() -> None:
    static = TypeText("builtins.list[typing.Any]", "partly", "inferred")
    assert merged(Piece(static, ("builtins.list[app.Cat]",)))[0] == "builtins.list[app.Cat]"


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        (("app.Cat", "app.Dog"), "app.Cat | app.Dog"),
        (("app.Cat", "app.Dog", "app.Cow"), "app.Animal"),
        (("builtins.int", "builtins.str", "app.Cow"), ANY),
        (("builtins.dict[builtins.str, builtins.int | builtins.str]",), f"builtins.dict[builtins.str, {ANY}]"),  # noqa: E501
        (("builtins.list[app.Cat]", "builtins.list[app.Dog]"), f"builtins.list[{ANY}]"),
        (("builtins.list", "builtins.list[app.Cat]"), "builtins.list[app.Cat]"),
        (("builtins.list",), f"builtins.list[{ANY}]"),
        (("builtins.dict",), f"builtins.dict[{ANY}, {ANY}]"),
        (("builtins.tuple[app.Cat]", "builtins.tuple[app.Cat, app.Dog]"), f"builtins.tuple[{ANY}, ...]"),  # noqa: E501
        (("builtins.object",), ANY),
        (("None", "types.GeneratorType"), f"collections.abc.Iterator[{ANY}] | None"),
        (("app.make.<locals>.Hen",), "app.Animal"),
        (("app.make.<locals>.Owl",), ANY),
        ((), None),
    ],
)  # fmt: skip
def test_recorded_types_are_generalised(recorded: tuple[str, ...], expected: str | None) -> None:
    assert generalised(recorded, BASES) == expected


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        ("app.Animal", "app.Cat", True),
        ("app.Cat", "app.Animal", False),
        ("builtins.float", "builtins.int", True),
        ("builtins.float", "builtins.bool", True),
        ("builtins.int", "builtins.str", False),
        ("app.Cat | None", "None", True),
        ("typing.Optional[app.Cat]", "None", True),
        ("typing.Union[app.Cat, app.Dog]", "app.Dog", True),
        ("app.Cat", "None", False),
        ("collections.abc.Sequence[app.Cat]", "builtins.list[app.Cat]", True),
        ("builtins.list[app.Animal]", "builtins.list[app.Cat]", True),
        ("builtins.list[app.Cat]", "builtins.list[builtins.str]", False),
        (ANY, "app.Cat", True),
        ("app.Cat", ANY, True),
        ("typing.Literal['a']", "builtins.str", True),
    ],
)
def test_a_value_fits_a_type(wanted: str, value: str, expected: bool) -> None:
    assert fits(wanted, value, BASES) is expected


def test_names_in_types_are_replaced_and_the_rest_stays() -> None:
    text = "builtins.dict[app.Cat, typing.Literal['app.Cat']] | None"
    assert rendered(text, lambda name: name.upper()) == (
        "BUILTINS.DICT[APP.CAT, TYPING.LITERAL['app.Cat']] | None"
    )
    assert rendered("f.<locals>.C", str) == ANY
    assert members("types.NoneType") == ("None",)
    lists = [
        f"builtins.list[{ANY}]",
        "builtins.list[app.Cat]",
        "builtins.list",
        "builtins.set[app.Cat]",
    ]
    assert union(lists, BASES) == f"builtins.list[{ANY}] | builtins.set[app.Cat]"
    assert union(["builtins.object", "app.Cat"], BASES) == "builtins.object"


# -- of whole programs

SOURCES = {
    "app.py": """
        from blinker import signal

        saved = signal("saved")

        class Store:
            def save(self, path: str) -> None:
                saved.send(self, path=path, size=1)
        """
}


@dataclass
class Run:
    signals: dict[str, RecordedSignal] = field(default_factory=dict[str, RecordedSignal])
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def test_a_signature_is_made_of_what_the_source_says(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, SOURCES)
    assert signature_of(plan, "saved") == (
        "app.Store",
        {"path": "builtins.str", "size": "builtins.int"},
        "builtins.object",
    )
    assert codes_of(plan) == []


def test_a_signal_that_only_a_run_has_sent_is_declared_by_the_run(tmp_path: Path) -> None:
    send = RecordedSend(
        "helper.py", 3, "help", 2, ("None",), {"n": ("builtins.int",)}, frozenset({"n"})
    )
    run = Run({"app.saved": RecordedSignal("app.saved", "saved", None, (send,))})
    sources = {"app.py": 'from blinker import signal\nsaved = signal("saved")\n'}
    plan = plan_of(tmp_path, sources, run)
    assert signature_of(plan, "saved") == ("None", {"n": "builtins.int"}, "builtins.object")


def test_sends_of_a_run_are_joined_with_those_of_the_source(tmp_path: Path) -> None:
    sends = tuple(
        RecordedSend(path, line, "f", 1, ("app.Store",), dict.fromkeys(names, ("builtins.str",)), frozenset(names))  # noqa: E501
        for path, line, names in [("app.py", 7, ("path", "size")), ("elsewhere.py", 1, ("path",))]
    )  # fmt: skip
    run = Run({"app.saved": RecordedSignal("app.saved", "saved", None, sends)})
    assert codes_of(plan_of(tmp_path, SOURCES, run)) == ["M01"]
    plan = plan_of(tmp_path, SOURCES, run, unsafe=True)
    assert signature_of(plan, "saved")[1] == {
        "path": "builtins.str",
        "size": "builtins.int | builtins.str | None",
    }


def test_results_that_are_read_are_those_of_the_run(tmp_path: Path) -> None:
    sources = {"app.py": SOURCES["app.py"].replace("saved.send(", "found = saved.send(")}
    send = RecordedSend("app.py", 7, "f", 1, ("app.Store",), results=("builtins.int", "None"))
    run = Run({"app.saved": RecordedSignal("app.saved", "saved", None, (send,))})
    plan = plan_of(tmp_path, sources, run)
    assert signature_of(plan, "saved")[2] == "builtins.int | None"
    assert codes_of(plan) == ["M09"]
    assert signature_of(plan_of(tmp_path, sources), "saved")[2] == ANY


def test_results_admit_receivers_that_are_generator_functions(tmp_path: Path) -> None:
    source = SOURCES["app.py"].replace("saved.send(", "found = saved.send(")
    receiver = "@saved.connect\ndef f(sender, **more):\n    yield 1\n"
    sources = {"app.py": f"{dedent(source)}\n{receiver}"}
    send = RecordedSend("app.py", 7, "f", 1, ("app.Store",), results=("builtins.int",))
    run = Run({"app.saved": RecordedSignal("app.saved", "saved", None, (send,))})
    result = signature_of(plan_of(tmp_path, sources, run), "saved")[2]
    assert result == f"builtins.int | collections.abc.Iterator[{ANY}]"
    assert signature_of(plan_of(tmp_path, sources), "saved")[2] == ANY


def test_what_receivers_of_tests_return_binds_nobody_else(tmp_path: Path) -> None:
    receiver = "@saved.connect\ndef f(sender, **more) -> None: ...\n"
    own = {"app.py": f"{dedent(SOURCES['app.py'])}\n{receiver}"}
    assert signature_of(plan_of(tmp_path / "own", own), "saved")[2] == "None"
    tests = {**SOURCES, "tests/test_app.py": f"from app import saved\n{receiver}"}
    assert signature_of(plan_of(tmp_path / "tested", tests), "saved")[2] == "builtins.object"

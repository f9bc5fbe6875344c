"""Recordings as files: a written recording is read again, and other files are refused."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aldis._recording._contents import UNKNOWN
from aldis._recording._grammar import MOST_TYPES, OBJECT, classes_in, join_types, parse
from aldis._recording._reading import (
    RecordedReceiver,
    RecordedSend,
    RecordedSignal,
    Recording,
    RecordingError,
    merge,
    read,
    read_one,
)
from aldis._recording._writing import text_of, write

CLASSES = ["builtins.int", "builtins.str", "shop.Order", "shop.Order.Item", "None"]


def types_of(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map(" | ".join)
    pair = st.tuples(several, several)
    items = st.lists(several, min_size=1, max_size=3).map(", ".join)
    return st.one_of(
        several.map("builtins.list[{}]".format),
        pair.map(lambda both: f"builtins.dict[{both[0]}, {both[1]}]"),
        items.map("builtins.tuple[{}]".format),
        several.map("builtins.tuple[{}, ...]".format),
    )


a_type = st.recursive(
    st.sampled_from([*CLASSES, "builtins.list", "builtins.tuple"]), types_of, max_leaves=5
)
some_types = st.lists(a_type, max_size=4).map(tuple)

# -- the grammar


@given(some_types)
def test_the_text_of_a_union_is_parsed_as_that_union(types: tuple[str, ...]) -> None:
    joined = join_types([types])
    assert join_types([joined]) == joined
    assert all(parse(text).texts == (text,) for text in joined)


@settings(max_examples=25)
@given(some_types, some_types, some_types)
def test_the_order_in_which_types_are_joined_changes_nothing(
    one: tuple[str, ...], two: tuple[str, ...], three: tuple[str, ...]
) -> None:
    whole = join_types([one, two, three])
    for first, second, third in itertools.permutations([one, two, three]):
        assert join_types([join_types([first, second]), third]) == whole
        assert join_types([first, join_types([second, third])]) == whole


@pytest.mark.parametrize(
    ("types", "joined"),
    [
        (("a.A", "a.A"), ("a.A",)),
        (("b.B", "a.A", "None"), ("None", "a.A", "b.B")),
        (("a.L[a.A]", "a.L[b.B]"), ("a.L[a.A | b.B]",)),
        (("a.L", "a.L[b.B]"), ("a.L[b.B]",)),
        (
            ("builtins.tuple[a.A, b.B]", "builtins.tuple[c.C, b.B]"),
            ("builtins.tuple[a.A | c.C, b.B]",),
        ),
        (
            ("builtins.tuple[a.A, b.B]", "builtins.tuple[c.C]"),
            ("builtins.tuple[a.A | b.B | c.C, ...]",),
        ),
        (("builtins.tuple", "builtins.tuple[c.C]"), ("builtins.tuple[c.C, ...]",)),
        (tuple(f"a.A{n}" for n in range(MOST_TYPES)), tuple(f"a.A{n}" for n in range(MOST_TYPES))),
        (tuple(f"a.A{n}" for n in range(MOST_TYPES + 1)), (OBJECT,)),
        (("a.A", OBJECT), (OBJECT,)),
    ],
)
def test_types_of_one_place_are_joined(types: tuple[str, ...], joined: tuple[str, ...]) -> None:
    assert join_types([types]) == joined


@pytest.mark.parametrize(
    "text",
    ["", "int", "a.", "a.B[", "a.B[]", "a.B]", "a.B c.D", "a.B[c.D, ..., c.D]", "a.B |", "a.1"],
)
def test_a_text_of_another_grammar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not the text of a type") as refused:
        parse(text)
    assert repr(text) in str(refused.value)


def test_the_classes_in_types_are_found_at_every_depth() -> None:
    types = ["a.D[b.K, c.L[d.M | None]]", "None", "builtins.tuple[e.N, ...]"]
    assert classes_in(types) == {"a.D", "b.K", "c.L", "d.M", "builtins.tuple", "e.N"}


# -- files

SEND = RecordedSend(
    *("shop.py", 3, "shop.sell", 2),
    ("shop.Order",),
    {"total": ("builtins.float", "builtins.int"), "note": ()},
    frozenset({"total"}),
    ("None",),
    (RecordedReceiver("shop.confirm", "shop.py", 9), RecordedReceiver("builtins.print")),
)
RECORDING = Recording(
    {
        "shop.sold": RecordedSignal("shop.sold", "sold", "shop.signals", (SEND,)),
        "? (a.py:1)": RecordedSignal("? (a.py:1)", ""),
    },
    {"shop.Order": ("shop.Order", "builtins.object"), "builtins.object": ("builtins.object",)},
    {"shop.Order": "shop", "builtins.object": "builtins"},
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(RECORDING, tmp_path / "a.json")
    assert read_one(tmp_path / "a.json") == RECORDING
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_file_is_plain_json_with_a_version(tmp_path: Path) -> None:
    content = json.loads(text_of(RECORDING))
    assert (content["format"], content["version"]) == ("aldis recording", 1)
    assert text_of(RECORDING).endswith("}\n")


def test_only_a_symbol_that_leads_to_the_signal_is_known() -> None:
    assert RECORDING.signals["shop.sold"].is_known
    assert not RECORDING.signals["? (a.py:1)"].is_known
    assert UNKNOWN == "?"


def test_a_recording_that_cannot_be_written_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    (tmp_path / "a.json" / "inside").touch()
    with pytest.raises(OSError, match=r"a\.json"):
        write(RECORDING, tmp_path / "a.json")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not a recording of aldis: it is empty"),
        ('{"format": ', "is not a recording of aldis: it is not JSON, or was cut off"),
        ("[" * 100_000, "is not a recording of aldis: it is not JSON, or was cut off"),
        ("[]", 'is not a recording of aldis: it has no "format": "aldis recording"'),
        (
            '{"format": "others"}',
            'is not a recording of aldis: it has no "format": "aldis recording"',
        ),
        ('{"format": "aldis recording"}', "is not a recording of aldis: its version is missing"),
        (
            '{"format": "aldis recording", "version": 2}',
            "is of version 2, and this aldis reads version 1: use a newer aldis, or record again",
        ),
    ],
)
def test_what_is_no_recording_is_refused_in_one_line(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(RecordingError) as refused:
        read([path])
    assert str(refused.value) == f"{path} {reason}"


def broken() -> list[tuple[str, object, str]]:
    return [
        ("signals", [], "'signals' is not an object"),
        ("signals", {"a.b": 1}, "an entry is not an object"),
        ("signals", {"a.b": {"name": 1}}, "'name' is not a string"),
        ("signals", {"a.b": {"name": "b", "sends": {}}}, "'sends' is not a list"),
        ("classes", {"a.B": {"module": "a", "bases": [1]}}, "'bases' is not a list of strings"),
    ]


@pytest.mark.parametrize(("key", "value", "reason"), broken())
def test_a_part_of_another_form_is_refused(
    tmp_path: Path, key: str, value: object, reason: str
) -> None:
    content = {**json.loads(text_of(RECORDING)), key: value}
    (tmp_path / "a.json").write_text(json.dumps(content))
    with pytest.raises(RecordingError) as refused:
        read([tmp_path / "a.json"])
    assert str(refused.value) == f"{tmp_path / 'a.json'} is not a recording of aldis: {reason}"


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("line", True, "'line' is not a number"),
        ("sender", ["int"], "'int' is not the text of a type"),
        ("payload", {"total": "int"}, "'total' is not a list"),
    ],
)
def test_a_send_of_another_form_is_refused(
    tmp_path: Path, key: str, value: object, reason: str
) -> None:
    content = json.loads(text_of(RECORDING))
    content["signals"]["shop.sold"]["sends"][0][key] = value
    (tmp_path / "a.json").write_text(json.dumps(content))
    with pytest.raises(RecordingError, match=reason):
        read([tmp_path / "a.json"])


def test_a_file_that_is_not_there_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError) as refused:
        read([tmp_path / "a.json"])
    assert str(refused.value) == f"{tmp_path / 'a.json'} cannot be read: No such file or directory"
    (tmp_path / "a.json").write_bytes(b"\xff\xfe")
    with pytest.raises(RecordingError) as refused:
        read([tmp_path / "a.json"])
    reason = "is not a recording of aldis: it is not text"
    assert str(refused.value) == f"{tmp_path / 'a.json'} {reason}"


# -- several


def test_recordings_are_merged_in_any_order(tmp_path: Path) -> None:
    other_send = RecordedSend(
        *("shop.py", 3, "shop.sell", 1),
        ("None",),
        {"total": ("decimal.Decimal",), "note": ("builtins.str",)},
        frozenset({"total", "note"}),
        ("builtins.int",),
        (RecordedReceiver("shop.confirm", "shop.py", 9),),
    )
    earlier = RecordedSend("a.py", 3, "a.f", 1)
    other = Recording(
        {"shop.sold": RecordedSignal("shop.sold", "sold", None, (other_send, earlier))},
        {"shop.Order": ("shop.Order",), "decimal.Decimal": ("decimal.Decimal",)},
        {"shop.Order": "shop", "decimal.Decimal": "decimal"},
    )
    write(RECORDING, tmp_path / "a.json")
    write(other, tmp_path / "b.json")
    merged = read([tmp_path / "a.json", tmp_path / "b.json"])
    assert merged == merge([other, RECORDING])
    assert text_of(merged) == text_of(merge([other, RECORDING]))
    first, second = merged.signals["shop.sold"].sends
    assert first == earlier
    assert second == RecordedSend(
        *("shop.py", 3, "shop.sell", 3),
        ("None", "shop.Order"),
        {
            "total": ("builtins.float", "builtins.int", "decimal.Decimal"),
            "note": ("builtins.str",),
        },
        frozenset({"total"}),
        ("None", "builtins.int"),
        (RecordedReceiver("builtins.print"), RecordedReceiver("shop.confirm", "shop.py", 9)),
    )
    assert merged.signals["shop.sold"].namespace_name == "shop.signals"
    assert merged.bases["shop.Order"] == ("shop.Order", "builtins.object")
    assert [*merged.modules] == ["builtins.object", "decimal.Decimal", "shop.Order"]


def test_no_recording_has_nothing() -> None:
    assert read([]) == Recording()


def test_reading_needs_neither_the_command_nor_the_adapter() -> None:
    program = (
        "import sys, aldis._recording._reading as reading; reading.read([]);"
        "bad = {'rich', 'typer', 'aldis.blinker', 'aldis._observe', 'aldis._cli'} & {*sys.modules};"
        "sys.exit(', '.join(sorted(bad)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")

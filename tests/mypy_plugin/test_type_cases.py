"""The cases of the plain types mean the same with the plugin, which adds errors of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from mypy_plugin.running import mypy

CASES = Path(__file__).parents[1] / "typing" / "cases"
INI = "[mypy]\nstrict = True\nfollow_imports = silent\n"

# what is right without the plugin, and why it is not with it
OTHERWISE = {
    "assert_type(moved.connect(on_moved_any), Callable[[App, int, int], None])": (
        "the receiver keeps its own type"
    ),
    "assert_type(asked.connect(on_asked), Callable[[str], int])": "so it does here",
    "assert_type(moved.connect(lambda x, y: None), Callable[[int, int], Any])": "and here",
    "told.connect(on_told_later)": "an async receiver, though the signal takes any result",
}
# a look-up, and what follows from it: the plugin knows the signal
BY_NAME = re.compile(r'signals(\.(async_)?(signal|event)\(|\[)"|by_name')


class Error(NamedTuple):
    file: str
    line: int
    code: str

    @property
    def place(self) -> tuple[str, int]:
        return self.file, self.line

    @property
    def source(self) -> str:
        return (CASES / self.file).read_text(encoding="utf-8").splitlines()[self.line - 1]


def errors(folder: Path, plugins: str) -> set[Error]:
    (folder / "mypy.ini").write_text(INI + plugins, encoding="utf-8")
    said = mypy(folder, "--cache-dir=cache", "--output=json", str(CASES))
    found = [json.loads(line) for line in said.splitlines() if line]
    return {
        Error(Path(each["file"]).name, each["line"], each["code"])
        for each in found
        if each["severity"] == "error"
    }


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> set[Error]:
    return errors(tmp_path_factory.mktemp("without"), "")


@pytest.fixture(scope="module")
def with_plugin(tmp_path_factory: pytest.TempPathFactory) -> set[Error]:
    return errors(tmp_path_factory.mktemp("with"), "plugins = aldis.mypy\n")


def test_no_line_that_is_wrong_becomes_right(without: set[Error], with_plugin: set[Error]) -> None:
    # older versions of mypy report right lines, too, and less of them with the plugin
    wrong = {each.place for each in without if "  # E" in each.source}
    assert len(wrong) > 300
    assert wrong <= {each.place for each in with_plugin}


def test_lines_become_wrong_only_for_what_types_cannot_say(
    without: set[Error], with_plugin: set[Error]
) -> None:
    before = {each.place for each in without}
    added = [each for each in with_plugin if each.place not in before]
    others = {each.source.partition("  #")[0] for each in added if each.code != "aldis-weak"}
    assert {line for line in others if not BY_NAME.search(line)} == set(OTHERWISE)
    weak = [each.source for each in added if each.code == "aldis-weak"]
    assert weak
    temporary = ("lambda", "partial(", "Recorder()", "Log()")
    for line in weak:  # a lambda, a partial, a new object
        assert any(each in line for each in temporary)


def test_receivers_are_judged_by_the_plugin_alone(with_plugin: set[Error]) -> None:
    connects = [each for each in with_plugin if ".connect(" in each.source]
    judged = {each.place for each in connects if each.code.startswith("aldis-")}
    also = [each for each in connects if each.code == "arg-type" and each.place in judged]
    assert len(judged) > 100
    assert not also

"""No module imports one that imports it, not even for types alone; `layers.py` shows it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("grimp", reason="import-linter, which brings it, is for the checks")

import layers


def test_no_module_imports_one_that_imports_it_even_for_types_alone() -> None:
    graph = layers.imports("aldis")
    assert not layers.circles(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    )


@pytest.mark.parametrize("package", sorted(layers.layers()))
def test_inside_a_package_every_module_is_in_a_layer_and_every_arrow_points_down(
    package: str,
) -> None:
    drawing = layers.draw(package, layers.layers()[package])
    assert drawing.is_right(), drawing.text()


def test_tools_for_tests_load_the_adapter_only_where_somebody_else_does() -> None:
    code = "import sys, aldis.testing, aldis.pytest_plugin; print('aldis.blinker' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ran.stdout == "False\n"


MODULES = {
    "__init__": "",
    "top": "from made import middle, low\nfrom made.inner import deep",
    "middle": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from made import low",
    "low": "import json",
    "inner/__init__": "",
    "inner/deep": "def late() -> None:\n    from made import low",
}
ROWS = [["top"], ["middle", "inner"], ["low"]]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a package whose imports point down."""
    package = tmp_path / "made"
    (package / "inner").mkdir(parents=True)
    for name, text in MODULES.items():
        (package / f"{name}.py").write_text(text)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return package


@pytest.mark.usefixtures("made")
def test_a_drawing_has_all_imports_also_for_types_alone_and_in_functions() -> None:
    drawing = layers.draw("made", ROWS)
    assert [str(arrow) for arrow in drawing.arrows] == [
        "inner -> low",
        "middle -> low",
        "top -> inner",
        "top -> low",
        "top -> middle",
    ]
    assert [str(arrow) for arrow in drawing.for_types] == ["middle -> low"]
    assert drawing.is_right()
    assert drawing.text().splitlines() == [
        "made: 4 modules in 3 layers, 5 arrows (1 for types alone); 0 do not point down, 0 circles",
        "",
        " 1  top     -> middle, inner, low",
        " 2  middle  -> (low)",
        "    inner   -> low",
        " 3  low",
    ]


@pytest.mark.parametrize(
    ("importer", "imported"), [("low", "top"), ("middle", "inner"), ("inner/deep", "middle")]
)
def test_an_arrow_that_points_up_or_sideways_is_told(
    made: Path, importer: str, imported: str
) -> None:
    (made / f"{importer}.py").write_text(f"from made import {imported}")
    drawing = layers.draw("made", ROWS)
    arrow = f"{importer.partition('/')[0]} -> {imported}"
    assert [str(each) for each in drawing.astray()] == [arrow]
    assert not drawing.is_right()
    assert f"points up or sideways: {arrow}" in drawing.text()


def test_a_circle_is_told_by_all_that_is_in_it(made: Path) -> None:
    (made / "low.py").write_text("def late() -> None:\n    from made.inner import deep")
    drawing = layers.draw("made", ROWS)
    assert drawing.circles() == [["inner", "low"]]
    assert "a circle: inner, low" in drawing.text()


def test_circles_that_meet_are_one_and_a_module_that_leads_to_one_is_outside() -> None:
    imported_by = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": {"c"}, "e": {"f"}, "f": {"e"}}
    assert layers.circles(imported_by) == [["b", "c", "d"], ["e", "f"]]


@pytest.mark.usefixtures("made")
def test_a_module_that_is_in_no_layer_is_told() -> None:
    drawing = layers.draw("made", [["top"], ["middle"], ["low"]])
    assert drawing.unplaced == ["inner"]
    assert not drawing.is_right()
    assert "in no layer: inner" in drawing.text()


def test_the_layers_are_those_of_the_contracts(tmp_path: Path) -> None:
    path = tmp_path / "contracts"
    path.write_text(
        "[importlinter]\nroot_package = a\n"
        "[importlinter:contract:1]\ntype = layers\ncontainers = a.b\nlayers =\n  x | y\n  z\n"
        "[importlinter:contract:2]\ntype = forbidden\nsource_modules = a\n"
    )
    assert layers.layers(path) == {"a.b": [["x", "y"], ["z"]]}


@pytest.mark.usefixtures("made")
def test_a_picture_has_a_box_for_each_module_and_tells_arrows_apart() -> None:
    root = ET.fromstring(layers.svg(layers.draw("made", [["low", "top"], ["middle"]])))
    names = {"svg": "http://www.w3.org/2000/svg"}
    assert [text.text for text in root.findall("svg:text", names)] == [
        *("low", "top", "middle", "inner")
    ]
    kinds = {
        path.findtext("svg:title", namespaces=names): path.get("class")
        for path in root.findall("svg:path", names)
    }
    assert kinds == {
        "inner -> low": "",
        "middle -> low": "types astray",
        "top -> inner": "",
        "top -> low": "astray",
        "top -> middle": "",
    }

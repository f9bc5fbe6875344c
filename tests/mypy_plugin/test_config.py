"""The options of the plugin, and what is said of those that it does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mypy.errors import CompileError

from aldis.mypy._config import OPTIONS, Config, read_config
from mypy_plugin.running import mypy, write

if TYPE_CHECKING:
    from pathlib import Path


def config(folder: Path, text: str, name: str = "mypy.ini") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mypy.ini", "[mypy]\n"),
        ("setup.cfg", "[metadata]\nname = app\n"),
        ("pyproject.toml", ""),
        ("pyproject.toml", "[tool.mypy]\nstrict = true\n"),
    ],
)
def test_without_a_section_every_option_is_off(name: str, text: str, tmp_path: Path) -> None:
    assert read_config(config(tmp_path, text, name)) == Config()
    assert not any(Config().data().values())


def test_without_a_file_every_option_is_off() -> None:
    assert read_config(None) == Config()


@pytest.mark.parametrize("value", ["true", "True", "TRUE"])
@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_is_switched_on_in_an_ini_file(option: str, value: str, tmp_path: Path) -> None:
    text = f"[mypy]\n[aldis-mypy]\n{option} = {value}\n"
    assert read_config(config(tmp_path, text)) == Config(**{option: True})


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_is_switched_on_in_a_toml_file(option: str, tmp_path: Path) -> None:
    text = f"[tool.aldis-mypy]\n{option} = true\n"
    path = config(tmp_path, text, "pyproject.toml")
    assert read_config(path) == Config(**{option: True})


def test_an_option_can_be_switched_off_explicitly(tmp_path: Path) -> None:
    assert read_config(config(tmp_path, "[aldis-mypy]\nstrict_names = false\n")) == Config()


@pytest.mark.parametrize(
    ("name", "section"), [("mypy.ini", "[aldis-mypy]"), ("pyproject.toml", "[tool.aldis-mypy]")]
)
def test_every_fault_is_told_with_what_is_known(name: str, section: str, tmp_path: Path) -> None:
    text = f'{section}\nstrict_name = true\nstrict_names = "maybe"\n'
    path = config(tmp_path, text.replace('"', "") if name == "mypy.ini" else text, name)
    known = "disallow_untyped_signals, strict_names"
    with pytest.raises(CompileError) as caught:
        read_config(path)
    unknown, impossible = caught.value.messages
    assert unknown == f'{path}: {section}: unknown option "strict_name"; the options are: {known}'
    assert impossible == (f'{path}: {section}: "strict_names" must be true or false, not "maybe"')


def test_mypy_ends_with_the_fault(tmp_path: Path) -> None:
    (tmp_path / "mypy.ini").write_text(
        "[mypy]\nplugins = aldis.mypy\n[aldis-mypy]\nstrict_name = true\n", encoding="utf-8"
    )
    write(tmp_path, app="x: int = ''\n")
    said = mypy(tmp_path, "app.py")
    assert 'mypy.ini: [aldis-mypy]: unknown option "strict_name"; the options are: ' in said
    assert "app.py" not in said

"""The cache depends on every file of the plugin, and on its options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mypy.options import Options
from mypy.plugin import ReportConfigContext

import aldis.mypy as entry
from aldis.mypy._fingerprint import fingerprint

if TYPE_CHECKING:
    from mypy.plugin import Plugin

MODULES = sorted(path.name for path in Path(entry.__file__).parent.glob("*.py"))
ASKED = ReportConfigContext("app", "app.py", is_check=False)


def made(config: Path | None = None) -> Plugin:
    options = Options()
    options.config_file = None if config is None else str(config)
    return entry.plugin("1.13.0")(options)


@pytest.mark.parametrize("module", MODULES)
def test_an_edit_in_any_module_of_the_plugin_changes_it(module: str, tmp_path: Path) -> None:
    for name in MODULES:
        content = (Path(entry.__file__).parent / name).read_bytes()
        (tmp_path / name).write_bytes(content)
    before = fingerprint(tmp_path)
    assert before == fingerprint()
    with (tmp_path / module).open("ab") as file:
        file.write(b"\n")
    assert fingerprint(tmp_path) != before


def test_a_module_more_or_another_name_changes_it(tmp_path: Path) -> None:
    seen = {fingerprint(tmp_path)}
    (tmp_path / "one.py").write_text("x", encoding="utf-8")
    seen.add(fingerprint(tmp_path))
    (tmp_path / "one.py").rename(tmp_path / "two.py")
    seen.add(fingerprint(tmp_path))
    assert len(seen) == 3


def test_mypy_is_told_the_fingerprint_and_the_options(tmp_path: Path) -> None:
    ini = tmp_path / "mypy.ini"
    ini.write_text("[aldis-mypy]\nstrict_names = true\n", encoding="utf-8")
    told = made().report_config_data(ASKED)
    assert told["plugin"] == entry.__version__ == fingerprint()
    assert made(ini).report_config_data(ASKED) == told | {"strict_names": True}

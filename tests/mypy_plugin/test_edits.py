"""After any edit of any module, a warm run and a daemon say what a clean run says.

A small package of modules is edited at random. What is edited is what the plugin looks at, beyond
types: declarations, receivers, classes that keep their objects, names, modules that come and go.
"""

from __future__ import annotations

import random
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from mypy_plugin.running import INI, mypy, write
from mypy_plugin.test_incremental import daemon

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SPACES = """\
from aldis import AsyncSignal, Namespace, Signal
class App: ...
ns = Namespace()
{above}
@{by}
def created(sender: App, /, *, user: {user}) -> {result}: ...
{other}
"""
RECEIVERS = """\
from {of} import App, created, ns
{keeping}
def welcome(sender: App, *, user: {user}) -> {result}: raise ValueError
created.connect(welcome)
class Callable:
    def __call__(self, sender: App, *, user: {user}) -> {result}: raise ValueError
class Handler:
    def __init__(self) -> None: {making}
    def on(self, sender: App, **_: object) -> {result}: raise ValueError
created.connect(Handler().on)
"""
BETWEEN = "from spaces import App, created, ns\n__all__ = ['App', 'created', 'ns']\n{above}\n"
USES = """\
from {of} import App, created, ns
import receivers
def hear(sender: App, *, user: int) -> bool: raise ValueError
{above}
created.connect(hear)
created.connect(receivers.Callable())
created.connect(receivers.Handler().on)
created.connect(receivers.welcome)
ns["created"].connect(hear)
ns["other"].connect(hear)
if created.send(App(), user=1):
    pass
def inside() -> None:
    def local(sender: App, **_: object) -> bool: return True
    created.connect(local)
    ns.signal("created").connect(hear)
    assert ns["created"].send(App(), user=1)
"""
CHOICES = {
    "by": ["ns.signal", "Signal"],
    "user": ["int", "str", "bytes"],
    "result": ["bool", "None"],
    "other": ["", "def other(sender: App, /) -> int: ...\nns.signal(other)", "x = 1"],
    "above": ["", "# a line more", "y = 2"],
    "making": ["self.x = 1", "kept.append(self)"],
    "keeping": ["kept: list[object] = []", "kept: list[object] = []  # of all"],
    "of": ["spaces", "between"],
}
MODULES = {
    "spaces": SPACES,
    "between": BETWEEN,
    "receivers": RECEIVERS,
    "one": USES,
    "two": USES.replace("if created.send", "while created.send"),
}
EDITS = 12
OPTIONS = "[aldis-mypy]\nstrict_names = true\n"
SETTINGS = INI.replace("follow_imports = silent\n", "") + OPTIONS


class Package:
    """Modules that are made of choices."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder = folder
        self._chance = chance
        self._chosen = {
            module: {name: values[0] for name, values in CHOICES.items()} for module in MODULES
        }
        self._size = 2_000
        for module in MODULES:
            self._write(module)

    def edit(self) -> str:
        """Change one thing, or delete a module, or bring it back."""
        module = self._chance.choice(list(MODULES))
        file = self._folder / f"{module}.py"
        if module in {"two", "receivers"} and file.exists() and self._chance.random() < 0.2:
            file.unlink()
            return f"{module} is deleted"
        used = re.findall(r"{(\w+)}", MODULES[module])
        name = self._chance.choice(used)
        value = self._chance.choice(CHOICES[name])
        self._chosen[module][name] = value
        self._write(module)
        return f"{module}: {name} = {value!r}"

    def _write(self, module: str) -> None:
        # mypy's cache compares sizes, and whole seconds: each file is longer than all before
        self._size += 1
        text = MODULES[module].format(**self._chosen[module])
        write(self._folder, **{module: text + "#" * (self._size - len(text)) + "\n"})


def said_by_plugin(said: str) -> list[str]:
    lines = said.replace(": note: ", ": error: ").splitlines()
    return sorted(line for line in lines if "[aldis-" in line or "is declared" in line)


@pytest.mark.parametrize("seed", [0, 1, 16])
def test_a_clean_run_a_warm_one_and_a_daemon_say_the_same(
    seed: int, cache_for: Callable[[str], Path], tmp_path: Path
) -> None:
    chance = random.Random(seed)
    (tmp_path / "mypy.ini").write_text(SETTINGS, encoding="utf-8")
    package = Package(tmp_path, chance)
    library = cache_for(SETTINGS)
    shutil.copytree(library, tmp_path / "warm")
    ask_daemon = daemon(tmp_path)
    edits = list[str]()
    for _ in range(EDITS):
        warm = said_by_plugin(mypy(tmp_path, "--cache-dir=warm", "."))
        shutil.rmtree(tmp_path / "fresh", ignore_errors=True)
        shutil.copytree(library, tmp_path / "fresh")
        clean = said_by_plugin(mypy(tmp_path, "--cache-dir=fresh", "."))
        assert warm == clean, edits
        assert said_by_plugin(ask_daemon()) == clean, edits
        edits.append(package.edit())

"""The page about the command shows what it prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from draw_pictures import PICTURES, bars, digest_in, digest_of, dot_of_the_shop, outline
from rich.text import Text

from cli.workplace import Workplace

PAGE = (Path(__file__).parents[2] / "docs" / "command.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
(SHOP,) = [text for language, text in BLOCKS if language == "python"]
COMMANDS = [
    (found[1], found[2])
    for language, text in BLOCKS
    if language == "console"
    for found in re.finditer(r"^\$ aldis (.*)\n((?:(?!\$ ).*\n)*)", text, flags=re.MULTILINE)
    # whose own guide shows it: tests/migrate/test_guide.py; of another module: test_relay.py
    if not found[1].startswith(("migrate", "relay"))
]
TIME = re.compile(r" +[\d.]+ (µs|ms|s)\b")


def plain(text: str) -> list[str]:
    """Return lines without colours and times, nor the room that columns make for these."""
    lines = [Text.from_ansi(line).plain.rstrip() for line in text.splitlines()]
    return [re.sub(" {2,}", "  ", TIME.sub("  T", line)) for line in lines]


def test_the_page_shows_each_command() -> None:
    shown = {command.split()[0] for command, _ in COMMANDS}
    assert shown == {"list", "graph", "trace", "record"}


@pytest.mark.parametrize(("command", "shown"), COMMANDS)
def test_a_command_prints_what_the_page_shows(
    here: Workplace, monkeypatch: pytest.MonkeyPatch, command: str, shown: str
) -> None:
    here.write(shop=SHOP)
    command, _, filtered = command.partition(" | grep ")
    if not filtered and command.startswith("list"):
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "100")
    ran = subprocess.run(
        [sys.executable, "-m", "aldis", *command.split()],
        cwd=here.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        encoding="utf-8",
    )
    lines = [line for line in ran.stdout.splitlines() if filtered in line]
    # the program's own output is in its buffer until the end, where that is not a terminal
    printed = [line for line in lines if not line.startswith("mail to")]
    expected = [line for line in shown.splitlines() if not line.startswith("mail to")]
    assert plain("\n".join(printed)) == plain("\n".join(expected))
    assert ran.returncode == (2 if shown.startswith("aldis: ") else 0)


def test_the_picture_of_the_graph_shows_what_the_command_draws(tmp_path: Path) -> None:
    picture = (PICTURES / "shop-graph.svg").read_text(encoding="utf-8")
    assert digest_in(picture) == digest_of(dot_of_the_shop(tmp_path))


def test_the_picture_of_the_trace_shows_the_sends_and_receivers_of_the_page(tmp_path: Path) -> None:
    picture = (PICTURES / "shop-trace.svg").read_text(encoding="utf-8")
    shown = outline(bars(tmp_path))
    assert digest_in(picture) == digest_of(shown)
    assert shown.count("failed") == 2

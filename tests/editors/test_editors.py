"""What language servers do with signals while somebody types, in a typed application.

Each server is started once, and looked at in every place; `editor_expectations` says what is to be
seen, and docs/editors.md is made of what was.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import pytest

pytest.importorskip("pygls", reason="the editor of these tests is made of pygls")

from editor_expectations import DEVIATIONS, deviation
from editor_page import BEGIN, END, PAGE, UNEXPLAINED, made_part, tables, with_tables
from editor_scenes import APPLICATION, SCENES, Ability, Scene
from editor_servers import SERVERS, Server
from editor_sights import Observation, observe_all

INSTALLED = [server for server in SERVERS if not server.missing]
REMAKE = "write the page anew: python tests/editors/editor_page.py"

for_each_server = pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)


@pytest.fixture(scope="session")
def seen() -> Mapping[str, Observation]:
    """What was seen of each installed server; each is started once for all tests."""
    return observe_all(INSTALLED)


def _observation(server: Server, seen: Mapping[str, Observation]) -> Observation:
    if server.name not in seen:
        pytest.skip(f"{server.name} is not installed beside this interpreter")
    return seen[server.name]


@for_each_server
@pytest.mark.parametrize(
    ("scene", "ability"),
    [
        pytest.param(scene, ability, id=f"{scene.kind}-{ability.name}".replace(" ", "_"))
        for scene in SCENES
        for ability in scene.abilities
    ],
)
def test_a_server_does_what_is_written_down_and_nothing_less_or_more(
    server: Server, scene: Scene, ability: Ability, seen: Mapping[str, Observation]
) -> None:
    words = _observation(server, seen).sights[scene.kind, ability]
    known = deviation(server.name, scene.kind, ability)
    expected = known.does if known is not None else ""
    told = (
        f"{server.name} {server.version}, {scene.kind}: {ability.value}\n"
        f"  expected: {expected or 'yes'}\n"
        f"  seen:     {words or 'yes'}\n"
    )
    if not words:
        told += "It got better: take it out of DEVIATIONS in editor_expectations.py; then "
    else:
        told += "Find out why, say so in DEVIATIONS in editor_expectations.py; then "
    assert words == expected, told + REMAKE


@for_each_server
def test_every_server_ends_when_it_is_told_to(
    server: Server, seen: Mapping[str, Observation]
) -> None:
    assert _observation(server, seen).exit_code == 0


@for_each_server
def test_a_deviation_is_named_once_and_says_why(server: Server) -> None:
    places = [place for known in DEVIATIONS[server.name] for place in known.places()]
    assert len(places) == len(set(places))
    asked = {(scene.kind, ability) for scene in SCENES for ability in scene.abilities}
    assert set(places) <= asked
    assert all(known.does and known.why for known in DEVIATIONS[server.name])


def test_the_page_tells_what_was_seen(seen: Mapping[str, Observation]) -> None:
    if len(seen) < len(SERVERS):
        pytest.skip("the page is about all servers, and not all are installed")
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page, tables(seen)) == page, REMAKE
    assert UNEXPLAINED not in page


def test_a_page_without_its_marks_is_refused() -> None:
    assert made_part(with_tables(f"before\n{BEGIN}old{END}after", "new")) == "\nnew\n"
    with pytest.raises(ValueError, match="lacks its marks"):
        with_tables("before\nafter", "new")


def test_the_application_runs_and_its_signals_are_heard() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "open_shop.py"],
        cwd=APPLICATION,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr
    assert "welcome to aldis ada" in ran.stdout
    assert "mail ok" in ran.stdout


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.kind)
def test_what_is_typed_again_is_in_the_application(scene: Scene) -> None:
    assert scene.source.count(scene.line) == 1
    assert scene.declared_line > 0
    if scene.is_signal:
        assert scene.broken != scene.source

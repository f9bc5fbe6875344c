"""The site: it is built without a warning, and has all that is public."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from html import unescape
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import landing
import pytest

from aldis import exceptions
from pages.blocks import DOCS, PAGES, ROOT
from test_surface import MODULES


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    ran = subprocess.run(
        [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", DOCS, folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "")
    return folder


@pytest.fixture(scope="module")
def inventory(site: Path) -> dict[str, str]:
    """Return what the reference describes, with its kind."""
    packed = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    lines = zlib.decompress(packed).decode().splitlines()
    return {line.split()[0]: line.split()[1] for line in lines if " py:" in line}


def test_every_page_is_built(site: Path) -> None:
    for page in PAGES:
        if DOCS in page.parents:
            assert (site / page.relative_to(DOCS).with_suffix(".html")).is_file()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_name_is_in_the_reference(
    module: ModuleType, inventory: dict[str, str]
) -> None:
    names = {f"{module.__name__}.{name}" for name in module.__all__}
    assert names - set(inventory) == set()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("aldis.Signal.send", "py:method"),
        ("aldis.Signal.connect", "py:method"),
        ("aldis.Signal.method", "py:method"),
        ("aldis.AsyncSignal.gather", "py:method"),
        ("aldis.BoundSignal.send", "py:method"),
        ("aldis.Signal.receivers", "py:property"),
        ("aldis.Signal.receiver_connected", "py:attribute"),
        ("aldis.pytest_plugin.SignalsFixture.capture", "py:method"),
    ],
)
def test_methods_that_only_type_checkers_see_are_in_the_reference(
    name: str, kind: str, inventory: dict[str, str]
) -> None:
    assert inventory[name] == kind


def test_the_reference_shows_the_typed_signature_of_send(site: Path) -> None:
    html = (site / "reference" / "aldis.html").read_text(encoding="utf-8")
    heading = html.partition('id="aldis.Signal.send">')[2].partition("<a class=")[0]
    text = re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", heading)))
    assert text == "send(sender:S,/,*args:P.args,**kwargs:P.kwargs,)→list[tuple[Receiver,R]]"


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("aldis.Signal.method", ["Parameters", "Returns", "Raises"]),
        ("aldis.AsyncSignal.method", ["Parameters", "Returns", "Raises"]),
        ("aldis.AsyncSignal.connect", ["Parameters", "Returns", "Raises"]),
        ("aldis.AsyncSignal.connect_via", ["Parameters", "Returns"]),
        ("aldis.AsyncBoundSignal.connect", ["Parameters", "Returns", "Raises"]),
        ("aldis.AsyncBoundSignal.connect_via", ["Parameters", "Returns"]),
        ("aldis.Signal.disconnect", ["Parameters", "Returns"]),
        ("aldis.observe", ["Parameters", "Returns", "Raises"]),
    ],
)
def test_the_reference_shows_all_sections_of_a_docstring(
    site: Path, name: str, titles: list[str]
) -> None:
    html = (site / "reference" / "aldis.html").read_text(encoding="utf-8")
    # the other overloads of a method have no id
    described = html.partition(f'id="{name}">')[2].partition('<dt class="sig sig-object py" id')[0]
    for title in titles:
        assert f">{title}<" in described


@pytest.mark.parametrize("name", exceptions.__all__)
def test_the_name_in_a_traceback_leads_to_the_page_of_the_error(site: Path, name: str) -> None:
    module, _, anchor = exceptions._anchor_of(getattr(exceptions, name)).partition("#")
    place = site / "reference" / f"{module.removeprefix('aldis.')}.html"
    row = (
        place.read_text(encoding="utf-8").partition(f'<span id="{anchor}">')[2].partition("<tr")[0]
    )
    assert f'href="errors/{anchor}.html"' in row
    page = (site / "reference" / "errors" / f"{anchor}.html").read_text(encoding="utf-8")
    assert f"<h1>{name}<" in page
    assert re.search(rf'id="aldis\.(exceptions\.)?{name}"', page)
    for heading in ("When it is raised", "What to do"):
        assert f"<h2>{heading}<" in page


def test_the_codes_of_the_plugin_are_headings(site: Path) -> None:
    page = (site / "mypy.html").read_text(encoding="utf-8")
    for code in ("receiver", "weak", "name", "send", "untyped"):
        assert f'<section id="aldis-{code}">' in page


SIGNATURE = re.compile(r'<dt class="sig sig-object py"(?: id="([^"]+)")?>(.*?)</dt>', re.DOTALL)


def test_signatures_are_as_a_person_writes_them(site: Path) -> None:
    seen = 0
    for page in (site / "reference").rglob("*.html"):
        for name, html in SIGNATURE.findall(page.read_text(encoding="utf-8")):
            text = unescape(re.sub(r"<[^>]+>", "", html))
            assert name, f"overload: {text}"
            for noise in (
                "~",
                "aldis._",
                "Concatenate",
                "SenderT",
                "ResultT",
                "<required>",
                "Final",
            ):
                assert noise not in text, name
            assert len(text) < 400, name
            seen += 1
    assert seen > 200


def test_the_menu_has_five_groups_of_tasks(site: Path) -> None:
    page = (site / "tutorial.html").read_text(encoding="utf-8")
    assert page.count('<p class="caption" role="heading">') == 5
    assert 5 < page.count('<li class="toctree-l1') <= 12


def test_every_page_has_the_version_and_a_link_to_the_repository_if_there_is_one(
    site: Path,
) -> None:
    page = (site / "tutorial.html").read_text(encoding="utf-8")
    assert f'<span class="sidebar-brand-text">aldis {version("aldis")}</span>' in page
    address = landing.repository()
    assert ('class="sidebar-repository"' in page) == (address is not None)
    assert address is None or f'href="{address}"' in page


def test_the_changelog_is_a_page(site: Path) -> None:
    page = (site / "changelog.html").read_text(encoding="utf-8")
    assert ">Unreleased<" in page
    assert "changelog.html" in (site / "reference" / "index.html").read_text(encoding="utf-8")


def test_the_landing_page_is_the_readme(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for heading in re.findall(
        r"^## (\w[\w ]+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE
    ):
        assert f"<h2>{heading}<" in page
    assert 'href="tutorial.html"' in page


def test_the_benchmarks_say_what_is_better_and_name_no_targets(site: Path) -> None:
    page = (site / "benchmarks.html").read_text(encoding="utf-8")
    assert "ower is better" in page
    assert "missed" not in page
    assert "target" not in re.sub(r"<[^>]+>", "", page.partition("<article")[2])


def test_the_plots_are_shown(site: Path) -> None:
    for plot in (DOCS / "plots").glob("*.svg"):
        assert (site / "_images" / plot.name).is_file()
        assert f"_images/{plot.name}" in (site / "benchmarks.html").read_text(encoding="utf-8")


def test_the_site_asks_nothing_of_other_hosts(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not [line for line in text.splitlines() if "<script" in line and "://" in line]
        assert not [line for line in text.splitlines() if "<link" in line and "://" in line]


def test_the_documentation_says_how_it_is_built() -> None:
    assert "sphinx -n -W" in (ROOT / "Makefile").read_text(encoding="utf-8")

"""Pelican on the adapter: it builds the same site and notifies plugins as on blinker.

Pelican makes blinker call receivers in the order of connection, so that order is compared here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import ADAPTER, PROGRAMS, Pair, Report, needs, reported, run

pytestmark = needs("pelican", "blinker")

_CONTENT = {
    "notes.unread": "nothing that Pelican reads",
    "departure.rst": (
        "Departure\n#########\n\n:date: 2020-02-01 10:00\n:tags: harbour, sea\n"
        ":category: voyages\n:slug: departure\n\nWe left.\n"
    ),
    "storm.rst": (
        "Storm\n#####\n\n:date: 2020-02-02 10:00\n:tags: sea\n:category: voyages\n"
        ":slug: storm\n\nIt blew. See `the start <{filename}/departure.rst>`_.\n"
    ),
    "arrival.rst": (
        "Arrival\n#######\n\n:date: 2020-02-03 10:00\n:category: ports\n:slug: arrival\n\n"
        "We came.\n"
    ),
    "arrival-de.rst": (
        "Ankunft\n#######\n\n:date: 2020-02-03 10:00\n:category: ports\n:slug: arrival\n"
        ":lang: de\n\nWir kamen.\n"
    ),
    "rumour.rst": (
        "Rumour\n######\n\n:date: 2020-02-04 10:00\n:status: draft\n:slug: rumour\n\nThey say.\n"
    ),
    "pages/crew.rst": "Crew\n####\n\n:slug: crew\n\nAda and Ben.\n",
    "pages/chart.html": (
        '<html><head><title>Chart</title><meta name="slug" content="chart" /></head>'
        "<body>Here be dragons.</body></html>"
    ),
    "images/anchor.txt": "no picture",
}


def site_in(folder: Path) -> dict[str, bytes]:
    """Return every file of a site."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("content")
    for name, text in _CONTENT.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sites")


@pytest.fixture(scope="module")
def pair(content: Path, folder: Path) -> Pair:
    def build(name: str, *first: str) -> Report:
        words = ["-m", "pelican", str(content), "-s", str(PROGRAMS / "pelican_settings.py")]
        return reported(run(*first, *words, "-o", folder / name, cwd=folder), ordered=True)

    return Pair(build("real"), build("ours", *ADAPTER))


def test_one_run_is_on_blinker_and_the_other_on_nothing_but_the_adapter(pair: Pair) -> None:
    assert pair.real.signal_class == "blinker.base"
    assert pair.ours.signal_class == "aldis.blinker.base"
    assert pair.ours.blinker_modules == []


def test_a_plugin_hears_on_the_adapter_what_it_hears_on_blinker(pair: Pair) -> None:
    assert pair.ours.told == pair.real.told


def test_every_signal_of_pelican_is_heard(pair: Pair) -> None:
    assert len(pair.ours.signals) >= 25
    assert pair.ours.signals == set(pair.ours.told["signals"])


def test_receivers_are_called_in_the_order_of_connection(pair: Pair) -> None:
    whose = [event["receiver"] for event in pair.ours.events]
    assert whose == ["first", "second", "third"] * (len(whose) // 3)
    assert len(whose) > 200


def test_both_sites_are_the_same_to_the_byte(pair: Pair, folder: Path) -> None:
    assert site_in(folder / "ours") == site_in(folder / "real")


def test_what_receivers_return_and_change_is_in_the_site(pair: Pair, folder: Path) -> None:
    site = site_in(folder / "ours")
    assert {"departure.html", "arrival-de.html", "pages/crew.html", "drafts/rumour.html"} <= set(
        site
    )
    assert {"images/anchor.txt", "feeds/all.atom.xml"} <= set(site)
    assert site["tides.txt"] == b"written with StampingWriter\n"  # a generator and a writer
    assert b"STORM" in site["storm.html"]
    assert site["storm.html"].endswith(b"<!-- stamped -->\n")

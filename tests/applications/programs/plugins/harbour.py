"""A Pelican plugin that hears every signal, adds a page of its own and writes with its writer."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

import blinker
from observing import Notes, described, print_report
from pelican import Pelican, contents, generators, readers, signals, writers

SIGNALS: dict[str, blinker.NamedSignal] = {
    name: signal
    for name, signal in vars(signals).items()
    if isinstance(signal, blinker.NamedSignal)
}
notes = Notes()
kept: list[Callable[..., object]] = []  # blinker holds its receivers weakly


class Tides(generators.Generator):
    """Writes a file that Pelican itself would not."""

    def generate_output(self, writer: writers.Writer) -> None:
        """Write the file."""
        path = Path(self.output_path) / "tides.txt"
        path.write_text(f"written with {type(writer).__name__}\n", encoding="utf-8")


class StampingWriter(writers.Writer):
    """Writes what Pelican writes, with a note at the end of every page."""

    def write_file(self, name: str, *arguments: object, **options: object) -> None:
        """Write a page, and stamp it."""
        super().write_file(name, *arguments, **options)
        path = Path(self.output_path) / name
        if path.suffix == ".html":
            with path.open("a", encoding="utf-8") as page:
                page.write("<!-- stamped -->\n")


def described_here(value: object) -> object:
    """Describe a value; a path relative to the site's folder."""
    if isinstance(value, str) and value.startswith(str(sites[0])):
        return os.path.relpath(value, sites[0])
    if isinstance(value, contents.Content):
        return f"{type(value).__name__} {getattr(value, 'slug', None)}"
    if isinstance(value, list | tuple):
        return [described_here(each) for each in value]
    return described(value)


sites: list[Path] = []


def ear(name: str, whose: str) -> Callable[..., None]:
    """Make a receiver of one signal."""

    def hear(sender: object, **payload: object) -> None:
        told: Mapping[str, object] = {key: described_here(value) for key, value in payload.items()}
        notes.add(name, whose, described_here(sender), told)

    kept.append(hear)
    return hear


def tides(pelican: Pelican) -> type[generators.Generator]:
    """Answer `get_generators`."""
    return Tides


def no_more(pelican: Pelican) -> None:
    """Answer `get_generators` with nothing, as plugins may."""


def stamping(pelican: Pelican) -> type[writers.Writer]:
    """Answer `get_writer`."""
    return StampingWriter


def shout(content: contents.Content) -> None:
    """Change what is written, in the middle of reading it."""
    if isinstance(content, contents.Article):
        content.title = content.title.upper()


def sign(reader: generators.ArticlesGenerator, metadata: dict[str, object]) -> None:
    """Add to the metadata of an article."""
    metadata["signed"] = "by the plugin"


def report(pelican: Pelican) -> None:
    """Print what was heard, once the site is there."""
    print_report({"signals": sorted(SIGNALS), "events": notes.take()})


def register() -> None:
    """Connect everything, as Pelican asks its plugins to."""
    signals.initialized.connect(lambda pelican: sites.append(Path(pelican.output_path)), weak=False)
    for name, signal in SIGNALS.items():
        for whose in ("first", "second", "third"):
            signal.connect(ear(name, whose))
    signals.static_generator_init.connect(ear("static_generator_init", "nobody's"), readers.Readers)
    signals.get_generators.connect(tides)
    signals.get_generators.connect(no_more)
    signals.get_writer.connect(stamping)
    signals.content_object_init.connect(shout)
    signals.article_generator_context.connect(sign)
    signals.finalized.connect(report)

"""The signals of Pelican, by each of the ways to import them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pelican.plugins.signals
from pelican import Pelican, signals
from pelican.contents import Article, Content, Page  # E? only mypy, pyright, basedpyright: it is not marked as typed
from pelican.generators import (  # E? only mypy, pyright, basedpyright: likewise
    ArticlesGenerator,
    Generator,
    PagesGenerator,
    StaticGenerator,
)
from pelican.plugins.signals import initialized
from pelican.readers import Readers  # E? only mypy, pyright, basedpyright: it is not marked as typed
from pelican.writers import Writer  # E? only mypy, pyright, basedpyright: it is not marked as typed


def of_number(sender: int) -> None: ...


# accepted without the stubs: were this line not an error, nothing here would be checked
initialized.connect(of_number)  # E: the sender


def of_anything(sender: object, **payload: object) -> None: ...
def of_sender(sender: object) -> None: ...
def of_pelican(sender: Pelican) -> None: ...
def of_readers(sender: Readers) -> None: ...
def of_generator(sender: Generator) -> None: ...
def of_generators(sender: list[Generator]) -> None: ...
def of_articles(sender: ArticlesGenerator) -> None: ...
def of_pages(sender: PagesGenerator) -> None: ...
def of_files(sender: StaticGenerator) -> None: ...
def of_content(sender: Content) -> None: ...
def with_metadata(sender: Generator, metadata: dict[str, Any]) -> None: ...
def with_article(sender: ArticlesGenerator, content: Article) -> None: ...
def with_page(sender: PagesGenerator, content: Page) -> None: ...
def with_writer(sender: Generator, writer: Writer) -> None: ...
def of_path(sender: str, context: dict[str, Any], **extra: object) -> None: ...
def of_context(sender: dict[str, Any], feed: object) -> None: ...


# --- what none of its classes is needed for

initialized.connect(of_pelican)
initialized.connect(of_anything)
initialized.connect(of_path)  # E
signals.initialized.connect(of_pelican)
signals.initialized.connect(of_path)  # E
pelican.signals.initialized.connect(of_pelican)
pelican.signals.initialized.connect(of_path)  # E
pelican.plugins.signals.initialized.connect(of_pelican)
pelican.plugins.signals.initialized.connect(of_path)  # E
signals.finalized.connect(of_pelican)
signals.finalized.connect(of_path)  # E
signals.all_generators_finalized.connect(of_generators)
signals.all_generators_finalized.connect(of_pelican)  # E
signals.readers_init.connect(of_readers)
signals.readers_init.connect(with_metadata)  # E
signals.generator_init.connect(of_generator)
signals.generator_init.connect(with_metadata)  # E
signals.article_generator_init.connect(of_articles)
signals.article_generator_init.connect(with_article)  # E
signals.article_generator_pretaxonomy.connect(of_articles)
signals.article_generator_pretaxonomy.connect(with_article)  # E
signals.article_generator_finalized.connect(of_articles)
signals.article_generator_finalized.connect(with_article)  # E
signals.article_generator_preread.connect(of_articles)
signals.article_generator_preread.connect(with_metadata)  # E
signals.article_generator_context.connect(with_metadata)
signals.article_generator_context.connect(of_articles)  # E
signals.article_generator_write_article.connect(with_article)
signals.article_generator_write_article.connect(of_articles)  # E
signals.article_writer_finalized.connect(with_writer)
signals.article_writer_finalized.connect(of_articles)  # E
signals.page_generator_init.connect(of_pages)
signals.page_generator_init.connect(with_page)  # E
signals.page_generator_finalized.connect(of_pages)
signals.page_generator_finalized.connect(with_page)  # E
signals.page_generator_preread.connect(of_pages)
signals.page_generator_preread.connect(with_page)  # E
signals.page_generator_context.connect(with_metadata)
signals.page_generator_context.connect(of_pages)  # E
signals.page_generator_write_page.connect(with_page)
signals.page_generator_write_page.connect(of_pages)  # E
signals.page_writer_finalized.connect(with_writer)
signals.page_writer_finalized.connect(of_pages)  # E
signals.static_generator_init.connect(of_files)
signals.static_generator_init.connect(with_metadata)  # E
signals.static_generator_finalized.connect(of_files)
signals.static_generator_finalized.connect(with_metadata)  # E
signals.static_generator_preread.connect(of_files)
signals.static_generator_preread.connect(with_metadata)  # E
signals.static_generator_context.connect(with_metadata)
signals.static_generator_context.connect(of_files)  # E
signals.content_object_init.connect(of_content)
signals.content_object_init.connect(with_metadata)  # E
signals.content_written.connect(of_path)
signals.content_written.connect(of_sender)  # E
signals.content_written.connect(of_pelican)  # E
signals.feed_generated.connect(of_context)
signals.feed_generated.connect(of_path)  # E
signals.feed_written.connect(of_path)
signals.feed_written.connect(of_context)  # E
signals.initialised  # E: misspelt


# --- what a receiver returns, where Pelican reads it


class Tides(Generator): ...  # E? only mypy: Pelican tells it no types of its own


class Stamping(Writer): ...  # E? only mypy: likewise


def one(sender: Pelican) -> type[Generator]:
    return Tides


def several(sender: Pelican) -> Iterable[type[Generator] | None]:
    return (Tides, None)


def none_at_all(sender: Pelican) -> None: ...
def of_names(sender: Pelican) -> list[str]:
    return ["Tides"]


def a_writer(sender: Pelican) -> type[Writer]:
    return Stamping


def a_name(sender: Pelican) -> str:
    return "Stamping"


signals.get_generators.connect(one)
signals.get_generators.connect(several)
signals.get_generators.connect(none_at_all)
signals.get_generators.connect(of_names)  # E
signals.get_writer.connect(a_writer)
signals.get_writer.connect(none_at_all)
signals.get_writer.connect(a_name)  # E


# --- wrong senders that are classes of Pelican

signals.readers_init.connect(of_number)  # E! not mypy: Pelican tells it no types of its own
signals.article_generator_init.connect(of_pages)  # E! not mypy: likewise
signals.article_generator_write_article.connect(of_number)  # E
signals.page_writer_finalized.connect(with_metadata)  # E
signals.content_object_init.connect(of_articles)  # E! not mypy: likewise

from collections.abc import Callable, Iterable
from typing import Any, Concatenate, TypeVar

from blinker import NamedSignal
from blinker import Signal as Signal
from blinker import signal as signal
from feedgenerator import SyndicationFeed
from typing_extensions import ParamSpec

from pelican import Pelican
from pelican.contents import Article, Content, Page
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator, StaticGenerator
from pelican.readers import Readers
from pelican.writers import Writer

_SenderT = TypeVar("_SenderT")
_P = ParamSpec("_P")
_ResultT = TypeVar("_ResultT")

# Makes a signal of the signature that its receivers must accept; it exists for type checkers only.
def _declare(
    receiver: Callable[Concatenate[_SenderT, _P], _ResultT],
) -> NamedSignal[_SenderT, _P, _ResultT]: ...

# --- the run

@_declare
def initialized(sender: Pelican, /) -> Any: ...

# Pelican reads what is returned: a generator, several, or none.
@_declare
def get_generators(
    sender: Pelican, /
) -> type[Generator] | Iterable[type[Generator] | None] | None: ...
@_declare
def all_generators_finalized(sender: list[Generator], /) -> Any: ...

# Pelican reads what is returned, and takes the first writer.
@_declare
def get_writer(sender: Pelican, /) -> type[Writer] | None: ...
@_declare
def finalized(sender: Pelican, /) -> Any: ...

# --- readers

@_declare
def readers_init(sender: Readers, /) -> Any: ...

# --- generators

@_declare
def generator_init(sender: Generator, /) -> Any: ...
@_declare
def article_generator_init(sender: ArticlesGenerator, /) -> Any: ...
@_declare
def article_generator_pretaxonomy(sender: ArticlesGenerator, /) -> Any: ...
@_declare
def article_generator_finalized(sender: ArticlesGenerator, /) -> Any: ...
@_declare
def article_generator_write_article(sender: ArticlesGenerator, /, *, content: Article) -> Any: ...
@_declare
def article_writer_finalized(sender: ArticlesGenerator, /, *, writer: Writer) -> Any: ...
@_declare
def page_generator_init(sender: PagesGenerator, /) -> Any: ...
@_declare
def page_generator_finalized(sender: PagesGenerator, /) -> Any: ...
@_declare
def page_generator_write_page(sender: PagesGenerator, /, *, content: Page) -> Any: ...
@_declare
def page_writer_finalized(sender: PagesGenerator, /, *, writer: Writer) -> Any: ...
@_declare
def static_generator_init(sender: StaticGenerator, /) -> Any: ...
@_declare
def static_generator_finalized(sender: StaticGenerator, /) -> Any: ...

# --- files

@_declare
def article_generator_preread(sender: ArticlesGenerator, /) -> Any: ...
@_declare
def article_generator_context(
    sender: ArticlesGenerator, /, *, metadata: dict[str, Any]
) -> Any: ...
@_declare
def page_generator_preread(sender: PagesGenerator, /) -> Any: ...
@_declare
def page_generator_context(sender: PagesGenerator, /, *, metadata: dict[str, Any]) -> Any: ...
@_declare
def static_generator_preread(sender: StaticGenerator, /) -> Any: ...
@_declare
def static_generator_context(sender: StaticGenerator, /, *, metadata: dict[str, Any]) -> Any: ...
@_declare
def content_object_init(sender: Content, /) -> Any: ...

# --- writers: the sender is the path of the file, but for `feed_generated`, whose sender is the context

@_declare
def content_written(sender: str, /, *, context: dict[str, Any]) -> Any: ...
@_declare
def feed_generated(sender: dict[str, Any], /, *, feed: SyndicationFeed) -> Any: ...
@_declare
def feed_written(
    sender: str, /, *, context: dict[str, Any], feed: SyndicationFeed
) -> Any: ...

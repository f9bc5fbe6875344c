import argparse
import logging
from collections.abc import Iterable, Sequence
from multiprocessing.queues import Queue
from typing import Any

from pelican.generators import ArticlesGenerator as ArticlesGenerator
from pelican.generators import Generator
from pelican.generators import PagesGenerator as PagesGenerator
from pelican.generators import SourceFileGenerator as SourceFileGenerator
from pelican.generators import StaticGenerator as StaticGenerator
from pelican.generators import TemplatePagesGenerator as TemplatePagesGenerator
from pelican.log import DEFAULT_LOG_HANDLER as DEFAULT_LOG_HANDLER
from pelican.log import console as console
from pelican.log import init as _init_logging
from pelican.plugins import signals as signals
from pelican.plugins._utils import get_plugin_name as get_plugin_name
from pelican.plugins._utils import load_plugins as load_plugins
from pelican.server import ComplexHTTPRequestHandler as ComplexHTTPRequestHandler
from pelican.server import RootedHTTPServer as RootedHTTPServer
from pelican.settings import read_settings as read_settings
from pelican.utils import clean_output_dir as clean_output_dir
from pelican.utils import maybe_pluralize as maybe_pluralize
from pelican.utils import wait_for_changes as wait_for_changes
from pelican.writers import Writer as Writer

__version__: str
DEFAULT_CONFIG_NAME: str
LOG_HANDLERS: dict[str, logging.Handler | None]
logger: logging.Logger
init_logging = _init_logging

# The real module defines this class and these functions beside the names that it gives on, so a
# stub of the module has to describe them.

class Pelican:
    settings: dict[str, Any]
    path: str
    theme: str
    output_path: str
    ignore_files: list[str]
    delete_outputdir: bool
    output_retention: Iterable[str]
    plugins: list[Any]
    def __init__(self, settings: dict[str, Any]) -> None: ...
    def init_path(self) -> None: ...
    def init_plugins(self) -> None: ...
    def run(self) -> None: ...
    def _get_generator_classes(self) -> list[type[Generator]]: ...
    def _get_writer(self) -> Writer: ...

class PrintSettings(argparse.Action):
    # `option_string` has no default there, against the class that it inherits from
    def __call__(  # type: ignore[override]
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None,
    ) -> None: ...

class ParseOverrides(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None: ...

def parse_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace: ...
def get_config(args: argparse.Namespace) -> dict[str, Any]: ...
def get_instance(args: argparse.Namespace) -> tuple[Pelican, dict[str, Any]]: ...
def autoreload(args: argparse.Namespace, excqueue: Queue[str | None] | None = None) -> None: ...
def listen(
    server: str, port: int, output: str, excqueue: Queue[str | None] | None = None
) -> None: ...
def main(argv: Sequence[str] | None = None) -> None: ...

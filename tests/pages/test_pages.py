"""Every block of code in README.md and docs/ runs, or is looked at in the way that fits it."""

from __future__ import annotations

import importlib.util
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.functional import empty
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser

from helpers import MAKES_IMMORTAL
from pages.blocks import DOCS, PAGES, ROOT, blocks_of, name_of


@pytest.fixture
def log() -> Iterator[None]:
    """Leave the logger as it was, which pages quieten."""
    logger = logging.getLogger("aldis")
    level = logger.level
    yield
    logger.setLevel(level)


SHOW_THAT_FUNCTIONS_DIE = {
    "docs/explanation/weak.md",
    "docs/howto/development.md",
    "docs/limits.md",
}


# what a page needs that is not there on every Python that is tested
NEEDED = {
    "docs/howto/celery.md": ["celery"],
    "docs/howto/fastapi.md": ["fastapi", "httpx2"],
    "docs/howto/relay-recipes.md": ["celery", "faststream", "msgspec"],
    "docs/mypy.md": ["msgspec"],
    "docs/relay-guarantees.md": ["msgspec"],
    "docs/relay.md": ["msgspec"],
    "docs/reference/errors/not-portable.md": ["msgspec"],
}


@pytest.fixture
def django() -> Iterator[None]:
    """Close the database of a page, and forget its settings."""
    yield
    if settings.configured:
        for connection in connections.all(initialized_only=True):
            BaseDatabaseWrapper.close(connection)  # its own `close` keeps a database in memory
        settings._wrapped = empty


@pytest.mark.usefixtures("log", "django")
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_python_blocks_of_a_page_run_one_after_another(page: Path) -> None:
    if MAKES_IMMORTAL and name_of(page) in SHOW_THAT_FUNCTIONS_DIE:
        pytest.skip("functions never die here")
    for module in NEEDED.get(name_of(page), ()):
        pytest.importorskip(module)
    document = Sybil([PythonCodeBlockParser()]).parse(page)
    document.namespace["__name__"] = "page"
    examples = list(document.examples())
    assert len(examples) == sum(block.language == "python" for block in blocks_of(page))
    for example in examples:
        example.evaluate()


def languages(page: Path) -> set[str]:
    return {block.language for block in blocks_of(page)}


# the tests of blocks in other languages than Python; they name the page
KINDS: dict[str, set[str]] = {
    # refused by a type checker as shown, or not to be run where tests run
    "py": {
        "README.md",
        "docs/blinker.md",
        "docs/explanation/core.md",
        "docs/explanation/send.md",
        "docs/howto/celery.md",
        "docs/howto/django.md",
        "docs/howto/from-blinker.md",
        "docs/howto/recording.md",
        "docs/howto/relay-redis.md",
        "docs/limits.md",
        "docs/mypy.md",
        "docs/testing.md",
        "docs/tutorial.md",
    },
    # what `aldis migrate` prints: tests/migrate/test_guide.py
    "diff": {"README.md", "docs/howto/from-blinker.md"},
    "text": {
        "docs/howto/from-blinker.md",
        "docs/howto/recording.md",
        "docs/mypy.md",
        "docs/testing.md",
        "docs/tutorial.md",
    },
    "ini": {"docs/mypy.md"},
    "console": {
        "README.md",
        "docs/benchmarks.md",
        "docs/blinker.md",
        "docs/command.md",
        "docs/editors.md",
        "docs/howto/from-blinker.md",
        "docs/howto/recording.md",
        "docs/howto/relay-redis.md",
        "docs/tutorial.md",
    },
    "json": {"docs/howto/recording.md"},
    "rst": {"docs/howto/sphinx.md"},
    "{eval-rst}": {"docs/howto/sphinx.md"}
    | {name_of(page) for page in (DOCS / "reference").rglob("*.md") if page.stem != "index"},
    "{include}": {"docs/changelog.md", "docs/index.md"},
    "{toctree}": {
        "docs/checking.md",
        "docs/comparison.md",
        "docs/explanation/index.md",
        "docs/howto/frameworks.md",
        "docs/howto/index.md",
        "docs/howto/migrate.md",
        "docs/index.md",
        "docs/reference/exceptions.md",
        "docs/reference/index.md",
        "docs/relay.md",
        "docs/seeing.md",
    },
    "{glossary}": {"docs/glossary.md"},
}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_block_is_of_a_language_that_some_test_looks_at(page: Path) -> None:
    for language in languages(page) - {"python"}:
        assert name_of(page) in KINDS[language], f"who looks at {language} in {name_of(page)}?"


def test_no_page_is_named_that_has_no_such_block() -> None:
    for language, names in KINDS.items():
        for name in names:
            assert language in languages(ROOT / name)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_command_of_a_page_is_there(page: Path) -> None:
    """The targets of `make`, `pip install` and `python -m aldis...` exist."""
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    commands = [b.text for b in blocks_of(page) if b.language == "console"]
    written = "\n".join([*commands, *re.findall(r"`([^`\n]+)`", text)])
    for target in re.findall(r"^make ([a-z-]+)", written, re.MULTILINE):
        assert target in targets
    for extras in re.findall(r"^pip install '?(?:\.|aldis)\[([\w,]+)\]", written, re.MULTILINE):
        for extra in extras.split(","):
            assert re.search(rf"^{extra} = \[", pyproject, re.MULTILINE)
    for module in re.findall(r"\bpython -m (aldis[\w.]*)", written):
        assert importlib.util.find_spec(module) is not None


def test_the_menu_has_at_most_a_dozen_entries_in_five_groups() -> None:
    trees = [b.text for b in blocks_of(DOCS / "index.md") if b.language == "{toctree}"]
    entries = [line for tree in trees for line in tree.splitlines() if line[:1] not in {":", ""}]
    assert len(trees) == 5
    assert all(":caption: " in tree for tree in trees)
    assert len(entries) <= 12
    assert "glossary" in entries

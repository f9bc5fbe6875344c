"""Small projects that are built by Sphinx, in a folder of their own."""

from __future__ import annotations

import importlib
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

BRACKETED = re.compile(r" \[[\w.]+\]$")


@dataclass
class Project:
    """A folder with Python modules and pages, and what Sphinx made of it."""

    folder: Path
    modules: list[str] = field(default_factory=list[str])
    warnings: list[str] = field(default_factory=list[str])

    def module(self, name: str, text: str) -> None:
        (self.folder / f"{name}.py").write_text(text, encoding="utf-8")
        self.modules.append(name)

    def build(self, page: str, *, builder: str = "text", **options: object) -> str:
        """Build a page, and return it as plain text, or as HTML."""
        # so that what is imported is this project's
        (self.folder / "index.rst").write_text(page, encoding="utf-8")
        told = io.StringIO()
        output = self.folder / "out" / builder
        settings: dict[str, object] = {
            "extensions": ["sphinx.ext.napoleon", "aldis.sphinx"],
            "autodoc_typehints_format": "short",
            "html_theme": "basic",
            **options,
        }
        with patch_docutils(self.folder), docutils_namespace():
            app = Sphinx(
                self.folder,
                None,
                output,
                self.folder / "out" / "doctrees",
                builder,
                confoverrides=settings,
                status=None,
                warning=told,
                freshenv=True,
            )
            app.build()
        text = re.sub("\x1b\\[[0-9;]*m", "", told.getvalue()).replace(f"{self.folder}/", "")
        self.warnings = [BRACKETED.sub("", line) for line in text.splitlines() if line]
        suffix = {"text": "txt", "html": "html"}[builder]
        return (output / f"index.{suffix}").read_text(encoding="utf-8")

    def described(self, page: str, **options: str) -> str:
        """Build a page with this content below a title, without a warning, and return the rest."""
        text = self.build(f"Page\n====\n\n{page}", **options)
        assert self.warnings == []
        return text.partition("****\n\n")[2].strip()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    from sphinx.pycode import ModuleAnalyzer  # noqa: PLC0415

    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()
    made = Project(tmp_path)
    yield made
    for name in made.modules:
        sys.modules.pop(name, None)
        ModuleAnalyzer.cache.pop(("module", name), None)

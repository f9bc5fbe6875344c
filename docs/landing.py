"""The README as the landing page, whose links lead to pages of the site."""

from __future__ import annotations

import re
from importlib.metadata import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
# of a linked picture, the picture first and then the link around it
LINK = re.compile(r"(?P<text>!?\[(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*\])\((?P<target>[^)\s]+)\)")
# pages that are files in the root of the repository
OTHERS = {"CHANGELOG.md": "changelog.md"}


def repository() -> str | None:
    """Return the address of the repository, if the metadata of aldis has one."""
    for entry in metadata("aldis").get_all("Project-URL") or []:
        label, _, address = entry.partition(", ")
        if label.lower() in {"repository", "source"}:
            return str(address).rstrip("/")
    return None


def turn_links(app: Sphinx, path: Path, page: str, content: list[str]) -> None:
    """Let links of an included file lead to pages, where there are some: `include-read`."""
    content[0] = turned(content[0], repository())


def turned(text: str, address: str | None) -> str:
    """Return the text of a README with the links that it has on the site."""
    return LINK.sub(lambda link: _turned_link(link, address), text)


def _turned_link(link: re.Match[str], address: str | None) -> str:
    path, hash_, anchor = _in_repository(link["target"], address).partition("#")
    text = turned(link["text"], address)  # which may have a picture
    page = OTHERS.get(path, path.removeprefix("docs/") if path.startswith("docs/") else None)
    if page is not None:
        return f"{text}({page}{hash_}{anchor})"
    is_local = path == link["target"].partition("#")[0]
    if is_local and (ROOT / path).is_file():  # a file that is not a page
        return text[1:-1]
    return f"{text}({link['target']})"


def _in_repository(target: str, address: str | None) -> str:
    """Return the path of a link into the repository, and another target as it is."""
    if address is None or "://" not in target:
        return target
    owner_and_name = re.escape(address.partition("://")[2].partition("/")[2])
    found = re.fullmatch(
        rf"https://[\w.-]+/{owner_and_name}/(?:-/)?(?:(?:blob|raw|tree)/)?[^/]+/(.+)", target
    )
    return found[1] if found else target

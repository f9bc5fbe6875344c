"""A digest of the plugin's files, for the key of mypy's cache."""

from __future__ import annotations

import hashlib
from pathlib import Path


def fingerprint(folder: Path = Path(__file__).parent) -> str:
    """Return a digest of every module of the plugin.

    mypy itself only checks the entry module, so edits in other modules would leave caches stale.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()

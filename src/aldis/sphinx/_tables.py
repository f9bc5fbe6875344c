"""Tables of autosummary that show a signal's payload like a function's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sphinx.ext.autosummary import Autosummary, mangle_signature

from aldis.sphinx._finding import FindingError, find
from aldis.sphinx._members import shown_signature

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# the shown name, the signature, the summary, and the full name
_Item: TypeAlias = "tuple[str, str | None, str, str]"
_WIDTH = 50  # of name and signature together, as in Sphinx


class SignalTable(Autosummary):
    """Sphinx's autosummary directive, extended for signals."""

    def get_items(self, names: list[str]) -> list[_Item]:
        """Return the rows of the table."""
        return [self._with_signature(item) for item in super().get_items(names)]

    def _with_signature(self, item: _Item) -> _Item:
        shown, signature, summary, name = item
        if signature != "" or "nosignatures" in self.options:  # no signatures wanted
            return item
        try:
            signal = find(name, None).signal
        except FindingError:
            return item
        text = shown_signature(self.config, signal)
        if self.options.get("signatures") == "short":
            return shown, "(…)", summary, name
        return shown, mangle_signature(text, max(10, _WIDTH - len(shown))), summary, name


def use_tables(app: Sphinx) -> None:
    """Use these tables if autosummary is loaded; for `builder-inited`."""
    if "sphinx.ext.autosummary" in app.extensions:
        app.add_directive("autosummary", SignalTable, override=True)

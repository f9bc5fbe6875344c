"""The README is the landing page: its links lead to pages of the site."""

from __future__ import annotations

import pytest
from landing import turned

ADDRESS = "https://code.example/aldis/aldis"


@pytest.mark.parametrize(
    ("link", "on_the_site"),
    [
        ("[tutorial](docs/tutorial.md)", "[tutorial](tutorial.md)"),
        ("[events](docs/howto/events.md#muting)", "[events](howto/events.md#muting)"),
        (f"[tutorial]({ADDRESS}/blob/v0.1/docs/tutorial.md)", "[tutorial](tutorial.md)"),
        (f"![plot]({ADDRESS}/raw/main/docs/plots/a.svg)", "![plot](plots/a.svg)"),
        ("![plot](https://raw.example/aldis/aldis/v1/docs/plots/a.svg)", "![plot](plots/a.svg)"),
        ("[![plot](docs/plots/a.svg)](docs/plots/a.svg)", "[![plot](plots/a.svg)](plots/a.svg)"),
        ("[changes](CHANGELOG.md)", "[changes](changelog.md)"),
        ("the [licence](LICENSE)", "the licence"),
        (f"[licence]({ADDRESS}/blob/v0.1/LICENSE)", f"[licence]({ADDRESS}/blob/v0.1/LICENSE)"),
        ("[another](https://other.example/a/docs/b.md)",) * 2,
        ("[below](#events)",) * 2,
    ],
)
def test_a_link_of_the_readme_leads_to_the_page(link: str, on_the_site: str) -> None:
    assert turned(f"See {link}.", ADDRESS) == f"See {on_the_site}."


def test_links_within_the_repository_need_no_address() -> None:
    assert turned("[tutorial](docs/tutorial.md)", None) == "[tutorial](tutorial.md)"

"""Look at the built site in a headless Chromium: `make check-site`.

On every page nothing is on the console, no text is wider than a phone, and each block of code has a
button, which copies it without prompts; the search finds `Signal.send`; plots have the colours of
the theme, text that can be read on a phone, and a link to their files. With `--screenshots FOLDER`
it keeps pictures of the pages.
"""

from __future__ import annotations

import argparse
import http.server
import shutil
import sys
import threading
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

PHONE, DESKTOP = (390, 844), (1280, 900)
SEARCHED = "Signal.send"
SMALLEST = 10  # pixels of a plot's text, which is 12 where the plot is as wide as it is drawn
# what Sphinx makes for itself, and nobody reads on a phone
GENERATED = {"genindex.html", "py-modindex.html", "search.html"}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name
        """Say nothing of requests."""


@contextmanager
def served(site: Path) -> Generator[str]:
    """Serve a folder to this machine alone, since search reads a file that `file://` hides."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def browser() -> Generator[webdriver.Chrome]:
    """Start Debian's Chromium without a window."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        sys.exit(
            "check-site: needs Debian's packages chromium and chromium-driver; install them by"
            " `apt-get install chromium chromium-driver`"
        )
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        yield started
    finally:
        started.quit()


class Visit:
    """One look at the site."""

    def __init__(self, chrome: webdriver.Chrome, address: str, screenshots: Path | None) -> None:
        self._chrome: Any = chrome  # whose methods are half typed
        self._address = address
        self._screenshots = screenshots

    def show(self, page: str, size: tuple[int, int]) -> None:
        """Open a page in a window of this size, as a device of this size would."""
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1}
        mobile = {"mobile": size == PHONE}
        self._run("Emulation.setDeviceMetricsOverride", metrics | mobile)
        self._chrome.get(f"{self._address}/{page}")

    def complaints(self, page: str) -> Iterator[str]:
        """Give what is wrong with a page."""
        for size in (DESKTOP, PHONE):
            self.show(page, size)
            kind = "phone" if size == PHONE else "desktop"
            yield from (f"{page}, {kind}: {said}" for said in self.console())
            yield from (f"{page}, {kind}: {said}" for said in self._not_copied())
            if page not in GENERATED:
                width = self._evaluate("return document.documentElement.scrollWidth")
                wide = self._evaluate(_WIDE, size[0])
                if width > size[0] or wide:
                    shown = ", ".join(wide) or f"the page, {width} pixels"
                    yield f"{page}, {kind}: wider than {size[0]} pixels: {shown}"
            if size == DESKTOP:
                cut = self._evaluate(_CUT_OFF)
                yield from (f"{page}, {kind}: a graph is cut off: {source}" for source in cut)
            self.keep(f"{page.removesuffix('.html').replace('/', '-')}-{kind}.png")

    def searched(self) -> Iterator[str]:
        """Search, and give what is wrong with what is found."""
        self.show(f"search.html?q={SEARCHED}", DESKTOP)
        results = WebDriverWait(self._chrome, 30).until(
            lambda chrome: (
                "found" in chrome.find_element(By.CSS_SELECTOR, "#search-results p").text
                and chrome.find_elements(By.CSS_SELECTOR, "#search-results li > a")
            )
        )
        found = [str(result.get_attribute("href")) for result in results]
        place = "/reference/aldis.html#aldis.Signal.send"
        if not any(link.endswith(place) for link in found):
            yield f"search for {SEARCHED}: no {place} in {found[:10]}"
        yield from (f"search: {said}" for said in self.console())
        self.keep("search-desktop.png")

    def plots(self, page: str) -> Iterator[str]:
        """Give what is wrong with the plots of a page, in each theme."""
        self.show(page, PHONE)
        for theme in ("light", "dark"):
            wrong = self._evaluate(_PLOTS, theme, SMALLEST)
            yield from (f"{page}, {theme}: {each}" for each in wrong)
            self.keep(f"plots-{theme}.png")

    def copies(self, page: str) -> Iterator[str]:
        """Copy blocks with prompts, and give what is wrong with the copies."""
        self.show(page, DESKTOP)
        self._not_copied()
        buttons = self._evaluate(_LISTEN)
        for button in buttons:
            self._evaluate(
                "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", button
            )
            self._chrome.execute_script("arguments[0].style.opacity = 1", button)
            button.click()
        copied = self._evaluate("return window.copied")
        if not buttons or len(copied) != len(buttons):
            yield f"{page}: {len(buttons)} buttons copied {len(copied)} blocks"
        lines = [line for text in copied for line in text.splitlines()]
        yield from (f"{page}: a copy has {line!r}" for line in lines if line[:2] in {">>", "$ "})

    def _not_copied(self) -> list[str]:
        """Return the blocks that have no button after a while."""
        with suppress(TimeoutException):
            WebDriverWait(self._chrome, 5).until(lambda _: not self._evaluate(_NOT_COPIED))
        return cast("list[str]", self._evaluate(_NOT_COPIED))

    def console(self) -> list[str]:
        """Return what is on the console since the last time."""
        entries = cast("list[dict[str, Any]]", self._chrome.get_log("browser"))
        return [f"{entry['level']}: {entry['message']}" for entry in entries]

    def keep(self, name: str) -> None:
        """Keep a picture of what is shown, if pictures are wanted."""
        if self._screenshots is not None:
            self._chrome.save_screenshot(str(self._screenshots / name))

    def _run(self, command: str, arguments: dict[str, Any]) -> None:
        self._chrome.execute_cdp_cmd(command, arguments)

    def _evaluate(self, script: str, *arguments: object) -> Any:
        return self._chrome.execute_script(script, *arguments)


# the innermost elements of the text that stick out, other than tables and code, which scroll: the
# theme lets the text itself scroll, too, so that no page is wider, and yet it may be unreadable
_WIDE = """
return [...document.querySelectorAll("article *")].filter(element =>
  element.getBoundingClientRect().right > arguments[0] + 1
  && getComputedStyle(element).visibility !== "hidden"
  && !element.closest(".table-wrapper, pre, p:has(img.wide)")
).slice(-2).map(e => `${e.tagName.toLowerCase()} "${e.textContent.trim().slice(0, 40)}"`);
"""


# on a phone, a graph scrolls in its box
_CUT_OFF = """
return [...document.querySelectorAll("p:has(img.wide)")]
  .filter(box => box.scrollWidth > box.clientWidth + 1)
  .map(box => box.querySelector("img").src);
"""


_PLOTS = """
document.body.dataset.theme = arguments[0];
const plots = [...document.querySelectorAll('img[src*="_images/"][src$=".svg"]')];
return plots.flatMap(plot => [
  [getComputedStyle(plot).colorScheme === arguments[0], "has the colours of another theme"],
  [plot.clientWidth / 390 * 12 >= arguments[1], "has text that is too small"],
  [plot.parentElement.href === plot.src, "is not a link to its file"],
].filter(([holds]) => !holds).map(([_, wrong]) => `${plot.src} ${wrong}`))
.concat(plots.length ? [] : ["there are no plots"]);
"""

# the blocks without a button to copy them; buttons come when the page has been loaded
_NOT_COPIED = """
return [...document.querySelectorAll("div.highlight pre")].filter(block =>
  !block.parentElement.querySelector("button.copybtn")
).map(block => `no copy button: ${block.textContent.slice(0, 40)}`);
"""

# remember what is copied, and give the buttons of blocks with prompts
_LISTEN = """
window.copied = [];
document.addEventListener("copy", event => window.copied.push(event.target.value));
return [...document.querySelectorAll("button.copybtn")].filter(button =>
  /^(>>> |[$] )/.test(button.parentElement.querySelector("pre").textContent)
).slice(0, 3);
"""


def main() -> None:
    """Look at all pages, and fail with a list of what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("--screenshots", type=Path)
    arguments = parser.parse_args()
    site: Path = arguments.site
    screenshots: Path | None = arguments.screenshots
    if screenshots is not None:
        screenshots.mkdir(parents=True, exist_ok=True)
    pages = sorted(str(page.relative_to(site)) for page in site.rglob("*.html"))
    if not pages:
        sys.exit(f"check-site: no pages in {site}; `make docs` builds them")
    with served(site) as address, browser() as chrome:
        visit = Visit(chrome, address, screenshots)
        complaints = [wrong for page in pages for wrong in visit.complaints(page)]
        complaints += [*visit.searched(), *visit.plots("benchmarks.html")]
        for page in ("command.html", "reference/aldis.html"):
            complaints += visit.copies(page)
    for complaint in complaints:
        print(complaint)
    if complaints:
        sys.exit(f"check-site: {len(complaints)} faults on {len(pages)} pages")
    print(f"check-site: {len(pages)} pages, nothing on the console, none wider than a phone,")
    print("check-site: each block of code can be copied without prompts,")
    print(f"check-site: the search finds {SEARCHED}, and plots follow the theme")


if __name__ == "__main__":
    main()

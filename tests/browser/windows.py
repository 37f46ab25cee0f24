"""Two windows that stay open for all tests, since opening one takes longer than most tests do.

A test borrows the page of one. Afterwards its storage is cleared; the page's content is reset
by the function with which the next test opens it.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from conftest import watch
from measures import DESKTOP, PHONE
from playwright.sync_api import Browser, Page

DAY = "2026-11-22"
MORNING = f"{DAY}T10:00:01"


# An open session would write itself down when its page is left.
CLEAR = """async () => {
  for (const open of document.querySelectorAll("dialog[open]")) {
    const closed = new Promise(done => open.addEventListener("close", done));
    open.close();
    await closed;
  }
  document.documentElement.style.fontSize = "";
  if (location.protocol === "about:") return;
  localStorage.clear();
  sessionStorage.clear();
}"""


class Window:
    """A page in a context of its own, and what went wrong in it."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url = url
        self.size = options["viewport"]
        self.context = browser.new_context(reduced_motion="reduce", service_workers="block", **options)
        self.faults = watch(self.context, url)
        self.page = self.context.new_page()

    def lend(self) -> Iterator[Page]:
        """Lend the page to one test, which fails if anything went wrong in the page."""
        page = self.page
        yield page
        for other in self.context.pages[1:]:
            other.close()
        found = self.faults[:]
        self.faults.clear()
        page.unroute_all()
        page.set_viewport_size(self.size)
        page.emulate_media(media="null", color_scheme="light")
        page.evaluate(CLEAR)
        assert not found, "\n".join(found)


@cache
def phone(browser: Browser, url: str) -> Window:
    """Return a phone's window, whose clock goes on only when a test lets it."""
    window = Window(browser, url, viewport=PHONE)
    stop_clock(window.page)
    return window


@cache
def desktop(browser: Browser, url: str) -> Window:
    """Return a desktop's window, which may use the clipboard."""
    return Window(browser, url, viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"])


def stop_clock(page: Page) -> None:
    """Give a page a clock that stands still at ten in the morning until a test lets it run."""
    # An hour before: on a slow machine the clock may have run on until it is stopped.
    page.clock.install(time=f"{DAY}T09:00:00")
    page.clock.pause_at(MORNING)
    page.set_default_timeout(15_000)


def discard(page: Page, url: str) -> None:
    """Leave a document that no later test can use, for the shortest one of the site."""
    page.goto(f"{url}js/qr.js")


def open_plan(page: Page, address: str, fragment: str) -> Page:
    """Open a page with the plan of a link; a document that shows the page stays."""
    if page.url.split("#")[0] == address:
        page.evaluate(
            """plan => { history.replaceState(null, "", plan);
                 dispatchEvent(new HashChangeEvent("hashchange"));
                 scrollTo(0, 0); }""",
            f"#{fragment}",
        )
    else:
        page.goto(f"{address}#{fragment}" if fragment else address)
    return page

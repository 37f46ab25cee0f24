"""What a first visit fetches, and that nothing moves while it comes."""

import re
from itertools import product

from measures import DESKTOP, PHONE
from playwright.sync_api import Page

TOOLS = ("release/", "share/", "handout/", "progress/")
PLAN = "#side=left&position=floor&tool=roller&rounds=3&seconds=60&days=3&weeks=6"
SHIFTS = """
  window.shifts_ = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries())
      shifts_.push([entry.value, ...entry.sources.map(({node}) => node?.outerHTML?.slice(0, 60))]);
  }).observe({type: "layout-shift", buffered: true});
"""
# Scripts have run, what they changed is drawn, and the observer has seen it.
SETTLED = """async () => {
  for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
  await new Promise(requestIdleCallback);
  return shifts_;
}"""


def test_a_first_visit_is_one_request_and_nothing_moves(page: Page, url: str, address: str) -> None:
    page.add_init_script(SHIFTS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for screen, plan in product((PHONE, DESKTOP), ("", PLAN) if address in TOOLS else ("",)):
        page.goto("about:blank")
        page.set_viewport_size(screen)
        asked.clear()
        page.goto(url + address + plan)
        moved = page.evaluate(SETTLED)
        # Google's measure calls up to 0.1 good; ours is that nobody sees it.
        assert sum(value for value, *_ in moved) < 0.02, f"{screen['width']} px, {plan}: {moved}"
        first, *others = [found for found in asked if not re.search("images/icon[^/]*$", found)]
        assert first == url + address
        assert bool(others) == (address in TOOLS), others
        assert all(re.search(r"/js/[0-9a-f]{8}/[a-z]+\.js$", found) for found in others)
        # A module waits until the page is parsed.
        assert page.locator("script[src]:not([type=module])").count() == 0
        page.evaluate("sessionStorage.clear()")

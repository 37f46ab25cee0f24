"""A visit to every page, with a search, asks no host but the site's own."""

from conftest import PAGE_NAMES, watch
from measures import open_search
from playwright.sync_api import Browser, Page


def test_a_walk_through_all_pages_asks_no_other_host(page: Page, url: str) -> None:
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    for name in PAGE_NAMES:
        page.goto(url + ("" if name == "index" else f"{name}/"))
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
    open_search(page, "knee pain")
    page.locator(".md-search-result__item a").first.click()
    page.wait_for_load_state("networkidle")
    assert len(asked) > len(PAGE_NAMES)
    assert not [address for address in asked if not address.startswith((url, "blob:", "data:"))]


def test_no_page_sets_a_cookie_or_stores_anything_by_itself(page: Page, url: str) -> None:
    for name in PAGE_NAMES:
        page.goto(url + ("" if name == "index" else f"{name}/"))
    assert page.context.cookies() == []
    stored: list[str] = page.evaluate("Object.keys(localStorage)")
    # The theme notes which colours it shows, also those that nobody chose.
    assert not [key for key in stored if not key.endswith("__palette")]


def test_what_is_typed_into_the_search_stays_on_the_device(page: Page, url: str) -> None:
    page.goto(url)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    open_search(page, "numbness")
    assert not [address for address in asked if "numb" in address]


def test_a_request_to_another_host_and_an_error_are_found(browser: Browser, url: str) -> None:
    context = browser.new_context()
    faults = watch(context, url)
    page = context.new_page()
    page.goto(url)
    assert not faults
    page.evaluate("fetch('https://elsewhere.example/').catch(() => 0)")
    assert faults.pop() == "asked another host: https://elsewhere.example/"
    page.evaluate("fetch('no-such-file.js').then(answer => answer.status)")
    assert faults.pop().startswith("status 404: ")
    page.evaluate("console.error('broken')")
    assert faults.pop() == "console: broken"
    with context.expect_event("weberror"):
        page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    assert "thrown" in faults.pop()
    context.close()

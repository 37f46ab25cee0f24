"""The site works where GitHub Pages puts it, and helps those who come to a wrong address."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from conftest import SUB_PATH
from measures import colour
from playwright.sync_api import Page, expect

MAIN_PAGES = ["", "safety/", "find-the-spot/", "release/", "faq/"]


def status(address: str) -> int:
    try:
        with urlopen(address) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


@pytest.mark.parametrize("lost", ["a/b/c/", "a/b/c", "Safety/", "release/index.htm"])
def test_a_wrong_address_gets_help_and_a_search(page: Page, url: str, lost: str) -> None:
    page.goto(url)
    paper = colour(page, "body", "backgroundColor")
    answer = page.goto(url + lost)
    assert answer and answer.status == 404
    assert "cannot find that page" in page.locator("h1").inner_text()
    assert colour(page, "body", "backgroundColor") == paper
    links: list[str] = page.eval_on_selector_all("article a", "links => links.map(l => l.href)")
    assert {url + place for place in MAIN_PAGES} <= set(links)
    page.locator("article input[type=search]").fill("nerve")
    page.locator("article button[type=submit]").click()
    expect(page.locator("#q")).to_have_value("nerve")
    page.locator(".cr-search li").first.wait_for()
    assert page.url == url + lost


def test_the_test_server_is_as_strict_as_github_pages(url: str) -> None:
    origin = url.removesuffix(SUB_PATH)
    assert status(f"{url}safety/") == 200
    assert status(f"{url}SAFETY/") == 404
    assert status(f"{origin}/") == 404
    assert status(f"{origin}/safety/") == 404
    with urlopen(f"{url}safety") as answer:
        assert answer.url == f"{url}safety/"
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"

"""The site works where GitHub Pages puts it, and helps those who come to a wrong address."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from conftest import SUB_PATH, PageOpener
from measures import PHONE, colour, seen_ones
from playwright.sync_api import Page

LOST = ["no-such-page/", "a/b/c/", "a/b/c", "Safety/", "release/index.htm"]
MAIN_PAGES = ["", "safety/", "find-the-spot/", "release/", "faq/"]


def status(address: str) -> int:
    try:
        with urlopen(address) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_every_page_opens(page: Page, url: str, name: str) -> None:
    answer = page.goto(url + ("" if name == "index" else f"{name}/"))
    assert answer is not None
    assert answer.status == 200
    assert seen_ones(page, "article h1")


@pytest.mark.parametrize("lost", LOST)
def test_a_wrong_address_gets_help(page: Page, url: str, lost: str) -> None:
    page.goto(url)
    paper = colour(page, "body", "backgroundColor")
    answer = page.goto(url + lost)
    assert answer is not None
    assert answer.status == 404
    assert "cannot find that page" in page.locator("h1").inner_text()
    # Its style sheets came too: they lie at addresses that do not depend on where one is.
    assert colour(page, "body", "backgroundColor") == paper
    links: list[str] = page.eval_on_selector_all("article a", "links => links.map(l => l.href)")
    assert {url + place for place in MAIN_PAGES} <= set(links)
    assert {link: status(link) for link in links if link.startswith(url)} == {
        link: 200 for link in links if link.startswith(url)
    }


def test_every_link_inside_the_site_stays_under_the_sub_path(
    page: Page, url: str, address: str
) -> None:
    page.goto(url + address)
    origin = url.removesuffix(SUB_PATH)
    links: list[str] = page.eval_on_selector_all("a", "links => links.map(link => link.href)")
    assert not [link for link in links if link.startswith(origin) and not link.startswith(url)]


def test_searching_from_a_wrong_address_finds_pages(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(f"{url}a/b/c/")
    page.locator("article input[type=search]").fill("nerve")
    page.locator("article button[type=submit]").click()
    page.locator(".cr-search li").first.wait_for()
    assert page.url.startswith(url)


def test_the_test_server_is_as_strict_as_github_pages(url: str) -> None:
    origin = url.removesuffix(SUB_PATH)
    assert status(f"{url}safety/") == 200
    assert status(f"{url}safety") == 200
    assert status(f"{url}SAFETY/") == 404
    assert status(f"{origin}/") == 404
    assert status(f"{origin}/safety/") == 404
    with urlopen(f"{url}safety") as answer:
        assert answer.url == f"{url}safety/"
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"

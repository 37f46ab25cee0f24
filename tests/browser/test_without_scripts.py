"""With scripts off the site teaches all it has, and shows nothing that does not work."""

import pytest
from conftest import PAGE_NAMES, PageOpener
from measures import DESKTOP, PHONE, hidden_ones, paper_and_ink, press, seen_ones
from playwright.sync_api import Page, expect

TEACHING = "article :is(h1, h2, h3, p, li, dt, dd, th, td)"
# Made for paper, and not needed on a screen.
FOR_PAPER = ":not(.cr-print-only, .cr-grid *, .toc *)"
NEEDS_SCRIPTS = "button, input, form, label"


@pytest.fixture
def plain_page(open_page: PageOpener) -> Page:
    return open_page(java_script_enabled=False, viewport=PHONE)


def test_all_teaching_is_readable(plain_page: Page, url: str, address: str) -> None:
    plain_page.goto(url + address)
    for screen in (PHONE, DESKTOP):
        plain_page.set_viewport_size(screen)
        assert seen_ones(plain_page, TEACHING)
        assert not hidden_ones(plain_page, TEACHING + FOR_PAPER)


def test_no_dead_control_is_shown(plain_page: Page, url: str, address: str) -> None:
    plain_page.goto(url + address)
    for screen in (PHONE, DESKTOP):
        plain_page.set_viewport_size(screen)
        assert not seen_ones(plain_page, NEEDS_SCRIPTS)


def test_the_menu_works_on_a_phone(plain_page: Page, url: str) -> None:
    plain_page.goto(url)
    assert not seen_ones(plain_page, ".cr-pages")
    press(plain_page, "Menu")
    # To the list of all pages at the end, whose first link the Tab key then reaches.
    link = plain_page.locator(".cr-footer__pages").get_by_role("link", name="Do the release")
    expect(link).to_be_in_viewport()
    plain_page.keyboard.press("Tab")
    assert plain_page.evaluate("document.activeElement.textContent") == "Home"
    link.click()
    assert plain_page.url == f"{url}release/"


def test_all_pages_can_be_reached_by_links(plain_page: Page, url: str) -> None:
    plain_page.goto(url)
    pages = {url + ("" if name == "index" else f"{name}/") for name in PAGE_NAMES}
    for screen in (PHONE, DESKTOP):
        plain_page.set_viewport_size(screen)
        seen: list[str] = plain_page.eval_on_selector_all(
            "a", "links => links.filter(l => l.checkVisibility()).map(l => l.href)"
        )
        assert not pages - set(seen)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_as_dark_as_the_device(
    open_page: PageOpener, url: str, address: str, scheme: str
) -> None:
    page = open_page(java_script_enabled=False, color_scheme=scheme)
    page.goto(url + address)
    paper, ink = paper_and_ink(page)
    if scheme == "dark":
        assert paper < 0.1 < 0.4 < ink
    else:
        assert ink < 0.1 < 0.7 < paper


def test_hidden_teaching_is_found(page: Page) -> None:
    page.set_content("<article><p>Text</p></article>")
    assert not hidden_ones(page, TEACHING)
    for style in ("display: none", "visibility: hidden", "opacity: 0", "height: 0; overflow: clip"):
        page.set_content(f"<article><p style='{style}'>Text</p></article>")
        assert hidden_ones(page, TEACHING), style
    page.set_content("<article><details><summary>More</summary><p>Text</p></details></article>")
    assert hidden_ones(page, TEACHING)

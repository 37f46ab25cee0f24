"""With scripts off the site teaches all it has, and shows nothing that does not work."""

from conftest import PAGE_NAMES, PageOpener, Views
from measures import DESKTOP, PHONE, hidden_ones, paper_and_ink, press, seen_ones
from playwright.sync_api import Page, expect

TEACHING = "article :is(h1, h2, h3, p, li, dt, dd, th, td)"
# Made for paper, the words of drawings, and what a tap opens; test_folds.py proves that it does.
ELSEWHERE = ":not(.cr-print-only, .cr-grid *, .cr-lens *, details:not([open]) :not(summary, summary *))"
NEEDS_SCRIPTS = "button, input, form, label"


def test_all_teaching_is_readable_and_no_dead_control_is_shown(view: Views, address: str) -> None:
    for screen in (PHONE, DESKTOP):
        page = view(address, screen, scripts=False)
        assert seen_ones(page, TEACHING)
        assert not hidden_ones(page, TEACHING + ELSEWHERE)
        assert not seen_ones(page, NEEDS_SCRIPTS)


def test_the_page_is_as_dark_as_the_device(view: Views, address: str) -> None:
    paper, ink = paper_and_ink(view(address, PHONE, "dark", scripts=False))
    assert paper < 0.1 < 0.4 < ink
    paper, ink = paper_and_ink(view(address, PHONE, "light", scripts=False))
    assert ink < 0.1 < 0.7 < paper


def test_all_pages_can_be_reached_by_links(view: Views, url: str) -> None:
    pages = {url + ("" if name == "index" else f"{name}/") for name in PAGE_NAMES}
    for screen in (PHONE, DESKTOP):
        seen: list[str] = view("", screen, scripts=False).eval_on_selector_all(
            "a", "links => links.filter(l => l.checkVisibility()).map(l => l.href)"
        )
        assert not pages - set(seen)


def test_the_menu_works_on_a_phone(open_page: PageOpener, url: str) -> None:
    plain_page = open_page(java_script_enabled=False, viewport=PHONE)
    plain_page.goto(url)
    assert not seen_ones(plain_page, ".cr-pages")
    press(plain_page, "Menu")
    # To the list of all pages at the end, whose first link the Tab key then reaches.
    link = plain_page.locator("#all-pages").get_by_role("link", name="Do the release")
    expect(link).to_be_in_viewport()
    plain_page.keyboard.press("Tab")
    assert plain_page.evaluate("document.activeElement.textContent") == "Home"
    link.click()
    assert plain_page.url == f"{url}release/"


def test_hidden_teaching_is_found(page: Page) -> None:
    page.set_content("<article><p>Text</p></article>")
    assert not hidden_ones(page, TEACHING)
    for style in ("display: none", "visibility: hidden", "opacity: 0", "height: 0; overflow: clip"):
        page.set_content(f"<article><p style='{style}'>Text</p></article>")
        assert hidden_ones(page, TEACHING), style

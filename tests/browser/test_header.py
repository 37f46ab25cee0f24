"""Colours, menu and search work at the first tap, by touch, mouse and keys."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from conftest import PageOpener, PagesHandler, files_of, read, served
from measures import DESKTOP, PHONE, open_menu, open_search, paper_and_ink, press, seen_ones
from playwright.sync_api import Browser, Page, Route, expect

KEY = "calf-release-colours"
# What each frame shows, from the first on.
FRAMES = """
  window.frames_ = [];
  const look = () => {
    if (document.body) frames_.push(getComputedStyle(document.body).backgroundColor);
    if (frames_.length < 10) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""
DARK, LIGHT = "rgb(26, 31, 30)", "rgb(250, 246, 239)"


def focused(page: Page) -> str:
    words: str = page.evaluate("document.activeElement.textContent.trim()")
    return words


def stored(page: Page) -> str | None:
    found: str | None = page.evaluate(f"localStorage.getItem('{KEY}')")
    return found


# --- Colours -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("device", "other"), [("light", "dark"), ("dark", "light")])
def test_a_choice_of_colours_stays_until_it_is_taken_back(
    open_page: PageOpener, url: str, device: str, other: str
) -> None:
    page = open_page(viewport=PHONE, color_scheme=device)
    page.goto(url)
    assert stored(page) is None
    page.get_by_role("button", name=f"{other.capitalize()} colours").click()
    assert stored(page) == other
    page.goto(f"{url}safety/")
    paper, _ = paper_and_ink(page)
    assert (paper < 0.5) == (other == "dark")
    # The other way round it is the device's again, and follows it from then on.
    page.get_by_role("button", name=f"{device.capitalize()} colours").click()
    assert stored(page) is None
    page.emulate_media(color_scheme="dark" if device == "light" else "light")
    paper, _ = paper_and_ink(page)
    assert (paper < 0.5) == (other == "dark")


@pytest.mark.parametrize(
    ("device", "chosen", "shown"),
    [("light", "", LIGHT), ("dark", "", DARK), ("light", "dark", DARK), ("dark", "light", LIGHT)],
)
def test_no_frame_shows_the_other_colours(
    open_page: PageOpener, url: str, device: str, chosen: str, shown: str
) -> None:
    page = open_page(viewport=PHONE, color_scheme=device)
    page.goto(url)
    if chosen:
        page.get_by_role("button", name=f"{chosen.capitalize()} colours").click()
    page.add_init_script(FRAMES)
    for address in ("", "release/", "no-such-page/"):
        page.goto(url + address)
        page.wait_for_function("() => frames_.length === 10")
        assert set(page.evaluate("frames_")) == {shown}


def test_the_colour_round_the_page_and_another_tab_follow_the_choice(
    open_page: PageOpener, url: str
) -> None:
    page = open_page(viewport=PHONE, color_scheme="light")
    page.goto(url)
    other = page.context.new_page()
    other.goto(f"{url}safety/")
    colours = (
        "() => [...document.querySelectorAll('meta[name=theme-color]')].map(one => one.content)"
    )
    before = page.evaluate(colours)
    press(page, "Dark colours")
    assert page.evaluate(colours) == [before[1], before[1]]
    expect(other.get_by_role("button", name="Light colours")).to_be_visible()
    press(page, "Light colours")
    assert page.evaluate(colours) == before


def test_a_damaged_choice_is_the_devices(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=PHONE, color_scheme="dark")
    page.goto(url)
    for value in ("blue", "", '{"index":2}', "null", "dark light"):
        page.evaluate(f"value => localStorage.setItem('{KEY}', value)", value)
        page.reload()
        paper, _ = paper_and_ink(page)
        assert paper < 0.5, value
    press(page, "Light colours")
    assert stored(page) == "light"


@pytest.mark.parametrize("fault", ["forbidden", "full"])
def test_without_storage_all_works_on_this_page(
    open_page: PageOpener, url: str, fault: str
) -> None:
    page = open_page(viewport=PHONE, color_scheme="light")
    refuse = 'throw new DOMException("refused", "SecurityError")'
    page.add_init_script(
        f'Object.defineProperty(window, "localStorage", {{get() {{ {refuse}; }}}})'
        if fault == "forbidden"
        else f"Storage.prototype.setItem = () => {{ {refuse}; }}"
    )
    page.goto(url)
    press(page, "Dark colours")
    paper, _ = paper_and_ink(page)
    assert paper < 0.5
    open_search(page)
    page.keyboard.press("Escape")
    open_menu(page)


# --- Menu and search -----------------------------------------------------------------------------


class Halting(PagesHandler):
    """Sends the first half of a page, and the rest when it may."""

    may_go_on = Event()

    def answer_file(self, status: int, file: Path) -> None:
        body = read(file)
        if file.suffix != ".html":
            super().answer_file(status, file)
            return
        half = body.index(b"</header>") + 20
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:half])
        self.wfile.flush()
        self.may_go_on.wait(30)
        self.wfile.write(body[half:])


@pytest.fixture
def half_way(site: Path) -> Iterator[str]:
    """Return the address of a site whose pages do not come to an end."""
    Halting.may_go_on.clear()
    with served(partial(Halting, files_of(site))) as address:
        yield address
        Halting.may_go_on.set()


def test_the_first_tap_works_while_the_page_still_comes(browser: Browser, half_way: str) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, service_workers="block")
    page = context.new_page()
    page.goto(half_way, wait_until="commit")
    page.get_by_role("button", name="Menu").tap()
    assert page.get_by_role("button", name="Menu").get_attribute("aria-expanded") == "true"
    assert len(seen_ones(page, ".cr-pages a")) >= 8
    page.get_by_role("button", name="colours").tap()
    assert page.evaluate("document.readyState") == "loading"
    Halting.may_go_on.set()
    page.get_by_role("link", name="Do the release").first.tap()
    page.wait_for_url("**/release/")
    context.close()


def test_a_second_press_a_press_elsewhere_and_opening_the_other_close_it(
    open_page: PageOpener, url: str
) -> None:
    page = open_page(viewport=PHONE, has_touch=True)
    page.goto(url)
    bar = page.locator(".cr-header__bar")
    buttons = {part: bar.get_by_role("button", name=part) for part in ("Menu", "Search")}
    panels = {"Menu": page.locator("#pages"), "Search": page.locator("#search")}
    for part, other in (("Menu", "Search"), ("Search", "Menu")):
        button, panel = buttons[part], panels[part]
        for close in (button.tap, page.locator(".cr-brand").focus, buttons[other].tap):
            button.tap()
            expect(panel).to_be_visible()
            expect(button).to_have_attribute("aria-expanded", "true")
            close()
            expect(panel).to_be_hidden()
            expect(button).to_have_attribute("aria-expanded", "false")
        buttons[other].tap()
        expect(panels[other]).to_be_hidden()
    # A menu that becomes a row is not open.
    buttons["Menu"].tap()
    page.set_viewport_size(DESKTOP)
    expect(page.locator(".cr-tool--menu[aria-expanded]")).to_have_attribute(
        "aria-expanded", "false"
    )
    buttons["Search"].click()
    page.mouse.click(640, 700)
    expect(panels["Search"]).to_be_hidden()


def test_a_slash_opens_the_search_and_escape_leads_back(page: Page, url: str) -> None:
    page.goto(f"{url}faq/")
    link = page.locator("article p a").last
    link.focus()
    place = page.evaluate("scrollY")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.get_by_role("searchbox")).to_be_in_viewport()
    assert page.get_by_role("searchbox").input_value() == ""
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    assert page.evaluate("scrollY") == place


def test_a_slash_opens_no_search_where_it_is_typed_or_behind_a_dialog(page: Page, url: str) -> None:
    page.goto(f"{url}no-such-page/")
    field = page.locator("article input[type=search]")
    field.focus()
    page.keyboard.type("a/b")
    assert field.input_value() == "a/b"
    assert not seen_ones(page, ".cr-search")
    page.goto(f"{url}share/")
    page.get_by_role("button", name="QR code").click()
    page.keyboard.press("/")
    assert not seen_ones(page, ".cr-search")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_results_come_as_one_types_or_the_search_says_that_there_are_none(
    page: Page, url: str
) -> None:
    page.goto(url)
    press(page, "Search")
    status = page.locator(".cr-search [role=status]")
    expect(status).to_have_text("Type a word, or a question")
    page.keyboard.type("zxqv")
    expect(status).to_have_text("Nothing found. Try another word")
    assert page.locator(".cr-search li").count() == 0
    page.get_by_role("searchbox").fill("ting")
    first = page.locator(".cr-search li").first
    expect(first.locator("mark").first).to_be_visible()
    expect(status).to_contain_text("found")
    link = first.get_by_role("link")
    assert link.locator("strong").inner_text()
    assert "#" in (link.get_attribute("href") or "")
    page.keyboard.press("Enter")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**#*")
    assert not seen_ones(page, ".cr-search")


@pytest.mark.parametrize("gone", ["**/js/*/find.js", "**/search_index.json"])
def test_a_search_that_does_not_load_says_so_and_the_next_one_works(
    browser: Browser, url: str, gone: str
) -> None:
    context = browser.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()

    def refuse(route: Route) -> None:
        route.abort()

    page.route(gone, refuse)
    page.goto(url)
    press(page, "Search")
    page.keyboard.type("nerve")
    expect(page.locator(".cr-search [role=status]")).to_contain_text("did not load")
    page.unroute(gone, refuse)
    page.reload()
    open_search(page)
    context.close()


def test_a_link_with_words_to_search_opens_the_search(page: Page, url: str) -> None:
    page.goto(f"{url}?q=blood+clot")
    expect(page.get_by_role("searchbox")).to_have_value("blood clot")
    page.locator(".cr-search li").first.wait_for()


def test_on_a_wide_screen_the_row_of_pages_stays_when_one_scrolls(page: Page, url: str) -> None:
    page.set_viewport_size(DESKTOP)
    page.goto(f"{url}research/")
    page.mouse.wheel(0, 4000)
    page.wait_for_function("() => scrollY > 1000")
    expect(page.locator(".cr-pages a").last).to_be_in_viewport()
    # A heading that one goes to is not behind it.
    page.goto(f"{url}research/#references")
    box: dict[str, Any] = page.evaluate(
        """() => ({top: document.getElementById("references").getBoundingClientRect().top,
                  bottom: document.querySelector(".cr-header").getBoundingClientRect().bottom})"""
    )
    assert box["top"] >= box["bottom"] - 1

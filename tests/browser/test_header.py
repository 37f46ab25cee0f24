"""Colours, menu and search work at the first tap, by touch, mouse and keys."""

from functools import partial
from pathlib import Path
from threading import Event

import pytest
from conftest import PageOpener, PagesHandler, files_of, read, served
from measures import DESKTOP, PHONE, open_menu, open_search, press, seen_ones
from playwright.sync_api import Browser, Page, expect
from test_accessibility import DEVICES, is_dark

KEY = "calf-release-colours"
# What each frame shows, from the first on.
FRAMES = """
  const shown = [];
  window.frames_ = new Promise(done => requestAnimationFrame(function look() {
    if (document.body) shown.push(getComputedStyle(document.body).backgroundColor);
    if (shown.length < 6) requestAnimationFrame(look);
    else done(shown);
  }));
"""
DARK, LIGHT = "rgb(23, 28, 27)", "rgb(251, 247, 239)"
COLOURS = "Light or dark colours"


def stored(page: Page) -> str | None:
    found: str | None = page.evaluate(f"localStorage.getItem('{KEY}')")
    return found


@pytest.fixture
def phone(open_page: PageOpener) -> Page:
    return open_page(viewport=PHONE, has_touch=True)


def test_a_choice_of_colours_stays_until_it_is_taken_back(phone: Page, url: str) -> None:
    for device, other in DEVICES:
        phone.emulate_media(color_scheme=device)
        phone.goto(url)
        assert stored(phone) is None
        press(phone, COLOURS)
        assert stored(phone) == other
        phone.goto(f"{url}safety/")
        assert is_dark(phone) == (other == "dark")
        # The other way round it is the device's again, and follows it from then on.
        press(phone, COLOURS)
        assert stored(phone) is None
        phone.emulate_media(color_scheme=other)
        assert is_dark(phone) == (other == "dark")


def test_no_frame_shows_the_other_colours(phone: Page, url: str) -> None:
    phone.add_init_script(FRAMES)
    phone.goto(url)
    for device, other in DEVICES:
        phone.emulate_media(color_scheme=device)
        for chosen in ("", other):
            phone.evaluate("([key, chosen]) => localStorage.setItem(key, chosen)", [KEY, chosen])
            shown = DARK if (chosen or device) == "dark" else LIGHT
            for address in ("", "release/", "no-such-page/"):
                phone.goto(url + address, wait_until="commit")
                assert set(phone.evaluate("frames_")) == {shown}, f"/{address}, {chosen} chosen on {device}"


def test_the_browsers_bars_and_another_tab_follow_the_choice(phone: Page, url: str) -> None:
    phone.goto(url)
    other = phone.context.new_page()
    other.goto(f"{url}safety/")
    colours = "() => [...document.querySelectorAll('meta[name=theme-color]')].map(one => one.content)"
    before = phone.evaluate(colours)
    press(phone, COLOURS)
    assert phone.evaluate(colours) == [before[1], before[1]]
    other.wait_for_function("document.documentElement.dataset.colours === 'dark'")
    press(phone, COLOURS)
    assert phone.evaluate(colours) == before


def test_a_damaged_choice_is_the_devices(phone: Page, url: str) -> None:
    phone.emulate_media(color_scheme="dark")
    phone.goto(url)
    for value in ("blue", "", '{"index":2}', "null", "dark light"):
        phone.evaluate("([key, value]) => localStorage.setItem(key, value)", [KEY, value])
        phone.reload()
        assert is_dark(phone), value
    press(phone, COLOURS)
    assert stored(phone) == "light"


@pytest.mark.parametrize("fault", ["forbidden", "full"])
def test_without_storage_all_works_on_this_page(phone: Page, url: str, fault: str) -> None:
    refuse = 'throw new DOMException("refused", "SecurityError")'
    phone.add_init_script(
        f'Object.defineProperty(window, "localStorage", {{get() {{ {refuse}; }}}})'
        if fault == "forbidden"
        else f"Storage.prototype.setItem = () => {{ {refuse}; }}"
    )
    phone.goto(url)
    press(phone, COLOURS)
    assert is_dark(phone)
    open_search(phone)
    phone.keyboard.press("Escape")
    open_menu(phone)


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


def test_the_first_tap_works_while_the_page_still_comes(browser: Browser, site: Path) -> None:
    page = browser.new_page(viewport=PHONE, has_touch=True, service_workers="block")
    with served(partial(Halting, files_of(site))) as address:
        page.goto(address, wait_until="commit")
        page.get_by_role("button", name="Menu").tap()
        assert page.get_by_role("button", name="Menu").get_attribute("aria-expanded") == "true"
        assert len(seen_ones(page, ".cr-pages a")) >= 8
        page.get_by_role("button", name="colours").tap()
        assert page.evaluate("document.readyState") == "loading"
        Halting.may_go_on.set()
        page.get_by_role("link", name="Do the release").first.tap()
        page.wait_for_url("**/release/")
        page.close()


def test_a_second_press_one_elsewhere_and_the_other_close_it(phone: Page, url: str) -> None:
    page = phone
    page.goto(url)
    buttons = {part: page.locator(".cr-header__bar").get_by_role("button", name=part) for part in ("Menu", "Search")}
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
    page.set_viewport_size(DESKTOP)
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
    # It does not where it is typed.
    page.goto(f"{url}no-such-page/")
    field = page.locator("article input[type=search]")
    field.focus()
    page.keyboard.type("a/b")
    assert field.input_value() == "a/b"
    assert not seen_ones(page, ".cr-search")


def test_results_come_while_typing_or_for_the_words_of_a_link_or_there_are_none(page: Page, url: str) -> None:
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
    page.goto(f"{url}?q=blood+clot")
    expect(page.get_by_role("searchbox")).to_have_value("blood clot")
    page.locator(".cr-search li").first.wait_for()


def test_a_search_that_does_not_load_says_so_and_the_next_one_works(page: Page, url: str) -> None:
    for gone in ("**/js/*/find.js", "**/search_index.json"):
        page.route(gone, lambda route: route.abort())
        page.goto(url)
        press(page, "Search")
        page.keyboard.type("nerve")
        expect(page.locator(".cr-search [role=status]")).to_contain_text("did not load")
        page.unroute_all()
        page.reload()
        open_search(page)


def test_on_a_wide_screen_the_row_of_pages_stays_when_one_scrolls(page: Page, url: str) -> None:
    page.set_viewport_size(DESKTOP)
    page.goto(f"{url}research/")
    page.evaluate("new Promise(done => { onscrollend = done; scrollTo(0, 4000); })")
    expect(page.locator(".cr-header__nav a").last).to_be_in_viewport()
    # A heading that one goes to is not behind it.
    page.goto(f"{url}research/#c9")
    top, bottom = page.evaluate(
        """[document.getElementById("c9").getBoundingClientRect().top,
            document.querySelector(".cr-header").getBoundingClientRect().bottom]"""
    )
    assert top >= bottom - 1


def test_the_header_is_one_line_with_large_text(page: Page, url: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(url)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    parts = page.locator(".cr-header__bar > :visible").evaluate_all(
        "parts => parts.map(part => part.getBoundingClientRect()).map(({top, bottom}) => [top, bottom])"
    )
    assert len(parts) == 4
    assert max(top for top, _ in parts) < min(bottom for _, bottom in parts)
    assert max(bottom for _, bottom in parts) - min(top for top, _ in parts) <= 120


def test_the_tab_key_leads_from_the_header_to_the_article(page: Page, url: str) -> None:
    page.goto(f"{url}faq/")
    page.get_by_role("button", name="Menu").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")

"""axe-core finds nothing, on any page, in any scheme, on phone and desktop."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any, Literal

import pytest
from conftest import PageOpener, Views
from measures import DESKTOP, PHONE, colour, luminance, open_menu, open_search, paper_and_ink
from playwright.sync_api import Page, ViewportSize, expect

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast", "color-contrast-enhanced"]


schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
screens = pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])


def violations(page: Page, part: str = ":root", rules: list[str] | None = None) -> list[str]:
    """Return what axe-core finds in a part of a page: rule, element, page, one line each.

    Without rules, that is WCAG 2.2 AA, best practice and the contrast of AAA.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        """([tags, part, rules]) => axe.run(document.querySelector(part), {
             runOnly: rules ? {type: "rule", values: rules} : {type: "tag", values: tags},
             rules: rules ? {} : {"color-contrast-enhanced": {enabled: true}},
             resultTypes: ["violations"],
           })""",
        [TAGS, part, rules],
    )
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))} on {page.url}: "
        + " ".join(str(node.get("failureSummary")).split())
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def accessible(page: Page, state: str) -> None:
    found = violations(page)
    assert not found, f"{state}:\n" + "\n".join(found)


def has_contrast(page: Page, state: str) -> None:
    found = violations(page, rules=CONTRAST)
    assert not found, f"{state}:\n" + "\n".join(found)


def is_dark(page: Page) -> bool:
    paper, _ = paper_and_ink(page)
    return paper < 0.5


@screens
def test_every_page_is_accessible(view: Views, address: str, screen: ViewportSize) -> None:
    accessible(view(address, screen), f"{screen['width']} px, light")


def test_every_page_has_contrast_in_dark_colours(view: Views, address: str) -> None:
    for screen in (PHONE, DESKTOP):
        page = view(address, screen, "dark")
        assert is_dark(page)
        has_contrast(page, f"{screen['width']} px, dark")


@pytest.mark.parametrize(("device", "chosen"), [("light", "dark"), ("dark", "light")])
def test_the_colours_that_a_reader_chooses_have_contrast(
    open_page: PageOpener, url: str, device: str, chosen: str
) -> None:
    page = open_page(viewport=PHONE, color_scheme=device)
    page.goto(url)
    page.get_by_role("button", name=f"{chosen.capitalize()} colours").click()
    assert page.get_attribute("html", "data-colours") == chosen
    for place in ("", "safety/"):
        page.goto(url + place)
        assert is_dark(page) == (chosen == "dark")
        has_contrast(page, f"{chosen} chosen on a {device} device")


@pytest.mark.parametrize(
    ("screen", "opener"),
    [(PHONE, open_menu), (PHONE, open_search), (DESKTOP, open_search)],
    ids=["phone-menu", "phone-search", "desktop-search"],
)
def test_menu_and_search_are_accessible_when_open(
    open_page: PageOpener, url: str, screen: ViewportSize, opener: Callable[[Page], None]
) -> None:
    page = open_page(viewport=screen, color_scheme="light")
    page.goto(url)
    opener(page)
    accessible(page, "light")
    page.emulate_media(color_scheme="dark")
    assert is_dark(page)
    has_contrast(page, "dark")


@screens
def test_the_tab_key_never_lands_on_something_hidden(
    open_page: PageOpener, url: str, screen: ViewportSize
) -> None:
    page = open_page(viewport=screen)
    page.goto(url)
    landed = []
    for _ in range(60):
        page.keyboard.press("Tab")
        where = page.evaluate(
            """() => {
                 const element = document.activeElement;
                 if (element === document.body) return "";
                 const box = element.getBoundingClientRect();
                 const shown = element.checkVisibility({visibilityProperty: true}) &&
                   box.width > 2 && box.right > 0 && box.left < innerWidth;
                 return `${shown ? "shown" : "hidden"}: ${element.outerHTML.slice(0, 120)}`;
               }"""
        )
        if not where:
            break
        landed.append(where)
    assert len(landed) > 5
    assert not [where for where in landed if where.startswith("hidden")]


def test_the_menu_works_by_key_and_gives_the_focus_back(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(url)
    menu = page.get_by_role("button", name="Menu", exact=True)
    links = page.locator(".cr-pages a")
    expect(links.first).to_be_hidden()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim() === 'Menu'"):
            break
    expect(menu).to_be_focused()
    closings: list[Callable[[], None]] = [lambda: page.keyboard.press("Escape"), menu.click]
    for close in closings:
        expect(menu).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Space")
        expect(links.last).to_be_visible()
        assert links.count() >= 8
        expect(menu).to_have_attribute("aria-expanded", "true")
        assert page.evaluate("document.activeElement.closest('.cr-pages') !== null")
        close()
        expect(menu).to_have_attribute("aria-expanded", "false")
        expect(menu).to_be_focused()
    # Tabbing past its end closes it too.
    page.keyboard.press("Space")
    for _ in range(12):
        page.keyboard.press("Tab")
    expect(menu).to_have_attribute("aria-expanded", "false")
    assert not page.evaluate("document.activeElement.closest('.cr-pages')")


def test_escape_closes_the_search_and_gives_the_focus_back(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(url)
    search = page.get_by_role("button", name="Search", exact=True)
    open_search(page)
    page.keyboard.press("Escape")
    expect(search).to_have_attribute("aria-expanded", "false")
    expect(search).to_be_focused()


def contrast_of_its_text(page: Page, selector: str) -> float:
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
    lights = sorted(luminance(colour(page, selector, of)) for of in ("color", "backgroundColor"))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@schemes
def test_the_words_of_a_button_can_be_read_in_every_state(
    open_page: PageOpener, url: str, scheme: Literal["light", "dark"]
) -> None:
    page = open_page(viewport=DESKTOP, color_scheme=scheme)
    page.goto(url)
    for kind in ("article .cr-button--main", "article .cr-button:not(.cr-button--main)"):
        button = page.locator(kind).first
        assert contrast_of_its_text(page, kind) >= 7, f"{kind} at rest"
        button.hover()
        assert contrast_of_its_text(page, kind) >= 7, f"{kind} under the pointer"
        page.mouse.move(0, 0)
        button.focus()
        assert contrast_of_its_text(page, kind) >= 7, f"{kind} with the focus"


# The measure itself, on pages with the fault planted.

PLAIN = """<!doctype html><html lang=en><title>Title</title>
  <main><h1>Title</h1><p style="color: #000; background: #fff">Text</p></main></html>"""


@pytest.mark.parametrize(
    ("whole", "broken", "rule"),
    [
        ("color: #000", "color: #707070", "color-contrast-enhanced"),
        ("color: #000", "color: #999", "color-contrast"),
        ("<h1>Title</h1>", "<h1>Title</h1><img src='data:,'>", "image-alt"),
        ("<h1>Title</h1>", "<h1>Title</h1><h4>Deep</h4>", "heading-order"),
        ("lang=en", "", "html-has-lang"),
    ],
)
def test_a_barrier_is_found(page: Page, whole: str, broken: str, rule: str) -> None:
    page.set_content(PLAIN)
    assert not violations(page)
    page.set_content(PLAIN.replace(whole, broken))
    assert any(found.startswith(f"{rule} ") for found in violations(page))

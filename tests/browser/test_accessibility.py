"""axe-core finds nothing, on any page, in any scheme, on phone and desktop."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from conftest import PageOpener
from measures import (
    DESKTOP,
    PHONE,
    colour,
    luminance,
    open_menu,
    open_search,
    paper_and_ink,
    seen_ones,
)
from playwright.sync_api import Page, ViewportSize

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

screens = pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])

SWITCH = ".cr-colours"


def violations(page: Page, part: str = ":root") -> list[str]:
    """Return what axe-core finds in a part of a page: rule, element, page, one line each."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        """([tags, part]) => axe.run(document.querySelector(part), {
             runOnly: {type: "tag", values: tags},
             rules: {"color-contrast-enhanced": {enabled: true}},
             resultTypes: ["violations"],
           })""",
        [TAGS, part],
    )
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))} on {page.url}: "
        + " ".join(str(node.get("failureSummary")).split())
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def choose_scheme(page: Page, scheme: str) -> None:
    """Press the switch of colours, as a reader does."""
    page.get_by_role("button", name=f"{scheme.capitalize()} colours").click()
    assert page.get_attribute("html", "data-colours") == scheme


@schemes
def test_every_page_is_accessible_on_phone_and_desktop(
    open_page: PageOpener, url: str, address: str, scheme: str
) -> None:
    page = open_page(viewport=PHONE, color_scheme=scheme)
    page.goto(url + address)
    paper, _ = paper_and_ink(page)
    assert (paper < 0.5) == (scheme == "dark")
    found = [f"phone: {violation}" for violation in violations(page)]
    page.set_viewport_size(DESKTOP)
    found += [f"desktop: {violation}" for violation in violations(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("device", "chosen"), [("light", "dark"), ("dark", "light")])
def test_the_colours_that_a_reader_chooses_are_accessible(
    open_page: PageOpener, url: str, device: str, chosen: str
) -> None:
    page = open_page(viewport=PHONE, color_scheme=device)
    page.goto(url)
    choose_scheme(page, chosen)
    for place in ("", "safety/"):
        page.goto(url + place)
        paper, _ = paper_and_ink(page)
        assert (paper < 0.5) == (chosen == "dark")
        found = violations(page)
        assert not found, "\n".join(found)


@schemes
@pytest.mark.parametrize(
    ("screen", "opener"),
    [(PHONE, open_menu), (PHONE, open_search), (DESKTOP, open_search)],
    ids=["phone-menu", "phone-search", "desktop-search"],
)
def test_menu_and_search_are_accessible_when_open(
    open_page: PageOpener,
    url: str,
    scheme: str,
    screen: ViewportSize,
    opener: Callable[[Page], None],
) -> None:
    page = open_page(viewport=screen, color_scheme=scheme)
    page.goto(url)
    opener(page)
    found = violations(page)
    assert not found, "\n".join(found)


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


def test_the_menu_opens_by_key_on_a_phone(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(url)
    menu = ".cr-pages a"
    assert not seen_ones(page, menu)
    for _ in range(10):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.textContent.trim() === 'Menu'")
        if name:
            break
    assert name, "no key leads to the menu"
    page.keyboard.press("Space")
    page.locator(menu).last.wait_for()
    assert len(seen_ones(page, menu)) >= 8


def expanded(page: Page, name: str) -> str | None:
    return page.get_by_role("button", name=name, exact=True).get_attribute("aria-expanded")


def has_focus(page: Page, name: str) -> bool:
    held = page.get_by_role("button", name=name, exact=True)
    return bool(held.evaluate("button => button === document.activeElement"))


@pytest.mark.parametrize("way", ["Escape", "Menu"])
def test_a_closed_menu_gives_the_focus_back(open_page: PageOpener, url: str, way: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(url)
    assert expanded(page, "Menu") == "false"
    open_menu(page)
    assert expanded(page, "Menu") == "true"
    assert page.evaluate("document.activeElement.closest('.cr-pages') !== null")
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name=way, exact=True).click()
    assert expanded(page, "Menu") == "false"
    assert has_focus(page, "Menu")


def test_tabbing_past_the_end_of_the_menu_closes_it(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(url)
    open_menu(page)
    for _ in range(12):
        page.keyboard.press("Tab")
    assert expanded(page, "Menu") == "false"
    assert not page.evaluate("document.activeElement.closest('.cr-pages')")


def test_escape_closes_the_search_and_gives_the_focus_back(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(url)
    open_search(page)
    page.keyboard.press("Escape")
    assert expanded(page, "Search") == "false"
    assert has_focus(page, "Search")


def contrast_of_its_text(page: Page, selector: str) -> float:
    lights = sorted(luminance(colour(page, selector, of)) for of in ("color", "backgroundColor"))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@schemes
@pytest.mark.parametrize("state", ["at rest", "under the pointer", "with the focus"])
def test_the_words_of_a_button_can_be_read_in_every_state(
    open_page: PageOpener, url: str, scheme: str, state: str
) -> None:
    page = open_page(viewport=DESKTOP, color_scheme=scheme)
    page.goto(url)
    for kind in ("article .cr-button--main", "article .cr-button:not(.cr-button--main)"):
        if state == "under the pointer":
            page.locator(kind).first.hover()
        if state == "with the focus":
            page.locator(kind).first.focus()
        page.wait_for_timeout(300)  # the theme lets colours glide
        assert contrast_of_its_text(page, kind) >= 7, kind


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

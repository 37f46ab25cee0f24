"""axe-core finds nothing, on any page, in any scheme, on phone and desktop."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from conftest import PageOpener
from measures import DESKTOP, PHONE, open_menu, open_search, paper_and_ink, seen_ones
from playwright.sync_api import Page, ViewportSize

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

screens = pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])

SWITCH = "label[for^=__palette_]"


def violations(page: Page) -> list[str]:
    """Return what axe-core finds: rule, element, page, one line each."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        """tags => axe.run(document, {
             runOnly: {type: "tag", values: tags},
             rules: {"color-contrast-enhanced": {enabled: true}},
             resultTypes: ["violations"],
           })""",
        TAGS,
    )
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))} on {page.url}: "
        + " ".join(str(node.get("failureSummary")).split())
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def choose_scheme(page: Page, scheme: str) -> None:
    """Press the switch of colours, as a reader does, until the page has the scheme."""
    for _ in range(3):
        if page.get_attribute("body", "data-md-color-scheme") == scheme:
            return
        page.locator(SWITCH).locator("visible=true").click()
    assert page.get_attribute("body", "data-md-color-scheme") == scheme


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


@pytest.mark.parametrize(("device", "chosen"), [("light", "slate"), ("dark", "default")])
def test_the_colours_that_a_reader_chooses_are_accessible(
    open_page: PageOpener, url: str, device: str, chosen: str
) -> None:
    page = open_page(viewport=PHONE, color_scheme=device)
    for place in ("", "safety/"):
        page.goto(url + place)
        choose_scheme(page, chosen)
        paper, _ = paper_and_ink(page)
        assert (paper < 0.5) == (chosen == "slate")
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
        # A check box may be kept small on purpose when a label beside it shows the focus.
        where = page.evaluate(
            """() => {
                 const element = document.activeElement;
                 if (element === document.body) return "";
                 const drawn = element.matches(".md-toggle, .md-option")
                   ? [...element.labels, element.nextElementSibling] : [element];
                 const shown = drawn.some(one => {
                   const box = one.getBoundingClientRect();
                   return one.checkVisibility({visibilityProperty: true}) &&
                     box.width > 2 && box.right > 0 && box.left < innerWidth;
                 });
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
    menu = ".md-sidebar--primary a"
    assert not seen_ones(page, menu)
    for _ in range(10):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """[document.activeElement, ...document.activeElement.labels ?? []]
                 .map(element => element.textContent.trim()).find(words => words === "Menu")"""
        )
        if name:
            break
    assert name, "no key leads to the menu"
    page.keyboard.press("Space")
    page.locator(menu).last.wait_for()
    assert len(seen_ones(page, menu)) >= 8


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

"""axe-core finds nothing, on any page, in any scheme, on phone and desktop."""

from collections.abc import Callable
from importlib.resources import files
from itertools import product
from typing import Any, Literal

from conftest import Views
from measures import DESKTOP, PHONE, colour, focused, luminance, none, open_menu, open_search
from playwright.sync_api import Page, expect

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast", "color-contrast-enhanced"]
Scheme = Literal["light", "dark"]
DEVICES: list[tuple[Scheme, Scheme]] = [("light", "dark"), ("dark", "light")]  # and the other colours


def violations(page: Page, part: str = ":root", rules: list[str] | None = None) -> list[str]:
    """Return what axe-core finds against rules, or against WCAG 2.2 AA, best practice and the contrast of AAA."""
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


def audit(page: Page, state: str, part: str = ":root") -> list[str]:
    """Return what axe-core finds in light colours, and of the contrast in dark ones."""
    page.emulate_media(color_scheme="light")
    found = violations(page, part)
    page.emulate_media(color_scheme="dark")
    assert is_dark(page)
    return [f"{state}, {fault}" for fault in found + violations(page, part, CONTRAST)]


def is_dark(page: Page) -> bool:
    return luminance(colour(page, "body", "backgroundColor")) < 0.5


def test_every_page_is_accessible(view: Views, address: str) -> None:
    # The row of pages, the one part that differs on a desktop, is the same on all.
    screens = (PHONE, DESKTOP) if not address else (PHONE,)
    for screen in screens:
        none(audit(view(address, screen), f"{screen['width']} px"))


def test_menu_and_search_are_accessible(page: Page, url: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(url)
    open_menu(page)
    none(audit(page, "menu", ".cr-header"))
    open_search(page)
    none(audit(page, "search on a phone", ".cr-header"))
    page.set_viewport_size(DESKTOP)
    none(audit(page, "search on a desktop", ".cr-header"))


def test_chosen_colours_have_contrast(page: Page, url: str) -> None:
    for device, chosen in DEVICES:
        page.emulate_media(color_scheme=device)
        page.goto(f"{url}safety/")
        page.get_by_role("button", name="colours").click()
        assert is_dark(page) == (chosen == "dark")
        none([f"{chosen} chosen on a {device} device, {fault}" for fault in violations(page, rules=CONTRAST)])
        page.get_by_role("button", name="colours").click()


def test_the_first_tab_shows_a_link_that_skips_to_the_content(page: Page, url: str) -> None:
    page.goto(url)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to content"
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


LANDED = """() => {
  const element = document.activeElement;
  if (element === document.body) return "";
  const box = element.getBoundingClientRect();
  const shown = element.checkVisibility({visibilityProperty: true}) &&
    box.width > 2 && box.right > 0 && box.left < innerWidth;
  return `${shown ? "shown" : "hidden"}: ${element.outerHTML.slice(0, 120)}`;
}"""


def test_the_tab_key_never_lands_on_something_hidden(page: Page, url: str) -> None:
    for screen in (PHONE, DESKTOP):
        page.set_viewport_size(screen)
        page.goto(url)
        landed: list[str] = []
        while len(landed) < 60 and "" not in landed:
            page.keyboard.press("Tab")
            landed.append(page.evaluate(LANDED))
        assert len(landed) > 5
        none([f"{screen['width']} px: {one}" for one in landed if one.startswith("hidden")])


def test_the_menu_works_by_key_and_gives_the_focus_back(page: Page, url: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(url)
    menu = page.get_by_role("button", name="Menu", exact=True)
    links = page.locator(".cr-pages a")
    expect(links.first).to_be_hidden()
    for _ in range(10):
        if focused(page) != "Menu":
            page.keyboard.press("Tab")
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


def contrast_of_its_text(page: Page, selector: str) -> float:
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
    lights = sorted(luminance(colour(page, selector, of)) for of in ("color", "backgroundColor"))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_the_words_of_a_button_can_be_read_in_every_state(page: Page, url: str) -> None:
    page.goto(url)
    schemes: list[Scheme] = ["light", "dark"]
    for scheme, kind in product(schemes, (".cr-button--main", ".cr-button:not(.cr-button--main)")):
        page.emulate_media(color_scheme=scheme)
        button = page.locator(f"article {kind}").first
        states = {"at rest": button.blur, "under the pointer": button.hover, "with the focus": button.focus}
        for state, bring_about in states.items():
            page.mouse.move(0, 0)
            bring_about()
            contrast = contrast_of_its_text(page, f"article {kind}")
            assert contrast >= 7, f"{scheme}, {kind} {state}"
        button.blur()


# The measure itself, on pages with the fault planted.

PLAIN = """<!doctype html><html lang=en><title>Title</title>
  <main><h1>Title</h1><p style="color: #000; background: #fff">Text</p></main></html>"""


def test_a_barrier_is_found(page: Page) -> None:
    page.set_content(PLAIN)
    assert not violations(page)
    for whole, broken, rule in (
        ("color: #000", "color: #707070", "color-contrast-enhanced"),
        ("color: #000", "color: #999", "color-contrast"),
        ("<h1>Title</h1>", "<h1>Title</h1><img src='data:,'>", "image-alt"),
        ("<h1>Title</h1>", "<h1>Title</h1><h4>Deep</h4>", "heading-order"),
        ("lang=en", "", "html-has-lang"),
    ):
        page.set_content(PLAIN.replace(whole, broken))
        assert any(found.startswith(f"{rule} ") for found in violations(page)), rule

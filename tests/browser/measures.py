"""Measures of a page as a browser draws it, and how a reader opens its parts."""

import re
from typing import Any

from playwright.sync_api import Page, ViewportSize

PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}

# Seen by a reader: drawn, not transparent, and not kept for screen readers.
SEEN = """
const seen = element => {
  const box = element.getBoundingClientRect();
  return box.width > 2 && box.height > 2 && getComputedStyle(element).clipPath !== "inset(50%)" &&
    element.checkVisibility({visibilityProperty: true, opacityProperty: true});
};
const named = element => {
  const words = element.textContent.trim().replace(/\\s+/g, " ").slice(0, 40);
  const kind = typeof element.className === "string" ? element.className.trim() : "";
  return element.tagName.toLowerCase() + (kind && "." + kind.replace(/\\s+/g, ".")) +
    (words && ` “${words}”`);
};
"""


def ask(page: Page, body: str, argument: Any = None) -> Any:
    """Run the body of a function, with `seen`, `named` and `argument`, in the page."""
    return page.evaluate("argument => {" + SEEN + body + "}", argument)


def seen_ones(page: Page, selector: str) -> list[str]:
    """Return the elements of a kind that a reader sees."""
    found: list[str] = ask(page, "return [...document.querySelectorAll(argument)].filter(seen).map(named);", selector)
    return found


def hidden_ones(page: Page, selector: str) -> list[str]:
    """Return the elements of a kind that hold words which a reader does not see."""
    found: list[str] = ask(
        page,
        """return [...document.querySelectorAll(argument)]
             .filter(element => element.textContent.trim() && !seen(element)).map(named);""",
        selector,
    )
    return found


def wider_than_the_window(page: Page) -> list[str]:
    """Return what makes the page scroll sideways, or is cut off at its side."""
    found: list[str] = ask(
        page,
        """
        const width = document.documentElement.clientWidth;
        const page = document.scrollingElement;
        const scrolls = element => element !== document.body && element !== page &&
          /auto|scroll/.test(getComputedStyle(element).overflowX);
        // Some show a part of a drawing: its frame counts, not what it leaves out.
        const frames = element => element.matches(".cr-figure div, .cr-lens") &&
          getComputedStyle(element).overflowX === "hidden";
        const inScroller = element => {
          for (let up = element.parentElement; up; up = up.parentElement)
            if (scrolls(up) || frames(up)) return true;
          return false;
        };
        // What a drawing holds is cut off at its edge; its labels have a test of their own.
        const wide = [...document.body.querySelectorAll("*")].filter(element =>
          !element.ownerSVGElement && seen(element) && !inScroller(element) &&
          (element.getBoundingClientRect().right > width + 1 ||
           element.getBoundingClientRect().left < -1));
        const faults = wide.map(element =>
          `${Math.round(element.getBoundingClientRect().right)} of ${width} px: ${named(element)}`);
        if (page.scrollWidth > width) faults.push(`scrolls to ${page.scrollWidth} of ${width} px`);
        return faults;
        """,
    )
    return found


def sticking_out(page: Page) -> list[str]:
    """Return the parts of the main text whose words are wider than their box.

    A box that is cut there hides the ends of its words; another lets them run over its edge.
    Drawings may go to the edge of the screen; a field scrolls.
    """
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("article :not(svg *, input, .cr-lens, .cr-lens *, :has(figure))")]
             .filter(box => box.clientWidth && box.scrollWidth > box.clientWidth + 1)
             .map(box => `${box.scrollWidth} of ${box.clientWidth} px: `
                         + box.textContent.trim().slice(0, 60))"""
    )
    return found


def colour(page: Page, selector: str, of: str) -> tuple[float, float, float]:
    """Return a computed colour's red, green and blue, each 0 to 1, on the element's own canvas.

    Raises:
        ValueError: The browser computes something else, as for a transparent background.
    """
    value: str = page.eval_on_selector(selector, "(element, of) => getComputedStyle(element)[of]", of)
    match = re.fullmatch(r"rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)", value)
    if match is None or match[4] == "0":
        raise ValueError(f"{of} of {selector} is {value}")
    red, green, blue = (int(match[part]) / 255 for part in (1, 2, 3))
    return red, green, blue


def luminance(rgb: tuple[float, float, float]) -> float:
    """Return how light a colour is, as WCAG reckons it: 0 black, 1 white."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def paper_and_ink(page: Page) -> tuple[float, float]:
    """Return how light the page's background and its main heading are."""
    return (luminance(colour(page, "body", "backgroundColor")), luminance(colour(page, "h1", "color")))


def press(page: Page, name: str) -> None:
    """Press what the header calls by a name: a button, or a link where no script runs."""
    named = page.locator(".cr-header__bar :is(button, a)").filter(has_text=re.compile(rf"^\s*{name}\s*$"))
    named.locator("visible=true").first.click()


def open_menu(page: Page) -> None:
    press(page, "Menu")
    page.locator(".cr-pages a").last.wait_for()


def open_search(page: Page, words: str = "nerve") -> None:
    """Search as a reader does."""
    press(page, "Search")
    # To the page, not to the field: the field has to have the focus by itself.
    page.keyboard.type(words)
    page.locator(".cr-search li").first.wait_for()


def focused(page: Page) -> str:
    """Return the words of what has the focus, or of its label."""
    found: str = page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()")
    return found


def none(faults: list[str]) -> None:
    """Fail with a line for each fault."""
    assert not faults, "\n".join(faults)

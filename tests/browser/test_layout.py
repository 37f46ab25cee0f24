"""How pages stand on small and large screens: widths, first screen, targets, text, lines."""

from collections.abc import Callable

from conftest import Views
from measures import DESKTOP, PHONE, ask, none, open_menu, open_search, seen_ones, sticking_out, wider_than_the_window
from playwright.sync_api import Page, ViewportSize

TARGET = 44
TEXT = 18
LONGEST_LINE = 80
USUAL_LINE = 75

NARROW: ViewportSize = {"width": 320, "height": 640}


def test_every_page_fits_every_screen_and_large_text(view: Views, address: str) -> None:
    none(misfits(view(address, DESKTOP)))


def misfits(page: Page) -> list[str]:
    """Return what is cut, too small or scrolls sideways on any screen, at 100 % and 200 % text."""
    faults = []
    # Opens all folds (docs/js/page.js).
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for screen, large in ((NARROW, 0), (PHONE, 0), (DESKTOP, 0), (PHONE, 1), (DESKTOP, 1)):
        page.set_viewport_size(screen)
        if large and screen is PHONE:
            # As a reader's setting twice as large would, but for the layout, which stays: the harder case.
            page.evaluate(
                """() => {
                     const root = document.documentElement;
                     root.style.fontSize = parseFloat(getComputedStyle(root).fontSize) * 2 + "px";
                   }"""
            )
        found = wider_than_the_window(page) + sticking_out(page)
        if not large:
            found += small_targets(page) + hard_to_read(page)
        state = f"{screen['width']} px wide, text at {200 if large else 100} %"
        faults += [f"{page.url}, {state}: {fault}" for fault in found]
    page.evaluate("document.documentElement.style.fontSize = ''; dispatchEvent(new Event('afterprint'))")
    return faults


def test_the_text_grows_with_the_readers_own_setting(view: Views) -> None:
    rules = ask(
        view("", PHONE),
        """return [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
             .filter(rule => /^(html|:root|body)$/.test(rule.selectorText))
             .flatMap(rule => rule.cssText.match(/(?<=[{;] )font(-size)?: [^;]+/g) ?? []);""",
    )
    assert rules
    assert not [font for font in rules if "rem" not in font]


def test_the_home_page_says_it_all_on_the_first_screen(view: Views) -> None:
    page = view("", PHONE)
    below = ask(
        page,
        """
        const parts = {
          "the heading": ["article h1", 1],
          "the message": ["article .cr-hero .cr-lead", 1],
          "the summary": ["article .cr-hero li", 3],
          "the buttons": ["article .cr-button", 2],
        };
        return Object.entries(parts).flatMap(([name, [selector, count]]) => {
          const found = [...document.querySelectorAll(selector)].slice(0, count).filter(seen);
          const out = found.map(element => element.getBoundingClientRect())
            .filter(({top, bottom}) => top < 0 || bottom > innerHeight || scrollY)
            .map(({top, bottom}) => `${name} at ${Math.round(top)} to ${Math.round(bottom)} px`);
          return found.length < count ? [...out, `${name}: not all there`] : out;
        });
        """,
    )
    none(below)


def small_targets(page: Page) -> list[str]:
    found: list[str] = ask(
        page,
        """
        const kinds = "button, summary, select, [role=button], header a, nav a, .cr-button, " +
          "label[for], input:not([type=hidden])";
        return [...document.querySelectorAll(kinds)].filter(seen)
          // The words beside a field are no target of their own: the field is.
          .filter(element => !(element.matches("label") && element.control && seen(element.control)))
          // A field inside its words is pressed by pressing them.
          .map(element => element.matches("input") && element.closest("label") || element)
          .map(element => [element.getBoundingClientRect(), element])
          .filter(([box]) => box.width < argument - 0.5 || box.height < argument - 0.5)
          .map(([box, element]) => `${Math.round(box.width)} x ${Math.round(box.height)} px: ${named(element)}`);
        """,
        TARGET,
    )
    return found


def test_everything_to_press_in_menu_and_search_is_large_enough(page: Page, url: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(url)
    open_menu(page)
    assert len(seen_ones(page, ".cr-pages a")) >= 8
    none(small_targets(page))
    open_search(page)
    for screen in (PHONE, DESKTOP):
        page.set_viewport_size(screen)
        none(small_targets(page))


def hard_to_read(page: Page) -> list[str]:
    """Return small text, tight lines and links that are not underlined."""
    found: list[str] = ask(
        page,
        """
        const all = [...document.body.querySelectorAll("*")].filter(seen);
        const style = element => getComputedStyle(element);
        const size = element => parseFloat(style(element).fontSize);
        const faults = {
          // A citation's number is a mark, not text; all else is.
          "small text": all.filter(element => !element.closest("svg, a[href*='#ref-']") &&
            [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()) &&
            size(element) < (element.closest("article") ? argument : 16) - 0.01),
          "tight lines": all.filter(element => element.matches("article p") &&
            parseFloat(style(element).lineHeight) < 1.39 * size(element)),
          "no underline": all.filter(element => element.matches("article :is(p, li, dd, td) a[href]") &&
            // With a frame it is a button.
            style(element).borderStyle === "none" && !style(element).textDecorationLine.includes("underline")),
        };
        return Object.entries(faults).flatMap(([rule, ones]) => ones.map(one => `${rule}: ${named(one)}`));
        """,
        TEXT,
    )
    return found


def line_lengths(page: Page) -> list[int]:
    """Return how many characters stand on each full line, the last of a run left out."""
    found: list[int] = ask(
        page,
        """
        const counts = [];
        for (const element of document.querySelectorAll("article :is(p, li, dt, dd, td, th, figcaption)")) {
          if (!seen(element) || element.querySelector("p, li, dd")) continue;
          const lines = [];
          const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
          const range = document.createRange();
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            for (const word of node.data.matchAll(/\\S+\\s*/g)) {
              range.setStart(node, word.index);
              range.setEnd(node, word.index + word[0].trimEnd().length);
              const {top} = range.getBoundingClientRect(), line = lines.at(-1);
              const length = word[0].replace(/\\s+$/, " ").length;
              // Words in bold or small type sit a few pixels higher or lower on one line.
              if (line && Math.abs(line.top - top) < 12) line.length += length;
              else lines.push({top, length});
            }
          }
          counts.push(...lines.slice(0, -1).map(line => line.length));
        }
        return counts;
        """,
    )
    return found


def test_lines_are_short(view: Views, address: str) -> None:
    if lengths := line_lengths(view(address, DESKTOP)):  # the handout may have no run of two lines on a wide screen
        # Letters differ in width: one line in twenty may be a little longer.
        assert sorted(lengths)[len(lengths) * 19 // 20] <= USUAL_LINE
        assert max(lengths) <= LONGEST_LINE


# The measures themselves, on pages with the fault planted.

PROSE = "<article><p style='font: 18px/1.6 serif'>Text <a href=x>link</a></p></article>"


def test_a_fault_is_found(page: Page) -> None:
    page.set_viewport_size(NARROW)
    wide = "<div style='overflow-x: auto'><p style='width: 400px'>Text</p></div>"
    cut = "<article><div style='width: 300px; overflow: hidden'>Emergencies</div></article>"
    button = "<button style='width: 44px; height: 44px'>A</button>"
    faults: list[tuple[Callable[[Page], list[str]], str, str, str]] = [
        (wider_than_the_window, "<p style='width: 300px'>Text</p>", "300", "400"),
        (wider_than_the_window, wide, "<div style='overflow-x: auto'>", "<body style='overflow-x: hidden'>"),
        (sticking_out, cut, "300", "50"),
        (small_targets, button, "44px'", "40px'"),
        (small_targets, "<p>In prose <a href=x>a link</a> may be small.</p>", "<p>", "<nav>"),
        (hard_to_read, PROSE, "18px", "17px"),
        (hard_to_read, PROSE, "1.6", "1.2"),
        (hard_to_read, PROSE, "href=x", "href=x style='text-decoration: none'"),
    ]
    for measure, good, old, new in faults:
        page.set_content(good)
        none(measure(page))
        page.set_content(good.replace(old, new))
        assert measure(page), good
    page.set_content(f"<article><p style='width: 20ch; font: 20px monospace'>{'word ' * 20}</p>")
    assert set(line_lengths(page)) == {20}

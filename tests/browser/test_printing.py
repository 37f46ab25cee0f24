"""Printing any page gives clean paper; the handout is one sheet."""

from io import BytesIO

from conftest import Views
from measures import DESKTOP, paper_and_ink, seen_ones, wider_than_the_window
from playwright.sync_api import Page
from pypdf import PageObject, PdfReader

# A4 less the margins that browsers take at most, in CSS pixels: 210 mm are 794 of them.
PAPER_WIDTH = 640


def sheets(page: Page, paper: str = "A4", scale: float = 1) -> list[PageObject]:
    """Print the page and return its sheets."""
    pdf = page.pdf(format=paper, prefer_css_page_size=False, scale=scale)
    return list(PdfReader(BytesIO(pdf)).pages)


def printed(page: Page) -> list[str]:
    """Print the page and return the text of each sheet."""
    return [sheet.extract_text() for sheet in sheets(page)]


def test_the_handout_is_one_sheet_without_scripts(view: Views) -> None:
    page = view("handout/", DESKTOP, media="print", scripts=False)
    for paper in ("A4", "Letter"):
        # Faces and printers differ by a few hundredths.
        first, *others = sheets(page, paper, scale=1.03)
        assert not others, f"{paper}: the second sheet starts: {others[0].extract_text()[:200]}"
        text = first.extract_text()
        for part in ("Prepared for", "Prepared by", "Never press", "Stop at once", "Week"):
            assert part in text, part


def test_every_page_prints_black_on_white_without_controls(view: Views, address: str) -> None:
    page = view(address, {"width": PAPER_WIDTH, "height": 900}, "dark", "print")
    assert not seen_ones(page, ".cr-header, nav, button, input, label, form")
    assert seen_ones(page, "article h1")
    assert not wider_than_the_window(page)
    paper, ink = paper_and_ink(page)
    assert paper > 0.95
    assert ink < 0.05
    pale = page.eval_on_selector_all(
        "article a",
        """links => links.filter(link => link.checkVisibility()).filter(link =>
             getComputedStyle(link).color !== "rgb(0, 0, 0)").map(link => link.textContent)""",
    )
    assert not pale


def test_every_page_prints_whole_with_the_addresses_of_its_links(view: Views, name: str) -> None:
    page = view("" if name == "index" else f"{name}/", DESKTOP, media="print")
    heading = page.locator("article h1").inner_text()
    last = page.locator(".cr-footer p").last.inner_text()
    # Where the sheet comes from.
    own = page.get_attribute("link[rel=canonical]", "href") or "none"
    links: list[list[str]] = page.eval_on_selector_all(
        "article a[href^=http]",
        """links => links.filter(link => link.checkVisibility()).map(link =>
             [link.getAttribute("href"), getComputedStyle(link, "::after").content])""",
    )
    assert not [address for address, printed in links if address not in printed]
    found = sheets(page)
    # Reading sheets takes long: all of a short page, the first and the last ones of a long one.
    some = found if len(found) < 9 else found[:1] + found[-2:]
    text = "".join("".join(sheet.extract_text() for sheet in some).split())
    parts = [heading, last, own, *(address for address, _ in links if some is found)]
    assert not [part for part in parts if "".join(part.split()) not in text]


def test_a_second_sheet_is_found(page: Page) -> None:
    page.set_content("<p>One</p><p style='break-before: page'>Two</p>")
    assert [sheet.strip() for sheet in printed(page)] == ["One", "Two"]

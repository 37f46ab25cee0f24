"""How long pages are on a phone, with everything as it arrives."""

import pytest
from measures import PHONE
from playwright.sync_api import Page, expect

# Screens that each page may take.
MOST = {
    "": 8,
    "safety/": 9,
    "find-the-spot/": 7,
    "release/": 15,
    "faq/": 5,
    "research/": 14,
    "share/": 4,
    "progress/": 4,
    "about/": 8,
}
# A font of common width: system-ui is as wide as DejaVu Sans on some machines.
FONT = "document.documentElement.style.setProperty('--cr-text-font', '\"Liberation Sans\", Arial')"


def arrive(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(address)
    page.evaluate(FONT)


@pytest.mark.parametrize(("address", "most"), MOST.items())
def test_a_page_takes_few_screens(desk: Page, url: str, address: str, most: int) -> None:
    arrive(desk, url + address)
    assert desk.evaluate("document.documentElement.scrollHeight / innerHeight") <= most


@pytest.mark.parametrize(("heading", "most"), [(".cr-step h3", 4), ("#settle", 7)])
def test_the_first_step_and_the_first_press_come_soon(desk: Page, url: str, heading: str, most: int) -> None:
    arrive(desk, f"{url}release/")
    top = desk.locator(heading).first.evaluate("heading => heading.getBoundingClientRect().top + scrollY")
    assert top / PHONE["height"] <= most


def test_plan_and_start_are_in_sight_at_once(desk: Page, url: str) -> None:
    arrive(desk, f"{url}release/")
    desk.set_viewport_size({"width": 360, "height": 620})
    expect(desk.locator(".cr-plan__words")).to_be_in_viewport(ratio=1)
    expect(desk.get_by_role("button", name="Start")).to_be_in_viewport(ratio=1)

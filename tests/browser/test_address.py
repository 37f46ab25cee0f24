"""The plan in a page's address: it is followed, and no way round the page loses it."""

import pytest
from playwright.sync_api import Page, expect

LEFT, RIGHT = (
    f"side={side}&position=floor&tool=roller&rounds=1&seconds=45&days=5&weeks=6"
    for side in ("left", "right")
)
# Each page that follows a plan: where it tells it, a place on it, and what it tells without a plan.
pages = pytest.mark.parametrize(
    ("name", "told", "place", "usual"),
    [
        ("release", ".cr-plan__words", "chair", "Both calves"),
        ("share", ".cr-share__plan", "what-the-link-holds", "Both calves"),
        ("handout", ".cr-handout__head", "tick-grid", ""),
    ],
)


@pages
def test_a_plan_outlasts_jumps_on_its_page_and_goes_and_comes_with_the_address(
    page: Page, url: str, name: str, told: str, place: str, usual: str
) -> None:
    address = f"{url}{name}/"
    page.goto(address)
    words = page.locator(told)
    expect(words).to_contain_text(usual)
    expect(words).not_to_contain_text("calf, on the floor")
    page.evaluate("plan => { location.hash = plan; }", LEFT)
    expect(words).to_contain_text("Left calf, on the floor")
    # As in the page's contents, to its top, and as some programs write a place.
    for jump in (f"#{place}", "#", f"#%{ord(place[0]):x}{place[1:]}"):
        page.evaluate("jump => { location.href = jump; }", jump)
        expect(words).to_contain_text("Left calf, on the floor")
        page.reload()
        expect(words).to_contain_text("Left calf, on the floor")
    page.goto(f"{address}#{RIGHT}")
    expect(words).to_contain_text("Right calf, on the floor")
    page.go_back()
    expect(words).to_contain_text("Left calf, on the floor")
    page.goto(address)
    expect(words).to_contain_text(usual)
    expect(words).not_to_contain_text("calf, on the floor")


@pages
def test_a_place_in_the_address_asks_for_no_plan(
    page: Page, url: str, name: str, told: str, place: str, usual: str
) -> None:
    page.goto(f"{url}{name}/#{place}")
    expect(page.locator(told)).to_contain_text(usual)
    expect(page.locator("article")).not_to_contain_text("could not read")

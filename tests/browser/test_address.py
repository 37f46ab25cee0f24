"""The plan in a page's address: it is followed, and no way round the page loses it."""

import pytest
from playwright.sync_api import Page, expect
from windows import discard

LEFT, RIGHT = (
    f"side={side}&position=floor&tool=roller&rounds=1&seconds=45&days=5&weeks=6" for side in ("left", "right")
)


# Each page that follows a plan: where it shows it, a place on it, and its words without a plan.
@pytest.mark.parametrize(
    ("name", "told", "place", "usual"),
    [
        ("release", ".cr-plan__words", "chair", "Both calves"),
        ("share", ".cr-share__plan", "what-the-link-holds", "Both calves"),
        ("handout", ".cr-handout__head", "tick-grid", ""),
    ],
)
def test_a_plan_outlasts_jumps_and_reloads_of_its_page(
    fresh: Page, url: str, name: str, told: str, place: str, usual: str
) -> None:
    page, address = fresh, f"{url}{name}/"
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
    expect(words).to_contain_text("Right calf, on the floor")  # that entry was a place
    # What is not a plan is reported, and does not replace the tab's plan.
    discard(page, url)
    page.goto(f"{address}#nonsense")
    expect(page.locator("article")).to_contain_text("We could not read the plan in this link")
    discard(page, url)
    page.goto(address)
    expect(words).to_contain_text("Right calf, on the floor")
    # A place in the address asks for no plan.
    page.evaluate("sessionStorage.clear()")
    discard(page, url)
    page.goto(f"{address}#{place}")
    expect(words).to_contain_text(usual)
    expect(page.locator("article")).not_to_contain_text("could not read")
    # Another tab, as another link is opened in, knows nothing of it.
    other = page.context.new_page()
    other.goto(address)
    expect(other.locator(told)).to_contain_text(usual)
    expect(other.locator(told)).not_to_contain_text("calf, on the floor")


def test_the_plan_of_a_link_is_there_again_after_the_pages_about_safety_and_the_spot(desk: Page, url: str) -> None:
    desk.goto(f"{url}release/#{LEFT}")
    words = desk.locator(".cr-plan__words")
    desk.locator(".cr-strip").get_by_role("link", name="Safe").click()
    desk.locator(".cr-next").get_by_role("link", name="Find the spot").click()
    desk.locator(".cr-next").get_by_role("link", name="Do the release").click()
    expect(words).to_contain_text("Left calf, on the floor")
    expect(desk.locator("#your-plan")).to_have_text("Your plan")
    desk.locator(".cr-next").get_by_role("link", name="One-page handout").click()
    expect(desk.locator(".cr-handout__plan")).to_contain_text("Left calf, on the floor")
    desk.go_back()
    desk.get_by_role("link", name="Use our usual plan").click()
    expect(words).to_contain_text("Both calves, on a chair")


def test_what_is_wrong_with_a_link_is_said_again_on_the_next_visit(fresh: Page, url: str) -> None:
    plan = fresh.locator("#plan")
    fresh.goto(f"{url}release/#side=left&positio")
    expect(plan).to_contain_text("In this link")
    discard(fresh, url)
    fresh.goto(f"{url}release/")
    expect(plan).to_contain_text("Left calf")
    expect(plan).to_contain_text("In this link")

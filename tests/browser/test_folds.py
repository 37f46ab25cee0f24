"""What is folded is one step away: by a link, the search, a tap without scripts, by ear, on paper."""

from conftest import PageOpener
from measures import PHONE, open_search
from playwright.sync_api import Page, expect

FOLDS = "[...document.querySelectorAll('article details')].map(fold => fold.open)"


def test_a_link_to_a_fold_or_into_it_opens_it(page: Page, url: str) -> None:
    for name, place in (("studies", "nerve"), ("references", "ref-8"), ("faq", "can-it-harm")):
        opened = page.locator(f"details[open]#{place}, details[open] #{place}")
        page.goto(f"{url}{name}/#{place}")
        expect(opened).to_be_in_viewport()
        page.goto("about:blank")
        page.goto(f"{url}{name}/")
        expect(opened).to_have_count(0)
        page.evaluate("place => { location.hash = place; }", place)
        expect(opened).to_be_in_viewport()


def test_what_the_search_finds_in_a_fold_is_open(page: Page, url: str) -> None:
    page.goto(f"{url}faq/")
    open_search(page, "foam rolling help")
    page.locator(".cr-search li a[href*='#foam-rolling']").click()
    expect(page.locator("details[open] #foam-rolling")).to_be_in_viewport()


def test_headings_of_folds_are_headings_for_assistive_technology(page: Page, url: str) -> None:
    page.goto(f"{url}faq/")
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    heard = {node["name"]["value"] for node in tree if not node["ignored"] and node["role"]["value"] == "heading"}
    headings = page.locator("summary :is(h2, h3)").all_inner_texts()
    assert len(headings) > 10
    assert not set(headings) - heard


def test_all_folds_are_open_on_paper_and_as_before_afterwards(page: Page, url: str) -> None:
    page.goto(f"{url}release/")
    before = page.evaluate(FOLDS)
    page.evaluate(f"onbeforeprint = () => {{ window.printed_ = {FOLDS}; }}")
    page.pdf()
    assert all(page.evaluate("printed_"))
    assert page.evaluate(FOLDS) == before
    assert not all(before)
    # One of a name is open, as it was.
    assert page.locator("details[name=set-up][open]").count() == 1


def test_without_scripts_one_tap_opens_a_fold(open_page: PageOpener, url: str) -> None:
    page = open_page(java_script_enabled=False, viewport=PHONE, has_touch=True)
    page.goto(f"{url}faq/")
    fold = page.locator("details", has=page.locator("#can-it-harm"))
    expect(fold.locator("> :last-child")).to_be_hidden()
    fold.locator("summary").tap()
    expect(fold.locator("> :last-child")).to_be_visible()


def test_one_set_up_is_always_open(page: Page, url: str) -> None:
    page.goto(f"{url}release/")
    seat = page.locator("summary", has=page.locator("#seat"))
    for _ in range(2):
        seat.click()
        expect(page.locator("details[name=set-up][open] #seat")).to_be_visible()

"""The handout with a plan: its words follow, its code leads to it, and it stays one sheet."""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from conftest import PageOpener
from hypothesis import given, settings
from hypothesis import strategies as st
from measures import DESKTOP, PHONE, seen_ones, sticking_out, wider_than_the_window
from playwright.sync_api import Browser, Page, Request, expect
from pypdf import PdfReader
from test_accessibility import schemes, violations
from test_layout import double_the_text, small_targets, small_text
from test_plan import ALLOWED, DEFAULT, FRAGMENTS, NOTE
from test_printing import printed
from test_qr import read
from test_share import far_away, follow, leaks, within_limits

FULL = "side=left&position=seat&tool=towel&rounds=3&seconds=90&days=6&weeks=6"
SHORT = "side=both&position=chair&tool=hands&rounds=1&seconds=30&days=7&weeks=1"

# A sheet less the margins that print.css asks for, in CSS pixels: width and height.
MARGINS = 24 / 25.4 * 96
SHEETS = {
    "A4": (210 / 25.4 * 96 - MARGINS, 297 / 25.4 * 96 - MARGINS),
    "Letter": (8.5 * 96 - MARGINS, 11 * 96 - MARGINS),
}
LARGER = 1.03  # other faces and printers
CODE = ".cr-handout__code svg"


def opened(page: Page, url: str, fragment: str = "") -> Page:
    # A new document each time, so that nothing is left of an earlier plan.
    page.goto("about:blank")
    page.goto(f"{url}handout/#{fragment}" if fragment else f"{url}handout/")
    page.locator(CODE).wait_for()
    return page


def on_paper(page: Page, paper: str) -> None:
    width, height = map(round, SHEETS[paper])
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="print")


def text(page: Page, selector: str) -> str:
    return " ".join(page.locator(selector).inner_text().split())


def sheet(page: Page) -> str:
    """Return the words of the printed page, in one line."""
    [only] = printed(page)
    return " ".join(only.split())


@pytest.mark.parametrize(
    ("fragment", "there", "gone"),
    [
        (
            SHORT,
            [
                "Your plan: Both calves, on a chair, with your hands. "
                "1 round of 30 seconds for each calf, every day for 1 week.",
                "Settle for 5 seconds",
                "Drift for 10 seconds",
                "Hold still for 15 seconds",
                "Rest. Change legs, and repeat.",
                "Dose: 1 round of 30 seconds a calf, every day.",
                "Tick each day, and rate",
                "No useful change after one week?",
                "Right leg, from behind. The left is its mirror image. Striped: never.",
                "Solid: press here, on soft muscle at the back and outer side",
                "If you feel bone, slide back.",
            ],
            ["once more", "twice more", "if you do both", "Drawn with", "two weeks"],
        ),
        (
            DEFAULT,
            [
                "Settle for 15 seconds",
                "Drift for 30 seconds",
                "Hold still for 45 seconds",
                "Rest. Do 3 to 5 once more. Change legs, and repeat.",
                "Dose: 2 rounds of 90 seconds a calf, every day.",
                "No useful change after two weeks?",
            ],
            ["twice more", "if you do both", "Drawn with"],
        ),
        (
            FULL,
            [
                "Your plan: Left calf, on a second chair, with a rolled towel. "
                "3 rounds of 90 seconds, 6 days a week for 6 weeks.",
                "Rest. Do 3 to 5 twice more. 7.",
                "Dose: 3 rounds of 90 seconds, 6 days a week.",
                "Drawn with hands, on a chair. On a second chair: no bone on the tool.",
                "Tick each day that you do it, and rate",
                "No useful change after two weeks?",
                "A right leg, from behind: yours is its mirror image.",
            ],
            ["once more", "Change legs"],
        ),
        (
            "side=right&position=floor&tool=roller&rounds=2&seconds=120&days=1&weeks=3",
            [
                "Settle for 20 seconds",
                "Drift for 40 seconds",
                "Hold still for 60 seconds",
                "Rest. Do 3 to 5 once more. 7.",
                "Dose: 2 rounds of 120 seconds, 1 day a week.",
                "Right leg, from behind.",
            ],
            ["Change legs", "mirror"],
        ),
        (
            "side=both&position=chair&tool=roller&rounds=2&seconds=90&days=7&weeks=2",
            ["Drawn with hands, on a chair. Ask to be shown yours."],
            ["Scan for your set-up", "no bone on the tool"],
        ),
    ],
)
def test_the_words_on_the_sheet_follow_the_plan(
    page: Page, url: str, fragment: str, there: list[str], gone: list[str]
) -> None:
    words = sheet(opened(page, url, fragment))
    assert not [part for part in there if part not in words], words
    assert not [part for part in gone if part in words], words


WORDS = """place => [...document.querySelectorAll(place)].map(one => one.innerText)
             .join(" ").replace(/\\s+/g, " ")"""


def test_without_a_plan_the_sheet_is_the_one_that_stands_in_the_markdown(
    open_page: PageOpener, url: str
) -> None:
    plain = open_page(java_script_enabled=False)
    plain.goto(f"{url}handout/")
    places = ".cr-handout > *, .cr-grid table, .cr-grid ~ *, #tick-grid"
    stands = plain.evaluate(WORDS, places)
    page = open_page()
    opened(page, url)
    assert page.evaluate(WORDS, places) == stands
    assert "Your plan" not in sheet(page)
    assert read_code(page) == f"{url}release/#{DEFAULT}"
    assert "Our usual plan: Both calves" in sheet(page)


def read_code(page: Page) -> str:
    [found] = read(page, page.locator(CODE).screenshot())
    return found.text


@pytest.mark.parametrize("weeks", ALLOWED["weeks"])
def test_the_grid_has_a_row_for_each_week_high_enough_for_a_hand(
    page: Page, url: str, weeks: int
) -> None:
    opened(page, url, DEFAULT.replace("weeks=2", f"weeks={weeks}"))
    on_paper(page, "Letter")
    rows: list[list[Any]] = page.evaluate(
        """[...document.querySelectorAll(".cr-grid tbody tr")].map(({cells}) =>
             [cells[0].textContent, cells.length, cells[1].offsetHeight, cells[1].offsetWidth])"""
    )
    assert [row[0] for row in rows] == [str(week + 1) for week in range(weeks)]
    millimetre = 96 / 25.4
    assert {row[1] for row in rows} == {8}
    assert min(row[2] for row in rows) > 6.5 * millimetre
    assert min(row[3] for row in rows) > 10 * millimetre
    assert page.locator(".cr-grid thead").count() == (1 if weeks < 3 else 2)


# What else a plan has makes no line longer or shorter.
TALLEST = """async plans => {
  const heights = [];
  for (const plan of plans) {
    location.hash = plan;
    await new Promise(done => addEventListener("hashchange", done, {once: true}));
    const article = document.querySelector("article").getBoundingClientRect();
    heights.push([article.bottom, plan]);
  }
  return heights.sort(([a], [b]) => b - a)[0];
}"""
PLANS = [
    f"side={side}&{way}&rounds={rounds}&seconds=90&days={days}&weeks={weeks}"
    for side, way, rounds, days, weeks in product(
        ("left", "both"),
        ("position=seat&tool=towel", "position=chair&tool=hands"),
        (1, 3),
        (6, 7),
        (1, 3, 4, 6),
    )
]


@pytest.mark.parametrize("paper", SHEETS)
def test_every_plan_is_one_sheet(page: Page, url: str, paper: str) -> None:
    opened(page, url)
    on_paper(page, paper)
    height, tallest = page.evaluate(TALLEST, PLANS)
    assert height * LARGER <= SHEETS[paper][1], tallest
    for fragment in (tallest, FULL, SHORT):
        opened(page, url, fragment)
        for scale in (1, LARGER):
            pdf = page.pdf(format=paper, prefer_css_page_size=False, scale=scale)
            assert len(PdfReader(BytesIO(pdf)).pages) == 1, f"{fragment} at {scale}"


@pytest.mark.parametrize("paper", SHEETS)
@pytest.mark.parametrize("fragment", [FULL, SHORT])
def test_nothing_on_the_sheet_is_cut_or_tiny(
    page: Page, url: str, paper: str, fragment: str
) -> None:
    opened(page, url, fragment)
    on_paper(page, paper)
    assert not wider_than_the_window(page)
    # A drawing's frame shows a part of it on purpose.
    cut: list[str] = page.evaluate(
        """[...document.querySelectorAll("article :not(svg *, .cr-figure div)")]
             .filter(({scrollWidth, clientWidth}) => clientWidth && scrollWidth > clientWidth + 1)
             .map(one => one.textContent)"""
    )
    assert not cut
    # 9 points are 12 pixels.
    tiny: list[str] = page.evaluate(
        """[...document.querySelectorAll("article :not(svg *)")].filter(one =>
             one.checkVisibility() && [...one.childNodes].some(({data}) => data?.trim()) &&
             parseFloat(getComputedStyle(one).fontSize) < 12).map(one => one.textContent)"""
    )
    assert not tiny
    assert not seen_ones(page, "button, .cr-screen-only")


@schemes
def test_the_code_on_paper_leads_to_the_plan(open_page: PageOpener, url: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme, device_scale_factor=2)
    for fragment in (FULL, SHORT):
        opened(page, url, fragment)
        on_paper(page, "A4")
        box = page.locator(CODE).bounding_box()
        assert box is not None
        for side in (box["width"], box["height"]):
            assert 26 <= side / 96 * 25.4 <= 30
        # A photograph of the whole sheet.
        found = read(page, page.screenshot(full_page=True))
        assert [one.text for one in found] == [f"{url}release/#{fragment}"]
        page.emulate_media(media="screen")


def test_the_words_below_the_code_open_the_same_plan(page: Page, url: str) -> None:
    opened(page, url, FULL)
    page.get_by_role("link", name="Scan for the steps").click()
    assert page.url == f"{url}release/#{FULL}"


def test_an_address_too_long_for_a_code_is_told_in_its_place(page: Page, url: str) -> None:
    page.goto(f"{far_away(page, url)}handout/#{FULL}")
    expect(page.locator(".cr-handout__code")).to_contain_text("too long for a QR code")
    assert "Left calf, on a second chair" in sheet(page)


def test_the_button_prints(page: Page, url: str) -> None:
    page.add_init_script("window.print = () => { window.asked = true; }")
    opened(page, url, FULL).get_by_role("button", name="Print").click()
    assert page.evaluate("asked")


@pytest.mark.parametrize("lost", ["handout", "plan", "code", "qr", "dom", "address"])
def test_where_a_module_fails_the_sheet_says_that_it_tells_the_usual_plan(
    open_page: PageOpener, url: str, lost: str
) -> None:
    page = open_page(viewport=PHONE)
    page.route(f"**/js/*/{lost}.js", lambda route: route.abort())
    page.goto(f"{url}handout/#{FULL}")
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("Did you choose a plan, and it does not show here?").is_visible()
    assert page.get_by_text("Use your browser's Print.").is_visible()
    assert not page.locator("article button").count()
    assert not page.locator(CODE).count()
    words = sheet(page)
    assert "Our usual plan: Both calves" in words
    assert "2 rounds of 90 seconds, once a day, 2 weeks." in words
    assert "Load the page again" not in words


def test_print_is_in_sight_on_a_phone(open_page: PageOpener, url: str) -> None:
    page = opened(open_page(viewport=PHONE), url, FULL)
    box = page.get_by_role("button", name="Print").bounding_box()
    assert box and box["y"] + box["height"] < PHONE["height"]


def test_a_sentence_about_the_link_stands_on_the_screen_alone(page: Page, url: str) -> None:
    opened(page, url, FULL.replace("days=6", "days=lots"))
    sentence = "In this link we could not find or use the days a week"
    assert page.get_by_text(sentence).is_visible()
    words = sheet(page)
    assert sentence not in words
    assert "every day for 6 weeks" in words


@pytest.fixture(scope="module")
def handout(browser: Browser, url: str) -> Iterator[Page]:
    page = browser.new_page()
    yield opened(page, url)
    page.close()


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(FRAGMENTS, min_size=30, max_size=60))
def test_whatever_stands_in_the_address_the_sheet_is_whole(
    handout: Page, fragments: list[str]
) -> None:
    # The grid has as many rows as the plan has weeks.
    parts = "article *:not(.cr-grid *)"
    [[usual, *_]] = follow(handout, [DEFAULT], parts)
    look = (".cr-handout__code a", ".cr-handout__note", ".cr-handout__head")
    made = follow(handout, fragments, parts, *look)
    for fragment, (now, address, note, head) in zip(fragments, made, strict=True):
        assert now == usual, fragment
        assert within_limits(address), fragment
        assert NOTE.fullmatch(note), fragment
        assert re.search("(Your|Our usual) plan: (Left|Right|Both) cal", head), fragment


@schemes
@pytest.mark.parametrize("fragment", ["", FULL, "side=1&weeks=9"])
def test_the_page_with_a_plan_is_accessible(
    open_page: PageOpener, url: str, scheme: str, fragment: str
) -> None:
    for screen in (PHONE, DESKTOP):
        page = opened(open_page(viewport=screen, color_scheme=scheme), url, fragment)
        found = violations(page)
        assert not found, "\n".join(found)


def test_the_page_with_a_plan_fits_narrow_screens_and_large_text(
    open_page: PageOpener, url: str
) -> None:
    for width, large in ((320, False), (360, True), (1280, True)):
        page = open_page(viewport={"width": width, "height": 640})
        opened(page, url, FULL.replace("days=6", "days=lots"))
        if large:
            double_the_text(page)
        faults = wider_than_the_window(page) + sticking_out(page)
        if not large:
            faults += small_text(page) + small_targets(page)
        assert not faults, f"{width} px: {faults}"


def test_no_plan_leaves_the_device_and_none_outlasts_the_tab(page: Page, url: str) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    opened(page, url, FULL)
    page.wait_for_load_state("networkidle")
    assert len(asked) > 5
    assert not [request.url for request in asked if not request.url.startswith(url)]
    assert not [leak for request in asked for leak in leaks(request)]
    stored: Any = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    # For this tab alone.
    assert stored == ["calf-release-plan"]
    assert page.evaluate("sessionStorage.length") == 1

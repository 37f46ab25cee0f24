"""The handout with a plan: its words follow, its code leads to it, and it stays one sheet."""

import re
from itertools import product
from typing import Any

import pytest
from conftest import PageOpener, Views
from hypothesis import given
from measures import DESKTOP, PHONE, none, seen_ones, wider_than_the_window
from playwright.sync_api import Page
from test_accessibility import audit
from test_layout import misfits
from test_plan import ALLOWED, DEFAULT, NOTE
from test_printing import printed, sheets
from test_qr import read
from test_share import few, follow, some_fragments, within_limits
from windows import open_plan

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


def opened(page: Page, url: str, fragment: str = FULL) -> Page:
    open_plan(page, f"{url}handout/", fragment)
    page.locator(CODE).wait_for()
    return page


def on_paper(page: Page, paper: str) -> None:
    width, height = map(round, SHEETS[paper])
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="print")


def sheet(page: Page) -> str:
    """Return the words of the printed page, in one line."""
    [only] = printed(page)
    return " ".join(only.split())


# What the sheet of a plan says, and what it does not say.
SHEET_WORDS = {
    SHORT: (
        "Your plan: Both calves, on a chair, with your hands. 1 round of 30 seconds for each calf, "
        "every day for 1 week. … Press the solid spot. Lay four fingers lightly below the knob, thumb just "
        "under them. … never forwards. … Right leg, from behind. The left is its mirror image. … "
        "Settle for 5 seconds … Drift for 10 seconds … Hold for 15 seconds … "
        "Rest. Change legs, repeat. … Dose: 1 round of 30 seconds a calf, every day. … "
        "Tick each day, and rate … No useful change after one week?",
        "once more … twice more … if you do both … Drawn with … two weeks",
    ),
    DEFAULT: (
        "Settle for 15 seconds … Drift for 30 seconds … Hold for 45 seconds … Rest. Do 3 to "
        "5 once more. Change legs, repeat. … Dose: 2 rounds of 90 seconds a calf, every day. … "
        "No useful change after two weeks?",
        "twice more … if you do both … Drawn with",
    ),
    FULL: (
        "Your plan: Left calf, on a second chair, with a rolled towel. 3 rounds of 90 seconds, "
        "6 days a week for 6 weeks. … A right leg, from behind: yours is its mirror image. … "
        "Rest. Do 3 to 5 twice more. 7. … Drawn with hands, on a chair. On a second chair: no bone "
        "on the tool. … Dose: 3 rounds of 90 seconds, 6 days a week. … Tick each day that you do "
        "it, and rate … No useful change after two weeks?",
        "once more … Change legs",
    ),
    "side=right&position=floor&tool=roller&rounds=2&seconds=120&days=1&weeks=3": (
        "Right leg, from behind. … Settle for 20 seconds … Drift for 40 seconds … Hold for "
        "60 seconds … Rest. Do 3 to 5 once more. 7. … Dose: 2 rounds of 120 seconds, 1 day a week.",
        "Change legs … mirror",
    ),
    "side=both&position=chair&tool=roller&rounds=2&seconds=90&days=7&weeks=2": (
        "Drawn with hands, on a chair. Ask to be shown yours.",
        "Scan for your set-up … no bone on the tool",
    ),
}


def test_the_words_on_the_sheet_follow_the_plan(desk: Page, url: str) -> None:
    for fragment, (there, gone) in SHEET_WORDS.items():
        words = sheet(opened(desk, url, fragment))
        assert not [part for part in there.split(" … ") if part not in words], f"{fragment}: {words}"
        assert not [part for part in gone.split(" … ") if part in words], f"{fragment}: {words}"


WORDS = """place => [...document.querySelectorAll(place)].map(one => one.innerText)
             .join(" ").replace(/\\s+/g, " ")"""


def test_without_a_plan_the_sheet_is_the_markdown(view: Views, fresh: Page, url: str) -> None:
    places = ".cr-handout > *, .cr-grid table, .cr-grid ~ *, #tick-grid"
    plain = view("handout/", DESKTOP, scripts=False).evaluate(WORDS, places)
    page = opened(fresh, url, "")
    assert page.evaluate(WORDS, places) == plain
    words = sheet(page)
    assert "Your plan" not in words
    assert "Our usual plan: Both calves" in words
    [code] = read(page, page.locator(CODE).screenshot())
    assert code.text == f"{url}release/#{DEFAULT}"


def test_the_grid_has_a_row_for_each_week_high_enough_for_a_hand(desk: Page, url: str) -> None:
    millimetre = 96 / 25.4
    on_paper(desk, "Letter")
    for weeks in ALLOWED["weeks"]:
        opened(desk, url, DEFAULT.replace("weeks=2", f"weeks={weeks}"))
        rows: list[tuple[str, int, float, float]] = desk.evaluate(
            """[...document.querySelectorAll(".cr-grid tbody tr")].map(
                 ({cells: [week, day, ...more]}) =>
                   [week.textContent, more.length, day.offsetHeight, day.offsetWidth])"""
        )
        assert [week for week, *_ in rows] == [str(week + 1) for week in range(weeks)]
        for _, more, height, width in rows:
            assert more == 6, weeks
            assert height > 6.5 * millimetre and width > 10 * millimetre, weeks
        assert desk.locator(".cr-grid thead").count() == (1 if weeks < 3 else 2)


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
        ("left", "both"), ("position=seat&tool=towel", "position=chair&tool=hands"), (1, 3), (6, 7), (1, 3, 4, 6)
    )
]


@pytest.mark.parametrize("paper", SHEETS)
def test_every_plan_is_one_sheet_with_nothing_cut_or_tiny(desk: Page, url: str, paper: str) -> None:
    page = opened(desk, url)
    on_paper(page, paper)
    height, tallest = page.evaluate(TALLEST, PLANS)
    assert height * LARGER <= SHEETS[paper][1], tallest
    for fragment in (tallest, FULL, SHORT):
        opened(page, url, fragment)
        for scale in (1, LARGER):
            assert len(sheets(page, paper, scale)) == 1, f"{fragment} at {scale}"
        faults = wider_than_the_window(page) + seen_ones(page, "button, .cr-screen-only")
        # A drawing's frame shows a part of it on purpose. 9 points are 12 pixels.
        faults += page.evaluate(
            """[...document.querySelectorAll("article :not(svg *, .cr-figure div)")].filter(one =>
                 one.clientWidth && one.scrollWidth > one.clientWidth + 1 ||
                 one.checkVisibility() && [...one.childNodes].some(({data}) => data?.trim()) &&
                 parseFloat(getComputedStyle(one).fontSize) < 12)
               .map(one => `cut or tiny: ${one.textContent}`)"""
        )
        none([f"{fragment}: {fault}" for fault in faults])


def test_the_code_on_paper_and_the_words_below_it_lead_to_the_plan(open_page: PageOpener, url: str) -> None:
    page = open_page(device_scale_factor=2)
    schemes: list[tuple[Any, str]] = [("light", FULL), ("dark", SHORT)]
    for scheme, fragment in schemes:
        opened(page, url, fragment)
        on_paper(page, "A4")
        page.emulate_media(color_scheme=scheme)
        box = page.locator(CODE).bounding_box()
        assert box is not None
        for side in (box["width"], box["height"]):
            assert 26 <= side / 96 * 25.4 <= 30
        # A photograph of the whole sheet.
        found = read(page, page.screenshot(full_page=True))
        assert [one.text for one in found] == [f"{url}release/#{fragment}"], scheme
        page.emulate_media(media="screen")
    page.get_by_role("link", name="Scan for the steps").click()
    assert page.url == f"{url}release/#{SHORT}"


@pytest.mark.parametrize("lost", ["handout", "plan", "code", "qr", "dom", "address"])
def test_where_a_module_fails_the_sheet_shows_the_usual_plan(fresh: Page, url: str, lost: str) -> None:
    fresh.route(f"**/js/*/{lost}.js", lambda route: route.abort())
    # Modules run, or fail, before the page has loaded.
    fresh.goto(f"{url}handout/#{FULL}")
    assert fresh.get_by_text("Did you choose a plan, and it does not show here?").is_visible()
    assert fresh.get_by_text("Use your browser's Print.").is_visible()
    assert not fresh.locator(f"article button, {CODE}").count()
    words = sheet(fresh)
    assert "Our usual plan: Both calves" in words
    assert "2 rounds of 90 seconds, once a day, 2 weeks." in words
    assert "Load the page again" not in words


def test_print_is_in_sight_on_a_phone_and_prints(fresh: Page, url: str) -> None:
    page = opened(fresh, url)
    page.set_viewport_size(PHONE)
    button = page.get_by_role("button", name="Print")
    box = button.bounding_box()
    assert box and box["y"] + box["height"] < PHONE["height"]
    page.evaluate("() => { window.print = () => { window.asked = true; }; }")
    button.click()
    assert page.evaluate("asked")


@few
@given(some_fragments)
def test_any_fragment_leaves_the_sheet_whole(desk: Page, url: str, fragments: list[str]) -> None:
    opened(desk, url)
    # The grid has as many rows as the plan has weeks.
    parts = "article *:not(.cr-grid *)"
    look = (".cr-handout__code a", ".cr-handout__note", ".cr-handout__head")
    [[usual, *_], *made] = follow(desk, [DEFAULT, *fragments], parts, *look)
    for fragment, (now, address, note, head) in zip(fragments, made, strict=True):
        assert now == usual, fragment
        assert within_limits(address), fragment
        assert NOTE.fullmatch(note), fragment
        assert re.search("(Your|Our usual) plan: (Left|Right|Both) cal", head), fragment


def test_a_plan_with_a_note_is_accessible_and_fits_every_screen(desk: Page, url: str) -> None:
    page = opened(desk, url, FULL.replace("days=6", "days=lots"))
    sentence = "In this link we could not find or use the days a week"
    assert page.get_by_text(sentence).is_visible()
    page.set_viewport_size(PHONE)
    none(audit(page, "with a note") + misfits(page))
    words = sheet(page)
    assert sentence not in words
    assert "every day for 6 weeks" in words

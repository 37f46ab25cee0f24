"""The practitioner's form: a plan by keyboard alone, its link, its code, and what can go wrong."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from conftest import PageOpener
from hypothesis import given, settings
from hypothesis import strategies as st
from measures import DESKTOP, PHONE, paper_and_ink, seen_ones, sticking_out, wider_than_the_window
from playwright.sync_api import Browser, Locator, Page, Request, ViewportSize, expect
from test_accessibility import schemes, screens, violations
from test_layout import double_the_text, small_targets, small_text
from test_plan import ALLOWED, DEFAULT, FRAGMENTS, MOST_SECONDS, NOTE
from test_qr import read

FLOOR = "side=left&position=floor&tool=roller&rounds=1&seconds=45&days=5&weeks=6"
LIMIT = "side=left&position=chair&tool=hands&rounds=3&seconds=90&days=7&weeks=2"

LINK = "Link for your client"
COPY, SHARE, CODE = "Copy link", "Share…", "QR code"
DONE, NOTE_PLACE = ".cr-share__done", ".cr-share__note"
MORE_WEEKS = "More than two weeks are only for a client whom it helps."
CLIENT, HANDOUT = "Open as the client sees it", "Print handout"


def opened(page: Page, url: str, fragment: str = "") -> Page:
    page.goto(f"{url}share/#{fragment}" if fragment else f"{url}share/")
    page.get_by_role("button", name=COPY).wait_for()
    return page


def said(page: Page) -> list[str]:
    """Return the lines about the plan that the reader sees."""
    return [line for line in page.locator(".cr-share__plan p").all_inner_texts() if line]


def link(page: Page) -> str:
    return page.get_by_label(LINK).input_value()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def choose(page: Page, question: str, answer: str) -> None:
    group = page.get_by_role("group", name=question)
    if group.count():
        group.get_by_label(answer, exact=True).check()
    else:
        page.get_by_label(question).select_option(answer)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="QR code")


def open_code(page: Page) -> Locator:
    button(page, CODE).click()
    return dialog(page).get_by_role("img")


def focused(page: Page) -> str:
    found: str = page.evaluate(
        "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
    )
    return found


def test_a_plan_is_set_and_its_link_copied_by_keyboard_alone(
    open_page: PageOpener, url: str
) -> None:
    page = opened(
        open_page(viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"]), url
    )

    def tab_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if focused(page).startswith(name):
                return
        raise AssertionError(f"no key leads to {name}, only to {focused(page)}")

    # The answer that has the focus, and the keys from there to another.
    for place, keys in (
        ("Both", ["ArrowRight"]),
        ("On a chair", ["ArrowRight"]),
        ("Hands", ["ArrowDown"]),
        ("2", ["ArrowRight"]),
        ("Length", ["ArrowUp", "ArrowUp"]),
        ("Days", ["ArrowUp", "ArrowUp"]),
        ("For how long", ["ArrowDown"]),
        (COPY, ["Enter"]),
    ):
        tab_to(place)
        for key in keys:
            page.keyboard.press(key)
    expect(page.locator(DONE)).to_have_text("The link is copied.")
    plan = "side=left&position=seat&tool=ball&rounds=3&seconds=60&days=5&weeks=3"
    assert page.evaluate("navigator.clipboard.readText()") == f"{url}release/#{plan}"
    for name in (CLIENT, CODE, HANDOUT):
        tab_to(name)
    # Enter in a field sends nothing away.
    page.get_by_label("Left", exact=True).press("Enter")
    assert link(page) == f"{url}release/#{plan}"


@pytest.mark.parametrize(
    ("fragment", "lines"),
    [
        (
            "",
            [
                "Both calves, on a chair, with your hands.",
                "2 rounds of 90 seconds for each calf, every day for 2 weeks.",
                "Pressing time a day: 3 minutes for each calf, 6 minutes in all.",
            ],
        ),
        (
            FLOOR,
            [
                "Left calf, on the floor, with a roller.",
                "1 round of 45 seconds, 5 days a week for 6 weeks.",
                "Pressing time a day: 45 seconds.",
                MORE_WEEKS,
            ],
        ),
        (
            "side=right&position=seat&tool=towel&rounds=1&seconds=75&days=1&weeks=1",
            [
                "Right calf, on a second chair, with a rolled towel.",
                "1 round of 75 seconds, 1 day a week for 1 week.",
                "Pressing time a day: 1 minute 15 seconds.",
            ],
        ),
    ],
)
def test_the_plan_and_its_time_stand_in_words(
    page: Page, url: str, fragment: str, lines: list[str]
) -> None:
    assert said(opened(page, url, fragment)) == lines
    assert link(page) == f"{url}release/#{fragment or DEFAULT}"


def test_words_links_and_address_follow_each_choice_and_outlast_a_reload(
    page: Page, url: str
) -> None:
    opened(page, url)
    entries = page.evaluate("history.length")
    for question, answer in (
        ("Which calf", "Left"),
        ("Where", "On the floor"),
        ("Press with", "Roller"),
        ("Rounds for each calf", "1"),
        ("Length of a round", "45 seconds"),
        ("Days a week", "5 days"),
        ("For how long", "6 weeks"),
    ):
        choose(page, question, answer)
    for _ in range(2):
        assert page.url == f"{url}share/#{FLOOR}"
        assert said(page)[1] == "1 round of 45 seconds, 5 days a week for 6 weeks."
        assert page.get_by_role("link", name=CLIENT).get_attribute("href") == link(page)
        assert urlsplit(link(page)).fragment == FLOOR
        assert page.get_by_label("On the floor").is_checked()
        page.reload()
    assert page.evaluate("history.length") == entries
    # A jump to a place on the page keeps what was chosen, and the next choice goes on from there.
    page.locator(".cr-contents").get_by_role("link", name="What the link holds").click()
    page.wait_for_url("**#what-the-link-holds")
    page.reload()
    choose(page, "Which calf", "Right")
    assert page.url == f"{url}share/#{FLOOR.replace('left', 'right')}"


def test_a_browser_that_refuses_to_change_the_address_costs_nothing_else(
    page: Page, url: str
) -> None:
    page.add_init_script("history.replaceState = () => { throw new DOMException('', 'Security'); }")
    choose(opened(page, url), "Which calf", "Right")
    assert "side=right" in link(page)


@pytest.mark.parametrize(
    ("start", "question", "answer", "asked"),
    [
        ("rounds=2&seconds=120", "Rounds for each calf", "3", "3 rounds of 120 seconds are over"),
        ("rounds=3&seconds=60", "Length of a round", "105 seconds", "3 rounds of 105 seconds"),
    ],
)
def test_more_than_five_minutes_is_brought_within_and_said(
    page: Page, url: str, start: str, question: str, answer: str, asked: str
) -> None:
    opened(page, url, DEFAULT.replace("rounds=2&seconds=90", start))
    choose(page, question, answer)
    sentence = page.locator(".cr-share__limit")
    expect(sentence).to_contain_text(asked)
    expect(sentence).to_contain_text("5 minutes a calf a day, so a round now has 90 seconds.")
    expect(page.get_by_label("Length of a round")).to_have_value("90")
    assert "rounds=3&seconds=90" in link(page)
    # It stands beside the field, and stays while others are chosen.
    field = page.get_by_label("Length of a round").bounding_box()
    told = sentence.bounding_box()
    assert field is not None and told is not None
    assert abs(field["y"] - told["y"]) < 200
    page.evaluate(
        """sentence => { window.told = 0;
             new MutationObserver(() => told++).observe(sentence, {childList: true}); }""",
        sentence.element_handle(),
    )
    choose(page, "Which calf", "Left")
    expect(sentence).to_contain_text(asked)
    assert page.evaluate("told") == 0
    # With fewer rounds the length that was chosen is there again.
    choose(page, "Rounds for each calf", "2")
    expect(sentence).to_be_empty()
    expect(page.get_by_label("Length of a round")).to_have_value(asked.split()[3])


@pytest.mark.parametrize("position", ALLOWED["position"])
@pytest.mark.parametrize("tool", ALLOWED["tool"])
def test_a_tool_that_the_set_up_does_not_show_gets_a_hint(
    page: Page, url: str, position: str, tool: str
) -> None:
    shown = {"chair": ["hands"], "seat": ["roller", "ball", "towel"], "floor": ["roller"]}
    opened(page, url, DEFAULT.replace("chair", position).replace("hands", tool))
    hints = said(page)[3:]
    assert len(hints) == (tool not in shown[position])
    for hint in hints:
        assert re.fullmatch(
            r"Our steps for this position use [a-z, ]+\. Show .+ another tool\.", hint
        )
        assert all(word in hint for word in shown[position])


def test_a_damaged_link_starts_with_a_plan_and_a_sentence(page: Page, url: str) -> None:
    opened(page, url, DEFAULT.replace("side=both", "side=up"))
    note = page.locator(NOTE_PLACE)
    expect(note).to_contain_text("In this link we could not find or use the side")
    # Above the form, where it is seen first.
    top = note.bounding_box()
    assert top and top["y"] < page.locator(".cr-share form").evaluate(
        "form => form.getBoundingClientRect().top"
    )
    choose(page, "Which calf", "Left")
    expect(note).to_be_empty()


def test_only_the_lines_that_change_are_told_to_a_screen_reader(page: Page, url: str) -> None:
    opened(page, url)
    page.evaluate(
        """() => {
             const place = document.querySelector(".cr-share__plan");
             window.told = [];
             new MutationObserver(seen => told.push(...seen.map(({target}) => target.textContent)))
               .observe(place, {subtree: true, childList: true, characterData: true});
           }"""
    )
    choose(page, "Days a week", "6 days")
    told = page.evaluate("told")
    assert told == ["2 rounds of 90 seconds for each calf, 6 days a week for 2 weeks."]


CLIPBOARDS = {
    "refused": "{ writeText: () => Promise.reject(new DOMException('', 'NotAllowedError')) }",
    "absent": "undefined",
}


def stub(page: Page, name: str, value: str) -> None:
    page.add_init_script(f"Object.defineProperty(navigator, '{name}', {{ value: {value} }})")


@pytest.mark.parametrize("clipboard", CLIPBOARDS.values(), ids=CLIPBOARDS)
def test_a_link_that_cannot_be_copied_is_selected_instead(
    page: Page, url: str, clipboard: str
) -> None:
    stub(page, "clipboard", clipboard)
    button(opened(page, url), COPY).click()
    expect(page.locator(DONE)).to_contain_text("hold it and choose Copy, or press Ctrl and C")
    assert page.evaluate(
        """() => {
             const {value, selectionStart, selectionEnd} = document.activeElement;
             return value.slice(selectionStart, selectionEnd);
           }"""
    ) == link(page)


def test_a_copied_link_is_no_longer_called_so_when_the_plan_changes(page: Page, url: str) -> None:
    stub(page, "clipboard", "{ writeText: async () => {} }")
    button(opened(page, url), COPY).click()
    expect(page.locator(DONE)).to_have_text("The link is copied.")
    choose(page, "Which calf", "Left")
    expect(page.locator(DONE)).to_have_text("")


def test_share_stands_only_where_the_device_has_it(page: Page, url: str) -> None:
    stub(page, "share", "undefined")
    assert not button(opened(page, url), SHARE).count()


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("Promise.resolve()", ""),
        ("Promise.reject(new DOMException('', 'AbortError'))", ""),
        (
            "Promise.reject(new DOMException('', 'NotAllowedError'))",
            "Your device could not share the link. Please copy it.",
        ),
    ],
    ids=["shared", "cancelled", "failed"],
)
def test_share_hands_the_plan_to_the_device(
    page: Page, url: str, outcome: str, sentence: str
) -> None:
    stub(page, "share", f"given => {{ window.given = given; return {outcome}; }}")
    button(opened(page, url, FLOOR), SHARE).click()
    page.wait_for_function("window.given")
    assert page.evaluate("given.url") == link(page)
    assert page.evaluate("given.text") == " ".join(said(page)[:2])
    expect(page.locator(DONE)).to_have_text(sentence)


@schemes
@screens
def test_the_code_is_that_of_the_link_and_as_large_as_the_window(
    open_page: PageOpener, url: str, screen: ViewportSize, scheme: str
) -> None:
    page = opened(open_page(viewport=screen, color_scheme=scheme), url)
    choose(page, "Which calf", "Right")
    code = open_code(page)
    assert (paper_and_ink(page)[0] < 0.5) == (scheme == "dark")
    # What a phone sees from across the desk: the whole window.
    assert [found.text for found in read(page, page.screenshot())] == [link(page)]
    box = code.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) > 0.9 * min(screen["width"], screen["height"])
    assert "Right calf, on a chair" in dialog(page).inner_text()


def test_the_downloaded_picture_is_the_code_of_the_link(
    page: Page, url: str, tmp_path: Path
) -> None:
    open_code(opened(page, url, FLOOR))
    with page.expect_download() as started:
        button(page, "Download picture").click()
    # Those for two clients can be told apart.
    assert started.value.suggested_filename == "calf-release-left-floor-roller-1-45-5-6.png"
    started.value.save_as(tmp_path / "code.png")
    picture = (tmp_path / "code.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert [found.text for found in read(page, picture)] == [link(page)]


@pytest.mark.parametrize("way", ["Escape", "Close"])
def test_the_dialog_keeps_the_focus_and_gives_it_back(page: Page, url: str, way: str) -> None:
    opened(page, url)
    button(page, CODE).press("Enter")
    expect(dialog(page)).to_be_focused()
    for name in ("Download picture", "Close"):
        page.keyboard.press("Tab")
        assert focused(page) == name
    page.keyboard.press("Escape" if way == "Escape" else "Enter")
    expect(dialog(page)).to_be_hidden()
    expect(button(page, CODE)).to_be_focused()


def far_away(page: Page, url: str) -> str:
    """Serve the site at an address too long for a code as well, and return that address."""
    folder = "long/" * 120
    page.route(
        f"{url}{folder}**",
        lambda route: route.fulfill(
            response=route.fetch(url=route.request.url.replace(folder, ""))
        ),
    )
    return url + folder


def test_an_address_too_long_for_a_code_is_told_in_its_place(page: Page, url: str) -> None:
    opened(page, far_away(page, url))
    button(page, CODE).click()
    expect(dialog(page)).to_contain_text("This link is too long for a QR code.")
    assert not button(page, "Download picture").count()
    assert not dialog(page).get_by_role("img").count()


def test_the_client_and_the_printer_get_the_plan_and_back_leads_to_the_form(
    page: Page, url: str
) -> None:
    choose(opened(page, url, FLOOR), "Days a week", "3 days")
    chosen = FLOOR.replace("days=5", "days=3")
    for name, place in ((CLIENT, "release"), (HANDOUT, "handout")):
        words = said(page)[0]
        page.get_by_role("link", name=name).click()
        page.wait_for_url(f"{url}{place}/#{chosen}")
        expect(page.locator("article")).to_contain_text(words)
        page.go_back()
        expect(page.get_by_label("Days a week")).to_have_value("3")


@pytest.mark.parametrize("size", [(568, 320), (740, 330), (844, 340), (915, 360), (360, 740)])
def test_the_code_is_whole_and_read_on_a_phone_held_either_way(
    open_page: PageOpener, url: str, size: tuple[int, int]
) -> None:
    page = open_page(viewport={"width": size[0], "height": size[1]})
    box = open_code(opened(page, url, LIMIT)).bounding_box()
    assert box is not None
    assert box["x"] >= 0 <= box["y"]
    assert box["x"] + box["width"] <= size[0]
    assert box["y"] + box["height"] <= size[1]
    assert [found.text for found in read(page, page.screenshot())] == [link(page)]


def test_the_answer_to_copy_stands_right_below_its_button(open_page: PageOpener, url: str) -> None:
    page = opened(open_page(viewport=PHONE, permissions=["clipboard-write"]), url)
    button(page, COPY).click()
    expect(page.locator(DONE)).to_have_text("The link is copied.")
    pressed, told = (button(page, COPY).bounding_box(), page.locator(DONE).bounding_box())
    assert pressed and told
    assert 0 <= told["y"] - pressed["y"] - pressed["height"] < 40


@pytest.fixture(scope="module")
def form(browser: Browser, url: str) -> Iterator[Page]:
    page = browser.new_page()
    yield opened(page, url)
    page.close()


# Puts each text behind the # of the address, and tells what the page makes of it.
FOLLOWED = """async ([texts, place, look]) => {
  const parts = () => [...document.querySelectorAll(place)].map(({tagName}) => tagName).join(" ");
  const made = [];
  for (const text of texts) {
    const before = location.href;
    location.hash = text;
    if (location.href !== before)
      await new Promise(done => addEventListener("hashchange", done, {once: true}));
    made.push([parts(), ...look.map(one => document.querySelector(one))
      .map(one => one.href ?? one.value ?? one.textContent)]);
  }
  return made;
}"""


def within_limits(address: str) -> bool:
    """Tell whether a link carries a whole plan, and one that is allowed."""
    plan = dict(parse_qsl(urlsplit(address).fragment))
    fits = list(plan) == list(ALLOWED) and all(
        plan[name] in map(str, values) for name, values in ALLOWED.items()
    )
    return fits and int(plan["rounds"]) * int(plan["seconds"]) <= MOST_SECONDS


def follow(page: Page, fragments: list[str], place: str, *look: str) -> list[list[str]]:
    # A lone surrogate cannot travel to the browser, nor stand in an address.
    sent = [text.encode("utf-8", "replace").decode() for text in fragments]
    made: list[list[str]] = page.evaluate(FOLLOWED, [sent, place, list(look)])
    return made


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(FRAGMENTS, min_size=30, max_size=60))
def test_whatever_stands_in_the_address_the_form_is_whole(form: Page, fragments: list[str]) -> None:
    [[parts, *_]] = follow(form, [DEFAULT], "#plan *")
    look = ("#plan textarea", NOTE_PLACE)
    made = follow(form, fragments, "#plan *", *look)
    for text, (now, address, note) in zip(fragments, made, strict=True):
        assert now == parts, text
        assert within_limits(address), text
        assert NOTE.fullmatch(note), text


def state(page: Page, url: str, name: str) -> None:
    """Bring the form into one of its states."""
    broken = "side=&position=floor&tool=ball&rounds=3&seconds=120&days=7&weeks=2"
    stub(page, "clipboard", "undefined")
    stub(page, "share", "() => Promise.reject(new Error())")
    opened(page, url, "" if name == "usual" else broken)
    if name == "full of words":
        button(page, COPY).click()
        expect(page.locator(DONE)).to_contain_text("selected")
        assert len(said(page)) == 4
    if name == "code":
        open_code(page)


STATES = ["usual", "full of words", "code"]


@pytest.mark.parametrize("name", STATES)
@schemes
def test_every_state_is_accessible(open_page: PageOpener, url: str, scheme: str, name: str) -> None:
    for screen in (PHONE, DESKTOP):
        page = open_page(viewport=screen, color_scheme=scheme)
        state(page, url, name)
        # Where one has scrolled to, a field may lie half under the header.
        page.evaluate("scrollTo(0, 0)")
        found = violations(page)
        assert not found, "\n".join(found)


@pytest.mark.parametrize("name", STATES)
def test_every_state_fits_narrow_screens_and_large_text(
    open_page: PageOpener, url: str, name: str
) -> None:
    for width, large in ((320, False), (360, True), (1280, True)):
        page = open_page(viewport={"width": width, "height": 640})
        state(page, url, name)
        if large:
            double_the_text(page)
        faults = wider_than_the_window(page) + sticking_out(page)
        if not large:
            faults += small_text(page)
        assert not faults, f"{width} px: {faults}"


def test_everything_to_press_in_the_dialog_is_large_enough(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=PHONE)
    state(page, url, "code")
    assert len(seen_ones(page, "dialog button")) == 2
    assert not [fault for fault in small_targets(page) if "Download" in fault or "Close" in fault]


def leaks(request: Request) -> list[str]:
    """Return what of a plan a request carries; the part after # is never sent."""
    sent = [request.url.split("#")[0], request.post_data or "", *request.all_headers().values()]
    return [part for part in sent if re.search("side=|position=|weeks=|%23", part)]


def test_no_plan_leaves_the_device_and_none_outlasts_the_tab(
    open_page: PageOpener, url: str
) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    asked: list[Request] = []
    page.context.on("request", lambda request: asked.append(request))
    opened(page, url, FLOOR)
    choose(page, "Which calf", "Right")
    button(page, COPY).click()
    open_code(page)
    with page.expect_download():
        button(page, "Download picture").click()
    button(page, "Close").click()
    page.get_by_role("link", name=HANDOUT).click()
    page.wait_for_url("**/handout/**")
    page.wait_for_load_state("networkidle")
    assert len(asked) > 10
    assert not [request.url for request in asked if not request.url.startswith((url, "blob:"))]
    assert not [leak for request in asked for leak in leaks(request)]
    stored: Any = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    # For this tab alone.
    assert stored == ["calf-release-plan"]
    assert page.evaluate("sessionStorage.length") == 1
    assert not page.context.cookies()


def test_without_its_script_the_page_says_what_to_do(page: Page, url: str) -> None:
    page.route("**/js/*/code.js", lambda route: route.abort())
    page.goto(f"{url}share/")
    page.wait_for_load_state("networkidle")
    assert "print the handout" in page.locator("#plan").inner_text()
    assert not seen_ones(page, "#plan :is(button, input, select)")


def test_a_leak_and_a_broken_plan_are_found(page: Page, url: str) -> None:
    page.route("**/x?*", lambda route: route.fulfill(body=""))
    page.goto(url)
    with page.expect_request("**/x?*") as made:
        page.evaluate("fetch('x?side=left').then(answer => answer.text())")
    assert leaks(made.value)
    assert within_limits(f"{url}#{DEFAULT}")
    for wrong in (DEFAULT[:-2], DEFAULT.replace("90", "91"), "rounds=3&seconds=120"):
        assert not within_limits(f"{url}#{wrong}")

"""The practitioner's form: a plan by keyboard alone, its link, its code, and what can go wrong."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from drawings import SCHEMES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measures import DESKTOP, PHONE, focused, none, paper_and_ink, seen_ones
from playwright.sync_api import Locator, Page, expect
from test_accessibility import audit
from test_layout import misfits
from test_plan import ALLOWED, DEFAULT, FRAGMENTS, MOST_SECONDS, NOTE
from test_qr import read
from windows import open_plan

FLOOR = "side=left&position=floor&tool=roller&rounds=1&seconds=45&days=5&weeks=6"
LIMIT = "side=left&position=chair&tool=hands&rounds=3&seconds=90&days=7&weeks=2"

LINK = "Link for your client"
COPY, SHARE, DOWNLOAD = "Copy link", "Share…", "Download picture"
DONE, NOTE_PLACE = ".cr-share__done", ".cr-share__note"
COPIED = "The link is copied."
CLIENT, HANDOUT = "Open as the client sees it", "Print handout"


def opened(page: Page, url: str, fragment: str = DEFAULT) -> Page:
    open_plan(page, f"{url}share/", fragment)
    button(page, COPY).wait_for()
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


def code(page: Page) -> Locator:
    return page.get_by_role("img", name="QR code")


def test_a_plan_is_set_and_its_link_copied_by_keyboard_alone(fresh: Page, url: str) -> None:
    page = opened(fresh, url, "")

    def tab_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if focused(page).startswith(name):
                return
        pytest.fail(f"Tab never reaches {name}, only {focused(page)}")

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
    expect(page.locator(DONE)).to_have_text(COPIED)
    plan = "side=left&position=seat&tool=ball&rounds=3&seconds=60&days=5&weeks=3"
    assert page.evaluate("navigator.clipboard.readText()") == f"{url}release/#{plan}"
    for name in (HANDOUT, CLIENT):
        tab_to(name)
    # Enter in a field submits nothing.
    page.get_by_label("Left", exact=True).press("Enter")
    assert link(page) == f"{url}release/#{plan}"


SAID = {
    DEFAULT: [
        "Both calves, on a chair, with your hands.",
        "2 rounds of 90 seconds for each calf, every day for 2 weeks.",
        "Pressing time a day: 3 minutes for each calf, 6 minutes in all.",
    ],
    FLOOR: [
        "Left calf, on the floor, with a roller.",
        "1 round of 45 seconds, 5 days a week for 6 weeks.",
        "Pressing time a day: 45 seconds.",
        "More than two weeks are only for a client whom it helps.",
    ],
}


def test_the_plan_and_its_time_stand_in_words(fresh: Page, url: str) -> None:
    assert said(opened(fresh, url, "")) == SAID[DEFAULT]
    for fragment, lines in SAID.items():
        assert said(opened(fresh, url, fragment)) == lines
        assert link(fresh) == f"{url}release/#{fragment}"


def test_words_links_and_address_follow_each_choice(fresh: Page, url: str) -> None:
    page = opened(fresh, url, "")
    entries = page.evaluate("history.length")
    choices = {
        "Which calf": "Left",
        "Where": "On the floor",
        "Press with": "Roller",
        "Rounds for each calf": "1",
        "Length of a round": "45 seconds",
        "Days a week": "5 days",
        "For how long": "6 weeks",
    }
    for question, answer in choices.items():
        choose(page, question, answer)
    for _ in range(2):
        assert page.url == f"{url}share/#{FLOOR}"
        assert said(page)[1] == "1 round of 45 seconds, 5 days a week for 6 weeks."
        assert page.get_by_role("link", name=CLIENT).get_attribute("href") == link(page)
        assert urlsplit(link(page)).fragment == FLOOR
        assert page.get_by_label("On the floor").is_checked()
        page.reload()
    assert page.evaluate("history.length") == entries
    # A jump within the page keeps the choices, and the next choice builds on them.
    page.evaluate("location.hash = 'what-the-link-holds'")
    expect(page.get_by_text("The link never expires.")).to_be_visible()
    page.reload()
    choose(page, "Which calf", "Right")
    assert page.url == f"{url}share/#{FLOOR.replace('left', 'right')}"


def test_a_browser_may_refuse_to_change_the_address(fresh: Page, url: str) -> None:
    opened(fresh, url)
    fresh.evaluate("() => { history.replaceState = () => { throw new DOMException('', 'Security'); }; }")
    choose(fresh, "Which calf", "Right")
    assert "side=right" in link(fresh)


# Tells what is announced: the words of each part of a place that changes.
LISTEN = """place => {
  window.told = [];
  new MutationObserver(seen => told.push(...seen.map(({target}) => target.textContent)))
    .observe(document.querySelector(place), {subtree: true, childList: true, characterData: true});
}"""


@pytest.mark.parametrize(
    ("start", "question", "answer", "asked"),
    [
        ("rounds=2&seconds=120", "Rounds for each calf", "3", "3 rounds of 120 seconds are over"),
        ("rounds=3&seconds=60", "Length of a round", "105 seconds", "3 rounds of 105 seconds"),
    ],
)
def test_more_than_five_minutes_is_shortened(
    desk: Page, url: str, start: str, question: str, answer: str, asked: str
) -> None:
    page = opened(desk, url, DEFAULT.replace("rounds=2&seconds=90", start))
    choose(page, question, answer)
    sentence = page.locator(".cr-share__limit")
    expect(sentence).to_contain_text(asked)
    expect(sentence).to_contain_text("5 minutes a calf a day, so a round now has 90 seconds.")
    length = page.get_by_label("Length of a round")
    expect(length).to_have_value("90")
    assert "rounds=3&seconds=90" in link(page)
    # It stands beside the field, and is not announced again while others are chosen.
    field, told = length.bounding_box(), sentence.bounding_box()
    assert field and told and abs(field["y"] - told["y"]) < 200
    page.evaluate(LISTEN, ".cr-share__limit")
    choose(page, "Which calf", "Left")
    expect(sentence).to_contain_text(asked)
    assert page.evaluate("told") == []
    # With fewer rounds the length that was chosen is back.
    choose(page, "Rounds for each calf", "2")
    expect(sentence).to_be_empty()
    expect(length).to_have_value(asked.split()[3])


def test_a_tool_that_the_set_up_does_not_show_gets_a_hint(desk: Page, url: str) -> None:
    shown = {"chair": ["hands"], "seat": ["roller", "ball", "towel"], "floor": ["roller"]}
    for position, tools in shown.items():
        for tool in ALLOWED["tool"]:
            plan = DEFAULT.replace("chair", position).replace("hands", tool)
            hints = said(opened(desk, url, plan))[3:]
            assert len(hints) == (tool not in tools), plan
            for hint in hints:
                assert re.fullmatch(r"Our steps for this position use [a-z, ]+\. Show .+ another tool\.", hint)
                assert all(word in hint for word in tools), plan


def test_a_damaged_link_starts_with_a_plan_and_a_sentence(desk: Page, url: str) -> None:
    page = opened(desk, url, DEFAULT.replace("side=both", "side=up"))
    note = page.locator(NOTE_PLACE)
    expect(note).to_contain_text("In this link we could not find or use the side")
    # Above the form, where it is seen first.
    place, form = note.bounding_box(), page.locator(".cr-share form").bounding_box()
    assert place and form and place["y"] < form["y"]
    choose(page, "Which calf", "Left")
    expect(note).to_be_empty()


def test_only_the_lines_that_change_are_announced(desk: Page, url: str) -> None:
    page = opened(desk, url)
    page.evaluate(LISTEN, ".cr-share__plan")
    choose(page, "Days a week", "6 days")
    assert page.evaluate("told") == ["2 rounds of 90 seconds for each calf, 6 days a week for 2 weeks."]


def stub(page: Page, name: str, value: str) -> None:
    """Replace a part of `navigator` on a page that stays open."""
    page.evaluate(f"() => Object.defineProperty(navigator, '{name}', {{ value: {value}, writable: true }})")


def test_a_link_that_cannot_be_copied_is_selected(fresh: Page, url: str) -> None:
    page = opened(fresh, url)
    refused = "{ writeText: () => Promise.reject(new DOMException('', 'NotAllowedError')) }"
    for clipboard, side in ((refused, "Left"), ("undefined", "Right")):
        stub(page, "clipboard", clipboard)
        button(page, COPY).click()
        expect(page.locator(DONE)).to_contain_text("hold it and choose Copy, or press Ctrl and C")
        selected = "({value, selectionStart, selectionEnd}) => value.slice(selectionStart, selectionEnd)"
        assert page.locator(":focus").evaluate(selected) == link(page), clipboard
        choose(page, "Which calf", side)
        expect(page.locator(DONE)).to_have_text("")


def test_copying_is_confirmed_below_its_button(desk: Page, url: str) -> None:
    page = opened(desk, url)
    page.set_viewport_size(PHONE)
    button(page, COPY).click()
    expect(page.locator(DONE)).to_have_text(COPIED)
    pressed, told = button(page, COPY).bounding_box(), page.locator(DONE).bounding_box()
    assert pressed and told and 0 <= told["y"] - pressed["y"] - pressed["height"] < 40


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        ("undefined", ""),
        ("async () => {}", ""),
        ("() => Promise.reject(new DOMException('', 'AbortError'))", ""),
        (
            "() => Promise.reject(new DOMException('', 'NotAllowedError'))",
            "Your device could not share the link. Please copy it.",
        ),
    ],
)
def test_share_stands_where_the_device_has_it_and_hands_it_the_plan(
    page: Page, url: str, share: str, sentence: str
) -> None:
    page.add_init_script(
        f"""const share = {share};
            Object.defineProperty(navigator, "share", {{
              value: share && (given => {{ window.given = given; return share(); }}) }});"""
    )
    opened(page, url, FLOOR)
    assert button(page, SHARE).count() == (share != "undefined")
    if share != "undefined":
        button(page, SHARE).click()
        words = " ".join(said(page)[:2])
        assert page.evaluate("given") == {"title": "Calf release", "text": words, "url": link(page)}
    expect(page.locator(DONE)).to_have_text(sentence)


def test_code_and_picture_are_those_of_the_link_and_can_be_scanned(desk: Page, url: str) -> None:
    page = opened(desk, url, LIMIT)
    choose(page, "Which calf", "Right")
    for size, scheme in ((PHONE, SCHEMES[0]), (DESKTOP, SCHEMES[1])):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        assert (paper_and_ink(page)[0] < 0.5) == (scheme == "dark")
        code(page).scroll_into_view_if_needed()
        # What a phone sees: the whole window.
        assert [found.text for found in read(page, page.screenshot())] == [link(page)], (size, scheme)
    with page.expect_download() as started:
        button(page, DOWNLOAD).click()
    # The files of two clients can be told apart.
    assert started.value.suggested_filename == "calf-release-right-chair-hands-3-90-7-2.png"
    picture = started.value.path().read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert [found.text for found in read(page, picture)] == [link(page)]


def test_an_address_too_long_for_a_code_gets_a_sentence_instead(fresh: Page, url: str) -> None:
    # The site is served at an address too long for a code as well.
    folder = "long/" * 120
    far = url + folder
    fresh.route(
        f"{far}**", lambda route: route.fulfill(response=route.fetch(url=route.request.url.replace(folder, "")))
    )
    page = opened(fresh, far)
    expect(page.locator(".cr-share__code")).to_contain_text("This link is too long for a QR code.")
    assert not code(page).count() + button(page, DOWNLOAD).count()
    page.goto(f"{far}handout/#{LIMIT}")
    expect(page.locator(".cr-handout__code")).to_contain_text("too long for a QR code")
    expect(page.locator(".cr-handout__plan")).to_contain_text("Left calf, on a chair")


def test_client_and_printer_get_the_plan_and_back_leads_to_the_form(fresh: Page, url: str) -> None:
    page = opened(fresh, url, FLOOR)
    choose(page, "Days a week", "3 days")
    chosen = FLOOR.replace("days=5", "days=3")
    for name, place in ((CLIENT, "release"), (HANDOUT, "handout")):
        words = said(page)[0]
        page.get_by_role("link", name=name).click()
        page.wait_for_url(f"{url}{place}/#{chosen}")
        expect(page.locator("article")).to_contain_text(words)
        page.go_back()
        expect(page.get_by_label("Days a week")).to_have_value("3")


# Puts each text behind the # of the address, and reports what the page makes of it.
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
# The plan's own tests try thousands of fragments; a page has to survive some.
some_fragments = st.lists(FRAGMENTS, min_size=20, max_size=40)
few = settings(
    max_examples=2, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def within_limits(address: str) -> bool:
    """Return whether a link carries a whole plan that is allowed."""
    plan = dict(parse_qsl(urlsplit(address).fragment))
    fits = list(plan) == list(ALLOWED) and all(plan[name] in map(str, values) for name, values in ALLOWED.items())
    return fits and int(plan["rounds"]) * int(plan["seconds"]) <= MOST_SECONDS


def follow(page: Page, fragments: list[str], place: str, *look: str) -> list[list[str]]:
    # A lone surrogate cannot travel to the browser, nor stand in an address.
    sent = [text.encode("utf-8", "replace").decode() for text in fragments]
    made: list[list[str]] = page.evaluate(FOLLOWED, [sent, place, list(look)])
    return made


@few
@given(some_fragments)
def test_any_fragment_leaves_the_form_whole(desk: Page, url: str, fragments: list[str]) -> None:
    opened(desk, url)
    [[parts, *_], *made] = follow(desk, [DEFAULT, *fragments], "#plan *", "#plan input[readonly]", NOTE_PLACE)
    for text, (now, address, note) in zip(fragments, made, strict=True):
        assert now == parts, text
        assert within_limits(address), text
        assert NOTE.fullmatch(note), text


@pytest.mark.parametrize("state", ["usual", "full of words"])
def test_every_state_is_accessible_and_fits_every_screen(fresh: Page, url: str, state: str) -> None:
    broken = "side=&position=floor&tool=ball&rounds=3&seconds=120&days=7&weeks=2"
    page = opened(fresh, url, DEFAULT if state == "usual" else broken)
    if state == "full of words":
        stub(page, "clipboard", "undefined")
        button(page, COPY).click()
        expect(page.locator(DONE)).to_contain_text("selected")
        assert len(said(page)) == 4
    # Where one has scrolled to, a field may lie half under the header.
    page.evaluate("scrollTo(0, 0)")
    page.set_viewport_size(PHONE)
    none(audit(page, state) + misfits(page))


def test_without_its_script_the_page_says_what_to_do(fresh: Page, url: str) -> None:
    fresh.route("**/js/*/code.js", lambda route: route.abort())
    fresh.goto(f"{url}share/")
    assert "print the handout" in fresh.locator("#plan").inner_text()
    assert not seen_ones(fresh, "#plan :is(button, input, select)")


def test_a_broken_plan_is_found(url: str) -> None:
    assert within_limits(f"{url}#{DEFAULT}")
    for wrong in (DEFAULT[:-2], DEFAULT.replace("90", "91"), "rounds=3&seconds=120"):
        assert not within_limits(f"{url}#{wrong}")

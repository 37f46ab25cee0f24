"""The guided session as readers go through it, with a clock that only the tests let go on."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from conftest import SUB_PATH, PageOpener
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measures import DESKTOP, PHONE, seen_ones, sticking_out, wider_than_the_window
from playwright.sync_api import Browser, Locator, Page, Response, Route, ViewportSize, expect
from test_accessibility import schemes, violations

SESSION = "calf-release-session"
LOG = "calf-release-log"
CUES = "calf-release-cues"
DAY = "2026-11-22"
LEFT = "#side=left&position=chair&tool=hands&rounds=2&seconds=90&days=7&weeks=2"
BOTH = LEFT.replace("left", "both")
USUAL = (
    "Both calves, on a chair, with your hands. "
    "2 rounds of 90 seconds for each calf, every day for 2 weeks."
)
START = "Start the guided session"
MISTAKE = "I pressed it by mistake"
GO = ("Start", "Skip")  # and skip the seconds to get ready in
ROUND = (*GO, "Skip", "Skip", "Skip")
ROUNDS = (*ROUND, *ROUND, "Next")


@pytest.fixture
def reader(open_page: PageOpener) -> Page:
    return timed(open_page(viewport=PHONE))


def timed(page: Page) -> Page:
    """Give a page a clock that goes on only when a test lets it."""
    page.clock.install(time=f"{DAY}T10:00:00")
    page.clock.pause_at(f"{DAY}T10:00:01")
    page.set_default_timeout(6000)
    return page


def visit(page: Page, url: str, plan: str = LEFT) -> None:
    page.goto(f"{url}release/{plan}")
    page.locator(".cr-plan button").first.wait_for()


def dialog(page: Page) -> Locator:
    return page.locator("dialog.cr-session")


def title(page: Page) -> str:
    return dialog(page).locator("h2").inner_text()


def press(page: Page, *names: str) -> None:
    """Press buttons of the session, or of the plan where none is open, by how their words start."""
    for name in names:
        place = dialog(page) if dialog(page).count() else page.locator(".cr-plan")
        found = place.get_by_role("button", name=re.compile(f"^{name}")).first
        expect(found, name).to_be_visible()
        # By script: a screen takes a finger's press only after a moment, and that has its own test.
        found.evaluate("button => button.click()")
        if name == "Close":
            dialog(page).wait_for(state="detached")


def clock(page: Page) -> str:
    return dialog(page).locator("[role=timer]").text_content() or ""


def rate(page: Page, number: int) -> None:
    dialog(page).get_by_role("radio", name=str(number), exact=True).check()
    press(page, "Next")


def run(page: Page, seconds: float) -> None:
    """Let time pass, with every tick of it."""
    page.clock.run_for(round(seconds * 1000))


def sleep(page: Page, seconds: float) -> None:
    """Let time pass as a tab in the background or a locked phone does: hardly a tick of it."""
    page.clock.fast_forward(round(seconds * 1000))


def begin(page: Page, number: int = 5) -> None:
    """Go from the plan to the set-up of the first calf."""
    press(page, START, "None of these")
    rate(page, number)
    press(page, "Skip")


def stored(page: Page, key: str) -> Any:
    text = page.evaluate("key => localStorage.getItem(key)", key)
    return text and json.loads(text)


def test_the_page_behind_does_not_scroll_while_a_session_is_open(page: Page, url: str) -> None:
    visit(page, url)
    press(page, START)
    expect(page.locator("html")).to_have_css("overflow-y", "hidden")
    press(page, "Close")
    expect(page.locator("html")).not_to_have_css("overflow-y", "hidden")


# --- The plan ------------------------------------------------------------------------------------


def test_without_a_link_the_usual_plan_stands_there(page: Page, url: str) -> None:
    visit(page, url, "")
    assert page.locator("#your-plan").inner_text() == "Our usual plan"
    assert page.locator(".cr-plan__words").inner_text() == USUAL


def test_the_words_that_stand_there_without_scripts_are_those_of_the_usual_plan(
    open_page: PageOpener, url: str
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{url}release/{LEFT}")
    told = " ".join(page.locator("#plan").inner_text().split())
    assert told.startswith(f"Our usual plan: {USUAL} Did your practitioner")


@pytest.mark.parametrize("position", ["chair", "seat", "floor"])
def test_a_link_opens_with_its_plan_and_its_set_up_first(
    page: Page, url: str, position: str
) -> None:
    visit(page, url, f"{LEFT}".replace("chair", position).replace("hands", "ball"))
    assert page.locator("#your-plan").inner_text() == "Your plan"
    assert page.locator(".cr-plan__words").inner_text().startswith("Left calf, on ")
    advice = page.locator(".cr-plan").inner_text()
    assert ("presses a small spot" in advice) == (position == "seat")
    assert ("Ask your practitioner how to use yours." in advice) == (position != "seat")
    ways = page.eval_on_selector_all("#chair, #seat, #floor", "ways => ways.map(way => way.id)")
    assert ways[0] == position
    assert sorted(ways) == ["chair", "floor", "seat"]
    page.get_by_role("link", name="See your set-up").click()
    assert page.locator(f"#{position}").evaluate("way => way.getBoundingClientRect().top") < 200


def test_each_set_up_keeps_its_drawing_and_its_words(page: Page, url: str) -> None:
    visit(page, url, "")
    plain = page.locator("article").inner_text()
    visit(page, url, LEFT.replace("chair", "floor"))
    moved = page.locator("article").inner_text()
    below = "Which tool"
    assert sorted(plain.partition(below)[2].split()) == sorted(moved.partition(below)[2].split())
    for way, words in (("chair", "round the back"), ("floor", "Keep your hips down")):
        inside = page.evaluate(
            """way => { let words = "", next = document.getElementById(way).nextElementSibling;
                 for (; !next.matches("h2, h3"); next = next.nextElementSibling)
                   words += next.textContent + (next.querySelector("svg") ? " drawn " : "");
                 return words; }""",
            way,
        )
        assert words in inside
        assert " drawn " in inside


FRAGMENTS = st.one_of(
    st.text(max_size=120),
    st.integers(0, len(LEFT)).map(lambda length: LEFT[1:length]),
    st.sampled_from(["side", "rounds", "seconds", "x"]).flatmap(
        lambda name: st.one_of(st.text(max_size=40), st.integers().map(str)).map(
            lambda value: LEFT[1:].replace("weeks=2", f"{name}={value}")
        )
    ),
    st.sampled_from(
        [
            "<img src=x onerror=document.body.remove()>",
            "side=<script>document.body.remove()</script>",
            "side=left&position=javascript:alert(1)",
            "__proto__=1&constructor=2",
            "rounds=1e99&seconds=NaN&days=-0",
            "%",
            "%E0%A4%A",
            "a" * 5000,
        ]
    ),
)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(fragments=st.lists(FRAGMENTS, min_size=10, max_size=30))
def test_whatever_stands_in_the_link_a_usable_plan_is_shown(
    page: Page, url: str, fragments: list[str]
) -> None:
    if not page.url.startswith(url):
        visit(page, url, "")
        page.evaluate("window.whole = document.querySelectorAll(':not(#plan *)').length")
    found = page.evaluate(
        """async fragments => {
             const found = [];
             for (const fragment of fragments) {
               const changed = new Promise(done =>
                 addEventListener("hashchange", done, {once: true}));
               const before = location.href;
               location.hash = fragment;
               if (location.href !== before) await changed;
               const box = document.getElementById("plan");
               found.push([box.querySelector(".cr-plan__words").textContent,
                 box.querySelectorAll("p").length, box.querySelectorAll("button").length,
                 document.querySelectorAll(":not(#plan *)").length - window.whole]);
             }
             return found;
           }""",
        fragments,
    )
    for words, paragraphs, buttons, more in found:
        assert words.startswith(("Left calf, on ", "Right calf, on ", "Both calves, on "))
        # The words, a sentence on what was not understood, the tool, one on a plan of one's own,
        # and an empty one.
        assert paragraphs <= 5
        assert buttons == 1
        assert more == 0


def test_what_a_link_asks_beyond_the_limits_is_not_done(reader: Page, url: str) -> None:
    visit(reader, url, LEFT.replace("rounds=2&seconds=90", "rounds=3&seconds=900"))
    assert (
        "we could not find or use the length of a round" in reader.locator(".cr-plan").inner_text()
    )
    begin(reader)
    press(reader, *GO)
    assert clock(reader) == "15 seconds left"
    press(reader, "Skip", "Skip", "Skip", *ROUND, *GO)
    assert "round 3 of 3" in dialog(reader).inner_text()
    press(reader, "Skip", "Skip", "Skip", "Next")
    assert title(reader) == "Get up slowly and walk"


# --- The whole session ---------------------------------------------------------------------------


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_whole_session_for_both_calves(
    open_page: PageOpener, url: str, screen: ViewportSize
) -> None:
    page = timed(open_page(viewport=screen))
    visit(page, url, BOTH)
    seen = []

    def look(*names: str) -> None:
        press(page, *names)
        seen.append((title(page), clock(page)))

    look(START)
    look("None of these")
    rate(page, 6)
    seen.append((title(page), clock(page)))
    run(page, 61)
    seen.append((title(page), clock(page)))
    for _ in ("left", "right"):
        look("Start")
        for seconds in (10, 15, 30, 45):
            run(page, seconds)
            seen.append((title(page), clock(page)))
        look("Start")
        sleep(page, 100)
        seen.append((title(page), clock(page)))
        look("Next")
    run(page, 60)
    seen.append((title(page), clock(page)))
    one_calf = [
        ("Get ready: Settle on the spot", "10 seconds left"),
        ("Settle on the spot", "15 seconds left"),
        ("Drift from side to side", "30 seconds left"),
        ("Hold still and move your foot", "45 seconds left"),
        ("Rest, then go again", ""),
        ("Get ready: Settle on the spot", "10 seconds left"),
        ("This calf is done", ""),
    ]
    assert seen == [
        ("Is it safe for you today?", ""),
        ("Rate your knee", ""),
        ("Warm up", "60 seconds left"),
        ("Set up: your left calf", ""),
        *one_calf,
        ("Change legs, to your right calf", ""),
        *one_calf,
        ("Get up slowly and walk", "60 seconds left"),
        ("Rate your knee again", ""),
    ]
    rate(page, 3)
    words = dialog(page).inner_text()
    assert "Before: 6. After: 3. That is 3 points less: a clear change." in words
    assert "Neither tells you what made your knee hurt" in words
    assert "You pressed for 6 minutes." in words
    press(page, "Save")
    assert "saved" in dialog(page).inner_text()
    assert stored(page, LOG)["entries"] == [
        {"date": DAY, "side": "both", "before": 6, "after": 3, "seconds": 360, "stopped": False}
    ]
    dialog(page).get_by_role("link", name="See your progress").click()
    page.wait_for_url("**/progress/")
    expect(page.locator("article")).to_contain_text("22 Nov 2026")


def test_the_words_of_a_step_are_those_of_the_page(reader: Page, url: str) -> None:
    visit(reader, url)
    on_the_page: dict[str, list[str]] = reader.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".cr-step")].map(heading => {
             const words = [];
             for (let next = heading.nextElementSibling;
                  next && !next.matches("h2, h3, .cr-round"); next = next.nextElementSibling)
               if (next.matches("p:not(.cr-time, .cr-page-only, .cr-by-weight), figure"))
                 words.push(next.textContent.replace(/ ?\\[\\d+\\]/g, "").trim());
             return [heading.textContent.replace(/^\\d+\\. /, ""), words];
           }))"""
    )
    assert len(on_the_page) == 8
    press(reader, START, "None of these")
    looked = set()
    for _ in range(16):
        name = title(reader)
        if name in on_the_page:
            looked.add(name)
            shown = dialog(reader).locator(".cr-session__content").text_content() or ""
            missing = [words for words in on_the_page[name] if words not in shown]
            # The first of the tests is chosen: its drawing is there, that of another is not shown.
            assert not missing or name.startswith("Rate your knee"), missing
        waits = "Start" if name.startswith(("Set up", "Rest")) else "Next"
        press(reader, waits if name.startswith(("Set up", "Rest", "This")) else "Skip")
        if title(reader) == "What changed":
            break
    assert looked == set(on_the_page)


def test_a_changed_page_changes_the_session(reader: Page, url: str) -> None:
    def change(route: Route) -> None:
        body = route.fetch().text()
        body, changes = re.subn(
            'data-seconds="60" (id="warm-up">)2. Warm up', r"\1 2. Get warm", body
        )
        assert changes == 1
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    reader.route("**/release/", change)
    visit(reader, url)
    press(reader, START, "None of these")
    rate(reader, 4)
    assert (title(reader), clock(reader)) == ("Get warm", "")
    sleep(reader, 1000)
    assert title(reader) == "Get warm"
    press(reader, "Next")
    assert title(reader) == "Set up: your left calf"


def test_the_session_does_not_go_on_when_a_line_of_the_safety_list_fits(
    reader: Page, url: str
) -> None:
    visit(reader, url)
    press(reader, START)
    shown = dialog(reader).inner_text()
    for item in reader.locator("#do-not-press + .cr-check li").all_inner_texts():
        assert item in shown
    press(reader, "One of these fits me")
    assert title(reader) == "Do not press today"
    assert "call 911, 999 or 112" in dialog(reader).inner_text()
    assert not dialog(reader).get_by_role("button", name="Next").count()
    press(reader, "Back")
    assert title(reader) == "Is it safe for you today?"
    # It is asked each time, also when a session goes on.
    press(reader, "Close", START)
    assert title(reader) == "Is it safe for you today?"
    press(reader, "None of these", "Close", "Back to your session")
    assert title(reader) == "Is it safe for you today?"
    press(reader, "One of these", "Back", "None of these")
    assert title(reader) == "Rate your knee"


def test_every_step_that_presses_shows_when_to_stop_and_where_never_to_press(
    reader: Page, url: str
) -> None:
    visit(reader, url)
    begin(reader)
    words = dialog(reader).inner_text()
    assert re.search(r"Two places never to press\s+The drawing[^.]+\.\s+The bony knob", words)
    assert "Stop at once if you feel tingling" in words
    press(reader, "Start")
    for _ in range(4):
        for _ in range(2):
            shown = dialog(reader).inner_text()
            # Once, however often the screen is drawn anew.
            assert shown.count("Stop at once if you feel tingling") == 1
            assert shown.count("Never press: The bony knob on the outside of your knee") == 1
            assert dialog(reader).get_by_role("button", name="Stop, it hurts").is_visible()
            press(reader, "Pause", "Go on")
        press(reader, "Skip")


def test_stop_shows_the_advice_and_the_session_of_the_day_is_over(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    run(reader, 10)
    press(reader, "Stop, it hurts")
    assert title(reader).startswith("Stop. Take the pressure off")
    for item in reader.locator("#stop-rule + .cr-stop :is(li, p)").all_inner_texts():
        assert item in dialog(reader).inner_text()
    sleep(reader, 600)
    press(reader, "End for today")
    assert "You pressed for 10 seconds." in dialog(reader).inner_text()
    assert "get medical help today" in dialog(reader).inner_text()
    press(reader, "Save")
    assert stored(reader, LOG)["entries"][0] == {
        "date": DAY,
        "side": "left",
        "before": 5,
        "after": None,
        "seconds": 10,
        "stopped": True,
    }
    press(reader, "Close", START)
    assert "You stopped today because it hurt" in dialog(reader).inner_text()
    assert not dialog(reader).get_by_role("button", name="None of these").count()


def test_the_limits_of_the_day_hold_in_another_tab_too(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO, "Stop, it hurts", "End for today", "Do not save")
    other = timed(reader.context.new_page())
    visit(other, url)
    press(other, START)
    assert "You stopped today because it hurt" in dialog(other).inner_text()


def test_a_session_that_another_tab_has_begun_goes_on_there_alone(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    other = timed(reader.context.new_page())
    visit(other, url)
    press(other, "Back to your session", "None of these")
    expect(dialog(reader).locator("h2")).to_have_text("This session is open elsewhere")
    assert clock(reader) == ""
    press(other, "Skip", "Skip", "Skip")
    at = stored(other, SESSION)["at"]
    # What the first tab knows does not come over what the other has done since.
    run(reader, 60)
    press(reader, "Close")
    assert stored(other, SESSION)["at"] == at


def test_a_button_from_before_another_tab_ended_the_session_does_not_open_it_again(
    reader: Page, url: str
) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, "Close")
    other = timed(reader.context.new_page())
    visit(other, url)
    press(other, "Back to your session", "None of these", *GO)
    run(other, 60)
    press(other, "Skip", *ROUND, "Next", "Skip", "Skip", "Do not save")
    press(reader, "Back to your session")
    assert title(reader) == "Enough for today"


def test_who_left_a_session_open_overnight_can_save_it_but_not_press_on(
    reader: Page, url: str
) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    run(reader, 40)
    press(reader, "Pause")
    sleep(reader, 23 * 3600)
    press(reader, "Go on")
    assert title(reader) == "Your last session ends here"
    assert "You pressed for 40 seconds." in dialog(reader).inner_text()
    sleep(reader, 60)
    reader.reload()
    press(reader, "Back to your session")
    assert title(reader) == "Your last session ends here"
    press(reader, "Save")
    [saved] = stored(reader, LOG)["entries"]
    assert (saved["date"], saved["seconds"], saved["before"]) == (DAY, 40, 5)
    press(reader, "Close", START, "None of these")
    assert stored(reader, SESSION)["pressed"] == {"left": 0, "right": 0}


def test_a_session_over_midnight_goes_on(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=PHONE)
    page.clock.install(time=f"{DAY}T23:58:00")
    page.clock.pause_at(f"{DAY}T23:58:01")
    visit(page, url)
    begin(page)
    press(page, *GO)
    run(page, 70)
    page.reload()
    sleep(page, 120)
    press(page, "Back to your session", "None of these", "Go on")
    run(page, 30)
    assert title(page) == "Rest, then go again"
    assert stored(page, SESSION)["day"] == DAY


def test_who_leaves_when_the_rounds_are_over_has_had_the_turn_of_the_day(
    reader: Page, url: str
) -> None:
    visit(reader, url)
    begin(reader)
    for _ in range(2):
        press(reader, *GO)
        run(reader, 90)
    press(reader, "Next", "Close", "Start again")
    assert title(reader) == "Enough for today"
    assert "You did your left calf today." in dialog(reader).inner_text()


def test_five_minutes_in_pieces_are_five_minutes(reader: Page, url: str) -> None:
    visit(reader, url, BOTH.replace("rounds=2", "rounds=3"))
    begin(reader)
    for _ in range(3):
        press(reader, *GO)
        run(reader, 89)
        press(reader, "Close", "Start again", "None of these", "Skip", "Skip")
    press(reader, *GO)
    run(reader, 34)
    assert title(reader) == "This calf is done"
    # The other calf has its turn still.
    press(reader, "Close", "Start again")
    assert "You did your left calf today. The limit is once a day." in dialog(reader).inner_text()
    press(reader, "None of these", "Skip", "Skip")
    assert title(reader) == "Set up: your right calf"


def test_who_stopped_is_reminded_the_next_day(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO, "Stop, it hurts", "End for today", "Save", "Close")
    sleep(reader, 24 * 3600)
    reader.reload()
    press(reader, START)
    assert title(reader) == "Is it safe for you today?"
    assert "Ask your practitioner before you press again." in dialog(reader).inner_text()


def test_what_was_pressed_is_not_lost_when_another_tab_takes_over(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    run(reader, 80)
    other = reader.context.new_page()  # its clock is that of the first
    visit(other, url)
    press(other, "Back to your session", "None of these")
    assert clock(other) == "10 seconds left"


SMALL = [(640, 400), (667, 375), (568, 320), (600, 500), (512, 384), (740, 360), (320, 568)]


@pytest.mark.parametrize("size", SMALL, ids=str)
def test_stop_and_pause_are_whole_and_in_sight_on_every_small_screen(
    open_page: PageOpener, url: str, size: tuple[int, int]
) -> None:
    page = timed(open_page(viewport={"width": size[0], "height": size[1]}))
    visit(page, url)
    begin(page)
    press(page, *GO)
    for top in (0, 300, 3000):
        dialog(page).evaluate("(dialog, top) => { dialog.scrollTop = top; }", top)
        for name in ("Stop, it hurts", "Pause", "Back", "Skip"):
            box = dialog(page).get_by_role("button", name=name).bounding_box()
            assert box and box["y"] >= 0 and box["y"] + box["height"] <= size[1], name
    dialog(page).evaluate("dialog => { dialog.scrollTop = 0; }")
    words = dialog(page).get_by_text("Press gently into the soft muscle").bounding_box()
    bar = dialog(page).locator(".cr-session__acts").bounding_box()
    assert words and bar and words["y"] + 30 <= bar["y"]


def test_a_stop_outlasts_a_reload(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO, "Stop, it hurts")
    reader.reload()
    press(reader, "Back to the stop advice")
    assert title(reader) == "Leave it for today"
    press(reader, "Save")
    assert "Ask your practitioner before you press again." in dialog(reader).inner_text()


def test_nothing_left_to_press_asks_for_no_safety_again(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *ROUNDS, "Skip", "Skip", "Close", "Back to your session")
    assert title(reader) == "What changed"


@pytest.mark.parametrize("position", ["chair", "seat", "floor"])
def test_a_step_is_told_and_drawn_as_it_is_done_in_the_plans_position(
    reader: Page, url: str, position: str
) -> None:
    tool = "hands" if position == "chair" else "roller"
    visit(reader, url, LEFT.replace("chair", position).replace("hands", tool))
    begin(reader)
    press(reader, "Start")
    caption = reader.locator(f"article > #{position} ~ figure figcaption").first.inner_text()
    for _ in range(4):
        words = dialog(reader).locator(".cr-session__content").inner_text()
        assert ("On a second chair or the floor" in words) <= (position != "chair")
        assert ("your hand and the skin" in words) <= (position == "chair")
        assert dialog(reader).locator("figure:visible").count() == 1
        assert (caption in words) == (position != "chair")
        press(reader, "Skip")


def test_stop_by_mistake_loses_nothing_and_waits(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    run(reader, 5)
    press(reader, "Stop, it hurts")
    sleep(reader, 60)
    press(reader, MISTAKE)
    assert clock(reader) == "10 seconds left"
    run(reader, 60)
    assert clock(reader) == "10 seconds left"
    press(reader, "Go on")
    run(reader, 10)
    assert title(reader) == "Drift from side to side"


def test_who_stops_and_leaves_has_stopped(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO, "Stop, it hurts")
    reader.keyboard.press("Escape")
    press(reader, "Back to the stop advice")
    assert title(reader) == "Leave it for today"
    press(reader, "Close", "Start again")
    assert "You stopped today" in dialog(reader).inner_text()


def test_pause_back_and_skip(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    run(reader, 4)
    press(reader, "Pause")
    run(reader, 100)
    assert clock(reader) == "11 seconds left"
    # Time that nobody counts is no time to press in.
    told = dialog(reader).get_by_role("status").inner_text()
    assert told == "Paused. Take the pressure off. Find the spot again before you go on."
    press(reader, "Go on")
    run(reader, 12)
    assert (title(reader), clock(reader)) == ("Drift from side to side", "29 seconds left")
    press(reader, "Back")
    assert (title(reader), clock(reader)) == ("Settle on the spot", "15 seconds left")
    press(reader, "Skip", "Skip", "Skip")
    assert title(reader) == "Rest, then go again"
    press(reader, "Back")
    assert title(reader) == "Hold still and move your foot"


def test_the_limit_of_five_minutes_ends_a_calf(reader: Page, url: str) -> None:
    visit(reader, url, LEFT.replace("rounds=2", "rounds=3"))
    begin(reader)
    press(reader, *GO)
    for _ in range(4):
        run(reader, 70)
        press(reader, "Back")
    run(reader, 21)
    assert title(reader) == "This calf is done"
    assert "Five minutes on this calf: that is the limit" in dialog(reader).inner_text()


def test_a_session_can_start_with_the_other_calf(reader: Page, url: str) -> None:
    visit(reader, url, BOTH)
    begin(reader)
    assert title(reader) == "Set up: your left calf"
    press(reader, "My right calf first")
    assert title(reader) == "Set up: your right calf"
    press(reader, "Start round 1")
    assert "Your right calf, round 1 of 2" in dialog(reader).inner_text()


def test_once_a_day_is_the_limit_and_the_other_calf_may_be_done(reader: Page, url: str) -> None:
    visit(reader, url)
    done = {"date": DAY, "side": "left", "before": 4, "after": 4, "seconds": 180}
    reader.evaluate(
        "([key, entries]) => localStorage.setItem(key, JSON.stringify({version: 2, entries}))",
        [LOG, [done | {"stopped": False}]],
    )
    press(reader, START)
    assert "You did your left calf today. The limit is once a day." in dialog(reader).inner_text()
    press(reader, "Close")
    visit(reader, url, BOTH)
    press(reader, START)
    assert "You did your left calf today" in dialog(reader).inner_text()
    press(reader, "None of these", "Skip", "Skip")
    assert title(reader) == "Set up: your right calf"


def test_a_session_that_was_not_saved_counts_for_the_day_too(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    sleep(reader, 90)
    press(reader, *GO)
    sleep(reader, 90)
    press(reader, "Next", "Skip", "Skip", "Do not save")
    assert stored(reader, LOG) is None
    press(reader, "Close", START)
    assert "You did your left calf today" in dialog(reader).inner_text()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (5, 5, "Before: 5. After: 5. Your number is the same."),
        (5, 4, "That is 1 point less: too little to count."),
        (5, 3, "That is 2 points less: a clear change."),
        (5, 6, "That is 1 point more: too little to count. If your knee hurts more, leave"),
        (None, 3, "Without both numbers we cannot tell a change."),
    ],
)
def test_what_changed_is_told_in_plain_words(
    reader: Page, url: str, before: int | None, after: int, words: str
) -> None:
    visit(reader, url)
    press(reader, START, "None of these")
    if before is None:
        press(reader, "Next")
        assert "Choose a number, or press Skip." in dialog(reader).inner_text()
        press(reader, "Skip")
    else:
        rate(reader, before)
    press(reader, "Skip", *ROUNDS, "Skip")
    rate(reader, after)
    shown = dialog(reader).inner_text()
    assert words in shown
    assert "Neither tells you what made your knee hurt" in shown


def test_a_knee_that_hurts_more_gets_the_stop_advice_and_no_good_news(
    reader: Page, url: str
) -> None:
    visit(reader, url)
    begin(reader, 2)
    press(reader, *ROUNDS, "Skip")
    rate(reader, 10)
    shown = dialog(reader).inner_text()
    assert "That is 8 points more. If your knee hurts more, leave the release out" in shown
    assert "Less pain is good news" not in shown
    for item in reader.locator("#stop-rule + .cr-stop :is(li, p)").all_inner_texts():
        assert item in shown


def test_the_test_that_was_chosen_is_the_one_afterwards(reader: Page, url: str) -> None:
    visit(reader, url)
    press(reader, START, "None of these")
    step_down = dialog(reader).get_by_role("radio", name="Take one slow step down")
    step_down.check()
    assert dialog(reader).locator("figure:visible figcaption").all_inner_texts() == [
        "Step down once, slowly, with a hand on the rail."
    ]
    rate(reader, 5)
    press(reader, "Skip", *ROUNDS, "Skip")
    assert "Take one slow step down from a low step" in dialog(reader).inner_text()
    assert dialog(reader).locator("figure:visible").count() == 1


# --- Reload, background, the second visit --------------------------------------------------------


def test_after_a_reload_the_session_goes_on_where_it_was(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader, 7)
    press(reader, *GO)
    run(reader, 20)
    reader.reload()
    press(reader, "Back to your session", "None of these")
    assert (title(reader), clock(reader)) == ("Drift from side to side", "25 seconds left")
    run(reader, 100)
    assert clock(reader) == "25 seconds left"
    press(reader, "Go on")
    run(reader, 25)
    assert title(reader) == "Hold still and move your foot"
    assert stored(reader, SESSION)["before"] == 7


def test_a_closed_session_can_be_taken_up_or_begun_again(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    run(reader, 100)
    press(reader, "Close")
    assert not dialog(reader).count()
    sleep(reader, 300)
    press(reader, "Back to your session", "None of these")
    assert title(reader) == "Rest, then go again"
    press(reader, "Close", "Start again")
    assert title(reader) == "Is it safe for you today?"
    # What was pressed counts towards the limit of the day.
    assert stored(reader, SESSION)["pressed"]["left"] == 90_000


def test_a_session_of_yesterday_is_not_offered(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, "Close")
    assert stored(reader, SESSION)
    sleep(reader, 24 * 3600)
    reader.reload()
    reader.get_by_role("button", name=START).wait_for()
    assert stored(reader, SESSION) is None


HIDE = """state => {
  Object.defineProperty(document, "hidden", {value: state === "hidden", configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_tab_in_the_background_neither_loses_nor_stretches_time(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    run(reader, 5)
    reader.evaluate(HIDE, "hidden")
    sleep(reader, 30)
    reader.evaluate(HIDE, "visible")
    assert (title(reader), clock(reader)) == ("Drift from side to side", "10 seconds left")
    reader.evaluate(HIDE, "hidden")
    sleep(reader, 600)
    reader.evaluate(HIDE, "visible")
    assert title(reader) == "Rest, then go again"


# --- By keyboard, by touch, by ear ---------------------------------------------------------------


def test_the_whole_session_by_keyboard_alone(open_page: PageOpener, url: str) -> None:
    page = timed(open_page(viewport=DESKTOP))
    visit(page, url)

    def go_to(words: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            held = page.evaluate(
                """() => { const held = document.activeElement;
                     return [held.textContent, ...[...held.labels ?? []].map(l => l.textContent)]
                       .map(words => words.trim()); }"""
            )
            if any(text.startswith(words) for text in held):
                return
        raise AssertionError(f"no key leads to {words}")

    def enter(*names: str) -> None:
        for name in names:
            go_to(name)
            page.keyboard.press("Enter")

    def heading_has_focus() -> bool:
        return bool(page.evaluate("document.activeElement.id === 'session-title'"))

    enter(START)
    assert heading_has_focus()
    enter("None of these")
    assert heading_has_focus()
    go_to("Stand up")
    page.keyboard.press("ArrowDown")
    assert dialog(page).get_by_role("radio", name="Take one slow step").is_checked()
    go_to("0")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    enter("Next", "Skip", "Start", "Skip")
    assert title(page) == "Settle on the spot"
    go_to("Pause")
    page.keyboard.press("Space")
    # The same button goes on: the focus stays on it.
    page.keyboard.press("Space")
    run(page, 91)
    assert title(page) == "Rest, then go again"
    # A press of Pause that comes too late begins no round.
    page.keyboard.press("Space")
    assert title(page) == "Rest, then go again"
    assert heading_has_focus()
    enter("Start")
    run(page, 101)
    enter("Next")
    run(page, 61)
    go_to("0")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    enter("Next")
    assert "Before: 4. After: 1." in dialog(page).inner_text()
    enter("Save", "Close")
    assert not dialog(page).count()
    assert page.evaluate("document.activeElement.textContent") == START
    [entry] = stored(page, LOG)["entries"]
    assert (entry["before"], entry["after"], entry["seconds"]) == (4, 1, 180)


def test_the_focus_stays_in_the_dialog_and_returns(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=DESKTOP)
    visit(page, url)
    press(page, START)
    for _ in range(30):
        page.keyboard.press("Tab")
        outside = page.evaluate(
            "document.activeElement !== document.body && "
            "!document.activeElement.closest('dialog.cr-session')"
        )
        assert not outside
    press(page, "None of these")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Back to your session").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Back to your session"


def test_a_second_tap_does_not_answer_the_screen_that_has_just_come(
    open_page: PageOpener, url: str
) -> None:
    page = timed(open_page(viewport=PHONE, has_touch=True))
    visit(page, url)
    press(page, START)
    answer = page.get_by_role("button", name="None of these")
    answer.scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    box = answer.bounding_box()
    assert box is not None
    for _ in range(3):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert title(page) == "Rate your knee"
    # Who presses a calf may stop at once.
    press(page, "Skip", "Skip", *GO)
    page.get_by_role("button", name="Stop").tap(timeout=300)
    assert title(page).startswith("Stop")


def test_by_touch_on_a_phone(open_page: PageOpener, url: str) -> None:
    page = timed(open_page(viewport=PHONE, has_touch=True, is_mobile=True))
    visit(page, url)
    for name in (START, "None of these"):
        page.get_by_role("button", name=name).tap()
    dialog(page).get_by_text("5", exact=True).tap()
    for name in ("Next", "Skip", "Start", "Skip"):
        dialog(page).get_by_role("button", name=name).tap()
    assert title(page) == "Settle on the spot"
    dialog(page).get_by_role("button", name="Stop, it hurts").tap()
    assert title(page).startswith("Stop")


def test_steps_that_come_by_themselves_are_announced_once_and_leave_the_focus(
    reader: Page, url: str
) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    reader.evaluate(
        """() => { window.heard = [];
             const status = document.querySelector("dialog [role=status]");
             new MutationObserver(() => heard.push(status.textContent))
               .observe(status, {childList: true}); }"""
    )
    dialog(reader).get_by_role("button", name="Pause").focus()
    run(reader, 60)
    heard = [words for words in reader.evaluate("heard") if words]
    assert heard == [
        "Drift from side to side, 30 seconds left",
        "Hold still and move your foot, 45 seconds left",
    ]
    assert reader.evaluate("document.activeElement.textContent") == "Pause"
    assert dialog(reader).get_by_role("timer").get_attribute("aria-live") is None


# --- Cues, and the screen that stays on ----------------------------------------------------------

SPEECH = """
window.said = [];
Object.defineProperty(window, "speechSynthesis", {value: {
  cancel() { said.push(null); },
  speak(words) { if (REFUSED) throw new Error("no voice"); said.push(words.text); },
}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
TONE = """
window.tones = 0;
const param = {setValueAtTime() {}, linearRampToValueAtTime() {}};
window.AudioContext = class {
  currentTime = 0;
  resume() { return REFUSED ? Promise.reject(new Error("no sound")) : Promise.resolve(); }
  createGain() { if (REFUSED) throw new Error("no sound"); return {connect() {}, gain: param}; }
  createOscillator() { return {frequency: {}, connect() {}, stop() {}, start() { tones++; }}; }
};
"""


def with_cues(page: Page, refused: bool = False) -> Page:
    page.add_init_script((SPEECH + TONE).replace("REFUSED", str(refused).lower()))
    return page


def said(page: Page) -> list[str]:
    return [words for words in page.evaluate("said") if words]


def test_cues_are_silent_until_they_are_switched_on_and_then_remembered(
    reader: Page, url: str
) -> None:
    visit(with_cues(reader), url)
    begin(reader)
    press(reader, *GO)
    run(reader, 16)
    assert not said(reader)
    assert reader.evaluate("tones") == 0
    assert stored(reader, CUES) is None
    dialog(reader).get_by_label("Spoken cues").check()
    dialog(reader).get_by_label("A soft tone").check()
    assert said(reader) == ["Spoken cues are on."]
    run(reader, 30)
    assert said(reader)[1].startswith(
        "Hold still and move your foot. 45 seconds left. Hold still on"
    )
    # What is said while time runs is short.
    assert len(said(reader)[1].split()) < 50
    assert reader.evaluate("tones") == 2
    reader.reload()
    press(reader, "Back to your session", "None of these", "Go on")
    assert dialog(reader).get_by_label("Spoken cues").is_checked()
    assert said(reader)[0].startswith("Hold still")
    dialog(reader).get_by_label("Spoken cues").uncheck()
    run(reader, 60)
    assert len(said(reader)) == 1
    assert stored(reader, CUES) == {"speech": False, "tone": True}


def test_a_voice_says_what_to_do_at_a_pause_and_a_stop_and_nothing_else(
    reader: Page, url: str
) -> None:
    visit(with_cues(reader), url)
    begin(reader)
    dialog(reader).get_by_label("Spoken cues").check()
    press(reader, *GO)
    for way, words in (
        ("Pause", "Paused. Take the pressure off."),
        ("Stop, it hurts", "Stop. Take the pressure off. If tingling or numbness lasts"),
        ("End for today", ""),
    ):
        reader.evaluate("said.length = 0")
        press(reader, way)
        # Null is silence; nothing at all would be a voice that speaks on.
        assert reader.evaluate("said[0] === null")
        assert "".join(said(reader)).startswith(words)
        assert bool(said(reader)) == bool(words)


def test_cues_that_the_device_refuses_are_told_and_switched_off(reader: Page, url: str) -> None:
    visit(with_cues(reader, refused=True), url)
    begin(reader)
    for name, sentence in (
        ("Spoken cues", "Spoken cues: your device cannot do this."),
        ("A soft tone", "A soft tone at each step: your device cannot do this."),
    ):
        dialog(reader).get_by_label(name).click()
        assert sentence in dialog(reader).inner_text()
        assert not dialog(reader).get_by_label(name).is_checked()
    press(reader, *GO)
    run(reader, 16)
    assert title(reader) == "Drift from side to side"


def test_a_device_without_voice_and_sound_shows_no_switch(reader: Page, url: str) -> None:
    reader.add_init_script(
        "delete window.speechSynthesis; delete Window.prototype.speechSynthesis;"
        "delete window.AudioContext;"
    )
    visit(reader, url)
    begin(reader)
    assert (
        not dialog(reader).get_by_role("checkbox").count()
        or not dialog(reader).get_by_label("Spoken cues").count()
    )
    press(reader, *GO)
    run(reader, 16)
    assert title(reader) == "Drift from side to side"


WAKE_LOCK = """
window.locks = [];
Object.defineProperty(navigator, "wakeLock", {value: KIND});
"""
GRANTED = """{ async request(kind) {
  const lock = {kind, held: true, release() { lock.held = false; }};
  locks.push(lock);
  return lock;
} }"""
REFUSED = "{ async request() { throw new DOMException('low battery', 'NotAllowedError'); } }"


def test_the_screen_is_kept_on_during_the_session_and_no_longer(reader: Page, url: str) -> None:
    reader.add_init_script(WAKE_LOCK.replace("KIND", GRANTED))
    visit(reader, url)
    assert reader.evaluate("locks.length") == 0
    press(reader, START)
    assert reader.evaluate("locks.map(({kind, held}) => [kind, held])") == [["screen", True]]
    # A browser lets go of it when the page is hidden.
    reader.evaluate(HIDE, "hidden")
    reader.evaluate(HIDE, "visible")
    assert reader.evaluate("locks.length") == 2
    press(reader, "Close")
    assert reader.evaluate("locks.at(-1).held") is False


@pytest.mark.parametrize("kind", ["undefined", REFUSED], ids=["absent", "refused"])
def test_without_the_lock_the_session_runs_all_the_same(reader: Page, url: str, kind: str) -> None:
    reader.add_init_script(WAKE_LOCK.replace("KIND", kind))
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    run(reader, 16)
    assert title(reader) == "Drift from side to side"


# --- Storage that is full, forbidden or damaged --------------------------------------------------

FORBIDDEN = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {get() { throw new DOMException("no", "SecurityError"); }});
"""
FULL = """
Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


@pytest.mark.parametrize("trouble", [FORBIDDEN, FULL], ids=["forbidden", "full"])
def test_a_session_runs_and_tells_that_it_cannot_be_saved(
    browser: Browser, url: str, trouble: str
) -> None:
    # Not watched: the theme's own script, which keeps the colours, stumbles over forbidden storage.
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.add_init_script(trouble)
    visit(page, url)
    begin(page)
    press(page, *ROUNDS, "Skip")
    rate(page, 2)
    press(page, "Save")
    assert title(page) == "Not saved"
    words = dialog(page).inner_text()
    assert "Before: 5. After: 2." in words  # to write down
    press(page, "Try again")
    assert title(page) == "Not saved"
    press(page, "Close")
    assert page.get_by_role("button", name="Start").is_visible()
    context.close()


@pytest.mark.parametrize("trouble", [FORBIDDEN, FULL], ids=["forbidden", "full"])
def test_the_limits_of_the_day_hold_where_the_device_keeps_nothing(
    browser: Browser, url: str, trouble: str
) -> None:
    context = browser.new_context(viewport=PHONE)
    page = timed(context.new_page())
    page.add_init_script(trouble)
    # The theme's own script stumbles over forbidden storage.
    page.route("**/assets/javascripts/*", lambda route: route.abort())
    visit(page, url)
    begin(page)
    press(page, *GO)
    run(page, 100)
    press(page, "Close", "Start again", "None of these", "Skip", "Skip")
    press(page, *ROUNDS, "Skip", "Skip", "Do not save", "Close", START)
    assert title(page) == "Enough for today"
    context.close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"at": 3}', "null", "<b>"])
def test_damaged_storage_costs_the_session_nothing(reader: Page, url: str, text: str) -> None:
    reader.add_init_script(
        f"localStorage.setItem('{SESSION}', {json.dumps(text)});"
        f"sessionStorage.setItem('calf-release-plan', {json.dumps(text)});"
        f"localStorage.setItem('{LOG}', {json.dumps(text)});"
        f"localStorage.setItem('{CUES}', {json.dumps(text)});"
    )
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    assert clock(reader) == "15 seconds left"


# --- The page round it ---------------------------------------------------------------------------


def test_nothing_of_the_session_is_sent(reader: Page, url: str) -> None:
    asked: list[str] = []
    reader.context.on("request", lambda request: asked.append(request.url + str(request.post_data)))
    visit(reader, url)
    after_reading = len(asked)
    begin(reader)
    press(reader, *ROUNDS, "Skip")
    rate(reader, 2)
    press(reader, "Save", "Close")
    assert after_reading > 3
    assert asked[after_reading:] == []
    assert not [address for address in asked if "side=" in address or "seconds" in address]


def test_before_the_session_nothing_but_the_links_plan_is_stored(reader: Page, url: str) -> None:
    visit(reader, url)
    keys = reader.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    # The plan of the link, for this tab alone.
    assert keys == ["calf-release-plan"]
    assert reader.evaluate("sessionStorage['calf-release-plan']") == LEFT[1:]


def test_whatever_is_stored_stands_in_the_list_on_the_about_page(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    dialog(reader).get_by_label("A soft tone").check()
    press(reader, *ROUNDS, "Skip", "Skip", "Save", "Close")
    keys = reader.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert {LOG, CUES, SESSION} <= set(keys)
    reader.goto(f"{url}about/")
    told = reader.locator("#privacy ~ ul").all_inner_texts()
    missing = [key for key in keys if key not in " ".join(told)]
    assert not missing


def test_the_page_stays_as_it_was_when_a_session_is_over(reader: Page, url: str) -> None:
    visit(reader, url)
    count = "document.querySelectorAll('article *:not(.cr-plan *)').length"
    before = reader.evaluate(count)
    begin(reader)
    press(reader, *GO)
    twice = reader.evaluate(
        """() => { const ids = [...document.querySelectorAll("[id]")].map(({id}) => id);
             return ids.filter((id, i) => ids.indexOf(id) !== i); }"""
    )
    assert not twice
    press(reader, "Close")
    assert reader.evaluate(count) == before


def test_the_drawings_of_the_session_are_whole(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    press(reader, *GO)
    broken = dialog(reader).evaluate(
        """dialog => [...dialog.querySelectorAll("svg *")].flatMap(part =>
             [...part.attributes].flatMap(({name, value}) => {
               const found = /^(?:url\\()?#([\\w-]+)/.exec(value);
               return found && name !== "id" && !dialog.querySelector("#" + found[1])
                 ? [name + "=" + value] : [];
             }))"""
    )
    assert not broken
    assert dialog(reader).locator("svg use").count() >= 1


@pytest.mark.parametrize("lost", ["release", "plan", "player", "log", "cues"])
def test_when_a_module_does_not_load_the_page_is_whole(
    open_page: PageOpener, url: str, lost: str
) -> None:
    page = open_page(viewport=PHONE)
    page.route(f"**/js/*/{lost}.js", lambda route: route.abort())
    page.goto(f"{url}release/{LEFT}")
    page.wait_for_load_state("networkidle")
    told = " ".join(page.locator("#plan").inner_text().split())
    if lost in ("release", "plan"):
        assert f"Our usual plan: {USUAL} Did your practitioner send you a plan" in told
    else:
        # The plan needs less than the session does.
        assert "Left calf, on a chair, with your hands." in told
        assert "The guided session did not load." in told
    assert not seen_ones(page, "#plan button")
    assert page.locator("#settle").is_visible()


@pytest.mark.parametrize("plan", ["", LEFT], ids=["usual", "link"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_words_stay_where_they_are_when_the_plan_takes_its_place(
    open_page: PageOpener, url: str, screen: ViewportSize, plan: str
) -> None:
    page = open_page(viewport=screen)
    held: list[Route] = []
    page.route("**/js/*/release.js", lambda route: held.append(route))
    page.goto(f"{url}release/{plan}", wait_until="commit")
    # The page is painted, and only then the script comes.
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    words = page.locator(".cr-short")
    before = words.bounding_box()
    held[0].continue_()
    page.locator("#your-plan").wait_for()
    assert words.bounding_box() == before


def test_printing_in_the_middle_of_a_session_prints_the_page(reader: Page, url: str) -> None:
    visit(reader, url)
    begin(reader)
    reader.emulate_media(media="print")
    assert not dialog(reader).is_visible()
    assert reader.locator("#settle").is_visible()


# --- Every state, looked at by axe and measured --------------------------------------------------

STATES: dict[str, tuple[str, ...]] = {
    "gate": (START,),
    "unfit": ("One of these",),
    "rating": ("Back", "None of these"),
    "no number": ("Next",),
    "warm-up": ("Skip",),
    "paused": ("Pause",),
    "set-up": ("Skip",),
    "ready": ("Start",),
    "settle": ("Skip",),
    "stop": ("Stop",),
    "move": (MISTAKE, "Skip", "Skip"),
    "rest": ("Skip",),
    "off": ROUND,
    "walk": ("Next",),
    "again": ("Skip",),
    "result": ("Skip",),
    "stopped": ("Back", "Stop", "End"),
    "saved": ("Save",),
    "done": ("Close", START),
}


def in_every_state(check: Callable[[Page], list[str]], page: Page, url: str) -> list[str]:
    """Walk through a session, and return what a check finds on each of its screens."""
    visit(page, url)
    found = []
    for state, buttons in STATES.items():
        press(page, *buttons)
        found += [f"{state}: {fault}" for fault in check(page)]
    return found


@schemes
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_state_of_the_session_is_accessible(
    open_page: PageOpener, url: str, scheme: str, screen: ViewportSize
) -> None:
    page = open_page(viewport=screen, color_scheme=scheme)
    # Behind the open dialog stands the page, which has a test of its own.
    found = in_every_state(lambda page: violations(page, "dialog[open]"), page, url)
    assert not found, "\n".join(found)


def too_small(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("dialog :is(button, label, a)")]
             .filter(one => one.checkVisibility() && !one.closest("p, li, .cr-hold"))
             .map(one => [one.getBoundingClientRect(), one.textContent])
             .filter(([box]) => box.width < 44 || box.height < 44)
             .map(([box, words]) => `${box.width} x ${box.height}: ${words}`)"""
    )
    return found


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_every_state_of_the_session_fits_its_screen(
    open_page: PageOpener, url: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 740})

    def fits(page: Page) -> list[str]:
        return wider_than_the_window(page) + sticking_out(page) + too_small(page)

    found = in_every_state(fits, page, url)
    assert not found, "\n".join(found)


def test_with_text_twice_as_large_stop_and_pause_are_in_sight(
    open_page: PageOpener, url: str
) -> None:
    page = open_page(viewport=PHONE)
    visit(page, url)
    page.evaluate("document.documentElement.style.fontSize = '281.25%'")
    press(page, START, "None of these", "Skip", "Skip", *GO)
    assert not wider_than_the_window(page)
    assert not sticking_out(page)
    for place in ("0", "400", "1200"):
        dialog(page).evaluate("(dialog, top) => { dialog.scrollTop = top; }", place)
        for name in ("Stop, it hurts", "Pause"):
            box = dialog(page).get_by_role("button", name=name).bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= PHONE["height"]


def test_the_scripts_of_each_page_weigh_less_than_twelve_kilobytes(
    open_page: PageOpener, url: str
) -> None:
    for name in ("release", "share", "handout", "progress"):
        page = open_page()
        answers: list[Response] = []

        def note(answer: Response, answers: list[Response] = answers) -> None:
            answers.append(answer)

        page.context.on("response", note)
        page.goto(f"{url}{name}/")
        page.wait_for_load_state("networkidle")
        own = {
            answer.url: int(answer.headers["content-length"])
            for answer in answers
            if f"{SUB_PATH}js/" in answer.url
        }
        assert len(own) >= 3
        assert sum(own.values()) <= 12_000, own

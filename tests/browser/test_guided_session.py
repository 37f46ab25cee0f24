"""The guided session as readers go through it, with a clock that only the tests let go on."""

import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from conftest import PageOpener
from measures import DESKTOP, PHONE, seen_ones, sticking_out, wider_than_the_window
from playwright.sync_api import Browser, Locator, Page, Route, expect
from test_accessibility import audit
from windows import DAY, MORNING, discard, open_plan, phone, stop_clock

SESSION = "calf-release-session"
LOG = "calf-release-log"
CUES = "calf-release-cues"
LEFT = "#side=left&position=chair&tool=hands&rounds=2&seconds=90&days=7&weeks=2"
BOTH = LEFT.replace("left", "both")
USUAL = "Both calves, on a chair, with your hands. 2 rounds of 90 seconds for each calf, every day for 2 weeks."
START = "Start the guided session"
MISTAKE = "I pressed it by mistake"
# From the plan to the set-up of the first calf, with a rating of 5.
BEGIN: tuple[str | int, ...] = (START, "None of these", 5, "Next", "Skip")
GO = ("Start", "Skip")  # and skip the seconds to get ready in
ROUND = (*GO, "Skip", "Skip", "Skip")
ROUNDS = (*ROUND, *ROUND, "Next")
AGAIN = ("Back to your session", "None of these")
HALT = "Stop, it hurts"


@pytest.fixture
def reader(browser: Browser, url: str) -> Iterator[Page]:
    """Lend a page on a phone, at ten in the morning."""
    window = phone(browser, url)
    window.page.clock.set_system_time(MORNING)
    yield from window.lend()


@pytest.fixture
def pressing(reader: Page, url: str) -> Page:
    """Return the phone's page in the first step that presses."""
    visit(reader, url, *BEGIN, *GO)
    return reader


@pytest.fixture
def fresh(reader: Page, url: str) -> Iterator[Page]:
    """Lend the phone's page to a test that changes what later ones cannot use."""
    discard(reader, url)
    yield reader
    reader.unroute_all()
    discard(reader, url)


def visit(page: Page, url: str, *names: str | int, plan: str = LEFT) -> None:
    """Open the steps with the plan of a link, in the document that shows them; press buttons."""
    open_plan(page, f"{url}release/", plan.removeprefix("#"))
    page.locator(".cr-plan button").first.wait_for()
    press(page, *names)


def dialog(page: Page) -> Locator:
    return page.locator("dialog.cr-session")


def buttons_of(page: Page) -> list[str]:
    return dialog(page).get_by_role("button").all_inner_texts()


def title(page: Page) -> str:
    return dialog(page).locator("h2").inner_text()


def shown(page: Page) -> str:
    return dialog(page).inner_text()


# By script: a screen takes a finger's press only after a moment, and that has its own test.
PRESS = """async names => {
  for (const name of names) {
    const dialog = document.querySelector("dialog.cr-session");
    const place = dialog ?? document.querySelector(".cr-plan");
    const number = typeof name === "number";
    const button = [...place.querySelectorAll(number ? "label" : "button")].find(one => {
      const words = one.textContent.trim();
      return one.checkVisibility() && (number ? words === String(name) : words.startsWith(name));
    });
    if (!button) throw new Error(`no “${name}” on “${place.querySelector("h2").textContent}”`);
    const closed = button.textContent === "Close" &&
      new Promise(done => dialog.addEventListener("close", done));
    button.click();
    await closed;
  }
}"""


def press(page: Page, *names: str | int) -> None:
    """Press buttons of the session, or of the plan where none is open.

    A button is named by how its words start, a rating by its number; "+5 s" lets time pass.
    """
    for timed, group in groupby(names, lambda name: str(name).startswith("+")):
        if timed:
            run(page, sum(int(name.strip("+ s")) for name in map(str, group)))
        else:
            page.evaluate(PRESS, list(group))


def clock(page: Page) -> str:
    return dialog(page).locator("[role=timer]").text_content() or ""


def run(page: Page, seconds: float) -> None:
    """Let time pass, with every tick of it."""
    page.clock.run_for(round(seconds * 1000))


def sleep(page: Page, seconds: float) -> None:
    """Let time pass as a tab in the background or a locked phone does: hardly a tick of it."""
    page.clock.fast_forward(round(seconds * 1000))


def stored(page: Page, key: str) -> Any:
    text = page.evaluate("key => localStorage.getItem(key)", key)
    return text and json.loads(text)


def stop_rule(page: Page) -> list[str]:
    """Return the lines of the stop rule, as the page has them."""
    lines = page.locator("article > .cr-band #stop-rule ~ :is(ul, details) li").all_text_contents()
    assert len(lines) > 8
    return lines


# --- The plan ------------------------------------------------------------------------------------


def test_without_a_link_the_usual_plan_shows_with_and_without_scripts(
    open_page: PageOpener, fresh: Page, url: str
) -> None:
    visit(fresh, url, plan="")
    assert fresh.locator("#your-plan").inner_text() == "Our usual plan"
    assert fresh.locator(".cr-plan__words").inner_text() == USUAL
    plain = open_page(java_script_enabled=False)
    plain.goto(f"{url}release/{LEFT}")
    told = " ".join(plain.locator("#plan").inner_text().split())
    assert told.startswith(f"Our usual plan {USUAL} Did your practitioner")


def open_set_ups(page: Page) -> list[str]:
    """Return the ids of the set-ups that are open, each drawn and with words."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll(".cr-setup[open]")].filter(one => one.querySelector("svg") &&
             one.querySelector("li")?.checkVisibility()).map(one => one.querySelector("summary > [id]").id)"""
    )
    return found


def test_a_link_opens_with_its_plan_and_its_set_up(reader: Page, url: str) -> None:
    visit(reader, url, plan=BOTH)
    assert open_set_ups(reader) == ["chair"]
    for position in ("seat", "floor", "chair"):
        visit(reader, url, plan=LEFT.replace("chair", position).replace("hands", "ball"))
        assert reader.locator("#your-plan").inner_text() == "Your plan"
        assert reader.locator(".cr-plan__words").inner_text().startswith("Left calf, on ")
        advice = reader.locator(".cr-plan").inner_text()
        other_tool = "Ask your practitioner how to use yours." in advice
        assert other_tool == (position != "seat"), position
        assert open_set_ups(reader) == [position]
    # Who opens another may keep it: a session of the same plan does not close it.
    reader.locator("#floor").click()
    press(reader, START, "Close")
    assert open_set_ups(reader) == ["floor"]


BAD_PLANS = [
    "<img src=x onerror=document.body.remove()>",
    "side=<script>document.body.remove()</script>",
    "side=left&position=javascript:alert(1)",
    "__proto__=1&constructor=2",
    "rounds=1e99&seconds=NaN&days=-0",
    "%",
    "%E0%A4%A",
    "\ud83e\uddb5&&==#",
    LEFT[1:40],
    "a" * 5000,
]
FOLLOW = """async fragment => {
  const others = () => document.querySelectorAll(":not(#plan *)").length;
  const before = others();
  const changed = new Promise(done => addEventListener("hashchange", done, {once: true}));
  location.hash = fragment;
  await changed;
  const box = document.getElementById("plan");
  return [box.querySelector(".cr-plan__words").textContent, box.querySelectorAll("p").length,
          box.querySelectorAll("button").length, others() - before];
}"""


def test_a_bad_plan_in_the_link_leaves_a_usable_one_and_the_page_whole(reader: Page, url: str) -> None:
    visit(reader, url)
    for fragment in BAD_PLANS:
        words, paragraphs, buttons, more = reader.evaluate(FOLLOW, fragment)
        assert words.startswith(("Left calf, on ", "Both calves, on ")), fragment
        # The words, a sentence on what was not understood, the tool, one on a plan of one's own,
        # and an empty one.
        assert paragraphs <= 5, fragment
        assert (buttons, more) == (1, 0), fragment


def test_what_a_link_asks_beyond_the_limits_is_not_done(reader: Page, url: str) -> None:
    visit(reader, url, plan=LEFT.replace("rounds=2&seconds=90", "rounds=3&seconds=900"))
    told = reader.locator(".cr-plan").inner_text()
    assert "we could not find or use the length of a round" in told
    press(reader, *BEGIN, *GO)
    assert clock(reader) == "15 seconds left"
    press(reader, "Skip", "Skip", "Skip", *ROUND, *GO)
    assert "round 3 of 3" in shown(reader)
    press(reader, "Skip", "Skip", "Skip", "Next")
    assert title(reader) == "Get up slowly and walk"


# --- The whole session ---------------------------------------------------------------------------


def test_the_whole_session_for_both_calves(reader: Page, url: str) -> None:
    visit(reader, url, plan=BOTH)
    seen = []

    def look(*names: str | int, seconds: int = 0) -> None:
        press(reader, *names)
        run(reader, seconds)
        seen.append((title(reader), clock(reader)))

    look(START)
    look("None of these")
    look(6, "Next")
    look(seconds=61)
    for _ in ("left", "right"):
        look("Start")
        for seconds in (10, 15, 30, 45):
            look(seconds=seconds)
        look("Start")
        sleep(reader, 100)
        look()
        look("Next")
    look(seconds=60)
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
    press(reader, 3, "Next")
    words = shown(reader)
    assert "Before: 6. After: 3. That is 3 points less: a clear change." in words
    assert "Neither tells you what made your knee hurt" in words
    assert "You pressed for 6 minutes." in words
    press(reader, "Save")
    assert "saved" in shown(reader)
    assert stored(reader, LOG)["entries"] == [
        {"date": DAY, "side": "both", "before": 6, "after": 3, "seconds": 360, "stopped": False}
    ]
    dialog(reader).get_by_role("link", name="See your progress").click()
    reader.wait_for_url("**/progress/")
    expect(reader.locator("article")).to_contain_text("22 Nov 2026")


def test_the_words_of_a_step_are_those_of_the_page(reader: Page, url: str) -> None:
    visit(reader, url)
    on_the_page: dict[str, list[str]] = reader.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".cr-step > h3:not(#set-up)")].map(heading => [
             heading.textContent,
             [...heading.parentElement.querySelectorAll(
               ":scope > :is(p:not(.cr-time, .cr-page-only, .cr-by-weight), figure, .cr-scale)")]
               .map(part => part.textContent.replace(/ ?\\[\\d+\\]/g, "").trim()),
           ]))"""
    )
    assert len(on_the_page) == 8
    press(reader, START, "None of these")
    looked = set()
    while (name := title(reader)) != "What changed":
        if name in on_the_page:
            looked.add(name)
            words = dialog(reader).locator(".cr-session__content").text_content() or ""
            missing = [part for part in on_the_page[name] if part not in words]
            assert not missing, missing
        waits = {"Set ": "Start", "Rest": "Start", "This": "Next"}
        press(reader, waits.get(name[:4], "Skip"))
    assert looked == set(on_the_page)


def test_a_changed_page_changes_the_session(fresh: Page, url: str) -> None:
    def change(route: Route) -> None:
        body = route.fetch().text()
        body, changes = re.subn('data-seconds="60" (id="warm-up">)Warm up', r"\1Get warm", body)
        assert changes == 1
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    fresh.route("**/release/", change)
    visit(fresh, url, START, "None of these", 4, "Next")
    assert (title(fresh), clock(fresh)) == ("Get warm", "")
    sleep(fresh, 1000)
    assert title(fresh) == "Get warm"
    press(fresh, "Next")
    assert title(fresh) == "Set up: your left calf"


def test_the_session_does_not_go_on_when_a_line_of_the_safety_list_fits(reader: Page, url: str) -> None:
    visit(reader, url, START)
    items = reader.locator("article > .cr-gate li").all_text_contents()
    assert len(items) > 20
    # The folds are open: who is to ask first sees it before the buttons.
    assert not [item for item in items if item not in shown(reader)]
    last = dialog(reader).locator("li").last.bounding_box()
    button = dialog(reader).get_by_role("button", name="None of these").bounding_box()
    assert last and button and last["y"] + last["height"] < button["y"]
    press(reader, "One of these fits me")
    assert title(reader) == "Do not press today"
    assert "call 911, 999 or 112" in shown(reader)
    assert not dialog(reader).get_by_role("button", name="Next").count()
    press(reader, "Back")
    assert title(reader) == "Is it safe for you today?"
    # It is asked each time, also when a session goes on.
    for way in (("Close", START), ("None of these", "Close", "Back to your session")):
        press(reader, *way)
        assert title(reader) == "Is it safe for you today?", way
    press(reader, "One of these", "Back", "None of these")
    assert title(reader) == "Rate your knee"


@pytest.mark.parametrize("position", ["chair", "seat", "floor"])
def test_every_step_that_presses_has_the_drawing_of_its_position_and_when_and_where_to_stop(
    reader: Page, url: str, position: str
) -> None:
    tool = "hands" if position == "chair" else "roller"
    visit(reader, url, *BEGIN, plan=LEFT.replace("chair", position).replace("hands", tool))
    words = shown(reader)
    assert re.search(r"Two places never to press\s+The drawing[^.]+\.\s+The bony knob", words)
    assert "Stop at once if" in words
    assert "slide the thumb back" in words
    press(reader, "Start")
    for _ in range(4):
        step = title(reader)
        content = dialog(reader).locator(".cr-session__content").inner_text()
        assert ("On a second chair or the floor" in content) <= (position != "chair"), step
        assert ("your hand and the skin" in content) <= (position == "chair"), step
        assert dialog(reader).locator("figure:visible").count() == 1, step
        drawing = dialog(reader).locator("figure svg").get_attribute("aria-labelledby") or ""
        assert drawing.startswith(f"session-{position}-title") == (position != "chair"), step
        for _ in range(2):
            words = shown(reader)
            # Once, however often the screen is drawn again.
            assert words.count("Stop at once if") == words.count("It tingles") == 1, step
            assert words.count("Never press: The bony knob on the outside of your knee") == 1, step
            assert dialog(reader).get_by_role("button", name=HALT).is_visible(), step
            press(reader, "Pause", "Go on")
        press(reader, "Skip")


# --- Stop ----------------------------------------------------------------------------------------


def test_stop_shows_the_advice_and_the_session_of_the_day_is_over(pressing: Page) -> None:
    press(pressing, "+10 s", HALT)
    assert title(pressing).startswith("Stop. Take the pressure off")
    assert not [line for line in stop_rule(pressing) if line not in shown(pressing)]
    sleep(pressing, 600)
    press(pressing, "End for today")
    assert "You pressed for 10 seconds." in shown(pressing)
    assert "Get medical help today" in shown(pressing)
    press(pressing, "Save")
    rated = {"before": 5, "after": None}
    [entry] = stored(pressing, LOG)["entries"]
    assert entry == {"date": DAY, "side": "left", "seconds": 10, "stopped": True} | rated
    press(pressing, "Close", START)
    assert "You stopped today because it hurt" in shown(pressing)
    assert not dialog(pressing).get_by_role("button", name="None of these").count()
    press(pressing, "Close")
    sleep(pressing, 24 * 3600)
    press(pressing, START)
    assert title(pressing) == "Is it safe for you today?"
    assert "ask a doctor or physiotherapist before you press again." in shown(pressing)


def test_stop_by_mistake_loses_nothing_and_waits(pressing: Page) -> None:
    press(pressing, "+5 s", HALT)
    sleep(pressing, 60)
    press(pressing, MISTAKE)
    assert clock(pressing) == "10 seconds left"
    run(pressing, 60)
    assert clock(pressing) == "10 seconds left"
    press(pressing, "Go on", "+10 s")
    assert title(pressing) == "Drift from side to side"


def test_leaving_the_stop_screen_counts_as_a_stop(reader: Page, url: str) -> None:
    visit(reader, url, *BEGIN, *GO, HALT)
    reader.keyboard.press("Escape")
    reader.get_by_role("button", name="Back to the stop advice").wait_for()
    press(reader, "Back to the stop advice")
    assert title(reader) == "Leave it for today"
    reader.reload()
    reader.get_by_role("button", name="Back to the stop advice").wait_for()
    press(reader, "Back to the stop advice")
    assert title(reader) == "Leave it for today"
    press(reader, "Close", "Start again")
    assert "You stopped today" in shown(reader)
    press(reader, "Close", "Back to the stop advice", "Save")
    assert "ask a doctor or physiotherapist before you press again." in shown(reader)


# --- The limits of the day -----------------------------------------------------------------------


def test_the_limit_of_five_minutes_ends_a_calf(reader: Page, url: str) -> None:
    visit(reader, url, *BEGIN, *GO, plan=LEFT.replace("rounds=2", "rounds=3"))
    for _ in range(4):
        press(reader, "+70 s", "Back")
    run(reader, 21)
    assert title(reader) == "This calf is done"
    assert "Five minutes on this calf: that is the limit" in shown(reader)


def test_five_minutes_in_pieces_are_five_minutes(reader: Page, url: str) -> None:
    visit(reader, url, *BEGIN, plan=BOTH.replace("rounds=2", "rounds=3"))
    for _ in range(3):
        press(reader, *GO, "+89 s", "Close", "Start again", "None of these", "Skip", "Skip")
    press(reader, *GO, "+34 s")
    assert title(reader) == "This calf is done"
    # The other calf has its turn still.
    press(reader, "Close", "Start again")
    assert "You did your left calf today. The limit is once a day." in shown(reader)
    press(reader, "None of these", "Skip", "Skip")
    assert title(reader) == "Set up: your right calf"


def test_once_a_day_is_the_limit_and_the_other_calf_may_be_done(reader: Page, url: str) -> None:
    visit(reader, url)
    done = {"date": DAY, "side": "left", "before": 4, "after": 4, "seconds": 180, "stopped": False}
    reader.evaluate(
        "([key, entries]) => localStorage.setItem(key, JSON.stringify({version: 2, entries}))", [LOG, [done]]
    )
    press(reader, START)
    assert title(reader) == "Enough for today"
    assert "You did your left calf today. The limit is once a day." in shown(reader)
    press(reader, "Close")
    visit(reader, url, START, plan=BOTH)
    assert "You did your left calf today" in shown(reader)
    press(reader, "None of these", "Skip", "Skip")
    assert title(reader) == "Set up: your right calf"


@pytest.mark.parametrize(
    "leave", [("Close", "Start again"), ("Skip", "Skip", "Do not save", "Close", START)], ids=["left", "not saved"]
)
def test_finished_rounds_are_the_turn_of_the_day_saved_or_not(reader: Page, url: str, leave: tuple[str, ...]) -> None:
    visit(reader, url, *BEGIN)
    for _ in range(2):
        press(reader, *GO)
        sleep(reader, 90)
    press(reader, "Next", *leave)
    assert stored(reader, LOG) is None
    assert title(reader) == "Enough for today"
    assert "You did your left calf today." in shown(reader)


def other_tab(page: Page, url: str, plan: str = LEFT) -> Page:
    """Open the steps in a second tab; its clock is that of the first."""
    other = page.context.new_page()
    other.set_default_timeout(15_000)
    visit(other, url, plan=plan)
    return other


def test_a_session_that_another_tab_has_begun_goes_on_there_alone(reader: Page, url: str) -> None:
    visit(reader, url, *BEGIN, *GO, "+80 s")
    other = other_tab(reader, url)
    press(other, *AGAIN)
    # What was pressed before is not lost.
    assert clock(other) == "10 seconds left"
    expect(dialog(reader).locator("h2")).to_have_text("This session is open elsewhere")
    assert clock(reader) == ""
    press(other, "Skip")
    at = stored(other, SESSION)["at"]
    # What the first tab knows does not come over what the other has done since.
    press(reader, "+60 s", "Close")
    assert stored(other, SESSION)["at"] == at


def test_the_limits_of_the_day_hold_in_another_tab_too(reader: Page, url: str) -> None:
    visit(reader, url, *BEGIN, "Close")
    other = other_tab(reader, url)
    press(other, *AGAIN, *GO, "+60 s", "Skip", *ROUND, "Next", "Skip", "Skip", "Do not save")
    # A button from before the other tab ended the session does not open it again.
    press(reader, "Back to your session")
    assert title(reader) == "Enough for today"


def test_a_stop_holds_in_another_tab_too(reader: Page, url: str) -> None:
    visit(reader, url, *BEGIN, *GO, HALT, "End for today", "Do not save")
    other = other_tab(reader, url)
    press(other, START)
    assert "You stopped today because it hurt" in shown(other)


def test_a_session_left_open_overnight_can_be_saved_but_not_continued(pressing: Page) -> None:
    press(pressing, "+40 s", "Pause")
    sleep(pressing, 23 * 3600)
    press(pressing, "Go on")
    assert title(pressing) == "Your last session ends here"
    assert "You pressed for 40 seconds." in shown(pressing)
    sleep(pressing, 60)
    pressing.reload()
    pressing.locator(".cr-plan button").first.wait_for()
    press(pressing, "Back to your session")
    assert title(pressing) == "Your last session ends here"
    press(pressing, "Save")
    [saved] = stored(pressing, LOG)["entries"]
    assert (saved["date"], saved["seconds"], saved["before"]) == (DAY, 40, 5)
    press(pressing, "Close", START, "None of these")
    assert stored(pressing, SESSION)["pressed"] == {"left": 0, "right": 0}


def test_a_session_over_midnight_goes_on(reader: Page, url: str) -> None:
    reader.clock.set_system_time(f"{DAY}T23:58:00")
    visit(reader, url, *BEGIN, *GO, "+70 s", "Close")
    sleep(reader, 120)
    press(reader, *AGAIN, "Go on", "+30 s")
    assert title(reader) == "Rest, then go again"
    assert stored(reader, SESSION)["day"] == DAY


def test_a_session_can_start_with_the_other_calf(reader: Page, url: str) -> None:
    visit(reader, url, *BEGIN, plan=BOTH)
    assert title(reader) == "Set up: your left calf"
    press(reader, "My right calf first")
    assert title(reader) == "Set up: your right calf"
    press(reader, "Start round 1")
    assert "Your right calf, round 1 of 2" in shown(reader)


# --- Buttons, and what changed -------------------------------------------------------------------


def test_a_pause_stops_the_clock_and_the_pressing(pressing: Page) -> None:
    press(pressing, "+4 s", "Pause", "+100 s")
    assert clock(pressing) == "11 seconds left"
    # Time that nobody counts is no time to press in.
    told = dialog(pressing).get_by_role("status").inner_text()
    assert told == "Paused. Take the pressure off. Find the spot again before you go on."
    press(pressing, "Go on", "+12 s")
    assert (title(pressing), clock(pressing)) == ("Drift from side to side", "29 seconds left")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (5, 5, "Before: 5. After: 5. Your number is the same."),
        (5, 4, "That is 1 point less: too little to count."),
        (5, 3, "That is 2 points less: a clear change."),
        (5, 6, "That is 1 point more: too little to count. If your knee hurts more, leave"),
        (2, 10, "That is 8 points more. If your knee hurts more, leave the release out"),
        (None, 3, "Without both numbers we cannot tell a change."),
    ],
)
def test_the_change_is_put_in_plain_words(reader: Page, url: str, before: int | None, after: int, words: str) -> None:
    visit(reader, url, START, "None of these")
    if before is None:
        press(reader, "Next")
        assert "Choose a number, or press Skip." in shown(reader)
        press(reader, "Skip")
    else:
        press(reader, before, "Next")
    press(reader, "Skip", *ROUNDS, "Skip", after, "Next")
    told = shown(reader)
    assert words in told
    # A knee that hurts clearly more gets the stop advice and no good news.
    worse = before is not None and after - before > 1
    assert ("Neither tells you what made your knee hurt" in told) != worse
    assert ("Less pain is good news" in told) != worse
    if worse:
        assert not [line for line in stop_rule(reader) if line not in told]


def test_the_knee_test_chosen_before_is_the_one_after(reader: Page, url: str) -> None:
    visit(reader, url, START, "None of these")
    tests = dialog(reader).locator("[name=test]")
    assert tests.count() == 3
    dialog(reader).get_by_role("radio", name="Take one slow step down").check()
    drawing = dialog(reader).locator("figure:visible svg")
    assert (drawing.get_attribute("aria-labelledby") or "").startswith("session-step-down-title")
    press(reader, 5, "Next", "Skip", *ROUNDS, "Skip")
    assert dialog(reader).locator("figure:visible figcaption").all_inner_texts() == [
        "Take one slow step down, with a hand on a rail."
    ]
    assert dialog(reader).locator("figure:visible").count() == 1


def test_a_knee_that_hurts_8_or_more_is_not_pressed(reader: Page, url: str) -> None:
    visit(reader, url, START, "None of these")
    for way in ("Next", "Skip"):
        press(reader, 8, way)
        assert title(reader) == "Do not press today"
        assert "Get it looked at if it stays so." in shown(reader)
        assert buttons_of(reader) == ["Close", "Back", "Close"]
        press(reader, "Back")
        assert title(reader) == "Rate your knee"
    press(reader, "Close", "Back to your session", "None of these", "Next")
    assert title(reader) == "Do not press today"
    press(reader, "Back", 7, "Next")
    assert title(reader) == "Warm up"


# --- Reload, background, the second visit --------------------------------------------------------


def test_after_a_reload_the_session_goes_on_where_it_was(pressing: Page) -> None:
    run(pressing, 20)
    pressing.reload()
    pressing.locator(".cr-plan button").first.wait_for()
    press(pressing, *AGAIN)
    assert (title(pressing), clock(pressing)) == ("Drift from side to side", "25 seconds left")
    run(pressing, 100)
    assert clock(pressing) == "25 seconds left"
    press(pressing, "Go on", "+25 s")
    assert title(pressing) == "Hold still and move your foot"
    assert stored(pressing, SESSION)["before"] == 5


def test_a_closed_session_can_be_taken_up_or_begun_again(pressing: Page) -> None:
    press(pressing, "+100 s", "Close")
    assert not dialog(pressing).count()
    sleep(pressing, 300)
    press(pressing, *AGAIN)
    assert title(pressing) == "Rest, then go again"
    press(pressing, "Close", "Start again")
    assert title(pressing) == "Is it safe for you today?"
    # What was pressed counts towards the limit of the day.
    assert stored(pressing, SESSION)["pressed"]["left"] == 90_000
    press(pressing, "None of these", "Skip", "Skip", *ROUNDS, "Skip", "Skip", "Close")
    # Nothing is left to press, so its safety is not asked again.
    press(pressing, "Back to your session")
    assert title(pressing) == "What changed"


def test_a_session_of_yesterday_is_not_offered(reader: Page, url: str) -> None:
    visit(reader, url, *BEGIN, "Close")
    assert stored(reader, SESSION)
    sleep(reader, 24 * 3600)
    visit(reader, url)
    assert reader.locator(".cr-plan button").all_inner_texts() == [START]
    assert stored(reader, SESSION) is None


HIDE = """state => {
  Object.defineProperty(document, "hidden", {value: state === "hidden", configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_tab_in_the_background_neither_loses_nor_stretches_time(pressing: Page) -> None:
    run(pressing, 5)
    for seconds, expected in ((30, ("Drift from side to side", "10 seconds left")), (600, ("Rest, then go again", ""))):
        pressing.evaluate(HIDE, "hidden")
        sleep(pressing, seconds)
        pressing.evaluate(HIDE, "visible")
        assert (title(pressing), clock(pressing)) == expected


# --- By keyboard, by touch, by ear ---------------------------------------------------------------


def test_the_whole_session_by_keyboard_alone(reader: Page, url: str) -> None:
    visit(reader, url)
    page = reader

    def go_to(words: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            held, outside = page.evaluate(
                """() => { const held = document.activeElement;
                     const open = document.querySelector("dialog.cr-session");
                     return [[held.textContent, ...[...held.labels ?? []].map(l => l.textContent)]
                       .map(words => words.trim()),
                       open && held !== document.body && !open.contains(held)]; }"""
            )
            assert not outside, held
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
    assert dialog(page).get_by_role("radio", name="Take one slow step down").is_checked()
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
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    enter("Next")
    assert "Before: 4. After: 1." in shown(page)
    enter("Save", "Close")
    expect(dialog(page)).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == START
    [entry] = stored(page, LOG)["entries"]
    assert (entry["before"], entry["after"], entry["seconds"]) == (4, 1, 180)


def test_an_open_session_holds_the_page_behind_and_gives_the_focus_back(reader: Page, url: str) -> None:
    visit(reader, url, START, "None of these")
    expect(reader.locator("html")).to_have_css("overflow-y", "hidden")
    reader.keyboard.press("Escape")
    expect(reader.get_by_role("button", name="Back to your session")).to_be_focused()
    expect(reader.locator("html")).not_to_have_css("overflow-y", "hidden")


def test_by_touch_a_second_tap_does_not_answer_the_screen_that_has_just_come(open_page: PageOpener, url: str) -> None:
    page = open_page(viewport=PHONE, has_touch=True, is_mobile=True)
    stop_clock(page)
    visit(page, url)
    page.get_by_role("button", name=START).tap()
    answer = page.get_by_role("button", name="None of these")
    answer.scroll_into_view_if_needed()
    page.evaluate("Promise.all(document.getAnimations().map(({finished}) => finished))")
    box = answer.bounding_box()
    assert box is not None
    for _ in range(3):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert title(page) == "Rate your knee"
    dialog(page).get_by_text("5", exact=True).tap()
    for name in ("Next", "Skip", "Start", "Skip"):
        dialog(page).get_by_role("button", name=name).tap()
    assert title(page) == "Settle on the spot"
    # Who presses a calf may stop at once.
    press(page, "Back", "Skip")
    bars = dialog(page).locator(".cr-session__stop")
    assert bars.evaluate("one => getComputedStyle(one).pointerEvents") == "auto"


def test_automatic_steps_are_announced_once_and_leave_the_focus(pressing: Page) -> None:
    pressing.evaluate(
        """() => { window.heard = [];
             const status = document.querySelector("dialog [role=status]");
             new MutationObserver(() => heard.push(status.textContent))
               .observe(status, {childList: true}); }"""
    )
    dialog(pressing).get_by_role("button", name="Pause").focus()
    run(pressing, 60)
    assert [words for words in pressing.evaluate("heard") if words] == [
        "Drift from side to side, 30 seconds left",
        "Hold still and move your foot, 45 seconds left",
    ]
    assert pressing.evaluate("document.activeElement.textContent") == "Pause"
    assert dialog(pressing).get_by_role("timer").get_attribute("aria-live") is None


# --- Cues, and the screen that stays on ----------------------------------------------------------

STUBS = """refused => {
  window.said = [];
  window.tones = 0;
  Object.defineProperty(window, "speechSynthesis", {value: {
    cancel() { said.push(null); },
    speak(words) { if (refused) throw new Error("no voice"); said.push(words.text); },
  }});
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const param = {setValueAtTime() {}, linearRampToValueAtTime() {}};
  window.AudioContext = class {
    currentTime = 0;
    resume() { return refused ? Promise.reject(new Error("no sound")) : Promise.resolve(); }
    createGain() { if (refused) throw new Error("no sound"); return {connect() {}, gain: param}; }
    createOscillator() { return {frequency: {}, connect() {}, stop() {}, start() { tones++; }}; }
  };
}"""


def said(page: Page) -> list[str]:
    return [words for words in page.evaluate("said") if words]


def test_cues_are_silent_until_they_are_switched_on_and_then_remembered(fresh: Page, url: str) -> None:
    visit(fresh, url)
    fresh.evaluate(STUBS, False)
    press(fresh, *BEGIN, *GO, "+16 s")
    assert not said(fresh)
    assert fresh.evaluate("tones") == 0
    assert stored(fresh, CUES) is None
    dialog(fresh).get_by_label("Spoken cues").check()
    dialog(fresh).get_by_label("A soft tone").check()
    assert said(fresh) == ["Spoken cues are on."]
    run(fresh, 30)
    step = said(fresh)[1]
    assert step.startswith("Hold still and move your foot. 45 seconds left. Hold still on")
    # What is said while time runs is short.
    assert len(step.split()) < 50
    assert fresh.evaluate("tones") == 2
    fresh.reload()
    fresh.locator(".cr-plan button").first.wait_for()
    fresh.evaluate(STUBS, False)
    press(fresh, *AGAIN, "Go on")
    assert dialog(fresh).get_by_label("Spoken cues").is_checked()
    assert said(fresh)[0].startswith("Hold still")
    for way, words in (
        ("Pause", "Paused. Take the pressure off."),
        (HALT, "Stop. Take the pressure off. Let go, and leave it for that day."),
        (MISTAKE, ""),
    ):
        fresh.evaluate("said.length = 0")
        press(fresh, way)
        # Null is silence; nothing at all would be a voice that speaks on.
        assert fresh.evaluate("said[0] === null"), way
        assert "".join(said(fresh)).startswith(words), way
        assert bool(said(fresh)) == bool(words), way
    dialog(fresh).get_by_label("Spoken cues").uncheck()
    press(fresh, "Go on", "+60 s")
    assert not said(fresh)
    assert stored(fresh, CUES) == {"speech": False, "tone": True}


def test_cues_that_the_device_refuses_are_reported_and_switched_off(fresh: Page, url: str) -> None:
    visit(fresh, url)
    fresh.evaluate(STUBS, True)
    press(fresh, *BEGIN)
    for name, sentence in (
        ("Spoken cues", "Spoken cues: your device cannot do this."),
        ("A soft tone", "A soft tone at each step: your device cannot do this."),
    ):
        dialog(fresh).get_by_label(name).click()
        assert sentence in shown(fresh)
        assert not dialog(fresh).get_by_label(name).is_checked()
    press(fresh, *GO, "+16 s")
    assert title(fresh) == "Drift from side to side"


GRANTED = """() => {
  window.locks = [];
  Object.defineProperty(navigator, "wakeLock", {value: { async request(kind) {
    const lock = {kind, held: true, release() { lock.held = false; }};
    locks.push(lock);
    return lock;
  }}});
}"""
WITHOUT = {
    "voice and sound": """() => { delete window.speechSynthesis;
      delete Window.prototype.speechSynthesis; delete window.AudioContext; }""",
    "wake lock": "() => { Object.defineProperty(navigator, 'wakeLock', {value: undefined}); }",
    "leave to lock": """() => { Object.defineProperty(navigator, "wakeLock", {value: {
      async request() { throw new DOMException("low battery", "NotAllowedError"); } }}); }""",
}


def test_the_screen_is_kept_on_during_the_session_and_no_longer(fresh: Page, url: str) -> None:
    visit(fresh, url)
    fresh.evaluate(GRANTED)
    assert fresh.evaluate("locks.length") == 0
    press(fresh, START)
    assert fresh.evaluate("locks.map(({kind, held}) => [kind, held])") == [["screen", True]]
    # A browser lets go of it when the page is hidden.
    fresh.evaluate(HIDE, "hidden")
    fresh.evaluate(HIDE, "visible")
    assert fresh.evaluate("locks.length") == 2
    press(fresh, "Close")
    assert fresh.evaluate("locks.at(-1).held") is False


@pytest.mark.parametrize("missing", WITHOUT)
def test_the_session_runs_on_a_device_without(fresh: Page, url: str, missing: str) -> None:
    visit(fresh, url)
    fresh.evaluate(WITHOUT[missing])
    press(fresh, *BEGIN)
    switches = 0 if missing == "voice and sound" else 2
    assert dialog(fresh).get_by_role("checkbox").count() == switches
    press(fresh, *GO, "+16 s")
    assert title(fresh) == "Drift from side to side"


# --- Storage that is full, forbidden or damaged --------------------------------------------------

FORBIDDEN = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {get() { throw new DOMException("no", "SecurityError"); }});
"""
FULL = """
Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


@pytest.mark.parametrize("trouble", [FORBIDDEN, FULL], ids=["forbidden", "full"])
def test_without_storage_a_session_runs_says_so_and_keeps_the_limits(
    open_page: PageOpener, url: str, trouble: str
) -> None:
    page = open_page(viewport=PHONE)
    stop_clock(page)
    page.add_init_script(trouble)
    visit(page, url, *BEGIN, *GO, "+100 s")
    # What was pressed counts, and 30 seconds of it are a turn.
    press(page, "Close", "Start again", "None of these", 5, "Next", "Skip", *ROUNDS, "Skip", 2, "Next", "Save")
    for _ in range(2):
        assert title(page) == "Not saved"
        assert "Before: 5. After: 2." in shown(page)  # to write down
        press(page, "Try again")
    press(page, "Close", START)
    assert title(page) == "Enough for today"


def test_a_session_that_could_not_be_saved_is_saved_whole_at_the_next_try(fresh: Page, url: str) -> None:
    visit(fresh, url, *BEGIN, *GO, "+10 s")
    fresh.evaluate(f"() => {{ window.setItem = Storage.prototype.setItem; {FULL} }}")
    press(fresh, HALT, "End for today", "Save")
    assert title(fresh) == "Not saved"
    fresh.evaluate("() => { Storage.prototype.setItem = setItem; }")
    press(fresh, "Try again")
    assert "Your session is saved" in shown(fresh)
    assert [entry["seconds"] for entry in stored(fresh, LOG)["entries"]] == [10]


def test_damaged_storage_does_not_affect_a_session(fresh: Page, url: str) -> None:
    for text in ("{", '{"at": 3}', "<b>"):
        discard(fresh, url)
        fresh.evaluate(
            """([keys, text]) => { keys.forEach(key => localStorage.setItem(key, text));
                 sessionStorage.setItem("calf-release-plan", text); }""",
            [[SESSION, LOG, CUES], text],
        )
        visit(fresh, url)
        assert fresh.locator(".cr-plan button").all_inner_texts() == [START], text
        press(fresh, *BEGIN, *GO)
        assert clock(fresh) == "15 seconds left", text


# --- The page round it ---------------------------------------------------------------------------


def test_the_session_leaves_the_page_as_it_was_and_its_drawings_are_whole(reader: Page, url: str) -> None:
    visit(reader, url)
    count = "document.querySelectorAll('article *:not(.cr-plan *)').length"
    before = reader.evaluate(count)
    press(reader, *BEGIN, *GO)
    twice = reader.evaluate(
        """() => { const ids = [...document.querySelectorAll("[id]")].map(({id}) => id);
             return ids.filter((id, i) => ids.indexOf(id) !== i); }"""
    )
    assert not twice
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
    # Who prints now prints the page.
    reader.emulate_media(media="print")
    assert not dialog(reader).is_visible()
    assert reader.locator("#settle").is_visible()
    reader.emulate_media(media="screen")
    press(reader, "Close")
    assert reader.evaluate(count) == before


@pytest.mark.parametrize("lost", ["release", "plan", "player", "log", "cues"])
def test_when_a_module_does_not_load_the_page_is_whole(fresh: Page, url: str, lost: str) -> None:
    fresh.route(re.compile(rf"/js/.*\b{lost}\.js"), lambda route: route.abort())
    with fresh.expect_event("requestfailed"):
        fresh.goto(f"{url}release/{LEFT}")
    plan = fresh.locator("#plan")
    if lost in ("release", "plan"):
        usual = f"Our usual plan {USUAL} Did your practitioner send you a plan"
        assert usual in " ".join(plan.inner_text().split())
    else:
        # The plan needs less than the session does.
        expect(plan).to_contain_text("The guided session did not load.")
        expect(plan).to_contain_text("Left calf, on a chair, with your hands.")
    assert not seen_ones(fresh, "#plan button")
    assert fresh.locator("#settle").is_visible()


PAINTED = """new Promise(painted => new PerformanceObserver(list =>
  list.getEntriesByName("first-contentful-paint")[0] && painted()
).observe({type: "paint", buffered: true}))"""


def test_the_words_stay_where_they_are_when_the_plan_takes_its_place(desk: Page, url: str) -> None:
    held: list[Route] = []
    script = re.compile(r"/js/.*\brelease\.js")
    desk.route(script, lambda route: held.append(route))
    for screen in (PHONE, DESKTOP):
        desk.set_viewport_size(screen)
        for plan in ("", LEFT):
            discard(desk, url)
            desk.evaluate("sessionStorage.clear()")  # the plan that the tab keeps
            held.clear()
            with desk.expect_request(script):
                desk.goto(f"{url}release/{plan}", wait_until="commit")
            # The page is painted, and only then the script comes.
            desk.evaluate(PAINTED)
            words = desk.locator(".cr-gate h2, .cr-nogo li")
            before = [one.bounding_box() for one in words.all()]
            for route in held:
                route.continue_()
            desk.locator("#your-plan").wait_for()
            assert [one.bounding_box() for one in words.all()] == before, f"{screen} {plan}"


# Where each page shows that its scripts have come.
MARKS = {
    "release": ".cr-plan button",
    "share": "#plan button",
    "handout": ".cr-handout__code svg",
    "progress": "#log [role=status] ~ div p",
}


def test_the_scripts_of_each_page_are_within_their_budget(desk: Page, url: str) -> None:
    for name, mark in MARKS.items():
        desk.goto(f"{url}{name}/")
        desk.locator(mark).first.wait_for()
        own: list[int] = desk.evaluate(
            """performance.getEntriesByType("resource").filter(({name}) => /[/]js[/]/.test(name))
                 .map(({encodedBodySize}) => encodedBodySize)"""
        )
        assert len(own) >= 3, name
        assert all(own), name
        # What is read in modules of their own costs 1 kB of 12, compressed one by one.
        assert sum(own) <= 13_300, name


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


# Without the rest of the long page, which axe would read and the browser lay out each time.
KEEP = "state => { states[state] = document.querySelector('dialog.cr-session').cloneNode(true); }"
SHOW = """state => {
  document.querySelector("article").replaceChildren(states[state]);
  states[state].close();
  states[state].showModal();
}"""
TOO_SMALL = """() => [...document.querySelectorAll("dialog :is(button, label, a)")]
  .filter(one => one.checkVisibility() && !one.closest("p, li"))
  .map(one => [one.getBoundingClientRect(), one.textContent])
  .filter(([box]) => box.width < 44 || box.height < 44)
  .map(([box, words]) => `${box.width} x ${box.height}: ${words}`)"""


def test_every_state_of_the_session_is_accessible_and_fits_its_screen(open_page: PageOpener, url: str) -> None:
    # In a window of its own, because axe waits for a clock that goes on.
    page = open_page(viewport=PHONE)
    visit(page, url)
    page.evaluate("() => { window.states = {}; }")
    for state, buttons in STATES.items():
        press(page, *buttons)
        page.evaluate(KEEP, state)
    press(page, "Close")
    found = []
    for state in STATES:
        page.evaluate(SHOW, state)
        found += audit(page, state, "dialog")
        for width in (320, 360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            faults = wider_than_the_window(page) + sticking_out(page) + page.evaluate(TOO_SMALL)
            found += [f"{state}, {width} px: {fault}" for fault in faults]
        page.set_viewport_size(PHONE)
    assert not found, "\n".join(found)


def test_stop_and_pause_are_whole_and_in_sight_on_small_screens_and_with_large_text(reader: Page, url: str) -> None:
    visit(reader, url, *BEGIN, *GO)

    def in_sight(names: list[str], height: int) -> None:
        for top in (0, 300, 3000):
            dialog(reader).evaluate("(dialog, top) => { dialog.scrollTop = top; }", top)
            for name in names:
                box = dialog(reader).get_by_role("button", name=name).bounding_box()
                assert box and box["y"] >= 0 and box["y"] + box["height"] <= height, name
        dialog(reader).evaluate("dialog => { dialog.scrollTop = 0; }")

    # The page behind costs time with each size.
    dialog(reader).evaluate("dialog => dialog.parentElement.replaceChildren(dialog)")
    dialog(reader).evaluate("dialog => { dialog.close(); dialog.showModal(); }")
    small = [(640, 400), (667, 375), (568, 320), (600, 500), (512, 384), (740, 360), (320, 568)]
    for width, height in small:
        reader.set_viewport_size({"width": width, "height": height})
        in_sight([HALT, "Pause", "Back", "Skip"], height)
        words = dialog(reader).get_by_text("Press gently into the soft muscle").bounding_box()
        bar = dialog(reader).locator(".cr-session__acts").bounding_box()
        assert words and bar and words["y"] + 30 <= bar["y"], (width, height)
    reader.set_viewport_size(PHONE)
    reader.evaluate("document.documentElement.style.fontSize = '281.25%'")
    assert not wider_than_the_window(reader)
    assert not sticking_out(reader)
    in_sight([HALT, "Pause"], PHONE["height"])

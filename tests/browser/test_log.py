"""The log on the reader's device: of whatever is stored, what makes sense is shown."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from conftest import PageOpener
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measures import DESKTOP, PHONE, focused, none, paper_and_ink, seen_ones, sticking_out, wider_than_the_window
from playwright.sync_api import Browser, Page, expect
from test_accessibility import audit
from test_layout import misfits
from test_printing import printed
from windows import discard

KEY = "calf-release-log"
DAY = "2026-11-22"
IMAGE = "<img src=x onerror='window.hit = true'>"
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
ENTRY = {"date": DAY, "side": "left", "before": 5, "after": 3, "seconds": 180, "stopped": False}
PARTLY = "Part of the log could not be read. New sessions can be saved."
UNREAD = "The log could not be read. New sessions can be saved."
BARRED = "because this browser does not let the site use its storage."
FULL = "because the browser's storage is full."
HEADINGS = "Date,Side,Before (0-10),After (0-10),Seconds pressed,Stopped early"

Entry = dict[str, Any]


def stored(entries: list[Entry]) -> str:
    return json.dumps({"version": 2, "entries": entries})


def days(count: int) -> list[Entry]:
    """Return a log of some days in a row: one rating is missing, one session stopped early."""
    sides = ("left", "right", "both")
    log: list[Entry] = [
        {
            "date": str(date(2026, 10, 1) + timedelta(days=number)),
            "side": sides[number % 3],
            "before": 10 - number % 11,
            "after": number % 10,
            "seconds": 15 * number % 601,
            "stopped": False,
        }
        for number in range(count)
    ]
    log[-1] |= {"after": None, "stopped": True}
    return log


def as_csv(entries: list[Entry]) -> str:
    told = {"None": "", "True": "yes", "False": "no"}
    rows = [",".join(told.get(str(entry[name]), str(entry[name])) for name in ENTRY) for entry in entries]
    return "".join(f"{row}\r\n" for row in (HEADINGS, *rows))


# The module.


@pytest.fixture(scope="module")
def logs(browser: Browser, url: str) -> Iterator[Page]:
    """Return a page that knows the module by the name of `log`, and a storage in memory."""
    page = browser.new_page()
    page.goto(f"{url}js/log.js")
    page.evaluate(
        """async address => {
             window.log = await import(address);
             window.file = await import(address.replace("log.js", "file.js"));
             window.memory = text => ({
               getItem: () => text,
               setItem: (key, value) => { text = value; },
               removeItem: () => { text = null; },
             });
           }""",
        f"{url}js/log.js",
    )
    yield page
    page.close()


def load(logs: Page, *texts: str | None) -> list[dict[str, Any]]:
    # As text: else a minus zero would not come back as a whole number.
    found = logs.evaluate("texts => JSON.stringify(texts.map(text => log.load(() => memory(text))))", list(texts))
    return list(json.loads(found))


SOUND = st.fixed_dictionaries(
    {
        "date": st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(str),
        "side": st.sampled_from(["left", "right", "both"]),
        "before": st.none() | st.integers(0, 10),
        "after": st.none() | st.integers(0, 10),
        "seconds": st.integers(0, 600),
        "stopped": st.booleans(),
    }
)
OUTSIDE: dict[str, list[Any]] = {
    "date": ["2026-02-30", "2026-13-01", "2026-1-1", "2026-11-22T00:00", "1999-01-01", [DAY]],
    "side": ["Left", "", ["left"], None, "toString"],
    "before": [-1, 11, 2.5, "5", True, [5]],
    "after": [-1, 11, 2.5, "5", True, [5]],
    "seconds": [-1, 601, 0.5, "60", None],
    "stopped": ["no", 0, None],
}
SENSELESS: list[Any] = [
    *(ENTRY | {name: value} for name, values in OUTSIDE.items() for value in values),
    *({name: ENTRY[name] for name in ENTRY if name != lost} for lost in ("date", "side", "seconds")),
    *(None, True, 5, "x", [], [ENTRY], {}, {"__proto__": ENTRY}),
]


def test_of_whatever_is_stored_in_either_version_the_sound_part_is_read_and_a_loss_reported(logs: Page) -> None:
    found = load(logs, *(stored([wrong, ENTRY, wrong]) for wrong in SENSELESS))
    for wrong, read in zip(SENSELESS, found, strict=True):
        assert read == {"entries": [ENTRY], "note": PARTLY}, wrong
    whole = stored(days(3))
    unread = ["", "null", "5", '"x"', "{}", '{"entries": 5}', "\0", "[NaN]", "[[]]", IMAGE]
    unread += [whole[:end] for end in range(len(whole))]
    for text, read in zip(unread, load(logs, *unread), strict=True):
        assert read == {"entries": [], "note": UNREAD}, text
    empty = {"entries": [], "note": ""}
    assert load(logs, None, "[]", stored([])) == [empty] * 3
    # The first version had no `stopped`; the next session saved turns it into the second.
    old = json.dumps([{name: value for name, value in ENTRY.items() if name != "stopped"}])
    assert load(logs, old) == [{"entries": [ENTRY], "note": ""}]
    assert json.loads(add(logs, old, ENTRY)[1]) == {"version": 2, "entries": [ENTRY, ENTRY]}
    # A rating may be missing, and other fields are left out.
    bare = {name: ENTRY[name] for name in ("date", "side", "seconds")}
    read = load(logs, stored([bare | {"name": "Jo"}]))[0]
    assert read["entries"] == [bare | {"before": None, "after": None, "stopped": False}]


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(st.lists(st.lists(SOUND, max_size=8), min_size=10, max_size=20))
def test_what_is_saved_is_read_by_date_and_by_spreadsheets(logs: Page, many: list[list[Entry]]) -> None:
    found = logs.evaluate(
        """many => many.map(entries => {
             const storage = memory(null);
             const notes = entries.map(entry => log.add(entry, () => storage));
             return [{...log.load(() => storage), notes: notes.join("")}, file.csv(entries)];
           })""",
        many,
    )
    for entries, (read, text) in zip(many, found, strict=True):
        # Sorting keeps those of one day in the order in which they were saved.
        ordered = sorted(entries, key=lambda entry: str(entry["date"]))
        assert read == {"entries": ordered, "note": "", "notes": ""}
        assert text == as_csv(entries)


def add(logs: Page, text: str, entry: Any, failing: str = "() => storage") -> Any:
    """Save a session, and return what is said, what is stored and what is said on reading."""
    return logs.evaluate(
        f"""([text, entry]) => {{
              const storage = memory(text);
              const failing = {failing};
              return [log.add(entry, failing), storage.getItem(), log.load(failing).note];
            }}""",
        [text, entry],
    )


REFUSES = 'throw new DOMException("no", "SecurityError")'
HAS_NO_ROOM = 'throw new DOMException("no", "QuotaExceededError")'
WORKS, NO_SENSE = "() => storage", "because its numbers make no sense."
# What is to be saved, the storage as JavaScript, why it is not saved, and what is said on reading.
NOT_SAVED: list[tuple[Any, str, str, str]] = [
    (ENTRY, f"() => {{ {REFUSES} }}", BARRED, f"There is no log, {BARRED}"),
    (ENTRY, f"() => ({{...storage, getItem() {{ {REFUSES} }}}})", BARRED, f"There is no log, {BARRED}"),
    (ENTRY, "() => null", BARRED, f"There is no log, {BARRED}"),
    (ENTRY, f"() => ({{...storage, setItem() {{ {HAS_NO_ROOM} }}}})", FULL, ""),
    *((odd, WORKS, NO_SENSE, "") for odd in (None, {}, ENTRY | {"seconds": 601}, ENTRY | {"before": "5"})),
]


def test_what_cannot_be_saved_is_reported_and_the_earlier_log_stays(logs: Page) -> None:
    before = stored(days(3))
    for entry, storage, reason, on_reading in NOT_SAVED:
        said = add(logs, before, entry, storage)
        assert said == [f"This session was not saved, {reason}", before, on_reading], (entry, storage)


# The page.


def open_log(page: Page, url: str, text: str | None) -> Page:
    """Open the page on a device that has stored a text as its log; an open page stays."""
    here = page.url == f"{url}progress/"
    if not page.url.startswith(url):
        discard(page, url)
    page.evaluate(
        "([key, text]) => text === null ? localStorage.clear() : localStorage.setItem(key, text)", [KEY, text]
    )
    if here:
        # As a page that the browser kept.
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    else:
        page.goto(f"{url}progress/")
    page.locator("#log [role=status]").wait_for(state="attached")
    return page


def save(page: Page, url: str) -> str:
    """Save a session, and return what is said about it."""
    note: str = page.evaluate(
        "([address, entry]) => import(address).then(log => log.add(entry))", [f"{url}js/log.js", ENTRY]
    )
    return note


def words(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_text_contents()]


def table(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.eval_on_selector_all(
        "#log tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return found


def ask(page: Page) -> None:
    page.get_by_role("button", name="Erase the log").click()


def kept(page: Page) -> str | None:
    found: str | None = page.evaluate("key => localStorage.getItem(key)", KEY)
    return found


def test_without_a_session_the_page_says_how_one_gets_here(desk: Page, url: str) -> None:
    page = open_log(desk, url, None)
    assert words(page, "#log > div") == [
        "No session is saved here yet. You can save one at the end of the guided session."
    ]
    assert not seen_ones(page, "#log :is(button, table, svg, [role=status])")


def test_chart_and_table_say_the_same(desk: Page, url: str) -> None:
    for count, noun in ((1, "session"), (28, "sessions"), (29, "sessions")):
        log = days(count)
        page = open_log(desk, url, stored(log))
        assert f"You have saved {count} {noun} since 1 Oct 2026." in words(page, "#log p")
        told = {name: [entry[name] for entry in log] for name in ("before", "after")}
        said = {name: ["not rated" if one is None else str(one) for one in ones] for name, ones in told.items()}
        sides = [entry["side"] for entry in log]
        rows = [list(row) for row in zip(sides, said["before"], said["after"], strict=True)]
        assert [row[1:4] for row in table(page)] == rows[::-1]
        last = " ".join(f"{name.title()}: {', '.join(ones[-28:])}." for name, ones in said.items())
        assert words(page, "#log desc") == [last]
        for name, values in told.items():
            # 16 units a point, 0 at the height of 174.
            drawn = page.eval_on_selector_all(
                f"#log .cr-log__{name} > *",
                """shapes => shapes.map(shape =>
                     [...(shape.getAttribute("points") ?? shape.getAttribute("d"))
                       .matchAll(/[\\d.]+,([\\d.]+)/g)].map(([, y]) => (174 - y) / 16))""",
            )
            assert drawn == [[value for value in values[-28:] if value is not None]] * 3
        cut = "The chart shows the last 28 sessions" in "".join(words(page, "figcaption"))
        assert cut == (count > 28)


def test_the_chart_is_readable_on_a_phone_and_without_colour(desk: Page, url: str) -> None:
    page = open_log(desk, url, stored(days(40)))
    page.set_viewport_size(PHONE)
    chart = page.get_by_role("img", name="Chart: knee pain in each session, oldest first Before: ")
    width, sizes, cut, looks = chart.evaluate(
        """chart => {
             const around = chart.getBoundingClientRect();
             const texts = [...chart.querySelectorAll("text")];
             const cut = texts.filter(text => {
               const {left, right, bottom} = text.getBoundingClientRect();
               return left < around.left || right > around.right || bottom > around.bottom;
             });
             const looks = ["before", "after"].map(name => [
               getComputedStyle(chart.querySelector(`.cr-log__${name} polyline`)).strokeDasharray,
               getComputedStyle(chart.querySelector(`.cr-log__${name} path`)).strokeLinecap,
             ]);
             const sizes = texts.map(text => getComputedStyle(text).fontSize);
             return [around.width, sizes, cut.map(text => text.textContent), looks];
           }"""
    )
    assert 15 * width / 324 >= 14  # words in drawings are 15 units of 324
    assert set(sizes) == {"15px"}
    assert not cut
    assert looks == [["5px, 5px", "round"], ["none", "square"]]


def test_the_time_pressed_stands_in_words(desk: Page, url: str) -> None:
    told = {0: "no time", 1: "1 second", 45: "45 seconds", 60: "1 minute", 61: "1 minute 1 second", 600: "10 minutes"}
    for stopped, end in ((True, ", stopped early"), (False, "")):
        log = [ENTRY | {"seconds": seconds, "stopped": stopped} for seconds in told]
        rows = table(open_log(desk, url, stored(log)))
        assert rows == [["22 Nov 2026", "left", "5", "3", words + end] for words in told.values()][::-1]


def test_the_table_is_a_table_on_every_screen(desk: Page, url: str) -> None:
    page = open_log(desk, url, stored(days(2)))
    for screen in (PHONE, DESKTOP):
        page.set_viewport_size(screen)
        found = page.get_by_role("table", name="All sessions, newest first")
        assert found.get_by_role("rowheader").all_text_contents() == ["2 Oct 2026", "1 Oct 2026"]
        assert found.get_by_role("cell").count() == 8
        # A session is a block in which each value has its heading.
        shown = page.locator("#log td").evaluate_all(
            "cells => cells.map(cell => getComputedStyle(cell, '::before').content)"
        )
        assert shown == [f'"{name}: "' for name in ("Side", "Before", "After", "Time pressed")] * 2


def test_the_log_can_be_downloaded_and_printed_and_nothing_is_sent(fresh: Page, url: str) -> None:
    log = days(30)
    page = open_log(fresh, url, stored(log))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download as CSV").click()
    assert caught.value.suggested_filename == "calf-release-log.csv"
    assert caught.value.path().read_bytes().decode("ascii") == as_csv(log)
    # The browser may still fetch the page's icon.
    assert not [address for address in asked if not re.search("^blob:|/images/icon", address)]
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")


def test_erasing_asks_first(desk: Page, url: str) -> None:
    log = stored(days(3))
    page = open_log(desk, url, log)
    question = page.get_by_role("dialog", name="Erase all sessions from this device? You cannot get them back.")
    assert question.count() == 0
    for key in ("Enter", "Escape"):
        ask(page)
        expect(question).to_be_visible()
        assert focused(page) == "Keep the log"
        page.keyboard.press(key)
        expect(question).to_be_hidden()
        assert focused(page) == "Erase the log"
        assert kept(page) == log
        assert len(table(page)) == 3
    ask(page)
    page.keyboard.press("Tab")
    assert focused(page) == "Erase it for good"
    page.keyboard.press("Enter")
    assert focused(page) == "The log is erased from this device."
    assert kept(page) is None
    assert not seen_ones(page, "#log :is(table, svg, button, dialog)")
    assert "No session is saved here yet." in words(page, "#log > div")[0]


def test_a_log_that_cannot_be_erased_stays_and_the_page_says_so(fresh: Page, url: str) -> None:
    page = open_log(fresh, url, stored(days(3)))
    page.evaluate(f"() => {{ Storage.prototype.removeItem = () => {{ {REFUSES}; }}; }}")
    ask(page)
    page.get_by_role("button", name="Erase it for good").click()
    assert focused(page) == f"The log was not erased, {BARRED}"
    assert len(table(page)) == 3


DAMAGED = {
    IMAGE: (UNREAD, 0),
    stored([ENTRY | {name: IMAGE} for name in ENTRY] + [{**ENTRY, IMAGE: IMAGE}]): (PARTLY, 1),
}


def test_a_damaged_log_costs_the_reader_nothing_else(desk: Page, url: str) -> None:
    for text, (note, left) in DAMAGED.items():
        page = open_log(desk, url, text)
        assert words(page, "#log [role=status]") == [note], text
        assert seen_ones(page, "#log [role=status]"), text
        assert len(table(page)) == left, text
        assert page.locator("#log img").count() == 0, text
        assert not page.evaluate("window.hit"), text
        # What cannot be read can be erased, and the next session is saved.
        ask(page)
        page.get_by_role("button", name="Erase it for good").click()
        assert kept(page) is None, text
        open_log(page, url, text)
        assert not save(page, url), text
        page.reload()
        expect(page.locator("#log tbody tr")).to_have_count(left + 1)


def test_where_storage_is_forbidden_the_page_says_so(open_page: PageOpener, url: str) -> None:
    page = open_page()
    page.add_init_script(f'Object.defineProperty(window, "localStorage", {{get() {{ {REFUSES}; }}}})')
    page.goto(f"{url}progress/")
    assert words(page, "#log [role=status]") == [f"There is no log, {BARRED}"]
    assert len(seen_ones(page, "#log [role=status], #where-it-is-kept")) == 2
    assert not seen_ones(page, "#log :is(button, table)")


def test_a_full_storage_leaves_the_log_as_it_is(desk: Page, url: str) -> None:
    page = open_log(desk, url, stored(days(3)))
    page.evaluate(
        """() => {
             for (let size = 2 ** 22; size; size >>= 1)
               try { localStorage.setItem("x" + size, "x".repeat(size)); } catch { /* too much */ }
           }"""
    )
    assert save(page, url) == f"This session was not saved, {FULL}"
    assert kept(page) == stored(days(3))


def test_a_session_saved_in_another_tab_appears(desk: Page, url: str) -> None:
    page = open_log(desk, url, stored(days(1)))
    page.get_by_role("button", name="Print").focus()
    other = page.context.new_page()
    discard(other, url)
    # What else the site remembers is no change of the log.
    page.evaluate("() => { window.told = new Promise(told => addEventListener('storage', told, {once: true})); }")
    other.evaluate("localStorage.setItem('other', 'x')")
    page.evaluate("() => told.then(() => {})")
    assert words(page, "#log [role=status]") == [""]
    save(other, url)
    expect(page.locator("#log tbody tr")).to_have_count(2)
    assert words(page, "#log [role=status]") == ["The log was changed in another tab."]
    assert focused(page) == "Print"
    other.evaluate("localStorage.clear()")
    expect(page.locator("#log table")).to_have_count(0)


STATES = {"empty": None, "filled": stored(days(29)), "question": stored(days(2)), "damaged": "{"}


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_and_fits_every_screen(desk: Page, url: str, state: str) -> None:
    page = open_log(desk, url, STATES[state])
    if state == "question":
        ask(page)
    # Where an earlier test has scrolled to, the header may lie over a link.
    page.evaluate("scrollTo(0, 0)")
    page.set_viewport_size(PHONE)
    none(audit(page, state) + misfits(page))


def test_paper_has_chart_and_table_black_on_white_and_no_buttons(desk: Page, url: str) -> None:
    log = days(40)
    page = open_log(desk, url, stored(log))
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 640, "height": 900})
    assert not seen_ones(page, "#log :is(button, dialog)")
    assert len(seen_ones(page, "#log :is(svg, tbody tr)")) == 1 + 40
    none(wider_than_the_window(page) + sticking_out(page))
    assert paper_and_ink(page)[0] > 0.95
    inks = page.locator("#log :is(p, caption, th, td, figcaption, polyline, text)").evaluate_all(
        """all => all.map(one => {
             const {color, stroke, fill} = getComputedStyle(one);
             return {polyline: stroke, text: fill}[one.localName] ?? color;
           })"""
    )
    assert set(inks) == {"rgb(0, 0, 0)"}
    text = " ".join(" ".join(printed(page)).split())
    for entry in log:
        day = date.fromisoformat(entry["date"])
        assert f"{day.day} {day:%b %Y} Side: {entry['side']} Before: {entry['before']} " in text
    assert "stopped early" in text

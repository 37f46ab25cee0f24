"""The logic of a guided session: what comes after what, and how time runs in it."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import PageOpener
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

MOST = 300_000  # milliseconds a calf, a day
DAY = "2026-11-22"
STEPS: list[dict[str, Any]] = [
    {"id": "check-before", "title": "Rate", "seconds": None, "round": False},
    {"id": "warm-up", "title": "Warm up", "seconds": 60, "round": False},
    {"id": "settle", "title": "Settle", "seconds": 15, "round": True},
    {"id": "drift", "title": "Drift", "seconds": 30, "round": True},
    {"id": "pin-and-move", "title": "Pin", "seconds": 45, "round": True},
    {"id": "repeat", "title": "Rest", "seconds": None, "round": False},
    {"id": "walk", "title": "Walk", "seconds": 60, "round": False},
    {"id": "check-after", "title": "Rate again", "seconds": None, "round": False},
]


@pytest.fixture(scope="module")
def logic(browser: Browser, url: str) -> Iterator[Page]:
    """Return a page that knows the module, and some short words for what the tests ask of it."""
    page = browser.new_page()
    page.goto(f"{url}js/session.js")
    page.evaluate(
        """async ([address, steps, day]) => {
             const session = await import(address);
             window.session = session;
             window.order = (plan, sides, given = steps) => session.screens(given, plan, sides);
             window.fresh = (plan, sides) => session.begin(plan, sides, day);
             // Presses buttons and lets time pass: [what, milliseconds], and returns the state.
             window.live = (plan, sides, deeds, start = 1e12, begun = fresh(plan, sides)) => {
               const list = order(plan, sides);
               let state = begun, now = start;
               for (const [what, passed] of deeds) {
                 now += passed;
                 state = session.catchUp(state, list, now);
                 if (what === "next") state = session.go(state, list, 1, now);
                 if (what === "back") state = session.go(state, list, -1, now);
                 if (what === "pause") state = session.pause(state, now);
                 if (what === "resume") state = session.resume(state, now);
                 if (what === "reload")
                   state = session.read(session.write(state, list, now)) ?? {lost: true};
               }
               const screen = list[state.at];
               return {...state, screen, left: session.left(state, list, now),
                       kind: screen.kind, id: screen.step?.id ?? screen.kind};
             };
           }""",
        [f"{url}js/session.js", STEPS, DAY],
    )
    yield page
    page.close()


def plan(**asked: Any) -> dict[str, Any]:
    usual = {"side": "left", "position": "chair", "tool": "hands", "rounds": 2, "seconds": 90}
    return usual | {"days": 7, "weeks": 2} | asked


def order(logic: Page, sides: list[str], steps: Any = STEPS, **asked: Any) -> list[str]:
    """Return the screens of a session, as words."""
    found: list[str] = logic.evaluate(
        """([plan, sides, steps]) => order(plan, sides, steps).map(({kind, step, seconds, side}) =>
             [step?.id ?? kind, seconds || "", kind === "set-up" ? side : ""].join(" ").trim())""",
        [plan(**asked), sides, steps],
    )
    return found


def live(logic: Page, deeds: list[tuple[str, int]], sides: Any = None, **asked: Any) -> Any:
    """Press buttons and let time pass; return the session's state then."""
    return logic.evaluate(
        "([plan, sides, deeds]) => live(plan, sides, deeds)", [plan(**asked), sides or ["left"], deeds]
    )


NEXT = ("next", 0)
# Through gate, rating, warm-up, set-up and getting ready, to the first step that presses.
TO_SETTLE = [NEXT] * 5


def test_rounds_and_their_length_are_those_of_the_plan(logic: Page) -> None:
    for rounds, seconds, times in ((1, 30, (5, 10, 15)), (2, 90, (15, 30, 45)), (3, 60, (10, 20, 30))):
        found = order(logic, ["left"], rounds=rounds, seconds=seconds)
        for step, time in zip(("settle", "drift", "pin-and-move"), times, strict=True):
            # The seconds to get ready in are ten, too.
            assert found.count(f"{step} {time}") == rounds + rounds * (f"{step} {time}" == "settle 10")
        assert found.count("repeat") == rounds - 1


def test_a_step_without_a_time_waits(logic: Page) -> None:
    steps = [step | {"seconds": None} if step["id"] == "drift" else step for step in STEPS]
    found = order(logic, ["left"], steps)
    # The round is as long as the plan has it, divided among the steps with a time.
    assert found[5:8] == ["settle 23", "drift", "pin-and-move 67"]
    for seconds in (0, -5, "soon"):
        steps = [step | {"seconds": seconds} if step["id"] == "walk" else step for step in STEPS]
        assert "walk" in order(logic, ["left"], steps), seconds
    waits = live(logic, [*TO_SETTLE[:1], ("wait", 10_000_000)])
    assert waits["id"] == "check-before"
    assert waits["left"] == math.inf


def test_a_new_step_comes_where_the_page_has_it(logic: Page) -> None:
    breathe = {"id": "breathe", "title": "Breathe", "seconds": 20, "round": False}
    late = {"id": "drink", "title": "Drink", "seconds": None, "round": False}
    found = order(logic, ["left"], [STEPS[0], breathe, *STEPS[1:], late])
    assert found[:3] == ["gate", "check-before", "breathe 20"]
    assert found[-2:] == ["drink", "result"]


def test_steps_without_a_round_or_a_rest_make_a_session_too(logic: Page) -> None:
    plain = [step for step in STEPS if not step["round"] and step["id"] != "repeat"]
    assert set(order(logic, ["left"], plain)) >= {"gate", "walk 60", "result"}
    assert order(logic, ["left"], [])[0] == "gate"
    no_rest = [step for step in STEPS if step["id"] != "repeat"]
    assert "repeat" not in order(logic, ["left"], no_rest)


PASSES: dict[str, tuple[list[tuple[str, int]], str, float]] = {
    "a step goes on to its end": ([("wait", 14_999)], "settle", 1),
    "a step that has ended gives way to the next": ([("wait", 15_000)], "drift", 30_000),
    "a long sleep ends at the step that waits": ([("wait", 3_600_000)], "repeat", math.inf),
    "a pause takes no time": ([("wait", 5_000), ("pause", 0), ("wait", 500_000), ("resume", 0)], "settle", 10_000),
    "a reload takes no time": ([("wait", 5_000), ("reload", 0), ("wait", 500_000), ("resume", 0)], "settle", 10_000),
    "a step reached from a pause is paused": ([("pause", 5_000), NEXT, ("wait", 900_000)], "drift", 30_000),
    "a clock set back loses no time": ([("wait", -3_600_000)], "settle", 15_000),
    "and the step goes on": ([("wait", -3_600_000), ("wait", 5_000)], "settle", 10_000),
    "back restarts the step before": ([("wait", 20_000), ("back", 0)], "settle", 15_000),
    "back ends at the start": ([("back", 0)] * 9, "gate", math.inf),
    "forward ends at the result": ([NEXT] * 99, "result", math.inf),
}


@pytest.mark.parametrize("name", PASSES)
def test_time_passes(logic: Page, name: str) -> None:
    deeds, screen, left = PASSES[name]
    state = live(logic, [*TO_SETTLE, *deeds])
    assert (state["id"], state["left"]) == (screen, left)


def test_time_is_the_same_in_many_looks_and_in_one(logic: Page) -> None:
    for passed in (1_000, 17_300, 44_999, 45_000, 89_000):
        one = live(logic, [*TO_SETTLE, ("wait", passed)])
        many = live(logic, [*TO_SETTLE, *[("wait", 50)] * (passed // 50), ("wait", passed % 50)])
        assert one == many


def test_no_way_through_a_session_presses_longer_than_five_minutes(logic: Page) -> None:
    for_ever = [*TO_SETTLE, *[("wait", 70_000), ("back", 0)] * 40]
    state = live(logic, for_ever, rounds=3)
    assert state["pressed"]["left"] == MOST
    # What is left of this calf is passed over, forth and back.
    assert live(logic, [*for_ever, *[NEXT] * 9], rounds=3)["id"] == "result"
    assert live(logic, [*for_ever, *[("back", 0)] * 9], rounds=3)["id"] == "gate"


DEEDS = st.lists(
    st.tuples(st.sampled_from(["next", "back", "pause", "resume", "wait", "reload"]), st.integers(-100_000, 400_000)),
    max_size=60,
)


LIVES = st.tuples(
    DEEDS,
    st.sampled_from([["left"], ["right"], ["left", "right"], ["right", "left"]]),
    st.sampled_from([(1, 30), (2, 120), (3, 90), (3, 60)]),
)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(lives=st.lists(LIVES, min_size=20, max_size=30))
def test_the_limits_hold_for_any_presses_and_waits(
    logic: Page, lives: list[tuple[list[tuple[str, int]], list[str], tuple[int, int]]]
) -> None:
    asked = [(plan(rounds=rounds, seconds=seconds), sides, deeds) for deeds, sides, (rounds, seconds) in lives]
    states = logic.evaluate("all => all.map(one => live(...one))", asked)
    for one, state in zip(asked, states, strict=True):
        assert "lost" not in state, one
        assert all(0 <= pressed <= MOST for pressed in state["pressed"].values()), one
        assert state["left"] >= 0, one


def entry(logic: Page, deeds: list[tuple[str, int]], sides: list[str]) -> Any:
    return logic.evaluate(
        """([plan, sides, deeds]) => {
             const state = live(plan, sides, deeds);
             const {entry, entries} = session.end(state, order(plan, sides), 1e12 + 1e9);
             const {before, after, ...done} = entry;
             if (JSON.stringify(entries.at(-1)) !== JSON.stringify(done)) throw new Error("lost");
             return entry;
           }""",
        [plan(side="both"), sides, deeds],
    )


def test_the_entry_has_the_time_pressed_and_its_side(logic: Page) -> None:
    rounds = [*TO_SETTLE, ("wait", 90_000), ("next", 5), NEXT, ("wait", 90_000)]
    second = [*rounds, *[NEXT] * 3, ("wait", 15_000), ("pause", 0)]
    for deeds, side, seconds in (
        (rounds, "left", 180),
        (second, "both", 195),
        ([*TO_SETTLE, ("pause", 4_000)], "left", 4),
        ([], "both", 0),
    ):
        found = entry(logic, deeds, ["left", "right"])
        assert (found["side"], found["seconds"], found["date"]) == (side, seconds, DAY)


def test_a_second_session_of_the_day_logs_its_own_time_and_the_limit_counts_both(logic: Page) -> None:
    found = logic.evaluate(
        """([plan, deeds]) => {
             const list = order(plan, ["left"]);
             const first = session.end(live(plan, ["left"], deeds), list, 1e12 + 1e9);
             const second = session.begin(plan, ["left"], "2026-11-22", first);
             const again = live(plan, ["left"], deeds, 1e12, second);
             return [session.end(again, list, 1e12 + 1e9), first.entry.seconds];
           }""",
        [plan(), [*TO_SETTLE, ("pause", 12_000)]],
    )
    assert (found[0]["entry"]["seconds"], found[1]) == (12, 12)
    assert found[0]["pressed"]["left"] == 24_000
    assert [one["seconds"] for one in found[0]["entries"]] == [12, 12]


def test_no_rating_of_an_ended_session_stays_stored(logic: Page) -> None:
    text: str = logic.evaluate(
        """plan => {
             const list = order(plan, ["left"]);
             const state = {...live(plan, ["left"], []), before: 7, after: 9};
             return session.write(session.end(state, list, 1e12), list, 1e12);
           }""",
        plan(),
    )
    kept = json.loads(text)
    assert (kept["before"], kept["after"], kept["entry"]) == (None, None, True)
    assert not {"before", "after"} & set(kept["entries"][0])
    assert read(logic, text)[0]["pressed"] == {"left": 0, "right": 0}


def read(logic: Page, *texts: str | None) -> list[Any]:
    found: list[Any] = logic.evaluate("texts => texts.map(session.read)", list(texts))
    return found


DAMAGES: list[dict[str, Any]] = [
    *({"at": at} for at in (99, -1, None, 1.5, "2")),
    *({"sides": sides} for sides in (["left", "left"], "left", [])),
    *({"pressed": pressed} for pressed in (None, {"left": -5, "right": 0})),
    {"pressed": {"left": 300_001, "right": 0}},
    *({"from": began} for began in (None, {"left": 0, "right": 1})),
    *({"day": day} for day in ("today", None)),
    *({"spent": spent} for spent in (-1, "long")),
    {"before": 11},
    {"after": "<b>3</b>"},
    *({"plan": wrong} for wrong in ({"side": "left"}, plan(rounds=9), plan(rounds=3, seconds=120))),
    *({"entries": entries} for entries in (3, [None])),
    {"test": "x"},
]


def test_a_stored_session_is_restored_paused_and_a_damaged_one_is_dropped(logic: Page) -> None:
    text: str = logic.evaluate(
        """plan => session.write(live(plan, ["left"], [["next", 0], ["next", 0], ["wait", 2000]]),
                                 order(plan, ["left"]), 1e12 + 2000)""",
        plan(),
    )
    [found] = read(logic, text)
    assert (found["at"], found["spent"], found["since"]) == (2, 2_000, None)
    assert read(logic, None, "", "{", "[]", "null", "{}", '{"at": 3}') == [None] * 7
    read_again = read(logic, *(json.dumps(json.loads(text) | damage) for damage in DAMAGES))
    assert [damage for damage, found in zip(DAMAGES, read_again, strict=True) if found is not None] == []


def test_the_day_is_the_readers_own(open_page: PageOpener, url: str) -> None:
    pages: dict[str, Page] = {}
    for zone, instant, day in (
        ("Pacific/Auckland", "2026-11-22T19:00:00Z", "2026-11-23"),
        ("America/Denver", "2026-11-22T19:00:00Z", "2026-11-22"),
        # It ends at four in the morning, not in the middle of a late session.
        ("Europe/London", "2026-11-23T00:10:00Z", "2026-11-22"),
        ("Europe/London", "2026-11-23T03:59:59Z", "2026-11-22"),
        ("Europe/London", "2026-11-23T04:00:00Z", "2026-11-23"),
        ("Europe/London", "2027-01-01T01:00:00Z", "2026-12-31"),
    ):
        page = pages.get(zone) or pages.setdefault(zone, open_page(timezone_id=zone))
        page.goto(f"{url}js/session.js")
        found = page.evaluate(
            """async instant => {
                 const given = new Date(instant);
                 const day = (await import(location)).dayOf(given);
                 return [day, given.toISOString() === new Date(instant).toISOString()];
               }""",
            instant,
        )
        assert found == [day, True], (zone, instant)

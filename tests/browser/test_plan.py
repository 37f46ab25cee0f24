"""The plan that a link carries: any link gives a plan within the limits."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

DEFAULT = "side=both&position=chair&tool=hands&rounds=2&seconds=90&days=7&weeks=2"
NAMES = [part.split("=")[0] for part in DEFAULT.split("&")]
ALLOWED: dict[str, list[Any]] = {
    "side": ["left", "right", "both"],
    "position": ["chair", "seat", "floor"],
    "tool": ["hands", "ball", "towel", "roller"],
    "rounds": [1, 2, 3],
    "seconds": list(range(30, 121, 15)),
    "days": list(range(1, 8)),
    "weeks": list(range(1, 7)),
}
MOST_SECONDS = 300  # a calf, a day
# One sentence of ours, with nothing of the link in it.
NOTE = re.compile(
    r"(In this link we [a-z, ]+\."
    r"|We could not read the plan in this link, so our usual plan stands here\.)?"
)


@pytest.fixture(scope="module")
def plans(browser: Browser, url: str) -> Iterator[Page]:
    """Return a page that knows the module by the name of `plan`."""
    page = browser.new_page()
    page.goto(f"{url}js/plan.js")
    page.evaluate("async address => { window.plan = await import(address); }", f"{url}js/plan.js")
    yield page
    page.close()


def read(page: Page, *fragments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(
        "fragments => fragments.map(plan.read).map(({plan: found, note}) => ({...found, note}))", list(fragments)
    )
    return found


def faults(found: dict[str, Any]) -> list[str]:
    """Return what is wrong with a plan that was read."""
    wrong = [f"{name} is {found[name]!r}" for name in NAMES if found[name] not in ALLOWED[name]]
    if not wrong and found["rounds"] * found["seconds"] > MOST_SECONDS:
        wrong.append(f"{found['rounds']} rounds of {found['seconds']} seconds are too much")
    if not NOTE.fullmatch(found["note"]):
        wrong.append(f"the note is {found['note']!r}")
    return wrong


def written(found: dict[str, Any]) -> str:
    return "&".join(f"{name}={found[name]}" for name in NAMES)


def test_without_a_link_the_usual_plan_is_read(plans: Page) -> None:
    for found in read(plans, "", "#", f"#{DEFAULT}", DEFAULT):
        assert (written(found), found["note"]) == (DEFAULT, "")


def test_every_plan_within_the_limits_survives_a_link(plans: Page) -> None:
    lost, kept = plans.evaluate(
        """([allowed, most]) => {
             let all = [{}];
             for (const [name, values] of Object.entries(allowed))
               all = all.flatMap(one => values.map(value => ({...one, [name]: value})));
             all = all.filter(({rounds, seconds}) => rounds * seconds <= most);
             const lost = all.filter(one => {
               const {plan: found, note} = plan.read("#" + plan.write(one));
               return note || JSON.stringify(found) !== JSON.stringify(one);
             });
             return [lost, all.length];
           }""",
        [ALLOWED, MOST_SECONDS],
    )
    assert kept == 28_728
    assert not lost


@pytest.mark.parametrize(
    ("part", "instead", "note"),
    [
        ("side=both", "side=up", "we could not find or use the side, so our usual choice stands there"),
        ("tool=hands&", "", "we could not find or use the tool, so our usual choice stands there"),
        ("weeks=2", "weeks=2&name=Jo", "we left out some extra parts"),
        ("days=7", "days=", "we could not find or use the days a week"),
        ("days=7", "days=0x3", "we could not find or use the days a week"),
        ("days=7", "days=900", "we could not find or use the days a week"),
        ("seconds=90", "seconds=100", "we could not find or use the length of a round"),
        ("rounds=2", "rounds=-1", "we could not find or use the number of rounds"),
        (
            DEFAULT,
            "side=left&days=3&weeks=x",
            "the position, the tool, the number of rounds, the length of a round "
            "and the number of weeks, so our usual choice stands there",
        ),
        (DEFAULT, "stop-rule", "We could not read the plan in this link"),
    ],
)
def test_a_sentence_says_what_was_not_understood(plans: Page, part: str, instead: str, note: str) -> None:
    [found] = read(plans, "#" + DEFAULT.replace(part, instead))
    assert note in found["note"]
    assert not faults(found)


def test_the_first_of_two_values_counts_and_the_second_is_reported(plans: Page) -> None:
    [found] = read(plans, "#" + DEFAULT.replace("side=both", "side=left&side=right"))
    assert found["side"] == "left"
    assert "some extra parts" in found["note"]


def test_what_a_message_adds_to_a_link_does_no_harm(plans: Page) -> None:
    plain = DEFAULT.replace("both", "left")
    changed = [
        *(plain + end for end in (".", ")", '">', " ", "%20", "!", "”", "%E2%80%9D.")),
        plain.replace("&", "&amp;"),
        plain.replace("&", "%26"),
        plain.replace("=", "%253d").replace("&", "%2526"),
        plain.title(),
    ]
    for text, found in zip(changed, read(plans, *(f"#{text}" for text in changed)), strict=True):
        assert (written(found), found["note"]) == (plain, ""), text


def test_three_long_rounds_are_shortened_to_five_minutes(plans: Page) -> None:
    [found] = read(plans, "#" + DEFAULT.replace("rounds=2&seconds=90", "rounds=3&seconds=120"))
    assert (found["rounds"], found["seconds"]) == (3, 90)
    assert "we shortened the rounds to keep to five minutes a calf a day" in found["note"]


def test_a_plan_is_put_in_plain_words(plans: Page) -> None:
    told = {
        DEFAULT.replace("both", "left"): "Left calf, on a chair, with your hands. "
        "2 rounds of 90 seconds, every day for 2 weeks.",
        "side=both&position=floor&tool=roller&rounds=1&seconds=30&days=1&weeks=1": "Both calves, "
        "on the floor, with a roller. 1 round of 30 seconds for each calf, "
        "1 day a week for 1 week.",
        "side=right&position=seat&tool=ball&rounds=3&seconds=60&days=5&weeks=6": "Right calf, "
        "on a second chair, with a soft ball. 3 rounds of 60 seconds, 5 days a week for 6 weeks.",
    }
    found = plans.evaluate("all => all.map(one => plan.words(plan.read(one).plan))", list(told))
    assert found == list(told.values())


def shares(page: Page, *rounds: tuple[list[int], int]) -> list[list[int]]:
    found: list[list[int]] = page.evaluate("all => all.map(one => plan.shares(...one))", rounds)
    return found


def test_the_time_of_a_round_is_divided_among_its_steps(plans: Page) -> None:
    found = shares(plans, *(([15, 30, 45], seconds) for seconds in (30, 45, 90, 120)))
    assert found == [[5, 10, 15], [8, 15, 22], [15, 30, 45], [20, 40, 60]]


TIMES = st.lists(st.integers(1, 120), min_size=1, max_size=8)


@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.lists(st.tuples(TIMES, st.integers(0, 300)), min_size=20, max_size=30))
def test_the_shares_of_any_steps_are_fair_and_make_up_the_round(
    plans: Page, rounds: list[tuple[list[int], int]]
) -> None:
    for (times, seconds), parts in zip(rounds, shares(plans, *rounds), strict=True):
        assert sum(parts) == seconds
        for time, part in zip(times, parts, strict=True):
            assert abs(part - time * seconds / sum(times)) <= 1, times


FIELD = st.sampled_from(NAMES)
VALUE = st.one_of(
    st.sampled_from([str(value) for values in ALLOWED.values() for value in values]),
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=30),
    st.sampled_from(["<img src=x onerror=alert(1)>", "__proto__", "constructor", "%", "%E0%A4%A"]),
)
PARTS = st.tuples(st.one_of(FIELD, st.text(max_size=10)), st.sampled_from(["=", "", "=="]), VALUE)
FRAGMENTS = st.one_of(
    st.text(max_size=300),
    st.lists(PARTS.map("".join), max_size=12).map("&".join),
    st.integers(0, len(DEFAULT)).map(lambda length: DEFAULT[:length]),
)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,  # the same ones on every machine
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(FRAGMENTS, min_size=60, max_size=100))
def test_any_link_gives_a_plan_within_the_limits(plans: Page, fragments: list[str]) -> None:
    # A lone surrogate can be in no address, nor be sent to the browser.
    sent = [text.encode("utf-8", "replace").decode() for text in fragments]
    for text, found in zip(sent, read(plans, *(f"#{text}" for text in sent)), strict=True):
        assert not faults(found), text

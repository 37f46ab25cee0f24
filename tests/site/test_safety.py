"""Safety comes before the steps, and care cards are complete and short."""

import re
from pathlib import Path

import pytest
from main_text import next_element, parsed, the_one, words_of, words_of_first
from turbohtml import Document, Element, parse

DOCS = Path(__file__).parents[2] / "docs"
LEVELS = ("cr-card--emergency", "cr-card--urgent", "cr-card--ask")
ROUND = 90
WORDS_A_MINUTE = 200
# What the stop rule names, whole or short.
STOP_SIGNS = "tingl numb electric sharp rises above.6 throb slap weak cold pale blue dizzy swell hurts.more"
# Whom the evidence file names in 4.1, in the words of the list.
NOT_FOR = (
    "blood clot, surgery, time in bed, plaster, long journey, cancer, oestrogen, pregnant, gave birth, blood thinners,"
    "bruise easily, numb, diabetes, nerve problem, weak foot, sciatica, tingled again, artery disease, aneurysm, lump,"
    "Baker's cyst, open wound, rash, ulcer, skin infection, tears easily, steroid, inflamed, veins, lymphoedema,"
    "Both your legs are swollen, broken bone, bone infection, bone cancer, osteoporosis, calf tear, knee injury,"
    "knee or calf surgery, knee replacement, fresh bruise, myositis ossificans, under 18"
)
# One rule each for a tingle, a bruise and a very sore knee.
RULES = (
    "tingles again another day, leave the release out, and ask a doctor or physiotherapist before you press again.",
    "leave the release out until it has gone. Then ask a doctor or physiotherapist before you press again.",
    "8 or more out of 10, or much worse than usual",
    "o not press today. Get it looked at if it stays so.",
)

Tree = Document


def first_link(tree: Tree | Element, end: str) -> int:
    """Return the position of the first link to an address among the links."""
    addresses = [(link.attr("href") or "").split("#")[0] for link in tree.select("a")]
    assert end in addresses, f"no link to {end}"
    return addresses.index(end)


def card_faults(tree: Tree) -> list[str]:
    faults = []
    for card in tree.select(".cr-card"):
        classes = (card.attr("class") or "").split()
        start = words_of(card)[:50]
        if sum(level in classes for level in LEVELS) != 1:
            faults.append(f"not one level: {start}")
        if not words_of_first(card, "p.cr-card__level"):
            faults.append(f"no level in words: {start}")
        if not words_of_first(card, "h2, h3"):
            faults.append(f"no heading: {start}")
        if not 1 <= len(card.select("li")) <= 5:
            faults.append(f"{len(card.select('li'))} bullets, 1 to 5: {start}")
        if "cr-card--emergency" in classes and card.select("a"):
            faults.append(f"a link in the emergency card: {start}")
    return faults


def positions(tree: Tree, selector: str) -> list[int]:
    """Return the positions of elements among all elements."""
    wanted = set(tree.select(selector))
    return [at for at, node in enumerate(tree.select("*")) if node in wanted]


def test_safety_comes_before_the_steps_in_the_menu(site: Path, name: str) -> None:
    menus = parsed(site, name).select("nav:is(.cr-pages, #all-pages)")
    assert len(menus) == 2
    for menu in menus:
        words = [words_of(link) for link in menu.select("a")]
        assert words.index("Before you start") < words.index("Do the release")


def test_safety_comes_before_the_steps_on_the_home_page(site: Path) -> None:
    article = the_one(parsed(site, "index"), "article")
    assert first_link(article, "safety/") < first_link(article, "release/")


def test_care_cards_are_complete_and_short(site: Path, name: str) -> None:
    faults = card_faults(parsed(site, name))
    assert not faults, f"{name}:\n" + "\n".join(faults)


def test_the_emergency_comes_first_and_the_clot_first_in_it(site: Path) -> None:
    cards = parsed(site, "safety").select(".cr-card")
    levels = [LEVELS.index(next(level for level in LEVELS if level in (card.attr("class") or ""))) for card in cards]
    assert levels == sorted(levels)
    assert set(levels) == {0, 1, 2}
    assert re.search(r"chest|breath", words_of(cards[0].select("li")[0]))


def test_clot_and_nerve_come_before_the_knee(site: Path) -> None:
    cards = parsed(site, "safety").select(".cr-card--urgent")
    about_the_knee = [
        bool(re.search(r"\bknee\b", words_of_first(card, "h2, h3") + words_of(item)))
        for card in cards
        for item in card.select("li")
    ]
    assert about_the_knee == sorted(about_the_knee)
    first = words_of(cards[0])
    assert re.search(r"\bclot\b", first)
    assert re.search(r"\bnerve\b", first)


@pytest.fixture(scope="module")
def release(site: Path) -> Tree:
    return parsed(site, "release")


# Safety first; the knee is rated, on stairs too, before anyone sits down and is set up; only then is a calf pressed.
ORDER = (
    "plan do-not-press never-press stop-rule steps check-before warm-up set-up chair seat floor settle drift"
    " pin-and-move repeat walk check-after dose what-you-may-feel what-a-change-means next"
)


def test_the_release_is_told_in_the_order_in_which_it_is_done(release: Tree) -> None:
    ids = [node.attr("id") for node in release.select("article [id]")]
    assert [one for one in ids if one in ORDER.split()] == ORDER.split()
    assert release.select("article > h1 + .cr-lead + .cr-plan + .cr-gate"), "more than a lead before plan and gate"


def test_the_two_places_and_the_stop_rule_stand_once_and_are_a_tap_away_in_every_step(release: Tree) -> None:
    zones = words_of(the_one(release, ".cr-nogo"))
    assert "bony knob on the outside" in zones
    assert "hollow behind your knee" in zones
    assert len(release.select(".cr-nogo")) == len(release.select(".cr-stop")) == 1
    steps = the_one(release, ".cr-steps")
    *_, bar = steps.select(":scope > *")
    assert bar.attr("class") == "cr-stopbar"  # stays in sight through what it ends
    assert {link.attr("href") for link in bar.select("a")} == {"#stop-rule", "#never-press"}
    assert len(steps.select(".cr-step")) == len(release.select(".cr-step"))


def test_the_gate_shows_what_is_urgent_and_folds_who_asks_first(release: Tree) -> None:
    gate = the_one(release, ".cr-gate")
    urgent = [words_of(item) for item in gate.select(":scope > ul > li")]
    assert len(urgent) == 3
    for item, words in zip(urgent, ("clot", "numb, tingling or weak", "newly hot, swollen and sore"), strict=True):
        assert words in item
        assert "today" in item
    assert "fever or not" in urgent[-1]
    for who in ("osteoarthritis", "joint replacement", "diabetes", "an injection", "broken skin"):
        assert who in urgent[-1]
    assert len(gate.select(":scope > details")) == len(gate.select("details")) > 3


def test_one_round_takes_as_long_as_the_page_says(release: Tree) -> None:
    steps = release.select(".cr-round > .cr-step > h3")
    seconds = [int(step.attr("data-seconds") or 0) for step in steps]
    assert all(seconds), "a step of the round has no seconds"
    assert sum(seconds) == ROUND
    assert f"{ROUND} seconds" in words_of_first(release, "article")


def test_every_time_of_a_step_is_in_words_below_its_heading(release: Tree) -> None:
    for step in release.select("[data-seconds]"):
        time = next_element(step)
        assert time and words_of(time) == f"{step.attr('data-seconds')} seconds", step.attr("id")


def test_the_dose_has_its_ceiling(release: Tree) -> None:
    text = words_of_first(release, "article")
    assert re.search(r"\b(?:5|five) minutes\b", text)
    assert "once a day" in text


def test_the_whole_stop_rule_stands_once_and_the_short_one_names_every_sign(site: Path, release: Tree) -> None:
    safety = parsed(site, "safety")
    assert not safety.select(".cr-stop:not(.cr-stop--short)")
    assert len(release.select(".cr-stop:not(.cr-stop--short)")) == 1
    short = the_one(safety, ".cr-stop--short")
    assert [link.attr("href") for link in short.select("a")] == ["../release/#stop-rule"]
    for rule in (words_of(short), words_of_first(release, ".cr-stop:not(.cr-stop--short)")):
        assert not [sign for sign in STOP_SIGNS.split() if not re.search(sign, rule, re.I)]


def test_a_newly_hot_knee_is_seen_today_and_those_at_greater_risk_are_named(site: Path) -> None:
    (card,) = [one for one in parsed(site, "safety").select(".cr-card") if one.select("#urgent-knee")]
    text = words_of(card)
    assert "today" in words_of_first(card, "h2")
    assert "newly hot, swollen and sore, fever or not" in text
    for who in ("osteoarthritis", "a joint replacement", "diabetes", "an injection into the joint", "broken skin"):
        assert who in text
    assert [link.attr("href") for link in card.select("a")] == ["../references/#ref-72"]


def test_the_list_of_who_should_not_is_whole_and_stands_once(site: Path) -> None:
    source = (DOCS / "lists/who-should-not.md").read_text("utf-8")
    shown = words_of_first(parsed(site, "safety"), "article")
    assert not [who for who in re.split(r", ?", NOT_FOR) if who not in source or who not in shown]
    items = re.findall(r"(?m)^- (.*)$", source)
    assert len(items) == len(set(items))
    for page in DOCS.glob("*.md"):
        assert not [item for item in items if item in page.read_text("utf-8")], page


@pytest.mark.parametrize("page", ["safety", "release", "faq"])
def test_a_tingle_a_bruise_and_a_very_sore_knee_have_one_rule_each(site: Path, page: str) -> None:
    text = words_of_first(parsed(site, page), "article").replace("?", "")
    assert not [rule for rule in RULES if rule not in text]


@pytest.mark.parametrize("page", ["safety", "find-the-spot", "release"])
def test_what_keeps_a_reader_safe_is_never_folded(site: Path, page: str) -> None:
    tree = parsed(site, page)
    assert tree.select(".cr-nogo")
    assert not tree.select("details :is(.cr-card, .cr-gate, .cr-nogo, .cr-stop, [id=where-to-get-help])")


def test_the_page_says_how_long_it_takes(site: Path) -> None:
    article = the_one(parsed(site, "safety"), "article")
    said = re.search(r"in about (\d+) minutes", words_of(article))
    # The list of who should not is to be read; the other folds are extra.
    article.remove("svg, details:has(summary h3)")
    assert said and int(said[1]) == round(len(words_of(article).split()) / WORDS_A_MINUTE)


def test_the_handout_gives_the_times_of_the_steps(site: Path, release: Tree) -> None:
    timed = release.select("[data-seconds]")
    there = words_of_first(parsed(site, "handout"), ".cr-handout__do > ol")
    assert re.findall(r"(\d+) seconds", there) == [step.attr("data-seconds") for step in timed]


@pytest.mark.parametrize("page", ["index", "safety", "find-the-spot", "release", "handout"])
def test_the_no_go_zones_are_on_every_page_about_doing(site: Path, page: str) -> None:
    text = words_of_first(parsed(site, page), "article")
    assert re.search(r"bony knob on the outside", text)
    assert re.search(r"hollow behind your knee", text)


# The measure itself, on a sample with a fault planted.

CARD = """<div class="cr-card cr-card--emergency"><p class=cr-card__level>Emergency</p>
  <h2>Call now if:</h2><ul><li>One</li></ul></div>"""


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ("cr-card--emergency", ""),
        (">Emergency<", "><"),
        ("<h2>Call now if:</h2>", ""),
        ("<li>One</li>", "<li>One</li>" * 6),
        ("<li>One</li>", "<li><a href=x>One</a></li>"),
    ],
)
def test_a_faulty_card_is_found(whole: str, broken: str) -> None:
    assert not card_faults(parse(CARD))
    assert card_faults(parse(CARD.replace(whole, broken)))

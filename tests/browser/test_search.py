"""What readers type leads to the page that answers it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

# Where the first result may lead, a section or any of a page, and what is asked for it.
QUESTIONS = {
    "safety/#urgent": "my calf is swollen; calf swollen and warm",
    "safety/#emergency": "chest pain",
    "safety/": "blood clot; numb foot; bloodclot; after knee replacement; contraindications",
    "safety/#who-should-not": "who should not do this; pregnant; blood thinners; varicose veins; bakers cyst",
    "faq/#how-hard": "how hard do i press",
    "safety/ faq/#tingling": "pins and needles in foot",
    "find-the-spot/": "where is the spot; where to press",
    "faq/": "how long to hold",
    "faq/#no-roller": "do i need a foam roller",
    "share/": "print for client; qr code",
    "progress/": "delete my log",
    "faq/#how-long": "how long does it take",
    "research/": "does it work; evidence",
    "about/ #the-idea": "who is julia blackwell",
    "safety/#when-to-stop release/#stop-rule": "stop",
    "faq/#tingling safety/#when-to-stop": "tingling",
    "about/#privacy": "privacy cookies",
    "about/#words": "what is fascia",
    "faq/#no-floor": "i cant get on the flor",
    "faq/#other-things research/#exercise": "excercises for osteoartritis",
    "release/#tools faq/#no-roller": "massage gun",
}
DANGERS = [
    *("swollen calf", "calf pain", "cramp in my calf", "cold foot", "numbness", "sore veins"),
    *("chest hurts", "cant breathe", "coughing blood", "warfarin", "surgery", "i had an operation"),
    *("cancer", "dvt", "wound", "varicose"),
]
# No one types these on purpose. A search that runs away would never return.
HOSTILE = {
    "nothing": "''",
    "spaces": "'   '",
    "signs": r"'!?*+()[]{}\\^$|./<>&;#\'\"`'.repeat(9000)",
    "a pattern": r"'(.*)*$ [a-z]+ \\b(?=x)'",
    "markup": "'<img src=x onerror=alert(1)>'",
    "a long word": "'a'.repeat(200000)",
    "many words": "'calf zzzqx '.repeat(20000)",
    "many letters": "'a b c d e f g h '.repeat(20000)",
    "pictures": r"'\u{1f9b5}\u{1f3fd}'.repeat(50000)",
    "right to left": r"'\u0623\u0644\u0645 \u05db\u05d0\u05d1'",
    "half a sign": r"'\u0000 \ud83e knee'",
    "names of the language": "'__proto__ constructor toString hasOwnProperty'",
}

Section = dict[str, Any]
Results = list[list[Section]]


@pytest.fixture(scope="module")
def engine(browser: Browser, site: Path, url: str) -> Iterator[Page]:
    """Return a page with the search made ready over the site's own index."""
    page = browser.new_page()
    page.goto(f"{url}about/")
    page.evaluate(
        """async ([script, index]) => {
             const search = await import(script);
             const { docs } = await (await fetch(index)).json();
             window.engine = { ...search, docs, prepared: search.prepare(docs) };
           }""",
        [f"{url}js/search.js", f"{url}search/search_index.json"],
    )
    yield page
    page.close()


def find(engine: Page, words: str) -> Results:
    found: Results = engine.evaluate("words => engine.find(engine.prepared, words)", words)
    return found


def first(engine: Page, words: str) -> str:
    """Return where the first result leads."""
    found = find(engine, words)
    assert found, words
    return str(found[0][0]["location"])


def find_in(engine: Page, docs: list[dict[str, str]], words: str) -> Results:
    """Return what is found in an index of the test's own."""
    found: Results = engine.evaluate("([docs, words]) => engine.find(engine.prepare(docs), words)", [docs, words])
    return found


def faults(found: Results, docs: list[dict[str, str]]) -> list[str]:
    """Return what is wrong with the form of results."""
    wrong: list[str] = []
    locations = [doc["location"] for doc in docs]
    pages = [sections[0]["location"].split("#")[0] for sections in found]
    if len(pages) > 10 or len(pages) > len(set(pages)):
        wrong.append(f"pages: {pages}")
    for page, sections in zip(pages, found, strict=True):
        if len(sections) > 3:
            wrong.append(f"{len(sections)} sections of one page")
        for section in sections:
            location, excerpt = section["location"], "".join(text for text, _ in section["excerpt"])
            if location not in locations or location.split("#")[0] != page:
                wrong.append(f"{location} on {page}")
            if section["title"] != "".join(text for text, _ in section["titleParts"]):
                wrong.append(f"{location}: its title and the parts differ")
            if len(excerpt) > 250 or re.search(r"[<>]|&\w+;|On this page", excerpt):
                wrong.append(f"{location}: {excerpt}")
    return wrong


def test_a_question_leads_to_the_page_that_answers_it(engine: Page) -> None:
    for places, questions in QUESTIONS.items():
        for words in questions.split("; "):
            location = first(engine, words)
            assert {location, location.split("#")[0]} & set(places.split(" ")), words


def test_each_question_of_the_answers_page_leads_to_its_answer(engine: Page) -> None:
    asked = engine.evaluate("engine.docs.filter(({ location }) => /^faq.#(?!next)/.test(location))")
    assert len(asked) > 15
    for doc in asked:
        # Where there is danger, the safety page has the first word.
        found = [section["location"] for sections in find(engine, doc["title"])[:2] for section in sections]
        assert doc["location"] in found, doc["title"]


def test_safety_comes_first_where_there_may_be_danger(engine: Page) -> None:
    assert not [words for words in DANGERS if not first(engine, words).startswith("safety/")]


def test_references_come_after_what_teaches(engine: Page) -> None:
    for words in ("foam rolling", "massage", "nerve", "exercise", "blood flow"):
        assert "#references" not in first(engine, words)


def test_a_word_is_found_while_it_is_typed(engine: Page) -> None:
    for typed, wanted in {
        "calf swollen": "safety/#urgent",
        "osteoporosis": "safety/#who-should-not",
        "adhesions": "faq/#adhesions",
    }.items():
        for length in range(2, len(typed) + 1):
            place = first(engine, typed[:length])
            # From the middle of the last word on it is clear what is meant.
            assert place == wanted or length < len(typed) - 3, typed[:length]


def test_a_slip_of_one_letter_is_forgiven(engine: Page) -> None:
    for wrong, right in {
        "brused": "bruised",
        "swolen": "swollen",
        "adhessions": "adhesions",
        "pregnent": "pregnant",
        "replacemnet": "replacement",
        "can i copy this license": "can i copy this licence",
        "lymphedema": "lymphoedema",
    }.items():
        assert first(engine, wrong) == first(engine, right), wrong


def test_a_slip_is_not_looked_for_where_the_word_stands(engine: Page) -> None:
    docs = [
        {"location": "", "title": "One", "text": "A ball."},
        {"location": "two/", "title": "Two", "text": "A bell."},
        {"location": "three/", "title": "Three", "text": "A bill &amp; more."},
    ]
    assert [sections[0]["title"] for sections in find_in(engine, docs, "ball")] == ["One"]
    assert len(find_in(engine, docs, "bull")) == 3


def test_a_word_is_found_in_all_its_forms(engine: Page) -> None:
    forms = ["press", "presses", "pressed", "pressing"]
    docs = [{"location": f"{form}/", "title": f"A {i}", "text": form} for i, form in enumerate(forms)]
    for form in forms:
        found = find_in(engine, docs, f"{form} it")
        assert {section["location"] for [section] in found} == {f"{form}/" for form in forms}, form


def test_the_words_are_marked_in_title_and_text(engine: Page) -> None:
    for words, part, expected in (
        ("bruised EASILY", "excerpt", {"bruise", "easily"}),
        ("how hard do i press", "titleParts", {"hard", "press"}),
        # A word of the page that stands for the reader's is marked too.
        ("delete my log", "excerpt", {"erase", "log"}),
    ):
        [[best, *_], *_] = find(engine, words)
        marked = {text.lower() for text, is_marked in best[part] if is_marked}
        assert marked == expected, words


def test_small_words_alone_find_headings(engine: Page) -> None:
    assert first(engine, "who should not") == "safety/#who-should-not"
    assert find(engine, "what is it")


def test_what_is_nowhere_finds_nothing(engine: Page) -> None:
    assert not any(find(engine, words) for words in ("zzzqx", "zzzqx of the", "", "?"))


def test_results_have_their_form_and_are_text(engine: Page) -> None:
    docs = engine.evaluate("engine.docs")
    typed = ["s", "kn", "the knee", "question", "before you start", "what is it"]
    for words in [*"; ".join(QUESTIONS.values()).split("; "), *typed]:
        assert not faults(find(engine, words), docs), words
    docs = [{"location": "", "title": "Q &amp; A", "text": "<p>1 &lt; 2 &amp; <b>three</b></p>"}]
    [[section]] = find_in(engine, docs, "three")
    assert section["title"] == "Q & A"
    assert section["excerpt"] == [["1 < 2 & ", False], ["three", True]]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_input_is_survived(engine: Page, name: str) -> None:
    found = engine.evaluate(f"engine.find(engine.prepared, {HOSTILE[name]})")
    assert not faults(found, engine.evaluate("engine.docs"))
    assert engine.evaluate("Object.keys(Object.prototype).length") == 0

"""How easy the text is to read: grade, sentences, paragraphs, lists."""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from conftest import PAGE_NAMES
from main_text import Block, all_sentences, article, main_text, parsed, reading_grade, sentences, word_count, words_of
from turbohtml import Document

# Readers in pain use these, at a 12-year-old's level; the others are at grade 8.
PLAIN_PAGES = ("index", "safety", "find-the-spot", "release", "faq", "handout")
PLAIN_GRADE = 6.0
OTHER_GRADE = 8.0
LONGEST_SENTENCE = 20
MEDIAN_SENTENCE = 12
SENTENCES_IN_PARAGRAPH = 3
ITEMS_IN_LIST = 7

Measure = Callable[[Any], list[str]]


def long_sentences(found: list[Block]) -> list[str]:
    counted = ((word_count(sentence), sentence) for sentence in all_sentences(found))
    return [f"{count} words: {text}" for count, text in counted if count > LONGEST_SENTENCE]


def long_paragraphs(found: list[Block]) -> list[str]:
    counted = ((len(sentences(block.text)), block.text) for block in found)
    return [f"{n} sentences: {text}" for n, text in counted if n > SENTENCES_IN_PARAGRAPH]


def long_lists(html: str | Document) -> list[str]:
    text = article(html)
    # A tally is an index.
    text.remove("nav, .toc, .cr-tally, li[id^=ref-]")
    counted = ((len(found.select(":scope > li")), words_of(found)[:60]) for found in text.select("ul, ol"))
    return [f"{count} items: {start}..." for count, start in counted if count > ITEMS_IN_LIST]


def test_every_page_is_easy_to_read(site: Path) -> None:
    faults = []
    for name in PAGE_NAMES:
        text = main_text(parsed(site, name))
        found = long_paragraphs(text) + long_lists(parsed(site, name))
        grade = reading_grade(text)
        allowed = PLAIN_GRADE if name in PLAIN_PAGES else OTHER_GRADE
        if grade > allowed:
            found.append(f"reading grade {grade:.1f}, at most {allowed}")
        if name in PLAIN_PAGES:
            found += long_sentences(text)
            middle = median(word_count(sentence) for sentence in all_sentences(text))
            if middle > MEDIAN_SENTENCE:
                found.append(f"median sentence {middle} words, at most {MEDIAN_SENTENCE}")
        faults += [f"{name}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


# The measures themselves, on samples.


def sample(inside: str) -> str:
    return f"<article><h1>Title</h1>{inside}</article>"


TWO_SHORT = "eleven words are here so that two of them are long"


@pytest.mark.parametrize(
    ("faults", "inside", "found"),
    [
        (long_sentences, f"<p>Short. W{'word ' * 21}.</p>", True),
        (long_sentences, f"<p>{'word ' * 20}.</p>", False),
        # A block ends a sentence.
        (long_sentences, f"<ul><li>{TWO_SHORT}<li>{TWO_SHORT}</ul>", False),
        (long_sentences, f"<dl><dd>{TWO_SHORT}<p>{TWO_SHORT}</p></dd></dl>", False),
        (long_paragraphs, "<p>One. Two. Three. Four.</p>", True),
        (long_paragraphs, "<p>One. Two. Three.</p><p>Four.</p>", False),
        (long_lists, "<ul>" + "<li>Item</li>" * 8 + "</ul>", True),
        (long_lists, "<ul>" + "<li>Item</li>" * 7 + "</ul>", False),
        (long_lists, "<ul>" + "<li id=ref-1>Item</li>" * 8 + "</ul>", False),
    ],
)
def test_what_is_too_long_is_found(faults: Measure, inside: str, found: bool) -> None:
    html = sample(inside)
    assert bool(faults(html if faults is long_lists else main_text(html))) == found


def test_hard_words_raise_the_grade() -> None:
    easy = main_text(sample("<p>Sit down. Rest your leg on the seat. Press with your hand.</p>"))
    hard = main_text(sample("<p>Mechanosensitive neurophysiological accommodation predominates.</p>"))
    assert reading_grade(easy) < PLAIN_GRADE < OTHER_GRADE < reading_grade(hard)


def test_numbers_and_labels_do_not_end_a_sentence() -> None:
    assert sentences("Pain fell by 3.9 points, e.g. on stairs. It rose again.") == [
        "Pain fell by 3.9 points, e.g. on stairs.",
        "It rose again.",
    ]
    assert sentences("C13. The claim holds. So it goes.") == ["C13. The claim holds.", "So it goes."]
    assert sentences("She asked “Why?” Then she sat.") == ["She asked “Why?”", "Then she sat."]
    dotted = reading_grade([Block("p", "The pain fell by 3.9 points in this one trial.")])
    assert dotted == reading_grade([Block("p", "The pain fell by 39 points in this one trial.")])


def test_only_the_main_text_is_measured() -> None:
    inside = (
        "<h2>Heading</h2><nav>Menu</nav><p>Rest eases it <a href=#ref-9>[9]</a>.</p>"
        "<dl><dt>Term</dt><dd>Meaning</dd></dl><table><tr><th>Head</th><td>Cell</td></tr></table>"
        "<ul><li id=ref-9>Someone. 2020. A title.</li></ul>"
    )
    assert [block.text for block in main_text(sample(inside))] == ["Rest eases it.", "Meaning", "Cell"]

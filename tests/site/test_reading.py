"""How hard the words are, as design asks: grade, sentences, paragraphs, lists."""

from pathlib import Path
from statistics import median

from main_text import (
    Block,
    all_sentences,
    article,
    main_text,
    parsed,
    reading_grade,
    sentences,
    word_count,
    words_of,
)
from turbohtml import Document

# The pages that a reader in pain uses, held to a 12-year-old's level; the others to grade 8.
PLAIN_PAGES = ("index", "safety", "find-the-spot", "release", "faq", "handout")
PLAIN_GRADE = 6.0
OTHER_GRADE = 8.0
LONGEST_SENTENCE = 20
MEDIAN_SENTENCE = 12
SENTENCES_IN_PARAGRAPH = 3
ITEMS_IN_LIST = 7


def long_sentences(found: list[Block]) -> list[str]:
    counted = ((word_count(sentence), sentence) for sentence in all_sentences(found))
    return [f"{count} words: {text}" for count, text in counted if count > LONGEST_SENTENCE]


def long_paragraphs(found: list[Block]) -> list[str]:
    counted = ((len(sentences(block.text)), block.text) for block in found)
    return [f"{n} sentences: {text}" for n, text in counted if n > SENTENCES_IN_PARAGRAPH]


def long_lists(html: str | Document) -> list[str]:
    text = article(html)
    text.remove("nav, .toc, li[id^=ref-]")
    counted = (
        (len(found.select(":scope > li")), words_of(found)[:60]) for found in text.select("ul, ol")
    )
    return [f"{count} items: {start}..." for count, start in counted if count > ITEMS_IN_LIST]


def test_every_page_is_easy_to_read(site: Path, name: str) -> None:
    text = main_text(parsed(site, name))
    grade = reading_grade(text)
    allowed = PLAIN_GRADE if name in PLAIN_PAGES else OTHER_GRADE
    assert grade <= allowed, f"{name}: reading grade {grade:.1f}, at most {allowed}"
    faults = long_paragraphs(text) + long_lists(parsed(site, name))
    if name in PLAIN_PAGES:
        faults += long_sentences(text)
        middle = median(word_count(sentence) for sentence in all_sentences(text))
        assert middle <= MEDIAN_SENTENCE, f"{name}: median sentence {middle} words"
    assert not faults, f"{name}:\n" + "\n".join(faults)


# The measures themselves, on samples with the fault planted.


def sample(inside: str) -> str:
    return f"<article class=md-content__inner><h1>Title</h1>{inside}</article>"


def test_a_long_sentence_is_found() -> None:
    text = "word " * 21
    assert long_sentences(main_text(sample(f"<p>Short. W{text}.</p>")))
    assert not long_sentences(main_text(sample(f"<p>{'word ' * 20}.</p>")))


def test_a_block_ends_a_sentence() -> None:
    text = "eleven words stand here so that two of them are long"
    assert not long_sentences(main_text(sample(f"<ul><li>{text}<li>{text}</ul>")))
    assert not long_sentences(main_text(sample(f"<dl><dd>{text}<p>{text}</p></dd></dl>")))


def test_hard_words_raise_the_grade() -> None:
    easy = main_text(sample("<p>Sit down. Rest your leg on the seat. Press with your hand.</p>"))
    hard = main_text(
        sample("<p>Mechanosensitive neurophysiological accommodation predominates.</p>")
    )
    assert reading_grade(easy) < PLAIN_GRADE < OTHER_GRADE < reading_grade(hard)


def test_numbers_and_labels_do_not_end_a_sentence() -> None:
    assert sentences("Pain fell by 3.9 points, e.g. on stairs. It rose again.") == [
        "Pain fell by 3.9 points, e.g. on stairs.",
        "It rose again.",
    ]
    assert sentences("C13. The claim stands. So it goes.") == [
        "C13. The claim stands.",
        "So it goes.",
    ]
    assert sentences("She asked “Why?” Then she sat.") == ["She asked “Why?”", "Then she sat."]
    dotted = reading_grade([Block("p", "The pain fell by 3.9 points in this one trial.")])
    assert dotted == reading_grade([Block("p", "The pain fell by 39 points in this one trial.")])


def test_only_the_main_text_is_measured() -> None:
    inside = (
        "<h2>Heading</h2><nav>Menu</nav><p>Rest eases it <a href=#ref-9>[9]</a>.</p>"
        "<dl><dt>Term</dt><dd>Meaning</dd></dl><table><tr><th>Head</th><td>Cell</td></tr></table>"
        "<ul><li id=ref-9>Someone. 2020. A title.</li></ul><div class=cr-page-end>Dates</div>"
    )
    assert [block.text for block in main_text(sample(inside))] == [
        "Rest eases it.",
        "Meaning",
        "Cell",
    ]


def test_a_long_paragraph_is_found() -> None:
    assert long_paragraphs(main_text(sample("<p>One. Two. Three. Four.</p>")))
    assert not long_paragraphs(main_text(sample("<p>One. Two. Three.</p><p>Four.</p>")))


def test_a_long_list_is_found() -> None:
    assert long_lists(sample("<ul>" + "<li>Item</li>" * 8 + "</ul>"))
    assert not long_lists(sample("<ul>" + "<li>Item</li>" * 7 + "</ul>"))
    assert not long_lists(sample("<ul>" + "<li id=ref-1>Item</li>" * 8 + "</ul>"))

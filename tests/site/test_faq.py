"""The article's five questions first, each heard twice; then short answers to others."""

from pathlib import Path

import pytest
from front_matter import parsed
from main_text import blocks, drop_citations, word_count, words_of, words_of_first
from selectolax.lexbor import LexborHTMLParser, LexborNode

ARTICLE_QUESTIONS = [
    "overlooked-cause",
    "tight-calf",
    "why-calf-release",
    "is-it-my-calf",
    "foam-rolling",
]
PARTS = ["The author's answer", "What research says"]
LONGEST_ANSWER = 90
FURTHER_QUESTIONS = 8


def answers(html: LexborHTMLParser) -> dict[str, list[LexborNode]]:
    """Return what follows each question up to the next heading, by the question's id."""
    found: dict[str, list[LexborNode]] = {}
    for heading in html.css("article h2"):
        if not words_of(heading).endswith("?"):
            continue
        found[heading.id or ""] = []
        node = heading.next
        while node is not None and node.tag not in ("h1", "h2"):
            if node.is_element_node and node.tag not in ("nav", "figure"):
                found[heading.id or ""].append(node)
            node = node.next
    return found


def length(answer: list[LexborNode]) -> int:
    for node in answer:
        drop_citations(node)
    return sum(word_count(block.text) for node in answer for block in blocks(node))


@pytest.fixture
def faq(site: Path) -> dict[str, list[LexborNode]]:
    return answers(parsed(site, "faq"))


def test_the_articles_questions_come_first_and_in_order(faq: dict[str, list[LexborNode]]) -> None:
    assert list(faq)[: len(ARTICLE_QUESTIONS)] == ARTICLE_QUESTIONS


@pytest.mark.parametrize("question", ARTICLE_QUESTIONS)
def test_the_author_and_research_both_answer(
    faq: dict[str, list[LexborNode]], question: str
) -> None:
    terms = [term for node in faq[question] for term in node.css("dt")]
    assert [words_of(term) for term in terms] == PARTS
    said = [words_of(answer) for node in faq[question] for answer in node.css("dd")]
    assert all(word_count(text) >= 10 for text in said)


def test_enough_other_questions_are_answered(faq: dict[str, list[LexborNode]]) -> None:
    assert len(faq) >= len(ARTICLE_QUESTIONS) + FURTHER_QUESTIONS


def test_other_answers_are_short_and_not_empty(faq: dict[str, list[LexborNode]]) -> None:
    lengths = {question: length(nodes) for question, nodes in faq.items()}
    further = {q: n for q, n in lengths.items() if q not in ARTICLE_QUESTIONS}
    assert not {q: n for q, n in further.items() if not 10 <= n <= LONGEST_ANSWER}


def test_no_answer_is_cut_up_by_headings(faq: dict[str, list[LexborNode]]) -> None:
    tags = {question: {node.tag for node in nodes} for question, nodes in faq.items()}
    assert not [question for question, found in tags.items() if found & {"h3", "h4"}]


def test_the_page_says_who_wrote_the_five_questions(site: Path) -> None:
    text = words_of_first(parsed(site, "faq"), "article")
    assert "we wrote those five questions" in text


def test_a_long_answer_is_found() -> None:
    page = (
        f"<article><h2 id=q>Why?</h2><p>{'word ' * 91}</p><h2 id=n>Next</h2><p>word</p></article>"
    )
    found = answers(LexborHTMLParser(page))
    assert list(found) == ["q"]
    assert length(found["q"]) == 91

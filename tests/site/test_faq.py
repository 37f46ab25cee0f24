"""The article's five questions first, each with two answers; then short answers to others."""

from pathlib import Path

import pytest
from main_text import blocks, drop_citations, next_element, parsed, word_count, words_of, words_of_first
from turbohtml import Document, Element

ARTICLE_QUESTIONS = ["overlooked-cause", "tight-calf", "why-calf-release", "is-it-my-calf", "foam-rolling"]
PARTS = ["The author's answer", "What research says"]
LONGEST_ANSWER = 90
FURTHER_QUESTIONS = 8


def answers(html: Document) -> dict[str, list[Element]]:
    """Return what follows each question up to the next heading, by the question's id."""
    found: dict[str, list[Element]] = {}
    for heading in html.select("article h2"):
        if words_of(heading).endswith("?"):
            answer = found.setdefault(heading.attr("id") or "", [])
            node = next_element(heading)
            while node is not None and node.tag not in ("h1", "h2"):
                if node.tag not in ("nav", "figure"):
                    answer.append(node)
                node = next_element(node)
    return found


def length(answer: list[Element]) -> int:
    for node in answer:
        drop_citations(node)
    return sum(word_count(block.text) for node in answer for block in blocks(node))


@pytest.fixture
def faq(site: Path) -> dict[str, list[Element]]:
    return answers(parsed(site, "faq"))


def test_the_articles_questions_come_first_and_the_author_and_research_both_answer(
    faq: dict[str, list[Element]],
) -> None:
    assert list(faq)[: len(ARTICLE_QUESTIONS)] == ARTICLE_QUESTIONS
    for question in ARTICLE_QUESTIONS:
        terms = [term for node in faq[question] for term in node.select("dt")]
        assert [words_of(term) for term in terms] == PARTS, question
        said = [words_of(answer) for node in faq[question] for answer in node.select("dd")]
        assert all(word_count(text) >= 10 for text in said), question


def test_other_questions_have_short_answers_without_headings(faq: dict[str, list[Element]]) -> None:
    assert len(faq) >= len(ARTICLE_QUESTIONS) + FURTHER_QUESTIONS
    tags = {question: {node.tag for node in nodes} for question, nodes in faq.items()}
    assert not [question for question, found in tags.items() if found & {"h3", "h4"}]
    lengths = {q: length(nodes) for q, nodes in faq.items() if q not in ARTICLE_QUESTIONS}
    assert not {q: n for q, n in lengths.items() if not 10 <= n <= LONGEST_ANSWER}


def test_the_page_says_who_wrote_the_five_questions(site: Path) -> None:
    text = words_of_first(parsed(site, "faq"), "article")
    assert "we wrote those five questions" in text

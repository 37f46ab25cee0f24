"""The article's five questions first, each with two answers; then short answers to others."""

import json
from pathlib import Path

import pytest
from main_text import blocks, drop_citations, parsed, the_one, word_count, words_of, words_of_first
from turbohtml import Document, Element

ARTICLE_QUESTIONS = ["overlooked-cause", "tight-calf", "why-calf-release", "is-it-my-calf", "foam-rolling"]
PARTS = ["The author's answer", "What research says"]
LONGEST_ANSWER = 90
FURTHER_QUESTIONS = 8
GROUPS = ["from-the-article", "doing-it", "doubts-and-safety"]
EXERCISES = {
    "https://orthoinfo.aaos.org/en/recovery/knee-conditioning-program/",
    "https://www.nhs.uk/conditions/knee-pain/",
}


def answers(html: Document) -> dict[str, list[Element]]:
    """Return what each question's fold holds besides drawings, by the question's id."""
    return {
        the_one(fold, "summary h3").attr("id") or "": fold.select(":scope > :not(summary, figure)")
        for fold in html.select("article details.cr-q")
    }


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


def test_the_page_says_once_who_wrote_the_five_questions(site: Path) -> None:
    text = words_of_first(parsed(site, "faq"), "article")
    assert text.count("The answers come from the article, the questions are ours.") == 1
    assert text.count("questions are ours") == 1


def test_every_question_is_folded_in_one_of_three_groups_and_the_first_is_open(site: Path) -> None:
    page = parsed(site, "faq")
    found = [node.attr("id") for node in page.select("article :is(h2, details.cr-q h3)")]
    assert [one for one in found if one in GROUPS] == GROUPS
    assert found[: len(ARTICLE_QUESTIONS) + 2] == [GROUPS[0], *ARTICLE_QUESTIONS, GROUPS[1]]
    folds = page.select("details.cr-q")
    assert len(folds) == len([node for node in page.select("article h3") if words_of(node).endswith("?")])
    assert [fold.attr("open") is not None for fold in folds] == [True] + [False] * (len(folds) - 1)


def test_exercise_comes_first_and_leads_to_exercises(faq: dict[str, list[Element]]) -> None:
    answer = faq["other-things"]
    assert words_of(answer[0]).startswith("Exercise comes first.")
    assert {link.attr("href") for node in answer for link in node.select("a")} >= EXERCISES


def test_the_search_finds_each_answer_at_its_question(site: Path, faq: dict[str, list[Element]]) -> None:
    docs = json.loads((site / "search/search_index.json").read_text("utf-8"))["docs"]
    texts = {doc["location"]: doc["text"] for doc in docs}
    for question, answer in faq.items():
        assert texts[f"faq/#{question}"].split()[:4] == words_of(answer[0]).split()[:4]

"""The words of a built page as a reader meets them: blocks, sentences, grade."""

import re
from dataclasses import dataclass

import textstat  # type: ignore[import-untyped]  # it carries no py.typed marker
from selectolax.lexbor import LexborHTMLParser, LexborNode

CITATION = re.compile(r"\[(\d+[a-d]?)\]")

# Not sentences that we wrote for reading: furniture, labels, and the list of references.
NOT_MAIN_TEXT = (
    ".cr-page-end, .toc, h1, h2, h3, h4, h5, h6, nav, dt, th, script, style, template, button,"
    "li[id^=ref-], svg, .cr-hold"
)
# The reader is told that these are another person's words.
REPORTED = ".cr-said, q, blockquote"
REPORTED_TERMS = ("The author's answer", "What the author says", "Julia Blackwell's view")

INLINE = frozenset(
    [
        *("a", "abbr", "b", "br", "cite", "code", "em", "i", "img", "kbd", "mark", "q", "s"),
        *("small", "span", "strong", "sub", "sup", "svg", "time", "u", "wbr"),
    ]
)
# The printer's signs: single quotation marks, double ones, and the dash.
OPENING, APOSTROPHE, DOUBLE_OPENING, DOUBLE_CLOSING, DASH = "\u2018\u2019\u201c\u201d\u2013"
ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|Dr|Mr|Mrs|Ms|St|approx|et al)\.|^[A-Z]?\d+\.(?=\s)")
SENTENCE_END = re.compile(
    rf"(?:(?<=[.!?])|(?<=[.!?][\"{DOUBLE_CLOSING}{APOSTROPHE})\]]))\s+"
    rf"(?=[\"{DOUBLE_OPENING}{OPENING}'(]?[A-Z0-9])"
)
WORD = re.compile(rf"[^\W_]+(?:[-{DASH}'{APOSTROPHE}.,/:][^\W_]+)*")


@dataclass(frozen=True)
class Block:
    """A run of text that ends where its element ends, so that its last sentence does too."""

    tag: str
    text: str


def article(html: str | LexborHTMLParser) -> LexborNode:
    """Return the main text's element, free to be changed.

    Args:
        html: A built page.

    Raises:
        ValueError: The page has no such element.
    """
    source = html if isinstance(html, str) else html.html or ""
    found = LexborHTMLParser(source).css_first("article.md-content__inner", default=None)
    if found is None:
        raise ValueError("the page has no article.md-content__inner")
    return found


def drop(node: LexborNode, selector: str) -> None:
    for found in node.css(selector):
        found.decompose()


def drop_citations(node: LexborNode) -> None:
    for link in node.css("a"):
        if CITATION.fullmatch(words_of(link)):
            link.decompose()


def drop_reported(node: LexborNode) -> None:
    """Take away what stands as the author's words."""
    for term in node.css("dt"):
        if words_of(term) in REPORTED_TERMS:
            answer = next_element(term)
            while answer is not None and answer.tag == "dd":
                following = next_element(answer)
                answer.decompose()
                answer = following
    drop(node, REPORTED)


def next_element(node: LexborNode) -> LexborNode | None:
    """Return the next sibling that is an element."""
    following = node.next
    while following is not None and not following.is_element_node:
        following = following.next
    return following


def words_of(node: LexborNode) -> str:
    """Return an element's text on one line, with straight apostrophes, without link marks."""
    text = node.text().replace(APOSTROPHE, "'").replace("¶", "")
    return re.sub(r"\s+([.,;:!?)])", r"\1", " ".join(text.split()))


def blocks(node: LexborNode, tag: str = "") -> list[Block]:
    """Return the runs of text in an element, in the order of reading."""
    found: list[Block] = []
    run: list[str] = []

    def end_run() -> None:
        text = " ".join("".join(run).replace(APOSTROPHE, "'").split())
        text = re.sub(r"\s+([.,;:!?)])", r"\1", text)
        if text:
            found.append(Block(tag or node.tag or "", text))
        run.clear()

    for child in node.iter(include_text=True):
        if child.is_text_node:
            run.append(child.text())
        elif child.tag in INLINE:
            run.append(" " if child.tag == "br" else child.text())
        else:
            end_run()
            found.extend(blocks(child, child.tag or ""))
    end_run()
    return found


def main_text(html: str | LexborHTMLParser) -> list[Block]:
    """Return the blocks that the reading rules are about."""
    text = article(html)
    drop(text, NOT_MAIN_TEXT)
    drop_citations(text)
    return blocks(text)


def own_words(html: str | LexborHTMLParser) -> list[Block]:
    """Return the blocks that the site says in its own name, headings included.

    A question quotes what people ask, in a heading and in a link to it.
    """
    text = article(html)
    drop_reported(text)
    drop(text, "li[id^=ref-]")
    for asked in text.css("h1, h2, h3, h4, a"):
        if words_of(asked).endswith("?"):
            asked.decompose()
    return blocks(text)


def sentences(text: str) -> list[str]:
    """Split a block at its sentences; numbers such as 3.9 and labels such as C13. stay whole."""
    kept = ABBREVIATION.sub(lambda match: match[0].replace(".", "\0"), text)
    return [part.replace("\0", ".") for part in SENTENCE_END.split(kept) if part.strip()]


def word_count(text: str) -> int:
    return len(WORD.findall(text))


def all_sentences(found: list[Block]) -> list[str]:
    return [sentence for block in found for sentence in sentences(block.text)]


def reading_grade(found: list[Block]) -> float:
    """Return the Flesch-Kincaid grade of the blocks.

    textstat ends a sentence at every dot, also in a number; so it gets each sentence
    with one dot only, at its end.
    """
    plain = [re.sub(r"[.!?]", "", sentence) for sentence in all_sentences(found)]
    return float(textstat.flesch_kincaid_grade(" ".join(f"{sentence}." for sentence in plain)))


def words_of_first(node: LexborHTMLParser | LexborNode, selector: str) -> str:
    """Return the words of the first match, or none where nothing matches."""
    found = node.css_first(selector, default=None)
    return words_of(found) if found is not None else ""


def the_one(node: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    """Return the first match.

    Raises:
        AssertionError: Nothing matches.
    """
    found = node.css_first(selector, default=None)
    assert found is not None, f"nothing on the page is {selector}"
    return found

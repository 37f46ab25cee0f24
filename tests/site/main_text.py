"""The text of a built page: blocks, sentences, reading grade."""

import re
from dataclasses import dataclass
from pathlib import Path

import textstat  # type: ignore[import-untyped]  # it carries no py.typed marker
from turbohtml import Document, Element, Node, Text, parse

CITATION = re.compile(r"\[(\d+[a-d]?)\]")

# Not running text: furniture, labels, and the list of references.
NOT_MAIN_TEXT = ".toc, h1, h2, h3, h4, h5, h6, nav, dt, th, script, style, template, button, li[id^=ref-], svg"
# Marked as another person's words.
REPORTED = "q, blockquote"
REPORTED_TERMS = ("The author's answer", "What the author says", "Julia Blackwell's view")

INLINE = frozenset(
    [
        *("a", "abbr", "b", "br", "cite", "code", "em", "i", "img", "kbd", "mark", "q", "s"),
        *("small", "span", "strong", "sub", "sup", "svg", "time", "u", "wbr"),
    ]
)
# Curly quotation marks and the en dash.
OPENING, APOSTROPHE, DOUBLE_OPENING, DOUBLE_CLOSING, DASH = "\u2018\u2019\u201c\u201d\u2013"
ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|Dr|Mr|Mrs|Ms|St|approx|et al)\.|^[A-Z]?\d+\.(?=\s)")
SENTENCE_END = re.compile(
    rf"(?:(?<=[.!?])|(?<=[.!?][\"{DOUBLE_CLOSING}{APOSTROPHE})\]]))\s+"
    rf"(?=[\"{DOUBLE_OPENING}{OPENING}'(]?[A-Z0-9])"
)
WORD = re.compile(rf"[^\W_]+(?:[-{DASH}'{APOSTROPHE}.,/:][^\W_]+)*")


@dataclass(frozen=True)
class Block:
    """A run of text; its last sentence ends with its element."""

    tag: str
    text: str


def html_file(site: Path, name: str) -> Path:
    """Return where the builder puts a page: `404`, `index`, or `NAME/index`."""
    return site / (f"{name}.html" if name in ("404", "index") else f"{name}/index.html")


def parsed(site: Path, name: str) -> Document:
    return parse(html_file(site, name).read_text(encoding="utf-8"))


def article(html: str | Document) -> Element:
    """Return a copy of the main text's element."""
    return the_one(parse(html if isinstance(html, str) else html.html), "article")


def drop_citations(node: Element) -> None:
    for link in node.select("a"):
        if CITATION.fullmatch(words_of(link)):
            link.decompose()


def drop_reported(node: Element) -> None:
    """Remove what is marked as the author's words."""
    for term in node.select("dt"):
        if words_of(term) in REPORTED_TERMS:
            while (answer := next_element(term)) is not None and answer.tag == "dd":
                answer.decompose()
    node.remove(REPORTED)


def next_element(node: Node) -> Element | None:
    """Return the next sibling that is an element."""
    return next((one for one in node.next_siblings if isinstance(one, Element)), None)


def one_line(text: str) -> str:
    """Return a text on one line, with straight apostrophes."""
    return re.sub(r"\s+([.,;:!?)])", r"\1", " ".join(text.replace(APOSTROPHE, "'").split()))


def words_of(node: Node) -> str:
    """Return an element's text on one line, without link marks."""
    return one_line(node.text.replace("¶", ""))


def blocks(node: Element) -> list[Block]:
    """Return the runs of text in an element."""
    found: list[Block] = []
    run: list[str] = []

    def end_run() -> None:
        if text := one_line("".join(run)):
            found.append(Block(node.tag, text))
        run.clear()

    for child in node.children:
        if isinstance(child, Text):
            run.append(child.data)
        elif isinstance(child, Element) and child.tag in INLINE:
            run.append(" " if child.tag == "br" else child.text)
        elif isinstance(child, Element):
            end_run()
            found.extend(blocks(child))
    end_run()
    return found


def main_text(html: str | Document) -> list[Block]:
    """Return the blocks that the reading rules apply to."""
    text = article(html)
    text.remove(NOT_MAIN_TEXT)
    drop_citations(text)
    return blocks(text)


def own_words(html: str | Document) -> list[Block]:
    """Return the blocks that the site says in its own name, headings included.

    A question quotes what people ask, in a heading and in a link to it.
    """
    text = article(html)
    drop_reported(text)
    text.remove("li[id^=ref-]")
    for asked in text.select("h1, h2, h3, h4, a"):
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


def words_of_first(node: Node, selector: str) -> str:
    """Return the words of the first match, if any."""
    found = node.select_one(selector)
    return words_of(found) if found is not None else ""


def the_one(node: Node, selector: str) -> Element:
    """Return the first match, which must exist."""
    found = node.select_one(selector)
    assert found is not None, f"nothing on the page is {selector}"
    return found

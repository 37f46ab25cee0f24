"""No overclaiming, except in the author's quoted words."""

import re
from pathlib import Path

import pytest
from front_matter import PAGE_NAMES, front_matter_of
from main_text import Block, own_words, parsed, words_of_first

# Unsupported or contradicted by the studies.
TO_AVOID = re.compile(
    r"\b(?:heal(?:s|ed|ing)?|fix(?:es|ed|ing)?|cur(?:e|es|ed|ing)"
    r"|(?:break|breaks|breaking|broke|broken|breakdown of)(?: up| down)? (?:the )?adhesions?"
    r"|unst(?:ick|icks|icking|uck)|re-?hydrat\w+|(?:flush\w* )?toxins?"
    r"|releas\w+ (?:of )?(?:\w+ )?traumas?|the cause|(?:prove[sdn]?|proving|proof) that"
    r"|guarantee\w*)\b",
    re.IGNORECASE,
)
# Word for word, so that a person reads any new denial first.
DENIALS = ("not a cure", "that is not proof that it is safe")
DENIED = re.compile("|".join(map(re.escape, DENIALS)), re.IGNORECASE)


def overclaims(found: list[Block]) -> list[str]:
    return [
        f"“{match[0]}” in: {block.text}"
        for block in found
        for match in TO_AVOID.finditer(DENIED.sub("(denied)", block.text))
    ]


def test_no_page_overclaims(site: Path, name: str) -> None:
    tree, values = parsed(site, name), front_matter_of(name)
    texts = [values["title"], values["description"]]
    texts += [image.attr("alt") or "" for image in tree.select("img")]
    texts += [meta.attr("content") or "" for meta in tree.select("meta[content]")]
    found = overclaims([*own_words(tree), *(Block("", text) for text in texts)])
    assert not found, f"{name}:\n" + "\n".join(found)


def test_every_allowed_denial_is_used(site: Path) -> None:
    text = " ".join(block.text for name in PAGE_NAMES for block in own_words(parsed(site, name)))
    assert not [denial for denial in DENIALS if denial not in text]


def test_the_404_page_does_not_overclaim(site: Path) -> None:
    assert not overclaims([Block("body", words_of_first(parsed(site, "404"), "body"))])


@pytest.mark.parametrize(
    "claim",
    [
        "It heals the knee.",
        "This fixes your knee.",
        "Cured in a week.",
        "Rolling breaks up adhesions.",
        "It unsticks the tissue.",
        "Water rehydrates fascia.",
        "This flushes toxins out.",
        "It releases old trauma.",
        "The calf is the cause.",
        "This proves that it works.",
        "Relief is guaranteed.",
        "It is not a cure but it heals.",
    ],
)
def test_an_overclaim_is_found(claim: str) -> None:
    assert overclaims(own_words(f"<article><p>{claim}</p></article>"))


def test_reported_words_and_denials_pass() -> None:
    page = """<article>
      <h2>Does it break up adhesions?</h2>
      <p>It is not a cure. She says <q>it heals</q>. <a href=#x>Can it cure me?</a></p>
      <dl><dt>The author's answer</dt><dd>It heals.</dd><dd>It fixes.</dd>
      <dt>What research says</dt><dd>We do not know.</dd></dl>
      <p><q>It unsticks.</q></p><blockquote><p>It cures.</p></blockquote>
      </article>"""
    assert not overclaims(own_words(page))
    assert overclaims(own_words(page.replace("We do not know", "It fixes knees")))

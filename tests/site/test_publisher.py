"""Every page names its publisher, and leads to the publisher's contact and one-to-one help."""

from pathlib import Path

import pytest
from conftest import PAGE_NAMES, SETTINGS
from front_matter import parsed
from main_text import words_of, words_of_first
from selectolax.lexbor import LexborHTMLParser

PUBLISHER: dict[str, str] = SETTINGS["extra"]["publisher"]

every_page = pytest.mark.parametrize("name", [*PAGE_NAMES, "404"])


def empty_links(tree: LexborHTMLParser) -> list[str]:
    # A reader's link has an address and words.
    return [
        link.html or ""
        for link in tree.css("a")
        if not (link.attributes.get("href") or "").strip()
        or not (words_of(link) or link.attributes.get("aria-label") or link.attributes.get("title"))
    ]


@every_page
def test_every_names_its_publisher(site: Path, name: str) -> None:
    end = words_of_first(parsed(site, name), ".cr-page-end")
    assert f"Published by {PUBLISHER['name']}." in end


@every_page
def test_every_page_leads_to_the_publishers_contact_or_says_that_there_is_none(
    site: Path, name: str
) -> None:
    links = parsed(site, name).css(".cr-page-end a")
    contact = PUBLISHER["contact"]
    assert [link.attributes.get("href") for link in links] == ([contact] if contact else [])
    end = words_of_first(parsed(site, name), ".cr-page-end")
    assert ("has not yet given a contact address" in end) == (not contact)


@every_page
def test_every_page_links_to_one_to_one_help_where_there_is_some(site: Path, name: str) -> None:
    offers = [link for link in parsed(site, name).css("a") if "one-to-one" in words_of(link)]
    addresses = {link.attributes.get("href") for link in offers}
    assert addresses == ({PUBLISHER["help"]} if PUBLISHER["help"] else set())


@every_page
def test_no_page_has_an_empty_link(site: Path, name: str) -> None:
    assert not empty_links(parsed(site, name))


def test_an_empty_link_is_found() -> None:
    for link in ("<a href=''>Here</a>", "<a>Here</a>", "<a href='x'> </a>"):
        assert empty_links(LexborHTMLParser(link))
    assert not empty_links(LexborHTMLParser("<a href=x>Here</a><a href=y title=Here></a>"))

"""Every page names its publisher, and leads to the publisher's contact and one-to-one help."""

from pathlib import Path

import pytest
import turbohtml
from conftest import PAGE_NAMES, SETTINGS
from main_text import parsed, words_of, words_of_first

PUBLISHER: dict[str, str] = SETTINGS["extra"]["publisher"]

every_page = pytest.mark.parametrize("name", [*PAGE_NAMES, "404"])


def empty_links(tree: turbohtml.Document) -> list[str]:
    # A reader's link has an address and words.
    return [
        link.html
        for link in tree.select("a")
        if not (link.attr("href") or "").strip()
        or not (words_of(link) or link.attr("aria-label") or link.attr("title"))
    ]


@every_page
def test_every_names_its_publisher(site: Path, name: str) -> None:
    end = words_of_first(parsed(site, name), ".cr-page-end")
    assert f"Published by {PUBLISHER['name']}." in end


@every_page
def test_every_page_leads_to_the_publishers_contact_or_says_that_there_is_none(
    site: Path, name: str
) -> None:
    links = parsed(site, name).select(".cr-page-end a")
    contact = PUBLISHER["contact"]
    assert [link.attr("href") for link in links] == ([contact] if contact else [])
    end = words_of_first(parsed(site, name), ".cr-page-end")
    assert ("has not yet given a contact address" in end) == (not contact)


@every_page
def test_every_page_links_to_one_to_one_help_where_there_is_some(site: Path, name: str) -> None:
    offers = [link for link in parsed(site, name).select("a") if "one-to-one" in words_of(link)]
    addresses = {link.attr("href") for link in offers}
    assert addresses == ({PUBLISHER["help"]} if PUBLISHER["help"] else set())


@every_page
def test_no_page_has_an_empty_link(site: Path, name: str) -> None:
    assert not empty_links(parsed(site, name))


def test_an_empty_link_is_found() -> None:
    for link in ("<a href=''>Here</a>", "<a>Here</a>", "<a href='x'> </a>"):
        assert empty_links(turbohtml.parse(link))
    assert not empty_links(turbohtml.parse("<a href=x>Here</a><a href=y title=Here></a>"))

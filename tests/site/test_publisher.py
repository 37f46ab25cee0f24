"""Every page names its publisher, and links to their contact and to one-to-one help."""

from pathlib import Path

import pytest
from conftest import PAGE_NAMES, SETTINGS
from main_text import parsed, words_of, words_of_first

PUBLISHER: dict[str, str] = SETTINGS["extra"]["publisher"]

every_page = pytest.mark.parametrize("name", [*PAGE_NAMES, "404"])


@every_page
def test_every_page_names_its_publisher(site: Path, name: str) -> None:
    end = words_of_first(parsed(site, name), ".cr-page-end")
    assert f"Published by {PUBLISHER['name']}." in end


@every_page
def test_every_page_links_to_the_publishers_contact_or_says_there_is_none(site: Path, name: str) -> None:
    links = parsed(site, name).select(".cr-page-end a")
    contact = PUBLISHER["contact"]
    assert [link.attr("href") for link in links] == ([contact] if contact else [])
    end = words_of_first(parsed(site, name), ".cr-page-end")
    assert ("has not yet given a contact address" in end) == (not contact)


@every_page
def test_every_page_links_to_one_to_one_help_if_there_is_any(site: Path, name: str) -> None:
    offers = [link for link in parsed(site, name).select("a") if "one-to-one" in words_of(link)]
    addresses = {link.attr("href") for link in offers}
    assert addresses == ({PUBLISHER["help"]} if PUBLISHER["help"] else set())

"""Every page names its publisher, and links to their contact and to one-to-one help."""

from pathlib import Path

import pytest
from conftest import PAGE_NAMES, SETTINGS
from main_text import parsed, words_of, words_of_first

PUBLISHER: dict[str, str] = SETTINGS["extra"]["publisher"]


@pytest.mark.parametrize("name", [*PAGE_NAMES, "404"])
def test_every_page_names_its_publisher_their_contact_and_one_to_one_help_if_any(site: Path, name: str) -> None:
    page = parsed(site, name)
    end = words_of_first(page, ".cr-page-end")
    assert f"Published by {PUBLISHER['name']}." in end
    contact, help_ = PUBLISHER["contact"], PUBLISHER["help"]
    assert [link.attr("href") for link in page.select(".cr-page-end a")] == ([contact] if contact else [])
    assert ("has not yet given a contact address" in end) == (not contact)
    offers = {link.attr("href") for link in page.select("a") if "one-to-one" in words_of(link)}
    assert offers == ({help_} if help_ else set())

"""Every page names its publisher, and links to their contact and to one-to-one help."""

from pathlib import Path

import pytest
from conftest import PAGE_NAMES, SETTINGS
from main_text import parsed, words_of, words_of_first

PUBLISHER: dict[str, str] = SETTINGS["extra"]["publisher"]


@pytest.mark.parametrize("name", [*PAGE_NAMES, "404"])
def test_every_page_names_its_publisher_their_contact_and_one_to_one_help_if_any(site: Path, name: str) -> None:
    page = parsed(site, name)
    assert f"Published by {PUBLISHER['name']}." in words_of_first(page, ".cr-footer")
    contact, help_ = PUBLISHER["contact"], PUBLISHER["help"]
    told = [link.attr("href") for link in page.select(".cr-footer a") if "Tell the publisher" in words_of(link)]
    assert told == ([contact] if contact else [])
    offers = {link.attr("href") for link in page.select("a") if "one-to-one" in words_of(link)}
    assert offers == ({help_} if help_ else set())

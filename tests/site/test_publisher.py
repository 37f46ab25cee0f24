"""One setting each for the site's address, the publisher's contact and one-to-one help."""

from pathlib import Path

import pytest
from conftest import Builder
from front_matter import DOCS, PAGE_NAMES, ROOT, parsed
from main_text import words_of, words_of_first
from selectolax.lexbor import LexborHTMLParser

DEFAULT_ADDRESS = "example.org/calf-release"
OTHER_ADDRESS = "https://example.net/other/"
CONTACT = "mailto:someone@example.org"
PUBLISHER = "The Example Practice"
ARTICLE = "https://www.thefasciaremedy.com/blog/the-most-likely-culprit-of-knee-pain"

EVERY_PAGE = [*PAGE_NAMES, "404"]


@pytest.fixture(scope="module")
def other_site(build: Builder) -> Path:
    return build(SITE_URL=OTHER_ADDRESS, CONTACT_URL=CONTACT, PUBLISHER=PUBLISHER)


def links(site: Path, name: str) -> list[str]:
    return [link.attributes.get("href") or "" for link in parsed(site, name).css("a")]


def empty_links(tree: LexborHTMLParser) -> list[str]:
    # The theme puts its own empty skip target; a reader's link has an address and words.
    return [
        link.html or ""
        for link in tree.css("a")
        if not (link.attributes.get("href") or "").strip()
        or not (words_of(link) or link.attributes.get("aria-label") or link.attributes.get("title"))
    ]


def test_another_address_leaves_nothing_of_the_first(other_site: Path) -> None:
    texts = [
        file
        for file in other_site.rglob("*")
        if file.suffix in (".html", ".xml", ".txt", ".json", ".webmanifest", ".css", ".js")
    ]
    left = [
        file.relative_to(other_site).as_posix()
        for file in texts
        if DEFAULT_ADDRESS in (text := file.read_text(encoding="utf-8"))
        or '"/calf-release/' in text
    ]
    assert not left


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_page_names_its_publisher(other_site: Path, page: str) -> None:
    end = parsed(other_site, page).css_first(".cr-page-end")
    assert end and f"Published by {PUBLISHER}." in " ".join(end.text().split())


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_another_address_changes_every_page(other_site: Path, page: str) -> None:
    html = parsed(other_site, page).html or ""
    assert OTHER_ADDRESS in html


def test_the_address_stands_in_one_setting() -> None:
    published = [file for folder in (DOCS, ROOT / "overrides") for file in folder.rglob("*")]
    found = [
        file.relative_to(ROOT).as_posix()
        for file in [ROOT / "mkdocs.yml", *published]
        if file.is_file() and DEFAULT_ADDRESS.encode() in file.read_bytes()
    ]
    assert found == ["mkdocs.yml"]


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_page_leads_to_the_publishers_contact(other_site: Path, page: str) -> None:
    assert CONTACT in links(other_site, page)


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_no_page_has_an_empty_link(site: Path, other_site: Path, page: str) -> None:
    assert not empty_links(parsed(site, page))
    assert not empty_links(parsed(other_site, page))


def test_without_a_contact_the_page_says_so(site: Path) -> None:
    assert not [href for href in links(site, "about") if href.startswith("mailto:")]
    assert "has not yet given a contact address" in words_of_first(parsed(site, "about"), "body")


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_the_help_link_leads_to_the_article_at_first(site: Path, page: str) -> None:
    offers = [link for link in parsed(site, page).css("a") if "one-to-one help" in words_of(link)]
    assert offers
    assert {link.attributes.get("href") for link in offers} == {ARTICLE}


def test_the_help_link_is_one_setting_and_may_be_left_out(build: Builder, tmp_path: Path) -> None:
    for help_address in ("https://help.example/book", ""):
        settings = tmp_path / "mkdocs.yml"
        settings.write_text(
            f"INHERIT: {ROOT / 'mkdocs.yml'}\n"
            f"docs_dir: {DOCS}\n"
            f"theme:\n  custom_dir: {ROOT / 'overrides'}\n"
            f"extra:\n  publisher:\n    help: '{help_address}'\n",
            encoding="utf-8",
        )
        built = build("--config-file", str(settings))
        for page in EVERY_PAGE:
            offers = [
                link for link in parsed(built, page).css("a") if "one-to-one" in words_of(link)
            ]
            addresses = [link.attributes.get("href") for link in offers]
            assert addresses == ([help_address] if help_address else []), page


def test_an_empty_link_is_found() -> None:
    for link in ("<a href=''>Here</a>", "<a>Here</a>", "<a href='x'> </a>"):
        assert empty_links(LexborHTMLParser(link))
    assert not empty_links(LexborHTMLParser("<a href=x>Here</a><a href=y title=Here></a>"))

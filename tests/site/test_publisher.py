"""The settings of who publishes the site, as people type them."""

from pathlib import Path

import pytest
from conftest import Builder
from front_matter import DOCS, PAGE_NAMES, ROOT, parsed
from main_text import words_of
from selectolax.lexbor import LexborHTMLParser

DEFAULT_ADDRESS = "example.org/calf-release"
OTHER_ADDRESS = "https://example.net/other/"
CONTACT = "https://example.org/report?a=1&copy=2"
PUBLISHER = 'Smith & Sons <info@example.org> "A <b'
EVERY_PAGE = [*PAGE_NAMES, "404"]


@pytest.fixture(scope="module")
def other_site(build: Builder) -> Path:
    return build(SITE_URL=OTHER_ADDRESS, CONTACT_URL=f" {CONTACT}", PUBLISHER=PUBLISHER)


def end_of(site: Path, name: str) -> str:
    end = parsed(site, name).css_first(".cr-page-end")
    assert end
    return " ".join(end.text().split())


def links(site: Path, name: str) -> list[str]:
    return [link.attributes.get("href") or "" for link in parsed(site, name).css("a")]


def empty_links(tree: LexborHTMLParser) -> list[str]:
    return [
        link.html or ""
        for link in tree.css("a")
        if not (link.attributes.get("href") or "").strip()
        or not (words_of(link) or link.attributes.get("aria-label") or link.attributes.get("title"))
    ]


def test_another_address_leaves_nothing_of_the_first(other_site: Path) -> None:
    kinds = (".html", ".xml", ".txt", ".json", ".webmanifest", ".css", ".js")
    texts = {
        file.relative_to(other_site).as_posix(): file.read_text(encoding="utf-8")
        for file in other_site.rglob("*")
        if file.suffix in kinds
    }
    assert not [f for f, text in texts.items() if DEFAULT_ADDRESS in text or '"/calf-r' in text]
    assert all(OTHER_ADDRESS in text for file, text in texts.items() if file.endswith(".html"))


def test_the_address_is_in_one_setting() -> None:
    published = [file for folder in (DOCS, ROOT / "overrides") for file in folder.rglob("*")]
    found = [
        file.relative_to(ROOT).as_posix()
        for file in [ROOT / "mkdocs.yml", *published]
        if file.is_file() and DEFAULT_ADDRESS.encode() in file.read_bytes()
    ]
    assert found == ["mkdocs.yml"]


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_page_shows_publisher_and_contact_as_typed(other_site: Path, page: str) -> None:
    assert f"Published by {PUBLISHER}. Something wrong" in end_of(other_site, page)
    assert CONTACT in links(other_site, page)


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_no_page_has_an_empty_link(site: Path, other_site: Path, page: str) -> None:
    assert not empty_links(parsed(site, page))
    assert not empty_links(parsed(other_site, page))


@pytest.mark.parametrize("name", ["0777", "no"])
def test_a_publisher_that_yaml_reads_otherwise_stays_text(build: Builder, name: str) -> None:
    assert f"Published by {name}." in end_of(build(PUBLISHER=name), "about")


def test_empty_settings_take_the_default(build: Builder) -> None:
    empty = build(PUBLISHER=" ", CONTACT_URL=" ", SITE_URL=" ")
    assert "Published by the maintainers of this site." in end_of(empty, "about")
    assert "has not yet given a contact address" in end_of(empty, "about")
    assert DEFAULT_ADDRESS in (empty / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", ["https://help.example/book?a=1&copy=2", ""])
def test_the_help_link_is_one_setting_and_may_be_left_out(
    build: Builder, tmp_path: Path, address: str
) -> None:
    settings = tmp_path / "mkdocs.yml"
    settings.write_text(
        f"INHERIT: {ROOT / 'mkdocs.yml'}\n"
        f"docs_dir: {DOCS}\n"
        f"theme:\n  custom_dir: {ROOT / 'overrides'}\n"
        f"extra:\n  publisher:\n    help: '{address}'\n",
        encoding="utf-8",
    )
    built = build("--config-file", str(settings))
    for page in EVERY_PAGE:
        offers = [link for link in parsed(built, page).css("a") if "one-to-one" in words_of(link)]
        assert [link.attributes.get("href") for link in offers] == ([address] if address else [])


def test_an_empty_link_is_found() -> None:
    for link in ("<a href=''>Here</a>", "<a>Here</a>", "<a href='x'> </a>"):
        assert empty_links(LexborHTMLParser(link))
    assert not empty_links(LexborHTMLParser("<a href=x>Here</a><a href=y title=Here></a>"))

"""A page asks no other host for anything; a plain link that a reader follows is fine."""

import re
from pathlib import Path

import pytest
from conftest import SETTINGS
from main_text import words_of
from selectolax.lexbor import LexborHTMLParser

SITE_URL: str = SETTINGS["site_url"]
# What a browser fetches without being asked; `a` and `form` wait for the reader.
FETCHED = ("src", "srcset", "href", "data", "poster", "action", "imagesrcset", "background")
LEFT_TO_THE_READER = frozenset(("a",))
IN_CSS = re.compile(
    r"""(?:url\(\s*["']?|@import\s+["'])\s*((?:[a-z]+:)?//[^"')\s]+)""", re.IGNORECASE
)


def is_elsewhere(address: str) -> bool:
    outside = re.match(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", address, re.IGNORECASE) is not None
    return outside and not address.strip().startswith(SITE_URL)


def fetched_elsewhere(html: str) -> list[str]:
    found = []
    for node in LexborHTMLParser(html).css("*"):
        if node.tag not in LEFT_TO_THE_READER:
            for attribute in FETCHED:
                parts = (node.attributes.get(attribute) or "").split(",")
                found += [f"{node.tag} {attribute}={part}" for part in parts if is_elsewhere(part)]
        style = node.attributes.get("style") or ""
        found += [f"{node.tag} style: {address}" for address in IN_CSS.findall(style)]
        if node.tag == "style":
            found += [f"style: {address}" for address in IN_CSS.findall(node.text())]
        if node.attributes.get("ping") is not None:
            found.append(f"{node.tag} tells about clicks: {node.attributes['ping']}")
        if (node.attributes.get("http-equiv") or "").lower() == "refresh":
            found.append("the page sends the reader on by itself")
    return found


def test_no_page_asks_another_host(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert pages
    found = {
        page.relative_to(site).as_posix(): fetched_elsewhere(page.read_text(encoding="utf-8"))
        for page in pages
    }
    assert not {page: faults for page, faults in found.items() if faults}


def test_no_style_sheet_asks_another_host(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    found = {page: IN_CSS.findall(page.read_text(encoding="utf-8")) for page in pages}
    assert found
    assert not {page: addresses for page, addresses in found.items() if addresses}
    # All style stands in the pages.
    assert not list(site.rglob("*.css"))


def test_links_to_other_hosts_are_safe_and_say_where_they_lead(site: Path) -> None:
    faults = []
    for page in sorted(site.rglob("*.html")):
        for link in LexborHTMLParser(page.read_text(encoding="utf-8")).css("a[href]"):
            address = link.attributes.get("href") or ""
            if is_elsewhere(address) and not re.match(r"https?://", address):
                faults.append(f"{page.parent.name}: {address}")
            if is_elsewhere(address) and not words_of(link):
                faults.append(f"{page.parent.name}: no words in the link to {address}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "markup",
    [
        "<script src='https://cdn.example/a.js'></script>",
        "<script src='//cdn.example/a.js'></script>",
        "<link rel=preconnect href='https://fonts.example'>",
        "<img src=a.png srcset='a.png 1x, https://cdn.example/b.png 2x'>",
        "<iframe src='https://video.example/1'></iframe>",
        "<p style='background: url(https://cdn.example/b.png)'>Text</p>",
        "<style>@import 'https://cdn.example/a.css';</style>",
        "<a href=/here ping='https://count.example'>Here</a>",
        "<meta http-equiv=refresh content='0; url=https://elsewhere.example'>",
    ],
)
def test_a_request_to_another_host_is_found(markup: str) -> None:
    assert fetched_elsewhere(markup)


def test_plain_links_and_own_files_pass() -> None:
    own = f"<link rel=canonical href='{SITE_URL}faq/'><script src=../a.js></script>"
    assert not fetched_elsewhere(own + "<a href='https://doi.org/x'>A study</a>")

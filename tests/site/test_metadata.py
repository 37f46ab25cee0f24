"""What shared links, search engines and phones learn about each page."""

import json
import re
import struct
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import SETTINGS, Builder
from front_matter import PAGE_NAMES, ROOT, front_matter_of
from main_text import parsed, the_one, words_of, words_of_first
from turbohtml import Document, parse

SITE_URL: str = SETTINGS["site_url"]
SITE_NAME = "Calf release for knee pain"
HEAVIEST_PICTURE = 300_000


def address_of(name: str) -> str:
    return SITE_URL if name == "index" else f"{SITE_URL}{name}/"


def content(tree: Document, name: str) -> str:
    """Return the content of the only meta tag with a name or property."""
    [found] = tree.select(f'head meta:is([name="{name}"], [property="{name}"])')
    return found.attr("content") or ""


def structured(tree: Document) -> dict[str, dict[str, Any]]:
    """Return the page's data for search engines, by type."""
    texts = [script.text for script in tree.select('script[type="application/ld+json"]')]
    return {item["@type"]: item for item in map(json.loads, texts)}


def png_size(picture: bytes) -> tuple[int, int]:
    """Return width and height from a PNG's first chunk."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture[12:16] == b"IHDR"
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def test_the_sitemap_lists_every_page_with_its_day_of_review_and_nothing_else(site: Path) -> None:
    entries = parse((site / "sitemap.xml").read_text("utf-8")).select("url")
    assert {words_of_first(one, "loc"): words_of_first(one, "lastmod") for one in entries} == {
        address_of(name): str(front_matter_of(name)["reviewed"]) for name in PAGE_NAMES
    }
    assert len(entries) == len(PAGE_NAMES)


@pytest.mark.parametrize("key", ["title", "description"])
def test_no_two_pages_have_the_same_title_or_description(key: str) -> None:
    counts = Counter(front_matter_of(name)[key] for name in PAGE_NAMES)
    assert not [text for text, count in counts.items() if count > 1]


def test_every_page_describes_itself_and_gives_its_address(site: Path, name: str) -> None:
    tree, said = parsed(site, name), front_matter_of(name)
    title = said["title"] if name == "index" else f"{said['title']} - {SITE_NAME}"
    assert [words_of(found) for found in tree.select("head title")] == [title]
    assert len(tree.select("h1")) == 1
    canonical = [link.attr("href") for link in tree.select("link[rel=canonical]")]
    assert canonical == [address_of(name)]
    described = dict.fromkeys(("description", "og:description"), said["description"])
    expected = {"og:title": said["title"], "og:url": address_of(name), "og:type": "website"}
    for key, text in (described | expected | {"twitter:card": "summary_large_image"}).items():
        assert content(tree, key) == text


def test_no_page_reports_clicks_or_connects_to_another_site(site: Path) -> None:
    # The policy and the browser's tests prove the rest; no policy stops these.
    barred = "[ping], meta[http-equiv=refresh i], link:is([rel*=preconnect], [rel*=dns-prefetch])"
    for name in [*PAGE_NAMES, "404"]:
        assert not parsed(site, name).select(barred), name


def test_every_page_has_a_share_picture_with_a_text_alternative(site: Path, name: str) -> None:
    tree = parsed(site, name)
    address = content(tree, "og:image")
    picture = (site / address.removeprefix(SITE_URL)).read_bytes()
    assert len(picture) < HEAVIEST_PICTURE
    assert png_size(picture) == (1200, 630)
    assert (content(tree, "og:image:width"), content(tree, "og:image:height")) == ("1200", "630")
    assert content(tree, "twitter:image") == address
    assert content(tree, "twitter:image:alt") == content(tree, "og:image:alt")
    assert len(content(tree, "og:image:alt")) >= 20


def test_every_page_has_icons_and_the_colours_of_its_paper(site: Path, name: str) -> None:
    tree, style = parsed(site, name), (ROOT / "docs/css/tokens.css").read_text("utf-8")
    pair = re.search(r"--cr-paper: light-dark\((#\w+), (#\w+)\)", style)
    assert pair
    colours = {meta.attr("media"): meta.attr("content") for meta in tree.select('meta[name="theme-color"]')}
    assert colours == {"(prefers-color-scheme: light)": pair[1], "(prefers-color-scheme: dark)": pair[2]}
    assert tree.select('head link[rel="icon"]')
    icon = the_one(tree, 'head link[rel="apple-touch-icon"]').attr("href") or ""
    folder = site if name == "index" else site / name
    assert png_size((folder / icon).read_bytes()) == (180, 180)


def test_data_for_search_engines_is_true(site: Path, name: str) -> None:
    data, said = structured(parsed(site, name)), front_matter_of(name)
    page = data["MedicalWebPage"]
    assert page["url"] == address_of(name)
    assert page["name"] == said["title"]
    assert page["description"] == said["description"]
    assert page["lastReviewed"] == page["dateModified"] == str(said["reviewed"])
    # No clinician has reviewed the page.
    assert not {"reviewedBy", "aggregateRating", "review"} & set(page)
    crumbs = data.get("BreadcrumbList", {"itemListElement": []})["itemListElement"]
    expected = [(1, SITE_NAME, SITE_URL), (2, said["title"], address_of(name))]
    found = [(one["position"], one["name"], one["item"]) for one in crumbs]
    assert found == ([] if name == "index" else expected)


def test_every_page_shows_its_dates(site: Path, name: str) -> None:
    shown = [time.attr("datetime") for time in parsed(site, name).select(".cr-footer time")]
    said = front_matter_of(name)
    assert [str(said["reviewed"]), str(said["review_due"])] == shown


def test_a_page_says_that_its_review_is_overdue(site: Path, build: Builder) -> None:
    late = build(BUILD_DATE=f"{front_matter_of('safety')['review_due'] + timedelta(days=1):%Y%m%d}")
    for built, overdue in ((site, False), (late, True)):
        end = words_of_first(parsed(built, "safety"), ".cr-footer")
        assert ("This page was due for review on" in end) == overdue
        assert ("Next review:" in end) != overdue


def test_search_engines_do_not_list_the_404_page(site: Path) -> None:
    tree = parsed(site, "404")
    assert content(tree, "robots") == "noindex"
    assert not structured(tree)
